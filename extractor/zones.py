"""The parts of a scraped page: title, body, captions, datelines, bylines and furniture, line by line.

`rules/boilerplate.yaml` says what furniture looks like. Rules of facts read title, body and captions only.
"""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import regex

from extractor import compiled, syntax
from extractor.errors import Problem
from extractor.piece_faults import PieceFaults
from extractor.pieces import PieceError
from extractor.schema import ZONES, check_keys
from extractor.text import Span, View
from extractor.yamlfile import Document

if TYPE_CHECKING:
    from regex import Pattern

#: Groups that a furniture pattern may have: what a dateline or byline says of the article.
GROUPS = frozenset({"day", "month", "year", "time", "author", "outlet", "section", "clock", "label"})

#: A line longer than this is prose, whatever it holds; furniture inside it is found span by span.
LONGEST_FURNITURE = 400

#: A line of this length that ends like a sentence is a paragraph: with it the article goes on behind a box of links.
SHORTEST_PROSE = 160


@dataclass(frozen=True)
class Furniture:
    """One kind of page furniture.

    `within` is `line` (the pattern is the whole line) or `span` (it stands anywhere in a line); `first_lines` and
    `last_lines` bound where it may stand (lines that hold text, from 1); with `rest`, what follows is furniture
    up to the next paragraph of prose, once the article has begun.
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
        return compiled.compile(self.expanded, regex.VERBOSE | regex.UNICODE)

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, ({k: v for k, v in self.__dict__.items() if k in self.__dataclass_fields__},))


def _rebuild(fields: dict[str, Any]) -> Furniture:
    return Furniture(**fields)


def read_furniture(document: Document, faults: PieceFaults, problems: list[Problem]) -> Iterator[tuple[str, Furniture]]:
    """The entries of a boilerplate.yaml; mistakes go to `problems`."""
    for i, entry in enumerate(document.data):
        if not check_keys(document, entry, (i,), "furniture", problems):
            continue
        try:
            syntax.parse(entry.get("pattern") or "")
            expanded = faults.pieces.expand(entry.get("pattern") or "")
            groups = set(compiled.compile(expanded, regex.VERBOSE | regex.UNICODE).groupindex)
        except (syntax.PatternSyntaxError, PieceError, regex.error) as error:
            if not faults.explain(entry.get("pattern") or ""):
                problems.append(document.problem(str(error), i, "pattern"))
            continue
        for name in sorted(groups - GROUPS):
            problems.append(
                document.problem(f"the group {name!r} is none of {', '.join(sorted(GROUPS))}", i, "pattern")
            )
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
                entry["id"], entry["status"], entry["label"], entry["description"],
                entry.get("pattern") or "", expanded,
                entry.get("within", "line"), entry.get("first_lines"), entry.get("last_lines"),
                bool(entry.get("rest")), tuple(map(str, examples)), tuple(map(str, counters)),
                document.file, document.line(i),
            ),
        )  # fmt: skip


@dataclass
class Line:
    """A line of the page that holds text: its span in the view, its zone, and the furniture rule that named it.

    `groups` are the captures of that rule, or of the first rule that found furniture inside the line (`inner`).
    """

    start: int
    end: int
    zone: str = "body"
    rule: str | None = None
    groups: Mapping[str, Span] = field(default_factory=dict)
    inner: str | None = None


@dataclass
class Page:
    """The lines of an article and the furniture spans inside them."""

    lines: list[Line]
    blocked: list[tuple[int, int, str]]

    def line_at(self, offset: int) -> Line | None:
        """The line that holds a view offset."""
        i = self.number_at(offset)
        return None if i is None else self.lines[i]

    def number_at(self, offset: int) -> int | None:
        """Which of the lines that hold text holds a view offset, from 0."""
        i = bisect_right(self._ends, offset)
        return i if i < len(self.lines) and self.lines[i].start <= offset else None

    def blocks(self, offset: int) -> bool:
        """Does a view offset lie in furniture inside a line?"""
        i = bisect_right(self.blocked, (offset, sys.maxsize, "")) - 1
        while i >= 0 and self._reach[i] > offset:
            if self.blocked[i][1] > offset:
                return True
            i -= 1
        return False

    @cached_property
    def _reach(self) -> list[int]:
        """How far the spans up to each of `blocked` reach."""
        return list(accumulate((end for _, end, _ in self.blocked), max))

    @cached_property
    def _ends(self) -> list[int]:
        return [line.end for line in self.lines]


_LINE = regex.compile(r"[^\n]+")
_STOP = regex.compile(r"(?r)[.!?…:;][”\"')\]\s]*")


def read_page(view: View, furniture: Sequence[Furniture]) -> Page:
    """Split a view into lines and name their zones."""
    lines = [Line(*_trimmed(view.text, *m.span())) for m in _LINE.finditer(view.text) if not m[0].isspace()]
    active = [f for f in furniture if f.status != "deprecated"]
    whole = _Standing([f for f in active if f.within == "line"], len(lines))
    inside = _Standing([f for f in active if f.within == "span"], len(lines))
    blocked: list[tuple[int, int, str]] = []
    rest: str | None = None
    begun = False
    for number, line in enumerate(lines):
        prose = _prose(view.text, line)
        begun = begun or line.end - line.start >= SHORTEST_PROSE
        if rest and not prose:
            line.zone, line.rule = "furniture", rest
            continue
        rest = None
        for rule in whole.at(number) if line.end - line.start <= LONGEST_FURNITURE else ():
            if rule.label == "byline" and not begun:
                continue
            if m := rule.regex.fullmatch(view.text, line.start, line.end):
                line.zone, line.rule, line.groups = rule.label, rule.id, _groups(rule, m)
                rest = rule.id if rule.rest and begun else None
                break
        if line.zone in ("body", "caption"):
            blocked.extend(_inside(view.text, line, inside.at(number)))
    return Page(lines, sorted(blocked))


def _trimmed(text: str, start: int, end: int) -> Span:
    while text[start].isspace():
        start += 1
    while text[end - 1].isspace():
        end -= 1
    return start, end


def _prose(text: str, line: Line) -> bool:
    """Is a line a paragraph, not an entry of a list of links or a form?"""
    return line.end - line.start >= SHORTEST_PROSE and _STOP.match(text, line.start, line.end) is not None


def _inside(text: str, line: Line, rules: Iterable[Furniture]) -> Iterator[tuple[int, int, str]]:
    for rule in rules:
        for m in rule.regex.finditer(text, line.start, line.end):
            if not line.groups and (groups := _groups(rule, m)):
                line.groups, line.inner = groups, rule.id
            yield m.start(), line.end if rule.rest else m.end(), rule.id
            if rule.rest:
                break


def _groups(rule: Furniture, m: regex.Match[str]) -> dict[str, Span]:
    return {name: m.span(name) for name in rule.regex.groupindex if m[name] is not None}


class _Standing:
    """Which of some rules of furniture may stand in a line of so many; most lines are neither first nor last."""

    def __init__(self, rules: Sequence[Furniture], count: int) -> None:
        self.rules = rules
        self.count = count
        self.anywhere = [rule for rule in rules if rule.first_lines is None and rule.last_lines is None]
        self.first = max((rule.first_lines or 0 for rule in rules), default=0)
        self.last = count - max((rule.last_lines or 0 for rule in rules), default=0)

    def at(self, number: int) -> list[Furniture]:
        """The rules for a line, in their order."""
        if self.first <= number < self.last:
            return self.anywhere
        return [rule for rule in self.rules if self._stands(rule, number)]

    def _stands(self, rule: Furniture, number: int) -> bool:
        if rule.first_lines is None and rule.last_lines is None:
            return True
        return (rule.first_lines is not None and number < rule.first_lines) or (
            rule.last_lines is not None and number >= self.count - rule.last_lines
        )
