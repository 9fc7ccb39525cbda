"""The parts of a scraped page: title, body, captions, datelines, bylines and furniture, line by line.

`rules/boilerplate.yaml` says what furniture looks like. Rules of facts read title, body and captions only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import regex

from extractor import syntax
from extractor.errors import Problem
from extractor.pieces import PieceError, Pieces
from extractor.schema import ZONES, check_keys
from extractor.text import Span, View
from extractor.yamlfile import Document

if TYPE_CHECKING:
    from regex import Pattern

#: Groups that a furniture pattern may have: what a dateline or byline says of the article.
GROUPS = frozenset({"day", "month", "year", "time", "author", "outlet", "section", "clock"})

#: A line longer than this is prose, whatever it holds; furniture inside it is found span by span.
LONGEST_FURNITURE = 400


@dataclass(frozen=True)
class Furniture:
    """One kind of page furniture.

    `within` is `line` (the pattern is the whole line) or `span` (it stands anywhere in a line); `first_lines` and
    `last_lines` bound where it may stand (lines that hold text, from 1); with `rest`, all that follows is furniture.
    """

    id: str
    status: str
    label: str
    description: str
    pattern: str
    expanded: str
    within: str
    first_lines: int | None
    last_lines: int | None
    rest: bool
    examples: tuple[str, ...]
    counterexamples: tuple[str, ...]
    file: str
    line: int

    @cached_property
    def regex(self) -> Pattern[str]:
        """The compiled pattern."""
        return regex.compile(self.expanded, regex.VERBOSE | regex.UNICODE)

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, ({k: v for k, v in self.__dict__.items() if k in self.__dataclass_fields__},))


def _rebuild(fields: dict[str, Any]) -> Furniture:
    return Furniture(**fields)


def read_furniture(document: Document, pieces: Pieces, problems: list[Problem]) -> Iterator[tuple[str, Furniture]]:
    """The entries of a boilerplate.yaml; mistakes go to `problems`."""
    for i, entry in enumerate(document.data):
        if not check_keys(document, entry, (i,), "furniture", problems):
            continue
        try:
            syntax.parse(entry.get("pattern") or "")
            expanded = pieces.expand(entry.get("pattern") or "")
            compiled = regex.compile(expanded, regex.VERBOSE | regex.UNICODE)
        except (syntax.PatternSyntaxError, PieceError, regex.error) as error:
            problems.append(document.problem(str(error), i, "pattern"))
            continue
        for name in sorted(set(compiled.groupindex) - GROUPS):
            problems.append(document.problem(f"the group {name!r} is none of {', '.join(sorted(GROUPS))}", i, "pattern"))
        if entry["label"] not in ZONES:
            problems.append(document.problem(f"label is one of {', '.join(sorted(ZONES))}", i, "label"))
        if entry.get("within", "line") not in ("line", "span"):
            problems.append(document.problem("within is line or span", i, "within"))
        examples, counters = entry.get("examples") or [], entry.get("counterexamples") or []
        if entry["status"] != "deprecated" and (len(examples) < 2 or not counters):
            problems.append(document.problem("two examples and a counterexample are wanted", i))
        yield (
            entry["id"],
            Furniture(
                entry["id"], entry["status"], entry["label"], entry["description"], entry.get("pattern") or "", expanded,
                entry.get("within", "line"), entry.get("first_lines"), entry.get("last_lines"),
                bool(entry.get("rest")), tuple(map(str, examples)), tuple(map(str, counters)),
                document.file, document.line(i),
            ),
        )  # fmt: skip


@dataclass
class Line:
    """A line of the page that holds text: its span in the view, its zone, and the furniture rule that named it."""

    start: int
    end: int
    zone: str = "body"
    rule: str | None = None
    groups: Mapping[str, Span] = field(default_factory=dict)


@dataclass
class Page:
    """The lines of an article and the furniture spans inside them."""

    lines: list[Line]
    blocked: list[tuple[int, int, str]]

    def line_at(self, offset: int) -> Line | None:
        """The line that holds a view offset."""
        low, high = 0, len(self.lines)
        while low < high:
            middle = (low + high) // 2
            if self.lines[middle].end <= offset:
                low = middle + 1
            else:
                high = middle
        return self.lines[low] if low < len(self.lines) and self.lines[low].start <= offset else None


_LINE = regex.compile(r"[^\n]*[^\s][^\n]*")


def read_page(view: View, furniture: Sequence[Furniture]) -> Page:
    """Split a view into lines and name their zones."""
    lines: list[Line] = []
    for m in _LINE.finditer(view.text):
        start, end = m.span()
        while view.text[start].isspace():
            start += 1
        while view.text[end - 1].isspace():
            end -= 1
        lines.append(Line(start, end))
    active = [f for f in furniture if f.status != "deprecated"]
    whole = [f for f in active if f.within == "line"]
    inside = [f for f in active if f.within == "span"]
    blocked: list[tuple[int, int, str]] = []
    rest: str | None = None
    for number, line in enumerate(lines):
        if rest:
            line.zone, line.rule = "furniture", rest
            continue
        for rule in whole if line.end - line.start <= LONGEST_FURNITURE else ():
            if not _stands(rule, number, len(lines)):
                continue
            m = rule.regex.fullmatch(view.text, line.start, line.end)
            if m:
                line.zone, line.rule = rule.label, rule.id
                line.groups = {name: m.span(name) for name in rule.regex.groupindex if m[name] is not None}
                rest = rule.id if rule.rest else None
                break
        if line.zone in ("body", "caption"):
            for rule in inside:
                if _stands(rule, number, len(lines)):
                    for m in rule.regex.finditer(view.text, line.start, line.end):
                        blocked.append((m.start(), line.end if rule.rest else m.end(), rule.id))
                        if rule.rest:
                            break
    return Page(lines, sorted(blocked))


def _stands(rule: Furniture, number: int, count: int) -> bool:
    if rule.first_lines is None and rule.last_lines is None:
        return True
    return (rule.first_lines is not None and number < rule.first_lines) or (
        rule.last_lines is not None and number >= count - rule.last_lines
    )
