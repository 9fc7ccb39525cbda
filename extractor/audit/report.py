"""`danvan report`: a knowledge base as one HTML file that opens offline, each article marked up.

The page holds every article as a block of JSON that is read when the article is opened; scraped text is only ever set
as text, and the page's policy lets nothing run but its own script, nothing be fetched.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

from extractor.audit.outputs import Output
from extractor.audit.report_data import TOP, Overview, each, rejects
from extractor.knowledge.files import write_pieces
from extractor.messages import Messages, every
from extractor.messages_sources import IN_BOTH
from extractor.overview import rule_data
from extractor.records import KINDS, dumps
from extractor.rules import RuleSet

#: What an article's block keeps of its record.
_KEPT = ("id", "title", "published", "outlet", "province", "source", "url", "text")
#: The page's words, both languages, by message key.
WORDS = (
    *KINDS, "articles", "facts", "references", "pattern", "examples", "counterexamples", "confidence", "close",
    "rule_gone_page", "report_title", "overview", "by_kind", "by_province", "by_month", "top_programs", "top_officials",
    "by_rule", "rejects_title", "all_provinces", "all_rules", "search", "more", "keys_report", "none",
)  # fmt: skip


def page_file(name: str) -> str:
    """A file of the page as it is shipped."""
    return (files("extractor.audit") / "page" / name).read_text(encoding="utf-8")


def block(data: Any) -> str:
    """JSON that can stand inside a script element, which nothing in it can end."""
    text = dumps(data)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def digest(text: str) -> str:
    """The source expression of a policy for an inline script or style."""
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def policy(script: str, style: str) -> str:
    """The page's content security policy: its own script and style, nothing else."""
    own = f"script-src {digest(script)}; style-src {digest(style)}"
    return f"default-src 'none'; {own}; base-uri 'none'; form-action 'none'"


def write_report(output: Output, rules: RuleSet, target: Path, say: Messages) -> Overview:
    """Write the report of a knowledge base, whole or not at all."""
    overview = Overview()
    order: dict[str, int] = {}
    for article, facts in each(output):
        overview.count(article, facts, order)
    overview.rejects = rejects(output) if output.path.is_dir() else []
    known = {rule.id: rule for rule in rules.rules}
    details = [rule_data(known[name]) | {"file": None} if name in known else {"id": name} for name in order]
    write_pieces(target, _page(output, overview, details, say))
    return overview


def _page(output: Output, overview: Overview, rules: list[dict[str, Any]], say: Messages) -> Iterator[str]:
    script = page_file("marks.js") + page_file("report.js")
    style = page_file("page.css")
    title = f"{say('report_title')}: {output.path.name}"
    yield (
        f'<!doctype html>\n<html lang="{say.language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy(script, style)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        f'<a class="skip" href="#article">{escape(say("skip"))}</a>\n<header class="top"><h1>{escape(title)}</h1>'
        f'<span class="meta">{_number(overview.articles)} <span data-t="articles"></span>, '
        f'{_number(overview.kinds.total())} <span data-t="facts"></span></span>'
        '<button type="button" id="language"></button></header>\n<main>\n'
    )
    yield from _overview(overview)
    yield _browse(overview)
    yield '</main>\n<dialog id="rule-box"></dialog>\n'
    blocks: dict[str, Any] = {
        "words": {**{key: every()[key] for key in WORDS}, **IN_BOTH},
        "index": overview.index,
        "rules": rules,
    }
    for name, data in blocks.items():
        yield f'<script type="application/json" id="{name}">{block(data)}</script>\n'
    for number, (article, facts) in enumerate(each(output)):
        kept = {key: article.get(key) for key in _KEPT}
        kept["facts"] = [{k: v for k, v in fact.items() if k not in ("schema", "article_id")} for fact in facts]
        yield f'<script type="application/json" id="a{number}">{block(kept)}</script>\n'
    yield f"<script>{script}</script>\n</body>\n</html>\n"


def _overview(overview: Overview) -> Iterator[str]:
    yield '<h2 data-t="overview"></h2>\n<div class="cards">\n'
    kinds = [(kind, overview.kinds[kind]) for kind in KINDS]
    yield _card("by_kind", ((f'<span data-t="{kind}"></span>', count, "") for kind, count in kinds))
    provinces = sorted(overview.provinces.items(), key=lambda c: (-c[1], c[0]))
    yield _card("by_province", ((_name(p), n, f'data-province="{escape(p)}"' if p else "") for p, n in provinces))
    yield _card("by_month", ((_name(m), n, "") for m, n in sorted(overview.months.items())))
    for kind, title in (("program", "top_programs"), ("official", "top_officials")):
        yield _card(title, ((_name(name), n, f'data-find="{escape(name)}"') for name, n in overview.top(kind)))
    rules = sorted(overview.rules.items(), key=lambda c: (-c[1], c[0]))[: 2 * TOP]
    yield _card("by_rule", ((escape(rule), n, f'data-rule="{escape(rule)}"') for rule, n in rules))
    if overview.rejects:
        rows = "".join(f"<tr>{''.join(f'<td>{escape(c)}</td>' for c in row)}</tr>" for row in overview.rejects[:200])
        title = f'<h3><span data-t="rejects_title"></span> ({len(overview.rejects)})</h3>'
        yield f'<section class="card">{title}<table>{rows}</table></section>\n'
    yield "</div>\n"


def _name(name: str) -> str:
    return f"<bdi>{escape(name)}</bdi>" if name else '<span data-t="none"></span>'


def _number(count: int) -> str:
    """A count, grouped by the page as its language does."""
    return f'<span data-n="{count}">{count}</span>'


def _card(title: str, rows: Iterable[tuple[str, int, str]]) -> str:
    """A list of bars; a row that filters is a button."""
    listed = list(rows)
    most = max((count for _, count, _ in listed), default=0) or 1
    items = []
    for name, count, data in listed:
        bar = f'<b>{name}</b>{_number(count)}<meter min="0" max="{most}" value="{count}">{count}</meter>'
        inner = f'<button type="button" class="bar" {data}>{bar}</button>' if data else f'<div class="bar">{bar}</div>'
        items.append(f"<li>{inner}</li>")
    return f'<section class="card"><h3 data-t="{title}"></h3><ol>{"".join(items)}</ol></section>\n'


def _browse(overview: Overview) -> str:
    box = '<label><input type="checkbox" id="kind-{0}" checked> <span class="k {0}" data-t="{0}"></span></label>'
    kinds = "".join(box.format(kind) for kind in KINDS)
    provinces = "".join(f"<option>{escape(p)}</option>" for p in sorted(p for p in overview.provinces if p))
    rules = "".join(f"<option>{escape(r)}</option>" for r in sorted(overview.rules))
    return (
        '<h2 id="articles" data-t="articles"></h2>\n<div class="filters" role="search">'
        '<input type="search" id="words-in" data-p="search" aria-label="search">'
        '<select id="province" aria-label="province"><option value="" data-t="all_provinces"></option>'
        f"{provinces}</select>"
        f'<select id="rule" aria-label="rule"><option value="" data-t="all_rules"></option>{rules}</select>{kinds}'
        '<span class="meta" id="count" role="status" aria-live="polite"></span></div>\n'
        '<p class="meta" data-t="keys_report"></p>\n<div class="browse"><nav class="side" aria-label="articles">'
        '<ol id="list"></ol><button type="button" id="more" data-t="more" hidden></button></nav>\n'
        '<article id="article"></article></div>\n'
    )


def as_data(overview: Overview) -> dict[str, Any]:
    """The overview as JSON-ready data."""
    return {
        "articles": overview.articles, "facts": dict(overview.kinds), "provinces": dict(overview.provinces),
        "months": dict(overview.months), "rules": dict(overview.rules), "rejects": len(overview.rejects),
    }  # fmt: skip
