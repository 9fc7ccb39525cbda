"""Facts as W3C Web Annotations (https://www.w3.org/TR/annotation-model/): one annotation a piece of evidence.

The target is the article (its address, else `urn:danvan:article:<id>`), selected by position in Unicode code points and
by its words with some around them; the bodies are the kind as a tag and the whole fact as JSON.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote

from extractor.records import Article, Evidence, Fact, to_line

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
#: Characters before and behind the evidence by which it is found again in another copy of the text.
AROUND = 32


def annotation_page(article: Article, facts: Sequence[Fact]) -> dict[str, Any]:
    """The annotation page of an article: JSON-ready data with a fixed order of keys."""
    items = [_annotation(article, fact, number) for fact in facts for number in range(len(fact.evidence))]
    return {
        "@context": CONTEXT,
        "id": f"urn:danvan:annotations:{_part(article.id)}",
        "type": "AnnotationPage",
        "items": items,
    }


def source_of(article: Article) -> str:
    """What the annotations of an article are about: its address, else its id as a URN."""
    return article.url or f"urn:danvan:article:{_part(article.id)}"


def _annotation(article: Article, fact: Fact, number: int) -> dict[str, Any]:
    evidence = fact.evidence[number]
    return {
        "id": f"urn:danvan:fact:{_part(fact.id)}:{number}",
        "type": "Annotation",
        "motivation": ["tagging", "identifying"],
        "generator": {"id": f"urn:danvan:rule:{_part(evidence.rule)}", "type": "Software"},
        "body": [
            {"type": "TextualBody", "purpose": "tagging", "value": fact.kind},
            {"type": "TextualBody", "purpose": "identifying", "format": "application/json", "value": to_line(fact)},
        ],
        "target": {"source": source_of(article), "selector": list(_selectors(article.text, evidence))},
    }


def _selectors(text: str, evidence: Evidence) -> Iterable[dict[str, Any]]:
    start, end = evidence.start, evidence.end
    yield {"type": "TextPositionSelector", "start": start, "end": end}
    yield {
        "type": "TextQuoteSelector",
        "exact": text[start:end],
        "prefix": text[max(0, start - AROUND) : start],
        "suffix": text[end : end + AROUND],
    }


def _part(name: str) -> str:
    return quote(name, safe="")
