"""What is wrong with shared pieces and tables: told once where it stands, not at every pattern that it spoils."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import regex

from extractor import syntax
from extractor.errors import Problem
from extractor.pieces import REFERENCE, Piece, PieceError, Pieces

_FLAGS = regex.VERBOSE | regex.UNICODE
#: What compiling a piece by itself complains of that the pattern around it may mend: a group that stands there.
_ELSEWHERE = ("unknown group", "undefined group", "invalid group reference")
#: What stands for the other pieces when one is compiled by itself.
_ANY = "x"


class PieceFaults:
    """The pieces of patterns and why some of them spoil every pattern that uses them.

    `lost` says that a file of pieces, or a piece without its name, could not be read: a piece that no file has is no
    mistake of the pattern then. `problems` are the mistakes found so far, among them those of tables.
    """

    def __init__(self, pieces: Pieces, *, lost: bool = False, problems: Sequence[Problem] = ()) -> None:
        self.pieces = pieces
        self._lost = lost
        tables = {Path(problem.file).stem for problem in problems if problem.file.endswith(".csv")}
        self._tables = frozenset(tables - set(pieces.tables))
        self._causes: dict[str, frozenset[Problem] | None] = {}
        self._spoilt: Counter[Problem] = Counter()

    def explain(self, pattern: str) -> bool:
        """Does a pattern fail because of what is told elsewhere, in a piece or a table that it uses?"""
        causes = self._causes_of(pattern)
        self._spoilt.update(causes or ())
        return causes is not None

    def told(self) -> list[Problem]:
        """Each fault of a piece once, with the number of patterns that could not be read for it."""
        return [
            Problem(p.file, p.line, f"{p.message}; patterns that use it and were not checked: {count}")
            for p, count in self._spoilt.items()
        ]

    def _causes_of(self, pattern: str) -> frozenset[Problem] | None:
        """The faults of what a pattern uses (none where they are told already); None where there are none."""
        found: list[frozenset[Problem]] = []
        for name in _used(pattern):
            if "." in name:
                if name.partition(".")[0] in self._tables:
                    found.append(frozenset())
            elif name in self.pieces.pieces:
                causes = self._causes_of_piece(self.pieces.pieces[name])
                if causes is not None:
                    found.append(causes)
            elif self._lost:
                found.append(frozenset())
        return frozenset().union(*found) if found else None

    def _causes_of_piece(self, piece: Piece) -> frozenset[Problem] | None:
        if piece.name not in self._causes:
            self._causes[piece.name] = None  # A piece that holds itself ends here.
            inner = self._causes_of(piece.pattern)
            own = None if inner is not None else self._own(piece)
            self._causes[piece.name] = inner if own is None else frozenset({Problem(piece.file, piece.line, own)})
        return self._causes[piece.name]

    def _own(self, piece: Piece) -> str | None:
        """What is wrong with a piece whose parts are right."""
        said = f"the piece {{{{{piece.name}}}}}"
        for name in _used(piece.pattern):
            table, _, column = name.partition(".")
            try:
                if column:
                    self.pieces.forms(*name.partition(":")[::2])
                elif table not in self.pieces.pieces:
                    return f"{said} uses a piece that is not in _patterns.yaml: {{{{{name}}}}}"
                else:
                    self.pieces.expand(piece.pattern, (piece.name,))
            except PieceError as error:
                return str(error) if str(error).startswith("the piece ") else f"{said}: {error}"
        try:
            syntax.parse(piece.pattern)
            regex.compile(REFERENCE.sub(_ANY, piece.pattern), _FLAGS)
        except (syntax.PatternSyntaxError, regex.error) as error:
            return None if str(error).startswith(_ELSEWHERE) else f"{said} does not compile: {error}"
        return None


def _used(pattern: str) -> Iterator[str]:
    """The pieces that a pattern names (`name`) and the columns (`table.column`, with `:where`)."""
    for m in REFERENCE.finditer(pattern):
        yield f"{m['name']}:{m['where']}" if m["where"] else m["name"]
