"""Entities found by their id, or by a fact of theirs, without reading all of entities.jsonl as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import regex

from extractor.errors import KnowledgeError
from extractor.knowledge.files import ENTITIES

#: The shortest beginning of an id that names an entity.
LEAST = 4
_ID = regex.compile(rb'^\{"schema": \d+, "id": "([0-9a-f]+)"')


def find_entity(folder: Path, wanted: str) -> dict[str, Any] | None:
    """The entity of an id, or of the beginning of only one; None where none or several are so."""
    if len(wanted) < LEAST:
        return None
    begins, found = wanted.encode(), []
    for line in _raw(folder):
        m = _ID.match(line)
        if m is None or not m[1].startswith(begins):
            continue
        if m[1] == begins:
            return _read(folder, line)
        found.append(line)
    return _read(folder, found[0]) if len(found) == 1 else None


def entities_of(folder: Path, fact: str) -> list[dict[str, Any]]:
    """The entities that a fact belongs to, in the file's order."""
    quoted = json.dumps(fact, ensure_ascii=False).encode()
    read = (_read(folder, line) for line in _raw(folder) if quoted in line)
    return [entity for entity in read if fact in entity["facts"]]


def _raw(folder: Path) -> Iterator[bytes]:
    path = folder / ENTITIES
    if path.exists():
        with path.open("rb") as stream:
            yield from stream


def _read(folder: Path, line: bytes) -> dict[str, Any]:
    try:
        data: dict[str, Any] = json.loads(line, parse_float=Decimal)
    except ValueError as error:
        raise KnowledgeError(f"{folder / ENTITIES}: a damaged line: {error}") from error
    return data
