"""The pipeline from Python: results, streams, spaCy, and promises that hold for any text."""

import pickle

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc, DocBin

import extractor
from extractor.article import Raw
from extractor.records import fact_from_line, to_line

TEXT = "Hội nghị tổng kết.\nNgày 14/01/2021, đồng chí Lê Văn An, Bí thư Tỉnh ủy Phú Thọ, dự họp theo Quyết định số 12/QĐ-UBND."

PIECES = st.sampled_from(
    [
        "Ngày 14/01/2021",
        "ngày 5-9",
        "đồng chí Lê Văn An, Bí thư Tỉnh ủy",
        "Quyết định số 12/QĐ-UBND ngày 3/2/2020",
        "tỷ lệ hộ nghèo giảm 1,41% còn 5,33%",
        "GRDP tăng 7,36%",
        "mô hình “Dân vận khéo”",
        "\xa0",
        "\u200b",
        "\n",
        "\r\n",
        "  ",
        "hoà̀",
        "Ð",
        "🙂",
        "ế",
        "“",
        "”",
        "./.",
        "giai đoạn 2016 - 2021",
    ]
)
ANY = st.lists(
    st.one_of(PIECES, st.text(st.characters(exclude_categories=["Cs"]), max_size=8)), min_size=1, max_size=12
).map(" ".join)


def test_result(pipe):
    result = pipe(TEXT, published="2021-01-15")
    assert result.article.published == "2021-01-15" and result.article.published_from == "input"
    assert {f.kind for f in result.facts} >= {"date", "official", "document"}
    assert result.article.facts == len(result.facts)


@given(ANY)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_grounded(pipe, text):
    if not text.strip():
        return
    result = pipe(text, published="2021-06-01")
    for fact in result.facts:
        assert fact_from_line(to_line(fact)) == fact
        for e in fact.evidence:
            assert text[e.start : e.end] == e.text and e.text.strip() == e.text != ""
            assert not {"\n", "\r"} & set(e.text)
            for spans in e.fields.values():
                assert all(0 <= s < t <= len(text) for s, t in spans)


def test_the_same_twice(pipe):
    assert [to_line(f) for f in pipe(TEXT).facts] == [to_line(f) for f in pipe(TEXT).facts]


def test_stream_in_order(pipe):
    inputs = [{"id": str(n), "text": f"Ngày {n}/3/2020, họp."} for n in range(1, 29)]
    one = [(r.article.id, [to_line(f) for f in r.facts]) for r in pipe.stream(inputs)]
    two = [(r.article.id, [to_line(f) for f in r.facts]) for r in pipe.stream(inputs, workers=2)]
    assert one == two and [i for i, _ in one] == [str(n) for n in range(1, 29)]


@pytest.mark.parametrize("bad", ["", "  \n", "vỡ \ud800 chữ"])
def test_no_article(pipe, bad):
    with pytest.raises(extractor.InputError):
        pipe(bad)


def test_picklable(pipe):
    again = pickle.loads(pickle.dumps(pipe))
    assert again._prepared is None  # what was prepared here is not prepared there
    assert [to_line(f) for f in again(TEXT).facts] == [to_line(f) for f in pipe(TEXT).facts]


class TestSpacy:
    def test_doc(self, pipe):
        doc = pipe.nlp(TEXT)
        assert doc.text == TEXT
        assert [to_line(f) for f in doc._.facts] == [to_line(f) for f in pipe(TEXT).facts]
        assert {s.label_ for s in doc.spans["danvan"]} >= {"date", "document", "official"}
        assert "ner" in doc.spans and doc.ents and len(list(doc.sents)) >= 2

    def test_metadata(self, pipe):
        doc = pipe.nlp.make_doc("Sáng 8/7, họp.")
        doc._.raw = Raw(doc.text, published="2024-07-10")
        values = [f.value for f in pipe.nlp(doc)._.facts if f.kind == "date"]
        assert values == ["2024-07-08"]

    def test_docbin_and_displacy(self, pipe):
        from spacy import displacy

        doc = pipe.nlp(TEXT)
        saved = DocBin(store_user_data=True, docs=[doc]).to_bytes()
        (again,) = DocBin(store_user_data=True).from_bytes(saved).get_docs(pipe.nlp.vocab)
        assert again._.facts == doc._.facts and [e.text for e in again.ents] == [e.text for e in doc.ents]
        assert "document" in displacy.render(doc, style="ent", jupyter=False)

    def test_saved_pipeline(self, pipe, tmp_path):
        pipe.nlp.to_disk(tmp_path / "nlp")
        assert (tmp_path / "nlp" / "config.cfg").exists()

    def test_anyones_pipeline(self, pipe):
        import spacy

        nlp = spacy.blank("xx")
        nlp.add_pipe("danvan")
        doc = nlp(TEXT)
        assert isinstance(doc, Doc) and [f.id for f in doc._.facts] == [f.id for f in pipe(TEXT).facts]
