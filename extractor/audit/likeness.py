"""When two values mean the same to a reader: what evaluation calls right (ANNOTATION.md says why).

Every comparison ignores case, quotes, kinds of dash, spaces and where a tone mark stands. The words that it writes out
or looks at are rows of data/scoring/words.csv, which no rule reads: what is found cannot change what is right.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from extractor.shipped import home
from extractor.tables import shipped_tables

#: From this share of words in common on, two titles, sectors and units are the same.
TITLE, SECTOR, UNIT = 0.6, 0.8, 0.5

_SIGNS = str.maketrans(dict.fromkeys("“”\"'‘’«»", " ") | dict.fromkeys("–—−‑", "-"))
# The tone mark of oa, oe, uy on the first vowel; it moves to the second, however the word goes on.
_EARLY_TONE = re.compile("([òóỏõọ])([ae])|([ùúủũụ])(y)")
_CLOCK = re.compile(r"T(MO|MI|AF|EV|NI|DT|\d\d(:\d\d)*)$")
_HALF = re.compile(r"(\d{4})-H([12])")
_QUARTER = re.compile(r"(\d{4})-Q([1-4])")


@dataclass(frozen=True)
class Vocabulary:
    """The rows of data/scoring/words.csv: abbreviations written out, and the words of each role."""

    written_out: Mapping[str, str]
    short: re.Pattern[str]
    ranks: frozenset[str]
    levels: frozenset[str]
    money: Mapping[str, str]
    sector_lead: re.Pattern[str]


@cache
def vocabulary() -> Vocabulary:
    """The shipped vocabulary of evaluation; raises `RulesError`."""
    roles: dict[str, dict[str, str]] = {}
    for row in shipped_tables([home() / "data" / "scoring"])["words"]:
        roles.setdefault(row["role"], {}).update((form, row["means"] or form) for form in row.forms("word"))
    shorts = "|".join(map(re.escape, roles["short"]))
    leads = "|".join(map(re.escape, roles["sector"]))
    return Vocabulary(
        roles["short"], re.compile(rf"(?<!\w)(?:{shorts})(?!\w)"), frozenset(roles["rank"]), frozenset(roles["level"]),
        roles["money"], re.compile(rf"\b(?:{leads})\b"),
    )  # fmt: skip


def plain(value: object) -> str:
    """A value without what means nothing: case, quotes, kinds of dash, repeated spaces; empty for nothing."""
    return _plain(str(value or ""))


@lru_cache(maxsize=65536)
def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().translate(_SIGNS).split())


def words(value: object) -> tuple[str, ...]:
    """The words of a value, one placement of tone marks."""
    return _words(str(value or ""))


@lru_cache(maxsize=65536)
def _words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\w+", _EARLY_TONE.sub(_tone_moved, _plain(text))))


def _tone_moved(m: re.Match[str]) -> str:
    first = unicodedata.normalize("NFD", m[0][0])
    return first[0] + unicodedata.normalize("NFC", m[0][1] + first[1:])


def overlap(a: object, b: object) -> float:
    """F1 of the words of two values, order ignored; 0 where one has none."""
    return _overlap(words(a), words(b))


def _overlap(a: Sequence[str], b: Sequence[str]) -> float:
    if not a or not b:
        return 0.0
    return 2 * (Counter(a) & Counter(b)).total() / (len(a) + len(b))


def body_words(value: object) -> tuple[str, ...]:
    """The words of an organisation or a title, abbreviations written out."""
    known = vocabulary()
    return words(known.short.sub(lambda m: known.written_out[m[0]], plain(value)))


def same_name(a: object, b: object) -> bool:
    """Are two names of persons the same words?"""
    return words(a) == words(b)


def same_body(a: object, b: object) -> bool:
    """Are two organisations one? The shorter form begins alike and leaves out words of the longer one only."""
    short, long = sorted((body_words(a), body_words(b)), key=len)
    if not short:
        return not long
    rest = iter(long)
    return len(short) >= min(2, len(long)) and short[0] == long[0] and all(word in rest for word in short)


def same_title(a: object, b: object) -> bool:
    """Are two titles one? The words of rank (phó, thường trực, quyền) must be the same."""
    one, other, ranks = body_words(a), body_words(b), vocabulary().ranks
    return set(one) & ranks == set(other) & ranks and _overlap(one, other) >= TITLE


def same_area(a: object, b: object) -> bool:
    """Are two places one? The words of level may be left out, but must not contradict."""
    one, other, levels = words(a), words(b), vocabulary().levels
    level, other_level = set(one[:2]) & levels, set(other[:2]) & levels
    agree = not level or not other_level or level == other_level
    return agree and _without_level(one, levels) == _without_level(other, levels)


def _without_level(place: tuple[str, ...], levels: frozenset[str]) -> tuple[str, ...]:
    first = 0
    while first < len(place) - 1 and place[first] in levels:
        first += 1
    return place[first:]


def same_sector(a: object, b: object) -> bool:
    """Are two branches of the whole one, with or without the words that call them so?"""
    lead = vocabulary().sector_lead
    return overlap(lead.sub(" ", plain(a)), lead.sub(" ", plain(b))) >= SECTOR


def same_unit(a: object, b: object) -> bool:
    """Are two units one? The words of scale and currency must be the same, in their order."""
    money = vocabulary().money
    one, other = ([money.get(word, word) for word in words(value)] for value in (a, b))
    if [w for w in one if w in money] != [w for w in other if w in money]:
        return False
    return plain(a) == plain(b) or _overlap(one, other) >= UNIT


def roughly_same(a: object, b: object) -> bool:
    """Is one value the other, give or take a word? Only ranks what could be meant; decides nothing."""
    return plain(a) == plain(b) or overlap(a, b) >= SECTOR


def code_key(value: object) -> str:
    """A document's code without spaces, in capitals."""
    return "".join(plain(value).split()).upper()


def timex_key(value: object) -> str:
    """One spelling for each TIMEX3 value: no clock time; half-years and quarters as intervals of months."""
    text = str(value or "").strip()
    if text.count("/") == 1 and not text.startswith("P"):
        first, last = map(timex_key, text.split("/"))
        return f"{first.split('/')[0]}/{last.split('/')[-1]}"
    text = _CLOCK.sub("", text)
    if half := _HALF.fullmatch(text):
        return f"{half[1]}-01/{half[1]}-06" if half[2] == "1" else f"{half[1]}-07/{half[1]}-12"
    if quarter := _QUARTER.fullmatch(text):
        last_month = int(quarter[2]) * 3
        return f"{quarter[1]}-{last_month - 2:02d}/{quarter[1]}-{last_month:02d}"
    return text


def same_time(a: object, b: object) -> bool:
    """Are two TIMEX3 values one time?"""
    return timex_key(a) == timex_key(b)


def vague(key: str) -> bool:
    """Does a value name no point or stretch of the calendar (a duration, a reference, a clock time)?"""
    return not key or key.startswith(("P", "T")) or "REF" in key


def number(value: object) -> float | None:
    """A figure as a number, None for none."""
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None
