"""The HTTP service: its addresses. docs/serving.md tells how they are used."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import FastAPI, Query, Request, Response
from pydantic import BaseModel, ConfigDict

from extractor import __version__
from extractor.overview import rule_data
from extractor.records import Kind, dumps, json_schema
from extractor.rules import Rule, RuleSet
from extractor.service.answering import JSON, Desk, tagged
from extractor.service.auth import Guard
from extractor.service.batch import Batch
from extractor.service.description import (
    ANNOTATED,
    EXPLAINED,
    LINES,
    LINKED,
    MANY,
    ONE,
    Explained,
    Extracted,
    Line,
    RuleList,
    RuleRecord,
    State,
    describe,
    problems,
)
from extractor.service.front import Front, Log
from extractor.service.limits import Limits
from extractor.service.metrics import MEDIA as PROMETHEUS
from extractor.service.metrics import Meters
from extractor.service.negotiation import accepted, content_type
from extractor.service.pool import Pool
from extractor.service.problems import Problem, handle
from extractor.service.shelf_routes import add_shelf
from extractor.service.work import Answer, Task

#: What the bodies of one article may be: media type → form of the task.
_FORMS: dict[str, Any] = {JSON: "json", "text/plain": "text", "text/html": "html"}


class Given(BaseModel):
    """What a request says of an article beside its body; it goes before what the body says."""

    model_config = ConfigDict(extra="forbid")
    id: str | None = None
    url: str | None = None
    title: str | None = None
    published: str | None = None


class OfKind(BaseModel):
    """Which rules are asked for."""

    model_config = ConfigDict(extra="forbid")
    kind: Kind | None = None


@dataclass
class Service:
    """What the service is made of."""

    rules: RuleSet
    work: Callable[[Task], Answer]
    workers: int = 2
    limits: Limits = field(default_factory=Limits)
    keys: tuple[str, ...] = ()
    shelf: Any = None
    log: Log | None = None
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        limits = self.limits
        self.pool = Pool(
            self.work, self.workers, seconds=limits.seconds, queue=limits.queue, patience=limits.patience
        )  # fmt: skip
        self.meters = Meters(self.pool)
        self.desk = Desk(self.pool, limits, self.meters)


def build(service: Service) -> Front:
    """The application; its worker processes start and end with it."""

    @asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        service.pool.start()
        yield
        kill = service.desk.requests + service.desk.streams > 0  # the grace is over
        await asyncio.to_thread(service.pool.close, kill=kill)

    app = FastAPI(
        title="danvan", version=__version__, lifespan=running, docs_url=None, redoc_url=None, redirect_slashes=False,
        description="Facts from Vietnamese news about công tác dân vận, each tied to its characters and its rule.",
        openapi_url=None,
    )  # fmt: skip
    handle(app)
    _add_work(app, service)
    _add_rules(app, service)
    _add_state(app, service)
    if service.shelf is not None:
        add_shelf(app, service.shelf)
    guard = Guard(service.keys)
    describe(app, keyed=guard.keyed)
    return Front(app, guard, service.meters, service.log)


def _add_work(app: FastAPI, service: Service) -> None:
    desk = service.desk

    @app.post(
        "/v1/extract", response_model=None, openapi_extra={"requestBody": ONE},
        responses={
            200: {"model": Extracted, "description": "The article and its facts",
                  "content": {LINKED: {"schema": ANNOTATED}}},
            **problems(406, 413, 415, 422, 429, 503),
        },
    )  # fmt: skip
    async def extract(request: Request, given: Annotated[Given, Query()]) -> Response:
        """One article: its record and its facts, or, by Accept, W3C annotations."""
        media, charset = content_type(request.headers, tuple(_FORMS))
        wanted = accepted(request.headers, (JSON, LINKED))
        said = {name: value for name, value in given if value}
        with desk.request():
            body = await desk.body(request)
            task = Task(_FORMS[media], body, charset=charset, given=said, annotations=wanted == LINKED)
            return Response((await desk.answer(request, task)).body, media_type=wanted)

    @app.post(
        "/v1/extract/batch", response_model=None, openapi_extra={"requestBody": MANY},
        responses={
            200: {"description": "A line for each line, in order, then the end", "content": {
                LINES: {"schema": {"type": "string"}}}},
            **problems(406, 415, 429),
        },
    )  # fmt: skip
    async def batch(request: Request) -> Response:
        """Many articles: lines of JSON in, lines of JSON out while they come."""
        content_type(request.headers, (LINES, "application/jsonl"))
        accepted(request.headers, (LINES,))
        return _Streamed(desk, Batch(service.pool, service.limits, service.meters, service.stopping))

    @app.post(
        "/v1/explain", response_model=None, openapi_extra={"requestBody": EXPLAINED},
        responses={200: {"model": Explained}, **problems(413, 415, 422, 429, 503)},
    )  # fmt: skip
    async def explain(request: Request) -> Response:
        """Why each fact of a text is there, and which rules nearly fired and what stopped them."""
        content_type(request.headers, (JSON,))
        with desk.request():
            task = Task("explain", await desk.body(request))
            return Response((await desk.answer(request, task)).body, media_type=JSON)


class _Streamed(Response):
    """A batch as a response, counted among the batches while it runs."""

    def __init__(self, desk: Desk, batch: Batch) -> None:
        super().__init__()
        self.desk = desk
        self.batch = batch

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            with self.desk.stream():
                await self.batch(scope, receive, send)
        except Problem as problem:
            await problem.response(scope, receive, send)


def _add_rules(app: FastAPI, service: Service) -> None:
    rules = service.rules
    by_id = {rule.id: rule for rule in rules.rules}

    @app.get("/v1/rules", response_model=None, responses={200: {"model": RuleList}, 304: _SAME, **problems()})
    def listed(request: Request, wanted: Annotated[OfKind, Query()]) -> Response:
        """The rules, all or of a kind."""
        lines = [_line_of(rule) for rule in rules.rules if wanted.kind in (None, rule.kind)]
        return tagged(request, dumps({"digest": rules.digest, "rules": lines}).encode())

    @app.get(
        "/v1/rules/{rule_id}", response_model=None, responses={200: {"model": RuleRecord}, 304: _SAME, **problems(404)}
    )
    def one(request: Request, rule_id: str) -> Response:
        """One rule: what it reads, its pattern, its examples."""
        if rule_id not in by_id:
            raise Problem(404, "there is no such rule")
        data = rule_data(by_id[rule_id])
        data = {name: value for name, value in data.items() if name not in ("file", "line")}
        return tagged(request, dumps(data).encode())

    schema = json.dumps(json_schema(), ensure_ascii=False).encode()

    @app.get("/v1/schema", response_model=None, responses={200: {"content": {JSON: {"schema": {"type": "object"}}}},
                                                           304: _SAME, **problems()})  # fmt: skip
    def schemas(request: Request) -> Response:
        """The JSON Schema of all records."""
        return tagged(request, schema)

    @app.get("/openapi.json", include_in_schema=False)
    def description(request: Request) -> Response:
        return tagged(request, json.dumps(app.openapi(), ensure_ascii=False).encode())


_SAME: dict[str, Any] = {"description": "It is as the client has it"}


def _line_of(rule: Rule) -> dict[str, str]:
    return {"id": rule.id, "kind": rule.kind, "status": rule.status, "description": rule.description}


def _add_state(app: FastAPI, service: Service) -> None:
    @app.get("/healthz", responses={200: {"model": State}, **problems()})
    async def health() -> State:
        """The service is there."""
        return State()

    @app.get("/readyz", responses={200: {"model": State}, **problems(503)})
    async def ready() -> State:
        """The service is ready to work: a worker has loaded the rules, and no shutdown is under way."""
        if service.stopping.is_set():
            raise Problem(503, "the service is shutting down")
        if not service.pool.ready:
            raise Problem(503, service.pool.fault or "the rules are being loaded")
        return State()

    @app.get("/metrics", response_model=None,
             responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}, **problems()})  # fmt: skip
    async def figures() -> Response:
        """Figures for Prometheus."""
        return Response(service.meters.text(), headers={"Content-Type": PROMETHEUS})

    _ = Line  # its schema is told in docs/serving.md: OpenAPI 3.1 has no word for lines
