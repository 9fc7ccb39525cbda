"""The commands that pass a knowledge base on to other tools, and take annotations back."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from extractor.cli_terminal import USAGE, JsonOption, LangOption, guarded, print_json, tell
from extractor.errors import UsageError
from extractor.messages import Messages, choose

#: Seconds between two lines of progress: on a terminal, in a log.
_EVERY, _EVERY_IN_LOG = 0.2, 30.0


class Steps:
    """Tells how many articles are done: a line that renews itself on a terminal, a plain one now and then in a log."""

    def __init__(self, say: Messages, key: str, total: int, *, quiet: bool) -> None:
        self.say, self.key, self.total = say, key, total
        self.live = sys.stderr.isatty()
        self.every = _EVERY if self.live else _EVERY_IN_LOG
        self.told = time.monotonic()
        self.quiet = quiet
        self.shown = False

    def __call__(self, done: int) -> None:
        """So many are done."""
        now = time.monotonic()
        if self.quiet or now - self.told < self.every:
            return
        self.told, self.shown = now, True
        line = self.say(self.key, done=done, total=self.total)
        print(f"\r\x1b[2K{line}" if self.live else line, end="" if self.live else "\n", file=sys.stderr, flush=True)

    def end(self) -> None:
        """Take the line away."""
        if self.live and self.shown:
            print("\r\x1b[2K", end="", file=sys.stderr, flush=True)


def export(
    kb: Annotated[Path, typer.Argument(metavar="KB", help="A knowledge base.")],
    to: Annotated[str, typer.Option("--to", metavar="FORMAT", help="See docs/exporting.md for the formats.")],
    out: Annotated[Path | None, typer.Option("--out", "-o", metavar="PATH", help="A new file or folder.")] = None,
    dsn: Annotated[str | None, typer.Option(metavar="DSN", help="Of a server: postgresql://user@host/name")] = None,
    text: Annotated[bool, typer.Option("--text/--no-text", help="Whether the articles' texts go out.")] = True,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing unless it fails.")] = False,
    lang: LangOption = None,
) -> None:
    """Write a knowledge base in the form of another tool."""
    from extractor.knowledge.exporting import Options, export
    from extractor.knowledge.exporting.source import open_source

    say = Messages(choose(lang))
    with guarded(say, damaged=USAGE):
        total = open_source(kb).articles
        steps = Steps(say, "exporting", total, quiet=quiet)
        try:
            export(kb, to, out, Options(text, steps, dsn, say.language))
        finally:
            steps.end()
        if not quiet:
            tell(say("exported", articles=total, target=out or to))


def import_(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="What the annotation tool gave back.")],
    kb: Annotated[Path, typer.Option("--kb", metavar="KB", help="The knowledge base that it was exported from.")],
    from_: Annotated[str | None, typer.Option("--from", metavar="FORMAT", help="Else by the file's name.")] = None,
    who: Annotated[str | None, typer.Option(metavar="NAME", help="Who annotated (else as told, or the user).")] = None,
    accept: Annotated[bool, typer.Option("--accept", help="Take facts that were left as they are for right.")] = False,
    gold: Annotated[Path | None, typer.Option(metavar="DIR", help="Write gold for danvan evaluate instead.")] = None,
    try_: Annotated[bool, typer.Option("--dry-run", help="Only tell what would be written.")] = False,
    json_: JsonOption = False, lang: LangOption = None,
) -> None:  # fmt: skip
    """Take annotations back: as judgements of the knowledge base's facts (reviews.jsonl), or as gold."""
    from extractor.audit.outputs import Output
    from extractor.audit.returning import counts, reviews, take_in, write_gold
    from extractor.audit.reviews import REVIEWS, VERDICTS, append, read_reviews
    from extractor.cli_review import user

    say = Messages(choose(lang))
    with guarded(say, damaged=USAGE):
        if gold is not None and accept:
            raise UsageError("--accept goes with judgements, not with --gold")
        output = Output(kb)
        if not output.articles:
            raise UsageError(say("no_texts", kb=kb))
        held = read_reviews(kb / REVIEWS)
        taken = take_in(files, output, from_)
        if gold is not None:
            if not try_:
                write_gold(taken, output, gold)
            tell(say("gold_written", articles=len(taken), folder=gold))
            return
        reason = say("removed_in", files=", ".join(f.name for f in files))
        made = list(reviews(taken, who or user(), held, reason=reason, accept=accept))
        if made and not try_:
            append(kb / REVIEWS, *made)
        verdicts = {name: counts(made)[name] for name in VERDICTS if name != "undo"}
        if json_:
            print_json({"articles": len(taken), **verdicts, "reviews": [r.id for r in made]})
        elif not made:
            tell(say("imported_nothing", articles=len(taken)))
        else:
            tell(say("import_tried" if try_ else "imported", articles=len(taken), file=kb / REVIEWS, **verdicts))
