"""Sentence and clause boundaries of Vietnamese news prose.

A sentence ends at `.`, `!`, `?`, `…` or `./.` before a capital, a digit or the end of the line; never after an
abbreviation of data/abbreviations.csv (TP. Hồ Chí Minh, đ/c. Nam, ThS. Hà), inside a number, a date or an abbreviated
name (T.Ư), or behind the number of a list item. Lines end sentences.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import lru_cache

import regex

from extractor.tables import Tables
from extractor.text import Span

_END = regex.compile(
    r"""(?: \./\. | [.!?…]+ )          # the mark
        [”"'’)\]]*                     # closing quotes belong to the sentence
        (?= \s* \Z | \s+ | (?<=[.!?…”"')]) [\p{Lu}“"(] )
    """,
    regex.VERBOSE,
)
_LAST_WORD = regex.compile(r"(?r)[\p{L}\p{M}/.]+")
_NEXT = regex.compile(r"\s*[“\"'(\[\-+*•–]*\s*(?P<first>[\p{Lu}\d]|$)(?P<more>[\p{L}\d]*)(?P<mark>[./%]?)")
_NUMBER = regex.compile(r"(?r)\d+")
_NAME_BEFORE = regex.compile(r"(?r)\p{Lu}\p{Ll}\w*\s")

#: Marks between clauses.
CLAUSE = regex.compile(r";|:(?=\s)|,\s(?=(?:trong đó|còn|riêng|đồng thời|đặc biệt|nhưng|tuy nhiên)\s)")


@lru_cache(maxsize=4)
def abbreviations(tables: Tables) -> frozenset[str]:
    """The words of data/abbreviations.csv, none where there is no such table."""
    if "abbreviations" not in tables:
        return frozenset()
    return frozenset(form for row in tables["abbreviations"] for form in row.forms("written"))


def sentence_spans(text: str, start: int, end: int, abbreviations: Collection[str] = ()) -> Iterator[Span]:
    """The sentences of the line text[start:end], without the blanks between them.

    `abbreviations` are the words, without their full stop, whose full stop ends no sentence.
    """
    begin = start
    for m in _END.finditer(text, start, end):
        if m.start() < begin or not _ends(text, m, begin, end, abbreviations):
            continue
        yield (begin, m.end())
        begin = m.end()
        while begin < end and text[begin].isspace():
            begin += 1
    if begin < end:
        yield (begin, end)


def _ends(text: str, m: regex.Match[str], begin: int, end: int, abbreviations: Collection[str]) -> bool:
    """Does a mark end the sentence that begins at `begin`?"""
    if m.end() >= end or m[0].startswith("./."):
        return True
    follows = _NEXT.match(text, m.end(), end)
    if follows is None:
        return False
    if m[0] != ".":
        return True
    spaced = text[m.end()].isspace()
    number = _NUMBER.match(text, begin, m.start())
    if number is not None:
        return _ends_number(number, follows, begin, spaced=spaced)
    word = _LAST_WORD.match(text, begin, m.start())
    if word is None:
        return spaced or _begins_word(follows)
    last = word[0].rsplit(".", 1)[-1]
    if word[0] in abbreviations or last in abbreviations:
        # One letter behind a name is that person's initial (bà Nguyễn Thị H.), not a level of places.
        return spaced and len(last) == 1 and _NAME_BEFORE.match(text, begin, word.start()) is not None
    return spaced or (len(last) > 1 and not follows["first"].isdigit())


def _ends_number(number: regex.Match[str], follows: regex.Match[str], begin: int, *, spaced: bool) -> bool:
    """Is a full stop behind a number the end, not a list mark (1. Mục tiêu) or a part of it (1. 250, 14. 1. 2022)?"""
    digits = len(number[0])
    if number.start() == begin and digits < 4:
        return False
    if not follows["first"].isdigit():
        return spaced or _begins_word(follows)
    if not spaced:
        return False
    next_digits = 1 + len(follows["more"])
    return not (
        digits < 4 and (next_digits == 3 or (digits < 3 and follows["mark"] in ("/", "."))) and follows["mark"] != "%"
    )


def _begins_word(follows: regex.Match[str]) -> bool:
    return follows["more"][:1].islower()
