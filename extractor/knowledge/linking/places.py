"""The register of administrative units, and which of them a name means: by level, day, higher unit and province.

Units stand between two days: “Khánh Hòa” up to 30 June 2025 and since are two, linked by succession. A name that fits
several units of its day is settled by the province of the article, or left open.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

from extractor.gazetteer import REFORM, Gazetteer, Unit, gazetteer
from extractor.knowledge.linking.vocabulary import folded, vocabulary, words
from extractor.text import canonical

#: The last day of the units before the reform of 2025.
LAST_OLD = "2025-06-30"
NATION = Unit("Việt Nam", "quốc gia", "", "", "", "", "nation")


def digest(*parts: str) -> str:
    """The id of an entity: 16 hex digits of what it is known by."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


@lru_cache(maxsize=50_000)
def unit_key(unit: Unit) -> str:
    """What a unit is known by; units of one name, level and parent that stood at other times have other keys."""
    return "|".join((unit.level, unit.name, unit.district, unit.province, unit.first, unit.last))


@lru_cache(maxsize=50_000)
def place_id(unit: Unit) -> str:
    """The id of a unit's entity."""
    return digest("place", unit_key(unit))


@dataclass(frozen=True, slots=True)
class Settled:
    """What a name was taken for: the unit (None: left open), and why."""

    unit: Unit | None
    why: str


@dataclass(frozen=True, slots=True)
class _Named:
    """A name taken apart: its units at any time, and those of the higher place written with it."""

    units: tuple[Unit, ...]
    higher: tuple[Unit, ...]


class Register:
    """All units by name, key, and succession."""

    def __init__(self) -> None:
        tables = vocabulary()
        self.names: Gazetteer = gazetteer(tables)
        self.nation = {folded(form) for form in words("nation")}
        self.units: dict[str, Unit] = {unit_key(NATION): NATION}
        for units in self.names.units.values():
            for unit in units:
                self.units.setdefault(unit_key(unit), unit)
        self._now = {u.name: u for u in self.names.provinces if not u.last}
        self.codes = {(row["name"], bool(row["until_2025"])): row["code"] for row in tables["province-codes"]}
        self.verified = {(r["name"], r["valid_from"]) for r in tables["provinces"] if r["verified"] == "yes"}
        self.successors: dict[str, list[Unit]] = {}
        self.predecessors: dict[str, list[Unit]] = defaultdict(list)
        self._provinces_go()
        self._communes_go()

    def _provinces_go(self) -> None:
        for row in vocabulary()["provinces"]:
            if not row["valid_to"]:
                continue
            old = next(u for u in self.names.named(row["name"]) if u.table == "provinces" and u.last == row["valid_to"])
            names = row.forms("successor")
            after = [u for u in self.names.provinces if u.name in names and (not u.last or u.last > row["valid_to"])]
            nearest = [u for u in after if not any(v.name == u.name and v.first < u.first for v in after)]
            self._goes(old, nearest)

    def _communes_go(self) -> None:
        new = {(u.level, u.name, u.province): u for u in self.units.values() if u.table == "communes-new"}
        old: dict[tuple[str, str, str, str], Unit] = {
            (u.level, u.name, u.district, u.province): u for u in self.units.values() if u.table == "communes-old"
        }
        for row in vocabulary()["commune-successors"]:
            before = old.get((row["level"], row["name"], row["district"], row["province"]))
            after = new.get((row["new_level"], row["new_name"], row["new_province"]))
            if before is not None and after is not None:
                self._goes(before, [after])

    def _goes(self, old: Unit, new: list[Unit]) -> None:
        new = [u for u in new if u not in self.successors.get(unit_key(old), [])]
        self.successors.setdefault(unit_key(old), []).extend(new)
        for unit in new:
            self.predecessors[unit_key(unit)].append(old)

    def province(self, name: str, on: str | None) -> Unit | None:
        """The province of a name on a day; without a day only one that never changed."""
        units = [u for u in self.names.named(name) if u.table == "provinces"]
        standing = [u for u in units if u.stood(on)] or units[-1:]
        return standing[0] if len(standing) == 1 else None

    def parent(self, unit: Unit) -> Unit | None:
        """The unit that another lies in: a commune's district where it had one, else its province."""
        if unit.table in ("provinces", "nation"):
            return NATION if unit is not NATION else None
        if unit.table == "communes-old" and unit.district:
            for district in self.names.named(unit.district):
                if district.table == "districts" and district.province == unit.province:
                    return district
        day = unit.last or unit.first or None
        found = self.province(unit.province, day)
        if found is None:
            found = next((u for u in self.names.provinces if u.name == unit.province), None)
        return found

    def family(self, province: str | None) -> str | None:
        """The province of today that a province went into: what its people and papers are told by over time."""
        return (self.names.successor(province) or province) if province else None

    def code(self, unit: Unit) -> str | None:
        """The code of a province, where the list has one."""
        if unit.table != "provinces":
            return None
        old = bool(unit.last) or (unit.name in self._now and not unit.first)
        return self.codes.get((unit.name, bool(unit.last))) or self.codes.get((unit.name, old))

    def settle(self, text: str, province: str | None, on: str | None) -> Settled:
        """The unit that a name means in an article about a province, on a day; `why` says what settled it or not."""
        named = _taken_apart(self, text)
        if named is None:
            return Settled(None, "no unit of the register")
        units, why = self._of_day(named.units, on)
        if named.higher:
            inside = [u for u in units if any(u.province == h.province and _below(u, h) for h in named.higher)]
            inside = inside or [u for u in units if any(self._inside(u, higher) for higher in named.higher)]
            if not inside:
                return Settled(None, "no unit of that name in the unit named with it")
            units, why = inside, "named with the unit it lies in"
        if len(units) > 1 and province:
            own = {province, self.family(province)}
            here = [u for u in units if u.province in own or self.family(u.province) in own]
            nearer = [u for u in here if u.province == province] or here
            if nearer:
                units, why = nearer, f"the article's province: {province}"
        if len(units) > 1:
            return Settled(None, f"left open: {len(units)} units of the name, or of two times")
        return Settled(units[0], why)

    def _of_day(self, units: tuple[Unit, ...], on: str | None) -> tuple[list[Unit], str]:
        standing = [u for u in units if u.stood(on)]
        if on is not None and not standing:
            # A unit that is spoken of after its end: the last that had the name.
            last = max((u.last for u in units if u.last and u.last < on), default="")
            return [u for u in units if u.last == last] or list(units), "a unit that had ended by the day"
        return standing or list(
            units
        ), "the only unit of the name" if on is None else "the only unit of the name on the day"

    def _inside(self, unit: Unit, higher: Unit) -> bool:
        return higher.table == "provinces" and self.family(unit.province) == self.family(higher.name)


def _below(unit: Unit, higher: Unit) -> bool:
    return higher.table == "provinces" or unit.district == higher.name


@lru_cache(maxsize=100_000)
def _taken_apart(register: Register, text: str) -> _Named | None:
    written = canonical(" ".join(text.replace("(", ", ").replace(")", " ").split()), {}).strip(" ,.;")
    if folded(written) in register.nation:
        return _Named((NATION,), ())
    parts = [p.strip() for p in written.split(",") if p.strip()]
    # A name may have commas only between itself and the higher units.
    if not parts:
        return None
    units = _units(register, parts[0])
    if not units:
        return None
    higher = tuple(u for part in parts[1:2] for u in _units(register, part))
    return _Named(tuple(units), higher)


def _units(register: Register, text: str) -> list[Unit]:
    names = register.names
    own = [u for u in names.named(text) if u.table == "provinces"]
    if own:
        return _each(own)
    tokens = text.split(" ")
    for count in (3, 2, 1):
        word = " ".join(tokens[:count])
        level = names.levels.get(word) or names.levels.get(word.lower())
        if level is None or len(tokens) <= count or level.rank > 2:
            continue
        found = names.named(" ".join(tokens[count:]), level.level)
        if not found and level.level == "thành phố":
            # A city of the country's name form: “thành phố Hồ Chí Minh” stands under its province's forms.
            found = [u for u in names.named(" ".join(tokens[count:])) if u.level == "thành phố"]
        if not found and level.rank == 2:
            found = [u for u in names.named(" ".join(tokens[count:])) if u.table.startswith("communes")]
        return _each(found)
    dot = text.split(".", 1)
    if len(dot) == 2 and (level := names.levels.get(dot[0] + ".") or names.levels.get(dot[0])) is not None:
        return _each(names.named(dot[1].strip(), level.level))
    return _each(names.named(text))


def _each(units: list[Unit]) -> list[Unit]:
    """Each unit once: “tỉnh Hà Nam” and its aliases are the same unit."""
    return list(dict.fromkeys(units))


@lru_cache(maxsize=1)
def register() -> Register:
    """The register, built once."""
    return Register()


__all__ = ["LAST_OLD", "NATION", "REFORM", "Register", "Settled", "digest", "place_id", "register", "unit_key"]
