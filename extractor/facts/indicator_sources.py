"""Where the period of a figure comes from that none of its own words and links tell.

`SOURCES` are asked in turn: the sentence, the stretch of years it sums, the paragraph, the heading, what the article
reviews, the figures before it, and the article's year.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import regex

from extractor import periods, timex
from extractor.candidates import Candidate
from extractor.context import Context
from extractor.facts import indicator_topic
from extractor.facts.indicator_dates import (
    DAY,
    MONTH,
    founded,
    is_as_of,
    is_stock,
    last_date,
    may_govern,
    now_word,
    open_dates,
    to_come,
    told_of,
)
from extractor.facts.indicator_heading import heading_of
from extractor.facts.indicator_topic import AROUND, is_base, mentions_in
from extractor.figures import indicator_row, scope_words
from extractor.periods import DateMention
from extractor.text import Span

#: Characters from a sentence's beginning within which a date opens it.
OPENING = 16
#: Lines back to which the opening of a paragraph governs before what the article reviews does.
NEAR = 3
#: Characters behind a figure in which “/năm” makes it a yearly mean.
YEARLY = 10
_YEARS = regex.compile(r"\d{4}/\d{4}")
PART_OF_YEAR = regex.compile(r"(\d{4})(?:-[HQ]\d|-\d\d|-\d\d/\1-\d\d)")
_CLAUSE_START = regex.compile(r"[:,-]\s(?:(?:Trong|trong|trong cả)\s)?$")

_Found = tuple[str | None, str, list[Span]] | None


@dataclass(frozen=True, slots=True)
class Known:
    """The other figures: the dates that stand behind them (`owned`), and those settled `before`."""

    owned: Sequence[Span]
    before: Sequence[Candidate]


def _sentence(candidate: Candidate, known: Known, context: Context) -> _Found:
    """The nearest date before the figure in its sentence, or “đến nay”: the article's year."""
    sentence = context.sentence_at(candidate.start)
    number = candidate.first("number") or (candidate.start, candidate.end)
    usable = [m for m in open_dates(sentence[0], candidate.start, context) if m[:2] not in known.owned]
    date = _governing(usable, candidate, context) or _act_day(candidate, usable, context)
    now = now_word(context.clause_at(candidate.start)[0], number[0], context)
    year = periods.article_year(context)
    if now and year and (date is None or now.start() - date[1] > 3 or "(" in context.view.text[date[1] : now.start()]):
        topic = indicator_topic.reviewed(context)
        if topic and timex.year_of(topic[2]) == year and scope_words("now", context.tables).value(now[0]) == "review":
            return topic[2], "period that the article reviews", [topic[:2]]
        return str(year), "the article's year", [now.span()]
    if date:
        return date[2], "date before it in the sentence", [date[:2]]
    return None


def _governing(mentions: Sequence[DateMention], candidate: Candidate, context: Context) -> DateMention | None:
    """The last date before a figure in its sentence; of a part of a year in another clause (cả năm tăng 8%, quý IV
    phải tăng 9%; …), the year told before it."""
    last = last_date(mentions, context.sentence_at(candidate.start)[0], context)
    part = PART_OF_YEAR.match(last[2]) if last is not None else None
    if last is None or part is None or last[0] >= context.clause_at(candidate.start)[0]:
        return last
    whole = [m for m in mentions if m[1] <= last[0] and m[2] == part[1] and not is_base(m, context)]
    return whole[-1] if whole else last


def _act_day(candidate: Candidate, mentions: Sequence[DateMention], context: Context) -> DateMention | None:
    """The day that opens the sentence of what is done on one day (Sáng 22/11, … bàn giao 18 căn nhà)."""
    number = candidate.first("number") or (candidate.start, candidate.end)
    acts = scope_words("act", context.tables).finditer(context.view.text, max(0, candidate.start - AROUND), number[0])
    for mention in mentions[:1] if acts else ():
        begins = context.sentence_at(candidate.start)[0]
        opens = mention[0] - begins <= OPENING or _CLAUSE_START.search(context.view.text[begins : mention[0]])
        if opens and DAY.fullmatch(mention[2]) and not timex.is_yearless(mention[2]) and not is_base(mention, context):
            return mention
    return None


def _index(candidate: Candidate, known: Known, context: Context) -> _Found:
    """The year for which the index before it in the paragraph was measured (PAR INDEX 2022 …; SIPAS 82,09%)."""
    if (
        not candidate.get("indicator")
        or indicator_row(context.tables, candidate.fields["indicator"])["class"] != "index"
    ):
        return None
    begins = context.line_at(candidate.start)[0]
    for earlier in reversed(known.before):
        if earlier.start < begins or not earlier.get("indicator"):
            continue
        if indicator_row(context.tables, earlier.fields["indicator"])["class"] == "index" and earlier.get("period"):
            spans = earlier.spans.get("period") or earlier.inferred["period"].spans
            return str(earlier.get("period")), "year of the index before it", list(spans)
    return None


def _is_index(candidate: Candidate, context: Context) -> bool:
    identifier = candidate.get("indicator")
    return identifier is not None and indicator_row(context.tables, identifier)["class"] == "index"


def _behind(candidate: Candidate, known: Known, context: Context) -> _Found:
    """The date that ends the clause of a figure (12 căn nhà … xây tặng trong năm 2021), no other figure between."""
    clause = context.clause_at(candidate.start)
    for mention in mentions_in(context, candidate.end, clause[1]):
        owned = mention[:2] in known.owned and not _YEARS.fullmatch(mention[2])
        if owned or is_base(mention, context) or DAY.fullmatch(mention[2]):
            return None
        if "(" in context.view.text[candidate.end : mention[1]]:
            return None  # of a figure beside it
        if context.view.text[mention[0] : mention[1]].casefold() == "trong năm":
            return None  # of whichever year
        led = (max(0, mention[0] - AROUND), mention[0] + len("trong giai đoạn "))
        words = scope_words("within", context.tables).finditer(context.view.text, *led)
        if not words or words[-1].end() < mention[0] - 1:
            return None
        return mention[2], "date behind it in the clause", [mention[:2]]
    return None


def _stretch(candidate: Candidate, known: Known, context: Context) -> _Found:
    """A sum of years (sau 5 năm … huy động): those that the article names, else those gone by (5 năm qua)."""
    return _summed(candidate, (context.sentence_at(candidate.start)[0], candidate.start), context)


def _stretch_before(candidate: Candidate, known: Known, context: Context) -> _Found:
    """The years with which an earlier sentence of the paragraph opens (Ba năm, … góp 187 tỷ. Riêng A góp 52 tỷ)."""
    sentence = context.sentence_at(candidate.start)[0]
    line = context.line_at(candidate.start)[0]
    while sentence > line:
        sentence = context.sentence_at(sentence - 2)[0]
        opening = (sentence, min(sentence + OPENING, candidate.start))
        if indicator_topic.began_before(opening, context):
            return _summed(candidate, opening, context)
        if mentions_in(context, *opening):
            return None
    return None


def _summed(candidate: Candidate, told: Span, context: Context) -> _Found:
    if candidate.get("unit") == "%" or is_stock(candidate, context) or not indicator_topic.began_before(told, context):
        return None
    topic = indicator_topic.years_named(told, context) or indicator_topic.years_counted(told, context)
    topic = topic or indicator_topic.reviewed(context)
    years = topic if topic and _YEARS.fullmatch(topic[2]) else indicator_topic.years_gone(told, context)
    return (years[2], "years that it sums", [years[:2]]) if years else (None, "", [])


def _paragraph(candidate: Candidate, known: Known, context: Context) -> _Found:
    """The date that opens an earlier sentence of the paragraph."""
    text = context.view.text
    line = context.line_at(candidate.start)
    here, year = context.sentence_at(candidate.start)[0], periods.article_year(context)
    linked = scope_words("linked", context.tables).finditer(text, here, min(here + AROUND, candidate.start))
    before = context.sentence_at(here - 2)[0] if linked and linked[0].start() == here and here > line[0] else here
    topic = indicator_topic.reviewed(context)
    for mention in reversed(mentions_in(context, line[0], here)):
        start = context.sentence_at(mention[0])[0]
        opening = mention[0] - start <= OPENING or start == before or _opens_clause(mention, start, known, text)
        if (
            not may_govern(mention, candidate, year)
            or mention[:2] in known.owned
            or is_base(mention, context)
            or founded(mention, context)
        ):
            continue
        if not (opening or _led(mention, candidate, known, context)):
            continue
        if candidate.get("status") != "target" and _aside_plan(mention, line[0], known, context):
            continue
        if candidate.get("status") == "target" and _YEARS.fullmatch(mention[2]) and not to_come(mention[2], context):
            continue
        if is_stock(candidate, context) and _YEARS.fullmatch(mention[2]) and not to_come(mention[2], context):
            continue  # the years that another figure sums
        if topic and mention[2] == topic[2][:4] != topic[2] and "/" not in topic[2][:5]:
            continue  # the whole year, where a part of it is reviewed
        if is_stock(candidate, context) and is_as_of(mention, start, context):
            return mention[2], "date before it in the paragraph", [mention[:2]]
        if MONTH.fullmatch(mention[2]) and year is not None:
            if int(mention[2][:4]) == year:
                continue  # a month until which another figure is counted
            return mention[2][:4], "date before it in the paragraph", [mention[:2]]
        named = any(c.start < mention[0] and mention[1] <= c.end for c in known.before)
        if named and text[mention[1] : mention[1] + 1] != ",":
            continue  # a figure's own year, not the paragraph's
        if DAY.fullmatch(mention[2]) and mention[0] - line[0] > OPENING and indicator_topic.reviewed(context):
            continue  # a day amid the paragraph is of its own sentence where the article reviews a period
        if not DAY.match(mention[2]):
            now = now_word(mention[1], here, context)
            if now and now.start() - context.sentence_at(now.start())[0] <= OPENING:
                return None if year is None else (str(year), "the article's year", [now.span()])
            return told_of(mention, context), "date before it in the paragraph", [mention[:2]]
    return None


def _led(mention: DateMention, candidate: Candidate, known: Known, context: Context) -> bool:
    """Does a date that a word leads (trong năm 2023) already tell the time of a figure, with which this goes on, or is
    it one that a target may be of?"""
    if not scope_words("limit", context.tables).ends(context.view.text, max(0, mention[0] - AROUND), mention[0]):
        return False
    if candidate.get("status") == "target":
        return True
    told = (c.spans.get("period") or getattr(c.inferred.get("period"), "spans", ()) for c in known.before)
    return any(mention[:2] in spans for spans in told)


def _opens_clause(mention: DateMention, start: int, known: Known, text: str) -> bool:
    """Does a date open a clause of its sentence; behind a comma, does another follow it (…, năm 2011, thu …); behind a
    dash, no aside to the figure before it (12,6% - năm 2021 con số đó là 49,9%)?"""
    led = _CLAUSE_START.search(text[start : mention[0]])
    if led is None:
        return False
    if led[0][0] == "-" and any(start <= c.start < mention[0] for c in known.before):
        return False
    return led[0][0] != "," or text.startswith(",", mention[1])


def _aside_plan(mention: DateMention, start: int, known: Known, context: Context) -> bool:
    """Is a date the coming year of a plan told amid the results of a paragraph (… còn 12%. Đến năm 2010 dưới 9%. …)?"""
    year, told = periods.article_year(context), timex.year_of(mention[2].split("/")[-1])
    if year is None or told is None or told <= year:
        return False
    return any(start <= c.start < mention[0] and c.get("status") != "target" for c in known.before)


def _heading(candidate: Candidate, known: Known, context: Context) -> _Found:
    """The date of the heading of a list."""
    heading = heading_of(context.line_at(candidate.start), context)
    head = last_date(mentions_in(context, *heading), heading[0], context) if heading else None
    return (head[2], "date of the list's heading", [head[:2]]) if head else None


def _opened(candidate: Candidate, known: Known, context: Context) -> DateMention | None:
    """The period that opened a paragraph before, no figure's own year (PCI năm 2019 đạt …)."""
    text = context.view.text
    for mention in reversed(periods.date_mentions_in(context, 0, context.line_at(candidate.start)[0])):
        line = context.line_at(mention[0])
        if is_base(mention, context) or not indicator_topic.REVIEWED.fullmatch(mention[2]) or "/" in mention[2][:5]:
            continue
        first, _ = timex.days(mention[2])
        year = periods.article_year(context)
        if context.published and first and first > context.published:
            continue
        if any(c.start < mention[0] and mention[1] <= c.end for c in known.before):
            continue
        if year is not None and int(mention[2][:4]) < year - 1:
            continue  # a year that the story passes through
        begins = mention[0] - line[0] <= OPENING and not now_word(mention[1], mention[1] + 10, context)
        after_colon = mention[0] - line[0] <= 120 and _CLAUSE_START.search(text[line[0] : mention[0]])
        if begins or after_colon:
            return mention
    return None


def _article(candidate: Candidate, known: Known, context: Context) -> _Found:
    """What opened a paragraph just before; else what title and lead review; else what opened any paragraph before."""
    if candidate.fields.get("status") == "target":
        plan = indicator_topic.planned(context)
        return (plan[2], "period that the article plans", [plan[:2]]) if plan else None
    opened, topic = _opened(candidate, known, context), indicator_topic.reviewed(context)
    if opened and topic:
        here = context.page.number_at(candidate.start) or 0
        opened = opened if here - (context.page.number_at(opened[0]) or 0) <= NEAR else None
    if opened and topic and opened[2] == topic[2][:4] != topic[2]:
        opened = None  # the whole year, where a part of it is reviewed
    told = opened or topic
    if told and _YEARS.fullmatch(told[2]) and is_stock(candidate, context):
        return None if to_come(told[2][5:], context) else (told[2][5:], "end of the years reviewed", [told[:2]])
    return (told[2], "period that the article reviews", [told[:2]]) if told else None


def _now_before(candidate: Candidate, known: Known, context: Context) -> _Found:
    """The present of the last figure before it in the paragraph (Đến nay, xã có 47 mô hình, trong đó 29 …)."""
    begins = context.line_at(candidate.start)[0]
    for earlier in reversed(known.before):
        if earlier.start < begins or "period" in earlier.spans:
            return None
        told = earlier.inferred.get("period")
        if earlier.start < candidate.start and told is not None:
            now = [span for span in told.spans if span[0] >= begins and now_word(*span, context)]
            return (str(earlier.get("period")), told.by, now) if now else None
    return None


def _told_before(candidate: Candidate, known: Known, context: Context) -> _Found:
    """The part of the article's year of which most figures before it are, and the last of them."""
    year = periods.article_year(context)
    if year is None or candidate.fields.get("status") == "target":
        return None
    told = [c for c in known.before if c.fields.get("status") != "target" and _is_part(str(c.get("period")), year)]
    if not told:
        return None
    counted = Counter(str(c.get("period")) for c in told)
    last = next(c for c in reversed(told) if counted[str(c.get("period"))] == max(counted.values()))
    spans = last.spans.get("period") or last.inferred["period"].spans
    return str(last.get("period")), "period of the figures before it", list(spans)


def _is_part(value: str, year: int) -> bool:
    part = PART_OF_YEAR.fullmatch(value)
    return part is not None and int(part[1]) == year and MONTH.fullmatch(value) is None


def _year(candidate: Candidate, known: Known, context: Context) -> _Found:
    """What news tells without a time is of its year; in January it may be of either."""
    year = periods.article_year(context)
    if year is None or candidate.fields.get("status") == "target" or indicator_topic.month_of(context) == 1:
        return None
    clause = context.clause_at(candidate.start)
    if scope_words("past", context.tables).finditer(context.view.text, clause[0], candidate.end):
        return None
    end = min(candidate.end + YEARLY, context.sentence_at(candidate.start)[1])
    if candidate.get("measure") == "change" and scope_words("yearly", context.tables).finditer(
        context.view.text, candidate.start, end
    ):
        return None  # a yearly mean of years that nothing names
    spans = [context.published_span] if context.published_span and context.published_anchors else []
    return str(year), "the article's year", spans


#: Where the period of a figure comes from that none of its own words and links tell, the first that knows one.
SOURCES: tuple[Callable[[Candidate, Known, Context], _Found], ...] = (
    _index, _sentence, _behind, _stretch, _paragraph, _stretch_before, _heading, _article, _now_before, _told_before,
    _year,
)  # fmt: skip
