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
    if not _known(year):
        return None
    text = _year(year)
    if month is None:
        return None if day is not None or year is None else text
    if not 1 <= month <= 12:
        return None
    text += f"-{month:02d}"
    if day is None:
        return text
    longest = 29 if month == 2 and year is None else calendar.monthrange(year or 2000, month)[1]
    return f"{text}-{day:02d}" if 1 <= day <= longest else None


def quarter(year: int | None, number: int) -> str | None:
    """A quarter, `2023-Q1`, None where there is no such quarter."""
    return f"{_year(year)}-Q{number}" if 1 <= number <= 4 and _known(year) else None


def months(year: int | None, count: int, *, last: bool = False) -> str | None:
    """The first (or last) `count` months of a year: `2024-H1`, `2019-01/2019-09`, the year itself for twelve."""
    if not 1 <= count <= 12 or not _known(year):
        return None
    written = _year(year)
    if count == 12:
        return None if year is None else written
    if count == 6:
        return f"{written}-H{2 if last else 1}"
    first, final = (13 - count, 12) if last else (1, count)
    return f"{written}-{first:02d}/{written}-{final:02d}" if first != final else f"{written}-{first:02d}"


def _known(year: int | None) -> bool:
    return year is None or FIRST_YEAR <= year <= LAST_YEAR


def is_yearless(value: str) -> bool:
    """Does a value begin with a date whose year is not known (XXXX-11-20)?"""
    return value.startswith("XXXX")


def _year(year: int | None) -> str:
    return "XXXX" if year is None else f"{year:04d}"


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
        begin, end = days(filled_first)[0] or filled_first, days(filled_last)[1] or filled_last
        if begin > end and last.startswith("XXXX"):
            filled_last = last.replace("XXXX", str(year + 1))
        elif begin > end and first.startswith("XXXX"):
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


#: Days within which news speaks of what is still to come without saying that it is.
SOON = 182
#: Days within which a day of the next year is the coming one where nothing says that it is past.
COMING = 21


def likely_year(value: str, near: datetime.date, *, ahead: bool | None = None) -> int:
    """The year that news of the day `near` means by a value that names none (`XXXX-07-08`, `XXXX-H1`).

    It is the year of `near`, unless the value would then begin more than `SOON` days ahead (the year before), or is a
    day that the next year brings within `COMING` days.
    `ahead` True (the text speaks of what will be) keeps the coming one, which in the last months of a year may be the
    next; False (of what has been) keeps the last one.
    """
    first, _ = days(_filled(value, near.year))
    if first is None:
        return near.year
    distance = (datetime.date.fromisoformat(first) - near).days
    if ahead is True:
        return near.year + 1 if distance < -300 else near.year
    if ahead is False:
        return near.year - 1 if distance > 7 else near.year
    if len(first) == len(value) and distance < COMING - 365:
        return near.year + 1
    return near.year - 1 if distance > SOON else near.year


def _filled(value: str, year: int) -> str:
    return with_year(value, year) or value
