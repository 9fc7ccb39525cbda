"""A finished knowledge base as a stream: each article with its facts, the entities, the rejects; nothing is held.

Decimals are exact (`Decimal`). What is read is held against the manifest and the articles' own counts, so that a
damaged or cut file is told instead of passed on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias

from extractor.errors import KnowledgeError, UsageError
from extractor.knowledge.files import ARTICLES, ENTITIES, FACTS, MANIFEST, REJECTS, RUN
from extractor.knowledge.manifest import read_manifest
from extractor.records import SCHEMA, Manifest

#: A line of a knowledge base as data.
Line: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Source:
    """A finished knowledge base to read from."""

    folder: Path
    manifest: Manifest

    @property
    def articles(self) -> int:
        """How many articles the manifest counts."""
        return self.manifest.counts.get("articles", 0)

    def with_facts(self) -> Iterator[tuple[Line, list[Line]]]:
        """Every article with its facts, in file order; raises `KnowledgeError` where the two files do not agree."""
        facts = lines(self.folder / FACTS)
        number, ahead = 0, next(facts, None)
        for place, article in lines(self.folder / ARTICLES):
            own: list[Line] = []
            while ahead is not None and ahead[1].get("article_id") == article.get("id"):
                number = ahead[0]
                own.append(ahead[1])
                ahead = next(facts, None)
            if len(own) != article.get("facts"):
                raise KnowledgeError(
                    f"{self.folder / ARTICLES}:{place}: the article has {article.get('facts')} facts; "
                    f"{FACTS} holds {len(own)} of them before line {number + 1}"
                )
            yield article, own
        if ahead is not None:
            raise KnowledgeError(f"{self.folder / FACTS}:{ahead[0]}: a fact of an article that is not held here")

    def entities(self) -> Iterator[Line]:
        """Every entity; none where `danvan link` has not run."""
        path = self.folder / ENTITIES
        for _, entity in lines(path) if path.exists() else ():
            yield entity

    def rejects(self) -> Iterator[Line]:
        """Every input that could not be used."""
        path = self.folder / REJECTS
        for _, reject in lines(path) if path.exists() else ():
            yield reject


def open_source(folder: Path) -> Source:
    """A knowledge base to read.

    Raises `UsageError` for none or an unfinished one, `KnowledgeError` for a damaged one.
    """
    if not folder.exists():
        raise UsageError(f"{folder}: no such knowledge base")
    if not (folder / MANIFEST).is_file():
        raise UsageError(f"{folder}: no finished knowledge base ({MANIFEST} is missing)")
    if (folder / RUN).exists():
        raise UsageError(f"{folder}: a run is under way or was cut off; run danvan extract again to finish it")
    _check_schema(folder / MANIFEST)
    manifest = read_manifest(folder / MANIFEST)
    assert manifest is not None
    for name in (ARTICLES, FACTS):
        if not (folder / name).is_file():
            raise UsageError(f"{folder}: {name} is missing")
    return Source(folder, manifest)


def _check_schema(path: Path) -> None:
    try:
        schema = json.loads(path.read_bytes()).get("schema")
    except (ValueError, AttributeError) as error:
        raise KnowledgeError(f"{path}: damaged: {error}") from error
    _known(path, 1, schema)


def _known(path: Path, number: int, schema: object) -> None:
    if schema == SCHEMA:
        return
    newer = isinstance(schema, int) and schema > SCHEMA
    hint = "install a newer danvan" if newer else "danvan migrate brings older ones up to date"
    raise KnowledgeError(f"{path}:{number}: schema {schema!r}; this danvan reads {SCHEMA}; {hint}")


def lines(path: Path) -> Iterator[tuple[int, Line]]:
    """(number from 1, object) of every line of a file; raises `KnowledgeError` naming a damaged one."""
    with path.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            if not line.strip():
                continue
            try:
                data = json.loads(line, parse_float=Decimal)
            except ValueError as error:
                raise KnowledgeError(f"{path}:{number}: a damaged line: {error}") from error
            if not isinstance(data, dict):
                raise KnowledgeError(f"{path}:{number}: no JSON object")
            _known(path, number, data.get("schema"))
            yield number, data
