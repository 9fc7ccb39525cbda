"""The state of linking on disk, in one SQLite file: mentions by block, and the entities of every block as lines.

It says how far the knowledge base was read, so that linking again reads what is new. It is made of the knowledge base
alone: where it does not fit, it is made anew, with the same entities.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from operator import itemgetter
from pathlib import Path

from extractor.entities import ENTITY_TYPES, EntityType
from extractor.errors import KnowledgeError
from extractor.knowledge.linking.mention import Filed, Gathered, Mention, block_id, decoded, encoded, gathered

#: Raised when the tables, or what is in them, change.
VERSION = 1
#: Kilobytes of SQLite's cache, and rows handed to it at once.
CACHE, BATCH = 65_536, 5_000

_TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE blocks (id INTEGER PRIMARY KEY, type INTEGER NOT NULL, key TEXT NOT NULL);
CREATE TABLE mentions (block INTEGER NOT NULL, fact TEXT NOT NULL, root TEXT NOT NULL, day TEXT, data TEXT NOT NULL);
CREATE TABLE entities (block INTEGER NOT NULL, type INTEGER NOT NULL, id TEXT NOT NULL, line TEXT NOT NULL);
CREATE TABLE leads (block INTEGER NOT NULL, other INTEGER NOT NULL, PRIMARY KEY (block, other)) WITHOUT ROWID;
CREATE TABLE told (fact TEXT PRIMARY KEY, entity TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE dirty (id INTEGER PRIMARY KEY);
"""
_INDEXES = """
CREATE INDEX IF NOT EXISTS mentions_of ON mentions (block);
CREATE INDEX IF NOT EXISTS entities_of ON entities (block);
"""


class State:
    """What linking holds of a knowledge base. Changes are one transaction: `commit` keeps them all."""

    def __init__(self, path: Path) -> None:
        """Open a state or make one; raises `KnowledgeError` where the file cannot be used."""
        self.path = path
        try:
            self._db = sqlite3.connect(str(path), isolation_level=None)
            self._db.execute(f"PRAGMA cache_size = -{CACHE}")
            self._db.execute("PRAGMA temp_store = FILE")
            self._db.execute("PRAGMA synchronous = NORMAL")
            self.new = self._one("SELECT COUNT(*) FROM sqlite_master") == 0
            if self.new:
                self._db.execute("PRAGMA journal_mode = OFF")
                self._db.executescript(_TABLES + f"PRAGMA user_version = {VERSION};")
            self._db.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            raise KnowledgeError(f"{path}: {error}") from error
        self._pending: list[tuple[int, str, str, str | None, str]] = []
        self._known: set[int] = set()

    def _one(self, query: str, *values: object) -> object:
        row = self._db.execute(query, values).fetchone()
        return row[0] if row else None

    @property
    def version(self) -> int:
        """The version of the tables."""
        return int(str(self._one("PRAGMA user_version")))

    def get(self, name: str) -> str | None:
        """What was noted under a name."""
        value = self._one("SELECT value FROM meta WHERE name = ?", name)
        return None if value is None else str(value)

    def set(self, name: str, value: str) -> None:
        """Note something under a name."""
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    def file(self, filed: Filed) -> None:
        """File a mention; its block is to be resolved."""
        number = self.touch(filed.type, filed.block)
        m = filed.mention
        self._pending.append((number, m.fact, m.root, m.day, encoded(m)))
        if len(self._pending) >= BATCH:
            self.flush()

    def touch(self, type_: EntityType, key: str) -> int:
        """Note that a block is there and is to be resolved; its number."""
        number = block_id(type_, key)
        if number not in self._known:
            if len(self._known) > 500_000:
                self._known.clear()
            self._known.add(number)
            self._db.execute("INSERT OR IGNORE INTO blocks VALUES (?, ?, ?)", (number, ENTITY_TYPES.index(type_), key))
            self._db.execute("INSERT OR IGNORE INTO dirty VALUES (?)", (number,))
        return number

    def again(self, type_: EntityType, key: str) -> None:
        """Have a block resolved again, if it is there."""
        number = block_id(type_, key)
        self._db.execute("INSERT OR IGNORE INTO dirty SELECT id FROM blocks WHERE id = ?", (number,))

    def lead(self, block: int, other: int) -> None:
        """Note that what comes of a block is told in the entities of another."""
        self._db.execute("INSERT OR IGNORE INTO leads VALUES (?, ?)", (block, other))

    def spread(self) -> None:
        """Have the blocks resolved again in whose entities those of dirty blocks are told."""
        self._db.execute(
            "INSERT OR IGNORE INTO dirty SELECT leads.other FROM leads JOIN dirty ON dirty.id = leads.block"
        )

    def flush(self) -> None:
        """Write what is pending."""
        self._db.executemany("INSERT INTO mentions VALUES (?, ?, ?, ?, ?)", self._pending)
        self._pending.clear()

    def index(self) -> None:
        """Have everything written and the indexes made."""
        self.flush()
        for statement in _INDEXES.split(";"):
            self._db.execute(statement)

    def known(self, type_: str, key: str) -> bool:
        """Is there such a block?"""
        return self._one("SELECT 1 FROM blocks WHERE id = ?", block_id(type_, key)) is not None

    def count_dirty(self) -> int:
        """How many blocks are to be resolved."""
        return int(str(self._one("SELECT COUNT(*) FROM dirty")))

    def dirty(self, type_: EntityType) -> Iterator[tuple[int, str]]:
        """(number, key) of the blocks of a type that are to be resolved."""
        yield from self._db.execute(
            "SELECT blocks.id, blocks.key FROM dirty JOIN blocks USING (id) WHERE blocks.type = ? ORDER BY blocks.id",
            (ENTITY_TYPES.index(type_),),
        )

    def mentions(self, block: int) -> Iterator[Mention]:
        """The mentions of a block."""
        for row in self._db.execute("SELECT fact, root, day, data FROM mentions WHERE block = ?", (block,)):
            yield decoded(*row)

    def gathered(self, block: int) -> Gathered:
        """The mentions of a block by what they say."""
        return gathered(self._db.execute("SELECT data, fact FROM mentions WHERE block = ?", (block,)))

    def put(self, block: int, type_: EntityType, lines: Iterable[tuple[str, str]]) -> None:
        """Take (id, line) for the entities of a block, in place of what it had."""
        if not self.new:
            self._db.execute("DELETE FROM entities WHERE block = ?", (block,))
        number = ENTITY_TYPES.index(type_)
        self._db.executemany(
            "INSERT INTO entities VALUES (?, ?, ?, ?)", [(block, number, i, line) for i, line in lines]
        )

    def leads(self, block: int) -> bool:
        """Is what comes of a block told in the entities of another?"""
        return self._one("SELECT 1 FROM leads WHERE block = ?", block) is not None

    def tell(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Note which entity facts belong to, (fact, entity), for those that ask."""
        self._db.executemany("INSERT OR REPLACE INTO told VALUES (?, ?)", pairs)

    def told(self, fact: str) -> str | None:
        """The entity that was noted for a fact."""
        entity = self._one("SELECT entity FROM told WHERE fact = ?", fact)
        return None if entity is None else str(entity)

    def lines(self) -> Iterator[bytes]:
        """The lines of all entities with their ends, by type and id."""
        query = "SELECT CAST(line || char(10) AS BLOB) FROM entities ORDER BY type, id"
        return map(itemgetter(0), self._db.execute(query))

    def count(self) -> Iterator[tuple[str, int]]:
        """(type, how many) of the entities that there are."""
        for type_, number in self._db.execute("SELECT type, COUNT(*) FROM entities GROUP BY type ORDER BY type"):
            yield ENTITY_TYPES[type_], number

    def settle(self) -> None:
        """Nothing is to be resolved any more."""
        self._db.execute("DELETE FROM dirty")

    def commit(self) -> None:
        """Keep everything."""
        self._db.execute("COMMIT")

    def close(self) -> None:
        """Close the file; what was not committed is undone."""
        self._db.close()


def read_ends(path: Path) -> dict[str, str]:
    """What a state says of itself, without opening it for writing; empty where it cannot be read."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as db:
            return dict(db.execute("SELECT name, value FROM meta"))
    except sqlite3.Error:
        return {}
