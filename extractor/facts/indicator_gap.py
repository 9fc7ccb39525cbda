"""What may stand between a figure and the one that goes on with it.

A rule's `carry_stops` finds every word between the two that does not belong to a list of figures. Of those pass the
places, dates and documents that are known, the phrases of data/ellipsis-words.csv, what stands in brackets, and what
is still of the noun that the earlier figure counts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from weakref import WeakKeyDictionary

import regex

from extractor import compiled, periods, places
from extractor.candidates import Candidate
from extractor.context import Context
from extractor.figures import scope_words
from extractor.numbers import SCALES
from extractor.pieces import alternation
from extractor.tables import Tables
from extractor.text import Span, fold

#: Words of a unit that every indicator takes for a change.
RELATIVE = ("%", "điểm %", "điểm phần trăm")
#: Units of many indicators, which do not tell what is counted.
_LEVELLED = ("điểm", "bậc", "hạng", "điểm %", "điểm phần trăm", "đồng", "usd")
#: Helpers and fields that make a figure one of a part of the whole told before.
PARTS = ("area", "body", "places", "sector")
#: An aside between a figure and the one that goes on with it.
_ASIDE = regex.compile(r"\([^()\n]{1,160}\)")
#: An item of a list of figures, named but for its number: “Phú Mỹ 58,7;”, “Hội Chữ thập đỏ 1 tỷ 450 triệu,”.
_ITEM = regex.compile(
    r"(?:(?<=[,;:.(]\s)|(?<=(?<!\w)(?:và|là)\s)|(?<=\n))"
    r"\p{Lu}[\p{L}\p{M}'’]*(?:[\s-](?:\p{Lu}[\p{L}\p{M}'’]*|\p{Ll}{2,5}(?=[\s-]))){0,5}"
    r"(?:\s(?:có|là|còn|đạt|được|chỉ|mới|với)){0,2}:?\s\d[\d.,]*(?:/\d+)?\s?(?:%|(?:tỷ|triệu|nghìn)(?:\s\d+\s(?:triệu|nghìn))?)?"
    r"(?=[,;.)]|\svà\s)"
)
#: Up to four words behind a count, in small letters and with no mark or number between.
_TAIL = regex.compile(r"(?:\s\p{Ll}+){0,4}\s")

_phrases: WeakKeyDictionary[Tables, dict[str, regex.Pattern[str]]] = WeakKeyDictionary()


def passing(candidate: Candidate, kept: Sequence[Candidate], context: Context) -> Callable[[int, int], bool]:
    """Tells of a stop's span before a candidate whether it may stand between it and the figures of `kept`."""
    most = _led_by_most(candidate, context)
    part = any(candidate.first(name) for name in PARTS)

    def passes(start: int, end: int) -> bool:
        if _transparent(start, end, context, part=part):
            return True
        return any(
            _of_noun(e, start, context) or ((most or _same_noun(e, candidate)) and _no_rival(e, candidate, context))
            for e in kept
        )

    return passes


def _transparent(start: int, end: int, context: Context, *, part: bool) -> bool:
    """Does what stands here interrupt no list of figures: is it a place, date, document, phrase or aside?

    Before a part of a whole some phrases pass that would take a move for themselves (kinh phí 5 tỷ đồng, tăng 3%).
    """
    spans = [*_interludes(context), *(_before_parts(context) if part else ())]
    return any(first <= start and end <= last for first, last in spans)


def _before_parts(context: Context) -> list[Span]:
    key = "transparent before parts"
    if key not in context.memo:
        pattern = _phrase_pattern("part", context.tables)
        context.memo[key] = [m.span() for m in pattern.finditer(context.view.text)]
    found: list[Span] = context.memo[key]
    return found


def _interludes(context: Context) -> list[Span]:
    """The spans of an article that interrupt no list of figures: places, dates, documents, phrases, asides."""
    key = "transparent to figures"
    if key not in context.memo:
        text = context.view.text
        told = (mention for draft in context.made("document") for mention in draft.mentions)
        context.memo[key] = [
            *((place.start, place.end) for place in places.mentions(context)),
            *((first, last) for first, last, _ in periods.date_mentions(context)),
            *((mention.start, mention.end) for mention in told),
            *(m.span() for m in _phrase_pattern("", context.tables).finditer(text)),
            *(m.span() for m in _ASIDE.finditer(text)),
            *(m.span() for m in _ITEM.finditer(text)),
        ]
    found: list[Span] = context.memo[key]
    return found


def _phrase_pattern(before: str, tables: Tables) -> regex.Pattern[str]:
    """Finds the phrases of data/ellipsis-words.csv that pass before anything, or only before a `part`."""
    known = _phrases.setdefault(tables, {})
    if before not in known:
        rows = (row for row in tables["ellipsis-words"] if row["before"] == before)
        forms = alternation(form for row in rows for form in row.forms("phrase"))
        known[before] = compiled.compile(rf"(?<!\w)(?:{forms})(?!\w)", regex.IGNORECASE)
    return known[before]


def _of_noun(earlier: Candidate, start: int, context: Context) -> bool:
    """Is a word right behind a count still of the noun that it counts (412 nhà cho hộ nghèo, 20/20 xã)?"""
    between = context.view.text[earlier.end : start]
    if earlier.end > start or str(earlier.get("unit")) in RELATIVE or not _TAIL.fullmatch(between):
        return False
    return earlier.get("indicator") is not None


def _led_by_most(candidate: Candidate, context: Context) -> bool:
    """Does a list begin with what has most (đứng đầu là huyện A 9 tỷ), so that all of it is of one indicator?"""
    start = candidate.match.start
    return scope_words("most", context.tables).ends(context.view.text, max(0, start - 24), start)


def _same_noun(earlier: Candidate, candidate: Candidate) -> bool:
    """Does a move count the same things as an earlier figure (có 114 mô hình …; tăng 21 mô hình)?"""
    unit = fold(str(candidate.get("unit") or ""))
    counted = bool(unit) and unit[0].isalpha() and unit.split()[0] not in SCALES and unit not in _LEVELLED
    return counted and candidate.get("measure") == "change" and fold(str(earlier.get("unit"))).startswith(unit)


def _no_rival(earlier: Candidate, candidate: Candidate, context: Context) -> bool:
    """Is an earlier figure of the sentence the only one before the candidate in its unit?"""
    unit = fold(str(candidate.get("unit") or earlier.get("unit"))).split()[0]
    same = context.sentence_at(earlier.start) == context.sentence_at(candidate.start)
    between = fold(context.view.text[earlier.end : candidate.match.start])
    return same and regex.search(rf"\d\s?{regex.escape(unit)}(?!\w)", between) is None
