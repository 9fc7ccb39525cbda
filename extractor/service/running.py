"""Runs the service until it is told to stop, and then finishes what it took."""

from __future__ import annotations

import socket
from collections.abc import Callable
from types import FrameType

import uvicorn

from extractor.errors import UsageError
from extractor.service.app import Service, build
from extractor.service.connections import limited
from extractor.service.front import HEAD


class _Server(uvicorn.Server):
    """Tells the service when it is to stop, so that batches end as well."""

    def __init__(self, config: uvicorn.Config, service: Service) -> None:
        super().__init__(config)
        self.service = service

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        self.service.stopping.set()

    async def main_loop(self) -> None:
        await super().main_loop()
        self.service.stopping.set()


def serve(service: Service, host: str, port: int, told: Callable[[str], None]) -> None:
    """Serve on an address (port 0: a free one), told as a URL; raises `UsageError` where it cannot be had."""
    with listening(host, port) as sock:
        config = uvicorn.Config(
            build(service), http=limited(service.limits), ws="none", lifespan="on", log_level="error",
            access_log=False, server_header=False, proxy_headers=False, timeout_keep_alive=15,
            timeout_graceful_shutdown=round(service.limits.grace), h11_max_incomplete_event_size=HEAD, backlog=512,
        )  # fmt: skip
        address, number = sock.getsockname()[:2]
        told(f"http://{f'[{address}]' if ':' in address else address}:{number}")
        server = _Server(config, service)
        try:
            server.run(sockets=[sock])
        except (SystemExit, KeyboardInterrupt):
            if not server.started:
                raise


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens on an address; raises `UsageError`."""
    try:
        family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        sock = socket.socket(family, kind, proto)
    except OSError as error:
        raise UsageError(f"{host}: {error.strerror}") from error
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(address)
        sock.listen(512)
        sock.set_inheritable(False)
    except OSError as error:
        sock.close()
        raise UsageError(f"{host}:{port}: {error.strerror}") from error
    return sock
