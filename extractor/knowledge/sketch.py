"""MinHash sketches of texts: how much of their wording two articles share, from 128 bytes each.

A text's shingles are the runs of five syllables in its paragraphs, without case, marks and punctuation; short lines
(menus, captions, datelines) count only where there is nothing else, so that the page around a copy does not hide it.
Each of 128 hash functions keeps the low byte of its smallest value (b-bit minwise hashing, Li and König 2010); the
share of equal bytes estimates the share of common shingles (Jaccard). Bands of four bytes, 32 of them, are what a copy
is looked up by: at a share of 0.6 one of them is equal with probability 0.99.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

import regex

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: Syllables of a shingle, and shingles from which a text can be told from others.
SYLLABLES, FEWEST = 5, 20
#: Hash functions, and of how many of them a band is made.
HASHES, BAND = 128, 4
#: Characters from which a line is a paragraph.
PARAGRAPH = 60
#: Share of common shingles from which two articles are copies of one.
ALIKE = 0.6
#: Syllables of a text that are looked at.
MOST = 20_000

_WORD = regex.compile(r"\w+")
_MARKS = dict.fromkeys(range(768, 880)) | {ord("đ"): "d"}


@cache
def _multipliers() -> NDArray[np.uint64]:
    """The hash functions: a column of odd numbers."""
    import numpy as np  # a tenth of a second, which a run without a knowledge base need not spend

    seeds = (hashlib.sha256(f"danvan {n}".encode()).digest()[:8] for n in range(HASHES))
    return np.array([int.from_bytes(seed, "big") | 1 for seed in seeds], dtype=np.uint64)[:, None]


def sketch(text: str) -> bytes | None:
    """The sketch of a text, `HASHES` bytes; None where it is too short to be told from others."""
    import numpy as np

    paragraphs = [line for line in text.split("\n") if len(line.strip()) >= PARAGRAPH]
    hashes = _shingles(paragraphs)
    if len(hashes) < FEWEST:
        hashes = _shingles(text.split("\n"))
    if len(hashes) < FEWEST:
        return None
    values = np.fromiter(hashes, dtype=np.uint64, count=len(hashes))
    smallest = np.full(HASHES, np.iinfo(np.uint64).max, dtype=np.uint64)
    for start in range(0, len(values), 1000):  # a thousand at a time: the table stays a megabyte
        mixed = (_multipliers() * values[None, start : start + 1000]) >> np.uint64(24)
        smallest = np.minimum(smallest, mixed.min(axis=1))
    return (smallest & np.uint64(0xFF)).astype(np.uint8).tobytes()


def _shingles(lines: list[str]) -> set[int]:
    """64-bit hashes of the runs of syllables; they cross line breaks, which copies move."""
    words: list[str] = []
    for line in lines:
        words += _WORD.findall(unicodedata.normalize("NFD", line).lower().translate(_MARKS))
        if len(words) > MOST:
            break
    joined = (" ".join(words[i : i + SYLLABLES]).encode() for i in range(min(len(words), MOST) - SYLLABLES + 1))
    return {int.from_bytes(hashlib.blake2b(shingle, digest_size=8).digest(), "big") for shingle in joined}


def bands(made: bytes) -> Iterator[int]:
    """The keys under which a sketch is looked up."""
    for start in range(0, HASHES, BAND):
        yield start << 32 | int.from_bytes(made[start : start + BAND], "big")


def likeness(one: bytes, other: bytes) -> float:
    """The estimated share of common shingles of two texts by their sketches, 0 to 1."""
    import numpy as np

    equal = int(np.count_nonzero(np.frombuffer(one, np.uint8) == np.frombuffer(other, np.uint8))) / HASHES
    return max(0.0, (equal - 1 / 256) / (1 - 1 / 256))
