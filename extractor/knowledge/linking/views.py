"""Contradictions and entities as a reader sees them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from rich.text import Text

from extractor.knowledge.linking.causes import cause_rows
from extractor.messages import Messages

if TYPE_CHECKING:
    from extractor.knowledge.linking.contradictions import Contradiction


def contradiction_views(found: Iterable[Contradiction], say: Messages) -> Iterator[Text]:
    """Each contradiction: what it is about, both sides with their words, the likely cause."""
    for place, one in enumerate(found, 1):
        row = cause_rows()[one.cause]
        head = Text(f"{place}. {one.name}", style="bold")
        if one.about:
            head.append(f" · {one.about}", style="bold")
        head.append(f"\n   {say('contradiction_' + one.kind)}: {row.vi if say.language == 'vi' else row.en}")
        for side in one.sides:
            where = " · ".join(part for part in (side.quote.published, side.quote.url or side.quote.source) if part)
            head.append(f"\n   {side.says}", style="bold")
            head.append(f" ({say('sources', count=side.sources)})\n     “{side.quote.text}”\n     {where}")
        head.append("\n")
        yield head


def entity_views(entity: Mapping[str, Any], say: Messages) -> Iterator[Text]:
    """An entity: what is known of it, and why each fact belongs to it."""
    head = Text(f"{entity['name']} ({say('one_' + entity['type'])} {entity['id']})", style="bold")
    yield head
    for field, value in entity.items():
        if field in _PLAIN or not value:
            continue
        yield Text(f"  {field}: {_short(value)}")
    for link in entity["links"]:
        field = f" [{link['field']}]" if link["field"] else ""
        yield Text(f"  {say('linked_by', count=len(link['facts']))}{field}: {link['by']}")
        yield Text(f"    {', '.join(link['facts'][:8])}{' …' if len(link['facts']) > 8 else ''}")


def link_views(entities: Iterable[Mapping[str, Any]], fact: str, say: Messages) -> Iterator[Text]:
    """The entities that a fact belongs to, each with why."""
    for entity in entities:
        for link in entity["links"]:
            if fact in link["facts"]:
                field = f" [{link['field']}]" if link["field"] else ""
                told = f"{say('one_' + entity['type'])} {entity['id']} {entity['name']}{field}: {link['by']}"
                yield Text(f"→ {told}")


#: What the head and the links of an entity tell already.
_PLAIN = frozenset({"schema", "id", "type", "name", "facts", "links"})


def _short(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(_short(v) for v in value)
    if isinstance(value, dict):
        return ", ".join(str(v) for k, v in value.items() if v not in (None, False, []) and k != "facts")
    return str(value)
