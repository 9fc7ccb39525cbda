"""Why a fact is there and why another is not: the explanation, its JSON, and the command."""

import json
import re

import pytest
from conftest import danvan

from extractor.article import Raw
from extractor.audit.explain import as_data, explain_all
from extractor.audit.misses import misses
from extractor.audit.outputs import Output
from extractor.audit.passages import Passages
from extractor.audit.trace import as_input, trace
from extractor.records import Article

TEXT = "Ngày 14/01, đồng chí Lê Văn An, Bí thư Huyện ủy Ba Vì, phát biểu. Tỷ lệ hộ nghèo giảm 1,41% còn 5,33%."


@pytest.fixture(scope="module")
def told(pipe):
    read = trace(pipe, Raw(TEXT, published="2021-02-01"))
    return as_data(explain_all(read, pipe.rules, Passages(pipe.rules.tables)), misses(read, pipe))


def fact(told, **wanted):
    found = [f for f in told["facts"] if all(f.get(k) == v for k, v in wanted.items())]
    assert len(found) == 1
    return found[0]


def test_a_fact_is_explained_from_words_to_value(told):
    change = fact(told, kind="indicator", measure="change")
    (why,) = change["why"]
    assert why["rule"] == "indicators.rate" and why["description"] and why["references"]
    assert why["sentence"][slice(*why["marked"])] == change["evidence"][0]["text"]
    assert {(p["group"], p["text"].strip()) for p in why["parts"]} >= {
        ("number", "1,41"),
        ("lead", "giảm"),
        ("unit", "%"),
    }
    assert all(TEXT[slice(*p["span"])] == p["text"] for p in why["parts"])
    (figure,) = [n for n in why["normalisers"] if n["use"] == "figure"]
    assert figure["in"]["number"] == "1,41" and str(figure["out"]["value"]) == "-1.41"
    assert figure["out"]["measure"] == "change"


def test_what_context_supplied_is_in_the_fact(told):
    day = fact(told, kind="date")
    assert day["value"] == "2021-01-14" and day["inferred"]["value"]["by"] == "year of the article's date"
    assert day["why"][0]["normalisers"][0]["out"] == {"value": "XXXX-01-14"}


@pytest.mark.parametrize(
    ("rule", "reached", "stopped_by"),
    [
        ("indicators.rate-short", "hộ nghèo giảm 1,41%", "overlap: indicators.rate"),
        ("indicators.of-question", "còn 5,33%", "only_after: "),
        ("officials.titles-name", "Bí thư", "normaliser: "),
    ],
)
def test_a_miss_names_what_stopped_it(told, rule, reached, stopped_by):
    found = [m for m in told["misses"] if m["rule"] == rule and m["reached"] == reached]
    assert found and found[0]["stopped_by"].startswith(stopped_by)
    assert TEXT[slice(*found[0]["span"])] == reached


@pytest.mark.parametrize(
    ("text", "rule", "reached", "part"),
    [
        (
            "Ông Lê Văn Tơ làm giàu từ cây cam.",
            "officials.honorific-name-becomes",
            "Ông Lê Văn Tơ làm ",
            "official_offices",
        ),
        ("Tỷ lệ hộ nghèo xuống khoảng ba phần.", "indicators.rate", "Tỷ lệ hộ nghèo xuống khoảng ", "ind_percent"),
        ("tổng đài 3235/QĐ", "documents.code-alone", "3235", "told_tail"),
    ],
)  # fmt: skip
def test_how_far_a_pattern_got(pipe, text, rule, reached, part):
    read = trace(pipe, Raw(text))
    found = [m for m in misses(read, pipe) if m.rule == rule and m.why == "part"]
    assert found and part in found[0].what and reached.startswith(found[0].reached[:6])
    assert read.article.text[slice(*found[0].span)] == found[0].reached


def test_what_stands_in_furniture_is_told(pipe):
    text = "Tỉnh ủy họp bàn công tác dân vận.\n" * 3 + "Giấy phép số 120/GP-TTĐT cấp ngày 15/3/2020"
    found = [m for m in misses(trace(pipe, Raw(text)), pipe) if m.why == "zone"]
    assert [m for m in found if m.rule.startswith("dates.") and "furniture" in m.what]


def test_every_fact_of_the_samples_is_explained(pipe, samples_kb):
    """All evidence leads back to a match, and the article is read again as it was."""
    output = Output(samples_kb)
    explained = 0
    for article_id in output.ids[:6]:
        article = Article.model_validate(output.article_of(article_id))
        read = trace(pipe, as_input(article, pipe.rules))
        assert [f.id for f in read.facts] == [f["id"] for f in output.facts_of(article_id)]
        for explanation in explain_all(read, pipe.rules, Passages(pipe.rules.tables)):
            assert explanation.current
            assert all(reason.rule is not None and reason.parts for reason in explanation.reasons)
            explained += 1
    assert explained >= 100


def test_the_command(samples_kb, tmp_path):
    facts = [json.loads(line) for line in (samples_kb / "facts.jsonl").read_text().splitlines()]
    chosen = next(f for f in facts if f["kind"] == "official")
    shown = danvan("explain", samples_kb, chosen["id"], "--lang", "vi")
    assert shown.returncode == 0 and shown.stderr == ""
    assert chosen["evidence"][0]["rule"] in shown.stdout and "Phần bắt được" in shown.stdout
    data = json.loads(danvan("explain", samples_kb, chosen["id"][:12], "--json").stdout)
    assert [f["id"] for f in data["facts"]] == [chosen["id"]] and data["misses"] == []
    missing = danvan("explain", samples_kb, chosen["id"][:-1] + "z")
    assert missing.returncode == 2 and chosen["id"] in missing.stderr and "Traceback" not in missing.stderr
    for wrong in (["explain"], ["explain", samples_kb], ["explain", tmp_path / "no", "x"], ["explain", "--text", " "]):
        run = danvan(*wrong)
        assert run.returncode == 2 and run.stdout == "" and "Traceback" not in run.stderr
    (tmp_path / "kb").mkdir()
    for name in ("facts.jsonl", "articles.jsonl", "manifest.json"):
        (tmp_path / "kb" / name).write_text('{"schema": 1}\n{"schema": 9}\n')
    run = danvan("explain", tmp_path / "kb", "x")
    assert run.returncode == 2 and "facts.jsonl:2" in run.stderr


def test_the_command_on_a_text():
    data = json.loads(danvan("explain", "--text", TEXT, "--published", "2021-02-01", "--json").stdout)
    assert set(data) == {"facts", "misses"} and len(data["facts"]) == 4
    assert all(set(m) == {"rule", "kind", "span", "reached", "stopped_by"} for m in data["misses"]) and data["misses"]


def test_the_command_on_an_article(samples_kb):
    """Only the sentence with the words, only the kind; what was not matched there is told too."""
    article = json.loads((samples_kb / "articles.jsonl").read_text().splitlines()[0])
    own = [f for f in map(json.loads, (samples_kb / "facts.jsonl").read_text().splitlines())
           if f["article_id"] == article["id"]]  # fmt: skip
    words = next(f for f in own if f["kind"] == "official")["evidence"][0]["text"]
    asked = ["explain", samples_kb, article["id"], "--at", words, "--kind", "official"]
    data = json.loads(danvan(*asked, "--json").stdout)
    assert data["facts"] and {f["kind"] for f in data["facts"]} == {"official"} == {m["kind"] for m in data["misses"]}
    ends = [e for f in data["facts"] for why in f["why"] for e in [why["sentence"]]]
    assert any(words in sentence for sentence in ends) and len(data["facts"]) < len(own)
    for wrong in (["--at", "không hề có chữ này"], ["--kind", "officials"]):
        run = danvan("explain", samples_kb, article["id"], *wrong, "--lang", "en")
        assert run.returncode == 2 and run.stdout == "" and ("official, " in run.stderr or "words" in run.stderr)


def test_what_stopped_a_rule_is_told_with_its_words(pipe):
    text = "Bà con mừng Cách mạng tháng 8 thành công, nghe Phó Chủ tịch UBND tỉnh kể chuyện cũ của làng."
    found = {m.rule: m for m in misses(trace(pipe, Raw(text)), pipe)}
    assert found["dates.month"].why == "not_after" and found["dates.month"].what.endswith("← “Cách mạng”")
    shown = danvan("explain", "--text", text, "--lang", "vi").stdout
    assert "không có tên người sau chức vụ" in " ".join(shown.split())


def test_every_refusal_is_said_in_vietnamese():
    """What normalisers say stands in the table; a new reason there is missed here."""
    from pathlib import Path

    import extractor
    from extractor.messages_refusals import refusal

    said = [
        re.sub(r"\{[^}]*\}", "'x'", m[1])
        for path in (Path(extractor.__file__).parent / "normalise").glob("*.py")
        for m in re.finditer(r"raise Refused\(f?\"(.+)\"\)", path.read_text(encoding="utf-8"))
    ]
    assert len(said) >= 25 and not [reason for reason in said if refusal(reason) == reason]


def test_messages_of_auditing_hide_no_other():
    from extractor import messages, messages_audit

    source = messages.__file__
    assert source is not None
    own = set(messages_audit.AUDIT)
    with open(source, encoding="utf-8") as stream:  # noqa: PTH123 — the source itself is read
        text = stream.read()
    assert own and not [key for key in own if f'    "{key}": (' in text]
