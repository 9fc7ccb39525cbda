"""Mentions of an article: each fact filed under the blocks of the entities that it may speak of.

What a name means is settled here, by the article alone: its province, its day, what its facts name. Whose mentions are
one entity is settled later, by block (`documents`, `people`, `programs`, `series`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import regex

from extractor.gazetteer import Unit
from extractor.knowledge.linking import documents, people, programs, series
from extractor.knowledge.linking.mention import Filed, Mention
from extractor.knowledge.linking.organisations import Bodies, Body, Setting, bodies
from extractor.knowledge.linking.places import LAST_OLD, NATION, Register, Settled, register, unit_key
from extractor.knowledge.linking.vocabulary import folded, words

_RANK = {"provinces": 0, "districts": 1, "communes-old": 2, "communes-new": 2}
_ABBREVIATED = regex.compile(r"[\s(]+")


@dataclass(frozen=True, slots=True)
class Story:
    """What linking wants of an article: `root` is the article that it repeats, else itself."""

    id: str
    root: str
    province: str | None
    published: str | None
    text: str


def file_article(story: Story, facts: Sequence[dict[str, Any]]) -> Iterator[Filed]:
    """The mentions of an article's facts."""
    yield from _Filing(story, facts).all()


class _Filing:
    def __init__(self, story: Story, facts: Sequence[dict[str, Any]]) -> None:
        self.story = story
        self.facts = facts
        self.register: Register = register()
        self.bodies: Bodies = bodies()
        self.setting = Setting(story.province, _day(story, facts))
        self.family = self.register.family(story.province)
        for fact in facts:
            self._note(fact)

    def _note(self, fact: dict[str, Any]) -> None:
        """Note the units that a fact names outright: they settle “UBND huyện” elsewhere in the article."""
        names = [fact["area"]] if fact["kind"] == "indicator" and fact["area"] else []
        if fact["kind"] == "official":
            parts = [self.bodies.parts(p["organisation"]).place for p in fact["positions"] if p["organisation"]]
            names = [place for place in parts if place]
        for name in names:
            found = self.register.settle(name, self.setting.province, self.setting.day).unit
            if found is not None and found is not NATION:
                self.setting.note(found)

    def all(self) -> Iterator[Filed]:
        """Every mention of every fact."""
        for fact in self.facts:
            file = {"document": self._document, "official": self._official,
                    "program": self._program, "indicator": self._indicator}.get(fact["kind"])  # fmt: skip
            if file is not None:
                yield from file(fact)

    def _mention(self, fact: dict[str, Any], data: list[Any]) -> Mention:
        return Mention(fact["id"], self.story.root, self.setting.day, data)

    def _place(self, fact: dict[str, Any], unit: Unit, written: str, field: str, why: str) -> Filed:
        return Filed("place", unit_key(unit), self._mention(fact, [written, field, why]))

    def _body(
        self, fact: dict[str, Any], name: str | None, field: str, day: str | None = None
    ) -> tuple[Body | None, list[Filed]]:
        """The body of a name, and the mentions of it and of its place."""
        setting = self.setting if day is None else Setting(self.setting.province, day, self.setting.units)
        body = self.bodies.settle(name, setting) if name else None
        if body is None or name is None:
            return None, []
        filed = [Filed("organisation", body.key, self._mention(fact, [name, field, body.why]))]
        if body.unit is not None and body.unit is not NATION:
            filed.append(self._place(fact, body.unit, self.bodies.parts(name).place or "", field, body.why))
        return body, filed

    def _document(self, fact: dict[str, Any]) -> Iterator[Filed]:
        issued = fact["issued"] if fact["issued"] and len(fact["issued"]) == 10 else None
        body, filed = self._body(fact, fact["issuer"], "issuer", issued)
        yield from filed
        if not fact["number"] and not fact["title"]:
            return
        organ = documents.organ_of(fact["code"], fact["symbol"], fact["type"], _kind(self.bodies, fact["issuer"], body))
        block = documents.block_of(fact["number"], fact["type"], fact["type_text"], fact["title"])
        data = documents.data_of(fact, organ, body, self.story.province)
        yield Filed("document", block, self._mention(fact, data))

    def _official(self, fact: dict[str, Any]) -> Iterator[Filed]:
        offices = []
        for number, position in enumerate(fact["positions"]):
            name = position["organisation"]
            body, filed = self._body(fact, name, f"positions.{number}.organisation")
            yield from filed
            if body is None and not name:
                body = people.sole(position["title"])
            unit = body.unit if body else None
            place = unit_key(unit) if unit is not None else None
            where = None if unit is None else people.NATION if unit is NATION else self.register.family(unit.province)
            if unit is not None and unit.table == "provinces":
                place = unit.name
            offices.append([
                position["title"], name, _lasting(body), body.id if body else None, body.kind if body else None, place,
                _RANK.get(unit.table, -1) if unit is not None else None, where,
                unit.province or None if unit is not None else None, position["former"],
            ])  # fmt: skip
        yield Filed("person", people.name_key(fact["name"]), self._mention(fact, [fact["name"], offices, self.family]))

    def _program(self, fact: dict[str, Any]) -> Iterator[Filed]:
        name, type_, known = programs.program_key(fact["name"], fact["type"])
        if name:
            data = [
                fact["name"],
                type_,
                fact["period"],
                fact["parties"],
                self.story.province,
                known,
                self._issuing(fact),
            ]
            yield Filed("program", f"{type_}|{name}", self._mention(fact, data))

    def _issuing(self, fact: dict[str, Any]) -> list[list[str]]:
        """The documents that issued a programme: named right before it with a word such as “phê duyệt” between."""
        found = []
        for document in self.facts:
            if document["kind"] != "document" or not document["number"]:
                continue
            if any(self._issues(d, p) for d in document["evidence"] for p in fact["evidence"]):
                block = documents.block_of(
                    document["number"], document["type"], document["type_text"], document["title"]
                )
                found.append([block, document["id"]])
        return found

    def _issues(self, document: dict[str, Any], program: dict[str, Any]) -> bool:
        between = self.story.text[document["end"] : program["start"]]
        if document["start"] <= program["start"] and program["end"] <= document["end"]:
            return True
        if document["end"] > program["start"] or len(between) > 120 or "\n" in between or "." in between.strip("."):
            return False
        return any(f" {word} " in f" {folded(between)} " for word in _issue_words())

    def _indicator(self, fact: dict[str, Any]) -> Iterator[Filed]:
        area = self._area(fact)
        if fact["sector"] and f" {folded(fact['sector'])} " in f" {folded(fact['area'] or '')} ":
            fact = {**fact, "sector": None}  # a word of the area's own name (Quảng Nam) is no sector
        if area.unit is not None:
            yield self._place(fact, area.unit, fact["area"], "area", area.why)
        yield Filed("series", series.series_key(fact, area), self._mention(fact, series.data_of(fact, area)))

    def _area(self, fact: dict[str, Any]) -> series.Area:
        """Whose figure an indicator is; one without an area, or whose area is left open, is the article's own."""
        text = fact["area"]
        if not text:
            return series.Area(f"A:{self.story.root}", None, "no area is known: told by the article alone")
        found = self._unit(fact, text)
        if found.unit is not None:
            return series.Area(f"U:{unit_key(found.unit)}", found.unit, found.why)
        if found.why.startswith("left open"):
            return series.Area(f"A:{self.story.root}|{folded(text)}", None, found.why)
        body = self.bodies.settle(text, self.setting)
        if body is not None:
            return series.Area(f"O:{body.key}", None, f"a body: {body.why}")
        if self.bodies.parts(text).repeated or self.bodies.parts(text).level or self.bodies.parts(text).scope:
            return series.Area(f"A:{self.story.root}|{folded(text)}", None, "left open: whose body it is")
        return series.Area(f"T:{folded(text)}|{self.family or ''}", None, "by its name; no unit of the register")

    def _unit(self, fact: dict[str, Any], text: str) -> Settled:
        day = self.setting.day or _last_day(fact["period"])
        ends = [end for evidence in fact["evidence"] for _, end in evidence["fields"].get("area", [])]
        behind = [_ABBREVIATED.sub(" ", self.story.text[end : end + 20]).strip().casefold() for end in ends]
        if behind and all(any(b.startswith(word) for word in words("former")) for b in behind):
            day = min(day or LAST_OLD, LAST_OLD)
        return self.register.settle(text, self.setting.province, day)


def _kind(reader: Bodies, issuer: str | None, body: Body | None) -> str | None:
    return body.kind if body is not None else reader.parts(issuer).kind if issuer else None


def _lasting(body: Body | None) -> str | None:
    """A body's key by which its people are told: a province that kept its name in 2025 kept its offices."""
    if body is None or body.unit is None or body.unit.table != "provinces":
        return body.key if body else None
    return f"{body.kind}|{body.unit.name}"


def _day(story: Story, facts: Sequence[dict[str, Any]]) -> str | None:
    """The day that an article speaks from: that of publication, else the last day that it names."""
    if story.published:
        return story.published[:10]
    days = [
        f["value"] for f in facts if f["kind"] == "date" and len(f["value"]) == 10 and f["value"][:2] in ("19", "20")
    ]
    return max(days, default=None)


def _last_day(period: str | None) -> str | None:
    """A day in a period's year, for articles that have no day themselves."""
    last = (period or "").split("/")[-1]
    return f"{last[:4]}-12-31" if last[:4].isdigit() and len(last) >= 4 else None


@lru_cache(maxsize=1)
def _issue_words() -> tuple[str, ...]:
    return tuple(folded(word) for word in words("issues"))


@lru_cache(maxsize=50_000)
def beside(key: str) -> list[str]:
    """The keys of the units without which one is not told whole: those it lies in and those it went into."""
    unit = register().units[key]
    found, seen = [unit], {key}
    for one in found:
        parent = register().parent(one)
        for other in [*([parent] if parent else []), *register().successors.get(unit_key(one), [])]:
            if unit_key(other) not in seen:
                seen.add(unit_key(other))
                found.append(other)
    return [unit_key(u) for u in found[1:]]


__all__ = ["Story", "beside", "file_article"]
