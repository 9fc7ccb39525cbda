"""Text → tokens → words, as underthesea's `word_tokenize` has them, many sentences at a time.

Tokens are syllables, numbers, marks and the like: what a text without white space gives is always the same (its last
characters aside), so tokens are made once for each such chunk and kept in a bounded cache.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from itertools import chain

import numpy as np
import regex

from extractor.crf import Ints, LayoutError, best_labels, joined, read_model
from extractor.features import (
    BOS,
    EOS,
    NO,
    UNKNOWN,
    YES,
    Attributes,
    Scorer,
    Sequences,
    Template,
    Vocabulary,
    padded,
)
from extractor.installed import Installed

#: Chunks that are kept; with more of them the cache is emptied.
MOST_CHUNKS = 50_000
#: Longer chunks (characters) are not kept.
LONGEST_CHUNK = 40
#: Letters whose cases Python and underthesea's compiled featurizer tell alike; about others the featurizer is asked.
_PLAIN = regex.compile(r"[\x00-\u017f\u01a0\u01a1\u01af\u01b0\u1ea0-\u1ef9\u2010-\u2027\u2030-\u205e]*+")
_SURROGATE = regex.compile(r"[\ud800-\udfff]")
_DIGITS = regex.compile(r"[+-]?+([0-9]++)")
#: The widths of a code's parts: row of the token, row of its lower case, is a number, begins with no small letter.
_BITS = 18
_ROW = (1 << _BITS) - 1

#: Tokens of a chunk and their codes.
Chunk = tuple[tuple[str, ...], tuple[int, ...]]
#: The templates by what they read: (further tokens, function) → source; the sources of single tokens, pairs, triples.
_SOURCES = {
    (0, ""): "token",
    (0, "lower"): "lower",
    (0, "is_in_dict"): "lower",
    (0, "isdigit"): "digit",
    (0, "istitle"): "title",
    (1, ""): "pair",
    (1, "lower"): "lower pair",
    (1, "is_in_dict"): "lower pair",
    (1, "istitle"): "title pair",
    (2, ""): "triple",
    (2, "is_in_dict"): "lower triple",
    (2, "istitle"): "title triple",
}
_NAMES = list(dict.fromkeys(_SOURCES.values()))
_TEMPLATE = regex.compile(r"T\[(?P<first>-?\d)(?:,(?P<last>-?\d))?\](?:\.(?P<function>\w+))?")


class UnreadableError(ValueError):
    """underthesea raises an error over this text."""


class Chunks(dict[str, Chunk]):
    """What stands between white space, and its tokens.

    A chunk that ends its text with a full stop has a line break behind it: “A.” is other tokens there than elsewhere.
    """

    def __init__(self, installed: Installed, vocabulary: Vocabulary, *, respelled: bool) -> None:
        super().__init__()
        self._pattern = installed.token_pattern
        self._spellings = installed.spellings if respelled else {}
        self._vocabulary = vocabulary
        self._characters = list(installed.characters.items())

    def __missing__(self, chunk: str) -> Chunk:
        text = chunk if chunk.endswith("\n") else chunk + " "
        tokens = [m[0] for m in self._pattern.finditer(text)]
        if self._spellings:
            tokens = [self._spellings.get(token, token) if len(token) <= 6 else token for token in tokens]
        found = (tuple(tokens), tuple(map(self._code, tokens)))
        if len(chunk) <= LONGEST_CHUNK:
            if len(self) >= MOST_CHUNKS:
                self.clear()
            self[chunk] = found
        return found

    def _code(self, token: str) -> int:
        if _PLAIN.fullmatch(token):
            lower = token.lower()
            title = token[0] == token[0].upper()
            number = _DIGITS.fullmatch(token)
            digit = number is not None and _fits(token, number[1])
        else:
            lower, digit, title = _asked(token)
        get = self._vocabulary.get
        flags = (YES if digit else NO) | (YES if title else NO) << 2
        return get(token, UNKNOWN) | get(lower, UNKNOWN) << _BITS | flags << 2 * _BITS

    def split(self, text: str) -> list[Chunk]:
        """The chunks of a text, in order; raises `UnreadableError`."""
        if not text.isascii():
            text = unicodedata.normalize("NFC", text)
            for old, new in self._characters:
                text = text.replace(old, new)
        chunks = text.split()
        if chunks and chunks[-1][-1] == "." and text.endswith((chunks[-1], chunks[-1] + "\n")):
            chunks[-1] += "\n"
        return list(map(self.__getitem__, chunks))


def _fits(token: str, digits: str) -> bool:
    """Is a number one of 32 bits?"""
    digits = digits.lstrip("0") or "0"
    return len(digits) <= 10 and int(digits) <= 0x7FFFFFFF + (token[0] == "-")


def _asked(token: str) -> tuple[str, bool, bool]:
    """Lower case, is it a number, does it begin with no small letter: as underthesea's compiled featurizer says."""
    if _SURROGATE.search(token):
        raise UnreadableError("a lone surrogate")
    from underthesea_core import CRFFeaturizer  # type: ignore[import-untyped]  # only odd letters need it

    asked = CRFFeaturizer(["T[0].lower", "T[0].isdigit", "T[0].istitle"], set())
    lower, digit, title = (feature.partition("=")[2] for feature in asked.process([[[token]]])[0][0])
    return lower, digit == "True", title == "True"


class Segmenter:
    """underthesea's word segmentation."""

    def __init__(self, installed: Installed) -> None:
        self._model, strings = read_model(installed.data["segmentation"])
        if sorted(self._model.labels) != ["B-W", "I-W"]:
            raise LayoutError("the segmentation model has other labels")
        self._inside = self._model.labels.index("I-W")
        attributes = Attributes(strings, installed.templates)
        vocabulary = Vocabulary()
        pairs: dict[str, list[int]] = {}
        triples: dict[str, list[int]] = {}
        words: list[list[str]] = [[], [], []]
        for word in installed.dictionary:
            parts = word.split(" ")
            if len(parts) <= 3 and all(parts):
                words[len(parts) - 1].append(word)
        for template, values in attributes.values.items():
            span, _, function = _parsed(template)
            if function in ("", "lower"):
                _add(values, span, vocabulary, pairs, triples)
        for span, known in enumerate(words):
            _add(known, span, vocabulary, pairs, triples)
        if vocabulary.size > _ROW:
            raise LayoutError("the segmentation model has too many syllables")
        self._base = base = vocabulary.size
        pair_keys = [a * base + b for a, b in pairs.values()]
        triple_keys = [(a * base + b) * base + c for a, b, c in triples.values()]
        self._pairs, self._triples = Sequences(pair_keys), Sequences(triple_keys)
        rows: list[dict[str, int]] = [
            vocabulary,
            dict(zip(pairs, self._pairs.rows(pair_keys).tolist(), strict=True)),
            dict(zip(triples, self._triples.rows(triple_keys).tolist(), strict=True)),
        ]
        sizes = [vocabulary.size, self._pairs.size, self._triples.size]
        known_rows = [[of[word] for word in known] for of, known in zip(rows, words, strict=True)]
        templates = []
        for template in installed.templates:
            span, first, function = _parsed(template)
            if function in ("isdigit", "istitle"):
                table = attributes.flags(template)
            elif function == "is_in_dict":
                flags = attributes.flags(template)
                table = np.full(sizes[span], flags[NO])
                table[BOS], table[EOS] = flags[BOS], flags[EOS]
                table[known_rows[span]] = flags[YES]
            else:
                table = attributes.table(template, sizes[span], rows[span])
            templates.append(Template(_SOURCES[span, function], first, table))
        self._score = Scorer(self._model, templates, _NAMES)
        self.chunks = Chunks(installed, vocabulary, respelled=False)
        self.respelled_chunks = Chunks(installed, vocabulary, respelled=True)

    def words(self, sentences: Sequence[Sequence[Chunk]]) -> list[list[str]]:
        """The words of sentences given as chunks."""
        tokens = [list(chain.from_iterable([chunk[0] for chunk in sentence])) for sentence in sentences]
        codes = joined([code for sentence in sentences for _, code in sentence])
        if not len(codes):
            return tokens
        ends = np.cumsum([len(parts) for parts in tokens])
        inside = (self._labels(codes, np.diff(ends, prepend=0)) == self._inside).tolist()
        found = []
        start = 0
        for parts, end in zip(tokens, ends.tolist(), strict=True):
            words: list[str] = []
            for token, more in zip(parts, inside[start:end], strict=True):
                if more and words:
                    words[-1] += " " + token
                else:
                    words.append(token)
            found.append(words)
            start = end
        return found

    def _labels(self, codes: Ints, lengths: Ints) -> Ints:
        batch, starts, ends, inside = padded(codes, lengths, _special(BOS), _special(EOS))
        token, lower = batch & _ROW, batch >> _BITS & _ROW
        flags = batch >> 2 * _BITS
        title = flags >> 2
        pair_keys, lower_pair_keys = token[:-1] * self._base + token[1:], lower[:-1] * self._base + lower[1:]
        sources = np.zeros((len(_NAMES), len(batch)), np.int64)
        sources[:4] = token, lower, flags & 3, title
        pairs, triples = sources[4:7, :-1], sources[7:, :-2]
        pairs[0], pairs[1] = self._pairs.find(pair_keys), self._pairs.find(lower_pair_keys)
        pairs[2] = title[:-1] & title[1:]
        triples[0] = self._triples.find(pair_keys[:-1] * self._base + token[2:])
        triples[1] = self._triples.find(lower_pair_keys[:-1] * self._base + lower[2:])
        triples[2] = title[:-2] & title[1:-1] & title[2:]
        pairs[:, ends - 1] = pairs[:, ends] = EOS
        triples[:, ends - 2] = triples[:, ends - 1] = EOS
        sources[4:, starts - 2] = sources[4:, starts - 1] = BOS
        return best_labels(self._score(sources, inside), lengths, self._model)


def _special(row: int) -> int:
    return row | row << _BITS | (row | row << 2) << 2 * _BITS


def _parsed(template: str) -> tuple[int, int, str]:
    """How many further tokens a template reads, where it begins, and its function."""
    m = _TEMPLATE.fullmatch(template)
    if m is None:
        raise LayoutError(f"an unknown template: {template}")
    first = int(m["first"])
    span, function = int(m["last"] or first) - first, m["function"] or ""
    if (span, function) not in _SOURCES:
        raise LayoutError(f"an unknown template: {template}")
    return span, first, function


def _add(
    values: Iterable[str],
    span: int,
    vocabulary: Vocabulary,
    pairs: dict[str, list[int]],
    triples: dict[str, list[int]],
) -> None:
    """Give rows to the tokens of values, and note which pairs and triples they are; “BOS” and “EOS” are none."""
    if not span:
        for value in values:
            vocabulary[value]
        return
    known = pairs if span == 1 else triples
    for value in values:
        if value not in known:
            parts = value.split(" ")
            if len(parts) == span + 1:
                known[value] = [vocabulary[part] for part in parts]
