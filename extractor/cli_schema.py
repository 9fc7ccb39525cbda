"""The commands about the form of knowledge bases: their JSON Schema, older ones brought up to today's."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from extractor.cli_terminal import USAGE, LangOption, guarded, tell
from extractor.errors import UsageError
from extractor.messages import Messages, choose


def schema(
    version: Annotated[int | None, typer.Option(metavar="N", help="That of a version, as it was released.")] = None,
    lang: LangOption = None,
) -> None:
    """Print the JSON Schema of a knowledge base's records."""
    import json

    from extractor.records import json_schema
    from extractor.shipped import home

    say = Messages(choose(lang))
    with guarded(say):
        if version is None:
            print(json.dumps(json_schema(), ensure_ascii=False, indent=2))
            return
        released = {
            int(path.stem.rpartition("-")[2]): path for path in (home() / "data" / "schemas").glob("schema-*.json")
        }
        if version not in released:
            raise UsageError(say("no_schema", version=version, known=", ".join(map(str, sorted(released)))))
        print(released[version].read_text(encoding="utf-8"), end="")


def migrate(
    kb: Annotated[Path, typer.Argument(metavar="KB", help="A knowledge base of an older danvan.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="A new folder.")],
    lang: LangOption = None,
) -> None:
    """Bring a knowledge base of an older danvan into today's form, in a new folder."""
    from extractor.knowledge.migrate import migrate
    from extractor.records import SCHEMA

    say = Messages(choose(lang))
    with guarded(say, damaged=USAGE):
        version = migrate(kb, out)
        tell(say("migrated", kb=kb, version=version, target=out, now=SCHEMA))
