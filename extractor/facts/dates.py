"""Dates: the year that a date leaves out, from its neighbours, its sentence, or the article's own date.

What settles a missing year, in this order, is recorded with the fact: “năm nay” and its like; a date beside it that
has a year (“tháng 7, tháng 8/2021”); the year its sentence or the one before opens with (“Năm 2021, …”); the
article's date where that may anchor; the year that the article plainly speaks of. Otherwise the year stays `XXXX`.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import regex

from extractor import compiled, timex
from extractor.candidates import Candidate
from extractor.context import Context, Draft
from extractor.pieces import alternation
from extractor.tables import Tables
from extractor.text import Span

#: Characters between two dates of which the second gives the first its year: a comma, “và”, “và ngày”.
BESIDE = 10
#: Months after its last month in which “9 tháng” still is that part of the year; and before its end.
FARTHEST_MONTHS, NEAREST_MONTHS = 2, -2
#: Characters into a sentence within which a year frames what follows (“Trong năm 2021, …”).
OPENING = 25
#: Characters about a date in which words tell whether it is to come, and right before it whether it is a comparison.
ABOUT, NEAR = 160, 30
#: A number and a symbol (16/CT-TTg, số 25) right before a date: it is a document's date, not the article's time.
_COMPARED = regex.compile(r"(?r)(?:%|(?i:vượt|so với|hoàn thành|dưới|hơn|kém|bằng))\s")
_CITED = regex.compile(
    r"(?r)(?:(?<!\p{L})\d[\w.]*\s?[-/]\s?[\p{Lu}\d][\p{L}\d/.\s-]{0,30}?|\bsố:?\s?\d+[\p{L}]?)[,\s(]{0,3}(?:\p{L}+\s)?"
)
#: What holds two dates against each other: the one before is not in the year of the one behind.
_AGAINST = regex.compile(r"(?i:so với|so cùng kỳ)")
#: A part of a year that begins it (6 tháng đầu năm 2017, quý I/2018, 9 tháng năm 2019): it was told in that year.
_PART = regex.compile(r"(?P<year>\d{4})-(?:H1|Q[1-3]|01/(?P=year)-\d\d)")
#: The review of a year in a sentence: its meeting in January or February is in the next.
_REVIEW = regex.compile(r"(?i:tổng kết)[^.;\d]{0,90}(?i:năm) (?P<year>(?:19|20)\d\d)(?!\d|\s?[-/]\s?\d)")
_EARLY = regex.compile(r"XXXX-0[12]-\d\d")
_PERIOD = regex.compile(r"\d{4}|\d{4}-(?:H[12]|Q[1-4]|\d\d)|\d{4}-\d\d/\d{4}-\d\d")


def resolve(candidates: Sequence[Candidate], context: Context) -> list[Draft]:
    """Candidates with values in TIMEX3 → drafts with years filled where the article settles them."""
    found = _join_pairs([c for c in candidates if c.get("value") is not None])
    years = _Years(found, context)
    context.year = years.anchor.year if years.anchor else None
    years.tell_lengths()
    for i in range(len(found) - 1, -1, -1):  # backwards, so that a list's last year reaches its first item
        offset = found[i].fields.pop("year_offset", None)
        if "XXXX" in found[i].fields["value"] and found[i].get("type") != "SET":
            years.settle(i, offset)
    found = [c for c in found if c.fields["value"] != "XXXX"]
    for candidate in found:
        candidate.fields.setdefault("type", "DATE")
        first, last = timex.days(candidate.fields["value"])
        candidate.fields["first_day"], candidate.fields["last_day"] = first, last
    return [candidate.draft() for candidate in found]


def _join_pairs(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Two days that one match names and that follow each other, their month shared, become one interval."""
    found: list[Candidate] = []
    for candidate in candidates:
        before = found[-1] if found else None
        if before is not None and _follows(before, candidate):
            value = f"{before.fields['value']}/{candidate.fields['value']}"
            joined = replace(before, start=min(before.start, candidate.start), end=max(before.end, candidate.end))
            joined.fields = {**before.fields, "value": value}
            joined.spans = {"value": sorted({*before.spans.get("value", []), *candidate.spans.get("value", [])})}
            found[-1] = joined
        else:
            found.append(candidate)
    return found


def _follows(first: Candidate, second: Candidate) -> bool:
    items = first.match.groups.get(first.rule.each or "", ())
    if first.match is not second.match or len(items) != 2 or first.first("month") != second.first("month"):
        return False
    days = [timex.with_year(c.fields["value"], 2000) for c in (first, second)]
    if any(day is None or len(day) != len("2000-01-01") for day in days):
        return False
    begin, end = (datetime.date.fromisoformat(str(day)) for day in days)
    return (end - begin).days == 1


@dataclass(frozen=True, slots=True)
class _Told:
    """A year that the article speaks of: with what weight, in which value, where, whether it is a plan's or to come."""

    year: int
    weight: int
    value: str
    span: Span
    planned: bool
    ahead: bool


def _told(candidates: Sequence[Candidate], context: Context) -> list[_Told]:
    """The years that the article speaks of, without documents' dates, comparisons and periods of years."""
    cues = _Cues(candidates, context)
    told = []
    for candidate in candidates:
        value = candidate.fields["value"]
        year = timex.year_of(value)
        if year is None or ("/" in value and not _PERIOD.fullmatch(value)):
            continue
        if _CITED.match(context.view.text, context.line_at(candidate.start)[0], candidate.start):
            continue
        direction = cues.direction(candidate, near=True)
        if direction == "comparand":
            continue
        line = context.page.line_at(candidate.start)
        opens = candidate.start - context.sentence_at(candidate.start)[0] <= OPENING
        weight = 3 if line and line.zone == "title" else 2 if opens else 1
        planned = direction == "future" and len(value) == len("2030")
        ahead = cues.direction(candidate) == "future" if _PART.fullmatch(value) else planned
        told.append(_Told(year, weight, value, (candidate.start, candidate.end), planned, ahead))
    return told


@lru_cache(maxsize=4)
def _cue_patterns(tables: Tables) -> tuple[dict[str, regex.Pattern[str]], regex.Pattern[str]]:
    """The cues of each direction, and right before a place those of a bound."""
    forms: dict[str, list[str]] = {}
    for row in tables["date-cues"]:
        forms.setdefault(row["direction"], []).extend(row.forms("cue"))
    order = sorted(forms, key=lambda name: name != "recurring")  # of two cues as near, what recurs stands
    words = {name: rf"(?<!\w)(?i:{alternation(forms[name])})(?!\w)" for name in order}
    since = words.pop("since", r"(?!)")
    bounds = compiled.compile(rf"(?r){since}\s?", regex.VERBOSE)
    return {name: compiled.compile(pattern, regex.VERBOSE) for name, pattern in words.items()}, bounds


class _Cues:
    """Words that say whether a date is still to come, is past, or returns every year (data/date-cues.csv)."""

    def __init__(self, candidates: Sequence[Candidate], context: Context) -> None:
        self.context = context
        self.dates = [(c.start, c.end) for c in candidates if "XXXX" not in c.fields["value"]]
        self.patterns, self.bounds = _cue_patterns(context.tables)

    def is_bound(self, candidate: Candidate) -> bool:
        """Is the date only where a span of time begins or ends (“từ năm 2016 đến nay”)?"""
        return self.bounds.match(self.context.view.text, 0, candidate.start) is not None

    def direction(self, candidate: Candidate, *, near: bool = False) -> str | None:
        """recurring, past, future or comparand, by the nearest cue.

        Cues of the sentence count, else those before it in the line; with `near` only those right before the date.
        """
        line, sentence = self.context.line_at(candidate.start), self.context.sentence_at(candidate.start)
        if near:
            return self._nearest(candidate, max(sentence[0], candidate.start - NEAR), candidate.start)
        end = min(sentence[1], candidate.end + NEAR)
        return self._nearest(candidate, max(sentence[0], candidate.start - ABOUT), end) or self._nearest(
            candidate, max(line[0], sentence[0] - ABOUT), sentence[0]
        )

    def _nearest(self, candidate: Candidate, start: int, end: int) -> str | None:
        best: tuple[int, str] | None = None
        for direction, pattern in self.patterns.items():
            for m in pattern.finditer(self.context.view.text, start, end):
                if candidate.start <= m.start() and m.end() <= candidate.end:
                    continue  # a part of the date: “tháng 3 tới tháng 5”
                if any(m.start() < end and begin < m.end() for begin, end in self.dates if begin != candidate.start):
                    continue  # a part of one with its year: “trước ngày 31-8-2025”
                if direction == "future" and _COMPARED.match(self.context.view.text, start, m.start()):
                    continue  # what was reached is held against it: “đạt 83% kế hoạch”, “vượt mục tiêu”
                gap = min(abs(m.start() - candidate.end), abs(candidate.start - m.end()))
                if best is None or gap < best[0]:
                    best = (gap, direction)
        return best[1] if best else None


@dataclass(frozen=True, slots=True)
class _Anchor:
    """Where the article stands in time: a year, its day where one is known, and what says so."""

    year: int
    day: datetime.date | None
    by: str
    spans: list[Span]


class _Years:
    """Settles missing years; `candidates` in text order."""

    def __init__(self, candidates: Sequence[Candidate], context: Context) -> None:
        self.candidates = candidates
        self.context = context
        self.cues = _Cues(candidates, context)
        self.told = _told(candidates, context)
        self.anchor = self._anchor()

    def tell_lengths(self) -> None:
        """Make each bare “9 tháng” a length of time that the article neither names in full (“9 tháng đầu năm”) nor is
        written near the end of."""
        counts = [c.fields.pop("bare_months", None) for c in self.candidates]
        full = {c.fields["value"][4:] for c, count in zip(self.candidates, counts, strict=True) if count is None}
        day = self.anchor.day if self.anchor else None
        for candidate, count in zip(self.candidates, counts, strict=True):
            near = day is not None and count is not None and NEAREST_MONTHS <= day.month - count <= FARTHEST_MONTHS
            if count is not None and not near and candidate.fields["value"][4:] not in full:
                candidate.fields.update(value=f"P{count}M", type="DURATION")

    def settle(self, index: int, offset: int | None) -> None:
        """Fill the year of one candidate, with what settled it."""
        candidate = self.candidates[index]
        value = candidate.fields["value"]
        anchor = self.anchor
        if offset is not None:
            if anchor is not None:
                self._fill(candidate, anchor.year + offset, anchor.by, anchor.spans)
            return
        direction = self.cues.direction(candidate)
        if direction == "recurring":
            candidate.fields["type"] = "SET"
            return
        settled = self._beside(index)
        if settled:
            self._fill(candidate, settled[0], "year of the date beside it", [settled[1]])
            return
        if settled := self._reviewed(candidate):
            self._fill(candidate, settled[0], "year after the one whose review it tells of", [settled[1]])
            return
        settled = self._frame(candidate)
        if settled:
            self._fill(candidate, settled[0], "year that the sentence speaks of", [settled[1]])
        elif anchor is not None:
            year = anchor.year
            if anchor.day is not None:
                ahead = {"future": True, "past": False}.get(direction or "")
                review = anchor.day.month <= 3 and self._year_told() == anchor.year - 1
                if ahead is None and review:
                    ahead = False  # a review of the year before
                year = timex.likely_year(value, anchor.day, ahead=ahead)
                if value == "XXXX" and review:
                    year = anchor.year - 1
            self._fill(candidate, year, anchor.by, anchor.spans)

    def _anchor(self) -> _Anchor | None:
        """Where the article stands in time: its date, the newest day it tells of, or the year it plainly speaks of."""
        context = self.context
        if context.published and context.published_anchors:
            spans = [context.published_span] if context.published_span else []
            day = datetime.date.fromisoformat(context.published)
            return _Anchor(day.year, day, "year of the article's date", spans)
        year = self._year_told()
        if year is None:
            return None
        cited = max(self._cited(), key=lambda c: c.fields["value"], default=None)
        if cited is not None and (last := timex.year_of(cited.fields["value"])) is not None and last > year:
            return _Anchor(last, None, "year of the newest document that the article cites", [(cited.start, cited.end)])
        days = [t for t in self.told if len(t.value) == len("2020-01-01") and t.year in (year, year + 1)]
        if days:
            newest = max(days, key=lambda t: t.value)
            day = datetime.date.fromisoformat(newest.value)
            return _Anchor(day.year, day, "year of the newest day that the article tells of", [newest.span])
        part = next((t for t in self.told if _PART.fullmatch(t.value) and t.year == year + 1 and not t.ahead), None)
        if part is not None:
            return _Anchor(part.year, None, "year of the newest part of a year that the article tells of", [part.span])
        span = next(t.span for t in self.told if t.year == year)
        planned = next((t for t in self.told if t.planned and t.year == year + 1), None)
        if planned is not None:
            turn = datetime.date(year + 1, 1, 15)
            return _Anchor(year + 1, turn, "years that the article reviews and plans", [span, planned.span])
        return _Anchor(year, None, "year that the article speaks of", [span])

    def _cited(self) -> list[Candidate]:
        """The days of documents that the article cites: it was written later."""
        text = self.context.view.text
        days = [c for c in self.candidates if regex.fullmatch(r"\d{4}-\d\d-\d\d", c.fields["value"])]
        return [c for c in days if _CITED.match(text, self.context.line_at(c.start)[0], c.start)]

    def _year_told(self) -> int | None:
        """The year told most (a title counts three times), the later of two; plans do not count."""
        counts: Counter[int] = Counter()
        for told in self.told:
            if not told.planned:
                counts[told.year] += told.weight
        return max(counts, key=lambda year: (counts[year], year)) if counts else None

    def _fill(self, candidate: Candidate, year: int, by: str, spans: list[Span]) -> None:
        filled = timex.with_year(candidate.fields["value"], year)
        if filled is not None:
            candidate.infer("value", filled, by, spans)

    def _beside(self, index: int) -> tuple[int, Span] | None:
        """The year of a date that stands right behind or right before, with nothing but a few letters between."""
        candidate = self.candidates[index]
        sentence = self.context.sentence_at(candidate.start)
        for other in self.candidates[index + 1 : index + 2]:
            if self._near(candidate.end, other.start, sentence) and self._alike(candidate, other):
                return self._year_of(other)
        for other in reversed(self.candidates[max(0, index - 1) : index]):
            if self._near(other.end, candidate.start, sentence) and self._alike(candidate, other):
                return self._year_of(other)
        return None

    def _near(self, end: int, start: int, sentence: Span) -> bool:
        between = self.context.view.text[end:start]
        return (
            0 <= start - end <= BESIDE
            and sentence[0] <= end
            and start <= sentence[1]
            and not set(between) & set(";.()")
            and _AGAINST.search(between) is None
        )

    def _reviewed(self, candidate: Candidate) -> tuple[int, Span] | None:
        """The year behind the one that a sentence reviews, for a day early in it (“sáng 8/1 … tổng kết năm 2019”)."""
        if not _EARLY.fullmatch(candidate.fields["value"]):
            return None
        m = _REVIEW.search(self.context.view.text, *self.context.sentence_at(candidate.start))
        known = self.anchor and self.anchor.day and self.anchor.day.year
        if m is None or known not in (None, int(m["year"]), int(m["year"]) + 1):
            return None
        return int(m["year"]) + 1, m.span()

    def _alike(self, candidate: Candidate, other: Candidate) -> bool:
        """A day takes its year from a day, a month from a month or day: the other is no coarser and has a year."""
        value = other.fields["value"]
        if _CITED.match(self.context.view.text, self.context.line_at(other.start)[0], other.start):
            return False
        return "XXXX" not in value and len(value.split("/")[-1]) >= len(candidate.fields["value"].split("/")[-1])

    @staticmethod
    def _year_of(other: Candidate) -> tuple[int, Span] | None:
        year = timex.year_of(other.fields["value"])
        return (year, (other.start, other.end)) if year else None

    def _frame(self, candidate: Candidate) -> tuple[int, Span] | None:
        """The year that frames a date: opening its sentence or the one before; any earlier in it if it is this year."""
        text = self.context.view.text
        line = self.context.line_at(candidate.start)
        sentence = self.context.sentence_at(candidate.start)
        this_year = self.anchor.year if self.anchor else None
        for other in reversed(self.candidates):
            if other.start >= candidate.start or other.start < line[0]:
                continue
            value = other.fields["value"]
            if "XXXX" in value or "value" in other.inferred or not _PERIOD.fullmatch(value):
                continue
            year = timex.year_of(value)
            if _CITED.match(text, line[0], other.start) or (year != this_year and self.cues.is_bound(other)):
                continue
            start = self.context.sentence_at(other.start)[0]
            if year is None:
                continue
            opens = other.start - start <= OPENING
            if start == sentence[0]:
                if opens or year == this_year:
                    return year, (other.start, other.end)
            else:
                recent = this_year is None or this_year - 1 <= year <= this_year
                return (year, (other.start, other.end)) if opens and recent and self._next(start, sentence) else None
        return None

    def _next(self, start: int, sentence: Span) -> bool:
        """Does `sentence` stand right behind the one that begins at `start`?"""
        return sentence[0] - self.context.sentence_at(start)[1] <= 2
