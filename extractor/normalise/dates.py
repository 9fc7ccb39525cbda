"""Normalisers of calendar expressions: TIMEX3 strings, `XXXX` where the year is left to the context."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from extractor import timex
from extractor.context import Context
from extractor.normalise.values import Capture, Refused, Value, normaliser

Groups = Mapping[str, Capture | None]


def _int(capture: Capture | None) -> int | None:
    return int(capture.text) if capture and capture.text.strip().isdigit() else None


@normaliser("day", "day", "month", "year")
def day(groups: Groups, constants: Mapping[str, Any], context: Context) -> Value | None:
    """A day from day, month and (two- or four-digit) year; without a year `XXXX-12-10`; refuses a 31 February."""
    year = groups["year"]
    value = timex.point(timex.full_year(year.text) if year else None, _int(groups["month"]), _int(groups["day"]))
    if value is None:
        raise Refused("no such day in the calendar")
    return Value(value)
