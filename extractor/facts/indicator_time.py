"""The period of a figure, from the dates and the words about it.

A figure's period is, in this order: the date that stands behind it; the last one in its own words; what its rule
carries from the figure before; and then, told as inferred, the first of `SOURCES` that knows one.
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
from extractor.facts.indicator_heading import heading_of
from extractor.facts.indicator_own_date import own_date
from extractor.facts.indicator_topic import AROUND, is_base, mentions_in
from extractor.figures import scope_words
from extractor.periods import DateMention
from extractor.text import Span

#: Characters from a sentence's beginning within which a date opens it.
OPENING = 16
#: Lines back to which the opening of a paragraph governs before what the article reviews does.
NEAR = 3
#: Characters behind a figure in which “/năm” makes it a yearly mean.
YEARLY = 10
_MONTH = regex.compile(r"\d{4}-(?:0[1-9]|1[0-2])")
_DAY = regex.compile(r"\d{4}-\d\d-\d\d|XXXX.*")
_SAME_STRETCH = regex.compile(r"(?i:cùng kỳ(?: năm (?:trước|ngoái))?)(?!\w|\snăm\s\d)")
_BRACKET = regex.compile(r"\([^()\d]*$")
_CLOSED = regex.compile(r"[^()]{0,40}\d[^()]{0,40}\)")
_BARE_YEAR = regex.compile(r"(?:19|20)\d\d")
_YEARS = regex.compile(r"\d{4}/\d{4}")
_PART = regex.compile(r"(\d{4})(?:-[HQ]\d|-\d\d|-\d\d/\1-\d\d)")
_CLAUSE_START = regex.compile(r"[:,-]\s(?:(?:Trong|trong|trong cả)\s)?$")

_Found = tuple[str | None, str, list[Span]] | None


@dataclass(frozen=True, slots=True)
class Known:
    """The other figures: the dates that stand behind them (`owned`), and those settled `before`."""

    owned: Sequence[Span]
    before: Sequence[Candidate]


def settle_period(
    candidate: Candidate, owned: Sequence[Span], context: Context, before: Sequence[Candidate] = ()
) -> None:
    """Fill `period` and `base_period`; `owned` are dates that stand behind other figures and belong to them.

    `before` are the figures settled before: their dates are not another sentence's, and a yearly mean runs over theirs.
    """
    known = Known(owned, before)
    number = candidate.first("unit") or candidate.first("number") or (candidate.start, candidate.end)
    base = _base(number[1], context)
    if base is not None and candidate.fields.get("base_period") is None:
        candidate.fields["base_period"] = base[2]
        candidate.spans["base_period"] = [base[:2]]
    if "when" in candidate.captures and _of_when(candidate, before, context):
        return
    if "indicator" in candidate.inferred and _of_year_before(candidate, before, context):
        return
    begin = candidate.start
    if "period" in candidate.inferred and before and before[-1].end > context.sentence_at(begin)[0]:
        begin = min(before[-1].end, begin)  # a date between the two outdoes what is carried
    usable = [m for m in _open(begin, number[0], context) if m[:2] not in owned]
    near = own_date(candidate, context) or _last(usable, begin, context)
    if near is not None:
        candidate.fields["period"] = _same_stretch(near, before, context)
        candidate.spans["period"] = [near[:2]]
        candidate.inferred.pop("period", None)
        return
    if "period" in candidate.inferred and before:
        _outdone(candidate, before[-1], number[0], context)
    spanned = _yearly(candidate, before, context)
    if spanned:
        candidate.infer("period", *spanned)
    if candidate.fields.get("period") is not None or _starts(candidate, context):
        return
    for source in SOURCES:
        found = source(candidate, known, context)
        if found:
            value, by, spans = found
            if value is not None:
                candidate.infer("period", _whole_year(value, candidate), by, spans)
            return


def _open(start: int, end: int, context: Context) -> list[DateMention]:
    """The dates in text[start:end] but for those of a figure in brackets that close before its end (năm 2018 là 7)."""
    text = context.view.text
    return [
        m
        for m in mentions_in(context, start, end)
        if not (_BRACKET.search(text, max(0, m[0] - AROUND), m[0]) and _CLOSED.match(text, m[1], end))
    ]


def _outdone(candidate: Candidate, last: Candidate, number: int, context: Context) -> None:
    """What is carried gives way to “nay” before the figure, and to the own date of another figure between the two."""
    year, now = periods.article_year(context), _now(min(last.end, number), number, context)
    if now is not None and year is not None:
        candidate.infer("period", str(year), "the article's year", [now.span()])
        return
    carried, own = candidate.inferred["period"].spans, last.spans.get("period")
    if not own or not carried or own[0][0] <= carried[-1][0] or last.start < context.sentence_at(candidate.start)[0]:
        return
    if last.get("indicator") != candidate.get("indicator") and own[0][1] <= last.start:
        candidate.infer("period", str(last.fields["period"]), "date before it in the sentence", list(own))


def _is_stock(candidate: Candidate) -> bool:
    """Is a figure the state at one time, a share or a mean by the head, that no stretch of years sums?"""
    unit = str(candidate.get("unit") or "")
    return candidate.get("measure") in ("level", "rank") and (unit.startswith("%") or "/" in unit)


def _whole_year(value: str, candidate: Candidate) -> str:
    """A figure by the year (triệu đồng/người/năm) is none of a part of it."""
    part = _PART.fullmatch(value)
    return part[1] if part and str(candidate.get("unit") or "").endswith("/năm") else value


def _starts(candidate: Candidate, context: Context) -> bool:
    """Is a figure what another came from (từ 14,2% đầu nhiệm kỳ xuống 11,6%), so that it is of an earlier time?"""
    items = sorted(candidate.match.groups.get(candidate.rule.each or "", ()))
    if len(items) < 2 or candidate.first(candidate.rule.each or "") != items[0]:
        return False
    return scope_words("since", context.tables).ends(context.view.text, max(0, items[0][0] - AROUND), items[0][0])


def _yearly(candidate: Candidate, before: Sequence[Candidate], context: Context) -> tuple[str, str, list[Span]] | None:
    """The years between which a yearly mean runs, where the figures before it in the sentence name both."""
    end = min(candidate.end + YEARLY, context.sentence_at(candidate.start)[1])
    if candidate.get("measure") != "change" or not scope_words("yearly", context.tables).finditer(
        context.view.text, max(0, candidate.start - AROUND), end
    ):
        return None
    first = context.sentence_at(candidate.start)[0]
    ends = [c for c in before if c.start >= first and c.get("indicator") == candidate.get("indicator")][-2:]
    years = [str(c.get("period")) for c in ends]
    if len(years) < 2 or not all(len(y) == len("2020") for y in years) or years[0] >= years[1]:
        return None
    spans = [s for c in ends for s in (c.spans.get("period") or c.inferred["period"].spans)]
    return "/".join(years), "years between which the mean runs", spans


def _of_when(candidate: Candidate, known: Sequence[Candidate], context: Context) -> bool:
    """The period that the figure itself begins with; “cùng kỳ năm 2019” is the antecedent's stretch of that year."""
    begin, end = candidate.captures["when"][0]
    found = mentions_in(context, begin, end)
    if not found and _BARE_YEAR.fullmatch(context.view.text, begin, end):
        found = [(begin, end, context.view.text[begin:end])]  # the year of an index (PCI 2018), no date by itself
    if not found:
        return False
    first, last, value = found[-1]
    before = candidate.get("period") or (known[-1].get("period") if known else None)
    if context.view.text[begin:last].casefold().startswith("cùng kỳ") and before:
        value = regex.sub(r"\d{4}", value[:4], before)
    candidate.fields["period"] = value
    candidate.spans["period"] = [(first, last)]
    candidate.inferred.pop("period", None)
    return True


def _of_year_before(candidate: Candidate, before: Sequence[Candidate], context: Context) -> bool:
    """“cùng kỳ” that begins an ellipsis: the stretch of the figure before it, a year earlier."""
    said = _SAME_STRETCH.match(context.view.text, candidate.start)
    period = str(before[-1].get("period")) if before else ""
    year = timex.year_of(period)
    if said is None or year is None or "/" in period[:5]:
        return False
    spans = before[-1].spans.get("period") or before[-1].inferred["period"].spans
    told = period.replace(str(year), str(year - 1))
    candidate.infer("period", told, "the same stretch of the year before", [*spans, said.span()])
    return True


def _same_stretch(near: DateMention, before: Sequence[Candidate], context: Context) -> str:
    """What a figure's own date means: “cùng kỳ năm 2016” the stretch of that year that the figure before is of."""
    if not context.view.text[: near[0]].casefold().endswith("cùng kỳ ") or not before:
        return near[2]
    last = str(before[-1].get("period") or "")
    return regex.sub(r"\d{4}", near[2], last) if _BARE_YEAR.fullmatch(near[2]) and _PART.fullmatch(last) else near[2]


def _base(end: int, context: Context) -> DateMention | None:
    """The date of comparison right behind a figure."""
    for mention in mentions_in(context, end, min(end + 40, context.sentence_at(end - 1)[1])):
        return mention if is_base(mention, context) else None
    return None


def _is_point(mention: DateMention, context: Context) -> bool:
    """A single day is a figure's period only behind “đến”, “trong”."""
    if not _DAY.fullmatch(mention[2]):
        return True
    return scope_words("limit", context.tables).ends(
        context.view.text, max(0, mention[0] - AROUND), mention[0]
    ) and not mention[2].startswith("XXXX")


def _told(mention: DateMention, context: Context) -> str:
    """What a date says of a period: a day since which a year is counted (từ ngày 5/11) is of that year."""
    if not _DAY.fullmatch(mention[2]):
        return mention[2]
    since = scope_words("since", context.tables)
    return mention[2][:4] if since.ends(context.view.text, max(0, mention[0] - AROUND), mention[0]) else mention[2]


def _last(mentions: Sequence[DateMention], start: int, context: Context) -> DateMention | None:
    for mention in reversed(mentions):
        if mention[0] >= start and not is_base(mention, context) and _is_point(mention, context):
            return *mention[:2], _told(mention, context)
    return None


def _now(start: int, end: int, context: Context) -> regex.Match[str] | None:
    known = scope_words("now", context.tables)
    words = [m for m in known.finditer(context.view.text, start, end) if known.value(m[0]) != "not"]
    return words[-1] if words else None


def _sentence(candidate: Candidate, known: Known, context: Context) -> _Found:
    """The nearest date before the figure in its sentence, or “đến nay”: the article's year."""
    sentence = context.sentence_at(candidate.start)
    number = candidate.first("number") or (candidate.start, candidate.end)
    usable = [m for m in _open(sentence[0], candidate.start, context) if m[:2] not in known.owned]
    date = _governing(usable, candidate, context) or _act_day(candidate, usable, context)
    now = _now(context.clause_at(candidate.start)[0], number[0], context)
    year = periods.article_year(context)
    if now and year and (date is None or now.start() - date[1] > 3):
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
    last = _last(mentions, context.sentence_at(candidate.start)[0], context)
    part = _PART.match(last[2]) if last is not None else None
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
        if opens and _DAY.fullmatch(mention[2]) and not mention[2].startswith("XXXX") and not is_base(mention, context):
            return mention
    return None


def _stretch(candidate: Candidate, known: Known, context: Context) -> _Found:
    """A sum of years (sau 5 năm … huy động): those that the article names, else those gone by (5 năm qua)."""
    told = (context.sentence_at(candidate.start)[0], candidate.start)
    if candidate.get("unit") == "%" or not indicator_topic.began_before(told, context):
        return None
    topic = indicator_topic.years_named(told, context) or indicator_topic.reviewed(context)
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
        opening = mention[0] - start <= OPENING or start == before or _opens_clause(mention, start, text)
        leads = scope_words("limit", context.tables).ends(text, max(line[0], mention[0] - AROUND), mention[0])
        if mention[:2] in known.owned or is_base(mention, context) or not (opening or leads):
            continue
        if candidate.get("status") != "target" and _aside_plan(mention, line[0], known, context):
            continue
        if candidate.get("status") == "target" and _YEARS.fullmatch(mention[2]) and not _to_come(mention[2], context):
            continue
        if _is_stock(candidate) and _YEARS.fullmatch(mention[2]) and not _to_come(mention[2], context):
            continue  # the years that another figure sums
        if topic and mention[2] == topic[2][:4] != topic[2] and "/" not in topic[2][:5]:
            continue  # the whole year, where a part of it is reviewed
        if _MONTH.fullmatch(mention[2]) and year is not None:
            if int(mention[2][:4]) == year:
                continue  # a month until which another figure is counted
            return mention[2][:4], "date before it in the paragraph", [mention[:2]]
        named = any(c.start < mention[0] and mention[1] <= c.end for c in known.before)
        if named and text[mention[1] : mention[1] + 1] != ",":
            continue  # a figure's own year, not the paragraph's
        if _DAY.fullmatch(mention[2]) and mention[0] - line[0] > OPENING and indicator_topic.reviewed(context):
            continue  # a day amid the paragraph is of its own sentence where the article reviews a period
        if not _DAY.match(mention[2]) or (leads and _is_point(mention, context)):
            now = _now(mention[1], here, context)
            if now and now.start() - context.sentence_at(now.start())[0] <= OPENING:
                return None if year is None else (str(year), "the article's year", [now.span()])
            return _told(mention, context), "date before it in the paragraph", [mention[:2]]
    return None


def _opens_clause(mention: DateMention, start: int, text: str) -> bool:
    """Does a date open a clause of its sentence; behind a comma, does another follow it (…, năm 2011, thu …)?"""
    led = _CLAUSE_START.search(text[start : mention[0]])
    return led is not None and (led[0][0] != "," or text.startswith(",", mention[1]))


def _aside_plan(mention: DateMention, start: int, known: Known, context: Context) -> bool:
    """Is a date the coming year of a plan told amid the results of a paragraph (… còn 12%. Đến năm 2010 dưới 9%. …)?"""
    year, told = periods.article_year(context), timex.year_of(mention[2].split("/")[-1])
    if year is None or told is None or told <= year:
        return False
    return any(start <= c.start < mention[0] and c.get("status") != "target" for c in known.before)


def _to_come(value: str, context: Context) -> bool:
    """Do years begin with the article's or later?"""
    year = periods.article_year(context)
    return year is not None and int(value[:4]) >= year


def _heading(candidate: Candidate, known: Known, context: Context) -> _Found:
    """The date of the heading of a list."""
    heading = heading_of(context.line_at(candidate.start), context)
    head = _last(mentions_in(context, *heading), heading[0], context) if heading else None
    return (head[2], "date of the list's heading", [head[:2]]) if head else None


def _opened(candidate: Candidate, context: Context) -> DateMention | None:
    """The period that opened a paragraph before."""
    text = context.view.text
    for mention in reversed(periods.date_mentions_in(context, 0, context.line_at(candidate.start)[0])):
        line = context.line_at(mention[0])
        if is_base(mention, context) or not indicator_topic.REVIEWED.fullmatch(mention[2]) or "/" in mention[2][:5]:
            continue
        first, _ = timex.days(mention[2])
        year = periods.article_year(context)
        if context.published and first and first > context.published:
            continue
        if year is not None and int(mention[2][:4]) < year - 1:
            continue  # a year that the story passes through
        begins = mention[0] - line[0] <= OPENING and not _now(mention[1], mention[1] + 10, context)
        after_colon = mention[0] - line[0] <= 120 and _CLAUSE_START.search(text[line[0] : mention[0]])
        if begins or after_colon:
            return mention
    return None


def _article(candidate: Candidate, known: Known, context: Context) -> _Found:
    """What opened a paragraph just before; else what title and lead review; else what opened any paragraph before."""
    if candidate.fields.get("status") == "target":
        plan = indicator_topic.planned(context)
        return (plan[2], "period that the article plans", [plan[:2]]) if plan else None
    opened, topic = _opened(candidate, context), indicator_topic.reviewed(context)
    if opened and topic:
        here = context.page.number_at(candidate.start) or 0
        opened = opened if here - (context.page.number_at(opened[0]) or 0) <= NEAR else None
    if opened and topic and opened[2] == topic[2][:4] != topic[2]:
        opened = None  # the whole year, where a part of it is reviewed
    told = opened or topic
    if told and _YEARS.fullmatch(told[2]) and _is_stock(candidate):
        return None if _to_come(told[2][5:], context) else (told[2][5:], "end of the years reviewed", [told[:2]])
    return (told[2], "period that the article reviews", [told[:2]]) if told else None


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
    part = _PART.fullmatch(value)
    return part is not None and int(part[1]) == year and _MONTH.fullmatch(value) is None


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
    _sentence, _stretch, _paragraph, _heading, _article, _told_before, _year,
)  # fmt: skip
