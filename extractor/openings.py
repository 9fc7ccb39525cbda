"""What the matches of a pattern begin with, read off the pattern itself: so that it is tried nowhere else.

An opening is a short string over folded letters, the signs below, and marks as they are; a match of the pattern begins
with one of its openings, so where none stands the pattern need not be tried. The set errs on the side of too many:
`{{ind_bound}} {{ind_count}} hộ` opens with “hơn ”, “0 hộ”, “0”. `extractor.starts` finds them in a text.
"""

from __future__ import annotations

from collections.abc import Iterable

import regex

from extractor import syntax
from extractor.pieces import Pieces
from extractor.syntax import Atom, Group, Node
from extractor.text import canonical

#: Signs in openings: any number, any capital, white space, and an edge of a word (no `\w` stands there).
NUMBER, CAPITAL, SPACE, EDGE = "0", "\x01", " ", "\x00"
#: Tokens of an opening, and how many openings a pattern may have with more than one token.
MOST_TOKENS, MOST, MOST_PAIRS = 3, 400, 6000
#: Characters of a class that are told apart.
WIDEST_CLASS = 40
#: Repeated parts with at most so many openings are looked behind a second time.
FEW = 60

#: The tokens of openings and of texts: numbers with their points, words, and every other sign by itself.
TOKEN = regex.compile(r"\d+(?:[.,]\d+)*|[\p{L}\p{M}]+|[^\s]")
#: The tokens of an opening.
SIGN = regex.compile(r"\x01?[\p{L}\p{M}\x01]++|0|[^\s\x00]")
_SIGNS = {n: regex.compile(rf"(?:[\s\x00]*+(?:{SIGN.pattern})){{{n}}}") for n in range(1, MOST_TOKENS + 1)}
_NUMBERS = regex.compile(r"\x00?0(?:\x00*[.,]?\x00*0)*\x00*")
_SPACES = regex.compile(r"\x00*(?:\s\x00*)+|\x00+")
_OPEN_NUMBER = regex.compile(r"(?<=0)[.,]\x00*$")
_CLASS_ITEM = regex.compile(
    r"\\[pP]\{[^}]*\}|\\[pP][A-Z]|\\x[0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\[:\w+:\]|\\.|.", regex.DOTALL
)
_REPEAT = regex.compile(r"\{(\d*)(,?)(\d*)\}[+?]?")
_DIGITS = regex.compile(r"\d+")
_DOTLESS = {0x130: "i", 0x131: "i"}

#: An opening, and whether the part of the pattern that it was read from ends with it (so that more can be added).
_Opening = tuple[str, bool]
_Openings = frozenset[_Opening]

_EMPTY: _Openings = frozenset({("", True)})
_EDGE: _Openings = frozenset({(EDGE, True)})
_ANY: _Openings = frozenset({("", False)})


def fold(text: str) -> str:
    """The letters of a text as openings have them: what a pattern that disregards case takes for one is one."""
    return text.translate(_DOTLESS).casefold()


class Openings:
    """Reads the openings of patterns; pieces and columns are read once."""

    def __init__(self, pieces: Pieces) -> None:
        self._pieces = pieces
        self._known: dict[str, _Openings] = {}
        self._parsed: dict[str, Group | None] = {}
        self._nodes: dict[int, tuple[Node, _Openings]] = {}

    def of(self, pattern: str) -> frozenset[str] | None:
        """The openings of a pattern as written (with its `{{pieces}}`); None where it may begin with anything."""
        try:
            found = self._group(syntax.parse(pattern))
        except syntax.PatternSyntaxError:
            return None
        openings = frozenset(_closed(text) for text, _ in _shortened(found))
        return None if any(_useless(text) for text in openings) else openings

    def of_sequence(self, nodes: Iterable[Node]) -> frozenset[str]:
        """The openings of some nodes in a row; an empty one where they may begin with anything."""
        return frozenset(_closed(text) for text, _ in self._sequence(nodes))

    def piece(self, text: str) -> Group | None:
        """The pattern of a `{{piece}}`, None where it is a column or no piece."""
        if not text.startswith("{{") or "." in text.partition(":")[0]:
            return None
        if text not in self._parsed:
            piece = self._pieces.pieces.get(text.strip("{}"))
            self._parsed[text] = None if piece is None else syntax.parse(piece.pattern)
        return self._parsed[text]

    def forms(self, text: str) -> frozenset[str]:
        """The folded forms of a `{{table.column}}`."""
        name, _, where = text.strip("{}").lstrip("=").partition(":")
        spelling = self._pieces.spelling
        return frozenset(fold(canonical(form, spelling)) for form in self._pieces.forms(name, where))

    def _group(self, group: Group) -> _Openings:
        found: set[_Opening] = set()
        for branch in group.branches:
            found |= self._sequence(branch)
        return _shortened(found)

    def _sequence(self, nodes: Iterable[Node]) -> _Openings:
        found = _EMPTY
        for node in nodes:
            if not any(whole for _, whole in found):
                break
            found = _joined(found, self._node(node))
        return found

    def _node(self, node: Node) -> _Openings:
        if id(node) not in self._nodes:
            one = self._atom(node.text) if isinstance(node, Atom) else self._part(node)
            # The node is kept with its openings, so that no other takes its identity.
            self._nodes[id(node)] = node, _repeated(one, *times(node.quantifier))
        return self._nodes[id(node)][1]

    def _part(self, group: Group) -> _Openings:
        if group.opening in ("(?=", "(?<="):
            return _EMPTY
        if group.negative:
            return _EDGE if any(map(_rejects_words, group.branches)) else _EMPTY
        return self._group(group)

    def _atom(self, text: str) -> _Openings:
        if text.startswith("{{"):
            if text not in self._known:
                self._known[text] = self._piece(text)
            return self._known[text]
        if text.startswith("["):
            return _class(text)
        if text in ("^", "$", r"\A", r"\Z", r"\G"):
            return _EMPTY
        if text == r"\b":
            return _EDGE
        if text == ".":
            return _ANY
        return _sign(text)

    def _piece(self, text: str) -> _Openings:
        if "." not in text.partition(":")[0]:
            piece = self.piece(text)
            return _ANY if piece is None else self._group(piece)
        found: set[_Opening] = set()
        for form in self.forms(text):
            hyphens = "-".join(part.strip() for part in form.split("-"))
            found.add((_plain(f"{EDGE}{_DIGITS.sub(NUMBER, hyphens)}{EDGE}"), True))
        return _shortened(found)


def _sign(text: str) -> _Openings:
    """The openings of a character or an escape."""
    if len(text) == 1:
        return frozenset({(NUMBER if text.isdecimal() else fold(text), True)})
    if text == r"\d":
        return frozenset({(NUMBER, True)})
    if text == r"\s":
        return frozenset({(SPACE, True)})
    if text in (r"\p{Lu}", r"\p{Uppercase}"):
        return frozenset({(CAPITAL, True)})
    if text[1] in "xu":
        return _sign(chr(int(text[2:], 16)))
    if text in (r"\n", r"\t"):
        return frozenset({(SPACE, True)})
    if len(text) == 2 and not text[1].isalnum():
        return _sign(text[1])
    return _ANY


def _class(text: str) -> _Openings:
    body = text[1:-1]
    if body.startswith("^"):
        return _ANY
    items = _CLASS_ITEM.findall(body)
    found: set[_Opening] = set()
    number = 0
    while number < len(items):
        if number + 2 < len(items) and items[number + 1] == "-" and len(items[number]) == len(items[number + 2]) == 1:
            first, last = ord(items[number]), ord(items[number + 2])
            if last - first > WIDEST_CLASS:
                return _ANY
            for code in range(first, last + 1):
                found |= _sign(chr(code))
            number += 3
            continue
        found |= _ANY if items[number].startswith("[:") else _sign(items[number])
        number += 1
    return _ANY if ("", False) in found or len(found) > WIDEST_CLASS else frozenset(found)


def _rejects_words(branch: list[Node]) -> bool:
    """Does a negative look-around refuse every letter, mark and digit?"""
    if len(branch) != 1 or not isinstance(branch[0], Atom) or branch[0].quantifier:
        return False
    text = branch[0].text
    if text.startswith("[") and not text.startswith("[^"):
        return r"\w" in text or (r"\p{L}" in text and r"\p{M}" in text)
    return text == r"\w"


def times(quantifier: str) -> tuple[int, int | None]:
    """How often a quantified part stands at least and at most (None: without end)."""
    if not quantifier:
        return 1, 1
    if quantifier[0] in "*+?":
        return int(quantifier[0] == "+"), 1 if quantifier[0] == "?" else None
    m = _REPEAT.fullmatch(quantifier)
    if m is None:
        return 0, None
    least = int(m[1] or 0)
    return least, least if not m[2] else int(m[3]) if m[3] else None


def _repeated(one: _Openings, least: int, most: int | None) -> _Openings:
    if (least, most) == (1, 1):
        return one
    if most == 0:
        return _EMPTY
    if all(text in (NUMBER, SPACE, ".0", ",0") and whole for text, whole in one):
        # Runs of digits and of blanks are one sign, however long.
        return one if least else one | _EMPTY
    found = _EMPTY
    for _ in range(min(least, MOST_TOKENS + 1)):
        found = _joined(found, one)
    if least > MOST_TOKENS + 1:
        return _cut_off(found)
    if most == least:
        return found
    more = _joined(found, one)
    if most == least + 1:
        return found | more
    if len(one) > FEW:
        return found | _cut_off(more)
    return found | more | _cut_off(_joined(more, one))


def _cut_off(openings: _Openings) -> _Openings:
    return frozenset((text, False) for text, _ in openings)


def _joined(first: _Openings, second: _Openings) -> _Openings:
    """The openings of one part behind another."""
    whole = [text for text, more in first if more]
    if not whole:
        return first
    if len(whole) * len(second) > MOST_PAIRS:
        second = _cut_off(_clipped(second, 1))
        if len(whole) * len(second) > MOST_PAIRS:
            return _cut_off(first)
    found: set[_Opening] = {(text, more) for text, more in first if not more}
    found |= {(_glued(text, behind), more) for text in whole for behind, more in second}
    return _shortened(found)


def _plain(text: str) -> str:
    """A written form with numbers, blanks and edges each as one sign."""
    text = _NUMBERS.sub(lambda m: f"{EDGE}0" if m[0][0] == EDGE and m.start() == 0 else "0", text)
    return _SPACES.sub(lambda m: SPACE if m[0].strip(EDGE) else EDGE, text)


def _glued(first: str, second: str) -> str:
    """Two openings as one: numbers, blanks and edges that meet are one sign."""
    if not first or not second:
        return first or second
    last, next_ = first[-1], second[0]
    if last in (SPACE, EDGE) and next_ in (SPACE, EDGE):
        return f"{first[:-1]}{SPACE if SPACE in (last, next_) else EDGE}{second[1:]}"
    if last == NUMBER:
        if next_ == NUMBER:
            return first + second[1:]
        if next_ == EDGE:
            return first if len(second) == 1 else _glued(first, second[1:])
        if next_ in ".," and second[1:2] == NUMBER:
            return first + second[2:]
    elif next_ == NUMBER:
        if last == EDGE and len(first) > 1:
            return first[:-1] + second
        if last in ".," and first[-2:-1] == NUMBER:
            return first[:-1] + second[1:]
    return first + second


def _shortened(openings: Iterable[_Opening]) -> _Openings:
    """Openings of at most `MOST_TOKENS` tokens, of fewer where they are many."""
    found = frozenset(openings)
    for tokens in range(MOST_TOKENS, 0, -1):
        found = _clipped(found, tokens)
        if len(found) <= MOST:
            break
    return found


def _clipped(openings: Iterable[_Opening], tokens: int) -> _Openings:
    """Openings without what stands behind so many tokens, or behind a capital; none that another is the head of."""
    found: set[_Opening] = set()
    for text, more in openings:
        head = _head(text, tokens)
        found.add((text, more) if head is None else (head, False))
    shut = {text for text, more in found if not more}
    return frozenset((text, more) for text, more in found if not more or text not in shut)


def _head(text: str, tokens: int) -> str | None:
    """An opening without what `_clipped` cuts off, None where it is short enough."""
    if CAPITAL in text:
        at = text.index(CAPITAL)
        # Only at its very beginning is a capital told from other letters.
        text = text[: at + (not text[:at].strip(f"{SPACE}{EDGE}"))]
        return _head(text.replace(CAPITAL, ""), tokens) or text
    if len(text) <= tokens:
        return None
    m = _SIGNS[tokens].match(text)
    if m is None or m.end() == len(text):
        return None
    # What follows at once ends the word as a blank does.
    return text[: m.end()] + (text[m.end()] if text[m.end()] in (SPACE, EDGE) else EDGE)


def _closed(text: str) -> str:
    """An opening as it is looked for: a point behind a number may be a part of it."""
    return _OPEN_NUMBER.sub("", text)


def _useless(text: str) -> bool:
    """May anything begin so, or a part of a number that is not its beginning?"""
    signs = text.strip(f"{SPACE}{EDGE}")
    return not signs or (signs[0] in ".," and signs[1:2] in ("0", ""))
