"""The commands that hold an output against gold, or against another output."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from extractor.cli_terminal import FAILED, JsonOption, LangOption, guarded, print_json, print_views, tell
from extractor.errors import UsageError
from extractor.messages import Messages, choose

if TYPE_CHECKING:
    from collections.abc import Mapping

    from extractor.audit.confidence import Judged
    from extractor.audit.evaluate import Evaluation
    from extractor.audit.outputs import Output


class FailOn(StrEnum):
    """What makes `danvan diff` fail: a fact that is lost, or any difference."""

    losses = "losses"
    changes = "changes"


def evaluate(
    gold: Annotated[Path, typer.Argument(metavar="GOLD", help="A folder of gold files (*.json), or reviews.jsonl.")],
    kb: Annotated[Path, typer.Argument(metavar="KB", help="A knowledge base, or a facts.jsonl file.")],
    texts: Annotated[Path | None, typer.Option(metavar="DIR", help="Where gold's texts lie.")] = None,
    errors: Annotated[bool, typer.Option(help="List every error with its sentence.")] = True,
    check: Annotated[bool, typer.Option("--check", help="Fail when a figure is below its floor.")] = False,
    update: Annotated[bool, typer.Option("--update", help="Raise the floors beside GOLD; measure confidence.")] = False,
    lower: Annotated[bool, typer.Option("--lower", help="With --update: lower them too.")] = False,
    rules: Annotated[Path | None, typer.Option(metavar="DIR", help="With --update: your rules folder, too.")] = None,
    json_: JsonOption = False, lang: LangOption = None,
) -> None:  # fmt: skip
    """Hold a knowledge base against gold: precision, recall and F1 by kind, field and rule, and every error."""
    from extractor.audit.confidence import by_gold, is_untuned
    from extractor.audit.evaluate import as_data
    from extractor.audit.evaluate import evaluate as judge
    from extractor.audit.gold import gold_digest, load_gold
    from extractor.audit.mistakes import mistakes
    from extractor.audit.outputs import Output
    from extractor.audit.reviews import REVIEWS
    from extractor.audit.views import evaluation_views, mistake_views

    say = Messages(choose(lang))
    with guarded(say):
        if lower and not update:
            raise UsageError("--lower goes with --update")
        if gold.suffix == ".jsonl":
            _by_reviews(gold, kb, say, rules=rules, update=update, json_=json_)
            return
        output = Output(kb)
        evaluation = judge(load_gold(gold, texts), output)
        if evaluation.left_out:
            tell(say("left_out", count=evaluation.left_out))
        if json_:
            data = as_data(evaluation, gold_digest(gold))
            print_json(data | ({"errors": [m.as_data() for m in mistakes(evaluation, output)]} if errors else {}))
        else:
            print_views(mistake_views(evaluation, output, say) if errors else ())
            print_views(evaluation_views(evaluation, say))
        if update:
            _confidence(output, by_gold(evaluation) if is_untuned(gold) else {}, kb / REVIEWS, rules, say)
        if (check or update) and not _floors(evaluation, gold, kb, say, update=update, lower=lower):
            raise typer.Exit(FAILED)


def _by_reviews(
    path: Path, kb: Path, say: Messages, *, rules: Path | None, update: bool, json_: bool
) -> None:  # fmt: skip
    """What reviewers judged of each rule, with the lower bound that is its confidence."""
    from extractor.audit.confidence import by_reviews
    from extractor.audit.outputs import Output
    from extractor.audit.reviews import read_reviews
    from extractor.audit.views import judged_views

    if not path.is_file():
        raise UsageError(say("no_reviews", file=path))
    output = Output(kb)
    judged = by_reviews(read_reviews(path), {str(fact["id"]): fact for fact in output.all_facts()})
    if json_:
        print_json(
            {name: {"right": j.right, "judged": j.judged, "confidence": j.confidence} for name, j in judged.items()}
        )
    else:
        print_views(judged_views(judged, say))
    if update:
        _confidence(output, {}, path, rules, say)


def _confidence(
    output: Output, gold: Mapping[str, Judged], reviews: Path, rules: Path | None, say: Messages
) -> None:  # fmt: skip
    """Measure the confidence of rules by gold and reviews, into the knowledge base and the user's rules folder."""
    from extractor.audit.confidence import by_reviews, set_confidence, together, write_confidence
    from extractor.audit.reviews import read_reviews

    facts = {str(fact["id"]): fact for fact in output.all_facts()}
    judged = together(gold, by_reviews(read_reviews(reviews), facts))
    if not judged or not output.path.is_dir():
        return
    count = set_confidence(output, judged)
    for folder in filter(None, (output.path, rules)):
        path = write_confidence(folder, judged)
        tell(say("confidence_written", rules=len(judged), facts=count, file=path))


def _floors(evaluation: Evaluation, gold: Path, kb: Path, say: Messages, *, update: bool, lower: bool) -> bool:
    """Hold an evaluation against the floors of its gold, or write them; say what came of it. Did it go well?"""
    from extractor.audit.floors import falls, floors_path, measured, read_floors, write_floors
    from extractor.audit.views import fall_lines

    path, figures = floors_path(gold), measured(evaluation, gold)
    floors = read_floors(path)
    below = falls(floors, figures) if floors else []
    if below and not lower:
        tell(say("below_floors", file=path, falls=fall_lines(below, say)))
    if update and (lower or not below):
        write_floors(path, figures)
        tell(say("floors_written", file=path))
        return True
    if update:
        tell(say("floors_kept"))
    elif floors is None or floors.gold != figures.gold:
        tell(say("other_gold" if floors else "no_floors", file=path, gold=gold, kb=kb))
    elif not below:
        tell(say("floors_hold", file=path))
        return True
    return False


def diff(
    old: Annotated[Path, typer.Argument(metavar="A", help="A knowledge base, or a facts.jsonl file.")],
    new: Annotated[Path, typer.Argument(metavar="B", help="Another, of the same articles.")],
    fail_on: Annotated[FailOn | None, typer.Option(help="Fail when a fact is lost, or when anything differs.")] = None,
    json_: JsonOption = False, lang: LangOption = None,
) -> None:  # fmt: skip
    """Compare two outputs fact by fact: lost, gained, changed, each with its rule and its sentence."""
    from extractor.audit.compare import as_data, compare
    from extractor.audit.outputs import Output
    from extractor.audit.views import comparison_views

    say = Messages(choose(lang))
    with guarded(say):
        before, after = Output(old), Output(new)
        comparison = compare(before, after)
        if json_:
            print_json(as_data(comparison, before, after))
        else:
            print_views(comparison_views(comparison, before, after, say))
    failing = {None: 0, FailOn.losses: comparison.count("lost"), FailOn.changes: len(comparison.changes)}
    if failing[fail_on]:
        raise typer.Exit(FAILED)
