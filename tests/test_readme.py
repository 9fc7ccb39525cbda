"""The README's blocks are run, and their output is what it shows.

A ```console block is a session: lines after `$ ` are commands, what follows is their output (standard output and error
together); a line `…` stands for any number of lines. ```python blocks are run in order in one namespace.
Run with DANVAN_WRITE_README=1 to write what comes into the README.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from conftest import ROOT

import extractor.component  # noqa: F401 — as the entry points do it, where danvan is installed

READMES = [
    "README.md",
    "README.vi.md",
    "docs/auditing.md",
    "docs/exporting.md",
    "docs/linking.md",
    "docs/querying.md",
    "docs/recipes.md",
    "docs/serving.md",
]
BLOCK = re.compile(r"```(console|python|yaml)\n(.*?)```\n", re.DOTALL)
#: How long a run took.
TIME = re.compile(r"\b\d+:\d\d:\d\d\b")
#: The port of the service in the docs, and the free one that stands for it.
PORT = "8000"
with socket.socket() as _free:
    _free.bind(("127.0.0.1", 0))
    FREE = str(_free.getsockname()[1])
#: Run by CI itself: this very test run.
RUN_ELSEWHERE = ("make test", "git clone")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A copy of the project's own files, with `danvan` and this Python first on the PATH."""
    folder = tmp_path_factory.mktemp("readme") / "danvan"
    folder.mkdir()
    for name in ("Makefile", "data", "rules", "docs", "README.md", "pyproject.toml"):
        source = ROOT / name
        shutil.copytree(source, folder / name) if source.is_dir() else shutil.copy(source, folder / name)
    tools = folder.parent / "bin"
    tools.mkdir()
    danvan = tools / "danvan"
    danvan.write_text(f'#!/bin/sh\nexec {sys.executable} -m extractor.cli "$@"\n')
    danvan.chmod(0o755)
    yield folder
    if (folder / "serve.pid").exists():  # a service that a fault left behind
        with suppress(ProcessLookupError, ValueError):
            os.kill(int((folder / "serve.pid").read_text()), signal.SIGKILL)


def run(command: str, folder: Path) -> str:
    tools = folder.parent / "bin"
    env = {**os.environ, "PATH": f"{tools}:{Path(sys.executable).parent}:{os.environ['PATH']}", "COLUMNS": "120",
           "NO_COLOR": "1", "LANG": "en_US.UTF-8", "LC_ALL": "en_US.UTF-8", "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}  # fmt: skip
    if command == "make demo":
        command = f"make -s demo SETUP= DANVAN={tools}/danvan"
    done = subprocess.run(
        command.replace(PORT, FREE),
        shell=True,
        cwd=folder,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return "\n".join(line.rstrip() for line in done.stdout.decode().replace(FREE, PORT).splitlines())


def sessions(block: str) -> list[tuple[str, str]]:
    """(command, output) pairs of a console block."""
    found: list[tuple[str, list[str]]] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif found:
            found[-1][1].append(line)
    return [(command, "\n".join(output)) for command, output in found]


def matches(shown: str, came: str) -> bool:
    shown, came = (TIME.sub("0:00:00", text) for text in (shown, came))
    pattern = "".join(".*\n?" if line == "…" else re.escape(line) + "\n" for line in shown.splitlines())
    return re.fullmatch(pattern, came + "\n" if came else "", re.DOTALL) is not None


@pytest.mark.parametrize("name", READMES)
def test_blocks(name, place):
    path = ROOT / name
    text = path.read_text(encoding="utf-8")
    namespace: dict[str, object] = {}
    faults, commands = [], 0
    for kind, block in BLOCK.findall(text):
        if kind == "python":
            code = compile(block, f"{name} python block", "exec")
            here = Path.cwd()
            os.chdir(place)
            try:
                exec(code, namespace)
            finally:
                os.chdir(here)
            commands += 1
        if kind == "yaml":
            continue
        new = block
        for command, shown in sessions(block) if kind == "console" else ():
            if command.startswith(RUN_ELSEWHERE):
                continue
            commands += 1
            came = run(command, place)
            if not matches(shown, came):
                faults.append(f"$ {command}\n--- shown\n{shown}\n--- came\n{came}")
                old = f"$ {command}\n" + (f"{shown}\n" if shown else "")
                new = new.replace(old, f"$ {command}\n" + (f"{came}\n" if came else ""))
        if os.environ.get("DANVAN_WRITE_README") and new != block:
            text = text.replace(block, new)
            path.write_text(text, encoding="utf-8")
    assert commands >= 5
    assert not faults, "\n\n".join(faults)


def test_the_comparison_can_fail():
    assert matches("a\n…\nb", "a\nx\ny\nb") and matches("", "")
    assert not matches("a", "b") and not matches("", "x") and not matches("a\n…", "b\na")
