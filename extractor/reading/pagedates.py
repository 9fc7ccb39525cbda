"""When a page says that it was published: JSON-LD, then meta elements, at last htmldate's fast search.

A day is that of Vietnam (UTC+7) where the page gives a zone. A bare year in a footer and today's date are never taken.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import htmldate
import regex
from lxml.html import HtmlElement

from extractor.moments import EARLIEST, LATEST, day

#: Names of meta elements that give the day of publication, best first (lower case; `property`, `name`, `itemprop`).
METAS = (
    "article:published_time", "og:article:published_time", "datepublished", "pubdate", "publishdate", "publish_date",
    "publish-date", "dc.date.issued", "dcterms.issued", "dc.date", "dcterms.date", "parsely-pub-date", "date",
)  # fmt: skip
#: How deep JSON-LD is searched.
DEPTH = 6


def published(tree: HtmlElement, latest: str | None = None) -> tuple[str, str] | None:
    """(ISO day, where it was read) of JSON-LD or a meta element; None where they say none up to `latest`."""
    for value in _linked(tree):
        if found := day(value, latest):
            return found, "json-ld: datePublished"
    metas: dict[str, str] = {}
    for element in tree.iter("meta"):
        for key in ("property", "name", "itemprop"):
            name = (element.get(key) or "").strip().lower()
            if name:
                metas.setdefault(name, element.get("content") or "")
    for name in METAS:
        if name in metas and (found := day(metas[name], latest)):
            return found, f"meta: {name}"
    for element in tree.iter("time"):
        named = (element.get("itemprop") or "").lower() == "datepublished" or element.get("pubdate") is not None
        if named and (found := day(element.get("datetime") or "", latest)):
            return found, "time: datePublished"
    return None


def guessed(tree: HtmlElement, url: str | None, latest: str | None = None) -> tuple[str, str] | None:
    """What htmldate's fast search finds in markup and address; None where that is no day up to `latest`."""
    try:
        found = htmldate.find_date(
            tree, extensive_search=False, original_date=True, url=url, min_date=EARLIEST, max_date=latest or LATEST
        )
    except (ValueError, TypeError, AttributeError, KeyError, IndexError, OverflowError, RecursionError):
        return None  # a page that htmldate stumbles over has no date that it could tell
    return (found, "htmldate") if found and _whole(found) else None


def _whole(found: str) -> bool:
    """Is a day more than a year? The first of January is what a bare year becomes."""
    return not found.endswith("-01-01")


def _linked(tree: HtmlElement) -> Iterator[str]:
    """The values of datePublished in a page's JSON-LD, in page order."""
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or "").lower() and "datePublished" in (script.text or ""):
            try:
                yield from _values(json.loads(script.text or "", strict=False), DEPTH)
            except (ValueError, RecursionError):
                if m := regex.search(r'"datePublished"\s*:\s*"([^"\n]{8,40})"', script.text or ""):
                    yield m[1]


def _values(data: Any, depth: int) -> Iterator[str]:
    if depth == 0:
        return
    if isinstance(data, list):
        for item in data:
            yield from _values(item, depth - 1)
    elif isinstance(data, dict):
        value = data.get("datePublished")
        if isinstance(value, str):
            yield value
        for key, item in data.items():
            if key != "datePublished":
                yield from _values(item, depth - 1)
