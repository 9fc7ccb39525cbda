"""Line breaks inside a paragraph: which are read over, and that evidence stays on one line."""

from __future__ import annotations

import pytest

from extractor.article import Raw, read_article
from extractor.pipeline import Pipeline
from extractor.text import View

#: Lines of prose as a page wrapped at one width has them.
WRAPPED = [
    "Sáng nay, Hội Nông dân huyện Kim Sơn mở hội nghị bàn việc trồng rừng ven",
    "biển và dọn kênh, có chị em các chi hội, dân quân, cựu chiến binh cùng",
    "góp công; lãnh đạo xã và nhiều đoàn viên cũng ra đồng từ sớm để bà con",
    "yên lòng. Đến dự có Phó Chủ tịch UBND huyện kiêm Trưởng Ban Chỉ đạo huyện",
    "Nguyễn Văn Lâm.",
]


def lines(pipe: Pipeline, text: str) -> list[str]:
    """The lines of the body as the rules read them."""
    _, context = read_article(Raw(text), pipe.rules)
    return [context.view.text[line.start : line.end] for line in context.page.lines]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Theo ông Lê Văn Sáu - PCT Hội", "Cựu chiến binh huyện, việc đã xong."),
        ("Xã làm theo Quyết định số", "22/QĐ-UBND của UBND huyện."),
        ("Cả huyện góp công làm đường từ năm", "2015 đến nay."),
        ("Nhân dân toàn xã góp được gần bốn tỷ đồng", "và hơn nghìn ngày công."),
        ("Tới dự có bà con trong xã và đồng chí", "Hồ Văn Sáu, Bí thư Đảng ủy xã."),
        ("Tỷ lệ hộ nghèo của huyện còn 5,3%,", "12 xã không còn hộ đói."),
    ],
)
def test_read_on(pipe: Pipeline, first: str, second: str) -> None:
    assert lines(pipe, f"{first}\n{second}") == [f"{first} {second}"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Nhân dân toàn xã góp được gần bốn tỷ đồng.", "cả xã mừng."),
        ("Nhân dân toàn xã góp được gần bốn tỷ đồng", "Cả xã mừng vui."),
        ("Nhân dân toàn xã góp được gần bốn tỷ đồng", "- và hơn nghìn ngày công."),
        ("Nhân dân toàn xã góp được gần bốn tỷ đồng", "a) xã Kim Tân."),
        ("Trang chủ", "tin tức"),
        ("PHÓ CHỦ TỊCH ỦY BAN NHÂN DÂN VÀ", "Lê Văn Sáng"),
        ("Kim ngạch hai con số", "Ngày 25/6/2026, huyện họp."),
        ("Huyện | Số xã | Số hộ nghèo còn lại của", "Kim Sơn | 25 | 120"),
        ("Nhân dân toàn xã góp được gần bốn tỷ đồng", "\nvà hơn nghìn ngày công."),
    ],
)
def test_left_apart(pipe: Pipeline, first: str, second: str) -> None:
    assert len(lines(pipe, f"{first}\n{second}")) == 2


def test_wrapped_page(pipe: Pipeline) -> None:
    assert lines(pipe, "\n".join(WRAPPED)) == [" ".join(WRAPPED)]
    assert len(lines(pipe, "\n".join([*WRAPPED[:2], "", *WRAPPED[4:]]))) == 2


def test_evidence_on_one_line(pipe: Pipeline) -> None:
    text = (
        "Xã làm theo Quyết định số\r\n22/QĐ-UBND ngày\n  3/4/2019 của UBND tỉnh; bà Lò Thị Thu - PCT Hội\nNông dân xã."
    )
    facts = pipe(text).facts
    document = next(f for f in facts if f.kind == "document")
    official = next(f for f in facts if f.kind == "official")
    assert (document.code, document.issued, document.issuer) == ("22/QĐ-UBND", "2019-04-03", "UBND tỉnh")
    assert [p.organisation for p in official.positions] == ["Hội Nông dân xã"]
    for evidence in (e for f in facts for e in f.evidence):
        assert evidence.text == text[evidence.start : evidence.end] and "\n" not in evidence.text
        pieces = [text[start:end] for spans in evidence.fields.values() for start, end in spans]
        assert all(piece == piece.strip() and "\n" not in piece for piece in pieces)
    told = official.evidence[0].fields["positions.0.organisation"]
    assert [text[start:end] for start, end in told] == ["Hội", "Nông dân xã"]


def test_joined_view_maps_back() -> None:
    view = View("Hoà\r\n  bình\u00a0 xanh")
    at = view.text.index("\n")
    joined = view.joined([(at, at + 2)])
    assert joined.text == "Hòa bình xanh" and joined.surface == "Hoà bình xanh"
    assert view.source[slice(*joined.to_source(4, 8))] == "bình"
    assert joined.line_number(4) == 2 and joined.line_number(0) == 1
    assert [view.source[s:e] for s, e in joined.paragraphs(0, len(view.source))] == ["Hoà", "bình\u00a0 xanh"]
