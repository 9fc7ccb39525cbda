"""The items of a list in a JSON file, one at a time, each with the line on which it begins."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from extractor.errors import UsageError
from extractor.knowledge.exporting.options import read_whole

_DECODER = json.JSONDecoder(parse_float=Decimal)
_SPACE = re.compile(r"[ \t\r\n]*")


def items(path: Path, key: str | None = None, *, aside: bool = False) -> Iterator[tuple[int, Any]]:
    """(line, item) of a file that is a list, or whose object holds one under `key`; raises `UsageError` by line.

    With `aside`, only an object's list under `key` is read, and it may lack.
    """
    text = read_whole(path)
    at = _skip(text, 0)
    if text[at : at + 1] != "[":
        m = None if key is None else re.compile(rf'"{key}"\s*:\s*\[').search(text)
        if m is None and aside:
            return
        if m is None:
            wanted = "a JSON list" if key is None else f"a JSON list, or an object with {key!r},"
            raise UsageError(f"{path}:1: {wanted} is wanted")
        at = m.end() - 1
    elif aside:
        return
    line, counted = 1, 0
    at = _skip(text, at + 1)
    while text[at : at + 1] != "]":
        line, counted = line + text.count("\n", counted, at), at
        try:
            item, at = _DECODER.raw_decode(text, at)
        except ValueError as error:
            wrong = line + text.count("\n", at, getattr(error, "pos", at))
            raise UsageError(f"{path}:{wrong}: not JSON: {getattr(error, 'msg', error)}") from error
        yield line, item
        at = _skip(text, at)
        if text[at : at + 1] == ",":
            at = _skip(text, at + 1)
        elif text[at : at + 1] != "]":
            raise UsageError(f"{path}:{line + text.count(chr(10), counted, at)}: the list is cut off or damaged")


def _skip(text: str, at: int) -> int:
    m = _SPACE.match(text, at)
    return at if m is None else m.end()
