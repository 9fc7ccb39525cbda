"""The processes that do the service's work, and the queue before them.

A thread stands by each process: it gives it a task, waits, and replaces it when it dies (the task is tried once more)
or takes far too long (the task is a reject). Long texts may hold all processes but one, so that ordinary articles are
always read; answers for people and lines of batches take turns.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from extractor.errors import InputError
from extractor.service.work import START, Answer, Task
from extractor.workers import Worker

#: Bytes of a body from which a text is a long one.
LONG = 40_000
#: Seconds in which a process must have loaded the rules (half a minute where nothing of them is kept, times a few).
LOADING = 300.0
#: Seconds that a process has beyond one and a half times the limit of an article; between two looks at an idle one;
#: before the next try where one would not start.
GRACE, LOOK, AGAIN = 2.0, 1.0, 5.0


class Full(Exception):
    """The queue is full, or the task waited too long in it; `seconds` until another try makes sense."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(f"try again in {seconds} s")


@dataclass(eq=False)
class _Job:
    task: Task
    future: asyncio.Future[Answer]
    loop: asyncio.AbstractEventLoop
    batch: bool
    begun: bool = False
    since: float = field(default_factory=time.monotonic)

    @property
    def long(self) -> bool:
        return len(self.task.data) > LONG

    def settle(self, made: Answer | InputError | Full) -> None:
        """Give the answer to whoever waits for it, from any thread."""
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            self.loop.call_soon_threadsafe(self._settled, made)

    def _settled(self, made: Answer | InputError | Full) -> None:
        if not self.future.done():
            if isinstance(made, Exception):
                self.future.set_exception(made)
            else:
                self.future.set_result(made)


class Pool:
    """`count` processes that do `work`; `seconds` an article, `queue` tasks waiting, each up to `patience` seconds."""

    def __init__(
        self, work: Callable[[Task], Answer], count: int, *, seconds: float, queue: int, patience: float
    ) -> None:  # fmt: skip
        self.work = work
        self.count = count
        self.limit = seconds * 1.5 + GRACE
        self.queue = queue
        self.patience = patience
        self.deaths = 0
        self.fault: str | None = None
        self._context: Any = multiprocessing.get_context("spawn")  # threads run here: a fork could inherit their locks
        self._lanes: dict[bool, deque[_Job]] = {False: deque(), True: deque()}
        self._changed = threading.Condition()
        self._batch_next = False
        self._long = 0
        self._mean = 0.2
        self._ready: dict[int, Worker] = {}
        self._closing = self._killed = False
        self._threads = [threading.Thread(target=self._stand_by, args=(n,), daemon=True) for n in range(count)]

    def start(self) -> None:
        """Start the processes; they load the rules while the service already answers."""
        for thread in self._threads:
            thread.start()

    @property
    def ready(self) -> int:
        """Processes that have loaded the rules."""
        return len(self._ready)

    @property
    def waiting(self) -> int:
        """Tasks that wait for a process."""
        return sum(len(lane) for lane in self._lanes.values())

    @property
    def pids(self) -> list[int]:
        """The process ids of those that are ready."""
        return [w.process.pid for w in list(self._ready.values())]

    def submit(self, task: Task, *, batch: bool = False) -> asyncio.Future[Answer]:
        """A task's answer to come; cancel it and a task that still waits is not done. Raises `Full`.

        Lines of a batch are never turned away: a batch has few under way.
        """
        loop = asyncio.get_running_loop()
        job = _Job(task, loop.create_future(), loop, batch)
        with self._changed:
            if not batch and len(self._lanes[False]) >= self.queue:
                raise Full(self.retry)
            self._lanes[batch].append(job)
            self._changed.notify_all()
        if not batch:
            timer = loop.call_later(self.patience, self._expire, job)
            job.future.add_done_callback(lambda _: timer.cancel())
        return job.future

    @property
    def retry(self) -> int:
        """Whole seconds until the queue is likely to have room."""
        return max(1, min(60, round(self.waiting * self._mean / self.count)))

    def close(self, *, kill: bool = False) -> None:
        """Finish what waits and end all processes; with `kill` end them at once."""
        with self._changed:
            self._closing = True
            if kill:
                self._killed = True
                for lane in self._lanes.values():
                    lane.clear()
            self._changed.notify_all()
        if kill:
            for worker in list(self._ready.values()):
                worker.process.kill()
        for thread in self._threads:
            if thread.is_alive():
                thread.join()

    def _expire(self, job: _Job) -> None:
        with self._changed:
            if job.begun:
                return
            with suppress(ValueError):
                self._lanes[job.batch].remove(job)
        job.settle(Full(self.retry))

    def _stand_by(self, number: int) -> None:
        """A thread's life: a process is kept alive and given one task after the other."""
        worker: Worker | None = None
        while True:
            worker = self._living(number, worker)
            if worker is None and not self._closing:
                continue
            job = self._take()
            if job is not None:
                worker = self._do(number, worker, job)
            elif self._closing:
                break
        self._ready.pop(number, None)
        if worker is not None:
            worker.end()

    def _living(self, number: int, worker: Worker | None, *, wanted: bool = False) -> Worker | None:
        """The process, a new one where it died; None where it does not start, or is not `wanted` at the end."""
        if worker is not None:
            if worker.process.is_alive():
                return worker
            self._buried(number, worker)
        if self._closing and not wanted:
            return None
        try:
            worker = Worker.start(self._context, self.work)
            worker.connection.send(Task("ready"))
            if not self._answered(worker, LOADING):
                raise EOFError(f"a process did not load the rules within {LOADING:.0f} s")
            made = worker.connection.recv()
        except (EOFError, OSError) as error:
            made = InputError(START, str(error) or "a process died while it loaded the rules")
        if isinstance(made, InputError):
            self.fault = made.reason
            if worker is not None:
                worker.end()
            with self._changed:
                self._changed.wait_for(lambda: self._closing, AGAIN)
            return None
        self.fault = None
        assert worker is not None
        self._ready[number] = worker
        return worker

    def _buried(self, number: int, worker: Worker) -> None:
        self._ready.pop(number, None)
        worker.end()
        self.deaths += 1

    def _answered(self, worker: Worker, seconds: float) -> bool:
        """Did a process answer, or die, within so many seconds, and before the service was killed?"""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if worker.connection.poll(min(left, LOOK)):
                return True
            if self._killed:
                return False
        return False

    def _take(self) -> _Job | None:
        """The next task; None where there is none for a while."""
        with self._changed:
            self._changed.wait_for(lambda: self._closing or self._next() is not None, LOOK)
            job = self._next()
            if job is None:
                return None
            self._lanes[job.batch].remove(job)
            self._batch_next = not job.batch
            self._long += job.long
            job.begun = True
            return job

    def _next(self) -> _Job | None:
        for batch in (self._batch_next, not self._batch_next):
            lane = self._lanes[batch]
            for job in [job for job in lane if job.future.cancelled()]:
                lane.remove(job)
            for job in lane:
                if not job.long or self._long < max(1, self.count - 1):
                    return job
        return None

    def _do(self, number: int, worker: Worker | None, job: _Job) -> Worker | None:
        """Have a task done, tried again where the process dies; the process to go on with."""
        begun = time.monotonic()
        try:
            for _ in range(2):
                worker = worker or self._living(number, None, wanted=True)
                if worker is None:
                    job.settle(InputError(START, self.fault or "no process could be started"))
                    return None
                made = self._once(worker, job)
                if made is not None:
                    job.settle(made)
                    if worker.connection.closed:
                        self._buried(number, worker)
                        return None
                    return worker
                self._buried(number, worker)
                worker = None
            job.settle(InputError("extract", "the worker that read it died, twice"))
            return None
        finally:
            self._mean += 0.05 * (time.monotonic() - begun - self._mean)
            with self._changed:
                self._long -= job.long
                self._changed.notify_all()

    def _once(self, worker: Worker, job: _Job) -> Answer | InputError | None:
        """What a process makes of a task; None where it died over it. After a timeout its connection is closed."""
        try:
            worker.connection.send(job.task)
            if self._answered(worker, self.limit):
                made: Answer | InputError = worker.connection.recv()
                return made
        except (EOFError, OSError):
            return InputError(START, "the service was stopped") if self._killed else None
        worker.connection.close()
        return InputError("timeout", f"not done after {self.limit:.0f} s")
