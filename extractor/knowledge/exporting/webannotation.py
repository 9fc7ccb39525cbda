"""W3C Web Annotation: one AnnotationCollection whose page holds an annotation for each piece of evidence.

Positions are code points, as the recommendation asks (TextPositionSelector), with the quote beside (TextQuoteSelector).
The fact is the annotation's second body, as a JSON literal of JSON-LD 1.1; the first is its kind as a tag. The
collection names its articles, so that one whose annotations were all taken away is noticed when it comes back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from extractor.knowledge.exporting.jsonitems import items
from extractor.knowledge.exporting.options import Options, articles
from extractor.knowledge.exporting.regions import Region, Returned, label_of
from extractor.knowledge.exporting.source import Source
from extractor.knowledge.exporting.targets import new_file
from extractor.knowledge.exporting.values import checked, meaning
from extractor.records import KINDS, dumps

CONTEXT: list[Any] = [
    "http://www.w3.org/ns/anno.jsonld",
    {
        "danvan": "urn:danvan:",
        "fact": {"@id": "danvan:fact", "@type": "@json"},
        "evidence": {"@id": "danvan:evidence", "@type": "@json"},
        "article": "danvan:article",
        "articles": {"@id": "danvan:articles", "@type": "@json"},
        "sha256": "danvan:sha256",
    },
]
#: Characters of the text told before and behind a quote.
AROUND = 32


def write(source: Source, target: Path, options: Options) -> None:
    """Write the file; without texts, quotes come without what stands around them."""
    with new_file(target) as part, part.open("w", encoding="utf-8", newline="\n") as stream:
        head = {"@context": CONTEXT, "id": "urn:danvan:annotations", "type": "AnnotationCollection"}
        stream.write(dumps(head)[:-1] + ', "first": {"id": "urn:danvan:annotations:1", "type": "AnnotationPage", ')
        stream.write('"partOf": "urn:danvan:annotations", "items": [')
        total, told = 0, []
        for article, facts in articles(source, options):
            told.append(str(article["id"]))
            for annotation in annotations_of(article, facts, text=options.text):
                stream.write((",\n" if total else "\n") + dumps(annotation))
                total += 1
        stream.write(f'\n]}}, "total": {total},\n"articles": {dumps(told)}}}\n')


def page(article: Mapping[str, Any], facts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The annotations of one article as a page of their own."""
    name = f"urn:danvan:annotations:{quote(str(article['id']), safe='')}"
    items = list(annotations_of(article, facts, text=True))
    return {"@context": CONTEXT, "id": name, "type": "AnnotationPage", "items": items}


def annotations_of(
    article: Mapping[str, Any], facts: Sequence[Mapping[str, Any]], *, text: bool
) -> Iterator[dict[str, Any]]:  # fmt: skip
    """An annotation for each piece of evidence of an article's facts (their JSON-ready records)."""
    source = {"id": article.get("url") or f"urn:danvan:article:{quote(str(article['id']), safe='')}",
              "type": "Text", "article": article["id"], "sha256": article["sha256"]}  # fmt: skip
    whole = str(article.get("text") or "")
    for fact in facts:
        for number, evidence in enumerate(fact["evidence"]):
            start, end = evidence["start"], evidence["end"]
            quoted = {"type": "TextQuoteSelector", "exact": evidence["text"]}
            if text:
                quoted |= {"prefix": whole[max(0, start - AROUND) : start], "suffix": whole[end : end + AROUND]}
            own = {k: v for k, v in evidence.items() if k not in ("start", "end", "text")}
            said = {k: v for k, v in fact.items() if k != "evidence"}
            yield {
                "id": f"urn:danvan:evidence:{quote(str(fact['id']), safe='')}:{number}",
                "type": "Annotation",
                "motivation": "identifying",
                "body": [
                    {"type": "TextualBody", "purpose": "tagging", "value": fact["kind"], "format": "text/plain"},
                    {"id": f"urn:danvan:fact:{quote(str(fact['id']), safe='')}", "type": "Dataset",
                     "purpose": "describing", "fact": said, "evidence": {"number": number, **own}},
                ],
                "target": {"type": "SpecificResource", "source": source, "selector": [
                    {"type": "TextPositionSelector", "start": start, "end": end}, quoted]},
            }  # fmt: skip


def read(path: Path) -> Iterator[Returned]:
    """The articles of a collection, a page or a list of annotations: those it names and those with annotations."""
    held: dict[str, list[dict[str, Any]]] = {str(article): [] for _, article in items(path, "articles", aside=True)}
    for line, item in items(path, "items"):
        try:
            found = _one(item)
        except (ValueError, TypeError, KeyError, StopIteration) as error:
            raise ValueError(f"{path}:{line}: no annotation of danvan's form: {error}") from error
        held.setdefault(found["article"], []).append(found | {"place": f"{path}:{line}"})
    for article, own in held.items():
        yield _returned(own) if own else Returned(str(path), article, None, None, [])


def _one(item: Any) -> dict[str, Any]:
    target = item["target"]
    selectors = target["selector"] if isinstance(target["selector"], list) else [target["selector"]]
    position = next(s for s in selectors if s["type"] == "TextPositionSelector")
    exact = next((s["exact"] for s in selectors if s["type"] == "TextQuoteSelector"), None)
    bodies = item["body"] if isinstance(item["body"], list) else [item["body"]]
    described = next((b for b in bodies if isinstance(b, dict) and "fact" in b), {})
    kind = next((b["value"] for b in bodies if b.get("purpose") == "tagging" and b.get("value") in KINDS), None)
    fact = described.get("fact") or {}
    label = kind or fact.get("kind")
    if label not in KINDS:
        raise ValueError(f"a body with the purpose tagging and one of {', '.join(KINDS)} is wanted")
    values = checked(label, {k: v for k, v in fact.items() if k in meaning({"kind": label})}) if fact else None
    start, end = int(position["start"]), int(position["end"])
    if not 0 <= start < end:
        raise ValueError(f"a position of {start}–{end}")
    evidence = described.get("evidence") or {}
    return {
        "id": str(item.get("id")), "article": str(target["source"]["article"]), "label": label, "start": start,
        "end": end, "exact": exact, "values": values, "fact": fact, "evidence": evidence,
    }  # fmt: skip


def _returned(held: Sequence[dict[str, Any]]) -> Returned:
    """The annotations of one article; its facts are held against the knowledge base's own."""
    regions: list[Region] = []
    for one in held:
        number = one["evidence"].get("number")
        known = one["fact"].get("id") is not None and number is not None
        key = f"{one['fact']['id']}.{number}" if known else one["id"]
        regions.append(Region(key, one["label"], one["start"], one["end"], None, one["values"], one["exact"]))
        for path, pieces in (one["evidence"].get("fields") or {}).items():
            for n, (start, end) in enumerate(pieces):
                regions.append(Region(f"{key}.{path}.{n}", label_of(path), start, end, key))
    return Returned(held[0]["place"], held[0]["article"], None, None, regions)
