"""underthesea's word segmentation, with every word found again in the text.

Words never cross a line break. They are aligned by counting non-space characters, so nothing that underthesea does to
spaces or composition can move an offset.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator

import regex

_LINES = regex.compile(r"[^\r\n\x0b\x0c\x85\u2028\u2029]+")
#: A run that underthesea sees at once; longer lines are cut at a space, so that its work stays linear.
LONGEST_RUN = 2000
#: underthesea loads its model on first use and fails when two threads do so together.
_LOCK = threading.Lock()


def words(line: str) -> list[str]:
    """The words of one line as underthesea segments it, letters unchanged, with no white space at their ends.

    Where it cannot segment (lone surrogates, odd digits), the line is split at white space.
    """
    from underthesea import word_tokenize  # imported on first use: it takes a second

    try:
        with _LOCK:
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
    for line in _LINES.finditer(text):
        for run, start in _runs(line[0], line.start()):
            yield from align(run, words(run), start)


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
