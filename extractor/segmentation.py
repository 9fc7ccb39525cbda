"""underthesea's word segmentation, with every word found again in the text.

Words never cross a line break. They are aligned by counting non-space characters, so nothing that underthesea does to
spaces or composition can move an offset.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import regex

from extractor import tagger
from extractor.syllables import UnreadableError

_LINES = regex.compile(r"[^\r\n\x0b\x0c\x85\u2028\u2029]+")
#: A run that underthesea sees at once; longer lines are cut at a space: with its own segmenter the work stays linear.
LONGEST_RUN = 2000
#: Runs that are segmented at once.
BATCH = 20


def words(line: str) -> list[str]:
    """The words of one line as underthesea segments it, letters unchanged, with no white space at their ends.

    Where it cannot segment (lone surrogates), the line is split at white space.
    """
    return segment([line])[0]


def segment(lines: Sequence[str]) -> list[list[str]]:
    """The words of each line, as `words` gives them."""
    fast = tagger.segmenter()
    if fast is None:
        return [_library_words(line) for line in lines]
    found: list[list[str] | None] = []
    split = []
    for line in lines:
        try:
            split.append(fast.chunks.split(line))
            found.append(None)
        except UnreadableError:
            found.append(line.split())
    segmented = iter(fast.words(split))
    return [next(segmented) if line is None else line for line in found]


def _library_words(line: str) -> list[str]:
    from underthesea import word_tokenize  # imported on first use: it takes a second

    try:
        with tagger.LIBRARY_LOCK:
            return [w for w in word_tokenize(line, use_token_normalize=False, fixed_words=[]) if w.strip()]
    except Exception:  # noqa: BLE001 — a model's failure on odd text must not lose the article
        return line.split()


def _runs(line: str, start: int) -> Iterator[tuple[str, int]]:
    """Pieces of a line of at most about `LONGEST_RUN` characters, cut at spaces, with their offsets."""
    begin = 0
    while begin < len(line):
        end = min(len(line), begin + LONGEST_RUN)
        if end < len(line):
            space = line.rfind(" ", begin, end)
            end = space + 1 if space > begin else end
        yield line[begin:end], start + begin
        begin = end


def word_spans(text: str) -> Iterator[tuple[int, int]]:
    """[start, end) of every word of a text, in order, in its own offsets."""
    runs = [found for line in _LINES.finditer(text) for found in _runs(line[0], line.start())]
    for k in range(0, len(runs), BATCH):
        batch = runs[k : k + BATCH]
        for (run, start), found in zip(batch, segment([run for run, _ in batch]), strict=True):
            yield from _plain(run, found, start) or align(run, found, start)


def _plain(run: str, found: list[str], start: int) -> list[tuple[int, int]]:
    """What `align` gives where the words stand in the run letter by letter, with plain spaces between; else nothing."""
    spans = []
    at = 0
    for word in found:
        while run.startswith(" ", at):
            at += 1
        if not run.startswith(word, at):
            return []
        spans.append((start + at, start + at + len(word)))
        at += len(word)
    return spans if not run[at:].strip(" ") else []


#: What is counted to find words again: characters, else (in text that is not NFC) letters with their marks.
_UNITS = (regex.compile(r"\S"), regex.compile(r"(?!\s)\X"))


def align(run: str, found: list[str], start: int = 0) -> Iterator[tuple[int, int]]:
    """Where `found` words stand in `run`, by counting non-space characters; `start` is added to the offsets.

    If the words' characters are not the run's, they are not underthesea's segmentation of it, and the run is split at
    white space instead.
    """
    for unit in _UNITS:
        solid = [m.span() for m in unit.finditer(run)]
        lengths = [sum(1 for _ in unit.finditer(word)) for word in found]
        if sum(lengths) == len(solid):
            break
    else:
        solid = [m.span() for m in regex.finditer(r"\S+", run)]
        lengths = [1] * len(solid)
    done = 0
    for length in lengths:
        if length:
            yield start + solid[done][0], start + solid[done + length - 1][1]
        done += length
