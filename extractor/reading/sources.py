"""What the command line names as input → the files to read, in a fixed order."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from extractor.errors import UsageError

#: The formats that have a reader, by the file's last suffix (before .gz).
TEXT, LINES = (".txt",), (".jsonl", ".ndjson")
READ = TEXT + LINES
PACKED = (".gz",)
#: The name of standard input.
STDIN = "-"


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read: its path as the user knows it, and how to read it (`text` or `lines`)."""

    path: str
    form: str
    packed: bool = False


@dataclass(frozen=True, slots=True)
class Sources:
    """The files to read, those that were named but cannot be read (with the reason), and how many were passed over."""

    files: list[Source]
    refused: list[tuple[str, str]]
    skipped: int


def form_of(path: str | Path) -> tuple[str, bool] | None:
    """(`text` or `lines`, gzipped or not) by a file's name; None where no reader knows it."""
    suffixes = [s.lower() for s in Path(path).suffixes]
    packed = bool(suffixes) and suffixes[-1] in PACKED
    last = suffixes[-2:-1] if packed else suffixes[-1:]
    if not last or last[0] not in READ:
        return None
    return ("text" if last[0] in TEXT else "lines", packed)


def find_sources(inputs: Sequence[str]) -> Sources:
    """Expand files, folders, globs and `-`; raises `UsageError` when nothing is named or nothing was found.

    Folders are walked in name order, hidden files and links to folders left out; in a folder a file of another format
    is passed over and counted, a file that was named itself is refused.
    """
    if not inputs:
        raise UsageError("no input was named")
    files: list[Source] = []
    refused: list[tuple[str, str]] = []
    skipped = 0
    for name in inputs:
        if name == STDIN:
            files.append(Source(STDIN, "lines"))
            continue
        named = [name] if os.path.lexists(name) else sorted(glob.glob(name, recursive=True))  # noqa: PTH207 — the path as the user wrote it
        if not named:
            raise UsageError(f"no such file or folder: {name}")
        for path in named:
            if Path(path).is_dir():
                for found in _walk(path):
                    form = form_of(found)
                    if form:
                        files.append(Source(found, *form))
                    else:
                        skipped += 1
            elif (form := form_of(path)) is not None:
                files.append(Source(path, *form))
            else:
                refused.append(
                    (path, f"no reader for {Path(path).suffix or 'a file without suffix'}; read are {', '.join(READ)}")
                )
    if not files and not refused:
        raise UsageError(f"nothing to read in {', '.join(inputs)}: {skipped} files, none of {', '.join(READ)}")
    return Sources(_once(files), refused, skipped)


def _walk(folder: str) -> Iterable[str]:
    for base, folders, names in os.walk(folder):
        folders[:] = sorted(d for d in folders if not d.startswith("."))
        for name in sorted(names):
            if not name.startswith("."):
                yield os.path.join(base, name)  # noqa: PTH118 — the path as the user wrote it, `./` and all


def _once(files: Iterable[Source]) -> list[Source]:
    """Each file once, however often it was named."""
    return list({source.path: source for source in files}.values())
