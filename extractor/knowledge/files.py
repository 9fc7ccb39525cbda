"""The files of a knowledge base: their names, reading their lines, writing them so that a crash leaves no half line."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from extractor.errors import KnowledgeError
from extractor.records import SCHEMA

ARTICLES, FACTS, REJECTS = "articles.jsonl", "facts.jsonl", "rejects.jsonl"
MANIFEST = "manifest.json"
#: What `danvan link` writes: the entities, and the state from which it goes on.
ENTITIES, LINK = "entities.jsonl", ".link.sqlite"
#: Stands while a run is under way or was cut off: its rules digest, and how many articles and facts were there before.
RUN = ".run.json"
#: The index of what is held (`index.py`); what a name ends with while the file that is to take its place is written.
INDEX, NEW = ".index.sqlite", ".new"


def read_lines(path: Path, start: int = 0) -> Iterator[tuple[int, dict[str, Any]]]:
    """(offset behind the line, object) of every whole line of a JSONL file from an offset; stops before a torn tail.

    Raises `KnowledgeError` for a damaged line that is not the last.
    """
    if not path.exists():
        return
    with path.open("rb") as stream:
        stream.seek(start)
        offset = start
        for number, line in enumerate(stream, 1):
            if not line.endswith(b"\n"):
                return
            offset += len(line)
            try:
                data = json.loads(line)
            except ValueError as error:
                place = f"{path}:{number}" if not start else f"{path}: {number} lines behind byte {start}"
                raise KnowledgeError(f"{place}: a damaged line: {error}") from error
            if data.get("schema") != SCHEMA:
                raise KnowledgeError(f"{path}:{number}: schema {data.get('schema')!r}; this danvan writes {SCHEMA}")
            yield offset, data


def count_lines(path: Path) -> int:
    """How many line feeds a file has."""
    if not path.exists():
        return 0
    with path.open("rb") as stream:
        return sum(piece.count(b"\n") for piece in iter(lambda: stream.read(1 << 20), b""))


def write_whole(path: Path, text: str) -> None:
    """Write a file in one step: whole or not at all."""
    write_pieces(path, (text,))


def write_pieces(path: Path, pieces: Iterable[str]) -> None:
    """Write a file of many pieces in one step: whole or not at all."""
    temporary = path.with_name(path.name + ".tmp")
    with temporary.open("w", encoding="utf-8", newline="\n", errors="backslashreplace") as stream:
        stream.writelines(pieces)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Have the system write a folder's names to the disk, where it can."""
    if os.name == "nt":
        return
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


class Appender:
    """A file that is only appended to, without a buffer of its own: what was written is the system's, or it failed."""

    def __init__(self, path: Path, offset: int) -> None:
        """Open a file at an offset; what stood behind it is cut off."""
        self.path = path
        with path.open("ab"):
            pass
        os.truncate(path, offset)
        self.end = offset
        self._stream = path.open("ab", buffering=0)

    def write(self, text: str) -> None:
        """Append; raises `OSError`, after which a torn tail may stand behind `end`."""
        data = memoryview(text.encode("utf-8"))
        size = len(data)
        while data:
            written = self._stream.write(data) or 0
            data = data[written:]
        self.end += size

    def sync(self) -> None:
        """Have the system write everything to the disk."""
        os.fsync(self._stream.fileno())

    def close(self) -> None:
        """Close the file."""
        self._stream.close()


def copy_lines(path: Path, start: int, end: int, target: IO[bytes]) -> None:
    """Copy the bytes between two offsets of a file."""
    with path.open("rb") as stream:
        stream.seek(start)
        left = end - start
        while left > 0 and (data := stream.read(min(left, 1 << 20))):
            target.write(data)
            left -= len(data)


#: The locks of this very process, which record locks do not keep apart.
_held: set[Path] = set()


class Lock:
    """One run at a time on a knowledge base; the system lets go of it when the process ends, however it ends."""

    def __init__(self, folder: Path) -> None:
        self.path = folder.resolve() / ".lock"
        self._stream: IO[str] | None = None

    def __enter__(self) -> Lock:
        if self.path in _held:
            raise KnowledgeError(f"{self.path.parent}: another run is writing this knowledge base")
        while True:
            stream = self.path.open("a+")
            try:
                _lock(stream)
            except OSError as error:
                stream.close()
                raise KnowledgeError(f"{self.path.parent}: another run is writing this knowledge base") from error
            if self._stands(stream):
                break
            stream.close()  # its file was taken away by the run that ended just now
        self._stream = stream
        _held.add(self.path)
        return self

    def _stands(self, stream: IO[str]) -> bool:
        try:
            return os.path.samestat(os.fstat(stream.fileno()), self.path.stat())
        except OSError:
            return False

    def __exit__(self, *_: object) -> None:
        if self._stream is not None:
            _held.discard(self.path)
            if os.name == "nt":  # an open file cannot be removed there
                self._stream.close()
            with suppress(OSError):
                self.path.unlink(missing_ok=True)
            self._stream.close()


def _lock(stream: IO[str]) -> None:
    if os.name == "nt":
        import msvcrt

        msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    else:
        import fcntl

        # A record lock: worker processes do not inherit it, so none can outlive the run with it.
        fcntl.lockf(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
