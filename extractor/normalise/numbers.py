"""Normalisers of numbers: exact decimals, and figures with unit, range, bound and direction."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from extractor.context import Context
from extractor.figures import Lead, indicator_named, read_lead
from extractor.normalise.values import Capture, Refused, Value, normaliser
from extractor.numbers import SCALES, parse_compound, parse_number
from extractor.text import fold

Groups = Mapping[str, Capture | None]


@normaliser("decimal", "number")
def decimal(groups: Groups, constants: Mapping[str, Any], context: Context) -> Value | None:
    """A number in digits or words as an exact decimal; refuses what is no number."""
    number = groups["number"]
    if number is None:
        return None
    return Value(_number(number), {"": [number.span]})


@normaliser("figure", "number", "upper", "total", "scale", "unit", "after", "lead", "before")
def figure(groups: Groups, constants: Mapping[str, Any], context: Context) -> Value | None:
    """An indicator's value with `unit`, `value_max`, `bound`, `measure` and an estimate's or target's `status`.

    `lead` are the words before the number (“ước đạt khoảng”, “giảm còn dưới”), `before` a verb that stands before the
    indicator's name (“giảm tỷ lệ hộ nghèo”), `total` the second part of a ratio, `scale` a word multiplied out (of
    counts), `after` “trở lên”. Constants: `measure` fixes the measure, `unit` gives one that the text leaves out,
    `from: over` takes a lone “từ” for a lower bound.
    A sum in two scales (3 tỷ 150 triệu đồng) is told in the greater. “đạt từ” that no range follows is a lower bound.
    Refuses a ratio above one, any other “từ” with one end, and a range that runs backwards.
    """
    number, upper, unit = groups["number"], groups["upper"], groups["unit"]
    if number is None:
        return None
    lead = read_lead(groups["lead"].text if groups["lead"] else "", context.tables)
    before = read_lead(groups["before"].text, context.tables).move if groups["before"] else None
    if before and (lead.move is None or (before, lead.move) == ("fall", "rise")):
        lead = Lead(before, lead.bound, lead.status, lead.open_range)  # giảm hộ nghèo thêm 2%: a fall
    compound = parse_compound(number.text, unit.text) if unit else None
    value, most = compound[0] if compound else _number(number), _number(upper) if upper else None
    also: dict[str, Any] = {}
    spans = [c.span for c in (number, upper, groups["total"], groups["scale"]) if c]
    if groups["scale"]:
        by = SCALES[fold(groups["scale"].text)]
        value, most = value * by, most * by if most is not None else None
    if groups["after"]:
        also["bound"] = "over"
    elif lead.bound:
        also["bound"] = lead.bound
    elif lead.open_range and lead.move == "reach" and most is None:
        also["bound"] = "over"
    elif lead.open_range and most is None and constants.get("from"):
        also["bound"] = constants["from"]
    if lead.open_range and most is None and "bound" not in also and "measure" not in constants:
        raise Refused("“từ” with one end only")
    if most is not None and most < value:
        raise Refused("the range runs backwards")
    if groups["total"]:
        total = _number(groups["total"])
        if total < value or not total:
            raise Refused("a ratio above one")
        also["unit"], also["measure"] = (
            f"/{format(total, 'f')}",
            "rank" if constants.get("measure") == "rank" else "ratio",
        )
        return Value(value, {"": spans}, also)
    also["measure"] = constants.get("measure") or ("change" if lead.move in ("rise", "fall") else "level")
    if also["measure"] == "change" and lead.move == "fall":
        value, most = -value, -most if most is not None else None
    if most is not None and most != value:
        also["value_max"] = most
    if compound:
        also["unit"] = _with_currency(compound[1])
    elif unit:
        also["unit"] = _unit(unit)
    elif constants.get("unit"):
        also["unit"] = constants["unit"]
    if lead.status:
        also["status"] = lead.status
    return Value(value, {"": spans}, also)


@normaliser("indicator", "indicator")
def indicator(groups: Groups, constants: Mapping[str, Any], context: Context) -> Value | None:
    """The id of an indicator by one of its names in data/indicators.csv, else the constant `otherwise`."""
    name = groups["indicator"]
    if name is None:
        return None
    found = indicator_named(name.text, context.tables) or constants.get("otherwise")
    if found is None:
        raise Refused(f"{name.quote!r} names no indicator")
    return Value(found, {"": [name.span]})


def _number(capture: Capture) -> Decimal:
    value = parse_number(capture.text)
    if value is None:
        raise Refused(f"{capture.quote!r} is no number")
    return value


def _unit(unit: Capture) -> str:
    """The unit as written, percent as a sign, money with its currency."""
    quote = unit.quote.replace(" / ", "/")
    folded = fold(quote)
    if folded == "phần trăm":
        return "%"
    return _with_currency(quote.replace("tỉ", "tỷ"))


def _with_currency(unit: str) -> str:
    """A unit of money in which the text leaves out the currency (40 triệu/người → triệu đồng/người)."""
    scale, slash, per = unit.partition("/")
    return f"{scale} đồng{slash}{per}" if fold(scale) in SCALES else unit
