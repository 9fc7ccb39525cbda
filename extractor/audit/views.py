"""How evaluations and comparisons look in a terminal of 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from itertools import groupby

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from extractor.audit.compare import WHATS, Change, Comparison, with_passages
from extractor.audit.confidence import Judged
from extractor.audit.evaluate import Evaluation
from extractor.audit.floors import Fall
from extractor.audit.mistakes import Mistake, mistakes
from extractor.audit.outputs import Output
from extractor.audit.passages import Passage
from extractor.messages import Messages
from extractor.records import KINDS

#: Characters of a sentence shown on each side of the words it is about.
AROUND = 140
#: The colour of what was lost or wrong, gained, changed or missed.
_STYLES = {"lost": "red", "wrong": "red", "gained": "green", "changed": "yellow", "missed": "yellow"}
_SIGNS = {"lost": "-", "gained": "+", "changed": "~"}


def evaluation_views(evaluation: Evaluation, say: Messages) -> Iterator[RenderableType]:
    """The tables of an evaluation: by rule, by field, and last by kind with intervals."""
    yield _rules(evaluation, say)
    yield Text()
    yield _fields(evaluation, say)
    yield Text()
    yield _kinds(evaluation, say)
    yield Text(say("interval_note", articles=len(evaluation.gold)), style="dim")


def mistake_views(evaluation: Evaluation, output: Output, say: Messages) -> Iterator[RenderableType]:
    """Every error of an evaluation: what it is, where, by which rule, and its sentence."""
    for mistake in mistakes(evaluation, output):
        yield _mistake(mistake, say)


def comparison_views(comparison: Comparison, old: Output, new: Output, say: Messages) -> Iterator[RenderableType]:
    """Every change under its rule, with its sentence, and the counts at the end."""
    heading: tuple[str, str | None] | None = None
    for change, passage in with_passages(comparison, old, new):
        if (change.kind, change.rule) != heading:
            heading = (change.kind, change.rule)
            yield _heading(comparison, heading, say)
        yield _changed(change, passage)
    table = _table(say, "kind", *WHATS, "unchanged")
    for kind in KINDS:
        counts = [comparison.count(what, kind) for what in WHATS]
        table.add_row(say(kind), *map(str, counts), str(comparison.same.get(kind, 0)))
    yield table
    both, only_old, only_new = comparison.articles
    yield Text(say("compared", both=both, only_a=only_old, only_b=only_new, otherwise=comparison.otherwise))


def fall_lines(found: list[Fall], say: Messages) -> str:
    """Figures below their floors, a line each."""
    return "\n".join(say("fall", name=fall.name, floor=fall.floor, figure=fall.figure) for fall in found)


def _table(say: Messages, first: str, *numbers: str) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column(say(first), overflow="fold")
    for column in numbers:
        table.add_column(say(column), justify="right", no_wrap=True)
    return table


def _kinds(evaluation: Evaluation, say: Messages) -> Table:
    table = _table(say, "kind", "precision", "recall", "f1", "true", "wrong", "missed")
    for score, own in evaluation.figures.items():
        shares = (own.precision, own.recall, own.f1)
        ends = evaluation.intervals[score].values()
        cells = [
            Text(f"{share:.3f}\n").append(f"{low:.3f}–{high:.3f}", "dim")
            for share, (low, high) in zip(shares, ends, strict=True)
        ]
        table.add_row(say(score), *cells, str(own.true), str(own.wrong), str(own.missed))
    return table


def _fields(evaluation: Evaluation, say: Messages) -> Table:
    table = _table(say, "field", "right", "judged", "share")
    for score, own in evaluation.figures.items():
        for name, (right, judged) in own.fields.items():
            table.add_row(f"{score}.{name}", str(right), str(judged), f"{right / judged:.3f}")
    return table


def _rules(evaluation: Evaluation, say: Messages) -> Table:
    table = _table(say, "rule", "precision", "true", "wrong", "missed", "spared")
    for score, rules in groupby(evaluation.rules, key=lambda rule: rule.score):
        table.add_row(Text(say(score), style="bold"))
        for rule in rules:
            precision = "" if rule.precision is None else f"{rule.precision:.3f}"
            counts = (rule.true, rule.wrong, rule.missed, rule.spared)
            shown = (str(count) if count else "" for count in counts)
            table.add_row(f"  {rule.rule or say('no_rule_found')}", precision, *shown)
    return table


def _mistake(mistake: Mistake, say: Messages) -> RenderableType:
    verdict = mistake.verdict
    head = Text(say(verdict.outcome), style=_STYLES[verdict.outcome])
    head.append(f" · {say(verdict.score)} · ", "dim").append(mistake.said, "bold")
    where = verdict.article if verdict.outcome == "missed" else f"{verdict.article} ({verdict.rule})"
    return _item(head, Text(where, style="dim"), mistake.passage)


def _changed(change: Change, passage: Passage | None) -> RenderableType:
    head = Text(f"{_SIGNS[change.what]} {change.said}", style=_STYLES[change.what])
    return _item(head, Text(change.article, style="dim"), passage)


def _heading(comparison: Comparison, heading: tuple[str, str | None], say: Messages) -> Text:
    changes = comparison.by_rule[heading]
    counts = ((what, sum(change.what == what for change in changes)) for what in WHATS)
    told = ", ".join(f"{count} {say(what).lower()}" for what, count in counts if count)
    return Text(f"{heading[1] or say(heading[0])}: {told}", style="bold")


def _item(head: Text, where: Text, passage: Passage | None) -> RenderableType:
    lines: list[RenderableType] = [head, Padding(where, (0, 0, 0, 2))]
    if passage is not None:
        lines.append(Padding(sentence(passage), (0, 0, 0, 2)))
    return Group(*lines, Text())


def sentence(passage: Passage) -> Text:
    """A passage with its words marked, far ends cut between words."""
    before = textwrap.shorten(passage.before[::-1], AROUND, placeholder=" …")[::-1]
    after = textwrap.shorten(passage.after, AROUND, placeholder=" …")
    left = " " if passage.before[-1:].isspace() else ""
    right = " " if passage.after[:1].isspace() else ""
    words = " ".join(passage.words.split())
    return Text(before + left).append(f"[[{words}]]", "bold").append(right + after)


def judged_views(judged: Mapping[str, Judged], say: Messages) -> Iterator[RenderableType]:
    """What was judged of each rule, and its confidence."""
    table = _table(say, "rule", "right", "judged", "lower_bound")
    for name, own in judged.items():
        table.add_row(name, str(own.right), str(own.judged), "–" if own.confidence is None else f"{own.confidence:.3f}")
    yield table
