"""The commands; only they, in `cli*.py`, print.

Facts and answers go to standard output, everything else to standard error. Exit codes: 0 done, 1 failed, 2 wrong usage
or rules that do not load, 3 done but some inputs were rejected.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from extractor import (
    cli_audit,
    cli_author,
    cli_explain,
    cli_export,
    cli_extract,
    cli_link,
    cli_plot,
    cli_query,
    cli_review,
    cli_rules,
    cli_schema,
    cli_serve,
)
from extractor.cli_terminal import (
    BROKEN,
    FAILED,
    JsonOption,
    LangOption,
    RulesOption,
    guarded,
    print_json,
    shut_output,
    tell,
)  # fmt: skip
from extractor.errors import UsageError
from extractor.messages import Messages, choose

if TYPE_CHECKING:
    from extractor.pipeline import Pipeline

app = typer.Typer(
    name="danvan", no_args_is_help=True, add_completion=True, pretty_exceptions_enable=False,
    help="Facts from Vietnamese news about công tác dân vận, each tied to its words and its rule.",
)  # fmt: skip
rules_app = typer.Typer(no_args_is_help=True, help="The rules: list, show, check, copy out to edit.")
app.add_typer(rules_app, name="rules")
app.command()(cli_extract.extract)
app.command()(cli_audit.evaluate)
app.command()(cli_audit.diff)
app.command()(cli_explain.explain)
app.command()(cli_link.link)
app.command()(cli_link.contradictions)
app.command()(cli_review.report)
app.command()(cli_review.review)
app.command()(cli_schema.schema)
app.command()(cli_schema.migrate)
app.command()(cli_query.query)
app.command()(cli_plot.plot)
app.command()(cli_plot.timeline)
app.command()(cli_export.export)
app.command("import")(cli_export.import_)
app.command()(cli_serve.serve)
rules_app.command()(cli_rules.coverage)
rules_app.command()(cli_rules.diff)
rules_app.command()(cli_rules.mutate)
rules_app.command()(cli_author.new)
rules_app.command("try")(cli_author.try_)
rules_app.command("from-reviews")(cli_author.from_reviews)


def _load(rules: Path | None, *, drafts: bool = False) -> Pipeline:
    from extractor.pipeline import load

    return load(rules, drafts=drafts)


@app.command()
def show(
    kb: Annotated[Path, typer.Argument(metavar="KB", help="A knowledge base.")],
    lang: LangOption = None,
) -> None:
    """Print a short table of what a knowledge base holds, with an example of each kind."""
    from rich.console import Console

    from extractor.overview import overview_table

    say = Messages(choose(lang))
    with guarded(say):
        Console().print(overview_table(kb, say))


@rules_app.command("list")
def rules_list(
    kind: Annotated[str | None, typer.Argument(help="Only this kind.")] = None,
    rules: RulesOption = None, json_: JsonOption = False, lang: LangOption = None,
) -> None:  # fmt: skip
    """List the rules with what each reads."""
    from rich.console import Console
    from rich.table import Table

    say = Messages(choose(lang))
    with guarded(say):
        found = [r for r in _load(rules).rules.rules if kind in (None, r.kind)]
        if not found:
            raise UsageError(f"no rules of kind {kind!r}")
        if json_:
            print_json([{"id": r.id, "kind": r.kind, "status": r.status, "description": r.description} for r in found])
            return
        table = Table(box=None, pad_edge=False)
        for column in ("id", "status", "description"):
            table.add_column(say(column), overflow="fold")
        for rule in found:
            table.add_row(rule.id, rule.status, rule.description)
        Console(width=None if sys.stdout.isatty() else 160).print(table)


@rules_app.command("show")
def rules_show(
    rule_id: Annotated[str, typer.Argument(metavar="ID")],
    rules: RulesOption = None, json_: JsonOption = False, lang: LangOption = None,
) -> None:  # fmt: skip
    """Show one rule: what it reads, its pattern, its normalisers, its examples."""
    import difflib

    from extractor.overview import rule_data, rule_text

    say = Messages(choose(lang))
    with guarded(say):
        loaded = _load(rules).rules
        ids = [r.id for r in loaded.rules]
        if rule_id not in ids:
            near = ", ".join(difflib.get_close_matches(rule_id, ids, n=3, cutoff=0.3)) or "-"
            raise UsageError(say("no_rule", rule=rule_id, near=near))
        if json_:
            print_json(rule_data(loaded[rule_id]))
        else:
            print(rule_text(loaded[rule_id], say))


@rules_app.command("check")
def rules_check(
    only: Annotated[list[str] | None, typer.Argument(metavar="[ID|KIND]…", help="Only these rules or kinds.")] = None,
    rules: RulesOption = None,
    growth: Annotated[bool, typer.Option(help="Measure how the patterns' time grows.")] = True,
    json_: JsonOption = False, lang: LangOption = None,
) -> None:  # fmt: skip
    """Run every example both ways and look for alternatives that no example hits and patterns that explode."""
    from extractor.audit.check import check

    say = Messages(choose(lang))
    with guarded(say):
        report = check(_load(rules), only=only or (), growth=growth)
        if only and not report.rules:
            raise UsageError(say("no_rule", rule=", ".join(only), near="-"))
    if json_:
        print_json({
            "rules": report.rules, "examples": report.examples, "counterexamples": report.counterexamples,
            "problems": [{"file": p.file, "line": p.line, "message": p.message} for p in report.problems],
        })  # fmt: skip
    else:
        for problem in report.problems:
            print(problem)
        counts = {"rules": report.rules, "examples": report.examples, "counterexamples": report.counterexamples}
        tell(say("checked", **counts, problems=len(report.problems)))
    if report.problems:
        raise typer.Exit(FAILED)


@rules_app.command("copy")
def rules_copy(folder: Annotated[Path, typer.Argument(metavar="DIR")], lang: LangOption = None) -> None:
    """Copy the shipped rules and data into a folder, to edit and use with --rules."""
    import shutil

    from extractor.shipped import home

    say = Messages(choose(lang))
    with guarded(say):
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise UsageError(say("copy_exists", folder=folder))
        for name, target, pattern in (
            ("rules", folder, "*.*"),
            ("rules/boundaries", folder / "boundaries", "*.yaml"),
            ("data", folder / "data", "*.csv"),
        ):
            target.mkdir(parents=True, exist_ok=True)
            for path in sorted((home() / name).glob(pattern)):
                shutil.copy2(path, target / path.name)
        tell(say("copied", folder=folder))


def _of_broken_pipe(end: BaseException) -> bool:
    """Did a program end because nobody reads it? click and rich tell that as a failure."""
    cause = end.__context__
    while cause is not None and not isinstance(cause, BrokenPipeError):
        cause = cause.__context__
    return cause is not None


def main() -> None:
    """The command `danvan`."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    if hasattr(signal, "SIGTERM"):
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    code: object = 0
    try:
        app()
    except SystemExit as end:
        code = BROKEN if _of_broken_pipe(end) else end.code
    except BrokenPipeError:
        code = BROKEN
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        code = BROKEN
    if code == BROKEN:
        shut_output()
    sys.exit(code)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
