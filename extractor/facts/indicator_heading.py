"""The line that heads a figure's: that of its list, or that of its section."""

from __future__ import annotations

from bisect import bisect_right

import regex

from extractor.context import Context
from extractor.figures import scope_words
from extractor.text import Span
from extractor.zones import Line

#: Lines of the longest list or section, characters of the longest heading of a list and of a section.
LIST, HEADING, SECTION = 40, 160, 90
#: Characters of the shortest line of prose: what stands before the first heads the page, not a section.
PROSE = 120
_MARK = regex.compile(
    r"\s*(?:(?P<dash>[-+•*–])|(?P<number>\(?\d{1,2}[.)/])|(?P<letter>[a-zđ]\))|(?P<roman>[IVX]{1,5}\s?[./)-]))"
)
_ENDS = regex.compile(r"(?r)[.;,!?…”\"]\s*")
_FIGURE = regex.compile(r"\d\s?%|\d\s(?:triệu|tỷ|nghìn|hộ|xã|mô hình|lượt)(?!\w)")


def heading_of(line: Span, context: Context) -> Span | None:
    """The heading of a list item or of the section in which a paragraph stands; None where there is none.

    A list's is the nearest short line before it that is no item, is one with another mark or ends with a colon; a
    section's, the nearest one with a number or in capitals.
    """
    text = context.view.text
    mark = _mark(line, text)
    if mark is None and _begins_topic(line, context):
        return None
    lines, ends, prose = _lines(context)
    number = bisect_right(ends, line[0])
    begun = prose if prose is not None and prose <= line[0] else line[0]
    for other in reversed(lines[max(0, number - LIST) : number]):
        written = text[other.start : other.end].rstrip()
        above = _mark((other.start, other.end), text)
        if mark in (None, "roman"):
            if other.start > begun and _is_section(other, above, context):
                return other.start, other.end
            if mark is None and _begins_topic((other.start, other.end), context):
                return None  # “Nhìn lại năm 2019: …” is of no section before it
        elif above is None or written.endswith(":") or (above != mark and _is_section(other, above, context)):
            return (other.start, other.end) if other.end - other.start <= HEADING else None
    return None


def _lines(context: Context) -> tuple[list[Line], list[int], int | None]:
    """The headline and the lines of the body, where they end, and where the first one of prose does."""
    if "lines of the body" not in context.memo:
        lines = [line for line in context.page.lines if line.zone in ("title", "body")]
        prose = next((line.end for line in lines if line.end - line.start >= PROSE), None)
        context.memo["lines of the body"] = lines, [line.end for line in lines], prose
    found: tuple[list[Line], list[int], int | None] = context.memo["lines of the body"]
    return found


def _mark(line: Span, text: str) -> str | None:
    """With what kind of mark a line begins."""
    found = _MARK.match(text, *line)
    return found.lastgroup if found is not None else None


def _is_section(line: Line, mark: str | None, context: Context) -> bool:
    """Does a line head a section: short, no sentence, no figure in it, with a number, in capitals or by its topic?"""
    text = context.view.text
    if line.end - line.start > SECTION or line.zone != "body" or _ENDS.match(text, line.start, line.end):
        return False
    words = text[line.start : line.end]
    if mark in ("number", "roman", "letter"):
        return True
    return _FIGURE.search(words) is None and (words.isupper() or _begins_topic((line.start, line.end), context))


def _begins_topic(line: Span, context: Context) -> bool:
    """Does a line begin with a word for a review or a plan (Kết quả …, Mục tiêu năm 2025)?"""
    return scope_words("topic", context.tables).begins(context.view.text, *line)
