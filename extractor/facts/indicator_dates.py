"""Which dates of a text may be a figure's period, and what they then say of it."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from extractor import periods, timex
from extractor.brackets import is_aside
from extractor.candidates import Candidate
from extractor.context import Context
from extractor.facts.indicator_topic import AROUND, is_base, mentions_in
from extractor.figures import indicator_row, scope_words
from extractor.periods import DateMention

#: Years before the article's at which a date of another sentence is a memory.
LONG_GONE = 10
#: Characters behind a date in which a word says that something was founded then.
FOUNDED = 80
#: A month, and a day.
MONTH = regex.compile(r"\d{4}-(?:0[1-9]|1[0-2])")
DAY = regex.compile(r"\d{4}-\d\d-\d\d|XXXX.*")


def open_dates(start: int, end: int, context: Context) -> list[DateMention]:
    """The dates in text[start:end] but for those of a figure in brackets that close before its end (năm 2018 là 7)."""
    return [m for m in mentions_in(context, start, end) if not is_aside(m[:2], end, context.view.text)]


def is_stock(candidate: Candidate, context: Context) -> bool:
    """Is a figure the state at one time, a share or a mean by the head, that no stretch of years sums?"""
    unit, indicator = str(candidate.get("unit") or ""), candidate.get("indicator")
    state = indicator is not None and indicator_row(context.tables, str(indicator))["stock"] == "yes"
    return candidate.get("measure") in ("level", "rank") and (state or unit.startswith("%") or "/" in unit)


def is_point(mention: DateMention, context: Context) -> bool:
    """A single day is a figure's period only behind “đến”, “trong”."""
    if not DAY.fullmatch(mention[2]):
        return True
    return scope_words("limit", context.tables).ends(
        context.view.text, max(0, mention[0] - AROUND), mention[0]
    ) and not timex.is_yearless(mention[2])


def told_of(mention: DateMention, context: Context) -> str:
    """What a date says of a period: a day since which a year is counted (từ ngày 5/11) is of that year."""
    if not DAY.fullmatch(mention[2]):
        return mention[2]
    since = scope_words("since", context.tables)
    return mention[2][:4] if since.ends(context.view.text, max(0, mention[0] - AROUND), mention[0]) else mention[2]


def last_date(mentions: Sequence[DateMention], start: int, context: Context) -> DateMention | None:
    """The last of some dates from an offset on that is a figure's period: no date of comparison, no bare day."""
    for mention in reversed(mentions):
        if mention[0] >= start and not is_base(mention, context) and is_point(mention, context):
            return *mention[:2], told_of(mention, context)
    return None


def now_word(start: int, end: int, context: Context) -> regex.Match[str] | None:
    """The last word for the present (hiện nay, đến nay) in a view span."""
    known = scope_words("now", context.tables)
    words = [m for m in known.finditer(context.view.text, start, end) if known.value(m[0]) != "not"]
    return words[-1] if words else None


def founded(mention: DateMention, context: Context) -> bool:
    """Is it the date at which something was founded (cuối năm 2012, X thành lập Quỹ …), not of what it did since?"""
    end = min(context.clause_at(mention[1])[1], mention[1] + FOUNDED)
    return bool(scope_words("founded", context.tables).finditer(context.view.text, mention[1], end))


def is_as_of(mention: DateMention, start: int, context: Context) -> bool:
    """Is a day or month the time up to which a sentence that it opens counts (Tính đến 30/11, toàn tỉnh có …)?"""
    if not (DAY.fullmatch(mention[2]) or MONTH.fullmatch(mention[2])) or timex.is_yearless(mention[2]):
        return False
    until = scope_words("until", context.tables)
    return any(m.start() == start for m in until.finditer(context.view.text, start, mention[1]))


def may_govern(mention: DateMention, candidate: Candidate, year: int | None) -> bool:
    """May a date of another sentence be a figure's: no year to come of a figure that is no target, none long gone?"""
    told = timex.year_of(mention[2].split("/")[-1])
    if year is None or told is None:
        return True
    return year - LONG_GONE <= told and (told <= year or candidate.get("status") == "target")


def to_come(value: str, context: Context) -> bool:
    """Do years begin with the article's or later?"""
    year = periods.article_year(context)
    return year is not None and int(value[:4]) >= year
