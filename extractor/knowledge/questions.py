"""The ready questions of `danvan query`: SQL files under `data/queries`, each with a title in both languages.

A file begins with `-- vi: …` and `-- en: …`; `-- value NAME = DEFAULT: …` names a value that can be given with --with.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from extractor.errors import UsageError
from extractor.shipped import home

_HEAD = re.compile(r"-- (vi|en): (.+)")
_VALUE = re.compile(r"-- value (\w+) = (.*?): (.+)")
_NAME = re.compile(r"[\w-]+")


@dataclass(frozen=True)
class Question:
    """A ready question: its titles by language, its SQL, the values that it takes with their defaults."""

    name: str
    titles: Mapping[str, str]
    sql: str
    values: Mapping[str, str]


def questions() -> list[Question]:
    """All ready questions, by name."""
    found = []
    for path in sorted((home() / "data" / "queries").glob("*.sql")):
        sql = path.read_text(encoding="utf-8")
        titles = {m[1]: m[2].strip() for m in _HEAD.finditer(sql)}
        values = {m[1]: m[2] for m in _VALUE.finditer(sql)}
        found.append(Question(path.stem, titles, sql, values))
    return found


def question(sql: str) -> Question | None:
    """The ready question of a name, None where this is SQL; raises `UsageError` for a name that there is none of."""
    if not _NAME.fullmatch(sql):
        return None
    known = {q.name: q for q in questions()}
    if sql in known:
        return known[sql]
    near = difflib.get_close_matches(sql, known, n=1, cutoff=0.4)
    nearest = f"; {near[0]}?" if near else ""
    raise UsageError(f"no ready question {sql!r}{nearest} There are {', '.join(known)}")
