"""The places of `data/`: provinces, districts and communes by name, level and date, old units and new.

Names are looked up by a key in which spelling, capitals and the spaces about hyphens make no difference.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import regex

from extractor import compiled
from extractor import text as text_module
from extractor.pieces import alternation
from extractor.tables import Row, Tables, spelling
from extractor.text import canonical

#: The day on which 63 provinces became 34 and districts ended (Nghị quyết 202/2025/QH15).
REFORM = "2025-07-01"

#: A word of a name, and words with capitals that may be one name or several behind each other.
NAME_WORD = r"(?:\p{Lu}[\p{L}\p{M}]*(?:['’]\p{L}+)*)"
NAME_RUN = regex.compile(
    rf"(?<![\w'’]){NAME_WORD}(?:\s?-\s?{NAME_WORD}|[ ]{NAME_WORD}|[ ]\d{{1,2}}(?![\d/.,%]*\d|\w)){{0,9}}(?!\w)"
)

_HYPHEN = regex.compile(r"\s*-\s*")
#: The tables of units.
TABLES = ("provinces", "districts", "communes-old", "communes-new")
#: The code that makes keys.
_MADE = compiled.code(str(text_module.__file__), __file__)


@dataclass(frozen=True, slots=True)
class Unit:
    """An administrative unit: where it lay and from when to when, ISO dates, empty where the bound is not known."""

    name: str
    level: str
    district: str
    province: str
    first: str
    last: str
    table: str

    def stood(self, on: str | None) -> bool:
        """Was it there on a day? Without a day it may have been."""
        return on is None or ((not self.first or self.first <= on) and (not self.last or on <= self.last))


@dataclass(frozen=True, slots=True)
class Level:
    """A word that says a place's level, and what its names look like (a row of data/place-levels.csv).

    `rank` is 0 for a province, 1 for a district, 2 for a commune, 3 below; `known` asks for a name that data/ has,
    `words` for as many words in a name that it has not; a `body` word (Huyện ủy) is no part of the place; behind a word
    of `not_after` it is part of another one (nông thôn, hợp tác xã).
    """

    level: str
    rank: int
    known: bool
    numbers: bool
    words: int
    body: bool
    not_after: frozenset[str]


class Gazetteer:
    """All units by key, and the words that stand before names."""

    def __init__(self, tables: Tables) -> None:
        self.spelling = spelling(tables)
        self.units: dict[str, list[Unit]] = defaultdict(list)
        self.bare: dict[str, list[Unit]] = {}
        self.districts: dict[str | None, dict[str, list[Unit]]] = defaultdict(lambda: defaultdict(list))
        self.successors: dict[str, tuple[str, ...]] = {}
        self.provinces: list[Unit] = []
        written = list(dict.fromkeys(row["name"] for table in TABLES for row in tables[table]))
        spelled = "\0".join(f"{old} {new}" for old, new in self.spelling.items())
        #: The keys of the tables' names, and the names that are no run of capitals.
        self._keys: dict[str, str]
        self._keys, odd = compiled.known(
            f"places {_MADE} {spelled}\0" + "\0".join(written),
            lambda: (
                {name: self._key(name) for name in written},
                [n for n in written if not n.isdigit() and NAME_RUN.fullmatch(canonical(n, {})) is None],
            ),
        )
        for row in tables["provinces"]:
            self._province(row)
        for row in tables["districts"]:
            last = row["valid_to"]
            self._add(row["name"], Unit(row["name"], row["level"], "", row["province"], "", last, "districts"))
        for key, units in self.units.items():
            for unit in units:
                if unit.table == "districts":
                    for province in {unit.province, self.successor(unit.province)}:
                        self.districts[province][key].append(unit)
        for table in ("communes-old", "communes-new"):
            for row in tables[table]:
                unit = Unit(row["name"], row["level"], row["district"], row["province"],
                            row["valid_from"], row["valid_to"], table)  # fmt: skip
                self._add(row["name"], unit)
        self.levels: dict[str, Level] = {}
        for row in tables["place-levels"]:
            level = Level(
                row["level"],
                int(row["rank"]),
                bool(row["known"]),
                bool(row["numbers"]),
                int(row["words"]),
                bool(row["body"]),
                frozenset(row.forms("not_after")),
            )
            for form in row.forms("written"):
                self.levels.update(dict.fromkeys(_capitals(canonical(form, self.spelling)), level))
        self.level_word = compiled.compile(rf"(?<![\w.])(?:{alternation(self.levels)})(?:(?<=\.)|(?!\w))")
        self.odd_name = compiled.compile(rf"(?:{alternation(sorted(odd))})(?!\w)")
        blockers = [form for row in tables["place-blockers"] if row["means"] != "kind" for form in row.forms("written")]
        self.blocker = compiled.compile(rf"(?r)(?<!\w)(?i:{alternation(blockers)})\.?\s?")
        self.surnames = {canonical(row["surname"], {}).casefold() for row in tables["surnames"]}
        common = (row["surname"] for row in tables["surnames"] if row["frequency_class"] == "common")
        kinds = (form for row in tables["place-blockers"] if row["means"] == "kind" for form in row.forms("written"))
        #: Words with which no name of a place begins that data/ does not have: surnames, kinds of places (xã NTM).
        self.no_names = {canonical(word, {}).casefold() for word in (*common, *kinds)}

    def _province(self, row: Row) -> None:
        name = row["name"]
        unit = Unit(name, row["level"], "", name, row["valid_from"], row["valid_to"], "provinces")
        self.provinces.append(unit)
        if row["valid_to"]:
            self.successors.setdefault(name, ())
            self.successors[name] += tuple(row.forms("successor"))
        refused = {self.key(form) for form in row.forms("not_bare")}
        for form in (name, *row.forms("aliases")):
            self._add(form, unit)
            if self.key(form) not in refused:
                self.bare.setdefault(self.key(form), []).append(unit)

    def _add(self, name: str, unit: Unit) -> None:
        units = self.units[self.key(name)]
        if unit not in units:
            units.append(unit)

    def key(self, name: str) -> str:
        """The form under which a name is looked up."""
        return self._keys.get(name) or self._key(name)

    def _key(self, name: str) -> str:
        text = canonical(name.replace("’", "'"), self.spelling).casefold()
        return _HYPHEN.sub("-", " ".join(text.split()))

    def named(self, name: str, level: str | None = None) -> list[Unit]:
        """The units of a name, of a level where one is given (“thành phố” is a province or a district)."""
        return [u for u in self.units.get(self.key(name), ()) if level is None or u.level == level]

    def successor(self, province: str) -> str | None:
        """The one province of today that a former province went into, or itself where it still stands."""
        now = self.successors.get(province)
        if now is None or any(u.stood(REFORM) for u in self.named(province) if u.table == "provinces"):
            return province
        last = {name for name in now if any(u.stood(REFORM) for u in self.named(name) if u.table == "provinces")}
        return last.pop() if len(last) == 1 else None


def _capitals(form: str) -> Iterable[str]:
    """A level word as it may be written: in small letters, at the head of a sentence, in a headline."""
    return (
        (form, form[:1].upper() + form[1:], form.title(), form.upper()) if form[:1].islower() else (form, form.upper())
    )


def provinces_of(units: Sequence[Unit]) -> list[str]:
    """The provinces that units lie in, each once."""
    return list(dict.fromkeys(u.province for u in units))


@lru_cache(maxsize=4)
def gazetteer(tables: Tables) -> Gazetteer:
    """The gazetteer of a set of tables, built once."""
    return Gazetteer(tables)
