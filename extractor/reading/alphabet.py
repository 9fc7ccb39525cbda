"""Vietnamese letters by numbers: how likely a text's letters are, and the encodings from before Unicode.

data/encodings.csv gives each of the 134 letters with its code in TCVN3 (ABC), VISCII and VNI and how often it stands in
Vietnamese; data/function-words.csv the words by which a text is known to be Vietnamese.
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

import regex

from extractor.tables import Tables

#: Characters of a text that are looked at to tell its encoding.
SAMPLE = 40_000
#: Characters beyond ASCII that must be there for the statistics to say anything.
FEWEST = 4
#: Mean log probability of the letters beyond ASCII: proper Vietnamese has about -4.6, any other reading under -9.
PLAUSIBLE = -7.0
#: Log probability of a character that no Vietnamese word has.
IMPOSSIBLE = -16.0
#: Function words that a text must have once it is converted.
KNOWN_WORDS = 2
#: Letters from which a text must be Vietnamese to be read; a shorter one has the benefit of the doubt.
TELLING = 200
#: Function words that a line of Vietnamese has; and what share of a text's words they are where marks were stripped.
WORDS_IN_LINE, UNMARKED_SHARE = 3, 0.06
#: Share of letters with Vietnamese marks, a quarter in Vietnamese and under a tenth elsewhere, names and all.
MARKED_SHARE = 0.12
#: Share of words with a question mark inside from which a text has lost its letters.
LOST_SHARE = 0.04

Language = Literal["vietnamese", "unmarked", "lost", "other", "unknown"]

_WORD = regex.compile(r"\p{L}[\p{L}\p{M}]*")
_LOST = regex.compile(r"\p{L}\?(?=\p{L})|(?<=\p{L})\uFFFD|\uFFFD(?=\p{L})")
_ENCODINGS = ("tcvn3", "vni", "viscii")


def western(data: bytes) -> str:
    """Bytes as Windows-1252 reads them, those that it leaves undefined as Latin-1: what a page in a legacy font is."""
    return data.decode("latin-1").translate(_WESTERN)


def _defined(byte: int) -> str:
    try:
        return bytes([byte]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)


_WESTERN = {byte: _defined(byte) for byte in range(0x80, 0xA0)}


class Alphabet:
    """The statistics and tables, built once from data/."""

    def __init__(self, tables: Tables) -> None:
        rows = list(tables["encodings"])
        self._log = {row["letter"]: math.log((float(row["per_million"]) + 1) / 1e6) for row in rows}
        self._codes: dict[str, dict[str, str]] = {name: {} for name in _ENCODINGS}
        for row in rows:
            letter = row["letter"]
            for name in ("tcvn3", "viscii"):
                if row[name]:
                    self._codes[name][western(bytes.fromhex(row[name]))] = letter
            pair = row["vni"]
            self._codes["vni"][pair] = letter
            if len(pair) == 2 and pair[0].isupper():  # a capital with the small form of its mark
                self._codes["vni"][pair[0] + pair[1].lower()] = letter
        alternatives = sorted(self._codes["vni"], key=len, reverse=True)
        self._pairs = regex.compile("|".join(map(regex.escape, alternatives)))
        words = list(tables["function-words"])
        self._marked = {row["word"] for row in words}
        self._unmarked = {_stripped(row["word"]) for row in words if row["unmarked"]}

    def score(self, text: str) -> float | None:
        """Mean log probability of the characters beyond ASCII in a text's beginning; None where they are too few.

        Marks such as quotes and dashes count only inside words, where a Vietnamese text has none.
        """
        sample = unicodedata.normalize("NFC", text[:SAMPLE])
        counts: Counter[str] = Counter()
        for before, char, after in zip(" " + sample, sample, sample[1:] + " ", strict=False):
            if char < "\x80" and (char >= " " or char in "\t\n\r\f\v"):
                continue
            if char.isalpha() or unicodedata.combining(char) or (before.isalpha() and after.isalpha()):
                counts[char] += 1
        total = counts.total()
        if total < FEWEST:
            return None
        return sum(self._log.get(char, IMPOSSIBLE) * count for char, count in counts.items()) / total

    def plausible(self, text: str) -> bool:
        """Do a text's letters look Vietnamese, or are there too few to tell?"""
        found = self.score(text)
        return found is None or found > PLAUSIBLE

    def legacy(self, text: str) -> tuple[str, str] | None:
        """(encoding, converted text) of a `western` reading of TCVN3, VNI or VISCII; None where it is none of them."""
        best: tuple[float, str] | None = None
        for name in _ENCODINGS:
            converted = self.convert(text[:SAMPLE], name)
            found = self.score(converted)
            if found is None or found <= PLAUSIBLE or self.known_words(converted) < KNOWN_WORDS:
                continue
            if best is None or found > best[0]:
                best = (found, name)
        return (best[1], self.convert(text, best[1])) if best else None

    def convert(self, text: str, encoding: str) -> str:
        """The text that a `western` reading of a legacy encoding stands for."""
        codes = self._codes[encoding]
        if encoding == "vni":
            return self._pairs.sub(lambda m: codes[m[0]], text)
        return text.translate(_ordinals(codes))

    def encode(self, text: str, encoding: str) -> bytes:
        """A text in a legacy encoding, what that cannot write as `?`; the inverse of `convert` for its letters."""
        back = {letter: code for code, letter in reversed(self._codes[encoding].items())}
        coded = "".join(back.get(c, c) for c in unicodedata.normalize("NFC", text))
        return b"".join(_byte(char) for char in coded)

    def known_words(self, text: str) -> int:
        """How many of a text's words are Vietnamese function words with their marks."""
        words = (unicodedata.normalize("NFC", m[0]).lower() for m in _WORD.finditer(text))
        return sum(word in self._marked and not word.isascii() for word in words)

    def language(self, text: str) -> Language:
        """What a text is written in.

        `vietnamese`, `unmarked` (Vietnamese without its marks), `lost` (its letters were replaced by question marks),
        `other`, or `unknown` where it has too few letters to tell.
        """
        words = unmarked = marked = letters = 0
        for line in text.split("\n"):
            here = 0
            for m in _WORD.finditer(line):
                words += 1
                letters += m.end() - m.start()
                word = unicodedata.normalize("NFC", m[0]).lower()
                here += word in self._marked and not word.isascii()
                unmarked += word in self._unmarked
            marked += here
            if here >= WORDS_IN_LINE or marked >= 2 * WORDS_IN_LINE:
                return "lost" if self._lost(text) else "vietnamese"
        if letters < TELLING:
            return "unknown"
        if self._lost(text):
            return "lost"
        sample = unicodedata.normalize("NFC", text[:SAMPLE])
        if sum(c in self._log for c in sample) > MARKED_SHARE * sum(c.isalpha() for c in sample):
            return "vietnamese"
        return "unmarked" if unmarked > UNMARKED_SHARE * words else "other"

    @staticmethod
    def _lost(text: str) -> bool:
        """Were a text's letters replaced by question marks?"""
        sample = text[:SAMPLE]
        return len(_LOST.findall(sample)) > LOST_SHARE * len(_WORD.findall(sample))


def _byte(char: str) -> bytes:
    """The byte that `western` reads as a character."""
    for codec in ("cp1252", "latin-1"):
        try:
            return char.encode(codec)
        except UnicodeEncodeError:
            continue
    return b"?"


def _ordinals(codes: Mapping[str, str]) -> dict[int, str]:
    return {ord(code): letter for code, letter in codes.items()}


def _stripped(word: str) -> str:
    plain = unicodedata.normalize("NFD", word.replace("đ", "d"))
    return "".join(c for c in plain if not unicodedata.combining(c))


@lru_cache(maxsize=4)
def alphabet(tables: Tables) -> Alphabet:
    """The `Alphabet` of some tables, built once."""
    return Alphabet(tables)
