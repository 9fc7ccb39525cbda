"""SQLite: one file with a table for each table, keys, indexes and views; Datasette opens it as it is.

SQLite has no decimals: a `number` is REAL, its exact text stands beside it in `value_text`. Lists are JSON texts.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from extractor.knowledge.exporting.options import Options
from extractor.knowledge.exporting.rows import stream, tables, told
from extractor.knowledge.exporting.source import Source
from extractor.knowledge.exporting.targets import new_file
from extractor.knowledge.relations import Table, Type
from extractor.records import SCHEMA

#: Rows that go in at a time.
ROWS = 5_000
TYPES: Mapping[Type, str] = {
    "text": "TEXT", "whole": "INTEGER", "real": "REAL", "number": "REAL", "truth": "INTEGER", "day": "TEXT",
    "json": "TEXT", "texts": "TEXT",
}  # fmt: skip
#: Columns that people search by.
INDEXES = {
    "articles": ("published", "province", "duplicate_of"), "facts": ("article_id", "kind", "rule"),
    "dates": ("article_id", "value", "first_day"), "documents": ("article_id", "code", "issued"),
    "officials": ("article_id", "name"), "positions": ("article_id", "name", "title", "organisation"),
    "indicators": ("article_id", "indicator", "area", "period"), "programs": ("article_id", "name"),
    "entities": ("type", "name"), "series": ("indicator", "area", "period"),
}  # fmt: skip
#: Views that bring an article's day and place to its facts.
VIEWS = {
    f"{name}_in_articles": f"SELECT t.*, a.published, a.province, a.outlet, a.title AS article_title, a.url "
    f"FROM {name} AS t JOIN articles AS a ON a.id = t.article_id"
    for name in ("facts", "documents", "positions", "indicators", "programs")
}


def write(source: Source, target: Path, options: Options) -> None:
    """Write the file."""
    with new_file(target) as part, contextlib.closing(sqlite3.connect(part, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(f"PRAGMA user_version = {SCHEMA}")
        known = tables(options)
        connection.execute("BEGIN")
        for table in known.values():
            connection.execute(create_table(table, TYPES))
        held: dict[str, list[tuple[Any, ...]]] = {name: [] for name in known}
        for name, row in stream(source, options):
            held[name].append(tuple(v if isinstance(v, str | int | float | None) else _value(v) for v in row))
            if len(held[name]) == ROWS:
                _insert(connection, known[name], held[name])
        for name, rows in held.items():
            _insert(connection, known[name], rows)
        for statement in more(known):
            connection.execute(statement)
        connection.execute("COMMIT")
        connection.execute("ANALYZE")


def _value(value: Any) -> str | float:
    from decimal import Decimal

    return float(value) if isinstance(value, Decimal) else told(value)


def _insert(connection: sqlite3.Connection, table: Table, rows: list[tuple[Any, ...]]) -> None:
    marks = ", ".join("?" * len(table.columns))
    connection.executemany(f'INSERT INTO "{table.name}" VALUES ({marks})', rows)
    rows.clear()


def create_table(table: Table, types: Mapping[Type, str], *, references: bool = True) -> str:
    """The statement that makes a table, with its key and what its columns refer to."""
    lines = [f'"{column.name}" {types[column.type]}' for column in table.columns]
    if table.keys:
        lines.append(f"PRIMARY KEY ({', '.join(_quoted(name) for name in table.names[: table.keys])})")
    if references:
        lines += [
            f'FOREIGN KEY ("{c.name}") REFERENCES "{c.to}" ("id")'
            for c in table.columns
            if c.to and (table.name, c.name) != ("articles", "duplicate_of")
        ]
    return f'CREATE TABLE "{table.name}" ({", ".join(lines)})'


def more(known: Mapping[str, Table], *, again: bool = False) -> Iterator[str]:
    """The statements that make indexes and views; `again`: where they are not there yet."""
    missing = "IF NOT EXISTS " if again else ""
    for name, columns in INDEXES.items():
        for column in columns:
            yield f'CREATE INDEX {missing}"{name}_{column}" ON "{name}" ("{column}")'
    for name, selected in VIEWS.items():
        yield f'CREATE {"OR REPLACE " if again else ""}VIEW "{name}" AS {selected}'


def _quoted(name: str) -> str:
    return f'"{name}"'
