"""Which people are the same: one name, and offices that one person can have had.

Mentions of a name that tell of one body are one person. Persons of a name and a place are taken together when their
offices stand beside or behind each other in time; offices that nobody holds at once keep two people apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import combinations
from typing import Any

import regex

from extractor.entities import Office, PersonEntity
from extractor.knowledge.linking.mention import Mention, links_of, named
from extractor.knowledge.linking.organisations import Body
from extractor.knowledge.linking.places import NATION as UNIT_OF_ALL
from extractor.knowledge.linking.places import digest, unit_key
from extractor.knowledge.linking.vocabulary import folded, threshold, vocabulary

_WORD = regex.compile(r"\w+")
#: Where bodies of the country are.
NATION = "nation"


def sole(title: str) -> Body | None:
    """The body of an office of which the country has one, told without a body (Chủ tịch nước)."""
    kind = folded(title)
    if "sole" not in office_groups(kind, ""):
        return None
    return Body(f"{kind}|{unit_key(UNIT_OF_ALL)}", kind, UNIT_OF_ALL, "an office of which the country has one")


def name_key(name: str) -> str:
    """The key of a person's name: the block in which namesakes are told apart."""
    return folded(name).replace(".", " ").strip()


@dataclass(frozen=True, slots=True)
class Held:
    """An office as a mention tells it: `body` is its key (None: left open), `place` that of its unit, `rank` its level.

    `where` is the province by what it is today, `nation` for bodies of the country, None where nothing settles it.
    """

    title: str
    organisation: str | None
    body: str | None
    body_id: str | None
    kind: str | None
    place: str | None
    rank: int | None
    where: str | None
    province: str | None
    former: bool

    def groups(self) -> set[str]:
        """The groups of data/linking/offices.csv that it belongs to."""
        return set(office_groups(folded(self.title), self.kind or ""))

    @property
    def member(self) -> bool:
        """Is it a seat among many?"""
        return "member" in self.groups()


@lru_cache(maxsize=20_000)
def office_groups(title: str, kind: str) -> tuple[str, ...]:
    """The groups of data/linking/offices.csv that an office belongs to, by its folded title and its body's kind."""
    found = []
    for row in vocabulary()["offices"]:
        begins = [folded(form) for form in row.forms("body_begins")]
        if folded(row["title"]) != title:
            continue
        if not begins or any(kind == begin or kind.startswith(begin + " ") for begin in begins):
            found.append(row["group"])
    return tuple(found)


class _Told:
    """A mention with its offices; `where` is the province of its article."""

    def __init__(self, mention: Mention) -> None:
        self.mention = mention
        self.name: str = mention.data[0]
        self.where: str | None = mention.data[2]
        self.offices = [Held(*office) for office in mention.data[1]]

    def bodies(self) -> set[str]:
        """The bodies that tell who this is: not those of the country that many are members of."""
        return {o.body for o in self.offices if o.body and not (o.where == NATION and o.member)}


class _Person:
    """Mentions taken for one person, with why each is there, and each office with the first and last day of it."""

    def __init__(self, told: Iterable[tuple[_Told, str]]) -> None:
        self.told = list(told)
        self.offices: dict[Held, _Days] = {}
        for one, _ in self.told:
            for office in one.offices:
                day = one.mention.day
                known = self.offices.get(office)
                self.offices[office] = _Days(day, day) if known is None else known.with_(_Days(day, day))
        self._first = min((t.mention.day or "9999", t.mention.fact) for t, _ in self.told)

    def take(self, other: _Person, why: str) -> None:
        """Take another's mentions."""
        self.told += [(t, why) for t, _ in other.told]
        for office, days in other.offices.items():
            known = self.offices.get(office)
            self.offices[office] = days if known is None else known.with_(days)
        self._first = min(self._first, other.first())

    def first(self) -> tuple[str, str]:
        """What the person is known by: the earliest mention."""
        return self._first

    @property
    def anchored(self) -> bool:
        """Is any office one of a body that is settled?"""
        return any(o.body for o in self.offices)

    def places(self) -> set[tuple[str, int]]:
        """The units of the offices, with their ranks."""
        return {(o.place, o.rank) for o in self.offices if o.place is not None and o.rank is not None}

    def wheres(self) -> set[str]:
        """The provinces of the offices."""
        return {o.where for o in self.offices if o.where}

    def titles(self) -> set[str]:
        """The titles of the offices, folded."""
        return {folded(o.title) for o in self.offices}

    def days(self) -> _Days:
        """The first and the last day on which an office is told of that is not over."""
        found = [days for office, days in self.offices.items() if not office.former]
        if not found:
            return _Days(None, None)
        total = found[0]
        for days in found[1:]:
            total = total.with_(days)
        return total


@dataclass(frozen=True, slots=True)
class _Days:
    """The first and last day of mentions; None where one of them has no day."""

    first: str | None
    last: str | None

    def with_(self, other: _Days) -> _Days:
        if self.first is None or other.first is None or self.last is None or other.last is None:
            return _Days(None, None)
        return _Days(min(self.first, other.first), max(self.last, other.last))

    def apart_from(self, other: _Days) -> bool:
        """Does one lie wholly before the other?"""
        if self.first is None or other.first is None or self.last is None or other.last is None:
            return False
        return self.last < other.first or other.last < self.first


def resolve(mentions: Iterable[Mention]) -> list[PersonEntity]:
    """The people that the mentions of one name mean."""
    told = [_Told(m) for m in sorted(mentions, key=lambda m: m.fact)]
    persons = sorted(_by_body(told), key=_Person.first)
    settled = _careers(_one_place([p for p in persons if p.anchored]))
    settled += _open_ones([p for p in persons if not p.anchored], settled)
    return [_entity(person) for person in sorted(settled, key=_Person.first)]


def _by_body(told: Sequence[_Told]) -> list[_Person]:
    """Mentions of one body, or of bodies that one mention has together, are one person."""
    parent = list(range(len(told)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    held: dict[str, int] = {}
    for i, one in enumerate(told):
        for body in sorted(one.bodies()):
            first, other = sorted((root(i), root(held.setdefault(body, i))))
            parent[other] = first
    groups: dict[int, list[int]] = defaultdict(list)
    for i in range(len(told)):
        groups[root(i)].append(i)
    why = {True: "the same name in the same body", False: "its own mention"}
    return [_Person([(told[i], why[len(members) > 1]) for i in members]) for members in groups.values()]


def _one_place(persons: Sequence[_Person]) -> list[_Person]:
    """People of one name in bodies of one place are taken together, unless nobody can have both offices at once."""
    found: list[_Person] = []
    by_place: dict[str, list[_Person]] = defaultdict(list)
    for person in persons:
        places = sorted({place for place, _ in person.places()})
        near = [p for place in places for p in by_place[place]]
        same, why = next((p for p in near if not apart(p, person)), None), "the same name and place"
        if same is None and any(o.where in (None, NATION) for o in person.offices):
            same, why = next((p for p in found if _like(p, person)), None), "the same name and title in a like body"
        if same is None:
            found.append(person)
        else:
            same.take(person, why)
        for place in places:
            by_place[place].append(same or person)
    return found


def _like(a: _Person, b: _Person) -> bool:
    """Do both have one title in bodies outside of the provinces, of which one's name is part of the other's?"""
    for x in a.offices:
        for y in b.offices:
            if x.kind and y.kind and folded(x.title) == folded(y.title) and {x.where, y.where} <= {None, NATION}:
                one, other = sorted((set(_WORD.findall(x.kind)), set(_WORD.findall(y.kind))), key=len)
                if one and one <= other:
                    return True
    return False


def _careers(persons: list[_Person]) -> list[_Person]:
    """People of one name and province, one office wholly behind the other, where each can only be the other."""
    while True:
        by_where: dict[str, list[_Person]] = defaultdict(list)
        for person in persons:
            for where in sorted(person.wheres() - {NATION}):
                by_where[where].append(person)
        partners: dict[int, dict[int, _Person]] = defaultdict(dict)
        for group in by_where.values():
            # So many of one name in one province cannot be told apart by time.
            for a, b in combinations(group, 2) if len(group) <= threshold("namesakes") else ():
                if _follows(a, b) and not apart(a, b):
                    partners[id(a)][id(b)] = b
                    partners[id(b)][id(a)] = a
        sure = next(
            ((p, q) for p in sorted(persons, key=_Person.first) if len(partners[id(p)]) == 1
             for q in partners[id(p)].values() if len(partners[id(q)]) == 1), None,
        )  # fmt: skip
        if sure is None:
            return persons
        one, other = sorted(sure, key=_Person.first)
        one.take(other, "the same name and province, one office behind the other")
        persons = [p for p in persons if p is not other]


def _follows(a: _Person, b: _Person) -> bool:
    """Are the offices of neighbouring levels above the communes, and one's wholly behind the other's in time?"""
    ranks = [{rank for _, rank in p.places()} for p in (a, b)]
    if not all(ranks) or any(2 in r for r in ranks) or min(abs(x - y) for x in ranks[0] for y in ranks[1]) > 1:
        return False
    return a.days().apart_from(b.days())


def apart(one: _Person, other: _Person) -> bool:
    """Do two have offices that nobody holds at one time, told of at one time?"""
    return any(
        excluding(a, b) and not days.apart_from(others)
        for a, days in one.offices.items()
        for b, others in other.offices.items()
    )


def excluding(a: Held, b: Held) -> bool:
    """Are two offices of different bodies such that nobody has both at once?"""
    if a.former or b.former or a.body is None or b.body is None or a.body == b.body:
        return False
    return bool((a.groups() & b.groups()) - {"head", "member", "sole"})


def _open_ones(persons: Sequence[_Person], settled: Sequence[_Person]) -> list[_Person]:
    """Mentions whose bodies are open go to the only person they can mean, or stay by themselves; those that stay."""
    left: list[_Person] = []
    before = [(p, p.wheres(), p.titles()) for p in settled]
    for person in persons:
        where, titles = person.told[0][0].where, person.titles()
        here = [(p, known) for p, wheres, known in before if where is None or not wheres - {NATION} or where in wheres]
        titled = [p for p, known in here if titles & known]
        own = [p for p, wheres, _ in before if where is not None and where in wheres]
        if len(titled) == 1 and (len(here) == 1 or where is not None):
            titled[0].take(person, "the same name and title; the only such person it can mean")
        elif len(own) == 1 and len(here) == 1:
            own[0].take(person, "the same name; the only such person of the article's province")
        else:
            left.append(person)
    return _together(left)


def _together(persons: Sequence[_Person]) -> list[_Person]:
    """Open mentions of one title and province (or of none), within some weeks of each other, are one person."""
    found: list[_Person] = []
    latest: dict[tuple[str | None, str], _Person] = {}
    near = int(threshold("near_days"))
    for person in persons:
        told = person.told[0][0]
        keys = [(told.where, title) for title in sorted(person.titles())]
        known = next((latest[k] for k in keys if k in latest), None)
        if known is not None and _days_between(known.told[-1][0].mention.day, told.mention.day) <= near:
            known.take(person, f"the same name and title within {near} days")
        else:
            known = person
            found.append(person)
        latest.update(dict.fromkeys(keys, known))
    return found


def _days_between(one: str | None, other: str | None) -> int:
    if one is None or other is None:
        return 10**6
    return abs((date.fromisoformat(one[:10]) - date.fromisoformat(other[:10])).days)


def _entity(person: _Person) -> PersonEntity:
    facts = sorted({t.mention.fact for t, _ in person.told})
    name, aliases = named((t.name, t.mention.fact) for t, _ in person.told)
    offices: dict[tuple[Any, ...], list[tuple[Held, _Told]]] = defaultdict(list)
    for told, _ in person.told:
        for held in told.offices:
            key = (held.body or folded(held.organisation or ""), folded(held.title), held.former)
            offices[key].append((held, told))
    provinces = sorted(h.province for held in offices.values() for h, _ in held if h.province)
    found = [_office(held) for held in offices.values()]
    found.sort(key=lambda o: (o.first or "9999", o.title, o.organisation or "", o.former))
    province = max(set(provinces), key=lambda p: (provinces.count(p), p), default=None)
    return PersonEntity(
        id=digest("person", *person.first(), name_key(name)), name=name, aliases=aliases, province=province,
        offices=found, facts=facts, links=links_of((t.mention.fact, why, None) for t, why in person.told),
    )  # fmt: skip


def _office(held: Sequence[tuple[Held, _Told]]) -> Office:
    days = sorted(t.mention.day for _, t in held if t.mention.day)
    titles, _ = named((h.title, t.mention.fact) for h, t in held)
    organisation, _ = named((h.organisation, t.mention.fact) for h, t in held if h.organisation)
    first = held[0][0]
    return Office(
        title=titles, organisation=organisation or None, organisation_id=first.body_id, province=first.province,
        former=first.former, first=days[0] if days else None, last=days[-1] if days else None,
        facts=sorted({t.mention.fact for _, t in held}),
    )  # fmt: skip
