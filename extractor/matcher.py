"""Runs the rules of a kind over an article's lines and settles which matches stand.

Policy, stated once: a match whose conditions fail is dropped; of two matches of one kind that overlap, the one of
higher `priority` stands, then the longer, then the earlier, then the rule that comes first in its file; a match that a
`yields_to` kind has already taken gives way. What is dropped is kept with its reason, for `danvan explain`. A match
keeps those that it alone stood in the way of (`beaten`): where it then comes to nothing for want of an antecedent, its
kind may read them instead (`extractor.candidates.instead_of`).
"""

from __future__ import annotations

import time
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

import regex

from extractor.context import Context
from extractor.errors import InputError
from extractor.grids import cells, in_row
from extractor.rules import Condition, Rule
from extractor.schema import EVIDENCE
from extractor.text import Span
from extractor.zones import Line

#: Matches of one rule in one article after which it is stopped, with a warning: a count, so that it decides the same
#: output on every machine.
MOST_MATCHES = 20_000
#: Characters of a line that one search sees; longer lines are read sentence by sentence in windows of this size.
WINDOW = 20_000
#: Seconds that one search may take. Reaching it makes the article a reject (stage `timeout`), never another output.
SECONDS = 20.0
#: Characters before and behind a match that conditions look at.
AROUND = 200


@dataclass(frozen=True, slots=True)
class Match:
    """A rule's match: its evidence span and the captures of its named groups, in view offsets."""

    rule: Rule
    start: int
    end: int
    groups: Mapping[str, tuple[Span, ...]]
    whole: Span
    #: Matches of its kind that gave way to this one and overlap no other that stands, the best first.
    beaten: list[Match] = field(default_factory=list, compare=False, repr=False)

    def first(self, name: str) -> Span | None:
        """The first capture of a group, None where it took no part."""
        spans = self.groups.get(name)
        return spans[0] if spans else None


@dataclass(frozen=True, slots=True)
class Dropped:
    """A match that does not stand, and why: the condition's name, `overlap` or `yields_to`, and what it lost to."""

    match: Match
    reason: str
    by: str = ""


@dataclass
class Outcome:
    """What the rules of one kind found in an article."""

    matches: list[Match] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)


def find(rules: Sequence[Rule], context: Context) -> Outcome:
    """All matches of `rules` (of one kind) in the article that stand, in text order, and those that do not."""
    outcome = Outcome()
    candidates: list[Match] = []
    tables = any(rule.within == "cell" for rule in rules)
    for rule in rules:
        for count, match in enumerate(_matches(rule, context), 1):
            if count > MOST_MATCHES:
                context.warnings.append(f"{rule.id}: stopped after {MOST_MATCHES} matches")
                break
            reason = _refusal(match, context)
            if reason is None and tables and rule.within == "line" and in_row(context, match.start, match.end):
                reason = ("within", "a row of a table")
            if reason:
                outcome.dropped.append(Dropped(match, reason[0], reason[1]))
            else:
                candidates.append(match)
    candidates.sort(key=lambda m: (-m.rule.priority, m.start - m.end, m.start, m.rule.order))
    taken: list[tuple[int, int, str]] = []
    lost: list[Match] = []
    for match in candidates:
        other = _overlapping(taken, match.start, match.end)
        if other:
            outcome.dropped.append(Dropped(match, "overlap", other))
            lost.append(match)
        else:
            insort(taken, (match.start, match.end, match.rule.id))
            outcome.matches.append(match)
    outcome.matches.sort(key=lambda m: (m.start, m.end))
    outcome.dropped.sort(key=lambda d: (d.match.start, d.match.end, d.match.rule.id))
    _remember(lost, outcome.matches)
    return outcome


def _remember(lost: Sequence[Match], standing: Sequence[Match]) -> None:
    """Give each match that stands those that gave way to it alone; `standing` are in text order and disjoint."""
    starts = [match.start for match in standing]
    for match in lost:
        last = bisect_left(starts, match.end) - 1
        if last == 0 or standing[last - 1].end <= match.start:
            standing[last].beaten.append(match)


def _overlapping(taken: Sequence[tuple[int, int, str]], start: int, end: int) -> str | None:
    """The rule of a span in `taken` (sorted, disjoint) that overlaps [start, end)."""
    i = bisect_left(taken, (end,))
    return taken[i - 1][2] if i and taken[i - 1][1] > start else None


def _windows(context: Context, line: Line) -> Iterator[Span]:
    """A line whole, or in runs of sentences of at most `WINDOW` characters."""
    if line.end - line.start <= WINDOW:
        yield (line.start, line.end)
        return
    begin = end = line.start
    sentences = context.sentences
    for start, stop in islice(sentences, bisect_left(sentences, (line.start,)), None):
        if start >= line.end:
            break
        if stop - begin > WINDOW and end > begin:
            yield from _cut(begin, end)
            begin = start
        end = stop
    yield from _cut(begin, end)


def _all_windows(context: Context) -> tuple[list[tuple[int, int, str]], list[int]]:
    """The windows of all lines with their zones, and their ends."""
    if "windows" not in context.memo:
        found = [(*window, line.zone) for line in context.page.lines for window in _windows(context, line)]
        context.memo["windows"] = found, [end for _, end, _ in found]
    windows: tuple[list[tuple[int, int, str]], list[int]] = context.memo["windows"]
    return windows


def _cut(begin: int, end: int) -> Iterator[Span]:
    for start in range(begin, end, WINDOW):
        yield (start, min(end, start + WINDOW))


def _among(condition: Condition, context: Context) -> bool:
    """Does the article speak of it anywhere? Asked once an article."""
    key = f"among {condition.expanded}"
    if key not in context.memo:
        context.memo[key] = condition.regex.search(context.view.text) is not None
    return bool(context.memo[key])


def _matches(rule: Rule, context: Context) -> Iterator[Match]:
    if rule.within == "cell":
        yield from _in_cells(rule, context)
        return
    starts = context.starts.get(rule.id)
    if starts is not None:
        if starts:
            yield from _from_starts(rule, starts, context)
        return
    text = context.view.text
    compiled = rule.regex
    names = rule.groups
    blocked = context.page.blocked
    for line in context.page.lines:
        if line.zone not in rule.zones:
            continue
        for begin, end in _windows(context, line):
            position = begin
            while position < end:
                try:
                    m = compiled.search(text, position, end, timeout=_seconds_left(context))
                except TimeoutError as error:
                    raise InputError("timeout", f"the time was up in rule {rule.id}") from error
                if m is None:
                    break
                match = _match(rule, m, names)
                position = max(match.end, m.start() + 1)
                if match.start < match.end and not any(s < match.end and match.start < e for s, e, _ in blocked):
                    yield match


def _from_starts(rule: Rule, starts: Sequence[int], context: Context) -> Iterator[Match]:
    """What `_matches` finds, tried only where a match may begin."""
    text, tried, names = context.view.text, rule.regex.match, rule.groups
    blocked, number, last = context.page.blocked, 0, len(starts)
    windows, ends = _all_windows(context)
    # A shipped pattern is measured to take no longer than the text is (`danvan rules check`): its tries, which see a
    # window, go without the guard, which costs as much as most of them; the time is looked at between windows.
    seconds = None if context.measured else _seconds_left(context)
    while number < last:
        at = bisect_right(ends, starts[number])
        if at == len(ends):
            return
        begin, end, zone = windows[at]
        if zone not in rule.zones:
            number = bisect_left(starts, end, number)
            continue
        if context.deadline is not None and time.monotonic() > context.deadline:
            raise InputError("timeout", f"the time was up in rule {rule.id}")
        position = begin
        number = bisect_left(starts, begin, number)
        while number < last and (start := starts[number]) < end:
            number += 1
            if start < position:
                continue
            try:
                m = tried(text, start, end) if seconds is None else tried(text, start, end, timeout=seconds)
            except TimeoutError as error:
                raise InputError("timeout", f"the time was up in rule {rule.id}") from error
            if m is None:
                continue
            match = _match(rule, m, names)
            position = max(match.end, m.start() + 1)
            if match.start < match.end and not any(s < match.end and match.start < e for s, e, _ in blocked):
                yield match


def _in_cells(rule: Rule, context: Context) -> Iterator[Match]:
    """The cells of figures, of tables in the rule's zones, that its pattern is the whole of."""
    for cell in cells(context):
        line = context.page.line_at(cell.span[0])
        if line is not None and line.zone in rule.zones:
            m = rule.regex.fullmatch(context.view.text, *cell.span, timeout=_seconds_left(context))
            if m is not None:
                yield _match(rule, m, rule.groups)


def _seconds_left(context: Context) -> float:
    """What one search may take: never more than `SECONDS`, nor than is left of the article's time."""
    if context.deadline is None:
        return SECONDS
    return max(1e-6, min(SECONDS, context.deadline - time.monotonic()))


def _match(rule: Rule, m: regex.Match[str], names: Sequence[str]) -> Match:
    groups = {name: spans for name in names if (spans := tuple(m.spans(name)))}
    start, end = groups[EVIDENCE][0] if EVIDENCE in groups else m.span()
    return Match(rule, start, end, groups, m.span())


def _refusal(match: Match, context: Context) -> tuple[str, str] | None:
    """Why a match does not stand by its own conditions: the condition and its pattern, or None."""
    text = context.view.text
    start, end = match.whole
    line = context.line_at(start)
    for condition in match.rule.conditions:
        name = condition.name
        if name.endswith("after"):
            met = condition.regex.match(text, max(line[0], start - AROUND), start) is not None
        elif name.endswith("before"):
            met = condition.regex.match(text, end, min(line[1], end + AROUND)) is not None
        elif name.endswith("among"):
            met = _among(condition, context)
        elif name.endswith("with"):
            met = condition.regex.search(text, *context.sentence_at(start)) is not None
        else:
            first, last = max(line[0], start - AROUND), min(line[1], end + AROUND)
            met = any(m.start() <= start and end <= m.end() for m in condition.regex.finditer(text, first, last))
        if met != name.startswith("only"):
            return (name, condition.pattern)
    for group, labels in match.rule.hints.items():
        for span in match.groups.get(group, ()):
            if not context.hints_over(*span, labels):
                return ("hints", f"{group}: {'|'.join(labels)}")
    for target in match.rule.yields_to:
        for draft in context.made(target):
            for mention in draft.mentions:
                if mention.start < match.end and match.start < mention.end:
                    return ("yields_to", mention.rule)
    return None
