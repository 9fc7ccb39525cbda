"""`danvan rules coverage`: what each rule does over the articles of a knowledge base, and what never fires."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from extractor.audit.misses import whole_misses
from extractor.audit.passages import Passage, Passages
from extractor.audit.trace import Trace, as_input, trace
from extractor.matcher import find
from extractor.pipeline import Pipeline
from extractor.records import KINDS, Article, Fact
from extractor.rules import Rule

#: Sentences of each rule that are kept as a sample.
SAMPLE = 3


@dataclass
class Use:
    """What one rule did.

    `matches` are its pattern's matches whose own conditions hold; `facts` those with evidence of it, `alone` those with
    no other rule's; `lost` and `won` count overlaps with other rules of its kind, by rule; `refused` its matches that
    fell away, by what stopped them, and `stopped` some of these, each as what stopped it, by what, and its sentence;
    `seconds` is the time of its pattern and conditions.
    """

    rule: Rule
    matches: int = 0
    facts: int = 0
    alone: int = 0
    articles: int = 0
    lost: Counter[str] = field(default_factory=Counter)
    won: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    sample: list[tuple[str, Passage]] = field(default_factory=list)
    stopped: list[tuple[str, str, Passage]] = field(default_factory=list)


@dataclass
class Coverage:
    """What all rules did over some articles; `kinds` counts the facts of each kind.

    `most_refused` is how many matches of a rule that fell away are kept.
    """

    uses: dict[str, Use]
    most_refused: int = 0
    articles: int = 0
    kinds: Counter[str] = field(default_factory=Counter)

    @property
    def silent(self) -> list[Use]:
        """The rules that gave no fact."""
        return [use for use in self.uses.values() if not use.facts]

    @property
    def conflicts(self) -> list[tuple[str, str, int]]:
        """(winner, loser, how often) of rules that met on the same words, the most frequent first."""
        found = [(winner, use.rule.id, n) for use in self.uses.values() for winner, n in use.lost.items()]
        return sorted(found, key=lambda c: (-c[2], c[0], c[1]))

    def share(self, use: Use) -> float:
        """The share of its kind's facts that have evidence of the rule."""
        total = self.kinds[use.rule.kind]
        return use.facts / total if total else 0.0


def coverage(
    pipe: Pipeline, articles: Iterable[Article], *, timed: bool = True, most_refused: int = 0
) -> Coverage:  # fmt: skip
    """Read every article again and count what each rule did; with `timed`, each rule is run once more by itself."""
    rules = [rule for kind in KINDS for rule in pipe.rules.of(kind, drafts=pipe.drafts)]
    counted = Coverage({rule.id: Use(rule) for rule in rules}, most_refused)
    passages = Passages(pipe.rules.tables)
    keys: dict[str, list[str]] = {rule.id: [] for rule in rules}
    refused: dict[str, list[str]] = {rule.id: [] for rule in rules}
    for article in articles:
        read = trace(pipe, as_input(article, pipe.rules))
        counted.articles += 1
        _count_matches(read, counted)
        if most_refused:
            _keep_refused(read, pipe, counted, passages, refused)
        for rule in dict.fromkeys(e.rule for fact in read.facts for e in fact.evidence):
            counted.uses[rule].articles += 1
        for fact in read.facts:
            counted.kinds[fact.kind] += 1
            _count_fact(fact, read, counted, passages, keys)
        if timed:
            for use in counted.uses.values():
                begin = time.process_time()
                find((use.rule,), read.context)
                use.seconds += time.process_time() - begin
    return counted


def _count_matches(read: Trace, counted: Coverage) -> None:
    for kind, outcome in read.outcomes.items():
        for match in outcome.matches:
            counted.uses[match.rule.id].matches += 1
        for dropped in (d for d in read.dropped if d.match.rule.kind == kind):
            use = counted.uses[dropped.match.rule.id]
            if dropped.reason == "overlap":
                use.matches += 1
                use.lost[dropped.by] += 1
                counted.uses[dropped.by].won[use.rule.id] += 1
            else:
                use.refused[dropped.reason] += 1
    for candidate in read.came_to_nothing():
        counted.uses[candidate.rule.id].refused["context"] += 1


def _count_fact(fact: Fact, read: Trace, counted: Coverage, passages: Passages, keys: dict[str, list[str]]) -> None:
    own = dict.fromkeys(e.rule for e in fact.evidence)
    for rule in own:
        use = counted.uses[rule]
        use.facts += 1
        use.alone += len(own) == 1
        # The sample is the facts of least digest: the same whatever the order of the articles.
        key = hashlib.sha256(f"{rule} {fact.id}".encode()).hexdigest()
        known = keys[rule]
        if len(known) < SAMPLE or key < known[-1]:
            evidence = next(e for e in fact.evidence if e.rule == rule)
            place = sum(k < key for k in known)
            known.insert(place, key)
            use.sample.insert(place, (fact.id, passages.at(read.article.text, evidence.start, evidence.end)))
            del known[SAMPLE:], use.sample[SAMPLE:]


def _keep_refused(
    read: Trace, pipe: Pipeline, counted: Coverage, passages: Passages, keys: dict[str, list[str]]
) -> None:  # fmt: skip
    """Keep some of the matches that fell away other than to another rule, those of least digest."""
    for miss in whole_misses(read, pipe):
        if miss.why == "overlap":
            continue
        key = hashlib.sha256(f"{miss.rule} {read.article.id} {miss.span}".encode()).hexdigest()
        known, use = keys[miss.rule], counted.uses[miss.rule]
        place = sum(k < key for k in known)
        if place < counted.most_refused:
            known.insert(place, key)
            end = miss.span[0] + len(miss.reached.rstrip())
            use.stopped.insert(place, (miss.why, miss.what, passages.at(read.article.text, miss.span[0], end)))
            del known[counted.most_refused :], use.stopped[counted.most_refused :]


def as_data(counted: Coverage) -> dict[str, Any]:
    """A coverage as JSON-ready data."""
    return {
        "articles": counted.articles,
        "facts": dict(counted.kinds),
        "rules": [_use_data(use, counted) for use in counted.uses.values()],
        "silent": [use.rule.id for use in counted.silent],
        "conflicts": [{"won": won, "lost": lost, "times": times} for won, lost, times in counted.conflicts],
    }


def _use_data(use: Use, counted: Coverage) -> dict[str, Any]:
    return {
        "rule": use.rule.id, "kind": use.rule.kind, "status": use.rule.status, "matches": use.matches,
        "facts": use.facts, "alone": use.alone, "share": round(counted.share(use), 4), "articles": use.articles,
        "overlaps_lost": _ordered(use.lost), "overlaps_won": _ordered(use.won), "refused": _ordered(use.refused),
        "seconds": round(use.seconds, 4),
        "sample": [{"fact": n, "sentence": p.sentence, "marked": list(p.place)} for n, p in use.sample],
    } | (
        {"stopped": [{"why": why, "what": what, "sentence": p.sentence, "marked": list(p.place)}
                     for why, what, p in use.stopped]} if counted.most_refused else {}
    )  # fmt: skip


def _ordered(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda c: (-c[1], c[0])))


def of_kind(counted: Coverage, kinds: Sequence[str]) -> list[Use]:
    """The uses of some kinds or rules (all where none is named), by kind in file order."""
    return [u for u in counted.uses.values() if not kinds or {u.rule.kind, u.rule.id} & set(kinds)]
