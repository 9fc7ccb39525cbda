"""Several processes, one order: results come in the order of the inputs, whatever process made them.

The article travels with its number; a worker that dies makes one reject, of the article it held, and is replaced.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Any, TypeAlias

from extractor.article import Raw
from extractor.errors import InputError
from extractor.records import Article, Fact

if TYPE_CHECKING:
    from extractor.pipeline import Pipeline

#: An article with its facts, or why there is none.
Outcome: TypeAlias = tuple[Article, list[Fact]] | InputError

#: Inputs that may wait for the one whose turn it is, a worker.
AHEAD = 16


def outcome(pipe: Pipeline, raw: Raw, timeout: float | None = None) -> Outcome:
    """The article and facts of one input, or the `InputError` that makes its reject."""
    try:
        result = pipe.run(raw, timeout=timeout)
    except InputError as error:
        return error
    except RecursionError:
        return InputError("extract", "the text is nested too deeply")
    return result.article, result.facts


def _work(pipe: Pipeline, inbox: Connection, timeout: float, inherited: list[Connection]) -> None:
    """A worker's life: inputs in, outcomes out, until the other end closes.

    A forked worker first closes its copies of the parent's ends, or none would ever see the parent's death.
    """
    for connection in inherited:
        connection.close()
    try:
        while True:
            inbox.send(outcome(pipe, inbox.recv(), timeout))
    except (EOFError, OSError, KeyboardInterrupt):
        return


@dataclass
class _Worker:
    process: Any
    connection: Connection
    number: int | None = None
    since: float = 0.0


class _Pool:
    """The running workers."""

    def __init__(self, pipe: Pipeline, count: int, timeout: float) -> None:
        methods = multiprocessing.get_all_start_methods()
        self.context = multiprocessing.get_context("fork" if "fork" in methods else "spawn")
        self.pipe = pipe
        self.timeout = timeout
        self.workers: list[_Worker] = []
        for _ in range(count):
            self.workers.append(self.start())

    def start(self) -> _Worker:
        here, there = self.context.Pipe()
        forked = self.context.get_start_method() == "fork"
        inherited = [here, *(w.connection for w in self.workers if not w.connection.closed)] if forked else []
        process = self.context.Process(target=_work, args=(self.pipe, there, self.timeout, inherited), daemon=True)  # type: ignore[attr-defined]
        process.start()
        there.close()
        return _Worker(process, here)

    def replace(self, worker: _Worker) -> None:
        self.end(worker)
        self.workers[self.workers.index(worker)] = self.start()

    def end(self, worker: _Worker) -> None:
        worker.connection.close()
        if worker.process.is_alive():
            worker.process.terminate()
        worker.process.join()


def in_order(
    pipe: Pipeline, raws: Iterable[Raw], count: int, *, timeout: float = 120.0
) -> Iterator[tuple[Raw, Outcome]]:
    """Every input with its outcome, in order, made by `count` processes.

    An article that takes more than `timeout` seconds is rejected (stage `timeout`); a worker that does not even say so
    in half as long again is stopped.
    """
    patience = timeout * 1.5 + 10
    pool = _Pool(pipe, count, timeout)
    inputs = enumerate(raws)
    waiting: dict[int, Raw] = {}
    done: dict[int, Outcome] = {}
    turn = 0
    finished = False
    try:
        while True:
            for worker in pool.workers:
                if worker.number is None and not finished and len(waiting) < AHEAD * count:
                    item = next(inputs, None)
                    if item is None:
                        finished = True
                        break
                    worker.number = item[0]
                    waiting[item[0]] = item[1]
                    worker.since = time.monotonic()
                    with suppress(OSError):  # it died idle; the wait below finds it dead
                        worker.connection.send(item[1])
            while turn in done:
                yield waiting.pop(turn), done.pop(turn)
                turn += 1
            busy = [w for w in pool.workers if w.number is not None]
            if not busy:
                if finished:
                    return
                continue
            _collect(pool, busy, done, patience)
    finally:
        for worker in pool.workers:
            pool.end(worker)


def _collect(pool: _Pool, busy: list[_Worker], done: dict[int, Outcome], patience: float) -> None:
    """Wait for at least one busy worker to answer, die or run out of time."""
    ready = wait([w.connection for w in busy], timeout=1.0)
    now = time.monotonic()
    for worker in busy:
        number = worker.number
        assert number is not None
        if worker.connection in ready:
            try:
                done[number] = worker.connection.recv()
                worker.number = None
            except (EOFError, OSError):
                done[number] = InputError("extract", "the worker that read it died")
                pool.replace(worker)
        elif now - worker.since > patience:
            done[number] = InputError("timeout", f"not done after {patience:.0f} s")
            pool.replace(worker)
