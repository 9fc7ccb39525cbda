"""Numbers and symbols of documents: 3235/QĐ-UBND, 06-NQ/TU, 107/2020/NĐ-CP, 89/2015/QH13.

A code is a number and a tail. The state writes number, slash, perhaps the year and a slash, then abbreviations with
dashes between; the Party writes number, dash, the type's abbreviation, slash, the organ's. `Symbols` says what the
abbreviations of data/document-types.csv and data/issuers.csv mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import regex

from extractor.tables import Row, Tables
from extractor.text import canonical, fold

_TAIL = regex.compile(r"(?:/(?P<year>\d{4})(?!\d))?(?P<mark>[-/]?)(?P<symbol>.*)")
_PARTS = regex.compile(r"[^-/]+")
_NUMBER = regex.compile(r"0*(?P<digits>\d[\d.]*)(?P<letter>\p{L}?)")


@dataclass(frozen=True, slots=True)
class Code:
    """A document's number and symbol as written; `year` and `symbol` are None where it has none.

    `plain` is the symbol with one spelling for each abbreviation (NQ/T.Ư → NQ/TW).
    """

    number: str
    year: str | None
    symbol: str | None
    mark: str = "/"
    plain: str | None = None

    def __str__(self) -> str:
        text = self.number + (f"/{self.year}" if self.year else "")
        return f"{text}{self.mark}{self.symbol}" if self.symbol else text

    @property
    def parts(self) -> tuple[str, ...]:
        """The abbreviations of the symbol, without the number of a legislature: QĐ and UBND, QH of QH13."""
        found = _PARTS.findall(self.symbol or "")
        return tuple(part.rstrip("0123456789") or part for part in found)

    @property
    def party(self) -> bool:
        """Is the code of the Party's form (06-NQ/TU)?"""
        return self.mark == "-"

    @property
    def key(self) -> tuple[str, str | None, str | None]:
        """Under which two spellings of one code meet: capitals and leading zeros mean nothing."""
        symbol = self.plain or self.symbol
        return (plain_number(self.number), self.year, symbol.casefold() if symbol else None)


def plain_number(number: str) -> str:
    """A document's number without leading zeros, its letter small: 06 → 6, 30C → 30c."""
    m = _NUMBER.fullmatch(number)
    return f"{m['digits']}{m['letter'].lower()}" if m else number


class Symbols:
    """What the abbreviations in symbols stand for."""

    def __init__(self, tables: Tables) -> None:
        self._words: dict[str, Row] = {}
        self._types: dict[str, Row] = {}
        for row in tables["document-types"]:
            for form in (*row.forms("name"), *row.forms("aliases")):
                self._words.setdefault(fold(form), row)
            for symbol in row.forms("symbols"):
                self._types.setdefault(symbol, row)
        self._organs = {symbol for row in tables["issuers"] for symbol in row.forms("symbols")}
        self._variants = {row["variant"]: row["symbol"] for row in tables["symbol-variants"]}
        self._small = {symbol.lower(): symbol for symbol in (*self._organs, *reversed(self._types))}
        for symbol, row in list(self._types.items()):  # a headline in capitals
            self._types.setdefault(symbol.upper(), row)

    def of_word(self, word: str) -> Row | None:
        """The row of a type's name (nghị quyết) or, as a head word, its abbreviation (NQ)."""
        return self._words.get(fold(word)) or self._types.get(word)

    def of_code(self, code: Code) -> Row | None:
        """The row of the type that a symbol names, None where it names none (5765/UBND-NC)."""
        return next((self._types[part] for part in code.parts[:2] if part in self._types), None)

    def capitals(self, symbol: str) -> str:
        """A symbol in small letters (nq/tw, qđ-ubnd) with the capitals of the abbreviations that it consists of."""
        if not symbol.islower():
            return symbol
        found = [self._small.get(part) for part in _PARTS.findall(symbol)]
        return symbol if None in found else _PARTS.sub(lambda m: self._small[m[0]], symbol)

    def is_organ(self, part: str) -> bool:
        """Does an abbreviation stand for a body?"""
        return part in self._organs

    def plain(self, symbol: str) -> str:
        """A symbol with its abbreviations in one spelling: NQ/T.Ư → NQ/TW."""
        return _PARTS.sub(lambda m: self._variants.get(m[0], m[0]), symbol)

    def parted(self, symbol: str) -> str:
        """A symbol with the dash that it lost between type and body: QĐUBND → QĐ-UBND; others as they are."""
        first = _PARTS.match(symbol)
        if first is None or first[0] in self._types or first[0] in self._organs:
            return symbol
        for cut in range(len(first[0]) - 1, 0, -1):
            if first[0][:cut] in self._types and first[0][cut:].rstrip("0123456789") in self._organs:
                return f"{symbol[:cut]}-{symbol[cut:]}"
        return symbol


@lru_cache(maxsize=8)
def symbols(tables: Tables) -> Symbols:
    """The `Symbols` of a set of tables, made once."""
    return Symbols(tables)


def parse_code(number: str, tail: str, meanings: Symbols) -> Code:
    """A code from its number and what follows it, blanks and kinds of dashes made one, a lost dash restored.

    A tail that lost the mark before its symbol (06 NQ/TU) gets a dash where the symbol is of the Party's form, else a
    slash. Any other misspelling stays.
    """
    tail = canonical("".join(tail.split()), {})
    m = _TAIL.fullmatch(tail)
    number = "".join(number.split())
    if m is None or not m["symbol"]:
        return Code(number, m["year"] if m else None, None)
    mark, symbol = m["mark"], meanings.capitals(m["symbol"])
    if not mark:
        mark = "-" if "/" in symbol and not m["year"] else "/"
    if mark == "/":
        symbol = meanings.parted(symbol)
    return Code(number, m["year"], symbol, mark, meanings.plain(symbol))
