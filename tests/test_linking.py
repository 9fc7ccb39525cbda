"""`danvan link`: what is one entity and what is not, why, whatever the order and the steps."""

import json
from decimal import Decimal

import jsonschema
import pytest
from conftest import danvan
from linked_base import article, document, entities, figure, linked, official, program, together, write_base

from extractor.entities import ENTITY
from extractor.errors import KnowledgeError, UsageError
from extractor.knowledge.linking.link import is_current, link
from extractor.knowledge.linking.organisations import Setting, bodies
from extractor.knowledge.linking.places import register, unit_key
from extractor.knowledge.linking.units import canonical_unit
from extractor.records import json_schema


class TestPlaces:
    @pytest.mark.parametrize(("text", "province", "on", "expected"), [
        ("Ninh Thuận", None, "2020-05-01", "tỉnh|Ninh Thuận||Ninh Thuận||2025-06-30"),
        ("tỉnh Khánh Hoà", None, "2020-05-01", "tỉnh|Khánh Hòa||Khánh Hòa||2025-06-30"),
        ("Khánh Hòa", None, "2026-05-01", "tỉnh|Khánh Hòa||Khánh Hòa|2025-07-01|"),
        ("Ninh Thuận", None, "2026-05-01", "tỉnh|Ninh Thuận||Ninh Thuận||2025-06-30"),
        ("TP.HCM", None, "2024-01-01", "thành phố|Hồ Chí Minh||Hồ Chí Minh||2025-06-30"),
        ("huyện Châu Thành", "Bến Tre", "2020-01-01", "huyện|Châu Thành||Bến Tre||2025-06-30"),
        ("huyện Châu Thành, tỉnh Tiền Giang", None, "2020-01-01", "huyện|Châu Thành||Tiền Giang||2025-06-30"),
        ("huyện Bác Ái", "Khánh Hòa", "2026-01-01", "huyện|Bác Ái||Ninh Thuận||2025-06-30"),
        ("xã Phước Đại (huyện Bác Ái)", None, "2020-01-01", "xã|Phước Đại|Bác Ái|Ninh Thuận||2025-06-30"),
        ("TX. Sơn Tây", "Hà Nội", "2020-01-01", "thị xã|Sơn Tây||Hà Nội||2025-06-30"),
        ("quận 1", "Hồ Chí Minh", "2020-01-01", "quận|1||Hồ Chí Minh||2025-06-30"),
        ("cả nước", None, None, "quốc gia|Việt Nam||||"),
    ])  # fmt: skip
    def test_settled(self, text, province, on, expected):
        unit = register().settle(text, province, on).unit
        assert unit is not None and unit_key(unit) == expected

    @pytest.mark.parametrize(("text", "province", "on"), [
        ("huyện Châu Thành", None, "2020-01-01"),  # ten districts
        ("huyện Châu Thành", "Vĩnh Long", "2026-01-01"),  # Bến Tre's or Trà Vinh's
        ("Khánh Hòa", None, None),  # before the merger, or since
        ("huyện Bác Ái, tỉnh Lạng Sơn", None, "2020-01-01"),
        ("khu kinh tế Vân Phong", "Khánh Hòa", "2020-01-01"),
        ("", None, None),
    ])  # fmt: skip
    def test_left_open(self, text, province, on):
        settled = register().settle(text, province, on)
        assert settled.unit is None and settled.why

    def test_every_old_province_goes_somewhere(self):
        units = register()
        old = [u for u in units.names.provinces if u.last == "2025-06-30"]
        assert len(old) == 52  # 63 without the eleven that stayed
        for unit in old:
            after = units.successors[unit_key(unit)]
            assert len(after) == 1 and after[0].stood("2025-07-01")
        assert sum(not u.last for u in units.names.provinces) == 34

    def test_codes_are_those_of_their_time(self):
        units = register()
        codes = {unit_key(u): units.code(u) for u in units.names.provinces}
        assert codes["tỉnh|Ninh Thuận||Ninh Thuận||2025-06-30"] == "58"
        assert codes["thành phố|Hà Nội||Hà Nội||"] == "01" and all(
            codes[unit_key(u)] for u in units.names.provinces if not u.last
        )


class TestBodies:
    @pytest.mark.parametrize(("one", "other"), [
        ("UBND tỉnh", "Ủy ban nhân dân tỉnh Bến Tre"),
        ("Ban Dân vận Tỉnh uỷ", "BDV Tỉnh ủy Bến Tre"),
        ("Sở LĐ-TB&XH", "Sở Lao động - Thương binh và Xã hội tỉnh Bến Tre"),
        ("Hội LHPN tỉnh", "Hội Liên hiệp Phụ nữ tỉnh Bến Tre"),
        ("Bộ CHQS tỉnh", "Bộ Chỉ huy Quân sự tỉnh Bến Tre"),
        ("Bộ KH&ĐT", "Bộ Kế hoạch và Đầu tư"),
        ("Ban Dân vận T.Ư", "Ban Dân vận Trung ương"),
    ])  # fmt: skip
    def test_one_body(self, one, other):
        setting = Setting("Bến Tre", "2020-06-01")
        a, b = (bodies().settle(name, setting) for name in (one, other))
        assert a is not None and b is not None and a.key == b.key

    @pytest.mark.parametrize(("name", "province"), [
        ("Tỉnh ủy", None), ("UBND huyện", "Bến Tre"), ("Ban Dân vận", "Bến Tre"), ("Thành ủy", "Bến Tre"),
        ("Huyện ủy Châu Thành", None), ("Phòng Nội vụ", "Bến Tre"),
    ])  # fmt: skip
    def test_left_open(self, name, province):
        assert bodies().settle(name, Setting(province, "2020-06-01")) is None

    def test_the_only_district_of_the_article_settles_a_body(self, tmp_path):
        told = article("a", official("Lê Văn An", ("Bí thư", "Huyện ủy Ba Tri")), official("Võ Thị Bé", ("Chủ tịch", "UBND huyện")),
                       province="Bến Tre")  # fmt: skip
        names = {e["name"]: e for e in linked(tmp_path, told, type_="organisation")}
        assert names["UBND huyện Ba Tri"]["aliases"] == ["UBND huyện"]

    def test_successions(self, tmp_path):
        told = [
            article("a", official("Lê Văn An", ("Trưởng Ban", "Ban Dân vận Tỉnh ủy")), province="Sơn La"),
            article("b", official("Lê Văn An", ("Trưởng Ban", "Ban Tuyên giáo và Dân vận Tỉnh ủy")), province="Sơn La", published="2026-01-05"),
            article("c", official("Trần Văn Ba", ("Bí thư", "Tỉnh ủy Ninh Thuận"))),
            article("d", official("Trần Văn Ba", ("Bí thư", "Tỉnh ủy Khánh Hòa")), published="2026-01-05"),
        ]  # fmt: skip
        found = {e["name"]: e for e in linked(tmp_path, *told, type_="organisation")}
        old, new = found["Ban Dân vận Tỉnh ủy Sơn La"], found["Ban Tuyên giáo và Dân vận Tỉnh ủy Sơn La"]
        assert old["successor"] == new["id"] and new["predecessors"] == [old["id"]] and old["valid_to"] == "2025-02-10"
        before, since = found["Tỉnh ủy Ninh Thuận"], found["Tỉnh ủy Khánh Hòa"]
        assert before["successor"] == since["id"] and since["valid_from"] == "2025-07-01"


class TestDocuments:
    def test_numbers_begin_anew_every_year_and_in_every_province(self, tmp_path):
        told = [
            article("a", document("308/QĐ-UBND", "decision", issued="2020-02-03", issuer="UBND tỉnh"), province="Sơn La"),
            article("b", document("308/QĐ-UBND", "decision", issued="2022-02-03", issuer="UBND tỉnh"), province="Sơn La", published="2022-05-01"),
            article("c", document("308/QĐ-UBND", "decision", issued="2020-02-03", issuer="UBND tỉnh"), province="Gia Lai"),
            article("d", document("308/QĐ-UBND", "decision", issued="2020-02-03", issuer="Ủy ban nhân dân tỉnh Sơn La")),
        ]  # fmt: skip
        assert together(linked(tmp_path, *told, type_="document"), *told) == [{"a", "d"}, {"b"}, {"c"}]

    def test_party_numbers_run_in_terms(self, tmp_path):
        told = [
            article("a", document("06-NQ/TU", "resolution", issued="2018-12-07", issuer="Tỉnh ủy"), province="Bến Tre"),
            article("b", document("06-NQ/TU", "resolution", issued="2019-12-07", issuer="Tỉnh ủy Bến Tre")),
            article("c", document("06-NQ/TU", "resolution", issued="2021-12-07", issuer="Tỉnh ủy"), province="Bến Tre", published="2022-01-01"),
        ]  # fmt: skip
        found = linked(tmp_path, *told, type_="document")
        assert together(found, *told) == [{"a", "b"}, {"c"}]
        assert sorted(e["term"] for e in found) == ["2015/2020", "2020/2025"]

    def test_a_mention_without_a_date_goes_where_it_is_unambiguous(self, tmp_path):
        told = [
            article("a", document("16/CT-TTg", "directive", issued="2016-05-16", issuer="Thủ tướng Chính phủ", title="về công tác dân vận")),
            article("b", document("16/CT-TTg", "directive"), published="2019-05-01"),
            article("c", document("16/CT-TTg", "directive", issued="2020-03-31", title="về phòng, chống dịch"), published="2020-04-02"),
            article("d", document("16/CT-TTg", "directive"), published="2021-05-01"),
            article("e", document("16/CT-TTg", "directive", title="về công tác dân vận"), published="2021-05-01"),
        ]  # fmt: skip
        found = linked(tmp_path, *told, type_="document")
        assert together(found, *told) == [{"a", "b", "e"}, {"c"}, {"d"}]
        reasons = {link["by"] for e in found for link in e["links"]}
        assert "left open: without a date it may be several documents" in reasons
        assert "number, type, issuer and title" in reasons

    @pytest.mark.parametrize(("one", "other", "same"), [
        (document("107/2020/NĐ-CP", "decree"), document("107/2020/NĐ-CP", "decree", issued="2020-09-14"), True),
        (document("25", "resolution", issuer="Ban Chấp hành Trung ương"), document("25-NQ/TW", "resolution", issued="2013-06-03"), True),
        (document("97-QĐ/TW", "regulation", issued="2017-05-01"), document("97-QĐ/TW", "decision", issued="2017-05-01"), False),
        (document("05-KH/TU", "plan", issuer="Tỉnh ủy Sơn La"), document("05-KH/TU", "plan", issuer="Tỉnh ủy Gia Lai"), False),
        (document("100/QĐ-UBND", "decision"), document("100/QĐ-UBND", "decision"), False),  # of which places?
        (document("100/QĐ-UBND", "decision", issued="2019-04-05"), document("100/QĐ-UBND", "decision", issued="2019-04-05"), True),
    ])  # fmt: skip
    def test_pairs(self, tmp_path, one, other, same):
        told = [article("a", one), article("b", other)]
        assert together(linked(tmp_path, *told, type_="document"), *told) == ([{"a", "b"}] if same else [{"a"}, {"b"}])


class TestPeople:
    def pairs(self, folder, one, other, **second):
        told = [article("a", one[0], province=one[1]), article("b", other[0], province=other[1], **second)]
        return len(linked(folder, *told, type_="person")) == 1

    @pytest.mark.parametrize(("one", "other", "later", "same"), [
        ((("Bí thư", "Tỉnh ủy"), "Sơn La"), (("Bí thư", "Tỉnh ủy Sơn La"), None), 0, True),
        ((("Bí thư", "Tỉnh ủy"), "Sơn La"), (("Bí thư", "Tỉnh ủy"), "Gia Lai"), 0, False),  # namesakes of two provinces
        ((("Chủ tịch", "UBND huyện Sông Mã"), "Sơn La"), (("Phó Chủ tịch", "UBND tỉnh"), "Sơn La"), 2, True),  # moved up
        ((("Chủ tịch", "UBND huyện Sông Mã"), "Sơn La"), (("Phó Chủ tịch", "UBND tỉnh"), "Sơn La"), 0, False),  # at one time
        ((("Giám đốc", "Sở Y tế"), "Sơn La"), (("Giám đốc", "Sở Nội vụ"), "Sơn La"), 0, False),
        ((("Tỉnh ủy viên", "Tỉnh ủy"), "Sơn La"), (("Giám đốc", "Sở Nội vụ"), "Sơn La"), 0, True),
        ((("Bí thư", "Tỉnh ủy"), "Ninh Thuận"), (("Phó Bí thư", "Tỉnh ủy"), "Khánh Hòa"), 6, True),  # over the merger
        ((("Bí thư", "Tỉnh ủy"), "Ninh Thuận"), (("Phó Bí thư", "Tỉnh ủy"), "Khánh Hòa"), 0, False),
        ((("Chủ tịch", "UBND xã Chiềng Khoong"), "Sơn La"), (("Giám đốc", "Sở Nội vụ"), "Sơn La"), 2, False),
        ((("Bí thư", "Tỉnh ủy"), "Sơn La"), (("Bí thư", "Tỉnh ủy", True), "Sơn La"), 3, True),  # the former one
    ])  # fmt: skip
    def test_pairs(self, tmp_path, one, other, later, same):
        name = "Nguyễn Văn Hùng"
        found = self.pairs(tmp_path, (official(name, one[0]), one[1]), (official(name, other[0]), other[1]),
                           published=f"{2020 + later}-06-01")  # fmt: skip
        assert found is same

    def test_spellings_of_a_name(self, tmp_path):
        told = [article("a", official("Lê Quang Hòa", ("Bí thư", "Tỉnh ủy")), province="Sơn La"),
                article("b", official("LÊ QUANG HOÀ", ("Bí thư", "Tỉnh uỷ")), province="Sơn La")]  # fmt: skip
        (person,) = linked(tmp_path, *told, type_="person")
        assert person["province"] == "Sơn La" and len(person["offices"]) == 1 and len(person["aliases"]) == 1

    def test_offices_over_time(self, tmp_path):
        told = [article(f"a{n}", official("Lò Thị Mai", (title, "UBND tỉnh")), province="Sơn La", published=f"20{20 + n}-03-01")
                for n, title in enumerate(["Phó Chủ tịch", "Phó Chủ tịch", "Chủ tịch"])]  # fmt: skip
        (person,) = linked(tmp_path, *told, type_="person")
        spans = [(o["title"], o["first"], o["last"]) for o in person["offices"]]
        assert spans == [("Phó Chủ tịch", "2020-03-01", "2021-03-01"), ("Chủ tịch", "2022-03-01", "2022-03-01")]

    def test_an_open_mention_goes_to_the_only_person(self, tmp_path):
        told = [article("a", official("Võ Ngọc Lan", ("Giám đốc", "Sở Y tế")), province="Sơn La"),
                article("b", official("Võ Ngọc Lan", ("Giám đốc", None)), province="Sơn La"),
                article("c", official("Võ Ngọc Lan", ("Giám đốc", None)), province="Gia Lai")]  # fmt: skip
        assert together(linked(tmp_path, *told, type_="person"), *told) == [{"a", "b"}, {"c"}]


class TestPrograms:
    def test_aliases_of_a_well_known_one(self, tmp_path):
        told = [article("a", program("MTQG xây dựng NTM", "programme"), province="Sơn La"),
                article("b", program("mục tiêu quốc gia xây dựng nông thôn mới", "programme"), province="Gia Lai")]  # fmt: skip
        (found,) = linked(tmp_path, *told, type_="program")
        assert found["province"] is None and len(found["aliases"]) == 1

    def test_a_model_of_two_provinces_is_two(self, tmp_path):
        told = [article(name, program("Hũ gạo tình thương", "model"), province=p) for name, p in
                (("a", "Sơn La"), ("b", "Gia Lai"), ("c", "Sơn La"), ("d", None))]  # fmt: skip
        assert together(linked(tmp_path, *told, type_="program"), *told) == [{"a", "c"}, {"b"}, {"d"}]

    def test_periods_tell_programmes_apart(self, tmp_path):
        told = [article("a", program("đổi mới tiếp dân", "scheme", period="2016/2020"), province="Sơn La"),
                article("b", program("đổi mới tiếp dân", "scheme", period="2021/2025"), province="Sơn La"),
                article("c", program("Đổi mới tiếp dân", "scheme", period="2016/2020"), province="Sơn La")]  # fmt: skip
        assert together(linked(tmp_path, *told, type_="program"), *told) == [{"a", "c"}, {"b"}]

    def test_the_document_that_issued_it(self, tmp_path):
        text = "Chủ tịch UBND tỉnh ban hành Quyết định số 884/QĐ-UBND về việc phê duyệt Đề án “Dân vận khéo ở cơ sở”."
        told = article("a", document("884/QĐ-UBND", "decision", issuer="UBND tỉnh", _text="Quyết định số 884/QĐ-UBND"),
                       program("Dân vận khéo ở cơ sở", "scheme", _text="Đề án “Dân vận khéo ở cơ sở”"), text=text, province="Sơn La")  # fmt: skip
        found = linked(tmp_path, told)
        (scheme,) = [e for e in found if e["type"] == "program"]
        (decision,) = [e for e in found if e["type"] == "document"]
        assert scheme["document"] == decision["id"]


class TestSeries:
    @pytest.mark.parametrize(("unit", "indicator", "measure", "canonical", "value"), [
        ("triệu USD", "export_turnover", "level", "USD", "1250000000"), ("tỷ USD", "export_turnover", "level", "USD", "1250000000000"),
        ("nghìn tỷ đồng", "grdp", "level", "đồng", "1250000000000000"), ("triệu đồng/người/năm", "income_per_capita", "level", "đồng", "1250000000"),
        ("%", "poverty_rate", "change", "điểm phần trăm", "1250"), ("%", "cpi", "change", "%", "1250"),
        ("tạ", "food_crop_output", "level", "tấn", "125"), ("/63", "pci", "rank", "/", "1250"), ("lượt khách", "tourist_arrivals", "level", "lượt", "1250"),
        ("mô hình", None, "level", "mô hình", "1250"), (None, None, "level", None, "1250"),
    ])  # fmt: skip
    def test_canonical_units(self, unit, indicator, measure, canonical, value):
        found, factor = canonical_unit(unit, indicator, measure)
        assert (found, Decimal(1250) * factor) == (canonical, Decimal(value))

    def test_units_meet(self, tmp_path):
        told = [article("a", figure("export_turnover", 1250, "triệu USD", area="Đồng Tháp", period="2023"), published="2024-02-01"),
                article("b", figure("export_turnover", 1.25, "tỷ USD", area="tỉnh Đồng Tháp", period="2023"), published="2024-03-01")]  # fmt: skip
        (series,) = linked(tmp_path, *told, type_="series")
        (point,) = series["points"]
        assert (point["canonical_value"], series["unit"], point["sources"]) == (1250000000, "USD", 2)

    def test_a_merger_parts_series_and_links_them(self, tmp_path):
        told = [article("a", figure("poverty_rate", 5.33, "%", area="Ninh Thuận", period="2020"), published="2021-01-15"),
                article("b", figure("poverty_rate", 3.1, "%", area="Khánh Hòa", period="2026"), published="2026-12-15"),
                article("c", figure("poverty_rate", 2.9, "%", area="Khánh Hòa", period="2020"), published="2021-01-15")]  # fmt: skip
        found = linked(tmp_path, *told)
        old, new, same = (
            next(e for e in found if e["type"] == "series" and e["facts"] == [a[1][0]["id"]]) for a in told
        )
        assert len({old["id"], new["id"], same["id"]}) == 3
        assert old["continued_by"] == same["continued_by"] == [new["id"]] and new["continues"] == sorted(
            [old["id"], same["id"]]
        )
        places = {e["id"]: e for e in found if e["type"] == "place"}
        assert places[old["place"]]["successors"] == [new["place"]] and places[old["place"]]["valid_to"] == "2025-06-30"

    def test_a_former_unit_that_the_text_calls_so(self, tmp_path):
        text = "Tại Khánh Hòa (cũ), tỷ lệ hộ nghèo còn 2,9%."
        fact = figure(
            "poverty_rate", 2.9, "%", area="Khánh Hòa", period="2024", _text=text, _fields={"area": [[4, 13]]}
        )
        (series,) = linked(tmp_path, article("a", fact, published="2026-01-01", text=text), type_="series")
        assert "2025-06-30" in series["name"]

    def test_no_area_no_common_series(self, tmp_path):
        told = [article(name, figure("poverty_rate", 5, "%", area=area, period="2020")) for name, area in
                (("a", None), ("b", None), ("c", "huyện Châu Thành"), ("d", "huyện Châu Thành"))]  # fmt: skip
        assert len(linked(tmp_path, *told, type_="series")) == 4

    def test_a_copy_counts_once(self, tmp_path):
        told = [article("a", figure("poverty_rate", 5, "%", area="Sơn La", period="2019")),
                article("a2", figure("poverty_rate", 5, "%", area="Sơn La", period="2019"), duplicate_of="a")]  # fmt: skip
        (series,) = linked(tmp_path, *told, type_="series")
        assert len(series["facts"]) == 2 and series["points"][0]["sources"] == 1


def many() -> list[tuple[dict, list[dict]]]:
    """Articles of every kind of fact, with namesakes, copies and open mentions."""
    made = []
    for n in range(60):
        province = ["Sơn La", "Gia Lai", "Ninh Thuận", "Khánh Hòa", None][n % 5]
        made.append(article(
            f"m{n:02d}", official(["Lê Văn An", "Trần Thị Lan"][n % 2], (["Bí thư", "Phó Bí thư"][n % 3 == 0], "Tỉnh ủy")),
            document(f"{n % 4 + 1}-NQ/TU", "resolution", issued=[None, "2019-03-04", "2021-05-06"][n % 3], issuer="Tỉnh ủy"),
            figure("poverty_rate", n % 7, "%", area=province, period=str(2019 + n % 3)), program("Tiếng kẻng", "model"),
            published=f"20{19 + n % 8}-0{n % 9 + 1}-11", province=province, duplicate_of="m03" if n == 33 else None,
        ))  # fmt: skip
    return made


class TestSteps:
    def test_any_order_gives_the_same_bytes(self, tmp_path):
        wholes = set()
        for seed in (None, 1, 2):
            folder = write_base(tmp_path / str(seed), many(), shuffle=seed)
            link(folder)
            wholes.add((folder / "entities.jsonl").read_bytes())
        assert len(wholes) == 1

    @pytest.mark.parametrize("cuts", [(20,), (1, 59), (10, 30, 50)])
    def test_steps_give_the_same_bytes(self, tmp_path, cuts):
        link(write_base(tmp_path / "whole", many()))
        done = []
        for cut in (*cuts, 60):
            write_base(tmp_path / "steps", many()[:cut])
            done.append(link(tmp_path / "steps"))
        assert not any(d.afresh for d in done[1:]) and done[-1].articles == 60 - cuts[-1]
        assert done[-1].resolved < done[0].resolved + 60 or len(cuts) > 1
        assert (tmp_path / "steps/entities.jsonl").read_bytes() == (tmp_path / "whole/entities.jsonl").read_bytes()

    def test_nothing_new_costs_nothing(self, tmp_path):
        link(write_base(tmp_path, many()))
        again = link(tmp_path)
        assert (again.articles, again.resolved, again.afresh) == (0, 0, False)

    def test_a_changed_base_is_linked_anew(self, tmp_path):
        link(write_base(tmp_path, many()))
        assert is_current(tmp_path)
        write_base(tmp_path, many()[5:])
        assert not is_current(tmp_path) and link(tmp_path).afresh and is_current(tmp_path)
        link(write_base(tmp_path / "other", many()[5:]))
        assert (tmp_path / "entities.jsonl").read_bytes() == (tmp_path / "other/entities.jsonl").read_bytes()

    @pytest.mark.parametrize("damage", [b"", b"no database", None])
    def test_a_state_that_is_lost_or_damaged(self, tmp_path, damage):
        link(write_base(tmp_path, many()))
        before = (tmp_path / "entities.jsonl").read_bytes()
        (tmp_path / ".link.sqlite").unlink() if damage is None else (tmp_path / ".link.sqlite").write_bytes(damage)
        assert link(tmp_path).afresh and (tmp_path / "entities.jsonl").read_bytes() == before

    def test_every_line_reads_back_and_fits_the_schema(self, tmp_path):
        link(write_base(tmp_path, many()))
        validator = jsonschema.Draft202012Validator({**json_schema(), "$ref": "#/$defs/entity"})
        found = entities(tmp_path)
        assert {e["type"] for e in found} == {"document", "person", "organisation", "place", "program", "series"}
        facts = {fact["id"] for _, own in many() for fact in own}
        for entity in found:
            assert not list(validator.iter_errors(entity))
            ENTITY.validate_python(entity)
            reasons = {fact for why in entity["links"] for fact in why["facts"]}
            assert reasons == set(entity["facts"]) <= facts
        ids = [e["id"] for e in found]
        assert len(ids) == len(set(ids))

    def test_references_lead_to_entities(self, tmp_path):
        link(write_base(tmp_path, many()))
        found = entities(tmp_path)
        ids = {e["id"] for e in found}
        named = [e.get(k) for e in found for k in ("place", "parent", "successor", "organisation", "document")]
        lists = [
            i for e in found for k in ("successors", "predecessors", "continues", "continued_by") for i in e.get(k, [])
        ]
        offices = [o["organisation_id"] for e in found if e["type"] == "person" for o in e["offices"]]
        told = [i for i in (*named, *lists, *offices) if i is not None]
        assert len(told) > 50 and set(told) <= ids


class TestBadInput:
    def test_no_base(self, tmp_path):
        with pytest.raises(UsageError, match="no such knowledge base"):
            link(tmp_path / "none")

    def test_an_unfinished_base(self, tmp_path):
        write_base(tmp_path, many())
        (tmp_path / ".run.json").write_text("{}")
        with pytest.raises(UsageError, match="cut off"):
            link(tmp_path)

    def test_no_manifest(self, tmp_path):
        write_base(tmp_path, many())
        (tmp_path / "manifest.json").unlink()
        with pytest.raises(UsageError, match=r"manifest\.json is missing"):
            link(tmp_path)

    @pytest.mark.parametrize(("name", "change", "said"), [
        ("manifest.json", lambda text: text.replace('"schema": 1', '"schema": 2'), "newer"),
        ("manifest.json", lambda text: text[:20], "damaged"),
        ("facts.jsonl", lambda text: text[:-40] + "\n", "damaged"),
        ("facts.jsonl", lambda text: text[: text.rindex("\n", 0, -1) + 1], "facts of the article"),
        ("facts.jsonl", lambda text: text + text[text.rindex("\n", 0, -1) + 1 :], "no article"),
        ("facts.jsonl", lambda text: text.replace('"schema": 1', '"schema": 7', 1), "schema 7"),
        ("articles.jsonl", lambda text: "no json\n" + text, "damaged"),
    ])  # fmt: skip
    def test_a_damaged_or_newer_base_leaves_what_was_there(self, tmp_path, name, change, said):
        link(write_base(tmp_path, many()))
        before = (tmp_path / "entities.jsonl").read_bytes()
        path = tmp_path / name
        path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
        with pytest.raises(KnowledgeError, match=said):
            link(tmp_path)
        assert (tmp_path / "entities.jsonl").read_bytes() == before
        assert not list(tmp_path.glob("*.tmp")) and not list(tmp_path.glob(".*.tmp"))

    def test_a_base_under_a_run_is_let_alone(self, tmp_path):
        from extractor.knowledge.files import Lock

        write_base(tmp_path, many())
        with Lock(tmp_path), pytest.raises(KnowledgeError, match="another run"):
            link(tmp_path)


class TestCommand:
    def test_link_and_explain(self, tmp_path):
        write_base(tmp_path, many())
        run = danvan("link", tmp_path, "--json")
        told = json.loads(run.stdout)
        assert (
            run.returncode == 0
            and told["new_articles"] == 60
            and sum(told["entities"].values()) == len(entities(tmp_path))
        )
        person = entities(tmp_path, "person")[0]
        shown = danvan("explain", tmp_path, person["id"][:8]).stdout
        assert person["name"] in shown and person["links"][0]["by"] in " ".join(shown.split())
        assert json.loads(danvan("explain", tmp_path, person["id"], "--json").stdout)["id"] == person["id"]

    def test_wrong_usage(self, tmp_path):
        run = danvan("link", tmp_path / "none", "--lang", "vi")
        assert run.returncode == 2 and run.stderr.startswith("Lỗi:") and "Traceback" not in run.stderr
