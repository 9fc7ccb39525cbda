"""Figures told one after the other for indicators named one after the other (A và B lần lượt đạt 3% và 4%)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from extractor.candidates import Candidate
from extractor.context import Context
from extractor.figures import indicator_row, indicators_named_in
from extractor.text import Span

#: The helper that marks such a figure, and the helper of its word.
ORDERED = "respective"


def give(
    candidate: Candidate,
    kept: Sequence[Candidate],
    context: Context,
    fits: Callable[[str, Candidate], bool],
    passes: Callable[[int, int], bool],
) -> None:
    """Of as many indicators as there are figures, the last named before them, give a figure the one of its place.

    Nothing is given where fewer are named, where foreign words stand between them and the figures, or where one of the
    indicators does not take the figure (`fits`).
    """
    items = sorted(candidate.match.groups.get(candidate.rule.each or "", ()))
    item = candidate.first(candidate.rule.each or "")
    named = _named(candidate, kept, context)[-len(items) :]
    candidate.fields.pop("indicator", None)
    candidate.inferred.pop("indicator", None)
    if item not in items or len(named) < len(items) or len({name for name, _ in named}) < len(items):
        return
    gap = named[-1][1][1], candidate.match.start
    stops = candidate.rule.stops.finditer(context.view.text, *gap) if candidate.rule.stops else ()
    identifier, span = named[items.index(item)]
    if all(passes(*stop.span()) for stop in stops) and fits(identifier, candidate):
        candidate.infer("indicator", identifier, "the indicators named before, in their order", [span])


def _named(candidate: Candidate, kept: Sequence[Candidate], context: Context) -> list[tuple[str, Span]]:
    """The indicators of the sentence before a candidate: of its figures, and of names without one."""
    begin, text = context.sentence_at(candidate.match.start)[0], context.view.text
    figures = [
        (str(c.fields["indicator"]), (c.start, c.end))
        for c in kept
        if c.start >= begin and c.get("indicator") and "indicator" not in c.inferred
    ]
    names = [
        (identifier, span)
        for identifier, span in indicators_named_in(text, begin, candidate.match.end, context.tables)
        if span[1] <= (candidate.first(ORDERED) or (candidate.match.start, 0))[0]
        and not any(s < span[1] and span[0] < e for _, (s, e) in figures)
    ]
    found: list[tuple[str, Span]] = []
    for identifier, span in sorted([*figures, *names], key=lambda one: one[1]):
        rise = indicator_row(context.tables, identifier)["rise"]
        if not found or found[-1][0] not in (identifier, rise):
            found.append((identifier, span))
    return found
