"""What linking keeps of a fact: a mention, filed under the block of those that might be the same entity."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from extractor.entities import EntityType, Link


@dataclass(frozen=True, slots=True)
class Mention:
    """A fact's say about one entity.

    `root` is the article, or the one that it repeats: sources are counted by it. `day` is the article's. `data` is what
    the type's resolver wants, as JSON.
    """

    fact: str
    root: str
    day: str | None
    data: list[Any]


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


#: What mentions of one block say, each with the facts that say it: many say the same.
Gathered: TypeAlias = list[tuple[list[Any], list[str]]]


@dataclass(frozen=True, slots=True)
class Filed:
    """A mention and its block: mentions of different blocks are never the same entity."""

    type: EntityType
    block: str
    mention: Mention


def block_id(type_: str, block: str) -> int:
    """The number of a block: 63 bits of a digest of its key."""
    return int.from_bytes(hashlib.blake2b(f"{type_}\0{block}".encode(), digest_size=8).digest(), "big") >> 1


def encoded(mention: Mention) -> str:
    """A mention's data as a line."""
    return _ENCODER.encode(mention.data)


def decoded(fact: str, root: str, day: str | None, data: str) -> Mention:
    """A mention from its line."""
    return Mention(fact, root, day, json.loads(data))


def gathered(rows: Iterable[tuple[str, str]]) -> Gathered:
    """Mentions, given as (data as a line, fact), by what they say."""
    facts: dict[str, list[str]] = {}
    for data, fact in rows:
        if (held := facts.get(data)) is None:
            facts[data] = [fact]
        else:
            held.append(fact)
    return [(json.loads(data), facts[data]) for data in facts]


def named(written: Iterable[tuple[str, str]]) -> tuple[str, list[str]]:
    """Name and aliases of an entity from (form as written, fact): the form of the most facts, the longer, the first."""
    return _named(Counter(form for form, _ in set(written)))


def named_by(written: Iterable[tuple[str, Iterable[str]]]) -> tuple[str, list[str]]:
    """The same from (form as written, facts)."""
    facts: dict[str, set[str]] = {}
    for form, own in written:
        facts.setdefault(form, set()).update(own)
    return _named({form: len(own) for form, own in facts.items()})


def _named(counts: Mapping[str, int]) -> tuple[str, list[str]]:
    if not counts:
        return "", []
    name = min(counts, key=lambda form: (-counts[form], -len(form), form))
    return name, sorted(form for form in counts if form != name)


def links_of(reasons: Iterable[tuple[str, str, str | None]]) -> list[Link]:
    """Links from (fact, reason, field), those of one reason and field together."""
    return links_by(((fact,), why, field) for fact, why, field in reasons)


def links_by(reasons: Iterable[tuple[Iterable[str], str, str | None]]) -> list[Link]:
    """The same from (facts, reason, field)."""
    grouped: dict[tuple[str, str], set[str]] = {}
    for facts, why, field in reasons:
        grouped.setdefault((why, field or ""), set()).update(facts)
    return [Link(by=why, field=field or None, facts=sorted(facts)) for (why, field), facts in sorted(grouped.items())]
