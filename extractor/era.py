"""The time that an article speaks from: it tells old places from new, and a site's clock from a date."""

from __future__ import annotations

import regex

from extractor import timex
from extractor.context import Context

#: A year behind the word for it, a month or a day; and what says that a year lies ahead.
_YEAR = regex.compile(r"(?:(?i:năm|tháng\s\d\d?)[\s/]|(?<!\d)\d\d?[/.-]\d\d?[/.-])(?P<year>(?:19|20)\d\d)(?![\d/-])")
_AHEAD = regex.compile(r"(?r)(?i:đến|tới|hết|trước|tầm nhìn|mục tiêu|phấn đấu)\s(?i:cuối\s|hết\s)?")


def era(context: Context) -> str | None:
    """The day by which old and new units are told apart: that of publication, else the last the text tells of."""
    if context.published and context.published_anchors:
        return context.published
    if "newest year" not in context.memo:
        context.memo["newest year"] = newest_year(context)
    year = context.memo["newest year"]
    return None if year is None else min(f"{year}-12-31", context.published or "9999")


def newest_year(context: Context) -> int | None:
    """The newest year that title and body plainly tell of as past; None if they name none.

    Years ahead (đến năm 2030, giai đoạn 2021-2025) are left out; with a publication date, so is what lies after it.
    """
    latest = timex.year_of(context.published) or timex.LAST_YEAR
    found = [
        int(m["year"])
        for line in context.page.lines
        if line.zone in ("title", "body", "caption")
        for m in _YEAR.finditer(context.view.text, line.start, line.end)
        if int(m["year"]) <= latest and not _AHEAD.match(context.view.text, line.start, m.start())
    ]
    return max(found, default=None)
