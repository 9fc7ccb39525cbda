"""How a coverage of rules looks in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from extractor.audit.coverage import Coverage, Use, of_kind
from extractor.audit.explain_views import stopped
from extractor.audit.views import sentence
from extractor.messages import Messages
from extractor.records import KINDS

#: Conflicts that are told.
MOST_CONFLICTS = 25


def coverage_views(counted: Coverage, only: Sequence[str], say: Messages, *, sample: bool) -> Iterator[RenderableType]:
    """A table of rules for each kind, what never fired, and which rules meet on the same words."""
    uses = of_kind(counted, only)
    for kind in KINDS:
        own = [use for use in uses if use.rule.kind == kind]
        if not own:
            continue
        yield _table(kind, own, counted, say)
        if sample:
            yield from _samples(own)
        if counted.most_refused:
            yield from _refused(own, say)
        yield Text()
    silent = [use.rule.id for use in uses if not use.facts]
    yield Text(say("silent_rules", count=len(silent), rules=len(uses)), "bold")
    for rule in silent:
        yield Text(f"  {rule}")
    known = {use.rule.id for use in uses}
    conflicts = [c for c in counted.conflicts if c[0] in known or c[1] in known]
    if conflicts:
        yield Text()
        yield Text(say("conflicts"), "bold")
        for won, lost, times in conflicts[:MOST_CONFLICTS]:
            yield Text(f"  {times:6}  {won} ").append("› ", "dim").append(lost)
    yield Text(say("covered", articles=counted.articles, facts=sum(counted.kinds.values())), "dim")


def _table(kind: str, uses: Sequence[Use], counted: Coverage, say: Messages) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(say(kind), no_wrap=True)
    for column in ("matches", "facts", "share", "articles", "col_lost", "col_refused", "col_ms"):
        head = say(column)
        table.add_column(head[:1].upper() + head[1:], justify="right", no_wrap=True)
    for use in sorted(uses, key=lambda u: (-u.facts, u.rule.order)):
        counts = (use.articles, use.lost.total(), use.refused.total())
        cells = [str(use.matches), str(use.facts), f"{counted.share(use):.1%}", *map(str, counts)]
        table.add_row(use.rule.id.partition('.')[2], *cells, f"{use.seconds * 1000 / max(1, counted.articles):.2f}",
                      style="" if use.facts else "dim")  # fmt: skip
    return table


def _samples(uses: Sequence[Use]) -> Iterator[RenderableType]:
    for use in uses:
        if use.sample:
            told = [Padding(sentence(passage), (0, 0, 0, 4)) for _, passage in use.sample]
            yield Group(Text(f"  {use.rule.id}", "bold"), *told)


def _refused(uses: Sequence[Use], say: Messages) -> Iterator[RenderableType]:
    """Sentences of what rules matched and no fact came of, each with what stopped it."""
    for use in uses:
        if use.stopped:
            told = [
                Padding(Group(sentence(passage), stopped(why, what, say)), (0, 0, 0, 4), expand=False)
                for why, what, passage in use.stopped
            ]
            yield Group(Text(f"  {use.rule.id}: {say('col_refused').lower()} {use.refused.total()}", "bold"), *told)
