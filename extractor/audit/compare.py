"""`danvan diff`: two outputs fact by fact: what was gained, lost and changed.

Facts of the same article and kind are one when they have the same id (article, kind and identity), else when they rest
on the same evidence. A fact that says the same for another reason (rule, place, inference) is the same fact.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal, TypeAlias

from extractor.audit.gold import Entry
from extractor.audit.outputs import Output
from extractor.audit.passages import Passage, Passages, one_line, output_text
from extractor.errors import UsageError
from extractor.records import KINDS

What: TypeAlias = Literal["lost", "gained", "changed"]
#: In the order in which they are told.
WHATS: tuple[What, ...] = ("lost", "gained", "changed")

_ORIGIN = ("schema", "id", "kind", "article_id", "inferred", "confidence", "evidence")


@dataclass(frozen=True)
class Change:
    """A fact that only one output has (`old` or `new` is None), or that both have with other values in `fields`."""

    what: What
    article: str
    old: Entry | None
    new: Entry | None
    fields: tuple[str, ...] = ()

    @property
    def fact(self) -> Entry:
        """The fact as it is now, or as it was when it is lost."""
        return self.new or self.old or {}

    @property
    def kind(self) -> str:
        """The fact's kind."""
        return str(self.fact["kind"])

    @property
    def rule(self) -> str | None:
        """The rule of its first evidence."""
        evidence = self.fact.get("evidence") or [{}]
        rule = evidence[0].get("rule")
        return None if rule is None else str(rule)

    @property
    def said(self) -> str:
        """The fact in one line; a changed one by what it was and what each changed field became."""
        if self.old is None or self.new is None:
            return one_line(self.kind, self.fact)
        changes = (f"{name}: {_shown(self.old.get(name))} → {_shown(self.new.get(name))}" for name in self.fields)
        return f"{one_line(self.kind, self.old)} ({', '.join(changes)})"


@dataclass(frozen=True)
class Comparison:
    """What became of all facts, by kind, rule and article.

    `same` counts the facts of each kind that did not change, of which `otherwise` have other evidence or inferences.
    `articles` counts those in both outputs, only in the first and only in the second.
    """

    changes: Sequence[Change]
    same: Mapping[str, int]
    otherwise: int
    articles: tuple[int, int, int]

    def count(self, what: What, kind: str | None = None) -> int:
        """How many facts (of a kind) were lost, gained or changed."""
        return sum(1 for change in self.changes if change.what == what and kind in (None, change.kind))

    @cached_property
    def by_rule(self) -> Mapping[tuple[str, str | None], Sequence[Change]]:
        """(kind, rule) → its changes, in the order of the kinds, then of the rules' ids."""
        grouped: dict[tuple[str, str | None], list[Change]] = {}
        for change in self.changes:
            grouped.setdefault((change.kind, change.rule), []).append(change)
        return dict(sorted(grouped.items(), key=lambda item: (_rank(item[0][0]), item[0][1] or "")))


def compare(old: Output, new: Output) -> Comparison:
    """Compare two outputs; raises `UsageError` where they have no article in common."""
    before, after = old.ids, new.ids
    both = set(before) & set(after)
    if before and after and not both:
        raise UsageError(f"{old.path} and {new.path} have no article in common: nothing to compare")
    changes: list[Change] = []
    same: Counter[str] = Counter()
    otherwise = 0
    for article in [*before, *(i for i in after if i not in both)]:
        found, is_now = old.facts_of(article), new.facts_of(article)
        if article in both and old.digest_of(article) == new.digest_of(article):
            same.update(str(fact["kind"]) for fact in found)
            continue
        for pair in _pairs(found, is_now):
            change = _change(article, *pair)
            if change is not None:
                changes.append(change)
                continue
            same[str((pair[0] or {})["kind"])] += 1
            otherwise += pair[0] != pair[1]
    return Comparison(changes, same, otherwise, (len(both), len(before) - len(both), len(after) - len(both)))


def as_data(comparison: Comparison, old: Output, new: Output) -> dict[str, Any]:
    """A comparison as JSON-ready data."""
    both, only_old, only_new = comparison.articles
    return {
        "articles": {"both": both, "only_a": only_old, "only_b": only_new},
        "counts": {
            "same": sum(comparison.same.values()), "otherwise": comparison.otherwise,
            **{what: comparison.count(what) for what in WHATS},
        },
        "rules": [
            {"kind": kind, "rule": rule, **{what: sum(c.what == what for c in changes) for what in WHATS}}
            for (kind, rule), changes in comparison.by_rule.items()
        ],
        "changes": [
            {
                "what": change.what, "kind": change.kind, "rule": change.rule, "article_id": change.article,
                "said": change.said, "fields": list(change.fields), "old": change.old, "new": change.new,
                "sentence": None if passage is None else passage.sentence,
                "marked": None if passage is None else list(passage.place),
            }
            for change, passage in with_passages(comparison, old, new)
        ],
    }  # fmt: skip


def with_passages(comparison: Comparison, old: Output, new: Output) -> Iterator[tuple[Change, Passage | None]]:
    """Every change, by kind and rule, with the sentence of its evidence."""
    passages = Passages()
    texts: tuple[dict[str, str | None], dict[str, str | None]] = ({}, {})
    for changes in comparison.by_rule.values():
        for change in sorted(changes, key=lambda c: WHATS.index(c.what)):
            own = (output_text(o, change.article, known) for o, known in zip((new, old), texts, strict=True))
            yield change, passages.of_evidence(change.fact, own)


def _pairs(old: Sequence[Entry], new: Sequence[Entry]) -> Iterator[tuple[Entry | None, Entry | None]]:
    """(old, new) of what is one fact, in the order of the old ones; None where the other has none; then the new."""
    by_id = {str(fact["id"]): number for number, fact in enumerate(new) if "id" in fact}
    partner: dict[int, int] = {}
    for i, fact in enumerate(old):
        j = by_id.pop(str(fact["id"]), None) if "id" in fact else None
        if j is not None:
            partner[i] = j
    taken = set(partner.values())
    ranked = sorted(
        (-len(_unlike(fact, other)), -i, -j)
        for i, fact in enumerate(old)
        if i not in partner
        for j, other in enumerate(new)
        if j not in taken and _same_evidence(fact, other)
    )
    for _, i, j in reversed(ranked):
        if -i not in partner and -j not in taken:
            partner[-i] = -j
            taken.add(-j)
    for i, fact in enumerate(old):
        yield fact, new[partner[i]] if i in partner else None
    yield from ((None, fact) for j, fact in enumerate(new) if j not in taken)


def _same_evidence(a: Entry, b: Entry) -> bool:
    places, others = ({(e["start"], e["end"]) for e in fact.get("evidence") or []} for fact in (a, b))
    return a["kind"] == b["kind"] and bool(places & others)


def _change(article: str, old: Entry | None, new: Entry | None) -> Change | None:
    if old is None or new is None:
        return Change("gained" if old is None else "lost", article, old, new)
    unlike = _unlike(old, new)
    return Change("changed", article, old, new, unlike) if unlike else None


def _unlike(a: Entry, b: Entry) -> tuple[str, ...]:
    """The fields in which two facts differ, in their order."""
    names = dict.fromkeys([*a, *b])
    return tuple(name for name in names if name not in _ORIGIN and a.get(name) != b.get(name))


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(", ".join(str(v) for v in item.values() if v) for item in value) or "–"
    return "–" if value is None else f"{value:f}" if isinstance(value, Decimal) else str(value)


def _rank(kind: str) -> int:
    return [*KINDS, kind].index(kind)
