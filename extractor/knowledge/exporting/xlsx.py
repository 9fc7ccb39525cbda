"""Excel: a workbook with a sheet for each table (extra `xlsx`).

Every text is written as a text, so that none becomes a formula, a number or a date. A sheet has 1,048,576 rows at most:
a longer table goes on in a second sheet. A cell has 32,767 characters at most: a longer text goes on in the cells to
its right, behind the last column. A sheet of more than 4 GiB is refused.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import FileSizeError

from extractor.errors import UsageError
from extractor.knowledge.exporting.options import Options
from extractor.knowledge.exporting.rows import stream, tables, told
from extractor.knowledge.exporting.source import Source
from extractor.knowledge.exporting.targets import new_file
from extractor.knowledge.relations import Table

#: What a sheet and a cell hold.
MOST_ROWS, MOST_CHARACTERS = 1_048_576, 32_767
_WIDTHS = {"text": 60, "quote": 60, "title": 40, "evidence": 40, "name": 30}
#: What XML cannot hold, and what looks as if it stood for that.
_ESCAPED = re.compile(r"[\x00-\x08\x0b-\x1f]|_x[0-9A-Fa-f]{4}_")
#: Days before Excel's calendar are written as texts.
_FIRST_DAY = datetime.date(1900, 3, 1)


def write(source: Source, target: Path, options: Options) -> None:
    """Write the workbook; rows go to the disk as they come."""
    with new_file(target) as part, TemporaryDirectory(prefix=part.name, dir=part.resolve().parent) as scratch:
        book = xlsxwriter.Workbook(str(part), {"constant_memory": True, "tmpdir": scratch})
        try:
            bold, days = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
            sheets = {name: _Sheets(book, table, bold, days) for name, table in tables(options).items()}
            for name, row in stream(source, options):
                sheets[name].add(row)
        finally:
            _close(book, target)


def _close(book: Any, target: Path) -> None:
    """Write what is left; raises `UsageError` where a sheet is larger than a workbook holds."""
    try:
        book.close()
    except FileSizeError as error:
        raise UsageError(
            f"{target}: no workbook holds a sheet of more than 4 GiB; leave the texts out (--no-text), "
            "or choose csv-excel, parquet or sqlite"
        ) from error


class _Sheets:
    """The sheets of one table."""

    def __init__(self, book: Any, table: Table, bold: Any, days: Any) -> None:
        self.book, self.table, self.bold, self.days = book, table, bold, days
        self.count = 0
        self._begin()

    def _begin(self) -> None:
        self.count += 1
        self.row = 0
        name = self.table.name if self.count == 1 else f"{self.table.name} ({self.count})"
        self.sheet = self.book.add_worksheet(name)
        self.sheet.freeze_panes(1, 0)
        for place, column in enumerate(self.table.columns):
            self.sheet.set_column(place, place, _WIDTHS.get(column.name, 16))
            self.sheet.write_string(0, place, column.name, self.bold)

    def add(self, row: Sequence[Any]) -> None:
        self.row += 1
        if self.row == MOST_ROWS:
            self._begin()
            self.row = 1
        behind = len(self.table.columns)
        for place, value in enumerate(row):
            if value is None:
                continue
            if isinstance(value, bool):
                self.sheet.write_boolean(self.row, place, value)
            elif isinstance(value, int | float | Decimal):
                self.sheet.write_number(self.row, place, float(value))
            elif isinstance(value, datetime.date) and value >= _FIRST_DAY:
                self.sheet.write_datetime(self.row, place, value, self.days)
            else:
                text = told(value)
                first, *rest = pieces(text)
                self.sheet.write_string(self.row, place, first)
                for piece in rest:
                    self.sheet.write_string(self.row, behind, piece)
                    behind += 1


def pieces(text: str) -> list[str]:
    """A text in pieces that each fit in a cell, counted as Excel does (UTF-16, with what its XML escapes)."""
    if 8 * len(text) <= MOST_CHARACTERS:
        return [text]
    found: list[str] = []
    at = 0
    while at < len(text) or not found:
        size = MOST_CHARACTERS
        while (piece := text[at : at + size]) and _units(piece) > MOST_CHARACTERS:
            size = min(size, len(piece)) * 3 // 4
        found.append(piece)
        at += size
    return found


def _units(piece: str) -> int:
    return len(piece.encode("utf-16-le", "surrogatepass")) // 2 + 6 * len(_ESCAPED.findall(piece))
