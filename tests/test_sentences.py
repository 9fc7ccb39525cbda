"""Where sentences end, and where a full stop ends none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import extractor
from extractor.sentences import CLAUSE, abbreviations, sentence_spans


@pytest.fixture(scope="module")
def short(pipe: extractor.Pipeline) -> frozenset[str]:
    return abbreviations(pipe.rules.tables)


@pytest.mark.parametrize(
    "sentences",
    [
        ["Xã họp sáng nay.", "Dân đồng tình."],
        ["Tại TP. Vinh, đ/c. Lê Nam và ThS. Hà phát biểu.", "Ông nói: “Tốt.”", "Sau đó về."],
        ["Nghị quyết T.Ư 7 đã rõ.", "Kết quả đạt 12.5%.", "Năm 2020, có 1.250 hộ."],
        ["Kinh tế phát triển./.", "Văn Tiến"],
        ["Có ba xã...", "Các xã khác đạt."],
        ["nâng cao... chất lượng"],
        ["1. Mục tiêu chung.", "2. Nhiệm vụ."],
        ["Họp ngày 14.1.2022.", "Hội nghị bàn ba việc."],
        ["Chi bộ thôn 5.", "Đến nay có 30 hộ."],
        ["Bắt đầu từ năm 2020.", "5 xã đạt chuẩn.", "100% hộ có điện."],
        ["Có 1. 250 hộ nghèo."],
        ["Bà Nguyễn Thị H.", "Theo công an, việc này đã rõ."],
        ["UBND H. Tân Hồng và Q. 1 đã họp."],
        ["trồng lúa, ngô, v.v.", "Các xã đều làm."],
        ["Bạn có biết?", "Không!", "Tại sao?"],
        ["bệnh nhân A. đã khỏi."],
        ["PGS.TS. Nguyễn Hà trình bày."],
        ["KT. CHỦ TỊCH PHÓ CHỦ TỊCH"],
        ["tăng 4,2%.", "Trong đó có lúa."],
        ["Việc này “rất tốt”.", "Ông Nam nói vậy."],
    ],
)
def test_sentences(sentences: list[str], short: frozenset[str]) -> None:
    text = " ".join(sentences)
    assert [text[s:e] for s, e in sentence_spans(text, 0, len(text), short)] == sentences


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Họp hội nghị.Toàn cảnh hội nghị", "Họp hội nghị."),
        ("đạt 99,3%.Ông Nam nói", "đạt 99,3%."),
        ("ở TP.Hà Nội họp", "ở TP.Hà Nội họp"),
    ],
)
def test_a_lost_space(text: str, first: str, short: frozenset[str]) -> None:
    start, end = next(sentence_spans(text, 0, len(text), short))
    assert text[start:end] == first


def test_every_abbreviation_of_the_table_ends_no_sentence(short: frozenset[str]) -> None:
    assert len(short) > 50
    for word in short:
        text = f"theo {word}. Nam Hà đã họp."
        assert len(list(sentence_spans(text, 0, len(text), short))) == 1, word


@given(st.text(st.sampled_from('aA1.!?…”" ()Đđ/'), max_size=60))
def test_sentences_lie_apart_and_leave_only_blanks_out(text: str) -> None:
    spans = list(sentence_spans(text, 0, len(text)))
    done = 0
    for start, end in spans:
        assert done <= start < end
        assert not text[done:start].strip()
        done = end
    assert not text[done:].strip()


def test_a_clause_ends_at_a_semicolon(pipe: extractor.Pipeline) -> None:
    text = "GRDP tăng 7%; thu ngân sách đạt 5 tỷ, trong đó nội địa 3 tỷ"
    assert [m[0] for m in CLAUSE.finditer(text)] == [";", ", "]
    context = pipe(text).context
    assert next(text[s:e].strip() for s, e in context.clauses) == "GRDP tăng 7%"
