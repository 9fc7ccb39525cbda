"""The vocabularies of `data/`: CSV tables, layered so that a user's folder replaces and adds rows.

A table's first column is its key. Cells that hold several forms separate them with `|`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from extractor.errors import Problem, RulesError


class Row(dict[str, str]):
    """One row of a table; remembers where it stands."""

    def __init__(self, cells: Mapping[str, str], file: str, line: int) -> None:
        super().__init__(cells)
        self.file = file
        self.line = line

    def forms(self, column: str) -> list[str]:
        """The forms that a cell lists, `|` between them; empty for an empty cell."""
        return [form.strip() for form in self.get(column, "").split("|") if form.strip()]


class Table:
    """Rows under a header, in file order."""

    def __init__(self, name: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        self.name = name
        self.columns = tuple(columns)
        self.rows = tuple(rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def forms(self, columns: str, where: Mapping[str, str] | None = None) -> list[str]:
        """All forms of one or several columns (`name+aliases`), of the rows whose cells equal `where`; no doubles."""
        found: dict[str, None] = {}
        for row in self.rows:
            if all(value in row.forms(key) for key, value in (where or {}).items()):
                for column in columns.split("+"):
                    found.update(dict.fromkeys(row.forms(column)))
        return list(found)


class Tables:
    """All tables by name (the file's stem)."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self._tables = dict(tables)

    def __getitem__(self, name: str) -> Table:
        return self._tables[name]

    def __contains__(self, name: str) -> bool:
        return name in self._tables

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)


def load_tables(folders: Sequence[Path], problems: list[Problem]) -> Tables:
    """Read every `*.csv` of `folders`, later folders over earlier ones; mistakes go to `problems`."""
    tables: dict[str, Table] = {}
    for folder in folders:
        for path in sorted(folder.glob("*.csv")) if folder.is_dir() else ():
            table = _read(path, problems)
            if table is None:
                continue
            below = tables.get(table.name)
            tables[table.name] = table if below is None else _layer(below, table, str(path), problems)
    return Tables(tables)


def _read(path: Path, problems: list[Problem]) -> Table | None:
    file = str(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        problems.append(Problem(file, 1, f"cannot be read as UTF-8: {error}"))
        return None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[Row] = []
    header: list[str] = []
    try:
        for cells in reader:
            if not header:
                header = [cell.strip() for cell in cells]
                if not all(header) or len(set(header)) < len(header):
                    problems.append(Problem(file, 1, f"a header of unique, non-empty column names is wanted: {header}"))
                    return None
            elif any(cells):
                if len(cells) != len(header):
                    message = f"{len(cells)} cells under {len(header)} columns"
                    problems.append(Problem(file, reader.line_num, message))
                    continue
                rows.append(Row(dict(zip(header, map(str.strip, cells), strict=True)), file, reader.line_num))
    except csv.Error as error:
        problems.append(Problem(file, reader.line_num, f"no CSV: {error}"))
        return None
    if not header:
        problems.append(Problem(file, 1, "the table is empty: a header is wanted"))
        return None
    return Table(path.stem, header, rows)


def _layer(below: Table, above: Table, file: str, problems: list[Problem]) -> Table:
    unknown = [column for column in above.columns if column not in below.columns]
    if unknown:
        problems.append(Problem(file, 1, f"unknown columns {', '.join(unknown)}; there are {', '.join(below.columns)}"))
        return below
    key = below.columns[0]
    if key not in above.columns:
        problems.append(Problem(file, 1, f"the key column {key!r} is missing"))
        return below
    replaced = {row[key] for row in above}
    kept = [row for row in below if row[key] not in replaced]
    added = [Row({c: row.get(c, "") for c in below.columns}, row.file, row.line) for row in above]
    return Table(below.name, below.columns, [*kept, *added])


def spelling(tables: Tables) -> dict[str, str]:
    """The spelling variants of data/spelling.csv: lower-case word → the one form that rules use."""
    return {row["written"]: row["canonical"] for row in tables["spelling"]} if "spelling" in tables else {}


def shipped_tables(folders: Sequence[Path]) -> Tables:
    """Like `load_tables`, but mistakes raise `RulesError`."""
    problems: list[Problem] = []
    tables = load_tables(folders, problems)
    if problems:
        raise RulesError(problems)
    return tables
