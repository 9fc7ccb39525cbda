"""The bodies that issue documents, and which symbols they sign with (data/issuers.csv).

A symbol speaks: 16/CT-TTg is the Prime Minister's. It also refuses: a “của UBND tỉnh” after 25-NQ/TW belongs to
something else.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

import regex

from extractor.codes import Code
from extractor.context import Context
from extractor.pieces import alternation
from extractor.tables import Row, Tables
from extractor.text import Span, canonical, fold

#: Characters that the name of a body may have.
LONGEST = 60


class Issuers:
    """Which bodies sign with which symbol."""

    def __init__(self, tables: Tables) -> None:
        self._rows: dict[str, Row] = {}
        self._speaking: dict[str, list[Row]] = {}
        self._known: dict[str, str] = {}
        for row in tables["issuers"]:
            for form in (*row.forms("name"), *row.forms("aliases")):
                self._rows.setdefault(fold(form), row)
            for symbol in row.forms("speaks"):
                self._speaking.setdefault(symbol, []).append(row)
            for symbol in row.forms("symbols"):
                self._known[symbol] = symbol
                self._known.setdefault(symbol.upper(), symbol)
        self._named = _words(self._rows)
        rows = [row for row in tables["place-levels"] if not row["body"] and int(row["rank"]) <= 2]
        self._ranks = {fold(form): row["level"] for row in rows for form in row.forms("written")}
        levels = alternation(self._ranks)
        self._levels = rf"(?:\s(?<level>(?i:{levels}))(?![\p{{L}}\p{{M}}]))?"
        self._mentions: dict[str, regex.Pattern[str]] = {}

    def organs(self, code: Code) -> list[str]:
        """The parts of a symbol that stand for bodies known."""
        return [organ for part in code.parts if (organ := self._known.get(part) or self._known.get(part.upper()))]

    def signs(self, name: str, code: Code) -> bool | None:
        """May the body `name` (“Ban Thường vụ Tỉnh ủy”) sign with the symbol? None where it names none known."""
        organs = set(self.organs(code))
        if not organs:
            return None
        text = canonical(name, {})
        return any(
            organs & set(self._rows[fold(m[0])].forms("symbols")) for m in self._named.finditer(text, overlapped=True)
        )

    def whole(self, span: Span, context: Context) -> Span:
        """The span of a body's name widened to the left where a longer name begins before it (Tổng cục Chính trị)."""
        start, end = span
        found = self._named.finditer(context.view.text, max(0, start - LONGEST), end, overlapped=True)
        return (min([start, *(m.start() for m in found if m.start() < start < m.end() <= end)]), end)

    def speaking(self, organ: str) -> list[Row]:
        """The rows of the bodies that an abbreviation by itself stands for, the likeliest first."""
        return self._speaking.get(organ, [])

    def level(self, written: str) -> str:
        """The level that a word before a place's name stands for: TP → thành phố."""
        return self._ranks[fold(written)]

    def mentions(self, row: Row, text: str) -> list[regex.Match[str]]:
        """Where a text names the body of a row, with its level in the group `level` (UBND tỉnh)."""
        pattern = self._mentions.get(row["name"])
        if pattern is None:
            forms = alternation([*row.forms("name"), *row.forms("aliases")])
            pattern = regex.compile(rf"(?<![\p{{L}}\p{{M}}])(?i:{forms})(?![\p{{L}}\p{{M}}]){self._levels}")
            self._mentions[row["name"]] = pattern
        return list(pattern.finditer(text))


class Spoken:
    """What symbols say in one article: the body that an abbreviation stands for there."""

    def __init__(self, known: Issuers, context: Context) -> None:
        self._known = known
        self._context = context
        self._found: dict[str, list[regex.Match[str]]] = {}

    def told(self, code: Code, offset: int) -> tuple[str, list[Span]] | None:
        """The body that the symbol of a document at `offset` speaks for, and where the text names its level or kind.

        Of several (Tỉnh ủy, Thành ủy) the one that the article names; “UBND” takes its level from the nearest mention
        before in the same line, else from the most frequent. A joint paper of the Party is in its lead organ's series.
        """
        names: list[str] = []
        spans: list[Span] = []
        organs = self._known.organs(code)
        for organ in organs[:1] if code.party else organs:
            rows = self._known.speaking(organ)
            if not rows:
                continue
            row = next((row for row in rows if self._mentions(row)), rows[0])
            mentions = self._mentions(row)
            name = row["name"]
            level = self._level(mentions, offset)
            if level is not None:
                name = f"{name} {level[0]}"
                spans.append(level[1])
            elif mentions:
                spans.append(mentions[0].span())
            if name not in names:
                names.append(name)
        return (" và ".join(names), spans) if names else None

    def _level(self, mentions: list[regex.Match[str]], offset: int) -> tuple[str, Span] | None:
        """The level (tỉnh, huyện) of the mention that settles it, and the mention's span."""
        levelled = [m for m in mentions if m["level"]]
        if not levelled:
            return None
        start = self._context.line_at(offset)[0]
        before = [m for m in levelled if start <= m.start() < offset]
        if before:
            chosen = before[-1]
        else:
            most = Counter(self._known.level(m["level"]) for m in levelled).most_common(1)[0][0]
            chosen = next(m for m in levelled if self._known.level(m["level"]) == most)
        return self._known.level(chosen["level"]), chosen.span()

    def _mentions(self, row: Row) -> list[regex.Match[str]]:
        if row["name"] not in self._found:
            self._found[row["name"]] = self._known.mentions(row, self._context.view.text)
        return self._found[row["name"]]


def _words(rows: dict[str, Row]) -> regex.Pattern[str]:
    return regex.compile(rf"(?<![\p{{L}}\p{{M}}])(?i:{alternation(rows)})(?![\p{{L}}\p{{M}}])")


@lru_cache(maxsize=8)
def issuers(tables: Tables) -> Issuers:
    """The `Issuers` of a set of tables, made once."""
    return Issuers(tables)
