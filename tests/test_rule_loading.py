"""What the loader and `rules check` refuse, with file and line."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from extractor import RulesError, load
from extractor.audit.check import check
from extractor.loading import load_rules, unmark

RULE = """\
- id: dates.test-feast
  status: stable
  kind: date
  description: Ngày lễ thử
  pattern: |-
    \\b(?:Hội\\sxuân|Lễ\\sthu)\\s(?<day>\\d\\d?)/(?<month>\\d\\d?)/(?<year>\\d{4})
  helpers: [day, month, year]
  values: {value: day}
  priority: 99
  examples:
    - text: "[[Hội xuân 3/2/2020]] đông vui."
      facts: [{value: 2020-02-03}]
    - text: "[[Lễ thu 3/9/2020]] đông vui."
      facts: [{value: 2020-09-03}]
  counterexamples:
    - text: "Hội xuân 2020."
      why: không có ngày
"""


def folder(tmp_path: Path, text: str, name: str = "dates.yaml") -> Path:
    (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def problems(tmp_path: Path, text: str, name: str = "dates.yaml") -> list[str]:
    with pytest.raises(RulesError) as error:
        load_rules(folder(tmp_path, text, name))
    return [str(p).replace(f"{tmp_path}/", "") for p in error.value.problems]


def line_of(text: str, what: str) -> int:
    return text[: text.index(what)].count("\n") + 1


REFUSED = [
    ("  kind: date\n", "  kind: date\n  colour: red\n", "colour", r"unknown key 'colour'"),
    ("- id: dates.test-feast\n  status", "- status", "- status", r"without id"),
    ("(?<day>", "(?<hour>", "pattern: |-", r"'hour' is neither a field of date nor under helpers"),
    ("\\s(?<day>", "\\s((?<day>", "(?:Hội", r"unnamed capturing group"),
    ("{4})", "{4}", "pattern: |-", r"parenthesis is never closed"),
    ("\\d{4}", "{{no_such_piece}}", "pattern: |-", r"no piece \{\{no_such_piece\}\}"),
    ("\\d{4}", "{{titles.no_such}}", "pattern: |-", r"has no column no_such"),
    ("value: day}", "value: dya}", "values:", r"no normaliser 'dya'"),
    ("values: {value: day}", "values: {valu: day}", "values:", r"date has no field 'valu'"),
    ("[[Hội xuân 3/2/2020]]", "[[Hội xuân 3/2/2020", "- text: \"[[Hội", r"is not closed"),
    ("  counterexamples:\n    - text: \"Hội xuân 2020.\"\n      why: không có ngày\n", "", "- id", r"a counterexample is wanted"),
    ("      why: không có ngày\n", "", "- text: \"Hội xuân 2020", r"wants its why"),
    ("status: stable", "status: good", "status:", r"status is one of"),
    ("kind: date", "kind: feast", "kind:", r"kind is one of"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "at", "message"), REFUSED, ids=[r[3] for r in REFUSED])
def test_refused_with_file_and_line(tmp_path, old, new, at, message):
    text = RULE.replace(old, new)
    assert text != RULE
    found = problems(tmp_path, text)
    assert any(re.search(message, p) for p in found), found
    wanted = line_of(text, at)
    numbers = [int(p.split(":")[1]) for p in found if re.search(message, p)]
    assert all(abs(n - wanted) <= 1 for n in numbers), (wanted, found)


def test_all_mistakes_at_once(tmp_path):
    text = RULE.replace("status: stable", "status: good") + RULE.replace("values: {value: day}", "values: {valu: day}")
    found = problems(tmp_path, text)
    assert any("status is one of" in p for p in found) and any("no field 'valu'" in p for p in found)


def test_id_used_twice(tmp_path):
    assert any("is used in" in p for p in problems(tmp_path, RULE + RULE))


def test_an_example_must_have_two(tmp_path):
    one = RULE.replace('    - text: "[[Lễ thu 3/9/2020]] đông vui."\n      facts: [{value: 2020-09-03}]\n', "")
    assert any("at least two examples" in p for p in problems(tmp_path, one))


def test_not_yaml(tmp_path):
    assert any("no YAML" in p for p in problems(tmp_path, "- id: [\n"))


def test_bad_table(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "surnames.csv").write_text("surname,people\nA,B,C\n", encoding="utf-8")
    with pytest.raises(RulesError) as error:
        load_rules(tmp_path)
    assert "surnames.csv:2: 3 cells under 2 columns" in str(error.value)


def test_missing_folder(tmp_path):
    with pytest.raises(RulesError, match="no such rules folder"):
        load_rules(tmp_path / "none")


@pytest.mark.parametrize("text", ["a [[b", "a ]] b", "[[a [[b]]"])
def test_marks_must_close(text):
    assert unmark(text)[2]


def test_unmark():
    assert unmark("x [[ab]] y [[c]]") == ("x ab y c", [(2, 4), (7, 8)], None)


class TestLayering:
    def test_a_rule_is_added(self, tmp_path):
        pipe = load(folder(tmp_path, RULE))
        assert [e.rule for f in pipe("Hội xuân 3/2/2020 vui.").facts for e in f.evidence] == ["dates.test-feast"]

    def test_a_rule_is_turned_off(self, tmp_path, pipe):
        text = "Quyết định số 12/QĐ-UBND của UBND tỉnh."
        rules = {e.rule for f in pipe(text).facts for e in f.evidence if f.kind == "document"}
        assert rules
        off = "".join(f"- {{id: {r}, status: deprecated, kind: document, description: tắt}}\n" for r in sorted(rules))
        after = {e.rule for f in load(folder(tmp_path, off))(text).facts for e in f.evidence}
        assert not rules & after

    def test_a_row_is_added(self, tmp_path):
        (tmp_path / "data").mkdir()
        (tmp_path / "data" / "spelling.csv").write_text("written,canonical\nhọp,hợp\n", encoding="utf-8")
        assert load(tmp_path).rules.digest != load_rules().digest

    def test_drafts_fire_only_when_asked(self, tmp_path):
        where = folder(tmp_path, RULE.replace("status: stable", "status: draft"))
        fired = [
            {e.rule for f in load(where, drafts=d)("Hội xuân 3/2/2020").facts for e in f.evidence}
            for d in (False, True)
        ]
        assert ["dates.test-feast" in f for f in fired] == [False, True]


class TestCheck:
    def only(self, tmp_path, text):
        return [str(p) for p in check(load(folder(tmp_path, text)), only=["dates.test-feast"], growth=False).problems]

    def test_a_good_rule_passes(self, tmp_path):
        assert self.only(tmp_path, RULE) == []

    def test_a_wrong_value(self, tmp_path):
        text = RULE.replace("2020-02-03", "2020-03-02")
        found = self.only(tmp_path, text)
        assert len(found) == 1 and f"dates.yaml:{line_of(text, '- text: ')}: " in found[0] and "2020-02-03" in found[0]

    def test_an_alternative_that_no_example_hits(self, tmp_path):
        text = RULE.replace("Lễ\\sthu", "Lễ\\sthu|Tết\\shạ")
        found = self.only(tmp_path, text)
        assert len(found) == 1 and "Tết" in found[0] and f":{line_of(text, '(?:Hội')}:" in found[0]

    def test_wrong_evidence(self, tmp_path):
        assert (
            "evidence is" in self.only(tmp_path, RULE.replace("[[Lễ thu 3/9/2020]]", "[[Lễ thu 3/9/2020]] [[đông]]"))[0]
        )

    def test_a_counterexample_that_fires(self, tmp_path):
        assert "counterexample" in self.only(tmp_path, RULE.replace("Hội xuân 2020.", "Hội xuân 1/1/2020."))[0]

    def test_another_rule_that_answers(self, tmp_path):
        second = RULE.replace("test-feast", "test-other").replace("priority: 99", "priority: 100")
        found = self.only(tmp_path, RULE + second)
        assert any("dates.test-other answers" in p for p in found)

    def test_a_pattern_that_explodes(self, tmp_path):
        text = RULE.replace("{4})", "{4})|(?:(?:a\\s?)+)+b")
        where = folder(tmp_path, text)
        found = check(load(where), only=["dates.test-feast"]).problems
        assert any("time grows" in p.message for p in found)

    def test_command(self, tmp_path):
        where = folder(tmp_path, RULE.replace("2020-02-03", "2020-03-02"))
        danvan = [sys.executable, "-m", "extractor.cli", "rules", "check", "dates.test-feast", "--no-growth"]
        run = subprocess.run([*danvan, "--rules", str(where)], capture_output=True, text=True, check=False)
        assert run.returncode == 1 and "dates.yaml:" in run.stdout
        bad = folder(tmp_path, "- id: [\n")
        run = subprocess.run([*danvan, "--rules", str(bad)], capture_output=True, text=True, check=False)
        assert run.returncode == 2 and "dates.yaml:" in run.stderr and "Traceback" not in run.stderr
