"""A knowledge base as tables: their columns with types, and the rows that articles, facts and entities make.

What `danvan query` shows as views and what `danvan export` writes to databases and files of tables is this.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Literal, TypeAlias

from extractor.records import dumps, plain

#: `number` is an exact decimal of at most 38 digits, nine of them behind the point (its text stands beside it); `json`
#: is any JSON as text, `texts` a list of texts.
Type: TypeAlias = Literal["text", "whole", "real", "number", "truth", "day", "json", "texts"]
Row: TypeAlias = tuple[Any, ...]

#: Digits of a `number`, and how many stand behind the point.
DIGITS, BEHIND = 38, 9


@dataclass(frozen=True)
class Column:
    """A column: its name, the type of its values, what it holds; `to` is the table whose `id` it names."""

    name: str
    type: Type = "text"
    says: str = ""
    to: str | None = None


@dataclass(frozen=True)
class Table:
    """A table: its columns (the key's first `keys` of them), what a row is."""

    name: str
    says: str
    columns: tuple[Column, ...]
    keys: int = 1

    @property
    def names(self) -> list[str]:
        """The names of the columns."""
        return [column.name for column in self.columns]


def _columns(*told: str | Column) -> tuple[Column, ...]:
    """Columns of `name`, `name:type` or `name:type:what it holds`."""
    found = []
    for one in told:
        if isinstance(one, Column):
            found.append(one)
        else:
            name, kind, says = (*one.split(":", 2), "", "")[:3]
            found.append(Column(name, kind or "text", says))  # type: ignore[arg-type]
    return tuple(found)


_ARTICLE = Column("article_id", says="the article that says it", to="articles")
_FACT = Column("id", says="the fact's id", to="facts")
_QUOTE = "quote::the words of its first evidence"

TABLES: Mapping[str, Table] = {
    table.name: table
    for table in (
        Table("articles", "an article", _columns(
            "id", "source", "url", "title", "published", "published_day:day:published as a day", "published_from",
            "outlet", "province", "section", "author", "text", "sha256", Column("duplicate_of", to="articles"),
            "repairs:texts", "warnings:texts", "facts:whole:how many facts it holds")),
        Table("facts", "a fact of any kind", _columns(
            "id", "kind", _ARTICLE, "rule::the rule of its first evidence",
            "start_char:whole:where its first evidence begins, in code points", "end_char:whole", _QUOTE,
            "mentions:whole:pieces of evidence", "confidence:real", "inferred:json")),
        Table("evidence", "a piece of evidence", _columns(
            Column("fact_id", to="facts"), "number:whole:from 0", "start_char:whole", "end_char:whole", "text", "rule",
            "fields:json:path of a field → its pieces"), keys=2),
        Table("dates", "a calendar expression", _columns(
            _FACT, _ARTICLE, "value::TIMEX3", "type", "first_day:day", "last_day:day", _QUOTE)),
        Table("documents", "a mention of a document", _columns(
            _FACT, _ARTICLE, "type", "type_text", "code", "number", "symbol", "issued",
            "issued_day:day:issued as a day", "issuer", "title", _QUOTE)),
        Table("officials", "a person with offices", _columns(
            _FACT, _ARTICLE, "name", "honorific", "positions:json", _QUOTE)),
        Table("positions", "an office of a person in an article", _columns(
            Column("fact_id", to="officials"), "number:whole:from 0", _ARTICLE, "name", "title", "organisation",
            "former:truth"), keys=2),
        Table("indicators", "a figure", _columns(
            _FACT, _ARTICLE, "indicator", "label", "measure", "value:number", "value_text::the exact decimal",
            "value_max:number", "unit", "bound", "area", "sector", "subject", "period", "status", "base_period",
            _QUOTE)),
        Table("programs", "an initiative", _columns(
            _FACT, _ARTICLE, "name", "type", "period", "parties:texts", _QUOTE)),
        Table("entities", "something recognised across articles (danvan link)", _columns(
            "id", "type", "name", "aliases:texts", "facts:texts:ids of its facts", "entity:json:all that is known")),
        Table("series", "a point of a series (danvan link)", _columns(
            Column("series_id", to="entities"), "number:whole:from 0", "name", "indicator", "label", "measure", "area",
            "place", "province", "sector", "subject", "unit::of the series", "period", "base_period", "status",
            "value:number:as written", "value_text", "value_max:number", "written_unit", "canonical_value:number",
            "canonical_value_max:number", "bound", "sources:whole:articles that tell it", "facts:texts"), keys=2),
        Table("rejects", "an input that could not be used", _columns("source", "stage", "reason"), keys=0),
    )
}  # fmt: skip
#: The table of each kind of fact.
TABLE_OF = {
    "date": "dates", "document": "documents", "official": "officials", "indicator": "indicators", "program": "programs",
}  # fmt: skip


def day(value: object) -> datetime.date | None:
    """A day of the calendar; None for anything else."""
    try:
        return datetime.date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        return None


def number(value: object) -> Decimal | None:
    """A decimal with as many digits as a `number` has; None where it has more before the point."""
    if value is None:
        return None
    exact = Decimal(value) if isinstance(value, int | Decimal) else Decimal(str(value))
    rounded: Decimal | None
    try:
        rounded = exact.quantize(Decimal(1).scaleb(-BEHIND), ROUND_HALF_UP)
    except InvalidOperation:
        rounded = None if exact.adjusted() >= DIGITS - BEHIND else _quantized(exact)
    return None if rounded is None or rounded.adjusted() >= DIGITS - BEHIND else rounded


def _quantized(exact: Decimal) -> Decimal:
    """As `quantize`, with more digits than Python's own context has."""
    import decimal

    return exact.quantize(Decimal(1).scaleb(-BEHIND), context=decimal.Context(prec=60, rounding=ROUND_HALF_UP))


def exact_text(value: object) -> str | None:
    """A decimal as it was written, without exponent or trailing zeros."""
    return None if value is None else plain(value if isinstance(value, Decimal) else Decimal(str(value)))


def article_row(article: Mapping[str, Any], *, text: bool = True) -> Row:
    """The row of an article."""
    known = dict(article) | {"published_day": day(article.get("published"))}
    if not text:
        known["text"] = None
    return tuple(known.get(name) for name in TABLES["articles"].names)


def fact_rows(fact: Mapping[str, Any]) -> Iterator[tuple[str, Row]]:
    """(table, row) of a fact: in `facts`, in its kind's table, of each evidence and position."""
    first = fact["evidence"][0] if fact["evidence"] else {}
    quote = first.get("text")
    own = (fact["id"], fact["kind"], fact["article_id"], first.get("rule"), first.get("start"), first.get("end"), quote)
    confidence = None if fact.get("confidence") is None else float(fact["confidence"])
    yield "facts", (*own, len(fact["evidence"]), confidence, dumps(fact.get("inferred") or {}))
    yield TABLE_OF[fact["kind"]], (fact["id"], fact["article_id"], *_KINDS[fact["kind"]](fact), quote)
    for place, e in enumerate(fact["evidence"]):
        yield "evidence", (fact["id"], place, e["start"], e["end"], e["text"], e.get("rule"), dumps(e["fields"]))
    if fact["kind"] == "official":
        for place, p in enumerate(fact["positions"]):
            said = (p["title"], p.get("organisation"), bool(p.get("former")))
            yield "positions", (fact["id"], place, fact["article_id"], fact["name"], *said)


def _date(f: Mapping[str, Any]) -> Row:
    return f["value"], f.get("type"), day(f.get("first_day")), day(f.get("last_day"))


def _document(f: Mapping[str, Any]) -> Row:
    said = tuple(f.get(name) for name in ("type", "type_text", "code", "number", "symbol", "issued"))
    return *said, day(f.get("issued")), f.get("issuer"), f.get("title")


def _official(f: Mapping[str, Any]) -> Row:
    return f["name"], f.get("honorific"), dumps(f["positions"])


def _indicator(f: Mapping[str, Any]) -> Row:
    value = (number(f["value"]), exact_text(f["value"]), number(f.get("value_max")))
    rest = ("unit", "bound", "area", "sector", "subject", "period", "status", "base_period")
    return f.get("indicator"), f.get("label"), f.get("measure"), *value, *(f.get(name) for name in rest)


def _program(f: Mapping[str, Any]) -> Row:
    return f["name"], f.get("type"), f.get("period"), list(f["parties"])


_KINDS: Mapping[str, Callable[[Mapping[str, Any]], Row]] = {
    "date": _date, "document": _document, "official": _official, "indicator": _indicator, "program": _program,
}  # fmt: skip


def entity_rows(entity: Mapping[str, Any]) -> Iterator[tuple[str, Row]]:
    """(table, row) of an entity: in `entities`, and of a series each of its points."""
    own = (entity["id"], entity["type"], entity["name"], list(entity["aliases"]), list(entity["facts"]))
    yield "entities", (*own, dumps(entity))
    if entity["type"] != "series":
        return
    head = ("name", "indicator", "label", "measure", "area", "place", "province", "sector", "subject", "unit")
    for place, p in enumerate(entity["points"]):
        value = (number(p["value"]), exact_text(p["value"]), number(p.get("value_max")), p.get("unit"))
        canonical = (number(p["canonical_value"]), number(p.get("canonical_value_max")))
        yield "series", (
            entity["id"], place, *(entity.get(name) for name in head), p.get("period"), p.get("base_period"),
            p.get("status"), *value, *canonical, p.get("bound"), p.get("sources"), list(p["facts"]),
        )  # fmt: skip


def reject_row(reject: Mapping[str, Any]) -> Row:
    """The row of an input that could not be used."""
    return tuple(reject[name] for name in TABLES["rejects"].names)
