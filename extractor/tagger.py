"""The fast taggers of this process: read on first use from the underthesea that is installed, if it is a known one."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable
from functools import cache
from typing import TypeVar

from extractor import installed
from extractor.crf import LayoutError
from extractor.installed import Installed
from extractor.syllables import Segmenter
from extractor.wordtags import WordTagger

_T = TypeVar("_T")
_LOCK = threading.Lock()
#: underthesea loads its models on first use and fails when two threads do so together.
LIBRARY_LOCK = threading.Lock()


def segmenter() -> Segmenter | None:
    """The word segmenter, None where underthesea's own has to do the work."""
    with _LOCK:
        return _segmenter()


def word_tagger() -> WordTagger | None:
    """The tagger of words, None where underthesea's own has to do the work."""
    with _LOCK:
        return _word_tagger()


def forget() -> None:
    """Read the models anew on next use."""
    with _LOCK:
        _segmenter.cache_clear()
        _word_tagger.cache_clear()


@cache
def _segmenter() -> Segmenter | None:
    return _read(Segmenter)


@cache
def _word_tagger() -> WordTagger | None:
    return _read(WordTagger)


def _read(make: Callable[[Installed], _T]) -> _T | None:
    try:
        return make(installed.find())
    except LayoutError as error:
        warnings.warn(
            f"another underthesea than the fast tagger knows ({error}): underthesea's own is used, many times slower",
            RuntimeWarning,
            stacklevel=5,
        )
        return None
