"""danvan: the facts in Vietnamese news about công tác dân vận, each tied to its characters and its rule.

    pipe = extractor.load()
    result = pipe(text, published="2021-01-15")
"""

from extractor.errors import DanvanError, InputError, KnowledgeError, RulesError, UsageError
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
    "load",
]
__version__ = "0.1.0"
