"""Normalisers of programs: their type, their name without kind word and quotes, the period that stands with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import regex

from extractor import timex
from extractor.context import Context
from extractor.normalise.values import Capture, Refused, Value, normaliser
from extractor.periods import date_mentions_in
from extractor.programs import is_generic, kinds_in, known_name

Groups = Mapping[str, Capture | None]

#: What may stand about a name and is no part of it.
_QUOTES = '“”"‘’«»'
_EDGES = " \t'`.,;:…-–" + _QUOTES
#: A sentence inside a quotation: speech, not a name.
_SPEECH = regex.compile(r"[.!?…]\s+\p{Lu}|[!?]\s*$")
_UNQUOTED = dict.fromkeys(map(ord, _QUOTES), " ")
_YEAR = regex.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")

#: Words that a name in quotes, and one in running text, may have.
MOST_WORDS = 60
#: So few words are a name only if they begin with a capital or a digit.
FEW_WORDS = 2


@normaliser("program_type", "kinds", "name")
def program_type(groups: Groups, constants: Mapping[str, Any], context: Context) -> Value | None:
    """The type that the kind word says; of several (“phong trào, cuộc vận động”) that of the known name, else `pick`.

    `pick` is `last` (default) or `first`; `known: true` refuses a kind that a known name never has.
    """
    kinds = groups["kinds"]
    if kinds is None:
        return None
    found = kinds_in(kinds.text, context.tables)
    if not found:
        raise Refused(f"{kinds.quote!r} names no kind of programme")
    picked = found[0 if constants.get("pick") == "first" else -1]
    name = groups["name"]
    known = known_name(name.text, context.tables) if name else None
    if known and picked not in known.types:
        fitting = [kind for kind in found if kind in known.types]
        if not fitting and constants.get("known"):
            raise Refused(f"{known.name!r} is no {picked}")
        picked = fitting[0] if fitting else picked
    return Value(picked, {"": [kinds.span]})


@normaliser("program_name", "name")
def program_name(groups: Groups, constants: Mapping[str, Any], context: Context) -> Value | None:
    """A name without quotes and stray marks; refuses speech, a single small word and what has no letters.

    `words` is the fewest words that a name in running text must have.
    """
    name = groups["name"]
    if name is None:
        return None
    start, end = name.span
    surface = context.view.surface
    while start < end and surface[start] in _EDGES:
        start += 1
    while start < end and surface[end - 1] in _EDGES:
        end -= 1
    text = " ".join(context.view.quote(start, end).translate(_UNQUOTED).split())
    words = text.split()
    if not any(c.isalnum() for c in text):
        raise Refused("the name has no letters")
    if len(words) > MOST_WORDS or _SPEECH.search(text):
        raise Refused("a sentence, not a name")
    if is_generic(text, context.tables):
        raise Refused(f"{text!r} is a turn of speech")
    if len(words) <= FEW_WORDS and text[0].islower() and known_name(text, context.tables) is None:
        raise Refused(f"{text!r}: a word or two in lower case, in quotes for their irony")
    if len(words) < int(constants.get("words", 1)):
        raise Refused(f"{text!r} is too short for a name without quotes")
    return Value(text, {"": [(start, end)]})


@normaliser("program_period", "period")
def program_period(groups: Groups, constants: Mapping[str, Any], context: Context) -> Value | None:
    """The value of the date that stands in the group: of a date that was read there, else of its years."""
    period = groups["period"]
    if period is None:
        return None
    start, end = period.span
    for _, _, value in date_mentions_in(context, start, end):
        if timex.year_of(value):
            return Value(value, {"": [period.span]})
    years = _YEAR.findall(period.text)
    value_ = timex.interval(years[0], years[-1]) if years else None
    return Value(value_, {"": [period.span]}) if value_ else None
