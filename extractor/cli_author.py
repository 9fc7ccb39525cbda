"""The commands for people who write rules: a draft from a sentence, a live trial, examples from judgements."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from extractor.cli_terminal import FAILED, USAGE, JsonOption, LangOption, RulesOption, guarded, print_json, tell
from extractor.errors import UsageError
from extractor.messages import Messages, choose

if TYPE_CHECKING:
    from extractor.audit.trial import Round

#: Seconds between two looks at the files of a trial.
LOOK = 0.5


def new(
    sentence: Annotated[str, typer.Argument(metavar="SENTENCE", help="A sentence with [[ ]] about what to find.")],
    kind: Annotated[str, typer.Option(help="date, document, official, indicator or program.")],
    name: Annotated[str, typer.Option("--id", metavar="NAME", help="The rule's id, or what stands behind its kind.")],
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Append it to draft.yaml of this folder.")] = None,
    rules: RulesOption = None, lang: LangOption = None,
) -> None:  # fmt: skip
    """Draft a rule from a marked sentence, with its skeleton of examples."""
    from extractor.audit.drafting import draft
    from extractor.loading import load_rules

    say = Messages(choose(lang))
    with guarded(say, damaged=USAGE):
        made = draft(sentence, kind, name, load_rules(rules))
        if out is None:
            print(made.text, end="")
        else:
            out.mkdir(parents=True, exist_ok=True)
            path = out / "draft.yaml"
            if path.exists() and f"- id: {made.id}\n" in path.read_text(encoding="utf-8"):
                raise UsageError(say("draft_exists", rule=made.id, file=path))
            with path.open("a", encoding="utf-8", newline="\n") as stream:
                stream.write(made.text)
            tell(say("page_written", file=path))
        if made.facts:
            tell(say("draft_reads", words=" · ".join(e.text for f in made.facts for e in f.evidence)))
        else:
            tell(say("draft_blind", problems="; ".join(made.problems) or "–"))


def try_(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The rules folder that is being edited.")],
    source: Annotated[str | None, typer.Argument(metavar="[INPUT]", help="Articles (else the samples).")] = None,
    text: Annotated[str | None, typer.Option(metavar="TEXT", help="A text instead.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Show what all rules find, not only the folder's.")] = False,
    once: Annotated[bool, typer.Option("--once", help="Read once and end.")] = False,
    lang: LangOption = None,
) -> None:  # fmt: skip
    """Show what the rules of a folder find, again whenever a file of it is saved (Ctrl+C ends)."""
    from extractor.article import Raw
    from extractor.audit.change import SHIPPED, inputs_of, pipeline_of
    from extractor.audit.trial import read_once, since, stamp
    from extractor.shipped import home

    say = Messages(choose(lang))
    with guarded(say, damaged=USAGE):
        if not folder.is_dir():
            raise UsageError(say("no_folder", folder=folder))
        samples = str(home() / "data" / "samples" / "articles")
        raws = [Raw(text)] if text else inputs_of(source or samples, pipeline_of(SHIPPED), [])
        before: Round | None = None
        seen: object = None
        while True:
            now_stamp = stamp(folder)
            if now_stamp != seen:
                seen = now_stamp
                now = since(before, read_once(folder, raws, every_rule=every))
                _show(now, say, first=before is None)
                if once:
                    break
                before = before if now.problems and before else now
            time.sleep(LOOK)
    if now.problems:
        raise typer.Exit(FAILED)


def _show(found: Round, say: Messages, *, first: bool) -> None:
    from extractor.audit.trial_views import trial_views
    from extractor.cli_terminal import print_views

    print_views(trial_views(found, say, first=first))


def from_reviews(
    kb: Annotated[Path, typer.Argument(metavar="KB", help="A knowledge base with reviews.jsonl.")],
    into: Annotated[Path | None, typer.Option("--into", metavar="DIR", help="Append to the rules of a folder.")] = None,
    rules: RulesOption = None, json_: JsonOption = False, lang: LangOption = None,
) -> None:  # fmt: skip
    """Turn judgements into examples and counterexamples of the rules they are about."""
    from extractor.audit.drafting import dump
    from extractor.audit.from_reviews import harvest, write_into
    from extractor.audit.outputs import Output
    from extractor.audit.reviews import REVIEWS, read_reviews
    from extractor.pipeline import load

    say = Messages(choose(lang))
    with guarded(say, damaged=USAGE):
        output = Output(kb)
        reviews = read_reviews(kb / REVIEWS)
        if not reviews:
            raise UsageError(say("no_reviews", file=kb / REVIEWS))
        found = harvest(reviews, output, load(rules or into, drafts=True))
        if json_:
            print_json(found.as_data())
        elif into is None:
            data = found.as_data()
            for rule, given in data["rules"].items():
                print(f"# {rule}\n" + dump([{k: v for k, v in given.items() if v}]), end="")
            if found.missed:
                print(f"# {say('missed_fact')}\n" + dump(found.missed), end="")
        if into is not None:
            missing = write_into(found, into)
            tell(say("examples_written", count=len(found.rules) - len(missing), folder=into))
            for rule in missing:
                tell(say("rule_not_there", rule=rule, folder=into))
        for fact, rule in found.left_out:
            tell(say("needs_article", fact=fact, rule=rule))
