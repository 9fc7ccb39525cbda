"""Blanks that scraping lost are set again in the view, and nowhere else."""

import pytest

import extractor
from extractor.glued import LONGEST, is_syllable, lost_blanks
from extractor.text import View


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("HuyệnCần Giờ", "Huyện Cần Giờ"),
        ("đồng chíNGUYỄN VĂN AN", "đồng chí NGUYỄN VĂN AN"),
        ("GSNguyễn Lân, UBNDtỉnh", "GS Nguyễn Lân, UBND tỉnh"),
        ("đồng.HuyệnYên Định", "đồng.Huyện Yên Định"),
        ("464công trình, 40năm", "464 công trình, 40 năm"),
        ("hơn 5.800tỷđồng, tiếp", "hơn 5.800 tỷ đồng, tiếp"),
        ("số59/2015/QĐ-TTg ngày19/11", "số 59/2015/QĐ-TTg ngày 19/11"),
        ("trongđó bình quânđã tăng", "trong đó bình quân đã tăng"),
    ],
)
def test_a_lost_blank_is_set_again(written, read):
    view = View(written).joined(lost_blanks(written))
    assert view.surface == read
    assert view.to_source(0, len(read)) == (0, len(written))
    for word in read.replace(",", "").split():
        at = read.index(word)
        start, end = view.to_source(at, at + len(word))
        assert written[start:end] == word


@pytest.mark.parametrize(
    "text",
    [
        "VietJet, VietinBank, iPhone, YouTube, ThS, TPHCM, HĐND, QĐND",
        "10km, 36ha, 20h30, 12m2, K602, QL1A, 5G, tr.đ, 3.000đ",
        "H’Mông, Xơđăng, Êđê, KRông Búk, BHốk, HMông",
        "https://bao.vn/tin-TứcMới/ngày12 tin@NinhBình.vn",
        "đuợc, nghiêng, khuỷu, quyết, người, giữa",
        "x" * LONGEST + "ầu" * LONGEST + "Đông",
    ],
)
def test_what_only_looks_glued_stays(text):
    assert lost_blanks(text) == []


def test_a_long_run_without_a_blank_is_read_once():
    assert lost_blanks("đạtĐ" * 50_000) == []


@pytest.mark.parametrize(
    ("word", "may"), [("nghĩa", True), ("đắk", True), ("việt", True), ("viet", False), ("à", False)]
)
def test_what_may_be_a_syllable(word, may):
    assert is_syllable(word) is may


def test_facts_of_a_glued_text_are_tied_to_the_very_characters():
    text = "Sáng12/3/2019, đồng chíPhạm Thị Lan, Bí thư Huyện ủyYên Châu, dự lễ. Năm2018, xã huy động 12tỷđồng."
    facts = extractor.load()(text, id="glued").facts
    for fact in facts:
        for evidence in fact.evidence:
            assert text[evidence.start : evidence.end] == evidence.text
    official = next(fact for fact in facts if fact.kind == "official")
    assert (official.name, official.positions[0].organisation) == ("Phạm Thị Lan", "Huyện ủy Yên Châu")
    funds = next(fact for fact in facts if fact.kind == "indicator")
    assert (funds.value, funds.unit, funds.period) == (12, "tỷ đồng", "2018")
