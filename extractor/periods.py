"""What the other kinds ask of the dates: where they stand, and which year the article is about.

To be used by the kinds that run after the dates (`documents`, `officials`, `programs`, `indicators`).
"""

from __future__ import annotations

from bisect import bisect_left

from extractor.context import Context

#: A date in the article: view offsets [start, end) and its TIMEX3 value.
DateMention = tuple[int, int, str]


def date_mentions(context: Context) -> list[DateMention]:
    """Every place of the article that names a date, in text order: (start, end, value) in view offsets.

    Unmerged (a value told three times stands three times), years filled where the article settles them
    (`XXXX-07` where not), durations left out. Worked out once an article.
    """
    return context.dates


def date_mentions_in(context: Context, start: int, end: int) -> list[DateMention]:
    """The date mentions that begin within the view span [start, end)."""
    found = context.dates
    return found[bisect_left(found, (start,)) : bisect_left(found, (end,))]


def article_year(context: Context) -> int | None:
    """The year in which the article speaks (“hiện nay”, “đến nay”): of its date, else the one it plainly tells of."""
    return context.year
