"""TIMEX3 values (ISO 8601) as strings: building, completing and spanning them. No clock, no zone.

`2021-01-14`, `2023-12`, `2023-Q1`, `2024-H1`, `2020`, `2016/2021`, `P5Y`; an unknown year is `XXXX`.
"""

from __future__ import annotations

import calendar
import datetime

import regex

#: Years that an article can speak of.
FIRST_YEAR, LAST_YEAR = 1000, 2199

_POINT = regex.compile(
    r"(?P<year>\d{4}|XXXX)(?:-(?:(?P<month>\d\d)(?:-(?P<day>\d\d))?|Q(?P<quarter>[1-4])|H(?P<half>[12])))?"
)


def point(year: int | None, month: int | None = None, day: int | None = None) -> str | None:
    """A day, month or year as TIMEX3, None where the calendar has no such day. A year of None is unknown."""
    if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    text = "XXXX" if year is None else f"{year:04d}"
    if month is None:
        return None if day is not None or year is None else text
    if not 1 <= month <= 12:
        return None
    text += f"-{month:02d}"
    if day is None:
        return text
    longest = 29 if month == 2 and year is None else calendar.monthrange(year or 2000, month)[1]
    return f"{text}-{day:02d}" if 1 <= day <= longest else None


def full_year(digits: str, pivot: int = 50) -> int:
    """A year of two or four digits: 24 → 2024, 98 → 1998."""
    year = int(digits)
    if len(digits) > 2:
        return year
    return 2000 + year if year < pivot else 1900 + year


def interval(first: str, last: str) -> str | None:
    """`first/last`, None where it would run backwards; equal ends are the one point."""
    if first == last:
        return first
    begin, end = days(first)[0], days(last)[1]
    if begin and end and begin > end:
        return None
    return f"{first}/{last}"


def days(value: str) -> tuple[str | None, str | None]:
    """The first and last day of a value, inclusive, as ISO dates; None where it does not settle them."""
    if value.count("/") == 1 and not value.startswith("P"):
        first, last = value.split("/")
        return days(first)[0], days(last)[1]
    m = _POINT.fullmatch(value)
    if not m or m["year"] == "XXXX":
        return None, None
    year = int(m["year"])
    if m["day"]:
        return value, value
    first_month, last_month = 1, 12
    if m["month"]:
        first_month = last_month = int(m["month"])
    elif m["quarter"]:
        first_month, last_month = int(m["quarter"]) * 3 - 2, int(m["quarter"]) * 3
    elif m["half"]:
        first_month, last_month = (1, 6) if m["half"] == "1" else (7, 12)
    last_day = calendar.monthrange(year, last_month)[1]
    return f"{year:04d}-{first_month:02d}-01", f"{year:04d}-{last_month:02d}-{last_day:02d}"


def with_year(value: str, year: int) -> str | None:
    """`value` with its unknown years filled; an interval whose second part comes earlier ends in the next year."""
    if "/" in value:
        first, last = value.split("/")
        known = regex.search(r"\d{4}", value)
        if known:
            year = int(known[0])
        filled_first, filled_last = first.replace("XXXX", str(year)), last.replace("XXXX", str(year))
        if filled_first > filled_last and first.startswith("XXXX") and last.startswith("XXXX"):
            filled_last = last.replace("XXXX", str(year + 1))
        elif filled_first > filled_last and first.startswith("XXXX"):
            filled_first = first.replace("XXXX", str(year - 1))
        return interval(filled_first, filled_last)
    filled = value.replace("XXXX", f"{year:04d}")
    if filled.endswith("-02-29") and not calendar.isleap(year):
        return None
    return filled


def year_of(value: str | None) -> int | None:
    """The (first) year of a value, None where it has none."""
    m = regex.match(r"\d{4}", value or "")
    return int(m[0]) if m else None


def nearest_year(month: int, day: int | None, near: datetime.date) -> int:
    """The year in which a month (and day) lies nearest to `near`, the past preferred.

    News tells of what happened in the months before it, and announces what comes within some weeks.
    """
    best: tuple[int, int] | None = None
    for year in (near.year - 1, near.year, near.year + 1):
        last = calendar.monthrange(year, month)[1]
        distance = (datetime.date(year, month, min(day or 15, last)) - near).days
        cost = -distance if distance <= 0 else distance * 3
        if best is None or cost < best[0]:
            best = (cost, year)
    assert best is not None
    return best[1]
