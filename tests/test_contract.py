"""The service's OpenAPI description held against what it answers, by schemathesis: `make test-http`."""

import os
import shutil
import subprocess

import pytest
from conftest import ROOT, SAMPLES
from serving import KEY, serving

from extractor.knowledge.run import Options, extract_to
from extractor.reading import find_sources

SCHEMATHESIS = shutil.which("schemathesis")
EXAMPLES = os.environ.get("EXAMPLES", "50")


@pytest.mark.long
@pytest.mark.skipif(SCHEMATHESIS is None, reason='schemathesis is wanted: pip install "danvan[contract]"')
@pytest.mark.parametrize("keyed", [False, True])
def test_schemathesis_finds_no_fault(pipe, keyed, tmp_path):
    extract_to(
        pipe,
        find_sources([str(p) for p in sorted((SAMPLES / "articles").glob("*.txt"))[:3]]),
        tmp_path / "kb",
        options=Options(),
    )
    with serving(tmp_path, "--kb", tmp_path / "kb", DANVAN_API_KEYS=KEY if keyed else "") as running:
        command = [SCHEMATHESIS, "--config-file", ROOT / "tests" / "schemathesis.toml", "run", f"{running.url}/openapi.json",
                   "--max-examples", EXAMPLES, "--no-color", *(["-H", f"Authorization: Bearer {KEY}"] if keyed else [])]  # fmt: skip
        env = {**os.environ, "SCHEMATHESIS_HOOKS": "schemathesis_hooks", "PYTHONPATH": str(ROOT / "tests")}
        done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    print(done.stdout[-6000:])
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert "Serialization not possible" not in done.stdout and "Tested: 13" in done.stdout
