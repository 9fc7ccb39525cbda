"""`danvan contradictions`: where sources that are linked do not agree, with the words of both, the gravest first.

Three kinds: `value` (a series has two values for one period), `date` (a document has two days of issue), `office` (a
person has two offices at one time that nobody has together). Both sides are told by different articles. What repeats an
article counts as that article, unless its words are others just there: a copy that gives another figure.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from pathlib import Path
from typing import Any, Literal

from extractor.errors import KnowledgeError, UsageError
from extractor.knowledge.files import ARTICLES, ENTITIES, FACTS
from extractor.knowledge.linking.causes import Cause, agree, by_words, cause_rows, day_cause, office_cause, value_cause
from extractor.knowledge.linking.link import check_finished, is_current
from extractor.knowledge.linking.organisations import bodies
from extractor.knowledge.linking.people import office_groups
from extractor.knowledge.linking.quotes import Quote, quotes_of
from extractor.knowledge.linking.vocabulary import folded
from extractor.records import plain

Kind = Literal["value", "date", "office"]
KINDS: tuple[Kind, ...] = ("value", "date", "office")


@dataclass(frozen=True, slots=True)
class Side:
    """One side: what it says, how many articles say so, and one of them with its words."""

    says: str
    sources: int
    quote: Quote


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two sides that cannot both be right. `difference` is that of values, as a share of the greater."""

    kind: Kind
    entity: str
    name: str
    about: str | None
    cause: Cause
    difference: Decimal
    sides: tuple[Side, Side]

    @property
    def rank(self) -> tuple[int, Decimal, str, str]:
        """What it is ordered by: the weight of its cause, then how far the values are apart."""
        return (-cause_rows()[self.cause].weight, -self.difference, self.kind, self.entity)


@dataclass(frozen=True, slots=True)
class _Candidate:
    kind: Kind
    entity: dict[str, Any]
    about: str | None
    cause: Cause
    difference: Decimal
    says: tuple[str, str]
    facts: tuple[tuple[str, ...], tuple[str, ...]]


def contradictions(folder: Path, kinds: Sequence[str] = KINDS) -> list[Contradiction]:
    """The contradictions of a linked knowledge base, ranked; raises `UsageError` where it is not linked yet."""
    check_finished(folder)
    if not (folder / ENTITIES).exists():
        raise UsageError(f"{folder}: not linked yet ({ENTITIES} is missing); run: danvan link {folder}")
    if not is_current(folder):
        raise UsageError(f"{folder}: linked before its facts changed; run: danvan link {folder}")
    unknown = sorted(set(kinds) - set(KINDS))
    if unknown:
        raise UsageError(f"no such kind: {', '.join(unknown)} (there are {', '.join(KINDS)})")
    candidates = [c for e in _entities(folder / ENTITIES) for c in _candidates(e, kinds)]
    wanted = {fact for c in candidates for side in c.facts for fact in side}
    quotes = quotes_of(folder / FACTS, folder / ARTICLES, wanted)
    found = [c for candidate in candidates if (c := _told(candidate, quotes)) is not None]
    return sorted(found, key=lambda c: (c.rank, c.sides[0].says, c.sides[1].says, c.about or ""))


def _entities(path: Path) -> Iterator[dict[str, Any]]:
    with path.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            try:
                entity = json.loads(line, parse_float=Decimal, parse_int=Decimal)
            except ValueError as error:
                raise KnowledgeError(f"{path}:{number}: a damaged line: {error}") from error
            yield entity


def _candidates(entity: dict[str, Any], kinds: Sequence[str]) -> Iterator[_Candidate]:
    if entity["type"] == "series" and "value" in kinds and len(entity["points"]) > 1:
        yield from _values(entity)
    if entity["type"] == "document" and "date" in kinds and len(entity["days"]) > 1:
        yield from _days(entity)
    if entity["type"] == "person" and "office" in kinds and len(entity["offices"]) > 1:
        yield from _offices(entity)


def _values(entity: dict[str, Any]) -> Iterator[_Candidate]:
    """Of every period, the value that most sources tell against each other one."""
    periods: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for point in entity["points"]:
        if point["period"] and not point["period"].startswith("XXXX"):
            periods[(point["period"], point["base_period"] or "")].append(point)
    for (period, _), points in sorted(periods.items()):
        targets = [p for p in points if p["status"] == "target"]
        told = [p for p in points if p["status"] != "target"]
        for group in (told, targets):
            if len(group) < 2:
                continue
            best = min(group, key=lambda p: (p["status"] != "actual", -p["sources"], p["facts"][0]))
            for other in group:
                if other is best or agree(best, other):
                    continue
                a, b = best["canonical_value"], other["canonical_value"]
                difference = abs(a - b) / max(abs(a), abs(b)) if a or b else Decimal(0)
                cause = value_cause(best, other, targets if group is told else [], entity["indicator"])
                yield _Candidate("value", entity, period, cause, difference, (_value(best), _value(other)),
                                 (tuple(best["facts"]), tuple(other["facts"])))  # fmt: skip


def _value(point: dict[str, Any]) -> str:
    value = plain(point["value"])
    if point["value_max"] is not None:
        value += f"-{plain(point['value_max'])}"
    unit = point["unit"] or ""
    text = f"{value}{unit}" if unit.startswith(("%", "/")) else f"{value} {unit}".strip()
    return text if point["status"] == "actual" else f"{text} ({point['status']})"


def _days(entity: dict[str, Any]) -> Iterator[_Candidate]:
    days = entity["days"]
    best = max(days, key=lambda d: (len(d["issued"]), d["sources"], d["issued"]))
    for other in days:
        length = min(len(best["issued"]), len(other["issued"]))
        if best["issued"][:length] != other["issued"][:length]:
            cause = day_cause(best["issued"], other["issued"])
            yield _Candidate("date", entity, entity["issued"], cause, Decimal(0), (best["issued"], other["issued"]),
                             (tuple(best["facts"]), tuple(other["facts"])))  # fmt: skip


def _offices(entity: dict[str, Any]) -> Iterator[_Candidate]:
    held = [o for o in entity["offices"] if not o["former"] and o["first"] and o["organisation_id"]]
    for one, other in combinations(held, 2):
        if one["last"] < other["first"] or other["last"] < one["first"] or not _incompatible(one, other):
            continue
        says = tuple(f"{o['title']}, {o['organisation']}" if o["organisation"] else o["title"] for o in (one, other))
        about = max(one["first"], other["first"])
        yield _Candidate("office", entity, about, office_cause(one, other), Decimal(0), (says[0], says[1]),
                         (tuple(one["facts"]), tuple(other["facts"])))  # fmt: skip


def _incompatible(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """The head and a deputy of one body; two offices of a group (data/linking/offices.csv) in different bodies."""
    titles = [folded(o["title"]) for o in (one, other)]
    kinds = [bodies().parts(o["organisation"]).kind if o["organisation"] else "" for o in (one, other)]
    groups = [set(office_groups(t, k)) for t, k in zip(titles, kinds, strict=True)]
    if one["organisation_id"] == other["organisation_id"]:
        head, deputy = sorted(titles, key=lambda t: t.startswith("phó "))
        return "head" in groups[titles.index(head)] and (deputy == f"phó {head}" or deputy.startswith(f"phó {head} "))
    return bool((groups[0] & groups[1]) - {"head", "member", "sole"})


def _told(candidate: _Candidate, quotes: dict[str, Quote]) -> Contradiction | None:
    """A candidate with its quotes; None where one article, or a mere copy of it, tells both sides."""
    ours, theirs = ([quotes[f] for f in side if f in quotes] for side in candidate.facts)
    ours, theirs = (sorted(side, key=lambda q: (q.repeats, q.fact)) for side in (ours, theirs))
    pairs = [(a, b) for a in ours for b in theirs if a.article != b.article and (a.root != b.root or a.text != b.text)]
    if not pairs:
        return None
    pair = min(pairs, key=lambda p: (p[0].root == p[1].root, p[0].repeats, p[1].repeats, p[0].fact, p[1].fact))
    cause = by_words(candidate.cause, (pair[0].text, pair[1].text), candidate.entity.get("indicator"))
    sides = tuple(
        Side(says, len({q.root for q in side}), quote)
        for says, side, quote in zip(candidate.says, (ours, theirs), pair, strict=True)
    )
    return Contradiction(
        candidate.kind, candidate.entity["id"], candidate.entity["name"], candidate.about, cause,
        candidate.difference, (sides[0], sides[1]),
    )  # fmt: skip


def as_data(found: Contradiction, place: int) -> dict[str, Any]:
    """A contradiction for programs."""
    row = cause_rows()[found.cause]
    return {
        "rank": place, "kind": found.kind, "entity": found.entity, "name": found.name, "about": found.about,
        "cause": found.cause, "cause_vi": row.vi, "cause_en": row.en,
        "difference": found.difference.quantize(Decimal("0.0001")),
        "sides": [
            {"says": s.says, "sources": s.sources, "fact": s.quote.fact, "article": s.quote.article,
             "source": s.quote.source, "url": s.quote.url, "published": s.quote.published, "quote": s.quote.text}
            for s in found.sides
        ],
    }  # fmt: skip
