"""Builds the pipeline: an article goes in, its facts come out.

`load()` gives a `Pipeline`; its `nlp` is an ordinary spaCy `Language` whose one component runs all rules.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from extractor import compiled, snapshot
from extractor.article import Raw, read_article
from extractor.assembly import assemble, merge
from extractor.candidates import Candidate, candidates
from extractor.context import Context, Hint
from extractor.errors import InputError, UsageError
from extractor.facts import RESOLVERS
from extractor.loading import load_rules
from extractor.matcher import Dropped, Outcome, find
from extractor.placing import placed
from extractor.records import Article, Fact, Kind
from extractor.rules import RuleSet
from extractor.starts import Starts
from extractor.text import Span

if TYPE_CHECKING:
    import pandas as pd
    from spacy.language import Language

#: What `Pipeline.stream` takes: a text, a raw input, or a mapping with at least `text`.
Input: TypeAlias = str | Raw | Mapping[str, Any]
#: Told, for each kind, what its rules matched and the candidates before context completes them (for audits).
Watch: TypeAlias = Callable[[Kind, Outcome, list[Candidate]], None]


@dataclass(frozen=True)
class Result:
    """An article and its facts.

    `context` holds what the passes worked on and `dropped` what they let go; both stay in the process that made them.
    """

    article: Article
    facts: list[Fact]
    context: Context | None = field(default=None, repr=False)
    dropped: list[Dropped] = field(default_factory=list, repr=False)

    def to_pandas(self, table: str = "facts") -> pd.DataFrame:
        """The facts as a DataFrame (extra `pandas`), or another table: `indicators`, `evidence`, … (`frames.py`)."""
        from extractor.frames import frame_of

        return frame_of(self, table)


class Pipeline:
    """Reads articles with one set of rules. Cheap to pickle; safe to use from several threads."""

    #: The kinds that are read, each with the facts of those before it.
    kinds: tuple[Kind, ...] = tuple(RESOLVERS)
    #: What `prepare` gave; nothing in a pipeline that came to another process.
    _prepared: int | None = None

    def __init__(self, rules: RuleSet, *, drafts: bool = False) -> None:
        self.rules = rules
        self.drafts = drafts

    def __call__(
        self, text: str, *, published: str | None = None, title: str | None = None, url: str | None = None,
        id: str | None = None, source: str = "-",
    ) -> Result:  # fmt: skip
        """The facts of one text. `published` is an ISO date; raises `InputError` for a text that is none."""
        return self.run(Raw(text, source, id, url, title, published))

    def run(self, raw: Raw, *, timeout: float | None = None, watch: Watch | None = None) -> Result:
        """The facts of one input; after `timeout` seconds an `InputError` of stage `timeout`."""
        article, context = read_article(raw, self.rules)
        context.deadline = None if timeout is None else time.monotonic() + timeout
        context.tagger = _hints
        context.measured = self.rules.measured
        facts, dropped = self.extract(article, context, watch)
        if raw.places:
            facts = [placed(fact, raw.places) for fact in facts]
        article = article.model_copy(update={"facts": len(facts), "warnings": list(dict.fromkeys(context.warnings))})
        return Result(article, facts, context, dropped)

    def extract(
        self, article: Article, context: Context, watch: Watch | None = None
    ) -> tuple[list[Fact], list[Dropped]]:
        """Match and resolve all kinds in their order; `context` is left with the drafts of every kind."""
        dropped: list[Dropped] = []
        context.starts = self._starts.find(context.view.text)
        for kind in self.kinds:
            outcome = find(self._active[kind], context)
            dropped.extend(outcome.dropped)
            found = candidates(outcome.matches, context, dropped)
            if watch is not None:
                watch(kind, outcome, found)
            context.drafts[kind] = merge(RESOLVERS[kind](found, context))
        drafts = [draft for kind in self.kinds for draft in context.drafts[kind]]
        return assemble(drafts, context.view, article.id), dropped

    @cached_property
    def _active(self) -> dict[Kind, tuple[Any, ...]]:
        return {kind: self.rules.of(kind, drafts=self.drafts) for kind in RESOLVERS}

    @cached_property
    def _starts(self) -> Starts:
        return Starts({rule.id: rule.beginning for rules in self._active.values() for rule in rules})

    def prepare(self) -> int:
        """Build what articles need, before the first one comes: gives how many facts were read to that end."""
        if self._prepared is None:
            text = "\n".join(example.text for rule in self.rules.rules for example in rule.examples[:1])
            try:
                article, context = read_article(Raw(text), self.rules)  # without a tagger: no model is loaded for it
                self._prepared = len(self.extract(article, context)[0])
            except InputError:
                self._prepared = 0
        return self._prepared

    def stream(self, articles: Iterable[Input], *, workers: int = 1) -> Iterator[Result]:
        """The results of many inputs, in their order, whatever the number of worker processes."""
        if workers < 1:
            raise UsageError("workers must be at least 1")
        raws = (as_raw(item, number) for number, item in enumerate(articles, 1))
        if workers == 1:
            yield from map(self.run, raws)
            return
        from extractor.workers import in_order  # processes only where they are asked for

        for _, outcome in in_order(self, raws, workers):
            if isinstance(outcome, Exception):
                raise outcome
            yield Result(*outcome)

    @cached_property
    def nlp(self) -> Language:
        """An ordinary spaCy pipeline: `doc.ents`, `doc.spans`, `doc._.facts`."""
        from extractor.component import build

        return build(self)

    def __getstate__(self) -> dict[str, Any]:
        return {"rules": self.rules, "drafts": self.drafts}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)


def _hints(text: str, sentences: Iterable[Span]) -> list[Hint]:
    """The NER hints of some sentences; the tagger is loaded when they are first asked for."""
    from extractor import ner

    return ner.hints(text, sentences)


def as_raw(item: Input, number: int) -> Raw:
    """An input of `Pipeline.stream` as a `Raw`; `number` names those that do not name themselves."""
    if isinstance(item, Raw):
        return item
    if isinstance(item, str):
        return Raw(item, source=str(number))
    known = {k: v for k, v in item.items() if k in Raw.__slots__ and k not in ("repairs", "places") and v is not None}
    if not isinstance(known.get("text"), str):
        raise UsageError(f"input {number} has no text")
    given: dict[str, Any] = {k: v if k == "text" else str(v) for k, v in known.items()}
    return replace(Raw("", source=str(number)), **given)


def load(rules: str | Path | None = None, *, drafts: bool = False) -> Pipeline:
    """The pipeline with the shipped rules, and those of a folder over them; raises `RulesError`.

    `drafts` lets rules of status `draft` fire.
    """
    pipe = Pipeline(load_rules(rules), drafts=drafts)
    compiled.known(prepared_name(pipe.rules), pipe.prepare)
    compiled.keep(pipe.rules.digest)
    return pipe


def prepared_name(rules: RuleSet) -> str:
    """Under what it is kept that the vocabularies that articles need are: they are those of the tables."""
    return f"prepared {snapshot.name(rules.tables_digest)}"
