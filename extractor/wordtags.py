"""Words → part of speech, chunk and name, as underthesea's taggers have them, many sentences at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import regex

from extractor.crf import Ints, LayoutError, best_labels, read_model
from extractor.features import (
    BOS,
    EOS,
    FIRST,
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

#: Words whose codes are kept; with more of them the cache is emptied.
MOST_WORDS = 50_000
#: Longer words (characters) are not kept.
LONGEST_WORD = 60
#: The widths of a code's parts: row of the word, row of its lower case, do all its parts begin with a capital.
_BITS = 20
_ROW = (1 << _BITS) - 1

_LOWER = tuple(f"T[{k}].lower" for k in range(-2, 3))
_WORDS = (*(f"T[{k}]" for k in range(-2, 3)), "T[-2,-1]", "T[-1,0]", "T[0,1]", "T[1,2]")
_TAGS = (*(f"T[{k}][1]" for k in range(-2, 3)), "T[-2,-1][1]", "T[-1,0][1]", "T[0,1][1]", "T[1,2][1]")
_TITLES = ("T[0].istitle", "T[-1].istitle", "T[1].istitle")
#: The templates of underthesea's taggers, in the order in which their weights are summed. A tagger's own column holds
#: only “X” when it tags; no tagger reads the column of another but that of the parts of speech (1).
TEMPLATES = {
    "pos": (*_LOWER, *_TITLES, *_WORDS, "T[-3][1]", "T[-2][1]", "T[-1][1]", "T[-3,-2][1]", "T[-2,-1][1]"),
    "chunk": (*_LOWER, *_TITLES, *_WORDS, *_TAGS, "T[-3][2]", "T[-2][2]", "T[-1][2]"),
    "ner": (
        *(*_LOWER, *_TITLES, "T[-2].istitle", "T[2].istitle", *_WORDS, *_TAGS),
        *("T[-3][3]", "T[-2][3]", "T[-1][3]"),
    ),
}
_OWN_COLUMN = {"pos": 1, "chunk": 2, "ner": 3}
#: What templates read.
_NAMES = ["word", "lower", "title", "since", "tag", "pair", "tag pair"]
_TEMPLATE = regex.compile(r"T\[(?P<first>-?\d)(?:,(?P<last>-?\d))?\](?:\[(?P<column>\d)\])?(?:\.(?P<function>\w+))?")


@dataclass(slots=True, frozen=True)
class Tags:
    """The labels of a sentence's words; `chunk` is empty where it was not asked for."""

    pos: list[str]
    chunk: list[str]
    ner: list[str]


class Codes(dict[str, int]):
    """The codes of words: a bounded cache."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        super().__init__()
        self._vocabulary = vocabulary

    def __missing__(self, word: str) -> int:
        get = self._vocabulary.get
        code = get(word, UNKNOWN) | get(word.lower(), UNKNOWN) << _BITS | (YES if _title(word) else NO) << 2 * _BITS
        if len(word) <= LONGEST_WORD:
            if len(self) >= MOST_WORDS:
                self.clear()
            self[word] = code
        return code


def _title(word: str) -> bool:
    return all(part[:1].istitle() for part in word.split(" "))


class WordTagger:
    """underthesea's POS tagger, chunker and named entity recogniser."""

    def __init__(self, installed: Installed) -> None:
        read = {name: read_model(installed.data[name]) for name in TEMPLATES}
        self._models = {name: model for name, (model, _) in read.items()}
        found = {name: Attributes(strings, TEMPLATES[name]) for name, (_, strings) in read.items()}
        vocabulary = Vocabulary()
        pairs: dict[tuple[int, int], str] = {}
        for attributes in found.values():
            for template, values in attributes.values.items():
                last, column, function = _parsed(template)[1:]
                if column == 0 and function != "istitle":
                    for value in values:
                        if last is None:
                            vocabulary[value]
                        else:
                            pairs.update(_splits(value, vocabulary))
        if vocabulary.size > _ROW:
            raise LayoutError("the taggers have too many words")
        self._base = vocabulary.size
        keys = [a * self._base + b for a, b in pairs]
        self._pairs = Sequences(keys)
        rows: dict[str, list[int]] = {}
        for value, row in zip(pairs.values(), self._pairs.rows(keys).tolist(), strict=True):
            rows.setdefault(value, []).append(row)
        self._codes = Codes(vocabulary)
        pos = self._models["pos"].labels
        self._scores = {}
        for name, attributes in found.items():
            templates = [
                _template(name, template, attributes, vocabulary, (self._pairs.size, rows), pos)
                for template in TEMPLATES[name]
            ]
            self._scores[name] = Scorer(self._models[name], templates, _NAMES)

    def tag(self, sentences: Sequence[Sequence[str]], *, chunks: bool = True) -> list[Tags]:
        """The labels of the words of sentences, of chunks only if they are asked for."""
        lengths = np.array([len(words) for words in sentences], np.int64)
        codes = np.fromiter(map(self._codes.__getitem__, chain.from_iterable(sentences)), np.int64)
        if not len(codes):
            return [Tags([], [], []) for _ in sentences]
        batch, starts, ends, inside = padded(codes, lengths, _special(BOS), _special(EOS))
        sources = np.zeros((len(_NAMES), len(batch)), np.int64)
        word, lower, title, since, tag, pair, tag_pair = sources
        word[:], lower[:], title[:] = batch & _ROW, batch >> _BITS & _ROW, batch >> 2 * _BITS
        pair[:-1] = self._pairs.find(word[:-1] * self._base + word[1:])
        pair[ends - 1] = pair[ends] = EOS
        pair[starts - 2] = pair[starts - 1] = BOS
        number = np.arange(len(codes)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        since[inside] = np.minimum(number, 3)
        pos = self._labels("pos", sources, inside, lengths)
        tag[:] = EOS
        tag[starts - 2] = tag[starts - 1] = BOS
        tag[inside] = pos + FIRST
        tag_pair[:-1] = tag[:-1] * (len(self._models["pos"].labels) + FIRST) + tag[1:]
        chunk = self._labels("chunk", sources, inside, lengths) if chunks else None
        ner = self._labels("ner", sources, inside, lengths)
        named = [self._named(name, found) for name, found in (("pos", pos), ("chunk", chunk), ("ner", ner))]
        last = np.cumsum(lengths).tolist()
        return [Tags(*(labels[a:b] for labels in named)) for a, b in zip([0, *last[:-1]], last, strict=True)]

    def _labels(self, name: str, sources: Ints, inside: Ints, lengths: Ints) -> Ints:
        return best_labels(self._scores[name](sources, inside), lengths, self._models[name])

    def _named(self, name: str, labels: Ints | None) -> list[str]:
        return [] if labels is None else list(map(self._models[name].labels.__getitem__, labels.tolist()))


def _special(row: int) -> int:
    return row | row << _BITS | row << 2 * _BITS


def _parsed(template: str) -> tuple[int, int | None, int, str]:
    """Where a template begins and ends (None: there), its column, and its function."""
    m = _TEMPLATE.fullmatch(template)
    assert m is not None
    return int(m["first"]), int(m["last"]) if m["last"] else None, int(m["column"] or 0), m["function"] or ""


def _splits(value: str, vocabulary: Vocabulary) -> dict[tuple[int, int], str]:
    """The pairs of words that read as `value` when they stand behind each other: words have spaces, too."""
    parts = value.split(" ")
    return {(vocabulary[" ".join(parts[:k])], vocabulary[" ".join(parts[k:])]): value for k in range(1, len(parts))}


def _template(
    name: str,
    template: str,
    attributes: Attributes,
    vocabulary: Vocabulary,
    pairs: tuple[int, dict[str, list[int]]],
    pos: Sequence[str],
) -> Template:
    first, last, column, function = _parsed(template)
    if column == _OWN_COLUMN[name]:
        # Behind so many words of the sentence the column holds “X”, before that the sentence begins.
        values, value = attributes.values[template], "X" if last is None else "X X"
        known, before = (values.get(key, attributes.missing) for key in (value, "BOS"))
        return Template("since", 0, np.array([before if n < -first else known for n in range(4)], np.int64))
    if column == 1:
        size = len(pos) + FIRST
        if last is None:
            return Template("tag", first, attributes.table(template, size, {t: FIRST + i for i, t in enumerate(pos)}))
        two = {f"{a} {b}": (FIRST + i) * size + FIRST + j for i, a in enumerate(pos) for j, b in enumerate(pos)}
        table = attributes.table(template, size * size, two).reshape(size, size)
        start, end = (attributes.values[template].get(key, attributes.missing) for key in ("BOS", "EOS"))
        table[:, EOS] = end
        table[BOS, :] = start
        table[EOS, :] = end
        return Template("tag pair", first, table.reshape(-1))
    if function == "istitle":
        return Template("title", first, attributes.flags(template))
    if function == "lower":
        return Template("lower", first, attributes.table(template, vocabulary.size, vocabulary))
    if last is not None:
        return Template("pair", first, attributes.table(template, *pairs))
    return Template("word", first, attributes.table(template, vocabulary.size, vocabulary))
