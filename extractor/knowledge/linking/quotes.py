"""The words behind facts: the sentences that they were read from, found in two passes over the knowledge base."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import regex

from extractor.errors import KnowledgeError

#: The id of a record near the head of its line.
_ID = regex.compile(rb'"id": "((?:[^"\\]|\\.)*)"')
_END = regex.compile(r"(?<=[.!?…])\s+(?=[\p{Lu}“\"])|\n")
#: Characters of a quote before and behind its fact.
AROUND = 220


@dataclass(frozen=True, slots=True)
class Quote:
    """A fact's sentence; `root` is the article that its own repeats, `repeats` says whether it does."""

    fact: str
    article: str
    root: str
    repeats: bool
    source: str
    url: str | None
    published: str | None
    text: str


def quotes_of(facts: Path, articles: Path, wanted: Collection[str]) -> dict[str, Quote]:
    """The quotes of some facts by their ids; raises `KnowledgeError` for a damaged line."""
    held: dict[str, tuple[str, int, int]] = {}
    for fact in _lines(facts, wanted):
        first = fact["evidence"][0]
        held[fact["id"]] = (fact["article_id"], first["start"], first["end"])
    by_article: dict[str, list[str]] = {}
    for number, (article, _, _) in held.items():
        by_article.setdefault(article, []).append(number)
    found: dict[str, Quote] = {}
    for told in _lines(articles, by_article):
        for number in by_article[told["id"]]:
            _, start, end = held[number]
            root = told["duplicate_of"] or told["id"]
            found[number] = Quote(
                number, told["id"], root, told["duplicate_of"] is not None, told["source"], told["url"],
                told["published"], sentence(told["text"], start, end),
            )  # fmt: skip
    return found


def _lines(path: Path, ids: Collection[str]) -> Iterator[dict[str, Any]]:
    """The records of some ids."""
    if not ids:
        return
    with path.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            m = _ID.search(line, 0, 400)
            if m is None or json.loads(b'"' + m[1] + b'"') not in ids:
                continue
            try:
                yield json.loads(line)
            except ValueError as error:
                raise KnowledgeError(f"{path}:{number}: a damaged line: {error}") from error


def sentence(text: str, start: int, end: int) -> str:
    """The sentence, or the part of it about a span, that holds the span."""
    left = max((m.end() for m in _END.finditer(text, max(0, start - AROUND), start)), default=max(0, start - AROUND))
    m = _END.search(text, end, min(len(text), end + AROUND))
    right = m.start() if m else min(len(text), end + AROUND)
    return " ".join(text[left:right].split())
