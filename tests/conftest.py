"""Fixtures: the pipeline is loaded once a process."""

from pathlib import Path

import pytest

import extractor

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "data" / "samples"


@pytest.fixture(scope="session")
def pipe() -> extractor.Pipeline:
    return extractor.load()
