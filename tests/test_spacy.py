"""danvan in anyone's spaCy pipeline: found by entry points, over any tokenizer, saved and loaded, in several processes."""

import importlib
import json
import os
import subprocess
import sys
import tomllib

import pytest
import spacy
from conftest import ROOT
from spacy import displacy
from spacy.tokens import Doc, DocBin

import extractor.component  # noqa: F401 — as the entry points do it, where danvan is installed
from extractor.records import to_line

TEXT = (
    "Sáng 15/01/2021, UBND tỉnh Ninh Thuận ban hành Quyết định số 3235/QĐ-UBND.\n"
    "Ông Nguyễn Văn An, Chủ tịch UBND tỉnh, cho biết tỷ lệ hộ nghèo còn 3,2%."
)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


class Characters:
    """A tokenizer that makes every character a token."""

    def __init__(self, vocab):
        self.vocab = vocab

    def __call__(self, text):
        return Doc(self.vocab, words=list(text), spaces=[False] * len(text))


class Clumps(Characters):
    """One that makes tokens of up to 40 characters, which begin and end anywhere."""

    def __call__(self, text):
        words = [text[i : i + 40] for i in range(0, len(text), 40)]
        return Doc(self.vocab, words=words, spaces=[False] * len(words))


def blank(name):
    """An empty pipeline with a tokenizer of its own."""
    if name == "vi":  # spaCy's own would want pyvi
        tokenizer = {"@tokenizers": "spacy.vi.VietnameseTokenizer", "use_pyvi": False}
        return spacy.blank("vi", config={"nlp": {"tokenizer": tokenizer}})
    nlp = spacy.blank("en" if name == "en" else "xx")
    if name in ("characters", "clumps"):
        nlp.tokenizer = {"characters": Characters, "clumps": Clumps}[name](nlp.vocab)
    return nlp


@pytest.fixture(scope="module")
def expected(pipe):
    return [to_line(fact) for fact in pipe(TEXT).facts]


class TestAnyPipeline:
    @pytest.mark.parametrize("name", ["xx", "en", "vi", "characters", "clumps"])
    def test_same_facts_over_any_tokens(self, name, pipe, expected):
        nlp = blank(name)
        nlp.add_pipe("danvan")._pipe = pipe
        doc = nlp(TEXT)
        assert doc.text == TEXT and [to_line(fact) for fact in doc._.facts] == expected != []
        evidence = [e for fact in doc._.facts for e in fact.evidence]
        assert [doc.text[e.start : e.end] for e in evidence] == [e.text for e in evidence]
        spans = list(doc.spans["danvan"])
        assert len(spans) == len(evidence)
        for span, e in zip(spans, evidence, strict=True):
            assert span.start_char <= e.start < e.end <= span.end_char and span.id_ == e.rule
            assert name != "characters" or span.text == e.text

    def test_next_to_other_components(self, pipe, expected):
        """Sentences and entities that others made stay as they are."""
        nlp = spacy.blank("xx")
        nlp.add_pipe("sentencizer", config={"punct_chars": [","]})
        ruler = nlp.add_pipe("entity_ruler")
        ruler.add_patterns([{"label": "PLACE", "pattern": "Ninh Thuận"}, {"label": "NUMBER", "pattern": "3235"}])
        before = nlp(TEXT)
        nlp.add_pipe("danvan")._pipe = pipe
        doc = nlp(TEXT)
        assert [s.text for s in doc.sents] == [s.text for s in before.sents]
        kept = [e for e in doc.ents if e.label_.isupper()]
        assert [(e.text, e.label_) for e in kept] == [(e.text, e.label_) for e in before.ents] != []
        assert {e.label_ for e in doc.ents} - {"PLACE", "NUMBER"} == {"date", "official", "indicator"}
        assert {s.label_ for s in doc.spans["danvan"]} == {"date", "document", "official", "indicator"}
        assert [to_line(fact) for fact in doc._.facts] == expected

    def test_configuration(self, pipe):
        nlp = spacy.blank("xx")
        nlp.add_pipe(
            "danvan", name="facts", config={"spans_key": "sc", "entities": False, "ner_key": "names"}
        )._pipe = pipe
        doc = nlp(TEXT)
        assert doc.spans["sc"] and doc.spans["names"] and not doc.ents and "danvan" not in doc.spans

    def test_what_is_no_article(self, pipe):
        nlp = spacy.blank("xx")
        nlp.add_pipe("danvan")._pipe = pipe
        found = list(nlp.pipe(["", "  \n", TEXT]))
        assert [len(doc._.facts) > 0 for doc in found] == [False, False, True]
        assert found[0]._.reject == "article: the text is empty" and found[0]._.article is None
        assert found[2]._.reject is None and found[2]._.article.text == TEXT

    def test_metadata(self, pipe):
        nlp = spacy.blank("xx")
        nlp.add_pipe("danvan")._pipe = pipe
        doc = nlp.make_doc("Sáng 8/7, họp.")
        doc._.raw = {"published": "2024-07-10", "id": 17}
        doc = nlp(doc)
        assert [f.value for f in doc._.facts] == ["2024-07-08"] and doc._.article.id == "17"


class TestFourUses:
    def test_displacy(self, pipe):
        from extractor.component import COLORS

        nlp = spacy.blank("xx")
        nlp.add_pipe("danvan")._pipe = pipe
        doc = nlp(TEXT)
        page = displacy.render(doc, style="ent", options={"colors": COLORS}, jupyter=False)
        assert page.count("<mark") == len(doc.ents) and COLORS["document"] in page
        spans = displacy.render(doc, style="span", options={"spans_key": "danvan", "colors": COLORS}, jupyter=False)
        assert "official" in spans and COLORS["official"] in spans

    def test_docbin(self, pipe, expected):
        nlp = spacy.blank("xx")
        nlp.add_pipe("danvan")._pipe = pipe
        saved = DocBin(store_user_data=True, docs=[nlp(TEXT)]).to_bytes()
        (again,) = DocBin(store_user_data=True).from_bytes(saved).get_docs(spacy.blank("xx").vocab)
        assert [to_line(fact) for fact in again._.facts] == expected and again.spans["danvan"]

    def test_to_disk_and_back(self, pipe, expected, tmp_path):
        nlp = spacy.blank("xx")
        nlp.add_pipe("danvan")._pipe = pipe
        nlp.to_disk(tmp_path / "model")
        again = spacy.load(tmp_path / "model")
        assert [to_line(fact) for fact in again(TEXT)._.facts] == expected
        saved = tmp_path / "model" / "danvan" / "danvan.json"
        saved.write_text(json.dumps({"rules": "others", "drafts": False}), encoding="utf-8")
        with pytest.warns(UserWarning, match="not those"):
            spacy.load(tmp_path / "model")

    def test_own_rules_are_saved_along(self, tmp_path):
        rules = tmp_path / "rules"
        rules.mkdir()
        (rules / "mine.yaml").write_text(
            "- {id: dates.day-month-year, status: deprecated, kind: date, description: tắt}\n", encoding="utf-8"
        )
        (rules / "notes.txt").write_text("not saved", encoding="utf-8")
        nlp = spacy.blank("xx")
        nlp.add_pipe("danvan", config={"rules": str(rules)})
        before = [to_line(fact) for fact in nlp(TEXT)._.facts]
        nlp.to_disk(tmp_path / "model")
        (rules / "mine.yaml").unlink()
        rules.joinpath("notes.txt").unlink()
        rules.rmdir()
        again = spacy.load(tmp_path / "model")
        assert [to_line(fact) for fact in again(TEXT)._.facts] == before
        assert [p.name for p in (tmp_path / "model" / "danvan" / "rules").iterdir()] == ["mine.yaml"]

    def test_several_processes(self, pipe, expected):
        nlp = spacy.blank("xx")
        nlp.add_pipe("danvan")._pipe = pipe
        texts = [TEXT, "", *(f"Ngày {n}/3/2021, xã số {n} họp." for n in range(1, 8))]
        alone = list(nlp.pipe(texts))
        together = list(nlp.pipe(texts, n_process=2, batch_size=2))
        assert [[to_line(f) for f in doc._.facts] for doc in together] == [
            [to_line(f) for f in doc._.facts] for doc in alone
        ]
        assert [to_line(f) for f in together[0]._.facts] == expected and together[1]._.reject
        assert [list(map(str, doc.spans["danvan"])) for doc in together] == [
            list(map(str, doc.spans["danvan"])) for doc in alone
        ]

    def test_own_pipeline_saved(self, pipe, expected, tmp_path):
        pipe.nlp.to_disk(tmp_path / "nlp")
        again = spacy.load(tmp_path / "nlp")
        assert [t.text for t in again(TEXT)] == [t.text for t in pipe.nlp(TEXT)]
        assert [to_line(fact) for fact in again(TEXT)._.facts] == expected


class TestEntryPoints:
    @pytest.mark.parametrize(("group", "name"), [("spacy_factories", "danvan"), ("spacy_displacy_colors", "danvan"),
                                                 ("spacy_tokenizers", "danvan.underthesea.v1")])  # fmt: skip
    def test_declared(self, group, name):
        module, _, attribute = PROJECT["entry-points"][group][name].partition(":")
        assert getattr(importlib.import_module(module), attribute)

    def test_without_importing_anything(self, tmp_path):
        """A program that knows only spaCy: the installed package's entry points are enough."""
        made = tmp_path / "danvan-0.0.0.dist-info"
        made.mkdir()
        (made / "METADATA").write_text("Metadata-Version: 2.1\nName: danvan\nVersion: 0.0.0\n")
        groups = {group: PROJECT["entry-points"][group] for group in PROJECT["entry-points"]}
        told = "".join(
            f"[{g}]\n" + "".join(f"{k} = {v}\n" for k, v in entries.items()) for g, entries in groups.items()
        )
        (made / "entry_points.txt").write_text(told)
        program = (
            "import spacy, sys\n"
            "nlp = spacy.blank('xx'); nlp.add_pipe('danvan')\n"
            "doc = nlp('Ngày 15/01/2021, UBND tỉnh ban hành Quyết định số 3235/QĐ-UBND.')\n"
            "print([(e.text, e.label_) for e in doc.ents], len(doc._.facts))\n"
            "from spacy import displacy; print('#a8d8ff' in displacy.render(doc, style='ent', jupyter=False))\n"
        )
        env = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}", "PYTHONIOENCODING": "utf-8"}
        done = subprocess.run(
            [sys.executable, "-c", program], env=env, capture_output=True, encoding="utf-8", check=False
        )
        lines = done.stdout.splitlines()
        assert lines == ["[('Ngày 15/01/2021', 'date'), ('Quyết định số 3235/QĐ-UBND', 'document')] 2", "True"], (
            done.stderr
        )
