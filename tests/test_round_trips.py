"""Annotation tools: what goes out and comes back is the same; what a person changed there becomes judgements or gold."""

import io
import json
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_kb import ALPHABET, danvan, fact, made_articles, read_facts, write_kb

from extractor.audit.evaluate import evaluate
from extractor.audit.gold import load_gold
from extractor.audit.outputs import Output
from extractor.audit.returning import annotation_formats, guess_format, reviews, take_in
from extractor.audit.reviews import read_reviews
from extractor.errors import UsageError
from extractor.knowledge.exporting import export, module_of
from extractor.knowledge.exporting.offsets import Utf16
from extractor.knowledge.exporting.regions import read_regions
from extractor.knowledge.exporting.values import from_lines, meaning, to_lines

NAMES = {"labelstudio": "ls", "doccano": "dc", "brat": "br", "conll": "a.conllup", "webannotation": "a.json"}
TEXT = "🙂 Ngày 5/3/2021,\r\nông Nguyễn Văn A, Bí thư Tỉnh ủy 👩‍🌾 dự.\r\nNăm 2020 đạt 12,5 %."


def at(words: str) -> tuple[int, int]:
    start = TEXT.index(words)
    return start, start + len(words)


@pytest.fixture
def kb(tmp_path):
    facts = [
        fact("date", [at("Ngày 5/3/2021")], TEXT, value="2021-03-05", fields={"value": [list(at("5/3/2021"))]}),
        fact("official", [at("ông Nguyễn Văn A, Bí thư Tỉnh ủy"), at("Nguyễn Văn A")], TEXT, name="Nguyễn Văn A",
             honorific="ông", positions=[{"title": "Bí thư", "organisation": "Tỉnh ủy"}],
             fields={"name": [list(at("Nguyễn Văn A"))], "positions.0.title": [list(at("Bí thư"))]}),
        fact("indicator", [at("đạt 12,5 %")], TEXT, value="12.5", unit="%", indicator="gdp_growth"),
    ]  # fmt: skip
    return write_kb(tmp_path / "kb", [({"id": "a", "text": TEXT}, facts), ({"id": "b", "text": "Không có gì."}, [])])


def out(kb: Path, name: str) -> Path:
    target = kb.parent / NAMES[name]
    export(kb, name, target)
    return target


def judged(kb: Path, path: Path, **more):
    taken = take_in([path], Output(kb))
    return {
        (r.verdict, r.fact["kind"]): r
        for r in reviews(taken, "An", read_reviews(kb / "reviews.jsonl"), reason="-", **more)
    }


@pytest.mark.parametrize("name", annotation_formats())
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(articles=made_articles())
def test_what_goes_out_comes_back(name, articles):
    with tempfile.TemporaryDirectory() as folder:
        kb = write_kb(Path(folder) / "kb", articles)
        target = out(kb, name)
        texts = {article["id"]: article["text"] for article, _ in articles}
        facts = {article["id"]: own for article, own in articles}
        came = {r.article_id: r for r in module_of(name).read(target)}
        assert came.keys() == texts.keys()
        for article_id, returned in came.items():
            assert returned.text in (None, texts[article_id])
            exported = facts[article_id] if returned.exported is None else returned.exported
            reading = read_regions(exported, returned.regions, texts[article_id], article_id)
            assert [now.fact for now in reading.facts] == facts[article_id]
            assert not reading.gone and not reading.faults
        taken = take_in([target], Output(kb), name) if came else []
        assert list(reviews(taken, "An", [], reason="-")) == []
        assert read_facts(kb) == [f for own in facts.values() for f in own]


@given(st.text(st.sampled_from(ALPHABET), max_size=40))
def test_utf16(text):
    units = Utf16(text)
    for place in range(len(text) + 1):
        unit = len(text[:place].encode("utf-16-le")) // 2
        assert units.units(place) == unit and units.points(unit) == place


@settings(max_examples=25, deadline=None)
@given(made_articles())
def test_values_as_lines(articles):
    for _, facts in articles:
        for one in facts:
            lines = to_lines(one)
            assert all("\n" not in line for line in lines)
            assert from_lines(one["kind"], lines) == meaning(one)


@pytest.mark.parametrize(
    ("kind", "lines", "told"),
    [("date", ["valu: 2021"], "no field 'valu'; value"), ("date", ["2021"], "field: value"),
     ("indicator", ["value: nhiều"], "no number"), ("indicator", ["unit: %"], "value"),
     ("official", ["name: A", "positions.0.title: B", "positions.0.former: có"], "true or false"),
     ("document", ["type: thư"], "type"), ("program", ["name: A", "type: model", "parties.999: B"], "more than")],
)  # fmt: skip
def test_lines_that_say_nothing(kind, lines, told):
    with pytest.raises(ValueError, match=told):
        from_lines(kind, lines)


def test_label_studio(kb):
    target = out(kb, "labelstudio") / "tasks.json"
    tasks = json.loads(target.read_text())
    assert 'value="positions_title"' in (target.parent / "config.xml").read_text()
    work = tasks[0].pop("predictions")[0]
    date, official, indicator = (r["id"] for r in work["result"] if r["type"] == "textarea")
    result = []
    for region in work["result"]:
        if date in (region.get("id", "")[: len(date)], region.get("from_id", "")[: len(date)]):
            continue  # taken away
        if region["type"] == "textarea" and region["id"] == indicator:
            region["value"]["text"] = ["value: 12.75\nunit: %", "indicator: gdp_growth"]
        if region["type"] == "labels" and region["id"] == official:
            region["value"]["start"], region["value"]["text"] = at("Nguyễn Văn A")[0], "Nguyễn Văn A, Bí thư Tỉnh ủy"
        result.append(region)
    start, end = at("Năm 2020")
    value = {"start": start, "end": end, "text": "Năm 2020"}
    result += [{"id": "x1", "from_name": "label", "type": "labels", "value": {**value, "labels": ["date"]}},
               {"id": "x1", "from_name": "values", "type": "textarea", "value": {**value, "text": ["value: 2020"]}}]  # fmt: skip
    tasks[0]["annotations"] = [{"result": result, "completed_by": {"email": "an@example.org"}},
                               {"result": [], "was_cancelled": True}]  # fmt: skip
    target.write_text(json.dumps(tasks))
    found = judged(kb, target)
    assert found.keys() == {("reject", "date"), ("correct", "indicator"), ("correct", "official"), ("missed", "date")}
    assert (
        found["correct", "indicator"].fields == {"value": pytest.approx(12.75)}
        and not found["correct", "indicator"].evidence
    )
    assert (
        found["correct", "official"].fields == {}
        and found["correct", "official"].evidence[0]["start"] == at("Nguyễn")[0]
    )
    new = found["missed", "date"].fact
    assert (
        new["value"] == "2020"
        and new["evidence"][0]["text"] == "Năm 2020"
        and found["missed", "date"].who == "an@example.org"
    )


def test_label_studio_that_counts_utf16_and_gives_new_ids(kb):
    target = out(kb, "labelstudio") / "tasks.json"
    tasks, units = json.loads(target.read_text()), Utf16(TEXT)
    for region in tasks[0]["predictions"][0]["result"]:
        for name in {"id", "from_id", "to_id"} & region.keys():
            region[name] = f"new-{hash(region[name])}"
        if "value" in region:
            value = region["value"]
            value["start"], value["end"] = units.units(value["start"]), units.units(value["end"])
            if "text" in value and isinstance(value["text"], str):
                value["text"] = value["text"].replace("\r\n", "\\n")
    target.write_text(json.dumps(tasks))
    assert judged(kb, target) == {}
    tasks[0]["predictions"][0]["result"][0]["value"]["text"] = "khác"
    target.write_text(json.dumps(tasks))
    with pytest.raises(UsageError, match=r"tasks.json:1: a region quotes"):
        take_in([target], Output(kb))


def test_doccano(kb):
    target = out(kb, "doccano") / "texts.jsonl"
    first, second = map(json.loads, target.read_text().splitlines())
    place = {e["label"]: e for e in first["entities"]}
    assert TEXT.encode("utf-16-le")[place["indicator"]["start_offset"] * 2 :].decode("utf-16-le").startswith("đạt 12,5")
    for entity in first["entities"]:
        entity["id"] += 700
    for relation in first["relations"]:
        relation["from_id"], relation["to_id"] = relation["from_id"] + 700, relation["to_id"] + 700
    first["entities"] = [e for e in first["entities"] if e["label"] != "indicator"]
    units = Utf16(TEXT)
    places = [("official", "ông Nguyễn Văn A"), ("name", "Nguyễn Văn A"), ("positions_title", "Bí thư")]
    first["entities"] += [
        {
            "id": 9000 + n,
            "label": label,
            "start_offset": units.units(at(words)[0]),
            "end_offset": units.units(at(words)[1]),
        }
        for n, (label, words) in enumerate(places)
    ]
    first["relations"] += [{"id": 5, "from_id": n, "to_id": 9000, "type": "of"} for n in (9001, 9002)]
    target.write_text("\n".join(map(json.dumps, (first, second))) + "\n")
    found = judged(kb, target, accept=True)
    assert found.keys() == {("accept", "date"), ("accept", "official"), ("reject", "indicator"), ("missed", "official")}
    new = found["missed", "official"].fact
    assert (new["name"], new["positions"][0]["title"]) == ("Nguyễn Văn A", "Bí thư")
    del first["danvan"]  # a tool that drops what it does not know: the knowledge base knows
    target.write_text(json.dumps(first))
    assert judged(kb, target, accept=True).keys() == found.keys()


def test_brat(kb):
    folder = out(kb, "brat")
    notes = (folder / "a.ann").read_text()
    assert "[events]\ndate\tvalue*:value, type*:type" in (folder / "annotation.conf").read_text()
    assert (folder / "a.txt").read_bytes().decode() == TEXT
    for line in notes.splitlines():
        if line.startswith("T"):
            _, place, words = line.split("\t")
            pieces = [TEXT[int(a) : int(b)] for a, b in (p.split() for p in place.split(" ", 1)[1].split(";"))]
            assert " ".join(pieces) == words
    start, end = at("Năm 2020")
    changed = (
        notes.replace("value: 12.5 |", "value: 13 |")
        + f"T90\tdate {start} {end}\tNăm 2020\nE90\tdate:T90\n#90\tAnnotatorNotes E90\tvalue: 2020\n"
    )
    (folder / "a.ann").write_text(changed)
    assert judged(kb, folder).keys() == {("correct", "indicator"), ("missed", "date")}
    shutil.copytree(folder, folder.parent / "bare")
    for sidecar in (folder.parent / "bare").glob("*.json"):
        sidecar.unlink()
    assert judged(kb, folder.parent / "bare").keys() == {("correct", "indicator"), ("missed", "date")}
    (folder / "a.ann").write_text(notes.replace("value: 12.5 |", "giá: 13 |"))
    with pytest.raises(UsageError, match=r"a.ann:\d+: indicator has no field 'giá'"):
        take_in([folder], Output(kb))


def test_conll(kb):
    target = out(kb, "conll")
    conllu = pytest.importorskip("conllu")
    content = target.read_text()
    columns = [name.lower() for name in content.split("\n", 1)[0].partition(" = ")[2].split()]
    read = list(conllu.parse_incr(io.StringIO(content.split("\n", 1)[1]), fields=columns))
    forms = [(t["form"], t["danvan:ner"], t["misc"]) for sentence in read for t in sentence]
    assert forms[0][0] == "🙂" and ("Ngày", "B-date") in [f[:2] for f in forms]
    assert all(TEXT[int(m["Start"]) : int(m["End"])] == form for form, _, m in forms[:-4])
    lines = [line for line in content.split("\n") if "gdp" in line or "indicator-0" not in line]
    target.write_text("\n".join(lines).replace("\tNăm\t", "\tNam\t"))
    with pytest.raises(UsageError, match=r"a.conllup:\d+: "):
        take_in([target], Output(kb))


def test_conll_of_a_tagger(kb):
    target = out(kb, "conll")
    rows = target.read_text().split("\n")
    rows = [r.replace("\tO\t_", "\tB-program\t_") if "\tđạt\t" in r or "\tdự\t" in r else r for r in rows]
    target.write_text("\n".join(rows))
    with pytest.raises(UsageError, match=r"a new program at .* “dự”: program: name"):
        take_in([target], Output(kb))


def test_web_annotation(kb):
    target = out(kb, "webannotation")
    page = json.loads(target.read_text())
    assert page["type"] == "AnnotationCollection" and page["total"] == 4 == len(page["first"]["items"])
    date = page["first"]["items"][0]
    position, quote = date["target"]["selector"]
    assert TEXT[position["start"] : position["end"]] == quote["exact"] == "Ngày 5/3/2021" and quote["prefix"] == "🙂 "
    page["first"]["items"][3]["body"][1]["fact"]["value"] = 13
    page["first"]["items"].pop(1)
    target.write_text(json.dumps(page, indent=2))
    assert judged(kb, target).keys() == {("correct", "indicator"), ("correct", "official")}
    position["start"] += 1
    target.write_text(json.dumps(page, indent=2))
    with pytest.raises(UsageError, match=r"a.json:\d+: 3–15: “Ngày 5/3/2021” is not what .*; it stands at 2"):
        take_in([target], Output(kb))
    target.write_text(json.dumps(page | {"first": page["first"] | {"items": []}}))
    gone = judged(kb, target)
    assert {verdict for verdict, _ in gone} == {"reject"} and len(gone) == 4 - 1
    run = danvan("import", target, "--kb", kb, "--dry-run", "--lang", "en")
    assert run.returncode == 0 and "3 taken out" in run.stderr
    del page["articles"]
    target.write_text(json.dumps(page | {"first": page["first"] | {"items": []}}))
    with pytest.raises(UsageError, match="no articles in it"):
        take_in([target], Output(kb))
    export(kb, "webannotation", kb.parent / "bare.json", module_options(text=False))
    assert "prefix" not in (kb.parent / "bare.json").read_text() and judged(kb, kb.parent / "bare.json") == {}


def module_options(**more):
    from extractor.knowledge.exporting.options import Options

    return Options(**more)


@pytest.mark.parametrize("name", annotation_formats())
def test_gold_of_an_untouched_export_is_met(samples_kb, tmp_path, name):
    target = tmp_path / NAMES[name]
    export(samples_kb, name, target)
    run = danvan("import", target, "--kb", samples_kb, "--gold", tmp_path / "gold", "--lang", "en")
    assert run.returncode == 0 and "23 articles" in run.stderr
    evaluation = evaluate(load_gold(tmp_path / "gold"), Output(samples_kb))
    assert {s: (f.wrong, f.missed) for s, f in evaluation.figures.items()} == dict.fromkeys(evaluation.figures, (0, 0))
    assert sum(f.true for f in evaluation.figures.values()) > 300
    assert guess_format(target) == name


def test_the_command(kb):
    target = out(kb, "labelstudio")
    run = danvan("import", target, "--kb", kb, "--who", "An", "--accept", "--dry-run", "--lang", "en")
    assert run.returncode == 0 and "3 right" in run.stderr and not (kb / "reviews.jsonl").exists()
    assert danvan("import", target, "--kb", kb, "--who", "An", "--accept").returncode == 0
    assert [r.verdict for r in read_reviews(kb / "reviews.jsonl")] == ["accept"] * 3
    again = danvan("import", target, "--kb", kb, "--who", "An", "--accept", "--json")
    assert again.returncode == 0 and json.loads(again.stdout)["accept"] == 0
    assert len(read_reviews(kb / "reviews.jsonl")) == 3


def test_a_text_that_is_not_the_articles(kb):
    target = out(kb, "doccano") / "texts.jsonl"
    whole = target.read_text()
    cases = {
        whole.replace(
            "5/3/2021", "5/3/2022"
        ): r"texts.jsonl:1: the text is not that of article a: at character 14 \(line 1\)",
        whole.replace('"article": "b"', '"article": "a"'): r"texts.jsonl:2: .* it is that of article b",
        whole.replace('"article": "a"', '"article": "aa"').replace("🙂", "🙁"): r"texts.jsonl:1: .* no article 'aa'",
        whole.replace(
            '"label": "indicator"', '"label": "indicators"'
        ): r"texts.jsonl:1: no label 'indicators'; indicator",
        whole[:-40]: r"texts.jsonl:2: ",
        whole.replace('"schema": 1', '"schema": 2'): r"texts.jsonl:1: schema 2; this danvan reads 1",
    }
    for content, told in cases.items():
        target.write_text(content)
        with pytest.raises(UsageError, match=told):
            take_in([target], Output(kb))
    run = danvan("import", target, "--kb", kb)
    assert run.returncode == 2 and "texts.jsonl:1" in run.stderr and not (kb / "reviews.jsonl").exists()


def test_wrong_use(kb, tmp_path):
    target = out(kb, "brat")
    before = sorted(p.name for p in target.iterdir())
    for args, told in (
        (("export", kb, "--to", "brat", "--out", target), "exists already"),
        (("export", kb, "--to", "brta", "--out", tmp_path / "x"), "brat?"),
        (("export", kb, "--to", "brat"), "--out"),
        (("export", kb, "--to", "brat", "--no-text", "--out", tmp_path / "x"), "--no-text"),
        (("export", kb, "--to", "brat", "--out", tmp_path / "none" / "x"), "no such folder"),
        (("export", tmp_path / "none", "--to", "brat", "--out", tmp_path / "x"), "no such knowledge base"),
        (("import", tmp_path / "none", "--kb", kb), "no such file"),
        (("import", target, "--kb", kb, "--from", "conl"), "conll?"),
        (("import", kb / "manifest.json", "--kb", kb, "--from", "doccano"), "manifest.json:1"),
    ):
        run = danvan(*args, "--lang", "en")
        assert run.returncode == 2 and told in run.stderr and "Traceback" not in run.stderr, (args, run.stderr)
    assert sorted(p.name for p in target.iterdir()) == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["br", "kb"]


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [("facts.jsonl", '"kind": "official"', '"kind": "official', "facts.jsonl:2: a damaged line"),
     ("facts.jsonl", '"article_id": "a"', '"article_id": "b"', "articles.jsonl:1"),
     ("articles.jsonl", '"schema": 1', '"schema": 9', "newer danvan"), ("manifest.json", '"schema": 1', '"schema": 9', "newer"),
     ("manifest.json", "{", "", "damaged")],
)  # fmt: skip
def test_a_damaged_knowledge_base_leaves_nothing(kb, tmp_path, name, old, new, told):
    content = (kb / name).read_text()
    (kb / name).write_text(content.replace(old, new))
    run = danvan("export", kb, "--to", "doccano", "--out", tmp_path / "x", "--lang", "en")
    assert run.returncode == 2 and told in run.stderr and "Traceback" not in run.stderr, run.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == ["kb"]
