"""Indicators: an antecedent's fields carried, then area, period, status and sector settled from context."""

from __future__ import annotations

from collections.abc import Sequence

from extractor.candidates import Candidate, carry
from extractor.context import Context, Draft
from extractor.facts import indicator_area, indicator_status, indicator_time
from extractor.figures import indicator_row, sector_pattern, strip_figure_words
from extractor.locality import is_local, is_national
from extractor.tables import Row
from extractor.text import Span, fold

#: Words of a unit that every indicator takes for a change.
RELATIVE = ("%", "điểm %", "điểm phần trăm")


def resolve(candidates: Sequence[Candidate], context: Context) -> list[Draft]:
    """Candidates with a value → drafts; what has neither indicator nor label, or a unit that does not fit, goes."""
    kept: list[Candidate] = []
    claimed: list[Span] = []
    dated = [indicator_time.own_date(c, context) for c in candidates]
    owned = [m[:2] for m in dated if m]
    for candidate, date in zip(candidates, dated, strict=True):
        if candidate.get("value") is None:
            continue
        _series(candidate, context)
        _label_act(candidate, context)
        if candidate.rule.carry:
            _carry(candidate, kept, context, dated=date is not None)
        if not candidate.get("indicator") and not candidate.get("label"):
            continue
        if not is_local(context) and _counts_local(candidate, context):
            continue
        if candidate.get("indicator") and not _settle_measure(candidate, context):
            continue
        if not indicator_area.settle(candidate, claimed, context):
            continue
        if not candidate.get("area") and not is_local(context):
            if not is_national(context):
                continue  # ordinary news, and nothing says whose figure it is
            if candidate.get("indicator"):
                indicator_area.settle_national(candidate, context)
        if not indicator_status.settle(candidate, context):
            continue
        indicator_time.settle_period(candidate, [s for s in owned if not date or s != date[:2]], context, kept)
        indicator_status.check(candidate, context)
        _settle_sector(candidate, context)
        claimed += candidate.captures.get("area", ())
        kept.append(candidate)
    return [candidate.draft() for candidate in kept]


def _counts_local(candidate: Candidate, context: Context) -> bool:
    """Is it a figure that only local affairs give: an open one, or one that data/indicators.csv calls local?"""
    indicator = candidate.get("indicator")
    return indicator is None or indicator_row(context.tables, indicator)["local"] == "yes"


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


def _carry(candidate: Candidate, kept: Sequence[Candidate], context: Context, *, dated: bool) -> None:
    """Take what the rule carries from the figure before; its period only where the candidate has no date of its own."""
    stated = candidate.fields.get("status")
    kept = [earlier for earlier in kept if not _closed(earlier, candidate, context)]
    last = kept[-1] if kept else None
    carry(
        candidate,
        kept,
        context,
        lambda name, earlier: (name != "status" or earlier is last) and _fits(name, earlier, candidate, context),
    )
    if dated:
        candidate.fields.pop("period", None)
        candidate.inferred.pop("period", None)
    elif not stated and "when" not in candidate.captures and "status" not in candidate.rule.carry:
        _carry_status(candidate, kept)
    _carry_direction(candidate, kept)


def _closed(earlier: Candidate, candidate: Candidate, context: Context) -> bool:
    """Does an earlier figure stand in brackets that close before the candidate, so that nothing hangs on it?"""
    text = context.view.text
    opened, closed = text.rfind("(", 0, earlier.start), text.rfind(")", 0, earlier.start)
    begins = context.sentence_at(earlier.start)[0] <= opened and opened > closed
    return begins and earlier.end <= text.find(")", earlier.end - 1) < candidate.start


def _label_act(candidate: Candidate, context: Context) -> None:
    """Put what is done before what is counted: hiến 300 m2 đất → “hiến m2 đất”."""
    act, words = candidate.first("act"), candidate.first("verb")
    if act is not None and words is not None and candidate.get("label"):
        done = context.view.quote(*act), strip_figure_words(context.view.quote(act[1], words[1]), context.tables)
        candidate.fields["label"] = " ".join([*filter(None, done), candidate.fields["label"]])


def _carry_direction(candidate: Candidate, kept: Sequence[Candidate]) -> None:
    """A percentage with no word before it moves as the one that it follows (A giảm 3,2%, B 2,7%)."""
    lead, source = candidate.first("lead"), candidate.inferred.get("indicator")
    if source is None or lead is None or lead[0] != lead[1]:
        return
    if candidate.get("measure") != "level" or candidate.get("unit") not in RELATIVE:
        return
    earlier = next((e for e in reversed(kept) if e.get("indicator") == candidate.get("indicator")), None)
    if earlier is not None and earlier.get("measure") == "change" and earlier.get("unit") in RELATIVE:
        sign = -1 if earlier.fields["value"] < 0 else 1
        candidate.infer("measure", "change", "as the figure before it moves", earlier.spans.get("value") or [])
        for name in ("value", "value_max"):
            if candidate.fields.get(name) is not None:
                candidate.fields[name] = sign * abs(candidate.fields[name])


def _fits(name: str, earlier: Candidate, candidate: Candidate, context: Context) -> bool:
    """May a field be taken from `earlier`? An indicator only where it takes the candidate's unit."""
    identifier = earlier.get("indicator")
    if name == "status":
        lead = candidate.first("lead")
        return earlier.get("status") == "estimate" and (lead is None or lead[0] == lead[1])
    if identifier is None:
        return True
    unit = candidate.get("unit")
    if candidate.get("measure") == "rank" or (candidate.get("measure") == "change" and unit in RELATIVE):
        return True
    if unit is None or str(unit).startswith("/"):
        return True
    return _takes(indicator_row(context.tables, identifier), str(unit))


def _takes(row: Row, unit: str) -> bool:
    words = fold(unit).replace("/", " ").split()
    folded = fold(unit)
    return any(fold(form) in words or fold(form) in folded for form in row.forms("units"))


def _carry_status(candidate: Candidate, kept: Sequence[Candidate]) -> None:
    """An ellipsis is as sure as the figure that it hangs on."""
    source = candidate.inferred.get("indicator")
    if source is None:
        return
    for earlier in reversed(kept):
        if earlier.get("indicator") == candidate.get("indicator"):
            if earlier.fields.get("status") == "estimate":
                candidate.infer("status", "estimate", "carried over with the indicator", source.spans)
            return


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
    return not unit or _takes(row, unit)
