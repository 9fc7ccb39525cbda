"""Dates: the year that a date leaves out, from the sentence or the article's own date."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import regex

from extractor import timex
from extractor.candidates import Candidate
from extractor.context import Context, Draft


def resolve(candidates: Sequence[Candidate], context: Context) -> list[Draft]:
    """Candidates with values in TIMEX3 → drafts with years filled where the article settles them."""
    drafts: list[Draft] = []
    for candidate in candidates:
        value = candidate.get("value")
        if value is None:
            continue
        if "XXXX" in value:
            _fill_year(candidate, value, context)
        candidate.fields.setdefault("type", "DATE")
        first, last = timex.days(candidate.fields["value"])
        candidate.fields["first_day"], candidate.fields["last_day"] = first, last
        drafts.append(candidate.draft())
    return drafts


def _fill_year(candidate: Candidate, value: str, context: Context) -> None:
    anchor = context.published if context.published_anchors else None
    if anchor is None:
        return
    m = regex.search(r"XXXX-(\d\d)(?:-(\d\d))?", value)
    near = datetime.date.fromisoformat(anchor)
    year = timex.nearest_year(int(m[1]), int(m[2]) if m[2] else None, near) if m else near.year
    filled = timex.with_year(value, year)
    if filled is not None:
        spans = [context.published_span] if context.published_span else []
        candidate.infer("value", filled, "year of the article's date", spans)
