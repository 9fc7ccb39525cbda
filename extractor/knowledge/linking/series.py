"""Series: one measure of one area over time, in one unit, and the points that the facts give.

Two units of one name before and since the reform of 2025 have two series, which lead to each other.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from extractor.entities import Point, SeriesEntity
from extractor.gazetteer import Unit
from extractor.knowledge.linking.mention import Mention, links_of, named
from extractor.knowledge.linking.places import NATION, digest, place_id, register, unit_key
from extractor.knowledge.linking.units import canonical_unit, label_of, sector_key
from extractor.knowledge.linking.vocabulary import folded


@dataclass(frozen=True, slots=True)
class Area:
    """Whose figure it is: a key, the unit where there is one, and why."""

    key: str
    unit: Unit | None
    why: str


def series_key(fact: dict[str, Any], area: Area) -> str:
    """What a series is known by: indicator (or label), measure, area, sector, subject, canonical unit."""
    unit, _ = canonical_unit(fact["unit"], fact["indicator"], fact["measure"])
    label = "" if fact["indicator"] else folded(fact["label"] or "")
    parts = [fact["indicator"] or "", label, fact["measure"], area.key, sector_key(fact["sector"]),
             folded(fact["subject"] or ""), unit or ""]  # fmt: skip
    return json.dumps(parts, ensure_ascii=False)


def data_of(fact: dict[str, Any], area: Area) -> list[Any]:
    """What the resolver wants of an indicator fact."""
    _, factor = canonical_unit(fact["unit"], fact["indicator"], fact["measure"])
    value, value_max = (None if v is None else Decimal(v) for v in (fact["value"], fact["value_max"]))
    assert value is not None
    return [str(value), value_max and str(value_max), fact["unit"], str(value * factor),
            None if value_max is None else str(value_max * factor),
            fact["period"], fact["status"], fact["base_period"], fact["bound"], fact["label"], fact["area"],
            fact["sector"], fact["subject"], area.why]  # fmt: skip


class _Told:
    def __init__(self, mention: Mention) -> None:
        self.mention = mention
        (value, value_max, self.unit, canonical, canonical_max, self.period, self.status, self.base, self.bound,
         self.label, self.area, self.sector, self.subject, self.why) = mention.data  # fmt: skip
        self.value, self.canonical = Decimal(value), Decimal(canonical)
        self.value_max = None if value_max is None else Decimal(value_max)
        self.canonical_max = None if canonical_max is None else Decimal(canonical_max)

    def point(self) -> tuple[str, str, str, Decimal, Decimal, str]:
        """What makes two facts one point: period, base, status and canonical value; of ranks what they are out of."""
        out_of = self.unit if self.unit and self.unit.startswith("/") else ""
        top = self.canonical if self.canonical_max is None else self.canonical_max
        return (self.period or "", self.base or "", self.status, self.canonical, top, out_of)


def resolve(key: str, mentions: Iterable[Mention]) -> SeriesEntity:
    """The series of a block."""
    told = [_Told(m) for m in sorted(mentions, key=lambda m: m.fact)]
    indicator, label, measure, area, _, _, unit = json.loads(key)
    points: dict[tuple[Any, ...], list[_Told]] = defaultdict(list)
    for one in told:
        points[one.point()].append(one)
    areas, _ = named((one.area, one.mention.fact) for one in told if one.area)
    sectors, _ = named((one.sector, one.mention.fact) for one in told if one.sector)
    subjects, _ = named((one.subject, one.mention.fact) for one in told if one.subject)
    labels, others = named((one.label, one.mention.fact) for one in told if one.label)
    shown = label_of(indicator) if indicator else labels or label
    place = register().units.get(area[2:]) if area.startswith("U:") else None
    name = ", ".join(part for part in (shown, sectors, subjects, _told_area(place, areas)) if part)
    return SeriesEntity(
        id=series_id(key), name=name, aliases=sorted({*others, *([labels] if labels and indicator else [])} - {shown}),
        indicator=indicator or None, label=None if indicator else labels or None, measure=measure, area=areas or None,
        place=place_id(place) if place else None, province=(place.province or None) if place else None,
        sector=sectors or None, subject=subjects or None, unit=unit or None,
        points=[_point(points[k]) for k in sorted(points)], facts=sorted({one.mention.fact for one in told}),
        links=links_of((one.mention.fact, one.why, "area" if one.area else None) for one in told),
    )  # fmt: skip


def _told_area(place: Unit | None, area: str) -> str:
    """The area, with its days where the name has stood for other units at other times."""
    if place is None or place is NATION:
        return area
    if place.table != "provinces" or not (place.first or place.last):
        return area
    return f"{area} ({place.first}–{place.last})"


def _point(told: list[_Told]) -> Point:
    first = told[0]
    bounds = {one.bound for one in told}
    return Point(
        period=first.period, base_period=first.base, status=first.status, value=first.value, value_max=first.value_max,
        unit=first.unit, canonical_value=first.canonical, canonical_value_max=first.canonical_max,
        bound=first.bound if len(bounds) == 1 else None, sources=len({one.mention.root for one in told}),
        facts=sorted(one.mention.fact for one in told),
    )  # fmt: skip


def series_id(key: str) -> str:
    """The id of a series' entity."""
    return digest("series", key)


def after_keys(key: str) -> list[str]:
    """The keys of the series that go on from one: those of the units that its area went into."""
    return _moved(key, register().successors)


def before_keys(key: str) -> list[str]:
    """The keys of the series that one goes on from."""
    return _moved(key, register().predecessors)


def _moved(key: str, where: dict[str, list[Unit]]) -> list[str]:
    parts = json.loads(key)
    if not parts[3].startswith("U:"):
        return []
    moved = []
    for unit in where.get(parts[3][2:], []):
        moved.append(json.dumps([*parts[:3], f"U:{unit_key(unit)}", *parts[4:]], ensure_ascii=False))
    return moved
