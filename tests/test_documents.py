"""Documents: codes, symbols, who issued them and when, which citations are of one document."""

from __future__ import annotations

from functools import cache

import pytest

import extractor
from extractor.codes import parse_code, plain_number, symbols
from extractor.issuers import issuers
from extractor.pipeline import Pipeline
from extractor.records import DocumentFact


@cache
def pipe() -> Pipeline:
    return extractor.load()


def documents(text: str, published: str | None = None) -> list[DocumentFact]:
    return [f for f in pipe()(text, published=published).facts if isinstance(f, DocumentFact)]


def told(text: str, published: str | None = None) -> list[tuple[str, str | None, str | None, str | None]]:
    return [(d.type, d.code, d.issued, d.issuer) for d in documents(text, published)]


class TestCode:
    """A number and a tail become one code, however they are spaced."""

    @pytest.mark.parametrize(
        ("number", "tail", "code", "parts"),
        [
            ("3235", "/QĐ-UBND", "3235/QĐ-UBND", ("QĐ", "UBND")),
            ("06", " – NQ/TU", "06-NQ/TU", ("NQ", "TU")),
            ("100", " - KL/TW", "100-KL/TW", ("KL", "TW")),
            ("107", "/2020/NĐ-CP", "107/2020/NĐ-CP", ("NĐ", "CP")),
            ("89", "/2015/QH13", "89/2015/QH13", ("QH",)),
            ("61", "/2018/NĐCP", "61/2018/NĐ-CP", ("NĐ", "CP")),
            ("1961", "/QĐUBND", "1961/QĐ-UBND", ("QĐ", "UBND")),
            ("510", "/NQUBTVQH15", "510/NQ-UBTVQH15", ("NQ", "UBTVQH")),
            ("06", " NQ/TU", "06-NQ/TU", ("NQ", "TU")),
            ("25", "KH/TU", "25-KH/TU", ("KH", "TU")),
            ("1", "KH-UBND", "1/KH-UBND", ("KH", "UBND")),
            ("61", "/TTr-CTK", "61/TTr-CTK", ("TTr", "CTK")),
            ("12", "/CTK-XH", "12/CTK-XH", ("CTK", "XH")),
            ("217", "/QĐ-TW", "217/QĐ-TW", ("QĐ", "TW")),
            ("25", "-NQTW", "25-NQTW", ("NQTW",)),
            ("30", "/2020", "30/2020", ()),
            ("57", "", "57", ()),
        ],
    )
    def test_spelling(self, number: str, tail: str, code: str, parts: tuple[str, ...]) -> None:
        read = parse_code(number, tail, symbols(pipe().rules.tables))
        assert str(read) == code
        assert read.parts == parts

    @pytest.mark.parametrize(("number", "plain"), [("06", "6"), ("30C", "30c"), ("100", "100"), ("1.105", "1.105")])
    def test_plain_number(self, number: str, plain: str) -> None:
        assert plain_number(number) == plain

    def test_keys_of_two_spellings_meet(self) -> None:
        meanings = symbols(pipe().rules.tables)
        assert parse_code("6", "-NQ/TU", meanings).key == parse_code("06", " - NQ/TU", meanings).key
        assert parse_code("6", "-NQ/TU", meanings).key != parse_code("06", "-NQ/TW", meanings).key


class TestIssuers:
    """Which body signs with which symbol."""

    @pytest.mark.parametrize(
        ("name", "number", "tail", "signs"),
        [
            ("Ban Thường vụ Tỉnh ủy", "12", "-KH/TU", True),
            ("Bộ Chính trị", "25", "-NQ/TW", True),
            ("UBND tỉnh", "25", "-NQ/TW", False),
            ("Chủ tịch UBND tỉnh", "5", "/QĐ-UBND", True),
            ("Giám đốc Sở Nội vụ", "5", "/TTr-SNV", True),
            ("Bộ Chính trị", "62", "-KL/TU", False),
            ("Bộ Chính trị", "57", "", None),
        ],
    )
    def test_signs(self, name: str, number: str, tail: str, signs: bool | None) -> None:
        tables = pipe().rules.tables
        assert issuers(tables).signs(name, parse_code(number, tail, symbols(tables))) is signs


class TestForms:
    """One sentence each: type, code, day, issuer."""

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("Theo 30/2020/NĐ-CP, các xã rà soát.", [("decree", "30/2020/NĐ-CP", None, "Chính phủ")]),
            ("Học tập Quy định số31-QĐ/TW.", [("regulation", "31-QĐ/TW", None, "Trung ương")]),
            ("Làm theo Thông tri số 05-TT/TU.", [("other", "05-TT/TU", None, "Tỉnh ủy")]),
            ("Hội nghị Thành ủy học Nghị quyết 03-NQ/TU.", [("resolution", "03-NQ/TU", None, "Thành ủy")]),
            ("Văn bản số 25-NQ/TW được học tập.", [("resolution", "25-NQ/TW", None, "Trung ương")]),
            ("Văn bản số 12/UBND-VX của UBND huyện.", [("official_letter", "12/UBND-VX", None, "UBND huyện")]),
            (
                "CHỈ THỊ SỐ 19/CT-TTG NGÀY 16 THÁNG 7 NĂM 2021 CỦA THỦ TƯỚNG CHÍNH PHỦ",
                [("directive", "19/CT-TTG", "2021-07-16", "THỦ TƯỚNG CHÍNH PHỦ")],
            ),
            (
                "Nghị định số 107, 108/2020/NĐ-CP của Chính phủ.",
                [("decree", "107/2020/NĐ-CP", None, "Chính phủ"), ("decree", "108/2020/NĐ-CP", None, "Chính phủ")],
            ),
            (
                "Quyết định số 12/QĐ-UBND và 05/CT-TTg được gửi tới UBND tỉnh.",
                [
                    ("decision", "12/QĐ-UBND", None, "UBND tỉnh"),
                    ("directive", "05/CT-TTg", None, "Thủ tướng Chính phủ"),
                ],
            ),
            (
                "Quyết định số 217-QĐ/TW và Quyết định số 218-QĐ/TW ngày 12/12/2013 của Bộ Chính trị",
                [
                    ("decision", "217-QĐ/TW", "2013-12-12", "Bộ Chính trị"),
                    ("decision", "218-QĐ/TW", "2013-12-12", "Bộ Chính trị"),
                ],
            ),
            (
                "Kế hoạch số 12/KH-UBND và Kế hoạch số 45/KH-UBND ngày 3/4/2020 của UBND tỉnh",
                [("plan", "12/KH-UBND", None, "UBND tỉnh"), ("plan", "45/KH-UBND", "2020-04-03", "UBND tỉnh")],
            ),
            (
                "Ngày 5/9/2019, UBND tỉnh và các sở dự lễ; Kết luận 30-KL/TW được nhắc lại.",
                [("conclusion", "30-KL/TW", None, "Trung ương")],
            ),
            (
                "Nghị quyết số 25-NQ/TW về công tác vận động quần chúng của Bộ Chính trị.",
                [("resolution", "25-NQ/TW", None, "Bộ Chính trị")],
            ),
            (
                "Nghị quyết số 25-NQ/TW về đổi mới việc làm của UBND tỉnh.",
                [("resolution", "25-NQ/TW", None, "Trung ương")],
            ),
            (
                "Ngày 20/7/2019, Phó Chủ tịch UBND tỉnh ký Thông báo số 12/TB-VPCP.",
                [("announcement", "12/TB-VPCP", None, "Văn phòng Chính phủ")],
            ),
            (
                "Đảng ủy xã ban hành Kế hoạch số 05-KH/ĐU về dân vận và Nghị quyết số 03-NQ/ĐU.",
                [("plan", "05-KH/ĐU", None, "Đảng ủy xã"), ("resolution", "03-NQ/ĐU", None, "Đảng ủy xã")],
            ),
            (
                "Ngày 15/8/2023, Tỉnh ủy ban hành Quyết định số 10-QĐ/TU, Quyết định số 12-QĐ/TU.",
                [("decision", "10-QĐ/TU", "2023-08-15", "Tỉnh ủy"), ("decision", "12-QĐ/TU", "2023-08-15", "Tỉnh ủy")],
            ),
            (
                "Tỉnh ủy ra Nghị quyết số 05-NQ/TU ngày 20/5/2017, UBND huyện xây dựng Đề án số 02/ĐA-UBND",
                [("resolution", "05-NQ/TU", "2017-05-20", "Tỉnh ủy"), ("scheme", "02/ĐA-UBND", None, "UBND huyện")],
            ),
            (
                "Thủ trưởng Tổng cục Chính trị (TCCT) đã ký Hướng dẫn số 581/HD-CT.",
                [("guideline", "581/HD-CT", None, "Tổng cục Chính trị")],
            ),
            ("Huyện nhận Quyết định số 32-QĐ/HU-BTC.", [("decision", "32-QĐ/HU-BTC", None, "Huyện ủy")]),
            ("Xã làm Kế hoạch số 1KH-UBND.", [("plan", "1/KH-UBND", None, "UBND")]),
            ("Bí thư Tỉnh ủy ký Quyết định số 983-QĐ/TU.", [("decision", "983-QĐ/TU", None, "Tỉnh ủy")]),
            ("UBND TP Vinh họp; Quyết định số 16/QĐ-UBND.", [("decision", "16/QĐ-UBND", None, "UBND thành phố")]),
        ],
    )
    def test_reads(self, text: str, expected: list[tuple[str, str, str | None, str | None]]) -> None:
        assert sorted(told(text)) == sorted(expected)

    @pytest.mark.parametrize(
        "text",
        [
            "Số:        /KH-UBND",
            "Đạt 14/15 chỉ tiêu, xếp thứ 5/63.",
            "Gọi đường dây nóng 0913/123-456, biển số 51A-123.",
            "Các lô đất B1-B2, B3-B4 đã giao.",
            "Quyết định 2 vấn đề, kết luận 3 nội dung.",
            "Kế hoạch 5 năm 2021-2025 và Chương trình 135.",
            "Giấy phép số 123/GP-TTĐT cấp ngày 1/2/2015.",
            "Nghị quyết Trung ương 4 khóa XII.",
            "Tổng đài 3235/QĐ.",
        ],
    )
    def test_is_no_document(self, text: str) -> None:
        assert told(text) == []

    def test_type_word_is_kept_for_other_types(self) -> None:
        assert [d.type_text for d in documents("Phương án số 15/PA-UBND và Kế hoạch số 16/KH-UBND.")] == [
            "phương án",
            None,
        ]


class TestOneDocument:
    """Which citations are of the same document."""

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            (
                "Nghị quyết số 25-NQ/TW ngày 3/6/2013 ra đời. Thực hiện Nghị quyết số 25, Nghị quyết 25-NQ/TW.",
                {("25-NQ/TW", "2013-06-03")},
            ),
            ("Nghị quyết 25 vào cuộc sống: Nghị quyết số 25-NQ/TW ngày 3/6/2013.", {("25-NQ/TW", "2013-06-03")}),
            (
                "Chỉ thị 16/CT-TTg ngày 16/5/2016; Chỉ thị 16/CT-TTg ngày 31/3/2020.",
                {("16/CT-TTg", "2016-05-16"), ("16/CT-TTg", "2020-03-31")},
            ),
            ("Kết luận 62-KL/TU và Kết luận 62 của Bộ Chính trị.", {("62-KL/TU", None), ("62", None)}),
            ("Quyết định 22 của UBND huyện và Chỉ thị 22-CT/TW.", {("22", None), ("22-CT/TW", None)}),
            ("Chỉ thị số 17 ngày 6/8/2018 được học. Chỉ thị số 17 nêu rõ việc.", {("17", "2018-08-06")}),
        ],
    )
    def test_joined(self, text: str, expected: set[tuple[str, str | None]]) -> None:
        found = [(d.code, d.issued) for d in documents(text)]
        assert set(found) == expected
        assert len(found) == len(expected)

    def test_every_citation_is_evidence(self) -> None:
        [document] = documents("Nghị quyết số 25-NQ/TW ra đời. Nghị quyết 25 được học tập.")
        assert [e.text for e in document.evidence] == ["Nghị quyết số 25-NQ/TW", "Nghị quyết 25"]

    def test_the_issuer_told_in_words_beats_the_symbol(self) -> None:
        [document] = documents(
            "Nghị quyết số 25-NQ/TW ra đời. Nghị quyết 25-NQ/TW của Ban Chấp hành Trung ương được học."
        )
        assert document.issuer == "Ban Chấp hành Trung ương"
        assert "issuer" not in document.inferred


class TestDatelineOfAnOfficialDocument:
    """“Cần Thơ, ngày 15 tháng 9 năm 2025” near a number that opens a line."""

    @pytest.mark.parametrize(
        ("text", "issued"),
        [
            ("Số: 08/KH-UBND\n\nCần Thơ, ngày 15 tháng 9 năm 2025\nUBND thành phố lập kế hoạch.", "2025-09-15"),
            ("Số: 08/KH-UBND  Cần Thơ, ngày 15 tháng 9 năm 2025\nUBND thành phố lập kế hoạch.", "2025-09-15"),
            ("Theo số 08/KH-UBND\nCần Thơ, ngày 15 tháng 9 năm 2025\nUBND thành phố lập kế hoạch.", None),
        ],
    )
    def test_issue_date(self, text: str, issued: str | None) -> None:
        assert [d.issued for d in documents(text)] == [issued]


class TestTables:
    """Every row of the vocabularies is read where it can stand."""

    def test_every_type_name(self) -> None:
        rows = list(pipe().rules.tables["document-types"])
        forms = [
            (row["type"], form)
            for row in rows
            for form in (*row.forms("name"), *row.forms("aliases"))
            if not row["general"]
        ]
        text = "\n".join(f"Xã nhận {form} số {i}/{'XYZ'}." for i, (_, form) in enumerate(forms, 1))
        assert [(d.type, d.number) for d in documents(text)] == [(kind, str(i)) for i, (kind, _) in enumerate(forms, 1)]

    def test_every_type_symbol(self) -> None:
        rows = list(pipe().rules.tables["document-types"])
        forms = [
            (row["type"], symbol) for row in rows for symbol in row.forms("symbols") if symbol not in ("QH", "UBTVQH")
        ]
        text = "\n".join(f"Xã làm theo số {i}-{symbol}/TU." for i, (_, symbol) in enumerate(forms, 1))
        assert [(d.type, d.number) for d in documents(text)] == [(kind, str(i)) for i, (kind, _) in enumerate(forms, 1)]

    def test_every_issuer_name(self) -> None:
        rows = list(pipe().rules.tables["issuers"])
        forms = [form for row in rows for form in (*row.forms("name"), *row.forms("aliases"))]
        text = "\n".join(f"Xã nhận Nghị quyết số {i}-XQ/XYZ của {form}." for i, form in enumerate(forms, 1))
        assert [d.issuer for d in documents(text)] == forms

    def test_every_issuer_symbol(self) -> None:
        rows = list(pipe().rules.tables["issuers"])
        organs = list(dict.fromkeys(symbol for row in rows for symbol in row.forms("speaks")))
        text = "\n".join(f"Xã nhận Quyết định số {i}/QĐ-{organ}." for i, organ in enumerate(organs, 1))
        found = documents(text)
        assert [d.symbol for d in found] == [f"QĐ-{organ}" for organ in organs]
        assert all(d.issuer for d in found)


class TestSeries:
    """What papers issued together share."""

    @pytest.mark.parametrize(
        ("text", "last"),
        [
            (
                "Quyết định số 31-QĐ/TU ngày 06/3/2024 của Ban Thường vụ Tỉnh ủy về tổ hòa giải.\n"
                "Quyết định số 32-QĐ/TU cùng ngày điều động cán bộ.",
                ("decision", "32-QĐ/TU", "2024-03-06", "Ban Thường vụ Tỉnh ủy"),
            ),
            (
                "Ngày 05/6/2019, huyện họp. Cùng ngày, UBND huyện ban hành Kế hoạch số 77/KH-UBND.",
                ("plan", "77/KH-UBND", "2019-06-05", "UBND huyện"),
            ),
            (
                "Xã làm theo Điện khẩn 07/ĐK-CAT của Giám đốc Công an tỉnh.",
                ("telegram", "07/ĐK-CAT", None, "Giám đốc Công an tỉnh"),
            ),
        ],
    )
    def test_shared(self, text: str, last: tuple[str, str, str | None, str]) -> None:
        assert told(text)[-1] == last

    def test_two_spellings_of_an_organ_are_one_document(self) -> None:
        assert len(documents("Nghị quyết số 08-NQ/T.Ư ngày 03/6/2013 và Nghị quyết 08-NQ/TW.")) == 1


@pytest.mark.parametrize(
    ("text", "code", "issuer"),
    [
        ("Ban Dân vận Tỉnh ủy và UBND tỉnh ký Kế hoạch số 12-KH/BDV-UBND.", "12-KH/BDV-UBND", "Ban Dân vận Tỉnh ủy và UBND tỉnh"),
        ("Hội LHPN tỉnh phối hợp với Công an tỉnh ban hành Kế hoạch số 3/KHPH-HPN-CAT.", "3/KHPH-HPN-CAT", "Hội LHPN tỉnh và Công an tỉnh"),
        ("Tỉnh ủy và UBND tỉnh họp; HĐND và UBND tỉnh ban hành Quyết định số 5/QĐ-UBND.", "5/QĐ-UBND", "UBND tỉnh"),
        ("Xã học Nghị quyết số 25-NQ/TW (khóa XI).", "25-NQ/TW", "Ban Chấp hành Trung ương khóa XI"),
        ("Xã học Chỉ thị số 5-CT/TW (khóa XII).", "5-CT/TW", "Trung ương"),
        ("UBND tỉnh họp. Mức chi theo Nghị quyết số 32/2016/NQ-HĐND.", "32/2016/NQ-HĐND", "HĐND tỉnh"),
        ("Công an xã làm theo Kế hoạch số 214/KH-CAT.", "214/KH-CAT", "Công an tỉnh"),
        ("Tại Quyết định số 290-QĐ/TW, ngày 25-2-2010, Bộ Chính trị ban hành Quy chế.", "290-QĐ/TW", "Bộ Chính trị"),
    ],
)  # fmt: skip
def test_issuers_by_clause_term_and_level(pipe: Pipeline, text: str, code: str, issuer: str) -> None:
    found = {f.code: f.issuer for f in pipe(text).facts if f.kind == "document"}
    assert found[code] == issuer
