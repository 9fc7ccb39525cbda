"""The status of a figure: done, estimated or aimed at, from the words about it and its period."""

from __future__ import annotations

import regex

from extractor import periods, timex
from extractor.brackets import is_aside
from extractor.candidates import Candidate
from extractor.context import Context
from extractor.facts import indicator_area
from extractor.facts.indicator_dates import now_word
from extractor.facts.indicator_heading import heading_of
from extractor.figures import scope_words
from extractor.locality import is_local

#: Words that hold one for a target and say nothing of it (mục tiêu quốc gia, hoàn thành mục tiêu).
PASSED_OVER = ("met", "not")
#: Words of what somebody will do or is asked to do: a target of an indicator of the list, nothing for an open figure.
ASKED = "asked"
#: Targets that are counted (22/25 chỉ tiêu đạt): a result.
_COUNTED = regex.compile(r"(?r)\d\s")
_ITS_FIGURE = regex.compile(r"\s(?:(?:là|trên|từ|đạt)\s)?(?!(?:19|20)\d\d(?![\d.,]))\d[\d.,]*+(?!\d|[/-]\d)(?!\stháng)")
#: What stands between a word and the colon behind which it holds for a whole list (Ước cả năm: A 5%, B 6%).
_HEAD = regex.compile(r"(?<=:)|[^\d,;:.()\n]{0,24}:")


def settle(candidate: Candidate, context: Context) -> bool:
    """Fill `status`: what lead words, the sentence, the heading and the period say; actual without them.

    False for an open figure of what somebody only asks for or will do: it measures nothing.
    """
    national = is_local(context) and indicator_area.is_national(candidate.get("area"), context)
    if national and "status" in candidate.inferred:
        candidate.fields["status"] = "actual"  # no estimate of the report's own subject
        del candidate.inferred["status"]
    if candidate.fields.get("status") is not None:
        return True
    text = context.view.text
    sentence = context.sentence_at(candidate.start)
    number = candidate.first("number") or (candidate.start, candidate.end)
    words = scope_words("status", context.tables)
    for m in reversed(words.finditer(text, sentence[0], number[0])):
        if candidate.start <= m.start() and m.end() > number[0]:
            continue
        value = words.value(m[0])
        if value in PASSED_OVER or is_aside(m.span(), number[0], text) or _of_now(m.end(), number[0], context):
            continue
        if value == "target" and (_compared(m.start(), context) or _COUNTED.match(text, sentence[0], m.start())):
            continue
        own = _ITS_FIGURE.match(text, m.end())
        if own is not None and own.end() <= number[0]:
            continue  # the target is another figure: “vượt chỉ tiêu 1 tỷ USD; kim ngạch …”
        apart = context.clause_at(m.start()) != context.clause_at(candidate.start)
        if value == "estimate" and apart and not _HEAD.match(text, m.end(), number[0]):
            continue
        if value == ASKED and not candidate.get("indicator"):
            return False
        candidate.infer("status", "target" if value == ASKED else value, f"“{m[0]}”", [m.span()])
        break
    if candidate.fields.get("status") in (None, "actual"):
        _status_of_heading(candidate, context)
    if candidate.fields.get("status") == "actual":
        candidate.inferred.pop("status", None)
    candidate.fields.setdefault("status", "actual")
    return True


def _of_now(start: int, end: int, context: Context) -> bool:
    """Do brackets open behind a word that tell of the present: … vào năm 2019 (hiện nay có 24/27 xã đạt chuẩn)?"""
    opened = context.view.text.rfind("(", start, end)
    return opened >= 0 and ")" not in context.view.text[opened:end] and now_word(opened, end, context) is not None


def _compared(start: int, context: Context) -> bool:
    """Is a plan only what another figure is held against: đạt 101% kế hoạch năm, vượt so với kế hoạch năm?"""
    text = context.view.text
    before = text[max(0, start - 24) : start].rstrip()
    return before.endswith("%") or scope_words("compared", context.tables).ends(text, max(0, start - 24), start)


def _status_of_heading(candidate: Candidate, context: Context) -> None:
    heading = heading_of(context.line_at(candidate.start), context)
    if heading is None or candidate.fields.get("status") is not None:
        return
    text, words, topics = context.view.text, scope_words("status", context.tables), scope_words("topic", context.tables)
    said = list(topics.finditer(text, *heading))
    ahead = said if said and all(topics.value(m[0]) == "ahead" for m in said) else []
    for m in [*(m for m in words.finditer(text, *heading) if words.value(m[0]) == "target"), *ahead]:
        if not _COUNTED.match(text, heading[0], m.start()):
            candidate.infer("status", "target", f"“{m[0]}” in the heading", [m.span()])
            return


def check(candidate: Candidate, context: Context) -> None:
    """A figure of a year after the article's is a target; one of a year before is none, whatever the words about it."""
    year, period = periods.article_year(context), timex.year_of((candidate.fields.get("period") or "").split("/")[-1])
    if year is None or period is None or not (context.published and context.published_anchors):
        return
    first = timex.days(candidate.fields["period"])[0]
    ahead = first is not None and first > context.published
    if period > year or (ahead and candidate.fields["status"] != "estimate"):
        candidate.fields["status"] = "target"
    elif period < year and candidate.fields["status"] == "target" and "status" in candidate.inferred:
        candidate.fields["status"] = "actual"
        del candidate.inferred["status"]
