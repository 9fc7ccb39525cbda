"""danvan: the facts in Vietnamese news about công tác dân vận, each tied to its characters and its rule.

pipe = extractor.load()
result = pipe(text, published="2021-01-15")
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from extractor.errors import DanvanError, InputError, KnowledgeError, RulesError, UsageError
    from extractor.frames import frame
    from extractor.pipeline import Pipeline, Result, load
    from extractor.records import Article, Evidence, Fact, Position

__all__ = [
    "Article",
    "DanvanError",
    "Evidence",
    "Fact",
    "InputError",
    "KnowledgeError",
    "Pipeline",
    "Position",
    "Result",
    "RulesError",
    "UsageError",
    "frame",
    "load",
]
__version__ = "0.1.0"

#: Where each public name is defined; imported when it is first used, so that `danvan --help` is quick.
_HOMES = {
    "errors": ("DanvanError", "InputError", "KnowledgeError", "RulesError", "UsageError"),
    "frames": ("frame",),
    "pipeline": ("Pipeline", "Result", "load"),
    "records": ("Article", "Evidence", "Fact", "Position"),
}


def __getattr__(name: str) -> Any:
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"extractor.{module}"), name)
    raise AttributeError(f"module 'extractor' has no attribute {name!r}")
