"""The likely cause of a contradiction: what the two values, days or offices look like beside each other.

Causes, their weights and names are rows of data/linking/causes.csv.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal

from extractor.knowledge.linking.vocabulary import folded, threshold, vocabulary, words

Cause = Literal["unknown", "typo", "plan", "namesake", "standard", "change", "announced", "estimate", "rounding"]


@dataclass(frozen=True, slots=True)
class CauseRow:
    """A cause: how much it weighs in the ranking, its name in both languages, words that speak for it."""

    weight: int
    vi: str
    en: str
    words: tuple[str, ...]


@lru_cache(maxsize=1)
def cause_rows() -> dict[str, CauseRow]:
    """The causes by their ids."""
    return {
        row["cause"]: CauseRow(int(row["weight"]), row["vi"], row["en"], tuple(folded(w) for w in row.forms("words")))
        for row in vocabulary()["causes"]
    }


def agree(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Can two points both be so? Equal, ranges that meet, or a bound that the other keeps."""
    (low, high), (bottom, top) = _range(one), _range(other)
    return low <= top and bottom <= high


def _range(point: dict[str, Any]) -> tuple[Decimal, Decimal]:
    low = point["canonical_value"]
    high = low if point["canonical_value_max"] is None else point["canonical_value_max"]
    more, about = abs(high) * threshold("bound_share"), abs(high) * threshold("about_share")
    match point["bound"]:
        case "over":
            return low, high + more
        case "under":
            return low - more, high
        case "about":
            return low - about, high + about
        case _:
            return low, high


def value_cause(
    one: dict[str, Any], other: dict[str, Any], targets: list[dict[str, Any]], indicator: str | None
) -> Cause:  # fmt: skip
    """Why two points of one period may differ; `targets` are those of the period that are plans."""
    if one["status"] != other["status"]:
        return "estimate"
    a, b = one["canonical_value"], other["canonical_value"]
    if one["status"] == "actual" and sum(t["canonical_value"] in (a, b) for t in targets) == 1:
        return "plan"
    if is_rounded(a, b):
        return "rounding"
    if indicator in words("poverty") and a and b and max(a / b, b / a) >= threshold("standard_ratio"):
        year = (one["period"] or "")[:4]
        if any(year in (row["first_year"], row["last_year"]) for row in vocabulary()["poverty-standards"]):
            return "standard"
    if mistyped(one["value"], other["value"]) or mistyped(a, b):
        return "typo"
    return "unknown"


def by_words(cause: Cause, quotes: tuple[str, str], indicator: str | None) -> Cause:
    """The cause that the quotes speak for: another poverty standard, if only one of them names one."""
    if cause in ("unknown", "typo", "standard") and indicator in words("poverty"):
        speaks = [any(w in folded(q) for w in cause_rows()["standard"].words) for q in quotes]
        if any(speaks):
            return "standard"
    return cause


def is_rounded(a: Decimal, b: Decimal) -> bool:
    """Is one of two values the other, rounded, and not far from it?"""
    rough, fine = sorted((a.normalize(), b.normalize()), key=lambda v: -int(v.as_tuple().exponent))
    step = Decimal(1).scaleb(int(rough.as_tuple().exponent))
    if rough.as_tuple().exponent == fine.as_tuple().exponent or not a or not b:
        return False
    near = abs(a - b) <= threshold("rounding_share") * max(abs(a), abs(b))
    return near and abs(rough - fine) <= step / 2


def mistyped(a: Decimal, b: Decimal) -> bool:
    """Do two numbers differ by one digit, two that changed places, or the place of the decimal mark?"""
    one, other = (str(v.normalize().copy_abs()).replace(".", "").replace("E+", "") for v in (a, b))
    if (
        a
        and b
        and abs(a / b) in (Decimal(10), Decimal("0.1"), Decimal(100), Decimal("0.01"), Decimal(1000), Decimal("0.001"))
    ):
        return True
    one, other = (format(v.copy_abs(), "f").strip("0").replace(".", "") for v in (a, b))
    return near_digits(one, other)


def near_digits(one: str, other: str) -> bool:
    """Are two rows of digits one slip apart: a digit changed, two neighbours swapped, one too many?"""
    if min(len(one), len(other)) < 2 or one == other:
        return False
    if len(one) == len(other):
        off = [i for i, (x, y) in enumerate(zip(one, other, strict=True)) if x != y]
        swapped = (
            len(off) == 2 and off[1] == off[0] + 1 and one[off[0]] == other[off[1]] and one[off[1]] == other[off[0]]
        )
        return (len(off) == 1 and len(one) > 2) or swapped
    short, long = sorted((one, other), key=len)
    return len(long) == len(short) + 1 and any(long[:i] + long[i + 1 :] == short for i in range(len(long)))


def day_cause(one: str, other: str) -> Cause:
    """Why two days of issue may differ."""
    if near_digits(one.replace("-", ""), other.replace("-", "")):
        return "typo"
    if len(one) == len(other) == 10:
        if (one[:4], one[5:7], one[8:]) == (other[:4], other[8:], other[5:7]):
            return "typo"
        if abs((date.fromisoformat(one) - date.fromisoformat(other)).days) <= threshold("announced_days"):
            return "announced"
    return "unknown"


def office_cause(one: dict[str, Any], other: dict[str, Any]) -> Cause:
    """Why one person may be told of in two offices at one time."""
    if one["organisation_id"] != other["organisation_id"] and one["province"] != other["province"]:
        return "namesake"
    overlap = min(one["last"], other["last"]), max(one["first"], other["first"])
    if one["first"] != other["first"] or one["last"] != other["last"]:
        days = (date.fromisoformat(overlap[0]) - date.fromisoformat(overlap[1])).days
        if 0 < days <= threshold("change_days"):
            return "change"
    return "unknown"
