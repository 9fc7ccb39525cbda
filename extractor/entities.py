"""The records of entities: what `danvan link` recognises across articles, one line of entities.jsonl each.

An entity's `type` says which fields it has. All ids in it are those of other entities or of facts of the same
knowledge base; all days are ISO.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, TypeAdapter

from extractor.records import SCHEMA, Bound, DocumentType, Measure, Number, ProgramType, Record, Status

EntityType = Literal["document", "person", "organisation", "place", "program", "series"]
ENTITY_TYPES: tuple[EntityType, ...] = ("document", "person", "organisation", "place", "program", "series")


class Link(Record):
    """Why facts belong to an entity: `by` in words; `field` where only a field of theirs names it."""

    by: str
    field: str | None = None
    facts: list[str]


class LinkedEntity(Record):
    """What all entities share; `id` is a digest of what the entity is known by, `facts` are in order of their ids."""

    schema_: int = Field(default=SCHEMA, alias="schema")
    id: str
    type: str
    name: str
    aliases: list[str] = Field(default=[])


class IssueDay(Record):
    """A day (or year, or month) of issue that articles tell of a document."""

    issued: str
    sources: int
    facts: list[str]


class DocumentEntity(LinkedEntity):
    """A document: the number of its issuer in its year or term; `term` is the committee's (`2020/2025`)."""

    type: Literal["document"] = "document"
    doc_type: DocumentType
    type_text: str | None = None
    code: str | None = None
    number: str | None = None
    symbol: str | None = None
    title: str | None = None
    issuer: str | None = None
    organisation: str | None = None
    province: str | None = None
    issued: str | None = None
    year: int | None = None
    term: str | None = None
    days: list[IssueDay] = Field(default=[])
    facts: list[str]
    links: list[Link]


class Office(Record):
    """An office of a person; `first` and `last` are the days on which articles tell of it, not its term."""

    title: str
    organisation: str | None = None
    organisation_id: str | None = None
    province: str | None = None
    former: bool = False
    first: str | None = None
    last: str | None = None
    facts: list[str]


class PersonEntity(LinkedEntity):
    """A person with offices over time."""

    type: Literal["person"] = "person"
    province: str | None = None
    offices: list[Office] = Field(default=[])
    facts: list[str]
    links: list[Link]


class OrganisationEntity(LinkedEntity):
    """A body of a place; `successor` and `predecessors` are ids."""

    type: Literal["organisation"] = "organisation"
    body: str | None = None
    place: str | None = None
    province: str | None = None
    valid_from: str | None = None
    valid_to: str | None = None
    successor: str | None = None
    predecessors: list[str] = Field(default=[])
    facts: list[str]
    links: list[Link]


class PlaceEntity(LinkedEntity):
    """An administrative unit between two days; `code` is null where no list gives it; `parent` and others are ids."""

    type: Literal["place"] = "place"
    level: str
    code: str | None = None
    district: str | None = None
    province: str | None = None
    parent: str | None = None
    valid_from: str | None = None
    valid_to: str | None = None
    successors: list[str] = Field(default=[])
    predecessors: list[str] = Field(default=[])
    verified: bool = False
    facts: list[str]
    links: list[Link]


class ProgramEntity(LinkedEntity):
    """A named initiative; `document` is the id of the document that issued it."""

    type: Literal["program"] = "program"
    program_type: ProgramType
    period: str | None = None
    province: str | None = None
    document: str | None = None
    parties: list[str] = Field(default=[])
    facts: list[str]
    links: list[Link]


class Point(Record):
    """A value of a series as written, and in the series' unit (`canonical_value`); `sources` articles tell it."""

    period: str | None = None
    base_period: str | None = None
    status: Status = "actual"
    value: Number
    value_max: Number | None = None
    unit: str | None = None
    canonical_value: Number
    canonical_value_max: Number | None = None
    bound: Bound | None = None
    sources: int = 1
    facts: list[str]


class SeriesEntity(LinkedEntity):
    """One measure of one area over time, in a canonical unit; `continues` and `continued_by` lead over a merger."""

    type: Literal["series"] = "series"
    indicator: str | None = None
    label: str | None = None
    measure: Measure = "level"
    area: str | None = None
    place: str | None = None
    province: str | None = None
    sector: str | None = None
    subject: str | None = None
    unit: str | None = None
    points: list[Point] = Field(default=[])
    continues: list[str] = Field(default=[])
    continued_by: list[str] = Field(default=[])
    facts: list[str]
    links: list[Link]


#: Something recognised across articles by `danvan link`.
Entity: TypeAlias = Annotated[
    DocumentEntity | PersonEntity | OrganisationEntity | PlaceEntity | ProgramEntity | SeriesEntity,
    Field(discriminator="type"),
]
#: Reads an entity of any type.
ENTITY: TypeAdapter[Entity] = TypeAdapter(Entity)
