"""A comparison as one HTML page that opens offline: gains, losses and changes under their rules."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from extractor.audit.compare import WHATS, Comparison, with_passages
from extractor.audit.outputs import Output
from extractor.audit.passages import Passage
from extractor.messages import Messages
from extractor.records import KINDS

_STYLE = """
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem;overflow-wrap:anywhere}
table{border-collapse:collapse}td,th{padding:.2rem .8rem .2rem 0;text-align:right}
td:first-child,th:first-child{text-align:left}
section{border-top:1px solid #8888;margin-top:1.5rem}
h2{font-size:1.05rem}li{margin:.6rem 0;list-style:none}ul{padding:0}
li>b::before{font-family:monospace;margin-right:.4rem}.lost>b{color:#b3261e}.lost>b::before{content:"−"}
.gained>b{color:#146c2e}.gained>b::before{content:"+"}.changed>b{color:#8a5a00}.changed>b::before{content:"~"}
@media(prefers-color-scheme:dark){.lost>b{color:#ff8a80}.gained>b{color:#7ddc94}.changed>b{color:#ffcc66}}
.where{opacity:.7;font-size:.85rem}mark{background:#ffe08a;color:#000;padding:0 .1em}p{margin:.1rem 0}
"""
#: Nothing may run and nothing may be fetched.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def change_page(comparison: Comparison, old: Output, new: Output, title: str, say: Messages) -> Iterator[str]:
    """The page, piece by piece."""
    yield (
        f'<!doctype html>\n<html lang="{say.language}">\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n<main>\n<h1>{escape(title)}</h1>\n"
    )
    yield "<table><tr>" + "".join(f"<th>{escape(say(name))}</th>" for name in ("kind", *WHATS, "unchanged")) + "</tr>\n"
    for kind in KINDS:
        counts = [comparison.count(what, kind) for what in WHATS]
        cells = "".join(f"<td>{count}</td>" for count in (*counts, comparison.same.get(kind, 0)))
        yield f"<tr><td>{escape(say(kind))}</td>{cells}</tr>\n"
    both, only_old, only_new = comparison.articles
    told = say("compared", both=both, only_a=only_old, only_b=only_new, otherwise=comparison.otherwise)
    yield f"</table>\n<p>{escape(told)}</p>\n"
    heading: tuple[str, str | None] | None = None
    for change, passage in with_passages(comparison, old, new):
        if (change.kind, change.rule) != heading:
            yield "" if heading is None else "</ul></section>\n"
            heading = (change.kind, change.rule)
            yield f"<section><h2>{escape(change.rule or say(change.kind))}</h2><ul>\n"
        where = f'<span class="where">{escape(change.article)}</span>'
        yield f'<li class="{change.what}"><b>{escape(change.said)}</b> {where}{_quote(passage)}</li>\n'
    yield "" if heading is None else "</ul></section>\n"
    yield "</main>\n</html>\n"


def _quote(passage: Passage | None) -> str:
    if passage is None:
        return ""
    # bdi: a sentence with marks of direction turns nothing but itself
    before, words, after = (escape(part) for part in (passage.before, passage.words, passage.after))
    return f"<p><bdi>{before}<mark>{words}</mark>{after}</bdi></p>"
