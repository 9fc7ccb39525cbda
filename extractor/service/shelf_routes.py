"""The addresses of a knowledge base that is served (`--kb`): its facts by what is asked for, page by page."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import FastAPI, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from extractor.records import AnyFact, Article, Kind, dumps
from extractor.service.answering import known, tagged
from extractor.service.description import Base, Page, problems
from extractor.service.knowledge import NoSuchPage, Shelf, Wanted
from extractor.service.problems import Problem

#: A year, half, quarter, month or day in TIMEX3.
_POINT = "[0-9]{4}(-(Q[1-4]|H[12]|(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?))?"
_SAME: dict[str, Any] = {"description": "It is as the client has it"}


class Asked(BaseModel):
    """Which facts; all conditions must hold."""

    model_config = ConfigDict(extra="forbid")
    kind: Kind | None = None
    province: str | None = Field(None, min_length=1, description="Of the article, with marks or all without.")
    period: str | None = Field(
        None, pattern=f"^{_POINT}(/{_POINT})?$",
        description="TIMEX3: facts whose days all lie within it. 2023, 2023-Q1, 2023-06, 2021/2025.",
    )  # fmt: skip
    document: str | None = Field(None, min_length=1, description="A document's code: 217-QĐ/TW.")
    person: str | None = Field(None, min_length=1, description="A person's name, with marks or all without.")
    article: str | None = Field(None, min_length=1, description="An article's id.")
    limit: int = Field(100, ge=1, le=1000)
    cursor: str | None = Field(None, pattern=r"^[A-Za-z0-9_-]{1,64}$", description="What `next` of a page said.")


def add_shelf(app: FastAPI, shelf: Shelf) -> None:
    """Add the addresses to the application."""

    @app.get("/v1/kb", response_model=None, responses={200: {"model": Base}, 304: _SAME, **problems()})
    def base(request: Request) -> Response:
        """What the knowledge base holds and what made it."""
        manifest = shelf.facts.manifest
        told = {name: manifest[name] for name in ("schema", "versions", "rules", "counts", "reproducible")}
        return tagged(request, dumps(told).encode())

    @app.get("/v1/facts", response_model=None, responses={200: {"model": Page}, 304: _SAME, **problems(404)})
    def listed(request: Request, asked: Annotated[Asked, Query()]) -> Response:
        """Facts in file order, a page at a time."""
        facts = shelf.facts
        if known(request, f'"{facts.tag}"'):
            return tagged(request, b"", facts.tag)
        wanted = Wanted(asked.kind, asked.province, asked.period, asked.document, asked.person, asked.article)
        try:
            lines, following = facts.page(wanted, asked.cursor, asked.limit)
        except NoSuchPage as error:
            raise Problem(404, "no page of the knowledge base as it is now: begin anew, without cursor") from error
        body = b'{"facts": [' + b", ".join(lines) + b'], "next": ' + dumps(following).encode() + b"}"
        return tagged(request, body, facts.tag)

    @app.get(
        "/v1/facts/{fact_id}", response_model=None, responses={200: {"model": AnyFact}, 304: _SAME, **problems(404)}
    )
    def fact(request: Request, fact_id: str) -> Response:
        """A fact."""
        return _one(request, shelf.facts.fact(fact_id), "fact")

    @app.get(
        "/v1/articles/{article_id}",
        response_model=None,
        responses={200: {"model": Article}, 304: _SAME, **problems(404)},
    )
    def article(request: Request, article_id: str) -> Response:
        """An article."""
        return _one(request, shelf.facts.article(article_id), "article")


def _one(request: Request, line: bytes | None, what: str) -> Response:
    if line is None:
        raise Problem(404, f"there is no such {what}")
    return tagged(request, line)
