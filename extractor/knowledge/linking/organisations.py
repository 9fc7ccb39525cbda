"""Which body a name means: its kind, and the administrative unit that it belongs to.

“UBND tỉnh”, “Ủy ban nhân dân tỉnh Bến Tre” and “UBND tỉnh Bến Tre” in an article of Bến Tre are one body. A body that
every place has, whose place nothing settles, is left open.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

import regex

from extractor.gazetteer import Unit
from extractor.knowledge.linking.places import NATION, Register, digest, register, unit_key
from extractor.knowledge.linking.vocabulary import folded, vocabulary, words
from extractor.text import canonical

#: The levels of data/place-levels.csv by what stands for them at the end of a body's name (“UBND tỉnh”).
_RANKS = {"tỉnh": 0, "thành phố": 1, "huyện": 1, "quận": 1, "thị xã": 1, "xã": 2, "phường": 2, "thị trấn": 2}
#: A level's abbreviation with the name right behind its full stop (TP.Cà Mau).
_JOINED = regex.compile(r"(?<!\w)(\p{Lu}\p{L}?\.)(?=\p{Lu}\p{Ll})")
#: What makes a form an abbreviation: letters with capitals only, an ampersand.
_SHORT = regex.compile(r"\p{Lu}{2}|&")
_WORDS = {"province": 0, "city": 1, "district": 1}


@dataclass(slots=True)
class Setting:
    """What an article settles for the names in it: its province, its day, and the units that its facts name."""

    province: str | None
    day: str | None
    units: dict[str, Unit] = field(default_factory=dict)

    def note(self, unit: Unit) -> None:
        """Note a unit that the article names."""
        self.units[unit_key(unit)] = unit

    def only(self, levels: Iterable[str]) -> Unit | None:
        """The only unit of some levels that the article names."""
        found = [u for u in self.units.values() if u.level in levels and u.table != "provinces"]
        return found[0] if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class Body:
    """A body: its key, its kind in one spelling, its unit (None for one outside of the units), and why."""

    key: str
    kind: str
    unit: Unit | None
    why: str

    @property
    def id(self) -> str:
        """The id of its entity."""
        return digest("organisation", self.key)


@dataclass(frozen=True, slots=True)
class _Parts:
    """A name taken apart: kind, the place as written, a level without a name, the scope that its kind has."""

    kind: str
    place: str | None
    level: str | None
    scope: str | None
    repeated: bool


class Bodies:
    """Takes names of bodies apart and settles them."""

    def __init__(self, units: Register) -> None:
        tables = vocabulary()
        self.register = units
        short: dict[str, str] = {row["short"]: row["full"] for row in tables["body-abbreviations"]}
        self._names: dict[str, str] = {}
        for table, name, forms in (("bodies", "body", "forms"), ("issuers", "name", "aliases")):
            for row in tables[table]:
                for form in row.forms(forms):
                    self._names.setdefault(folded(form), folded(row[name]))
                    if _SHORT.search(form):
                        short.setdefault(canonical(form, {}), canonical(row[name], {}))
        self._short = short
        longest = sorted(short, key=lambda form: (-len(form), form))
        self._abbreviation = regex.compile(rf"(?<![\w.])(?:{'|'.join(map(regex.escape, longest))})(?!\w)")
        self._scopes = sorted(
            ((folded(form), row["scope"]) for row in tables["organisation-scopes"] for form in row.forms("begins")),
            key=lambda pair: -len(pair[0]),
        )
        self._repeated = tuple(folded(form) for form in words("repeated"))
        self._wider = tuple(folded(form) for form in words("wider"))
        self._countries = tuple(
            folded(form) for row in tables["countries"] for form in row.forms(tables["countries"].columns[0])
        )
        self._whole = {folded(row["body"]) for row in tables["bodies"] if row["tail"] in ("place", "local", "open")}
        self._central = {folded(row["body"]) for row in tables["bodies"] if row["level"] == "trung ương"}
        self.levels = units.names.levels

    @lru_cache(maxsize=200_000)  # noqa: B019 (there is one of these, for the process's life)
    def parts(self, name: str) -> _Parts:
        """A name taken apart, whatever article it stands in."""
        written = canonical(" ".join(_JOINED.sub(r"\1 ", name).split()), {}).strip(" ,.;")
        head, place = self._place(written)
        kind = folded(self._abbreviation.sub(lambda m: self._short[m[0]], head))
        level, spoken = None, kind
        if place is None:
            for word in _RANKS:
                if kind.endswith(" " + word):
                    kind, level = kind[: -len(word) - 1], word
                    break
        else:
            first = place.split(" ")[0]
            for word in _RANKS:
                if folded(first) == word and kind == "":
                    kind = word
        kind = self._names.get(kind, kind)
        scope = next((s for begins, s in self._scopes if _begins(kind, begins)), None)
        if scope == "nation" and _begins(kind, "bộ") and kind not in self._whole | self._central:
            scope = None  # a ministry that the country does not have
        for begins in ("tỉnh ủy", "thành ủy", "huyện ủy", "quận ủy", "thị ủy"):
            if scope in (None, "nation") and kind.endswith(" " + begins):
                scope = next(s for b, s in self._scopes if b == begins)
        if place is None and (" trung ương" in f" {spoken}" or spoken.endswith(" việt nam")):
            scope = "nation"
        repeated = kind in self._whole or any(_begins(kind, begins) for begins in self._repeated)
        if place is None and any(f" {word} " in f" {spoken} " for word in self._wider):
            repeated = False
        if place is None and any(spoken.endswith(f" {country}") for country in self._countries):
            scope, repeated = None, False  # a body of another country
        return _Parts(kind, place, level, scope, repeated)

    def _place(self, written: str) -> tuple[str, str | None]:
        """A name's head and the place at its end; a level word that names an office stays in the head."""
        tokens = written.split(" ")
        for first in range(len(tokens)):
            tail = " ".join(tokens[first:])
            for count in (3, 2, 1):
                level = self.levels.get(" ".join(tokens[first : first + count]))
                if level is None or len(tokens) <= first + count or level.rank > 2:
                    continue
                if level.body:
                    return " ".join(tokens[: first + count]), self._levelled(tokens[first + count :], level.level)
                if first and self.register.settle(tail, None, None).why != "no unit of the register":
                    return " ".join(tokens[:first]), tail
            if first and self._stands_bare(tail):
                head = " ".join(tokens[:first])
                body = self.levels.get(" ".join(tokens[max(0, first - 2) : first]))
                return head, self._levelled(tokens[first:], body.level) if body is not None and body.body else tail
        return written, None

    def _levelled(self, tokens: list[str], level: str) -> str | None:
        """The place behind a word such as Huyện ủy, with the level that the word says."""
        name = " ".join(tokens)
        if not name:
            return None
        if name.split(" ")[0].casefold() in _RANKS or self.register.names.named(name, level) == []:
            return name
        return f"{level} {name}"

    def _stands_bare(self, tail: str) -> bool:
        return tail[:1].isupper() and self.register.names.key(tail) in self.register.names.bare

    def settle(self, name: str, setting: Setting) -> Body | None:
        """The body that a name means in an article; None where it is left open."""
        parts = self.parts(name)
        if not parts.kind:
            return None
        if parts.place is not None:
            found = self.register.settle(parts.place, setting.province, setting.day)
            if found.unit is None:
                return None
            kind = _plain(parts.kind, found.unit.level)
            return Body(f"{kind}|{unit_key(found.unit)}", kind, found.unit, f"the place named with it; {found.why}")
        if parts.scope == "nation" and parts.level is None:
            return Body(f"{parts.kind}|{unit_key(NATION)}", parts.kind, NATION, "a body of the country")
        unit, why = self._implied(parts, setting)
        if unit is not None:
            kind = _plain(parts.kind, unit.level)
            return Body(f"{kind}|{unit_key(unit)}", kind, unit, why)
        if parts.level is not None or parts.scope is not None:
            return None
        if parts.repeated:
            return self._repeated_one(parts, setting)
        return Body(f"{parts.kind}|", parts.kind, None, "a name of its own")

    def _implied(self, parts: _Parts, setting: Setting) -> tuple[Unit | None, str]:
        """The unit that a level without a name means in an article."""
        level, scope = parts.level, parts.scope
        if level is None and scope is None:
            return None, ""
        rank = _RANKS[level] if level is not None else _WORDS[str(scope)]
        province = self.register.province(setting.province, setting.day) if setting.province else None
        if rank == 0 or (level is None and scope == "province"):
            return province, f"the article's province: {setting.province}"
        if level == "thành phố" or scope == "city":
            if province is not None and province.level == "thành phố":
                return province, f"the article's province: {setting.province}"
            return setting.only(("thành phố",)), "the only city of a province that the article names"
        levels = (level,) if level is not None else ("huyện", "quận", "thị xã")
        return setting.only(levels), "the only unit of the level that the article names"

    def _repeated_one(self, parts: _Parts, setting: Setting) -> Body | None:
        """A body such as many places have, with a name of its own: told by the province of the article."""
        province = self.register.province(setting.province, setting.day) if setting.province else None
        if province is None or parts.kind in self._whole or " " not in parts.kind:
            return None
        if any(f" {word} " in parts.kind for word in _RANKS):
            return None  # of a unit that the register does not have
        key = f"{parts.kind}|{unit_key(province)}"
        return Body(key, parts.kind, province, f"such bodies are told by the article's province: {setting.province}")


def _begins(kind: str, word: str) -> bool:
    return kind == word or kind.startswith(word + " ")


def _plain(kind: str, level: str) -> str:
    """A kind without what its unit says: “ubnd tỉnh” → “ubnd”, “mặt trận tổ quốc việt nam” → “mặt trận tổ quốc”."""
    return kind.removesuffix(" " + level).replace(" việt nam", "")


@lru_cache(maxsize=1)
def bodies() -> Bodies:
    """The reader of names of bodies, built once."""
    return Bodies(register())


def successor_keys(kind: str, unit: Unit | None) -> list[tuple[str, str, str]]:
    """(key, kind, since) of the bodies that one went into: by organisation-successions.csv, or with its unit."""
    found = []
    for row in _successions().get(kind, ()):
        found.append((f"{row[0]}|{unit_key(unit) if unit else ''}", row[0], row[1]))
    if not found and unit is not None:
        for after in register().successors.get(unit_key(unit), []):
            found.append((f"{kind}|{unit_key(after)}", kind, _next_day(unit.last)))
    return found


def _next_day(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()


@lru_cache(maxsize=1)
def _successions() -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for row in vocabulary()["organisation-successions"]:
        old, new = (bodies().parts(row[name]).kind for name in ("body", "successor"))
        found.setdefault(old, []).append((new, row["since"]))
    return found


def successions_into(kind: str, unit: Unit | None) -> list[str]:
    """The keys of the bodies that went into one."""
    place = unit_key(unit) if unit is not None else ""
    before = [f"{old}|{place}" for old, rows in sorted(_successions().items()) if any(row[0] == kind for row in rows)]
    if unit is not None and not _successions().get(kind):
        before += [f"{kind}|{unit_key(u)}" for u in dict.fromkeys(register().predecessors.get(place, []))]
    return before
