"""Compiled patterns and what was read off them, kept between runs: making them takes seconds, recalling a tenth of one.

The cache is a file in the user's cache folder (`DANVAN_CACHE` names another, empty turns it off), one for each set of
rules and version of the regex module. It holds what the regex module itself gives for pickling and what is `known` of
patterns, as plain data (`marshal`: no code is run by reading it). A cache that cannot be read or written costs its
time, nothing else.
"""

from __future__ import annotations

import copyreg
import hashlib
import marshal
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import regex

#: Caches that are kept; the oldest go first.
MOST_FILES = 8

_patterns: dict[tuple[str, int], regex.Pattern[str]] = {}
_recalled: dict[tuple[str, int], tuple[Any, ...]] = {}
_new: set[tuple[str, int]] = set()
#: What was worked out from patterns, as plain data, by name.
_facts: dict[str, Any] = {}
_new_facts: set[str] = set()
#: How the regex module pickles a pattern: a function and its data.
_reduce: Any = copyreg.dispatch_table[regex.Pattern]
_rebuild: Any = _reduce(regex.compile(""))[0]


def compile(pattern: str, flags: int) -> regex.Pattern[str]:
    """`regex.compile`, from the cache where it can; raises `regex.error`."""
    key = (pattern, int(flags))
    found = _patterns.get(key)
    if found is None:
        data = _recalled.pop(key, None)
        if data is not None:
            found = _rebuild(*data)
        else:
            found = regex.compile(pattern, flags)
            _new.add(key)
        assert found is not None
        _patterns[key] = found
    return found


def known(name: str, make: Callable[[], Any]) -> Any:
    """What `make` gives (plain data: None, texts, numbers, tuples), from the cache where it can.

    `name` says all that it depends on, the rules too: what other rules made is recalled as well.
    """
    if name not in _facts:
        _facts[name] = make()
        _new_facts.add(name)
    return _facts[name]


def recall(digest: str) -> None:
    """Read the cache of a set of rules, or the newest there is: after an edit nearly all patterns are the same."""
    path = _path(digest)
    if path is None:
        return
    try:
        if not path.exists():
            kept = path.parent.glob(f"{path.stem.partition('-')[0]}-*.rules")
            path = max(kept, key=lambda p: p.stat().st_mtime, default=path)
        seal, payload = path.read_bytes().split(b"\n", 1)
        if seal != _seal(payload):
            return
        data, facts = marshal.loads(payload)
        _facts.update({name: fact for name, fact in facts.items() if name not in _facts})
        _recalled.update({(p, f): d for p, f, d in data if (p, f) not in _patterns})
    except (OSError, ValueError, EOFError, TypeError, AttributeError):
        return


def keep(digest: str) -> None:
    """Write the cache of a set of rules if anything was compiled anew."""
    path = _path(digest)
    if path is None or not (_new or _new_facts):
        return
    data = [(p, f, _reduce(pattern)[1]) for (p, f), pattern in sorted(_patterns.items())]
    data += [(p, f, d) for (p, f), d in sorted(_recalled.items())]
    _new.clear()
    _new_facts.clear()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as stream:
            payload = marshal.dumps((data, _facts))
            stream.write(_seal(payload) + b"\n" + payload)
        Path(stream.name).replace(path)
        for old in sorted(path.parent.glob("*.rules"), key=lambda p: p.stat().st_mtime)[:-MOST_FILES]:
            old.unlink(missing_ok=True)
    except (OSError, ValueError):
        return


def _seal(payload: bytes) -> bytes:
    """A digest that stands before the payload: a damaged cache is not used."""
    return hashlib.sha256(payload).hexdigest().encode()


def _path(digest: str) -> Path | None:
    """The cache file of a set of rules, None where caching is off."""
    folder = os.environ.get("DANVAN_CACHE")
    if folder is None:
        base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
        folder = str(Path(base, "danvan") if base else Path("~", ".cache", "danvan").expanduser())
    if not folder:
        return None
    made = f"{regex.__version__} {sys.version_info[:2]} {sys.maxunicode} {marshal.version}"
    return Path(folder) / f"{hashlib.sha256(made.encode()).hexdigest()[:12]}-{digest[:32]}.rules"
