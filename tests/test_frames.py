"""Facts as DataFrames: the same rows as the knowledge base, with types that do not depend on what is in it."""

import sys

import pytest

import extractor
from extractor.errors import KnowledgeError, UsageError
from extractor.frames import TYPES, frame_of
from extractor.knowledge.exporting.source import open_source
from extractor.knowledge.relations import TABLES
from extractor.knowledge.run import Options, extract_to
from extractor.reading import find_sources
from extractor.records import FACTS

pandas = pytest.importorskip("pandas")

TEXT = "Ngày 15/01/2021, UBND tỉnh ban hành Quyết định số 12/QĐ-UBND. Tỷ lệ hộ nghèo còn 3,25%."


def types(found):
    return {name: str(kind) for name, kind in found.dtypes.items()}


class TestKnowledgeBase:
    def test_facts(self, samples_kb):
        found = extractor.frame(samples_kb)
        held = [fact for _, facts in open_source(samples_kb).with_facts() for fact in facts]
        assert list(found["id"]) == [fact["id"] for fact in held] and len(found) > 500
        assert list(found["kind"]) == [fact["kind"] for fact in held]
        assert list(found["quote"]) == [fact["evidence"][0]["text"] for fact in held]

    @pytest.mark.parametrize("kind", FACTS)
    def test_a_kind(self, kind, samples_kb):
        found = extractor.frame(samples_kb, kind)
        held = [fact for _, facts in open_source(samples_kb).with_facts() for fact in facts if fact["kind"] == kind]
        assert list(found["id"]) == [fact["id"] for fact in held] != []

    def test_figures(self, samples_kb):
        found = extractor.frame(samples_kb, "indicators")
        held = [f for _, facts in open_source(samples_kb).with_facts() for f in facts if f["kind"] == "indicator"]
        assert [float(f["value"]) for f in held] == list(found["value"])
        assert [str(f["unit"]) for f in held] == [str(None if v is pandas.NA else v) for v in found["unit"]]
        assert found.groupby("unit")["value"].count()["%"] == sum(f["unit"] == "%" for f in held) > 10

    @pytest.mark.parametrize("table", TABLES)
    def test_types_are_the_same_without_rows(self, table, pipe, samples_kb, tmp_path):
        (tmp_path / "one.txt").write_text("Xã họp dân bàn việc làm đường.\n", encoding="utf-8")
        extract_to(pipe, find_sources([str(tmp_path / "one.txt")]), tmp_path / "kb", options=Options())
        found = extractor.frame(samples_kb, table)
        assert list(found.columns) == TABLES[table].names
        expected = {c.name: str(pandas.Series([], dtype=TYPES[c.type]).dtype) for c in TABLES[table].columns}
        assert types(found) == types(extractor.frame(tmp_path / "kb", table)) == expected

    def test_days(self, samples_kb):
        found = extractor.frame(samples_kb, "dates").dropna(subset=["first_day", "last_day"])
        assert (found["first_day"] <= found["last_day"]).all() and len(found) > 20

    def test_what_is_not_there(self, samples_kb, tmp_path):
        with pytest.raises(UsageError, match="there is no table"):
            extractor.frame(samples_kb, "figures")
        with pytest.raises(UsageError):
            extractor.frame(tmp_path / "none")
        (tmp_path / "kb").mkdir()
        for name in ("articles.jsonl", "facts.jsonl"):
            (tmp_path / "kb" / name).write_text("{\n", encoding="utf-8")
        (tmp_path / "kb" / "manifest.json").write_bytes((samples_kb / "manifest.json").read_bytes())
        with pytest.raises(KnowledgeError):
            extractor.frame(tmp_path / "kb")


class TestResult:
    def test_facts_and_kinds(self, pipe):
        result = pipe(TEXT, id="a1")
        found = result.to_pandas()
        assert list(found["id"]) == [fact.id for fact in result.facts]
        for row in found.itertuples():
            assert TEXT[row.start_char : row.end_char] == row.quote
        figures = result.to_pandas("indicator")
        assert list(figures["value"]) == [3.25] and list(figures["value_text"]) == ["3.25"]
        assert list(result.to_pandas("articles")["id"]) == ["a1"]

    def test_no_facts(self, pipe):
        found = pipe("Xã họp dân.").to_pandas("indicator")
        assert len(found) == 0 and types(found)["value"] == "Float64"

    def test_what_a_result_does_not_give(self, pipe):
        with pytest.raises(UsageError, match="knowledge base"):
            pipe(TEXT).to_pandas("series")

    def test_without_pandas(self, pipe, monkeypatch):
        monkeypatch.setitem(sys.modules, "pandas", None)
        with pytest.raises(UsageError, match=r"danvan\[pandas\]"):
            frame_of(pipe(TEXT))
