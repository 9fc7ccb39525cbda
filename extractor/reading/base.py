"""A finished knowledge base → raw inputs again: its own texts, to be extracted with other rules."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from extractor.article import Raw
from extractor.errors import InputError
from extractor.records import Article, Reject

#: How `published_from` begins where the day was read in the text, so that it is to be read anew.
READ_IN_TEXT = ("line ", "url")


def read_base(folder: str) -> Iterator[Raw | Reject]:
    """The articles of a knowledge base as they were read, then its rejects; raises `OSError`, `InputError`."""
    for line in _lines(Path(folder) / "articles.jsonl"):
        article = Article.model_validate_json(line)
        told = article.published_from or ""
        given = bool(told) and not told.startswith(READ_IN_TEXT)
        yield Raw(
            text=article.text, source=article.source, id=article.id, url=article.url, title=article.title,
            published=article.published if given else None, published_from=told if given else None,
            outlet=article.outlet, author=article.author, section=article.section, repairs=tuple(article.repairs),
        )  # fmt: skip
    for line in _lines(Path(folder) / "rejects.jsonl"):
        yield Reject.model_validate_json(line)


def _lines(path: Path) -> Iterator[bytes]:
    if not path.exists():
        return
    with path.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            try:
                json.loads(line)
            except ValueError as error:
                raise InputError("read", f"{path.name}:{number} is damaged: {error}") from error
            yield line
