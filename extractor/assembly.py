"""From drafts to facts: one fact per article and meaning, grounded in the source text.

Mentions of one meaning become evidence of one fact. Where two mentions differ in the rest, the fuller one is kept, then
the first; lists (positions, parties) are joined.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from extractor.context import Draft, Mention
from extractor.records import FACTS, Evidence, Fact, Inference, Kind, plain
from extractor.text import Span, View, fold

#: The fields that make a fact's identity.
IDENTITY: Mapping[Kind, tuple[str, ...]] = {
    "date": ("value",),
    "document": ("code", "issued", "type", "title"),
    "official": ("name",),
    "indicator": (
        "indicator", "label", "measure", "value", "value_max", "unit", "area", "sector", "subject", "period", "status",
        "base_period",
    ),
    "program": ("name", "type", "period"),
}  # fmt: skip
#: Identity fields that are compared without regard to case, tone placement and spaces.
FOLDED = frozenset({"name", "label", "title", "area", "sector", "subject", "unit"})
#: Fields whose lists are joined when mentions merge.
JOINED = ("positions", "parties")


def identity(kind: Kind, fields: Mapping[str, Any]) -> tuple[Any, ...]:
    """The key under which two drafts are one fact."""
    names = IDENTITY[kind]
    if kind == "document":
        names = ("code", "issued") if fields.get("code") else ("type", "title")
    return tuple(_key(name, fields.get(name)) for name in names)


def _key(name: str, value: Any) -> Any:
    if isinstance(value, Decimal):
        return plain(value)
    return fold(value) if name in FOLDED and isinstance(value, str) else value


def fact_id(article_id: str, kind: Kind, key: tuple[Any, ...]) -> str:
    """A digest of article, kind and identity: 16 hex digits."""
    parts = [article_id, kind, *("" if part is None else str(part) for part in key)]
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def merge(drafts: Iterable[Draft]) -> list[Draft]:
    """Drafts of one identity made one, in order of first mention."""
    found: dict[tuple[Any, ...], Draft] = {}
    for draft in sorted(drafts, key=lambda d: (d.start, d.end)):
        key = (draft.kind, *identity(draft.kind, draft.fields))
        if key in found:
            join(found[key], draft)
        else:
            found[key] = draft
    return list(found.values())


def join(kept: Draft, other: Draft) -> None:
    """Add `other`'s mentions to `kept`; its fields where it is fuller."""
    joined = {name: _joined(kept.fields.get(name) or [], other.fields.get(name) or []) for name in JOINED}
    if _fullness(other) > _fullness(kept):
        kept.fields, kept.inferred = other.fields, other.inferred
    else:
        for name, value in other.fields.items():
            if kept.fields.get(name) is None and value is not None:
                kept.fields[name] = value
                if name in other.inferred:
                    kept.inferred[name] = other.inferred[name]
    for name, values in joined.items():
        if values:
            kept.fields[name] = values
    kept.mentions.extend(m for m in other.mentions if m not in kept.mentions)


def _joined(first: list[Any], second: list[Any]) -> list[Any]:
    return first + [item for item in second if item not in first]


def _fullness(draft: Draft) -> int:
    return sum(value not in (None, [], "") for value in draft.fields.values())


def assemble(drafts: Iterable[Draft], view: View, article_id: str) -> list[Fact]:
    """Facts of all kinds from merged drafts, by place of their first evidence."""
    facts: dict[str, Fact] = {}
    for draft in drafts:
        draft.mentions.sort(key=lambda m: (m.start, m.end, m.rule))
        key = identity(draft.kind, draft.fields)
        evidence = [_evidence(mention, view) for mention in draft.mentions]
        fields = {k: v for k, v in draft.fields.items() if v is not None}
        inferred = {
            name: Inference.model_validate({"by": i.by, "from": [view.to_source(*s) for s in i.spans]})
            for name, i in sorted(draft.inferred.items())
        }
        number = fact_id(article_id, draft.kind, key)
        facts[number] = FACTS[draft.kind].model_validate(
            {
                "id": number,
                "kind": draft.kind,
                "article_id": article_id,
                "evidence": evidence,
                "inferred": inferred,
                **fields,
            }
        )
    return sorted(facts.values(), key=lambda f: (f.evidence[0].start, f.evidence[0].end, f.kind, f.id))


def _evidence(mention: Mention, view: View) -> Evidence:
    """A mention in the source text; where a line break cuts it, the line of it that says most of the fact."""
    fields: dict[str, list[Span]] = {
        name: sorted(piece for span in spans for piece in view.paragraphs(*view.to_source(*span)))
        for name, spans in sorted(mention.fields.items())
        if spans
    }
    pieces = view.paragraphs(*view.to_source(mention.start, mention.end))
    told = [span for spans in fields.values() for span in spans]
    start, end = max(pieces, key=lambda piece: sum(_common(piece, span) for span in told))
    return Evidence(start=start, end=end, text=view.source[start:end], rule=mention.rule, fields=fields)


def _common(a: Span, b: Span) -> int:
    return max(0, min(a[1], b[1]) - max(a[0], b[0]))
