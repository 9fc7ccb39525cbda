"""Is an article about local public affairs, about the nation's, or neither?

A long text that hardly names the Party, the Front, a union or a local authority is ordinary news: what it counts (a
club's fans, a firm's gifts) is no result of a place, and its dateline says nothing of whose figure it gives.
"""

from __future__ import annotations

from extractor.context import Context
from extractor.figures import scope_words
from extractor.text import fold

#: Characters from which the absence of such words says something; a shorter text is given the benefit of the doubt.
TELLING = 500
#: Different words that a longer text must have.
LEAST = 2


def is_local(context: Context) -> bool:
    """Does the article speak of local public affairs (`local` in data/scope-words.csv), or is it too short to tell?

    One that speaks of the nation's affairs too must speak of local ones twice as plainly.
    """
    least = LEAST * 2 if _named("national", context) >= LEAST else LEAST
    return _short(context) or _named("local", context) >= least


def is_national(context: Context) -> bool:
    """Does the article speak of the nation's affairs (`national` in the same table), or is it too short to tell?"""
    return _short(context) or _named("national", context) >= LEAST


def _short(context: Context) -> bool:
    return len(context.view.text) < TELLING


def _named(role: str, context: Context) -> int:
    """How many different words of a role the article has."""
    if role not in context.memo:
        text = context.view.text
        context.memo[role] = len({fold(m[0]) for m in scope_words(role, context.tables).finditer(text, 0, len(text))})
    return int(context.memo[role])
