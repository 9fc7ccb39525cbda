"""How well linking did on a made corpus: B³ by type, points of series, contradictions found and false."""

from __future__ import annotations

import json
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

from made_corpus import Corpus, Told

from extractor.knowledge.linking.contradictions import contradictions
from extractor.knowledge.linking.vocabulary import folded


def lines(path: Path) -> list[dict]:
    """The objects of a JSONL file, decimals exact."""
    return [json.loads(line, parse_float=Decimal) for line in path.read_text(encoding="utf-8").splitlines()]


def tells(told: Told, fact: dict) -> bool:
    """Is a fact the one that a truth speaks of?"""
    if told.kind == "person":
        return fact["kind"] == "official" and folded(fact["name"]) == folded(told.words)
    if told.kind == "document":
        return fact["kind"] == "document" and fact["code"] == told.words
    if told.kind == "program":
        short = {
            "xây dựng nông thôn mới": (
                "xây dựng NTM",
                "MTQG xây dựng NTM",
                "mục tiêu quốc gia xây dựng nông thôn mới",
                "MTQG xây dựng nông thôn mới",
            )
        }
        short["Người Việt Nam ưu tiên dùng hàng Việt Nam"] = ("Người Việt ưu tiên dùng hàng Việt",)
        names = {folded(n) for n in (told.words, *short.get(told.words, ()))}
        return (
            fact["kind"] == "program"
            and folded(fact["name"]) in names
            and (told.period is None or fact["period"] == told.period)
        )
    return (
        fact["kind"] == "indicator" and fact["indicator"] == told.words and fact["measure"] == "level"
        and fact["period"] == told.period and canonical(fact) == told.value
    )  # fmt: skip


def canonical(fact: dict) -> Decimal:
    """An indicator's value in the canonical unit, reckoned here by itself."""
    factor = {"triệu USD": 10**6, "tỷ USD": 10**9, "tỷ đồng": 10**9, "triệu đồng": 10**6}.get(fact["unit"] or "", 1)
    return Decimal(fact["value"]) * factor


def b_cubed(pairs: list[tuple[str, str]]) -> tuple[float, float, float]:
    """B³ precision, recall and F1 of (true entity, entity found) of every mention."""
    true, found = defaultdict(set), defaultdict(set)
    for i, (t, f) in enumerate(pairs):
        true[t].add(i)
        found[f].add(i)
    both = [len(true[t] & found[f]) for t, f in pairs]
    precision = sum(b / len(found[f]) for b, (_, f) in zip(both, pairs, strict=True)) / len(pairs)
    recall = sum(b / len(true[t]) for b, (t, _) in zip(both, pairs, strict=True)) / len(pairs)
    return precision, recall, 2 * precision * recall / (precision + recall)


def scores(corpus: Corpus, kb: Path) -> dict[str, object]:
    """All figures; `wrong` lists what was told truly and not found so."""
    facts = defaultdict(list)
    for fact in lines(kb / "facts.jsonl"):
        facts[fact["article_id"]].append(fact)
    entity_of: dict[tuple[str, str], dict] = {}
    for entity in lines(kb / "entities.jsonl"):
        for fact in entity["facts"]:
            entity_of[(entity["type"], fact)] = entity
    pairs, truths, points, wrong, alone = defaultdict(list), defaultdict(int), {}, [], []
    tells_of = {
        fact["id"]: told.entity for article in corpus.articles for told in article.told for fact in facts[article.id]
        if told.kind in ("document", "program") and tells(told, fact)
    }  # fmt: skip
    true_of: dict[str, set[str]] = defaultdict(set)
    for article in corpus.articles:
        for told in article.told:
            type_ = "series" if told.kind == "indicator" else told.kind
            truths[type_] += 1
            fact = next((f for f in facts[article.id] if tells(told, f)), None)
            entity = entity_of.get((type_, fact["id"])) if fact else None
            if entity is not None:
                pairs[f"{type_}, open ones too"].append((told.entity, entity["id"]))
                if told.open:
                    alone.append({tells_of[f] for f in entity["facts"] if f in tells_of} <= {told.entity})
                    continue
                pairs[type_].append((told.entity, entity["id"]))
                true_of[entity["id"]].add(told.entity)
            if type_ == "series":
                point = (told.entity, told.period, told.status, told.value)
                right = entity is not None and any(
                    fact["id"] in p["facts"] and p["canonical_value"] == told.value and p["period"] == told.period
                    and p["status"] == told.status for p in entity["points"]
                )  # fmt: skip
                points.setdefault(point, []).append(entity["id"] if right and entity else None)
                if not right:
                    wrong.append((article.id, told))
            elif entity is None:
                wrong.append((article.id, told))
    # A point is right where every article that tells it is in one series, which tells of no other area.
    right = sum(
        1 for told, found in points.items() if len(set(found)) == 1 and found[0] and true_of[found[0]] == {told[0]}
    )
    listed = contradictions(kb)
    planted = {frozenset(p.articles): p for p in corpus.planted}
    hits, false = set(), []
    for found in listed:
        articles = {s.quote.article for s in found.sides}
        same = [p for p in corpus.planted if p.kind == found.kind and _about(p, found, articles, true_of)]
        if same:
            hits.update(id(p) for p in same)
        else:
            false.append(found)
    causes = {id(p): p.cause for p in corpus.planted}
    return {
        **{type_: b_cubed(p) for type_, p in pairs.items()},
        "mentions": {type_: (len(pairs[type_]), n) for type_, n in truths.items()},
        "open mentions not mixed with others": (sum(alone), len(alone)),
        "points": (right, len(points)),
        "planted": (len(hits), len(planted)),
        "false": (len(false), len(listed)),
        "missed": [p for p in corpus.planted if id(p) not in hits],
        "false_ones": false,
        "wrong": wrong,
        "causes": causes,
    }


def _about(planted, found, articles: set[str], true_of: dict[str, set[str]]) -> bool:
    return true_of.get(found.entity) == {planted.entity} and (
        planted.kind != "value" or found.about == planted.about
    )  # fmt: skip
