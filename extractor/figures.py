"""The words about a figure and the names of indicators, read from `data/`.

`data/figure-words.csv` says what the words before a number do (move it, bound it, call it an estimate);
`data/indicators.csv` which words name which indicator.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import regex

from extractor import compiled
from extractor.pieces import alternation
from extractor.tables import Row, Tables
from extractor.text import Span, fold
from extractor.wordfinder import WordFinder

#: Columns of data/indicators.csv that hold names standing before or behind a value.
NAMES = ("names", "short", "tails")


@dataclass(frozen=True, slots=True)
class Lead:
    """What the words before a number say: `move` rise, fall or reach; `bound` over, under or about; `status`;
    `open_range` where “từ” wants a second end."""

    move: str | None = None
    bound: str | None = None
    status: str | None = None
    open_range: bool = False


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    words: Mapping[str, tuple[str, str]]
    pattern: regex.Pattern[str]
    indicators: Mapping[str, str]
    names: WordFinder
    rows: Mapping[str, Row]


_SIGNS = {"+": "rise", "-": "fall"}
_HYPHEN = regex.compile(r"\s*-\s*")

_known: WeakKeyDictionary[Tables, _Vocabulary] = WeakKeyDictionary()


def _vocabulary(tables: Tables) -> _Vocabulary:
    found = _known.get(tables)
    if found is None:
        words = {
            fold(form): (row["role"], row["value"]) for row in tables["figure-words"] for form in row.forms("word")
        }
        pattern = compiled.compile(rf"(?<!\w)(?:{alternation(words)})(?!\w)", regex.IGNORECASE)
        names = {
            _key(form): row["id"]
            for column in reversed(NAMES)
            for row in tables["indicators"]
            for form in row.forms(column)
        }
        named = WordFinder(alternation(names), max(map(len, names)))
        found = _Vocabulary(words, pattern, names, named, {row["id"]: row for row in tables["indicators"]})
        _known[tables] = found
    return found


def read_lead(text: str, tables: Tables) -> Lead:
    """What a chain of words before a number says; the last word that moves decides, “ước” anywhere counts."""
    vocabulary = _vocabulary(tables)
    said: dict[str, str] = {}
    for m in vocabulary.pattern.finditer(text):
        role, value = vocabulary.words[fold(m[0])]
        said[role] = value or role
    sign = _SIGNS.get(text.rstrip()[-1:])
    if sign:
        said["move"] = sign
    return Lead(said.get("move"), said.get("bound"), said.get("status"), "from" in said)


def strip_figure_words(text: str, tables: Tables) -> str:
    """Words without those at their end that are about a figure (miễn phí cho khoảng → miễn phí cho)."""
    end = len(text)
    for m in reversed(list(_vocabulary(tables).pattern.finditer(text))):
        if text[m.end() : end].strip():
            break
        end = m.start()
    return text[:end].strip()


def indicator_named(name: str, tables: Tables) -> str | None:
    """The id of the indicator that a name stands for, None where there is none."""
    return _vocabulary(tables).indicators.get(_key(name))


def indicators_named_in(text: str, start: int, end: int, tables: Tables) -> list[tuple[str, Span]]:
    """The ids of all names of indicators that stand in text[start:end], and where."""
    vocabulary = _vocabulary(tables)
    found = vocabulary.names.finditer(text, start, max(start, end))
    return [(vocabulary.indicators[_key(m[0])], m.span()) for m in found]


def indicator_row(tables: Tables, identifier: str) -> Row:
    """The row of an indicator; raises `KeyError` for an id that the table lacks."""
    return _vocabulary(tables).rows[identifier]


def _key(name: str) -> str:
    return _HYPHEN.sub("-", fold(name))


#: No piece of a proper name (Hà Nam is no sex).
_NO_NAME = r"(?<!(?-i:\p{Lu})[\p{L}\p{M}]*\s(?=(?-i:\p{Lu})))"
#: Kinds of data/sectors.csv that may stand within a name (tỷ lệ hộ nghèo vùng miền núi), and what makes them none.
WITHIN_NAMES = ("area", "group", "level", "standard", "crop", "scope")
_NO_SECTOR = r"(?!\s(?:hóa|mới|văn minh|thông minh|kiểu mẫu))"

_sectors: WeakKeyDictionary[Tables, regex.Pattern[str]] = WeakKeyDictionary()


def sector_pattern(tables: Tables) -> regex.Pattern[str]:
    """Finds the groups and areas of data/sectors.csv that a name of an indicator may hold."""
    if tables not in _sectors:
        forms = [form for row in tables["sectors"] if row["kind"] in WITHIN_NAMES for form in row.forms("sector")]
        _sectors[tables] = compiled.compile(
            rf"(?<!\w){_NO_NAME}(?:{alternation(forms)})(?!\w){_NO_SECTOR}", regex.IGNORECASE
        )
    return _sectors[tables]


class ScopeWords:
    """The words of one role of data/scope-words.csv: what they mean, and where they stand in a text."""

    def __init__(self, rows: Mapping[str, str]) -> None:
        self._values = dict(rows)
        body = alternation(rows)
        self._anywhere = WordFinder(body, max(map(len, rows), default=0))
        self._behind = compiled.compile(rf"(?r)(?<!\w)(?:{body})[\s(:,]*", regex.IGNORECASE)

    def finditer(self, text: str, start: int, end: int) -> list[regex.Match[str]]:
        """Every place where one of the words stands in text[start:end]."""
        return self._anywhere.finditer(text, start, end)

    def begins(self, text: str, start: int, end: int) -> bool:
        """Does text[start:end] begin with one of the words?"""
        return self._anywhere.pattern.match(text, start, end) is not None

    def value(self, word: str) -> str:
        """What a word means; raises `KeyError` for one that is not in the table."""
        return self._values[fold(word)]

    def ends(self, text: str, start: int, end: int) -> bool:
        """Does text[start:end] end with one of the words?"""
        return self._behind.match(text, start, end) is not None


_scopes: WeakKeyDictionary[Tables, dict[str, ScopeWords]] = WeakKeyDictionary()


def scope_words(role: str, tables: Tables) -> ScopeWords:
    """The words of a role: status, area, aside, now, base or limit."""
    known = _scopes.setdefault(tables, {})
    if role not in known:
        rows = {
            fold(form): row["value"]
            for row in tables["scope-words"]
            if row["role"] == role
            for form in row.forms("word")
        }
        known[role] = ScopeWords(rows)
    return known[role]
