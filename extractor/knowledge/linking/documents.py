"""Which documents are the same: by issuer, type, number, and the year or committee term in which numbers run.

Numbers of state bodies begin anew every year, those of Party committees every term (data/linking/terms.csv). A mention
without a date belongs to the only document that it can mean, or stays by itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import regex

from extractor.entities import DocumentEntity, IssueDay
from extractor.knowledge.linking.mention import Mention, links_of, named
from extractor.knowledge.linking.organisations import Body
from extractor.knowledge.linking.places import digest, register
from extractor.knowledge.linking.vocabulary import folded, threshold, vocabulary
from extractor.records import DocumentType

#: The year in a code (107/2020/NĐ-CP), and an organ's number of its term (QH13).
_YEAR = regex.compile(r"/((?:19|20)\d\d)/")
_ASSEMBLY = regex.compile(r"(?:UBTV)?QH(?=\d+$)")
#: Types whose symbol is the same letters in Party papers.
_TWINS = {"regulation": "decision"}


@dataclass(frozen=True, slots=True)
class Organ:
    """Who signs: the family of the symbol, whether the country or every place has one, what its numbers run in."""

    family: str
    scope: str
    by: str


@lru_cache(maxsize=1)
def _organs() -> tuple[dict[str, Organ], dict[str, Organ]]:
    """Organs by the last part of a symbol, and by how the name of an issuer begins."""
    by_symbol: dict[str, Organ] = {}
    by_name: dict[str, Organ] = {}
    for row in vocabulary()["symbol-organs"]:
        for form in row.forms("organ"):
            family = form if row["family"] == "own" else row["family"]
            organ = Organ(family, row["scope"], row["numbered_by"])
            by_symbol[form.casefold()] = organ
            for name in row.forms("issuers"):
                by_name.setdefault(folded(name), organ)
    for row in vocabulary()["type-issuers"]:
        by_name[f"type:{row['type']}"] = by_symbol[row["family"].casefold()]
    return by_symbol, by_name


def organ_of(code: str | None, symbol: str | None, type_: str, kind: str | None) -> Organ | None:
    """Who signs a document, by its symbol, else its issuer's kind (`Body.kind`), else its type."""
    by_symbol, by_name = _organs()
    if symbol:
        parts = [p for p in regex.split(r"[-/]", symbol) if p]
        for part in reversed(parts):
            if (m := _ASSEMBLY.match(part)) is not None:
                part = m[0]
            if part.casefold() in by_symbol:
                return by_symbol[part.casefold()]
        if len(parts) > 1:
            return Organ(parts[-1], "place" if kind is None else "named", "year")
    if kind is not None:
        for name in sorted(by_name, key=lambda n: (-len(n), n)):
            if kind == name or kind.startswith(name + " "):
                return by_name[name]
        return Organ(kind, "named", "year")
    return by_name.get(f"type:{type_}")


def block_of(number: str | None, type_: str, type_text: str | None, title: str | None) -> str:
    """The block of a document: its number and the letters that its type is written with; without one, its title."""
    kind = folded(type_text) if type_ == "other" and type_text else _TWINS.get(type_, type_)
    if number:
        return f"{kind}|{number.casefold().lstrip('0') or '0'}"
    return f"{kind}||{folded(title or '')}"


@lru_cache(maxsize=10_000)
def term_of(day: str, scope: str) -> str | None:
    """The committee term in which a day lies, at the nation's, a province's or a district's level."""
    level = scope if scope in ("nation", "province") else "district"
    for row in vocabulary()["terms"]:
        if row["scope"] == level and row["first"] <= day <= row["last"]:
            return row["term"]
    return None


def data_of(
    fact: dict[str, object], organ: Organ | None, body: Body | None, province: str | None
) -> list[object]:  # fmt: skip
    """What the resolver wants of a document fact: its fields, who signs, and of which place."""
    place = None
    if organ is not None and organ.scope == "nation":
        place = ""
    elif body is not None:
        unit = body.unit
        place = f"{unit.level}|{unit.name}|{unit.district}|{unit.province}" if unit is not None else body.key
    elif organ is not None and organ.scope == "province" and province:
        place = f"@{register().family(province)}|{province}"
    fields = ("code", "number", "symbol", "type", "type_text", "issuer", "issued", "title")
    return [*(fact[name] for name in fields), organ and [organ.family, organ.scope, organ.by], place,
            body.id if body else None, province]  # fmt: skip


class _Read:
    """A mention's fields by name."""

    def __init__(self, mention: Mention) -> None:
        self.mention = mention
        (self.code, self.number, self.symbol, self.type, self.type_text, self.issuer, self.issued, self.title,
         organ, self.place, self.body, self.province) = mention.data  # fmt: skip
        self.family: str | None = organ[0] if organ else None
        self.scope: str = organ[1] if organ else ""
        self.by: str = organ[2] if organ else "year"
        self.day = self.issued if self.issued and len(self.issued) == 10 else None
        in_code = _YEAR.search(self.code or "")
        self.year = in_code[1] if in_code else self.issued[:4] if self.issued and self.issued[:4].isdigit() else None
        self.slot = self._slot(in_code is not None)
        # An article's province stands for the place of a provincial organ that is named without one.
        if isinstance(self.place, str) and self.place.startswith("@"):
            self.place = _provincial(self.place[1:].split("|")[1])

    def _slot(self, year_in_code: bool) -> str | None:
        if self.by == "term" and not year_in_code and self.year:
            return term_of(self.day or f"{self.year}-07-01", self.scope) or self.year
        return self.year

    @property
    def settled(self) -> bool:
        return self.family is not None and self.place is not None

    def spoken_slot(self) -> str | None:
        """The year or term in which the article was written."""
        day = self.mention.day
        if day is None:
            return None
        return (term_of(day, self.scope) or day[:4]) if self.by == "term" else day[:4]


def _provincial(province: str) -> str:
    unit = register().names.named(province)
    level = next((u.level for u in unit if u.table == "provinces"), "tỉnh")
    return f"{level}|{province}||{province}"


@dataclass(slots=True)
class _Cluster:
    """The mentions of one document, with why each is there."""

    key: tuple[str, ...]
    members: list[tuple[_Read, str]]

    def first_day(self) -> str:
        days = [r.day or f"{r.year}-01-01" for r, _ in self.members if r.year or r.day]
        return min(days, default="")

    def titles(self) -> set[str]:
        return {folded(r.title) for r, _ in self.members if r.title}


def resolve(mentions: Iterable[Mention]) -> list[DocumentEntity]:
    """The documents that the mentions of one block mean."""
    reads = [_Read(m) for m in sorted(mentions, key=lambda m: m.fact)]
    clusters: dict[tuple[str, ...], _Cluster] = {}

    def put(read: _Read, key: tuple[str, ...], why: str) -> None:
        clusters.setdefault(key, _Cluster(key, [])).members.append((read, why))

    placeless: list[_Read] = []
    undated: list[_Read] = []
    numbers: list[_Read] = []
    for read in reads:
        if not read.settled:
            (placeless if read.family else numbers).append(read)
        elif read.slot is None and read.number:
            undated.append(read)
        else:
            what = f"term {read.slot}" if read.by == "term" else f"year {read.slot}"
            put(
                read, _key(read, read.slot or ""), f"number, type and issuer, {what}" if read.slot else "type and title"
            )
    dated = _by_issuer(clusters.values())
    alone: dict[tuple[str, ...], list[_Read]] = defaultdict(list)
    for read in undated:
        known = [c for c in dated.get(_issuer(read), []) if not _later(c, read)]
        found, why = _only(read, known)
        if found is not None:
            put(read, found.key, why)
        elif not known:
            alone[_key(read, f"~{read.spoken_slot() or ''}")].append(read)
        else:
            put(read, _key(read, f"?{read.mention.root}"), "left open: without a date it may be several documents")
    for key, group in alone.items():
        for read in group:
            put(
                read,
                key,
                f"number, type and issuer; told without a date in {key[-1][1:] or 'an article without a day'}",
            )
    before = list(clusters.values())
    for read in placeless:
        same = [c for c in before if c.key[1] == read.family and _same_day(c, read)] if read.day else []
        if len(same) == 1:
            put(read, same[0].key, "number, type and day; the only such document")
        elif read.day:
            put(read, _key(read, f"?{read.day}"), "number, type and day; its place is left open")
        else:
            put(read, _key(read, f"?{read.mention.root}"), "left open: neither its place nor its day is known")
    for read in numbers:
        same = [c for c in before if c.key[0] == read.type and (not read.day or _same_day(c, read))]
        found, _ = _only(read, same)
        if found is not None and (read.day or len(before) == 1):
            put(read, found.key, "number and type; the only such document")
        else:
            put(read, _key(read, f"?{read.mention.root}"), "left open: its issuer is not known")
    return [_entity(cluster) for _, cluster in sorted(clusters.items())]


def _issuer(read: _Read) -> tuple[str, str, str]:
    return (read.type, read.family or "", read.place or "")


def _key(read: _Read, slot: str) -> tuple[str, ...]:
    return (*_issuer(read), slot)


def _by_issuer(clusters: Iterable[_Cluster]) -> dict[tuple[str, ...], list[_Cluster]]:
    found: dict[tuple[str, ...], list[_Cluster]] = defaultdict(list)
    for cluster in clusters:
        found[cluster.key[:3]].append(cluster)
    return found


def _same_day(cluster: _Cluster, read: _Read) -> bool:
    return any(other.day == read.day for other, _ in cluster.members)


def _only(read: _Read, known: Sequence[_Cluster]) -> tuple[_Cluster | None, str]:
    """The only document of those known that a mention without a date can mean."""
    title = folded(read.title) if read.title else None
    if title:
        titled = [c for c in known if any(_alike(title, other) for other in c.titles())]
        if len(titled) == 1:
            return titled[0], "number, type, issuer and title"
        known = titled or [c for c in known if not c.titles()]
    day = read.mention.day
    reach = int(threshold("document_years"))
    possible = [c for c in known if day is None or int(day[:4]) - int(c.first_day()[:4] or day[:4]) <= reach]
    if len(possible) == 1:
        return possible[0], "number, type and issuer; the only such document known by then"
    return None, ""


def _later(cluster: _Cluster, read: _Read) -> bool:
    """Was a document issued behind the day of the article that a mention stands in?"""
    return read.mention.day is not None and cluster.first_day() > read.mention.day


def _alike(one: str, other: str) -> bool:
    """Do two titles say the same: do most words of the shorter stand in the longer?"""
    a, b = sorted((set(one.split()), set(other.split())), key=len)
    return len(a & b) >= threshold("title_words") * len(a)


def _entity(cluster: _Cluster) -> DocumentEntity:
    reads = [read for read, _ in cluster.members]
    facts = sorted({r.mention.fact for r in reads})
    code = _most((r.code, r) for r in reads)
    type_: DocumentType = reads[0].type
    issued = _most((r.issued, r) for r in reads if r.day) or _most((r.issued, r) for r in reads)
    type_text = _most((r.type_text, r) for r in reads)
    word = type_text or _type_words().get(type_, "")
    told: dict[str, list[_Read]] = defaultdict(list)
    for read in reads:
        if read.issued:
            told[read.issued].append(read)
    days = [
        IssueDay(issued=day, sources=len({r.mention.root for r in group}), facts=sorted(r.mention.fact for r in group))
        for day, group in sorted(told.items())
    ]
    title = max((r.title for r in reads if r.title), key=lambda t: (len(t), t), default=None)
    names = [(f"{word} {r.code}".strip(), r.mention.fact) for r in reads if r.code] or [
        (r.title or word, r.mention.fact) for r in reads
    ]
    name, aliases = named(names)
    year = next((r.year for r in reads if r.year), None)
    slot = cluster.key[-1]
    return DocumentEntity(
        id=digest("document", *cluster.key, reads[0].number or folded(reads[0].title or "")),
        name=name, aliases=aliases, doc_type=type_, type_text=type_text, code=code,
        number=_most((r.number, r) for r in reads), symbol=_most((r.symbol, r) for r in reads), title=title,
        issuer=_most((r.issuer, r) for r in reads), organisation=_most((r.body, r) for r in reads),
        province=_province(reads), issued=issued, year=int(year) if year else None,
        term=slot if "/" in slot and not slot.startswith(("?", "~")) else None, days=days, facts=facts,
        links=links_of((r.mention.fact, why, None) for r, why in cluster.members),
    )  # fmt: skip


def _province(reads: Sequence[_Read]) -> str | None:
    for read in reads:
        if read.place:
            return str(read.place).split("|")[-1] or None
    return None


def _most(values: Iterable[tuple[str | None, _Read]]) -> str | None:
    """The value that most sources tell, the first in order among those."""
    sources: dict[str, set[str]] = defaultdict(set)
    for value, read in values:
        if value is not None:
            sources[value].add(read.mention.root)
    return min(sources, key=lambda v: (-len(sources[v]), v)) if sources else None


@lru_cache(maxsize=1)
def _type_words() -> dict[str, str]:
    found: dict[str, str] = {}
    for row in sorted(vocabulary()["document-types"], key=lambda r: len(r["name"])):
        word = row["name"]
        found.setdefault(row["type"], word[:1].upper() + word[1:])
    return found
