"""What the page says of the article: title, date of publication, outlet, author, section, province."""

from __future__ import annotations

import pytest

import extractor
from extractor.article import Raw
from extractor.errors import InputError, RulesError
from extractor.moments import day_of_address
from extractor.tables import Row, Table, Tables

PROSE = (
    "Sáng 5/9, Ban Dân vận Huyện ủy tổ chức hội nghị sơ kết công tác dân vận 6 tháng đầu năm; "
    "đồng chí Nguyễn Văn Nam, Phó Bí thư Thường trực Huyện ủy dự và phát biểu chỉ đạo."
)
TITLE = "Huyện ủy sơ kết công tác dân vận"


def article(pipe: extractor.Pipeline, *lines: str, **said: str) -> extractor.Article:
    return pipe.run(Raw("\n".join(lines), **said)).article


class TestTitle:
    @pytest.mark.parametrize(
        "lines",
        [
            (TITLE, "15/01/2021", PROSE),
            ("Chính trị - Xã hội", "\u00a0", TITLE, "15/01/2021", PROSE),
            ("Thứ Sáu, 28/1/2022", TITLE, "", "Đồng chí Lê Nam phát biểu tại buổi làm việc", PROSE),
            (
                "Trang chủ",
                "Giới thiệu",
                "Cổng thông tin điện tử huyện An Biên",
                "Xem với cỡ chữAA",
                TITLE,
                "(08:59 | 20/05/2022)",
                PROSE,
            ),
            ("Thứ Năm, 26/12/2024  14:07  GMT+7", "Miền quê", TITLE, "Đăng ngày: 21/03/2023, 09:25", PROSE),
            (TITLE, PROSE, PROSE),
        ],
    )
    def test_the_headline(self, pipe: extractor.Pipeline, lines: tuple[str, ...]) -> None:
        assert article(pipe, *lines).title == TITLE

    def test_the_inputs_own(self, pipe: extractor.Pipeline) -> None:
        result = pipe.run(Raw(f"Mục khác của trang\n{TITLE.upper()}\n{PROSE}", title=TITLE))
        assert result.article.title == TITLE
        assert [line.zone for line in result.context.page.lines] == ["body", "title", "body"]

    def test_none_in_bare_prose(self, pipe: extractor.Pipeline) -> None:
        assert article(pipe, PROSE).title is None
        assert article(pipe, PROSE, PROSE).title is None


class TestPublished:
    @pytest.mark.parametrize(
        ("lines", "published", "read"),
        [
            ((TITLE, "Đăng ngày: 21/12/2017 17:16:57", PROSE), "2017-12-21", "line 2: boilerplate.updated"),
            (
                ("Thứ Bảy, 19/07/2025", TITLE, "Ngày đăng: 06/09/2019 - 15:30", PROSE),
                "2019-09-06",
                "line 3: boilerplate.updated",
            ),
            (("Thứ Bảy, 19/07/2025", TITLE, "06/09/2019 - 15:30", PROSE), "2019-09-06", "line 3: boilerplate.posted"),
            ((TITLE, "", "15/01/2021", PROSE), "2021-01-15", "line 3: boilerplate.bare-date"),
            (("Thứ Sáu, 6/9/2019", TITLE, PROSE), "2019-09-06", "line 1: boilerplate.clock"),
            (
                (TITLE + " Cập nhật lúc: 15:20 06/09/2019 (GMT+7) " + PROSE,),
                "2019-09-06",
                "line 1: boilerplate.updated-inside",
            ),
            ((TITLE, PROSE), None, None),
            ((TITLE, "Cập nhật: 31/02/2021", PROSE), None, None),
        ],
    )
    def test_the_best_dateline(
        self, pipe: extractor.Pipeline, lines: tuple[str, ...], published: str | None, read: str | None
    ) -> None:
        found = article(pipe, *lines)
        assert (found.published, found.published_from) == (published, read)

    def test_the_inputs_own(self, pipe: extractor.Pipeline) -> None:
        found = article(pipe, TITLE, "15/01/2021", PROSE, published="2020-12-31T08:00:00")
        assert (found.published, found.published_from) == ("2020-12-31", "input")

    @pytest.mark.parametrize(("said", "published"), [
        ("06/09/2021", "2021-09-06"), ("08:30 06/09/2021", "2021-09-06"), ("20210906", "2021-09-06"),
        ("2021-09-06T23:30:00Z", "2021-09-07"), ("2021-09-06T23:30:00+07:00", "2021-09-06"),
        ("Mon, 06 Sep 2021 23:30:00 GMT", "2021-09-07"), ("2021", None), ("31/02/2021", None), ("0001-01-01", None),
    ])  # fmt: skip
    def test_other_ways_of_the_inputs_own(self, pipe: extractor.Pipeline, said: str, published: str | None) -> None:
        assert article(pipe, TITLE, PROSE, published=said).published == published

    @pytest.mark.parametrize(("url", "published"), [
        ("https://a.vn/2021/09/06/so-ket.html", "2021-09-06"), ("https://a.vn/tin/2021-09-06/1", "2021-09-06"),
        ("https://a.vn/so-ket-20210906083012.htm", "2021-09-06"), ("https://a.vn/so-ket-20210906083012345.htm", "2021-09-06"),
        ("https://a.vn/so-ket-20210906993012.htm", None), ("https://a.vn/2021/13/06/", None), ("https://a.vn/1/2021/9", None),
        ("https://a.vn/van-ban-20210906.html", None), ("http://[::1/2021/09/06/", None), ("/2021/09/06/", None), ("", None),
    ])  # fmt: skip
    def test_the_day_of_the_address(self, pipe: extractor.Pipeline, url: str, published: str | None) -> None:
        found = article(pipe, TITLE, PROSE, url=url)
        assert (found.published, found.published_from) == (published, published and "url")

    def test_the_address_against_datelines(self, pipe: extractor.Pipeline) -> None:
        """A dateline below the headline is better than the address, the address better than the site's clock."""
        url = "https://a.vn/2021/09/06/so-ket.html"
        assert article(pipe, TITLE, "15/01/2021", PROSE, url=url).published == "2021-01-15"
        result = pipe.run(Raw(f"Thứ Sáu, 28/1/2022\n{TITLE}\nSáng 5/9, huyện họp bàn.", url=url))
        assert (result.article.published, result.context.published_anchors) == ("2021-09-06", True)

    def test_every_form_of_address_has_an_example(self, pipe: extractor.Pipeline) -> None:
        rows = list(pipe.rules.tables["url-dates"])
        assert len(rows) >= 5
        for row in rows:
            only = Tables({"url-dates": Table("url-dates", list(row), [row])})
            assert day_of_address(row["example"], only) in ("2021-09-06", "2025-11-04")
        wrong = Row({"form": "/YYYY/MM/", "domain": ""}, "url-dates.csv", 2)
        with pytest.raises(RulesError, match=r"url-dates\.csv:2: a form wants"):
            day_of_address("https://a.vn/", Tables({"url-dates": Table("url-dates", list(wrong), [wrong])}))

    def test_no_date_is_a_warning(self, pipe: extractor.Pipeline) -> None:
        found = article(pipe, TITLE, "15/01/2021", PROSE, published="hôm qua")
        assert found.published == "2021-01-15"
        assert any("hôm qua" in warning for warning in found.warnings)

    @pytest.mark.parametrize(
        ("clock", "body", "anchors"),
        [
            ("Thứ Sáu, 28/1/2022", "Năm 2019, tỉnh chọn chủ đề năm dân vận chính quyền. Ngày 5/9, tỉnh họp.", False),
            ("Thứ Năm, 23/07/2015", "6 tháng đầu năm 2015, tỉnh giám sát 12 cuộc.", True),
            ("Thứ Sáu, 10/1/2020", "Năm 2019, toàn tỉnh có 12 mô hình.", True),
            ("Thứ Sáu, 6/9/2019", "Sáng 5/9, huyện họp. Mục tiêu đến năm 2030 là hết hộ nghèo.", True),
            ("Thứ Sáu, 28/1/2022", "Sáng 5/9, huyện họp bàn.", False),
        ],
    )
    def test_the_sites_clock_is_no_anchor(self, pipe: extractor.Pipeline, clock: str, body: str, anchors: bool) -> None:
        context = pipe.run(Raw(f"{clock}\n{TITLE}\n{body}")).context
        assert context.published is not None
        assert context.published_anchors is anchors

    def test_a_date_below_the_headline_is_an_anchor(self, pipe: extractor.Pipeline) -> None:
        assert pipe.run(Raw(f"{TITLE}\n15/01/2021\nNăm 2019, tỉnh họp.")).context.published_anchors


class TestOutlet:
    @pytest.mark.parametrize(
        ("lines", "url", "outlet"),
        [
            ((TITLE, PROSE), "https://baodongthap.vn/a/1.html", "Báo Đồng Tháp"),
            ((TITLE, PROSE), "http://sotuphap.kontum.gov.vn/tin", "Cổng thông tin điện tử Kon Tum"),
            ((TITLE, "(PTO) - " + PROSE), None, "Báo Phú Thọ"),
            ((TITLE, "LSO-" + PROSE), None, "Báo Lạng Sơn"),
            ((TITLE, "(Baonghean.vn) - " + PROSE), None, "Báo Nghệ An"),
            ((TITLE, PROSE, "(nhandan.com.vn)"), None, "Báo Nhân Dân"),
            ((TITLE, PROSE), "http://example.org/1", None),
            ((TITLE, "HĐND - " + PROSE), None, None),
        ],
    )
    def test_outlet(
        self, pipe: extractor.Pipeline, lines: tuple[str, ...], url: str | None, outlet: str | None
    ) -> None:
        found = article(pipe, *lines, **({"url": url} if url else {})).outlet
        assert found == outlet or (outlet is not None and (found or "").startswith(outlet))

    def test_every_code_of_the_table(self, pipe: extractor.Pipeline) -> None:
        codes = {code: row["outlet"] for row in pipe.rules.tables["outlets"] for code in row.forms("codes")}
        assert len(codes) > 20
        for code, outlet in codes.items():
            assert article(pipe, TITLE, f"({code}) - {PROSE}").outlet == outlet, code


def test_author_and_section(pipe: extractor.Pipeline) -> None:
    found = article(pipe, "Mặt trận và đoàn thể", TITLE, "15/01/2021", PROSE, "Trần Minh Tú – Phòng XDCQ&CTTN")
    assert (found.author, found.section) == ("Trần Minh Tú", "Mặt trận và đoàn thể")
    assert article(pipe, TITLE, PROSE, author="An", section="Tin").author == "An"


@pytest.mark.parametrize("text", ["", " \n\u00a0\n", "lỗi \ud800"])
def test_what_is_no_article(pipe: extractor.Pipeline, text: str) -> None:
    with pytest.raises(InputError):
        pipe.run(Raw(text))


def test_the_id_of_an_input_without_one(pipe: extractor.Pipeline) -> None:
    assert article(pipe, PROSE).id == article(pipe, PROSE).id != article(pipe, PROSE, url="http://a.vn/1").id
    assert article(pipe, PROSE, id="x1").id == "x1"
