"""What a normaliser is: it makes a field's value from the groups of a match, or refuses the match.

A rule names it under `values:`; the normaliser says which groups it reads. It knows the groups' words and the
article's context, and nothing of rules.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from extractor.context import Context
from extractor.text import Span


class Refused(Exception):
    """The match is no fact: its words name a 32nd day, a ratio above one … The text says what is wrong."""


@dataclass(frozen=True, slots=True)
class Capture:
    """A captured group: its canonical text (as matched), its quote (as written), its span in the view."""

    text: str
    quote: str
    span: Span


@dataclass(frozen=True, slots=True)
class Value:
    """A field's value; `spans` says where its parts stand (paths below the field, `""` the field itself).

    An empty `spans` means the spans of all groups that were read. `also` sets further fields (a year that a name
    holds, a bound that stands with a number).
    """

    data: Any
    spans: Mapping[str, list[Span]] = field(default_factory=dict)
    also: Mapping[str, Any] = field(default_factory=dict)


#: `groups` maps what the normaliser reads to a capture (None where the group took no part).
Make = Callable[[Mapping[str, Capture | None], Mapping[str, Any], Context], Value | None]


@dataclass(frozen=True, slots=True)
class Normaliser:
    """A named normaliser: the groups it reads by default, and its function."""

    name: str
    reads: tuple[str, ...]
    make: Make

    @property
    def description(self) -> str:
        """What it does, from its docstring."""
        return (self.make.__doc__ or "").strip().split("\n")[0]


NORMALISERS: dict[str, Normaliser] = {}


def normaliser(name: str, *reads: str) -> Callable[[Make], Make]:
    """Register a function as the normaliser `name`, reading groups of these names unless the rule says others."""

    def register(make: Make) -> Make:
        if name in NORMALISERS:
            raise ValueError(f"two normalisers named {name}")
        NORMALISERS[name] = Normaliser(name, reads, make)
        return make

    return register
