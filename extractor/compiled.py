"""Compiled patterns and what was worked out from rules, kept between runs: making them takes half a minute, recalling
what an article needs a few hundredths of a second.

Kept in files of one form: that which was prepared when the package was built (`prepared.py`), and those in the user's
cache folder (`DANVAN_CACHE` names another, empty turns it off), one for each set of rules and version of the regex
module. They hold what the regex module itself gives for pickling and what is `known`, as plain data (`marshal`: no code
is run by reading it), each piece read when it is first asked for. A file that cannot be read or written costs its time,
nothing else.
"""

from __future__ import annotations

import copyreg
import hashlib
import marshal
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import regex

from extractor.waiting import slow_start

#: Caches that are kept; those that were not used for longest go first.
MOST_FILES = 8
#: The form of the files' plain data: one without back references, so that the same things give the same bytes.
_FORM = 2
#: What was prepared when the package was built.
PREPARED = Path(__file__).resolve().parent / "_prepared.rules"

_patterns: dict[tuple[str, int], regex.Pattern[str]] = {}
#: What was recalled or made, by key: patterns without their texts, and facts.
_kept: dict[bytes, bytes] = {}
#: The keys of what this process asked for, of what it made itself, and of what the current rules' own file held.
_asked: set[bytes] = set()
_new: set[bytes] = set()
_own: set[bytes] = set()
_facts: dict[str, Any] = {}
#: How the regex module pickles a pattern: a function and its data, the pattern's text first.
_reduce: Any = copyreg.dispatch_table[regex.Pattern]
_rebuild: Any = _reduce(regex.compile(""))[0]


def compile(pattern: str, flags: int = 0) -> regex.Pattern[str]:
    """`regex.compile`, from what is kept where it can; raises `regex.error`."""
    known = (pattern, int(flags))
    found = _patterns.get(known)
    if found is None:
        key = _key(f"{int(flags)} {pattern}")
        data = _recalled(key)
        if data is not None:
            found = _rebuild(pattern, *data)
        else:
            found = regex.compile(pattern, flags)
            _note(key, _reduce(found)[1][1:])
        assert found is not None
        _patterns[known] = found
    return found


def known(name: str, make: Callable[[], Any]) -> Any:
    """What `make` gives (plain data: None, texts, numbers, tuples, dictionaries), from what is kept where it can.

    `name` says all that it depends on.
    """
    if name not in _facts:
        data = recalled(name)
        if data is None:
            data = make()
            _note(_key(f"known {name}"), data)
        _facts[name] = data
    return _facts[name]


def recalled(name: str) -> Any:
    """What is `known` by a name, None where nothing is."""
    return _recalled(_key(f"known {name}"))


def recall(digest: str) -> None:
    """Read what is kept of a set of rules, or the newest there is: after an edit nearly all patterns are the same."""
    path = _path(digest)
    own = [PREPARED] if path is None else [path, PREPARED]
    for each in own:
        if _head(each) == f"{_made()} {digest}":
            _own.update(_read(each))
            if each is path:
                with suppress(OSError):
                    os.utime(path)  # the oldest go first: those that nobody uses
                return
    if not _own:
        for each in [*_newest(path), PREPARED]:
            if _head(each).startswith(f"{_made()} "):
                _read(each)
    if not _kept:
        slow_start()


def made() -> bool:
    """Was anything made that no file held?"""
    return bool(_new)


def renew() -> None:
    """The rules are read anew: what their file held is written again only if it is asked for again."""
    _own.clear()


def keep(digest: str) -> None:
    """Write what is kept of a set of rules if anything was made anew."""
    path = _path(digest)
    if path is None or not _new:
        return
    _new.clear()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, digest)
        for old in sorted(path.parent.glob("*.rules"), key=lambda p: p.stat().st_mtime)[:-MOST_FILES]:
            old.unlink(missing_ok=True)
    except (OSError, ValueError):
        return


def write(path: Path, digest: str) -> None:
    """Write all that was asked for, and what the same rules' file held before, to a file; raises `OSError`."""
    data = {key: _kept[key] for key in sorted(_asked | _own) if key in _kept}
    payload = marshal.dumps(data, _FORM)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as stream:
        stream.write(f"{_made()} {digest} {hashlib.sha256(payload).hexdigest()}\n".encode() + payload)
    Path(stream.name).replace(path)


def code(*files: str) -> str:
    """A digest of the code that works something out: what other code worked out is not recalled."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(Path(file).read_bytes())
    return digest.hexdigest()[:16]


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16]


def _recalled(key: bytes) -> Any:
    _asked.add(key)
    data = _kept.get(key)
    return None if data is None else marshal.loads(data)[0]


def _note(key: bytes, data: Any) -> None:
    _kept[key] = marshal.dumps((data,), _FORM)
    _new.add(key)


def _newest(path: Path | None) -> list[Path]:
    """The newest cache of any rules, if there is one."""
    try:
        kept = [] if path is None else list(path.parent.glob(f"{_made()}-*.rules"))
        return sorted(kept, key=lambda p: p.stat().st_mtime)[-1:]
    except OSError:
        return []


def _head(path: Path) -> str:
    """The first line of a file without its seal; empty where there is no such file."""
    try:
        with path.open("rb") as stream:
            return stream.readline(400).decode("ascii", "replace").rpartition(" ")[0]
    except OSError:
        return ""


def _read(path: Path) -> list[bytes]:
    """Take over what a file holds, unless it is damaged; gives its keys."""
    try:
        head, payload = path.read_bytes().split(b"\n", 1)
        if head.rpartition(b" ")[2] != hashlib.sha256(payload).hexdigest().encode():
            return []
        data = marshal.loads(payload)
    except (OSError, ValueError, EOFError, TypeError):
        return []
    for key, value in data.items():
        _kept.setdefault(key, value)
    return list(data)


def _made() -> str:
    """What must be the same for what is kept to be of use: versions of the regex module and of the file's form.

    Not Python's: this form of its plain data is the same in all of them, and so are the patterns that regex makes.
    """
    versions = f"{regex.__version__} {_FORM} 3"
    return hashlib.sha256(versions.encode()).hexdigest()[:12]


def _path(digest: str) -> Path | None:
    """The cache file of a set of rules, None where caching is off."""
    folder = os.environ.get("DANVAN_CACHE")
    if folder is None:
        base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
        folder = str(Path(base, "danvan") if base else Path("~", ".cache", "danvan").expanduser())
    return Path(folder) / f"{_made()}-{digest[:32]}.rules" if folder else None
