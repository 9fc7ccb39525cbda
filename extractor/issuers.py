"""The bodies that issue documents, and which symbols they sign with (data/issuers.csv).

A symbol speaks: 16/CT-TTg is the Prime Minister's. It also refuses: a “của UBND tỉnh” after 25-NQ/TW belongs to
something else.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from functools import lru_cache

import regex

from extractor import compiled
from extractor.codes import Code
from extractor.context import Context
from extractor.organisations import organisations
from extractor.pieces import alternation
from extractor.tables import Row, Tables
from extractor.text import Span, canonical, fold

#: Characters that the name of a body may have.
LONGEST = 60
_TOGETHER = regex.compile(
    r"(?r)(?:\s\([^()\n]{1,20}\))?,?\s(?:phối\shợp(?:\s(?:với|cùng))?|cùng(?:\svới)?|với|và)\s", regex.IGNORECASE
)

#: Answers about bodies and symbols that are kept.
MOST_ANSWERS = 10_000


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
        self._answers: dict[tuple[str, str], bool | None] = {}

    def organs(self, code: Code) -> list[str]:
        """The parts of a symbol that stand for bodies known."""
        return [organ for part in code.parts if (organ := self._known.get(part) or self._known.get(part.upper()))]

    def signs(self, name: str, code: Code) -> bool | None:
        """May the body `name` (“Ban Thường vụ Tỉnh ủy”) sign with the symbol? None where it names none known."""
        asked = (name, code.symbol or "")
        if asked not in self._answers:  # a list of codes asks the same of every one before each
            if len(self._answers) >= MOST_ANSWERS:
                self._answers.clear()
            self._answers[asked] = self._signs(name, code)
        return self._answers[asked]

    def _signs(self, name: str, code: Code) -> bool | None:
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

    def partner(self, maker: Span, context: Context) -> Span | None:
        """The body before a maker in its clause, with which it issues a paper (“A và B ký …”, “A phối hợp với B …”)."""
        text = context.view.text
        joint = _TOGETHER.match(text, context.clause_at(maker[0])[0], maker[0])
        if joint is None:
            return None
        at = max(context.clause_at(maker[0])[0], joint.start() - LONGEST)
        grammar = organisations(context.tables)
        while (head := grammar.bodies.next(text, at, joint.start())) is not None:
            found = grammar.read(text, head.start, joint.start())
            if found is not None and found[1] == joint.start():
                return found
            at = head.end
        return None

    def speaking(self, organ: str) -> list[Row]:
        """The rows of the bodies that an abbreviation by itself stands for, the likeliest first."""
        return self._speaking.get(organ, [])

    def row(self, name: str) -> Row:
        """The row of a body of the table."""
        return self._rows[fold(name)]

    def termed(self, code: Code) -> str | None:
        """The committee of a body whose papers of the code's type are told with a term: NQ of Trung ương (khóa XI)."""
        for row in (row for organ in self.organs(code) for row in self.speaking(organ)):
            for form in row.forms("termed"):
                kind, name = form.split(" ", 1)
                if kind in code.parts:
                    return name
        return None

    def level(self, written: str) -> str:
        """The level that a word before a place's name stands for: TP → thành phố."""
        return self._ranks[fold(written)]

    def mentions(self, row: Row, text: str) -> list[regex.Match[str]]:
        """Where a text names the body of a row, with its level in the group `level` (UBND tỉnh)."""
        pattern = self._mentions.get(row["name"])
        if pattern is None:
            forms = alternation([*row.forms("name"), *row.forms("aliases")])
            pattern = compiled.compile(rf"(?<![\p{{L}}\p{{M}}])(?i:{forms})(?![\p{{L}}\p{{M}}]){self._levels}")
            self._mentions[row["name"]] = pattern
        return list(pattern.finditer(text))


class Spoken:
    """What symbols say in one article: the body that an abbreviation stands for there."""

    def __init__(self, known: Issuers, context: Context) -> None:
        self._known = known
        self._context = context
        self._found: dict[str, list[regex.Match[str]]] = {}
        self._levels: dict[str, tuple[list[regex.Match[str]], regex.Match[str] | None]] = {}

    def told(self, code: Code, offset: int, term: Span | None = None) -> tuple[str, list[Span]] | None:
        """The body that the symbol of a document at `offset` speaks for, and where the text names its level or kind.

        Of several (Tỉnh ủy, Thành ủy) the one that the article names; “UBND” takes its level from the nearest mention
        before in the same line, else from the most frequent, else from that of the body beside it (HĐND). A joint paper
        of the Party is in its lead organ's series; with a `term` behind it (25-NQ/TW khóa XI) it is its committee's.
        """
        committee = self._known.termed(code) if term else None
        if committee is not None and term is not None:
            words = self._context.view.quote(*term)
            return f"{committee} {words[:1].lower()}{words[1:]}", [term]
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
            beside = (self._known.row(form) for form in row.forms("level_by"))
            level = self._level(row, offset) or next(
                (found for other in beside if (found := self._level(other, offset))), None
            )
            if level is not None:
                name = f"{name} {level[0]}"
                spans.append(level[1])
            elif mentions:
                spans.append(mentions[0].span())
            if name not in names:
                names.append(name)
        return (" và ".join(names), spans) if names else None

    def _level(self, row: Row, offset: int) -> tuple[str, Span] | None:
        """The level (tỉnh, huyện) of the mention of a row's body that settles it, and the mention's span."""
        levelled, most = self._levelled(row)
        if most is None:
            return None
        start = self._context.line_at(offset)[0]
        last = bisect_left(levelled, offset, key=lambda m: m.start()) - 1
        chosen = levelled[last] if last >= 0 and levelled[last].start() >= start else most
        return self._known.level(chosen["level"]), chosen.span()

    def _levelled(self, row: Row) -> tuple[list[regex.Match[str]], regex.Match[str] | None]:
        """The mentions of a row's body with a level, and the first with the level that most have."""
        if row["name"] not in self._levels:
            levelled = [m for m in self._mentions(row) if m["level"]]
            counted = Counter(self._known.level(m["level"]) for m in levelled).most_common(1)
            most = next((m for m in levelled if self._known.level(m["level"]) == counted[0][0]), None)
            self._levels[row["name"]] = (levelled, most)
        return self._levels[row["name"]]

    def _mentions(self, row: Row) -> list[regex.Match[str]]:
        if row["name"] not in self._found:
            self._found[row["name"]] = self._known.mentions(row, self._context.view.text)
        return self._found[row["name"]]


def _words(rows: dict[str, Row]) -> regex.Pattern[str]:
    return compiled.compile(rf"(?<![\p{{L}}\p{{M}}])(?i:{alternation(rows)})(?![\p{{L}}\p{{M}}])")


@lru_cache(maxsize=8)
def issuers(tables: Tables) -> Issuers:
    """The `Issuers` of a set of tables, made once."""
    return Issuers(tables)
