"""The spaCy side: a `Language` with underthesea's tokens, and one component that runs all rules.

`nlp.add_pipe("danvan")` works in anyone's pipeline, whatever its tokenizer: rules read the text, and what they find is
laid over the tokens that are there. `doc._.facts` are the facts, `doc._.article` the article, `doc._.reject` why there
is none; `doc.spans["danvan"]` holds every piece of evidence (labelled by kind, `id` the rule), widened to whole tokens;
`doc.ents` gets the evidence where other components left room. Offsets in facts are those of the text, always exact.
"""

from __future__ import annotations

import json
import shutil
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from extractor.article import Raw
from extractor.context import Context, Hint
from extractor.errors import InputError
from extractor.records import Article, Fact, fact_from_line, to_line
from extractor.tokenizer import NAME

if TYPE_CHECKING:
    from extractor.pipeline import Pipeline

#: Where a doc keeps its article, facts and reject, as lines of JSON, so that it can be saved like any other.
_ARTICLE, _FACTS, _REJECT = "danvan.article", "danvan.facts", "danvan.reject"
#: What a saved component consists of: the digest of its rules, and rules of the user's own.
_SAVED, _RULES = "danvan.json", "rules"
#: Colours of the kinds for displaCy (spaCy finds them by an entry point).
COLORS = {
    "date": "#ffe08a", "document": "#a8d8ff", "official": "#c9f0c1", "indicator": "#ffc2b3", "program": "#e0c8ff",
}  # fmt: skip


def _facts(doc: Doc) -> list[Fact]:
    return [fact_from_line(line) for line in doc.user_data.get(_FACTS, ())]


def _article(doc: Doc) -> Article | None:
    line = doc.user_data.get(_ARTICLE)
    return Article.model_validate_json(line) if line else None


def _reject(doc: Doc) -> str | None:
    reason = doc.user_data.get(_REJECT)
    return None if reason is None else str(reason)


def register() -> None:
    """Make `doc._.facts`, `doc._.article`, `doc._.reject` and `doc._.raw` known to spaCy."""
    Doc.set_extension("facts", getter=_facts, force=True)
    Doc.set_extension("article", getter=_article, force=True)
    Doc.set_extension("reject", getter=_reject, force=True)
    if not Doc.has_extension("raw"):
        Doc.set_extension("raw", default=None)


register()


class Facts:
    """The component: sentences, spans, entities and facts of a `Doc`.

    Metadata that the text does not hold may be set beforehand: `doc._.raw = {"published": "2021-01-15"}`. `spans_key`
    names the spans of the evidence, `ner_key` those that the NER model proposes (None: the model is not asked for
    them); `entities` tells whether `doc.ents` is to have the evidence.
    """

    def __init__(
        self, rules: str | None = None, *, drafts: bool = False, spans_key: str = "danvan", ner_key: str | None = None,
        entities: bool = True, pipe: Pipeline | None = None,
    ) -> None:  # fmt: skip
        self.rules = rules
        self.drafts = drafts
        self.spans_key = spans_key
        self.ner_key = ner_key
        self.entities = entities
        self._pipe = pipe

    @property
    def pipeline(self) -> Pipeline:
        """The rules' pipeline, loaded on first use. (Its name is not `pipe`: spaCy takes that for a method.)"""
        if self._pipe is None:
            from extractor.pipeline import load  # the pipeline builds this component: imported when it is needed

            self._pipe = load(self.rules, drafts=self.drafts)
        return self._pipe

    def __call__(self, doc: Doc) -> Doc:
        """Set sentences (where there are none), spans, entities and facts on the doc.

        A text that is no article (an empty one) has no facts and says why in `doc._.reject`.
        """
        raw, doc._.raw = _raw(doc), None
        try:
            result = self.pipeline.run(raw)
        except InputError as error:
            doc.spans[self.spans_key] = []
            doc.user_data[_FACTS], doc.user_data[_REJECT] = [], str(error)
            return doc
        context = result.context
        assert context is not None
        if not doc.has_annotation("SENT_START"):
            _set_sentences(doc, context)
        if self.ner_key is not None:
            hints = [hint for sentence in context.sentences for hint in context.hints_in(sentence)]
            doc.spans[self.ner_key] = [s for hint in hints if (s := _hint_span(doc, hint, context)) is not None]
        evidence = [
            span
            for fact in result.facts
            for e in fact.evidence
            if (span := doc.char_span(e.start, e.end, label=fact.kind, span_id=e.rule, alignment_mode="expand"))
            is not None
        ]
        doc.spans[self.spans_key] = evidence
        if self.entities:
            taken = {i for entity in doc.ents for i in range(entity.start, entity.end)}
            free = [span for span in evidence if taken.isdisjoint(range(span.start, span.end))]
            doc.ents = (*doc.ents, *filter_spans(free))
        doc.user_data[_FACTS] = [to_line(fact) for fact in result.facts]
        doc.user_data[_ARTICLE] = to_line(result.article)
        return doc

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_pipe": None}  # another process loads the rules from what is kept, faster than this

    def to_disk(self, path: str | Path, **_: Any) -> None:
        """Save the digest of the rules and, where there are any, the user's own rules with their data."""
        folder = Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        told = {"rules": self.pipeline.rules.digest, "drafts": self.drafts}
        (folder / _SAVED).write_text(json.dumps(told), encoding="utf-8")
        if self.rules is not None and Path(self.rules).resolve() != (folder / _RULES).resolve():
            shutil.rmtree(folder / _RULES, ignore_errors=True)
            shutil.copytree(self.rules, folder / _RULES, ignore=_other_files)

    def from_disk(self, path: str | Path, **_: Any) -> Facts:
        """Load what `to_disk` saved; warns where the shipped rules are not those that it was saved with."""
        folder = Path(path)
        if (folder / _RULES).is_dir():
            self.rules, self._pipe = str(folder / _RULES), None
        told = json.loads((folder / _SAVED).read_text(encoding="utf-8"))
        if told["rules"] != self.pipeline.rules.digest:
            message = "danvan: the rules are not those that this pipeline was saved with; it may find other facts"
            warnings.warn(message, UserWarning, stacklevel=2)
        return self


def _other_files(folder: str, names: list[str]) -> list[str]:
    """What in a folder of rules is none: hidden files, and all but YAML, CSV and folders."""
    return [n for n in names if n.startswith(".") or not (Path(folder, n).is_dir() or n.endswith((".yaml", ".csv")))]


def _raw(doc: Doc) -> Raw:
    """The input that a doc is: its text, and what was said of it."""
    given = doc._.raw
    if isinstance(given, Raw):
        return given
    if isinstance(given, Mapping):
        from extractor.pipeline import as_raw

        return as_raw({**given, "text": doc.text}, 1)
    return Raw(doc.text)


def _hint_span(doc: Doc, hint: Hint, context: Context) -> Span | None:
    start, end = context.view.to_source(hint.start, hint.end)
    return doc.char_span(start, end, label=hint.label, alignment_mode="expand")


def _set_sentences(doc: Doc, context: Context) -> None:
    starts = {context.view.to_source(*span)[0] for span in context.sentences}
    for token in doc:
        token.is_sent_start = token.i == 0 or token.idx in starts


@Language.factory(
    "danvan",
    default_config={"rules": None, "drafts": False, "spans_key": "danvan", "ner_key": None, "entities": True},
    assigns=["doc._.facts", "doc._.article", "doc.spans", "doc.ents"],
)
def make(
    nlp: Language, name: str, rules: str | None, drafts: bool, spans_key: str, ner_key: str | None, entities: bool
) -> Facts:  # fmt: skip
    """The component for anyone's pipeline: `nlp.add_pipe("danvan")`."""
    return Facts(rules, drafts=drafts, spans_key=spans_key, ner_key=ner_key, entities=entities)


def build(pipe: Pipeline) -> Language:
    """A spaCy pipeline of underthesea's tokenizer and the component, with the rules of `pipe`."""
    nlp = spacy.blank("xx", config={"nlp": {"tokenizer": {"@tokenizers": NAME}}})
    config = {"rules": pipe.rules.folder, "drafts": pipe.drafts, "ner_key": "ner"}
    component = nlp.add_pipe("danvan", config=config)
    assert isinstance(component, Facts)
    component._pipe = pipe
    return nlp
