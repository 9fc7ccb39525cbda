"""What the tables know of programmes: kind words, well-known names with their aliases, keys under which names meet."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import regex

from extractor import compiled
from extractor.pieces import alternation
from extractor.tables import Tables
from extractor.text import fold

_WORDS = regex.compile(r"[\w&]+")


@dataclass(frozen=True, slots=True)
class Known:
    """A well-known initiative: its usual name and the types it is told under, the first where nothing says."""

    name: str
    types: tuple[str, ...]


class _Vocabulary:
    """The programme tables, indexed."""

    def __init__(self, tables: Tables) -> None:
        self.types: dict[str, str] = {}
        self.loose = frozenset(row["type"] for row in tables["program-kinds"] if row["loose"])
        for row in tables["program-kinds"]:
            for form in (row["word"], *row.forms("variants")):
                self.types[fold(form)] = row["type"]
        self.kinds = compiled.compile(rf"(?<!\w)(?i:{alternation(self.types)})(?!\w)")
        self.full = {fold(row["short"]): fold(row["full"]) for row in tables["program-abbreviations"]}
        self.short = compiled.compile(rf"(?<!\w)(?:{alternation(self.full)})(?!\w)") if self.full else None
        self.known: dict[str, Known] = {}
        self.canonical: dict[str, str] = {}
        for row in tables["program-names"]:
            known = Known(row["name"], tuple(row.forms("types")))
            for form in (row["name"], *row.forms("aliases"), *row.forms("merges")):
                self.known[self.plain(form)] = known
                self.canonical[self.plain(form)] = self.plain(row["name"])

        self.generic = frozenset(self.plain(form) for row in tables["program-generic"] for form in row.forms("name"))

    def plain(self, name: str) -> str:
        """A name's words only, folded, abbreviations written out."""
        text = fold(name)
        if self.short is not None:
            text = self.short.sub(lambda m: self.full[m[0]], text)
        return " ".join(_WORDS.findall(text))


@lru_cache(maxsize=8)
def _vocabulary(tables: Tables) -> _Vocabulary:
    return _Vocabulary(tables)


def kinds_in(text: str, tables: Tables) -> list[str]:
    """The types of the kind words in `text`, in their order."""
    vocabulary = _vocabulary(tables)
    return [vocabulary.types[fold(m[0])] for m in vocabulary.kinds.finditer(text)]


def known_name(name: str, tables: Tables) -> Known | None:
    """The well-known initiative of this name or alias, None where the tables have none."""
    vocabulary = _vocabulary(tables)
    return vocabulary.known.get(vocabulary.plain(name))


def name_key(name: str, tables: Tables) -> str:
    """The key under which spellings, abbreviations and aliases of one name meet."""
    vocabulary = _vocabulary(tables)
    plain = vocabulary.plain(name)
    return vocabulary.canonical.get(plain, plain)


def loose_types(tables: Tables) -> frozenset[str]:
    """The types whose kind words the news uses one for another (phong trào, cuộc vận động, chương trình)."""
    return _vocabulary(tables).loose


def is_generic(name: str, tables: Tables) -> bool:
    """Is this a turn of speech that stands in quotes without being the name of an initiative?"""
    vocabulary = _vocabulary(tables)
    return vocabulary.plain(name) in vocabulary.generic
