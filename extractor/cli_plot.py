"""The commands that show what a linked knowledge base tells over time: a chart of an indicator, a timeline."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from extractor.cli_terminal import USAGE, JsonOption, LangOption, guarded, print_json, tell
from extractor.errors import UsageError
from extractor.messages import Messages, choose

if TYPE_CHECKING:
    from extractor.knowledge.exporting.source import Source

#: The forms of a chart.
_FORMS = (".svg", ".png")


def plot(
    kb: Annotated[Path, typer.Argument(metavar="KB", help="A linked knowledge base.")],
    indicator: Annotated[str, typer.Argument(metavar="INDICATOR", help="An indicator: its id, or its name.")],
    area: Annotated[list[str] | None, typer.Option(metavar="AREA", help="Only this area; repeatable.")] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", metavar="FILE", help="A new .svg or .png.")] = None,
    measure: Annotated[str, typer.Option(metavar="level|change|rank|ratio", help="What is measured.")] = "level",
    sector: Annotated[str | None, typer.Option(metavar="SECTOR", help="Only of this branch.")] = None,
    json_: JsonOption = False, lang: LangOption = None,
) -> None:  # fmt: skip
    """Draw the series of an indicator: results, estimates and targets told apart, breaks where areas merged."""
    from extractor.knowledge.charting import chart
    from extractor.knowledge.exporting.targets import check_target, new_file

    say = Messages(choose(lang))
    with guarded(say, damaged=USAGE):
        target = out or Path(f"{indicator.replace('/', '-').replace(' ', '-')}.svg")
        if not json_:
            if target.suffix not in _FORMS:
                raise UsageError(say("plot_form", file=target))
            check_target(target)
        made = chart(_linked(kb, say), indicator, areas=area or (), measure=measure, sector=sector)
        if made.undated:
            tell(say("plot_undated", count=made.undated))
        if made.left_out:
            tell(say("plot_left_out", count=len(made.left_out), areas=", ".join(made.left_out[:8])))
        if json_:
            print_json(made.as_data())
            return
        try:
            from extractor.knowledge.drawing import draw
        except ImportError as error:
            raise UsageError(say("wants_extra", extra="plot")) from error
        with new_file(target) as part:
            draw(made, part, target.suffix[1:], say)
        tell(say("page_written", file=target))


def timeline(
    kb: Annotated[Path, typer.Argument(metavar="KB", help="A linked knowledge base.")],
    entity: Annotated[str, typer.Argument(metavar="DOCUMENT|PERSON", help="A document or person: id, code or name.")],
    json_: JsonOption = False, lang: LangOption = None,
) -> None:  # fmt: skip
    """Tell in order of days what articles say of a document or a person."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from extractor.knowledge.timeline import timeline as made_of

    say = Messages(choose(lang))
    with guarded(say, damaged=USAGE):
        found = made_of(_linked(kb, say), entity)
        if json_:
            print_json(found.as_data())
            return
        console = Console(highlight=False)
        about = [found.entity["name"], found.entity.get("province"), found.entity["id"]]
        console.print(" · ".join(str(part) for part in about if part), markup=False)
        table = Table(box=None, pad_edge=False, show_header=False)
        for event in found.events:
            where = " · ".join(filter(None, (event.outlet, event.article)))
            says = f"{say('timeline_' + event.what)}{': ' if event.says else ''}{event.says}"
            quote = f"“{event.quote}”" if event.quote else ""
            table.add_row(event.day or "–", Text(says), Text(quote), Text(where))
        console.print(table)


def _linked(kb: Path, say: Messages) -> Source:
    """A knowledge base that was linked; raises `UsageError` for another."""
    from extractor.knowledge.exporting.source import open_source
    from extractor.knowledge.files import ENTITIES

    source = open_source(kb)
    if not (kb / ENTITIES).is_file():
        raise UsageError(say("wants_link", kb=kb))
    return source
