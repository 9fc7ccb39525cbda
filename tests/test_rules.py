"""Every rule of the shipped set: its examples, counterexamples and known misses, through the whole pipeline."""

import pytest
from conftest import ROOT

from extractor.audit.check import check, check_rule, counterexample_faults, example_faults
from extractor.loading import load_rules
from extractor.pipeline import Pipeline
from extractor.records import KINDS

RULES = load_rules()
ACTIVE = [rule for rule in RULES.rules if rule.status != "deprecated"]
PIPE = Pipeline(RULES, drafts=True)


def cases(name):
    return [pytest.param(rule, example, id=f"{rule.id}:{n}")
            for rule in ACTIVE for n, example in enumerate(getattr(rule, name), 1)]  # fmt: skip


@pytest.mark.parametrize(("rule", "example"), cases("examples"))
def test_example(rule, example):
    assert example_faults(rule, example, PIPE) == []


@pytest.mark.parametrize(("rule", "example"), cases("counterexamples"))
def test_counterexample(rule, example):
    assert counterexample_faults(rule, example, PIPE) == []


@pytest.mark.parametrize("rule", ACTIVE, ids=lambda rule: rule.id)
def test_alternatives_are_hit(rule):
    hit = [p for p in check_rule(rule, PIPE, growth=False) if "no example hits" in p.message]
    assert hit == []


def test_how_many():
    """A collected count that may be zero is no test: this many there are, at least."""
    assert {rule.kind for rule in ACTIVE} == set(KINDS)
    assert len(cases("examples")) >= max(430, 2 * len(ACTIVE))
    assert len(cases("counterexamples")) >= max(200, len(ACTIVE))
    assert len(ACTIVE) >= 180


def test_furniture():
    report = check(PIPE, only=["boilerplate"])
    assert report.problems == []
    assert report.rules >= 20 and report.examples >= 2 * report.rules and report.counterexamples >= report.rules


def test_no_seed_in_the_rules():
    """No rule and no row names a person of the five real articles (their gold stands beside the project in CI)."""
    people = ["Nguyễn Long Biên", "Trần Ngọc Tam", "Trương Thị Mai", "Bùi Ngọc Tư"]
    for path in [*ROOT.glob("rules/*.yaml"), *ROOT.glob("data/*.csv")]:
        text = path.read_text(encoding="utf-8")
        assert not [name for name in people if name in text], path
