"""The tables of a knowledge base as one stream of rows, and how their values are told as text."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from extractor.knowledge.exporting.options import Options, articles
from extractor.knowledge.exporting.source import Source
from extractor.knowledge.relations import (
    TABLES,
    Column,
    Row,
    Table,
    article_row,
    entity_rows,
    fact_rows,
    reject_row,
)
from extractor.records import dumps, plain


def tables(options: Options) -> Mapping[str, Table]:
    """The tables that go out: without texts, `articles` has no column of them."""
    if options.text:
        return TABLES
    own = TABLES["articles"]
    kept = Table(own.name, own.says, tuple(c for c in own.columns if c.name != "text"), own.keys)
    return {**TABLES, "articles": kept}


def stream(source: Source, options: Options) -> Iterator[tuple[str, Row]]:
    """(table, row) of everything: each article before its facts, then the entities, then the rejects."""
    names = TABLES["articles"].names
    at = names.index("text")
    for article, facts in articles(source, options):
        row = article_row(article)
        yield "articles", row if options.text else (*row[:at], *row[at + 1 :])
        for fact in facts:
            yield from fact_rows(fact)
    for entity in source.entities():
        yield from entity_rows(entity)
    for reject in source.rejects():
        yield "rejects", reject_row(reject)


def told(value: Any) -> str:
    """A value as text: nothing for null, JSON for lists, exact decimals, ISO days."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    return dumps(value)


#: Types of the Table Schema (Data Package 1) and how they are told in SQL.
SCHEMA_TYPES = {
    "text": "string", "whole": "integer", "real": "number", "number": "number", "truth": "boolean", "day": "date",
    "json": "any", "texts": "array",
}  # fmt: skip


def field(column: Column, *, decimal: str = ".") -> dict[str, Any]:
    """A column as a field of a Table Schema."""
    told_ = {"name": column.name, "type": SCHEMA_TYPES[column.type], "description": column.says or None}
    if decimal != "." and column.type in ("real", "number"):
        told_["decimalChar"] = decimal
    return {key: value for key, value in told_.items() if value is not None}
