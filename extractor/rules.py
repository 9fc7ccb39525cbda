"""Rules as data: what a rule is, once it has been read and held to its schema (`loading.py`).

`rules/README.md` describes the format for the people who write rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import regex

from extractor import compiled
from extractor.needs import Beginning
from extractor.pieces import DEFINED, Pieces
from extractor.records import Kind
from extractor.tables import Tables
from extractor.zones import Furniture

Regex = regex.Pattern[str]
Status = Literal["draft", "stable", "deprecated"]
Scope = Literal["clause", "sentence", "line", "article", "question"]

#: How every pattern is compiled.
FLAGS = regex.VERBOSE | regex.UNICODE


@dataclass(frozen=True)
class ValueSpec:
    """How a field's value is made: a normaliser, the groups it reads, and its constants."""

    use: str
    groups: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Condition:
    """A condition around a match: `name` is one of `schema.CONDITIONS`."""

    name: str
    pattern: str
    expanded: str

    @cached_property
    def regex(self) -> Regex:
        """Compiled so that it can be asked at the place where the condition looks."""
        body = f"(?:{self.expanded})"
        if self.name.endswith("after"):
            return compiled.compile(rf"(?r)(?:{body})\s*", FLAGS)
        if self.name.endswith("before"):
            return compiled.compile(rf"\s*(?:{body})", FLAGS)
        return compiled.compile(body, FLAGS)


@dataclass(frozen=True)
class Example:
    """A text with `[[marks]]` about the evidence, taken out of `text`, and the facts it must give."""

    text: str
    marks: tuple[tuple[int, int], ...]
    facts: tuple[Mapping[str, Any], ...]
    published: str | None
    why: str | None
    line: int
    #: The file where it stands, where that is not its rule's.
    file: str | None = None


@dataclass(frozen=True)
class Rule:
    """One rule, as written and as compiled on first use."""

    id: str
    status: Status
    kind: Kind
    description: str
    references: tuple[str, ...]
    pattern: str
    expanded: str
    #: What its matches begin with (`starts.py`).
    beginning: Beginning
    priority: int
    constants: Mapping[str, Any]
    values: Mapping[str, ValueSpec]
    helpers: frozenset[str]
    each: str | None
    carry: Mapping[str, Scope]
    carry_stops: str | None
    links: Mapping[str, Kind]
    yields_to: tuple[Kind, ...]
    hints: Mapping[str, tuple[str, ...]]
    conditions: tuple[Condition, ...]
    zones: frozenset[str]
    within: Literal["line", "cell"]
    replaced_by: str | None
    examples: tuple[Example, ...]
    counterexamples: tuple[Example, ...]
    known_misses: tuple[Example, ...]
    file: str
    line: int
    order: int
    lines: Mapping[str, int]

    @cached_property
    def regex(self) -> Regex:
        """The compiled pattern."""
        return compiled.compile(self.expanded, FLAGS)

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """The pattern's named groups."""
        return tuple(name for name in self.regex.groupindex if not name.startswith(DEFINED))

    @cached_property
    def stops(self) -> Regex | None:
        """Compiled `carry_stops`."""
        return compiled.compile(self.carry_stops, FLAGS) if self.carry_stops else None

    def __reduce__(self) -> tuple[Any, ...]:
        # Compiled patterns are rebuilt where they are used: a pattern pickles as its text anyway.
        return (_rebuild, ({k: v for k, v in self.__dict__.items() if k in self.__dataclass_fields__},))


def _rebuild(fields: dict[str, Any]) -> Rule:
    return Rule(**fields)


@dataclass(frozen=True)
class RuleSet:
    """All rules that hold, the tables they read, the digest of all that decides an output, and the user's folder."""

    rules: tuple[Rule, ...]
    furniture: tuple[Furniture, ...]
    pieces: Pieces
    tables: Tables
    digest: str
    folder: str | None = None
    #: Are all patterns shipped ones, measured not to take longer than the text is?
    measured: bool = False
    #: The digest of the tables alone.
    tables_digest: str = ""

    def of(self, kind: Kind, *, drafts: bool = False) -> tuple[Rule, ...]:
        """The rules of a kind that fire."""
        status = ("stable", "draft") if drafts else ("stable",)
        return tuple(rule for rule in self.rules if rule.kind == kind and rule.status in status)

    def __getitem__(self, rule_id: str) -> Rule:
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise KeyError(rule_id)
