"""The commands that show a knowledge base in a browser: a report to read, a page to judge its facts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from extractor.cli_terminal import USAGE, LangOption, RulesOption, guarded, tell
from extractor.errors import UsageError
from extractor.messages import Messages, choose

if TYPE_CHECKING:
    from extractor.audit.outputs import Output
    from extractor.audit.reviews import Review


def report(
    kb: Annotated[Path, typer.Argument(metavar="KB", help="A knowledge base.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE", help="The page to write.")] = Path("report.html"),
    rules: RulesOption = None, lang: LangOption = None,
) -> None:  # fmt: skip
    """Write one self-contained page: overview, every article marked up, facts and rules on click."""
    from extractor.audit.outputs import Output
    from extractor.audit.report import write_report
    from extractor.loading import load_rules

    say = Messages(choose(lang))
    with guarded(say, damaged=USAGE):
        output = Output(kb)
        if not output.articles:
            raise UsageError(say("no_texts", kb=kb))
        if not out.resolve().parent.is_dir():
            raise UsageError(say("no_folder", folder=out.resolve().parent))
        write_report(output, load_rules(rules), out, say)
        tell(say("page_written", file=out))


def review(
    kb: Annotated[Path, typer.Argument(metavar="KB", help="A knowledge base.")],
    who: Annotated[str | None, typer.Option(metavar="NAME", help="Who judges (else the user's name).")] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of 127.0.0.1; 0 takes a free one.")] = 0,
    summary: Annotated[bool, typer.Option("--summary", help="Only tell what was judged, and agreement.")] = False,
    rules: RulesOption = None, lang: LangOption = None,
) -> None:  # fmt: skip
    """Judge facts in the browser, on this machine only: accept, reject, correct, add what was missed."""
    from extractor.audit.outputs import Output
    from extractor.audit.reviews import REVIEWS, read_reviews

    say = Messages(choose(lang))
    with guarded(say, damaged=USAGE):
        output = Output(kb)
        if not output.articles:
            raise UsageError(say("no_texts", kb=kb))
        reviews = read_reviews(kb / REVIEWS)
        if summary:
            _told(reviews, output, say)
            return
        try:
            from extractor.service.server import serve_review
        except ImportError as error:
            raise UsageError(say("wants_extra", extra="serve")) from error
        from extractor.loading import load_rules

        tell(say("review_kept", file=kb / REVIEWS))
        serve_review(
            output, load_rules(rules), who or user(), port, say.language, lambda url: tell(say("review_at", url=url))
        )


def user() -> str:
    """The name of who runs this."""
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "reviewer"


def _told(reviews: list[Review], output: Output, say: Messages) -> None:
    """What each person judged, and how far two agree."""
    from collections import Counter

    from extractor.audit.reviews import agreements, outdated, standing

    facts = {str(fact["id"]): fact for fact in output.all_facts()}
    held = standing(reviews)
    for who in sorted({r.who for r in held}):
        own = [r for r in held if r.who == who]
        counts = Counter(r.verdict for r in own)
        old = sum(outdated(r, facts) for r in own)
        named = {name: counts[name] for name in ("accept", "reject", "correct", "missed")}
        print(say("review_counts", who=who, **named, outdated=old))
    for a in agreements(reviews):
        kappa = "–" if a.kappa is None else a.kappa
        print(say("agreement_line", a=a.pair[0], b=a.pair[1], same=a.same, both=a.both, kappa=kappa))
