"""The files of a knowledge base: their names, reading their lines, writing them so that a crash leaves no half line."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

from extractor.errors import KnowledgeError
from extractor.records import SCHEMA

ARTICLES, FACTS, REJECTS = "articles.jsonl", "facts.jsonl", "rejects.jsonl"
MANIFEST = "manifest.json"
#: Stands while a run is under way or was cut off: its rules digest, and how many articles and facts were there before.
RUN = ".run.json"


def read_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """(offset behind the line, object) of every whole line of a JSONL file; stops before a torn tail.

    Raises `KnowledgeError` for a damaged line that is not the last.
    """
    if not path.exists():
        return
    with path.open("rb") as stream:
        offset = 0
        for number, line in enumerate(stream, 1):
            if not line.endswith(b"\n"):
                return
            offset += len(line)
            try:
                data = json.loads(line)
            except ValueError as error:
                raise KnowledgeError(f"{path}:{number}: a damaged line: {error}") from error
            if data.get("schema") != SCHEMA:
                raise KnowledgeError(f"{path}:{number}: schema {data.get('schema')!r}; this danvan writes {SCHEMA}")
            yield offset, data


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


def open_at(path: Path, offset: int) -> IO[str]:
    """Open a file for appending at an offset; what stood behind it is cut off."""
    with path.open("ab"):
        pass
    os.truncate(path, offset)
    return path.open("a", encoding="utf-8", newline="\n")


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
        stream = self.path.open("a+")
        try:
            if os.name == "nt":
                import msvcrt

                msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
            else:
                import fcntl

                # A record lock: worker processes do not inherit it, so none can outlive the run with it.
                fcntl.lockf(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            stream.close()
            raise KnowledgeError(f"{self.path.parent}: another run is writing this knowledge base") from error
        self._stream = stream
        _held.add(self.path)
        return self

    def __exit__(self, *_: object) -> None:
        if self._stream is not None:
            _held.discard(self.path)
            self._stream.close()
            self.path.unlink(missing_ok=True)
