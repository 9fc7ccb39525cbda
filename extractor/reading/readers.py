"""Streaming readers: files → raw inputs and rejects, one at a time, in order."""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any, Protocol, TypeAlias

from extractor.article import Raw
from extractor.errors import InputError
from extractor.reading.sources import STDIN, Source
from extractor.records import Reject

#: Bytes of a text file, or of one line, that are read; more is a reject.
MOST_BYTES = 200_000_000
#: Bytes that one packed byte may give.
MOST_RATIO = 200

#: What a reader gives for an input.
Item: TypeAlias = Raw | Reject
#: Called with a file's path and SHA-256 when it has been read to its end.
Digested: TypeAlias = Callable[[str, str], None]

#: Fields of a JSONL object that an article takes over.
_FIELDS = ("id", "url", "title", "published", "outlet", "author", "section")


class _Hash(Protocol):
    def update(self, data: bytes, /) -> None: ...


class _Bytes(Protocol):
    def read(self, size: int, /) -> bytes: ...

    def readline(self, size: int, /) -> bytes: ...


def read(sources: Sequence[Source], *, max_chars: int, digested: Digested | None = None) -> Iterator[Item]:
    """Every input of every source in order: a `Raw`, or a `Reject` with its reason. Never raises for an input."""
    for source in sources:
        digest = hashlib.sha256()
        try:
            stream: IO[bytes] = sys.stdin.buffer if source.path == STDIN else Path(source.path).open("rb")  # noqa: SIM115
        except OSError as error:
            yield Reject(source=source.path, stage="read", reason=_reason(error))
            continue
        try:
            lines = _Packed(stream, digest) if source.packed else _Plain(stream, digest)
            reader = _read_text if source.form == "text" else _read_lines
            for item in reader(source.path, lines):
                yield _valid(item, max_chars)
        except (OSError, EOFError, zlib.error) as error:
            yield Reject(source=source.path, stage="read", reason=_reason(error))
        finally:
            if source.path != STDIN:
                stream.close()
        if digested is not None:
            digested(source.path, digest.hexdigest())


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return f"damaged gzip data: {error}"


class _Plain:
    """The bytes of a stream, digested as they pass."""

    def __init__(self, stream: _Bytes, digest: _Hash) -> None:
        self.stream = stream
        self.digest = digest

    def readline(self, size: int) -> bytes:
        """At most `size` bytes, up to and with the next line feed."""
        data = self.stream.readline(size)
        self.digest.update(data)
        return data

    def read(self, size: int) -> bytes:
        """At most `size` bytes."""
        data = self.stream.read(size)
        self.digest.update(data)
        return data


class _Packed(_Plain):
    """The same, unpacked from gzip; raises `OSError` beyond the ratio that a text has."""

    def __init__(self, stream: IO[bytes], digest: _Hash) -> None:
        self.packed = stream
        self.given = 0
        super().__init__(gzip.GzipFile(fileobj=stream, mode="rb"), digest)

    def _checked(self, data: bytes) -> bytes:
        self.given += len(data)
        if self.given > MOST_RATIO * max(self.packed.tell(), 10_000):
            raise OSError(None, f"unpacks to more than {MOST_RATIO} times its size")
        self.digest.update(data)
        return data

    def readline(self, size: int) -> bytes:
        return self._checked(self.stream.readline(size))

    def read(self, size: int) -> bytes:
        return self._checked(self.stream.read(size))


def _read_text(path: str, stream: _Plain) -> Iterator[Item]:
    data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        yield Reject(source=path, stage="read", reason=f"larger than {MOST_BYTES:,} bytes")
        return
    try:
        yield Raw(decode(data), path)
    except InputError as error:
        yield Reject(source=path, stage=error.stage, reason=error.reason)


def _read_lines(path: str, stream: _Plain) -> Iterator[Item]:
    number = 0
    while line := stream.readline(MOST_BYTES):
        number += 1
        source = f"{path}:{number}"
        if len(line) >= MOST_BYTES and not line.endswith(b"\n"):
            while (rest := stream.readline(MOST_BYTES)) and not rest.endswith(b"\n"):
                pass
            yield Reject(source=source, stage="read", reason=f"a line of more than {MOST_BYTES:,} bytes")
            continue
        if not line.strip(b" \t\r\n\xef\xbb\xbf"):
            continue
        try:
            yield _object(decode(line), source)
        except InputError as error:
            yield Reject(source=source, stage=error.stage, reason=error.reason)


def decode(data: bytes) -> str:
    """UTF-8 text without its byte order mark; raises `InputError` for anything else."""
    if b"\0" in data:
        raise InputError("decode", "binary data (a NUL byte), not text")
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise InputError(
            "decode", f"not UTF-8: byte {error.object[error.start]:#04x} at offset {error.start}"
        ) from error


def _object(line: str, source: str) -> Raw:
    try:
        data: Any = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError("parse", f"no JSON: {error}") from error
    if not isinstance(data, dict):
        raise InputError("parse", f"a JSON object is wanted, not {type(data).__name__}")
    text = data.get("text")
    if not isinstance(text, str):
        raise InputError("parse", 'the object has no "text"' if text is None else '"text" is no string')
    given: dict[str, str] = {}
    for name in _FIELDS:
        value = data.get(name)
        if value is None or value == "":
            continue
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise InputError("parse", f'"{name}" is no string')
        given[name] = str(value)
    return Raw(text, source, **given)


def _valid(item: Item, max_chars: int) -> Item:
    """An input that can become an article, or its reject."""
    if isinstance(item, Reject):
        return item
    reason = None
    if not item.text.strip():
        reason = "the text is empty"
    elif len(item.text) > max_chars:
        reason = f"{len(item.text):,} characters, more than --max-chars {max_chars:,}"
    else:
        for name in ("text", *_FIELDS):
            value = getattr(item, name)
            try:
                _ = value is not None and value.encode("utf-8")
            except UnicodeEncodeError as error:
                reason = f"a lone surrogate in {name} at character {error.start}: the text is damaged"
                break
    return item if reason is None else Reject(source=item.source, stage="article", reason=reason)
