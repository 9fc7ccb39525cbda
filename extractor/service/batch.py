"""`POST /v1/extract/batch`: lines of JSON in, a line of JSON out for each, in their order, while they come.

A few lines of a batch are under way at a time; no more is read before an answer is taken, so that a batch of any length
costs no memory. The last line says how many there were and whether all were read.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import TypeAlias

from starlette.types import Receive, Scope, Send

from extractor.errors import InputError
from extractor.records import Reject, dumps, to_json
from extractor.service.bodies import TooLong, read_lines
from extractor.service.limits import Limits
from extractor.service.metrics import Meters
from extractor.service.pool import Pool
from extractor.service.work import START, Answer, Task

MEDIA = "application/x-ndjson"
_BLANK = b" \t\r\xef\xbb\xbf"
#: What comes of a line: an answer to come, or its reject at once.
_Coming: TypeAlias = asyncio.Future[Answer] | InputError


@dataclass
class Batch:
    """A batch on its way: an ASGI application of its own that answers while the body still comes."""

    pool: Pool
    limits: Limits
    meters: Meters
    stopping: asyncio.Event
    counts: Counter[str] = field(default_factory=Counter)
    fault: str | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read, work and answer; raises `Gone`."""
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", MEDIA.encode())]})
        under_way: asyncio.Queue[tuple[int, _Coming] | None] = asyncio.Queue(2 * self.pool.count + 2)
        reader = asyncio.ensure_future(self._read(receive, under_way))
        try:
            while (item := await under_way.get()) is not None:
                line = await self._line(*item)
                if line is None:
                    break
                await send({"type": "http.response.body", "body": line, "more_body": True})
            if reader.done() and (error := reader.exception()) is not None:
                raise error
            end = {"lines": self.counts["lines"], "articles": self.counts["read"], "rejects": self.counts["rejects"],
                   "complete": self.fault is None, "reason": self.fault}  # fmt: skip
            await send({"type": "http.response.body", "body": _line({"end": end}), "more_body": False})
        finally:
            reader.cancel()
            while not under_way.empty():
                left = under_way.get_nowait()
                if left is not None and isinstance(left[1], asyncio.Future):
                    left[1].cancel()

    async def _read(self, receive: Receive, under_way: asyncio.Queue[tuple[int, _Coming] | None]) -> None:
        """Put every line under way, as many as there is room for."""
        number = 0
        try:
            async for line in read_lines(receive, self.limits.body, self.limits.stall, self.stopping):
                number += 1
                if isinstance(line, TooLong):
                    too_long = InputError("read", f"a line of more than {self.limits.body:,} bytes")
                    await under_way.put((number, too_long))
                elif line.strip(_BLANK):
                    await under_way.put((number, self.pool.submit(Task("line", line, f"-:{number}"), batch=True)))
            if self.stopping.is_set():
                self.fault = "the service is shutting down; what follows was not read"
        except TimeoutError:
            self.fault = f"nothing came for {self.limits.stall:.0f} s; what follows was not read"
        finally:
            self.counts["lines"] = number
            await under_way.put(None)

    async def _line(self, number: int, coming: _Coming) -> bytes | None:
        """The answer to a line; None where the service can work no more."""
        try:
            if isinstance(coming, InputError):
                raise coming
            answer = await coming
        except InputError as error:
            if error.stage == START:
                self.fault = error.reason
                return None
            self.counts["rejects"] += 1
            self.meters.articles.labels(error.stage).inc()
            reject = Reject(source=f"-:{number}", stage=error.stage, reason=error.reason)
            return _line({"reject": to_json(reject)})
        self.counts["read"] += 1
        self.meters.articles.labels("read").inc()
        for kind, count in answer.kinds.items():
            self.meters.facts.labels(kind).inc(count)
        return answer.body + b"\n"


def _line(data: dict[str, object]) -> bytes:
    return dumps(data).encode() + b"\n"
