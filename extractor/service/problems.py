"""What the service says when it does not do what was asked: one form for all, `application/problem+json` (RFC 9457)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from extractor.errors import InputError
from extractor.service.pool import Full
from extractor.service.work import REQUEST, START
from extractor.workers import UNFORESEEN

MEDIA = "application/problem+json"
#: Status → (name, what it means). The name stands in `type`, as `urn:danvan:problem:<name>`.
PROBLEMS: Mapping[int, tuple[str, str]] = {
    400: ("malformed", "The request is not what is taken here"),
    401: ("unauthorized", "A valid API key is wanted"),
    403: ("forbidden", "Not from this host or page"),
    404: ("not-found", "There is no such thing here"),
    405: ("method", "This method is not for this address"),
    406: ("not-acceptable", "None of the accepted forms can be given"),
    408: ("too-slow", "The body did not come in time"),
    413: ("too-large", "The body is too large"),
    415: ("media-type", "This type of body is not read here"),
    422: ("rejected", "The input cannot become an article"),
    429: ("busy", "Too much is asked for at once"),
    431: ("long-head", "The head of the request is too long"),
    500: ("unforeseen", "A mistake of the service"),
    503: ("not-ready", "The service is not ready"),
}


class ProblemRecord(BaseModel):
    """The body of every answer that is no success."""

    type: str
    title: str
    status: int
    detail: str | None = None
    stage: str | None = None


class Problem(Exception):
    """An answer that is no success; `stage` is that of a reject."""

    def __init__(
        self, status: int, detail: str | None = None, *, stage: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        self.status = status
        self.detail = detail
        self.stage = stage
        self.headers = dict(headers or {})
        super().__init__(detail or PROBLEMS[status][1])

    @classmethod
    def of(cls, error: InputError | Full) -> Problem:
        """The problem that an error of the work is."""
        if isinstance(error, Full):
            return cls(429, "the queue is full", headers={"Retry-After": str(error.seconds)})
        if error.stage == REQUEST:
            return cls(400, error.reason)
        if error.stage == START:
            return cls(503, error.reason)
        if error.reason.startswith(UNFORESEEN):
            return cls(500, error.reason)
        return cls(422, error.reason, stage=error.stage)

    @property
    def body(self) -> bytes:
        """The problem as JSON."""
        name, title = PROBLEMS.get(self.status, ("other", "This cannot be done"))
        told: dict[str, Any] = {"type": f"urn:danvan:problem:{name}", "title": title, "status": self.status}
        if self.detail is not None:
            told["detail"] = self.detail
        if self.stage is not None:
            told["stage"] = self.stage
        return json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")

    @property
    def response(self) -> Response:
        """The problem as an answer."""
        headers = dict(self.headers)
        if self.status == 401:
            headers.setdefault("WWW-Authenticate", "Bearer")
        return Response(self.body, self.status, headers, MEDIA)


def handle(app: FastAPI) -> None:
    """Let an application tell all its errors as problems."""

    @app.exception_handler(Problem)
    async def told(_: Request, problem: Problem) -> Response:
        return problem.response

    @app.exception_handler(HTTPException)
    async def routed(_: Request, error: HTTPException) -> Response:
        detail = error.detail if error.status_code not in (404, 405) else None
        return Problem(error.status_code, detail, headers=error.headers).response

    @app.exception_handler(Exception)
    async def unforeseen(_: Request, error: Exception) -> Response:
        return Problem(500).response  # the front tells the log where it arose

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> Response:
        faults = (f"{'.'.join(str(p) for p in e['loc'])}: {e['msg']}" for e in error.errors()[:5])
        return Problem(400, "; ".join(faults)).response
