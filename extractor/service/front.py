"""What every request passes first and last: its id, who asks, headers of safety, the access log, the figures.

A line of the log is a JSON object: `time`, `event`, `id`, `client`, `method`, `path`, `status`, `ms`, `in`, `out`
(bytes). It never holds a query, a header, a key or a word of an article.
"""

from __future__ import annotations

import datetime
import json
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import regex
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from extractor.service.auth import Guard
from extractor.service.bodies import Gone
from extractor.service.metrics import Meters
from extractor.service.problems import Problem

#: Told a line of the log.
Log = Callable[[str], None]
#: Headers of every answer: it is data, no page, and nobody else's to embed or keep.
SAFETY = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
#: A request id that is taken over from the client.
_ID = regex.compile(r"[A-Za-z0-9._-]{1,64}")
#: Bytes that the head of a request may have.
HEAD = 32_768
#: Characters of a path that are logged, and the status where the client was gone before its answer.
LONGEST, GONE = 200, 499


class Front:
    """The outermost layer of the application."""

    def __init__(self, app: ASGIApp, guard: Guard, meters: Meters, log: Log | None) -> None:
        self.app = app
        self.guard = guard
        self.meters = meters
        self.log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        seen = _Seen(Headers(scope=scope).get("x-request-id"))
        inner: Scope = {**scope, "method": "GET"} if scope["method"] == "HEAD" else dict(scope)
        try:
            if sum(len(name) + len(value) for name, value in scope["headers"]) > HEAD:
                raise Problem(431, f"the head of a request has at most {HEAD:,} bytes")
            self.guard.check(scope["path"], Headers(scope=scope))
            await self.app(inner, seen.receiving(receive), seen.sending(send))
        except Gone:
            seen.status = seen.status or GONE
        except Problem as problem:
            await problem.response(inner, receive, seen.sending(send))
        except Exception as error:  # noqa: BLE001 — told in the log without its words, which may be an article's
            self._note({"event": "error", "id": seen.id, "error": _where(error)})
            if not seen.status:
                await Problem(500).response(inner, receive, seen.sending(send))
            elif not seen.complete:
                raise ConnectionAbortedError("the answer broke off") from None
        finally:
            self._done(scope, inner, seen)

    def _done(self, scope: Scope, inner: Scope, seen: _Seen) -> None:
        route = getattr(inner.get("route"), "path", "other")
        method = scope["method"] if scope["method"] in _METHODS else "other"
        seconds = time.monotonic() - seen.begun
        self.meters.requests.labels(route, method, str(seen.status)).inc()
        self.meters.seconds.labels(route).observe(seconds)
        client = scope.get("client")
        self._note({
            "event": "request", "id": seen.id, "client": client[0] if client else None, "method": method,
            "path": scope["path"][:LONGEST], "status": seen.status, "ms": round(seconds * 1000, 1),
            "in": seen.bytes_in, "out": seen.bytes_out,
        })  # fmt: skip

    def _note(self, data: dict[str, Any]) -> None:
        if self.log is not None:
            now = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")
            self.log(json.dumps({"time": now, **data}))


_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"))


class _Seen:
    """What is seen of a request as it passes."""

    def __init__(self, given: str | None) -> None:
        self.id = given if given and _ID.fullmatch(given) else secrets.token_hex(8)
        self.begun = time.monotonic()
        self.status = self.bytes_in = self.bytes_out = 0
        self.complete = False

    def receiving(self, receive: Receive) -> Receive:
        """`receive`, its bytes counted."""

        async def counted() -> Message:
            message = await receive()
            self.bytes_in += len(message.get("body", b""))
            return message

        return counted

    def sending(self, send: Send) -> Send:
        """`send`, its bytes counted and the headers of every answer added."""

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = self.id
                headers.setdefault("Cache-Control", "no-store")
                headers.update(SAFETY)
            elif not message.get("more_body"):
                self.complete = True
            self.bytes_out += len(message.get("body", b""))
            await send(message)

        return dressed


def _where(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" at {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""
    return f"{type(error).__name__}{place}"
