"""`danvan evaluate`: how right an output is, held against gold: for each kind, field and rule, with every error.

Figures are counted from `verdicts`. What articles are like differs more than what facts are like, so the intervals are
percentiles of a bootstrap that draws whole articles (Efron and Tibshirani 1993, chapter 13).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from extractor.audit.gold import GoldArticle
from extractor.audit.outputs import Output
from extractor.audit.verdicts import SCORES, Score, Verdict, verdicts
from extractor.errors import UsageError

#: Draws of the bootstrap, the seed of all of them, and the share of draws inside an interval, in percent.
DRAWS, SEED, INSIDE = 2000, 20260101, 95.0
#: Decimals of every figure told.
DECIMALS = 4

#: (low, high) of precision, recall and F1.
Intervals = Mapping[str, tuple[float, float]]
_MEASURES = ("precision", "recall", "f1")


@dataclass(frozen=True)
class Figures:
    """The figures of one kind: facts found rightly and wrongly, facts missed; (right, judged) values of each field."""

    true: int
    wrong: int
    missed: int
    fields: Mapping[str, tuple[int, int]]

    @property
    def precision(self) -> float:
        """The share of found facts that are right; 1 where nothing was found."""
        return float(_measures(np.array([self.true, self.wrong, self.missed]))[0])

    @property
    def recall(self) -> float:
        """The share of gold's facts that were found; 1 where gold has none."""
        return float(_measures(np.array([self.true, self.wrong, self.missed]))[1])

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall; 0 where both are."""
        return float(_measures(np.array([self.true, self.wrong, self.missed]))[2])

    def share(self, name: str) -> float:
        """The share of a field's judged values that are right."""
        right, judged = self.fields[name]
        return right / judged


@dataclass(frozen=True)
class RuleFigures:
    """What one rule found of one kind; a rule of None stands for what no rule found.

    `spared` facts are neither right nor wrong: optional, open, or told before.
    """

    score: Score
    rule: str | None
    true: int
    wrong: int
    missed: int
    spared: int

    @property
    def precision(self) -> float | None:
        """The share of its judged facts that are right, None where none was judged."""
        judged = self.true + self.wrong
        return self.true / judged if judged else None


@dataclass(frozen=True)
class Evaluation:
    """An output held against gold.

    `left_out` counts facts of articles that are not in gold; `ids` says what the output calls gold's articles.
    """

    gold: Sequence[GoldArticle]
    verdicts: Sequence[Verdict]
    facts: int
    left_out: int
    ids: Mapping[str, str]

    @cached_property
    def figures(self) -> Mapping[Score, Figures]:
        """The figures of every kind."""
        outcomes = Counter((v.score, v.outcome) for v in self.verdicts)
        fields: dict[Score, dict[str, list[bool]]] = {score: {} for score in SCORES}
        for verdict in self.verdicts:
            for name, right in verdict.fields.items():
                fields[verdict.score].setdefault(name, []).append(right)
        return {
            score: Figures(
                outcomes[score, "true"], outcomes[score, "wrong"], outcomes[score, "missed"],
                {name: (sum(rights), len(rights)) for name, rights in fields[score].items()},
            )
            for score in SCORES
        }  # fmt: skip

    @cached_property
    def intervals(self) -> Mapping[Score, Intervals]:
        """What precision, recall and F1 could have been with other articles of the same sort."""
        place = {article.id: number for number, article in enumerate(self.gold)}
        column = {"true": 0, "wrong": 1, "missed": 2}
        counts = np.zeros((len(place), len(SCORES), len(column)), dtype=np.int64)
        for v in self.verdicts:
            if v.outcome in column:
                counts[place[v.article], SCORES.index(v.score), column[v.outcome]] += 1
        low, high = bootstrap(counts)
        return {
            score: {
                name: (round(float(low[i, j]), DECIMALS), round(float(high[i, j]), DECIMALS))
                for j, name in enumerate(_MEASURES)
            }
            for i, score in enumerate(SCORES)
        }

    @cached_property
    def rules(self) -> list[RuleFigures]:
        """The figures of every rule that found something, by kind, the most often wrong first; what none found last."""
        outcomes = Counter((v.score, None if v.outcome == "missed" else v.rule, v.outcome) for v in self.verdicts)
        found = [
            RuleFigures(
                score, rule, *(outcomes[score, rule, outcome] for outcome in ("true", "wrong", "missed", "spared"))
            )
            for score, rule in {(score, rule) for score, rule, _ in outcomes}
        ]
        return sorted(found, key=lambda r: (SCORES.index(r.score), r.rule is None, -r.wrong, -r.true, r.rule or ""))

    @property
    def errors(self) -> Iterator[Verdict]:
        """What was found wrongly or missed, by kind, then in the order of the articles."""
        wrong = [v for v in self.verdicts if v.outcome in ("wrong", "missed")]
        return iter(sorted(wrong, key=lambda v: SCORES.index(v.score)))


def evaluate(gold: Sequence[GoldArticle], output: Output) -> Evaluation:
    """Hold an output against gold; raises `UsageError` where none of its facts is of a gold article.

    Articles are known by id; where no id of the output is gold's, by their text.
    """
    ids = {article.id: article.id for article in gold}
    if not ids.keys() & set(output.ids):
        ids = _ids_by_text(gold, output) or ids
    left_out = output.count - sum(len(output.facts[i].offsets) for i in set(ids.values()) if i in output.facts)
    if output.count and left_out == output.count:
        raise UsageError(
            f"{output.path}: all {output.count} facts are of articles that are not among the {len(gold)} of gold"
        )
    judged = [v for article in gold for v in verdicts(article, output.facts_of(ids.get(article.id, article.id)))]
    return Evaluation(gold, judged, output.count, left_out, ids)


def as_data(evaluation: Evaluation, digest: str) -> dict[str, Any]:
    """An evaluation as JSON-ready data; `digest` is that of its gold. Shares have four decimals."""
    kinds: dict[str, Any] = {}
    for score, figures in evaluation.figures.items():
        kinds[score] = {
            "precision": round(figures.precision, DECIMALS), "recall": round(figures.recall, DECIMALS),
            "f1": round(figures.f1, DECIMALS), "tp": figures.true, "fp": figures.wrong, "fn": figures.missed,
            "interval": {name: list(ends) for name, ends in evaluation.intervals[score].items()},
            "fields": {
                name: {"share": round(figures.share(name), DECIMALS), "right": right, "judged": judged}
                for name, (right, judged) in figures.fields.items()
            },
        }  # fmt: skip
    rules = [
        {
            "kind": rule.score, "rule": rule.rule, "tp": rule.true, "fp": rule.wrong, "fn": rule.missed,
            "spared": rule.spared, "precision": None if rule.precision is None else round(rule.precision, DECIMALS),
        }
        for rule in evaluation.rules
    ]  # fmt: skip
    return {
        "gold": {"articles": len(evaluation.gold), "digest": digest},
        "facts": evaluation.facts, "left_out": evaluation.left_out, "kinds": kinds, "rules": rules,
    }  # fmt: skip


def _ids_by_text(gold: Sequence[GoldArticle], output: Output) -> dict[str, str]:
    """Gold id → the output's id of the article with the same text."""
    named: dict[str, str] = {}
    for article_id, line in output.articles.items():
        named.setdefault(line.sha256, article_id)
    digests = {a.id: hashlib.sha256(a.text.encode("utf-8")).hexdigest() for a in gold if a.text is not None}
    return {gold_id: named[digest] for gold_id, digest in digests.items() if digest in named}


def bootstrap(counts: np.ndarray[Any, np.dtype[np.int64]]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """The low and the high ends of the intervals of precision, recall and F1, each of shape (kinds, 3).

    `counts` has shape (articles, kinds, 3): right, wrong and missed facts.
    """
    articles = len(counts)
    flat = counts.reshape(articles, -1)
    # RandomState, because numpy promises that its stream stays the same in all versions (NEP 19).
    chance = np.random.RandomState(SEED)
    sums = np.empty((DRAWS, flat.shape[1]), dtype=np.int64)
    for draw in range(DRAWS):
        times = np.bincount(chance.randint(0, articles, articles), minlength=articles)
        sums[draw] = times @ flat
    drawn = _measures(sums.reshape(DRAWS, *counts.shape[1:]))
    low, high = np.percentile(drawn, [(100 - INSIDE) / 2, (100 + INSIDE) / 2], axis=0)
    return low, high


def _measures(counts: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Precision, recall and F1 along the last axis of counts (right, wrong, missed)."""
    true, wrong, missed = (counts[..., i].astype(float) for i in range(3))
    precision = _ratio(true, true + wrong, 1.0)
    recall = _ratio(true, true + missed, 1.0)
    return np.stack([precision, recall, _ratio(2 * precision * recall, precision + recall, 0.0)], axis=-1)


def _ratio(part: Any, whole: Any, empty: float) -> Any:
    return np.where(whole > 0, part / np.where(whole > 0, whole, 1), empty)
