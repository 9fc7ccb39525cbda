"""Linking as a Spark job (extra `spark`): the rows of `spark.extract` → the entities that `danvan link` writes.

A first pass files the mentions of each article's facts; a shuffle brings those of a block (which might be one entity)
together; a second pass resolves the blocks. What an entity tells of other blocks comes to it as rows of its own block:
which of those that it asks for are there, and which document an article's fact became. Each block's entities depend on
its rows alone, so the output does not depend on partitions, retries or the order of tasks.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Any, TypeAlias

from extractor.entities import ENTITY_TYPES, DocumentEntity
from extractor.errors import KnowledgeError, UsageError
from extractor.knowledge.linking.filing import beside, file_article
from extractor.knowledge.linking.mention import Gathered, Mention, decoded, encoded, gathered
from extractor.knowledge.linking.programs import documents_of
from extractor.knowledge.linking.resolving import asked, resolve, story_of
from extractor.knowledge.linking.vocabulary import vocabulary_digest
from extractor.records import KINDS, to_line
from extractor.spark import as_batches, each_row, require

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame

#: What a row says of the block (type, key): a mention of it; that it is there; that another that it asks for is (`data`
#: its key); the entity (`data`) of a document's fact; that it wants that of `fact`, whose block is `data`.
MENTION, THERE, KNOWN, TOLD, WANTS = "mention", "there", "known", "told", "wants"
_SAID = "type string, key string, what string, fact string, root string, day string, data string"
_ASKED = "type string, key string, by string"
_DOCUMENTS = "fact string, entity string"
#: The columns of the output: the place of the type among the types, the type, the entity's id and its line.
ENTITIES = "rank int, type string, id string, json string"
#: Units whose neighbours a worker has told already, at most.
_REMEMBERED = 100_000

Batches: TypeAlias = "Iterable[pa.RecordBatch]"
Line: TypeAlias = dict[str, Any]


def link(df: DataFrame, *, partitions: int | None = None) -> DataFrame:
    """The entities of the articles and facts that `spark.extract` gave, as rows (`ENTITIES`); lines of one are equal to
    those of `danvan link` over the same records.

    `df` has the columns `kind`, `article_id`, `number` and `json`; rejects are passed over. What is filed is read more
    than once, so it is persisted (Spark lets go of it when the session ends). Raises `UsageError` for missing columns.
    """
    require()
    wanted = ("kind", "article_id", "number", "json")
    if lost := [name for name in wanted if name not in df.columns]:
        raise UsageError(f"the DataFrame has no column {', '.join(lost)}: linking reads what spark.extract gives")
    from pyspark.sql import functions as f

    digest = vocabulary_digest()
    rows = df.where(f.col("kind").isin("article", *KINDS)).select(*wanted[1:])
    filed = _by(rows, partitions, "article_id", "number").mapInArrow(_with(_file, digest), _SAID).persist()
    blocks = filed.where(f.col("what").isin(MENTION, THERE)).select("type", "key").distinct()
    asking = blocks.where(f.col("type").isin("series", "organisation", "place")).mapInArrow(_with(_ask, digest), _ASKED)
    known = asking.join(blocks, ["type", "key"], "left_semi").select(
        "type", f.col("by").alias("key"), f.lit(KNOWN).alias("what"), *_nothing("fact", "root", "day"),
        f.col("key").alias("data"),
    )  # fmt: skip
    wants = filed.where(f.col("what") == WANTS).select("type", "key", "fact", f.col("data").alias("block")).distinct()
    leading = filed.where((f.col("type") == "document") & (f.col("what") == MENTION)).join(
        wants.select(f.col("block").alias("key")).distinct(), "key", "left_semi"
    )
    issued = _by(leading.select(*filed.columns), partitions, "type", "key", "fact").mapInArrow(
        _with(_document, digest), _DOCUMENTS
    )
    told = wants.join(issued, "fact").select(
        "type", "key", f.lit(TOLD).alias("what"), "fact", *_nothing("root", "day"), f.col("entity").alias("data")
    )
    said = filed.where(f.col("what").isin(MENTION, THERE)).unionByName(known).unionByName(told)
    return _by(said, partitions, "type", "key", "fact", held=2).mapInArrow(_with(_resolve, digest), ENTITIES)


def _by(df: DataFrame, partitions: int | None, *names: str, held: int = 1) -> DataFrame:
    """Rows with the same first names together, in the order of all of them."""
    first = names[: 2 if names[0] == "type" else held]
    together = df.repartition(partitions, *first) if partitions else df.repartition(*first)
    return together.sortWithinPartitions(*names)


def _nothing(*names: str) -> list[Any]:
    from pyspark.sql import functions as f

    return [f.lit(None).cast("string").alias(name) for name in names]


# What follows runs in the workers.


def _with(
    work: Callable[[Iterator[Line]], Iterator[Line]], digest: str
) -> Callable[[Batches], Iterator[pa.RecordBatch]]:  # fmt: skip
    """A pass over rows as Spark wants it; refuses where a worker's vocabulary is not the driver's."""

    def run(batches: Batches) -> Iterator[pa.RecordBatch]:
        if vocabulary_digest() != digest:
            raise UsageError("this worker's vocabulary is not the driver's: install the same danvan")
        return as_batches(work(row for batch in batches for row in each_row(batch)), _COLUMNS[work.__name__])

    return run


def _file(rows: Iterator[Line]) -> Iterator[Line]:
    """Articles with their facts → what is said of blocks."""
    remembered: set[str] = set()
    for name, own in groupby(rows, key=lambda row: row["article_id"]):
        article, *facts = [(row["number"], json.loads(row["json"], parse_float=Decimal)) for row in own]
        number, told = article
        if number is not None or len(facts) != told["facts"] or any(n is None for n, _ in facts):
            raise KnowledgeError(f"the article {name} does not stand there once, with all its facts")
        for filed in file_article(story_of(told), [fact for _, fact in facts]):
            mention, block = filed.mention, {"type": filed.type, "key": filed.block}
            yield {**block, "what": MENTION, "fact": mention.fact, "root": mention.root, "day": mention.day,
                   "data": encoded(mention)}  # fmt: skip
            if filed.type == "place" and filed.block not in remembered:
                if len(remembered) >= _REMEMBERED:
                    remembered.clear()
                remembered.add(filed.block)
                yield from ({"type": "place", "key": key, "what": THERE} for key in beside(filed.block))
            if filed.type == "program":
                yield from ({**block, "what": WANTS, "fact": f, "data": key} for key, f in documents_of(mention))


def _ask(rows: Iterator[Line]) -> Iterator[Line]:
    """Blocks → those of which their entities tell if they are there."""
    for row in rows:
        yield from ({"type": row["type"], "key": key, "by": row["key"]} for key in asked(row["type"], row["key"]))


class _Block:
    """What the rows of a block say."""

    def __init__(self, rows: Iterable[Line]) -> None:
        self._mentions: list[Line] = []
        self._known: set[str] = set()
        self._told: dict[str, str] = {}
        for row in rows:
            if row["what"] == MENTION:
                self._mentions.append(row)
            elif row["what"] == KNOWN:
                self._known.add(row["data"])
            elif row["what"] == TOLD:
                self._told[row["fact"]] = row["data"]

    def mentions(self) -> Iterator[Mention]:
        return (decoded(row["fact"], row["root"], row["day"], row["data"]) for row in self._mentions)

    def gathered(self) -> Gathered:
        return gathered((row["data"], row["fact"]) for row in self._mentions)

    def known(self, _: str, key: str) -> bool:
        return key in self._known

    def told(self, fact: str) -> str | None:
        return self._told.get(fact)


def _document(rows: Iterator[Line]) -> Iterator[Line]:
    """Mentions of documents → the entity of each fact."""
    for (_, key), own in groupby(rows, key=lambda row: (row["type"], row["key"])):
        for entity in resolve("document", key, _Block(own)):
            assert isinstance(entity, DocumentEntity)
            yield from ({"fact": fact, "entity": entity.id} for fact in entity.facts)


def _resolve(rows: Iterator[Line]) -> Iterator[Line]:
    """What is said of blocks → their entities."""
    for (type_, key), own in groupby(rows, key=lambda row: (row["type"], row["key"])):
        for entity in resolve(type_, key, _Block(own)):
            yield {"rank": ENTITY_TYPES.index(type_), "type": type_, "id": entity.id, "json": to_line(entity)}


_COLUMNS = {"_file": _SAID, "_ask": _ASKED, "_document": _DOCUMENTS, "_resolve": ENTITIES}
