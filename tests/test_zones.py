"""The lines of a page and their zones: every furniture rule both ways, and what must never be furniture."""

from __future__ import annotations

import json

import pytest
from conftest import ROOT

import extractor
from extractor.text import View
from extractor.zones import Page, read_page

PROSE = (
    "Sáng 5/9, Ban Dân vận Huyện ủy tổ chức hội nghị sơ kết công tác dân vận 6 tháng đầu năm; "
    "đồng chí Nguyễn Văn Nam, Phó Bí thư Thường trực Huyện ủy dự và phát biểu chỉ đạo."
)


def page(pipe: extractor.Pipeline, text: str) -> tuple[Page, View]:
    view = View(text, pipe.rules.pieces.spelling)
    return read_page(view, pipe.rules.furniture), view


def zones(pipe: extractor.Pipeline, *lines: str) -> list[str]:
    return [line.zone for line in page(pipe, "\n".join(lines))[0].lines]


def test_every_rule_matches_its_examples_and_not_its_counterexamples(pipe: extractor.Pipeline) -> None:
    assert len(pipe.rules.furniture) > 20
    for rule in pipe.rules.furniture:
        find = rule.regex.fullmatch if rule.within == "line" else rule.regex.search
        for text in rule.examples:
            assert find(View(text, pipe.rules.pieces.spelling).text), (rule.id, text)
        for text in rule.counterexamples:
            assert not find(View(text, pipe.rules.pieces.spelling).text), (rule.id, text)


@pytest.mark.parametrize("table", ["page-sections", "page-tools"])
def test_every_word_of_the_tables_is_furniture(pipe: extractor.Pipeline, table: str) -> None:
    words = pipe.rules.tables[table].forms("words")
    assert len(words) > 50
    for word in words:
        assert zones(pipe, word, "Xã họp dân bàn việc làm đường", PROSE)[0] == "furniture", word


class TestDatelines:
    @pytest.mark.parametrize(
        "line",
        [
            "Cập nhật ngày: 29/02/2024 15:12:50",
            "(08:59 | 20/05/2022)",
            "Đăng ngày: 21/12/2017 17:16:57",
            "15/01/2021\u00a0",
            "Thứ Sáu, 28/1/2022",
            "Thứ năm - 05/11/2020 09:21",
            "Cập nhật lúc 10:12, Thứ Hai, 14/03/2016 (GMT+7)",
            "Ngày đăng 12-3-2019 | Lượt xem 345",
            "Ngày 05 tháng 09 năm 2024",
            "14:22' 05/6/2013",
            "Thứ 4, 12/07/2023 | 16:40 GMT+7",
            "T4, 12/07/2023 - 16:40",
            "2019-07-12 08:15",
            "12/07/2023 8:15:02 AM",
            "Xuất bản: 12/07/2023 08:15",
            "Thời gian đăng: 12/07/2023 | Đã xem: 1.512",
            "Chủ nhật, 5 tháng 6, 2011",
        ],
    )
    def test_a_dateline(self, pipe: extractor.Pipeline, line: str) -> None:
        assert zones(pipe, "Xã họp dân bàn việc làm đường", line, PROSE) == ["body", "dateline", "body"]

    @pytest.mark.parametrize(
        "line",
        [
            "Ngày 14/01/2021, Ban Dân vận Tỉnh ủy tổ chức hội nghị.",
            "Sáng 15/01/2021",
            "Đến ngày 15/01/2021",
            "Cập nhật lúc 18 giờ ngày 14/3: 12 hộ bị ảnh hưởng",
            "Bác Ái, ngày 15 tháng 9 năm 2020",
            "31/02/2021 không có trên lịch",
            "Từ 12/07/2023 08:15 đến 16:40",
        ],
    )
    def test_a_date_in_prose(self, pipe: extractor.Pipeline, line: str) -> None:
        assert zones(pipe, "Xã họp dân bàn việc làm đường", line, PROSE)[1] == "body"

    def test_only_at_the_head(self, pipe: extractor.Pipeline) -> None:
        assert zones(pipe, *[PROSE] * 20, "15/01/2021")[-1] == "body"


class TestTheEnd:
    @pytest.mark.parametrize(
        "mark",
        [
            "Các tin khác",
            "TIN LIÊN QUAN:",
            "Ý kiến bạn đọc (0)",
            "Gửi bình luận của bạn",
            "Giấy phép số 12/GP-STTTT ngày 5/9/2019",
            "© 2021 Báo",
        ],
    )
    def test_what_follows_is_furniture(self, pipe: extractor.Pipeline, mark: str) -> None:
        assert zones(pipe, PROSE, mark, "Xã họp dân ngày 4/9", "Họ tên")[1:] == ["furniture"] * 3

    def test_a_box_of_links_amid_the_article(self, pipe: extractor.Pipeline) -> None:
        assert zones(pipe, PROSE, "Tin liên quan", "Xã họp dân ngày 4/9", PROSE, PROSE) == [
            "body",
            "furniture",
            "furniture",
            "body",
            "body",
        ]

    def test_not_before_the_article_has_begun(self, pipe: extractor.Pipeline) -> None:
        assert zones(pipe, "Các tin khác", "Xã họp dân bàn việc làm đường", PROSE) == ["furniture", "body", "body"]


class TestBylines:
    @pytest.mark.parametrize(
        "line",
        [
            "Văn Tiến",
            "DŨNG CHINH",
            "Trần Minh Tú – Phòng XDCQ&CTTN",
            "Hoàng Mười – Xuân Bắc",
            "Quàng Hương (Thực hiện)",
            "Tác giả: Giàng Thị Sú - Ban Xây dựng Đảng",
            "Tin, ảnh: LÊ MINH",
            "(nhandan.com.vn)",
            "Theo Báo Nhân Dân",
            "Nguồn: Phòng CCHC - Sở Nội vụ",
            "H.Y",
        ],
    )
    def test_a_byline(self, pipe: extractor.Pipeline, line: str) -> None:
        assert zones(pipe, "Xã họp dân", PROSE, line)[-1] == "byline"

    @pytest.mark.parametrize(
        "line",
        [
            "Nguyễn Văn Nam - Phó Chủ tịch UBND tỉnh",
            "PHÓ CHỦ TỊCH",
            "Thước đo ở cơ sở",
            "Theo Ban Dân vận Tỉnh ủy",
            "Lò Văn Pảo, Trưởng bản",
        ],
    )
    def test_no_byline(self, pipe: extractor.Pipeline, line: str) -> None:
        assert zones(pipe, "Xã họp dân", PROSE, line)[-1] == "body"

    def test_a_name_run_into_the_last_line(self, pipe: extractor.Pipeline) -> None:
        found, view = page(pipe, PROSE + " NGUYỆT PHƯƠNG")
        assert [view.text[s:e] for s, e, _ in found.blocked] == ["NGUYỆT PHƯƠNG"]


class TestProse:
    @pytest.mark.parametrize(
        "line",
        [
            "Chia sẻ kinh nghiệm làm dân vận ở cơ sở",
            "Trở lại bản vùng cao những ngày giáp Tết",
            "Liên hệ chặt chẽ với nhân dân: bài học lớn",
            "Các tin khác nhau về vụ việc gây hoang mang",
            "Chủ đề năm 2020 là “Năm dân vận chính quyền”",
            "Địa chỉ tin cậy của nhân dân",
            "Bình luận về kết quả này, ông Toàn nói",
            "Công tác dân vận năm 2020: nhiều dấu ấn",
            "Thu nhập > 50 triệu đồng/người",
            "- 100% sở, ban, ngành xây dựng kế hoạch công tác dân vận hằng năm.",
            "1.234 lượt xem và chia sẻ trong hai ngày là con số ít ai ngờ",
        ],
    )
    def test_prose_stays_body(self, pipe: extractor.Pipeline, line: str) -> None:
        assert zones(pipe, "Xã họp dân", line, PROSE, line, PROSE)[1] == "body"
        assert zones(pipe, "Xã họp dân", PROSE, line)[-1] == "body"

    def test_no_line_that_gold_reads_is_furniture(self, pipe: extractor.Pipeline) -> None:
        """What the sample articles' dates are read from is never furniture."""
        seen = 0
        for gold in sorted((ROOT / "data" / "samples" / "gold").glob("*.json")):
            data = json.loads(gold.read_text(encoding="utf-8"))
            text = (ROOT / "data" / "samples" / "articles" / f"{gold.stem}.txt").read_text(encoding="utf-8")
            found, view = page(pipe, text)
            body = [view.quote(n.start, n.end) for n in found.lines if n.zone in ("title", "body", "caption")]
            for kind in ("documents", "indicators"):
                for fact in (f for f in data[kind] if not f.get("optional")):
                    quote = View(fact["text"]).quote(0, len(fact["text"]))
                    if quote in View(text).quote(0, len(text)):
                        seen += 1
                        assert any(quote in line for line in body), (gold.stem, quote)
        assert seen > 100


def test_lines_are_found_by_offset(pipe: extractor.Pipeline) -> None:
    found, view = page(pipe, "\n\nXã họp\n \n  Dân bàn \n")
    assert [view.text[n.start : n.end] for n in found.lines] == ["Xã họp", "Dân bàn"]
    assert found.line_at(found.lines[1].start) is found.lines[1]
    assert found.line_at(0) is None


def test_blank_characters_take_linear_time(pipe: extractor.Pipeline) -> None:
    assert len(page(pipe, "\x1c" * 200_000 + "\n" + PROSE)[0].lines) == 1


def test_blocked_stretches_are_known_by_offset(pipe: extractor.Pipeline) -> None:
    found, view = page(pipe, "Xem https://a.vn/1 và gửi về ban@tinh.gov.vn nhé. " + PROSE)
    assert [view.text[i] for i in range(len(view.text)) if found.blocks(i)] == list("https://a.vn/1ban@tinh.gov.vn")
