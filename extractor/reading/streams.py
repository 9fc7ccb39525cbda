"""The bytes of a file as they come: digested as they pass, unpacked from gzip or Zstandard, never more than is sane.

A stream has `read` and `readline`; what goes wrong in it (a damaged or endless archive) is an `InputError` of stage
`read`.
"""

from __future__ import annotations

import codecs
import gzip
import hashlib
import io
import os
import stat
import sys
import zlib
from importlib import import_module
from pathlib import Path
from typing import IO, Any, Protocol

from extractor.errors import InputError
from extractor.reading.sources import STDIN, Source

#: Bytes that one packed byte may give, and packed bytes below which the ratio says nothing.
MOST_RATIO, LEAST_PACKED = 200, 10_000
#: Packed bytes that are given to Zstandard at once: one of them can stand for 32 kilobytes.
ZSTD_STEP = 1024
#: Bytes that are read at once.
STEP = 1 << 16


class Bytes(Protocol):
    """What readers read from."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; none at the end."""

    def readline(self, size: int, /) -> bytes:
        """At most `size` bytes, up to and with the next line feed."""


class Opened(io.RawIOBase):
    """A file as it lies on the disk, its bytes digested and counted as they pass."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream = stream
        #: What has come, without waiting for a buffer to be full: lines of a pipe are read when they come.
        self._come = getattr(stream, "read1", stream.read)
        self.sha256 = hashlib.sha256()
        self.position = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Fill a buffer; how many bytes were read."""
        data = self._come(len(buffer))
        buffer[: len(data)] = data
        self.sha256.update(data)
        self.position += len(data)
        return len(data)

    def close(self) -> None:
        """Do nothing: buffers around it close it when they go, but it outlives them."""

    def __exit__(self, *_: object) -> None:
        if self.stream is not sys.stdin.buffer:
            self.stream.close()

    def digest(self) -> str:
        """The SHA-256 of what was read, in hex."""
        return self.sha256.hexdigest()


def open_file(source: Source) -> Opened:
    """Open a file; raises `OSError`, and `InputError` for what is no ordinary file (a device, a pipe)."""
    if source.path == STDIN:
        return Opened(sys.stdin.buffer)
    path = Path(source.path)
    if not stat.S_ISREG(path.stat().st_mode):
        raise InputError("read", "not an ordinary file")
    # A file may become a pipe between the two calls: without O_NONBLOCK, opening that would wait for ever.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    return Opened(os.fdopen(descriptor, "rb"))


def unpacked(opened: Opened, packing: str | None) -> Bytes:
    """The bytes of a file without its packing (None, `gz` or `zst`)."""
    if packing is None:
        return io.BufferedReader(opened, STEP)
    if packing == "gz":
        return _Checked(gzip.GzipFile(fileobj=io.BufferedReader(opened, STEP), mode="rb"), opened)
    return _Checked(io.BufferedReader(_Zstd(opened), STEP), opened)


def read_all(stream: Bytes, most: int) -> bytes | None:
    """All bytes of a stream; None where there are more than `most`."""
    pieces: list[bytes] = []
    size = 0
    while piece := stream.read(STEP):
        pieces.append(piece)
        size += len(piece)
        if size > most:
            return None
    return b"".join(pieces)


class _Checked:
    """Unpacked bytes, held against the size of what they were packed in."""

    def __init__(self, inner: gzip.GzipFile | io.BufferedReader, opened: Opened) -> None:
        self.inner = inner
        self.opened = opened
        self.given = 0

    def read(self, size: int, /) -> bytes:
        """What is there, at most `size` bytes: less before damage, so that what stands before it is not lost."""
        try:
            return self._checked(self.inner.read1(size))
        except _DAMAGE as error:
            raise InputError("read", f"damaged packed data: {error}") from error

    def readline(self, size: int, /) -> bytes:
        try:
            return self._checked(self.inner.readline(size))
        except _DAMAGE as error:
            raise InputError("read", f"damaged packed data: {error}") from error

    def _checked(self, data: bytes) -> bytes:
        self.given += len(data)
        if self.given > MOST_RATIO * max(self.opened.position, LEAST_PACKED):
            raise InputError("read", f"unpacks to more than {MOST_RATIO} times its size")
        return data


class _ZstdDamageError(Exception):
    """Zstandard data that cannot be unpacked."""


_DAMAGE = (gzip.BadGzipFile, zlib.error, EOFError, _ZstdDamageError)


class _Zstd(io.RawIOBase):
    """Zstandard frames one after the other; one that ends early is an error, which the library's own reader is not."""

    def __init__(self, opened: Opened) -> None:
        self.library: Any = import_module("zstandard")
        self.opened = opened
        self.packed = b""
        self.ready = memoryview(b"")
        self.frame: Any = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        while not self.ready and self._more():
            pass
        size = min(len(buffer), len(self.ready))
        buffer[:size] = self.ready[:size]
        self.ready = self.ready[size:]
        return size

    def _more(self) -> bool:
        if not self.packed:
            self.packed = self.opened.read(ZSTD_STEP) or b""
        if not self.packed:
            if self.frame is not None:
                raise _ZstdDamageError("it ends within a frame")
            return False
        if self.frame is None:
            self.frame = self.library.ZstdDecompressor(max_window_size=1 << 27).decompressobj()
        try:
            self.ready = memoryview(self.frame.decompress(self.packed))
        except self.library.ZstdError as error:
            raise _ZstdDamageError(str(error)) from error
        self.packed = b""
        if self.frame.eof:
            self.packed = self.frame.unused_data
            self.frame = None
        return True


class Recoded:
    """A UTF-16 stream as UTF-8 bytes; what is no UTF-16 becomes U+FFFD."""

    def __init__(self, inner: Bytes, encoding: str) -> None:
        self.inner = inner
        self.decoder = codecs.getincrementaldecoder(encoding)("replace")
        self.ready = b""
        self.ended = False

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes."""
        while len(self.ready) < size and self._more():
            pass
        data, self.ready = self.ready[:size], self.ready[size:]
        return data

    def readline(self, size: int, /) -> bytes:
        """At most `size` bytes, up to and with the next line feed."""
        seen = 0
        while (end := self.ready.find(b"\n", seen, size)) < 0 and len(self.ready) < size:
            seen = len(self.ready)
            if not self._more():
                break
        length = end + 1 if end >= 0 else min(size, len(self.ready))
        data, self.ready = self.ready[:length], self.ready[length:]
        return data

    def _more(self) -> bool:
        if self.ended:
            return False
        data = self.inner.read(STEP)
        self.ended = not data
        self.ready += self.decoder.decode(data, final=self.ended).encode("utf-8", "replace")
        return True


class Peeked:
    """A stream whose first bytes were looked at and given back."""

    def __init__(self, inner: Bytes, first: bytes) -> None:
        self.inner = inner
        self.first = first

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes."""
        if not self.first:
            return self.inner.read(size)
        data, self.first = self.first[:size], self.first[size:]
        return data

    def readline(self, size: int, /) -> bytes:
        """At most `size` bytes, up to and with the next line feed."""
        if not self.first:
            return self.inner.readline(size)
        end = self.first.find(b"\n", 0, size) + 1
        length = end or min(size, len(self.first))
        data, self.first = self.first[:length], self.first[length:]
        if not end and length < size:
            data += self.inner.readline(size - length)
        return data


def as_utf8(stream: Bytes) -> tuple[Bytes, str | None]:
    """A stream of lines whose UTF-16, known by its mark, is turned into UTF-8; and the encoding that it had."""
    first = stream.read(2)
    if len(first) == 1:
        first += stream.read(1)
    for mark, name in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if first == mark:
            return Recoded(stream, name), name
    return Peeked(stream, first), None
