"""What a knowledge base holds, on disk: ids, sources, texts and sketches of its articles, in one SQLite file.

It is made of `articles.jsonl` alone and brought up to it whenever a knowledge base is opened, so nothing is lost with
it. Memory is bounded by SQLite's cache, whatever the number of articles. A row's `ends` and `facts_end` are the offsets
behind its lines in `articles.jsonl` and `facts.jsonl`; the order of rows is the order of articles.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from extractor.errors import KnowledgeError
from extractor.knowledge.sketch import ALIKE, bands, likeness

#: Raised when the tables or the sketches change: an index of another version is made anew.
VERSION = 1
#: Kilobytes of SQLite's cache.
CACHE = 12_288
#: Articles between two commits.
COMMIT_EVERY = 200
#: How sources from standard input begin: their line numbers name nothing that could change.
STREAM = "-:"

_TABLES = """
CREATE TABLE articles (number INTEGER PRIMARY KEY, id TEXT NOT NULL, source TEXT NOT NULL, digest BLOB NOT NULL,
  ends INTEGER NOT NULL, facts_end INTEGER NOT NULL, facts INTEGER NOT NULL, original TEXT, sketch BLOB);
CREATE UNIQUE INDEX by_id ON articles (id);
CREATE INDEX by_source ON articles (source);
CREATE INDEX by_digest ON articles (digest);
CREATE INDEX by_end ON articles (ends);
CREATE TABLE bands (key INTEGER, number INTEGER, PRIMARY KEY (key, number)) WITHOUT ROWID;
CREATE TABLE inputs (path TEXT PRIMARY KEY, sha256 TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE told (source TEXT PRIMARY KEY) WITHOUT ROWID;
"""

#: Articles, in order, whose original is gone, stands behind them (it was replaced) or is by now itself a copy.
_ASTRAY = """
SELECT a.number, a.digest, a.source, a.ends, a.sketch, COALESCE(o.ends, a.ends), o.original
FROM articles a LEFT JOIN articles o ON o.id = a.original
WHERE a.number > ? AND a.original IS NOT NULL AND (o.id IS NULL OR o.ends >= a.ends OR o.original IS NOT NULL)
ORDER BY a.number LIMIT 1
"""
#: An offset behind all lines.
MOST = 1 << 62
#: An index copied row by row, its articles numbered anew: which numbers were given depends on when a run was cut off.
_COPY = (
    "CREATE TEMP TABLE places (number INTEGER PRIMARY KEY, place INTEGER NOT NULL)",
    "INSERT INTO places SELECT number, ROW_NUMBER() OVER (ORDER BY number) FROM old.articles",
    "INSERT INTO main.articles SELECT place, id, source, digest, ends, facts_end, facts, original, sketch "
    "FROM old.articles JOIN places USING (number) ORDER BY number",
    "INSERT INTO main.bands SELECT key, place FROM old.bands JOIN places USING (number) ORDER BY key, number",
    "INSERT INTO main.inputs SELECT * FROM old.inputs ORDER BY path",
)


@dataclass(frozen=True, slots=True)
class Held:
    """An article that is held: its id, the digest of its text, where its line ends, and whether it is a duplicate."""

    id: str
    digest: str
    ends: int
    original: str | None


class Index:
    """The index of a knowledge base; `path` None makes one that goes with the process. Raises `KnowledgeError`."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._pending = 0
        self._open()

    def _open(self) -> None:
        try:
            self._connect()
        except sqlite3.DatabaseError:
            if self.path is None:
                raise
            with suppress(OSError):
                self._db.close()
            self.path.unlink(missing_ok=True)
            self.path.with_name(self.path.name + "-journal").unlink(missing_ok=True)
            try:
                self._connect()
            except sqlite3.Error as error:
                raise KnowledgeError(f"{self.path}: {error}") from error

    def _connect(self) -> None:
        self._db = sqlite3.connect(str(self.path) if self.path else "", isolation_level=None)
        self._db.execute(f"PRAGMA cache_size = -{CACHE}")
        self._db.execute("PRAGMA synchronous = NORMAL" if self.path else "PRAGMA synchronous = OFF")
        version = self._one("PRAGMA user_version")
        if version not in (0, VERSION):
            raise sqlite3.DatabaseError("another version")
        if version == 0:
            self._db.executescript(f"BEGIN; {_TABLES} PRAGMA user_version = {VERSION}; COMMIT;")
        self._db.execute("DELETE FROM told")
        self._db.execute("BEGIN")

    def _one(self, query: str, *values: object) -> object:
        row = self._run(query, *values).fetchone()
        return row[0] if row else None

    def _run(self, query: str, *values: object) -> sqlite3.Cursor:
        try:
            return self._db.execute(query, values)
        except sqlite3.DatabaseError as error:
            if self.path is None or isinstance(error, sqlite3.IntegrityError) or query.startswith("PRAGMA"):
                raise
            raise KnowledgeError(f"{self.path}: {error}") from error

    def last(self) -> tuple[Held | None, int]:
        """The last article held, and where its facts end."""
        row = self._run(
            "SELECT id, digest, ends, original, facts_end FROM articles ORDER BY ends DESC LIMIT 1"
        ).fetchone()
        return (Held(row[0], row[1].hex(), row[2], row[3]), row[4]) if row else (None, 0)

    def cut(self, end: int) -> None:
        """Forget the articles whose lines end behind an offset."""
        for row in self._run("SELECT number FROM articles WHERE ends > ?", end).fetchall():
            self._drop(row[0])

    def clear(self) -> None:
        """Forget all articles; the digests of inputs stay."""
        self._run("DELETE FROM articles")
        self._run("DELETE FROM bands")

    def of_source(self, source: str, digest: str) -> Held | None:
        """The article of an input; of a line of standard input only one with the same text."""
        query, values = "SELECT id, digest, ends, original FROM articles WHERE source = ?", [source]
        if source.startswith(STREAM):
            row = self._run(query + " AND digest = ?", source, bytes.fromhex(digest)).fetchone()
        else:
            row = self._run(query + " ORDER BY ends DESC LIMIT 1", *values).fetchone()
        return Held(row[0], row[1].hex(), row[2], row[3]) if row else None

    def of_id(self, article_id: str) -> Held | None:
        """The article of an id."""
        row = self._run("SELECT id, digest, ends, original FROM articles WHERE id = ?", article_id).fetchone()
        return Held(row[0], row[1].hex(), row[2], row[3]) if row else None

    def original(self, digest: str, made: bytes | None, *, source: str, before: int = MOST) -> str | None:
        """The id of the article that a text repeats: one with the same text, else the likeliest copy, the earliest.

        A copy of a copy repeats the first of them. `source` is the text's own, whose older version does not count;
        nor do articles whose lines end at or behind `before`.
        """
        row = self._run(
            "SELECT id, original, ends FROM articles WHERE digest = ? AND ends < ? AND (source != ? OR ?) "
            "ORDER BY ends LIMIT 1",
            bytes.fromhex(digest), before, source, source.startswith(STREAM),
        ).fetchone()  # fmt: skip
        if row:
            return self._first(*row)
        if made is None:
            return None
        best: tuple[float, int, str] | None = None
        for article_id, first, other, ends in self._candidates(made, source, before):
            alike = likeness(made, other)
            if alike >= ALIKE and (best is None or (-alike, ends) < best[:2]):
                best = (-alike, ends, self._first(article_id, first, ends))
        return best[2] if best else None

    def _candidates(self, made: bytes, source: str, before: int) -> Iterator[tuple[str, str | None, bytes, int]]:
        keys = list(bands(made))
        marks = ",".join("?" * len(keys))
        numbers = self._run(f"SELECT DISTINCT number FROM bands WHERE key IN ({marks})", *keys).fetchall()
        for (number,) in numbers:
            row = self._run(
                "SELECT id, original, sketch, ends, source FROM articles WHERE number = ?", number
            ).fetchone()
            if row and row[3] < before and (row[4] != source or source.startswith(STREAM)):
                yield row[:4]

    def _first(self, article_id: str, original: str | None, ends: int) -> str:
        """What a copy of an article repeats: the article's own original, unless that has since been replaced."""
        held = self.of_id(original) if original else None
        return held.id if held and held.ends < ends else article_id

    def settle(self) -> None:
        """Find the originals anew of all articles whose original was replaced or taken away.

        The earliest of the copies that are left becomes the original of the others.
        """
        number = 0
        while row := self._run(_ASTRAY, number).fetchone():  # one at a time: what is settled here tells what is astray
            number, digest, source, ends, made, first, root = row
            found = root if first < ends else self.original(digest.hex(), made, source=source, before=ends)
            self._run("UPDATE articles SET original = ? WHERE number = ?", found, number)

    def add(
        self, article_id: str, source: str, digest: str, *, ends: int, facts_end: int, facts: int,
        original: str | None, made: bytes | None,
    ) -> None:  # fmt: skip
        """Note an article, in place of the one that its source gave before."""
        if not source.startswith(STREAM):
            self.drop_source(source)
        number = int(str(self._one("SELECT COALESCE(MAX(number), 0) + 1 FROM articles")))
        self._run(
            "INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            number, article_id, source, bytes.fromhex(digest), ends, facts_end, facts, original, made,
        )  # fmt: skip
        # A copy's own sketch leads to its original too: copies that differ from it in other ways are found by theirs.
        for key in bands(made) if made else ():
            self._run("INSERT INTO bands VALUES (?, ?)", key, number)
        self._pending += 1
        if self._pending >= COMMIT_EVERY:
            self.commit()

    def drop_source(self, source: str) -> int:
        """Forget the article of a source; how many there were."""
        rows = self._run("SELECT number FROM articles WHERE source = ?", source).fetchall()
        for row in rows:
            self._drop(row[0])
        return len(rows)

    def _drop(self, number: int) -> None:
        made = self._one("SELECT sketch FROM articles WHERE number = ?", number)
        for key in bands(made) if isinstance(made, bytes) else ():
            self._run("DELETE FROM bands WHERE key = ? AND number = ?", key, number)
        self._run("DELETE FROM articles WHERE number = ?", number)

    def note_input(self, path: str, digest: str) -> None:
        """Note the digest of a file that was read."""
        self._run("INSERT OR REPLACE INTO inputs VALUES (?, ?)", path, digest)

    def inputs(self) -> Iterator[tuple[str, str]]:
        """Every file that was read, in name order, with its digest."""
        yield from self._run("SELECT path, sha256 FROM inputs ORDER BY path")

    def note_reject(self, source: str) -> None:
        """Note that a reject of a source was told in this run."""
        self._run("INSERT OR IGNORE INTO told VALUES (?)", source)

    def told(self, source: str) -> bool:
        """Was a reject of a source told in this run, or is it an article by now?"""
        found = self._one("SELECT 1 FROM told WHERE source = ?", source)
        return bool(found or self._one("SELECT 1 FROM articles WHERE source = ?", source))

    def counts(self) -> dict[str, int]:
        """How many articles, facts and duplicates are held."""
        row = self._run("SELECT COUNT(*), COALESCE(SUM(facts), 0), COUNT(original) FROM articles").fetchone()
        return {"articles": row[0], "facts": row[1], "duplicates": row[2]}

    def move(self, moves: Iterable[tuple[str, int, int]]) -> None:
        """Set new offsets for articles, in order: (id, where its line ends now, where its facts end now)."""
        for article_id, new, facts_end in moves:
            self._run("UPDATE articles SET ends = ?, facts_end = ? WHERE id = ?", new, facts_end, article_id)

    def commit(self) -> None:
        """Write what was noted to the disk."""
        self._run("COMMIT")
        self._run("BEGIN")
        self._pending = 0

    def save(self, path: Path) -> None:
        """Write the index anew, row by row in order: its bytes tell nothing of the way by which it came to be."""
        self._run("COMMIT")
        path.unlink(missing_ok=True)
        try:
            new = sqlite3.connect(str(path), isolation_level=None)
            try:
                new.executescript(f"BEGIN; {_TABLES} PRAGMA user_version = {VERSION}; COMMIT;")
                new.execute("ATTACH ? AS old", (str(self.path),))
                new.execute("BEGIN")
                for statement in _COPY:
                    new.execute(statement)
                new.execute("COMMIT")
            finally:
                new.close()
        except sqlite3.Error as error:
            raise KnowledgeError(f"{path}: {error}") from error
        self._run("BEGIN")

    def close(self) -> None:
        """Close the file; what was not committed is noted anew when it is opened."""
        self._db.close()
