"""Dates as the whole pipeline reads them: forms, what is none, years left out, places of mentions."""

from __future__ import annotations

import pytest

import extractor
from extractor.periods import article_year, date_mentions, date_mentions_in


def values(pipe: extractor.Pipeline, text: str, published: str | None = None) -> list[str]:
    """The values of the dates of a text, sorted, durations left out."""
    facts = pipe(text, published=published).facts
    return sorted(f.value for f in facts if f.kind == "date" and f.type != "DURATION")


FORMS = [
    ("ba quý đầu năm 2023 thu khá", ["2023-01/2023-09"]),
    ("Trong tháng 1/23, xã thu đủ", ["2023-01"]),
    ("kế hoạch giai đoạn 2021-25", ["2021/2025"]),
    ("họp sáng 14 và chiều 15/10/2022", ["2022-10-14/2022-10-15"]),
    ("hộ nghèo từ 18,4% (2009) xuống", ["2009"]),
    ("Ngày 14/01/2021, họp.", ["2021-01-14"]),
    ("theo văn bản ngày15/3/2020 của tỉnh", ["2020-03-15"]),
    ("Chỉ thị 05 ngày 3-6-2013 đã rõ", ["2013-06-03"]),
    ("Kết luận ban hành ngày 03.6.2013.", ["2013-06-03"]),
    ("họp ngày 05 tháng 9 năm 2025", ["2025-09-05"]),
    ("Cần Thơ, ngày 15 tháng 9 năm 2025", ["2025-09-15"]),
    ("ngày 5 tháng 9/2025 khai mạc", ["2025-09-05"]),
    ("ngày 16/ 5/ 2016 của Thủ tướng", ["2016-05-16"]),
    ("Ngày 12/3/09, họp tổ.", ["2009-03-12"]),
    ("07/02/2021 (Chủ nhật) là hạn", ["2021-02-07"]),
    ("tháng 12/2023 và tháng 3 năm 2020", ["2020-03", "2023-12"]),
    ("tháng 3-2020, tháng 4.2020", ["2020-03", "2020-04"]),
    ("tháng Tám năm 2019", ["2019-08"]),
    ("quý I/2023, quý III năm 2022, Quý 2/2024, quý IV-2021", ["2021-Q4", "2022-Q3", "2023-Q1", "2024-Q2"]),
    ("quí I/2023", ["2023-Q1"]),
    ("6 tháng đầu năm 2024 và 06 tháng cuối năm 2024", ["2024-H1", "2024-H2"]),
    ("sáu tháng đầu năm 2024", ["2024-H1"]),
    ("chín tháng đầu năm 2019, 11 tháng năm 2022", ["2019-01/2019-09", "2022-01/2022-11"]),
    ("3 tháng đầu năm 2023", ["2023-01/2023-03"]),
    ("nửa đầu năm 2021", ["2021-H1"]),
    ("cả năm 2020; các năm 2021, 2022", ["2020", "2021", "2022"]),
    ("từ năm 2016 đến năm 2020", ["2016/2020"]),
    ("Từ 2016 đến nay, xã khởi sắc", ["2016"]),
    ("cuối năm 2022, đầu năm 2023, đến năm 2030, tầm nhìn 2045.", ["2022", "2023", "2030", "2045"]),
    ("nhiệm kỳ XIV (2020-2025)", ["2020/2025"]),
    ("nhiệm kỳ 2020 – 2025", ["2020/2025"]),
    ("giai đoạn 2021-2025, định hướng đến năm 2030", ["2021/2025", "2030"]),
    ("giai đoạn 2016–2020 và 2021–2025", ["2016/2020", "2021/2025"]),
    ("từ ngày 10 đến 15/3/2022", ["2022-03-10/2022-03-15"]),
    ("8-9/11/2018", ["2018-11-08/2018-11-09"]),
    ("hai ngày 8 và 9/11/2018", ["2018-11-08/2018-11-09"]),
    ("các ngày 8, 10 và 12/11/2022", ["2022-11-08", "2022-11-10", "2022-11-12"]),
    ("từ 28/2 đến 3/3/2023", ["2023-02-28/2023-03-03"]),
    ("từ ngày 05/8/2021 - 30/8/2021", ["2021-08-05/2021-08-30"]),
    ("từ tháng 3 đến tháng 9/2021", ["2021-03/2021-09"]),
    ("từ tháng 11/2021 đến tháng 2/2022", ["2021-11/2022-02"]),
    ("từ năm 2015 đến quý I/2018", ["2015/2018-Q1"]),
    ("(15/10/1930 - 15/10/2012)", ["1930-10-15", "2012-10-15"]),
    ("(18-11-1930-18-11-2020)", ["1930-11-18", "2020-11-18"]),
    ("tăng so với cùng kỳ năm 2022", ["2022"]),
    ("năm học 2023-2024", ["2023/2024"]),
    ("Năm dân vận chính quyền 2019", ["2019"]),
    ("“Năm dân vận chính quyền” 2019", ["2019"]),
    ("Quyết định số 3235/QĐ-UBND ngày 15/11/2021", ["2021-11-15"]),
    ("sinh năm 1890, mất năm 1969", ["1890", "1969"]),
]

NONE = [
    "Nghị định 107/2020/NĐ-CP, Chỉ thị 16/CT-TTg, Công văn 5765/UBND-NC",
    "Nghị quyết 08/2022/NQ-HĐND, Luật 76/2025/QH15",
    "điện thoại 0259.3822.456, đường dây nóng 1900 6789",
    "thắng 2-1, hòa 3-3, 14/15 chỉ tiêu, 10/11 xã, thứ 5/63",
    "giá 12.500 đồng, tăng 12.2%, đạt 5/7 nội dung",
    "lúc 7h30, 14 giờ, từ 8 - 10 giờ",
    "số 12/5 đường Trần Phú, nhà 3-4 khu 5",
    "máy chủ 192.168.1.12, bản 2.4.10, https://bao.vn/2021/03/15/tin.html",
    "mùng 3 tháng Giêng, rằm tháng 7 âm lịch, ngày 10/3 âm lịch, ngày 15 tháng 8 (âm lịch)",
    "dịch Covid-19, Cách mạng Tháng Tám, lương tháng 13",
    "mỗi tháng 2 lần, 3 tháng 1 kỳ, mỗi năm 2000 lượt",
    "hiện nay, năm qua, thời gian tới, tháng sau, ngày mai",
    "tăng 2.019 hộ, 2.020 người, 1.990 lượt",
    "chiếm 20-25%, từ 5-6 triệu đồng, tổ 3/4",
    "khóa XIII, lần thứ 15, tuổi 35-40",
]

YEARS = [
    # text, published, values
    ("Sáng 8/7, hội nghị khai mạc.", "2024-07-09", ["2024-07-08"]),
    ("Ngày 20-11, trường họp mặt.", "2023-11-22", ["2023-11-20"]),
    ("Sáng thứ Hai (12/5), đoàn đến.", "2025-05-13", ["2025-05-12"]),
    ("Đến ngày 20.12, các hộ đã bàn giao.", "2022-01-18", ["2021-12-20"]),
    ("Cuộc bầu cử vào ngày 20-5 sẽ diễn ra.", "2007-01-23", ["2007-05-20"]),
    ("Lễ phát động sẽ mở vào ngày 5/1.", "2023-12-20", ["2024-01-05"]),
    ("Trong tháng 4 vừa qua, xã mở lớp.", "2015-07-23", ["2015-04"]),
    ("Tháng 11 vừa qua, xã mở lớp.", "2015-02-23", ["2014-11"]),
    ("Năm 2021, huyện có nhiều việc. Trong tháng 2, dịch đến.", "2022-01-18", ["2021", "2021-02"]),
    ("Sáu tháng đầu năm, xã hoàn thành.", "2024-07-02", ["2024-H1"]),
    ("Bảy tháng đầu năm nay và quý I năm ngoái", "2013-08-15", ["2012-Q1", "2013-01/2013-07"]),
    ("Tháng 7, tháng 8/2021 và ngày 5/9", None, ["2021-07", "2021-08", "2021-09-05"]),
    ("Đoàn giám sát ngày 8/11 và ngày 9/11/2018.", None, ["2018-11-08", "2018-11-09"]),
    ("Vào ngày 10/12, lễ ra mắt.", None, ["XXXX-12-10"]),
    ("Tổng kết tháng 7.", None, ["XXXX-07"]),
    ("Báo cáo quý II.", None, ["XXXX-Q2"]),
    ("Báo cáo trước ngày 30/11 hằng năm.", "2018-03-15", ["XXXX-11-30"]),
    ("Từ năm 2022 đến nay, xã khá lên. Ngày 5/3, xã họp.", "2023-04-10", ["2022", "2023-03-05"]),
    ("Từ ngày 20/12 đến 10/1, cao điểm Tết.", "2023-01-15", ["2022-12-20/2023-01-10"]),
]


class TestForms:
    @pytest.mark.parametrize(("text", "expected"), FORMS)
    def test_read(self, pipe: extractor.Pipeline, text: str, expected: list[str]) -> None:
        assert values(pipe, text) == expected

    @pytest.mark.parametrize("text", NONE)
    def test_none(self, pipe: extractor.Pipeline, text: str) -> None:
        assert values(pipe, text) == []

    def test_days_are_given(self, pipe: extractor.Pipeline) -> None:
        (fact,) = pipe("trong quý I/2024").facts
        assert (fact.first_day, fact.last_day) == ("2024-01-01", "2024-03-31")


class TestYears:
    @pytest.mark.parametrize(("text", "published", "expected"), YEARS)
    def test_settled(self, pipe: extractor.Pipeline, text: str, published: str | None, expected: list[str]) -> None:
        assert values(pipe, text, published) == expected

    def test_what_settled_it_is_told(self, pipe: extractor.Pipeline) -> None:
        text = "Tổ công tác đến ngày 8/11, rồi về ngày 9/11/2018."
        fact = next(f for f in pipe(text).facts if f.value == "2018-11-08")
        (span,) = fact.inferred["value"].from_
        assert text[slice(*span)] == "ngày 9/11/2018"

    def test_article_date_settles(self, pipe: extractor.Pipeline) -> None:
        (fact,) = pipe("Sáng 8/7, họp.", published="2024-07-09").facts
        assert fact.inferred["value"].by == "year of the article's date"

    def test_document_date_is_no_frame(self, pipe: extractor.Pipeline) -> None:
        text = "Theo Chỉ thị số 16/CT-TTg ngày 31/3/2020, sáng 8/7, xã họp."
        assert values(pipe, text, "2024-07-09") == ["2020-03-31", "2024-07-08"]

    def test_without_a_date_the_year_told(self, pipe: extractor.Pipeline) -> None:
        text = "Ngày 5/9, xã khai giảng. Chín tháng đầu năm 2019, thu đạt khá. Theo Nghị quyết 25-NQ/TW ngày 3/6/2013."
        assert "2019-09-05" in values(pipe, text)

    def test_a_review_and_its_plan(self, pipe: extractor.Pipeline) -> None:
        text = "Ngày 22-1, tỉnh tổng kết công tác dân vận năm 2006, triển khai nhiệm vụ năm 2007."
        assert values(pipe, text) == ["2006", "2007", "2007-01-22"]

    def test_near_the_newest_day_told(self, pipe: extractor.Pipeline) -> None:
        text = "Ngày 4/1/2021, tỉnh họp. Trước đó, chiều 31/12, sở đã họp. Năm 2020, tỉnh đạt khá."
        assert "2020-12-31" in values(pipe, text)


class TestTables:
    def test_every_lead_of_a_day_is_read(self, pipe: extractor.Pipeline) -> None:
        rows = [row["lead"] for row in pipe.rules.tables["day-leads"]]
        missed = [lead for lead in rows if values(pipe, f"Họp {lead} 8/7.", "2024-07-09") != ["2024-07-08"]]
        assert missed == []

    def test_every_weekday_is_read(self, pipe: extractor.Pipeline) -> None:
        rows = [row["weekday"] for row in pipe.rules.tables["weekdays"]]
        missed = [day for day in rows if values(pipe, f"Họp sáng {day}, 8/7.", "2024-07-09") != ["2024-07-08"]]
        assert missed == []

    def test_every_lead_of_a_period_is_read(self, pipe: extractor.Pipeline) -> None:
        for row in pipe.rules.tables["period-leads"]:
            (fact,) = pipe(f"Trong {row['lead']} 2016-2020, xã đạt.").facts
            assert fact.value == "2016/2020" and row["lead"].split()[0] in fact.evidence[0].text

    def test_every_lead_of_a_year_is_read(self, pipe: extractor.Pipeline) -> None:
        rows = [row["lead"] for row in pipe.rules.tables["year-leads"]]
        assert [lead for lead in rows if values(pipe, f"Xã {lead} 2035.") != ["2035"]] == []

    def test_every_bound_of_a_day_is_read(self, pipe: extractor.Pipeline) -> None:
        rows = [row["lead"] for row in pipe.rules.tables["day-bounds"]]
        assert [lead for lead in rows if values(pipe, f"Xã làm {lead} 8/7.", "2024-07-09") != ["2024-07-08"]] == []

    def test_every_relative_year_is_counted(self, pipe: extractor.Pipeline) -> None:
        for row in pipe.rules.tables["relative-years"]:
            text = f"Lớp mở tháng 5 {row['phrase']}."
            assert values(pipe, text, "2020-07-01") == [f"{2020 + int(row['offset'] or 0)}-05"]

    def test_every_unit_stops_a_year(self, pipe: extractor.Pipeline) -> None:
        rows = [row["unit"] for row in pipe.rules.tables["period-units"]]
        assert [unit for unit in rows if values(pipe, f"Trong năm 2000 {unit} này") != []] == []

    def test_every_cue_is_of_a_direction(self, pipe: extractor.Pipeline) -> None:
        directions = {row["direction"] for row in pipe.rules.tables["date-cues"]}
        assert directions == {"future", "past", "recurring", "comparand", "since"}

    def test_recurring_cues_leave_the_year_open(self, pipe: extractor.Pipeline) -> None:
        rows = [row["cue"] for row in pipe.rules.tables["date-cues"] if row["direction"] == "recurring"]
        for cue in rows:
            assert values(pipe, f"Hội mở {cue} vào ngày 5/6.", "2020-07-01") == ["XXXX-06-05"]


class TestDurations:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("trong 3 tháng", "P3M"),
            ("15 năm liên tục", "P15Y"),
            ("sau hai tuần", "P2W"),
            ("suốt mười lăm ngày", "P15D"),
        ],
    )
    def test_read(self, pipe: extractor.Pipeline, text: str, value: str) -> None:
        facts = [f for f in pipe(f"Xã làm {text}, đạt kết quả.").facts if f.kind == "date"]
        assert [(f.value, f.type) for f in facts] == [(value, "DURATION")]

    def test_are_no_mentions(self, pipe: extractor.Pipeline) -> None:
        assert date_mentions(pipe("Trong 3 tháng, xã làm xong đường.").context) == []


class TestMentions:
    def test_in_text_order_and_unmerged(self, pipe: extractor.Pipeline) -> None:
        text = "Năm 2020 tăng. Quý I/2021 giảm so với năm 2020."
        context = pipe(text).context
        assert [(text[s:e], v) for s, e, v in date_mentions(context)] == [
            ("Năm 2020", "2020"), ("Quý I/2021", "2021-Q1"), ("năm 2020", "2020"),
        ]  # fmt: skip
        assert [v for _, _, v in date_mentions_in(context, 15, len(text))] == ["2021-Q1", "2020"]

    def test_article_year(self, pipe: extractor.Pipeline) -> None:
        assert article_year(pipe("Nay đã khác.", published="2021-05-06").context) == 2021
        assert article_year(pipe("Chín tháng đầu năm 2019, xã đạt khá.").context) == 2019
        assert article_year(pipe("Nay đã khác.").context) is None


#: A text, the article's day, and the values that it must give.
NEAR = [
    ("Qua 9 tháng, xã kết nạp 8 hội viên.", "2016-10-05", ["2016-01/2016-09"]),
    ("Qua 9 tháng, xã kết nạp 8 hội viên.", "2016-03-05", []),
    ("Giải khởi tranh ngày 9/1, vé tự do.", "2015-12-29", ["2016-01-09"]),
    ("Nhà xong trước ngày 31-8-2025, song mưa lũ tháng 11 làm sập.", "2026-04-07", ["2025-08-31", "2025-11"]),
    ("Kế hoạch 2006 hạ 4%, năm 2009 còn 17%, 2010 còn 15%.", "2006-11-20", ["2006", "2009", "2010"]),
    ("GRDP (quý I 6,41%; quý II 6,97%)", "2025-10-01", ["2025-Q1", "2025-Q2"]),
    ("Thu cả năm vượt dự toán.", "2013-12-20", ["2013"]),
    ("Thu cả năm vượt dự toán.", None, []),
    ("Chiều15/11/2025, bon họp.", None, ["2025-11-15"]),
    ("QK2 - Sáng 05/4/2022, lễ ra quân. Thu năm 2021 khá.\nTới chiều 12/4, đã xong.", None, ["2021", "2022-04-05", "2022-04-12"]),
    ("Năm 2020 đã rõ.\nTheo Kế hoạch 12/KH-UBND ngày 26/02/2021, xã lo.\nChiều 7/10, họp.", None, ["2020", "2021-02-26", "2021-10-07"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "published", "expected"), NEAR)
def test_years_by_nearness(pipe: extractor.Pipeline, text: str, published: str | None, expected: list[str]) -> None:
    assert values(pipe, text, published) == expected
