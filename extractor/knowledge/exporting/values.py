"""A fact's values as lines that a person can edit in an annotation tool: `positions.0.title: Bí thư`.

Null, empty lists and `former: false` are left out; reading fills them in again, and gives each value the type that its
field has.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from pydantic import ValidationError

from extractor.records import FACTS, plain
from extractor.schema import FIELDS

_PATH = re.compile(r"(\w+)(?:\.(\d+)(?:\.(\w+))?)?")
#: Fields whose values are numbers.
_NUMBERS = ("value", "value_max")
#: Positions or parties that a fact may have in a tool's hands.
MOST_PARTS = 500


def fields_of(kind: str) -> list[str]:
    """The fields of a kind, in the order in which they are written."""
    return [name for name in FACTS[kind].model_fields if name in FIELDS[kind]]


def meaning(fact: Mapping[str, Any]) -> dict[str, Any]:
    """What a fact says: its kind's fields only."""
    return {name: fact.get(name) for name in fields_of(str(fact["kind"]))}


def to_lines(fact: Mapping[str, Any]) -> list[str]:
    """A fact's values, one a line."""
    return [f"{path}: {_escaped(value)}" for path, value in _flat(meaning(fact))]


def _flat(fields: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in fields.items():
        if isinstance(value, list):
            for number, part in enumerate(value):
                if isinstance(part, Mapping):
                    yield from (
                        (f"{name}.{number}.{key}", _told(v)) for key, v in part.items() if v not in (None, False)
                    )
                else:
                    yield f"{name}.{number}", _told(part)
        elif value is not None:
            yield name, _told(value)


def _told(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return plain(Decimal(value)) if isinstance(value, int | Decimal) else str(value)


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")


_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


def _plain_again(value: str) -> str:
    return _ESCAPE.sub(lambda m: {"n": "\n", "r": "\r", "t": "\t"}.get(m[1], m[1]), value)


def from_lines(kind: str, lines: Iterable[str]) -> dict[str, Any]:
    """The fields that lines say, all fields of the kind; raises `ValueError` naming the line that is wrong."""
    fields: dict[str, Any] = {}
    parts: dict[str, dict[int, Any]] = {}
    for line in lines:
        path, colon, value = line.partition(":")
        m = _PATH.fullmatch(path.strip())
        if not colon or m is None:
            raise ValueError(f"{line!r}: `field: value` is wanted")
        name, number, key = m.groups()
        if name not in FIELDS[kind]:
            near = difflib.get_close_matches(name, fields_of(kind), n=1, cutoff=0.3) or fields_of(kind)
            raise ValueError(f"{kind} has no field {name!r}; {', '.join(near)}?")
        typed = _typed(kind, name, key, _plain_again(value[1:] if value.startswith(" ") else value))
        if number is None:
            fields[name] = typed
        elif int(number) >= MOST_PARTS:
            raise ValueError(f"{line!r}: more than {MOST_PARTS} parts")
        elif key is None:
            parts.setdefault(name, {})[int(number)] = typed
        else:
            parts.setdefault(name, {}).setdefault(int(number), {})[key] = typed
    fields |= {name: [held[n] for n in sorted(held)] for name, held in parts.items()}
    return checked(kind, fields)


def _typed(kind: str, name: str, key: str | None, value: str) -> Any:
    if key == "former":
        if value.strip() not in ("true", "false"):
            raise ValueError(f"former is true or false, not {value!r}")
        return value.strip() == "true"
    if kind == "indicator" and name in _NUMBERS:
        try:
            return Decimal(value.strip())
        except InvalidOperation as error:
            raise ValueError(f"{name}: {value!r} is no number") from error
    return value


def checked(kind: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields held against the kind's record, defaults filled in; raises `ValueError` with what is wrong or missing."""
    if unknown := [name for name in fields if name not in FIELDS[kind]]:
        raise ValueError(f"{kind} has no field {unknown[0]!r}; there are {', '.join(fields_of(kind))}")
    try:
        record = FACTS[kind].model_validate({"id": "", "article_id": "", "evidence": [], **fields})
    except ValidationError as error:
        told = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()[:3])
        raise ValueError(f"{kind}: {told}") from error
    data = record.model_dump(mode="python", by_alias=True)
    return {name: data[name] for name in fields_of(kind)}
