"""`danvan contradictions`: what is told against what, the likely cause, and what is no contradiction."""

import json
from decimal import Decimal

import pytest
from conftest import danvan
from linked_base import article, document, figure, official, write_base

from extractor.errors import UsageError
from extractor.knowledge.linking.causes import cause_rows, is_rounded, mistyped
from extractor.knowledge.linking.contradictions import KINDS, contradictions
from extractor.knowledge.linking.link import link


def found(folder, *articles, kinds=KINDS):
    link(write_base(folder, list(articles)))
    return contradictions(folder, kinds)


def rate(value, **more):
    told = {"area": "Sơn La", "period": "2020", **more}
    indicator = told.pop("indicator", "poverty_rate")
    return figure(indicator, value, told.pop("unit", "%"), **told)


class TestValues:
    @pytest.mark.parametrize(("one", "other", "cause"), [
        (rate(7.36), rate(7.63), "typo"),
        (rate(7.36), rate(73.6), "typo"),
        (rate(7.36), rate(7.4), "rounding"),
        (rate(7.36), rate(7.5, status="estimate"), "estimate"),
        (rate(7.36), rate(9.81), "unknown"),
        (rate(5.1, period="2021"), rate(11.8, period="2021"), "standard"),
        (rate(5.1, _text="hộ nghèo 5,1%"), rate(6.2, _text="theo chuẩn nghèo mới là 6,2%"), "standard"),
        (rate(1250, indicator="export_turnover", unit="triệu USD"), rate(1.52, indicator="export_turnover", unit="tỷ USD"), "typo"),
    ])  # fmt: skip
    def test_causes(self, tmp_path, one, other, cause):
        (told,) = found(tmp_path, article("a", one), article("b", other))
        assert (told.kind, told.cause) == ("value", cause)
        assert {s.quote.article for s in told.sides} == {"a", "b"} and all(s.quote.text for s in told.sides)

    @pytest.mark.parametrize(("one", "other"), [
        (rate(7.36), rate(7.36)),
        (rate(7.36), rate(7.36, unit="phần trăm")),
        (rate(7.36), rate(7.9, period="2021")),
        (rate(7.36), rate(7.9, area="Gia Lai")),
        (rate(7.36), rate(7.9, sector="nông thôn")),
        (rate(7.36), rate(6.0, status="target")),
        (rate(7.36), rate(-1.2, measure="change")),
        (rate(7.36), rate(7, value_max=8)),
        (rate(7.36), rate(7.3, bound="over")),
        (rate(7.36), rate(7.4, bound="under")),
        (rate(7.36), rate(7.3, bound="about")),
        (rate(7.36, period=None), rate(7.9, period=None)),
        (rate(7.36, area=None), rate(7.9, area=None)),
        (rate(1250, indicator="export_turnover", unit="triệu USD"), rate(1.25, indicator="export_turnover", unit="tỷ USD")),
    ])  # fmt: skip
    def test_no_contradiction(self, tmp_path, one, other):
        assert found(tmp_path, article("a", one), article("b", other)) == []

    def test_a_plan_told_as_a_result(self, tmp_path):
        (told,) = found(
            tmp_path, article("a", rate(7.36)), article("b", rate(9.81)), article("c", rate(9.81, status="target"))
        )
        assert told.cause == "plan"

    def test_one_source_is_no_two(self, tmp_path):
        assert found(tmp_path, article("a", rate(7.36), rate(9.81))) == []
        copy = [article("a", rate(7.36, _text="còn 7")), article("b", rate(9.81, _text="còn 7"), duplicate_of="a")]
        assert found(tmp_path / "copies", *copy) == []

    def test_a_copy_with_another_figure(self, tmp_path):
        copy = [
            article("a", rate(7.36, _text="còn 7,36%")),
            article("b", rate(7.63, _text="còn 7,63%"), duplicate_of="a"),
        ]
        (told,) = found(tmp_path, *copy)
        assert told.cause == "typo"

    def test_the_value_of_most_sources_stands_first(self, tmp_path):
        (told,) = found(tmp_path, article("a", rate(9.81)), *(article(n, rate(7.36)) for n in "bcd"))
        assert [(s.says, s.sources) for s in told.sides] == [("7.36%", 3), ("9.81%", 1)]

    def test_never_across_a_merger(self, tmp_path):
        a = article("a", figure("poverty_rate", 5.3, "%", area="Khánh Hòa", period="2024"), published="2025-02-01")
        b = article("b", figure("poverty_rate", 7.9, "%", area="Khánh Hòa", period="2024"), published="2026-02-01")
        assert found(tmp_path, a, b) == []


class TestDays:
    @pytest.mark.parametrize(("one", "other", "cause"), [
        ("2018-06-02", "2018-06-12", "typo"), ("2018-03-04", "2018-04-03", "typo"), ("2018-06-02", "2018-06-17", "announced"),
        ("2018-01-02", "2018-09-29", "unknown"),
    ])  # fmt: skip
    def test_two_days(self, tmp_path, one, other, cause):
        told = [article(name, document("1247/QĐ-UBND", "decision", issued=day, issuer="UBND tỉnh"), province="Sơn La")
                for name, day in (("a", one), ("b", other))]  # fmt: skip
        (found_one,) = found(tmp_path, *told)
        assert (found_one.kind, found_one.cause) == ("date", cause)
        assert sorted(s.says for s in found_one.sides) == sorted((one, other))

    def test_another_year_is_another_document(self, tmp_path):
        told = [article(name, document("1247/QĐ-UBND", "decision", issued=day, issuer="UBND tỉnh"), province="Sơn La")
                for name, day in (("a", "2018-06-02"), ("b", "2019-06-02"))]  # fmt: skip
        assert found(tmp_path, *told) == []

    def test_a_year_that_the_day_is_in(self, tmp_path):
        told = [article(name, document("1247/QĐ-UBND", "decision", issued=day, issuer="UBND tỉnh"), province="Sơn La")
                for name, day in (("a", "2018-06-02"), ("b", "2018"))]  # fmt: skip
        assert found(tmp_path, *told) == []


class TestOffices:
    def told(self, *rows):
        return [article(f"a{n}", official("Lò Văn Sơn", (title, body)), province="Sơn La", published=day)
                for n, (title, body, day) in enumerate(rows)]  # fmt: skip

    def test_head_and_deputy_at_one_time(self, tmp_path):
        rows = [
            ("Chủ tịch", "UBND tỉnh", "2020-01-05"),
            ("Phó Chủ tịch", "UBND tỉnh", "2020-02-05"),
            ("Chủ tịch", "UBND tỉnh", "2020-06-05"),
        ]
        (one,) = found(tmp_path, *self.told(*rows))
        assert one.kind == "office" and {s.says.split(",")[0] for s in one.sides} == {"Chủ tịch", "Phó Chủ tịch"}

    @pytest.mark.parametrize("rows", [
        [("Phó Chủ tịch", "UBND tỉnh", "2020-01-05"), ("Chủ tịch", "UBND tỉnh", "2020-02-05")],
        [("Bí thư", "Tỉnh ủy", "2020-01-05"), ("Chủ tịch", "HĐND tỉnh", "2020-01-05")],
        [("Trưởng Ban", "Ban Dân vận Tỉnh ủy", "2020-01-05"), ("Chủ tịch", "Ủy ban MTTQ tỉnh", "2020-01-05")],
        [("Ủy viên Ban Thường vụ", "Tỉnh ủy", "2020-01-05"), ("Giám đốc", "Công an tỉnh", "2020-01-05")],
    ])  # fmt: skip
    def test_offices_that_go_together_or_follow(self, tmp_path, rows):
        assert found(tmp_path, *self.told(*rows)) == []


class TestCauses:
    @pytest.mark.parametrize(("a", "b", "rounded"), [
        ("7.36", "7.4", True), ("7.36", "7", True), ("5.36", "5", False), ("1903", "1900", True), ("1.25", "1.3", True), ("5.1", "5.2", False),
        ("0", "0.01", False), ("99.6", "100", True),
    ])  # fmt: skip
    def test_rounding(self, a, b, rounded):
        assert is_rounded(Decimal(a), Decimal(b)) is is_rounded(Decimal(b), Decimal(a)) is rounded

    @pytest.mark.parametrize(("a", "b", "slip"), [
        ("7.36", "7.63", True), ("7.36", "7.86", True), ("7.36", "73.6", True), ("1250", "12500", True), ("7.36", "9.81", False),
        ("5", "6", False), ("51", "61", False), ("512", "612", True),
    ])  # fmt: skip
    def test_slips(self, a, b, slip):
        assert mistyped(Decimal(a), Decimal(b)) is mistyped(Decimal(b), Decimal(a)) is slip

    def test_every_cause_has_a_name_and_a_weight_of_its_own(self):
        rows = cause_rows()
        assert (
            len(rows) == 9 and len({r.weight for r in rows.values()}) == 9 and all(r.vi and r.en for r in rows.values())
        )


class TestCommand:
    def base(self, folder):
        one = [article("a", rate(7.36)), article("b", rate(9.81)), article("c", rate(44.1, period="2018")), article("d", rate(44, period="2018")),
               article("e", document("9/QĐ-UBND", "decision", issued="2018-01-02", issuer="UBND tỉnh Sơn La")),
               article("f", document("9/QĐ-UBND", "decision", issued="2018-01-25", issuer="UBND tỉnh Sơn La"))]  # fmt: skip
        link(write_base(folder, one))
        return folder

    def test_ranked_and_filtered(self, tmp_path):
        folder = self.base(tmp_path)
        told = json.loads(danvan("contradictions", folder, "--json").stdout)
        assert [t["cause"] for t in told] == ["unknown", "announced", "rounding"] and [t["rank"] for t in told] == [
            1,
            2,
            3,
        ]
        assert all(side["quote"] and side["source"] for t in told for side in t["sides"])
        only = json.loads(danvan("contradictions", folder, "--json", "--kind", "date").stdout)
        assert [t["kind"] for t in only] == ["date"]
        run = danvan("contradictions", folder, "--lang", "vi", "--limit", "1")
        assert run.returncode == 0 and "chưa rõ vì sao" in run.stdout and "3 chỗ mâu thuẫn" in run.stderr

    def test_exit_codes(self, tmp_path):
        folder = self.base(tmp_path)
        assert danvan("contradictions", folder, "--fail").returncode == 1
        assert danvan("contradictions", folder, "--kind", "office", "--fail").returncode == 0
        assert danvan("contradictions", folder, "--kind", "nonsense").returncode == 2

    def test_a_base_that_is_not_linked_or_has_changed(self, tmp_path):
        write_base(tmp_path, [article("a", rate(7.36))])
        with pytest.raises(UsageError, match="danvan link"):
            contradictions(tmp_path)
        link(tmp_path)
        assert contradictions(tmp_path) == []
        write_base(tmp_path, [article("a", rate(7.36)), article("b", rate(9.81))])
        with pytest.raises(UsageError, match="changed"):
            contradictions(tmp_path)
        (tmp_path / "entities.jsonl").unlink()
        assert danvan("contradictions", tmp_path).returncode == 2
