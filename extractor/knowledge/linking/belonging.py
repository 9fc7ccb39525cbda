"""Places and organisations as entities: what the register and the successions say of each, and who names it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from extractor.entities import OrganisationEntity, PlaceEntity
from extractor.gazetteer import Unit
from extractor.knowledge.linking.mention import Gathered, links_by, named_by
from extractor.knowledge.linking.organisations import bodies, successions_into, successor_keys
from extractor.knowledge.linking.places import LAST_OLD, NATION, digest, place_id, register, unit_key

#: Does a block (type, key) have an entity?
Known = Callable[[str, str], bool]


def place_entity(key: str, told: Gathered, known: Known) -> PlaceEntity:
    """The entity of a unit; `aliases` are the forms of the register and those that were written."""
    units = register()
    unit = units.units[key]
    first, written = named_by((str(data[0]), facts) for data, facts in told if data[0])
    name = f"{unit.level} {unit.name}" if unit is not NATION else unit.name
    forms = {form for form in (first, *written) if form and form != name}
    parent = units.parent(unit)
    new = unit.table == "communes-new" or (unit.table == "provinces" and not unit.last)
    return PlaceEntity(
        id=place_id(unit), name=name, aliases=sorted(forms), level=unit.level, code=units.code(unit),
        district=unit.district or None, province=unit.province or None, parent=place_id(parent) if parent else None,
        valid_from=unit.first or None, valid_to=unit.last or (None if new else _end(unit)),
        successors=sorted(place_id(u) for u in units.successors.get(key, [])),
        predecessors=sorted(
            place_id(u) for u in dict.fromkeys(units.predecessors.get(key, [])) if known("place", unit_key(u))
        ),
        verified=unit is NATION or (unit.table == "provinces" and (unit.name, unit.first) in units.verified),
        facts=_facts(told), links=links_by((facts, str(data[2]), str(data[1])) for data, facts in told),
    )  # fmt: skip


def _end(unit: Unit) -> str | None:
    """Districts ended with the reform, whatever the list says of them."""
    return LAST_OLD if unit.table == "districts" else None


def organisation_entity(key: str, told: Gathered, known: Known) -> OrganisationEntity:
    """The entity of a body; its successor and predecessors are told where they are entities too."""
    kind, _, unit_part = key.partition("|")
    unit = register().units.get(unit_part)
    written = [(str(data[0]), facts) for data, facts in told]
    whole = [(form, facts) for form, facts in written if _whole(form, unit) == form]
    name, _ = named_by(whole or [(_whole(form, unit), facts) for form, facts in written])
    forms = {form for form, _ in written}
    after = [(k, since) for k, _, since in successor_keys(kind, unit) if known("organisation", k)]
    before = [k for k in successions_into(kind, unit) if known("organisation", k)]
    ends = [since for _, _, since in successor_keys(kind, unit)]
    begins = unit.first if unit is not None and unit.first else None
    return OrganisationEntity(
        id=digest("organisation", key), name=name, aliases=sorted(forms - {name}), body=kind,
        place=place_id(unit) if unit is not None else None, province=(unit.province or None) if unit else None,
        valid_from=begins, valid_to=_before(min(ends)) if ends else (unit.last or None) if unit else None,
        successor=digest("organisation", after[0][0]) if after else None,
        predecessors=sorted(digest("organisation", k) for k in before),
        facts=_facts(told), links=links_by((facts, str(data[2]), str(data[1])) for data, facts in told),
    )  # fmt: skip


def _whole(written: str, unit: Unit | None) -> str:
    """A body's name with its place, where that is not in it."""
    if unit is None or unit is NATION or bodies().parts(written).place is not None:
        return written
    last = written.split(" ")[-1].casefold()
    return (
        f"{written} {unit.name}" if last in ("ủy", unit.level.split(" ")[-1]) else f"{written} {unit.level} {unit.name}"
    )


def _facts(told: Gathered) -> list[str]:
    return sorted({fact for _, facts in told for fact in facts})


def _before(day: str) -> str:
    """The day before a day."""
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def beside_place(key: str) -> list[str]:
    """The keys of the units whose entity tells whether one is there."""
    units = register()
    return [unit_key(u) for u in units.successors.get(key, [])]


def before_place(key: str) -> list[str]:
    """The keys of the units that went into one: its entity tells which of them are there."""
    return [unit_key(u) for u in register().predecessors.get(key, [])]


def beside_organisation(key: str) -> list[str]:
    """The keys of the bodies whose entities tell whether one is there."""
    kind, _, unit_part = key.partition("|")
    unit = register().units.get(unit_part)
    return [*(k for k, _, _ in successor_keys(kind, unit)), *successions_into(kind, unit)]
