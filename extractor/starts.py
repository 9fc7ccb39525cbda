"""Where in a text the matches of each rule may begin: one pass for all rules, by their openings (`openings.py`)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import regex

from extractor.needs import FARTHEST, Beginning, Need
from extractor.openings import CAPITAL, EDGE, NUMBER, SPACE, TOKEN, fold

#: Words whose places in the tree are remembered.
MOST_WORDS = 30_000
#: A longer token is not remembered.
LONGEST_WORD = 100

#: Places, as a share of the tokens, from which it pays to note for every token where the next word of a need stands.
FEW = 16

_SIGNS = regex.compile(r"\x01|0|[\p{L}\p{M}]+|[^\s\x00\x01]")
_RUN = regex.compile(r"\d+")
_CAPITAL = regex.compile(r"\p{Lu}")


@dataclass(slots=True)
class _Node:
    """A place in the tree of openings: the rules whose opening ends here, and what may follow."""

    numbers: tuple[int, ...] = ()
    words: dict[str, _Node] = field(default_factory=dict)
    #: Openings that end inside a word.
    heads: dict[str, _Node] = field(default_factory=dict)


#: Characters behind a token's first at which a match may begin, and the node that its token leads to.
_Found = tuple[int, _Node]
#: Where a match may begin, and the number of the token that stands there or next.
Place = tuple[int, int]


class _Word(NamedTuple):
    """What is known of a token: its key in openings, and where in the tree it leads."""

    key: str
    nodes: tuple[_Found, ...]
    behind_blank: tuple[_Node, ...]


class Words:
    """The tokens of a text: where each begins, its key, and how many blanks stand before it."""

    def __init__(self) -> None:
        self.begins: list[int] = []
        self.keys: list[str] = []
        self.runs: list[int] = []
        self._at: dict[str, list[int]] = {}
        self._standing: dict[frozenset[str], list[int]] = {}
        self._nearest: dict[frozenset[str], list[int]] = {}

    def close(self) -> None:
        """Every token has been added."""
        for i, key in enumerate(self.keys):
            self._at.setdefault(key, []).append(i)

    def near(self, places: list[Place], need: Need) -> list[Place]:
        """Those of `places` (any order) that have one of a need's words near enough behind them."""
        standing = self._standing.get(need.words)
        if standing is None:
            standing = self._standing[need.words] = self._numbers(need.words)
        if not standing:
            return []
        runs, within, last = self.runs, need.within, len(standing)
        if len(places) > len(runs) // FEW:
            next_run = self._nearest.get(need.words) or self._note(need.words, standing)
            return [place for place in places if next_run[place[1]] - runs[place[1]] <= within]
        return [
            place
            for place in places
            if (k := bisect_left(standing, place[1])) < last and runs[standing[k]] - runs[place[1]] <= within
        ]

    def _note(self, words: frozenset[str], standing: list[int]) -> list[int]:
        """For each token the blanks before the next of `words`, from the text's beginning on; very many behind all."""
        found: list[int] = []
        for i in standing:
            found += [self.runs[i]] * (i + 1 - len(found))
        found += [self.runs[-1] + FARTHEST + 1] * (len(self.runs) - len(found))
        self._nearest[words] = found
        return found

    def _numbers(self, words: frozenset[str]) -> list[int]:
        """The numbers of the tokens that are one of `words`, in order."""
        at = self._at
        if len(words) == 1:
            return at.get(next(iter(words)), [])
        return sorted(i for word in words if word in at for i in at[word])


def _key(word: str) -> str:
    return NUMBER if word[0].isdecimal() else fold(word)


def _follow(node: _Node, keys: Sequence[str], i: int, place: Place, found: list[list[Place]], longest: int) -> None:
    """Note the openings that go on behind a node with the token `i`; no word of theirs is longer than `longest`."""
    if i >= len(keys):
        return
    key = keys[i]
    following = node.words.get(key)
    if following is not None:
        for number in following.numbers:
            found[number].append(place)
        if following.words or following.heads:
            _follow(following, keys, i + 1, place, found, longest)
    if node.heads:
        for end in range(1, min(len(key), longest) + 1):
            following = node.heads.get(key[:end])
            if following is not None:
                for number in following.numbers:
                    found[number].append(place)


class Starts:
    """Finds the places where the patterns of some rules may match."""

    def __init__(self, beginnings: Mapping[str, Beginning]) -> None:
        #: Rules that begin alike are found together.
        self._sets: dict[Beginning, list[str]] = {}
        for name, beginning in beginnings.items():
            if beginning.openings is not None:
                self._sets.setdefault(beginning, []).append(name)
        #: By how an opening's first word stands in a text's: as the whole, its end, its beginning, anywhere in it.
        self._whole: dict[str, _Node] = {}
        self._ends: dict[str, _Node] = {}
        self._heads: dict[str, _Node] = {}
        self._parts: dict[str, _Node] = {}
        #: The same for those that begin with a blank.
        self._behind_blank: dict[str, _Node] = {}
        self._behind_blank_heads: dict[str, _Node] = {}
        #: Letters of the longest word of an opening: of a longer one in a text no more need be looked at.
        self._longest = 0
        for number, beginning in enumerate(self._sets):
            for text in beginning.openings or ():
                self._add(number, text)
        self._words: dict[str, _Word] = {}

    def _add(self, number: int, text: str) -> None:
        signs = list(_SIGNS.finditer(text))
        self._longest = max(self._longest, *(len(sign[0]) for sign in signs))
        first = signs[0]
        blank = SPACE in text[: first.start()]
        edge = EDGE in text[: first.start()]
        open_end = first.end() == len(text) and first[0] != NUMBER
        if blank:
            root = self._behind_blank_heads if open_end else self._behind_blank
        elif edge:
            root = self._heads if open_end else self._whole
        else:
            root = self._parts if open_end else self._ends
        node = root.setdefault(first[0], _Node())
        for sign in signs[1:]:
            inside = sign.end() == len(text) and sign[0][0].isalpha()
            node = (node.heads if inside else node.words).setdefault(sign[0], _Node())
        node.numbers = tuple(sorted({*node.numbers, number}))

    def find(self, text: str) -> dict[str, list[int]]:
        """The places, in order, where a match may begin, by name; without those that may begin anywhere."""
        found: list[list[Place]] = [[] for _ in self._sets]
        words = Words()
        begin_at, keys, known = words.begins, words.keys, self._words
        entries: list[_Word] = []
        run = done = 0
        for m in TOKEN.finditer(text):
            start, word = m.start(), m[0]
            entry = known.get(word) or self._look_up(word)
            run += start > done
            done = m.end()
            entries.append(entry)
            begin_at.append(start)
            keys.append(entry.key)
            words.runs.append(run)
        for i, entry in enumerate(entries):
            for behind, node in entry.nodes:
                place = (begin_at[i] + behind, i)
                for number in node.numbers:
                    found[number].append(place)
                if node.words or node.heads:
                    _follow(node, keys, i + 1, place, found, self._longest)
            if entry.behind_blank:
                at = begin_at[i]
                while at and text[at - 1].isspace():
                    at -= 1
                    for node in entry.behind_blank:
                        for number in node.numbers:
                            found[number].append((at, i))
                        _follow(node, keys, i + 1, (at, i), found, self._longest)
        words.close()
        places: dict[str, list[int]] = {}
        for (beginning, names), each in zip(self._sets.items(), found, strict=True):
            for need in beginning.needs if each else ():
                each = words.near(each, need)
                if not each:
                    break
            kept = sorted({at for at, _ in each})
            places.update(dict.fromkeys(names, kept))
        return places

    def _look_up(self, word: str) -> _Word:
        if len(self._words) >= MOST_WORDS:
            self._words.clear()
        entry = _Word(_key(word), tuple(self._nodes(word)), tuple(self._blank_nodes(word)))
        if len(word) < LONGEST_WORD:
            self._words[word] = entry
        return entry

    def _nodes(self, word: str) -> Iterator[_Found]:
        if word[0].isdecimal():
            if NUMBER in self._whole:
                yield from ((m.start(), self._whole[NUMBER]) for m in _RUN.finditer(word))
            if NUMBER in self._ends:
                yield from ((at, self._ends[NUMBER]) for at, c in enumerate(word) if c.isdecimal())
            return
        yield from self._capitals(word)
        # Folding may lengthen a letter; places are counted in the word as it stands.
        folded = [fold(c) for c in word]
        key = "".join(folded)
        longest = min(len(key), self._longest)
        for root in (self._whole, self._heads):
            ends = (len(key),) if root is self._whole else range(1, longest + 1)
            yield from ((0, root[key[:end]]) for end in ends if key[:end] in root)
        if self._ends or self._parts:
            done = 0
            for at, letter in enumerate(folded):
                if len(key) - done <= self._longest and key[done:] in self._ends:
                    yield at, self._ends[key[done:]]
                if self._parts:
                    yield from (
                        (at, self._parts[key[done:end]])
                        for end in range(done + 1, min(len(key), done + self._longest) + 1)
                        if key[done:end] in self._parts
                    )
                done += len(letter)

    def _capitals(self, word: str) -> Iterator[_Found]:
        for m in _CAPITAL.finditer(word):
            if m.start() == 0:
                for root in (self._whole, self._heads):
                    if CAPITAL in root:
                        yield 0, root[CAPITAL]
            for root in (self._ends, self._parts):
                if CAPITAL in root:
                    yield m.start(), root[CAPITAL]

    def _blank_nodes(self, word: str) -> Iterator[_Node]:
        key = _key(word)
        for root in (self._behind_blank, self._behind_blank_heads):
            longest = min(len(key), self._longest)
            ends = (len(key),) if root is self._behind_blank else range(1, longest + 1)
            yield from (root[key[:end]] for end in ends if key[:end] in root)
            if CAPITAL in root and _CAPITAL.match(word):
                yield root[CAPITAL]
