"""Indicators: an antecedent's fields carried, then area, period, status and sector settled from context."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from extractor.candidates import Candidate, instead_of
from extractor.context import Context, Draft
from extractor.facts import indicator_area, indicator_cells, indicator_ellipsis, indicator_status, indicator_time
from extractor.facts.indicator_ellipsis import takes
from extractor.facts.indicator_gap import RELATIVE
from extractor.facts.indicator_own_date import own_date
from extractor.figures import indicator_row, sector_pattern, strip_figure_words
from extractor.locality import is_local, is_national
from extractor.text import Span


def resolve(candidates: Sequence[Candidate], context: Context) -> list[Draft]:
    """Candidates with a value → drafts; what has neither indicator nor label, or a unit that does not fit, goes."""
    kept: list[Candidate] = []
    claimed: list[Span] = []
    dated = [own_date(c, context) for c in candidates]
    owned = [m[:2] for m in dated if m]
    dates = {id(c): date for c, date in zip(candidates, dated, strict=True)}
    for _, items in groupby(candidates, key=lambda c: id(c.match)):
        for candidate in _read(list(items), kept, context):
            if not is_local(context) and not candidate.get("indicator"):
                continue
            if candidate.get("indicator") and not _settle_measure(candidate, context):
                continue
            if not indicator_area.settle(candidate, claimed, context):
                continue
            if not is_local(context) and _counts_local(candidate, context) and not _says_where(candidate, context):
                continue  # ordinary news that does not say itself of which place it counts this
            if not candidate.get("area") and not is_local(context):
                if not is_national(context):
                    continue  # ordinary news, and nothing says whose figure it is
                if candidate.get("indicator"):
                    indicator_area.settle_national(candidate, context)
            if not indicator_status.settle(candidate, context):
                continue
            if candidate.rule.within == "line" or candidate.get("period") is None:
                own = dates.get(id(candidate))
                indicator_time.settle_period(candidate, [s for s in owned if not own or s != own[:2]], context, kept)
            indicator_status.check(candidate, context)
            _settle_sector(candidate, context)
            claimed += candidate.captures.get("area", ())
            kept.append(candidate)
    for candidate in kept:
        if candidate.rule.within == "cell":
            indicator_cells.take_from_text(candidate, kept)
    return [candidate.draft() for candidate in kept]


def _read(items: Sequence[Candidate], kept: Sequence[Candidate], context: Context) -> Iterator[Candidate]:
    """The candidates of a match that are figures of something, each read when those before it are settled.

    Where an ellipsis has no antecedent, so that none of them is, the matches that gave way to it are read instead.
    """
    match, stands = items[0].match, False
    for candidate in items:
        if _named(candidate, kept, context):
            stands = True
            yield candidate
    if not stands and match.rule.carry:
        yield from (candidate for candidate in instead_of(match, context) if _named(candidate, kept, context))


def _named(candidate: Candidate, kept: Sequence[Candidate], context: Context) -> bool:
    """Has a candidate a value, a place where it claims one and, of its own or carried over, an indicator or label?"""
    if candidate.get("value") is None:
        return False
    _series(candidate, context)
    if candidate.rule.carry and not indicator_area.claims_place(candidate, context):
        return False
    _label_act(candidate, context)
    if candidate.rule.within == "cell" and not indicator_cells.settle(candidate, context):
        return False
    if candidate.rule.carry:
        dated = own_date(candidate, context) is not None
        indicator_ellipsis.carry_over(candidate, kept, context, dated=dated)
    return bool(candidate.get("indicator") or candidate.get("label"))


def _counts_local(candidate: Candidate, context: Context) -> bool:
    """Is it a figure that only local affairs give (`local` in data/indicators.csv)?"""
    return indicator_row(context.tables, candidate.fields["indicator"])["local"] == "yes"


def _says_where(candidate: Candidate, context: Context) -> bool:
    """Does a figure's sentence name the place that it is of?"""
    told = candidate.spans.get("area") or getattr(candidate.inferred.get("area"), "spans", [])
    begins, ends = context.sentence_at(candidate.start)
    return any(begins <= start < ends for start, _ in told)


def _series(candidate: Candidate, context: Context) -> None:
    """Of a list of places or sectors and a list of figures (A, B còn 2%, 3%), give each figure its own."""
    item = candidate.first(candidate.rule.each or "")
    items = sorted(candidate.match.groups.get(candidate.rule.each or "", ()))
    for name in ("area", "sector"):
        series = sorted(candidate.captures.get(f"{name}_series", ()))
        if item in items and len(series) == len(items):
            span = series[items.index(item)]
            candidate.captures = {**candidate.captures, name: (span,)}
            candidate.fields[name] = context.view.quote(*span)
            candidate.spans[name] = [span]


def _label_act(candidate: Candidate, context: Context) -> None:
    """Put what is done before what is counted: hiến 300 m2 đất → “hiến m2 đất”."""
    act, words = candidate.first("act"), candidate.first("verb")
    if act is not None and words is not None and candidate.get("label"):
        done = context.view.quote(*act), strip_figure_words(context.view.quote(act[1], words[1]), context.tables)
        candidate.fields["label"] = " ".join([*filter(None, done), candidate.fields["label"]])


def _settle_sector(candidate: Candidate, context: Context) -> None:
    """The group or branch that the evidence itself names (tỷ lệ hộ nghèo vùng miền núi)."""
    if candidate.fields.get("sector") is not None or not candidate.get("indicator"):
        return
    name = candidate.first("indicator") or (0, 0)
    for m in sector_pattern(context.tables).finditer(context.view.text, candidate.start, candidate.end):
        if name[0] <= m.start() < name[1] and not indicator_row(context.tables, candidate.fields["indicator"])["group"]:
            continue
        candidate.fields["sector"] = context.view.quote(*m.span())
        candidate.spans["sector"] = [m.span()]
        return


def _settle_measure(candidate: Candidate, context: Context) -> bool:
    """Make growth of a product a level of growth; False where the indicator does not take the unit."""
    row = indicator_row(context.tables, candidate.fields["indicator"])
    unit = str(candidate.get("unit") or "")
    if unit in RELATIVE and row["rise"] and candidate.fields["measure"] in ("change", "level"):
        candidate.fields["indicator"] = row["rise"]
        candidate.fields["measure"] = "level"
        return True
    if candidate.fields["measure"] in ("rank", "ratio") or (
        candidate.fields["measure"] == "change" and unit in RELATIVE
    ):
        return True
    return not unit or takes(row, unit)
