"""What rules do over articles, and what an edit of them changes: counts, sentences, pages, exit codes."""

import json
import shutil

import pytest
from conftest import danvan

from extractor.audit.coverage import SAMPLE, as_data, coverage
from extractor.audit.finding import articles
from extractor.audit.outputs import Output

RULE = """
- id: {id}
  status: {status}
  kind: date
  description: Một quy tắc thử
  pattern: \\b{pattern}\\b
  set: {{value: '{value}'}}
  helpers: []
  examples:
    - {{text: "Hẹn [[{words}]].", facts: [{{value: '{value}'}}]}}
    - {{text: "Cứ [[{words}]] nhé.", facts: [{{value: '{value}'}}]}}
  counterexamples: [{{text: "không có gì", why: không nhắc}}]
"""


@pytest.fixture(scope="module")
def counted(pipe, samples_kb):
    return coverage(pipe, articles(Output(samples_kb)), timed=False)


def test_counts_are_those_of_the_knowledge_base(counted, samples_kb):
    facts = [json.loads(line) for line in (samples_kb / "facts.jsonl").read_text().splitlines()]
    data = as_data(counted)
    assert data["articles"] == 23 and sum(data["facts"].values()) == len(facts)
    for rule in data["rules"]:
        own = [f for f in facts if any(e["rule"] == rule["rule"] for e in f["evidence"])]
        assert rule["facts"] == len(own) and rule["articles"] == len({f["article_id"] for f in own}), rule["rule"]
        assert rule["alone"] <= rule["facts"] and len(rule["sample"]) == min(SAMPLE, rule["facts"])
        for shown in rule["sample"]:
            words = shown["sentence"][slice(*shown["marked"])]
            assert any(f["id"] == shown["fact"] and e["text"] == words for f in own for e in f["evidence"])
    assert set(data["silent"]) == {r["rule"] for r in data["rules"] if not r["facts"]} and data["silent"]
    assert sum(r["share"] for r in data["rules"] if r["kind"] == "document") >= 0.99


def test_conflicts_are_told_from_both_sides(counted):
    data = as_data(counted)
    rules = {r["rule"]: r for r in data["rules"]}
    assert data["conflicts"]
    for c in data["conflicts"]:
        assert rules[c["won"]]["overlaps_won"][c["lost"]] == rules[c["lost"]]["overlaps_lost"][c["won"]] == c["times"]


def test_the_command(samples_kb, tmp_path):
    shown = danvan("rules", "coverage", samples_kb, "document", "--sample", "--lang", "vi")
    assert shown.returncode == 0 and "documents.coded".partition(".")[2] in shown.stdout and "văn bản" in shown.stdout
    assert "dates." not in shown.stdout and "[[" in shown.stdout and shown.stderr == ""
    refused = ["rules", "coverage", samples_kb, "officials.titles-name", "--refused", "2", "--no-time", "--json"]
    (own,) = [r for r in json.loads(danvan(*refused).stdout)["rules"] if r["rule"] == "officials.titles-name"]
    assert len(own["stopped"]) == 2 <= sum(own["refused"].values())
    assert all(s["why"] in own["refused"] and s["sentence"][slice(*s["marked"])] for s in own["stopped"])
    wrong = danvan("rules", "coverage", samples_kb, "documents.code")
    assert wrong.returncode == 2 and "documents.coded" in wrong.stderr
    assert danvan("rules", "coverage", tmp_path / "nowhere").returncode == 2


@pytest.fixture
def mine(tmp_path):
    """Two rules folders and a folder of two articles."""

    def folder(name, **rule):
        (tmp_path / name).mkdir()
        (tmp_path / name / "dates.yaml").write_text(
            RULE.format(**rule, pattern=rule["words"].replace(" ", "\\s")), encoding="utf-8"
        )
        return tmp_path / name

    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("Hẹn ngày hội làng, ngày 5/3/2021 họp.\n", encoding="utf-8")
    (tmp_path / "in" / "b.txt").write_text("Ngày hội làng <b onclick=x>vui</b>. Hẹn ngày hội làng.\n", encoding="utf-8")
    old = folder("old", id="dates.village", status="stable", words="ngày hội làng", value="2001")
    return old, folder, tmp_path / "in"


def test_diff_of_rules(mine, tmp_path):
    old, folder, articles_ = mine
    new = folder("new", id="dates.village", status="stable", words="hội làng", value="2002")
    page = tmp_path / "page.html"
    run = danvan("rules", "diff", old, new, articles_, "--json", "--html", page)
    assert run.returncode == 0, run.stderr
    data = json.loads(run.stdout)
    assert data["articles"] == {"both": 2, "only_a": 0, "only_b": 0}
    assert {c["rule"] for c in data["changes"]} == {"dates.village"} and data["counts"]["same"] == 1
    html = page.read_text(encoding="utf-8")
    assert "<script" not in html and "onclick=x&gt;" in html and "default-src 'none'" in html
    shown = danvan("rules", "diff", old, new, articles_, "--fail-on", "losses", "--workers", 2)
    assert shown.returncode == (1 if data["counts"]["lost"] else 0) and "dates.village" in shown.stdout
    gain = danvan("rules", "diff", "shipped", old, articles_, "--fail-on", "losses")
    assert gain.returncode == 0 and "+ 2001" in gain.stdout
    loss = danvan("rules", "diff", old, "shipped", articles_, "--fail-on", "losses")
    assert loss.returncode == 1 and "- 2001" in loss.stdout and "[[ngày hội làng]]" in loss.stdout
    same = danvan("rules", "diff", old, old, articles_, "--fail-on", "changes")
    assert same.returncode == 0


def test_diff_over_a_knowledge_base(mine, samples_kb, tmp_path):
    old, _, _ = mine
    run = danvan("rules", "diff", "shipped", old, samples_kb, "--json", "--workers", 2)
    assert run.returncode == 0 and json.loads(run.stdout)["changes"] == []
    assert json.loads(run.stdout)["counts"]["same"] == len((samples_kb / "facts.jsonl").read_text().splitlines())


def test_what_cannot_be_compared(mine, tmp_path):
    old, _, articles_ = mine
    broken = tmp_path / "broken"
    shutil.copytree(old, broken)
    (broken / "dates.yaml").write_text("- id: x\n", encoding="utf-8")
    run = danvan("rules", "diff", old, broken, articles_)
    assert run.returncode == 2 and "dates.yaml:1:" in run.stderr and run.stdout == ""
    assert danvan("rules", "diff", "nowhere", old, articles_).returncode == 2
    assert danvan("rules", "diff", old, old, tmp_path / "nothing").returncode == 2
