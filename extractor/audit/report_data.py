"""What the report's overview counts: facts by kind, province and month, top programmes and officials, rejects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from extractor.audit.gold import Entry
from extractor.audit.outputs import Output
from extractor.knowledge.files import REJECTS, read_lines
from extractor.records import KINDS
from extractor.text import fold

#: How many of each list are shown.
TOP = 25


@dataclass
class Overview:
    """The counts of a knowledge base; `index` has a row for each article (see `report.py`)."""

    articles: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    provinces: Counter[str] = field(default_factory=Counter)
    months: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    rejects: list[tuple[str, str, str]] = field(default_factory=list)
    index: list[list[Any]] = field(default_factory=list)
    _names: dict[str, Counter[str]] = field(default_factory=lambda: {"program": Counter(), "official": Counter()})
    _spelled: dict[tuple[str, str], str] = field(default_factory=dict)

    def top(self, kind: str) -> list[tuple[str, int]]:
        """The programmes or officials in most articles, by name."""
        ranked = sorted(self._names[kind].items(), key=lambda c: (-c[1], c[0]))[:TOP]
        return [(self._spelled[kind, key], count) for key, count in ranked]

    def count(self, article: Entry, facts: list[Entry], order: dict[str, int]) -> None:
        """Count an article; `order` numbers rules by first appearance."""
        self.articles += 1
        own: Counter[str] = Counter(str(fact["kind"]) for fact in facts)
        self.kinds.update(own)
        rules = list(dict.fromkeys(str(e["rule"]) for fact in facts for e in fact["evidence"]))
        for fact in facts:
            self.rules.update({str(e["rule"]) for e in fact["evidence"]})
        province, month = article.get("province"), str(article.get("published") or "")[:7]
        if facts:
            self.provinces[str(province or "")] += len(facts)
            self.months[month] += len(facts)
        for kind, names in self._names.items():
            for key, name in {fold(str(f["name"])): str(f["name"]) for f in facts if f["kind"] == kind}.items():
                names[key] += 1
                self._spelled.setdefault((kind, key), name)
        numbers = [order.setdefault(rule, len(order)) for rule in rules]
        row = [article["id"], article.get("title"), province, month or None, [own[kind] for kind in KINDS], numbers]
        self.index.append(row)


def each(output: Output) -> Iterator[tuple[Entry, list[Entry]]]:
    """Every article with its facts, in input order."""
    for article_id in output.articles:
        article = output.article_of(article_id)
        if article is not None:
            yield article, output.facts_of(article_id)


def rejects(output: Output) -> list[tuple[str, str, str]]:
    """(source, stage, reason) of every reject."""
    lines = read_lines(output.path / REJECTS)
    return [(str(r["source"]), str(r["stage"]), str(r["reason"])) for _, r in lines]
