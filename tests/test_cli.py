"""The command line as its users meet it: a subprocess, its streams and its exit codes."""

import json
import subprocess
import sys

import jsonschema
import pytest
from conftest import SAMPLES, danvan

from extractor.messages import Messages, choose, every
from extractor.records import json_schema

TEXT = "Ngày 14/01/2021, UBND tỉnh ban hành Quyết định số 12/QĐ-UBND."


@pytest.fixture
def article(tmp_path):
    path = tmp_path / "bài báo.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_facts_and_only_facts_on_standard_output(article):
    run = danvan("extract", article)
    facts = [json.loads(line) for line in run.stdout.splitlines()]
    assert run.returncode == 0 and {f["kind"] for f in facts} == {"date", "document"}
    validator = jsonschema.Draft202012Validator({**json_schema(), "$ref": "#/$defs/fact"})
    assert all(validator.is_valid(f) for f in facts)


def test_standard_input():
    run = danvan("extract", "-", stdin=json.dumps({"id": "x", "text": TEXT}) + "\n")
    assert run.returncode == 0 and {json.loads(x)["article_id"] for x in run.stdout.splitlines()} == {"x"}


def test_rejects_are_told_and_the_rest_is_done():
    run = danvan("extract", "-", stdin="oops\n" + json.dumps({"text": TEXT}) + "\n")
    assert run.returncode == 3 and run.stdout and "-:1: rejected at parse" in run.stderr


@pytest.mark.parametrize(("args", "said"), [
    (["extract", "no/such/file"], "no such file"),
    (["extract"], "Missing argument"),
    (["extract", "{empty}"], "nothing to read"),
    (["extract", "{text}", "--rules", "no/such"], "no such rules folder"),
    (["extract", "{text}", "--workers", "0"], "--workers"),
    (["rules", "show", "dates.dya"], "Nearest"),
    (["rules", "check", "no.rule"], "no rule"),
    (["nonsense"], "No such command"),
])  # fmt: skip
def test_wrong_usage(article, tmp_path, args, said):
    (tmp_path / "empty").mkdir()
    run = danvan(*[a.format(empty=tmp_path / "empty", text=article) for a in args])
    assert run.returncode == 2 and said in run.stderr and "Traceback" not in run.stderr and run.stdout == ""


def test_rules_with_errors_write_nothing(article, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "dates.yaml").write_text("- id: x\n- kind: date\n", encoding="utf-8")
    run = danvan("extract", article, "--rules", tmp_path / "mine", "--out", tmp_path / "kb")
    assert run.returncode == 2 and run.stderr.count("dates.yaml:1:") >= 2 and "dates.yaml:2:" in run.stderr
    assert not (tmp_path / "kb").exists()


def test_the_summary(tmp_path):
    """Articles, facts by kind, rejects by reason, duplicates and time; in JSON line by line."""
    rows = [{"id": n, "text": TEXT + " Xã có 5 hộ."} for n in (1, 2)] + [{"text": ""}] * 3 + [{"id": 1}]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows) + "x\n[1]\n", encoding="utf-8")
    run = danvan("extract", tmp_path / "a.jsonl", "--out", tmp_path / "kb")
    told = run.stderr.splitlines()
    assert run.returncode == 3 and told[0].startswith("2 articles, ") and ", 6 rejected, 1 duplicates" in told[0]
    assert "2 dates, 2 documents" in told[0]
    assert told[1] == "Rejected 3 at article: the text is empty"
    assert sorted(told[2:5]) == ["Rejected 1 at parse: a JSON object is wanted, not list", "Rejected 1 at parse: no JSON…",
                                 'Rejected 1 at parse: the object has no "text"']  # fmt: skip
    assert told[5].startswith(f"Knowledge base: {tmp_path / 'kb'}, in 0:0")
    run = danvan("extract", tmp_path / "a.jsonl", "--out", tmp_path / "kb", "--fresh", "--log-format", "json")
    (summary,) = [event for line in run.stderr.splitlines() if (event := json.loads(line))["event"] == "summary"]
    assert summary["counts"]["articles"] == 2 and summary["counts"]["duplicates"] == 1
    assert summary["rejects"] == {"article": 3, "parse": 3} and summary["kinds"]["date"] == 2
    assert summary["reasons"][0] == {"stage": "article", "reason": "the text is empty", "count": 3}
    assert (
        summary["seconds"] >= 0 and danvan("extract", tmp_path / "a.jsonl", "--out", tmp_path / "kb", "-q").stderr == ""
    )


def test_a_file_of_another_format_is_a_reject(tmp_path):
    (tmp_path / "a.pdf").write_bytes(b"%PDF")
    run = danvan("extract", tmp_path / "a.pdf")
    assert run.returncode == 3 and "no reader for .pdf" in run.stderr


def test_unreadable_file(tmp_path):
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere.txt")
    run = danvan("extract", tmp_path / "gone.txt", "--out", tmp_path / "kb")
    assert run.returncode == 3 and json.loads((tmp_path / "kb" / "rejects.jsonl").read_text())["stage"] == "read"


def test_gzip_and_globs(tmp_path, article):
    import gzip

    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(json.dumps({"id": "z", "text": TEXT}).encode()))
    run = danvan("extract", str(tmp_path / "*.gz"))
    assert run.returncode == 0 and '"article_id": "z"' in run.stdout
    (tmp_path / "torn.txt.gz").write_bytes(gzip.compress(TEXT.encode())[:-9])
    assert danvan("extract", tmp_path / "torn.txt.gz").returncode == 3
    (tmp_path / "bomb.txt.gz").write_bytes(gzip.compress(b" " * 50_000_000))
    bomb = danvan("extract", tmp_path / "bomb.txt.gz")
    assert bomb.returncode == 3 and "200 times" in bomb.stderr


def test_knowledge_base_and_table(tmp_path):
    kb = tmp_path / "kb"
    run = danvan("extract", SAMPLES / "articles", "--out", kb)
    assert run.returncode == 0 and run.stdout == "" and "articles" in run.stderr
    shown = danvan("show", kb, "--lang", "vi")
    assert shown.returncode == 0 and "chỉ tiêu" in shown.stdout
    assert danvan("show", tmp_path).returncode == 1


def test_a_closed_pipe_is_no_error(tmp_path):
    shell = f"{sys.executable} -m extractor.cli extract {SAMPLES}/articles | head -n 1"
    run = subprocess.run(shell, shell=True, capture_output=True, text=True, check=False)
    assert run.stdout.count("\n") == 1 and "Traceback" not in run.stderr and "Broken" not in run.stderr


def test_schema_is_printed():
    printed = json.loads(danvan("schema").stdout)
    assert {"article", "fact", "reject", "entity", "manifest"} <= set(printed["$defs"])
    jsonschema.Draft202012Validator.check_schema(printed)


def test_rules_are_listed_shown_and_copied(tmp_path, article):
    listed = json.loads(danvan("rules", "list", "--json").stdout)
    assert len(listed) >= 60 and all(r["description"] for r in listed)
    shown = danvan("rules", "show", listed[0]["id"])
    assert shown.returncode == 0 and listed[0]["description"] in shown.stdout
    assert danvan("rules", "copy", tmp_path / "mine").returncode == 0
    assert danvan("rules", "copy", tmp_path / "mine").returncode == 2
    same = danvan("extract", article, "--rules", tmp_path / "mine")
    assert same.returncode == 0 and same.stdout == danvan("extract", article).stdout


def test_messages_in_both_languages():
    assert choose("vi") == "vi" and choose("en") == "en"
    run = danvan("extract", "no/such", "--lang", "vi")
    assert run.stderr.startswith("Lỗi:")
    for key, (vi, en) in every().items():
        fields = {part[1] for part in __import__("string").Formatter().parse(vi) if part[1]}
        assert fields == {part[1] for part in __import__("string").Formatter().parse(en) if part[1]}, key
    assert Messages("vi")("facts") == "dữ kiện"


def test_help_is_quick_to_import():
    """`--help` loads neither spaCy nor underthesea."""
    code = "import sys, extractor.cli; sys.exit(any(m in sys.modules for m in ('spacy', 'underthesea', 'numpy')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
