"""PostgreSQL: the tables in a schema of a database (extra `postgres`), rows put in or renewed by their keys in batches.

Each batch is a transaction that holds whole articles with all that belongs to them: a run that is cut off leaves whole
articles behind, and the same command again brings everything to the same end. What the knowledge base does not hold any
more is taken out at the end, in one transaction with the mark that says what the tables hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import psycopg
from psycopg import sql

from extractor.errors import KnowledgeError, UsageError
from extractor.knowledge.exporting.options import Options
from extractor.knowledge.exporting.rows import stream, tables
from extractor.knowledge.exporting.source import Source
from extractor.knowledge.exporting.sqlite import INDEXES, VIEWS
from extractor.knowledge.relations import Row, Table, Type
from extractor.records import SCHEMA, dumps

#: Articles (or entities, rejects) that go in at a time, seconds that are waited for a server or another export.
BATCH, PATIENCE = 1000, 5
#: The schema of the tables in the database.
NAMESPACE = "danvan"
TYPES: Mapping[Type, str] = {
    "text": "text", "whole": "bigint", "real": "double precision", "number": "numeric", "truth": "boolean",
    "day": "date", "json": "jsonb", "texts": "text[]",
}  # fmt: skip
#: (table, table that its rows go with): facts with their article, what is theirs with the facts.
_WITH = {
    ("facts", "articles"), ("positions", "officials"), ("series", "entities"),
    *((name, "facts") for name in ("evidence", "dates", "documents", "officials", "indicators", "programs")),
}  # fmt: skip
#: Tables whose rows are taken out by themselves.
_ELSE = ("entities", "series", "rejects")


def write(source: Source, target: None, options: Options) -> None:
    """Bring the tables of a database up to the knowledge base; raises `UsageError` where the server refuses."""
    assert options.dsn is not None
    try:
        with psycopg.connect(options.dsn, connect_timeout=PATIENCE, application_name="danvan export") as connection:
            Database(connection, tables(options)).take(source, options)
    except (psycopg.OperationalError, psycopg.ProgrammingError) as error:
        told = " ".join(str(error).split())
        raise UsageError(f"PostgreSQL: {told}") from error
    except psycopg.Error as error:
        raise KnowledgeError(f"PostgreSQL: {' '.join(str(error).split())}") from error


class Database:
    """The tables in a database."""

    def __init__(self, connection: psycopg.Connection[Any], known: Mapping[str, Table]) -> None:
        self.connection = connection
        self.known = known

    def take(self, source: Source, options: Options) -> None:
        """Put everything in, then take out what is not there any more."""
        try:
            with self.connection.transaction():
                self.connection.execute(f"SET LOCAL lock_timeout = '{PATIENCE}s'")
                self.connection.execute("SELECT pg_advisory_lock(hashtext('danvan export'))")
        except psycopg.errors.LockNotAvailable as error:
            raise UsageError("another danvan export is writing to this database") from error
        with self.connection.transaction():
            self._make()
        run = self._begin()
        for rows in _batches(stream(source, options)):
            with self.connection.transaction():
                self._put(rows, run)
        with self.connection.transaction():
            self._finish(run, source)
        self.connection.execute("SELECT pg_advisory_unlock(hashtext('danvan export'))")

    def _make(self) -> None:
        """The schema, its tables, indexes and views, where they are not there yet."""
        run = self.connection.execute
        run(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(NAMESPACE)))
        run(sql.SQL("CREATE TABLE IF NOT EXISTS {} (key text PRIMARY KEY, value text)").format(_name("about")))
        held = self._about("schema")
        if held is not None and held != str(SCHEMA):
            raise UsageError(f"the tables in {NAMESPACE} are of schema {held}, not {SCHEMA}; drop that schema first")
        for table in self.known.values():
            parts = sql.SQL(", ").join(_parts(table))
            run(sql.SQL("CREATE TABLE IF NOT EXISTS {} ({})").format(_name(table.name), parts))
            run(sql.SQL("CREATE TEMPORARY TABLE {} (LIKE {}) ON COMMIT DELETE ROWS").format(
                sql.Identifier(f"coming_{table.name}"), _name(table.name)))  # fmt: skip
        for name, columns in INDEXES.items():
            for column in ("seen", *columns):
                run(sql.SQL("CREATE INDEX IF NOT EXISTS {} ON {} ({})").format(
                    sql.Identifier(f"{name}_{column}"), _name(name), sql.Identifier(column)))  # fmt: skip
        for name, selected in VIEWS.items():
            run(sql.SQL("CREATE OR REPLACE VIEW {} AS {}").format(_name(name), sql.SQL(_view(selected, self.known))))
        self._tell("schema", str(SCHEMA))

    def _about(self, key: str) -> str | None:
        found = self.connection.execute(
            sql.SQL("SELECT value FROM {} WHERE key = %s").format(_name("about")), (key,)
        ).fetchone()
        return None if found is None else str(found[0])

    def _tell(self, key: str, value: str) -> None:
        self.connection.execute(
            sql.SQL("INSERT INTO {} VALUES (%s, %s) ON CONFLICT (key) DO UPDATE SET value = excluded.value").format(
                _name("about")
            ),
            (key, value),
        )

    def _begin(self) -> int:
        """The number of this run; rows that it does not see are taken out at its end."""
        with self.connection.transaction():
            run = int(self._about("run") or 0) + 1
            self._tell("run", str(run))
            return run

    def _put(self, rows: Mapping[str, Sequence[Row]], run: int) -> None:
        """Put in rows: those of articles anew, so that no old evidence or position stays with a fact."""
        articles = [row[0] for row in rows.get("articles", ())]
        if articles:
            # A fact's rows go with it (ON DELETE CASCADE).
            self.connection.execute(
                sql.SQL("DELETE FROM {} WHERE article_id = ANY(%s)").format(_name("facts")), (articles,)
            )
        for name, held in rows.items():
            table = self.known[name]
            columns = sql.SQL(", ").join(map(sql.Identifier, [*table.names, "seen"]))
            coming = sql.Identifier(f"coming_{name}")
            with (
                self.connection.cursor() as cursor,
                cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(coming, columns)) as copy,
            ):
                for row in held:
                    copy.write_row([*map(_storable, row), run])
            statement = sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {}").format(_name(name), columns, columns, coming)
            if table.keys:
                keys = sql.SQL(", ").join(map(sql.Identifier, table.names[: table.keys]))
                renewed = (
                    sql.SQL("{0} = excluded.{0}").format(sql.Identifier(c))
                    for c in [*table.names[table.keys :], "seen"]
                )
                statement += sql.SQL(" ON CONFLICT ({}) DO UPDATE SET {}").format(keys, sql.SQL(", ").join(renewed))
            self.connection.execute(statement)

    def _finish(self, run: int, source: Source) -> None:
        for name in ("articles", *_ELSE):
            self.connection.execute(sql.SQL("DELETE FROM {} WHERE seen <> %s").format(_name(name)), (run,))
        self._tell("rules", source.manifest.rules)
        self._tell("counts", dumps(source.manifest.counts))
        self._tell("finished", str(run))


def _storable(value: Any) -> Any:
    """A value as PostgreSQL takes it: it has no NUL in texts."""
    if isinstance(value, str):
        return value.replace("\0", "\ufffd").replace("\\u0000", "\\ufffd")
    return [_storable(v) for v in value] if isinstance(value, list) else value


def _name(table: str) -> sql.Identifier:
    return sql.Identifier(NAMESPACE, table)


def _parts(table: Table) -> Iterator[sql.Composable]:
    """The columns of a table, its key, and what goes with what."""
    for column in table.columns:
        yield sql.SQL("{} {}").format(sql.Identifier(column.name), sql.SQL(TYPES[column.type]))
        if column.to and (table.name, column.to) in _WITH:
            yield sql.SQL("FOREIGN KEY ({}) REFERENCES {} (id) ON DELETE CASCADE").format(
                sql.Identifier(column.name), _name(column.to)
            )
    yield sql.SQL("seen bigint NOT NULL")
    if table.keys:
        yield sql.SQL("PRIMARY KEY ({})").format(sql.SQL(", ").join(map(sql.Identifier, table.names[: table.keys])))


def _view(selected: str, known: Mapping[str, Table]) -> str:
    """A view's text with the tables of our schema."""
    told = selected
    for name in known:
        for word in ("FROM", "JOIN"):
            told = told.replace(f"{word} {name} ", f"{word} {NAMESPACE}.{name} ")
    return told


def _batches(rows: Iterator[tuple[str, Row]]) -> Iterator[dict[str, list[Row]]]:
    """Rows by table, so many articles with all that is theirs at a time."""
    held: dict[str, list[Row]] = {}
    begun = 0
    for name, row in rows:
        if name in ("articles", "entities", "rejects"):
            if begun == BATCH:
                yield held
                held, begun = {}, 0
            begun += 1
        held.setdefault(name, []).append(row)
    if held:
        yield held
