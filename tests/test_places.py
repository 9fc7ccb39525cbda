"""Places in running text, the province each lies in, and the province of the article."""

from __future__ import annotations

import pytest

import extractor
from extractor.article import Raw
from extractor.gazetteer import gazetteer
from extractor.places import Place, context_province, mentions


def places(pipe: extractor.Pipeline, text: str, published: str | None = "2020-06-01") -> list[Place]:
    return mentions(pipe.run(Raw(text, published=published)).context)


def told(pipe: extractor.Pipeline, text: str, published: str | None = "2020-06-01") -> list[tuple[str, str | None]]:
    return [(p.text, p.province) for p in places(pipe, text, published)]


class TestForms:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("Tại huyện Bác Ái, tỉnh họp.", [("huyện Bác Ái", "Ninh Thuận")]),
            ("Đoàn đến tỉnh Bến Tre và TP. Đà Nẵng.", [("tỉnh Bến Tre", "Bến Tre"), ("TP. Đà Nẵng", "Đà Nẵng")]),
            (
                "tại TP.HCM, TPHCM, TP. Hồ Chí Minh",
                [("TP.HCM", "Hồ Chí Minh"), ("TPHCM", "Hồ Chí Minh"), ("TP. Hồ Chí Minh", "Hồ Chí Minh")],
            ),
            (
                "các huyện An Biên, Gò Quao và Hòn Đất",
                [("huyện An Biên", "Kiên Giang"), ("Gò Quao", "Kiên Giang"), ("Hòn Đất", "Kiên Giang")],
            ),
            (
                "các xã: Tân Hội, Đông Sơn (huyện Chương Mỹ)",
                [("Tân Hội", "Hà Nội"), ("Đông Sơn", "Hà Nội"), ("huyện Chương Mỹ", "Hà Nội")],
            ),
            ("xã Sơn Vĩ (Mèo Vạc) có đường mới", [("xã Sơn Vĩ", "Hà Giang"), ("Mèo Vạc", "Hà Giang")]),
            ("Xã Nông Hạ (huyện Chợ Mới) họp", [("Xã Nông Hạ", "Bắc Kạn"), ("huyện Chợ Mới", "Bắc Kạn")]),
            ("Huyện ủy Văn Lãng họp", [("Văn Lãng", "Lạng Sơn")]),
            ("Quận 1, Q.3 và phường 5", [("Quận 1", "Hồ Chí Minh"), ("Q.3", "Hồ Chí Minh"), ("phường 5", None)]),
            ("huyện Đăk Song và huyện Ea H’leo", [("huyện Đăk Song", "Đắk Nông"), ("huyện Ea H’leo", "Đắk Lắk")]),
            ("XÃ MƯỜNG HUM - TỈNH LÀO CAI", [("XÃ MƯỜNG HUM", "Lào Cai"), ("TỈNH LÀO CAI", "Lào Cai")]),
            ("thành phố Phan Rang - Tháp Chàm họp", [("thành phố Phan Rang - Tháp Chàm", "Ninh Thuận")]),
            ("ở bản Phà Xắc và thôn Má Lủng", [("bản Phà Xắc", None), ("thôn Má Lủng", None)]),
            ("tỉnh Hoà Bình và huyện Thanh Thuỷ", [("tỉnh Hoà Bình", "Hòa Bình"), ("huyện Thanh Thuỷ", "Phú Thọ")]),
            ("huyện Kỳ Sơn nghèo; Kỳ Sơn đổi thay", [("huyện Kỳ Sơn", "Nghệ An"), ("Kỳ Sơn", "Nghệ An")]),
            ("Bí thư Tỉnh ủy Bến Tre Trần Văn Tâm dự", [("Bến Tre", "Bến Tre")]),
        ],
    )
    def test_found(self, pipe: extractor.Pipeline, text: str, found: list[tuple[str, str | None]]) -> None:
        if "Kỳ Sơn" in text:  # in Hòa Bình too, until 2017
            text += " tại tỉnh Nghệ An"
            found = [*found, ("tỉnh Nghệ An", "Nghệ An")]
        assert told(pipe, text) == found

    @pytest.mark.parametrize(
        "text",
        [
            "Nhà ở đường Hà Nội và phố An Giang",
            "ông Thái Bình, chị Hà Giang và anh Nguyễn Thái Bình",
            "trường THPT Hà Nội",
            "tư tưởng Hồ Chí Minh; Đoàn TNCS Hồ Chí Minh",
            "Chủ tịch UBND xã Nguyễn Văn Nam",
            "Phó Chủ tịch UBND tỉnh Nguyễn Văn Biên",
            "Bí thư xã Tân Văn Minh",
            "bản Hiến pháp, cấp xã, cán bộ huyện",
            "Thông tấn xã Việt Nam; nông thôn Việt Nam; hợp tác xã Tân Tiến",
            "Thái Bình Dương",
            "các huyện, thành phố; tỉnh, huyện, xã",
            "phóng viên P.V",
        ],
    )
    def test_no_place(self, pipe: extractor.Pipeline, text: str) -> None:
        assert told(pipe, text) == []

    def test_offsets_and_parts(self, pipe: extractor.Pipeline) -> None:
        place = places(pipe, "Ở huyện\u00a0Bác Ái,")[0]
        assert (place.name, place.level, place.start, place.end) == ("Bác Ái", "huyện", 2, 14)


class TestTime:
    def test_a_name_of_old_and_new_units(self, pipe: extractor.Pipeline) -> None:
        assert told(pipe, "phường Kinh Bắc họp", "2026-02-06") == [("phường Kinh Bắc", "Bắc Ninh")]
        assert told(pipe, "huyện Bác Ái cũ", "2026-02-06") == [("huyện Bác Ái", "Khánh Hòa")]
        assert told(pipe, "huyện Bác Ái", "2020-02-06") == [("huyện Bác Ái", "Ninh Thuận")]

    def test_hue_was_a_city_of_its_province(self, pipe: extractor.Pipeline) -> None:
        assert told(pipe, "thành phố Huế họp", "2020-01-01") == [("thành phố Huế", "Thừa Thiên Huế")]
        assert told(pipe, "thành phố Huế họp", "2025-09-01") == [("thành phố Huế", "Huế")]

    def test_without_a_date_the_years_of_the_text_tell(self, pipe: extractor.Pipeline) -> None:
        assert told(pipe, "Năm 2018, huyện Bác Ái họp.", None) == [("huyện Bác Ái", "Ninh Thuận")]
        assert told(pipe, "Tháng 9/2026, vùng huyện Bác Ái cũ họp.", None) == [("huyện Bác Ái", "Khánh Hòa")]


class TestProvince:
    @pytest.mark.parametrize(
        ("text", "url", "province", "by"),
        [
            ("Hội nghị ở huyện Bác Ái bàn công tác dân vận.", None, "Ninh Thuận", "data/districts: huyện Bác Ái"),
            ("Tỉnh Bến Tre họp. Bến Tre có 12 mô hình.", None, "Bến Tre", "data/provinces: Tỉnh Bến Tre"),
            (
                "Cổng thông tin điện tử huyện An Biên\nTỉnh ủy họp bàn công tác dân vận\nSáng nay, tỉnh họp.",
                None,
                "Kiên Giang",
                "data/districts: huyện An Biên",
            ),
            ("Ngày 5/9, Tỉnh ủy họp.", "https://baodongthap.vn/1", "Đồng Tháp", "data/outlets"),
            ("Ngày 5/9, Tỉnh ủy họp.", "https://nld.com.vn/1", None, None),
            ("Ngày 5/9, UBND tỉnh và các huyện họp.", None, None, None),
            ("Các tỉnh Bến Tre, Long An và Tiền Giang cùng ký kết.", None, None, None),
            ("Hội nghị họp tại Hà Nội.", None, None, None),
            ("Ở huyện Châu Thành, dân hiến đất.", None, None, None),
        ],
    )
    def test_settled(
        self, pipe: extractor.Pipeline, text: str, url: str | None, province: str | None, by: str | None
    ) -> None:
        result = pipe.run(Raw(text, url=url, published="2020-06-01"))
        assert result.article.province == province
        settled = context_province(result.context)
        if settled is None:
            assert by is None
            return
        assert settled[0] == province
        assert by is not None and settled[1].startswith(by)
        assert all(result.context.view.quote(*span) in settled[1] for span in settled[2])

    def test_an_ambiguous_district_lies_in_the_articles_province(self, pipe: extractor.Pipeline) -> None:
        assert ("huyện Châu Thành", "Bến Tre") in told(pipe, "Tỉnh Bến Tre họp ở huyện Châu Thành.")

    def test_bare_districts_of_the_articles_province(self, pipe: extractor.Pipeline) -> None:
        assert ("Hải Hậu", "Nam Định") in told(pipe, "Tỉnh Nam Định họp. Ở Hải Hậu, dân góp công.")
        assert told(pipe, "Ở Hải Hậu, dân góp công.") == []

    def test_the_merged_province(self, pipe: extractor.Pipeline) -> None:
        result = pipe.run(Raw("Đoàn về huyện Bác Ái trước đây.", published="2025-09-01"))
        assert result.article.province == "Khánh Hòa"


class TestTables:
    def test_every_district_is_found_with_its_level(self, pipe: extractor.Pipeline) -> None:
        rows = list(pipe.rules.tables["districts"])
        text = "\n".join(f"Ở {row['level']} {row['name']}, dân họp." for row in rows)
        found = {(p.level, p.name) for p in places(pipe, text)}
        assert not [(row["level"], row["name"]) for row in rows if (row["level"], row["name"]) not in found]

    def test_every_commune_is_found_with_its_level(self, pipe: extractor.Pipeline) -> None:
        rows = [*pipe.rules.tables["communes-new"], *list(pipe.rules.tables["communes-old"])[::9]]
        text = "\n".join(f"Ở {row['level']} {row['name']}, dân họp." for row in rows)
        found = {(p.level, p.name) for p in places(pipe, text)}
        assert not [(row["level"], row["name"]) for row in rows if (row["level"], row["name"]) not in found]

    def test_every_province_is_found_bare_and_with_its_level(self, pipe: extractor.Pipeline) -> None:
        for row in pipe.rules.tables["provinces"]:
            day = row["valid_from"] or "2004-06-01"
            assert (f"{row['level']} {row['name']}", row["name"]) in told(
                pipe, f"Dân {row['level']} {row['name']} họp.", day
            ), row
            if not row["not_bare"]:
                assert (row["name"], row["name"]) in told(pipe, f"Dân tộc ở {row['name']} họp.", day), row

    def test_successors(self, pipe: extractor.Pipeline) -> None:
        names = gazetteer(pipe.rules.tables)
        assert names.successor("Ninh Thuận") == "Khánh Hòa"
        assert names.successor("Hà Tây") == "Hà Nội"
        assert names.successor("Hà Nội") == "Hà Nội"
        for row in pipe.rules.tables["provinces"]:
            if not row["valid_to"]:
                assert names.successor(row["name"]) == row["name"]
