"""Connections that cannot be held open by doing nothing: limits of time for heads, unread answers and leftovers."""

from __future__ import annotations

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from extractor.service.front import SAFETY
from extractor.service.limits import Limits
from extractor.service.problems import MEDIA, Problem

#: Seconds in which the rest of a body may still come, and is thrown away, when its answer is out.
LEFTOVER = 5.0


class Connection(H11Protocol):
    """A connection of the service; `limits` are set by `limited`."""

    limits = Limits()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._head: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None
        self._leftover: asyncio.TimerHandle | None = None

    @property
    def _between(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, unless there are too many; its first head must come soon."""
        super().connection_made(transport)
        if len(self.connections) > self.limits.connections:
            transport.abort()
            return
        self._head = self.loop.call_later(self.limits.header, self._too_slow)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget all that was waited for."""
        for timer in (self._head, self._unread, self._leftover):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on; a head that has begun must be whole within its seconds, however its bytes trickle."""
        if self._between and self._head is None and self._leftover is None:
            self._head = self.loop.call_later(self.limits.header, self._too_slow)
        super().data_received(data)
        if self._leftover is not None and self.conn.their_state is not h11.SEND_BODY:
            self._leftover.cancel()
            self._leftover = None
            if self._between and self._head is None:
                self._head = self.loop.call_later(self.limits.header, self._too_slow)
        if not self._between and self._head is not None:
            self._head.cancel()
            self._head = None

    def on_response_complete(self) -> None:
        """An answer is out; what is still to come of the request's body must come soon."""
        if self.conn.their_state is h11.SEND_BODY and not self.transport.is_closing():
            self._leftover = self.loop.call_later(LEFTOVER, self.transport.abort)
        super().on_response_complete()

    def pause_writing(self) -> None:
        """The client does not take what it asked for; after a while it is left alone."""
        super().pause_writing()
        self._unread = self.loop.call_later(self.limits.stall, self.transport.abort)

    def resume_writing(self) -> None:
        """It does."""
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """Say in the form of all errors that this is no HTTP."""
        self._refuse(Problem(400, msg))

    def _too_slow(self) -> None:
        self._head = None
        if self.transport.is_closing():
            return
        if self.conn.our_state is h11.IDLE and self.conn.trailing_data[0]:
            self._refuse(Problem(408, f"the head of the request was not there within {self.limits.header:.0f} s"))
        else:
            self.transport.close()

    def _refuse(self, problem: Problem) -> None:
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            body = problem.body
            headers = [*SAFETY.items(), ("Content-Type", MEDIA), ("Content-Length", str(len(body))),
                       ("Connection", "close")]  # fmt: skip
            self.transport.write(self.conn.send(h11.Response(status_code=problem.status, headers=headers)) or b"")
            self.transport.write(self.conn.send(h11.Data(data=body)) or b"")
            self.transport.write(self.conn.send(h11.EndOfMessage()) or b"")
        self.transport.close()


def limited(limits: Limits) -> type[Connection]:
    """The connections of a service with these limits."""
    return type("LimitedConnection", (Connection,), {"limits": limits})
