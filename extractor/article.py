"""From a raw input to an article: its id, title, publication date, outlet, author and province."""

from __future__ import annotations

import datetime
import hashlib
from dataclasses import dataclass

import regex

from extractor import timex
from extractor.context import Context
from extractor.era import newest_year
from extractor.errors import InputError
from extractor.glued import lost_blanks
from extractor.moments import day, day_of_address, host
from extractor.places import context_province
from extractor.placing import Place
from extractor.records import Article
from extractor.rules import RuleSet
from extractor.softbreaks import soft_breaks
from extractor.tables import spelling
from extractor.text import Span, View, fold
from extractor.zones import Line, Page, read_page

#: How far down a date stands that may be the site's clock.
CLOCK = 3


@dataclass(frozen=True, slots=True)
class Raw:
    """An input as a reader gives it: the text, what the input says of it, and what was done to read it.

    `published_from` says where in the input `published` stood, if not simply there; `places` where the text of a page
    stands in its markup.
    """

    text: str
    source: str = "-"
    id: str | None = None
    url: str | None = None
    title: str | None = None
    published: str | None = None
    outlet: str | None = None
    author: str | None = None
    section: str | None = None
    published_from: str | None = None
    repairs: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()


#: Lines of a page's head: menus, site names, the headline, the date.
HEAD_LINES = 15
#: A headline is no longer than this and has at least so many words; a shorter one is taken where nothing better stands.
LONGEST_TITLE, TITLE_WORDS, FEWEST_WORDS = 330, 5, 3
#: Months after the newest year told in which a site's clock may still be the day of publication.
LATE_MONTHS = 3
#: Days before publication in which a dated event of the article makes a site's clock its date.
NEWS_DAYS = 15

_ENDS_SENTENCE = regex.compile(r"(?r)(?<!\.\.)[.;:,]\s*")
_WORDS = regex.compile(r"\p{L}[\p{L}\p{M}\d.,/-]*")
#: What a newspaper puts before the first sentence: (PTO) - , ĐTO - , Baonghean.vn - .
_CODE = regex.compile(r"\(?(?P<code>[\p{L}\d][\p{L}\d. ]{1,24}?)\)?\s?-")
_BARE_DAY = regex.compile(r"(?<![\d/.-])(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})(?![\d/.-]|[ ]?%)")


def read_article(raw: Raw, rules: RuleSet) -> tuple[Article, Context]:
    """The article of an input and the context in which its facts are made; raises `InputError`."""
    if not raw.text.strip():
        raise InputError("article", "the text is empty")
    try:
        digest = hashlib.sha256(raw.text.encode("utf-8")).hexdigest()
    except UnicodeEncodeError as error:
        raise InputError("article", f"a lone surrogate at character {error.start}: the text is damaged") from error
    view = View(raw.text, spelling(rules.tables))
    if blanks := lost_blanks(view.text):
        view = view.joined(blanks)
    page = read_page(view, rules.furniture)
    if breaks := soft_breaks(view.text, page.lines, rules.tables):
        view = view.joined(breaks)
        page = read_page(view, rules.furniture)
    context = Context(view=view, page=page, tables=rules.tables)
    number = _title(page, view, raw.title)
    if number is not None:
        line = page.lines[number]
        line.zone = "title"
        context.title = view.quote(line.start, line.end)
    if raw.title:
        context.title = raw.title
    published_from = _publish(context, raw, number)
    context.outlet = raw.outlet or _outlet(context, raw.url)
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
        published_from=published_from,
        outlet=context.outlet,
        province=context.province,
        section=raw.section or _said(context, "section", last=True),
        author=raw.author or _said(context, "author"),
        text=raw.text,
        sha256=digest,
        repairs=list(raw.repairs),
    )
    return article, context


def digest_id(url: str | None, text_digest: str) -> str:
    """The id of an input that has none: 16 hex digits of its URL's digest, else of its text's."""
    return hashlib.sha256(url.encode("utf-8", "replace")).hexdigest()[:16] if url else text_digest[:16]


def _title(page: Page, view: View, title: str | None) -> int | None:
    """Which line is the headline: the input's own title, else the last likely line above the date, else the first."""
    if title is not None:
        wanted = fold(title)
        same = (i for i, line in enumerate(page.lines) if fold(view.quote(line.start, line.end)) == wanted)
        return next(same, None)
    head: list[int] = []
    dates: list[int] = []
    for number, line in enumerate(page.lines[:HEAD_LINES]):
        if line.zone == "dateline" and _day(line, view):
            dates.append(number)
        elif line.zone in ("body", "caption"):
            if not _headline(view.text, line):
                break
            head.append(number)
    for words in (TITLE_WORDS, FEWEST_WORDS):
        likely = [n for n in head if len(_WORDS.findall(view.text, page.lines[n].start, page.lines[n].end)) >= words]
        for date in dates:
            above = [n for n in likely if n < date]
            if above:
                return above[-1]
        if likely and likely[0] + 1 < len(page.lines):
            return likely[0]
    return None


def _headline(text: str, line: Line) -> bool:
    """May a line be a headline? Not a paragraph, nor what ends like a sentence."""
    return line.end - line.start <= LONGEST_TITLE and _ENDS_SENTENCE.match(text, line.start, line.end) is None


def _publish(context: Context, raw: Raw, title: int | None) -> str | None:
    """Set the publication date, the input's own or that of the best dateline; gives where it was read.

    A date with a label is better than one with an hour, that better than a day of the week below the headline, that
    better than the day of the address, and that better than a day of the week above the headline, which may be the
    site's clock: then `published_anchors` says whether the article tells of anything near it.
    """
    if raw.published:
        context.published = day(raw.published)
        if context.published is not None:
            return raw.published_from or "input"
        context.warnings.append(f"published {raw.published!r} is no date")
    best: tuple[int, int, str, Span] | None = None
    for number, line in enumerate(context.page.lines):
        found = _day(line, context.view)
        if found is None:
            continue
        above = title is None or number < title
        order = 0 if "label" in line.groups else 1 if "clock" not in line.groups else CLOCK if above else 2
        if best is None or order < best[0]:
            best = (order, number, *found)
    if best is None or best[0] == CLOCK:
        context.published = day_of_address(raw.url, context.tables)
        if context.published is not None:
            return "url"
    if best is None:
        return None
    order, number, context.published, context.published_span = best
    context.published_anchors = order < CLOCK or _near(context, context.published)
    line = context.page.lines[number]
    return f"line {context.view.line_number(line.start)}: {line.inner or line.rule}"


def _day(line: Line, view: View) -> tuple[str, Span] | None:
    groups = line.groups
    if not {"day", "month", "year"} <= set(groups):
        return None
    day, month, year = (view.text[slice(*groups[name])] for name in ("day", "month", "year"))
    value = timex.point(timex.full_year(year), int(month), int(day))
    spans = [groups[name] for name in ("day", "month", "year")]
    return (value, (min(s for s, _ in spans), max(e for _, e in spans))) if value else None


def _near(context: Context, published: str) -> bool:
    """Does the article tell of anything near a date? If not, the date is the site's clock."""
    clock = datetime.date.fromisoformat(published)
    newest = newest_year(context)
    if newest is not None and (clock.year - newest) * 12 + clock.month <= 12 + LATE_MONTHS:
        return True
    told = [
        m
        for line in context.page.lines
        if line.zone in ("title", "body", "caption")
        for m in _BARE_DAY.finditer(context.view.text, line.start, line.end)
    ]
    for m in told:
        for year in (clock.year, clock.year - 1):
            day = timex.point(year, int(m["month"]), int(m["day"]))
            if day and 0 <= (clock - datetime.date.fromisoformat(day)).days <= NEWS_DAYS:
                return True
    return newest is None and not told


def _outlet(context: Context, url: str | None) -> str | None:
    """The outlet by the URL's host, by what the page says of itself, or by the code before the first sentence."""
    rows = context.tables["outlets"]
    domains = {row["domain"]: row["outlet"] for row in rows}
    if url and (outlet := _by_domain(host(url), domains)):
        return outlet
    said = _said(context, "outlet")
    if said:
        return _by_domain(said.casefold(), domains) or said
    codes = {code: row["outlet"] for row in rows for code in row.forms("codes")}
    names = {fold(row["outlet"]): row["outlet"] for row in rows}
    for line in context.page.lines[:HEAD_LINES]:
        if line.zone == "furniture":
            words = fold(context.view.quote(line.start, line.end))
            if words in names:
                return names[words]
        elif line.zone == "body" and (m := _CODE.match(context.view.text, line.start, line.end)):
            found = codes.get(m["code"]) or _by_domain(m["code"].casefold(), domains)
            if found:
                return found
    return None


def _by_domain(host: str, domains: dict[str, str]) -> str | None:
    parts = host.split(".")
    return next((domains[name] for i in range(len(parts)) if (name := ".".join(parts[i:])) in domains), None)


def _said(context: Context, group: str, *, last: bool = False) -> str | None:
    """What the furniture says of the article: the words of the first (or last) group of a name."""
    said = [line.groups[group] for line in context.page.lines if group in line.groups]
    return context.view.quote(*said[-1 if last else 0]) if said else None
