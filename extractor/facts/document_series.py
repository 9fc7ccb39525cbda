"""The citations of documents, and what papers of one series share."""

from __future__ import annotations

from dataclasses import dataclass

from extractor.candidates import Candidate
from extractor.codes import Code, plain_number
from extractor.text import Span


@dataclass(slots=True)
class Cited:
    """A citation; `led` where its issuer stands in the clause before it (“UBND tỉnh đã ban hành …”)."""

    candidate: Candidate
    code: Code
    led: bool = False

    @property
    def issued(self) -> str | None:
        """The day of issue as ISO."""
        value = self.candidate.get("issued")
        return value if isinstance(value, str) else None

    @property
    def issuer(self) -> str | None:
        """The body that issued it."""
        value = self.candidate.get("issuer")
        return value if isinstance(value, str) else None

    @property
    def span(self) -> Span:
        """Where the text cites it."""
        return (self.candidate.start, self.candidate.end)


class Series:
    """The papers whose issuer their own words tell, by what a later one may share with them.

    Of each kind the last two of other codes are kept: a long list costs by its length.
    """

    def __init__(self) -> None:
        self._last: dict[tuple[object, ...], list[tuple[int, Cited]]] = {}

    def add(self, number: int, document: Cited) -> None:
        """Keep the `number`-th citation, if its own words tell its issuer."""
        if not document.issuer or "issuer" in document.candidate.inferred:
            return
        symbol = document.code.symbol
        keys: list[tuple[object, ...]] = [("symbol", symbol), ("number", symbol, *_number(document))]
        if document.issued is not None:
            keys.append(("day", symbol, document.issued))
        for key in keys:
            others = [(n, d) for n, d in self._last.get(key, []) if d.code.key != document.code.key]
            self._last[key] = [*others[-1:], (number, document)]

    def before(self, document: Cited, sentence: int) -> int | None:
        """The last one that a citation shares the issuer of; `sentence` is where its sentence begins."""
        symbol, (kind, count) = document.code.symbol, _number(document)
        found = [self._of(("day", symbol, document.issued), document)] if document.issued is not None else []
        if count is not None:
            found.append(self._of(("number", symbol, kind, count - 1), document))
        if not document.code.party:
            listed = self._of(("symbol", symbol), document)
            found.append(listed if listed is not None and listed[1].span[0] >= sentence else None)
        return max((told[0] for told in found if told is not None), default=None)

    def _of(self, key: tuple[object, ...], document: Cited) -> tuple[int, Cited] | None:
        told = (pair for pair in reversed(self._last.get(key, [])) if pair[1].code.key != document.code.key)
        return next(told, None)


def _number(document: Cited) -> tuple[object, int | None]:
    """The type of a paper and its number, None where it is not only digits."""
    number = plain_number(document.code.number)
    return document.candidate.get("type"), int(number) if number.isdigit() else None


def consecutive(here: Cited, after: Cited) -> bool:
    """Is one the next number of the other's series?"""
    (kind, first), (other, second) = _number(here), _number(after)
    same = here.code.symbol == after.code.symbol and kind == other
    return same and first is not None and second is not None and second == first + 1
