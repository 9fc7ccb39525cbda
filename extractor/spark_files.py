"""`danvan extract --engine spark`: JSONL and Parquet, wherever Hadoop reads → Parquet partitioned by kind and province;
`danvan link --engine spark`: that Parquet → entities.

The session is the machine's own, or the cluster's that `spark-submit` or the configuration names. Workers run the
Python that runs this, in UTF-8: file names and partitions are Vietnamese.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote

from extractor.errors import DanvanError, InputError, UsageError
from extractor.knowledge.run import Options, Summary
from extractor.records import KINDS
from extractor.spark import extract, extract_lines, job, require
from extractor.spark_link import link

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

#: Files by their names, and the same as Hadoop's globs.
_LINES = re.compile(r"\.(?:jsonl|ndjson)(?:\.gz|\.bz2)?\Z", re.IGNORECASE)
_TABLES = re.compile(r"\.parquet\Z", re.IGNORECASE)
#: Rows of a batch between Spark and Python: articles may be of some megabytes.
BATCH = 500
#: Reasons of rejects that are told.
MOST_REASONS = 12


@contextmanager
def session(master: str | None) -> Iterator[SparkSession]:
    """A Spark session that is stopped at the end; raises `UsageError` where Spark or Java is missing."""
    require()
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    local = master is not None and master.startswith("local")
    if local and not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        raise UsageError("Spark wants Java 17: there is no java on the PATH and no JAVA_HOME")
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    told = next((v for v in map(os.environ.get, ("LC_ALL", "LC_CTYPE", "LANG")) if v), "")
    if "utf8" not in told.replace("-", "").lower():  # Python reads UTF-8 even so; Java 17 does not
        os.environ["LC_ALL"] = "C.UTF-8"
    builder = SparkSession.builder.appName("danvan").config("spark.sql.execution.arrow.maxRecordsPerBatch", BATCH)
    builder = builder.config("spark.executorEnv.LC_ALL", "C.UTF-8").config("spark.pyspark.python", sys.executable)
    builder = builder.config("spark.ui.showConsoleProgress", str(sys.stderr.isatty()).lower())
    if master is not None:
        builder = builder.master(master)
    if local:  # nothing listens but on this machine
        for name, value in (("ui.enabled", "false"), ("driver.host", "127.0.0.1"), ("driver.bindAddress", "127.0.0.1")):
            builder = builder.config(f"spark.{name}", value)
    try:
        spark = builder.getOrCreate()
    except (PySparkException, RuntimeError) as error:
        raise UsageError(f"Spark does not start: {_said(error)}") from error
    try:
        spark.sparkContext.setLogLevel("ERROR")
        with errors_told():
            yield spark
    finally:
        spark.stop()


@contextmanager
def errors_told() -> Iterator[None]:
    """What fails in Spark or in a worker, as a `DanvanError` in a line."""
    from py4j.protocol import Py4JJavaError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JJavaError) as error:
        raise DanvanError(f"Spark: {_said(error)}") from error


def extract_files(
    spark: SparkSession, inputs: Sequence[str], out: str, options: Options, *, rules: Path | None = None,
    drafts: bool = False, fresh: bool = False, partitions: int | None = None,
) -> Summary:  # fmt: skip
    """Extract JSONL and Parquet files and folders (paths as Hadoop reads them) to Parquet; what was found.

    Raises `UsageError` where there is nothing to read or where the output exists and is not to be made anew.
    """
    summary = Summary()
    made = outputs(spark, inputs, options, rules=rules, drafts=drafts, partitions=partitions)
    # Rebalanced by Spark: few files for small parts, several for large ones, none written by one task alone.
    ordered = made.hint("rebalance", "kind", "province").sortWithinPartitions(
        "kind", "province", "article_id", "number"
    )
    writer = ordered.write.mode("overwrite" if fresh else "error").partitionBy("kind", "province")
    _asked(lambda: writer.parquet(out))
    written = spark.read.parquet(out)
    for row in written.groupBy("kind").count().collect():
        kind, count = str(row[0]), int(row[1])
        if kind in KINDS:
            summary.kinds[kind] += count
            summary.counts["facts"] += count
        else:
            summary.counts["articles" if kind == "article" else "rejects"] += count
    told = written.where("kind = 'reject'").groupBy("reject.stage", "reject.reason").count()
    for row in told.orderBy(told[2].desc(), told[0], told[1]).limit(MOST_REASONS).collect():
        summary.reasons[str(row[0]), str(row[1])] += int(row[2])
    summary.counts["inputs"] = summary.counts["articles"] + summary.counts["rejects"]
    return summary


def outputs(
    spark: SparkSession, inputs: Sequence[str], options: Options, *, rules: Path | None = None, drafts: bool = False,
    partitions: int | None = None,
) -> DataFrame:  # fmt: skip
    """The output of all inputs; raises `UsageError` where a file is neither JSONL nor Parquet."""
    from pyspark.sql import functions as f

    listed = spark.read.format("binaryFile").option("recursiveFileLookup", "true")
    names = [unquote(name) for name in _asked(lambda: listed.load(list(inputs)).inputFiles())]
    lines = [name for name in names if _LINES.search(name)]
    tables = [name for name in names if _TABLES.search(name)]
    others = [name for name in names if not _LINES.search(name) and not _TABLES.search(name)]
    if others or not names:
        told = ", ".join(others[:3]) or ", ".join(inputs)
        raise UsageError(f"{told}: Spark reads .jsonl, .ndjson (also .gz, .bz2) and .parquet here")
    if lines and tables:
        raise UsageError("JSONL and Parquet in one run: extract them one after the other")
    if tables:
        df = spark.read.option("recursiveFileLookup", "true").parquet(*inputs)
        path, row = f.col("_metadata.file_path"), f.col("_metadata.row_index")
        placed = df.withColumns({
            "_source": f.concat_ws(":", path, row.cast("string")),
            "_place": f.concat_ws(":", path, f.lpad(row.cast("string"), 12, "0")),
        })  # fmt: skip
        named: dict[str, Any] = {}
        try:
            named.update(options.columns.of(df.columns))
        except InputError as error:
            raise UsageError(f"{', '.join(inputs)}: {error.reason}") from error
        return extract(
            placed, **named, order="_place", source="_source", rules=rules, drafts=drafts, partitions=partitions,
            max_chars=options.max_chars, timeout=options.timeout,
        )  # fmt: skip
    text = spark.read.option("recursiveFileLookup", "true").option("lineSep", "\n").text(list(inputs))
    df = text.select(
        f.col("_metadata.file_path").alias("path"), f.col("_metadata.file_block_start").alias("start"),
        f.col("value").cast("binary").alias("line"),
    )  # fmt: skip
    firsts: dict[tuple[str, int], int] = {}
    uri, number = None, 1
    for row in sorted(tuple(row) for row in df.groupBy("path", "start").count().collect()):
        if row[0] != uri:
            uri, number = row[0], 1
        firsts[row[0], row[1]] = number
        number += row[2]
    work = job(rules, drafts=drafts, max_chars=options.max_chars, timeout=options.timeout)
    return extract_lines(df, work, options.columns, firsts, partitions)


def link_files(
    spark: SparkSession, kb: str, out: str, *, fresh: bool = False, partitions: int | None = None
) -> tuple[Counter[str], int, int]:
    """Link what `extract_files` wrote, to the lines of `entities.jsonl` in files that follow one another.

    Gives the entities by type, the articles and their facts; raises `UsageError` where there is nothing to read or the
    output exists and is not to be made anew.
    """
    df = _asked(lambda: spark.read.parquet(kb))
    rows = df.groupBy("kind").count().collect() if "kind" in df.columns else []
    read = Counter({str(row[0]): int(row[1]) for row in rows})
    if not read["article"]:
        raise UsageError(f"{kb}: no articles as danvan extract --engine spark writes them")
    made = link(df, partitions=partitions).persist()
    writer = made.orderBy("rank", "id").select("json").write.mode("overwrite" if fresh else "error")
    _asked(lambda: writer.text(out))
    counts = made.groupBy("rank", "type").count().orderBy("rank").collect()
    return Counter({str(row[1]): int(row[2]) for row in counts}), read["article"], sum(read[kind] for kind in KINDS)


T = TypeVar("T")


def _asked(question: Callable[[], T]) -> T:
    """What Spark answers; a `UsageError` where it finds that it was asked something wrong."""
    from pyspark.errors import AnalysisException

    try:
        return question()
    except AnalysisException as error:
        raise UsageError(_said(error)) from error


def _said(error: BaseException) -> str:
    """An error of Spark in a line: of a worker's, the last line of its trace."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    ends = [number for number, line in enumerate(lines) if line.startswith(("JVM stacktrace", "SQLSTATE"))]
    lines = lines[: ends[0]] if ends and ends[0] else lines
    traced = next((number for number, line in enumerate(lines) if "Traceback (most recent" in line), None)
    if traced is None:
        calling = len(lines) > 1 and lines[0].startswith("An error occurred while calling")
        return (lines[1].lstrip(": ") if calling else lines[0]) if lines else type(error).__name__
    java = (number for number, line in enumerate(lines) if number > traced and line.startswith("at "))
    return lines[next(java, len(lines)) - 1]
