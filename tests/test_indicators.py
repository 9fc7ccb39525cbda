"""Indicators: reading figures and their words, rules on every name, and what context settles."""

from __future__ import annotations

from decimal import Decimal

import pytest

import extractor
from extractor.figures import indicator_named, indicator_row, read_lead
from extractor.pipeline import Pipeline
from extractor.records import IndicatorFact
from extractor.tables import Row


@pytest.fixture(scope="module")
def pipe() -> Pipeline:
    return extractor.load()


def read(pipe: Pipeline, text: str, published: str | None = None) -> list[IndicatorFact]:
    return [f for f in pipe(text, published=published).facts if isinstance(f, IndicatorFact)]


def core(facts: list[IndicatorFact]) -> list[tuple[str | None, str, Decimal, str | None]]:
    return [(f.indicator, f.measure, f.value, f.unit) for f in facts if f.indicator]


#: A last line by which a long text is an article about local affairs (`extractor/locality.py`).
LOCAL = "\nUBND xã và Đảng ủy đã họp."


class TestLead:
    @pytest.mark.parametrize(
        ("words", "move", "bound", "status"),
        [
            ("ước đạt khoảng", None, "about", "estimate"),
            ("giảm", "fall", None, None),
            ("giảm còn dưới", "reach", "under", None),
            ("tăng bình quân", "rise", None, None),
            ("ước tăng", None, None, "estimate"),
            ("phấn đấu đạt trên", None, "over", "target"),
            ("", None, None, None),
        ],
    )
    def test_words(self, pipe: Pipeline, words: str, move: str | None, bound: str | None, status: str | None) -> None:
        lead = read_lead(words, pipe.rules.tables)
        assert lead.bound == bound
        assert lead.status == status
        if move:
            assert lead.move == move

    def test_from_wants_a_second_end(self, pipe: Pipeline) -> None:
        assert read_lead("giảm từ", pipe.rules.tables).open_range
        assert not read_lead("giảm", pipe.rules.tables).open_range


class TestNames:
    def test_case_hyphens_and_tones(self, pipe: Pipeline) -> None:
        assert indicator_named("par - index", pipe.rules.tables) == "par_index"
        assert indicator_named("TỶ LỆ HỘ NGHÈO", pipe.rules.tables) == "poverty_rate"
        assert indicator_named("tỷ lệ hộ giàu", pipe.rules.tables) is None

    def test_unknown_id(self, pipe: Pipeline) -> None:
        with pytest.raises(KeyError):
            indicator_row(pipe.rules.tables, "happiness")

    def test_every_name_is_read(self, pipe: Pipeline) -> None:
        """A sentence for each name of the table gives its indicator."""
        missed = []
        for row in pipe.rules.tables["indicators"]:
            sentence, names = SENTENCES.get(row["class"]), row.forms("names")
            if sentence is None or not names:
                continue
            lines = [sentence(name, row) for name in names]
            facts = [f for f in read(pipe, "\n".join(lines) + LOCAL) if f.indicator in (row["id"], row["rise"])]
            read_lines = {"\n".join(lines).count("\n", 0, e.start) for f in facts for e in f.evidence}
            missed += [(row["id"], name) for number, name in enumerate(names) if number not in read_lines]
        assert missed == []

    def test_every_tail_is_read(self, pipe: Pipeline) -> None:
        missed = []
        for row in pipe.rules.tables["indicators"]:
            tails = row.forms("tails") if row["class"] == "percent" else []
            if tails:
                text = "\n".join(f"Có 8,{number}5% số đối tượng {tail}." for number, tail in enumerate(tails))
                facts = [f for f in read(pipe, text + LOCAL) if f.indicator == row["id"]]
                lines = {text.count("\n", 0, e.start) for f in facts for e in f.evidence}
                missed += [(row["id"], tail) for number, tail in enumerate(tails) if number not in lines]
        assert missed == []


def _percent(name: str, row: Row) -> str:
    return f"Kết quả, {name} đạt 81,5%."


def _money(name: str, row: Row) -> str:
    return f"Kết quả, {name} đạt 81,5 triệu {'USD' if row.forms('units')[0] == 'USD' else 'đồng'}."


def _count(name: str, row: Row) -> str:
    return f"Kết quả, {name} là 815 {row.forms('units')[0]}."


def _index(name: str, row: Row) -> str:
    return f"Kết quả, {name} đạt 61,5 điểm."


SENTENCES = {
    "percent": _percent,
    "growth": _percent,
    "planned": _percent,
    "money": _money,
    "count": _count,
    "index": _index,
}


class TestFigures:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            (
                "Tỷ lệ hộ nghèo giảm 1,2% còn 4,8%.",
                [("poverty_rate", "change", "-1.2", "%"), ("poverty_rate", "level", "4.8", "%")],
            ),
            ("GRDP tăng 7,1%.", [("grdp_growth", "level", "7.1", "%")]),
            ("CPI tăng 0,5%; IIP tăng 10%.", [("cpi", "change", "0.5", "%"), ("iip", "change", "10", "%")]),
            ("Kim ngạch xuất khẩu đạt 1.250 triệu USD.", [("export_turnover", "level", "1250", "triệu USD")]),
            ("Tổng lượt khách đạt 5,86 triệu lượt.", [("tourist_arrivals", "level", "5860000", "lượt")]),
            ("Thu ngân sách đạt 1,2 triệu tỷ đồng.", [("budget_revenue", "level", "1.2", "triệu tỷ đồng")]),
            ("Huyện đạt 10/11 xã nông thôn mới.", [("new_rural_communes", "ratio", "10", "/11")]),
            ("Chỉ số PCI xếp thứ 5/63 tỉnh, thành phố.", [("pci", "rank", "5", "/63")]),
            ("Thu ngân sách đạt 97% dự toán.", []),
            ("Hội thảo có 110 đại biểu, 12 đội tham gia.", []),
            ("Ông An, 45 tuổi, điện thoại 0912345678.", []),
        ],
    )
    def test_value(self, pipe: Pipeline, text: str, expected: list[tuple[str, str, str, str]]) -> None:
        assert core(read(pipe, text)) == [(i, m, Decimal(v), u) for i, m, v, u in expected]

    def test_range_and_bound(self, pipe: Pipeline) -> None:
        (fact,) = read(pipe, "Phấn đấu tỷ lệ hộ nghèo giảm 3 - 4%.")
        assert (fact.value, fact.value_max, fact.status) == (Decimal(-3), Decimal(-4), "target")
        (fact,) = read(pipe, "Độ che phủ rừng đạt trên 54%.")
        assert fact.bound == "over"

    def test_ratio_above_one_is_none(self, pipe: Pipeline) -> None:
        assert core(read(pipe, "Năm 2020 có 16/15 chỉ tiêu đạt kế hoạch.")) == []

    def test_figures_are_grounded(self, pipe: Pipeline) -> None:
        text = "Tỷ lệ hộ nghèo giảm 1,2% còn 4,8%; riêng huyện Bác Ái giảm 4,2%."
        facts = read(pipe, text)
        assert len(facts) == 3
        for fact in facts:
            for evidence in fact.evidence:
                assert text[evidence.start : evidence.end] == evidence.text
                (start, end) = evidence.fields["value"][0]
                assert text[start:end].replace(",", ".") == str(abs(fact.value))


class TestArea:
    def test_ellipsis_takes_the_place(self, pipe: Pipeline) -> None:
        facts = read(pipe, "Tỷ lệ hộ nghèo của tỉnh còn 5,3%, trong đó huyện Bác Ái còn 28,7%.")
        assert [f.area for f in facts] == ["Ninh Thuận", "huyện Bác Ái"]
        assert "area" in facts[0].inferred

    def test_of_the_district(self, pipe: Pipeline) -> None:
        facts = read(pipe, "Ở huyện Hải Hậu, phong trào phát triển. Đến nay tỷ lệ hộ nghèo của huyện còn 2,8%.")
        assert [f.area for f in facts] == ["huyện Hải Hậu"]

    def test_bare_province_is_null(self, pipe: Pipeline) -> None:
        assert [f.area for f in read(pipe, "Toàn tỉnh có tỷ lệ hộ nghèo 5%.")] == [None]

    def test_whole_country(self, pipe: Pipeline) -> None:
        assert [f.area for f in read(pipe, "Tỷ lệ hộ nghèo của cả nước còn 2,9%.")] == ["cả nước"]


class TestPeriodAndStatus:
    @pytest.mark.parametrize(
        ("text", "published", "period", "status"),
        [
            ("Năm 2019, tỷ lệ hộ nghèo còn 5%.", "2020-01-10", "2019", "actual"),
            ("Tỷ lệ hộ nghèo cuối năm 2022 còn 5% so với năm 2021.", "2023-03-01", "2022", "actual"),
            ("Đến nay tỷ lệ hộ nghèo còn 5%.", "2023-03-01", "2023", "actual"),
            ("Mục tiêu đến năm 2030, tỷ lệ hộ nghèo còn dưới 1%.", "2023-03-01", "2030", "target"),
            ("Tỷ lệ hộ nghèo thực hiện tốt, ước còn 5%.", None, None, "estimate"),
            ("Hội nghị ngày 14/1 nêu: tỷ lệ hộ nghèo còn 5%.", "2022-01-15", None, "actual"),
        ],
    )
    def test_from_context(
        self, pipe: Pipeline, text: str, published: str | None, period: str | None, status: str
    ) -> None:
        (fact,) = read(pipe, text, published)
        assert (fact.period, fact.status) == (period, status)

    def test_base_period(self, pipe: Pipeline) -> None:
        fact = read(pipe, "Năm 2022, tỷ lệ hộ nghèo giảm 1,2% so với năm 2021.")[0]
        assert (fact.period, fact.base_period) == ("2022", "2021")

    def test_list_under_a_heading(self, pipe: Pipeline) -> None:
        text = "Đề án của tỉnh\n\nMục tiêu cụ thể đến năm 2020:\n- Tỷ lệ hộ nghèo còn 5%.\n- Độ che phủ rừng đạt 54%."
        assert [(f.period, f.status) for f in read(pipe, text, "2018-03-01")] == [("2020", "target")] * 2

    def test_same_stretch_of_the_year_before(self, pipe: Pipeline) -> None:
        facts = read(pipe, "6 tháng đầu năm 2020, GRDP tăng 2,18% (cùng kỳ năm 2019 tăng 5,46%).")
        assert [f.period for f in facts] == ["2020-H1", "2019-H1"]


class TestActs:
    """Results counted outside the list, labelled by what is done and what is counted."""

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("Nhân dân xã hiến 5.600m2 đất.", [("hiến m2 đất", "level", Decimal(5600))]),
            ("Phường nâng cấp được hơn 120 tuyến hẻm.", [("nâng cấp tuyến hẻm", "level", Decimal(120))]),
            ("Xã mở rộng hai tuyến đường.", [("mở rộng tuyến đường", "level", Decimal(2))]),
            ("Tổ hòa giải của thôn hòa giải thành 56/60 vụ.", [("hòa giải thành vụ", "ratio", Decimal(56))]),
            ("Tới dự tại xã có 200 đại biểu, diễn ra trong 3 ngày.", []),
            ("Nhân dịp này, huyện trao 50 suất quà cho hộ nghèo.", []),
            ("Xã tổ chức 3 ngày, phát hiện 12 tháng trước.", []),
        ],
    )
    def test_labels(self, pipe: Pipeline, text: str, expected: list[tuple[str, str, Decimal]]) -> None:
        assert [(f.label, f.measure, f.value) for f in read(pipe, text) if not f.indicator] == expected

    def test_every_act_is_read(self, pipe: Pipeline) -> None:
        acts = [a for row in pipe.rules.tables["result-words"] if row["role"] == "act" for a in row.forms("word")]
        text = "\n".join(f"Nhân dân xã {act} 37 công trình dân sinh." for act in acts) + LOCAL
        lines = {text.count("\n", 0, f.evidence[0].start) for f in read(pipe, text)}
        assert [act for number, act in enumerate(acts) if number not in lines] == []


class TestPoverty:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            (
                "Xã còn 61 hộ nghèo, chiếm 2,94%.",
                [("poor_households", "level", "61"), ("poverty_rate", "level", "2.94")],
            ),
            ("Huyện giảm 4 - 5% hộ nghèo.", [("poverty_rate", "change", "-4")]),
            (
                "Tỷ lệ hộ nghèo giảm 2,1%; thị xã Vĩnh Châu giảm 3,2%, huyện Trần Đề 2,7%.",
                [
                    ("poverty_rate", "change", "-2.1"),
                    ("poverty_rate", "change", "-3.2"),
                    ("poverty_rate", "change", "-2.7"),
                ],
            ),
            ("Đã có 95% hộ nghèo được vay vốn.", []),
        ],
    )
    def test_orders(self, pipe: Pipeline, text: str, expected: list[tuple[str, str, str]]) -> None:
        assert [(f.indicator, f.measure, str(f.value)) for f in read(pipe, text) if f.indicator] == expected

    def test_every_people_is_a_sector(self, pipe: Pipeline) -> None:
        names = [name for row in pipe.rules.tables["peoples"] for name in row.forms("people")]
        text = "\n".join(f"Hộ nghèo người {name} còn 8,7%." for name in names) + LOCAL
        facts = [f for f in read(pipe, text) if f.indicator == "poverty_rate" and f.sector]
        lines = {text.count("\n", 0, e.start) for f in facts for e in f.evidence}
        assert [name for number, name in enumerate(names) if number not in lines] == []


class TestLocality:
    FIGURES = "Câu lạc bộ trồng 300 cây. Vận động được 5 tỷ đồng. " + "Trời hôm nay đẹp và đường rất đông. " * 20

    def test_ordinary_news_gives_no_local_counts(self, pipe: Pipeline) -> None:
        assert read(pipe, self.FIGURES) == []

    def test_an_article_of_local_affairs_does(self, pipe: Pipeline) -> None:
        assert [f.indicator for f in read(pipe, self.FIGURES + LOCAL) if f.indicator] == ["funds_mobilised"]

    def test_a_short_text_has_the_benefit_of_the_doubt(self, pipe: Pipeline) -> None:
        assert [f.indicator for f in read(pipe, self.FIGURES[:50]) if f.indicator] == ["funds_mobilised"]


class TestEllipsis:
    """A figure that leaves its indicator out goes on with the one before, where nothing else stands between."""

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            (
                "Tỷ lệ hộ nghèo của tỉnh còn 9,2%; cao nhất là huyện Sơn Động 56,3%, tiếp đến huyện Yên Thế 35,8%.",
                [("huyện Sơn Động", "56.3"), ("huyện Yên Thế", "35.8")],
            ),
            ("Hộ nghèo: xã Tân Lập 31,2%, xã Vĩnh Sơn 27,5%.", [("xã Tân Lập", "31.2"), ("xã Vĩnh Sơn", "27.5")]),
            ("Tỷ lệ hộ nghèo còn 4%. Các xã Đại Sơn, Đại Hưng còn 12%.", [("các xã Đại Sơn, Đại Hưng", "12")]),
            ("Hộ nghèo còn 2%; cận nghèo 3%. Huyện Cẩm Giàng 0,9%.", [("huyện Cẩm Giàng", "0.9")]),
        ],
    )
    def test_places(self, pipe: Pipeline, text: str, found: list[tuple[str, str]]) -> None:
        facts = [f for f in read(pipe, text + LOCAL) if f.indicator == "poverty_rate"]
        assert [(f.area, str(f.value)) for f in facts[-len(found) :]] == found

    @pytest.mark.parametrize(
        "text",
        [
            "Tỷ lệ hộ nghèo của huyện còn 4,2%. Xã Tân Lập có 35% diện tích trồng cà phê.",
            "Tỷ lệ hộ nghèo của huyện còn 4,2%. Xã Tân Lập 35% là đồng bào Khmer.",
            "Tỷ lệ hộ nghèo còn 4,2%; tiêm vắc xin đạt 95%; huyện Tuy Đức 88%.",
            "Tỷ lệ hộ nghèo còn 4,2%, nước hợp vệ sinh nông thôn 88%.",
            "Tỷ lệ hộ nghèo còn 4,2%; cả năm kết nạp đảng viên đạt 105%; kế hoạch 95%.",
            "Hộ nghèo: cấp 50% kinh phí, xã Tân Lập 40%. Tỷ lệ hộ nghèo còn 4,2%.",
        ],
    )
    def test_another_thing_stops_it(self, pipe: Pipeline, text: str) -> None:
        facts = [f for f in read(pipe, text + LOCAL) if f.indicator == "poverty_rate"]
        assert [str(f.value) for f in facts] == ["4.2"]

    @pytest.mark.parametrize(
        ("text", "last"),
        [
            ("Nhận 187 đơn, đã giải quyết 171 đơn, đạt 91,4%.", ("petition_resolution_rate", "91.4", "%")),
            ("Xã có hộ nghèo còn 47 hộ, tỷ lệ 0,86%.", ("poverty_rate", "0.86", "%")),
            ("Tỷ lệ hộ nghèo còn 2% (85 hộ).", ("poor_households", "85", "hộ")),
            ("GRDP năm 2020 tăng 8,1% (kế hoạch 9%).", ("grdp_growth", "9", "%")),
            ("Có 96 mô hình “Dân vận khéo”, riêng Công an tỉnh 31.", ("danvan_kheo_models", "31", "mô hình")),
        ],
    )
    def test_shares_counts_plans_and_bodies(self, pipe: Pipeline, text: str, last: tuple[str, str, str]) -> None:
        fact = read(pipe, text + LOCAL)[-1]
        assert (fact.indicator, str(fact.value), fact.unit) == last

    def test_a_branch_goes_only_with_indicators_that_have_it(self, pipe: Pipeline) -> None:
        text = "Kim ngạch xuất khẩu 2 tỷ USD, trong đó cà phê 1,2 tỷ USD. Thu ngân sách 900 tỷ đồng, cà phê 50 tỷ đồng."
        facts = read(pipe, text + LOCAL)
        assert [(f.indicator, f.sector) for f in facts if f.sector] == [("export_turnover", "cà phê")]

    def test_a_level_before_a_move_goes_on(self, pipe: Pipeline) -> None:
        text = "Hộ nghèo còn 4,25%, giảm 1,48%; riêng đồng bào dân tộc thiểu số 9,6%."
        assert [(f.measure, str(f.value)) for f in read(pipe, text + LOCAL)][-1] == ("level", "9.6")


class TestIndices:
    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("PCI 2018 xếp 47/63.", ("pci", "rank", "47", "/63", "2018")),
            ("SIPAS xếp 33.", ("sipas", "rank", "33", None, None)),
            ("Chỉ số PCI năm 2021 tụt 5 bậc.", ("pci", "change", "-5", "bậc", "2021")),
            ("PAR INDEX 2014, Lào Cai đạt 85,3%.", ("par_index", "level", "85.3", "%", "2014")),
            ("PAPI năm 2015 tổng điểm 35,9/60.", ("papi", "level", "35.9", "điểm", "2015")),
            ("SIPAS từ 83% trở lên.", ("sipas", "level", "83", "%", None)),
        ],
    )
    def test_forms(self, pipe: Pipeline, text: str, told: tuple[str | None, ...]) -> None:
        """The year that stands bare behind an index is the figure's own; a rank needs no total."""
        facts = read(pipe, text)
        assert [(f.indicator, f.measure, str(f.value), f.unit, f.period) for f in facts] == [told]


class TestScope:
    def test_what_is_left_out_of_the_whole_is_a_sector(self, pipe: Pipeline) -> None:
        facts = read(pipe, "Quy mô GRDP trừ dầu khí năm 2020 ước 160.250 tỷ đồng; GRDP trừ dầu khí tăng 7,6%/năm.")
        assert [(f.indicator, str(f.value), f.sector) for f in facts] == [
            ("grdp", "160250", "trừ dầu khí"),
            ("grdp_growth", "7.6", "trừ dầu khí"),
        ]
