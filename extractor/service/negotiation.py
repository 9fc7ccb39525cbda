"""What a client sends and what it wants to get: Content-Type and Accept."""

from __future__ import annotations

from collections.abc import Sequence

import regex
from starlette.datastructures import Headers

from extractor.service.problems import Problem

#: A media type with its parameters; what is not of this form names no type.
_TYPE = regex.compile(r"\s*([\w!#$&^.+*-]+/[\w!#$&^.+*-]+)\s*((?:;[^;]*)*)")
_CHARSET = regex.compile(r";\s*charset\s*=\s*\"?([\w.:-]{2,40})\"?\s*(?:;|$)", regex.I)
_QUALITY = regex.compile(r";\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*(?:;|$)", regex.I)


def content_type(headers: Headers, taken: Sequence[str]) -> tuple[str, str | None]:
    """The type of a body, one of those that are `taken`, and its charset; raises `Problem` (400, 415)."""
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise Problem(415, "compressed bodies are not read")
    given = headers.getlist("content-type")
    if len(given) > 1:
        raise Problem(400, "more than one Content-Type")
    m = _TYPE.fullmatch(given[0]) if given else None
    name = m[1].lower() if m else None
    if m is None or name not in taken:
        raise Problem(415, f"read are {', '.join(taken)}")
    charset = _CHARSET.search(m[2])
    return name or "", charset[1] if charset else None


def accepted(headers: Headers, offered: Sequence[str]) -> str:
    """The best of the types that can be given, the first where the client does not mind; raises `Problem` (406)."""
    given = ",".join(headers.getlist("accept"))
    if not given.strip():
        return offered[0]
    wanted = [_range(part) for part in given.split(",")[:50]]
    best, quality = None, 0.0
    for offer in offered:
        fits = [(exact, q) for kind, q in wanted if (exact := _fits(kind, offer))]
        q = max(fits)[1] if fits else 0.0
        if q > quality:
            best, quality = offer, q
    if best is None:
        raise Problem(406, f"given are {', '.join(offered)}")
    return best


def _range(part: str) -> tuple[str, float]:
    m = _TYPE.fullmatch(part)
    if m is None:
        return "", 0.0
    q = _QUALITY.search(m[2])
    return m[1].lower(), float(q[1]) if q else 1.0


def _fits(wanted: str, offer: str) -> int:
    """How exactly a range names a type: 3 itself, 2 its family, 1 anything, 0 not."""
    if wanted == offer:
        return 3
    if wanted == offer.split("/")[0] + "/*":
        return 2
    return 1 if wanted == "*/*" else 0
