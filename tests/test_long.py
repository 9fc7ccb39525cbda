"""Long campaigns, run by hand with `make test-long`."""

import json
import random
import subprocess
import sys
import time

import pytest
from conftest import ROOT, SAMPLES

KILLS = 40
FILES = ("articles.jsonl", "facts.jsonl", "rejects.jsonl", "manifest.json")


def command(source, out, workers):
    return [
        sys.executable,
        "-m",
        "extractor.cli",
        "extract",
        str(source),
        "--out",
        str(out),
        "-q",
        "--workers",
        str(workers),
    ]


@pytest.mark.long
@pytest.mark.parametrize("workers", [1, 2])
def test_killed_at_random_moments(tmp_path, workers):
    """A run killed again and again at random moments ends with the bytes of an uninterrupted one."""
    source = tmp_path / "articles.jsonl"
    texts = [path.read_text(encoding="utf-8") for path in sorted((SAMPLES / "articles").glob("*.txt"))]
    with source.open("w", encoding="utf-8") as stream:
        for n in range(200):
            stream.write(json.dumps({"id": f"a{n}", "text": f"{texts[n % len(texts)]}\nBài {n}."}) + "\n")
            if n % 20 == 0:
                stream.write("no json\n")
    subprocess.run(command(source, tmp_path / "whole", 1), cwd=ROOT, check=False)
    chance = random.Random(workers)
    kills = 0
    while kills < KILLS:
        process = subprocess.Popen(command(source, tmp_path / "kb", workers), cwd=ROOT, stderr=subprocess.DEVNULL)
        try:
            process.wait(timeout=chance.uniform(0.5, 6))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            kills += 1
            time.sleep(0.1)
        else:
            kills += 1
            for name in FILES:
                (tmp_path / "kb" / name).unlink()
    assert subprocess.run(command(source, tmp_path / "kb", workers), cwd=ROOT, check=False).returncode == 3
    for name in FILES:
        assert (tmp_path / "kb" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes(), name
