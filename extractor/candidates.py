"""From a match to candidate facts: its captures divided, its values normalised, its links followed.

The step between matching and resolving, the same for all kinds. A rule with `each: item` gives one candidate for every
capture of `item`: captures inside an item are its own, those outside all items are shared by all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from extractor.context import Context, Draft, Inferred, Mention
from extractor.matcher import Dropped, Match
from extractor.normalise import NORMALISERS, Capture, Refused
from extractor.rules import Rule
from extractor.schema import EVIDENCE, FIELDS
from extractor.text import Span

#: Fields that hold a list: every capture of their group counts.
LISTS = frozenset({"parties"})


@dataclass(slots=True)
class Candidate:
    """A fact as one match says it, in view offsets, before context completes it."""

    rule: Rule
    match: Match
    start: int
    end: int
    captures: Mapping[str, tuple[Span, ...]]
    fields: dict[str, Any] = field(default_factory=dict)
    spans: dict[str, list[Span]] = field(default_factory=dict)
    inferred: dict[str, Inferred] = field(default_factory=dict)

    def get(self, name: str) -> Any:
        """A field's value, None where it has none."""
        return self.fields.get(name)

    def first(self, name: str) -> Span | None:
        """The first capture of a group."""
        spans = self.captures.get(name)
        return spans[0] if spans else None

    def infer(self, name: str, value: Any, by: str, spans: Iterable[Span] = ()) -> None:
        """Set a field that the evidence does not say, and what settled it."""
        self.fields[name] = value
        self.inferred[name] = Inferred(by, list(spans))

    def draft(self) -> Draft:
        """The candidate as a draft of one mention."""
        mention = Mention(self.start, self.end, self.rule.id, {k: v for k, v in self.spans.items() if v})
        return Draft(self.rule.kind, self.fields, [mention], self.inferred)


def candidates(matches: Sequence[Match], context: Context, dropped: list[Dropped] | None = None) -> list[Candidate]:
    """The candidates of all matches, in text order; what a normaliser refuses goes to `dropped`."""
    found: list[Candidate] = []
    for match in matches:
        for captures, start, end in _items(match):
            try:
                found.append(_candidate(match, captures, start, end, context))
            except Refused as refusal:
                if dropped is not None:
                    dropped.append(Dropped(match, "normaliser", str(refusal)))
    return found


def instead_of(match: Match, context: Context) -> Iterator[Candidate]:
    """The candidates of the matches that gave way to one that comes to nothing, the best first; none overlap."""
    read: list[Match] = []
    for other in match.beaten:
        if all(other.end <= m.start or m.end <= other.start for m in read):
            found = candidates([other], context)
            read += [other] if found else []
            yield from found


def _items(match: Match) -> list[tuple[Mapping[str, tuple[Span, ...]], int, int]]:
    """The captures of each candidate of a match, with its evidence span."""
    each = match.rule.each
    if not each or each not in match.groups:
        return [(match.groups, match.start, match.end)]
    items = match.groups[each]
    inside = [
        {
            name: kept
            for name, spans in match.groups.items()
            if (kept := tuple(s for s in spans if item[0] <= s[0] and s[1] <= item[1]))
        }
        for item in items
    ]
    shared = {
        name: kept
        for name, spans in match.groups.items()
        if (kept := tuple(s for s in spans if not any(i[0] <= s[0] and s[1] <= i[1] for i in items)))
    }
    found: list[tuple[Mapping[str, tuple[Span, ...]], int, int]] = []
    for item, own in zip(items, inside, strict=True):
        captures = {**{name: _nearest_first(spans, item) for name, spans in shared.items()}, **own}
        read = [item, *(spans[0] for name, spans in captures.items() if name not in (each, EVIDENCE))]
        read += [s for name, spans in own.items() if name not in (each, EVIDENCE) for s in spans]
        # What is read outside the evidence group does not widen an item's evidence.
        read = [s for s in read if match.start <= s[0] and s[1] <= match.end] or [item]
        start, end = min(s for s, _ in read), max(e for _, e in read)
        start, end = max(start, match.start), min(end, match.end)
        found.append((captures, start, end))
    return found


def _nearest_first(spans: tuple[Span, ...], item: Span) -> tuple[Span, ...]:
    """Captures that items share, the one an item reads first: the next behind it, else the last before it."""
    behind = [s for s in spans if s[0] >= item[1]]
    before = [s for s in spans if s[0] < item[1]]
    return (*behind, *reversed(before))


def _candidate(
    match: Match, captures: Mapping[str, tuple[Span, ...]], start: int, end: int, context: Context
) -> Candidate:
    rule = match.rule
    candidate = Candidate(rule, match, start, end, captures)
    candidate.fields.update(rule.constants)
    for name in FIELDS[rule.kind]:
        if name in captures and name not in rule.values:
            spans = list(captures[name])
            quotes = [context.view.quote(*span) for span in spans]
            candidate.fields[name] = quotes if name in LISTS else quotes[0]
            candidate.spans[name] = spans if name in LISTS else spans[:1]
    for name, spec in rule.values.items():
        groups = {parameter: _capture(captures.get(group), context) for parameter, group in spec.groups.items()}
        value = NORMALISERS[spec.use].make(groups, spec.constants, context)
        if value is None:
            continue
        candidate.fields[name] = value.data
        candidate.fields.update(value.also)
        read = {"": [c.span for c in groups.values() if c]} if not value.spans else value.spans
        for path, spans in read.items():
            candidate.spans[f"{name}.{path}" if path else name] = list(spans)
    for name, kind in rule.links.items():
        _link(candidate, name, context.made(kind), context)
    return candidate


def _capture(spans: tuple[Span, ...] | None, context: Context) -> Capture | None:
    if not spans:
        return None
    start, end = spans[0]
    return Capture(context.view.text[start:end], context.view.quote(start, end), (start, end))


def _link(candidate: Candidate, name: str, drafts: Iterable[Draft], context: Context) -> None:
    """Fill a field with the date that another kind's rules read on the span of the group of its name."""
    span = candidate.first(name)
    if span is None:
        return
    candidate.fields[name] = None
    for draft in drafts:
        for mention in draft.mentions:
            if mention.start < span[1] and span[0] < mention.end:
                candidate.fields[name] = draft.fields["value"]
                candidate.spans[name] = [(mention.start, mention.end)]
                if "value" in draft.inferred:
                    candidate.inferred[name] = draft.inferred["value"]
                return


def carry(
    candidate: Candidate, before: Sequence[Candidate], context: Context,
    fits: Callable[[str, Candidate], bool] = lambda name, earlier: True,
    passes: Callable[[int, int], bool] = lambda start, end: False,
) -> None:  # fmt: skip
    """Fill the fields that the rule carries over from the nearest earlier candidate that has them.

    Looks back as far as the rule's scope for the field, and not past what `carry_stops` matches between the two;
    `fits(name, earlier)` lets a kind refuse an antecedent, `passes(start, end)` a stop that it knows to be none.
    """
    for name, scope in candidate.rule.carry.items():
        if candidate.fields.get(name) is not None:
            continue
        first = context.scope(scope, candidate.start)[0]
        for earlier in reversed(before):
            if earlier.start < first:
                break
            value = earlier.fields.get(name)
            if value is None or not fits(name, earlier):
                continue
            gap = earlier.end, max(earlier.end, candidate.match.start)
            stops = candidate.rule.stops.finditer(context.view.text, *gap) if candidate.rule.stops else ()
            if all(passes(*stop.span()) for stop in stops):
                spans = earlier.spans.get(name) or (earlier.inferred[name].spans if name in earlier.inferred else [])
                candidate.infer(name, value, f"carried over within the {scope}", spans)
            break
