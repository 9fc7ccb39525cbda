"""Why a text does not give a fact: what fell away and why, and which rules nearly matched and where they stopped."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

import regex

from extractor.audit.reach import longest, reach
from extractor.audit.trace import Trace
from extractor.matcher import Dropped
from extractor.pipeline import Pipeline
from extractor.records import Kind
from extractor.rules import Rule
from extractor.text import Span

#: Rules of a kind that are looked at part by part, and those that are told.
MOST_PROBED, MOST_TOLD = 5, 4
#: The share of a pattern's parts that must have been read for a rule to have nearly matched.
NEARLY = 0.5
#: Characters of a text in which near misses are looked for; the rest of a long one is left out.
MOST_CHARS = 20_000

#: What a reading must hold to be worth telling: two words, or a number of some length.
_TELLING = regex.compile(r"\w+\W+\w+|\d[\d.,/-]{3,}")


@dataclass(frozen=True)
class Miss:
    """A rule that found nothing where it might have.

    `span` is in the article's text; `reached` are the words that it read; `why` is the condition's name, `overlap`,
    `yields_to`, `normaliser`, `within`, `zone`, `context`, `unsettled` (nothing is left out, and yet the article does
    not tell whose it is) or `part` (of the pattern), and `what` the condition's pattern and what met it, the rule it
    lost to, what the normaliser says, the part that did not match.
    """

    rule: str
    kind: Kind
    span: Span
    reached: str
    why: str
    what: str

    @property
    def stopped_by(self) -> str:
        """What stopped it, in one line."""
        return f"{self.why}: {self.what}" if self.what else self.why


def misses(trace: Trace, pipe: Pipeline, *, within: Span | None = None, kind: Kind | None = None) -> list[Miss]:
    """All misses of an article, by place: those of whole matches, then those of patterns that got halfway.

    `within` is the stretch of the article's text that they must meet, `kind` the one kind that they are of.
    """
    whole = [*whole_misses(trace, pipe), *_elsewhere(trace, pipe)]
    near = _near(trace, pipe, whole, within, kind)
    found = [
        miss
        for miss in dict.fromkeys([*whole, *near])
        if kind in (None, miss.kind) and (within is None or (miss.span[0] < within[1] and within[0] < miss.span[1]))
    ]
    return sorted(found, key=lambda m: (m.span[0], m.why == "part", -m.span[1], m.rule))


def whole_misses(trace: Trace, pipe: Pipeline) -> Iterator[Miss]:
    """The matches of which no fact came: those that fell away, and those that the article did not settle."""
    yield from _dropped(trace, pipe)
    yield from _unsettled(trace)


def _miss(trace: Trace, rule: Rule, span: Span, why: str, what: str) -> Miss:
    start, end = trace.source(span)
    return Miss(rule.id, rule.kind, (start, end), trace.article.text[start:end], why, what)


def _dropped(trace: Trace, pipe: Pipeline) -> Iterator[Miss]:
    for dropped in trace.dropped:
        span = (dropped.match.start, dropped.match.end)
        yield _miss(trace, dropped.match.rule, span, dropped.reason, told(dropped, trace, pipe))


def told(dropped: Dropped, trace: Trace, pipe: Pipeline) -> str:
    """By what a match fell away: of a condition its pattern, cut short, and the words that met it (`← “…”`)."""
    condition = next((c for c in dropped.match.rule.conditions if c.name == dropped.reason), None)
    if condition is None:
        return " ".join(dropped.by.split())
    name = part_name(" ".join(dropped.by.split()), pipe)
    if not dropped.reason.startswith("not_"):
        return name
    text, (start, end) = trace.context.view.text, dropped.match.whole
    line = trace.context.line_at(start)
    for own in (c for c in dropped.match.rule.conditions if c.name == dropped.reason and c.pattern == dropped.by):
        if own.name == "not_after":
            met = own.regex.match(text, line[0], start)
        elif own.name == "not_before":
            met = own.regex.match(text, end, line[1])
        else:
            place = {"not_with": trace.context.sentence_at(start), "not_inside": line}.get(own.name, (0, len(text)))
            met = own.regex.search(text, *place)
        if met is not None and met[0].strip():
            return f"{name} ← “{met[0].strip()}”"
    return name


def _unsettled(trace: Trace) -> Iterator[Miss]:
    for candidate in trace.came_to_nothing():
        span = (candidate.match.start, candidate.match.end)
        why = "context" if candidate.rule.carry else "unsettled"
        yield _miss(trace, candidate.rule, span, why, ", ".join(candidate.rule.carry) or candidate.rule.kind)


def _elsewhere(trace: Trace, pipe: Pipeline) -> Iterator[Miss]:
    """Matches in parts of the page that the rule does not read."""
    text, page = trace.context.view.text, trace.context.page
    for rule in _rules(pipe):
        if rule.within == "cell":
            continue
        for line in page.lines:
            if line.zone in rule.zones or line.end - line.start > MOST_CHARS:
                continue
            for m in rule.regex.finditer(text, line.start, line.end):
                if m.end() > m.start():
                    by = f"{line.zone} {line.inner or line.rule or ''}".strip()
                    yield _miss(trace, rule, m.span(), "zone", by)


def _rules(pipe: Pipeline) -> Iterator[Rule]:
    for kind in ("date", "document", "official", "indicator", "program"):
        yield from pipe.rules.of(kind, drafts=pipe.drafts)


def _near(trace: Trace, pipe: Pipeline, whole: list[Miss], within: Span | None, kind: Kind | None) -> Iterator[Miss]:
    """The rules whose patterns got furthest without matching, a few a kind and line, where no fact of theirs stands."""
    view = trace.context.view
    taken = [(f.kind, (e.start, e.end)) for f in trace.facts for e in f.evidence]
    known = {(m.rule, m.span[0]) for m in whole}
    first, last = (0, MOST_CHARS) if within is None else _in_view(trace, within)
    for line in trace.context.page.lines:
        begin, end = max(line.start, first), min(line.end, last)
        if begin >= end:
            continue
        by_kind: dict[Kind, list[tuple[Span, Rule]]] = {}
        for rule in _rules(pipe):
            if rule.within == "cell" or line.zone not in rule.zones or kind not in (None, rule.kind):
                continue
            span = longest(rule, view.text, (begin, end))
            if span is None or not _TELLING.search(view.text, *span):
                continue
            place = trace.source(span)
            if any(own == rule.kind and a < place[1] and place[0] < b for own, (a, b) in taken):
                continue
            if (rule.id, place[0]) not in known:
                by_kind.setdefault(rule.kind, []).append((span, rule))
        for spans in by_kind.values():
            best = sorted(spans, key=lambda s: (s[0][0] - s[0][1], s[1].order))[:MOST_PROBED]
            yield from _probed(trace, pipe, best)


def _in_view(trace: Trace, span: Span) -> Span:
    """A stretch of the article's text in the view: the first and last of its places that lie in it."""
    view = trace.context.view
    places = range(len(view.text))
    first = bisect_left(places, span[0], key=lambda at: view.to_source(at, at + 1)[0])
    return first, bisect_left(places, span[1], key=lambda at: view.to_source(at, at + 1)[0])


def _probed(trace: Trace, pipe: Pipeline, best: list[tuple[Span, Rule]]) -> Iterator[Miss]:
    line_end = max((trace.context.line_at(span[0])[1] for span, _ in best), default=0)
    reached = []
    text = trace.context.view.text
    for span, rule in best:
        found = reach(rule, pipe.rules.pieces, text, span[0], line_end)
        if found is not None and found.share >= NEARLY and _TELLING.search(text, *found.span):
            reached.append((found, rule))
    reached.sort(key=lambda r: (-r[0].share, r[0].span[0] - r[0].span[1], r[1].order))
    for found, rule in reached[:MOST_TOLD]:
        yield _miss(trace, rule, found.span, "part", part_name(found.part, pipe))


def part_name(part: str, pipe: Pipeline) -> str:
    """A part of a pattern with what the pieces in it stand for."""
    pieces = pipe.rules.pieces.pieces
    names = dict.fromkeys(regex.findall(r"\{\{(\w+)\}\}", part))
    notes = [f"{name} = {pieces[name].comment}" for name in names if name in pieces]
    short = part if len(part) <= 120 else part[:119] + "…"
    return f"{short} ({'; '.join(notes)})" if notes else short
