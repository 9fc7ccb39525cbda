"""Where an export goes: written under a temporary name and renamed at the end; what is there already stays."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from extractor.errors import UsageError
from extractor.knowledge.files import sync_folder

#: What a target's name ends with while it is being written.
PART = ".part"


def check_target(target: Path) -> None:
    """Raises `UsageError` where a target exists or could not be made."""
    if target.exists() or target.is_symlink():
        raise UsageError(f"{target} exists already; name another target or remove it")
    if not target.resolve().parent.is_dir():
        raise UsageError(f"{target.resolve().parent}: no such folder")


@contextmanager
def new_file(target: Path) -> Iterator[Path]:
    """A path to write to; what was written takes the target's name if all goes well, else nothing is left."""
    check_target(target)
    part = target.with_name(target.name + PART)
    part.unlink(missing_ok=True)
    try:
        yield part
        with part.open("rb+") as stream:
            os.fsync(stream.fileno())
        check_target(target)
        part.rename(target)
        sync_folder(target.resolve().parent)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """A folder to write in; it takes the target's name if all goes well, else nothing is left."""
    check_target(target)
    part = target.with_name(target.name + PART)
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    try:
        yield part
        check_target(target)
        part.rename(target)
        sync_folder(target.resolve().parent)
    finally:
        shutil.rmtree(part, ignore_errors=True)
