"""The date that stands right behind a figure and is its own."""

from __future__ import annotations

import regex

from extractor.candidates import Candidate
from extractor.context import Context
from extractor.facts.indicator_topic import is_base, mentions_in
from extractor.figures import scope_words
from extractor.periods import DateMention

#: Characters behind a figure in which its own date may stand.
BEHIND = 24
_IN_BRACKETS = regex.compile(r"(?:\s?[\w²/]{1,12}){0,3}?\s?\((?P<year>(?:19|20)\d\d(?:\s?-\s?(?:19|20)\d\d)?)\)")
_NEW_FIGURE = regex.compile(r"[^();]{0,30}\d")


def own_date(candidate: Candidate, context: Context) -> DateMention | None:
    """The date that stands right behind a candidate's figure and is its own (còn 5,1% năm 2019; 5,1% (2019))."""
    number = candidate.first("unit") or candidate.first("number")
    if number is None:
        return None
    text = context.view.text
    bracket = _IN_BRACKETS.match(text, number[1])
    if bracket:
        return *bracket.span("year"), "/".join(regex.findall(r"\d{4}", bracket["year"]))
    for begin in dict.fromkeys((number[1], max(number[1], candidate.end))):
        for mention in mentions_in(context, begin, begin + BEHIND):
            if (
                _joined(begin, mention[0], context)
                and not is_base(mention, context)
                and not _aside(begin, mention, context)
            ):
                return mention
            break
    return None


def _aside(begin: int, mention: DateMention, context: Context) -> bool:
    """Does a date open brackets that hold a figure of its own: “đạt 11,3 tiêu chí (năm 2018 là 10,4)”?"""
    text = context.view.text
    return "(" in text[begin : mention[0]] and _NEW_FIGURE.match(text, mention[1]) is not None


def _joined(begin: int, end: int, context: Context) -> bool:
    """Does nothing stand in text[begin:end] but words that join a date to the figure before it?"""
    text, words = context.view.text, scope_words("join", context.tables)
    while begin < end:
        if text[begin] in " (":
            begin += 1
            continue
        word = next(iter(words.finditer(text, begin, end)), None)
        if word is None or word.start() != begin:
            return False
        begin = word.end()
    return True
