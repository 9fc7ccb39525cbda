"""`danvan timeline`: what articles tell of a document or a person, in order of days."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from extractor.errors import UsageError
from extractor.knowledge.exporting.source import Line, Source
from extractor.text import unaccented

#: What has a timeline.
TYPES = ("document", "person")
#: Entities that are told where several are meant.
MOST_NAMED = 10


@dataclass(frozen=True)
class Event:
    """Something on a day (or in a part of a year; None: unknown): what happened, in which article, with its words."""

    day: str | None
    what: str
    says: str
    article: str | None = None
    outlet: str | None = None
    quote: str | None = None


@dataclass(frozen=True)
class Timeline:
    """An entity and its events, in order."""

    entity: Mapping[str, Any]
    events: Sequence[Event]

    def as_data(self) -> dict[str, Any]:
        """The timeline as JSON-ready data."""
        named = {name: self.entity.get(name) for name in ("id", "type", "name", "aliases", "province")}
        return named | {"events": [event.__dict__ for event in self.events]}


def find_entity(source: Source, wanted: str) -> Line:
    """The document or person of an id, code or name; raises `UsageError` for none or several."""
    key = unaccented(wanted)
    exact: list[Line] = []
    names: dict[str, str] = {}
    for entity in source.entities():
        if entity["type"] not in TYPES:
            continue
        if entity["id"] == wanted:
            return entity
        called = {n for n in (entity["name"], entity.get("code"), *entity["aliases"]) if n}
        names |= {unaccented(str(n)): str(n) for n in called}
        if key in {unaccented(str(n)) for n in called}:
            exact.append(entity)
    if len(exact) == 1:
        return exact[0]
    if exact:
        told = "\n".join(f"  {e['id']}  {_described(e)}" for e in exact[:MOST_NAMED])
        raise UsageError(f"{len(exact)} are called {wanted!r}; name one by its id:\n{told}")
    near = [names[n] for n in difflib.get_close_matches(key, names, n=3, cutoff=0.5)]
    near = near or [name for n, name in names.items() if key in n][:3]
    raise UsageError(f"no document or person {wanted!r}; nearest: {', '.join(near) or '-'}")


def _described(entity: Mapping[str, Any]) -> str:
    """An entity in a line, so that those of one name are told apart."""
    if entity["type"] == "person":
        offices = "; ".join(filter(None, (_office(o) for o in entity["offices"][:2])))
        return ", ".join(filter(None, (entity["name"], offices, entity.get("province"))))
    parts = (entity["name"], entity.get("issuer"), entity.get("issued") or entity.get("year"), entity.get("province"))
    return ", ".join(str(part) for part in parts if part)


def _office(office: Mapping[str, Any]) -> str:
    return " ".join(filter(None, (office["title"], office.get("organisation"))))


def timeline(source: Source, wanted: str) -> Timeline:
    """The events of a document or person; raises `UsageError` where there is none or more than one of the name."""
    entity = find_entity(source, wanted)
    facts = set(entity["facts"])
    events: list[Event] = []
    if entity["type"] == "document" and entity.get("issued"):
        issuer = entity.get("issuer") or ""
        events.append(Event(str(entity["issued"]), "issued", issuer))
    for article, own in source.with_facts():
        for fact in own:
            if fact["id"] in facts:
                events += _told(entity, article, fact)
    if entity["type"] == "document":
        events += [
            Event(e.get("period"), "programme", str(e["name"]))
            for e in source.entities()
            if e["type"] == "program" and e.get("document") == entity["id"]
        ]
    order = {"issued": 0, "programme": 1}
    events.sort(key=lambda e: (e.day is None, e.day or "", order.get(e.what, 2), e.article or "", e.says))
    return Timeline(entity, events)


def _told(entity: Mapping[str, Any], article: Line, fact: Line) -> list[Event]:
    """The events of one mention: on the day of publication."""
    quote = " ".join(str(fact["evidence"][0]["text"]).split())
    said: list[tuple[str, str]] = [("cited", str(fact.get("title") or fact.get("type_text") or ""))]
    if entity["type"] == "person":
        positions = fact["positions"] or [{"title": "", "former": False}]
        said = [("former" if p.get("former") else "holds", _office(p)) for p in positions]
    where = (str(article["id"]), article.get("outlet"))
    return [Event(article.get("published"), what, says, *where, quote) for what, says in said]
