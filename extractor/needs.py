"""What a match holds a few words behind its beginning, read off its pattern: a number, a unit, a word of a list.

A need is a set of tokens, one of which stands in every match no more than so many blanks behind its beginning. Where
none does, the pattern need not be tried (`starts.py`). Needs err on the side of too few.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from extractor import compiled, syntax
from extractor import openings as openings_module
from extractor.openings import CAPITAL, NUMBER, SIGN, Openings, times
from extractor.syntax import Atom, Group, Node

#: Blanks behind a beginning up to which needs are looked for, and how many words a need may list.
FARTHEST, MOST_WORDS = 120, 400
#: Blanks behind a beginning up to which words are looked for: farther ones stand nearly everywhere.
NEAR = 40
#: Places of a pattern at which needs are read, and needs that are kept.
MOST_PLACES, MOST_NEEDS = 10, 4


class Need(NamedTuple):
    """One of `words` stands at most `within` blanks behind the beginning of every match."""

    within: int
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Beginning:
    """How the matches of a rule begin: with one of `openings` (None: with anything), and with what soon behind."""

    openings: frozenset[str] | None
    needs: tuple[Need, ...] = ()


class Needs:
    """Reads the needs of patterns."""

    def __init__(self, openings: Openings) -> None:
        self.openings = openings
        self._lengths: dict[str, float] = {}
        self._numbers: dict[str, float | None] = {}

    def of(self, pattern: str) -> tuple[Need, ...]:
        """The needs of a pattern as written (with its `{{pieces}}`), the nearest first."""
        try:
            nodes = self._inlined(syntax.parse(pattern))
        except syntax.PatternSyntaxError:
            return ()
        found: dict[frozenset[str], int] = {}
        number = self._number_in(nodes)
        if number is not None and number <= FARTHEST:
            found[frozenset(NUMBER)] = int(number)
        passed = 0.0
        places = 0
        for k, node in enumerate(nodes):
            if passed > NEAR or places == MOST_PLACES:
                break
            if _begins(nodes, k):
                places += 1
                for words, blanks in self._words(nodes[k:], whole=k > 0 and _blank(nodes[k - 1])):
                    within = int(passed) + blanks
                    found[words] = min(within, found.get(words, within))
            passed += self._blanks(node)
        needs = sorted(
            (Need(within, words) for words, within in found.items()),
            key=lambda n: (n.within, len(n.words), sorted(n.words)),
        )
        return tuple(needs[:MOST_NEEDS])

    def _inlined(self, group: Group) -> list[Node]:
        """The nodes of a pattern with one branch, those of plain groups and pieces in their place."""
        if len(group.branches) != 1:
            return [group]
        nodes: list[Node] = []
        for node in group.branches[0]:
            inner = None if node.quantifier else self._group(node)
            nodes.extend([node] if inner is None else self._inlined(inner))
        return nodes

    def _group(self, node: Node) -> Group | None:
        """A node that is a group of one branch, or a piece that is."""
        if isinstance(node, Group):
            return None if _looks_around(node) or len(node.branches) != 1 else node
        piece = self.openings.piece(node.text)
        return piece if piece is not None and len(piece.branches) == 1 else None

    def _words(self, nodes: Sequence[Node], *, whole: bool) -> list[tuple[frozenset[str], int]]:
        """The tokens that may stand first, second … behind a place, and how many blanks behind it at most.

        `whole` says that a word which begins at the place is no end of a longer one.
        """
        columns: list[set[str]] = []
        farthest: list[int] = []
        common = math.inf
        for text in self.openings.of_sequence(nodes):
            known = 0
            for number, m in enumerate(SIGN.finditer(text)):
                sign = m[0]
                # A word counts where it is known to be whole: its beginning by the sign before it, its end by the next.
                word = sign[0].isalpha()
                if CAPITAL in sign or (word and m.end() == len(text)):
                    break
                if number == len(columns):
                    columns.append(set())
                    farthest.append(0)
                # A point or comma may have become a part of a number.
                told = sign not in ".," and (whole or not word or m.start() > 0)
                columns[number].add(sign if told else "")
                farthest[number] = max(farthest[number], text.count(" ", 0, m.start()))
                known = number + 1
            common = min(common, known)
        if common == math.inf:
            return []
        return [
            (frozenset(words), blanks)
            for words, blanks in list(zip(columns, farthest, strict=True))[: int(common)]
            if "" not in words and len(words) <= MOST_WORDS
        ]

    def _blanks(self, node: Node) -> float:
        """The blanks that a node takes at most."""
        most = times(node.quantifier)[1]
        one = self._blanks_once(node)
        if not one or most == 0:
            return 0
        if isinstance(node, Atom) and not node.text.startswith("{{"):
            if node.text == r"\s":
                return 1
            return math.inf if most is None else (most + 1) // 2 if one == 1 else math.inf
        return math.inf if most is None else one * most

    def _blanks_once(self, node: Node) -> float:
        if isinstance(node, Group):
            if _looks_around(node):
                return 0
            return max(sum(map(self._blanks, branch)) for branch in node.branches)
        text = node.text
        if text.startswith("{{"):
            if text not in self._lengths:
                piece = self.openings.piece(text)
                forms = self.openings.forms(text) if piece is None else ()
                self._lengths[text] = (
                    self._blanks_once(piece)
                    if piece is not None
                    else max((form.count(" ") + 2 * form.count("-") for form in forms), default=math.inf)
                )
            return self._lengths[text]
        if text.startswith("["):
            return float(
                r"\s" not in text
                if text.startswith("[^")
                else any(s in text for s in (r"\s", r"\W", r"\D", r"\P", r"\n", " ", "[:"))
            )
        if len(text) == 1:
            return float(text == ".")
        if text[:2] in (r"\p", r"\P"):
            return float(not text.startswith((r"\p{L", r"\p{M", r"\p{N")))
        if text[1] in "sSdDwWbAZntxu" or not text[1].isalnum():
            return float(text[1] in "sDWntxu" or text[1].isspace())
        return math.inf

    def _number_in(self, nodes: Sequence[Node]) -> float | None:
        """The blanks before the first number that every match of a sequence holds, None where it may hold none."""
        passed = 0.0
        for node in nodes:
            number = self._number(node) if times(node.quantifier)[0] else None
            if number is not None:
                return passed + number
            passed += self._blanks(node)
        return None

    def _number(self, node: Node) -> float | None:
        if isinstance(node, Group):
            if _looks_around(node):
                return None
            found = [self._number_in(branch) for branch in node.branches]
            return None if None in found else max(n for n in found if n is not None)
        if node.text.startswith("{{"):
            if node.text not in self._numbers:
                piece = self.openings.piece(node.text)
                self._numbers[node.text] = None if piece is None else self._number(piece)
            return self._numbers[node.text]
        opening = self.openings.of_sequence([Atom(node.text, 0)])
        return 0 if opening and all(text == NUMBER for text in opening) else None


def _looks_around(group: Group) -> bool:
    return group.opening in ("(?=", "(?!", "(?<=", "(?<!")


def _begins(nodes: Sequence[Node], k: int) -> bool:
    """Does a part begin at a node: a group, a piece, a number, what follows a blank?"""
    node = nodes[k]
    if isinstance(node, Group):
        return not _looks_around(node)
    before = nodes[k - 1] if k else None
    return (
        node.text.startswith(("{{", "[", r"\d", r"\s"))
        or k == 0
        or (before is not None and _blank(before) and not node.text.startswith("\\"))
    )


def _blank(node: Node) -> bool:
    """Does a node always take a blank?"""
    return isinstance(node, Atom) and node.text == r"\s" and times(node.quantifier)[0] > 0


def beginning(pattern: str, expanded: str, needs: Needs) -> Beginning:
    """How the matches of a pattern begin, from the cache where it can; `expanded` holds what its pieces stand for."""
    return from_data(
        compiled.known(
            f"beginning {_MADE} {pattern}\0{expanded}",
            lambda: as_data(Beginning(needs.openings.of(pattern), needs.of(pattern))),
        )
    )


def as_data(made: Beginning) -> tuple[Any, ...]:
    """A beginning as plain data."""
    openings = None if made.openings is None else tuple(sorted(made.openings))
    return openings, tuple((within, tuple(sorted(words))) for within, words in made.needs)


def from_data(data: Any) -> Beginning:
    """The beginning again."""
    openings, needs = data
    return Beginning(
        None if openings is None else frozenset(openings),
        tuple(Need(within, frozenset(words)) for within, words in needs),
    )


#: The code that reads beginnings off patterns.
_MADE = compiled.code(str(openings_module.__file__), str(syntax.__file__), __file__)
