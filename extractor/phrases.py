"""Looks up the forms of a table at a place of a text: the longest form that ends there on a word boundary."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import regex

from extractor import compiled
from extractor import text as text_module
from extractor.pieces import alternation
from extractor.tables import Row, Tables, spelling
from extractor.text import canonical, fold

_HYPHEN = regex.compile(r"\s*-\s*")
#: The code that makes keys.
_MADE = compiled.code(str(text_module.__file__), __file__)


class Found(NamedTuple):
    """A form found in a text: its view span and the row that lists it."""

    start: int
    end: int
    row: Row

    def plain(self, text: str) -> bool:
        """Is it one small syllable before another small word (ban in “giao ban công tác”), hardly a body's head?"""
        words = text[self.start : self.end]
        return " " not in words and words[0].islower() and not text[self.end + 1 : self.end + 2].isupper()


class Phrases:
    """The forms of some columns of a table; of two rows with one form the first holds."""

    def __init__(self, tables: Tables, rows: Iterable[Row], *columns: str) -> None:
        self._rows: dict[str, Row] = {}
        self._spelling = spelling(tables)
        listed = [(written, row) for row in rows for column in columns for written in row.forms(column)]
        forms = [canonical(written, self._spelling).lower() for written, _ in listed]
        for key, (_, row) in zip(phrase_keys(forms), listed, strict=True):
            self._rows.setdefault(key, row)
        self._regex = compiled.compile(rf"(?<!\w)(?i:{alternation(forms)})(?:(?<=\.)|(?!\w))")

    def at(self, text: str, start: int, end: int) -> Found | None:
        """The longest form that begins at `start` and ends by `end`."""
        m = self._regex.match(text, start, end)
        return None if m is None else Found(start, m.end(), self._rows[phrase_key(m[0])])

    def next(self, text: str, start: int, end: int) -> Found | None:
        """The first form from `start` on that ends by `end`."""
        m = self._regex.search(text, start, end)
        return None if m is None else Found(m.start(), m.end(), self._rows[phrase_key(m[0])])

    def all(self, text: str, start: int, end: int) -> list[Found]:
        """All forms between `start` and `end`, in order."""
        return [Found(m.start(), m.end(), self._rows[phrase_key(m[0])]) for m in self._regex.finditer(text, start, end)]

    def find(self, words: str) -> list[Found]:
        """All forms in some words, which may be spelled as they are written; in order, none within another."""
        text = canonical(words, self._spelling)
        return [Found(m.start(), m.end(), self._rows[phrase_key(m[0])]) for m in self._regex.finditer(text)]


def phrase_key(form: str) -> str:
    """The key under which two writings of a phrase meet: case, tone placement, spaces about hyphens."""
    return _HYPHEN.sub("-", fold(form))


def phrase_keys(forms: Iterable[str]) -> list[str]:
    """The keys of many forms, from what is kept where they are known."""
    listed = list(forms)
    return list(compiled.known(f"keys {_MADE} " + "\0".join(listed), lambda: [phrase_key(form) for form in listed]))
