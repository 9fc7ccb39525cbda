"""Normalisers of calendar expressions: TIMEX3 strings, `XXXX` where the year is left to the context.

A group `relative` (“năm nay”, “năm ngoái”) gives, beside the value, `year_offset`: how many years from the article's
own (data/relative-years.csv; none for “cả năm”, the year spoken of); the resolver of dates reads it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from extractor import timex
from extractor.context import Context
from extractor.normalise.values import Capture, Refused, Value, normaliser
from extractor.numbers import parse_roman, parse_words
from extractor.text import fold

Groups = Mapping[str, Capture | None]

#: A last year below this leaves out its century (2021-25).
CENTURY = 100


def _number(capture: Capture | None) -> int | None:
    """A whole number in digits, Roman numerals or words; refuses what is none."""
    if capture is None:
        return None
    text = capture.text.strip()
    if text.isdigit():
        return int(text)
    value = parse_roman(text) or parse_words(text)
    if value is None:
        raise Refused(f"{capture.quote!r} is no number")
    return int(value)


def _year(capture: Capture | None) -> int | None:
    return timex.full_year(capture.text.strip()) if capture else None


def _valued(value: str | None, groups: Groups, context: Context) -> Value:
    """`value` with the offset that a relative year asks for; refuses None."""
    if value is None:
        raise Refused("no such date in the calendar")
    relative = groups.get("relative")
    if relative is None:
        return Value(value)
    for row in context.tables["relative-years"]:
        if relative is not None and fold(relative.text) in map(fold, row.forms("phrase")):
            return Value(value, also={"year_offset": int(row["offset"])} if row["offset"] else {})
    raise Refused(f"{relative.quote!r} is no year of data/relative-years.csv")


@normaliser("day", "day", "month", "year", "relative")
def day(groups: Groups, constants: Mapping[str, Any], context: Context) -> Value | None:
    """A day from day, month and (two- or four-digit) year; without a year `XXXX-12-10`; refuses a 31 February."""
    value = timex.point(_year(groups["year"]), _number(groups["month"]), _number(groups["day"]))
    return _valued(value, groups, context)


@normaliser("month", "month", "year", "relative")
def month(groups: Groups, constants: Mapping[str, Any], context: Context) -> Value | None:
    """A month from its number or name and a year; without a year `XXXX-07`."""
    return _valued(timex.point(_year(groups["year"]), _number(groups["month"])), groups, context)


@normaliser("quarter", "quarter", "year", "relative")
def quarter(groups: Groups, constants: Mapping[str, Any], context: Context) -> Value | None:
    """A quarter, `2023-Q1`, from its number and a year; without a year `XXXX-Q1`."""
    return _valued(timex.quarter(_year(groups["year"]), _number(groups["quarter"]) or 0), groups, context)


@normaliser("year", "year", "relative")
def year(groups: Groups, constants: Mapping[str, Any], context: Context) -> Value | None:
    """A year in digits, or one that is told by the article's own (`XXXX` until it is known)."""
    value = "XXXX" if groups["relative"] and not groups["year"] else timex.point(_year(groups["year"]))
    return _valued(value, groups, context)


@normaliser("months", "count", "tail", "year", "relative")
def months(groups: Groups, constants: Mapping[str, Any], context: Context) -> Value | None:
    """The first months of a year, the last where `tail` is captured; `count` a group or a constant: `2024-H1`.

    With the constant `each: 3` quarters are counted; `bare: true` says that only the article's date can tell whether
    a part of the year is meant or a length of time.
    """
    count = (_number(groups["count"]) or int(constants.get("count", 0))) * int(constants.get("each", 1))
    found = _valued(timex.months(_year(groups["year"]), count, last=groups["tail"] is not None), groups, context)
    return Value(found.data, also={"bare_months": count}) if constants.get("bare") else found


_SPAN = tuple(f"{end}_{part}" for end in ("first", "last") for part in ("day", "month", "quarter", "year"))


@normaliser("span", *_SPAN)
def span(groups: Groups, constants: Mapping[str, Any], context: Context) -> Value | None:
    """An interval from its two ends; what one leaves out it takes from the other; refuses a backward one."""
    first = {part: _number(groups[f"first_{part}"]) for part in ("day", "month", "quarter", "year")}
    last = {part: _number(groups[f"last_{part}"]) for part in ("day", "month", "quarter", "year")}
    if first["year"] and last["year"] and last["year"] < CENTURY:
        last["year"] += first["year"] // CENTURY * CENTURY
    if first["day"] and not first["month"]:
        first["month"] = last["month"]
        if not last["day"]:
            raise Refused("a day without its month")
    begin, end = _end(first), _end(last)
    if begin is None or end is None:
        raise Refused("no such date in the calendar")
    if begin.startswith("XXXX") != end.startswith("XXXX"):
        value = timex.with_year(f"{begin}/{end}", first["year"] or last["year"] or 0)
    else:
        value = timex.interval(begin, end) if not begin.startswith("XXXX") else f"{begin}/{end}"
    if value is None or (begin == end and first == last):
        raise Refused("the interval runs backwards or is one point")
    return Value(value)


def _end(parts: Mapping[str, int | None]) -> str | None:
    """One end of an interval from whatever parts it has."""
    if parts["quarter"] is not None:
        return timex.quarter(parts["year"], parts["quarter"])
    return timex.point(parts["year"], parts["month"], parts["day"])


@normaliser("duration", "count", "unit")
def duration(groups: Groups, constants: Mapping[str, Any], context: Context) -> Value | None:
    """A length of time from a number and a unit of data/duration-units.csv: 05 năm → `P5Y`."""
    count, unit = _number(groups["count"]), groups["unit"]
    if not count or unit is None:
        raise Refused("no length of time")
    codes = {form: row["code"] for row in context.tables["duration-units"] for form in map(fold, row.forms("unit"))}
    return Value(f"P{count}{codes[fold(unit.text)]}")
