"""The context of figures: what period, place and status the words about them and the article give them."""

from __future__ import annotations

import pytest

import extractor
from extractor.pipeline import Pipeline
from extractor.records import IndicatorFact


@pytest.fixture(scope="module")
def pipe() -> Pipeline:
    return extractor.load()


def read(pipe: Pipeline, text: str, published: str | None = None) -> list[IndicatorFact]:
    return [f for f in pipe(text, published=published).facts if isinstance(f, IndicatorFact) and f.indicator]


LEAD = "Tin tức\nChiều 12/7, huyện ủy họp sơ kết công tác dân vận {}, bàn nhiệm vụ năm tới.\n"


class TestArticlesPeriod:
    @pytest.mark.parametrize(
        ("reviewed", "period"),
        [
            ("6 tháng đầu năm 2023", "2023-H1"),
            ("9 tháng đầu năm 2023", "2023-01/2023-09"),
            ("năm 2022", "2022"),
            ("giai đoạn 2018 - 2022", "2018/2022"),
        ],
    )
    def test_the_lead_says_what_is_reviewed(self, pipe: Pipeline, reviewed: str, period: str) -> None:
        text = LEAD.format(reviewed) + "Các cấp đã tiếp 215 lượt công dân; tiếp nhận 138 đơn."
        facts = read(pipe, text, "2023-10-13")
        assert [f.period for f in facts] == [period, period]
        assert all("period" in f.inferred for f in facts)

    def test_a_comparison_is_no_review(self, pipe: Pipeline) -> None:
        text = "Kết quả rà soát của xã cao hơn so với năm 2024.\nTỷ lệ hộ nghèo còn 2,9%."
        assert [f.period for f in read(pipe, text, "2025-10-16")] == ["2025"]

    def test_a_plan_is_of_what_is_planned(self, pipe: Pipeline) -> None:
        text = "Huyện triển khai nhiệm vụ năm 2024\nPhấn đấu tỷ lệ hộ nghèo còn 3%."
        assert [(f.period, f.status) for f in read(pipe, text, "2023-12-20")] == [("2024", "target")]

    def test_a_congress_plans_its_term(self, pipe: Pipeline) -> None:
        text = "Đại hội Đảng bộ huyện nhiệm kỳ 2020 - 2025\nĐại hội phấn đấu giảm tỷ lệ hộ nghèo còn 3%."
        assert [f.period for f in read(pipe, text, "2020-08-20")] == ["2020/2025"]

    @pytest.mark.parametrize(("published", "period"), [("2023-06-02", "2023"), ("2023-01-09", None), (None, None)])
    def test_without_a_time_the_articles_year(self, pipe: Pipeline, published: str | None, period: str | None) -> None:
        assert [f.period for f in read(pipe, "Xã có tỷ lệ hộ nghèo còn 3%.", published)] == [period]

    def test_a_sum_of_years_is_of_the_years_gone_by(self, pipe: Pipeline) -> None:
        text = "Sau 5 năm, huyện đã vận động được 12 tỷ đồng."
        assert [f.period for f in read(pipe, text, "2020-10-15")] == [None]
        gone = "5 năm qua, huyện đã vận động được 12 tỷ đồng."
        assert [f.period for f in read(pipe, gone, "2020-10-15")] == ["2015/2020"]
        assert [f.period for f in read(pipe, gone, "2020-01-15")] == ["2015/2019"]
        named = "Sau 3 năm phát động (2009 - 2012), huyện đã vận động được 12 tỷ đồng."
        assert [f.period for f in read(pipe, named, "2012-10-15")] == ["2009/2012"]

    @pytest.mark.parametrize(
        ("text", "periods"),
        [
            ("Tiếp dân: 5 năm, huyện tiếp 2.430 lượt người.", ["2005/2010"]),
            ("Giai đoạn 2004 - 2008, tỉnh làm đường. 5 năm qua, dân góp 12 tỷ đồng.", ["2004/2008"]),
            ("Ba năm, dân trong tỉnh góp 187 tỷ đồng. Riêng huyện Đông An, dân góp 52 tỷ đồng.", ["2007/2010"] * 2),
            ("Ba năm, dân trong tỉnh góp 187 tỷ đồng. Tỷ lệ hộ nghèo còn 5%.", ["2007/2010", "2010"]),
        ],
    )
    def test_a_stretch_that_opens_a_clause(self, pipe: Pipeline, text: str, periods: list[str]) -> None:
        assert [f.period for f in read(pipe, text, "2010-10-15")] == periods

    @pytest.mark.parametrize(
        ("text", "period"),
        [
            ("Huyện vận động góp 1,8 tỷ đồng làm đường trong hai năm 2007 - 2008.", "2007/2008"),
            ("Huyện đội xây 12 căn nhà tình nghĩa tặng hộ khó khăn trong năm 2009.", "2009"),
            ("Đến năm 2012, hộ nghèo dưới 9%. Hiện cả xã xây 12 căn nhà tình thương.", "2010"),
            ("Hồi năm 1959, bà con ra ở đây. Bản có 36 hộ nghèo.", "2010"),
            ("Tính đến 15/9/2010, huyện có 4/20 xã đạt chuẩn nông thôn mới. Thu nhập bình quân 11 triệu đồng/người.",
             "2010-09-15"),
        ],
    )  # fmt: skip
    def test_years_behind_to_come_and_long_gone(self, pipe: Pipeline, text: str, period: str) -> None:
        assert [f.period for f in read(pipe, text, "2010-10-15")][-1] == period

    def test_the_present_goes_on_to_the_figures_behind_it(self, pipe: Pipeline) -> None:
        text = "Tin xã\nĐến nay, xã có 47 mô hình “Dân vận khéo”, trong đó 29 mô hình tập thể. Hộ nghèo còn 3%."
        assert [f.period for f in read(pipe, text, "2026-01-20")] == ["2026"] * 3

    def test_brackets_of_the_present_stand_beside_a_plan(self, pipe: Pipeline) -> None:
        text = "Huyện phấn đấu về đích vào năm 2019 (hiện nay có 24/27 xã đạt chuẩn nông thôn mới)."
        assert [(f.period, f.status) for f in read(pipe, text, "2018-11-12")] == [("2018", "actual")]

    def test_the_years_of_a_programme_that_is_reviewed(self, pipe: Pipeline) -> None:
        text = (
            "Sáng 9/11, Hội tổng kết 5 năm thực hiện phong trào thi đua “Dân vận khéo” giai đoạn 2014 - 2018.\n"
            "Các cấp hội đã xây 12 căn nhà tình nghĩa."
        )
        assert [f.period for f in read(pipe, text, "2018-11-12")] == ["2014/2018"]

    def test_an_aside_is_not_the_paragraphs_year(self, pipe: Pipeline) -> None:
        text = "Năm 2009, tỷ lệ hộ nghèo 12,6% - năm 2005 con số đó là 49,9%. Hộ cận nghèo 2,2%."
        assert [f.period for f in read(pipe, text, "2010-10-15")][-1] == "2009"

    def test_an_indexs_year_opens_no_paragraph(self, pipe: Pipeline) -> None:
        text = "Tin huyện\nChỉ số PCI năm 2009 đạt 61,2 điểm.\nHộ nghèo còn 7%, 88% dân có thẻ BHYT."
        assert [f.period for f in read(pipe, text, "2010-10-15")][1:] == ["2010", "2010"]


class TestOwnPeriod:
    @pytest.mark.parametrize(
        ("text", "periods"),
        [
            ("Tỷ lệ hộ nghèo giảm từ 18,4% (2009) xuống 11,9% (2011).", ["2009", "2011"]),
            ("Tỷ lệ hộ nghèo giảm từ 12% năm 2008 còn 6% năm 2011, bình quân mỗi năm giảm 2%.",
             ["2008", "2011", "2008/2011"]),
            ("Tỷ lệ hộ nghèo giảm từ 58% đầu nhiệm kỳ xuống còn 31% vào năm 2011.", [None, "2011"]),
            ("Năm ngoái, tỷ lệ hộ nghèo còn 7%; năm nay, tỷ lệ hộ nghèo còn 5%.", ["2011", "2012"]),
            ("GRDP 9 tháng ước tăng 7,1%.", ["2012-01/2012-09"]),
            ("Phấn đấu 100% số xã đạt chuẩn nông thôn mới trước 30/11/2012.", ["2012-11-30"]),
            ("10 tháng đầu năm 2012, thu nhập bình quân đầu người đạt 33 triệu đồng/năm.", ["2012"]),
            ("Từ ngày 5/9/2012 đến nay, xã vận động được 2 tỷ đồng.", ["2012"]),
            ("Sáng 22/10/2012, Mặt trận xã bàn giao 18 căn nhà.", ["2012-10-22"]),
            ("Tỷ lệ hộ nghèo cuối năm 2011 còn 3,2%. Độ che phủ rừng đạt 50%.", ["2011", "2012"]),
            ("Năm 2010, tỷ lệ hộ nghèo là 9%. Đến nay, đời sống khá hơn. Độ che phủ rừng đạt 50%.", ["2010", "2012"]),
        ],
    )  # fmt: skip
    def test_periods(self, pipe: Pipeline, text: str, periods: list[str | None]) -> None:
        assert [f.period for f in read(pipe, text, "2012-11-03")] == periods

    def test_every_year_word(self, pipe: Pipeline) -> None:
        year = {"0": "2022", "-1": "2021", "1": "2023", "past": "2022"}
        wrong = []
        for row in pipe.rules.tables["scope-words"]:
            for form in row.forms("word") if row["role"] == "year" and row["value"] in year else ():
                (fact,) = read(pipe, f"Theo báo cáo, {form}, tỷ lệ hộ nghèo còn 5%.", "2022-08-01")
                if fact.period != year[row["value"]]:
                    wrong.append((form, fact.period))
        assert wrong == []


class TestPlace:
    def test_the_pages_own_commune(self, pipe: Pipeline) -> None:
        text = (
            "ỦY BAN NHÂN DÂN XÃ ĐẠI ĐỒNG - TỈNH PHÚ THỌ\nTin tức\nGiữ vững tiêu chí nông thôn mới\n"
            "Xã được lập từ ba xã Đại Đồng, Phú Thịnh và Tân Hưng.\nHiện toàn xã có tỷ lệ hộ nghèo 1,2%."
        )
        assert [str(f.area).casefold() for f in read(pipe, text, "2025-11-18")] == ["xã đại đồng"]

    def test_the_country_in_brackets(self, pipe: Pipeline) -> None:
        facts = read(pipe, "Tỉnh Vĩnh Long: GRDP ước tăng 7,4% (cả nước tăng 7,8%).", "2026-04-08")
        assert [(f.area, f.status) for f in facts] == [("Vĩnh Long", "estimate"), ("cả nước", "actual")]

    def test_a_semicolon_ends_the_part(self, pipe: Pipeline) -> None:
        text = "Tỷ lệ hộ nghèo của tỉnh Cà Mau còn 3,5%, trong đó huyện U Minh còn 5%; hộ cận nghèo 2,4%."
        assert [f.area for f in read(pipe, text)] == ["Cà Mau", "huyện U Minh", "Cà Mau"]

    def test_a_place_beside_a_group(self, pipe: Pipeline) -> None:
        text = "Tỷ lệ hộ nghèo người Khmer còn 8,7%, huyện Trần Đề còn 2,7%."
        assert [(f.area, f.sector) for f in read(pipe, text)][1] == ("huyện Trần Đề", None)

    def test_an_office_is_no_scene(self, pipe: Pipeline) -> None:
        text = "Tại xã Trà Leng, ông Trần Duy Kính, Phó Chủ tịch UBND huyện Nam Trà My bàn giao 18 căn nhà."
        assert [f.area for f in read(pipe, text)] == ["xã Trà Leng"]

    def test_society_is_no_commune(self, pipe: Pipeline) -> None:
        text = "Xã Tân Lập thuộc tỉnh Bình Phước.\nTổng vốn đầu tư toàn xã hội của tỉnh đạt 16.850 tỷ đồng."
        assert [f.area for f in read(pipe, text)] == ["Bình Phước"]

    def test_the_lead_names_the_place_whose_body_does_something(self, pipe: Pipeline) -> None:
        text = (
            "Hội nghị sơ kết công tác dân vận\n"
            "Sáng 12/7, {} tổ chức Hội nghị sơ kết công tác dân vận. Ông Vũ Hải, Chủ tịch UBND tỉnh Phú Thọ, dự.\n"
            "Các cấp đã tiếp 96 lượt công dân."
        )
        host = read(pipe, text.format("Huyện ủy Tân Sơn"), "2018-07-13")
        venue = read(pipe, text.format("tại huyện Tân Sơn, Ban Dân vận Tỉnh ủy Phú Thọ"), "2018-07-13")
        assert [f.area for f in host] == ["huyện Tân Sơn"]
        assert [f.area for f in venue] == ["Phú Thọ"]

    def test_the_lead_names_the_place_of_which_the_title_speaks(self, pipe: Pipeline) -> None:
        text = (
            "Hội CCB huyện tổng kết phong trào\n"
            "Sáng 9/11, Hội CCB huyện Tiên Lãng họp. Ông Vũ Hải, Chủ tịch UBND thành phố Hải Phòng, dự.\n"
            "Các cấp hội đã góp 2,4 tỷ đồng."
        )
        assert [f.area for f in read(pipe, text, "2018-11-12")] == ["huyện Tiên Lãng"]

    @pytest.mark.parametrize("hamlet", ["thôn Tà Gụ", "xóm Đông Nam", "bản Nà Lốc", "buôn Kao", "ấp Giồng Lớn"])
    def test_hamlets(self, pipe: Pipeline, hamlet: str) -> None:
        level = hamlet.split()[0]
        text = f"Ngày hội ở {hamlet} thật vui. Đến nay {level} còn 12 hộ nghèo."
        assert [f.area for f in read(pipe, text)] == [hamlet]

    def test_each_unit(self, pipe: Pipeline) -> None:
        text = "Kế hoạch của tỉnh Thanh Hóa\n- Mỗi huyện, thị xã, thành phố xây dựng 20 mô hình “Dân vận khéo”."
        assert [f.area for f in read(pipe, text)] == ["mỗi huyện, thị xã, thành phố"]


class TestStatus:
    @pytest.mark.parametrize(
        ("text", "status"),
        [
            ("Phấn đấu hoàn thành mục tiêu tăng trưởng GRDP đạt 11%.", "target"),
            ("Chương trình mục tiêu quốc gia giúp tỷ lệ hộ nghèo còn 5%.", "actual"),
            ("Đơn vị quyết định xây mới 92 căn nhà.", "target"),
            ("Huyện yêu cầu đẩy nhanh giải ngân vốn đầu tư công (mới đạt 38,5%).", "actual"),
        ],
    )
    def test_words(self, pipe: Pipeline, text: str, status: str) -> None:
        assert [f.status for f in read(pipe, text, "2022-05-01")] == [status]


class TestNotATarget:
    """Words that hold a figure for a plan, and those that only look so."""

    def test_effort_is_no_plan(self, pipe: Pipeline) -> None:
        text = "Huyện giữ mức phấn đấu cao; tỷ lệ hộ nghèo còn 3%."
        assert [f.status for f in read(pipe, text, "2023-06-02")] == ["actual"]

    def test_what_is_only_asked_for_is_no_open_figure(self, pipe: Pipeline) -> None:
        told = "Xã đã thành lập 12 tổ hòa giải."
        asked = "Xã sẽ thành lập 12 tổ hòa giải."
        count = [sum(f.kind == "indicator" for f in pipe(text, published="2023-06-02").facts) for text in (told, asked)]
        assert count == [1, 0]

    def test_a_time_gone_by_is_not_the_articles_year(self, pipe: Pipeline) -> None:
        now, before = "Tỷ lệ hộ nghèo của xã còn 3%.", "Trước đây tỷ lệ hộ nghèo của xã là 30%."
        assert [read(pipe, text, "2023-06-02")[0].period for text in (now, before)] == ["2023", None]


class TestAsides:
    """What stands in brackets with a figure of its own says nothing of the figures behind it."""

    def test_a_plan_in_brackets(self, pipe: Pipeline) -> None:
        text = (
            "UBND huyện Mai Châu, tỉnh Hòa Bình báo cáo. Hộ nghèo còn 18% (mục tiêu năm 2014 giảm 3%), cận nghèo 11,9%."
        )
        facts = {str(f.value): f for f in read(pipe, text, "2013-12-20")}
        assert facts["11.9"].status == "actual" and facts["11.9"].period == "2013"

    def test_what_was_counted_is_no_target(self, pipe: Pipeline) -> None:
        text = "UBND huyện Mai Châu báo cáo năm 2013.\n22/25 chỉ tiêu đạt và vượt\nTỷ lệ hộ nghèo của huyện còn 18%."
        assert [(f.status, f.period) for f in read(pipe, text, "2014-01-10")][-1] == ("actual", "2013")


class TestGoingOn:
    """Figures that name their indicator once, or in an earlier form."""

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            (
                "PAR INDEX 2022 hạng 6/63 với 90,17 điểm; SIPAS hạng 13 (84,9%).",
                [
                    ("par_index", 6, "2022"),
                    ("par_index", 90.17, "2022"),
                    ("sipas", 13, "2022"),
                    ("sipas", 84.9, "2022"),
                ],
            ),
            (
                "Khách du lịch năm 2022 đạt 6,3 triệu lượt (+61%).",
                [("tourist_arrivals", 6300000, "2022"), ("tourist_arrivals", 61, "2022")],
            ),
            (
                "Năm 2022, tỷ lệ hộ nghèo còn 47%, tương đương 5.031 hộ; giảm 4%.",
                [("poverty_rate", 47, "2022"), ("poor_households", 5031, "2022"), ("poverty_rate", -4, "2022")],
            ),
            (
                "Năm 2022, khu vực dịch vụ chiếm 50,6% GRDP; công nghiệp - xây dựng chiếm 33,1%.",
                [("grdp_share", 50.6, "2022"), ("grdp_share", 33.1, "2022")],
            ),
        ],
    )
    def test_chains(self, pipe: Pipeline, text: str, expected: list[tuple[str, float, str]]) -> None:
        found = read(pipe, "UBND tỉnh Hòa Bình báo cáo. " + text, "2023-02-10")
        assert [(f.indicator, float(f.value or 0), f.period) for f in found] == expected

    def test_a_whole_system_is_no_places(self, pipe: Pipeline) -> None:
        text = (
            "Huyện ủy Mai Châu, tỉnh Hòa Bình họp mặt. "
            "Đoàn viên công đoàn toàn hệ thống ngân hàng ủng hộ 9,5 tỷ đồng cho Quỹ vì người nghèo."
        )
        assert [f.area for f in read(pipe, text, "2023-02-10")] == [None]


class TestPageHead:
    """Whose figures a page gives, by what stands above its title."""

    @pytest.mark.parametrize(
        ("head", "area"),
        [
            ("Vinhphuc.gov.vn\nChỉ đạo điều hành", "Vĩnh Phúc"),
            ("UBND HUYEN NGHIA HUNG - TINH NAM DINH\nTRANG CHU", "Nam Định"),
            ("PHƯỜNG BÌNH HÒA\nTin tức phường", "PHƯỜNG BÌNH HÒA"),
        ],
    )
    def test_heads(self, pipe: Pipeline, head: str, area: str) -> None:
        text = head + "\nKết quả công tác dân vận và giảm nghèo năm 2012\n17/12/2012 - 08:05\n\nHộ nghèo còn 7,28%."
        assert [f.area for f in read(pipe, text)] == [area]
