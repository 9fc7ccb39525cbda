"""The facts of a knowledge base in the order in which a person judges them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from extractor.audit.gold import Entry
from extractor.audit.outputs import Output
from extractor.audit.passages import one_line

Order = Literal["article", "rule", "confidence", "random"]
ORDERS: tuple[Order, ...] = ("article", "rule", "confidence", "random")


@dataclass(frozen=True)
class Item:
    """A fact in the queue: enough to list and filter it; `offset` numbers it in the knowledge base."""

    id: str
    kind: str
    rule: str
    article_id: str
    said: str
    confidence: float | None
    number: int

    def as_data(self) -> dict[str, Any]:
        """The item as JSON-ready data."""
        return {"id": self.id, "kind": self.kind, "rule": self.rule, "article": self.article_id, "said": self.said,
                "confidence": self.confidence}  # fmt: skip


def items(output: Output) -> list[Item]:
    """Every fact of a knowledge base."""
    return [item(fact, number) for number, fact in enumerate(output.all_facts())]


def item(fact: Entry, number: int) -> Item:
    """A fact as an item of the queue."""
    evidence = (fact.get("evidence") or [{}])[0]
    confidence = fact.get("confidence")
    return Item(
        str(fact["id"]), str(fact["kind"]), str(evidence.get("rule")), str(fact["article_id"]),
        one_line(str(fact["kind"]), fact), None if confidence is None else float(confidence), number,
    )  # fmt: skip


def queue(
    listed: Sequence[Item], *, kind: str = "", rule: str = "", order: Order = "article", sample: int = 0
) -> list[Item]:  # fmt: skip
    """The items of a kind and a rule in an order; `sample` keeps so many of each rule, always the same ones."""
    found = [i for i in listed if kind in ("", i.kind) and rule in ("", i.rule)]
    if sample:
        chosen: dict[str, int] = {}
        kept = set()
        for i in sorted(found, key=_chance):
            chosen[i.rule] = chosen.get(i.rule, 0) + 1
            if chosen[i.rule] <= sample:
                kept.add(i.id)
        found = [i for i in found if i.id in kept]
    if order == "rule":
        found.sort(key=lambda i: (i.rule, i.number))
    elif order == "confidence":
        found.sort(key=lambda i: (-1.0 if i.confidence is None else i.confidence, i.number))
    elif order == "random":
        found.sort(key=_chance)
    return found


def _chance(i: Item) -> str:
    return hashlib.sha256(f"sample {i.id}".encode()).hexdigest()
