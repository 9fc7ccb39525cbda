"""`danvan query`: SQL over a knowledge base, by DuckDB, that can read it and nothing else.

Before a person's SQL runs, DuckDB is shut off from everything but the knowledge base's own files (no other file, no
network, no extension), its configuration is locked, and only statements that read are let through.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extractor.errors import UsageError
from extractor.knowledge.exporting.source import open_source
from extractor.knowledge.files import ARTICLES, ENTITIES, FACTS, REJECTS
from extractor.knowledge.query_views import create_views, text_of

if TYPE_CHECKING:
    import duckdb

#: Rows that are fetched at a time.
ROWS = 2000
_FILES = (ARTICLES, FACTS, REJECTS, ENTITIES)
_ANALYZE = re.compile(r"\s*explain\s*(?:analy[sz]e\b|\([^)]*\banaly[sz]e\b)", re.IGNORECASE)
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_GLOB = re.compile(r"[*?\[\]{}]")


class Answer:
    """The rows of a question: `columns` are (name, DuckDB's type); read once, `ROWS` at a time."""

    def __init__(self, found: duckdb.DuckDBPyConnection) -> None:
        self._found = found
        self.columns = [(str(name), str(kind)) for name, kind, *_ in found.description or ()]

    def rows(self) -> Iterator[Sequence[Any]]:
        """The rows; raises `UsageError` for a mistake that shows only while they are read."""
        with _told():
            while rows := self._found.fetchmany(ROWS):
                yield from rows

    def batches(self) -> Any:
        """The rows as a `pyarrow.RecordBatchReader`."""
        with _told():
            return self._found.to_arrow_reader(100_000)


@contextmanager
def opened(kb: Path) -> Iterator[Query]:
    """A knowledge base to ask; raises `UsageError` for none, `KnowledgeError` for a damaged one."""
    open_source(kb)
    try:
        import duckdb
    except ImportError as error:
        raise UsageError("danvan query wants DuckDB: pip install 'danvan[query]'") from error
    scratch = Path(tempfile.mkdtemp(prefix="danvan-query-"))
    try:
        paths = {name: (kb / name).resolve() for name in _FILES}
        held = {name: _plain(path, scratch) if path.is_file() else None for name, path in paths.items()}
        connection = duckdb.connect(
            ":memory:",
            config={"autoinstall_known_extensions": False, "autoload_known_extensions": False,
                    "allow_community_extensions": False, "allow_persistent_secrets": False,
                    "temp_directory": str(scratch / "spill")},
        )  # fmt: skip
        with contextlib.closing(connection):
            for statement in create_views(held):
                connection.execute(statement)
            _shut(connection, [path for path in held.values() if path is not None])
            yield Query(connection)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _plain(path: Path, scratch: Path) -> Path:
    """A path without signs that DuckDB takes for patterns."""
    if not _GLOB.search(str(path)):
        return path
    link = scratch / path.name
    link.symlink_to(path)
    return link


def _shut(connection: duckdb.DuckDBPyConnection, paths: Sequence[Path]) -> None:
    """Leave only the knowledge base's files to read, for good."""
    allowed = ", ".join(text_of(str(path)) for path in paths)
    for setting in (
        f"allowed_paths = [{allowed}]",
        "python_enable_replacements = false",
        "enable_external_access = false",
        "lock_configuration = true",
    ):
        connection.execute(f"SET {setting}")


class Query:
    """A knowledge base that answers SQL."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def ask(self, sql: str, values: Mapping[str, Any] | None = None) -> Answer:
        """Answer one question; `values` are those of its `$names`.

        Raises `UsageError` for SQL that is wrong or writes.
        """
        import duckdb

        with _told():
            statements = self._connection.extract_statements(sql)
            if len(statements) != 1:
                raise UsageError(f"one question at a time: this is {len(statements)} statements")
            kind = statements[0].type
            reads = kind == duckdb.StatementType.SELECT or kind == duckdb.StatementType.EXPLAIN
            if not reads or (kind == duckdb.StatementType.EXPLAIN and _ANALYZE.match(_COMMENT.sub(" ", sql))):
                name = str(kind).rpartition(".")[2]
                hint = "; name the values: PIVOT … ON column IN (…)" if name == "MULTI" else ""
                raise UsageError(f"only SQL that reads is answered (SELECT, FROM, WITH, DESCRIBE), not {name}{hint}")
            wanted = {str(name) for name in statements[0].named_parameters}
            given = {name: value for name, value in (values or {}).items() if name in wanted}
            if missing := sorted(wanted - given.keys()):
                raise UsageError(f"the question wants a value for {', '.join(missing)}: --with {missing[0]}=…")
            return Answer(self._connection.execute(sql, given or None))


@contextmanager
def _told() -> Iterator[None]:
    """DuckDB's errors as ours; what it refuses says why."""
    import duckdb

    try:
        yield
    except duckdb.PermissionException as error:
        first = str(error).split("\n", 1)[0].removeprefix("Permission Error: ")
        raise UsageError(f"SQL reaches nothing outside the knowledge base: {first}") from error
    except duckdb.InterruptException as error:
        raise KeyboardInterrupt from error
    except duckdb.Error as error:
        raise UsageError(f"SQL: {str(error).strip()}") from error
