"""Parquet: a folder with a file for each table; decimals, days and lists are what they are (extra `arrow`)."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from extractor.knowledge.exporting.options import Options
from extractor.knowledge.exporting.rows import stream, tables
from extractor.knowledge.exporting.source import Source
from extractor.knowledge.exporting.targets import new_folder
from extractor.knowledge.relations import BEHIND, DIGITS, Row, Table, Type
from extractor.records import SCHEMA

#: Rows, and characters of texts, that are held before they are written.
ROWS, CHARACTERS = 20_000, 16_000_000

TYPES: Mapping[Type, pa.DataType] = {
    "text": pa.string(), "whole": pa.int64(), "real": pa.float64(), "number": pa.decimal128(DIGITS, BEHIND),
    "truth": pa.bool_(), "day": pa.date32(), "json": pa.string(), "texts": pa.list_(pa.string()),
}  # fmt: skip


def write(source: Source, target: Path, options: Options) -> None:
    """Write the folder."""
    with new_folder(target) as folder, ExitStack() as opened:
        files = {
            name: opened.enter_context(_File(folder / f"{name}.parquet", table))
            for name, table in tables(options).items()
        }
        for name, row in stream(source, options):
            files[name].add(row)


class _File:
    """One table's file, written some rows at a time."""

    def __init__(self, path: Path, table: Table) -> None:
        fields = [
            pa.field(c.name, TYPES[c.type], metadata={"description": c.says} if c.says else None) for c in table.columns
        ]
        self.schema = pa.schema(fields, metadata={"danvan.schema": str(SCHEMA), "description": table.says})
        self.rows: list[Row] = []
        self.characters = 0
        self.writer = pq.ParquetWriter(path, self.schema, compression="zstd")

    def add(self, row: Row) -> None:
        self.rows.append(row)
        self.characters += sum(len(value) for value in row if isinstance(value, str))
        if len(self.rows) >= ROWS or self.characters >= CHARACTERS:
            self._write()

    def _write(self) -> None:
        columns = zip(*self.rows, strict=True) if self.rows else ([] for _ in self.schema)
        arrays = [pa.array(list(values), field.type) for values, field in zip(columns, self.schema, strict=True)]
        self.writer.write_batch(pa.record_batch(arrays, schema=self.schema))
        self.rows, self.characters = [], 0

    def __enter__(self) -> _File:
        return self

    def __exit__(self, kind: Any, *_: Any) -> None:
        if kind is None and self.rows:
            self._write()
        self.writer.close()
