"""From a raw input to an article: its id, title, publication date, outlet, author and province."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from extractor import timex
from extractor.context import Context
from extractor.errors import InputError
from extractor.places import context_province
from extractor.records import Article
from extractor.rules import RuleSet
from extractor.tables import spelling
from extractor.text import Span, View
from extractor.zones import Line, Page, read_page


@dataclass(frozen=True, slots=True)
class Raw:
    """An input as a reader gives it: the text and whatever the input says of it."""

    text: str
    source: str = "-"
    id: str | None = None
    url: str | None = None
    title: str | None = None
    published: str | None = None
    outlet: str | None = None
    author: str | None = None
    section: str | None = None


def read_article(raw: Raw, rules: RuleSet) -> tuple[Article, Context]:
    """The article of an input and the context in which its facts are made; raises `InputError`."""
    if not raw.text.strip():
        raise InputError("article", "the text is empty")
    try:
        digest = hashlib.sha256(raw.text.encode("utf-8")).hexdigest()
    except UnicodeEncodeError as error:
        raise InputError("article", f"a lone surrogate at character {error.start}: the text is damaged") from error
    view = View(raw.text, spelling(rules.tables))
    page = read_page(view, rules.furniture)
    context = Context(view=view, page=page, tables=rules.tables)
    title_line = _title_line(page, view, raw.title)
    if title_line is not None:
        title_line.zone = "title"
        context.title = view.quote(title_line.start, title_line.end)
    if raw.title:
        context.title = raw.title
    _publish(context, raw)
    context.outlet = raw.outlet
    settled = context_province(context)
    if settled is not None:
        context.province, spans = settled[0], settled[2]
        context.province_span = spans[0] if spans else None
    article = Article(
        id=raw.id or digest_id(raw.url, digest),
        source=raw.source,
        url=raw.url,
        title=context.title,
        published=context.published,
        published_from=_published_from(context, raw),
        outlet=context.outlet,
        province=context.province,
        section=raw.section,
        author=raw.author,
        text=raw.text,
        sha256=digest,
    )
    return article, context


def digest_id(url: str | None, text_digest: str) -> str:
    """The id of an input that has none: 16 hex digits of its URL's digest, else of its text's."""
    return hashlib.sha256(url.encode("utf-8", "replace")).hexdigest()[:16] if url else text_digest[:16]


def _title_line(page: Page, view: View, title: str | None) -> Line | None:
    for line in page.lines[:15]:
        if line.zone == "body" and (title is None or view.quote(line.start, line.end) == title):
            return line
    return None


def _publish(context: Context, raw: Raw) -> None:
    """Set the publication date: the input's own, else that of the first dateline."""
    if raw.published:
        value = raw.published[:10]
        if timex.days(value)[0] == value:
            context.published = value
            return
        context.warnings.append(f"published {raw.published!r} is no ISO date")
    for line in context.page.lines:
        found = _line_date(line, context.view)
        if found:
            context.published, context.published_span = found
            return


def _line_date(line: Line, view: View) -> tuple[str, Span] | None:
    groups: dict[str, Any] = dict(line.groups)
    if not {"day", "month", "year"} <= set(groups):
        return None
    day, month, year = (view.text[slice(*groups[name])] for name in ("day", "month", "year"))
    value = timex.point(timex.full_year(year), int(month), int(day))
    return (value, (groups["day"][0], groups["year"][1])) if value else None


def _published_from(context: Context, raw: Raw) -> str | None:
    if context.published is None:
        return None
    if context.published_span is None:
        return "input"
    line = context.page.line_at(context.published_span[0])
    return line.rule if line else None
