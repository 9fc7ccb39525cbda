"""Normalisers of numbers: exact decimals from digits, words and scale words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from extractor.context import Context
from extractor.normalise.values import Capture, Refused, Value, normaliser
from extractor.numbers import parse_number

Groups = Mapping[str, Capture | None]


@normaliser("decimal", "number")
def decimal(groups: Groups, constants: Mapping[str, Any], context: Context) -> Value | None:
    """A number in digits or words as an exact decimal; refuses what is no number."""
    number = groups["number"]
    if number is None:
        return None
    value = parse_number(number.text)
    if value is None:
        raise Refused(f"{number.quote!r} is no number")
    return Value(value, {"": [number.span]})
