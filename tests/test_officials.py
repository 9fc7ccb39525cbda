"""Officials: names, offices and organisations as the grammars read them, and what context makes of them."""

from __future__ import annotations

from functools import cache

import pytest

import extractor
from extractor.pipeline import Pipeline
from extractor.positions import Positions, positions
from extractor.records import OfficialFact
from extractor.tables import Row
from extractor.text import canonical, fold

Offices = list[tuple[str, str | None]]


@cache
def pipe() -> Pipeline:
    return extractor.load()


@cache
def grammar() -> Positions:
    return positions(pipe().rules.tables)


def officials(text: str) -> dict[str, OfficialFact]:
    return {f.name: f for f in pipe()(text).facts if isinstance(f, OfficialFact)}


def offices(text: str) -> dict[str, Offices]:
    return {name: [(p.title, p.organisation) for p in fact.positions] for name, fact in officials(text).items()}


class TestChain:
    """Offices behind a name: the grammar alone."""

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            (
                "UVTV tỉnh ủy, Phó Chủ tịch UBND tỉnh",
                [("Ủy viên Ban Thường vụ", "tỉnh ủy"), ("Phó Chủ tịch", "UBND tỉnh")],
            ),
            ("Trưởng Ban Dân vận Tỉnh ủy", [("Trưởng Ban", "Ban Dân vận Tỉnh ủy")]),
            ("Phó Trưởng Ban Thường trực Ban Dân vận Tỉnh ủy", [("Phó Trưởng Ban Thường trực", "Ban Dân vận Tỉnh ủy")]),
            ("Tỉnh ủy viên, Giám đốc Sở Nội vụ", [("Tỉnh ủy viên", "Tỉnh ủy"), ("Giám đốc", "Sở Nội vụ")]),
            ("Ủy viên BCH Trung ương Đảng", [("Ủy viên Ban Chấp hành", "Trung ương Đảng")]),
            (
                "Ủy viên Bộ Chính trị, Bí thư Trung ương Đảng",
                [("Ủy viên", "Bộ Chính trị"), ("Bí thư", "Trung ương Đảng")],
            ),
            ("Chi hội trưởng Phụ nữ thôn Nà Cà", [("Chi hội trưởng", "Chi hội Phụ nữ thôn Nà Cà")]),
            ("Tổ trưởng tổ dân phố số 6, phường Hà An", [("Tổ trưởng", "tổ dân phố số 6, phường Hà An")]),
            ("Trưởng bản Huổi Lóng", [("Trưởng bản", "bản Huổi Lóng")]),
            ("Trưởng phòng Phòng Nội vụ huyện", [("Trưởng phòng", "Phòng Nội vụ huyện")]),
            ("BT Huyện ủy, CT HĐND huyện", [("Bí thư", "Huyện ủy"), ("Chủ tịch", "HĐND huyện")]),
            ("quyền Giám đốc Sở Y tế", [("quyền Giám đốc", "Sở Y tế")]),
            ("Bí thư Chi bộ kiêm Trưởng thôn Bãi Sậy", [("Bí thư", "Chi bộ"), ("Trưởng thôn", "thôn Bãi Sậy")]),
            ("Chủ tịch Quỹ vì trẻ em nghèo cho biết", [("Chủ tịch", "Quỹ vì trẻ em nghèo")]),
            (
                "Phó Vụ trưởng Vụ Đoàn thể, Ban Dân vận Trung ương",
                [("Phó Vụ trưởng", "Vụ Đoàn thể, Ban Dân vận Trung ương")],
            ),
            (
                "Chủ tịch HĐND tỉnh khóa XVI, Trưởng Đoàn ĐBQH tỉnh",
                [("Chủ tịch", "HĐND tỉnh"), ("Trưởng đoàn", "Đoàn ĐBQH tỉnh")],
            ),
        ],
    )
    def test_reads(self, text: str, expected: Offices) -> None:
        view = canonical(text, {})
        chain = grammar().chain(view, 0, len(view))
        assert [(o.title, " ".join(view[s:e] for s, e in o.organisation) or None) for o in chain] == expected

    @pytest.mark.parametrize("text", ["Trưởng các phòng", "ủy viên cùng dự", "đại biểu về dự", "cán bộ xã"])
    def test_is_none(self, text: str) -> None:
        assert grammar().chain(text, 0, len(text)) == []


class TestNames:
    """Where a name begins and ends."""

    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("Nguyễn Văn Bảy Phó Chủ tịch", "Nguyễn Văn Bảy"),
            ("Y Thanh Hà Niê Kđăm, Bí thư", "Y Thanh Hà Niê Kđăm"),
            ("H'Yim Kđoh - Phó", "H'Yim Kđoh"),
            ("Ka Să Ha Nhiếu là", "Ka Să Ha Nhiếu"),
            ("K’Brệp Đình nói", "K’Brệp Đình"),
            ("Chamaléa Thị Bích UBND tỉnh", "Chamaléa Thị Bích"),
            ("LÒ VĂN MUÔN, BÍ THƯ", "LÒ VĂN MUÔN"),
            ("Hà Nội, Thủ tướng", None),
            ("Phó Bí thư Tỉnh ủy", None),
            ("Hội Nông dân", None),
        ],
    )
    def test_reads(self, text: str, name: str | None) -> None:
        span = grammar().names.read(text, 0, len(text))
        assert (text[slice(*span)] if span else None) == name

    def test_an_honorific_allows_one_word(self) -> None:
        assert grammar().names.read("Hậu nói", 0, 7, sure=True) == (0, 3)
        assert grammar().names.read("Hậu nói", 0, 7) is None


class TestBeforeAName:
    """Office, organisation, name: where the place ends and the name begins."""

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            (
                "Chủ tịch UBND huyện Châu Thành Nguyễn Văn Bé ký.",
                {"Nguyễn Văn Bé": [("Chủ tịch", "UBND huyện Châu Thành")]},
            ),
            ("Chủ tịch UBND xã Trần Văn Cảnh ký.", {"Trần Văn Cảnh": [("Chủ tịch", "UBND xã")]}),
            ("Bí thư Thành ủy Hà Tĩnh Lê Văn Tư dự.", {"Lê Văn Tư": [("Bí thư", "Thành ủy Hà Tĩnh")]}),
            ("Trưởng thôn Khe Vàng Bàn Thị Mẩy kể.", {"Bàn Thị Mẩy": [("Trưởng thôn", "thôn Khe Vàng")]}),
            ("Bộ trưởng Quốc phòng Lê Văn Giang dự.", {"Lê Văn Giang": [("Bộ trưởng", "Bộ Quốc phòng")]}),
            ("Chủ tịch UBND tỉnh - đồng chí Lê Văn Tư dự.", {"Lê Văn Tư": [("Chủ tịch", "UBND tỉnh")]}),
            ("Tổng thống Hàn Quốc Park Geun-hye tới.", {"Park Geun-hye": [("Tổng thống", "Hàn Quốc")]}),
            ("Chủ tịch UBND tỉnh Bến Tre ký.", {}),
            ("Chủ tịch Hồ Chí Minh dạy.", {}),
        ],
    )
    def test_reads(self, text: str, expected: dict[str, Offices]) -> None:
        assert offices(text) == expected

    def test_the_last_office_of_a_chain_may_be_the_next_persons(self) -> None:
        text = "Dự có ông Lê Văn Tư - Chính ủy Bộ CHQS tỉnh, Bí thư Thành ủy Hà Tĩnh Hồ Thị Năm."
        assert offices(text) == {
            "Lê Văn Tư": [("Chính ủy", "Bộ CHQS tỉnh")],
            "Hồ Thị Năm": [("Bí thư", "Thành ủy Hà Tĩnh")],
        }


class TestContext:
    """What the neighbours and the article settle, and how mentions of one person are joined."""

    @pytest.mark.parametrize(
        ("text", "name", "expected"),
        [
            (
                "Bà Hà Thị Kim, Ủy viên Ban Thường vụ, Trưởng Ban Dân vận Huyện ủy dự.",
                "Hà Thị Kim", [("Ủy viên Ban Thường vụ", "Huyện ủy"), ("Trưởng Ban", "Ban Dân vận Huyện ủy")],
            ),
            ("Bà Hà Kim, Bí thư, Chủ tịch UBND xã.", "Hà Kim", [("Bí thư", "Đảng ủy xã"), ("Chủ tịch", "UBND xã")]),
            ("Ở bản Pá Ban có ông Lò Văn Ín, Trưởng bản, rất nhiệt tình.", "Lò Văn Ín", [("Trưởng bản", "bản Pá Ban")]),
            ("Bà Hà Thị Kim, TUV, dự.", "Hà Thị Kim", [("Tỉnh ủy viên", "Tỉnh ủy")]),
        ],
    )  # fmt: skip
    def test_completes_the_organisation(self, text: str, name: str, expected: Offices) -> None:
        fact = officials(text)[name]
        assert [(p.title, p.organisation) for p in fact.positions] == expected
        assert [key.endswith(".organisation") for key in fact.inferred] == [True]

    def test_joins_mentions_and_keeps_the_fuller_office(self) -> None:
        text = (
            "Đồng chí Lê Văn Tư, Phó Chủ tịch UBND tỉnh chủ trì.\n"
            "Đồng chí Lê Văn Tư, Tỉnh ủy viên, Phó Chủ tịch UBND tỉnh Hà Giang kết luận. Phó Chủ tịch Lê Văn Tư ký."
        )
        fact = officials(text)["Lê Văn Tư"]
        assert [(p.title, p.organisation) for p in fact.positions] == [
            ("Phó Chủ tịch", "UBND tỉnh Hà Giang"), ("Tỉnh ủy viên", "Tỉnh ủy"),
        ]  # fmt: skip
        for evidence in fact.evidence:
            for path, spans in evidence.fields.items():
                if path.endswith(".title"):
                    n = int(path.split(".")[1])
                    assert [fold(text[s:e]) for s, e in spans] == [fold(fact.positions[n].title)]
        assert len(fact.evidence) == 3

    def test_a_given_name_is_the_one_full_name_that_ends_in_it(self) -> None:
        text = "Ông Lê Văn Tư, Bí thư Tỉnh ủy dự. Ông Tư, Trưởng Đoàn ĐBQH tỉnh phát biểu."
        assert offices(text) == {"Lê Văn Tư": [("Bí thư", "Tỉnh ủy"), ("Trưởng đoàn", "Đoàn ĐBQH tỉnh")]}

    def test_a_bare_title_is_the_longer_one_beside_it(self) -> None:
        text = "Tại Phủ Chủ tịch, Chủ tịch nước Lê Văn Tư tiếp khách."
        assert offices(text) == {"Lê Văn Tư": [("Chủ tịch nước", None)]}

    def test_who_signs_a_document(self) -> None:
        text = "Nơi nhận: như trên.\nTM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH\nLê Văn Tư"
        assert offices(text) == {"Lê Văn Tư": [("Phó Chủ tịch", "ỦY BAN NHÂN DÂN")]}

    def test_former(self) -> None:
        fact = officials("Ông Lê Văn Tư, nguyên Bí thư Tỉnh ủy, Chủ tịch Hội Khuyến học tỉnh dự.")["Lê Văn Tư"]
        assert [p.former for p in fact.positions] == [True, False]

    def test_shared_offices(self) -> None:
        text = "Dự có các Phó Chủ tịch UBND tỉnh: Lê Văn Tư và Hồ Thị Năm; Vi Văn Sáu, Chánh án TAND tỉnh."
        assert offices(text) == {
            "Lê Văn Tư": [("Phó Chủ tịch", "UBND tỉnh")],
            "Hồ Thị Năm": [("Phó Chủ tịch", "UBND tỉnh")],
            "Vi Văn Sáu": [("Chánh án", "TAND tỉnh")],
        }

    @pytest.mark.parametrize(
        "text",
        [
            "Ông Lò Văn Inh, người dân bản Nà Sản, hiến đất.",
            "Nhà ở đường Nguyễn Huệ, Chủ tịch UBND phường đã đến kiểm tra.",
            "Trưởng Ban Dân vận các huyện ủy dự.",
            "Từ Hà Nội, Thủ tướng Chính phủ ra công điện.",
            "Ảnh: Lê Văn Tư",
        ],
    )
    def test_is_none(self, text: str) -> None:
        assert offices(text) == {}


class TestVocabularies:
    """A sentence for every row of the tables."""

    @staticmethod
    def _read(words: str) -> list[tuple[str, str | None]]:
        view = canonical(words, {})
        chain = grammar().chain(view, 0, len(view))
        return [(o.title, " ".join(view[s:e] for s, e in o.organisation) or None) for o in chain[:1]]

    def test_every_title(self) -> None:
        wrong = []
        written: set[str] = set()
        for row in pipe().rules.tables["titles"]:
            first = [] if row["title"] in written else [row["title"]]
            written.add(row["title"])
            for form in [*first, *row.forms("forms")]:
                words = f"{form} UBND tỉnh" if row["needs"] == "yes" else form
                if [fold(title) for title, _ in self._read(words)] != [fold(row["title"])]:
                    wrong.append((form, self._read(words)))
        assert wrong == []

    def test_every_body(self) -> None:
        wrong = []
        for row in pipe().rules.tables["bodies"]:
            for form in [row["body"], *row.forms("forms")]:
                read = self._read(f"Chủ tịch {form} X")
                if not read or not fold(read[0][1] or "").startswith(fold(form)):
                    wrong.append((form, read))
        assert wrong == []

    def test_every_level_goes_on_with_its_place(self) -> None:
        wrong = []
        for row in pipe().rules.tables["organisation-levels"]:
            for form in row.forms("forms"):
                place = "" if row["rank"] == "centre" else " Bình Minh"
                read = self._read(f"Chủ tịch Hội Nông dân {form}{place} nói")
                if not read or fold(read[0][1] or "") != fold(f"Hội Nông dân {form}{place}"):
                    wrong.append((form, read))
        assert wrong == []

    def test_every_word_goes_on_an_organisation(self) -> None:
        wrong = []
        for row in pipe().rules.tables["organisation-words"]:
            read = self._read(f"Giám đốc Trung tâm {row['words']} nói")
            if read != [("Giám đốc", canonical(f"Trung tâm {row['words']}", {}))]:
                wrong.append((row["words"], read))
        assert wrong == []

    def test_every_stop_ends_an_organisation(self) -> None:
        def read(row: Row) -> list[tuple[str, str | None]]:
            return self._read(f"Chủ tịch Quỹ nhân ái {row['word']} xyz")

        assert [
            row["word"]
            for row in pipe().rules.tables["organisation-stops"]
            if read(row) != [("Chủ tịch", "Quỹ nhân ái")]
        ] == []

    def test_every_honorific_stands_before_a_name(self) -> None:
        lines = [f"{row['form']} Lê Văn Tư, Bí thư Tỉnh ủy dự." for row in pipe().rules.tables["honorifics"]]
        rule = pipe().rules["officials.honorific-name-titles"]
        missed = [
            line for line in lines if (m := rule.regex.match(canonical(line, {}))) is None or m["name"] != "Lê Văn Tư"
        ]
        assert missed == []

    def test_every_surname_begins_a_name(self) -> None:
        rows = [row["surname"] for row in pipe().rules.tables["surnames"]]
        texts = [canonical(f"{s}Bảy Khuyếch" if s.endswith("'") else f"{s} Khuyếch", {}) for s in rows]
        missed = [text for text in texts if grammar().names.read(text, 0, len(text)) != (0, len(text))]
        assert missed == []


class TestAppointments:
    """Old and new offices of one person, offices given to others, shared offices before a list."""

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            (
                "Bổ nhiệm ông Lò Văn Pâng, Phó Chủ tịch UBND huyện, giữ chức vụ Phó Giám đốc Sở Y tế từ tháng 6.",
                {"Lò Văn Pâng": [("Phó Chủ tịch", "UBND huyện"), ("Phó Giám đốc", "Sở Y tế")]},
            ),
            (
                "Giao bà Lê Thị Tơ-Phó Giám đốc Sở Nội vụ giữ chức quyền Giám đốc Sở.",
                {"Lê Thị Tơ": [("Phó Giám đốc", "Sở Nội vụ"), ("quyền Giám đốc", "Sở Nội vụ")]},
            ),
            (
                "Anh Vi Văn Sơn, Đội trưởng Đội Vận động quần chúng của đồn hiện là Phó Bí thư Đảng ủy xã Na Ngoi.",
                {"Vi Văn Sơn": [("Đội trưởng", "Đội Vận động quần chúng"), ("Phó Bí thư", "Đảng ủy xã Na Ngoi")]},
            ),
            (
                "Dự có Hồ Minh Tú, Phó Bí thư, Chủ tịch UBND tỉnh và Trưởng Ban Dân vận Tỉnh ủy Vũ Thị Mến.",
                {
                    "Hồ Minh Tú": [("Phó Bí thư", "Tỉnh ủy"), ("Chủ tịch", "UBND tỉnh")],
                    "Vũ Thị Mến": [("Trưởng Ban", "Ban Dân vận Tỉnh ủy")],
                },
            ),
            (
                "Ông Lê Văn Hải, tân Bí thư Huyện ủy, phát biểu.",
                {"Lê Văn Hải": [("Bí thư", "Huyện ủy")]},
            ),
            (
                "Bà Lê Thị Tơ (Chủ tịch Hội LHPN tỉnh), ông Hồ Tám (Phó Chủ tịch) cùng dự.",
                {"Lê Thị Tơ": [("Chủ tịch", "Hội LHPN tỉnh")], "Hồ Tám": [("Phó Chủ tịch", "Hội LHPN tỉnh")]},
            ),
            (
                "Thiếu tướng Hồ Tám, Phó Tư lệnh, Tham mưu trưởng Quân khu 5 dự.",
                {"Hồ Tám": [("Phó Tư lệnh", "Quân khu 5"), ("Tham mưu trưởng", "Quân khu 5")]},
            ),
            ("Thay mặt Thường trực Tỉnh ủy, đồng chí Hồ Tám đề nghị ngành làm tốt hơn.", {}),
            ("Bà được bầu là Trưởng thôn Cao Hòa, xã Lũng Phìn.", {}),
            ("BÍ THƯ TỈNH ỦY LÊ VĂN HẢI THĂM, TẶNG QUÀ", {}),
            ("- Ông Lê Văn Hải: Phó Chủ tịch HĐND huyện;", {"Lê Văn Hải": [("Phó Chủ tịch", "HĐND huyện")]}),
            ("Ông Lê Văn Hải: Chủ tịch UBND tỉnh đã chỉ đạo việc này. Tôi tin như vậy.", {}),
        ],
    )
    def test_read(self, text: str, expected: dict[str, Offices]) -> None:
        assert offices(text) == expected

    def test_an_office_once_held_is_former(self) -> None:
        fact = officials("Ông Lê Văn Hải từng là Bí thư Huyện ủy Na Hang.")["Lê Văn Hải"]
        assert [p.former for p in fact.positions] == [True]


class TestRightEnds:
    """Where the name of a body ends."""

    @pytest.mark.parametrize(
        ("text", "end"),
        [
            ("Ủy ban Khoa học, công nghệ và môi trường của Quốc hội, sẽ về", "Quốc hội"),
            ("Vụ Thông tin đối ngoại và Hợp tác quốc tế, cho biết", "Hợp tác quốc tế"),
            ("CLB Phòng chống tội phạm phường Phú Hòa đã", "phường Phú Hòa"),
            ("Trung tâm Giống nông nghiệp Vĩnh Long", "Vĩnh Long"),
            ("Hội hữu nghị Việt Nam - Ấn Độ phát biểu", "Ấn Độ"),
            ("Đồn Biên phòng Bình Thạnh, thông tin, cùng với", "Bình Thạnh"),
            ("Ban biên tập dự thảo sửa đổi Điều lệ cho biết", "Điều lệ"),
            ("Công ty ô-tô Trường Sơn Việt Nam dự", "Việt Nam"),
            ("ban chấp hành công đoàn ngành Y tế", "ngành Y tế"),
        ],
    )
    def test_end(self, text: str, end: str) -> None:
        span = grammar().organisations.read(text, 0, len(text))
        assert span is not None
        assert text[: span[1]].endswith(end)
        assert span[1] == text.index(end) + len(end)


class TestNicknames:
    """A nickname gives way to the real name in parentheses behind it, nothing else does."""

    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("Ông Ba Đô (Nguyễn Văn Đô), Chủ tịch Hội Nông dân xã, kể.", "Nguyễn Văn Đô"),
            ("Bà Út Nhàn (tên thật Lê Thị Lài) - Trưởng ấp Cái Tràm, kể.", "Lê Thị Lài"),
            ("Ông Chín Lực (tức Mai Văn Hùng), Bí thư Chi bộ, kể.", "Mai Văn Hùng"),
            ("Ông Mai Văn Hùng (tức Chín Hùng), Bí thư Chi bộ, kể.", "Mai Văn Hùng"),
            ("Ông Mai Văn Hùng (Chín Hùng), Bí thư Chi bộ, kể.", "Mai Văn Hùng"),
            ("Ông Mai Văn Hùng (Hà Giang), Bí thư Chi bộ, kể.", "Mai Văn Hùng"),
        ],
    )
    def test_name(self, text: str, name: str) -> None:
        assert list(offices(text)) == [name]


class TestTaken:
    """Offices that are taken from their holders, or whose holder is dead, are former."""

    @pytest.mark.parametrize(
        "text",
        [
            "HĐND miễn nhiệm chức danh Phó Chủ tịch UBND huyện đối với ông Lê Văn Tư.",
            "HĐND bãi nhiệm Phó Chủ tịch UBND huyện đối với ông Lê Văn Tư.",
            "Cho thôi giữ chức vụ Phó Chủ tịch UBND huyện của ông Lê Văn Tư.",
            "Gia đình cố Phó Chủ tịch UBND huyện Lê Văn Tư được thăm hỏi.",
        ],
    )
    def test_former(self, text: str) -> None:
        positions = officials(text)["Lê Văn Tư"].positions
        assert [(p.title, p.organisation, p.former) for p in positions] == [("Phó Chủ tịch", "UBND huyện", True)]


class TestNeighbours:
    """Bodies that the next office, the next person or the article settles, and those that nothing does."""

    @pytest.mark.parametrize(
        ("text", "name", "expected"),
        [
            (
                "Ông Lê Văn Tư, Ủy viên Đoàn Chủ tịch, Phó Chủ tịch Tổng LĐLĐVN dự.",
                "Lê Văn Tư",
                [("Ủy viên Đoàn Chủ tịch", "Tổng LĐLĐVN"), ("Phó Chủ tịch", "Tổng LĐLĐVN")],
            ),
            (
                "Bà Hồ Thị Năm, Phó Chủ tịch - Tổng Thư ký Hội Nông dân Việt Nam dự.",
                "Hồ Thị Năm",
                [("Phó Chủ tịch", "Hội Nông dân Việt Nam"), ("Tổng Thư ký", "Hội Nông dân Việt Nam")],
            ),
            (
                "Bà Hồ Thị Năm được bầu làm Bí thư; ông Lê Văn Tư được bầu làm Phó Bí thư Đảng ủy xã.",
                "Hồ Thị Năm",
                [("Bí thư", "Đảng ủy xã")],
            ),
            (
                "Bà Hồ Thị Năm được bầu làm Chủ tịch. Ông Lê Văn Tư là Phó Chủ tịch Hội Nông dân xã.",
                "Hồ Thị Năm",
                [("Chủ tịch", None)],
            ),
            (
                "Ban Pháp chế HĐND tỉnh và Ban Dân tộc HĐND tỉnh họp.\nBà Hồ Thị Năm, Phó Trưởng ban, phát biểu.",
                "Hồ Thị Năm",
                [("Phó Trưởng Ban", None)],
            ),
            (
                "Ban Pháp chế HĐND tỉnh họp.\nBà Hồ Thị Năm, Phó Trưởng ban, phát biểu.",
                "Hồ Thị Năm",
                [("Phó Trưởng Ban", "Ban Pháp chế HĐND tỉnh")],
            ),
        ],
    )
    def test_body(self, text: str, name: str, expected: Offices) -> None:
        assert offices(text)[name] == expected


class TestUnlisted:
    """Bodies that no table lists, by their capitals alone."""

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("Bà Hồ Thị Năm, Giám đốc Sonvina, cho biết.", {"Hồ Thị Năm": [("Giám đốc", "Sonvina")]}),
            (
                "Ông Lê Văn Tư, Chủ tịch UBND xã Cổ Loa; ông Võ Ba, Chủ tịch Sonvina Miền Tây.",
                {"Lê Văn Tư": [("Chủ tịch", "UBND xã Cổ Loa")], "Võ Ba": [("Chủ tịch", "Sonvina Miền Tây")]},
            ),
            ("Bà Hồ Thị Năm, Phó Giám đốc, Sonvina.", {"Hồ Thị Năm": [("Phó Giám đốc", None)]}),
            (
                "Bà Hồ Thị Năm, Giám đốc Sở Y tế, Tổng Thư ký ASEAN Lê Văn Tư dự.",
                {"Hồ Thị Năm": [("Giám đốc", "Sở Y tế")], "Lê Văn Tư": [("Tổng Thư ký", "ASEAN")]},
            ),
            ("Ông Lê Văn Tư, đại biểu Quốc hội tỉnh Long An, nói.", {"Lê Văn Tư": [("Đại biểu", "Quốc hội")]}),
        ],
    )
    def test_body(self, text: str, expected: dict[str, Offices]) -> None:
        assert offices(text) == expected


class TestMixedAbbreviations:
    """Branches written half in words, half in capitals, before a person's name."""

    @pytest.mark.parametrize(
        "body",
        ["Nông nghiệp và PTNT", "Lao động, TB&XH", "Văn hóa, TT&DL", "Tài nguyên và MT", "Giáo dục và ĐT", "NN-MT"],
    )
    def test_name_behind(self, body: str) -> None:
        for head in ("Sở", "Phòng"):
            assert offices(f"Trao đổi với Giám đốc {head} {body} Đinh Vĩnh Phúc.") == {
                "Đinh Vĩnh Phúc": [("Giám đốc", f"{head} {body}")]
            }


#: A text and the offices that the words around settle.
AROUND: list[tuple[str, dict[str, Offices]]] = [
    ("Sở Tư pháp do đồng chí Lò Inh làm giám đốc sẽ lo.", {"Lò Inh": [("Giám đốc", "Sở Tư pháp")]}),
    ("Ủy ban MTTQ tỉnh, đứng đầu là Chủ tịch Siu Blơh, lo.", {"Siu Blơh": [("Chủ tịch", "Ủy ban MTTQ tỉnh")]}),
    (
        "Bà Vi Hà - Phó Chủ tịch UBND tỉnh (trước ngày 1/7 là Bí thư Huyện ủy Bắc Sơn) nói.",
        {"Vi Hà": [("Phó Chủ tịch", "UBND tỉnh"), ("Bí thư", "Huyện ủy Bắc Sơn")]},
    ),
    (
        "Đại hội bầu Ban Chấp hành Hội Nông dân xã gồm 15 người. Ông Lò Inh được bầu làm Chủ tịch.",
        {"Lò Inh": [("Chủ tịch", "Hội Nông dân xã")]},
    ),
    ("Đồn cử đồng chí Lò Inh về tăng cường làm Phó Bí thư Đảng ủy xã.", {"Lò Inh": [("Phó Bí thư", "Đảng ủy xã")]}),
    ("Trưởng bản Thao A Pó đến sớm.", {"Thao A Pó": [("Trưởng bản", None)]}),
    ("Giám đốc Công an tỉnh Vũ Hồng Văn đến sớm.", {"Vũ Hồng Văn": [("Giám đốc", "Công an tỉnh")]}),
    ("Đại tá Lê Sáu, Chủ nhiệm Kho K602 đọc.", {"Lê Sáu": [("Chủ nhiệm", "Kho K602")]}),
]


@pytest.mark.parametrize(("text", "expected"), AROUND)
def test_words_around_an_office(text: str, expected: dict[str, Offices]) -> None:
    assert offices(text) == expected


@pytest.mark.parametrize(
    "text", ["Khi ông Lò Inh còn là Bí thư Huyện ủy, đường xa.", "Ông Lò Inh thôi giữ chức Bí thư Huyện ủy."]
)
def test_offices_once_held(text: str) -> None:
    assert [p.former for p in officials(text)["Lò Inh"].positions] == [True]


@pytest.mark.parametrize(
    ("text", "name", "held"),
    [
        ("Giám đốc Sở Nội vụ Hà Nội, Mai Văn Sen vừa có công văn.", "Mai Văn Sen", [("Giám đốc", "Sở Nội vụ Hà Nội", False)]),
        ("Chủ tịch Trung Quốc Tập Cận Bình tới thăm.", "Tập Cận Bình", [("Chủ tịch", "Trung Quốc", False)]),
        ("Tỉnh giao Sở Y tế (bà Vi Hà, Giám đốc) làm.", "Vi Hà", [("Giám đốc", "Sở Y tế", False)]),
        ("Đồng chí Trần Ðình Tám, Bí thư Tỉnh ủy.", "Trần Ðình Tám", [("Bí thư", "Tỉnh ủy", False)]),
        ("Phó Bí thư Huyện ủy Đakrang Hồ Văn Sáu nói.", "Hồ Văn Sáu", [("Phó Bí thư", "Huyện ủy Đakrang", False)]),
        ("Ban Dân vận Tỉnh ủy giao ban công tác tháng, do bà Vi Hà, Trưởng ban chủ trì.", "Vi Hà", [("Trưởng Ban", "Ban Dân vận Tỉnh ủy", False)]),
        ("Bí thư Đảng ủy xã là ông Lò Inh, Chủ tịch UBND xã là bà Vi Hà.", "Vi Hà", [("Chủ tịch", "UBND xã", False)]),
        ("Bí thư Đảng ủy xã: ông Lò Inh; Phó Bí thư: bà Vi Hà.", "Lò Inh", [("Bí thư", "Đảng ủy xã", False)]),
        ("Ông Lò Inh, người Pa Cô, nguyên Phó Bí thư Tỉnh đoàn.", "Lò Inh", [("Phó Bí thư", "Tỉnh đoàn", True)]),
    ],
)  # fmt: skip
def test_names_by_what_stands_about_them(
    pipe: Pipeline, text: str, name: str, held: list[tuple[str, str, bool]]
) -> None:
    found = {
        f.name: [(p.title, p.organisation, p.former) for p in f.positions]
        for f in pipe(text).facts
        if f.kind == "official"
    }
    assert found.get(name) == held


@pytest.mark.parametrize(
    "text",
    [
        "Lò Inh - Giám đốc Sở Y tế, Mai Văn Sen cùng dự.",
        "Dự có Giám đốc Sở Y tế, Mai Văn Sen và bà con.",
        "Người ở đồn Na Cô Sa, Phó Bí thư Đảng ủy xã cũng đến.",
    ],
)
def test_names_of_no_office(pipe: Pipeline, text: str) -> None:
    assert {f.name for f in pipe(text).facts if f.kind == "official"} <= {"Lò Inh"}


class TestEndsOfBodies:
    """Zones of firms, schools named before, foreign parties, offices that are over."""

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            (
                "Trường THPT tư thục Hà Huy Tập giải thể. Thầy Lại Thế Nam, Hiệu trưởng nhà trường cho biết.",
                {"Lại Thế Nam": [("Hiệu trưởng", "Trường THPT tư thục Hà Huy Tập")]},
            ),
            (
                "Ông Chu Vĩnh Khang, cựu ủy viên Thường vụ Bộ chính trị đảng Cộng sản Trung Quốc nói.",
                {"Chu Vĩnh Khang": [("Ủy viên Ban Thường vụ", "Bộ chính trị đảng Cộng sản Trung Quốc")]},
            ),
            (
                "Đồng chí Thoonglun Sisulith, Phó Thủ tướng, Bộ trưởng Ngoại giao nước CHDCND Lào tới thăm.",
                {"Thoonglun Sisulith": [("Phó Thủ tướng", None), ("Bộ trưởng", "Bộ Ngoại giao nước CHDCND Lào")]},
            ),
        ],
    )
    def test_bodies(self, text: str, expected: dict[str, Offices]) -> None:
        assert offices(text) == expected

    def test_an_office_that_is_over(self) -> None:
        fact = officials("Chủ tịch ngân hàng Sao Mai, ông Lê Văn Tám, người đã thôi chức, vắng mặt.")["Lê Văn Tám"]
        assert fact.positions[0].former
