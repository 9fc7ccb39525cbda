"""What the OpenAPI description says of bodies and answers, beyond what FastAPI reads off the functions."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, ConfigDict, Field

from extractor.records import AnyFact, Article, Kind, Reject
from extractor.service.problems import MEDIA, PROBLEMS, ProblemRecord

JSON, LINKED, LINES = "application/json", "application/ld+json", "application/x-ndjson"

#: Text with at least one character that is no space.
_TEXT: dict[str, Any] = {"type": "string", "minLength": 1, "pattern": r"\S"}
_NAMED: dict[str, Any] = {"type": ["string", "integer", "null"]}
_ARTICLE: dict[str, Any] = {
    "type": "object",
    "required": ["text"],
    "properties": {
        "text": {**_TEXT, "description": "The article: what all offsets refer to."},
        "id": {**_NAMED, "description": "Its id; else a digest of its address or text."},
        "url": {**_NAMED, "description": "Its address: told in the record, and it may hold the day; never fetched."},
        "title": _NAMED,
        "published": {**_NAMED, "description": "The day of publication, best as ISO date."},
        "outlet": _NAMED, "author": _NAMED, "section": _NAMED,
    },
    "example": {"text": "Ngày 15/01/2021, UBND tỉnh Ninh Thuận ban hành Quyết định số 12/QĐ-UBND."},
}  # fmt: skip
#: The bodies by what takes them.
ONE: dict[str, Any] = {
    "required": True,
    "content": {JSON: {"schema": _ARTICLE}, "text/plain": {"schema": _TEXT}, "text/html": {"schema": _TEXT}},
}
MANY: dict[str, Any] = {
    "required": True,
    "content": {
        LINES: {"schema": {"description": "One JSON object a line, as for one article; a wrong one is a reject."}}
    },
}
EXPLAINED: dict[str, Any] = {"required": True, "content": {JSON: {"schema": _ARTICLE}}}


class Extracted(BaseModel):
    """An article and its facts."""

    article: Article
    facts: list[AnyFact]


class End(BaseModel):
    """The last line of a batch: how many lines came, and whether all that was sent was read."""

    lines: int
    articles: int
    rejects: int
    complete: bool
    reason: str | None = None


class Line(BaseModel):
    """A line of a batch's answer: an article and its facts, a reject, or the end."""

    article: Article | None = None
    facts: list[AnyFact] | None = None
    reject: Reject | None = None
    end: End | None = None


class Page(BaseModel):
    """Facts of a knowledge base, and the cursor of the next page."""

    facts: list[AnyFact]
    next: str | None


class RuleLine(BaseModel):
    """A rule in the list of rules."""

    id: str
    kind: Kind
    status: str
    description: str


class RuleList(BaseModel):
    """The rules that the service works with, and the digest of their set."""

    digest: str
    rules: list[RuleLine]


class RuleRecord(RuleLine):
    """A rule with its pattern and examples."""

    model_config = ConfigDict(extra="allow")
    pattern: str
    examples: list[dict[str, Any]]
    counterexamples: list[dict[str, Any]]


class Explained(BaseModel):
    """Every fact of a text with why it is there, and what nearly was one."""

    facts: list[dict[str, Any]]
    misses: list[dict[str, Any]]


class State(BaseModel):
    """Is the service there, and ready?"""

    status: Literal["ok"] = "ok"


class Base(BaseModel):
    """What a knowledge base holds and what made it."""

    schema_: int = Field(alias="schema")
    versions: dict[str, str]
    rules: str
    counts: dict[str, int]
    reproducible: bool


#: W3C Web Annotations, as far as a schema need say.
ANNOTATED: dict[str, Any] = {
    "type": "object",
    "required": ["@context", "id", "type", "items"],
    "properties": {
        "@context": {"type": "array"}, "id": {"type": "string"},
        "type": {"const": "AnnotationPage"}, "items": {"type": "array", "items": {"type": "object"}},
    },
}  # fmt: skip


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The answers of an operation that are no success; those that all have are added."""
    return {
        status: {"description": PROBLEMS[status][1], "content": {MEDIA: {"schema": _PROBLEM}}}
        for status in sorted({400, 401, 403, 405, 408, 500, *statuses})
    }


_PROBLEM = {"$ref": "#/components/schemas/ProblemRecord"}


def describe(app: FastAPI, *, keyed: bool) -> None:
    """Make the application's description: FastAPI's own, with the problems and, where there are any, the keys."""

    def made() -> dict[str, Any]:
        if app.openapi_schema is None:
            found = get_openapi(
                title=app.title, version=app.version, description=app.description, routes=app.routes,
            )  # fmt: skip
            parts = found.setdefault("components", {})
            schemas = parts.setdefault("schemas", {})
            schemas["ProblemRecord"] = ProblemRecord.model_json_schema()
            for unused in ("HTTPValidationError", "ValidationError"):
                schemas.pop(unused, None)
            if keyed:
                parts["securitySchemes"] = {
                    "bearer": {"type": "http", "scheme": "bearer"},
                    "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
                }
            for path, operations in found["paths"].items():
                for operation in operations.values():
                    _finish(operation, keyed and path not in ("/healthz", "/readyz"))
            app.openapi_schema = found
        return app.openapi_schema

    app.openapi = made  # type: ignore[method-assign]


def _finish(operation: dict[str, Any], keyed: bool) -> None:
    """Take out FastAPI's own form of errors, and say that a key is wanted."""
    told = operation["responses"].get("422", {})
    if JSON in told.get("content", {}):
        del operation["responses"]["422"]
    if keyed:
        operation["security"] = [{"bearer": []}, {"key": []}]
