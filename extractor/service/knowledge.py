"""A finished knowledge base, served read-only: where each fact stands, and by what it is asked for.

What is asked for is kept in a SQLite file of its own in the folder of temporary files, made when the service starts and
again when the knowledge base was changed; answers are the knowledge base's own lines.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from extractor import timex
from extractor.errors import DanvanError, KnowledgeError, UsageError
from extractor.knowledge.files import ARTICLES, FACTS, MANIFEST, RUN, read_lines
from extractor.text import fold, unaccented

_TABLES = """
CREATE TABLE article (id TEXT PRIMARY KEY, at INTEGER, province TEXT, plain TEXT) WITHOUT ROWID;
CREATE TABLE fact (n INTEGER PRIMARY KEY, id TEXT, at INTEGER, kind TEXT, article TEXT, province TEXT, plain TEXT,
                   name TEXT, bare TEXT, first TEXT, last TEXT);
"""
_INDEXES = """
CREATE INDEX fact_id ON fact (id);
CREATE INDEX fact_kind ON fact (kind, n);
CREATE INDEX fact_article ON fact (article, n);
CREATE INDEX fact_province ON fact (province, n);
CREATE INDEX fact_plain ON fact (plain, n);
CREATE INDEX fact_name ON fact (kind, name, n);
CREATE INDEX fact_bare ON fact (kind, bare, n);
"""
#: Words before the name of a province.
_PROVINCE = ("tỉnh ", "thành phố ", "tp. ", "tp ", "tinh ", "thanh pho ")


@dataclass(frozen=True)
class Wanted:
    """Which facts: of a kind, province, article, within a period (TIMEX3), of a document's code or a person's name."""

    kind: str | None = None
    province: str | None = None
    period: str | None = None
    document: str | None = None
    person: str | None = None
    article: str | None = None


class NoSuchPage(LookupError):
    """A cursor that is none of the knowledge base as it is."""


class Shelf:
    """A knowledge base that may be changed while it is served."""

    def __init__(self, folder: Path) -> None:
        """Read it; raises `UsageError` for no finished knowledge base, `KnowledgeError` for a damaged one."""
        self.folder = folder
        self._lock = threading.Lock()
        self._stat = _stat(folder)
        self._facts = Facts(folder)

    @property
    def facts(self) -> Facts:
        """The knowledge base as it is; as it was while a run on it is under way."""
        with suppress(OSError):
            now = _stat(self.folder)
            if now != self._stat and self._lock.acquire(blocking=False):
                try:
                    self._facts = Facts(self.folder)
                    self._stat = now
                except DanvanError:
                    pass  # a run is under way, or it is damaged: what was read before is still whole
                finally:
                    self._lock.release()
        return self._facts


def _stat(folder: Path) -> tuple[int, int, int]:
    found = (folder / MANIFEST).stat() if (folder / MANIFEST).exists() else None
    return (found.st_ino, found.st_mtime_ns, found.st_size) if found else (0, 0, 0)


class Facts:
    """One state of a knowledge base; `tag` names it."""

    def __init__(self, folder: Path) -> None:
        if not (folder / MANIFEST).is_file():
            raise UsageError(f"{folder}: no finished knowledge base ({MANIFEST} is missing)")
        if (folder / RUN).exists():
            raise UsageError(f"{folder}: a run is under way or was cut off; run danvan extract again to finish it")
        try:
            manifest = (folder / MANIFEST).read_bytes()
            self.manifest: dict[str, Any] = json.loads(manifest)
            self._articles: IO[bytes] = (folder / ARTICLES).open("rb")
            self._lines: IO[bytes] = (folder / FACTS).open("rb")
        except (OSError, ValueError) as error:
            raise KnowledgeError(f"{folder}: {error}") from error
        self.tag = hashlib.sha256(manifest).hexdigest()[:16]
        self._lock = threading.Lock()
        self._place = tempfile.TemporaryDirectory(prefix="danvan-serve-", ignore_cleanup_errors=True)
        self._base = sqlite3.connect(str(Path(self._place.name) / "index.sqlite"), check_same_thread=False)
        self._base.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _TABLES)
        with self._base:
            self._base.executemany("INSERT OR REPLACE INTO article VALUES (?, ?, ?, ?)", _articles(folder))
            self._base.executemany(
                "INSERT INTO fact SELECT NULL, ?1, ?2, ?3, ?4, (SELECT province FROM article WHERE id = ?4), "
                "(SELECT plain FROM article WHERE id = ?4), ?5, ?6, ?7, ?8", _facts(folder)
            )  # fmt: skip
        self._base.executescript(_INDEXES)

    def page(self, wanted: Wanted, cursor: str | None, most: int) -> tuple[list[bytes], str | None]:
        """The lines of up to `most` facts, in file order, and the cursor of the next page; raises `NoSuchPage`."""
        conditions, values = _conditions(wanted)
        where = " AND ".join(["n > ?", *conditions])
        after = 0 if cursor is None else self._after(cursor)
        with self._lock:
            rows = self._base.execute(
                f"SELECT n, at FROM fact WHERE {where} ORDER BY n LIMIT ?", (after, *values, most + 1)
            ).fetchall()
            lines = [_line(self._lines, at) for _, at in rows[:most]]
        return lines, self._cursor(rows[most - 1][0]) if len(rows) > most else None

    def fact(self, number: str) -> bytes | None:
        """The line of a fact."""
        return self._one("SELECT at FROM fact WHERE id = ?", number, self._lines)

    def article(self, number: str) -> bytes | None:
        """The line of an article."""
        return self._one("SELECT at FROM article WHERE id = ?", number, self._articles)

    def _one(self, query: str, number: str, stream: IO[bytes]) -> bytes | None:
        try:
            number.encode("utf-8")
        except UnicodeEncodeError:
            return None
        with self._lock:
            row = self._base.execute(query, (number,)).fetchone()
            return None if row is None else _line(stream, row[0])

    def _cursor(self, number: int) -> str:
        return base64.urlsafe_b64encode(f"{self.tag}{number:x}".encode()).decode().rstrip("=")

    def _after(self, cursor: str) -> int:
        try:
            told = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
            if told[:16] == self.tag and 0 < len(told[16:]) <= 15:
                return int(told[16:], 16)
        except (binascii.Error, ValueError):
            pass
        raise NoSuchPage(cursor)


def _conditions(wanted: Wanted) -> tuple[list[str], list[str]]:
    """What rows of `fact` must fulfil; text that is all ASCII is compared without marks."""
    told: list[tuple[str, str]] = []
    if wanted.kind is not None:
        told.append(("kind = ?", wanted.kind))
    if wanted.article is not None:
        told.append(("article = ?", wanted.article))
    if wanted.province is not None:
        plain = wanted.province.isascii()
        name = province_key(wanted.province)
        told.append(("plain = ?", unaccented(name)) if plain else ("province = ?", name))
    for kind, value in (("document", wanted.document), ("official", wanted.person)):
        if value is not None:
            key = name_key(kind, value)
            column, key = ("bare", unaccented(key)) if value.isascii() else ("name", key)
            told += [("kind = ?", kind), (f"{column} = ?", key)]
    if wanted.period is not None:
        first, last = timex.days(wanted.period)
        told += [("first >= ?", first or "9999"), ("last <= ?", last or "0000")]
    return [condition for condition, _ in told], [value for _, value in told]


def province_key(name: str) -> str:
    """The name of a province without what it is, folded."""
    key = fold(name).strip()
    return next((key.removeprefix(word) for word in _PROVINCE if key.startswith(word)), key)


def name_key(kind: str, name: str) -> str:
    """A person's name folded; a document's code folded and without spaces."""
    return fold(name).replace(" ", "") if kind == "document" else fold(name).strip()


def _articles(folder: Path) -> Iterator[tuple[str, int, str | None, str | None]]:
    at = 0
    for end, article in read_lines(folder / ARTICLES):
        key = province_key(article["province"]) if article.get("province") else None
        yield article["id"], at, key, None if key is None else unaccented(key)
        at = end


def _facts(folder: Path) -> Iterator[tuple[str | int | None, ...]]:
    at = 0
    for end, fact in read_lines(folder / FACTS):
        kind = fact["kind"]
        name = fact.get("code") if kind == "document" else fact.get("name") if kind == "official" else None
        key = name_key(kind, name) if name else None
        bare = None if key is None else unaccented(key)
        yield fact["id"], at, kind, fact["article_id"], key, bare, *_days(fact)
        at = end


def _days(fact: dict[str, Any]) -> tuple[str | None, str | None]:
    """The first and last day that a fact is of: its date or period, the day of a document; None where it has none."""
    if fact["kind"] == "date":
        return fact.get("first_day"), fact.get("last_day")
    value = fact.get("issued") if fact["kind"] == "document" else fact.get("period")
    return timex.days(value) if value else (None, None)


def _line(stream: IO[bytes], at: int) -> bytes:
    stream.seek(at)
    return stream.readline().rstrip(b"\r\n")
