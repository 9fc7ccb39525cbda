"""Several processes, one order: results come in the order of the inputs, whatever process made them.

An input travels with its number. A worker that dies is replaced and its input tried once more; the second death makes
its reject, as does taking far longer than the limit. So neither a stray signal nor a hostile input changes anything
else than that one input.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

from extractor.article import Raw
from extractor.errors import InputError
from extractor.records import Article, Fact

if TYPE_CHECKING:
    from extractor.pipeline import Pipeline

T = TypeVar("T")
R = TypeVar("R")
#: An article with its facts, or why there is none.
Outcome: TypeAlias = tuple[Article, list[Fact]] | InputError

#: How the reason of a reject begins that shows a mistake of ours.
UNFORESEEN = "internal error, please report it"
#: Inputs that may wait for the one whose turn it is, a worker.
AHEAD = 16
#: Seconds that a worker has beyond one and a half times the limit of an article before it is stopped.
GRACE = 10.0


def attempt(work: Callable[[T], R], item: T) -> R | InputError:
    """What a piece of work makes of an input, or the `InputError` that makes its reject, whatever goes wrong."""
    try:
        return work(item)
    except InputError as error:
        return error
    except RecursionError:
        return InputError("extract", "the text is nested too deeply")
    except MemoryError:
        return InputError("extract", "not enough memory for this input")
    except Exception as error:  # noqa: BLE001 — an input that shows a mistake of ours is one reject, not the end of a run
        return InputError("extract", f"{UNFORESEEN}: {_told(error)}")


def _told(error: Exception) -> str:
    """An unforeseen error in a line: its type, its words, and where it arose."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" at {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""
    return f"{type(error).__name__}{place}: {str(error)[:200]}"


@dataclass(frozen=True)
class Extract:
    """The work of extraction: a raw input → its article and facts, within a number of seconds."""

    pipe: Pipeline
    timeout: float | None

    def __call__(self, raw: Raw) -> tuple[Article, list[Fact]]:
        """Run the pipeline; raises `InputError`."""
        result = self.pipe.run(raw, timeout=self.timeout)
        return result.article, result.facts


def _work(work: Callable[[Any], Any], inbox: Connection, inherited: list[Connection]) -> None:
    """A worker's life: inputs in, outcomes out, until the other end closes.

    A forked worker first closes its copies of the parent's ends, or none would ever see the parent's death.
    """
    for connection in inherited:
        connection.close()
    try:
        while True:
            inbox.send(attempt(work, inbox.recv()))
    except (EOFError, OSError, KeyboardInterrupt, SystemExit):
        os._exit(0)  # nothing of the parent's that was forked along is to be closed or flushed from here


@dataclass
class Worker:
    """A process that does one piece of work after the other; `number` is the input that it holds, `since` when."""

    process: Any
    connection: Connection
    number: int | None = None
    since: float = 0.0

    @classmethod
    def start(cls, context: Any, work: Callable[[Any], Any], others: Iterable[Worker] = ()) -> Worker:
        """Start one. A forked one gets the ends of the `others` along, which it closes."""
        here, there = context.Pipe()
        forked = context.get_start_method() == "fork"
        inherited = [here, *(w.connection for w in others if not w.connection.closed)] if forked else []
        process = context.Process(target=_work, args=(work, there, inherited), daemon=True)
        process.start()
        there.close()
        return cls(process, here)

    def end(self) -> None:
        """Kill it, whatever it does."""
        self.connection.close()
        if self.process.is_alive():
            self.process.kill()
        self.process.join()


class _Pool(Generic[T, R]):
    """The running workers; they are started when the first input comes."""

    def __init__(self, work: Callable[[T], R], count: int, timeout: float) -> None:
        methods = multiprocessing.get_all_start_methods()
        self.context = multiprocessing.get_context("fork" if "fork" in methods else "spawn")
        self.work = work
        self.count = count
        self.patience = timeout * 1.5 + GRACE
        self.workers: list[Worker] = []
        self.died: set[int] = set()

    @property
    def idle(self) -> bool:
        """May an input be given out?"""
        return len(self.workers) < self.count or any(w.number is None for w in self.workers)

    @property
    def busy(self) -> list[Worker]:
        """The workers that hold an input."""
        return [w for w in self.workers if w.number is not None]

    def give(self, number: int, item: T) -> None:
        """Give an input to a worker that is idle, a new one if there are not yet enough."""
        worker = next((w for w in self.workers if w.number is None), None)
        if worker is None:
            worker = Worker.start(self.context, self.work, self.workers)
            self.workers.append(worker)
        worker.number = number
        worker.since = time.monotonic()
        with suppress(OSError):  # it died idle; `collect` finds it dead
            worker.connection.send(item)

    def collect(self, waiting: dict[int, T]) -> Iterator[tuple[int, R | InputError]]:
        """Wait for at least one busy worker to answer, die or run out of time."""
        ready = wait([w.connection for w in self.busy], timeout=1.0)
        now = time.monotonic()
        for worker in self.busy:
            number = worker.number
            assert number is not None
            if worker.connection in ready:
                try:
                    made = worker.connection.recv()
                    worker.number = None
                    yield number, made
                except (EOFError, OSError):
                    self._replace(worker)
                    if number in self.died:
                        yield number, InputError("extract", "the worker that read it died, twice")
                    else:
                        self.died.add(number)
                        self.give(number, waiting[number])
            elif now - worker.since > self.patience:
                self._replace(worker)
                yield number, InputError("timeout", f"not done after {self.patience:.0f} s")

    def close(self) -> None:
        """End all workers."""
        for worker in self.workers:
            worker.end()

    def _replace(self, worker: Worker) -> None:
        worker.end()
        self.workers.remove(worker)


def ordered(
    work: Callable[[T], R],
    items: Iterable[T],
    count: int,
    *,
    timeout: float,
    wanted: Callable[[T], bool] = lambda item: True,
) -> Iterator[tuple[T, R | InputError | None]]:
    """Every item with what `work` makes of it in one of `count` processes, in order; None for those not `wanted`.

    An item that is not done when `timeout` is long over is an `InputError` of stage `timeout`.
    """
    pool: _Pool[T, R] = _Pool(work, count, timeout)
    inputs = enumerate(items)
    waiting: dict[int, T] = {}
    done: dict[int, R | InputError | None] = {}
    turn = 0
    finished = False
    try:
        while not finished or waiting:
            if not finished and len(waiting) < AHEAD * count and pool.idle:
                item = next(inputs, None)
                if item is None:
                    finished = True
                else:
                    waiting[item[0]] = item[1]
                    if wanted(item[1]):
                        pool.give(*item)
                    else:
                        done[item[0]] = None
            elif pool.busy:
                done.update(pool.collect(waiting))
            while turn in done:
                yield waiting.pop(turn), done.pop(turn)
                turn += 1
    finally:
        pool.close()


def in_order(
    pipe: Pipeline, raws: Iterable[Raw], count: int, *, timeout: float = 120.0
) -> Iterator[tuple[Raw, Outcome]]:
    """Every input with its article and facts, in order, made by `count` processes.

    What all of several need is built before they are forked: once, and in memory that they share.
    """
    if count > 1:
        attempt(lambda _: pipe.prepare(), None)
    for raw, made in ordered(Extract(pipe, timeout), raws, count, timeout=timeout):
        assert made is not None
        yield raw, made


def outcome(pipe: Pipeline, raw: Raw, timeout: float | None = None) -> Outcome:
    """The article and facts of one input, made in this process, or the `InputError` that makes its reject."""
    return attempt(Extract(pipe, timeout), raw)
