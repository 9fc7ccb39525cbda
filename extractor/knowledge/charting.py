"""What `danvan plot` draws: the series of an indicator, told apart by status, joined over time, cut at mergers.

A series that goes on in another area since a merger is drawn in its own colour with a break, never as one line.
"""

from __future__ import annotations

import csv
import datetime
import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from extractor.errors import UsageError
from extractor.knowledge.exporting.source import Line, Source
from extractor.shipped import home
from extractor.text import fold, unaccented
from extractor.timex import days

#: Series that are drawn where no area is named.
MOST_SERIES = 6
#: Words before the name of an area that may be left out.
_LEVELS = ("tỉnh ", "thành phố ", "huyện ", "thị xã ", "quận ", "xã ", "phường ", "thị trấn ", "tp. ", "tp ")
#: Canonical units in the sizes that people write: (unit, factor), the smallest first.
_SIZES: Mapping[str, Sequence[tuple[str, int]]] = {
    "đồng": (("đồng", 1), ("triệu đồng", 10**6), ("tỷ đồng", 10**9), ("nghìn tỷ đồng", 10**12)),
    "USD": (("USD", 1), ("triệu USD", 10**6), ("tỷ USD", 10**9)),
}


@dataclass(frozen=True)
class Mark:
    """A point: when it is about (first and last day), its value in the chart's unit, its status."""

    first: datetime.date
    last: datetime.date
    period: str
    value: float
    value_max: float | None
    status: str
    sources: int

    def as_data(self) -> dict[str, Any]:
        """The point as JSON-ready data."""
        return {name: getattr(self, name) for name in ("period", "status", "value", "value_max", "sources")}

    @property
    def middle(self) -> datetime.date:
        """Where it is drawn."""
        return self.first + (self.last - self.first) / 2


@dataclass(frozen=True)
class Curve:
    """One series: its name in the chart, its points in order of time, the areas that it comes from and goes on in."""

    id: str
    name: str
    marks: Sequence[Mark]
    continues: Sequence[str]
    continued_by: Sequence[str]


@dataclass(frozen=True)
class Break:
    """A merger: the day from which the area is another, and the names before and after."""

    day: datetime.date
    before: str
    after: str


@dataclass
class Chart:
    """All that is drawn; `undated` points have no period, `left_out` series would have been too many."""

    title: str
    unit: str
    curves: list[Curve] = field(default_factory=list)
    breaks: list[Break] = field(default_factory=list)
    undated: int = 0
    left_out: list[str] = field(default_factory=list)

    def as_data(self) -> dict[str, Any]:
        """The chart as JSON-ready data."""
        return {
            "title": self.title, "unit": self.unit, "undated": self.undated, "left_out": self.left_out,
            "series": [{"id": c.id, "name": c.name, "points": [m.as_data() for m in c.marks]} for c in self.curves],
            "breaks": [{"day": b.day.isoformat(), "before": b.before, "after": b.after} for b in self.breaks],
        }  # fmt: skip


class Indicators:
    """The list of indicators that ships: ids with their labels and names."""

    @cached_property
    def _rows(self) -> list[dict[str, str]]:
        with (home() / "data" / "indicators.csv").open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))

    def find(self, wanted: str, held: Iterable[str]) -> str:
        """The id of an indicator by id, label or name; raises `UsageError` with the nearest of those `held`."""
        known = {row["id"] for row in self._rows} | set(held)
        if wanted in known:
            return wanted
        names = {unaccented(name): row["id"] for row in self._rows for name in (row["label"], *row["names"].split("|"))}
        if (key := unaccented(wanted)) in names:
            return names[key]
        near = difflib.get_close_matches(wanted, sorted(known), n=3, cutoff=0.5)
        near = near or [names[n] for n in difflib.get_close_matches(key, names, n=3, cutoff=0.5)]
        told = ", ".join(dict.fromkeys(near or sorted(held)[:10])) or "-"
        raise UsageError(f"no indicator {wanted!r}; nearest: {told}")

    def label(self, indicator: str) -> str:
        """The label of an indicator, its id where the list has none."""
        return next((row["label"] for row in self._rows if row["id"] == indicator), indicator)


def chart(
    source: Source, wanted: str, *, areas: Sequence[str] = (), measure: str = "level", sector: str | None = None,
) -> Chart:  # fmt: skip
    """The chart of an indicator; raises `UsageError` where there is no such indicator, area or series."""
    series: list[Line] = []
    places: dict[str, Line] = {}
    for entity in source.entities():
        if entity["type"] == "series":
            series.append(entity)
        elif entity["type"] == "place":
            places[str(entity["id"])] = entity
    listed = Indicators()
    indicator = listed.find(wanted, {str(s["indicator"]) for s in series if s.get("indicator")})
    own = [
        s for s in series if s.get("indicator") == indicator and s["measure"] == measure and s.get("subject") is None
    ]
    own = [s for s in own if (s.get("sector") or None) == sector]
    if not own:
        others = sorted({listed.label(str(s["indicator"])) for s in series if s.get("indicator")})
        raise UsageError(
            f"no series of {listed.label(indicator)} ({measure}); there are {', '.join(others[:12]) or 'none'}"
        )
    unit = _usual([str(s.get("unit") or "") for s in own for _ in s["points"]])
    own = [s for s in own if str(s.get("unit") or "") == unit]
    chosen, left_out = _chosen(own, areas)
    size, factor = _size(unit, chosen)
    made = Chart(listed.label(indicator), size, left_out=[_area(s) for s in left_out])
    for one in chosen:
        marks = [mark for point in one["points"] if (mark := _mark(point, factor)) is not None]
        made.undated += len(one["points"]) - len(marks)
        marks.sort(key=lambda m: (m.middle, m.status, m.value))
        made.curves.append(Curve(str(one["id"]), _area(one), marks, one["continues"], one["continued_by"]))
    _told_apart(made.curves, chosen, places)
    by_id = {str(s["id"]): s for s in chosen}
    for one in chosen:
        for after in one["continued_by"]:
            day = _ended(one, places)
            if after in by_id and day is not None:
                made.breaks.append(Break(day, _area(one), _area(by_id[after])))
    return made


def _usual(values: Sequence[str]) -> str:
    return max(sorted(set(values)), key=values.count)


def _area(series: Mapping[str, Any]) -> str:
    return str(series.get("area") or series.get("province") or "–")


def _told_apart(curves: list[Curve], series: Sequence[Line], places: Mapping[str, Line]) -> None:
    """Areas of one name get the days between which they were."""
    names = [curve.name for curve in curves]
    for number, (curve, one) in enumerate(zip(list(curves), series, strict=True)):
        place = places.get(str(one.get("place")))
        if names.count(curve.name) > 1 and place is not None:
            ends = [place.get("valid_from"), place.get("valid_to")]
            if any(ends):
                told = "–".join(
                    "" if end is None else "/".join(str(int(n)) for n in reversed(end.split("-"))) for end in ends
                )
                curves[number] = replace(curve, name=f"{curve.name} ({told})")


def _bare(area: str) -> str:
    key = fold(area)
    return next((key[len(level) :] for level in _LEVELS if key.startswith(level)), key)


def _chosen(series: Sequence[Line], areas: Sequence[str]) -> tuple[list[Line], list[Line]]:
    """The series of the areas with those that they continue or that continue them; else those with most points."""
    if not areas:
        ranked = sorted(series, key=lambda s: (-len(s["points"]), _area(s), str(s["id"])))
        return sorted(ranked[:MOST_SERIES], key=lambda s: (_area(s), str(s["id"]))), ranked[MOST_SERIES:]
    by_id = {str(s["id"]): s for s in series}
    wanted: dict[str, Line] = {}
    for area in areas:
        found = [s for s in series if fold(_area(s)) == fold(area)] or [
            s for s in series if _bare(_area(s)) == _bare(area)
        ]
        if not found:
            names = {unaccented(_area(s)): _area(s) for s in series}
            near = difflib.get_close_matches(unaccented(area), names, n=3, cutoff=0.4)
            told = ", ".join(names[n] for n in near) or ", ".join(sorted(names.values())[:10])
            raise UsageError(f"no series of the area {area!r}; nearest: {told}")
        for way in ("continues", "continued_by"):  # not to what else was merged into the same
            queue, seen = list(found), set()
            while queue:
                one = queue.pop(0)
                if str(one["id"]) not in seen:
                    seen.add(str(one["id"]))
                    wanted[str(one["id"])] = one
                    queue += [by_id[i] for i in one[way] if i in by_id]
    return list(wanted.values()), []


def _size(unit: str, series: Sequence[Line]) -> tuple[str, int]:
    """The unit in the size in which most values are written, and its factor."""
    values = sorted(abs(Decimal(p["canonical_value"])) for s in series for p in s["points"])
    middle = values[len(values) // 2] if values else Decimal(0)
    able = [(name, factor) for name, factor in _SIZES.get(unit, ()) if middle >= factor]
    return able[-1] if able else (unit, 1)


def _mark(point: Mapping[str, Any], factor: int) -> Mark | None:
    """A point where its period is settled."""
    first, last = days(str(point["period"])) if point.get("period") else (None, None)
    if first is None or last is None:
        return None
    most = point.get("canonical_value_max")
    return Mark(
        datetime.date.fromisoformat(first), datetime.date.fromisoformat(last), str(point["period"]),
        float(Decimal(point["canonical_value"]) / factor), None if most is None else float(Decimal(most) / factor),
        str(point["status"]), int(point["sources"]),
    )  # fmt: skip


def _ended(series: Mapping[str, Any], places: Mapping[str, Line]) -> datetime.date | None:
    """The first day on which a series' area is not any more what it was."""
    place = places.get(str(series.get("place")))
    last = place.get("valid_to") if place else None
    return datetime.date.fromisoformat(last) + datetime.timedelta(days=1) if last else None
