"""Measured confidence: of the facts of a rule that were judged, the share that was right, as a lower bound.

Judged are facts by reviewers (`reviews.jsonl`; of a fact that several judged, all must say so) and by gold that
nobody tuned on. The bound is that of the Wilson interval at 95 %; where fewer than ten were judged there is none.
"""

from __future__ import annotations

import datetime
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extractor.audit.gold import Entry
from extractor.audit.outputs import Output
from extractor.audit.reviews import Review, outdated, standing
from extractor.knowledge.files import FACTS, write_pieces, write_whole
from extractor.records import dumps

if TYPE_CHECKING:
    from extractor.audit.evaluate import Evaluation

#: Where the measured confidence of rules stands, in a knowledge base or a rules folder.
CONFIDENCE = "confidence.json"
#: The fewest judged facts that say something, and the normal quantile of a 95 % interval.
FEWEST, Z = 10, 1.959963984540054
#: Gold under a folder of this name was kept from everyone who made rules.
UNTUNED = "test"


@dataclass(frozen=True)
class Judged:
    """How many facts of a rule were judged, and how many were right."""

    right: int
    judged: int

    @property
    def confidence(self) -> float | None:
        """The lower bound of the share that is right, three decimals; None where too few were judged."""
        return round(wilson(self.right, self.judged), 3) if self.judged >= FEWEST else None


def wilson(right: int, judged: int) -> float:
    """The lower bound of the Wilson score interval of a share, at 95 %; 0 for nothing judged."""
    if not judged:
        return 0.0
    share, z2 = right / judged, Z * Z
    centre = share + z2 / (2 * judged)
    spread = Z * sqrt(share * (1 - share) / judged + z2 / (4 * judged * judged))
    return max(0.0, (centre - spread) / (1 + z2 / judged))


def by_reviews(reviews: Iterable[Review], facts: Mapping[str, Entry]) -> dict[str, Judged]:
    """What reviewers judged, by the rule of the fact's first evidence; outdated judgements do not count."""
    verdicts: dict[str, bool] = {}
    rules: dict[str, str] = {}
    for review in standing(reviews):
        if review.verdict == "missed" or outdated(review, facts) or not review.rules:
            continue
        number = str((review.fact or {})["id"])
        verdicts[number] = verdicts.get(number, True) and review.verdict == "accept"
        rules[number] = review.rules[0]
    right = Counter(rules[n] for n, good in verdicts.items() if good)
    judged = Counter(rules[n] for n in verdicts)
    return {rule: Judged(right[rule], judged[rule]) for rule in sorted(judged)}


def by_gold(evaluation: Evaluation) -> dict[str, Judged]:
    """What gold says of every rule's facts."""
    right: Counter[str] = Counter()
    judged: Counter[str] = Counter()
    for rule in evaluation.rules:
        if rule.rule is not None:
            right[rule.rule] += rule.true
            judged[rule.rule] += rule.true + rule.wrong
    return {name: Judged(right[name], judged[name]) for name in sorted(judged) if judged[name]}


def together(*parts: Mapping[str, Judged]) -> dict[str, Judged]:
    """Judgements of several kinds added up."""
    names = sorted({name for part in parts for name in part})
    none = Judged(0, 0)
    return {
        name: Judged(sum(p.get(name, none).right for p in parts), sum(p.get(name, none).judged for p in parts))
        for name in names
    }


def is_untuned(gold: Path) -> bool:
    """Does a gold folder lie in a part that nobody tuned on?"""
    return UNTUNED in gold.resolve().parts


def write_confidence(folder: Path, judged: Mapping[str, Judged], *, date: str | None = None) -> Path:
    """Write the measured confidence of rules into a knowledge base or rules folder, with the day and the counts."""
    data: dict[str, Any] = {
        "schema": 1,
        "date": date or datetime.datetime.now(datetime.UTC).date().isoformat(),
        "rules": {
            name: {"right": own.right, "judged": own.judged, "confidence": own.confidence}
            for name, own in judged.items()
        },
    }
    path = folder / CONFIDENCE
    write_whole(path, json.dumps(data, ensure_ascii=False, indent=1) + "\n")
    return path


def set_confidence(output: Output, judged: Mapping[str, Judged]) -> int:
    """Give every fact of a knowledge base the confidence of its first evidence's rule; how many have one now."""
    path = output.path / FACTS
    count = 0

    def lines() -> Iterable[str]:
        nonlocal count
        with path.open(encoding="utf-8") as stream:
            for line in stream:
                fact = json.loads(line, parse_float=Decimal)
                own = judged.get(fact["evidence"][0]["rule"])
                fact["confidence"] = None if own is None else own.confidence
                count += fact["confidence"] is not None
                yield dumps(fact) + "\n"

    write_pieces(path, lines())
    return count
