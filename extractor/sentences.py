"""Sentence and clause boundaries of Vietnamese news prose.

A sentence ends at `.`, `!`, `?`, `…` or `./.` before a capital, a digit or the end of the line; never after an
abbreviation (TP. Hồ Chí Minh, Đ/c. , T.Ư, ThS.), inside a number or a date, or in a document's symbol. Lines end
sentences: a list item is one.
"""

from __future__ import annotations

from collections.abc import Iterator

import regex

from extractor.text import Span

#: Words whose full stop ends no sentence: places' levels, honorifics, degrees, notes, signing prefixes.
ABBREVIATIONS = (
    "TP Tp tp TX Tx TT Tt H Q P X T Đ/c đ/c Đc đc Ô B GS PGS TS Ts ThS Ths BS Bs DS KS CN LS Gs PGs NSND NSƯT St "
    "TM KT TL TUQ Q No Nr Th v vv tr Tr Mr Mrs Dr ĐT Tel Fax Email"
).split()

_END = regex.compile(
    r"""(?: \./\. | [.!?…]+ )          # the mark
        [”"'’)\]]*                     # closing quotes belong to the sentence
        (?= \s* \Z | \s+ | (?<=[.!?…”"')]) [\p{Lu}“"(] )
    """,
    regex.VERBOSE,
)
_LAST_WORD = regex.compile(r"(?r)[\p{L}\p{M}/.]+")
_NEXT = regex.compile(r"\s*[“\"'(\[\-+*•–]*\s*(?P<first>[\p{Lu}\d]|$)")

#: Marks between clauses.
CLAUSE = regex.compile(r";|:(?=\s)|,\s(?=(?:trong đó|còn|riêng|đồng thời|đặc biệt|nhưng|tuy nhiên)\s)")


def sentence_spans(text: str, start: int, end: int) -> Iterator[Span]:
    """The sentences of the line text[start:end], without the blanks between them."""
    begin = start
    for m in _END.finditer(text, start, end):
        if m.start() < begin or not _ends(text, m, start, end):
            continue
        yield (begin, m.end())
        begin = m.end()
        while begin < end and text[begin].isspace():
            begin += 1
    if begin < end:
        yield (begin, end)


def _ends(text: str, m: regex.Match[str], start: int, end: int) -> bool:
    if m.end() >= end:
        return True
    if m[0].startswith("./."):
        return True
    follows = _NEXT.match(text, m.end(), end)
    if follows is None:
        return False
    if m[0] == ".":
        word = _LAST_WORD.match(text, start, m.start())
        last = word[0] if word else ""
        if last in ABBREVIATIONS or last.rsplit(".", 1)[-1] in ABBREVIATIONS:
            return False
        if len(last) == 1 and last.isupper() and text[m.end() : m.end() + 1] != " ":  # T.Ư, A.B
            return False
        if not last and follows["first"].isdigit():  # 1. 250, 3. 6: a number or a list mark
            return False
        spaced = text[m.end() : m.end() + 1].isspace()
        if not spaced and (follows["first"].isdigit() or len(last) < 2):
            return False
    return True
