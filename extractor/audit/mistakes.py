"""The errors of an evaluation, each with the sentence that it is about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from extractor.audit.evaluate import Evaluation
from extractor.audit.gold import PART_OF, Entry
from extractor.audit.outputs import Output
from extractor.audit.passages import Passage, Passages, one_line, output_text
from extractor.audit.verdicts import Score, Verdict

#: What one line of each kind is made of.
_LINE_OF: dict[Score, str] = {
    **{part: kind for kind, part in PART_OF.items()},  # type: ignore[misc]
    "positions": "position",
    "open_indicators": "indicator",
}


@dataclass(frozen=True)
class Mistake:
    """A fact that was found wrongly or missed: its verdict, what it says, its passage where it is known."""

    verdict: Verdict
    said: str
    passage: Passage | None

    def as_data(self) -> dict[str, Any]:
        """The mistake as JSON-ready data."""
        verdict, passage = self.verdict, self.passage
        return {
            "kind": verdict.score, "article_id": verdict.article, "outcome": verdict.outcome,
            "rule": None if verdict.outcome == "missed" else verdict.rule,
            "fact_id": None if verdict.fact is None else verdict.fact.get("id"), "said": self.said,
            "gold": verdict.gold, "found": _fields(verdict.found),
            "sentence": None if passage is None else passage.sentence,
            "marked": None if passage is None else list(passage.place),
            "start": None if passage is None else passage.start, "end": None if passage is None else passage.end,
        }  # fmt: skip


def mistakes(evaluation: Evaluation, output: Output) -> Iterator[Mistake]:
    """The mistakes of an evaluation, in the order of its errors."""
    passages = Passages()
    gold_texts = {article.id: article.text for article in evaluation.gold}
    known: dict[str, str | None] = {}
    for verdict in evaluation.errors:
        own = evaluation.ids.get(verdict.article, verdict.article)
        texts = (output_text(output, own, known), gold_texts[verdict.article])
        if verdict.fact is not None:
            passage = passages.of_evidence(verdict.fact, texts)
        else:
            passage = passages.of_words(_words(verdict.person or verdict.gold or {}), texts)
        yield Mistake(verdict, _said(verdict), passage)


def _said(verdict: Verdict) -> str:
    line = one_line(_LINE_OF[verdict.score], verdict.gold or verdict.found or {})
    return line if verdict.person is None else f"{verdict.person.get('name')}: {line}"


def _words(entry: Entry) -> list[str]:
    """What gold writes of a fact that may stand in the article, the surest first."""
    return [str(entry[name]) for name in ("text", "name", "code", "label") if entry.get(name)]


def _fields(found: Entry | None) -> dict[str, Any] | None:
    """A found fact without what its evidence tells."""
    if found is None:
        return None
    told = ("schema", "id", "kind", "article_id", "inferred", "confidence", "evidence")
    return {name: value for name, value in found.items() if name not in told}
