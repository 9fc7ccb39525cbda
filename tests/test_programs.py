"""Programmes as the whole pipeline reads them: forms, what is none, periods, names that are one, the tables' rows."""

from __future__ import annotations

import pytest

import extractor
from extractor.programs import kinds_in, known_name, name_key
from extractor.records import ProgramFact
from extractor.tables import Tables

Told = tuple[str, str, str | None]


def programs(pipe: extractor.Pipeline, text: str) -> list[ProgramFact]:
    return [f for f in pipe(text).facts if isinstance(f, ProgramFact)]


def told(pipe: extractor.Pipeline, text: str) -> list[Told]:
    """Type, name and period of the programmes of a text, sorted."""
    return sorted((f.type, f.name, f.period) for f in programs(pipe, text))


@pytest.fixture(scope="module")
def tables(pipe: extractor.Pipeline) -> Tables:
    return pipe.rules.tables


QUOTED: list[tuple[str, list[Told]]] = [
    ("phong trào “Sạch làng tốt ruộng” được hưởng ứng", [("movement", "Sạch làng tốt ruộng", None)]),
    ('mô hình "Giỏ rác văn minh" ở chợ', [("model", "Giỏ rác văn minh", None)]),
    ("mô hình ‘Giỏ rác văn minh’ ở chợ", [("model", "Giỏ rác văn minh", None)]),
    ("mô hình 'Giỏ rác văn minh' ở chợ", [("model", "Giỏ rác văn minh", None)]),
    ("mô hình «Giỏ rác văn minh» ở chợ", [("model", "Giỏ rác văn minh", None)]),
    ("mô hình “Giỏ rác văn minh" + '" ở chợ', [("model", "Giỏ rác văn minh", None)]),
    ("Mô hình:“Giỏ rác văn minh” ở chợ", [("model", "Giỏ rác văn minh", None)]),
    ("MÔ HÌNH “GIỎ RÁC VĂN MINH”", [("model", "GIỎ RÁC VĂN MINH", None)]),
    ("mô hình “Giỏ rác văn minh.” Nay", [("model", "Giỏ rác văn minh", None)]),
    ("mô hình thanh niên tự quản “Bến sông xanh”", [("model", "Bến sông xanh", None)]),
    ("mô hình mang tên “Bến sông xanh”", [("model", "Bến sông xanh", None)]),
    ("mô hình với tên gọi “Bến sông xanh”", [("model", "Bến sông xanh", None)]),
    ("mô hình, cách làm hay “Bến sông xanh”", [("model", "Bến sông xanh", None)]),
    ("mô hình dân vận khéo “Bến sông xanh”", [("model", "Bến sông xanh", None)]),
    ("Hội thi “Hòa giải viên giỏi” năm 2019", [("contest", "Hòa giải viên giỏi", "2019")]),
    ("Kế hoạch “Xanh hóa trường học”", [("plan", "Xanh hóa trường học", None)]),
    ("Dự án “Nước sạch vùng cao” giai đoạn 2016 - 2018", [("project", "Nước sạch vùng cao", "2016/2018")]),
    ("Đề án “Nước sạch vùng cao giai đoạn 2016 - 2018”", [("scheme", "Nước sạch vùng cao", "2016/2018")]),
    ("chiến dịch “Ngày Chủ nhật không rác”", [("campaign", "Ngày Chủ nhật không rác", None)]),
    (
        "phong trào “Nhà sạch”, “Ngõ đẹp” và “Vườn xanh”",
        [("movement", "Ngõ đẹp", None), ("movement", "Nhà sạch", None), ("movement", "Vườn xanh", None)],
    ),
    (
        "các mô hình “Tổ đan cói” (xã An Bình), “Bè cá chung” của Hội Nông dân huyện; “Mái che chợ quê”...",
        [("model", "Bè cá chung", None), ("model", "Mái che chợ quê", None), ("model", "Tổ đan cói", None)],
    ),
    (
        "phong trào thi đua “Dân vận khéo” và “Năm dân vận chính quyền”",
        [("movement", "Dân vận khéo", None), ("theme_year", "Năm dân vận chính quyền", None)],
    ),
    (
        "mô hình “Dân vận khéo” gắn với “Đường làng nở hoa”",
        [("model", "Dân vận khéo", None), ("model", "Đường làng nở hoa", None)],
    ),
    (
        "các cuộc vận động, phong trào: “Toàn dân bảo vệ an ninh Tổ quốc”, “Người Việt Nam ưu tiên dùng hàng Việt Nam”",
        [
            ("campaign", "Người Việt Nam ưu tiên dùng hàng Việt Nam", None),
            ("movement", "Toàn dân bảo vệ an ninh Tổ quốc", None),
        ],
    ),
]  # fmt: skip

RUNNING: list[tuple[str, list[Told]]] = [
    ("phong trào hiến đất mở đường ra bến được dân đồng tình", [("movement", "hiến đất mở đường ra bến", None)]),
    ("duy trì mô hình thu gom pin cũ của Đoàn xã", [("model", "thu gom pin cũ", None)]),
    ("dự án cao tốc Bến Tràm - Cầu Ngói", [("project", "cao tốc Bến Tràm - Cầu Ngói", None)]),
    ("Thôn có mô hình “Ngõ sáng”; Đoàn có “Sân chung”.", [("model", "Ngõ sáng", None), ("model", "Sân chung", None)]),
    ("Vốn Chương trình 134, 135 của trung ương", [("programme", "134", None), ("programme", "135", None)]),
    (
        "phê duyệt Đề án nâng cao chất lượng hòa giải, đối thoại ở cơ sở của tỉnh giai đoạn 2017 – 2020.",
        [("scheme", "nâng cao chất lượng hòa giải, đối thoại ở cơ sở", "2017/2020")],
    ),
    (
        "Chương trình tổng thể cải cách hành chính nhà nước giai đoạn 2011 - 2020 của tỉnh",
        [("programme", "tổng thể cải cách hành chính nhà nước", "2011/2020")],
    ),
    ("CTMTQG giảm nghèo bền vững", [("programme", "giảm nghèo bền vững", None)]),
    ("thực hiện Chương trình OCOP ở xã", [("programme", "OCOP", None)]),
    ("số hồ sơ của Đề án 06 tăng", [("scheme", "06", None)]),
    ("phong trào toàn dân bảo vệ ANTQ", [("movement", "toàn dân bảo vệ ANTQ", None)]),
    ("toàn huyện có 61 mô hình dân vận khéo", [("model", "dân vận khéo", None)]),
    ("ra mắt mô hình Tiếng trống học bài tại xã Đông", [("model", "Tiếng trống học bài", None)]),
    (
        "cuộc vận động xây dựng gia đình “5 không, 3 sạch”",
        [("campaign", "xây dựng gia đình 5 không, 3 sạch", None)],
    ),
    ("“Gia đình không khói thuốc” là mô hình mới", [("model", "Gia đình không khói thuốc", None)]),
    ("phong trào “Ngõ sạch nhà xinh đã lan ra ba xã", [("movement", "Ngõ sạch nhà xinh", None)]),
]  # fmt: skip


class TestForms:
    @pytest.mark.parametrize(("text", "expected"), QUOTED)
    def test_in_quotes(self, pipe: extractor.Pipeline, text: str, expected: list[Told]) -> None:
        assert told(pipe, text) == expected

    @pytest.mark.parametrize(("text", "expected"), RUNNING)
    def test_in_running_text(self, pipe: extractor.Pipeline, text: str, expected: list[Told]) -> None:
        assert told(pipe, text) == expected


NONE = [
    "các phong trào trồng cây lấy gỗ, làm kênh đều tốt",
    "các dự án đường Lê Lợi, cầu Bình An chậm",
    "Các chương trình, đề án của huyện được triển khai đúng tiến độ.",
    "Xã có nhiều mô hình hay, phong trào ở cơ sở phát triển.",
    "Mô hình này được nhân rộng; chương trình đã giúp 20 hộ.",
    "Thực hiện phương châm “dân biết, dân bàn” trong các phong trào.",
    "ủng hộ Quỹ “Vì người nghèo” 20 triệu đồng",
    "đạt danh hiệu “Gia đình văn hóa”",
    "Đại hội với chủ đề “Đoàn kết - Kỷ cương”",
    "Diễn đàn “Lắng nghe tiếng nói trẻ em” khai mạc.",
    "Nói về dự án, bà bảo: “Dân mừng lắm”.",
    "đầu tư xây dựng nông thôn mới, giảm nghèo bền vững",
    "Chương trình hành động số 25-CTr/TU của Tỉnh ủy",
    "Chương trình “Bài hát hay” lên sóng VTV3",
    "dự án “treo” kéo dài",
    "mô hình “một cửa liên thông” ở phường",
    "xây dựng gia đình “Năm không, ba sạch”",
]


class TestNone:
    @pytest.mark.parametrize("text", NONE)
    def test_no_program(self, pipe: extractor.Pipeline, text: str) -> None:
        found = told(pipe, text)
        # The well-known 5 không, 3 sạch is read without a kind word, but never as a theme year.
        assert [t for t in found if t[0] != "campaign" or "ba sạch" not in t[1]] == []


COORDINATION: list[tuple[str, str, str | None, list[str]]] = [
    (
        "Chương trình phối hợp giữa Ban Dân tộc tỉnh với Tỉnh đoàn về công tác thanh niên giai đoạn 2012 - 2017 đã",
        "giữa Ban Dân tộc tỉnh với Tỉnh đoàn về công tác thanh niên", "2012/2017", ["Ban Dân tộc tỉnh", "Tỉnh đoàn"],
    ),
    (
        "Chương trình phối hợp số 05-CTrPH/BDV-UBND ngày 01/02/2019 giữa Ban Dân vận Thành ủy và UBND thành phố để",
        "giữa Ban Dân vận Thành ủy và UBND thành phố", None, ["Ban Dân vận Thành ủy", "UBND thành phố"],
    ),
    (
        "chương trình phối hợp giữa Ban cán sự đảng Chính phủ, Ban Dân vận T.Ư để có kế hoạch",
        "giữa Ban cán sự đảng Chính phủ, Ban Dân vận T.Ư", None, ["Ban cán sự đảng Chính phủ", "Ban Dân vận T.Ư"],
    ),
    (
        "chương trình phối hợp giai đoạn 2014-2018 giữa Hội Luật gia tỉnh và Sở Tư pháp",
        "giữa Hội Luật gia tỉnh và Sở Tư pháp", "2014/2018", ["Hội Luật gia tỉnh", "Sở Tư pháp"],
    ),
]  # fmt: skip


class TestCoordination:
    @pytest.mark.parametrize(("text", "name", "period", "parties"), COORDINATION)
    def test_parties(
        self, pipe: extractor.Pipeline, text: str, name: str, period: str | None, parties: list[str]
    ) -> None:
        (fact,) = programs(pipe, text)
        assert (fact.type, fact.name, fact.period, fact.parties) == ("coordination_programme", name, period, parties)

    def test_renewed_for_another_period(self, pipe: extractor.Pipeline) -> None:
        text = (
            "Tổng kết Chương trình phối hợp giữa Sở Y tế với Hội Nông dân tỉnh giai đoạn 2010 - 2015.\n"
            "Hai bên ký Chương trình phối hợp giai đoạn 2016 - 2020."
        )
        first, second = programs(pipe, text)
        assert first.name == second.name == "giữa Sở Y tế với Hội Nông dân tỉnh"
        assert [first.period, second.period] == ["2010/2015", "2016/2020"]
        assert "carried over" in second.inferred["name"].by


class TestThemeYears:
    @pytest.mark.parametrize(
        ("text", "name", "period"),
        [
            ("“Năm dân vận chính quyền” năm 2019", "Năm dân vận chính quyền", "2019"),
            ("“Năm dân vận chính quyền 2018”", "Năm dân vận chính quyền", "2018"),
            ("thực hiện năm 2018 – “Năm dân vận chính quyền”", "Năm dân vận chính quyền", "2018"),
            ("“Năm dân vận chính quyền” chín tháng đầu năm 2019", "Năm dân vận chính quyền", "2019"),
            ("Năm 2020, xã triển khai Năm “Dân vận khéo”.", "Dân vận khéo", "2020"),
            ("Xã triển khai Năm “Dân vận khéo”.", "Dân vận khéo", None),
            ("chủ đề công tác năm 2022: “Kỷ cương, sáng tạo”", "Kỷ cương, sáng tạo", "2022"),
        ],
    )
    def test_year(self, pipe: extractor.Pipeline, text: str, name: str, period: str | None) -> None:
        assert told(pipe, text) == [("theme_year", name, period)]

    def test_year_of_the_sentence_is_told_as_inferred(self, pipe: extractor.Pipeline) -> None:
        (fact,) = programs(pipe, "Năm 2020, xã triển khai Năm “Dân vận khéo”.")
        assert [tuple(span) for span in fact.inferred["period"].from_] == [(0, 8)]


ONE: list[tuple[str, list[Told]]] = [
    ("phong trào thi đua “Dân vận khéo”. Phong trào dân vận khéo", [("movement", "Dân vận khéo", None)]),
    ("phong trào “Gạo nghĩa” năm 2021. Phong trào “Gạo nghĩa”", [("movement", "Gạo nghĩa", "2021")]),
    ("phong trào “Gạo nghĩa” năm 2020. Phong trào “Gạo nghĩa” năm 2021", [("movement", "Gạo nghĩa", None)]),
    (
        "phong trào “Gạo nghĩa” giai đoạn 2016-2020. Phong trào “Gạo nghĩa” năm 2021",
        [("movement", "Gạo nghĩa", "2016/2020")],
    ),
    (
        "phong trào “Gạo nghĩa” giai đoạn 2011-2015. Phong trào “Gạo nghĩa” giai đoạn 2016-2020",
        [("movement", "Gạo nghĩa", "2011/2015"), ("movement", "Gạo nghĩa", "2016/2020")],
    ),
    (
        "cuộc vận động “Xây dựng gia đình 5 không, 3 sạch”; phong trào “5 không, 3 sạch”",
        [("campaign", "Xây dựng gia đình 5 không, 3 sạch", None)],
    ),
    ("CTMTQG xây dựng NTM và Chương trình xây dựng nông thôn mới", [("programme", "xây dựng nông thôn mới", None)]),
    (
        "Đề án “Đưa sách về bản làng vùng cao”. Đề án “Đưa sách về bản”",
        [("scheme", "Đưa sách về bản làng vùng cao", None)],
    ),
    (
        "Chương trình phối hợp giữa Sở Y tế với Hội Nông dân tỉnh về công tác dân số. "
        "Chương trình phối hợp công tác dân số giữa Sở Y tế và Hội Nông dân tỉnh",
        [("coordination_programme", "giữa Sở Y tế với Hội Nông dân tỉnh về công tác dân số", None)],
    ),
    (
        "mô hình “Dân vận khéo”, phong trào “Dân vận khéo”",
        [("model", "Dân vận khéo", None), ("movement", "Dân vận khéo", None)],
    ),
    ("Lan tỏa Dân vận khéo\n\nXã có 5 mô hình “Dân vận khéo”.", [("model", "Dân vận khéo", None)]),
]  # fmt: skip


class TestIdentity:
    @pytest.mark.parametrize(("text", "expected"), ONE)
    def test_one_fact_an_initiative(self, pipe: extractor.Pipeline, text: str, expected: list[Told]) -> None:
        assert told(pipe, text) == expected

    def test_evidence_of_every_mention(self, pipe: extractor.Pipeline) -> None:
        text = "Phong trào “Gạo nghĩa” lan rộng. Xã hưởng ứng phong trào Gạo nghĩa và phong trào “Gạo nghĩa”."
        (fact,) = programs(pipe, text)
        assert [e.text for e in fact.evidence] == ["Phong trào “Gạo nghĩa”", "phong trào “Gạo nghĩa”"]

    def test_period_of_another_mention_is_told_as_inferred(self, pipe: extractor.Pipeline) -> None:
        text = "Phong trào “Gạo nghĩa” lan rộng. Tổng kết phong trào “Gạo nghĩa” giai đoạn 2016 - 2020."
        (fact,) = programs(pipe, text)
        assert fact.period == "2016/2020"
        assert [text[a:b] for a, b in fact.inferred["period"].from_] == ["giai đoạn 2016 - 2020"]


class TestTables:
    def test_every_kind_word_before_a_quoted_name(self, pipe: extractor.Pipeline, tables: Tables) -> None:
        forms = [
            (form, row["type"])
            for row in tables["program-kinds"] if "quoted" in row.forms("reads")
            for form in (row["word"], *row.forms("variants"))
        ]  # fmt: skip
        assert len(forms) >= 30
        text = "\n".join(f"Xã có {form} “Khởi sắc {n}”." for n, (form, _) in enumerate(forms))
        got = {f.name: f.type for f in programs(pipe, text)}
        assert got == {f"Khởi sắc {n}": kind for n, (_, kind) in enumerate(forms)}

    def test_every_work_of_a_project(self, pipe: extractor.Pipeline, tables: Tables) -> None:
        works = [form for row in tables["project-works"] for form in row.forms("work")]
        text = ".\n".join(f"Giao đất dự án {work} Hàm Rồng" for work in works)
        assert told(pipe, text) == sorted(("project", f"{work} Hàm Rồng", None) for work in works)

    def test_every_act_of_a_movement(self, pipe: extractor.Pipeline, tables: Tables) -> None:
        rows = [row for row in tables["program-acts"] if "movement" in row.forms("kinds")]
        names = [f"{form} vùng hạ du" for row in rows for form in row.forms("opening") if not known_name(form, tables)]
        found = told(pipe, ".\n".join(f"Xã mở phong trào {name}" for name in names))
        assert found == sorted(("movement", name, None) for name in names)

    def test_every_known_name_without_quotes(self, pipe: extractor.Pipeline, tables: Tables) -> None:
        words = {
            row["type"]: row["word"] for row in reversed(list(tables["program-kinds"])) if "known" in row.forms("reads")
        }
        rows = [row for row in tables["program-names"] if {"kind", "bare"} & set(row.forms("reads"))]
        assert len(rows) >= 40
        missed = []
        for row in rows:
            kind = row.forms("types")[0]
            if kind not in words:
                continue
            for form in (row["name"], *row.forms("aliases")):
                got = programs(pipe, f"Xã thực hiện {words[kind]} {form}.")
                if [(f.type, f.name) for f in got] != [(kind, form)]:
                    missed.append((form, told(pipe, f"Xã thực hiện {words[kind]} {form}.")))
        assert missed == []

    def test_aliases_and_abbreviations_meet(self, tables: Tables) -> None:
        for row in tables["program-names"]:
            for form in (*row.forms("aliases"), *row.forms("merges")):
                assert name_key(form, tables) == name_key(row["name"], tables), form
        for row in tables["program-abbreviations"]:
            assert name_key(f"xây dựng {row['short']} xã", tables) == name_key(f"xây dựng {row['full']} xã", tables)

    def test_types_are_those_of_the_vocabulary(self, tables: Tables) -> None:
        vocabulary = set(ProgramFact.model_fields["type"].annotation.__args__)
        assert {row["type"] for row in tables["program-kinds"]} == vocabulary
        assert {kind for row in tables["program-names"] for kind in row.forms("types")} <= vocabulary

    def test_kind_words_of_a_phrase(self, tables: Tables) -> None:
        assert kinds_in("các phong trào thi đua, cuộc vận động", tables) == ["movement", "campaign"]
        assert kinds_in("Chương trình phối hợp", tables) == ["coordination_programme"]
        assert kinds_in("hội nghị", tables) == []

    def test_known_name(self, tables: Tables) -> None:
        known = known_name("toàn dân đoàn kết xây dựng NTM, đô thị văn minh", tables)
        assert known is not None and known.types == ("campaign",)
        assert known_name("Làng ven sông", tables) is None


#: Names told on in a list, and quotations that are none.
FOLLOWING: list[tuple[str, list[Told]]] = [
    (
        'Mô hình "Bò chuyền tay" trao 62 con; "Lớp học biên cương", "Bữa cơm bản" với Hội Phụ nữ.',
        [("model", "Bò chuyền tay", None), ("model", "Bữa cơm bản", None), ("model", "Lớp học biên cương", None)],
    ),
    ('Mô hình "Bò chuyền tay" theo phương châm gần dân, "Nghe dân nói", được khen.', [("model", "Bò chuyền tay", None)]),
    ('Phong trào "Ngõ sạch" lan rộng; bà con hô "Quyết tâm", "Đoàn kết".', [("movement", "Ngõ sạch", None)]),
    ('rồi được "Đề án xóa nhà dột" của Bộ tiếp sức: 12 căn. "Tốt lắm", ông nói.', [("scheme", "xóa nhà dột", None)]),
    ('Chương trình 135 giai đoạn II: "Cả huyện còn 14 xã".', [("programme", "135", None)]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), FOLLOWING)
def test_names_told_on(pipe: extractor.Pipeline, text: str, expected: list[Told]) -> None:
    assert told(pipe, text) == expected
