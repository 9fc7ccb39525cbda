"""Tables of facts as pandas DataFrames (extra `pandas`): the tables of `danvan query`, with fixed types.

Types do not depend on what a knowledge base happens to hold: texts are `string`, counts `Int64`, figures `Float64` (the
exact decimal stands beside them as text), yes or no `boolean`, days `datetime64[s]`; lists are Python lists.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extractor.errors import UsageError
from extractor.knowledge.exporting.source import open_source
from extractor.knowledge.relations import TABLE_OF, TABLES, Row, Table, article_row, entity_rows, fact_rows, reject_row
from extractor.records import to_json

if TYPE_CHECKING:
    import pandas as pd

    from extractor.pipeline import Result

#: pandas' type of each type of column.
TYPES: Mapping[str, str] = {
    "text": "string", "whole": "Int64", "real": "Float64", "number": "Float64", "truth": "boolean",
    "day": "datetime64[s]", "json": "string", "texts": "object",
}  # fmt: skip


def frame(kb: str | Path, table: str = "facts") -> pd.DataFrame:
    """A table of a finished knowledge base, in file order: `facts`, `articles`, `evidence`, `indicators`, …

    A kind names its table too (`indicator`). Raises `UsageError` for no such table or no finished knowledge base,
    `KnowledgeError` for a damaged one.
    """
    wanted = _table(table)
    source = open_source(Path(kb))

    def rows() -> Iterator[Row]:
        if wanted.name in ("entities", "series"):
            for entity in source.entities():
                yield from (row for name, row in entity_rows(entity) if name == wanted.name)
        elif wanted.name == "rejects":
            yield from map(reject_row, source.rejects())
        else:
            for article, facts in source.with_facts():
                if wanted.name == "articles":
                    yield article_row(article)
                else:
                    yield from _rows(facts, wanted.name)

    return _frame(wanted, rows())


def frame_of(result: Result, table: str = "facts") -> pd.DataFrame:
    """A table of the facts of one result; raises `UsageError` for one that a result does not give."""
    wanted = _table(table)
    if wanted.name in ("entities", "series", "rejects"):
        raise UsageError(f"{wanted.name} are those of a knowledge base: extractor.frame(kb, {wanted.name!r})")
    if wanted.name == "articles":
        return _frame(wanted, [article_row(to_json(result.article))])
    return _frame(wanted, _rows(map(to_json, result.facts), wanted.name))


def _table(name: str) -> Table:
    found = TABLES.get(TABLE_OF.get(name, name))
    if found is None:
        raise UsageError(f"there is no table {name!r}; there are {', '.join(TABLES)}")
    return found


def _rows(facts: Iterable[Mapping[str, Any]], table: str) -> Iterator[Row]:
    return (row for fact in facts for name, row in fact_rows(fact) if name == table)


def _frame(table: Table, rows: Iterable[Row]) -> pd.DataFrame:
    try:
        pandas = import_module("pandas")
    except ImportError as error:
        raise UsageError("tables as DataFrames want pandas: pip install 'danvan[pandas]'") from error
    columns: list[list[Any]] = [[] for _ in table.columns]
    for row in rows:
        for column, value in zip(columns, row, strict=True):
            column.append(value)
    made = {
        column.name: pandas.Series([_plain(v, column.type) for v in values], dtype=TYPES[column.type])
        for column, values in zip(table.columns, columns, strict=True)
    }
    return pandas.DataFrame(made)


def _plain(value: Any, kind: str) -> Any:
    """A value as pandas takes it."""
    if value is None:
        return None
    if kind in ("number", "real"):
        return float(value)
    return value.isoformat() if kind == "day" else value
