"""The period of a figure, from the dates and the words about it.

A figure's period is, in this order: the date that stands behind it; the last one in its own words; what its rule
carries from the figure before; and then, told as inferred, the first of `SOURCES` that knows one.
"""

from __future__ import annotations

from collections.abc import Sequence

import regex

from extractor import periods, timex
from extractor.candidates import Candidate
from extractor.context import Context
from extractor.facts.indicator_dates import last_date, now_word, open_dates
from extractor.facts.indicator_own_date import own_date
from extractor.facts.indicator_sources import PART_OF_YEAR, SOURCES, YEARLY, Known
from extractor.facts.indicator_topic import AROUND, is_base, mentions_in
from extractor.figures import scope_words
from extractor.periods import DateMention
from extractor.text import Span

_BARE_YEAR = regex.compile(r"(?:19|20)\d\d")
_SAME_STRETCH = regex.compile(r"(?i:cùng kỳ(?: năm (?:trước|ngoái))?)(?!\w|\snăm\s\d)")


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
    usable = [m for m in open_dates(begin, number[0], context) if m[:2] not in owned]
    near = own_date(candidate, context) or last_date(usable, begin, context)
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


def _outdone(candidate: Candidate, last: Candidate, number: int, context: Context) -> None:
    """What is carried gives way to “nay” before the figure, and to the own date of another figure between the two."""
    year, now = periods.article_year(context), now_word(min(last.end, number), number, context)
    if now is not None and year is not None:
        candidate.infer("period", str(year), "the article's year", [now.span()])
        return
    carried, own = candidate.inferred["period"].spans, last.spans.get("period")
    if not own or not carried or own[0][0] <= carried[-1][0] or last.start < context.sentence_at(candidate.start)[0]:
        return
    if last.get("indicator") != candidate.get("indicator") and own[0][1] <= last.start:
        candidate.infer("period", str(last.fields["period"]), "date before it in the sentence", list(own))


def _whole_year(value: str, candidate: Candidate) -> str:
    """A figure by the year (triệu đồng/người/năm) is none of a part of it."""
    part = PART_OF_YEAR.fullmatch(value)
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
    return (
        regex.sub(r"\d{4}", near[2], last)
        if _BARE_YEAR.fullmatch(near[2]) and PART_OF_YEAR.fullmatch(last)
        else near[2]
    )


def _base(end: int, context: Context) -> DateMention | None:
    """The date of comparison right behind a figure."""
    for mention in mentions_in(context, end, min(end + 40, context.sentence_at(end - 1)[1])):
        return mention if is_base(mention, context) else None
    return None
