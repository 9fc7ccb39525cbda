"""Two outputs compared fact by fact, and the command that shows it."""

import json

import pytest
from conftest import danvan

from extractor.audit.compare import as_data, compare
from extractor.audit.outputs import Output
from extractor.errors import UsageError


def fact(article, id_, kind, start=0, rule="r.one", **fields):
    evidence = {"start": start, "end": start + 4, "text": "chữ ", "rule": rule}
    return {
        "schema": 1,
        "id": id_,
        "kind": kind,
        "article_id": article,
        **fields,
        "inferred": {},
        "evidence": [evidence],
    }


A = [
    fact("x", "1", "date", value="2020"),
    fact("x", "2", "date", 10, value="2021"),
    fact("x", "3", "document", 20, "r.two", code="1/QĐ", issuer=None),
    fact("x", "4", "indicator", 30, indicator="pci", value=1.10, unit="%", period="2020"),
    fact("y", "5", "official", 40, name="A", positions=[{"title": "Bí thư", "organisation": None}]),
    fact("z", "6", "date", value="2020"),
]


@pytest.fixture
def outputs(tmp_path):
    def made(name, facts):
        path = tmp_path / f"{name}.jsonl"
        path.write_text("".join(json.dumps(f, ensure_ascii=False) + "\n" for f in facts), encoding="utf-8")
        return Output(path)

    return made


def told(comparison):
    return {(c.what, c.kind, c.article, c.said) for c in comparison.changes}


def test_the_same(outputs):
    comparison = compare(outputs("a", A), outputs("b", A))
    assert comparison.changes == [] and comparison.same == {"date": 3, "document": 1, "indicator": 1, "official": 1}
    assert comparison.articles == (3, 0, 0) and comparison.otherwise == 0


def test_lost_gained_and_changed(outputs):
    b = [
        fact("y", "5", "official", 40, name="A", positions=[{"title": "Phó Bí thư", "organisation": "Tỉnh ủy"}]),
        fact("x", "1", "date", 3, "r.new", value="2020"),
        fact("x", "3", "document", 20, "r.two", code="1/QĐ", issuer="Sở"),
        fact("x", "9", "indicator", 30, indicator="pci", value=1.1, unit="%", period="2021"),
        fact("x", "8", "date", 50, value="2022"),
        fact("z", "6", "date", value="2020"),
    ]
    comparison = compare(outputs("a", A), outputs("b", b))
    assert told(comparison) == {
        ("lost", "date", "x", "2021"),
        ("gained", "date", "x", "2022"),
        ("changed", "document", "x", "1/QĐ (issuer: – → Sở)"),
        ("changed", "indicator", "x", "pci · 1.1 · % · 2020 (period: 2020 → 2021)"),
        ("changed", "official", "y", "A · Bí thư (positions: Bí thư → Phó Bí thư, Tỉnh ủy)"),
    }
    assert comparison.same == {"date": 2} and comparison.otherwise == 1
    assert list(comparison.by_rule) == [
        ("date", "r.one"),
        ("document", "r.two"),
        ("official", "r.one"),
        ("indicator", "r.one"),
    ]
    assert [comparison.count(w) for w in ("lost", "gained", "changed")] == [1, 1, 3]


def test_the_likest_fact_on_the_same_evidence_is_the_changed_one(outputs):
    a = [fact("x", str(n), "indicator", indicator="pci", value=n, unit="%", area=f"Xã {n}") for n in (1, 2)]
    b = [fact("x", str(n + 5), "indicator", indicator="pci", value=n, unit="xã", area=f"Xã {n}") for n in (2, 1)]
    assert [c.fields for c in compare(outputs("a", a), outputs("b", b)).changes] == [("unit",), ("unit",)]


def test_facts_without_evidence_or_id(outputs):
    a = [{"article_id": "x", "kind": "date", "value": "2020"}]
    b = [{"article_id": "x", "kind": "date", "value": "2021"}]
    data = as_data(compare(outputs("a", a), outputs("b", b)), outputs("a", a), outputs("b", b))
    assert data["counts"] == {"same": 0, "otherwise": 0, "lost": 1, "gained": 1, "changed": 0}
    assert [c["sentence"] for c in data["changes"]] == [None, None]


def test_articles_of_one_side_only(outputs):
    comparison = compare(outputs("a", A), outputs("b", [A[5], fact("w", "7", "date", value="2020")]))
    assert comparison.articles == (1, 2, 1) and comparison.count("lost") == 5 and comparison.count("gained") == 1
    with pytest.raises(UsageError, match="no article in common"):
        compare(outputs("a", A), outputs("b", [fact("w", "7", "date", value="2020")]))
    assert compare(outputs("a", A), outputs("b", [])).count("lost") == 6


class TestCommand:
    @pytest.fixture
    def edited(self, samples_kb, tmp_path):
        """The samples' knowledge base, and its facts with one lost, one gained and one changed."""
        facts = [json.loads(line) for line in (samples_kb / "facts.jsonl").read_text(encoding="utf-8").splitlines()]
        place = max(n for n, f in enumerate(facts) if f["kind"] == "indicator")
        facts[place] = {**facts[place], "unit": "mái"}
        gained = {**facts[5], "id": "new", "evidence": [{**facts[5]["evidence"][0], "start": 0, "end": 1, "text": "?"}]}
        path = tmp_path / "edited.jsonl"
        path.write_text(
            "".join(json.dumps(f, ensure_ascii=False) + "\n" for f in [*facts[1:], gained]), encoding="utf-8"
        )
        return samples_kb, path, facts

    def test_human(self, edited):
        kb, path, facts = edited
        run = danvan("diff", kb, path, COLUMNS="80")
        assert run.returncode == 0 and run.stderr == "" and max(map(len, run.stdout.splitlines())) <= 80
        assert "1 lost" in run.stdout and "1 gained" in run.stdout and "→ mái" in run.stdout
        assert f"[[{facts[0]['evidence'][0]['text']}]]" in " ".join(run.stdout.split())
        assert "Như cũ" in danvan("diff", kb, path, "--lang", "vi").stdout

    def test_json_and_exit_codes(self, edited, tmp_path):
        kb, path, facts = edited
        data = json.loads(danvan("diff", kb, path, "--json").stdout)
        assert data["counts"] == {"same": len(facts) - 2, "otherwise": 0, "lost": 1, "gained": 1, "changed": 1}
        lost = next(c for c in data["changes"] if c["what"] == "lost")
        assert lost["old"] == facts[0] and lost["sentence"][slice(*lost["marked"])] == facts[0]["evidence"][0]["text"]
        assert danvan("diff", kb, path, "--fail-on", "losses").returncode == 1
        assert danvan("diff", kb, path, "--fail-on", "changes").returncode == 1
        for option in ("losses", "changes"):
            assert danvan("diff", kb, kb, "--fail-on", option).returncode == 0
        more = tmp_path / "more.jsonl"
        more.write_text(
            (kb / "facts.jsonl").read_text(encoding="utf-8") + json.dumps({**facts[0], "id": "other"}) + "\n",
            encoding="utf-8",
        )
        assert danvan("diff", kb, more, "--fail-on", "losses").returncode == 0
        assert danvan("diff", kb, more, "--fail-on", "changes").returncode == 1
        assert danvan("diff", kb, tmp_path / "nowhere").returncode == 2
        assert danvan("diff", kb, kb, "--fail-on", "gains").returncode == 2
