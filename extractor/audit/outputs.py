"""What a run put out, read back for auditing: the facts of one article at a time, and its text where there is one.

An output is a knowledge base or a facts.jsonl file. Only where lines stand is kept, so that its size does not matter.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from extractor.audit.gold import Entry
from extractor.errors import KnowledgeError, UsageError
from extractor.knowledge.files import ARTICLES, FACTS, MANIFEST, RUN
from extractor.records import SCHEMA


@dataclass
class Lines:
    """Where the facts of one article stand: how many, offsets of their lines, the digest of all."""

    offsets: list[int] = field(default_factory=list)
    digest: Any = field(default_factory=hashlib.sha256)


@dataclass(frozen=True)
class ArticleLine:
    """Where an article stands in articles.jsonl, and the digest of its text."""

    offset: int
    sha256: str


class Output:
    """A finished knowledge base, or a facts.jsonl file (with the articles.jsonl beside it, where there is one)."""

    def __init__(self, path: Path) -> None:
        """Read where everything stands; raises `UsageError` for no such output, `KnowledgeError` for a damaged one."""
        self.path = path
        folder = path if path.is_dir() else path.parent
        self._facts = path / FACTS if path.is_dir() else path
        self._articles = folder / ARTICLES
        if not path.exists():
            raise UsageError(f"{path}: no such knowledge base or file of facts")
        if path.is_dir() and not (path / MANIFEST).exists():
            raise UsageError(f"{path}: no finished knowledge base ({MANIFEST} is missing)")
        if path.is_dir() and (path / RUN).exists():
            raise UsageError(f"{path}: a run is under way or was cut off; run danvan extract again to finish it")
        self.facts: dict[str, Lines] = {}
        for offset, line, fact in _lines(self._facts):
            held = self.facts.setdefault(str(fact.get("article_id")), Lines())
            held.offsets.append(offset)
            held.digest.update(line.strip() + b"\n")
        self.articles: dict[str, ArticleLine] = {}
        for offset, _, article in _lines(self._articles) if self._articles.exists() else ():
            self.articles[str(article.get("id"))] = ArticleLine(offset, str(article.get("sha256")))

    @property
    def count(self) -> int:
        """How many facts there are."""
        return sum(len(held.offsets) for held in self.facts.values())

    @property
    def ids(self) -> list[str]:
        """The ids of all articles, in input order; of a file of facts, of those with facts."""
        known = self.articles if self._facts.parent == self.path else self.facts
        return list(dict.fromkeys([*known, *self.facts]))

    def facts_of(self, article_id: str) -> list[Entry]:
        """The facts of an article, decimals exact."""
        held = self.facts.get(article_id)
        if held is None:
            return []
        with self._facts.open("rb") as stream:
            return [_at(stream, offset) for offset in held.offsets]

    def digest_of(self, article_id: str) -> str | None:
        """The digest of all facts of an article, None where it has none."""
        held = self.facts.get(article_id)
        return None if held is None else str(held.digest.hexdigest())

    def article_of(self, article_id: str) -> Entry | None:
        """The record of an article, None where the output does not hold it."""
        place = self.articles.get(article_id)
        if place is None:
            return None
        with self._articles.open("rb") as stream:
            return _at(stream, place.offset)

    def all_facts(self) -> Iterator[Entry]:
        """Every fact, in file order, decimals exact."""
        with self._facts.open("rb") as stream:
            for offset in sorted(offset for held in self.facts.values() for offset in held.offsets):
                yield _at(stream, offset)

    def text_of(self, article_id: str) -> str | None:
        """The text of an article, None where the output does not hold it."""
        article = self.article_of(article_id)
        return None if article is None or article.get("text") is None else str(article["text"])


def _at(stream: Any, offset: int) -> Entry:
    stream.seek(offset)
    data: Entry = json.loads(stream.readline(), parse_float=Decimal)
    return data


def _lines(path: Path) -> Iterator[tuple[int, bytes, Entry]]:
    """(offset, line, object) of every line that is not blank; raises `KnowledgeError` naming file and line."""
    offset = 0
    with path.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            if line.strip():
                try:
                    data = json.loads(line)
                except ValueError as error:
                    raise KnowledgeError(f"{path}:{number}: a damaged line: {error}") from error
                if not isinstance(data, dict):
                    raise KnowledgeError(f"{path}:{number}: no JSON object")
                if data.get("schema", SCHEMA) != SCHEMA:
                    raise KnowledgeError(f"{path}:{number}: schema {data['schema']!r}; this danvan reads {SCHEMA}")
                yield offset, line, data
            offset += len(line)
