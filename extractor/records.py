"""The records of a knowledge base: article, fact (five kinds), reject, manifest; `entities.py` has those of entities.

DESIGN.md fixes their fields; `json_schema()` is what `danvan schema` prints, `to_line()` how each is written.
Offsets are Unicode code points of `Article.text`, [start, end).
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, WithJsonSchema

#: Version of the schema; raised as CHANGELOG.md says.
SCHEMA = 1

Kind = Literal["date", "document", "official", "indicator", "program"]
KINDS: tuple[Kind, ...] = ("date", "document", "official", "indicator", "program")

DocumentType = Literal[
    "decision", "resolution", "directive", "decree", "circular", "joint_circular", "law", "ordinance", "conclusion",
    "plan", "official_letter", "regulation", "statute", "guideline", "report", "announcement", "programme", "scheme",
    "telegram", "submission", "order", "other",
]  # fmt: skip
ProgramType = Literal[
    "programme", "coordination_programme", "scheme", "project", "movement", "model", "campaign", "contest",
    "theme_year", "plan",
]  # fmt: skip
Measure = Literal["level", "change", "rank", "ratio"]
Status = Literal["actual", "estimate", "target"]
Bound = Literal["over", "under", "about"]

#: An exact decimal, written as a plain JSON number.
Number: TypeAlias = Annotated[Decimal, WithJsonSchema({"type": "number"})]
#: [start, end) in code points.
Offsets: TypeAlias = tuple[int, int]


class Record(BaseModel):
    """Base of all records: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Evidence(Record):
    """The characters that say a fact, and the rule that read them.

    `in_page` is where they stand in the markup of the page that the text was read from, where that can be had: from and
    to which character of the page as it was decoded. It is written only then.
    """

    start: int
    end: int
    text: str
    rule: str
    fields: dict[str, list[Offsets]] = {}
    in_page: Offsets | None = None


class Inference(Record):
    """What settled a field that its evidence does not say: `by` in words, `from_` where in the text."""

    by: str
    from_: list[Offsets] = Field(default=[], alias="from")


class Fact(Record):
    """What the five kinds share."""

    schema_: int = Field(default=SCHEMA, alias="schema")
    id: str
    kind: Kind
    article_id: str
    inferred: dict[str, Inference] = {}
    confidence: float | None = None
    evidence: list[Evidence]


class DateFact(Fact):
    """A calendar expression; `value` in TIMEX3, the days ISO and inclusive."""

    kind: Literal["date"] = "date"
    value: str
    type: Literal["DATE", "DURATION", "TIME", "SET"] = "DATE"
    first_day: str | None = None
    last_day: str | None = None


class DocumentFact(Fact):
    """An official document (văn bản)."""

    kind: Literal["document"] = "document"
    type: DocumentType
    type_text: str | None = None
    code: str | None = None
    number: str | None = None
    symbol: str | None = None
    issued: str | None = None
    issuer: str | None = None
    title: str | None = None


class Position(Record):
    """An office: its title, the body it is held in, whether it is past."""

    title: str
    organisation: str | None = None
    former: bool = False


class OfficialFact(Fact):
    """A person named together with the offices the article gives."""

    kind: Literal["official"] = "official"
    name: str
    honorific: str | None = None
    positions: list[Position] = []


class IndicatorFact(Fact):
    """A figure that measures the state of a place, body or programme."""

    kind: Literal["indicator"] = "indicator"
    indicator: str | None = None
    label: str | None = None
    measure: Measure = "level"
    value: Number
    value_max: Number | None = None
    unit: str | None = None
    bound: Bound | None = None
    area: str | None = None
    sector: str | None = None
    subject: str | None = None
    period: str | None = None
    status: Status = "actual"
    base_period: str | None = None


class ProgramFact(Fact):
    """A named initiative."""

    kind: Literal["program"] = "program"
    name: str
    type: ProgramType
    period: str | None = None
    parties: list[str] = []


AnyFact: TypeAlias = Annotated[
    DateFact | DocumentFact | OfficialFact | IndicatorFact | ProgramFact, Field(discriminator="kind")
]
#: Reads a fact of any kind.
FACT: TypeAdapter[AnyFact] = TypeAdapter(AnyFact)
FACTS: dict[str, type[Fact]] = {
    "date": DateFact,
    "document": DocumentFact,
    "official": OfficialFact,
    "indicator": IndicatorFact,
    "program": ProgramFact,
}


class Article(Record):
    """One input that could be read; `text` is exactly what was read, and what all offsets refer to."""

    schema_: int = Field(default=SCHEMA, alias="schema")
    id: str
    source: str
    url: str | None = None
    title: str | None = None
    published: str | None = None
    published_from: str | None = None
    outlet: str | None = None
    province: str | None = None
    section: str | None = None
    author: str | None = None
    text: str
    sha256: str
    duplicate_of: str | None = None
    repairs: list[str] = []
    warnings: list[str] = []
    facts: int = 0


class Reject(Record):
    """An input that could not be used."""

    schema_: int = Field(default=SCHEMA, alias="schema")
    source: str
    stage: str
    reason: str


class Manifest(Record):
    """What made a knowledge base, and how many of each went in and came out."""

    schema_: int = Field(default=SCHEMA, alias="schema")
    versions: dict[str, str]
    rules: str
    inputs: list[dict[str, str]]
    counts: dict[str, int]
    reproducible: bool = True


#: Keys every fact starts and ends with when written; those of its kind stand between.
_HEAD = ("schema", "id", "kind", "article_id")
_TAIL = ("inferred", "confidence", "evidence")

_EXACT = re.compile(r'"\\u0000(-?[0-9.]+)\\u0000"')


def to_json(record: Record) -> dict[str, Any]:
    """The record as JSON-ready data in its fixed key order; decimals stay `Decimal`."""
    data = record.model_dump(mode="python", by_alias=True)
    if isinstance(record, Fact):
        for evidence in data["evidence"]:
            if evidence["in_page"] is None:
                del evidence["in_page"]
        middle = [k for k in data if k not in _HEAD and k not in _TAIL]
        data = {k: data[k] for k in (*_HEAD, *middle, *_TAIL)}
    return data


def to_line(record: Record) -> str:
    r"""One line of JSON without its line feed: UTF-8 as it is, no `\u` escapes but for control characters."""
    return dumps(to_json(record))


def fact_from_line(line: str | bytes) -> AnyFact:
    """The fact of one line of facts.jsonl, its decimals exact; raises `ValueError`."""
    return FACT.validate_python(json.loads(line, parse_float=Decimal))


def dumps(data: Any, *, indent: int | None = None) -> str:
    """JSON text with exact decimals as plain numbers; on one line without `indent`."""
    line = json.dumps(data, ensure_ascii=False, default=_number, indent=indent)
    return _EXACT.sub(r"\1", line) if "\\u0000" in line else line


def _number(value: object) -> object:
    if isinstance(value, Decimal):
        return f"\0{plain(value)}\0"
    raise TypeError(f"not JSON: {type(value).__name__}")


def plain(value: Decimal) -> str:
    """A decimal without exponent or trailing zeros: 4.30 → 4.3, 1E+3 → 1000."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def json_schema() -> dict[str, Any]:
    """One JSON Schema (2020-12) with `$defs` article, fact, reject, entity and manifest."""
    from extractor.entities import ENTITY  # it stands on this module

    definitions: dict[str, Any] = {}
    adapters: dict[str, TypeAdapter[Any]] = {
        "article": TypeAdapter(Article),
        "fact": FACT,
        "reject": TypeAdapter(Reject),
        "entity": ENTITY,
        "manifest": TypeAdapter(Manifest),
    }
    for name, adapter in adapters.items():
        schema = adapter.json_schema(by_alias=True, mode="serialization", ref_template="#/$defs/{model}")
        definitions.update(schema.pop("$defs", {}))
        definitions[name] = schema
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:danvan:schema:{SCHEMA}",
        "title": "danvan knowledge base",
        "$comment": "one $def a file: articles.jsonl article, facts.jsonl fact, rejects.jsonl reject, "
        "entities.jsonl entity, manifest.json manifest",
        "$defs": dict(sorted(definitions.items())),
    }
