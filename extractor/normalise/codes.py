"""Normalisers of documents: code, type, issuer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from extractor.codes import Code, parse_code, symbols
from extractor.context import Context
from extractor.normalise.values import Capture, Refused, Value, normaliser
from extractor.text import Span

Groups = Mapping[str, Capture | None]


def _code(groups: Groups, context: Context) -> Code | None:
    number, tail = groups["number"], groups["tail"]
    if number is None:
        return None
    return parse_code(number.quote, tail.quote if tail else "", symbols(context.tables))


@normaliser("document_code", "number", "tail")
def document_code(groups: Groups, constants: Mapping[str, Any], context: Context) -> Value | None:
    """A document's number and symbol as one code, the lost dash restored; sets number and symbol too."""
    code = _code(groups, context)
    if code is None:
        return None
    if not code.number.strip("0."):
        raise Refused("no document has the number 0")
    return Value(str(code), also={"number": code.number, "symbol": code.symbol})


@normaliser("document_type", "type", "number", "tail")
def document_type(groups: Groups, constants: Mapping[str, Any], context: Context) -> Value | None:
    """A document's type from its head word, else from its symbol; a type of its own keeps its word in type_text."""
    word, tail = groups["type"], groups["tail"]
    meanings = symbols(context.tables)
    code = _code(groups, context)
    head = meanings.of_word(word.quote) if word else None
    told = meanings.of_code(code) if code else None
    row = told or head if head is None or head["general"] else head
    spans: dict[str, list[Span]] = {"": [c.span for c in (word or tail,) if c]}
    if row is None:
        return Value("official_letter" if code and code.parts else "other", spans)
    return Value(row["type"], spans, {"type_text": row["name"]} if row["type"] == "other" else {})


@normaliser("issuer", "issuer", "partner", "term")
def issuer(groups: Groups, constants: Mapping[str, Any], context: Context) -> Value | None:
    """The body that issued a document: “A và B” for two, with the term of its committee (khóa XI) where told."""
    parts = [groups["issuer"], groups["partner"]]
    names = [c.quote for c in parts if c]
    if not names:
        return None
    term = groups["term"]
    text = " và ".join(names) + (f" {term.quote[:1].lower()}{term.quote[1:]}" if term else "")
    return Value(text, {"": [c.span for c in (*parts, term) if c]})
