"""The texts of `rules/boundaries/`: run by checks beside a rule's own examples, never by an extraction."""

import pytest

from extractor.audit.boundaries import with_boundaries
from extractor.audit.check import check
from extractor.errors import RulesError
from extractor.loading import load_rules
from extractor.pipeline import Pipeline

RULE = r"""
- id: dates.gathered
  status: stable
  kind: date
  description: Năm của một cuộc tụ họp
  pattern: tụ\shọp\s(?<year>\d{4})
  helpers: [year]
  values:
    value: year
  examples:
    - text: "Bản [[tụ họp 2020]]."
      facts: [{value: 2020}]
    - text: "Mường [[tụ họp 2021]]."
      facts: [{value: 2021}]
  counterexamples:
    - text: "Bản tụ họp."
      why: không có năm
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "boundaries").mkdir()
    (tmp_path / "dates.yaml").write_text(RULE, encoding="utf-8")
    return tmp_path


def boundary(folder, text):
    (folder / "boundaries" / "dates.yaml").write_text(text, encoding="utf-8")
    return load_rules(folder)


def test_boundaries_are_added_to_their_rule_and_only_for_checks(folder):
    rules = boundary(folder, '- id: dates.gathered\n  counterexamples:\n    - {text: "tụ họp 99", why: hai chữ số}\n')
    assert len(rules["dates.gathered"].counterexamples) == 1
    rule = with_boundaries(rules)["dates.gathered"]
    assert [e.text for e in rule.counterexamples] == ["Bản tụ họp.", "tụ họp 99"]
    assert rule.counterexamples[1].file.endswith("boundaries/dates.yaml") and rule.counterexamples[1].line == 3


def test_a_wrong_boundary_is_told_with_its_own_file_and_line(folder):
    rules = boundary(folder, '- id: dates.gathered\n  counterexamples:\n    - {text: "tụ họp 1999", why: sai}\n')
    problems = [p for p in check(Pipeline(rules), only=["dates.gathered"], growth=False).problems if "tụ" in str(p)]
    assert len(problems) == 1 and "boundaries/dates.yaml:3: dates.gathered: finds" in str(problems[0])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- id: dates.no-such\n", "dates.yaml:1: no rule 'dates.no-such' in the folder above"),
        ("- id: dates.gathered\n  pattern: x\n", "dates.yaml:2: unknown key 'pattern'"),
        ("id: dates.gathered\n", "dates.yaml:1: a top-level list is wanted"),
        ("- {id: dates.gathered, counterexamples: [{text: tụ họp}]}\n", "a counterexample wants its why"),
    ],
)
def test_what_is_wrong_in_the_file_is_refused(folder, text, said):
    with pytest.raises(RulesError) as refused:
        with_boundaries(boundary(folder, text))
    assert said in str(refused.value)


def test_the_shipped_rules_have_boundaries_of_every_kind():
    shipped = load_rules()
    more = with_boundaries(shipped)
    grown = {rule.kind for rule in shipped.rules if len(more[rule.id].examples) > len(rule.examples)}
    assert grown == {"date", "document", "official", "indicator", "program"}
