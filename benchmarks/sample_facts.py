"""Random facts of a knowledge base with the words about them, for a reader to judge.

    sample_facts.py KB [--each 30] [--seed 20] > sample.md

Draws `--each` facts of every kind (all, where there are fewer) and prints each with its fields and about 200
characters of its article on both sides of the first evidence, marked [[ ]].
"""

import argparse
import json
import random
from collections import defaultdict
from pathlib import Path

AROUND = 220
SHARED = {"schema", "id", "kind", "article_id", "inferred", "confidence", "evidence"}


def lines(path: Path) -> list[dict]:
    """The objects of a JSONL file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def main() -> None:
    """Print the sample."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kb", type=Path)
    parser.add_argument("--each", type=int, default=30)
    parser.add_argument("--seed", type=int, default=20)
    options = parser.parse_args()
    articles = {a["id"]: a for a in lines(options.kb / "articles.jsonl")}
    kinds = defaultdict(list)
    for fact in lines(options.kb / "facts.jsonl"):
        kinds[fact["kind"]].append(fact)
    chance = random.Random(options.seed)
    for kind, facts in sorted(kinds.items()):
        drawn = facts if len(facts) <= options.each else chance.sample(facts, options.each)
        print(f"# {kind}: {len(drawn)} of {len(facts)}\n")
        for number, fact in enumerate(drawn, 1):
            article, evidence = articles[fact["article_id"]], fact["evidence"][0]
            text, start, end = article["text"], evidence["start"], evidence["end"]
            fields = {k: v for k, v in fact.items() if k not in SHARED and v not in (None, [])}
            inferred = {k: v["by"] for k, v in fact["inferred"].items()}
            print(f"{kind[:3]}{number} article {article['id']} published {article['published']} ({evidence['rule']})")
            print(f"  fact: {json.dumps(fields, ensure_ascii=False)}" + (f" inferred: {inferred}" if inferred else ""))
            context = f"{text[max(0, start - AROUND) : start]}[[{text[start:end]}]]{text[end : end + AROUND]}"
            print(f"  text: …{' '.join(context.split())}…\n")


if __name__ == "__main__":
    main()
