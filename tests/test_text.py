"""The view: every span maps to a source slice whose normal form is the span."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.text import INVISIBLE, View, canonical, fold, unaccented

SPELLING = {"tỉ": "tỷ", "kĩ": "kỹ", "đăk": "đắk"}
WORDS = [
    "Hoà",
    "hội nghị",
    "Ủy ban",
    "thuỷ",
    "Đảng",
    "Ðảng",
    "đổi mới",
    "quý",
    "tỉ đồng",
    "12,5%",
    "14/01/2021",
    "“Dân vận”",
]
GAPS = [" ", "  ", "\n", "\r\n", "\r", "\u00a0", "\u200b", " \u00ad", "\t", "\u2028", "\ufeff ", "\u3000"]
#: Vietnamese as it is scraped: composed or not, with odd spaces and what cannot be seen.
scraped = st.lists(
    st.tuples(st.sampled_from(WORDS), st.sampled_from(["NFC", "NFD"]), st.sampled_from(GAPS)), max_size=12
).map(lambda parts: "".join(unicodedata.normalize(form, word) + gap for word, form, gap in parts))
#: Anything at all but surrogates, with Vietnamese marks and odd spaces more often than chance has them.
anything = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from("aăâeêoơuưđĐÐ\u0301\u0300\u0323\u0302\u031b \u00a0\r\n\u200b\u00ad"),
    ),
    max_size=40,
)
texts = st.one_of(scraped, anything)


def normal(text: str) -> str:
    return View(text).surface


@given(texts)
def test_surface_is_normal(text: str) -> None:
    surface = normal(text)
    assert unicodedata.is_normalized("NFC", surface)
    assert "  " not in surface
    assert not set(surface) & set("\r\u2028\u00a0\tÐ")
    assert not any(c in surface for c in "\u200b\u00ad\ufeff\u200d")


@given(texts)
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = View(text, SPELLING)
    assert View(once.surface, SPELLING).surface == once.surface
    assert View(once.text, SPELLING).text == once.text


@given(texts)
def test_text_is_as_long_as_the_surface(text: str) -> None:
    view = View(text, SPELLING)
    assert len(view.text) == len(view.surface)
    assert [c.isspace() for c in view.text] == [c.isspace() for c in view.surface]


@settings(max_examples=200)
@given(scraped, st.data())
def test_a_span_comes_from_the_characters_that_say_it(text: str, data: st.DataObject) -> None:
    view = View(text)
    if not view.surface:
        return
    start = data.draw(st.integers(0, len(view.surface) - 1))
    end = data.draw(st.integers(start + 1, len(view.surface)))
    first, last = view.to_source(start, end)
    assert 0 <= first < last <= len(text)
    assert normal(text[first:last]) == view.surface[start:end]


@given(anything, st.data())
def test_spans_of_any_text_keep_their_order_and_bounds(text: str, data: st.DataObject) -> None:
    view = View(text)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(view.surface)), min_size=3, max_size=3)))
    a, b = view.to_source(cuts[0], cuts[1])
    c, d = view.to_source(cuts[1], cuts[2])
    assert 0 <= a <= b <= len(text)
    assert 0 <= c <= d <= len(text)
    assert a <= c
    if cuts[0] < cuts[1] < cuts[2] and view.surface[cuts[1] - 1].isalnum() and view.surface[cuts[1]].isalnum():
        assert b <= c


@given(scraped)
def test_the_whole_is_the_whole(text: str) -> None:
    view = View(text)
    if view.surface:
        first, last = view.to_source(0, len(view.surface))
        assert not text[:first].strip(INVISIBLE + "\u200b\u00ad\ufeff")
        assert not text[last:].strip("\u200b\u00ad\ufeff")


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("Hoà Bình, Thuỷ, khoẻ, xoè, luỹ", "Hòa Bình, Thủy, khỏe, xòe, lũy"),
        ("HOÀ THUỶ", "HÒA THỦY"),
        ("quý, quỷ, quỳnh", "quý, quỷ, quỳnh"),
        ("hoàn, toán, khoảng, thuyền", "hoàn, toán, khoảng, thuyền"),
        ("3 tỉ, Tỉ lệ, TỈ", "3 tỷ, Tỷ lệ, TỶ"),
        ("tỉnh, kĩnh", "tỉnh, kĩnh"),
        ("2016 – 2020 — nay − 5", "2016 - 2020 - nay - 5"),
        ("«Dân vận»", "“Dân vận”"),
        ("11-QÐi/TW", "11-QĐi/TW"),
        ("a\u0302\u0301 e\u200b\u0301", "ấ é"),
        ("x\u00a0 \u200b y", "x y"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
    ],
)
def test_one_form_for_each_word(source: str, text: str) -> None:
    assert View(source, SPELLING).text == text


def test_quotes_are_as_written() -> None:
    view = View("Uỷ ban\u00a0  nhân\ndân")
    assert view.quote(0, len(view.surface)) == "Uỷ ban nhân dân"


def test_an_empty_span_is_empty_in_the_source_too() -> None:
    view = View("a\u200b\u200bb  c")
    assert all(s == e for s, e in (view.to_source(i, i) for i in range(len(view.surface) + 1)))


@pytest.mark.parametrize(
    ("one", "other"),
    [("Hoà  bình", "HÒA BÌNH"), ("Ðảng", "đảng"), ("06 – NQ", "06 - nq"), (unicodedata.normalize("NFD", "Ủy"), "uỷ")],
)
def test_fold_meets(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_fold_keeps_words_apart() -> None:
    assert fold("Hòa") != fold("Hỏa")
    assert unaccented("Phạm Văn Hậu") == unaccented("PHAM VAN HAU") == "pham van hau"


def test_canonical_swaps_whole_words_only() -> None:
    assert canonical("tỉ tỉnh Tỉ", SPELLING) == "tỷ tỉnh Tỷ"


def test_a_tone_on_the_letter_behind_its_own():
    """“hôị”, “ngươì” are read as they are meant; “thuở”, “tiêu”, “quý”, “khuỷu” stay; quotes are as written."""
    view = View("Hiệp hôị, HIỆP HÔỊ, ngươì, giưã, biêủ, câù, cưú; thuở tiêu quý khuỷu tùy Hạ Uyên")
    assert view.text == "Hiệp hội, HIỆP HỘI, người, giữa, biểu, cầu, cứu; thuở tiêu quý khuỷu tùy Hạ Uyên"
    assert view.quote(5, 8) == "hôị"
