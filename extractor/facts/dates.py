"""Dates: the year that a date leaves out, from its neighbours, its sentence, or the article's own date.

What settles a missing year, in this order, is recorded with the fact: “năm nay” and its like; a date beside it that
has a year (“tháng 7, tháng 8/2021”); the year its sentence or the one before opens with (“Năm 2021, …”); the
article's date where that may anchor; the year that the article plainly speaks of. Otherwise the year stays `XXXX`.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import regex

from extractor import timex
from extractor.candidates import Candidate
from extractor.context import Context, Draft
from extractor.pieces import alternation
from extractor.text import Span

#: Characters between two dates of which the second gives the first its year: a comma, “và”, “và ngày”.
BESIDE = 10
#: Characters into a sentence within which a year frames what follows (“Trong năm 2021, …”).
OPENING = 25
#: Characters about a date in which words tell whether it is to come, and right before it whether it is a comparison.
ABOUT, NEAR = 160, 30
#: A number and a symbol (16/CT-TTg, số 25) right before a date: it is a document's date, not the article's time.
_CITED = regex.compile(
    r"(?r)(?:\d[\w.]*\s?[-/]\s?[\p{Lu}\d][\p{L}\d/.\s-]{0,30}?|\bsố:?\s?\d+[\p{L}]?)[,\s(]{0,3}(?:\p{L}+\s)?"
)
_PERIOD = regex.compile(r"\d{4}|\d{4}-(?:H[12]|Q[1-4]|\d\d)|\d{4}-\d\d/\d{4}-\d\d")


def resolve(candidates: Sequence[Candidate], context: Context) -> list[Draft]:
    """Candidates with values in TIMEX3 → drafts with years filled where the article settles them."""
    found = _join_pairs([c for c in candidates if c.get("value") is not None])
    years = _Years(found, context)
    for i in range(len(found) - 1, -1, -1):  # backwards, so that a list's last year reaches its first item
        offset = found[i].fields.pop("year_offset", None)
        if "XXXX" in found[i].fields["value"] and found[i].get("type") != "SET":
            years.settle(i, offset)
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


def _told(candidates: Sequence[Candidate], context: Context) -> list[tuple[int, int, Span]]:
    """The years that the article speaks of as its own time: (year, weight, span), no plans and no documents' dates."""
    cues = _Cues(context)
    told = []
    for candidate in candidates:
        value = candidate.fields["value"]
        year = timex.year_of(value)
        if year is None or ("/" in value and not _PERIOD.fullmatch(value)):
            continue
        if _CITED.match(context.view.text, context.line_at(candidate.start)[0], candidate.start):
            continue
        if cues.direction(candidate, near=True) in ("future", "comparand"):
            continue
        line = context.page.line_at(candidate.start)
        opens = candidate.start - context.sentence_at(candidate.start)[0] <= OPENING
        weight = 3 if line and line.zone == "title" else 2 if opens else 1
        told.append((year, weight, (candidate.start, candidate.end)))
    return told


def _weights(told: Sequence[tuple[int, int, Span]]) -> Counter[int]:
    counts: Counter[int] = Counter()
    for year, weight, _ in told:
        counts[year] += weight
    return counts


class _Cues:
    """Words that say whether a date is still to come, is past, or returns every year (data/date-cues.csv)."""

    def __init__(self, context: Context) -> None:
        self.context = context
        rows = context.tables["date-cues"]
        self.patterns = {
            direction: regex.compile(rf"(?<!\w)(?i:{alternation(forms)})(?!\w)", regex.VERBOSE)
            for direction in ("recurring", "past", "future", "comparand")
            if (forms := [form for row in rows if row["direction"] == direction for form in row.forms("cue")])
        }

    def direction(self, candidate: Candidate, *, near: bool = False) -> str | None:
        """recurring, past, future or comparand by the words of its clause (`near`: right before it)."""
        start, end = self.context.clause_at(candidate.start)
        start = max(start, candidate.start - (NEAR if near else ABOUT))
        end = candidate.start if near else min(end, candidate.end + NEAR)
        best: tuple[int, str] | None = None
        for direction, pattern in self.patterns.items():
            for m in pattern.finditer(self.context.view.text, start, end):
                gap = min(abs(m.start() - candidate.end), abs(candidate.start - m.end()))
                if best is None or gap < best[0]:
                    best = (gap, direction)
        return best[1] if best else None


class _Years:
    """Settles missing years; `candidates` in text order."""

    def __init__(self, candidates: Sequence[Candidate], context: Context) -> None:
        self.candidates = candidates
        self.context = context
        self.cues = _Cues(context)
        self.published: datetime.date | None = None
        if context.published and context.published_anchors:
            self.published = datetime.date.fromisoformat(context.published)
        self.told = _told(candidates, context)

    def settle(self, index: int, offset: int | None) -> None:
        """Fill the year of one candidate, with what settled it."""
        candidate = self.candidates[index]
        value = candidate.fields["value"]
        if offset is not None:
            base = self._article_year()
            if base:
                self._fill(candidate, base[0] + offset, base[1], base[2])
            return
        direction = self.cues.direction(candidate)
        if direction == "recurring":
            candidate.fields["type"] = "SET"
            return
        beside = self._beside(index)
        if beside:
            self._fill(candidate, beside[0], "year of the date beside it", [beside[1]])
            return
        frame = self._frame(candidate)
        if frame:
            self._fill(candidate, frame[0], "year that the sentence speaks of", [frame[1]])
            return
        if self.published is not None:
            ahead = {"future": True, "past": False}.get(direction or "")
            if ahead is None and self.published.month <= 3 and self._mostly(self.published.year - 1):
                ahead = False
            year = timex.likely_year(value, self.published, ahead=ahead)
            self._fill(candidate, year, "year of the article's date", self._published_spans())
            return
        base = self._article_year()
        if base:
            self._fill(candidate, *base)

    def _fill(self, candidate: Candidate, year: int, by: str, spans: list[Span]) -> None:
        filled = timex.with_year(candidate.fields["value"], year)
        if filled is not None:
            candidate.infer("value", filled, by, spans)

    def _published_spans(self) -> list[Span]:
        return [self.context.published_span] if self.context.published_span else []

    def _article_year(self) -> tuple[int, str, list[Span]] | None:
        """The year the article stands in: of its date, else the one told most (a title counts three times)."""
        if self.published is not None:
            return self.published.year, "year of the article's date", self._published_spans()
        counts = _weights(self.told)
        if not counts:
            return None
        year = max(counts, key=lambda y: (counts[y], y))
        span = next(span for told, _, span in self.told if told == year)
        return year, "year that the article speaks of", [span]

    def _mostly(self, year: int) -> bool:
        counts = _weights(self.told)
        return bool(counts) and max(counts, key=lambda y: (counts[y], y)) == year

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
        )

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
        this_year = self.published.year if self.published else None
        for other in reversed(self.candidates):
            if other.start >= candidate.start or other.start < line[0]:
                continue
            value = other.fields["value"]
            if "XXXX" in value or "value" in other.inferred or not _PERIOD.fullmatch(value):
                continue
            if _CITED.match(text, line[0], other.start):
                continue
            year = timex.year_of(value)
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
