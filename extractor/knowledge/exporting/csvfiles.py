"""CSV: a folder with a file for each table and a `datapackage.json` that says what is in them (Data Package 1).

`csv` is for programs: UTF-8, comma, line feed. `csv-excel` is for a spreadsheet opened by double click: a byte order
mark, and the signs of the language's Excel (Vietnamese: semicolon and decimal comma); a text that Excel would take for
a formula gets an apostrophe before it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from extractor.knowledge.exporting.options import Options
from extractor.knowledge.exporting.rows import field, stream, tables, told
from extractor.knowledge.exporting.source import Source
from extractor.knowledge.exporting.targets import new_folder
from extractor.knowledge.relations import Table
from extractor.records import dumps

#: The file that says what is in the others.
PACKAGE = "datapackage.json"
#: What spreadsheets take for a formula, also behind apostrophes of ours; full-width signs count as theirs.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n|%＝＋－＠]")


@dataclass(frozen=True)
class Dialect:
    """The signs of a file: delimiter, decimal sign, line end; whether formulas are guarded and a mark begins it."""

    delimiter: str = ","
    decimal: str = "."
    line_end: str = "\n"
    excel: bool = False

    @property
    def encoding(self) -> str:
        """The name of the encoding."""
        return "utf-8-sig" if self.excel else "utf-8"


def write(source: Source, target: Path, options: Options) -> None:
    """Write the folder for programs."""
    _write(source, target, options, Dialect())


def guarded(text: str) -> str:
    """A text that no spreadsheet takes for a formula; `unguarded` gives it back."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """The text that `guarded` was given."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def dialect_of(options: Options) -> Dialect:
    """What Excel in a language reads."""
    return Dialect(";", ",", "\r\n", True) if options.language == "vi" else Dialect(",", ".", "\r\n", True)


def _write(source: Source, target: Path, options: Options, dialect: Dialect) -> None:
    with new_folder(target) as folder, ExitStack() as opened:
        known = tables(options)
        writers, counts = {}, dict.fromkeys(known, 0)
        for name, table in known.items():
            stream_ = opened.enter_context((folder / f"{name}.csv").open("w", encoding=dialect.encoding, newline=""))
            writers[name] = csv.writer(stream_, delimiter=dialect.delimiter, lineterminator=dialect.line_end)
            writers[name].writerow(table.names)
        for name, row in stream(source, options):
            writers[name].writerow(_cells(row, dialect))
            counts[name] += 1
        package = dumps(_package(list(known.values()), counts, dialect, source), indent=1)
        (folder / PACKAGE).write_text(package + "\n", encoding="utf-8", newline="\n")


def _cells(row: Sequence[Any], dialect: Dialect) -> list[str]:
    cells = [told(value) for value in row]
    if dialect.excel:
        for place, value in enumerate(row):
            if isinstance(value, float | Decimal):
                cells[place] = cells[place].replace(".", dialect.decimal)
            elif not isinstance(value, int):
                cells[place] = guarded(cells[place])
    return cells


def _package(known: Sequence[Table], counts: dict[str, int], dialect: Dialect, source: Source) -> dict[str, Any]:
    return {
        "profile": "tabular-data-package",
        "name": "danvan",
        "title": "Facts from Vietnamese news about công tác dân vận",
        "danvan": {
            "schema": source.manifest.schema_,
            "rules": source.manifest.rules,
            "versions": source.manifest.versions,
        },
        "resources": [_resource(table, counts[table.name], dialect) for table in known],
    }


def _resource(table: Table, rows: int, dialect: Dialect) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "fields": [field(column, decimal=dialect.decimal) for column in table.columns],
        "missingValues": [""],
    }
    if table.keys:
        schema["primaryKey"] = table.names[: table.keys]
    keys = [(c.name, c.to) for c in table.columns if c.to and not (table.name == "articles" and c.name == "id")]
    if keys:
        schema["foreignKeys"] = [
            {"fields": name, "reference": {"resource": "" if to == table.name else to, "fields": "id"}}
            for name, to in keys
        ]
    return {
        "profile": "tabular-data-resource", "name": table.name, "path": f"{table.name}.csv", "description": table.says,
        "format": "csv", "mediatype": "text/csv", "encoding": dialect.encoding, "rows": rows,
        "dialect": {"delimiter": dialect.delimiter, "lineTerminator": dialect.line_end, "doubleQuote": True},
        "schema": schema,
    }  # fmt: skip
