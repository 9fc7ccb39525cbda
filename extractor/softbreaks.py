"""Line breaks inside a paragraph: where a scraped line plainly goes on in the next one.

A paragraph that was cut at a column, in print or by an editor, is read as one line: the break becomes a space in the
view (`View.joined`). A break is soft where nothing ended before it and the next line goes on in small letters; or
behind a comma or a word of `data/line-joints.csv` (“Quyết định số”, “ngày”, “PCT Hội”); or, on a page that is wrapped
at one width, where the next word would not have fitted.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import regex

from extractor import compiled
from extractor.pieces import alternation
from extractor.tables import Tables
from extractor.text import Span
from extractor.zones import Line

if TYPE_CHECKING:
    from regex import Pattern

#: Characters that a line of prose has at least, and one that stops at a word which wants another.
SHORTEST, SHORTEST_JOINT = 30, 20
#: How many breaks before small letters show that a page is wrapped, and how near its full width they come.
WRAPPED, NEAR = 3, 0.75

_BREAK = regex.compile(r"[ ]?\n[ ]?")
_ENDED = regex.compile(r"(?r)[.!?…:;|][”\"')\]]*")
_SMALL = regex.compile(r"\p{Ll}[\p{L}\p{M}]*(?![\p{L}\p{M}).])")
_MARKED = regex.compile(r"[-+*•|(]|\d{1,2}[.)]\s|\d{1,2}\s-\s|\p{L}[.)]\s|[IVXL]+\.")
_FIRST = regex.compile(r"\S+")
#: What the columns `next` of data/line-joints.csv ask of the next line.
_NEXT = {"digit": r"\d", "capital": r"[“\"]?\p{Lu}\p{Ll}", "any": r"[\p{L}\d“\"]"}


def soft_breaks(text: str, lines: Sequence[Line], tables: Tables) -> list[Span]:
    """The spans of the breaks that end no paragraph, with the spaces about them."""
    ends = [
        (here, after)
        for here, after in pairwise(lines)
        if here.zone == "body"
        and after.zone in ("body", "byline")
        and _BREAK.fullmatch(text, here.end, after.start)
        and "|" not in text[here.start : here.end]
    ]
    goes_on = [(here, after) for here, after in ends if not _ENDED.match(text, here.start, here.end)]
    small = [(here, after) for here, after in goes_on if _goes_on_small(text, here, after)]
    width = _width([here for here, _ in small])
    joints = _joints(tables)
    soft: list[Span] = []
    for here, after in ends:
        begun = bool(soft) and soft[-1][1] == here.start  # the line goes on one before it
        if (
            (here, after) in small
            or ((begun or here.end - here.start >= SHORTEST_JOINT) and _wanted(text, here, after, joints))
            or (width and (here, after) in goes_on and _full(text, here, after, width))
        ):
            soft.append((here.end, after.start))
    return soft


def _goes_on_small(text: str, here: Line, after: Line) -> bool:
    return here.end - here.start >= SHORTEST and _SMALL.match(text, after.start, after.end) is not None


def _wanted(text: str, here: Line, after: Line, joints: Sequence[tuple[Pattern[str], Pattern[str]]]) -> bool:
    """Does a line stop at a word that wants another, and the next one begin with what it wants?"""
    if text[here.start : here.end].isupper() or _MARKED.match(text, after.start, after.end):
        return False
    return any(end.match(text, here.start, here.end) and go.match(text, after.start) for end, go in joints)


def _width(wrapped: Sequence[Line]) -> int:
    """The width at which a page is wrapped, 0 where it is not."""
    widest = max((line.end - line.start for line in wrapped), default=0)
    near = [line for line in wrapped if line.end - line.start >= widest * NEAR]
    return widest if len(near) >= WRAPPED and len(near) == len(wrapped) else 0


def _full(text: str, here: Line, after: Line, width: int) -> bool:
    """Is a line so full that the next one's first word went over the width, and no longer than it?"""
    first = _FIRST.match(text, after.start, after.end)
    size, word = here.end - here.start, first.end() - first.start() if first else 0
    fits = size + 1 + word <= width
    return not fits and size <= width + word and _MARKED.match(text, after.start) is None


@lru_cache(maxsize=4)
def _joints(tables: Tables) -> list[tuple[Pattern[str], Pattern[str]]]:
    """Pairs of patterns: the end of a line that wants something, and what it wants of the next."""
    if "line-joints" not in tables:
        return []
    return [
        (
            compiled.compile(rf"(?r)(?<![\p{{L}}\p{{M}}])(?:{alternation(row.forms('words'))})", regex.VERBOSE),
            compiled.compile(_NEXT[row["next"]]),
        )
        for row in tables["line-joints"]
    ]
