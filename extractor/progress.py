"""Progress of a run: a live line on a terminal, a plain line now and then in a log."""

from __future__ import annotations

import sys
import time
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from extractor.knowledge.run import Summary
from extractor.messages import Messages

#: Seconds between two plain lines in a log.
EVERY = 30.0


class Progress:
    """Called with the summary after every input; writes to standard error only."""

    def __init__(self, say: Messages, *, quiet: bool) -> None:
        self.say = say
        self.quiet = quiet
        self.begun = self.told = time.monotonic()
        self.bar: Bar | None = None
        if not quiet and sys.stderr.isatty():
            self.bar = Bar(
                SpinnerColumn(), TextColumn("{task.description}"), BarColumn(bar_width=20),
                TextColumn("{task.fields[told]}"), TimeElapsedColumn(), console=Console(stderr=True), transient=True,
            )  # fmt: skip
            self.task = self.bar.add_task(say("reading"), total=None, told="")

    def __enter__(self) -> Progress:
        if self.bar:
            self.bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.bar:
            self.bar.stop()

    def __call__(self, summary: Summary) -> None:
        """Tell how far the run is."""
        if self.quiet:
            return
        now = time.monotonic()
        if self.bar:
            self.bar.update(self.task, told=self._told(summary, now))
        elif now - self.told >= EVERY:
            self.told = now
            print(self._told(summary, now), file=sys.stderr, flush=True)  # noqa: T201 — the command line's own voice

    def _told(self, summary: Summary, now: float) -> str:
        rate = summary.counts["articles"] / max(now - self.begun, 1e-9)
        counts = {name: summary.counts[name] for name in ("articles", "facts", "rejects")}
        return f"{self.say('progress', **counts)} ({rate:.1f}/s)"


class Counted:
    """Called with (done, in all): a bar on a terminal, a plain line now and then in a log."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.told = time.monotonic()
        self.bar: Bar | None = None
        if sys.stderr.isatty():
            self.bar = Bar(console=Console(stderr=True), transient=True)
            self.task = self.bar.add_task(title, total=None)

    def __enter__(self) -> Counted:
        if self.bar:
            self.bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.bar:
            self.bar.stop()

    def __call__(self, done: int, total: int) -> None:
        """Tell how far it is."""
        now = time.monotonic()
        if self.bar:
            self.bar.update(self.task, completed=done, total=total)
        elif now - self.told >= EVERY:
            self.told = now
            print(f"{self.title}: {done}/{total}", file=sys.stderr, flush=True)  # noqa: T201 — as above
