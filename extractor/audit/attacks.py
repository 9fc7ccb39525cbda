"""Strings made to mislead a pattern, and how its work grows on them.

An attack is read off the pattern itself: a string that it takes is written, and each part that may be repeated is
repeated far beyond its bounds, alone, behind what leads to it, and together with it. To these come the rule's own
examples, cut short and strung together. Work is processor time, compared between a size and its double.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import regex

from extractor.matcher import AROUND, WINDOW
from extractor.pieces import PieceError, Pieces
from extractor.syntax import Atom, Group, Node, PatternSyntaxError, parse
from extractor.zones import LONGEST_FURNITURE

#: Characters of an attack on what sees whole lines or texts, on what sees a line of furniture, and on what sees the
#: neighbourhood of a match: as many as it is ever given at once.
LONG, OF_LINE, NEAR = WINDOW, LONGEST_FURNITURE, AROUND
#: What the time of a search may grow by when the text doubles, and the seconds below which nothing is measured.
MOST_GROWTH, MEASURABLE = 3.0, 0.02
#: Seconds after which a search is given up as growing without end.
HOPELESS = 5.0
#: How often a time is taken again before a growth is believed; strings that are written of a pattern; attacks of it.
TRIES, WRITTEN, MOST = 9, 4, 24
#: Repetitions from which a part is one to repeat, and how deep groups and pieces are followed.
REPEATED, DEEPEST = 4, 40
#: What mostly stands between and in words, tried for every class of characters, in this order.
_CHARS = ' aĐ1,-.%x(:;/"“ễ'
#: What no pattern goes on over.
APART = "\n"
_ALWAYS = ("a ", "Nguyễn Văn ", "1.", "2, ", "đồng chí ", "của ", "1" * 40, " ", "- ", "(")
_QUANTIFIER = regex.compile(r"\{(?P<least>\d*)(?P<comma>,?)(?P<most>\d*)\}")


@dataclass(frozen=True, slots=True)
class Attack:
    """A string of any size: what leads to a part, the part over and over, and an end that stands apart.

    The end holds the letters that every match has: without them a search may give up before it begins.
    """

    lead: str
    part: str
    end: str = ""

    def text(self, size: int) -> str:
        """So many characters of it."""
        left = max(0, size - len(self.end))
        return (self.lead + self.part * (left // len(self.part) + 1))[:left] + self.end


def attacks(pattern: str, pieces: Pieces, examples: Iterable[str] = ()) -> list[Attack]:
    """The attacks on a pattern as it is written, at most `MOST`; `examples` are texts that it takes."""
    found = [Attack("", part) for part in _ALWAYS]
    for text in examples:
        found += [Attack("", f"{text} "), Attack("", f"{text[:-1]}, "), Attack("", f"{text[: len(text) // 2 + 1]} ")]
    own: list[Attack] = []
    try:
        tree = parse(pattern)
        for number in range(WRITTEN):
            own += _Writer(pieces, random.Random(number)).attacks(tree)
    except (PatternSyntaxError, PieceError):
        pass  # the loader says so
    own = list(dict.fromkeys(own))
    random.Random(len(own)).shuffle(own)
    return list(dict.fromkeys([*found, *own[: max(0, MOST - len(found))]]))


class _Writer:
    """Writes a string that a pattern takes, and notes the parts of it that may be repeated."""

    def __init__(self, pieces: Pieces, chance: random.Random) -> None:
        self.pieces = pieces
        self.chance = chance
        self.written: list[str] = []
        self.parts: list[tuple[str, str]] = []

    def attacks(self, tree: Group) -> Iterator[Attack]:
        """Each part that may be repeated: alone, behind what leads to it, and with it over and over."""
        self._write(tree, 0)
        whole = "".join(self.written)
        end = APART + whole
        for lead, part in self.parts:
            yield Attack("", part, end)
            if lead:
                yield Attack(lead, part, end)
                yield Attack("", f"{lead}{part * 3}", end)
        if whole:
            yield Attack("", whole)

    def _write(self, node: Node, depth: int) -> None:
        if depth > DEEPEST:
            return
        least, most = _bounds(node.quantifier)
        times = max(least, min(most, self.chance.choice((0, 1, 1, 2))))
        begin = len(self.written)
        for _ in range(times or (1 if most >= REPEATED else 0)):
            self._once(node, depth)
        if most >= REPEATED and (part := "".join(self.written[begin:])):
            self.parts.append(("".join(self.written[:begin]), part))

    def _once(self, node: Node, depth: int) -> None:
        if isinstance(node, Atom):
            self._atom(node.text, depth)
        elif not node.around:
            for child in self.chance.choice(node.branches):
                self._write(child, depth + 1)

    def _atom(self, text: str, depth: int) -> None:
        if not text.startswith("{{"):
            self.written.append(_char(text, self.chance))
            return
        name, _, where = text[2:-2].lstrip("=").partition(":")
        if "." in name:
            self.written.append(self.chance.choice(self.pieces.forms(name, where)))
        elif name in self.pieces.pieces:
            self._write(parse(self.pieces.pieces[name].pattern), depth + 1)


def _bounds(quantifier: str) -> tuple[int, int]:
    """How often a part stands at least and at most (a thousand: without bound)."""
    if not quantifier:
        return (1, 1)
    if quantifier[0] in "?*+":
        return {"?": (0, 1), "*": (0, 1000), "+": (1, 1000)}[quantifier[0]]
    m = _QUANTIFIER.match(quantifier)
    assert m is not None
    least = int(m["least"] or 0)
    return (least, least if not m["comma"] else int(m["most"] or 1000))


def _char(atom: str, chance: random.Random) -> str:
    """A character that a literal, an escape or a class takes; none for an anchor."""
    if len(atom) == 1 and atom not in ".^$":
        return atom
    one = regex.compile(atom, regex.VERBOSE | regex.UNICODE)
    taken = [char for char in _CHARS if one.fullmatch(char)]
    if not taken:
        return next((chr(n) for n in range(33, 0x2100) if one.fullmatch(chr(n))), "")
    return chance.choice(taken)


def grows(search: Callable[[str], object], attack: Attack, size: int) -> float:
    """By what the time of a search grows from half a size to the size; 1 where it is too short to say.

    Infinite where a search ran into its `HOPELESS` seconds (`search` raises `TimeoutError`).
    """
    whole, half = attack.text(size), attack.text(size // 2)
    try:
        long = _seconds(search, whole)
        if long < MEASURABLE:
            return 1.0
        short = _seconds(search, half)
        for _ in range(TRIES):  # another process may have been in the way of either
            if long <= MOST_GROWTH * short:
                break
            long, short = min(long, _seconds(search, whole)), min(short, _seconds(search, half))
    except TimeoutError:
        return float("inf")
    return long / max(short, 1e-9)


def _seconds(search: Callable[[str], object], text: str) -> float:
    begin = time.process_time()
    search(text)
    return time.process_time() - begin
