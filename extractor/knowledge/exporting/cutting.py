"""A text cut into words and signs for the formats that want tokens; also cut wherever a region begins or ends."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable

_TOKEN = re.compile(r"\w[\w\u0300-\u036f]*|[^\w\s]")


def cut(text: str, places: Iterable[int]) -> list[tuple[int, int]]:
    """The [start, end) of every token, in order; blanks belong to none, every place in `places` is a boundary."""
    borders = sorted(set(places))
    tokens: list[tuple[int, int]] = []
    for m in _TOKEN.finditer(text):
        start, end = m.span()
        inner = borders[bisect_right(borders, start) : bisect_left(borders, end)]
        tokens.extend(zip([start, *inner], [*inner, end], strict=True))
    return tokens


def covered(tokens: list[tuple[int, int]], start: int, end: int) -> tuple[int, int]:
    """The first token of a stretch and the one behind its last; equal where it holds none."""
    return bisect_left(tokens, (start, start)), bisect_left(tokens, (end, end))
