"""The gate: no figure on articles with gold falls below its floor (`floors.json` beside the gold)."""

import pytest
from conftest import ROOT, SAMPLES

from extractor.audit.evaluate import evaluate
from extractor.audit.floors import falls, floors_path, measured, read_floors
from extractor.audit.gold import load_gold
from extractor.audit.outputs import Output
from extractor.audit.views import fall_lines
from extractor.messages import Messages

#: Every folder with gold/ and articles/. The corpus part has no articles here: .ci/run holds it against its floors.
PARTS = [
    SAMPLES,
    *sorted(gold.parent for gold in (ROOT / "data" / "gold").glob("*/gold") if (gold.parent / "articles").is_dir()),
]


def test_every_part_is_there():
    assert PARTS[0] == SAMPLES and (SAMPLES / "gold").is_dir()
    parts = {folder.name for folder in (ROOT / "data" / "gold").glob("*") if folder.is_dir()} - {"corpus"}
    assert parts == {part.name for part in PARTS[1:]}, "a part without gold/ or articles/"


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_no_figure_falls(part, extracted):
    gold = part / "gold"
    figures = measured(evaluate(load_gold(gold), Output(extracted(part / "articles"))), gold)
    assert sum(figures.right.values()) > 0
    floors = read_floors(floors_path(gold))
    run = f"danvan extract {part}/articles --out kb --fresh && danvan evaluate {gold} kb --no-errors --update"
    assert floors is not None, f"no floors for {gold}; run: {run}"
    assert floors.gold == figures.gold, f"the floors are those of another gold; run: {run}"
    fallen = falls(floors, figures)
    assert not fallen, f"below the floors:\n{fall_lines(fallen, Messages('en'))}\nif that is meant: {run} --lower"
