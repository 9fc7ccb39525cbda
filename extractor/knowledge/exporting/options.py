"""What every export is told (do texts go out, who hears how far it is), and what goes with each article."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from extractor.errors import UsageError
from extractor.knowledge.exporting.regions import FIELD_LABELS
from extractor.knowledge.exporting.source import Line, Source
from extractor.records import KINDS, SCHEMA

#: The key under which an article's facts travel with it through a tool.
CARRIED = "danvan"


def _quiet(done: int) -> None:
    """Tells nobody."""


@dataclass(frozen=True)
class Options:
    """`text`: articles' texts go out; `told` is called with the articles done; `dsn` is a server's address."""

    text: bool = True
    told: Callable[[int], None] = field(default=_quiet)
    dsn: str | None = None
    language: str = "vi"


def articles(source: Source, options: Options) -> Iterator[tuple[Line, list[Line]]]:
    """Every article with its facts, telling how far the export is."""
    for done, (article, facts) in enumerate(source.with_facts(), 1):
        yield article, facts
        options.told(done)


def carried(article: Mapping[str, Any], facts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What goes with an article so that its facts are known again when it comes back."""
    return {"schema": SCHEMA, "article": article["id"], "sha256": article.get("sha256"), "facts": list(facts)}


def carried_facts(data: Any) -> list[dict[str, Any]] | None:
    """The facts that went out with an article, None where the tool lost them; raises `ValueError` for others'."""
    if data is None:
        return None
    if isinstance(data, str):
        data = json.loads(data)
    if not isinstance(data, dict) or not isinstance(data.get("facts"), list):
        raise ValueError(f"{CARRIED!r} is not what danvan export wrote")
    if data.get("schema") != SCHEMA:
        raise ValueError(f"schema {data.get('schema')!r}; this danvan reads {SCHEMA}")
    for fact in data["facts"]:
        if not isinstance(fact, dict) or fact.get("kind") not in KINDS or not isinstance(fact.get("evidence"), list):
            raise ValueError(f"{CARRIED!r} holds something that is no fact")
    return list(data["facts"])


def read_whole(path: Path, encoding: str = "utf-8-sig") -> str:
    """A file's text as it stands, no line end changed; raises `UsageError` where it is not UTF-8."""
    try:
        return path.read_bytes().decode(encoding)
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8 at byte {error.start}") from error


#: Colours of the labels: those of the report's kinds, grey for fields.
COLOURS = {
    "date": "#2f6fb0", "document": "#7a4fb5", "official": "#b5542f", "indicator": "#2f8f5b", "program": "#b58a1f",
}  # fmt: skip
GREY = "#8a8f98"


def label_colours() -> Iterator[tuple[str, str]]:
    """(label, colour) of every label that an export uses: the kinds, then the fields."""
    for label in (*KINDS, *FIELD_LABELS):
        if label not in FIELD_LABELS:
            yield label, COLOURS[label]
    for label in FIELD_LABELS:
        yield label, GREY
