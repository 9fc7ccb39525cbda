"""Hostile and odd inputs: one article or one reject each, never a hang or a traceback; what is odd only keeps its facts."""

import gzip
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extractor.article import Raw
from extractor.errors import InputError
from extractor.reading import How, find_sources, read, readers
from extractor.reading.alphabet import alphabet
from extractor.reading.columns import read_columns
from extractor.reading.decoding import decode
from extractor.reading.fields import Columns
from extractor.reading.lines import read_lines
from extractor.reading.markup import Markup
from extractor.reading.streams import Peeked
from extractor.reading.warc import read_warc
from extractor.records import Reject
from extractor.workers import attempt

FACT = "Ngày 14/01/2021, UBND tỉnh ban hành Quyết định số 3235/QĐ-UBND.\n"


def items(pipe, folder, **how):
    return list(read(find_sources([str(folder)]).files(), pipe.rules, How(**how)))


ODD = {
    "bidi marks": "\u202b" + FACT.replace("tỉnh", "tỉ\u200bnh\u2066") + "\u2069\u202c",
    "empty lines": "\n" * 1_000_000 + FACT,
    "a long list": FACT + "".join(f"- Xã số {n}: {n} hộ.\n" for n in range(2000)),
    "combining marks": FACT + "a" + "\u0301" * 5000 + "\n",
    "a long number": FACT + "9" * 10_000 + "\n" + "1." * 5000 + "\n",
    "scripts": "var a = {b: [1, 2, 3]}; if (a < 3) { document.write('<p>') }\n" * 20
    + FACT
    + "function f(x) { return x }\n" * 20,
    "tabs and controls": "\x0b\x0c" + FACT.replace(" ", "\t", 3) + "\x1b[31m\n",
    "one long word": FACT + "ậ" * 50_000 + "\n" + "Đễễễ" * 2_000 + "\n",
    "marks by the thousand": ("a" + "\u0301" * 2000 + " ") * 20 + "\n" + FACT,
    "zero width all over": "\u200b".join(FACT) + FACT,
    "numbers without end": "Tỷ lệ hộ nghèo " + "9" * 10_000 + "%.\nNgày " + "1/" * 5000 + "2020.\n" + FACT,
    "brackets": "(" * 20_000 + "\n" + FACT + ")" * 20_000 + "“" * 5000 + "\n",
    "codes in a row": FACT + "số " + "12/QĐ-UBND, " * 2000 + "\n",
    "short lines": "a b\n" * 20_000 + FACT,
    "rows of cells": ("| " + " | ".join(["1,5"] * 200) + " |\n") * 20 + FACT,
    "one long line": "Xã họp dân bàn việc làm đường. " * 3000 + FACT,
}


@pytest.mark.parametrize("name", ODD)
def test_odd_texts_keep_their_facts(pipe, tmp_path, name):
    (tmp_path / "a.txt").write_bytes(ODD[name].encode())
    (raw,) = items(pipe, tmp_path)
    assert isinstance(raw, Raw) and raw.text == ODD[name]
    result = pipe.run(raw, timeout=120)
    assert {("date", "2021-01-14"), ("document", "3235/QĐ-UBND")} <= {
        (f.kind, f.value if f.kind == "date" else f.code) for f in result.facts if f.kind in ("date", "document")
    }


@pytest.mark.parametrize(("name", "data", "reason"), [
    ("a.txt", b"a" * 30_000_000, "max-chars"),
    ("a.jsonl", b'{"text": "' + b"[" * 200_000 + b'"', "no JSON"),
    ("a.jsonl", b'{"text": ' + b"[" * 200_000, "no JSON"),
    ("a.jsonl", b'{"id": ' + b"9" * 10_000 + b', "text": "x"}', "no JSON"),
    ("a.csv", b'text\n"' + b"x\n" * 20, "not Vietnamese"),
    ("a.csv", b"id,ti" + b"\xec" * 90 + b"\r,text\n", "no header"),
    ("a.txt.gz", gzip.compress(gzip.compress(b"x" * 100, mtime=0), mtime=0), "NUL"),
    ("a.html", b"<" * 5_000_000, "no HTML"),
    ("a.html", b"<p>x</p>" + b"<div>" * 3000 + FACT.encode(), "deeper than"),
    ("a.jsonl", b'{"a":' * 100_000, "no JSON"),
    ("a.jsonl", b'{"text": "' + b"\0" * 1000 + b'"}', "NUL"),
    ("a.txt.gz", b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + b"\0" * 5000, "damaged"),
    ("a.warc", b"WARC/1.0\r\nContent-Length: 99999999999\r\nWARC-Type: response\r\n\r\nx", "damaged WARC"),
], ids=["long", "json1", "json2", "number", "quote", "header", "gz", "html", "deep", "json3", "nul", "empty gz", "warc"])  # fmt: skip
def test_hostile_files_are_rejects(pipe, tmp_path, name, data, reason):
    (tmp_path / name).write_bytes(data)
    found = items(pipe, tmp_path)
    assert len(found) == 1 and (isinstance(found[0], Reject) or name == "a.csv")
    assert name == "a.csv" or reason in found[0].reason


@pytest.mark.parametrize("markup", [
    "<p " + " ".join(f"a{n}='x'" for n in range(20_000)) + ">",
    "<p>x</p>" * 20_000,
    "<table><tr><td>" * 300,
    '<img src="data:image/png;base64,' + "A" * 500_000 + '">',
    '<script type="application/ld+json">' + "[" * 20_000 + '{"datePublished":"2021-01-01"}' + "]" * 20_000 + "</script>",
    "<!-- " * 5_000 + "-->",
    "<p>" + "&#7853;" * 20_000 + "</p>",
], ids=["attributes", "elements", "tables", "data", "json-ld", "comments", "entities"])  # fmt: skip
def test_odd_pages_keep_their_facts(pipe, tmp_path, markup):
    page = f"<html><body>{markup}<p>{FACT * 3}</p></body></html>"
    (tmp_path / "a.html").write_text(page, encoding="utf-8")
    (raw,) = items(pipe, tmp_path)
    assert isinstance(raw, Raw), raw
    found = [e for fact in pipe.run(raw, timeout=120).facts for e in fact.evidence if fact.kind == "document"]
    assert found and all(e.text == "Quyết định số 3235/QĐ-UBND" for e in found)
    assert all(e.in_page is None or page[slice(*e.in_page)] == e.text for e in found)


def test_a_broken_address_is_no_error(pipe, tmp_path):
    (tmp_path / "a.jsonl").write_text(json.dumps({"url": "http://[::1/2021/", "text": FACT}), encoding="utf-8")
    (raw,) = items(pipe, tmp_path)
    assert {f.kind for f in pipe.run(raw).facts} == {"date", "document"}


def test_links_that_go_round(pipe, tmp_path):
    (tmp_path / "loop.txt").symlink_to(tmp_path / "loop.txt")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "up").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "folder" / "một\nhai.txt").write_text(FACT, encoding="utf-8")
    found = items(pipe, tmp_path)
    assert [type(item) for item in sorted(found, key=lambda item: item.source)] == [Raw, Reject]


def test_a_line_that_is_too_long_leaves_the_others(pipe, tmp_path, monkeypatch):
    monkeypatch.setattr("extractor.reading.lines.MOST_BYTES", 5000)
    lines = [json.dumps({"id": str(n), "text": FACT * (100 if n == 1 else 1)}) for n in range(3)]
    (tmp_path / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    found = items(pipe, tmp_path)
    assert [isinstance(item, Reject) for item in found] == [False, True, False] and "a line of more" in found[1].reason


@pytest.mark.long
def test_a_line_of_500_megabytes(pipe, tmp_path):
    with (tmp_path / "a.jsonl").open("wb") as stream:
        stream.write(b'{"text": "')
        for _ in range(500):
            stream.write(b"a" * 1_000_000)
        stream.write(b'"}\n' + json.dumps({"text": FACT}).encode())
    found = items(pipe, tmp_path)
    assert isinstance(found[0], Reject) and isinstance(found[1], Raw)


def test_a_page_that_kills_its_parser_is_one_reject(pipe, tmp_path, monkeypatch):
    import os

    for name in ("1", "2", "3"):
        (tmp_path / f"{name}.html").write_text(
            f"<html><body><p>{FACT * 3}bài {name}</p></body></html>", encoding="utf-8"
        )
    whole = readers.Pages.__call__

    def deadly(self, item):
        if item.source.endswith("2.html"):
            os._exit(11)
        return whole(self, item)

    monkeypatch.setattr(readers.Pages, "__call__", deadly)
    found = items(pipe, tmp_path)
    assert [isinstance(item, Reject) for item in found] == [False, True, False] and "died" in found[1].reason


@pytest.fixture(scope="module")
def letters(pipe):
    return alphabet(pipe.rules.tables)


class _Stream(Peeked):
    """Bytes as a stream."""

    def __init__(self, data):
        import io

        super().__init__(io.BytesIO(data), b"")


_PIECES = st.lists(
    st.sampled_from([FACT.encode(), b"\r\n", b'"', b",", b"\t", b"\xff\xfe", b"\0", b'{"text": "', b'"}', b"\xe1\xbb", b"<p>", b"</p>",
                     b"<script>", b"WARC/1.0\r\n", b"Content-Length: 3\r\n", b"\r\n\r\n", b"text,id\n", b"&#x41;", b"\xc3\xa1\xc2\xbb"])
    | st.binary(max_size=12), max_size=30).map(b"".join)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=_PIECES)
def test_any_bytes(pipe, letters, data):
    """Whatever the bytes, every reader gives raw inputs and rejects, and every text is one."""
    found = []
    for reader in (read_lines, read_columns):
        found += list(reader("x", _Stream(data), letters, Columns()))
    found += list(read_warc("x", _Stream(data)))
    page = attempt(readers.Pages(pipe.rules, letters), Markup(data, "x"))
    assert not isinstance(page, InputError) or "internal error" not in page.reason
    try:
        decode(data, letters).text.encode("utf-8")
    except InputError as error:
        assert error.stage == "decode"
    for item in found:
        assert isinstance(item, Raw | Reject | Markup)
        if isinstance(item, Raw):
            readers.checked(item, 1000, letters)
