"""The exceptions of danvan.

DanvanError
├── RulesError      the rules or data folder does not load; `.problems` holds every one of them
├── InputError      one input cannot become an article; `.stage` and `.reason` make its reject
├── KnowledgeError  a knowledge base that cannot be read, written or resumed
└── UsageError      what was asked for makes no sense (nothing found, contradicting options)
"""

from __future__ import annotations

from dataclasses import dataclass


class DanvanError(Exception):
    """Base of all errors that danvan raises on purpose; its text is meant for the user."""


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake in a rules or data file: `file:line: message`."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class RulesError(DanvanError):
    """A rules folder with mistakes: all of them at once, in file and line order."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(problems)
        super().__init__("\n".join(map(str, self.problems)))


class InputError(DanvanError):
    """One input that cannot become an article.

    `stage` is where it failed (`read`, `decode`, `parse`, `article`, `extract`, `timeout`); `reason` says why.
    """

    def __init__(self, stage: str, reason: str) -> None:
        self.stage = stage
        self.reason = reason
        super().__init__(f"{stage}: {reason}")

    def __reduce__(self) -> tuple[type[InputError], tuple[str, str]]:
        return (InputError, (self.stage, self.reason))


class KnowledgeError(DanvanError):
    """A knowledge base that cannot be read, written or resumed."""


class UsageError(DanvanError):
    """A request that cannot be carried out as it was put."""
