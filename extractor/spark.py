"""Extraction as a Spark job (extra `spark`): a DataFrame of articles → a DataFrame of facts, articles and rejects.

Two passes of Python with one shuffle between them. The first reads every row into a raw input, or its reject, as the
local readers do; the shuffle brings the holders of an id together, in input order; the second gives them their ids, as
`knowledge/identity.py` does, and runs the pipeline, loaded once a worker process. What a row becomes depends on it and
on the other holders of its id alone: so the output does not depend on partitions, retries or the order of tasks.
"""

from __future__ import annotations

import hashlib
import pickle
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import unquote

from extractor.article import Raw, digest_id
from extractor.errors import InputError, UsageError
from extractor.knowledge.identity import Identities
from extractor.knowledge.relations import BEHIND, DIGITS, TABLE_OF, TABLES, Row, fact_rows
from extractor.pipeline import Pipeline, load
from extractor.reading.alphabet import Alphabet, alphabet
from extractor.reading.fields import Columns, raw_of
from extractor.reading.lines import read_object, repaired
from extractor.reading.readers import checked
from extractor.records import Article, Fact, Reject, to_json, to_line
from extractor.workers import outcome

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import Column, DataFrame

#: The modules of the extra.
MODULES = ("pyspark", "pyarrow", "pandas")
#: Rows of the output that are handed over together.
TOGETHER = 500
#: What `Identities` may put behind an id: ids that are equal without it are given out together.
_SECOND = re.compile(r"(?:@[0-9a-f]{8}|~[0-9]+)+\Z")
_LOCAL = re.compile(r"file:(?://)?/(?!/)")
_BLANK = b" \t\r\n\xef\xbb\xbf"
#: Columns of a kind's table that stand elsewhere in a row.
_ELSEWHERE = ("id", "article_id", "quote")
#: Spark's type of each type of column.
_TYPES = {
    "text": "string", "whole": "bigint", "real": "double", "number": f"decimal({DIGITS},{BEHIND})", "truth": "boolean",
    "day": "date", "json": "string", "texts": "array<string>",
}  # fmt: skip
#: Between the passes: whose id it wants, where it stands among those, and the pickled input or reject.
_READ = "root string, path string, number bigint, digest string, input binary"

#: (path, number, input): where an input stands, and what it is.
Placed: TypeAlias = tuple[str, int, Raw | Reject]
Batches: TypeAlias = "Iterable[pa.RecordBatch]"


def schema() -> str:
    """The output's columns in Spark's DDL: what every row has, then a struct for each kind of fact and for rejects."""
    shared = (
        "`id` string, `kind` string, `article_id` string, `province` string, `source` string, `number` int, "
        "`json` string"
    )
    structs = [
        f"`{kind}` struct<{', '.join(f'`{c.name}`: {_TYPES[c.type]}' for c in _own(kind))}>"
        for kind in (*TABLE_OF, "reject")
    ]
    return ", ".join([shared, *structs])


@dataclass(frozen=True)
class Job:
    """What a worker is told: the rules (files laid over the shipped ones, and the digest of all), limits, output."""

    digest: str
    files: tuple[tuple[str, bytes], ...] = ()
    drafts: bool = False
    max_chars: int = 5_000_000
    timeout: float = 120.0
    articles: bool = True


def job(
    rules: str | Path | None = None, *, drafts: bool = False, max_chars: int = 5_000_000, timeout: float = 120.0,
    articles: bool = True,
) -> Job:  # fmt: skip
    """A job with the rules of this machine; raises `RulesError`, and `UsageError` where the extra is missing."""
    require()
    files: tuple[tuple[str, bytes], ...] = ()
    if rules is not None:
        folder = Path(rules)
        found = sorted(p for p in folder.rglob("*") if p.suffix in (".yaml", ".csv") and p.is_file())
        files = tuple((p.relative_to(folder).as_posix(), p.read_bytes()) for p in found)
    return Job(load(rules, drafts=drafts).rules.digest, files, drafts, max_chars, timeout, articles)


def require() -> None:
    """Refuse where a package of the extra is not installed."""
    if missing := [name for name in MODULES if find_spec(name) is None]:
        raise UsageError(f"Spark wants {', '.join(missing)}: pip install 'danvan[spark]'")


def extract(
    df: DataFrame, text: str = "text", *, id: str | None = None, published: str | None = None,
    url: str | None = None, title: str | None = None, outlet: str | None = None, author: str | None = None,
    section: str | None = None, source: str | None = None, order: str | None = None,
    rules: str | Path | None = None, drafts: bool = False, max_chars: int = 5_000_000, timeout: float = 120.0,
    partitions: int | None = None, articles: bool = True,
) -> DataFrame:  # fmt: skip
    """The facts of a DataFrame of articles, with the articles themselves and the rejects as rows (`schema()`).

    The arguments up to `source` name columns; one that is not named is read from the column of its own name, if there
    is one. `order` names the column (integers or text) that says which holder of an id comes first; without it they are
    ordered by the digests of their texts. `partitions` is how many the work is cut into (else Spark's own number).
    Raises `UsageError` for a column that is not there, `RulesError` for rules that do not load.
    """
    from pyspark.sql import functions as f

    work = job(rules, drafts=drafts, max_chars=max_chars, timeout=timeout, articles=articles)
    named = {"text": text, "id": id, "published": published, "url": url, "title": title, "outlet": outlet,
             "author": author, "section": section, "source": source}  # fmt: skip
    types = dict(df.dtypes)
    wanted = [name for name in (*named.values(), order) if name is not None]
    if lost := [name for name in wanted if name not in types]:
        raise UsageError(f"the DataFrame has no column {', '.join(lost)}; there are {', '.join(types)}")
    held = {field: name or field for field, name in named.items() if (name or field) in types}

    def column(name: str) -> Column:
        return f.col("`" + name.replace("`", "``") + "`")

    whole = order is not None and types[order] in ("tinyint", "smallint", "int", "bigint")
    path = column(order).cast("string") if order is not None and not whole else f.lit("")
    number = column(order).cast("bigint") if order is not None and whole else f.lit(0).cast("bigint")
    rows = df.select(
        f.coalesce(path, f.lit("")).alias("_path"), f.coalesce(number, f.lit(0)).alias("_number"),
        *(column(name).cast("string").alias(field) for field, name in held.items()),
    )  # fmt: skip

    def read(batches: Batches) -> Iterator[pa.RecordBatch]:
        return _read(batches, work, rows_of)

    return _extracted(rows.mapInArrow(read, _READ), work, partitions)


def extract_lines(
    df: DataFrame, work: Job, columns: Columns, firsts: Mapping[tuple[str, int], int], partitions: int | None = None
) -> DataFrame:
    """The same of the lines of JSONL files: columns `path`, `start` (of the split) and `line` (its bytes), in order.

    `firsts` gives the number of the first line of each split; a line's source is `path:number`.
    """

    def read(batches: Batches) -> Iterator[pa.RecordBatch]:
        return _read(batches, work, lambda batch, letters: _lines_of(batch, letters, columns, numbers))

    numbers = dict(firsts)
    return _extracted(df.mapInArrow(read, _READ), work, partitions)


def _extracted(read: DataFrame, work: Job, partitions: int | None) -> DataFrame:
    """Holders of an id brought together, in order, and extracted."""

    def run(batches: Batches) -> Iterator[pa.RecordBatch]:
        return _run(batches, work)

    together = read.repartition(partitions, "root") if partitions else read.repartition("root")
    return together.sortWithinPartitions("root", "path", "number", "digest", "input").mapInArrow(run, schema())


# What follows runs in the workers.


@cache
def pipeline(work: Job) -> tuple[Pipeline, Alphabet]:
    """The pipeline of a worker process, loaded for its first task; raises `UsageError` where its rules are others."""
    if work.files:
        with tempfile.TemporaryDirectory(prefix="danvan-rules-") as folder:
            for name, data in work.files:
                path = Path(folder, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
            pipe = load(folder, drafts=work.drafts)
    else:
        pipe = load(drafts=work.drafts)
    if pipe.rules.digest != work.digest:
        raise UsageError(
            f"this worker's rules are not the driver's ({pipe.rules.digest}, {work.digest}): install the same danvan"
        )
    return pipe, alphabet(pipe.rules.tables)


def rows_of(batch: pa.RecordBatch, letters: Alphabet) -> Iterator[Placed]:
    """The inputs of rows with the fields as columns; a row is known by its source, id or address, or its text."""
    for row in each_row(batch):
        text = row.get("text") or ""
        source = row.get("source") or row.get("id") or row.get("url")
        source = source or hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
        item: Raw | Reject
        try:
            item = repaired(raw_of(row, source, {}), letters)
        except InputError as error:
            item = Reject(source=source, stage=error.stage, reason=error.reason)
        yield row["_path"], row["_number"], item


def _lines_of(
    batch: pa.RecordBatch, letters: Alphabet, columns: Columns, numbers: dict[tuple[str, int], int]
) -> Iterator[Placed]:  # fmt: skip
    """The inputs of lines; `numbers` is counted on, as the lines of a split come one after the other."""
    for row in each_row(batch):
        split = row["path"], row["start"]
        number = numbers[split]
        numbers[split] += 1
        if not row["line"].strip(_BLANK):
            continue
        path = path_of(row["path"])
        source = f"{path}:{number}"
        item: Raw | Reject
        try:
            item = read_object(row["line"], source, letters, columns)
        except InputError as error:
            item = Reject(source=source, stage=error.stage, reason=error.reason)
        yield path, number, item


def path_of(uri: str) -> str:
    """A file as its user names it: a local one by its path, another by its address."""
    return unquote(_LOCAL.sub("/", uri)) if _LOCAL.match(uri) else uri


def each_row(batch: pa.RecordBatch) -> Iterator[dict[str, Any]]:
    """The rows of a batch one at a time: a batch of long texts is not held twice."""
    names, columns = batch.schema.names, batch.columns
    for place in range(batch.num_rows):
        yield {name: column[place].as_py() for name, column in zip(names, columns, strict=True)}


def _read(
    batches: Batches, work: Job, items: Callable[[pa.RecordBatch, Alphabet], Iterator[Placed]]
) -> Iterator[pa.RecordBatch]:  # fmt: skip
    """The first pass: rows → inputs that can become articles, with the ids that they want, and rejects."""
    _, letters = pipeline(work)

    def read() -> Iterator[dict[str, Any]]:
        for batch in batches:
            for path, number, item in items(batch, letters):
                item = checked(item, work.max_chars, letters)
                digest, root = "", item.source
                if isinstance(item, Raw):
                    digest = hashlib.sha256(item.text.encode("utf-8")).hexdigest()
                    item = replace(item, id=item.id or digest_id(item.url, digest))
                    root = _SECOND.sub("", item.id or "")
                yield {"root": root, "path": path, "number": number, "digest": digest, "input": pickle.dumps(item, 4)}

    return as_batches(read(), _READ)


def _run(batches: Batches, work: Job) -> Iterator[pa.RecordBatch]:
    """The second pass: inputs in the order of their roots → facts, articles and rejects."""
    pipe, _ = pipeline(work)

    def rows() -> Iterator[dict[str, Any]]:
        root, identities = None, Identities(lambda _: None)
        for batch in batches:
            for row in each_row(batch):
                item: Raw | Reject = pickle.loads(row["input"])
                if isinstance(item, Raw):
                    if row["root"] != root:
                        root, identities = row["root"], Identities(lambda _: None)
                    raw = replace(item, id=identities.assign(item.id or "", row["digest"]))
                    made = outcome(pipe, raw, work.timeout)
                    if not isinstance(made, InputError):
                        yield from _made(*made, articles=work.articles)
                        continue
                    item = Reject(source=raw.source, stage=made.stage, reason=made.reason)
                yield _row("reject", item.source, to_line(item), reject=(item.source, item.stage, item.reason))

    return as_batches(rows(), schema())


def _made(article: Article, facts: list[Fact], *, articles: bool) -> Iterator[dict[str, Any]]:
    """The rows of an article: its facts in their order, and itself."""
    for place, fact in enumerate(facts):
        typed = next(row for table, row in fact_rows(to_json(fact)) if table == TABLE_OF[fact.kind])
        yield _row(
            fact.kind, article.source, to_line(fact), id=fact.id, article_id=article.id, province=article.province,
            number=place, **{fact.kind: typed},
        )  # fmt: skip
    if articles:
        yield _row(
            "article", article.source, to_line(article), id=article.id, article_id=article.id,
            province=article.province,
        )  # fmt: skip


def _row(kind: str, source: str, line: str, **more: Row | str | int | None) -> dict[str, Any]:
    """A row of the output; the typed fields of its kind come as the row of its table."""
    row: dict[str, Any] = {"kind": kind, "source": source, "json": line, **more}
    if kind in more:
        typed = more[kind]
        assert isinstance(typed, tuple)
        names = TABLES[TABLE_OF.get(kind, "rejects")].names
        row[kind] = {n: v for n, v in zip(names, typed, strict=True) if n not in _ELSEWHERE}
    return row


def _own(kind: str) -> list[Any]:
    """The columns of a kind's struct."""
    return [c for c in TABLES[TABLE_OF.get(kind, "rejects")].columns if c.name not in _ELSEWHERE]


def as_batches(rows: Iterator[dict[str, Any]], ddl: str) -> Iterator[pa.RecordBatch]:
    """Rows as Arrow batches of Spark's schema."""
    import pyarrow

    kind = _arrow(ddl)
    held: list[dict[str, Any]] = []
    for row in rows:
        held.append(row)
        if len(held) >= TOGETHER:
            yield pyarrow.RecordBatch.from_pylist(held, schema=kind)
            held = []
    if held:
        yield pyarrow.RecordBatch.from_pylist(held, schema=kind)


@cache
def _arrow(ddl: str) -> pa.Schema:
    """Arrow's schema of the columns that this module hands over."""
    import pyarrow

    plain = {
        "string": pyarrow.string(), "bigint": pyarrow.int64(), "int": pyarrow.int32(), "double": pyarrow.float64(),
        "boolean": pyarrow.bool_(), "date": pyarrow.date32(), "binary": pyarrow.binary(),
        "array<string>": pyarrow.list_(pyarrow.string()), _TYPES["number"]: pyarrow.decimal128(DIGITS, BEHIND),
    }  # fmt: skip
    if ddl != schema():
        return pyarrow.schema([(name, plain[kind]) for name, kind in (part.split(" ") for part in ddl.split(", "))])
    shared = ("id", "kind", "article_id", "province", "source", "number", "json")
    columns = [(name, plain["int" if name == "number" else "string"]) for name in shared]
    for kind in (*TABLE_OF, "reject"):
        columns.append((kind, pyarrow.struct([(c.name, plain[_TYPES[c.type]]) for c in _own(kind)])))
    return pyarrow.schema(columns)
