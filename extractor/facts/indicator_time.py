"""The period and the status of a figure, from the dates and the words about it."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from extractor import periods, timex
from extractor.candidates import Candidate
from extractor.context import Context
from extractor.figures import scope_words
from extractor.periods import DateMention
from extractor.text import Span

#: Characters behind a figure in which its own date may stand, and before a date in which a word says what it is for.
BEHIND, AROUND = 14, 24
#: Characters from a sentence's beginning within which a date opens it.
OPENING = 16
#: Lines of the longest list, and characters of the longest heading.
LIST, HEADING = 40, 160
#: What may stand between a figure and its own date.
_JOIN = regex.compile(r"[\s(]*(?:(?:vào|trong|của|ở|cuối|đầu|hết|thời điểm|người|hộ|giai đoạn|tính đến)\s+)*")
_DAY = regex.compile(r"\d{4}-\d\d-\d\d|XXXX.*")
#: Periods that an article reviews: a year, half, quarter, or the first months of a year.
_REVIEWED = regex.compile(r"\d{4}(?:-[HQ]\d)?|(\d{4})-01/\1-\d\d")
_CLAUSE_START = regex.compile(r"[:,-]\s(?:(?:Trong|trong|trong cả)\s)?$")
_LIST_ITEM = regex.compile(r"\s*(?:[-+•*–]|\(?\d{1,2}[.)]|[a-zđ]\))")


def settle_period(candidate: Candidate, owned: Sequence[Span], context: Context) -> None:
    """Fill `period` and `base_period`; `owned` are dates that stand behind other figures and belong to them."""
    number = candidate.first("unit") or candidate.first("number") or (candidate.start, candidate.end)
    base = _base(number[1], context)
    if base is not None and candidate.fields.get("base_period") is None:
        candidate.fields["base_period"] = base[2]
        candidate.spans["base_period"] = [base[:2]]
    if "when" in candidate.captures and _of_when(candidate, context):
        return
    usable = [m for m in periods.date_mentions_in(context, candidate.start, number[0]) if m[:2] not in owned]
    inside = _last(usable, candidate.start, context)
    behind = own_date(candidate, context)
    near = behind or inside
    if near is not None:
        candidate.fields["period"] = near[2]
        candidate.spans["period"] = [near[:2]]
        candidate.inferred.pop("period", None)
        return
    if candidate.fields.get("period") is not None:
        return
    found = _sentence(candidate, owned, context) or _earlier(candidate, owned, context) or _article(candidate, context)
    if found:
        value, by, spans = found
        candidate.infer("period", value, by, spans)


def _of_when(candidate: Candidate, context: Context) -> bool:
    """The period that the figure itself begins with; “cùng kỳ năm 2019” is the antecedent's stretch of that year."""
    begin, end = candidate.captures["when"][0]
    found = periods.date_mentions_in(context, begin, end)
    if not found:
        return False
    first, last, value = found[-1]
    before = candidate.fields.get("period")
    if context.view.text[begin:first].casefold().startswith("cùng kỳ") and before:
        value = regex.sub(r"\d{4}", value[:4], before)
    candidate.fields["period"] = value
    candidate.spans["period"] = [(first, last)]
    candidate.inferred.pop("period", None)
    return True


def own_date(candidate: Candidate, context: Context) -> DateMention | None:
    """The date that stands right behind a candidate's figure and is its own (còn 5,1% năm 2019)."""
    number = candidate.first("unit") or candidate.first("number")
    if number is None:
        return None
    for mention in periods.date_mentions_in(context, number[1], number[1] + BEHIND + 10):
        join = _JOIN.match(context.view.text, number[1], mention[0])
        if join and join.end() >= mention[0] and not _is_base(mention, context):
            return mention
        break
    return None


_Found = tuple[str, str, list[Span]] | None


def _is_base(mention: DateMention, context: Context) -> bool:
    """Is a date one to compare with, a term, or the date of a document?"""
    start = mention[0]
    if scope_words("base", context.tables).ends(context.view.text, max(0, start - AROUND), start):
        return True
    return any(m.start <= start < m.end for draft in context.made("document") for m in draft.mentions)


def _base(end: int, context: Context) -> DateMention | None:
    """The date of comparison right behind a figure."""
    for mention in periods.date_mentions_in(context, end, min(end + 40, context.sentence_at(end - 1)[1])):
        return mention if _is_base(mention, context) else None
    return None


def _is_point(mention: DateMention, context: Context) -> bool:
    """A single day is a figure's period only behind “đến”, “từ”, “trong”."""
    if not _DAY.fullmatch(mention[2]):
        return True
    return scope_words("limit", context.tables).ends(
        context.view.text, max(0, mention[0] - AROUND), mention[0]
    ) and not mention[2].startswith("XXXX")


def _last(mentions: Sequence[DateMention], start: int, context: Context) -> DateMention | None:
    for mention in reversed(mentions):
        if mention[0] >= start and not _is_base(mention, context) and _is_point(mention, context):
            return mention
    return None


def _now(start: int, end: int, context: Context) -> Span | None:
    known = scope_words("now", context.tables)
    words = [m for m in known.finditer(context.view.text, start, end) if known.value(m[0]) != "not"]
    return words[-1].span() if words else None


def _sentence(candidate: Candidate, owned: Sequence[Span], context: Context) -> _Found:
    """The nearest date before the figure in its sentence, or “đến nay”: the article's year."""
    sentence = context.sentence_at(candidate.start)
    number = candidate.first("number") or (candidate.start, candidate.end)
    usable = [m for m in periods.date_mentions_in(context, sentence[0], candidate.start) if m[:2] not in owned]
    date = _last(usable, sentence[0], context)
    now = _now(sentence[0], number[0], context)
    year = periods.article_year(context)
    if now and year and (date is None or now[0] - date[1] > 3):
        return str(year), "the article's year", [now]
    if date:
        return date[2], "date before it in the sentence", [date[:2]]
    return None


def _earlier(candidate: Candidate, owned: Sequence[Span], context: Context) -> _Found:
    """The date that opens an earlier sentence of the paragraph, or the heading of the list."""
    text = context.view.text
    line = context.line_at(candidate.start)
    here = context.sentence_at(candidate.start)[0]
    for mention in reversed(periods.date_mentions_in(context, line[0], here)):
        start = context.sentence_at(mention[0])[0]
        opening = mention[0] - start <= OPENING or _CLAUSE_START.search(text[start : mention[0]])
        leads = scope_words("limit", context.tables).ends(text, max(line[0], mention[0] - AROUND), mention[0])
        usable = mention[:2] not in owned and not _is_base(mention, context)
        if usable and (opening or leads) and not _DAY.match(mention[2]):
            return mention[2], "date before it in the paragraph", [mention[:2]]
    heading = heading_of(line, context)
    if heading:
        head = _last(periods.date_mentions_in(context, *heading), heading[0], context)
        if head:
            return head[2], "date of the list's heading", [head[:2]]
    return None


def heading_of(line: Span, context: Context) -> Span | None:
    """The line that heads a list item: the nearest short line before it that is no item or ends with a colon."""
    text = context.view.text
    if not _LIST_ITEM.match(text, *line):
        return None
    earlier = [other for other in context.page.lines if other.end <= line[0]]
    for other in reversed(earlier[-LIST:]):
        if not _LIST_ITEM.match(text, other.start, other.end) or text[other.start : other.end].rstrip().endswith(":"):
            return (other.start, other.end) if other.end - other.start <= HEADING else None
    return None


def _article(candidate: Candidate, context: Context) -> _Found:
    """The period that opened a paragraph before, or that title or first paragraph review."""
    if candidate.fields.get("status") == "target":
        return None
    text = context.view.text
    for mention in reversed(periods.date_mentions_in(context, 0, context.line_at(candidate.start)[0])):
        line = context.line_at(mention[0])
        if _is_base(mention, context) or not _REVIEWED.fullmatch(mention[2]):
            continue
        begins = mention[0] - line[0] <= OPENING and "đến nay" not in text[mention[1] : mention[1] + 10]
        after_colon = mention[0] - line[0] <= 120 and _CLAUSE_START.search(text[line[0] : mention[0]])
        if begins or after_colon:
            return mention[2], "period that the article reviews", [mention[:2]]
    for each in context.page.lines:
        if each.zone == "title":
            for mention in periods.date_mentions_in(context, each.start, each.end):
                if _REVIEWED.fullmatch(mention[2]):
                    return mention[2], "period of the title", [mention[:2]]
    return None


def settle_status(candidate: Candidate, context: Context) -> None:
    """Fill `status`: what lead words, the sentence, the heading and the period say; actual without them."""
    if candidate.fields.get("status") is not None:
        return
    text = context.view.text
    sentence = context.sentence_at(candidate.start)
    number = candidate.first("number") or (candidate.start, candidate.end)
    words = scope_words("status", context.tables)
    for m in reversed(words.finditer(text, sentence[0], number[0])):
        if candidate.start <= m.start() and m.end() > number[0]:
            continue
        value = words.value(m[0])
        if value == "estimate" and context.clause_at(m.start()) != context.clause_at(candidate.start):
            continue
        candidate.infer("status", value, f"“{m[0]}”", [m.span()])
        break
    if candidate.fields.get("status") in (None, "actual"):
        _status_of_heading(candidate, context)
    if candidate.fields.get("status") == "actual":
        candidate.inferred.pop("status", None)
    candidate.fields.setdefault("status", "actual")


def _status_of_heading(candidate: Candidate, context: Context) -> None:
    words = scope_words("status", context.tables)
    heading = heading_of(context.line_at(candidate.start), context)
    if heading and candidate.fields.get("status") is None:
        for m in words.finditer(context.view.text, *heading):
            if words.value(m[0]) == "target":
                candidate.infer("status", "target", f"“{m[0]}” in the list's heading", [m.span()])
                return


def check_status(candidate: Candidate, context: Context) -> None:
    """A figure of a year after the article's is a target; one of a year before is none, whatever the words about it."""
    year, period = periods.article_year(context), timex.year_of((candidate.fields.get("period") or "").split("/")[-1])
    if year is None or period is None:
        return
    if period > year:
        candidate.fields["status"] = "target"
    elif period < year and candidate.fields["status"] == "target" and "status" in candidate.inferred:
        candidate.fields["status"] = "actual"
        del candidate.inferred["status"]
