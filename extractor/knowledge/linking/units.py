"""Values in canonical units: 1.250 triệu USD and 1,25 tỷ USD are both 1250000000 USD, exactly."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from extractor.knowledge.linking.vocabulary import folded, vocabulary, words


@lru_cache(maxsize=20_000)
def canonical_unit(unit: str | None, indicator: str | None, measure: str) -> tuple[str | None, Decimal]:
    """The canonical unit of a unit as written, and what one of it is in that.

    Ranks and ratios keep what they are out of (“/63”) apart from the series: their unit is “/”. A change of a rate
    that is itself in percent is in percentage points, whichever of both was written.
    """
    if unit is None:
        return None, Decimal(1)
    if unit.startswith("/"):
        return "/", Decimal(1)
    base, factor = _unscaled(folded(unit))
    head, slash, rest = base.partition("/")
    if indicator is not None and indicator.endswith("_per_capita"):
        for form in words("per_head"):
            base = base.removesuffix(folded(form))
        head, slash, rest = base.partition("/")
    known = _units().get((head, indicator)) or _units().get((head, None))
    if known is not None:
        head, factor = known[0], factor * known[1]
    if measure == "change" and head == "%" and _class(indicator) == "percent":
        head = "điểm phần trăm"
    return head + slash + rest, factor


def _unscaled(unit: str) -> tuple[str, Decimal]:
    factor = Decimal(1)
    first, _, rest = unit.partition(" ")
    while rest and first in _scales():
        factor *= _scales()[first]
        unit = rest
        first, _, rest = unit.partition(" ")
    return unit, factor


@lru_cache(maxsize=1)
def _scales() -> dict[str, Decimal]:
    return {folded(form): Decimal(row["factor"]) for row in vocabulary()["scales"] for form in row.forms("word")}


@lru_cache(maxsize=1)
def _units() -> dict[tuple[str, str | None], tuple[str, Decimal]]:
    return {
        (folded(form), row["indicator"] or None): (row["canonical"], Decimal(row["factor"]))
        for row in vocabulary()["canonical-units"]
        for form in row.forms("unit")
    }


@lru_cache(maxsize=1)
def _classes() -> dict[str, str]:
    return {row["id"]: row["class"] for row in vocabulary()["indicators"]}


def _class(indicator: str | None) -> str | None:
    return _classes().get(indicator) if indicator else None


def label_of(indicator: str) -> str:
    """The Vietnamese name of an indicator."""
    return _labels().get(indicator, indicator)


@lru_cache(maxsize=1)
def _labels() -> dict[str, str]:
    return {row["id"]: row["label"] for row in vocabulary()["indicators"]}


@lru_cache(maxsize=20_000)
def sector_key(sector: str | None) -> str:
    """The key under which the wordings of one sector meet (the forms of a row of data/sectors.csv)."""
    return "" if sector is None else _sectors().get(folded(sector), folded(sector))


@lru_cache(maxsize=1)
def _sectors() -> dict[str, str]:
    found: dict[str, str] = {}
    for row in vocabulary()["sectors"]:
        forms = [folded(form) for form in row.forms("sector")]
        for form in forms:
            found.setdefault(form, found.get(forms[0], forms[0]))
    return found
