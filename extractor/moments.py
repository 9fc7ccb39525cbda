"""When something was published, as inputs and addresses write it → an ISO day. No clock: today is never taken.

A day is that of Vietnam (UTC+7) where a zone is given. data/url-dates.csv says how sites write days into addresses.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from functools import lru_cache
from urllib.parse import urlsplit

import regex

from extractor import timex
from extractor.errors import Problem, RulesError
from extractor.tables import Tables

#: The days on which a page can have been published.
EARLIEST, LATEST = "1995-01-01", "2199-12-31"
#: Characters of a value that are looked at.
LONGEST = 60
_VIETNAM = datetime.timezone(datetime.timedelta(hours=7))
_DAY_FIRST = regex.compile(r"(?<!\d)(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>\d{4})(?!\d)")
_YEAR_FIRST = regex.compile(r"(?P<year>\d{4})[/.-](?P<month>\d{1,2})[/.-](?P<day>\d{1,2})(?!\d)")
#: The parts of a form of data/url-dates.csv and how many digits they have; `#` is any digit.
_PARTS = {"YYYY": "year", "MM": "month", "DD": "day", "hh": "hour", "mm": "minute", "ss": "second"}
_FORM = regex.compile("(?P<part>YYYY|MM|DD|hh|mm|ss)|(?P<any>#+)|(?P<other>.)", regex.S)


def host(url: str | None) -> str:
    """The host of an address in lower case; empty where it has none or is no address."""
    try:
        return urlsplit(url or "").hostname or ""
    except ValueError:  # a bracket that is not closed
        return ""


def day(value: str, latest: str | None = None) -> str | None:
    """The day in Vietnam of an ISO time, of a day first as Vietnamese sites write it, or of a mail's date.

    None where it is none of them, or lies before 1995 or after `latest` (an ISO day).
    """
    value = value.strip()[:LONGEST]
    found = _of_iso(value)
    if found is None:
        m = _YEAR_FIRST.match(value) or _DAY_FIRST.search(value)
        found = timex.point(int(m["year"]), int(m["month"]), int(m["day"])) if m else _of_mail(value)
    return found if found is not None and EARLIEST <= found <= (latest or LATEST) else None


def _of_iso(value: str) -> str | None:
    try:
        return _in_vietnam(datetime.datetime.fromisoformat(value))
    except (ValueError, OverflowError):
        return None


def _of_mail(value: str) -> str | None:
    try:
        return _in_vietnam(parsedate_to_datetime(value))
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _in_vietnam(moment: datetime.datetime) -> str:
    return (moment.astimezone(_VIETNAM) if moment.tzinfo is not None else moment).date().isoformat()


def day_of_address(url: str | None, tables: Tables) -> str | None:
    """The day that an address says, by data/url-dates.csv; None where it says none. Raises `RulesError`."""
    name = host(url)
    if not url or not name:
        return None
    for domain, pattern in _forms(tables):
        if domain and name != domain and not name.endswith(f".{domain}"):
            continue
        for m in pattern.finditer(url):
            found = timex.point(int(m["year"]), int(m["month"]), int(m["day"]))
            if found is not None and EARLIEST <= found <= LATEST and _is_time(m.groupdict()):
                return found
    return None


def _is_time(parts: dict[str, str]) -> bool:
    bounds = {"hour": 24, "minute": 60, "second": 60}
    return all(int(parts[name]) < bound for name, bound in bounds.items() if name in parts)


@lru_cache(maxsize=4)
def _forms(tables: Tables) -> list[tuple[str, regex.Pattern[str]]]:
    """(domain, pattern) of every row."""
    rows = tables["url-dates"]
    return [(row["domain"], regex.compile("".join(_pieces(row["form"], row.file, row.line)))) for row in rows]


def _pieces(form: str, file: str, line: int) -> Iterator[str]:
    parts = [m["part"] for m in _FORM.finditer(form) if m["part"]]
    if not {"YYYY", "MM", "DD"} <= set(parts) or len(parts) > len(set(parts)):
        raise RulesError([Problem(file, line, f"a form wants YYYY, MM and DD, each once: {form!r}")])
    for m in _FORM.finditer(form):
        if m["part"]:
            yield rf"(?P<{_PARTS[m['part']]}>\d{{{len(m['part'])}}})"
        elif m["any"]:
            yield rf"\d{{{len(m['any'])}}}"
        else:
            yield regex.escape(m["other"])
