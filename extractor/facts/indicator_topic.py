"""What an article is about in time: the dates and year words that a figure may take, the period reviewed or planned."""

from __future__ import annotations

import datetime
from bisect import bisect_left
from itertools import pairwise

import regex

from extractor import periods, timex
from extractor.brackets import is_aside
from extractor.context import Context
from extractor.figures import scope_words
from extractor.periods import DateMention
from extractor.text import Span

#: Lines with words from the first in which title and lead say what is reviewed.
LEAD = 6
#: Characters from the first line within which the lead says it.
LEAD_CHARACTERS = 900
#: Characters between a word for a review and the period that it reviews.
REACH = 140
#: Characters before a date in which a word says what it is for.
AROUND = 28
#: Months of a year in which news of “the past year” still means the year before.
NEW_YEAR = 3
#: Periods that an article reviews: a year, half, quarter, the first months of a year, or some years.
REVIEWED = regex.compile(r"\d{4}(?:-[HQ]\d)?|(\d{4})-01/\1-\d\d|\d{4}/\d{4}")
_YEARS = regex.compile(r"\d{4}/\d{4}")
_MONTHS = regex.compile(r"(?<![\d/.,-])0?(?P<count>[3-9]|1[01]) tháng(?!\w)")
_TWO_MONTHS = regex.compile(r"(?<!\w)tháng (?P<first>\d{1,2})(?: và | đến | - |-)(?P<second>tháng \d{1,2})(?!\d)")
_MONTH = regex.compile(r"\d{4}-(?:0[1-9]|1[0-2])")
_COUNTED_YEARS = regex.compile(r" (?:kết quả )?\d{1,2} năm(?! \d)")
_LENGTH = regex.compile(r"P(?P<count>\d+)(?P<unit>[YM])")


def mentions_in(context: Context, start: int, end: int) -> list[DateMention]:
    """The dates that begin within a view span, and the words for a year (năm nay, cả năm) with the year they mean."""
    key = "dates of figures"
    if key not in context.memo:
        words = _year_words(context)
        said = {d[:2] for d in words}
        told = [*(d for d in periods.date_mentions(context) if d[:2] not in said), *words, *_months_counted(context)]
        context.memo[key] = sorted(_months_joined(told, context))
    found: list[DateMention] = context.memo[key]
    return found[bisect_left(found, (start,)) : bisect_left(found, (end,))]


def _months_joined(told: list[DateMention], context: Context) -> list[DateMention]:
    """The dates with a month and the one joined to it (tháng 2 và tháng 3/2023) made one interval of months."""
    joined: list[DateMention] = []
    for m in _TWO_MONTHS.finditer(context.view.text):
        for mention in told:
            value = mention[2]
            month = value.partition("-")[2]
            if m.start("second") <= mention[0] < m.end() <= mention[1] and month.isdecimal() and value[:4].isdecimal():
                if 0 < int(m["first"]) < int(month):
                    joined.append((m.start(), mention[1], f"{value[:4]}-{int(m['first']):02d}/{value}"))
                break
    months = [d for d in told if _MONTH.fullmatch(d[2])]
    for (start, first_end, first), (second, end, last) in pairwise(sorted(months)):
        if context.view.text[first_end:second] in (" và ", ", ", " đến ") and first < last:
            joined.append((start, end, f"{first}/{last}"))
    return [d for d in told if not any(j[0] <= d[0] and d[1] <= j[1] for j in joined)] + joined


def _year_words(context: Context) -> list[DateMention]:
    """Words for a year, told from the article's own, where no date or length of time (5 năm qua) takes them."""
    year = periods.article_year(context)
    if year is None:
        return []
    words, found = scope_words("year", context.tables), []
    for m in words.finditer(context.view.text, 0, len(context.view.text)):
        meant = words.value(m[0])
        if meant == "not" or _dated(m.span(), context, but=m.span() if meant in ("past", "same") else None):
            continue
        if meant == "term":
            years = [d for d in periods.date_mentions_in(context, 0, m.start()) if _YEARS.fullmatch(d[2])]
            ended = [d[2] for d in years if int(d[2][5:]) <= year]
            if ended:
                found.append((m.start(), m.end(), ended[-1]))
            continue
        line = context.line_at(m.start())[0] if meant == "same" else m.start()
        told = [d for d in periods.date_mentions_in(context, line, m.start()) if not is_base(d, context)]
        if told and (same := timex.year_of(told[-1][2])):
            value = same
        elif meant in ("past", "same"):
            topic = reviewed(context)
            lately = year - 1 if month_of(context) <= NEW_YEAR else year
            value = (timex.year_of(topic[2]) if topic else None) or lately
        else:
            value = year + int(meant)
        found.append((m.start(), m.end(), str(value)))
    return found


def _dated(span: Span, context: Context, but: Span | None = None) -> bool:
    """Does a date or a length of time overlap a view span, one of just the span `but` left out?"""
    told = (mention for draft in context.made("date") for mention in draft.mentions)
    return any(m.start < span[1] and span[0] < m.end and (m.start, m.end) != but for m in told)


def _months_counted(context: Context) -> list[DateMention]:
    """The first months of the year where only their count is told (GRDP 9 tháng ước tăng 7%), no stretch gone by."""
    year, text = periods.article_year(context), context.view.text
    following, found = scope_words("figure", context.tables), []
    for m in _MONTHS.finditer(text) if year is not None else ():
        value = timex.months(year, int(m["count"]))
        next_word = next(iter(following.finditer(text, m.end(), m.end() + AROUND)), None)
        led = scope_words("stretch", context.tables).ends(text, max(0, m.start() - AROUND), m.start())
        told = text.startswith(":", m.end()) or (next_word is not None and next_word.start() == m.end() + 1)
        if value and told and not led and not _dated(m.span(), context):
            found.append((m.start(), m.end(), value))
    return found


def month_of(context: Context) -> int:
    """The month of the article's date; December where it has none."""
    return int(context.published[5:7]) if context.published and context.published_anchors else 12


def reviewed(context: Context) -> DateMention | None:
    """The period that title or lead say is reviewed (tổng kết năm 2022, sơ kết 6 tháng đầu năm); None without."""
    return _topic("review", context)


def planned(context: Context) -> DateMention | None:
    """The period that title or lead say is planned (kế hoạch năm 2023, nhiệm vụ 6 tháng cuối năm)."""
    return _topic("ahead", context)


def _topic(wanted: str, context: Context) -> DateMention | None:
    key = f"topic {wanted}"
    if key not in context.memo:
        context.memo[key] = _find_topic(wanted, context)
    found: DateMention | None = context.memo[key]
    return found


def _find_topic(wanted: str, context: Context) -> DateMention | None:
    """The first period behind a word of a review or plan, no word of the other kind between, in title or lead; where
    its sentence goes on to a longer one that holds it (họp báo quý IV/2025, tình hình năm 2025), that one."""
    lines = [line for line in context.page.lines if line.zone in ("title", "body")][:LEAD]
    for line in sorted(lines, key=lambda line: line.zone != "title"):
        last = max(line.start, lines[0].start + LEAD_CHARACTERS)
        for mention in periods.date_mentions_in(context, line.start, min(line.end, last)):
            if not _is_topic(mention, wanted, line.zone, context):
                continue
            later = periods.date_mentions_in(context, mention[1], context.sentence_at(mention[0])[1])
            wider = (m for m in later if mention[2].startswith(m[2] + "-") and _is_topic(m, wanted, line.zone, context))
            return next(wider, mention)
    return None


def _is_topic(mention: DateMention, wanted: str, zone: str, context: Context) -> bool:
    """Is a date the period that title or lead review (`wanted` review) or plan (ahead)?"""
    first, last, value = mention
    year, words = periods.article_year(context), scope_words("topic", context.tables)
    sentence = context.sentence_at(first)
    if (
        not REVIEWED.fullmatch(value)
        or (is_base(mention, context) and not _years_reviewed(mention, context))
        or is_aside((first, last), sentence[1], context.view.text)
    ):
        return False
    if _YEARS.fullmatch(value) and year is not None and int(value[:4]) >= year:
        return wanted == "ahead"  # a term or stage that begins
    begin = max(sentence[0], first - REACH)
    said = [words.value(m[0]) for m in words.finditer(context.view.text, begin, first)]
    if not said and zone == "title" and wanted == "review" and not _YEARS.fullmatch(value):
        said = ["review"]
    if not said or said[-1] != wanted:
        return False
    ends = timex.year_of(value.split("/")[-1])
    return not (wanted == "review" and year is not None and ends is not None and ends > year)


def _years_reviewed(mention: DateMention, context: Context) -> bool:
    """Are years told behind their number those that are reviewed, though a program is named between (tổng kết 5 năm
    thực hiện phong trào thi đua “Dân vận khéo” giai đoạn 2014 - 2018)?"""
    begin = max(context.sentence_at(mention[0])[0], mention[0] - REACH)
    words = scope_words("topic", context.tables)
    said = [m for m in words.finditer(context.view.text, begin, mention[0]) if words.value(m[0]) == "review"]
    counted = said and _COUNTED_YEARS.match(context.view.text, said[-1].end())
    return bool(counted) and _YEARS.fullmatch(mention[2]) is not None and names_something(mention, context)


def is_base(mention: DateMention, context: Context) -> bool:
    """Is a date one to compare with, a term, or a piece of the name of a document or program?"""
    start = mention[0]
    if scope_words("base", context.tables).ends(context.view.text, max(0, start - AROUND), start):
        return True
    return names_something(mention, context)


def names_something(mention: DateMention, context: Context) -> bool:
    """Is a date a piece of the name or the reference of a document or a program?"""
    start, end = mention[:2]
    spans = _named_spans(context)
    last = bisect_left(spans, (end,)) - 1
    return last >= 0 and start < spans[last][1]


def _named_spans(context: Context) -> list[Span]:
    """Where documents and programs of the article are told, in order, joined where they meet.

    A program's year that stands before its words frames the sentence (“Năm 2026, chủ đề công tác … là “…””).
    """
    drafts = (*context.made("document"), *context.made("program"))
    key = f"spans of {len(drafts)} documents and programs"
    if key not in context.memo:
        spans = sorted(
            span
            for draft in drafts
            for told in draft.mentions
            for span in ((told.start, told.end), *(span for spans in told.fields.values() for span in spans))
            if draft.kind == "document" or span[1] > told.start
        )
        joined: list[Span] = []
        for first, last in spans:
            if joined and first <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
            else:
                joined.append((first, last))
        context.memo[key] = joined
    found: list[Span] = context.memo[key]
    return found


def years_named(span: Span, context: Context) -> DateMention | None:
    """The last interval of whole years in a view span, be it one of a program's name."""
    found = [m for m in periods.date_mentions_in(context, *span) if _YEARS.fullmatch(m[2])]
    return found[-1] if found else None


def years_counted(span: Span, context: Context) -> DateMention | None:
    """The last years named before a view span, ended lately, that are as many as a stretch in it counts."""
    year = periods.article_year(context)
    counts = [int(m["count"]) for _, m in _stretches(span, context) if m["unit"] == "Y"]
    if year is None or not counts:
        return None
    for mention in reversed(periods.date_mentions_in(context, 0, span[0])):
        if _YEARS.fullmatch(mention[2]):
            first, last = map(int, mention[2].split("/"))
            if year - 2 <= last <= year and last - first in (counts[0] - 1, counts[0]):
                return mention
    return None


def began_before(span: Span, context: Context) -> bool:
    """Does a stretch of time in a view span (sau 5 năm, qua 18 tháng) reach back behind the article's own year?"""
    if not context.published or not context.published_anchors:
        return False
    month = datetime.date.fromisoformat(context.published).month
    return any(m["unit"] == "Y" or int(m["count"]) > month for _, m in _stretches(span, context))


def years_gone(span: Span, context: Context) -> DateMention | None:
    """The years that a stretch in a view span goes back from the article's (5 năm qua, told in 2019: 2014/2019)."""
    year = periods.article_year(context)
    if year is None:
        return None
    last = year - 1 if month_of(context) <= NEW_YEAR else year
    for told, m in _stretches(span, context):
        count = int(m["count"])
        gone = scope_words("gone", context.tables).finditer(context.view.text, told[1], told[1] + 16)
        passed = (gone and gone[0].start() == told[1] + 1) or _opens(*told, context)
        if m["unit"] == "Y" and count > 1 and passed:
            return *told, f"{year - count}/{last}"
    return None


def _stretches(span: Span, context: Context) -> list[tuple[Span, regex.Match[str]]]:
    """The lengths of time gone by in a view span, each with its count and unit."""
    return [
        ((told.start, told.end), m)
        for draft in context.made("date")
        if draft.fields.get("type") == "DURATION" and (m := _LENGTH.fullmatch(str(draft.fields["value"])))
        for told in draft.mentions
        if span[0] <= told.start and told.end <= span[1] and _leads(told.start, told.end, context)
    ]


def _leads(start: int, end: int, context: Context) -> bool:
    """Is a stretch of time one that has passed (sau 5 năm, 5 năm qua; “5 năm, …” that begins a clause)?"""
    gone = scope_words("gone", context.tables).finditer(context.view.text, end, end + 16)
    return _led(start, context) or _opens(start, end, context) or (bool(gone) and gone[0].start() == end + 1)


def _led(start: int, context: Context) -> bool:
    return scope_words("stretch", context.tables).ends(context.view.text, max(0, start - 24), start)


def _opens(start: int, end: int, context: Context) -> bool:
    """Does a stretch of time stand by itself at the beginning of a clause?"""
    return context.view.text.startswith(",", end) and not _led(start, context)
