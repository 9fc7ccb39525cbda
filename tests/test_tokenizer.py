"""underthesea's words as a lossless spaCy Doc."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.vocab import Vocab

from extractor.segmentation import align, word_spans
from extractor.tokenizer import UndertheseaTokenizer

TOKENIZER = UndertheseaTokenizer(Vocab())
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
vietnamese = st.lists(
    st.sampled_from(
        ["Hoà Bình", "công tác dân vận", "16/CT-TTg", "Ðảng", " ", "\n", "12,5%", "  ", "T.Ư", "“", "e\u0302\u0301"]
    ),
    max_size=15,
).map("".join)


@settings(max_examples=60, deadline=None)
@given(st.one_of(texts, vietnamese))
def test_the_text_is_kept_to_the_character(text: str) -> None:
    assert TOKENIZER(text).text == text


@settings(max_examples=40, deadline=None)
@given(vietnamese)
def test_no_word_crosses_a_line(text: str) -> None:
    doc = TOKENIZER(text)
    assert not [t for t in doc if "\n" in t.text and t.text.strip()]
    assert [t.text for t in doc if t.text.strip()] == [text[s:e] for s, e in word_spans(text)]


@pytest.mark.parametrize(
    "text", ["Hoà Bình và Ðảng bộ", "Uỷ ban\u00a0nhân dân", "", " ", "\r\n a", "x" * 4500, "dài " * 1500]
)
def test_letters_are_unchanged(text: str) -> None:
    assert TOKENIZER(text).text == text


def test_words_are_vietnamese_words() -> None:
    words = [t.text for t in TOKENIZER("Ban Dân vận Tỉnh ủy tổ chức hội nghị")]
    assert "tổ chức" in words
    assert "hội nghị" in words


def test_it_can_be_sent_to_another_process() -> None:
    again = pickle.loads(pickle.dumps(TOKENIZER))
    assert again("Hội nghị dân vận").text == "Hội nghị dân vận"
    assert TOKENIZER.to_bytes() == b""


def test_a_wrong_segmentation_falls_back_to_white_space() -> None:
    assert list(align("một hai", ["một hai ba"], 5)) == [(5, 8), (9, 12)]
