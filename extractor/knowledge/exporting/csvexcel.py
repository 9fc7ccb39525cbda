"""`csv-excel`: the CSV files of `csvfiles.py` in the dialect that Excel opens by double click."""

from __future__ import annotations

from pathlib import Path

from extractor.knowledge.exporting.csvfiles import _write, dialect_of
from extractor.knowledge.exporting.options import Options
from extractor.knowledge.exporting.source import Source


def write(source: Source, target: Path, options: Options) -> None:
    """Write the folder for a spreadsheet."""
    _write(source, target, options, dialect_of(options))
