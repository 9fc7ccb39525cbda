"""What the command line names as input → the files to read, in a fixed order, without holding their list.

A folder is walked once to count (formats, bytes, what is passed over) and again to read, so that a folder of a million
pages costs no memory.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from extractor.errors import UsageError

#: The formats that have a reader: suffix → form.
FORMS = {
    ".txt": "text", ".html": "html", ".htm": "html", ".xhtml": "html", ".jsonl": "lines", ".ndjson": "lines",
    ".csv": "columns", ".tsv": "columns", ".warc": "warc",
}  # fmt: skip
#: The packings that are undone: last suffix → packing.
PACKINGS = {".gz": "gz", ".zst": "zst"}
#: The extra that a form or packing wants, and the modules by which it is known to be there.
EXTRAS = {
    "html": (("html", ("trafilatura", "htmldate", "lxml")),),
    "warc": (("warc", ("warcio",)), ("html", ("trafilatura", "htmldate", "lxml"))),
    "zst": (("zst", ("zstandard",)),),
}
#: The name of standard input.
STDIN = "-"
#: By these files a folder is known to be a knowledge base.
_KNOWLEDGE, _MARKS = "articles.jsonl", ("manifest.json", ".run.json")


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read: its path as the user knows it, its form (`text`, `html`, `lines`, `columns`, `warc`, `base`)."""

    path: str
    form: str
    packing: str | None = None


@dataclass(frozen=True)
class Sources:
    """The files to read: `files()` walks over them; what was named but cannot be read, with the reason; and counts.

    `total` is the number of bytes of all files; `skipped` how many files of other formats were passed over.
    """

    named: tuple[str, ...]
    refused: list[tuple[str, str]] = field(default_factory=list)
    count: int = 0
    total: int = 0
    skipped: int = 0

    def files(self) -> Iterator[Source]:
        """Every file once, in the order in which they were named, folders in name order."""
        if len(self.named) == 1:
            yield from (found for found in _found(self.named[0]) if isinstance(found, Source))
            return
        seen: set[str] = set()
        for name in self.named:
            for found in _found(name):
                if isinstance(found, Source) and found.path not in seen:
                    seen.add(found.path)
                    yield found


def form_of(path: str | Path) -> tuple[str, str | None] | None:
    """(form, packing) by a file's name; None where no reader knows it."""
    suffixes = [s.lower() for s in Path(path).suffixes]
    packing = PACKINGS.get(suffixes[-1]) if suffixes else None
    last = suffixes[-2:-1] if packing else suffixes[-1:]
    return (FORMS[last[0]], packing) if last and last[0] in FORMS else None


def find_sources(inputs: Sequence[str]) -> Sources:
    """Expand files, folders, globs and `-`; raises `UsageError` when nothing was found or an extra is missing.

    Folders are walked in name order, hidden files, links to folders and knowledge bases left out; in a folder a file of
    another format is passed over and counted, one that was named itself is refused. A knowledge base that is named
    itself gives its articles.
    """
    if not inputs:
        raise UsageError("no input was named")
    named = tuple(dict.fromkeys(name for given in inputs for name in _expanded(given)))
    refused: list[tuple[str, str]] = []
    count = total = skipped = 0
    wanted: dict[str, str] = {}
    for name in named:
        for found in _found(name):
            if isinstance(found, Source):
                count += 1
                total += _size(found.path)
                for key in (found.form, found.packing):
                    if key in EXTRAS:
                        wanted.setdefault(key, found.path)
            elif found == name:
                suffix = Path(name).suffix or "a file without suffix"
                refused.append((name, f"no reader for {suffix}; read are {', '.join(FORMS)}"))
            else:
                skipped += 1
    _require(wanted)
    if not count and not refused:
        raise UsageError(f"nothing to read in {', '.join(inputs)}: {skipped} files, none of {', '.join(FORMS)}")
    return Sources(named, refused, count, total, skipped)


def is_knowledge_base(folder: str | Path) -> bool:
    """Is a folder a knowledge base, finished or not?"""
    folder = Path(folder)
    return (folder / _KNOWLEDGE).is_file() and any((folder / mark).is_file() for mark in _MARKS)


def _expanded(name: str) -> list[str]:
    if name == STDIN or os.path.lexists(name):
        return [name]
    found = sorted(glob.glob(name, recursive=True))  # noqa: PTH207 — the path as the user wrote it
    if not found:
        raise UsageError(f"no such file or folder: {name}")
    return found


def _found(name: str) -> Iterator[Source | str]:
    """The files of one input; those that have no reader as their path."""
    if name == STDIN:
        yield Source(STDIN, "lines")
    elif is_knowledge_base(name):
        yield Source(name, "base")
    elif Path(name).is_dir():
        for path in _walk(name):
            form = form_of(path)
            yield Source(path, *form) if form else path
    else:
        form = form_of(name)
        yield Source(name, *form) if form else name


def _walk(folder: str) -> Iterator[str]:
    for base, folders, names in os.walk(folder):
        folders[:] = sorted(d for d in folders if not d.startswith(".") and not is_knowledge_base(Path(base, d)))
        for name in sorted(names):
            if not name.startswith("."):
                yield os.path.join(base, name)  # noqa: PTH118 — the path as the user wrote it, `./` and all


def _size(path: str) -> int:
    file = Path(path) / _KNOWLEDGE if Path(path).is_dir() else Path(path)
    try:
        return file.stat().st_size if path != STDIN else 0
    except OSError:
        return 0


def _require(wanted: dict[str, str]) -> None:
    """Refuse inputs whose reader is not installed, all of them at once."""
    missing: dict[str, str] = {}
    for key, path in wanted.items():
        for extra, modules in EXTRAS[key]:
            if any(find_spec(module) is None for module in modules):
                missing.setdefault(extra, path)
    if missing:
        files = ", ".join(missing.values())
        extras = ",".join(missing)
        raise UsageError(f'{files}: a package is missing to read this; install it: pip install "danvan[{extras}]"')
