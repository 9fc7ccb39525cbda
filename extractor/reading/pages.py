"""HTML → raw input: main text and metadata with trafilatura, the headline and the dateline put above the text.

The text is what facts are grounded in: one line a paragraph, heading, list item or table row. Extra `html`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import regex
import trafilatura
from lxml import etree
from lxml import html as lxml_html
from lxml.html import HtmlElement

from extractor.article import HEAD_LINES, Raw
from extractor.errors import InputError
from extractor.moments import LATEST, day_of_address, host
from extractor.reading.alphabet import Alphabet
from extractor.reading.decoding import decode
from extractor.reading.markup import Markup
from extractor.reading.pagedates import guessed, published
from extractor.reading.pageplaces import places
from extractor.tables import Tables
from extractor.text import View, fold
from extractor.zones import Furniture, read_page

#: Bytes in which a page declares its charset.
DECLARED = 4096
#: Lines below and above a headline among which its dateline stands.
BELOW, ABOVE = 10, 4
#: Letters of trafilatura's text under which the whole page's lines are taken, if they have more than twice as many.
SHORT = 200
_CHARSET = regex.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})"
    rb"|<\?xml[^>]{0,100}?encoding=[\"']([\w.:-]{2,40})",
    regex.I,
)
_XML = regex.compile(r"^\s*<\?xml[^>]{0,200}\?>")
_CONTROL = regex.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SPACES = regex.compile(r"[^\S\n]+")
_MARK = regex.compile(r"<[a-zA-Z!/?]")
#: Elements that run on in a line (all others end it), and those whose text is none of the page's.
_INLINE = frozenset(
    ("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "img",
     "ins", "kbd", "label", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt",
     "u", "var", "wbr")
)  # fmt: skip
_SILENT = frozenset(("script", "style", "noscript", "template", "svg", "iframe", "select", "button", "head"))


@dataclass(frozen=True)
class Reading:
    """What pages are read with."""

    alphabet: Alphabet
    furniture: Sequence[Furniture]
    known_hosts: frozenset[str]
    tables: Tables


def read_markup(markup: Markup, reading: Reading) -> Raw:
    """The raw input of a page; raises `InputError` (stages `decode`, `parse`)."""
    declared = markup.charset or _declared(markup.data)
    made = decode(markup.data, reading.alphabet, declared)
    tree = _tree(made.text)
    url = _address(tree, markup.url)
    meta = _metadata(tree)
    title = _headline(tree, meta)
    lines = list(page_lines(tree))
    date = published(tree, markup.fetched)
    head = _head(lines, title, reading.furniture)
    body = _main(made.text, url, lines)
    if not body:
        raise InputError("parse", "the page has no text")
    if date is None and not any(line.dated for line in head) and day_of_address(url, reading.tables) is None:
        date = guessed(tree, url, markup.fetched)
    site = host(url)
    known = any(site == name or site.endswith(f".{name}") for name in reading.known_hosts)
    text = _text(title, head, body)
    return Raw(
        text=text, source=markup.source, url=url, title=title,
        published=date[0] if date else None, published_from=date[1] if date else None,
        outlet=None if known else meta.get("sitename"), author=meta.get("author"), section=meta.get("section"),
        repairs=made.repairs, places=places(made.text, text),
    )  # fmt: skip


def page_lines(tree: HtmlElement) -> Iterator[str]:
    """The lines of text of a whole page, furniture and all, in page order."""
    pieces: list[str] = []

    def line() -> Iterator[str]:
        text = _SPACES.sub(" ", "".join(pieces).replace("\n", " ")).strip()
        pieces.clear()
        if text:
            yield text

    silent = 0
    for event, element in etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        if event in ("comment", "pi"):
            if not silent:
                pieces.append(element.tail or "")
            continue
        tag = element.tag
        if event == "start":
            silent += tag in _SILENT
            if tag not in _INLINE:
                yield from line()
            if not silent:
                pieces.append(element.text or "")
        else:
            silent -= tag in _SILENT
            if tag not in _INLINE:
                yield from line()
            if not silent:
                pieces.append(element.tail or "")
    yield from line()


def _declared(data: bytes) -> str | None:
    m = _CHARSET.search(data, 0, DECLARED)
    return (m[1] or m[2]).decode("ascii", "replace") if m else None


def _tree(text: str) -> HtmlElement:
    text = _CONTROL.sub("", _XML.sub("", text))
    if not _MARK.search(text):
        raise InputError("parse", "no HTML: there is not one element")
    parser = lxml_html.HTMLParser(huge_tree=True)
    try:
        tree = lxml_html.document_fromstring(text, parser=parser)
        if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
            raise InputError("parse", "elements are nested deeper than 2,048 levels")
        return tree
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise InputError("parse", f"no HTML: {error}"[:300]) from error


def _address(tree: HtmlElement, given: str | None) -> str | None:
    """The canonical address, unless it is a front page's and the page's own is known to be another."""
    found = next((e.get("href") for e in tree.iter("link") if (e.get("rel") or "").lower() == "canonical"), None)
    found = found or next((e.get("content") for e in tree.iter("meta") if e.get("property") == "og:url"), None)
    found = (found or "").strip()
    try:
        parts = urlsplit(found)
    except ValueError:
        return given
    if parts.scheme not in ("http", "https") or not parts.hostname or len(found) > 2000:
        return given
    front = parts.path in ("", "/") and not parts.query
    return given if front and given else None if front else found


def _metadata(tree: HtmlElement) -> dict[str, str]:
    """Site, author, section and title as trafilatura reads them."""
    try:
        found = trafilatura.extract_metadata(
            tree, extensive=False, date_config={"extensive_search": False, "max_date": LATEST}
        )
    except (ValueError, TypeError, AttributeError, KeyError, IndexError, RecursionError):
        return {}  # metadata that trafilatura stumbles over is none; the text may still be had
    section = next((e.get("content") for e in tree.iter("meta") if e.get("property") == "article:section"), None)
    values = {
        "sitename": found.sitename, "author": found.author, "title": found.title,
        "section": section or next(iter(found.categories or []), None),
    }  # fmt: skip
    return {key: _clean(value)[:300] for key, value in values.items() if isinstance(value, str) and _clean(value)}


def _clean(text: str) -> str:
    return _SPACES.sub(" ", text.replace("\n", " ")).strip()


def _headline(tree: HtmlElement, meta: dict[str, str]) -> str | None:
    """The only h1, else og:title or the title element's first part."""
    heads = [text for e in tree.iter("h1") if (text := _clean(e.text_content()))]
    if len(heads) == 1:
        return heads[0]
    named = next((_clean(e.get("content") or "") for e in tree.iter("meta") if e.get("property") == "og:title"), "")
    for head in heads:
        if named and fold(head) in fold(named):
            return head
    return named or (heads[0] if heads else None) or meta.get("title")


@dataclass(frozen=True)
class _HeadLine:
    text: str
    above: bool
    dated: bool = True


def _head(lines: list[str], title: str | None, furniture: Sequence[Furniture]) -> list[_HeadLine]:
    """The datelines that stand around the headline, as our own rules know them."""
    wanted = fold(title) if title else ""
    at = next((i for i, line in enumerate(lines) if wanted and fold(line) == wanted), None)
    first = max(0, at - ABOVE) if at is not None else 0
    window = lines[first : (at + BELOW if at is not None else HEAD_LINES)]
    text = "\n".join(window)
    page = read_page(View(text, {}), furniture)
    found = []
    for line in page.lines:
        if line.zone == "dateline" and {"day", "month", "year"} <= set(line.groups):
            number = text.count("\n", 0, line.start)
            found.append(_HeadLine(window[number], at is not None and first + number < at))
    return found


def _main(markup: str, url: str | None, lines: list[str]) -> str:
    """The article's text; the whole page's lines where trafilatura finds next to nothing of them."""
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        found = trafilatura.extract(
            _tree(markup), url=url, include_comments=False, include_tables=True, favor_recall=True,
            deduplicate=False, date_extraction_params={"extensive_search": False, "max_date": LATEST},
        )  # fmt: skip
    except (ValueError, TypeError, AttributeError, KeyError, IndexError, RecursionError, etree.LxmlError):
        found = None  # a page that trafilatura stumbles over is still read line by line
    text = "\n".join(line for piece in (found or "").split("\n") if (line := _SPACES.sub(" ", piece).strip()))
    whole = "\n".join(lines)
    if len(text) < SHORT and len(whole) > 2 * len(text):
        return whole
    return text


def _text(title: str | None, head: list[_HeadLine], body: str) -> str:
    """Headline and datelines above the text, each once."""
    lines = body.split("\n")
    start = {fold(line) for line in lines[:HEAD_LINES]}
    above = [line.text for line in head if line.above and fold(line.text) not in start]
    below = [line.text for line in head if not line.above and fold(line.text) not in start]
    if title and fold(title) in start:
        if below:
            number = next(i for i, line in enumerate(lines) if fold(line) == fold(title))
            lines[number + 1 : number + 1] = below
        return "\n".join([*above, *lines])
    return "\n".join([*above, *([title] if title else []), *below, *lines])
