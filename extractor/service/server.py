"""Runs the review page on 127.0.0.1 until it is stopped."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable

import uvicorn

from extractor.audit.outputs import Output
from extractor.errors import UsageError
from extractor.messages import Language
from extractor.rules import RuleSet
from extractor.service.review import Desk, build


def serve_review(
    output: Output, rules: RuleSet, who: str, port: int, language: Language, told: Callable[[str], None]
) -> None:
    """Serve the page on a port (0: a free one), its address to `told`; raises `UsageError` where the port is taken."""
    desk = Desk(output, rules, who)
    token = secrets.token_urlsafe(24)
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(("127.0.0.1", port))
        except OSError as error:
            raise UsageError(f"127.0.0.1:{port}: {error.strerror}") from error
        listening.listen()  # who comes before the server runs waits
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/{token}/"
        told(url)
        app = build(desk, token, language)
        config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False, lifespan="off")
        uvicorn.Server(config).run(sockets=[listening])
