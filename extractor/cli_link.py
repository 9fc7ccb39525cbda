"""The commands that link a knowledge base: `danvan link`, `danvan contradictions`."""

from __future__ import annotations

import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from extractor.cli_terminal import FAILED, JsonOption, LangOption, guarded, print_json, print_views, tell
from extractor.errors import UsageError
from extractor.messages import Messages, choose

if TYPE_CHECKING:
    from extractor.knowledge.linking.link import Progress

Engine = Literal["local", "spark"]

#: Seconds between two lines of progress in a log; on a terminal one line is written over.
TELL_EVERY = 20.0


def link(
    kb: Annotated[str, typer.Argument(metavar="KB", help="A finished knowledge base; with Spark, its Parquet.")],
    fresh: Annotated[bool, typer.Option("--fresh", help="Link everything anew, not only what is new.")] = False,
    engine: Annotated[Engine, typer.Option(help="Where: this machine, or Spark (docs/spark.md).")] = "local",
    out: Annotated[str | None, typer.Option(metavar="DIR", help="Where Spark writes the entities.")] = None,
    master: Annotated[str | None, typer.Option(metavar="URL", help="Of Spark: local[2], spark://…, yarn.")] = None,
    partitions: Annotated[int | None, typer.Option(min=1, help="Of Spark's work (else as Spark finds).")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing but errors.")] = False,
    json_: JsonOption = False, lang: LangOption = None,
) -> None:  # fmt: skip
    """Recognise documents, people, bodies, places, programmes and series across articles: entities.jsonl."""
    from extractor.knowledge.linking.link import Linked
    from extractor.knowledge.linking.link import link as run

    say = Messages(choose(lang))
    with guarded(say, quiet=quiet):
        began = time.monotonic()
        if engine == "local":
            if (out, master, partitions) != (None, None, None):
                raise UsageError(say("spark_link_only"))
            done, written = (
                run(Path(kb), fresh=fresh, progress=None if quiet else _progress(say)),
                f"{kb}/entities.jsonl",
            )
        elif out is None:
            raise UsageError(say("spark_link_out"))
        else:
            from extractor.spark_files import link_files, session

            with session(master) as spark:
                done = Linked(*link_files(spark, kb, out, fresh=fresh, partitions=partitions), afresh=True)
            written = out
        if json_:
            print_json({
                "entities": dict(sorted(done.entities.items())), "new_articles": done.articles,
                "new_facts": done.facts, "resolved": done.resolved, "afresh": done.afresh,
            })  # fmt: skip
            return
        if quiet:
            return
        counts = ", ".join(f"{count} {say('entity_' + type_)}" for type_, count in done.entities.items())
        tell(say("linked", total=sum(done.entities.values()), counts=counts or "-", articles=done.articles))
        tell(say("linked_in", file=written, time=timedelta(seconds=round(time.monotonic() - began))))


def _progress(say: Messages) -> Progress:
    """Progress: one line that is written over on a terminal, a line now and then in a log."""
    terminal, last = sys.stderr.isatty(), [time.monotonic()]

    def told(doing: str, done: int, total: int) -> None:
        now = time.monotonic()
        if now - last[0] < (0.2 if terminal else TELL_EVERY):
            return
        last[0] = now
        share = 100 * done // total if total else 100
        text = say(doing, share=share)
        sys.stderr.write(f"\r{text}\x1b[K" if terminal and share < 100 else f"{text}\n")
        sys.stderr.flush()

    return told


def contradictions(
    kb: Annotated[Path, typer.Argument(metavar="KB", help="A linked knowledge base.")],
    kind: Annotated[list[str] | None, typer.Option("--kind", metavar="value|date|office", help="Only these.")] = None,
    fail: Annotated[bool, typer.Option("--fail", help="Exit with 1 when there are any.")] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="Only so many, the gravest.")] = None,
    json_: JsonOption = False, lang: LangOption = None,
) -> None:  # fmt: skip
    """List where linked sources do not agree, the gravest first, with both quotes and the likely cause."""
    from extractor.knowledge.linking.contradictions import KINDS, as_data
    from extractor.knowledge.linking.contradictions import contradictions as find
    from extractor.knowledge.linking.views import contradiction_views

    say = Messages(choose(lang))
    with guarded(say):
        found = find(kb, kind or KINDS)
        shown = found[:limit]
        if json_:
            print_json([as_data(c, place) for place, c in enumerate(shown, 1)])
        else:
            print_views(contradiction_views(shown, say))
            tell(say("contradictions_found", count=len(found)))
    if fail and found:
        raise typer.Exit(FAILED)
