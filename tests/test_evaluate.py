"""Evaluation: what is called right, the figures pinned and held against the reference scorer, floors, the command."""

import importlib.util
import json
import random
import subprocess
import sys
from collections import Counter

import numpy as np
import pytest
from conftest import ROOT, SAMPLES, damaged, danvan

from extractor.audit import likeness as like
from extractor.audit.evaluate import as_data, bootstrap, evaluate
from extractor.audit.floors import falls, floors_path, measured, read_floors
from extractor.audit.gold import PART_OF, gold_digest, gold_files, load_gold
from extractor.audit.mistakes import mistakes
from extractor.audit.outputs import Output
from extractor.audit.passages import Passages, find, one_line
from extractor.audit.verdicts import SCORES, paired, verdicts
from extractor.errors import KnowledgeError, UsageError

GOLD = SAMPLES / "gold"
REFERENCE = ROOT.parent / "shared" / "score.py"
DAMAGES = ["none", "dropped", "fields", "doubled", "all"]


def figures(gold, output, *, errors=False):
    evaluation = evaluate(load_gold(gold), output)
    assert not errors or list(mistakes(evaluation, output))
    return evaluation


class TestLikeness:
    @pytest.mark.parametrize(("a", "b"), [
        ("UBND tỉnh", "Ủy ban nhân dân tỉnh"), ("UỶ BAN nhân dân tỉnh", "ủy ban nhân dân tỉnh"),
        ("Ban Dân vận", "Ban Dân vận Tỉnh ủy"), ("Ban Dân vận T.Ư", "Ban Dân vận Trung ương"), (None, ""),
    ])  # fmt: skip
    def test_one_body(self, a, b):
        assert like.same_body(a, b) and like.same_body(b, a)

    @pytest.mark.parametrize(("a", "b"), [
        ("Ban Dân vận", "Ban Tổ chức"), ("Ban", "Ban Dân vận"), ("UBND tỉnh", None), ("Tỉnh ủy", "Ban Dân vận Tỉnh ủy"),
    ])  # fmt: skip
    def test_other_bodies(self, a, b):
        assert not like.same_body(a, b) and not like.same_body(b, a)

    def test_rank_is_part_of_a_title(self):
        assert like.same_title("UVTV", "Ủy viên Ban Thường vụ") and like.same_title("Trưởng Ban", "Trưởng ban")
        assert not like.same_title("Phó Chủ tịch", "Chủ tịch")
        assert not like.same_title("Phó Bí thư", "Phó Bí thư Thường trực")

    def test_places_units_sectors(self):
        assert like.same_area("tỉnh Ninh Thuận", "Ninh Thuận") and like.same_area("TP Huế", "TP. Huế")
        assert not like.same_area("huyện Vạn Ninh", "xã Vạn Ninh") and not like.same_area("tỉnh", "huyện")
        assert like.same_unit("tỉ đồng", "tỷ đồng") and not like.same_unit("triệu đồng", "tỷ đồng")
        assert like.same_unit("hộ nghèo", "hộ") and not like.same_unit("hộ", "người")
        assert like.same_sector("khu vực công nghiệp - xây dựng", "công nghiệp – xây dựng")

    @pytest.mark.parametrize(("value", "key"), [
        ("2024-H1", "2024-01/2024-06"), ("2024-H2", "2024-07/2024-12"), ("2023-Q1", "2023-01/2023-03"),
        ("2015/2018-Q1", "2015/2018-03"), ("2025-10-16T08:12", "2025-10-16"), ("2021-01-14TMO", "2021-01-14"),
        ("2020", "2020"), ("P5Y", "P5Y"), (None, ""),
    ])  # fmt: skip
    def test_times(self, value, key):
        assert like.timex_key(value) == key and like.timex_key(key) == key

    def test_words(self):
        assert like.words("Hòa “Thủy”") == like.words("hoà thuỷ") == ("hoà", "thuỷ")
        assert like.code_key("09 -CT/TU") == like.code_key("09–ct/tu") == "09-CT/TU"
        assert [like.number(x) for x in ("12.5", 3, None, "a")] == [12.5, 3.0, None, None]


class TestVerdicts:
    def article(self, tmp_path, **lists):
        (tmp_path / "gold").mkdir()
        (tmp_path / "gold" / "x.json").write_text(json.dumps({"id": "x", "published": "2021-01-15", **lists}))
        return load_gold(tmp_path / "gold")[0]

    def outcomes(self, article, facts, score):
        return [(v.outcome, v.found and (v.found.get("value") or v.found.get("code"))) for v in verdicts(article, facts)
                if v.score == score]  # fmt: skip

    def test_dates_are_a_set(self, tmp_path):
        gold = self.article(
            tmp_path, dates=[{"value": "2024-H1"}, {"value": "2020"}, {"value": "2019", "optional": True}]
        )
        facts = [
            {"kind": "date", "value": v}
            for v in ("2024-01/2024-06", "2024-H1", "2019", "2021-01-15", "P5Y", "1999", "1999")
        ]
        assert self.outcomes(gold, facts, "dates") == [
            ("true", "2024-01/2024-06"), ("spared", "2024-H1"), ("spared", "2019"), ("spared", "2021-01-15"),
            ("spared", "P5Y"), ("wrong", "1999"), ("spared", "1999"), ("missed", None),
        ]  # fmt: skip

    def test_the_issue_date_tells_documents_apart(self, tmp_path):
        gold = self.article(
            tmp_path,
            documents=[{"type": "directive", "code": "16/CT-TTg", "issued": d} for d in ("2016-05-16", "2020-03-31")],
        )
        facts = [{"kind": "document", "code": "16/CT-TTg", "issued": d} for d in ("2020-03-31", "2018-01-01")]
        facts.append({"kind": "document", "code": None})
        assert self.outcomes(gold, facts, "documents") == [
            ("missed", None), ("true", "16/CT-TTg"), ("wrong", "16/CT-TTg"), ("spared", None),
        ]  # fmt: skip

    def test_positions_of_the_missed_are_missed_and_of_the_wrong_not_judged(self, tmp_path):
        positions = [
            {"title": "Bí thư", "organisation": "Tỉnh ủy"},
            {"title": "Trưởng đoàn", "organisation": None, "optional": True},
        ]
        gold = self.article(tmp_path, officials=[{"name": n, "positions": positions} for n in ("A B", "C D")])
        facts = [
            {"kind": "official", "name": n, "positions": [{"title": "Phó Bí thư", "organisation": "Tỉnh ủy"}]}
            for n in ("C D", "E F")
        ]
        counts = Counter((v.score, v.outcome) for v in verdicts(gold, facts))
        assert counts == {("officials", "true"): 1, ("officials", "missed"): 1, ("officials", "wrong"): 1,
                          ("positions", "missed"): 2, ("positions", "wrong"): 1}  # fmt: skip

    def test_best_pairs_first_and_required_before_optional(self):
        same = [{"optional": True}, {}]
        assert paired(same, [{}], lambda g, f: 1) == {1: 0}
        assert paired([{"n": 1}, {"n": 2}], [{"n": 2}], lambda g, f: 1 + (g == f)) == {1: 0}
        assert paired([{}], [{}], lambda g, f: 0) == {}


class TestFigures:
    #: (right, wrong, missed) of each kind, after each damage of tests/conftest.py.
    PINNED = json.loads((ROOT / "tests" / "evaluation.json").read_text(encoding="utf-8"))

    @pytest.mark.parametrize("damage", DAMAGES)
    def test_pinned(self, gold_facts, tmp_path, damage):
        path = damaged(gold_facts, damage, tmp_path)
        found = figures(GOLD, Output(path)).figures
        told = {s: [f.true, f.wrong, f.missed, {n: list(r) for n, r in f.fields.items()}] for s, f in found.items()}
        assert list(told) == list(SCORES) and told == self.PINNED[damage]

    @pytest.mark.skipif(not REFERENCE.exists(), reason="the reference scorer is not here")
    @pytest.mark.parametrize("damage", DAMAGES)
    def test_agrees_with_the_reference(self, gold_facts, tmp_path, damage):
        path = damaged(gold_facts, damage, tmp_path)
        run = [sys.executable, str(REFERENCE), str(GOLD), str(path), "--json"]
        reference = json.loads(subprocess.run(run, capture_output=True, text=True, check=True).stdout)
        own = as_data(figures(GOLD, Output(path)), "")["kinds"]
        assert {k: flat(v) for k, v in own.items()} == reference

    @pytest.mark.skipif(not REFERENCE.exists(), reason="the reference scorer is not here")
    def test_agrees_on_odd_articles(self, tmp_path):
        """Articles and facts thrown together, so that every way of being nearly the same comes up."""
        spec = importlib.util.spec_from_file_location("reference", REFERENCE)
        reference = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(reference)
        chance = random.Random(7)
        judged = Counter()
        for round_ in range(300):
            folder = tmp_path / str(round_)
            (folder / "gold").mkdir(parents=True)
            facts = []
            for article in ("a", "b"):
                entries = {part: odd(chance, kind, gold=True) for kind, part in PART_OF.items()}
                entries["published"] = chance.choice([None, *ODD["value"]])
                text = json.dumps({"id": article, **entries}, ensure_ascii=False)
                (folder / "gold" / f"{article}.json").write_text(text, encoding="utf-8")
                facts += [
                    {"kind": kind, "article_id": article, **f}
                    for kind in PART_OF
                    for f in odd(chance, kind, gold=False)
                ]
            (folder / "facts.jsonl").write_text("".join(json.dumps(f) + "\n" for f in facts))
            tallies = reference.score(reference.load_gold(folder / "gold", None), facts)
            for score, own in figures(folder / "gold", Output(folder / "facts.jsonl")).figures.items():
                theirs = tallies[score]
                assert (own.true, own.wrong, own.missed) == (theirs.tp, theirs.fp, theirs.fn), (round_, score)
                assert {n: list(r) for n, r in own.fields.items()} == dict(theirs.attr), (round_, score)
                judged[score] += own.true
        assert all(judged[score] > 50 for score in SCORES), judged

    def test_rules_add_up(self, gold_facts, tmp_path):
        evaluation = figures(GOLD, Output(damaged(gold_facts, "all", tmp_path)), errors=True)
        for score, own in evaluation.figures.items():
            rules = [r for r in evaluation.rules if r.score == score]
            sums = [sum(getattr(r, name) for r in rules) for name in ("true", "wrong", "missed")]
            assert sums == [own.true, own.wrong, own.missed]
            assert all(r.missed == 0 for r in rules if r.rule)

    def test_intervals(self, gold_facts, tmp_path):
        evaluation = figures(GOLD, Output(damaged(gold_facts, "all", tmp_path)))
        again = figures(GOLD, Output(tmp_path / "facts.jsonl")).intervals
        assert evaluation.intervals == again
        for score, own in evaluation.figures.items():
            for name, (low, high) in evaluation.intervals[score].items():
                assert low <= getattr(own, name) <= high, (score, name)
        low, high = bootstrap(np.array([[[5, 5, 0]], [[5, 5, 0]]]))
        assert low.tolist() == high.tolist() == [[0.5, 1.0, pytest.approx(2 / 3)]]
        low, high = bootstrap(np.array([[[9, 1, 0]], [[1, 9, 0]]]))
        assert low[0, 0] == 0.1 and high[0, 0] == 0.9


class TestErrors:
    def test_each_has_its_sentence(self, gold_facts, tmp_path):
        output = Output(damaged(gold_facts, "all", tmp_path))
        found = list(mistakes(evaluate(load_gold(GOLD), output), output))
        assert len(found) > 100 and all(m.passage is not None for m in found if m.verdict.gold is None)
        assert sum(m.passage is None for m in found) == 0
        texts = {a.id: a.text for a in load_gold(GOLD)}
        for mistake in found:
            text, passage = texts[mistake.verdict.article], mistake.passage
            assert text[passage.start : passage.end] == passage.words and passage.sentence in text
            assert "\n" not in passage.sentence and mistake.said
            data = mistake.as_data()
            start, end = data["marked"]
            assert data["sentence"][start:end] == passage.words

    def test_passages(self):
        text = "Tiêu đề.\r\nMột câu. Hai chữ TP. Huế ở đây. Ba câu."
        passage = Passages().at(text, text.index("Huế"), text.index("Huế") + 3)
        assert (passage.before, passage.words, passage.after) == ("Hai chữ TP. ", "Huế", " ở đây.")
        assert (
            find("Uỷ ban  nhân dân", "ủy ban nhân dân") == (0, 16)
            and find("a", "b") is None
            and find("a", "") == (0, 0)
        )

    def test_one_line(self):
        line = one_line(
            "official", {"name": "A", "positions": [{"title": "Bí thư", "organisation": None, "former": True}]}
        )
        assert line == "A · Bí thư"


class TestGold:
    def write(self, tmp_path, **files):
        (tmp_path / "gold").mkdir()
        for name, content in files.items():
            (tmp_path / "gold" / f"{name}.json").write_text(content, encoding="utf-8")
        return tmp_path / "gold"

    def test_every_mistake_at_once(self, tmp_path):
        folder = self.write(tmp_path, a="{", b="[]", c='{"dates": [{}, 1], "officials": [{"name": "x", "positions": 3}]}',
                            d='{"id": "d"}', e='{"id": "d"}')  # fmt: skip
        with pytest.raises(UsageError) as caught:
            load_gold(folder)
        lines = str(caught.value).splitlines()
        assert len(lines) == 6 and "dates[0] lacks value" in lines[2] and "that of" in lines[5]

    def test_texts_and_digest(self, tmp_path):
        folder = self.write(tmp_path, a='{"id": "one"}\r\n', b='{"text": "chữ"}', c='{"file": "tệp.txt"}')
        (tmp_path / "articles").mkdir()
        (tmp_path / "articles" / "one.txt").write_bytes("một\r\n".encode())
        (tmp_path / "else").mkdir()
        (tmp_path / "else" / "tệp.txt").write_text("ba", encoding="utf-8")
        assert [a.text for a in load_gold(folder)] == ["một\r\n", "chữ", None]
        assert [a.text for a in load_gold(folder, tmp_path / "else")] == [None, "chữ", "ba"]
        before = gold_digest(folder)
        (folder / "a.json").write_bytes(b'{"id": "one"}\n')
        assert gold_digest(folder) == before
        (folder / "a.json").write_bytes(b'{"id": "two"}\n')
        assert gold_digest(folder) != before
        (folder / "floors.json").write_text("{}")
        assert len(gold_files(folder)) == 3


class TestOutput:
    def test_a_file_without_a_last_line_feed_loses_nothing(self, tmp_path):
        path = tmp_path / "facts.jsonl"
        path.write_text('{"article_id": "a", "kind": "date", "value": 1.10}\n\n{"article_id": "b"}')
        output = Output(path)
        assert output.count == 2 and output.ids == ["a", "b"] and str(output.facts_of("a")[0]["value"]) == "1.10"
        assert output.text_of("a") is None and output.facts_of("c") == []

    @pytest.mark.parametrize("line", ["{", "3", '{"schema": 99}'])
    def test_damage_is_told_with_its_line(self, tmp_path, line):
        path = tmp_path / "facts.jsonl"
        path.write_text(f'{{"article_id": "a"}}\n{line}\n')
        with pytest.raises(KnowledgeError, match=r"facts\.jsonl:2: "):
            Output(path)

    def test_an_unfinished_knowledge_base(self, tmp_path):
        with pytest.raises(UsageError, match="no finished"):
            Output(tmp_path)
        (tmp_path / "manifest.json").touch()
        (tmp_path / ".run.json").touch()
        with pytest.raises(UsageError, match="cut off"):
            Output(tmp_path)


class TestCommand:
    def test_human(self, samples_kb, tmp_path):
        facts = [json.loads(line) for line in (samples_kb / "facts.jsonl").read_text(encoding="utf-8").splitlines()]
        run = danvan("evaluate", GOLD, samples_kb, COLUMNS="80")
        assert run.returncode == 0 and run.stderr == "" and facts
        assert max(map(len, run.stdout.splitlines())) <= 80 and "Below each figure" in run.stdout and "[[" in run.stdout
        short = danvan("evaluate", GOLD, samples_kb, "--no-errors", "--lang", "vi")
        assert "[[" not in short.stdout and "Chính xác" in short.stdout and "chức vụ" in short.stdout

    def test_json(self, samples_kb, gold_facts, tmp_path):
        path = damaged(gold_facts, "all", tmp_path)
        data = json.loads(danvan("evaluate", GOLD, path, "--json").stdout)
        assert set(data) == {"gold", "facts", "left_out", "kinds", "rules", "errors"}
        assert data["gold"] == {"articles": 23, "digest": gold_digest(GOLD)}
        assert {e["outcome"] for e in data["errors"]} == {"wrong", "missed"}
        assert sum(k["fp"] + k["fn"] for k in data["kinds"].values()) == len(data["errors"])
        assert "errors" not in json.loads(danvan("evaluate", GOLD, path, "--json", "--no-errors").stdout)

    def test_wrong_usage(self, gold_facts, tmp_path):
        (tmp_path / "none").mkdir()
        strange = tmp_path / "strange.jsonl"
        strange.write_text('{"article_id": "nobody", "kind": "date", "value": "2020"}\n')
        mixed = tmp_path / "mixed.jsonl"
        mixed.write_text(strange.read_text() + damaged(gold_facts, "none", tmp_path).read_text(encoding="utf-8"))
        for args, said in (
            ((tmp_path / "none", strange), "no gold files"),
            ((tmp_path / "nowhere", strange), "no such folder"),
            ((GOLD, tmp_path / "nowhere"), "no such knowledge base"),
            ((GOLD, strange), "not among the 23"),
            ((GOLD, mixed, "--lower"), "--update"),
        ):
            run = danvan("evaluate", *args)
            assert run.returncode == 2 and said in run.stderr and run.stdout == "" and "Traceback" not in run.stderr
        run = danvan("evaluate", GOLD, mixed, "--no-errors")
        assert run.returncode == 0 and "1 facts of articles that are not in gold" in run.stderr

    def test_floors(self, gold_facts, tmp_path):
        gold = tmp_path / "gold"
        gold.mkdir()
        for path in gold_files(GOLD):
            (gold / path.name).write_bytes(path.read_bytes())
        good, bad = tmp_path / "good", tmp_path / "bad"
        good.mkdir()
        bad.mkdir()
        good, bad = damaged(gold_facts, "none", good), damaged(gold_facts, "all", bad)

        def told(kb, *options):
            run = danvan("evaluate", gold, kb, "--no-errors", *options)
            return run.returncode, run.stderr

        code, said = told(good, "--check")
        assert code == 1 and "There is no" in said and "--update" in said
        assert told(bad, "--update")[0] == 0 and told(bad, "--check")[0] == 0
        assert told(good, "--update")[0] == 0, "raising takes no flag"
        raised = floors_path(gold).read_bytes()
        code, said = told(bad, "--check")
        assert code == 1 and "dates: 0.58" in said and "documents.issued" in said
        code, said = told(bad, "--update")
        assert code == 1 and "--lower" in said and floors_path(gold).read_bytes() == raised
        assert told(bad, "--update", "--lower")[0] == 0 and floors_path(gold).read_bytes() != raised
        (gold / "more.json").write_text('{"id": "more"}')
        code, said = told(bad, "--check")
        assert code == 1 and "another gold" in said and "--update" in said
        code, said = told(bad, "--update")
        assert code == 0 and told(bad, "--check")[0] == 0
        floors_path(gold).write_text("{}")
        assert told(bad, "--check")[0] == 2

    def test_other_gold_cannot_lower_an_f1(self, gold_facts, tmp_path):
        evaluation = figures(GOLD, Output(damaged(gold_facts, "none", tmp_path)))
        now = measured(evaluation, GOLD)
        before = type(now)("another", {**now.f1, "dates": now.f1["dates"] + 0.0001}, {"documents.type": 10**6})
        assert [f.name for f in falls(before, now)] == ["dates"]
        assert [f.name for f in falls(type(now)(now.gold, before.f1, before.right), now)] == ["dates", "documents.type"]


#: Values that are the same, nearly the same and other, by field.
ODD = {
    "value": [None, "2024-H1", "2024-01/2024-06", "2024-Q1", "2015/2018-Q1", "2021-01-14", "2021-01-14T08:12", "XXXX-07", "P5Y",
              "PRESENT_REF", "T08:12", "1/2/3"],
    "figure": [None, 1, 1.0, 2.5, -1, 0, "2.5", "nhiều"],
    "code": [None, "09-CT/TU", "09 –ct/tu", "57", "3235/QĐ-UBND"],
    "issuer": [None, "UBND tỉnh", "Ủy ban nhân dân tỉnh", "uỷ ban nhân dân", "Ban Dân vận T.Ư", "Ban Dân vận Trung ương", "tư", "Ban"],
    "name": ["Lê Hòa", "LÊ HOÀ", "Dân vận khéo", "“Dân vận khéo” số 2", "Tết Quân-Dân", "Tết Quân – Dân 2", ""],
    "title": [None, "UVTV", "Ủy viên Ban Thường vụ", "Phó Bí thư", "Bí thư", "Phó Bí thư Thường trực", "quyền Bí thư"],
    "area": [None, "", "tỉnh", "Ninh Thuận", "tỉnh Ninh Thuận", "xã Vạn Ninh", "Vạn Ninh", "TP. Huế", "thành phố Huế", "huyện xã"],
    "unit": [None, "%", "tỷ đồng", "tỉ đồng", "triệu đồng", "hộ", "hộ nghèo", "/63"],
    "sector": [None, "khu vực công nghiệp", "công nghiệp", "nông thôn", "ngành"],
    "type": ["decision", "plan", "model"],
    "optional": [False, False, True],
    "former": [False, False, None, True],
    "status": ["actual", "target"],
    "measure": ["level", "change"],
    "indicator": [None, "pci", "grdp"],
    "label": [None, "xây dựng mô hình", "mô hình", "hộ dân"],
}  # fmt: skip
#: The fields of each kind, and the values that they are given where these are not of their own name.
ODD_FIELDS = {
    "date": {"value": "value"},
    "document": {"type": "type", "code": "code", "issued": "value", "issuer": "issuer"},
    "official": {"name": "name"},
    "indicator": {"indicator": "indicator", "label": "label", "measure": "measure", "value": "figure", "value_max": "figure",
                  "unit": "unit", "area": "area", "sector": "sector", "period": "value", "status": "status"},
    "program": {"name": "name", "type": "type", "period": "value"},
    "position": {"title": "title", "organisation": "issuer", "former": "former"},
}  # fmt: skip


def odd(chance, kind, *, gold):
    """Up to six entries of a kind with values drawn from `ODD`; gold's may be optional, found ones have evidence."""
    made = []
    for _ in range(chance.randint(0, 6)):
        entry = {name: chance.choice(ODD[values]) for name, values in ODD_FIELDS[kind].items()}
        if kind == "official":
            entry["positions"] = odd(chance, "position", gold=gold)
        if gold:
            entry["optional"] = chance.choice(ODD["optional"])
        elif kind != "position":
            entry["evidence"] = [{"text": chance.choice(ODD["label"]) or "", "rule": "r"}] * chance.randint(0, 1)
        made.append(entry)
    return made


def flat(kind):
    """A kind of `danvan evaluate --json` as the reference writes it."""
    told = {name: kind[name] for name in ("precision", "recall", "f1", "tp", "fp", "fn")}
    return told | {name: field["share"] for name, field in kind["fields"].items()}


def test_floors_are_read(tmp_path):
    assert read_floors(tmp_path / "floors.json") is None
