"""What keys rules, pieces, furniture and examples may have, and what fields each kind of fact has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from extractor.errors import Problem
from extractor.records import FACTS, KINDS
from extractor.yamlfile import Document

#: Conditions about a match, in the order in which they are asked.
#: `not_after`/`only_after`: what stands right before it; `not_before`/`only_before`: right behind it;
#: `not_inside`/`only_inside`: a longer stretch of the line that holds it; `not_with`/`only_with`: anywhere in its
#: sentence; `not_among`/`only_among`: anywhere in its article.
CONDITIONS = (
    "not_after",
    "only_after",
    "not_before",
    "only_before",
    "not_inside",
    "only_inside",
    "not_with",
    "only_with",
    "not_among",
    "only_among",
)

#: How far back a field may be carried.
SCOPES = ("clause", "sentence", "line", "article", "question")

#: The parts of a page; rules read title, body and caption unless they say otherwise.
ZONES = frozenset({"title", "body", "caption", "dateline", "byline", "furniture"})

#: Where a rule's pattern is looked for: anywhere in a line, or as a whole cell of a table's figures.
PLACES = ("line", "cell")

#: The group that, where a pattern has it, is the evidence; without it the whole match is.
EVIDENCE = "evidence"

_SHARED = {"schema_", "id", "kind", "article_id", "inferred", "confidence", "evidence"}
FIELDS: Mapping[str, frozenset[str]] = {kind: frozenset(model.model_fields) - _SHARED for kind, model in FACTS.items()}

_TEXT, _LIST, _MAP, _INT = (str,), (list,), (dict,), (int,)
_KEYS: Mapping[str, Mapping[str, tuple[type, ...]]] = {
    "rule": {
        "id": _TEXT, "status": _TEXT, "kind": _TEXT, "description": _TEXT, "references": _LIST, "replaced_by": _TEXT,
        "pattern": _TEXT, "priority": _INT, "set": _MAP, "values": _MAP, "helpers": _LIST, "each": _TEXT,
        "carry": _MAP, "carry_stops": _TEXT, "links": _MAP, "yields_to": _LIST, "hints": _MAP,
        "zones": _LIST, "within": _TEXT, **dict.fromkeys(CONDITIONS, (str, list)),
        "examples": _LIST, "counterexamples": _LIST, "known_misses": _LIST,
    },
    "boundary": {"id": _TEXT, "examples": _LIST, "counterexamples": _LIST, "known_misses": _LIST},
    "piece": {"name": _TEXT, "comment": _TEXT, "pattern": _TEXT},
    "example": {"text": _TEXT, "facts": _LIST, "published": _TEXT, "why": _TEXT},
    "furniture": {
        "id": _TEXT, "status": _TEXT, "description": _TEXT, "label": _TEXT, "pattern": _TEXT, "within": _TEXT,
        "first_lines": _INT, "last_lines": _INT, "rest": (bool,), "values": _MAP,
        "examples": _LIST, "counterexamples": _LIST,
    },
}  # fmt: skip
_WANTED = {
    "rule": ("id", "status", "kind", "description"),
    "boundary": ("id",),
    "piece": ("name", "comment", "pattern"),
    "example": ("text",),
    "furniture": ("id", "status", "description", "label"),
}
_STATUS = ("draft", "stable", "deprecated")


def check_keys(
    document: Document, entry: Any, where: tuple[str | int, ...], what: str, problems: list[Problem]
) -> bool:
    """Are an entry's keys those of its schema, with values of the right type? Mistakes go to `problems`."""
    if not isinstance(entry, dict):
        problems.append(document.problem(f"a {what} is a mapping of keys to values", *where))
        return False
    before = len(problems)
    known = _KEYS[what]
    for key, value in entry.items():
        if key not in known:
            problems.append(document.problem(f"unknown key {key!r}; a {what} has {', '.join(known)}", *where, key))
        elif value is not None and (
            not isinstance(value, known[key]) or (isinstance(value, bool) and bool not in known[key])
        ):
            names = " or ".join(
                {str: "text", list: "list", dict: "mapping", int: "whole number", bool: "true/false"}[t]
                for t in known[key]
            )
            problems.append(document.problem(f"{key}: {names} is wanted", *where, key))
    for key in _WANTED[what]:
        if not entry.get(key):
            problems.append(document.problem(f"a {what} without {key}", *where))
    if "status" in entry and entry["status"] not in _STATUS:
        problems.append(document.problem(f"status is one of {', '.join(_STATUS)}", *where, "status"))
    if what == "rule" and entry.get("kind") not in KINDS:
        problems.append(document.problem(f"kind is one of {', '.join(KINDS)}", *where, "kind"))
    return len(problems) == before
