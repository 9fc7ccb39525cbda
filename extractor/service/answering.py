"""One body in, one answer out: how many at once, the work, and what came of it; and answers that need not be resent."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response

from extractor.errors import InputError
from extractor.service.bodies import Gone, read_body
from extractor.service.limits import Limits
from extractor.service.metrics import Meters
from extractor.service.pool import Full, Pool
from extractor.service.problems import Problem
from extractor.service.work import Answer, Task

JSON = "application/json"


@dataclass
class Desk:
    """Takes requests that cost work, a limited number at once."""

    pool: Pool
    limits: Limits
    meters: Meters
    requests: int = 0
    streams: int = 0

    @contextmanager
    def request(self) -> Iterator[None]:
        """Take a request; raises `Problem` (429) where there are too many."""
        if self.requests >= self.limits.requests:
            raise Problem(429, "too many requests at once", headers={"Retry-After": str(self.pool.retry)})
        self.requests += 1
        try:
            yield
        finally:
            self.requests -= 1

    @contextmanager
    def stream(self) -> Iterator[None]:
        """Take a batch; raises `Problem` (429) where there are too many."""
        if self.streams >= self.limits.streams:
            raise Problem(429, "too many batches at once", headers={"Retry-After": "10"})
        self.streams += 1
        try:
            yield
        finally:
            self.streams -= 1

    async def body(self, request: Request) -> bytes:
        """The body of a request; raises `Problem`, `Gone`."""
        return await read_body(request.headers, request.receive, self.limits.body, self.limits.stall)

    async def answer(self, request: Request, task: Task) -> Answer:
        """What a worker makes of a task; raises `Problem`, and `Gone` where the client left."""
        try:
            coming = self.pool.submit(task)
            leaving = asyncio.ensure_future(request.receive())
            try:
                waited: set[asyncio.Future[Any]] = {coming, leaving}
                await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
                if not coming.done():
                    raise Gone
                answer = coming.result()
            finally:
                leaving.cancel()
                coming.cancel()
        except (InputError, Full) as error:
            problem = Problem.of(error)
            if problem.status == 422:
                self.meters.articles.labels(problem.stage).inc()
            raise problem from None
        self.meters.articles.labels("read").inc()
        for kind, count in answer.kinds.items():
            self.meters.facts.labels(kind).inc(count)
        return answer


def tagged(request: Request, body: bytes, tag: str | None = None, media: str = JSON) -> Response:
    """An answer with its ETag (else the digest of the body), or 304 where the client has it."""
    etag = f'"{tag or hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    if known(request, etag):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=media)


def known(request: Request, etag: str) -> bool:
    """Does the client say that it has what has this tag?"""
    given = ",".join(request.headers.getlist("if-none-match"))
    return any(tag.strip().removeprefix("W/") in (etag, "*") for tag in given.split(","))
