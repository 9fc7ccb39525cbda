"""What a figure leaves out: the indicator, area and period that it takes from the figure before it.

A figure with only a place, a period or a branch of its own words (trong đó huyện A 5%, năm 2019 là 6%) goes on with the
indicator named last, where what stands between the two lets it (`indicator_gap`); the name of another indicator never
does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from weakref import WeakKeyDictionary

from extractor.candidates import Candidate, carry
from extractor.context import Context
from extractor.facts.indicator_gap import PARTS, RELATIVE, passing
from extractor.facts.indicator_respective import ORDERED, give
from extractor.figures import indicator_row, indicators_named_in, read_lead, scope_words
from extractor.numbers import SCALES
from extractor.tables import Row, Tables
from extractor.text import Span, fold


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    related: dict[tuple[str, str], str]
    kinds: dict[str, frozenset[str]]
    limits: dict[str, frozenset[str]]


_known: WeakKeyDictionary[Tables, _Vocabulary] = WeakKeyDictionary()


def _vocabulary(tables: Tables) -> _Vocabulary:
    found = _known.get(tables)
    if found is None:
        kinds: dict[str, set[str]] = {}
        for row in tables["sectors"]:
            for form in row.forms("sector"):
                kinds.setdefault(fold(form), set()).add(row["kind"])
        found = _Vocabulary(
            {(row["indicator"], row["relation"]): row["other"] for row in tables["indicator-relations"]},
            {sector: frozenset(names) for sector, names in kinds.items()},
            {row["kind"]: frozenset(row.forms("indicators")) for row in tables["sector-kinds"]},
        )
        _known[tables] = found
    return found


def carry_over(candidate: Candidate, kept: Sequence[Candidate], context: Context, *, dated: bool) -> None:
    """Take what the rule carries from the figure before; its period only where the candidate has no date of its own."""
    stated = candidate.fields.get("status")
    kept = [earlier for earlier in kept if not _closed(earlier, candidate, context)]
    last = kept[-1] if kept else None
    bare = candidate.get("unit") is None and "unit" in candidate.rule.carry
    passes = passing(candidate, kept, context)
    carry(
        candidate,
        kept,
        context,
        lambda name, earlier: (
            (name != "status" or earlier is last) and _fits(name, earlier, candidate, kept, context, bare=bare)
        ),
        passes,
    )
    if candidate.first(ORDERED):
        give(candidate, kept, context, lambda name, own: _takes_figure(name, own, context), passes)
    if bare and str(candidate.get("unit") or "").startswith("/"):
        candidate.fields["unit"] = _counted(candidate, context)
    if bare:
        _descale(candidate, context)
    unitless = bare and not candidate.get("unit")
    renamed = not candidate.first(ORDERED) and "indicator" in candidate.inferred and _renamed(candidate, kept, context)
    if "indicator" in candidate.inferred and (unitless or renamed or _beyond(candidate, kept)):
        for name in ("indicator", "label", "sector"):
            if name in candidate.inferred:
                candidate.fields[name] = None
                del candidate.inferred[name]
    if candidate.rule.carry.get("indicator") == "question":
        _asked(candidate, context)
    elif "indicator" in candidate.rule.carry and candidate.get("indicator") is None and not bare:
        _headed(candidate, context)
    if candidate.get("indicator") is None:
        return
    if dated:
        candidate.fields.pop("period", None)
        candidate.inferred.pop("period", None)
    elif not stated and "when" not in candidate.captures and "status" not in candidate.rule.carry:
        _carry_status(candidate, kept, context)
    _carry_direction(candidate, kept, context)
    _partner(candidate, context)
    _own_area(candidate, context)


def _beyond(candidate: Candidate, kept: Sequence[Candidate]) -> bool:
    """Is what stands behind “vượt kế hoạch” by how much it was passed (đạt 950 tỷ đồng, vượt kế hoạch 50 tỷ đồng)?

    A plan that was passed or missed lies near the figure: what is less than half of it is the difference.
    """
    source = next((e for e in reversed(kept) if e.get("indicator") == candidate.get("indicator")), None)
    if source is None or not candidate.first("over") or source.get("unit") != candidate.get("unit"):
        return False
    return bool(abs(candidate.fields["value"]) * 2 < abs(source.fields["value"]))


def _closed(earlier: Candidate, candidate: Candidate, context: Context) -> bool:
    """Does an earlier figure stand in brackets that close before the candidate, so that nothing hangs on it?"""
    text = context.view.text
    opened, closed = text.rfind("(", 0, earlier.start), text.rfind(")", 0, earlier.start)
    begins = context.sentence_at(earlier.start)[0] <= opened and opened > closed
    return begins and earlier.end <= text.find(")", earlier.end - 1) < candidate.start


def _own_area(candidate: Candidate, context: Context) -> None:
    """A body (Công an tỉnh 31) or several places with one figure (các xã A, B 40%) are the area as they are written."""
    for name in ("body", "places"):
        span = candidate.first(name)
        if span is not None:
            words = context.view.quote(*span)
            candidate.fields["area"] = words if name == "body" else words[:1].lower() + words[1:]
            candidate.spans["area"] = [span]


def _headed(candidate: Candidate, context: Context) -> None:
    """Take the indicator that heads a list without a figure of its own (Hộ nghèo: xã A 31%, xã B 27%)."""
    start, stops = context.line_at(candidate.start)[0], candidate.rule.stops
    named = indicators_named_in(context.view.text, start, candidate.match.start, context.tables)
    if not named or stops is None:
        return
    identifier, span = named[-1]
    gap = span[1], candidate.match.start
    if ":" not in context.view.text[slice(*gap)] or not _takes_sector(identifier, candidate, context):
        return
    row = indicator_row(context.tables, identifier)
    if candidate.get("measure") in ("level", "change") and not takes(row, str(candidate.get("unit"))):
        return
    passes = passing(candidate, (), context)
    if all(passes(*stop.span()) for stop in stops.finditer(context.view.text, *gap)):
        candidate.infer("indicator", identifier, "the list's heading", [span])


def _asked(candidate: Candidate, context: Context) -> None:
    """Take the one indicator that the question in the line above an answer names."""
    lines = context.page.lines
    line = next((i for i, one in enumerate(lines) if one.start <= candidate.start < one.end), 0)
    above = lines[line - 1] if line else None
    if above is None or not context.view.text[above.start : above.end].rstrip().endswith("?"):
        return
    named = indicators_named_in(context.view.text, above.start, above.end, context.tables)
    if len({identifier for identifier, _ in named}) != 1:
        return
    identifier, span = named[0]
    if takes(indicator_row(context.tables, identifier), str(candidate.get("unit"))):
        candidate.infer("indicator", identifier, "the question", [span])


def _renamed(candidate: Candidate, kept: Sequence[Candidate], context: Context) -> bool:
    """Does another indicator's name stand between the candidate and the figure whose indicator it took?"""
    indicator = candidate.fields["indicator"]
    source = next((e for e in reversed(kept) if e.get("indicator") == indicator), None)
    if source is None:
        return False
    names = indicators_named_in(context.view.text, source.end, candidate.match.start, context.tables)
    return any(not _kin(other, indicator, context.tables) for other, _ in names)


def _kin(first: str, second: str, tables: Tables) -> bool:
    """Are two ids one indicator, or one and its growth or share?"""
    if first == second or second in (indicator_row(tables, first)["rise"], indicator_row(tables, first)["id"]):
        return True
    related = _vocabulary(tables).related
    kin = {related.get((first, name)) for name in ("share", "same", "beside")}
    return second in kin or indicator_row(tables, second)["rise"] in kin


def _fits(
    name: str, earlier: Candidate, candidate: Candidate, kept: Sequence[Candidate], context: Context, *, bare: bool
) -> bool:
    """May a field be taken from `earlier`? An indicator only where it takes the candidate's unit and sector."""
    identifier = earlier.get("indicator")
    if name == "status":
        lead = candidate.first("lead")
        return earlier.get("status") == "estimate" and (lead is None or lead[0] == lead[1])
    if bare and name in ("indicator", "unit"):
        beside = _beside(candidate, kept, context)
        if beside is not None:
            return earlier is beside
        led = name == "unit" or identifier is None or _leads(earlier, candidate, kept, context)
        return identifier is not None and led and _continues(candidate, earlier, context)
    if identifier is None:
        return True
    if name == "indicator" and not (
        _takes_sector(identifier, candidate, context) and _leads(earlier, candidate, kept, context)
    ):
        return False
    unit = candidate.get("unit")
    if candidate.get("measure") == "change" and str(unit).startswith("%") and earlier.first("count"):
        return False  # a rate that is told again as a count moves in per cent (còn 47%, tương đương 5.031 hộ; giảm 4%)
    if name == "indicator" and candidate.get("measure") == "change" and _grows(earlier, kept, context):
        return False  # công nghiệp chiếm 33% GRDP, tăng 12%: it grows, its share does not
    if candidate.get("measure") == "change" and unit in RELATIVE:
        return not (name == "indicator" and _rate_told(earlier, candidate, kept, context))
    if candidate.get("measure") == "rank":
        return True
    if unit is None or str(unit).startswith("/"):
        return True
    for helper in ("share", "count"):
        if candidate.first(helper):
            return (identifier, helper) in _vocabulary(context.tables).related
    return takes(indicator_row(context.tables, identifier), str(unit))


def _grows(earlier: Candidate, kept: Sequence[Candidate], context: Context) -> bool:
    """Is an earlier figure a share told beside the growth of the same whole in its paragraph?"""
    growth = _vocabulary(context.tables).related.get((earlier.fields["indicator"], "grows"))
    begins = context.line_at(earlier.start)[0]
    return growth is not None and any(e.get("indicator") == growth and e.start >= begins for e in kept)


def _rate_told(earlier: Candidate, candidate: Candidate, kept: Sequence[Candidate], context: Context) -> bool:
    """Does the sentence tell the rate of what an earlier figure counts, greater than a fall in per cent?

    Còn 1.705 hộ nghèo, tỷ lệ 5,26%, giảm 744 hộ, tương ứng giảm 2,35%: of the rate, not of the number of households.
    """
    rate = _vocabulary(context.tables).related.get((earlier.fields["indicator"], "share"))
    if rate is None or rate == earlier.get("indicator"):
        return False
    start = context.sentence_at(candidate.start)[0]
    told = [e for e in kept if e.start >= start and e.get("indicator") == rate and e.get("measure") == "level"]
    return any(abs(candidate.fields["value"]) < e.fields["value"] for e in told)


def _leads(earlier: Candidate, candidate: Candidate, kept: Sequence[Candidate], context: Context) -> bool:
    """May a later part go on with this figure, and not with the main one of its own sentence that it stands beside?

    Tỷ lệ hộ nghèo còn 2%; cận nghèo 3%. Huyện A 5%: again the poor.
    """
    main = _vocabulary(context.tables).related.get((earlier.fields["indicator"], "beside"))
    sentence = context.sentence_at(earlier.start)
    near = sentence == context.sentence_at(candidate.start)
    if main is None or (near and ";" not in context.view.text[earlier.end : candidate.start]):
        return True
    begins = context.line_at(earlier.start)[0] if not near else sentence[0]
    return not any(e.get("indicator") == main and begins <= e.start < sentence[1] for e in kept)


def _continues(candidate: Candidate, earlier: Candidate, context: Context) -> bool:
    """May a bare number go on with a figure: with a count of things (12 mô hình, trong đó xã A 5), in millions with
    one in millions of đồng, and with decimals (33,1), which count nothing, with any (29,4 triệu đồng, xã A 33,1)?"""
    unit = fold(str(earlier.get("unit") or ""))
    number, scale = candidate.first("number"), candidate.first("scale")
    exact = number is not None and "," in context.view.text[slice(*number)]
    if unit.startswith("/"):
        return not exact and _counted(earlier, context) is not None
    if scale is not None:
        return unit not in RELATIVE and (SCALES.get(unit.split()[0]) in (None, _scale(scale, context)))
    return bool(unit) and (exact or (unit not in RELATIVE and "đồng" not in unit and "usd" not in unit))


def _beside(candidate: Candidate, kept: Sequence[Candidate], context: Context) -> Candidate | None:
    """The rate right before a bare number of another time or of a plan, which goes on with it (tỷ lệ 89%, chỉ tiêu 85;
    27,4% (2005: 19%; 2006: 22))."""
    last = kept[-1] if kept else None
    if last is None or last.get("unit") not in RELATIVE or last.get("measure") != "level":
        return None
    if (
        candidate.get("measure") != "level"
        or candidate.first("scale")
        or any(candidate.first(name) for name in PARTS)
        or candidate.fields["value"] > 100
    ):
        return None
    between = context.view.text[last.end : max(last.end, candidate.match.start)]
    return last if len(between) <= 3 and not between.strip(" ,;(") else None


def _scale(span: Span, context: Context) -> Decimal:
    return SCALES[fold(context.view.text[slice(*span)])]


def _descale(candidate: Candidate, context: Context) -> None:
    """A number in millions that goes on with millions of đồng has the scale in its unit."""
    scale = candidate.first("scale")
    unit = fold(str(candidate.get("unit") or "")).split()
    if scale is not None and unit and unit[0] in SCALES:
        candidate.fields["value"] /= _scale(scale, context)


def _counted(candidate: Candidate, context: Context) -> str | None:
    """What a ratio counts (88/150 xã), by the units of its indicator; None where it is no count."""
    identifier = candidate.get("indicator")
    units = indicator_row(context.tables, identifier).forms("units") if identifier else ()
    return next((unit for unit in units if unit not in RELATIVE), None)


def _takes_figure(identifier: str, candidate: Candidate, context: Context) -> bool:
    """Does an indicator take a candidate's figure: its unit, or a change in per cent?"""
    unit = str(candidate.get("unit") or "")
    relative = candidate.get("measure") == "change" and unit in RELATIVE
    return relative or takes(indicator_row(context.tables, identifier), unit)


def _takes_sector(identifier: str, candidate: Candidate, context: Context) -> bool:
    """Does an indicator have the branch that the candidate names (data/sector-kinds.csv)?"""
    span = candidate.first("sector")
    if span is None:
        return True
    vocabulary = _vocabulary(context.tables)
    kinds = vocabulary.kinds.get(fold(context.view.text[slice(*span)]), frozenset())
    return not kinds or any(kind not in vocabulary.limits or identifier in vocabulary.limits[kind] for kind in kinds)


def takes(row: Row, unit: str) -> bool:
    """Does an indicator's row list a unit?"""
    words = fold(unit).replace("/", " ").split()
    folded = fold(unit)
    return any(fold(form) in words or fold(form) in folded for form in row.forms("units"))


def _partner(candidate: Candidate, context: Context) -> None:
    """A percentage right behind a count (47 hộ nghèo, chiếm 3%) is of its rate, a count behind a rate of its number."""
    for helper in ("share", "count"):
        if candidate.first(helper) and "indicator" in candidate.inferred:
            related = _vocabulary(context.tables).related
            candidate.fields["indicator"] = related.get((candidate.fields["indicator"], helper))


def _carry_status(candidate: Candidate, kept: Sequence[Candidate], context: Context) -> None:
    """An ellipsis is as sure as the figure of its sentence that it hangs on; a rank is no estimate."""
    source = candidate.inferred.get("indicator")
    if source is None or candidate.get("measure") == "rank":
        return
    for earlier in reversed(kept):
        if earlier.get("indicator") == candidate.get("indicator"):
            start = context.sentence_at(candidate.start)[0]
            linked = scope_words("linked", context.tables).finditer(context.view.text, start, candidate.start)
            goes_on = earlier.start >= start or any(m.start() == start for m in linked[:1])
            if goes_on and earlier.fields.get("status") == "estimate":
                candidate.infer("status", "estimate", "carried over with the indicator", source.spans)
            return


def _added(move: Candidate, level: Candidate, context: Context) -> bool:
    """Is a move only told beside the level before it, with no place, branch or time of its own?"""
    if level.get("measure") != "level" or level.get("unit") not in RELATIVE or "indicator" not in move.inferred:
        return False
    own = any(move.first(name) for name in ("area", "sector", "when"))
    return not own and context.sentence_at(level.start) == context.sentence_at(move.start)


def _extreme(start: int, candidate: Candidate, context: Context) -> bool:
    """Do words for the highest or lowest level begin what follows a move (giảm 4,6%. Cao nhất là xã A 21%)?"""
    text = context.view.text
    found = scope_words("extreme", context.tables).finditer(text, start, candidate.start)
    return any(read_lead(text[max(start, m.start() - 12) : m.start()], context.tables).move is None for m in found)


def _carry_direction(candidate: Candidate, kept: Sequence[Candidate], context: Context) -> None:
    """A percentage with no word before it moves as the one that it follows (A giảm 3,2%, B 2,7%).

    Where that move was itself added to a level (còn 4%, giảm 1%; riêng B 9%), it goes on with the level.
    """
    lead, source = candidate.first("lead"), candidate.inferred.get("indicator")
    if source is None or lead is None:
        return
    said = read_lead(context.view.text[slice(*lead)], context.tables)
    if said.move or said.status or (said.bound and not said.open_range):
        return
    if candidate.get("measure") != "level" or candidate.get("unit") not in RELATIVE:
        return
    same = [e for e in kept if e.get("indicator") == candidate.get("indicator")]
    earlier = same[-1] if same else None
    if earlier is not None and len(same) > 1 and _added(earlier, same[-2], context):
        return
    if earlier is not None and _extreme(earlier.end, candidate, context):
        return
    if earlier is not None and earlier.get("measure") == "change" and earlier.get("unit") in RELATIVE:
        sign = -1 if earlier.fields["value"] < 0 else 1
        candidate.infer("measure", "change", "as the figure before it moves", earlier.spans.get("value") or [])
        for name in ("value", "value_max"):
            if candidate.fields.get(name) is not None:
                candidate.fields[name] = sign * abs(candidate.fields[name])
