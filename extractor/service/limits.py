"""The limits of the service: how large, how long, how many. docs/serving.md tells what happens beyond each."""

from __future__ import annotations

from dataclasses import dataclass

#: Characters of a text that is explained: the misses of a longer one are not looked for anyway.
EXPLAINED = 20_000


@dataclass(frozen=True)
class Limits:
    """What a request may cost.

    `body` bytes of a body, or of a line of a batch; `chars` characters of an article; `seconds` of work on an article;
    `requests` and `streams` (batches) at once; `queue` articles that wait for a worker; `patience` seconds that one
    waits there; `stall` seconds in which a client must send a whole body, send a line of a batch or take an answer;
    `header` seconds for the head of a request; `connections` open at once; `grace` seconds that a shutdown waits for
    what was taken.
    """

    body: int = 2_000_000
    chars: int = 200_000
    seconds: float = 30.0
    requests: int = 128
    streams: int = 8
    queue: int = 64
    patience: float = 60.0
    stall: float = 30.0
    header: float = 10.0
    connections: int = 1_000
    grace: float = 120.0
