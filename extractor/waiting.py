"""Who is told that a start will take long, before it does.

A module of its own, so that the commands can listen without loading what starts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

_listeners: list[Callable[[], None]] = []


@contextmanager
def slow_start_told(tell: Callable[[], None]) -> Iterator[None]:
    """While it lasts, `tell` is called before the rules are worked out from nothing, which takes half a minute."""
    _listeners.append(tell)
    try:
        yield
    finally:
        _listeners.remove(tell)


def slow_start() -> None:
    """Tell whoever listens."""
    if _listeners:
        _listeners[-1]()
