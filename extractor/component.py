"""The spaCy side: a `Language` with underthesea's tokens, and one component that runs all rules.

`doc._.facts` are the facts, `doc._.article` the article, `doc.spans["facts"]` every piece of evidence (labelled by
kind, `id` the rule), `doc.spans["ner"]` what the NER model proposed, `doc.ents` the evidence without overlaps.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from extractor.article import Raw
from extractor.context import Context, Hint
from extractor.records import Article, Fact, fact_from_line, to_line
from extractor.tokenizer import UndertheseaTokenizer

if TYPE_CHECKING:
    from extractor.pipeline import Pipeline

#: Where a doc keeps its article and facts, as lines of JSON, so that it can be saved like any other.
_ARTICLE, _FACTS = "danvan.article", "danvan.facts"


def _facts(doc: Doc) -> list[Fact]:
    return [fact_from_line(line) for line in doc.user_data.get(_FACTS, ())]


def _article(doc: Doc) -> Article | None:
    line = doc.user_data.get(_ARTICLE)
    return Article.model_validate_json(line) if line else None


def register() -> None:
    """Make `doc._.facts`, `doc._.article` and `doc._.raw` known to spaCy."""
    Doc.set_extension("facts", getter=_facts, force=True)
    Doc.set_extension("article", getter=_article, force=True)
    if not Doc.has_extension("raw"):
        Doc.set_extension("raw", default=None)


register()


class Facts:
    """The component: sentences, NER hints, rules and facts of a `Doc`.

    Metadata that the text does not hold may be set beforehand: `doc._.raw = Raw(text, published="2021-01-15")`.
    """

    def __init__(self, rules: str | None = None, *, drafts: bool = False, pipe: Pipeline | None = None) -> None:
        self.rules = rules
        self.drafts = drafts
        self._pipe = pipe

    @property
    def pipe(self) -> Pipeline:
        """The rules' pipeline, loaded on first use."""
        if self._pipe is None:
            from extractor.pipeline import load  # the pipeline builds this component: imported when it is needed

            self._pipe = load(self.rules, drafts=self.drafts)
        return self._pipe

    def __call__(self, doc: Doc) -> Doc:
        """Set sentences, spans, entities and facts on the doc."""
        result = self.pipe.run(doc._.raw or Raw(doc.text))
        doc._.raw = None
        context = result.context
        assert context is not None
        _set_sentences(doc, context)
        hints = [hint for sentence in context.sentences for hint in context.hints_in(sentence)]
        doc.spans["ner"] = [span for hint in hints if (span := _hint_span(doc, hint, context)) is not None]
        evidence = [
            span
            for fact in result.facts
            for e in fact.evidence
            if (span := doc.char_span(e.start, e.end, label=fact.kind, span_id=e.rule, alignment_mode="expand"))
            is not None
        ]
        doc.spans["facts"] = evidence
        doc.ents = filter_spans(evidence)
        doc.user_data[_FACTS] = [to_line(fact) for fact in result.facts]
        doc.user_data[_ARTICLE] = to_line(result.article)
        return doc

    def to_disk(self, path: str | Path, **_: Any) -> None:
        """Nothing to save: the rules are named in the pipeline's configuration."""

    def from_disk(self, path: str | Path, **_: Any) -> Facts:
        """Nothing to load."""
        return self


def _hint_span(doc: Doc, hint: Hint, context: Context) -> Span | None:
    start, end = context.view.to_source(hint.start, hint.end)
    return doc.char_span(start, end, label=hint.label, alignment_mode="expand")


def _set_sentences(doc: Doc, context: Context) -> None:
    starts = {context.view.to_source(*span)[0] for span in context.sentences}
    for token in doc:
        token.is_sent_start = token.i == 0 or token.idx in starts


@Language.factory("danvan", default_config={"rules": None, "drafts": False})
def make(nlp: Language, name: str, rules: str | None, drafts: bool) -> Facts:
    """The component for anyone's pipeline: `nlp.add_pipe("danvan")`."""
    return Facts(rules, drafts=drafts)


def build(pipe: Pipeline) -> Language:
    """A spaCy pipeline of underthesea's tokenizer and the component, with the rules of `pipe`."""
    nlp = spacy.blank("xx")
    nlp.tokenizer = UndertheseaTokenizer(nlp.vocab)
    component = nlp.add_pipe("danvan", config={"rules": pipe.rules.folder, "drafts": pipe.drafts})
    assert isinstance(component, Facts)
    component._pipe = pipe
    return nlp
