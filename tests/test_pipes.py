"""danvan in shell pipes, as people write them: packed input, jq behind it, `head` that goes away, files that are full."""

import gzip
import json
import os
import shutil
import subprocess
import sys

import pytest
from conftest import ROOT

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="a shell with PIPESTATUS is wanted")

ROWS = [
    {"id": f"a{n}", "text": f"Ngày {n % 28 + 1}/3/2021, UBND xã ban hành Quyết định số {n + 1}/QĐ-UBND."}
    for n in range(400)
]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with `danvan` on its PATH and packed lines to read."""
    folder = tmp_path_factory.mktemp("pipes")
    danvan = folder / "danvan"
    danvan.write_text(f'#!/bin/sh\nexec {sys.executable} -m extractor.cli "$@"\n')
    danvan.chmod(0o755)
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS)
    (folder / "news.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    return folder


def shell(place, command):
    """(output, errors, exit codes of all parts) of a pipe."""
    env = {**os.environ, "PATH": f"{place}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}
    script = f'{command}\ncodes="${{PIPESTATUS[@]}}"; echo "codes $codes" >&2'
    done = subprocess.run(["bash", "-c", script], cwd=place, env=env, capture_output=True, encoding="utf-8", check=True)
    *errors, codes = done.stderr.splitlines()
    return done.stdout, "\n".join(errors), [int(code) for code in codes.split()[1:]]


@pytest.mark.skipif(shutil.which("jq") is None, reason="jq is not here")
def test_zcat_danvan_jq(place):
    command = "zcat news.jsonl.gz | head -30 | danvan extract - | jq -r 'select(.kind == \"document\") | .code'"
    out, errors, codes = shell(place, command)
    assert out.splitlines() == [f"{n}/QĐ-UBND" for n in range(1, 31)] and not errors and codes[2:] == [0, 0]


@pytest.mark.parametrize("workers", [1, 2])
def test_head_goes_away(place, workers):
    """It ends at once, without a word, as a program that SIGPIPE killed; its workers with it."""
    out, errors, codes = shell(place, f"zcat news.jsonl.gz | danvan extract - --workers {workers} | head -n 2")
    assert len(out.splitlines()) == 2 and not errors and codes[1:] == [141, 0]


@pytest.mark.parametrize(
    "command", ["rules list --json", "rules show documents.coded", "schema", "--help", "extract --help"]
)
def test_every_command_ends_quietly(place, command):
    """Whoever reads closes the pipe before a word is written."""
    out, errors, codes = shell(place, f"{{ sleep 0.2; danvan {command}; }} | true")
    assert not out and not errors and codes[0] == 141


def test_nothing_comes_in(place):
    assert shell(place, "danvan extract - < /dev/null") == ("", "", [0])


def test_lines_that_come_late(place):
    """A line is answered when it has come, not when the input ends: `tail -f … | danvan extract -` works."""
    with subprocess.Popen(
        [place / "danvan", "extract", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8", cwd=place,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:  # fmt: skip
        for row in ROWS[:3]:
            process.stdin.write(json.dumps(row) + "\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["article_id"] == row["id"]
            process.stdout.readline()
        process.stdin.close()
        assert process.wait() == 0


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")  # noqa: PTH110
def test_a_full_disk_is_told(place):
    _, errors, codes = shell(place, "zcat news.jsonl.gz | head -3 | danvan extract - > /dev/full")
    assert "No space left" in errors and "Traceback" not in errors and codes[2] == 1


def test_rejects_are_told_and_the_rest_goes_on(place):
    out, errors, codes = shell(place, "(echo no json; zcat news.jsonl.gz | head -1) | danvan extract - --lang en")
    assert len(out.splitlines()) == 2 and "-:1: rejected at parse" in errors and codes[-1] == 3
