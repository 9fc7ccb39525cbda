"""The mark of a run under way (`.run.json`), and the steps by which a finished one takes the old files' places.

The mark says where the files ended before the run. When everything is written the mark names the files that are to be
moved into place; whoever opens the knowledge base after a crash in between moves the rest.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from extractor.errors import KnowledgeError
from extractor.knowledge.files import (
    ARTICLES,
    ENTITIES,
    FACTS,
    INDEX,
    LINK,
    MANIFEST,
    NEW,
    REJECTS,
    RUN,
    sync_folder,
    write_whole,
)  # fmt: skip
from extractor.records import SCHEMA, dumps


@dataclass(frozen=True, slots=True)
class Ends:
    """Where the files of a knowledge base ended before a run."""

    articles: int = 0
    facts: int = 0
    rejects: int = 0


def read_state(folder: Path) -> Ends | None:
    """Where the files ended before the run that is under way; None where none is."""
    path = folder / RUN
    if not path.exists():
        return None
    data = _json(path)
    return Ends(*(int(data.get(name, 0)) for name in ("articles", "facts", "rejects")))


def write_state(folder: Path, rules: str, ends: Ends) -> None:
    """Mark that a run is under way."""
    mark = {"schema": SCHEMA, "rules": rules, **asdict(ends)}
    write_whole(folder / RUN, dumps(mark) + "\n")


def check_rules(folder: Path, rules: str) -> None:
    """Raise `KnowledgeError` where a knowledge base was made with other rules, or files stand there that are none."""
    for name in (RUN, MANIFEST):
        path = folder / name
        if not path.exists():
            continue
        data = _json(path)
        try:
            digest, schema = data["rules"], data["schema"]
        except KeyError as error:
            raise KnowledgeError(f"{path}: damaged: {error} is missing") from error
        if schema != SCHEMA:
            raise KnowledgeError(f"{path}: schema {schema!r}; this danvan writes {SCHEMA}")
        if digest != rules:
            raise KnowledgeError(
                f"{folder}: made with other rules ({digest[:12]}, now {rules[:12]}); --fresh makes it anew, "
                f"`danvan extract {folder} --out {folder}` extracts its own texts again"
            )
    foreign = [n for n in (ARTICLES, FACTS) if (folder / n).exists()]
    if foreign and not (folder / RUN).exists() and not (folder / MANIFEST).exists():
        raise KnowledgeError(f"{folder}: {foreign[0]} stands here without a manifest; --fresh writes over it")


def swap(folder: Path, rules: str, ends: Ends, names: list[str], *, source: str = ".") -> None:
    """Move finished files into place: `name.new` of `source`, a folder in `folder`, becomes `name`; then no run is."""
    mark = {"schema": SCHEMA, "rules": rules, **asdict(ends), "swap": names, "source": source}
    write_whole(folder / RUN, dumps(mark) + "\n")
    finish_swap(folder)


def finish_swap(folder: Path) -> None:
    """Do what is left of a swap that was cut off; nothing where none was."""
    path = folder / RUN
    data = _json(path) if path.exists() else {}
    if "swap" not in data:
        return
    for name in data["swap"]:
        new = folder / data["source"] / (name + NEW)
        if new.exists():
            new.replace(folder / name)
    path.unlink()
    sync_folder(folder)


def wipe(folder: Path) -> None:
    """Take a knowledge base away; the mark of a run goes last, so that what is cut off here is no finished one."""
    for name in (MANIFEST, ARTICLES, FACTS, REJECTS, ENTITIES, LINK, INDEX, INDEX + "-journal", RUN):
        (folder / name).unlink(missing_ok=True)
        (folder / (name + NEW)).unlink(missing_ok=True)


def _json(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise KnowledgeError(f"{path}: damaged: {error}") from error
    if not isinstance(data, dict):
        raise KnowledgeError(f"{path}: damaged: no object")
    return data
