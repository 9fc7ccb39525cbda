"""Normalisers of persons and their offices: names cut to their ends, chains of titles and organisations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import regex

from extractor.context import Context
from extractor.normalise.values import Capture, Refused, Value, normaliser
from extractor.persons import names
from extractor.positions import Office, Positions, positions
from extractor.text import Span

Groups = Mapping[str, Capture | None]

#: What may stand between an office and its holder's name.
_BETWEEN = regex.compile(r",\s|:\s|\s(?:-\s|là\s)?|\s?-\s?")
#: What leads from a name to the office that its holder has today.
_SINCE = regex.compile(
    r"\s?[,(-]?\s?(?:hiện\s)?nay\s(?:đã\s)?(?:là|làm|giữ\schức(?:\svụ)?)\s|,\shiện\s(?:là|giữ\schức(?:\svụ)?)\s"
)
#: What stands behind a name that speaks or acts, and what before an office that belongs to no name before it.
_ACTS = regex.compile(r"\s(?!(?:và|cùng|với)\s)\p{Ll}")
_FREE = regex.compile(r"(?r)(?:^|\n|[.!?:“\"]\s?|(?<![\p{L}\p{M}])\p{Ll}[\p{L}\p{M}]*\s|\bTheo\s)")
#: The same where the office is given to its holder: “chức danh Chủ tịch Hội (khóa XI) đối với bà …”.
_GIVEN = regex.compile(
    r"(?:,?\s\(?(?:khóa\s[\dIVXL]+|nhiệm\skỳ\s\d{4}\s?-\s?\d{4})\)?,?){0,2}\s(?:cho|đối\svới|của)\s", regex.IGNORECASE
)


@normaliser("person", "name")
def person(groups: Groups, constants: Mapping[str, Any], context: Context) -> Value | None:
    """A person's bare name, cut where a title begins; `sure`, `listed`: no surname needed (an honorific, a list)."""
    name = groups["name"]
    if name is None:
        return None
    span = names(context.tables).read(
        context.view.text, *name.span, sure=bool(constants.get("sure")), listed=bool(constants.get("listed"))
    )
    if span is None:
        raise Refused(f"{name.quote!r} is no person's name")
    span = names(context.tables).real(context.view.text, span, context.line_at(span[0])[1])
    return Value(context.view.written(*span), {"": [span]})


@normaliser("positions", "positions")
def offices_behind(groups: Groups, constants: Mapping[str, Any], context: Context) -> Value | None:
    """The offices of a chain that stands behind its holder's name; refuses where it begins with none.

    `former` says that the words tell of a time when the holder had them (“khi ông … còn là …”), `single` that only the
    first of them is meant (“từ Phó Giám đốc … được bổ nhiệm làm …”).
    """
    words = groups["positions"]
    if words is None:
        return None
    grammar, text = positions(context.tables), context.view.text
    chain = grammar.own(text, grammar.chain(text, *words.span), words.span[1])
    if not chain:
        raise Refused(f"no office in {words.quote[:40]!r}")
    chain = chain[:1] if constants.get("single") else chain
    for office in chain:
        office.former = office.former or bool(constants.get("former"))
    return _value(chain, context)


@normaliser("positions-before", "positions")
def offices_before(groups: Groups, constants: Mapping[str, Any], context: Context) -> Value | None:
    """The offices of a chain that stands before its holder's name; refuses where no name follows.

    `given` says that the office is given to its holder (“chức danh … đối với bà …”), `former` that it is taken.
    """
    words = groups["positions"]
    if words is None:
        return None
    chain, name = _held(words.span, context, given=bool(constants.get("given")))
    for office in chain:
        office.former = office.former or bool(constants.get("former"))
    return _value([*chain, *_now(name[1], words.span[1], context)], context)


@normaliser("person-behind", "positions")
def person_behind(groups: Groups, constants: Mapping[str, Any], context: Context) -> Value | None:
    """The name of the person who holds the offices before it; refuses where no name follows."""
    words = groups["positions"]
    if words is None:
        return None
    _, name = _held(words.span, context, given=bool(constants.get("given")))
    name = names(context.tables).real(context.view.text, name, words.span[1])
    return Value(context.view.written(*name), {"": [name]})


@normaliser("positions-shared", "positions")
def offices_shared(groups: Groups, constants: Mapping[str, Any], context: Context) -> Value | None:
    """The offices that several persons hold; refuses words that are not offices to their end."""
    words = groups["positions"]
    if words is None:
        return None
    text = context.view.text
    chain = positions(context.tables).chain(text, *words.span, naming=bool(constants.get("before")))
    if not chain or (constants.get("before") and text[chain[-1].end : words.span[1]].strip()):
        raise Refused(f"{words.quote[:40]!r} is no office to its end")
    return _value(chain, context)


def _held(span: Span, context: Context, *, given: bool = False) -> tuple[list[Office], Span]:
    """The offices that begin a span and the name of the person behind them."""
    grammar, text = positions(context.tables), context.view.text
    chain = grammar.chain(text, *span, naming=True)
    if not chain:
        raise Refused("no office")
    gap = (_GIVEN if given else _BETWEEN).match(text, chain[-1].end, span[1])
    if gap is None:
        raise Refused("no name behind the office")
    at, sure = _honoured(grammar, text, gap.end(), span[1])
    if gap[0] != " " and not sure and not (gap[0] == ", " and _apposed(grammar, text, chain[0].start, at, span[1])):
        raise Refused("no honorific behind the mark")
    name = grammar.names.read(text, at, span[1], sure=sure, listed=grammar.foreign(text, chain[-1]))
    if name is None:
        raise Refused("no name behind the office")
    if "," in gap[0] and grammar.introduced(text, name[1], span[1]):
        raise Refused("the name has an office of its own behind it")
    if "," in gap[0] and len(chain) == 1 and chain[0].row["needs"] == "yes":
        raise Refused("a membership, which rather ends the clause before")
    if _shouted(text, chain, name):
        raise Refused("a line in capitals, where a name has no end")
    if grammar.places_itself(text, chain[-1], name, span[1]):
        raise Refused("the words behind the office are the place of it")
    return chain, name


def _now(at: int, end: int, context: Context) -> list[Office]:
    """The offices that a person named at the end of the old ones has since (“nguyên Bí thư … A, nay là Phó …”)."""
    grammar, text = positions(context.tables), context.view.text
    m = _SINCE.match(text, at, end)
    return grammar.own(text, grammar.chain(text, m.end(), end), end) if m is not None else []


def _apposed(grammar: Positions, text: str, start: int, at: int, end: int) -> bool:
    """Is a name behind a comma that of the office before it (“Giám đốc Sở Y tế, Lê Văn Tám nói”)?

    It begins with a common surname, has three words and acts; no other name stands before the office.
    """
    name = grammar.names.read(text, at, end)
    words = grammar.names.run(text, *name) if name is not None else []
    full = len(words) > 2 and grammar.names.has_surname(text, words, common=True)
    return (
        full and name is not None and _ACTS.match(text, name[1]) is not None and _FREE.match(text, 0, start) is not None
    )


def _shouted(text: str, chain: list[Office], name: Span) -> bool:
    """Do office and name stand in a line of capitals that goes on behind them?"""
    words = text[chain[0].start : name[1]]
    return words.isupper() and text[name[1] : name[1] + 1].strip() != "" and text[name[1]] != "\n"


def _honoured(grammar: Positions, text: str, at: int, end: int) -> tuple[int, bool]:
    """Where the name behind honorifics and ranks begins, and whether there were any."""
    sure = False
    for _ in range(3):
        found = grammar.honorifics.at(text, at, end)
        if found is None or found.end >= end:
            break
        at = found.end + (text[found.end] == " ")
        sure = True
    return at, sure


def _value(chain: list[Office], context: Context) -> Value:
    """Offices as the field `positions`, with the spans of every part."""
    data: list[dict[str, Any]] = []
    spans: dict[str, list[Span]] = {}
    for n, office in enumerate(chain):
        quote = " ".join(context.view.quote(*span) for span in office.organisation) or office.row["body"] or None
        data.append({"title": office.title, "organisation": quote, "former": office.former})
        spans[f"{n}.title"] = [office.title_span]
        if office.organisation:
            spans[f"{n}.organisation"] = list(office.organisation)
    return Value(data, spans)
