"""Floors: the figures that an output of some gold must not fall below, in a file that is kept with the gold.

They stand in `floors.json` beside the gold folder, with the digest of the gold that they were measured on. The F1 of
every kind has one, and so has the number of right values of every field: with the same gold, finding one more fact
cannot lower it, while the share of right values may fall when more is found.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from extractor.audit.evaluate import DECIMALS, Evaluation
from extractor.audit.gold import FLOORS, gold_digest
from extractor.errors import UsageError
from extractor.knowledge.files import write_whole


@dataclass(frozen=True)
class Floors:
    """The digest of a gold folder, the F1 of each kind, and the number of right values of each `kind.field`."""

    gold: str
    f1: Mapping[str, float]
    right: Mapping[str, int]


@dataclass(frozen=True)
class Fall:
    """A figure below its floor."""

    name: str
    floor: float
    figure: float


def floors_path(gold: Path) -> Path:
    """Where the floors of a gold folder stand."""
    return gold.resolve().parent / FLOORS


def measured(evaluation: Evaluation, gold: Path) -> Floors:
    """The figures of an evaluation as floors."""
    figures = evaluation.figures
    return Floors(
        gold_digest(gold),
        {score: round(own.f1, DECIMALS) for score, own in figures.items()},
        {f"{score}.{name}": right for score, own in figures.items() for name, (right, _) in own.fields.items()},
    )


def read_floors(path: Path) -> Floors | None:
    """The floors of a file, None where there is none; raises `UsageError` for a damaged one."""
    if not path.exists():
        return None
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        f1 = {str(name): float(value) for name, value in data["f1"].items()}
        return Floors(str(data["gold"]), f1, {str(name): int(value) for name, value in data["right"].items()})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"{path}: damaged floors: {error!r}") from error


def write_floors(path: Path, floors: Floors) -> None:
    """Write floors, whole or not at all."""
    data = {"gold": floors.gold, "f1": dict(floors.f1), "right": dict(floors.right)}
    write_whole(path, json.dumps(data, indent=1) + "\n")


def falls(floors: Floors, figures: Floors) -> list[Fall]:
    """The figures below their floors, those that are not there any more too.

    Of another gold only the F1 of each kind is held against its floor: numbers of right values say nothing then.
    """
    found = list(_below(floors.f1, figures.f1))
    return found + list(_below(floors.right, figures.right)) if floors.gold == figures.gold else found


def _below(floors: Mapping[str, float], figures: Mapping[str, float]) -> Iterator[Fall]:
    for name, floor in floors.items():
        figure = figures.get(name, 0)
        if figure < floor:
            yield Fall(name, floor, figure)
