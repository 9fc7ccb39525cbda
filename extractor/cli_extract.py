"""The command `extract`: reads inputs, writes a knowledge base or facts, and says how it went."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from extractor.cli_terminal import REJECTED, LangOption, RulesOption, guarded, tell
from extractor.errors import UsageError
from extractor.messages import Messages, choose

if TYPE_CHECKING:
    from extractor.knowledge.run import Options, Summary
    from extractor.pipeline import Pipeline
    from extractor.reading import Sources
    from extractor.records import Reject

#: Kinds of facts in the order in which they are told.
KINDS = ("date", "document", "official", "indicator", "program")

#: Reasons of rejects that the summary lists.
MOST_REASONS = 12

LogFormat = Literal["text", "json"]
Engine = Literal["local", "spark"]


def extract(
    inputs: Annotated[
        list[str], typer.Argument(metavar="INPUT…", help="Files, folders, globs, - (JSONL lines) or a knowledge base.")
    ],
    out: Annotated[str | None, typer.Option(metavar="KB", help="Where to write; else facts go to the output.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 1,
    rules: RulesOption = None,
    drafts: Annotated[bool, typer.Option("--drafts", help="Let draft rules fire too.")] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Make the knowledge base anew.")] = False,
    max_chars: Annotated[int, typer.Option(min=1, help="Longer texts are rejected.")] = 5_000_000,
    article_timeout: Annotated[float, typer.Option(min=0.01, help="Seconds that an article may take.")] = 120.0,
    text_column: Annotated[str | None, typer.Option(metavar="NAME", help="Column or key of the texts.")] = None,
    id_column: Annotated[str | None, typer.Option(metavar="NAME", help="Of the ids.")] = None,
    url_column: Annotated[str | None, typer.Option(metavar="NAME", help="Of the addresses.")] = None,
    title_column: Annotated[str | None, typer.Option(metavar="NAME", help="Of the headlines.")] = None,
    published_column: Annotated[str | None, typer.Option(metavar="NAME", help="Of the days of publication.")] = None,
    outlet_column: Annotated[str | None, typer.Option(metavar="NAME", help="Of the outlets.")] = None,
    engine: Annotated[Engine, typer.Option(help="Where: this machine, or Spark (docs/spark.md).")] = "local",
    master: Annotated[str | None, typer.Option(metavar="URL", help="Of Spark: local[2], spark://…, yarn.")] = None,
    partitions: Annotated[int | None, typer.Option(min=1, help="Of Spark's work (else as Spark finds).")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress, no summary.")] = False,
    log_format: Annotated[LogFormat, typer.Option(help="Messages as text, or as lines of JSON.")] = "text",
    lang: LangOption = None,
) -> None:  # fmt: skip
    """Read articles and write their facts."""
    from extractor.knowledge.run import Options
    from extractor.pipeline import load
    from extractor.reading import Columns, find_sources

    say = Messages(choose(lang))
    named = {
        "text": text_column, "id": id_column, "url": url_column, "title": title_column,
        "published": published_column, "outlet": outlet_column,
    }  # fmt: skip
    columns = Columns({field: name for field, name in named.items() if name is not None})
    with guarded(say, log_format, quiet=quiet), _running(say, log_format):
        if engine == "local" and (master is not None or partitions is not None):
            raise UsageError(say("spark_only"))
        options = Options(workers, max_chars, article_timeout, columns)
        if engine == "spark":
            summary = _on_spark(
                inputs, out, options, say, rules=rules, drafts=drafts, fresh=fresh, master=master,
                partitions=partitions, quiet=quiet, log_format=log_format,
            )  # fmt: skip
            raise typer.Exit(REJECTED if summary.counts["rejects"] else 0)
        sources = find_sources(inputs)
        pipe = load(rules, drafts=drafts)
        if out is None:
            summary = _to_output(pipe, sources, options, say, quiet=quiet, log_format=log_format)
        else:
            summary = _to_folder(
                pipe, sources, Path(out), options, say, fresh=fresh, quiet=quiet, log_format=log_format
            )
    if summary.counts["rejects"]:
        raise typer.Exit(REJECTED)


@contextmanager
def _running(say: Messages, log_format: LogFormat) -> Iterator[None]:
    """Say it when the end is a signal's."""
    try:
        yield
    except SystemExit as end:
        if end.code == 143:
            _tell("interrupted", say("interrupted"), log_format)
        raise


def _tell(event: str, text: str, log_format: LogFormat, **data: object) -> None:
    """Say something as text or as a line of JSON."""
    tell(json.dumps({"event": event, **data}, ensure_ascii=False) if log_format == "json" else text)


def _to_output(
    pipe: Pipeline, sources: Sources, options: Options, say: Messages, *, quiet: bool, log_format: LogFormat
) -> Summary:
    from extractor.knowledge.run import Summary, extract_facts
    from extractor.records import to_line

    def told(reject: Reject) -> None:
        data = {"source": reject.source, "stage": reject.stage, "reason": reject.reason}
        _tell("reject", say("reject", **data), log_format, **data)

    summary = Summary()
    for so_far, facts in extract_facts(pipe, sources, options=options, told=told):
        summary = so_far
        sys.stdout.writelines(to_line(fact) + "\n" for fact in facts)
        sys.stdout.flush()
    if not quiet and (sys.stderr.isatty() or log_format == "json"):
        _tell(
            "summary",
            f"{_line(summary, say)}, {say('took', time=clock(summary.seconds))}",
            log_format,
            **_data(summary),
        )
    return summary


def _to_folder(
    pipe: Pipeline, sources: Sources, out: Path, options: Options, say: Messages, *,
    fresh: bool, quiet: bool, log_format: LogFormat,
) -> Summary:  # fmt: skip
    from extractor.knowledge.again import extract_again, is_own
    from extractor.knowledge.run import extract_to
    from extractor.progress import Progress

    own = is_own(sources, out)
    if own and fresh:
        raise UsageError(say("fresh_own", folder=out))
    with Progress(say, quiet=quiet, log_format=log_format) as progress:
        if own:
            summary = extract_again(pipe, sources, out, options=options, progress=progress)
        else:
            summary = extract_to(pipe, sources, out, options=options, fresh=fresh, progress=progress)
    if not quiet:
        _summed(summary, out, say, log_format)
    return summary


def _on_spark(
    inputs: list[str], out: str | None, options: Options, say: Messages, *, rules: Path | None, drafts: bool,
    fresh: bool, master: str | None, partitions: int | None, quiet: bool, log_format: LogFormat,
) -> Summary:  # fmt: skip
    from extractor.spark import require

    if out is None or options.workers != 1:
        raise UsageError(say("spark_out"))
    require()
    from extractor.spark_files import extract_files, session

    with session(master) as spark:
        summary = extract_files(
            spark, inputs, out, options, rules=rules, drafts=drafts, fresh=fresh, partitions=partitions
        )
    if not quiet:
        _summed(summary, out, say, log_format)
    return summary


def _summed(summary: Summary, out: str | Path, say: Messages, log_format: LogFormat) -> None:
    """Say how it went."""
    if log_format == "json":
        _tell("summary", "", log_format, **_data(summary), folder=str(out))
    else:
        tell(_line(summary, say))
        told = summary.reasons.most_common(MOST_REASONS)
        for (stage, reason), count in told:
            tell(say("rejected_by", stage=stage, reason=reason, count=count))
        if rest := summary.reasons.total() - sum(count for _, count in told):
            tell(say("rejected_else", count=rest))
        tell(say("written", folder=out, time=clock(summary.seconds)))


def _line(summary: Summary, say: Messages) -> str:
    """The run in one line: articles and facts by kind, then whatever else there was."""
    kinds = ", ".join(f"{summary.kinds[kind]} {say(kind)}" for kind in KINDS)
    parts = [f"{summary.counts['articles']} {say('articles')}, {summary.counts['facts']} {say('facts')} ({kinds})"]
    rest = ("rejects", "duplicates", "known", "replaced", "skipped")
    told = [f"{summary.counts[name]} {say(name)}" for name in rest if summary.counts[name]]
    return ", ".join([*parts, *told])


def clock(seconds: float) -> str:
    """Seconds as hours, minutes and seconds."""
    whole = int(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def _data(summary: Summary) -> dict[str, object]:
    return {
        "counts": dict(summary.counts), "kinds": dict(summary.kinds), "rejects": dict(summary.rejects),
        "reasons": [{"stage": s, "reason": r, "count": n} for (s, r), n in summary.reasons.most_common()],
        "seconds": round(summary.seconds, 1),
    }  # fmt: skip
