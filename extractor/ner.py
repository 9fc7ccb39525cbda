"""Names that underthesea's CRF model proposes: PER, ORG and LOC as hints to the passes, never as facts.

The model is poor on officials (it takes “đồng chí Phạm Văn Hậu” for a place), so what it proposes only counts where a
rule asks for it. The tags are underthesea's own; where its models are known they are computed many times faster.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from extractor import tagger
from extractor.context import Hint
from extractor.segmentation import align
from extractor.syllables import Chunk, Segmenter, UnreadableError
from extractor.text import Span
from extractor.wordtags import Tags, WordTagger

LABELS = ("PER", "ORG", "LOC")
#: Characters of a sentence that the model sees at once: underthesea's own tagger is quadratic in them.
LONGEST = 400
#: Characters that are tagged at once: bounds the memory, whatever the number of sentences.
BATCH = 30_000

#: A word, its part of speech, chunk and name tag.
Tagged = tuple[str, str, str, str]


def tag_sentences(sentences: Sequence[str]) -> list[list[Tagged]]:
    """What `underthesea.ner(sentence)` returns for each sentence, and the error that it raises for the first it cannot.

    The time is linear in the text; beside the result, memory is bounded but for the longest sentence's.
    """
    fast = _taggers()
    if fast is None:
        return [_library(sentence) for sentence in sentences]
    found: list[list[Tagged] | None] = [None] * len(sentences)
    for number, words, tags in _tag(*fast, sentences, chunks=True):
        found[number] = list(zip(words, tags.pos, tags.chunk, tags.ner, strict=True))
    return [_library(sentence) if tagged is None else tagged for sentence, tagged in zip(sentences, found, strict=True)]


def _taggers() -> tuple[Segmenter, WordTagger] | None:
    segmenter = tagger.segmenter()
    word_tagger = tagger.word_tagger() if segmenter else None
    return (segmenter, word_tagger) if segmenter and word_tagger else None


def _library(sentence: str) -> list[Tagged]:
    """The tags of underthesea itself, or its error."""
    from underthesea import ner  # imported on first use: it takes a second

    with tagger.LIBRARY_LOCK:
        tags: list[Any] = ner(sentence)
    return tags


def _tag(
    segmenter: Segmenter, word_tagger: WordTagger, sentences: Sequence[str], *, chunks: bool
) -> Iterator[tuple[int, list[str], Tags]]:
    """(number of the sentence, its words, their labels) in any order, without those that underthesea cannot read."""
    for numbers in _batches(sentences):
        readable: list[int] = []
        split: list[list[Chunk]] = []
        for number in numbers:
            if type(sentences[number]) is str:
                try:
                    split.append(segmenter.respelled_chunks.split(sentences[number]))
                except UnreadableError:
                    continue
                readable.append(number)
        words = segmenter.words(split)
        yield from zip(readable, words, word_tagger.tag(words, chunks=chunks), strict=True)


def _batches(sentences: Sequence[str]) -> Iterator[list[int]]:
    """The numbers of sentences in groups of `BATCH` characters at most (or one sentence), the shortest first."""
    group: list[int] = []
    size = 0
    for number in sorted(range(len(sentences)), key=lambda n: len(sentences[n])):
        if group and size + len(sentences[number]) > BATCH:
            yield group
            group, size = [], 0
        group.append(number)
        size += len(sentences[number])
    if group:
        yield group


def hints(text: str, sentences: Iterable[Span]) -> list[Hint]:
    """What the model proposes over the sentences of a text, in order, in the text's offsets."""
    pieces = [
        (text[first:last], first)
        for start, end in sentences
        for first, last in _cut(text, start, end)
        if any(c.isupper() for c in text[first:last])
    ]
    found: list[Hint] = []
    for (piece, offset), (words, labels) in zip(pieces, _named([piece for piece, _ in pieces]), strict=True):
        found.extend(_hints(piece, offset, words, labels))
    return found


def _cut(text: str, start: int, end: int) -> Iterator[Span]:
    while end - start > LONGEST:
        stop = max(text.rfind(mark, start, start + LONGEST) for mark in (", ", "; ", " "))
        stop = stop + 1 if stop > start else start + LONGEST
        yield start, stop
        start = stop
    yield start, end


def _named(pieces: list[str]) -> list[tuple[list[str], list[str]]]:
    """The words of pieces and their name tags; none where underthesea raises an error."""
    fast = _taggers() if pieces else None
    found: list[tuple[list[str], list[str]]] = [([], [])] * len(pieces)
    if fast is not None:
        for number, words, tags in _tag(*fast, pieces, chunks=False):
            found[number] = (words, tags.ner)
        return found
    for number, piece in enumerate(pieces):
        try:
            tagged = _library(piece)
        except Exception:  # noqa: BLE001 — a model's failure costs its hints, not the article
            continue
        found[number] = ([word for word, *_ in tagged], [tag for *_, tag in tagged])
    return found


def _hints(piece: str, offset: int, words: list[str], labels: list[str]) -> Iterator[Hint]:
    if all(label == "O" for label in labels):
        return
    spans = list(align(piece, words, offset))
    if len(spans) != len(words):
        return
    name: Hint | None = None
    for span, tag in zip(spans, labels, strict=True):
        begin, _, label = tag.partition("-")
        if name is not None and begin == "I" and label == name.label:
            name = Hint(name.start, span[1], label)
            continue
        if name is not None:
            yield name
        name = Hint(*span, label) if label in LABELS else None
    if name is not None:
        yield name
