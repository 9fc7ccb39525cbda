"""The command `serve`: the HTTP service, in the foreground until SIGTERM or Ctrl-C."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from extractor.cli_terminal import USAGE, LangOption, RulesOption, guarded, tell
from extractor.errors import UsageError
from extractor.messages import Messages, choose


def serve(
    host: Annotated[str, typer.Option(metavar="H", help="Address; one of other machines wants keys.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, metavar="P", help="Port; 0 takes a free one.")] = 8000,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes (else as many as processors).")] = None,
    kb: Annotated[Path | None, typer.Option(metavar="KB", help="Serve a knowledge base too, read-only.")] = None,
    api_key_file: Annotated[Path | None, typer.Option(metavar="FILE", help="Keys (else DANVAN_API_KEYS).")] = None,
    drafts: Annotated[bool, typer.Option("--drafts", help="Let draft rules fire too.")] = False,
    max_body: Annotated[int, typer.Option(min=1, metavar="BYTES", help="Of a body, or a line of a batch.")] = 2_000_000,
    max_chars: Annotated[int, typer.Option(min=1, help="Longer texts are rejected.")] = 200_000,
    timeout: Annotated[float, typer.Option(min=0.01, metavar="S", help="Seconds of work on an article.")] = 30.0,
    requests: Annotated[int, typer.Option(min=1, metavar="N", help="Requests at once.")] = 128,
    streams: Annotated[int, typer.Option(min=1, metavar="N", help="Batches at once.")] = 8,
    queue: Annotated[int, typer.Option(min=1, metavar="N", help="Articles that wait for a process.")] = 64,
    patience: Annotated[float, typer.Option(min=0.1, metavar="S", help="Seconds that an article waits.")] = 60.0,
    stall: Annotated[float, typer.Option(min=0.1, metavar="S", help="Seconds for a client to send or take.")] = 30.0,
    grace: Annotated[float, typer.Option(min=1, metavar="S", help="Seconds of a shutdown for what was taken.")] = 120.0,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No access log.")] = False,
    rules: RulesOption = None, lang: LangOption = None,
) -> None:  # fmt: skip
    """Serve extraction over HTTP: articles in, facts out."""
    say = Messages(choose(lang))
    with guarded(say, damaged=USAGE):
        try:
            from extractor.service.app import Service
            from extractor.service.running import serve as run
        except ImportError as error:
            raise UsageError(say("wants_extra", extra="serve")) from error
        from extractor.pipeline import load
        from extractor.service.auth import is_loopback, read_keys
        from extractor.service.knowledge import Shelf
        from extractor.service.limits import Limits
        from extractor.service.work import Work

        keys = read_keys(os.environ, api_key_file)
        if not keys and not is_loopback(host):
            raise UsageError(say("serve_wants_key", host=host))
        limits = Limits(
            body=max_body, chars=max_chars, seconds=timeout, requests=requests, streams=streams, queue=queue,
            patience=patience, stall=stall, header=min(10.0, stall), grace=grace,
        )  # fmt: skip
        loaded = load(rules, drafts=drafts).rules
        folder = None if rules is None else str(rules)
        service = Service(
            loaded, Work(folder, drafts, loaded.digest, limits), workers or os.cpu_count() or 1, limits, keys,
            None if kb is None else Shelf(kb), None if quiet else tell,
        )  # fmt: skip
        run(service, host, port, lambda url: tell(say("serving", url=url, workers=service.workers)))
        tell(say("served"))
