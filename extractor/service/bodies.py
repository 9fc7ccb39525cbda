"""Reading what a client sends: a whole body, or line by line; never more than the limits allow, nor for longer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from starlette.datastructures import Headers
from starlette.types import Receive

from extractor.service.problems import Problem


class Gone(Exception):
    """The client went away."""


class TooLong:
    """Stands for a line that was longer than a line may be."""


async def read_body(headers: Headers, receive: Receive, most: int, seconds: float) -> bytes:
    """A whole body; raises `Problem` (408, 413) and `Gone`."""
    refused = Problem(413, f"a body has at most {most:,} bytes")
    declared = headers.get("content-length", "")
    if declared.isdecimal() and int(declared[:20]) > most:
        raise refused
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Gone
                body += message.get("body", b"")
                if len(body) > most:
                    raise refused
                if not message.get("more_body"):
                    return bytes(body)
    except TimeoutError:
        raise Problem(408, f"the body was not there within {seconds:.0f} s") from None


async def read_lines(
    receive: Receive, most: int, seconds: float, stopping: asyncio.Event
) -> AsyncIterator[bytes | TooLong]:
    """The lines of a body until its end or `stopping`, without their ends.

    Raises `Gone`, and `TimeoutError` where nothing comes for so many seconds. Holds no more than one line.
    """
    buffer = bytearray()
    begun = 0
    skipping = False
    while True:
        message = await _next(receive, seconds, stopping)
        if message is None:
            return
        buffer += message[0]
        while (end := buffer.find(b"\n", begun)) >= 0:
            line = bytes(buffer[:end])
            del buffer[: end + 1]
            begun = 0
            if skipping or len(line) > most:
                yield TooLong()
            else:
                yield line
            skipping = False
        if len(buffer) > most:
            buffer.clear()
            skipping = True
        begun = len(buffer)
        if not message[1]:
            if skipping:
                yield TooLong()
            elif buffer:
                yield bytes(buffer)
            return


async def _next(receive: Receive, seconds: float, stopping: asyncio.Event) -> tuple[bytes, bool] | None:
    """The next piece of a body and whether there is more; None once the service is stopping."""
    if stopping.is_set():
        return None
    coming, stop = asyncio.ensure_future(receive()), asyncio.ensure_future(stopping.wait())
    try:
        done, _ = await asyncio.wait({coming, stop}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        if coming in done:
            message = coming.result()
            if message["type"] == "http.disconnect":
                raise Gone
            return message.get("body", b""), bool(message.get("more_body"))
        if not done:
            raise TimeoutError
        return None
    finally:
        coming.cancel()
        stop.cancel()
