"""Facts as regions of a text, the form that annotation tools know, and back.

Every piece of evidence is a region labelled by its kind; every piece of a field is a region labelled by the field, its
parent that evidence. `key` names a region within its article and survives most tools: `<fact>.<evidence>` and
`<fact>.<evidence>.<path>.<piece>`. Where a tool gave a region another key, its label and place tell what it was.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from extractor.knowledge.exporting.values import checked, meaning
from extractor.records import KINDS, SCHEMA
from extractor.schema import FIELDS

_INDEX = re.compile(r"\.\d+")
#: Labels of fields: `positions.0.title` is `positions_title`; that of the field named as its kind is another.
LABELS: Mapping[str, tuple[str, ...]] = {
    "date": ("value", "type", "first_day", "last_day"),
    "document": ("type", "type_text", "code", "number", "symbol", "issued", "issuer", "title"),
    "official": ("name", "honorific", "positions_title", "positions_organisation", "positions_former"),
    "indicator": (
        "indicator_id", "label", "measure", "value", "value_max", "unit", "bound", "area", "sector", "subject",
        "period", "status", "base_period",
    ),
    "program": ("name", "type", "period", "parties"),
}  # fmt: skip
FIELD_LABELS = tuple(dict.fromkeys(label for labels in LABELS.values() for label in labels))


_OTHER = {"indicator": "indicator_id"}
_PATHS = {label: path for path, label in _OTHER.items()}


@dataclass(frozen=True)
class Region:
    """A labelled stretch [start, end) of a text, in code points; `values` where the tool shows the fact's fields.

    `quote` is what the tool says stands there, where the article's text does not come with it.
    """

    key: str
    label: str
    start: int
    end: int
    parent: str | None = None
    values: Mapping[str, Any] | None = None
    quote: str | None = None


@dataclass(frozen=True)
class Returned:
    """An article as a tool gave it back: where it stood, its text if told, its facts as they went out, its regions."""

    place: str
    article_id: str
    text: str | None
    exported: Sequence[Mapping[str, Any]] | None
    regions: Sequence[Region]
    who: str | None = None
    judged: bool = True


@dataclass(frozen=True)
class Now:
    """A fact as a tool's regions say it, and as it went out (None: a new one)."""

    fact: Mapping[str, Any]
    was: Mapping[str, Any] | None


@dataclass
class Reading:
    """What the regions of an article say: its facts, those that are gone, and what could not be read."""

    facts: list[Now] = field(default_factory=list)
    gone: list[Mapping[str, Any]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def label_of(path: str) -> str:
    """The label of a field's path."""
    return _OTHER.get(path) or _INDEX.sub("", path).replace(".", "_")


def evidence_key(fact: Mapping[str, Any], number: int) -> str:
    """The key of a fact's evidence."""
    return f"{fact['id']}.{number}"


def regions_of(facts: Sequence[Mapping[str, Any]]) -> Iterator[Region]:
    """The regions of an article's facts: each evidence, behind it the pieces of its fields."""
    for fact in facts:
        for number, evidence in enumerate(fact["evidence"]):
            key = evidence_key(fact, number)
            values = None if number else meaning(fact)
            yield Region(key, str(fact["kind"]), evidence["start"], evidence["end"], None, values)
            for path, pieces in evidence["fields"].items():
                for n, (start, end) in enumerate(pieces):
                    yield Region(f"{key}.{path}.{n}", label_of(path), start, end, key)


def read_regions(
    exported: Sequence[Mapping[str, Any]], regions: Sequence[Region], text: str, article_id: str
) -> Reading:  # fmt: skip
    """The facts that regions say; `exported` are those that went out, in the order in which facts are given."""
    found = Reading()
    marks = [r for r in regions if r.label in KINDS]
    pieces = _by_parent([r for r in regions if r.label not in KINDS], marks, found)
    claims = _claims(exported, marks)
    claimed: set[int] = set()
    for fact in exported:
        held: list[tuple[int, Region]] = []
        for number in range(len(fact["evidence"])):
            mark = claims.get(evidence_key(fact, number))
            if mark is not None and mark.label == fact["kind"]:
                held.append((number, mark))
                claimed.add(id(mark))
        if not held:
            found.gone.append(fact)
            continue
        values = next((r.values for _, r in held if r.values is not None), None)
        evidence = [_evidence(mark, pieces.get(id(mark), []), text, fact["evidence"][n]) for n, mark in held]
        found.facts.append(Now({**fact, **(meaning(fact) if values is None else values), "evidence": evidence}, fact))
    for mark in marks:
        if id(mark) not in claimed:
            new = _new(mark, pieces.get(id(mark), []), text, article_id, found)
            if new is not None:
                found.facts.append(Now(new, None))
    return found


def _claims(exported: Sequence[Mapping[str, Any]], marks: Sequence[Region]) -> dict[str, Region]:
    """Which region is which evidence: by its key, else by label and place."""
    wanted = {
        evidence_key(fact, n): (str(fact["kind"]), e["start"], e["end"])
        for fact in exported
        for n, e in enumerate(fact["evidence"])
    }
    claims = {mark.key: mark for mark in marks if mark.key in wanted}
    taken = {id(mark) for mark in claims.values()}
    free: dict[tuple[str, int, int], list[Region]] = {}
    for mark in marks:
        if id(mark) not in taken:
            free.setdefault((mark.label, mark.start, mark.end), []).append(mark)
    for key, place in wanted.items():
        if key not in claims and free.get(place):
            claims[key] = free[place].pop(0)
    return claims


def _by_parent(pieces: Sequence[Region], marks: Sequence[Region], found: Reading) -> dict[int, list[Region]]:
    """The pieces of fields by the region that they belong to: their parent, else the shortest around them."""
    by_key = {mark.key: mark for mark in marks}
    held: dict[int, list[Region]] = {}
    for piece in pieces:
        mark = by_key.get(piece.parent or "")
        if mark is None or piece.label not in LABELS[mark.label]:
            around = [
                m for m in marks if m.start <= piece.start and piece.end <= m.end and piece.label in LABELS[m.label]
            ]
            mark = min(around, key=lambda m: m.end - m.start, default=None)
        if mark is None:
            found.faults.append(f"the label {piece.label!r} at {piece.start}–{piece.end} belongs to no fact")
        else:
            held.setdefault(id(mark), []).append(piece)
    return held


def _evidence(mark: Region, pieces: Sequence[Region], text: str, was: Mapping[str, Any]) -> dict[str, Any]:
    """A piece of evidence as regions say it; what it does not change is as it was."""
    own = {
        f"{path}.{n}": (path, n) for path, spans in was["fields"].items() for n in range(len(spans))
    }  # fmt: skip
    by_place: dict[tuple[str, int, int], list[tuple[str, int]]] = {}
    for path, spans in was["fields"].items():
        for n, (start, end) in enumerate(spans):
            by_place.setdefault((label_of(path), start, end), []).append((path, n))
    fields: dict[str, dict[int, list[int]]] = {path: {} for path in was["fields"]}
    added: list[Region] = []
    for piece in pieces:
        told = own.get(_tail(piece.key, mark.key))
        able = [told] if told else by_place.get((piece.label, piece.start, piece.end), [])
        known = next((k for k in able if label_of(k[0]) == piece.label and k[1] not in fields[k[0]]), None)
        if known is None:
            added.append(piece)
        else:
            fields[known[0]][known[1]] = [piece.start, piece.end]
    kept = {path: [spans[n] for n in sorted(spans)] for path, spans in fields.items() if spans}
    for path, spans in _paths(added, max(_numbers(kept), default=-1) + 1).items():
        kept.setdefault(path, []).extend(spans)
    return {**was, "start": mark.start, "end": mark.end, "text": text[mark.start : mark.end], "fields": kept}


def _tail(key: str, before: str) -> str:
    return key[len(before) + 1 :] if key.startswith(before + ".") else ""


def _numbers(fields: Mapping[str, Any]) -> Iterator[int]:
    for path in fields:
        parts = path.split(".")
        if len(parts) > 1:
            yield int(parts[1])


def _paths(pieces: Sequence[Region], first: int) -> dict[str, list[list[int]]]:
    """The paths of pieces that a person labelled: a title begins a position, what follows belongs to it."""
    fields: dict[str, list[list[int]]] = {}
    parties = itertools.count()
    position = first - 1
    for piece in sorted(pieces, key=lambda p: (p.start, p.end)):
        path = _PATHS.get(piece.label, piece.label)
        if piece.label.startswith("positions_"):
            part = piece.label.removeprefix("positions_")
            if position < first or part == "title" or f"positions.{position}.{part}" in fields:
                position += 1
            path = f"positions.{position}.{part}"
        elif piece.label == "parties":
            path = f"parties.{next(parties)}"
        fields.setdefault(path, []).append([piece.start, piece.end])
    return fields


def _new(mark: Region, pieces: Sequence[Region], text: str, article_id: str, found: Reading) -> dict[str, Any] | None:
    """A fact that a person marked: its values as written, else the words of its fields."""
    fields = _paths(pieces, 0)
    place = f"a new {mark.label} at {mark.start}–{mark.end} “{text[mark.start : mark.end][:60]}”"
    values: dict[str, Any] = dict(mark.values or {})
    if mark.values is None:
        for path, spans in fields.items():
            words = " ".join(" ".join(text[a:b] for a, b in spans).split())
            name, *rest = path.split(".")
            if name not in FIELDS[mark.label] or path == "positions.0.former":
                continue
            if not rest:
                values[name] = words
            elif len(rest) == 1:
                values.setdefault(name, []).append(words)
            else:
                held: list[dict[str, Any]] = values.setdefault(name, [])
                while len(held) <= int(rest[0]):
                    held.append({})
                held[int(rest[0])][rest[1]] = words
    try:
        values = checked(mark.label, values)
    except ValueError as error:
        found.faults.append(f"{place}: {error}")
        return None
    evidence = {
        "start": mark.start, "end": mark.end, "text": text[mark.start : mark.end], "rule": None, "fields": fields,
    }  # fmt: skip
    return {
        "schema": SCHEMA, "id": f"missed-{mark.start}-{mark.end}-{mark.label}", "kind": mark.label,
        "article_id": article_id, **values, "evidence": [evidence],
    }  # fmt: skip
