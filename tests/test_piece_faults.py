"""A broken shared piece is told once, where it stands; what only follows from it is not."""

import shutil
from pathlib import Path

import pytest

from extractor import RulesError, loading
from extractor.loading import load_rules
from extractor.shipped import home
from tests.test_rule_loading import RULE

PIECES = """\
- name: feast_word
  comment: Tên lễ
  pattern: (?:Hội\\sxuân|Lễ\\sthu)
- name: feast_lead
  comment: Lễ và dấu cách
  pattern: "{{feast_word}}\\\\s"
"""
USING = RULE.replace("(?:Hội\\sxuân|Lễ\\sthu)\\s", "{{feast_lead}}")
SECOND = USING.replace("dates.test-feast", "dates.test-other")


def problems(folder: Path | None) -> list[str]:
    with pytest.raises(RulesError) as error:
        load_rules(folder)
    return [str(p).replace(f"{folder}/", "") for p in error.value.problems]


def write(tmp_path: Path, pieces: str) -> Path:
    (tmp_path / "_patterns.yaml").write_text(pieces, encoding="utf-8")
    (tmp_path / "dates.yaml").write_text(USING + SECOND, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("thu)", "thu", "the piece {{feast_word}} does not compile: a parenthesis is never closed"),
        ("Lễ\\sthu", "{{no_such}}", "the piece {{feast_word}} uses a piece that is not in _patterns.yaml: {{no_such}}"),
        ("Lễ\\sthu", "{{no.such}}", "the piece {{feast_word}}: no table data/no.csv"),
        ("Lễ\\sthu", "{{feast_word}}", "the piece {{feast_word}} holds itself: feast_word → feast_word"),
    ],
)
def test_a_broken_piece_is_told_once(tmp_path, old, new, message):
    told = problems(write(tmp_path, PIECES.replace(old, new)))
    assert told == [f"_patterns.yaml:1: {message}; patterns that use it and were not checked: 2"]


def test_a_piece_without_its_name_spoils_no_pattern(tmp_path):
    told = problems(write(tmp_path, PIECES.replace("name: feast_word", "nam: feast_word")))
    assert told == [
        "_patterns.yaml:1: a piece without name",
        "_patterns.yaml:1: unknown key 'nam'; a piece has name, comment, pattern",
    ]


def test_a_patterns_own_mistake_is_told_beside(tmp_path):
    folder = write(tmp_path, PIECES)
    (folder / "dates.yaml").write_text(USING.replace("\\d{4}", "{{nowhere}}") + SECOND, encoding="utf-8")
    assert problems(folder) == ["dates.yaml:5: no piece {{nowhere}} in _patterns.yaml"]


def test_files_of_pieces_and_tables_that_cannot_be_read(tmp_path, monkeypatch):
    shipped = tmp_path / "shipped"
    for name in ("rules", "data"):
        shutil.copytree(home() / name, shipped / name, ignore=shutil.ignore_patterns("samples", "boundaries"))
    (shipped / "rules" / "_patterns.yaml").write_text("- name: [\n", encoding="utf-8")
    (shipped / "data" / "surnames.csv").write_text('surname\n"', encoding="utf-8")
    monkeypatch.setattr(loading, "home", lambda: shipped)
    told = problems(None)
    assert len(told) == 2 and "surnames.csv:2: no CSV" in told[0] and "_patterns.yaml:2: no YAML" in told[1]
