"""Blanks that scraping lost: “HuyệnCần Giờ”, “đồng chíNguyễn”, “464công trình”, “5.800tỷđồng”.

Pages lose the blank where a link or bold type began. It is set again in the view (`View.joined`), never in the text,
and only where both sides are what a Vietnamese syllable can be and its letters show Vietnamese (“ệ”, “ă”, “ô”): so that
VietJet, iPhone, 10km, K602 and 12m2 stay. Within small letters both halves must show it, and there be one way to part.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import regex

from extractor.text import Span

#: Characters of a longer run without a blank are left as they are.
LONGEST = 60

_VOWELS = "àáâãèéêìíòóôõùúýăĩũơư" + "".join(map(chr, range(0x1EA1, 0x1EFA, 2)))
_SMALL, _CAPITAL = "a-zđ" + _VOWELS, "A-ZĐ" + _VOWELS.upper()
#: Where letters or digits meet that do not within a Vietnamese word. `re` reads a text for it in a fifth of the time.
_MEETING = re.compile(
    rf"[{_SMALL}][{_CAPITAL}\dđ]|[{_CAPITAL}]{{2}}[{_SMALL}]|\d[{_SMALL}]{{2}}|[{_VOWELS}][a-zđ]+[{_VOWELS}]"
)
#: A vowel that shows Vietnamese.
_MARKED = r"[^\x00-\x7fđ\P{Ll}]"
#: What may be glued: letters where small ones meet capitals, letters and digits, vowels with others between them.
_GLUED = regex.compile(
    r"(?<![\p{L}\p{M}\d/_@-])(?:"
    r"(?<cased>(?:\p{Lu}?+\p{Ll}++(?=\p{Lu})|\p{Lu}{2,}+(?=\p{Ll}{2}))\p{L}*+)(?![\p{M}\d])"
    r"|(?<told>\p{L}++)(?=\d)"
    r"|\d[\d.,]*+(?<word>\p{Ll}{2,}+)(?![\p{L}\p{M}\d])"
    rf"|(?<small>(?:[a-z]*+{_MARKED}++[a-zđ]++{_MARKED}|\p{{Ll}}[^\P{{Ll}}đ]*+đ)\p{{Ll}}*+)(?![\p{{L}}\p{{M}}\d])"
    r")"
)
#: Where a word of mixed letters may be parted: before a capital behind small letters, and behind an abbreviation.
_BORDERS = (
    regex.compile(r"(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu}{2})(?=\p{Lu}\p{Ll})"),
    regex.compile(r"(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu}{3})(?=\p{Ll})"),
)
_CONSONANTS = frozenset("bcdđghklmnpqrstvx")
#: Marks of tone; what else stands on a vowel makes another vowel of it.
_TONES = dict.fromkeys(map(ord, "\u0300\u0301\u0303\u0309\u0323"))
_SHARP = ("\u0301", "\u0323")
#: A syllable without its tone: onset, rhyme, and whether it stops (then its tone is sharp or heavy).
_SYLLABLE = regex.compile(
    r"(?:ngh?|nh|gh?|kh?|ph|qu|th|tr?|ch|[bcdđhlmnrsvx]|gi(?=[aăâeêoôơuư]))?"
    r"(?:(?<stop>(?:o?[aăe]|u?â|i?ê|[ioôơuưâ]|u[ôê]|ươ|yê|uy|uyê)(?:ch?|p|t|k))"
    r"|(?:o?[aăe]|u?â|[iy]?ê|[ioôơuưyâ]|u[ôê]|ươ|uyê?)(?:nh?|ng|m)"
    r"|o?a[iyo]|oeo?|[aâ]u|u?ây|êu|i[au]|[iy]êu|[oôơưu]i|ươ[iu]|ươ|uôi|ưu|ưa|u[aâêơy]|uy[au]|ia|oa|eo|[aeêioôơuưy])"
)


def lost_blanks(text: str) -> list[Span]:
    """The places (empty spans of an NFC text, in order) where a blank was lost."""
    found: list[Span] = []
    done = 0
    for meeting in _MEETING.finditer(text):
        if meeting.start() < done:
            continue
        begin = meeting.start()
        while begin > done and (text[begin - 1].isalnum() or text[begin - 1] in ".,"):
            begin -= 1
        done = meeting.end()
        while done < len(text) and text[done].isalnum():
            done += 1
        if done - begin <= LONGEST:
            found += [(at, at) for m in _GLUED.finditer(text, begin, done) for at in _places(m)]
    return found


def _places(m: regex.Match[str]) -> Iterator[int]:
    kind = m.lastgroup
    if kind == "cased":
        yield from (m.start() + at for at in _borders(m["cased"]))
    elif kind == "told" and _vietnamese(m["told"]) and is_syllable(m["told"]):
        yield m.end()
    elif kind == "word":
        word = m["word"]
        if _vietnamese(word) and (is_syllable(word) or _parted(word)):
            yield m.start("word")
        if not is_syllable(word):
            yield from (m.start("word") + at for at in _parted(word))
    elif kind == "small":
        yield from (m.start() + at for at in _parted(m["small"]))


@lru_cache(maxsize=4096)
def _borders(word: str) -> tuple[int, ...]:
    """Where a word of mixed letters is parted, nowhere if one of its parts is no syllable."""
    for border in _BORDERS:
        cuts = [m.start() for m in border.finditer(word)]
        first, *others = (word[a:b] for a, b in zip([0, *cuts], [*cuts, len(word)], strict=True))
        told = [part for part in (first, *others) if is_syllable(part)]
        # Letters of an abbreviation may stand before a word, never behind.
        if others and set(others) <= set(told) and (first in told or first.isupper()) and any(map(_vietnamese, told)):
            return tuple(cuts)
    return ()


@lru_cache(maxsize=8192)
def _parted(word: str) -> tuple[int, ...]:
    """Where small letters are parted into two Vietnamese syllables, if in one way only."""
    if word.isascii() or is_syllable(word):
        return ()
    ways = [
        at
        for at in range(2, len(word) - 1)
        if is_syllable(word[:at]) and is_syllable(word[at:]) and _begins_plainly(word[:at], word[at:])
    ]
    return tuple(ways) if len(ways) == 1 else ()


def _begins_plainly(before: str, word: str) -> bool:
    """Do both halves show Vietnamese, the second with a consonant at its head? None but a head is đ."""
    return word[0] == "đ" or (word[0] in _CONSONANTS and _vietnamese(before) and _vietnamese(word))


def _vietnamese(word: str) -> bool:
    return not word.isascii()


@lru_cache(maxsize=16384)
def is_syllable(word: str) -> bool:
    """May a word of two letters or more be a syllable of Vietnamese by its letters and tone? Capitals do not count."""
    decomposed = unicodedata.normalize("NFD", word.lower())
    bare = unicodedata.normalize("NFC", decomposed.translate(_TONES))
    tones = sum(ord(c) in _TONES for c in decomposed)
    if len(bare) < 2 or tones > 1:
        return False
    m = _SYLLABLE.fullmatch(bare)
    if m is None:
        return False
    return m["stop"] is None or any(tone in decomposed for tone in _SHARP)
