"""How a mutation test looks in a terminal: the survivors under their rules, then the score."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from extractor.audit.mutate import Score, as_data
from extractor.messages import Messages

#: How a repeated or an optional part is damaged, as `mutants` tells it.
HOW = ("must stand", "left out", "once only", "may lack", "may be fewer", "may be more", "dropped")


def mutate_views(score: Score, say: Messages, *, survivors: bool) -> Iterator[RenderableType]:
    """The survivors with the example that is missing, a table by kind of damage, and the score."""
    if survivors:
        for rule, own in groupby(score.survivors, key=lambda verdict: verdict.rule):
            yield Text(rule, "bold")
            for verdict in own:
                what = _told(verdict.what, say)
                yield Text(f"  {say('want_' + verdict.operator, what=what)}")
        for verdict in score.alike:
            what, why = _told(verdict.what, say), " ".join(str(verdict.alike).split())
            yield Text(say("mutant_alike", rule=verdict.rule, what=what, why=why), "dim")
    data = as_data(score)
    yield _table(say("operator"), {say(f"damage_{name}"): n for name, n in data["operators"].items()}, say)
    if len(data["kinds"]) > 1:
        yield Text()
        yield _table(say("rule_kind"), data["kinds"], say)
    counts = {"killed": score.killed, "mutants": len(score.verdicts), "share": f"{score.share:.1%}"}
    yield Text(say("mutation_score", **counts), "bold")


def _table(head: str, counted: Mapping[str, Mapping[str, int]], say: Messages) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column(head)
    for column in ("mutants", "killed", "survived", "share"):
        table.add_column(say(column), justify="right")
    for name, counts in counted.items():
        made, killed = counts["mutants"], counts["killed"]
        table.add_row(name, str(made), str(killed), str(made - killed), f"{killed / made:.1%}")
    return table


def _told(what: str, say: Messages) -> str:
    """What was damaged, in one line; how, in the language of the messages."""
    told = " ".join(what.split())
    for how in HOW:
        if told.endswith(f" {how}"):
            return f"{told.removesuffix(how)}{say('how_' + how.replace(' ', '_'))}"
    return told
