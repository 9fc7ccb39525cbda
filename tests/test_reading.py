"""Readers: the mixed folder comes out as written beside it; encodings, columns, dates of pages, missing extras."""

import json

import pytest
from conftest import SAMPLES, danvan
from mixed_folder import build, cp1258

from extractor.errors import InputError, UsageError
from extractor.knowledge.run import Options, extract_to
from extractor.reading import Columns, How, find_sources, read, sources
from extractor.reading.alphabet import alphabet, western
from extractor.reading.decoding import decode

FILES = ("articles.jsonl", "facts.jsonl", "rejects.jsonl", "manifest.json")


@pytest.fixture(scope="module")
def letters(pipe):
    return alphabet(pipe.rules.tables)


@pytest.fixture(scope="module")
def mixed(pipe, letters, tmp_path_factory):
    folder = tmp_path_factory.mktemp("mixed") / "in"
    folder.mkdir()
    expected = build(folder, letters)
    out = folder.with_name("kb")
    summary = extract_to(pipe, find_sources([str(folder)]), out, options=Options())
    return folder, expected, out, summary


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_the_mixed_folder_is_large_enough(mixed):
    folder, expected, _, _ = mixed
    assert sum(1 for p in folder.rglob("*") if not p.is_dir()) >= 60
    assert sum(e["article"] for e in expected.values()) >= 50 and sum(not e["article"] for e in expected.values()) >= 30


def test_every_input_is_just_what_it_must_be(mixed):
    _, expected, out, _ = mixed
    articles = {a["source"]: a for a in lines(out / "articles.jsonl")}
    rejects = {r["source"]: r for r in lines(out / "rejects.jsonl")}
    assert set(articles) == {s for s, e in expected.items() if e["article"]}
    assert set(rejects) == {s for s, e in expected.items() if not e["article"]}
    wrong = []
    for source, wanted in expected.items():
        if not wanted["article"]:
            got = rejects[source]
            if got["stage"] != wanted["stage"] or wanted["reason"] not in got["reason"]:
                wrong.append((source, wanted, got))
            continue
        got = articles[source]
        for key, value in wanted.items():
            if key == "duplicate_of" and value is not None:
                value = articles[value]["id"]
            if key == "holds":
                wrong += [(source, "lacks", line) for line in value if line not in got["text"].split("\n")]
            elif key == "without":
                wrong += [(source, "has", word) for word in value if word in got["text"]]
            elif key == "id_begins":
                wrong += [] if got["id"].startswith(value) else [(source, got["id"])]
            elif key != "article" and got[key] != value:
                wrong.append((source, key, value, got[key]))
        if "duplicate_of" not in wanted and got["duplicate_of"]:
            wrong.append((source, "duplicate of", got["duplicate_of"]))
    assert not wrong


def test_counts_add_up_and_facts_are_there(mixed):
    _, expected, out, summary = mixed
    counts = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["counts"]
    assert counts["inputs"] == len(expected) == counts["articles"] + counts["rejects"]
    assert counts["facts"] == len(lines(out / "facts.jsonl")) > 150
    assert counts["duplicates"] == 5 and summary.counts["skipped"] == 1
    texts = {a["id"]: a["text"] for a in lines(out / "articles.jsonl")}
    for fact in lines(out / "facts.jsonl"):
        for e in fact["evidence"]:
            assert texts[fact["article_id"]][e["start"] : e["end"]] == e["text"] != ""


def test_two_workers_write_the_same_bytes(pipe, mixed, tmp_path):
    folder, _, out, _ = mixed
    extract_to(pipe, find_sources([str(folder)]), tmp_path / "kb", options=Options(workers=2))
    for name in (*FILES, ".index.sqlite"):
        assert (tmp_path / "kb" / name).read_bytes() == (out / name).read_bytes(), name


@pytest.mark.parametrize("name", ["tcvn3", "vni", "viscii"])
def test_legacy_encodings_of_the_samples(letters, name):
    """What the encoding can write comes back, letter by letter, from bytes and from bytes saved as UTF-8."""
    paths = sorted((SAMPLES / "articles").glob("*.txt"))
    assert len(paths) >= 20
    for path in paths:
        text = path.read_text(encoding="utf-8")
        data = letters.encode(text, name)
        writable = letters.convert(western(data), name)
        assert sum(a == b for a, b in zip(writable, text, strict=True)) > 0.98 * len(text)
        assert decode(data, letters).text == writable
        assert decode(western(data).encode(), letters).text == writable


def test_proper_text_is_left_alone(letters):
    for path in sorted((SAMPLES / "articles").glob("*.txt")):
        data = path.read_bytes()
        made = decode(data, letters)
        assert made.repairs == () and made.text.encode() == data


def test_windows_1258(letters):
    text = (SAMPLES / "articles" / "gia-lai-2018-cong-tac-can-bo.txt").read_text(encoding="utf-8")
    made = decode(cp1258(text), letters, "windows-1258")
    assert made.text == text and made.repairs == ("decoded from cp1258",)


@pytest.mark.parametrize("data", [b"caf\xe9", b"\0\1\2", b"\xff\xfe\x00", bytes(range(128, 256)) * 9])
def test_what_cannot_be_decoded(letters, data):
    with pytest.raises(InputError) as error:
        decode(data, letters)
    assert error.value.stage == "decode"


def test_named_columns(pipe, tmp_path):
    (tmp_path / "a.csv").write_text("mã,nội dung bài,ngày\nx9,Xã họp dân.,2020-01-02\n", encoding="utf-8")
    how = How(columns=Columns({"text": "nội dung bài", "id": "mã", "published": "ngày"}))
    (raw,) = read(find_sources([str(tmp_path)]).files(), pipe.rules, how)
    assert (raw.id, raw.text, raw.published) == ("x9", "Xã họp dân.", "2020-01-02")
    run = danvan("extract", tmp_path / "a.csv", "--text-column", "không có")
    assert run.returncode == 3 and "no column 'không có'" in run.stderr


def test_a_missing_extra_is_told_before_any_work(tmp_path, monkeypatch):
    for name in ("a.html", "b.txt.zst", "c.warc.gz"):
        (tmp_path / name).write_bytes(b"x")
    monkeypatch.setattr(sources, "find_spec", lambda module: None)
    with pytest.raises(UsageError, match=r'pip install "danvan\[html,zst,warc\]"'):
        find_sources([str(tmp_path)])


def test_a_knowledge_base_in_the_folder_is_not_read(pipe, tmp_path):
    (tmp_path / "a.txt").write_text("Ngày 1/2/2020, họp.", encoding="utf-8")
    for _ in range(2):
        summary = extract_to(pipe, find_sources([str(tmp_path)]), tmp_path / "kb", options=Options())
    assert summary.counts["known"] == 1 and summary.counts["inputs"] == 0
    assert len(lines(tmp_path / "kb" / "articles.jsonl")) == 1
