"""What all commands share: their options, what they say, what they answer, and errors as exit codes."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from extractor.errors import DanvanError, KnowledgeError, RulesError, UsageError
from extractor.messages import Messages
from extractor.waiting import slow_start_told

if TYPE_CHECKING:
    from rich.console import RenderableType

#: Exit codes: a failure or a check that found something; wrong usage; done, but some inputs were rejected.
FAILED, USAGE, REJECTED = 1, 2, 3
#: Exit code where the reader of our output went away (`danvan … | head`): what a shell tells of SIGPIPE.
BROKEN = 141

RulesOption = Annotated[
    Path | None, typer.Option("--rules", metavar="DIR", help="A folder of rules and data laid over the shipped ones.")
]
LangOption = Annotated[
    str | None, typer.Option("--lang", metavar="vi|en", help="Language of messages (else the locale's).")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Answer as JSON.")]


def tell(text: str) -> None:
    """Say something to the user, on standard error."""
    print(text, file=sys.stderr)


@contextmanager
def guarded(say: Messages, log_format: str = "text", *, damaged: int = FAILED, quiet: bool = False) -> Iterator[None]:
    """Turn danvan's errors into messages and exit codes; as lines of JSON where those are wanted.

    `damaged` is the exit code of a file that cannot be read. A start that takes long says so, unless `quiet`.
    """

    def tell(text: str, event: str = "error") -> None:
        print(json.dumps({"event": event, "message": text}, ensure_ascii=False) if log_format == "json" else text,
              file=sys.stderr, flush=True)  # fmt: skip

    try:
        if quiet:
            yield
        else:
            with slow_start_told(lambda: tell(say("slow_start"), "start")):
                yield
    except RulesError as error:
        tell(say("rules_error", count=len(error.problems), problems=error))
        raise typer.Exit(USAGE) from error
    except UsageError as error:
        tell(say("error", message=error))
        raise typer.Exit(USAGE) from error
    except KnowledgeError as error:
        tell(say("error", message=error))
        raise typer.Exit(damaged) from error
    except DanvanError as error:
        tell(say("error", message=error))
        raise typer.Exit(FAILED) from error
    except KeyboardInterrupt as error:
        tell(say("interrupted"))
        raise typer.Exit(130) from error
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            leave_quietly()
        tell(say("error", message=error))
        raise typer.Exit(FAILED) from error


def leave_quietly() -> None:
    """The reader of our output went away: end without a word, as other filters do."""
    shut_output()
    raise typer.Exit(BROKEN)


def shut_output() -> None:
    """Let what is still to be written go nowhere: nobody reads it."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def print_views(views: Iterable[RenderableType]) -> None:
    """Print what rich can show."""
    from rich.console import Console

    console = Console(highlight=False)
    for view in views:
        console.print(view)


def print_json(data: Any) -> None:
    """Print an answer for programs."""
    from extractor.records import dumps

    print(dumps(data, indent=1))
