"""The commands that say what rules do over articles: coverage and diff."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from extractor.cli_audit import FailOn
from extractor.cli_terminal import (
    FAILED,
    REJECTED,
    USAGE,
    JsonOption,
    LangOption,
    RulesOption,
    guarded,
    print_json,
    print_views,
    tell,
)  # fmt: skip
from extractor.errors import UsageError
from extractor.messages import Messages, choose


def coverage(
    kb: Annotated[Path, typer.Argument(metavar="KB", help="A knowledge base.")],
    only: Annotated[list[str] | None, typer.Argument(metavar="[ID|KIND]…", help="Only these rules or kinds.")] = None,
    sample: Annotated[bool, typer.Option("--sample", help="Show sentences of each rule.")] = False,
    refused: Annotated[int, typer.Option(min=0, metavar="N", help="Show N matches of each that gave no fact.")] = 0,
    timed: Annotated[bool, typer.Option("--time/--no-time", help="Measure each rule's time.")] = True,
    rules: RulesOption = None, json_: JsonOption = False, lang: LangOption = None,
) -> None:  # fmt: skip
    """What each rule does over a knowledge base: matches, facts, overlaps, time; what never fires; which rules meet."""
    from extractor.audit.coverage import as_data
    from extractor.audit.coverage import coverage as count
    from extractor.audit.coverage_views import coverage_views
    from extractor.audit.finding import articles, nearest
    from extractor.audit.outputs import Output
    from extractor.knowledge.files import MANIFEST
    from extractor.pipeline import load
    from extractor.records import KINDS

    say = Messages(choose(lang))
    with guarded(say, damaged=USAGE):
        output = Output(kb)
        pipe = load(rules)
        known = [*KINDS, *(rule.id for rule in pipe.rules.rules)]
        for name in only or ():
            if name not in known:
                raise UsageError(say("no_rule", rule=name, near=nearest(name, known)))
        if json.loads((kb / MANIFEST).read_text(encoding="utf-8")).get("rules") != pipe.rules.digest:
            tell(say("other_rules"))
        counted = count(pipe, articles(output), timed=timed, most_refused=refused)
        if json_:
            print_json(as_data(counted))
        else:
            print_views(coverage_views(counted, only or (), say, sample=sample))


def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help="A rules folder, or: shipped.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="Another.")],
    source: Annotated[str, typer.Argument(metavar="INPUT", help="A knowledge base, folder, file or glob.")],
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 1,
    fail_on: Annotated[FailOn | None, typer.Option(help="Fail when a fact is lost, or when anything differs.")] = None,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a page of it too.")] = None,
    drafts: Annotated[bool, typer.Option("--drafts", help="Let draft rules fire too.")] = False,
    json_: JsonOption = False, lang: LangOption = None,
) -> None:  # fmt: skip
    """What an edit of rules changes over articles: facts gained, lost and changed, under their rules."""
    from extractor.audit.change import change, inputs_of, pipeline_of
    from extractor.audit.change_page import change_page
    from extractor.audit.compare import as_data
    from extractor.audit.views import comparison_views
    from extractor.knowledge.files import write_whole
    from extractor.records import Reject

    say = Messages(choose(lang))
    with guarded(say, damaged=USAGE):
        pipes = [pipeline_of(rules, drafts=drafts) for rules in (old, new)]
        refused: list[Reject] = []
        raws = inputs_of(source, pipes[0], refused)
        for reject in refused:
            tell(say("reject", source=reject.source, stage=reject.stage, reason=reject.reason))
        with change(pipes[0], pipes[1], raws, workers=workers) as found:
            if json_:
                print_json(as_data(found.comparison, found.old, found.new))
            else:
                print_views(comparison_views(found.comparison, found.old, found.new, say))
            if html is not None:
                title = say("diff_title", old=old, new=new)
                write_whole(html, "".join(change_page(found.comparison, found.old, found.new, title, say)))
                tell(say("page_written", file=html))
            if found.rejects:
                tell(say("diff_rejects", count=found.rejects))
            comparison, rejects = found.comparison, found.rejects + len(refused)
    failing = {None: 0, FailOn.losses: comparison.count("lost"), FailOn.changes: len(comparison.changes)}
    if failing[fail_on]:
        raise typer.Exit(FAILED)
    if rejects:
        raise typer.Exit(REJECTED)


def mutate(
    only: Annotated[list[str] | None, typer.Option("--rule", metavar="ID|KIND", help="Only these, repeatable.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 2,
    floor: Annotated[float, typer.Option(min=0, max=1, help="Fail below this share of killed mutants.")] = 0.95,
    survivors: Annotated[bool, typer.Option(help="List the survivors.")] = True,
    rules: RulesOption = None, json_: JsonOption = False, lang: LangOption = None,
) -> None:  # fmt: skip
    """Damage every rule in many ways and tell which damage no example notices."""
    from extractor.audit.finding import nearest
    from extractor.audit.mutate import as_data
    from extractor.audit.mutate import mutate as run
    from extractor.audit.mutate_views import mutate_views
    from extractor.loading import load_rules
    from extractor.progress import Counted
    from extractor.records import KINDS

    say = Messages(choose(lang))
    with guarded(say, damaged=USAGE):
        loaded = load_rules(rules)
        known = [*KINDS, *(rule.id for rule in loaded.rules if rule.status != "deprecated")]
        for name in only or ():
            if name not in known:
                raise UsageError(say("no_rule", rule=name, near=nearest(name, known)))
        with Counted(say("mutating")) as told:
            score = run(loaded, only or (), workers=workers, told=told)
        if json_:
            print_json(as_data(score))
        else:
            print_views(mutate_views(score, say, survivors=survivors))
    if score.share < floor:
        raise typer.Exit(FAILED)
