"""Where a fact's evidence stands in the page that its article was read from; `reading/pageplaces.py` finds the runs."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import TypeAlias

from extractor.records import Fact
from extractor.text import Span

#: A run of a text [start, end) and of its page's markup: character by character where both are as long.
Place: TypeAlias = tuple[int, int, int, int]


def placed(fact: Fact, runs: Sequence[Place]) -> Fact:
    """A fact whose evidence says where it stands in the page, as far as that can be had."""
    evidence = [e.model_copy(update={"in_page": in_page(e.start, e.end, runs)}) for e in fact.evidence]
    return fact.model_copy(update={"evidence": evidence})


def in_page(start: int, end: int, runs: Sequence[Place]) -> Span | None:
    """Where a span of the text stands in the page; None where its first or its last character has no place there."""
    first, last = _place(start, runs), _place(end - 1, runs)
    return (first[0], last[1]) if first and last and first[0] < last[1] else None


def _place(offset: int, runs: Sequence[Place]) -> Span | None:
    """Where a character of the text stands in the page."""
    i = bisect_right(runs, offset, key=lambda run: run[0]) - 1
    if i < 0 or offset >= runs[i][1]:
        return None
    start, end, begin, finish = runs[i]
    if end - start == finish - begin:
        return (begin + offset - start, begin + offset - start + 1)
    return (begin, finish)
