"""A knowledge base's own texts extracted again, with other rules, in place.

The new one is written beside it, in `.again`, resumed there like any other run, and takes the old one's place at once.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from extractor.errors import KnowledgeError, UsageError
from extractor.knowledge.files import ARTICLES, FACTS, INDEX, MANIFEST, NEW, REJECTS, RUN, Lock
from extractor.knowledge.run import Options, Summary, extract_to
from extractor.knowledge.state import Ends, finish_swap, swap
from extractor.pipeline import Pipeline
from extractor.reading import Sources

#: The folder in a knowledge base in which its new version is made.
AGAIN = ".again"


def is_own(sources: Sources, folder: Path) -> bool:
    """Is what is to be read the very knowledge base that is to be written?"""
    same = [name for name in sources.named if name != "-" and Path(name).resolve() == folder.resolve()]
    if not same or not (folder / ARTICLES).exists():
        return False
    if len(sources.named) > 1:
        raise UsageError(f"{folder} is written: it cannot be read together with other inputs")
    return True


def extract_again(
    pipe: Pipeline, sources: Sources, folder: Path, *, options: Options,
    progress: Callable[[Summary], None] = lambda summary: None,
) -> Summary:  # fmt: skip
    """Extract a finished knowledge base's texts again and put the result in its place; raises `KnowledgeError`."""
    with Lock(folder):
        finish_swap(folder)
        if (folder / RUN).exists():
            raise KnowledgeError(f"{folder}: its last run was cut off; finish it first by running its command again")
        new = folder / AGAIN
        summary = extract_to(pipe, sources, new, options=options, fresh=_stale(new, pipe), progress=progress)
        for name in (ARTICLES, FACTS, REJECTS, MANIFEST, INDEX):
            (new / name).replace(new / (name + NEW))
        swap(folder, pipe.rules.digest, Ends(), [ARTICLES, FACTS, REJECTS, INDEX, MANIFEST], source=AGAIN)
        shutil.rmtree(new)
    return summary


def _stale(new: Path, pipe: Pipeline) -> bool:
    """Is what lies there of a try with yet other rules, or of one that was cut off while it was moved?"""
    if any((new / (name + NEW)).exists() for name in (ARTICLES, FACTS, REJECTS, MANIFEST)):
        return True
    for name in (RUN, MANIFEST):
        if (new / name).exists():
            return f'"{pipe.rules.digest}"' not in (new / name).read_text(encoding="utf-8")
    return False
