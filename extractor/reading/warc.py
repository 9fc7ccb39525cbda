"""WARC → pages: its HTML responses, one after the other. Extra `warc`.

`source` is `path@offset`, the offset of the record in the unpacked file: a .gz may hold one member a record, as
crawlers write them, or be packed as a whole. A record that is cut off, refused (status 404 …) or too large is a reject;
requests, pictures and the like are no inputs.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from typing import Any

import regex
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from extractor.errors import InputError
from extractor.reading.markup import MOST_MARKUP, Markup
from extractor.reading.streams import Bytes
from extractor.records import Reject

#: Record types and content types that hold a page.
HTML = ("text/html", "application/xhtml+xml")
_CHARSET = regex.compile(r"charset\s*=\s*[\"']?([\w.:-]{2,40})", regex.I)
_STEP = 1 << 16


class _Counted:
    """A stream that knows how far it was read."""

    def __init__(self, stream: Bytes) -> None:
        self.stream = stream
        self.position = 0

    def read(self, size: int = _STEP) -> bytes:
        data = self.stream.read(size)
        self.position += len(data)
        return data

    def tell(self) -> int:
        return self.position


def read_warc(path: str, stream: Bytes) -> Iterator[Markup | Reject]:
    """The HTML responses of a WARC file, in order; never raises for what is in it."""
    records = ArchiveIterator(_Counted(stream))
    offset = count = 0
    while True:
        try:
            # warcio tells of oddities on standard error; what matters of them becomes a reject here.
            with contextlib.redirect_stderr(io.StringIO()):
                record = next(records, None)
                if record is None:
                    break
                offset = records.offset
                count += 1
                found = _page(path, offset, record) if record.rec_type == "response" else None
                cut = _cut(record)
        except InputError as error:
            yield Reject(source=f"{path}@{offset}", stage=error.stage, reason=error.reason)
            return
        except (ArchiveLoadFailed, EOFError, ValueError, AttributeError, TypeError, KeyError, IndexError) as error:
            said = str(error)[:200] if isinstance(error, ArchiveLoadFailed | EOFError | ValueError) else ""
            reason = f"damaged WARC: {said or 'a record that cannot be read'} (the file is not read on from here)"
            yield Reject(source=f"{path}@{offset}", stage="read", reason=reason)
            return
        if cut:
            yield Reject(source=f"{path}@{offset}", stage="read", reason="the file ends within this record")
            return
        if found is not None:
            yield found
    if not count:
        yield Reject(source=path, stage="read", reason="no WARC: it has no record")


def _page(path: str, offset: int, record: Any) -> Markup | Reject | None:
    """The page of a response; None where it is no HTML."""
    if record.http_headers is None:
        return None
    kind = record.http_headers.get_header("Content-Type") or ""
    if not kind.lower().startswith(HTML):
        return None
    source = f"{path}@{offset}"
    status = record.http_headers.get_statuscode()
    if status != "200":
        return Reject(source=source, stage="read", reason=f"HTTP status {status[:20]}")
    data = _content(record)
    if len(data) > MOST_MARKUP:
        return Reject(source=source, stage="read", reason=f"a page of more than {MOST_MARKUP:,} bytes")
    m = _CHARSET.search(kind)
    fetched = (record.rec_headers.get_header("WARC-Date") or "")[:10]
    return Markup(
        data, source, record.rec_headers.get_header("WARC-Target-URI"), m[1] if m else None,
        fetched if regex.fullmatch(r"\d{4}-\d\d-\d\d", fetched) else None,
    )  # fmt: skip


def _content(record: Any) -> bytes:
    """The bytes of a response without their transfer and content coding; no more than a page has."""
    stream = record.content_stream()
    pieces: list[bytes] = []
    size = 0
    while size <= MOST_MARKUP and (piece := stream.read(_STEP)):
        pieces.append(piece)
        size += len(piece)
    return b"".join(pieces)


def _cut(record: Any) -> bool:
    """Did the file end before the record did?"""
    raw = record.raw_stream
    while getattr(raw, "limit", 0) and raw.read(min(_STEP, raw.limit)):
        pass
    return bool(getattr(raw, "limit", 0))
