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


class Issuers:
    """Which bodies sign with which symbol."""

    def __init__(self, tables: Tables) -> None:
        self._rows: dict[str, Row] = {}
        self._speaking: dict[str, list[Row]] = {}
        self._known: set[str] = set()
        for row in tables["issuers"]:
            for form in (*row.forms("name"), *row.forms("aliases")):
                self._rows.setdefault(fold(form), row)
            for symbol in row.forms("speaks"):
                self._speaking.setdefault(symbol, []).append(row)
            self._known.update(row.forms("symbols"))
        self._named = _words(self._rows)
        levels = [form for row in tables["place-levels"] if not row["body"] and int(row["rank"]) <= 2 for form in row.forms("written")]
        self._levels = rf"(?:\s(?<level>(?i:{alternation(levels)}))(?![\p{{L}}\p{{M}}]))?"
        self._mentions: dict[str, regex.Pattern[str]] = {}

    def organs(self, code: Code) -> list[str]:
        """The parts of a symbol that stand for bodies known."""
        return [part for part in code.parts if part in self._known]

    def signs(self, name: str, code: Code) -> bool | None:
        """May the body `name` (“Ban Thường vụ Tỉnh ủy”) sign with the symbol? None where the symbol names no body known."""
        organs = set(self.organs(code))
        if not organs:
            return None
        text = canonical(name, {})
        return any(organs & set(self._rows[fold(m[0])].forms("symbols")) for m in self._named.finditer(text, overlapped=True))

    def told(self, code: Code, offset: int, context: Context) -> tuple[str, list[Span]] | None:
        """The body that the symbol of a document at `offset` speaks for, and where the text names its level or kind.

        Of several (Tỉnh ủy, Thành ủy) the one that the article names; “UBND” takes its level from the nearest mention
        before in the same line, else from the most frequent.
        """
        names: list[str] = []
        spans: list[Span] = []
        for organ in self.organs(code):
            rows = self._speaking.get(organ, [])
            if not rows:
                continue
            found = [(row, self._mentioned(row, context)) for row in rows]
            row, mentions = next(((r, m) for r, m in found if m), found[0])
            name = row["name"]
            level = _level(mentions, offset, context)
            if level is not None:
                name = f"{name} {level[0]}"
                spans.append(level[1])
            elif mentions:
                spans.append(mentions[0].span())
            if name not in names:
                names.append(name)
        return (" và ".join(names), spans) if names else None

    def _mentioned(self, row: Row, context: Context) -> list[regex.Match[str]]:
        pattern = self._mentions.get(row["name"])
        if pattern is None:
            forms = alternation([*row.forms("name"), *row.forms("aliases")])
            pattern = regex.compile(rf"(?<![\p{{L}}\p{{M}}])(?i:{forms})(?![\p{{L}}\p{{M}}]){self._levels}")
            self._mentions[row["name"]] = pattern
        return list(pattern.finditer(context.view.text))


def _words(rows: dict[str, Row]) -> regex.Pattern[str]:
    return regex.compile(rf"(?<![\p{{L}}\p{{M}}])(?i:{alternation(rows)})(?![\p{{L}}\p{{M}}])")


def _level(mentions: list[regex.Match[str]], offset: int, context: Context) -> tuple[str, Span] | None:
    """The level word (tỉnh, huyện) of the mention that settles it, and the mention's span."""
    levelled = [m for m in mentions if m["level"]]
    if not levelled:
        return None
    start = context.line_at(offset)[0]
    before = [m for m in levelled if start <= m.start() < offset]
    if before:
        chosen = before[-1]
    else:
        most = Counter(m["level"].lower() for m in levelled).most_common(1)[0][0]
        chosen = next(m for m in levelled if m["level"].lower() == most)
    return chosen["level"].lower(), chosen.span()


@lru_cache(maxsize=8)
def issuers(tables: Tables) -> Issuers:
    """The `Issuers` of a set of tables, made once."""
    return Issuers(tables)
