"""Is an article about local public affairs at all?

A long text that never names the Party, the Front, a union or a local authority is ordinary news: what it counts (a
club's fans, a firm's gifts) is no result of a place, and its dateline says nothing of whose figure it gives.
"""

from __future__ import annotations

from extractor.context import Context
from extractor.figures import scope_words

#: Characters from which the absence of such words says something; a shorter text is given the benefit of the doubt.
TELLING = 500


def is_local(context: Context) -> bool:
    """Does the article speak of local public affairs (`local` in data/scope-words.csv), or is it too short to tell?"""
    if "local" not in context.memo:
        text = context.view.text
        words = scope_words("local", context.tables)
        context.memo["local"] = len(text) < TELLING or bool(words.finditer(text, 0, len(text)))
    return bool(context.memo["local"])
