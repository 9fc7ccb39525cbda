"""`danvan query`: SQL over a knowledge base, and the ready questions."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from extractor.cli_terminal import USAGE, LangOption, guarded, print_json, tell
from extractor.errors import UsageError
from extractor.messages import Messages, choose

if TYPE_CHECKING:
    from extractor.knowledge.query import Answer

#: Rows that a table shows.
MOST_ROWS = 200


class Form(StrEnum):
    """The forms of an answer."""

    table = "table"
    csv = "csv"
    json = "json"
    parquet = "parquet"


def query(
    kb: Annotated[Path, typer.Argument(metavar="KB", help="A knowledge base.")],
    sql: Annotated[str | None, typer.Argument(metavar="SQL|NAME", help="SQL, or the name of a ready question.")] = None,
    form: Annotated[Form, typer.Option("--format", "-f", help="table, csv, json or parquet.")] = Form.table,
    out: Annotated[Path | None, typer.Option("--out", "-o", metavar="FILE", help="A new file for the answer.")] = None,
    given: Annotated[
        list[str] | None, typer.Option("--with", metavar="NAME=VALUE", help="A value for $NAME in the question.")
    ] = None,
    list_: Annotated[bool, typer.Option("--list", help="List the ready questions and the views.")] = False,
    lang: LangOption = None,
) -> None:  # fmt: skip
    """Ask a knowledge base in SQL (DuckDB), or a ready question by its name; nothing is written."""
    from extractor.knowledge.exporting.source import open_source
    from extractor.knowledge.query import opened
    from extractor.knowledge.questions import question

    say = Messages(choose(lang))
    with guarded(say, damaged=USAGE):
        if list_:
            _listed(say, as_json=form == Form.json)
            return
        if sql is None:
            raise UsageError(say("query_nothing"))
        open_source(kb)
        ready = question(sql)
        values = dict(ready.values) if ready else {}
        for pair in given or ():
            name, sign, value = pair.partition("=")
            if not sign or (ready and name not in ready.values):
                near = ", ".join(f"{n}={v}" for n, v in values.items()) or "-"
                raise UsageError(say("query_with", pair=pair, near=near))
            values[name] = value
        with opened(kb) as asked:
            answer = asked.ask(ready.sql if ready else sql, values)
            if out is None:
                _print(answer, form, say)
            else:
                _write(answer, form, out)
                tell(say("page_written", file=out))
        words = (ready.sql if ready else sql).lower()
        if not (kb / "entities.jsonl").exists() and ("entities" in words or "series" in words):
            tell(say("not_linked", kb=kb))


def _listed(say: Messages, *, as_json: bool) -> None:
    """The ready questions and the views."""
    from extractor.knowledge.questions import questions
    from extractor.knowledge.relations import TABLES

    if as_json:
        print_json({
            "questions": [{"name": q.name, "titles": q.titles, "values": q.values, "sql": q.sql} for q in questions()],
            "views": [{"name": t.name, "columns": [{"name": c.name, "type": c.type} for c in t.columns]}
                      for t in TABLES.values()],
        })  # fmt: skip
        return
    print(say("query_questions"))
    for ready in questions():
        values = "".join(f" --with {name}={value}" for name, value in ready.values.items())
        print(f"  {ready.name}{values}\n      {ready.titles[say.language]}")
    print(say("query_views"))
    for table in TABLES.values():
        print(f"  {table.name}: {', '.join(table.names)}")


def _print(answer: Answer, form: Form, say: Messages) -> None:
    if form == Form.table:
        _table(answer, say)
    elif form == Form.parquet:
        if sys.stdout.isatty():
            raise UsageError(say("query_binary"))
        _parquet(answer, sys.stdout.buffer)
    else:
        sys.stdout.writelines(_text(answer, form))


def _write(answer: Answer, form: Form, out: Path) -> None:
    """Write the answer to a new file, whole or not at all."""
    from extractor.knowledge.exporting.targets import new_file

    if form == Form.table:
        raise UsageError("--out wants --format csv, json or parquet")
    with new_file(out) as part:
        if form == Form.parquet:
            with part.open("wb") as stream:
                _parquet(answer, stream)
        else:
            with part.open("w", encoding="utf-8", newline="") as text:
                text.writelines(_text(answer, form))


def _text(answer: Answer, form: Form) -> Iterator[str]:
    from extractor.records import dumps

    names = [name for name, _ in answer.columns]
    if form == Form.csv:
        line: list[str] = []
        row = csv.writer(_Lines(line), lineterminator="\n")
        row.writerow(names)
        for values in answer.rows():
            row.writerow(["" if v is None else v if isinstance(v, str) else _told(v) for v in values])
            yield "".join(line)
            line.clear()
        yield "".join(line)
        return
    begin = "[\n"
    for values in answer.rows():
        yield begin + dumps(dict(zip(names, map(_plain, values), strict=True)))
        begin = ",\n"
    yield "[]\n" if begin == "[\n" else "\n]\n"


class _Lines:
    """What a CSV writer writes to."""

    def __init__(self, held: list[str]) -> None:
        self.held = held

    def write(self, text: str) -> int:
        self.held.append(text)
        return len(text)


def _plain(value: Any) -> Any:
    """A value as JSON has it: days as ISO, what JSON cannot say as text, no number that is none."""
    import math
    from decimal import Decimal

    if value is None or isinstance(value, str | bool | int | Decimal):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return [_plain(v) for v in value]
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _told(value: Any) -> str:
    """A value as text."""
    from decimal import Decimal

    from extractor.records import dumps, plain

    held = _plain(value)
    if isinstance(held, Decimal):
        return plain(held)
    return held if isinstance(held, str) else dumps(held)


def _table(answer: Answer, say: Messages) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for name, kind in answer.columns:
        right = kind.startswith(("DECIMAL", "BIGINT", "INTEGER", "DOUBLE", "HUGEINT"))
        table.add_column(name, overflow="fold", justify="right" if right else "left")
    rows = answer.rows()
    shown = 0
    for shown, values in enumerate(rows, 1):
        if shown > MOST_ROWS:
            break
        table.add_row(*(Text("" if v is None else " ".join(_told(v).split())) for v in values))
    Console(width=None if sys.stdout.isatty() else 160).print(table)
    if shown > MOST_ROWS:
        tell(say("query_more", rows=MOST_ROWS))


def _parquet(answer: Answer, stream: IO[bytes]) -> None:
    try:
        import pyarrow.parquet as pq
    except ImportError as error:
        raise UsageError("parquet wants pyarrow: pip install 'danvan[arrow]'") from error
    batches = answer.batches()
    with pq.ParquetWriter(stream, batches.schema, compression="zstd") as writer:
        for batch in batches:
            writer.write_batch(batch)
