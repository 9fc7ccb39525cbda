"""A page as it came: its bytes and what its carrier, a file or a WARC record, says of it."""

from __future__ import annotations

from dataclasses import dataclass

#: Bytes of a page; more is no article.
MOST_MARKUP = 20_000_000


@dataclass(frozen=True, slots=True)
class Markup:
    """An HTML page that is still to be read: `charset` as its carrier declares it, `fetched` the ISO day it came."""

    data: bytes
    source: str
    url: str | None = None
    charset: str | None = None
    fetched: str | None = None
