"""A random sample of links for a reader to judge: each fact beside the entity that it was taken for, and why.

sample_links.py KB [--count 100] [--seed 1] > links.tsv

Links that could be wrong are drawn: those of entities with other facts, and every tie to a place or a body.
"""

import argparse
import json
import random
import sys
from pathlib import Path

from extractor.knowledge.linking.quotes import quotes_of


def shown(entity: dict) -> str:
    """An entity in a line."""
    parts = [entity["name"]]
    if entity["type"] == "person":
        parts += [f"{o['title']}, {o['organisation']} ({o['first']}–{o['last']})" for o in entity["offices"]]
    if entity["type"] == "series":
        parts += [f"{p['period']}: {p['value']} {p['unit']} {p['status']}" for p in entity["points"]]
    for field in ("issuer", "issued", "province", "district", "body", "valid_to", "program_type", "period"):
        if entity.get(field):
            parts.append(f"{field}={entity[field]}")
    return " | ".join(parts)[:400]


def said(fact: dict, field: str | None) -> str:
    """What a fact says where the link stands."""
    if field and field.startswith("positions."):
        position = fact["positions"][int(field.split(".")[1])]
        return f"{fact['name']}: {position['title']}, {position['organisation']}"
    if field:
        return str(fact[field])
    if fact["kind"] == "official":
        return f"{fact['name']}: " + "; ".join(f"{p['title']}, {p['organisation']}" for p in fact["positions"])
    names = ("code", "issued", "issuer", "name", "type", "indicator", "value", "unit", "area", "period", "status")
    return ", ".join(str(fact[n]) for n in names if fact.get(n) is not None)


def main() -> int:
    """Print the sample as tab-separated lines, with an empty column for the verdict."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kb", type=Path)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    links = []
    for line in (asked.kb / "entities.jsonl").read_text(encoding="utf-8").splitlines():
        entity = json.loads(line)
        if len(entity["facts"]) < 2 and entity["type"] not in ("place", "organisation"):
            continue
        links += [(entity, link, fact) for link in entity["links"] for fact in link["facts"]]
    sample = random.Random(asked.seed).sample(links, min(asked.count, len(links)))
    facts = {}
    wanted = {fact for _, _, fact in sample}
    for line in (asked.kb / "facts.jsonl").read_text(encoding="utf-8").splitlines():
        fact = json.loads(line)
        if fact["id"] in wanted:
            facts[fact["id"]] = fact
    quotes = quotes_of(asked.kb / "facts.jsonl", asked.kb / "articles.jsonl", wanted)
    print("number", "verdict", "type", "says", "entity", "reason", "article", "published", "quote", sep="\t")
    for number, (entity, link, fact) in enumerate(sample, 1):
        quote = quotes[fact]
        columns = (entity["type"], said(facts[fact], link["field"]), shown(entity), link["by"], quote.article,
                   quote.published or "", quote.text)  # fmt: skip
        print(number, "", *(" ".join(str(c).split()) for c in columns), sep="\t")
    print(f"{len(sample)} of {len(links)} links", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
