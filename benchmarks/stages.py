"""Where the pipeline's time goes: by stage and by rule, with matches, so that a slow rule shows.

stages.py [INPUT.jsonl …] [--top 40] [--json PATH]
"""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import extractor
from extractor import matcher, pipeline
from extractor.context import Context
from extractor.rules import Rule

SAMPLES = Path(__file__).resolve().parent.parent / "data" / "samples" / "articles"


def timed(name: str, run: Callable[..., Any], spent: Counter[str]) -> Callable[..., Any]:
    """`run`, with its CPU seconds added to those of a stage."""

    def wrapped(*arguments: Any, **named: Any) -> Any:
        start = time.process_time()
        try:
            return run(*arguments, **named)
        finally:
            spent[name] += time.process_time() - start

    return wrapped


def main() -> int:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("inputs", nargs="*", type=Path, metavar="INPUT.jsonl")
    parser.add_argument("--top", type=int, default=40)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    texts = [path.read_text(encoding="utf-8") for path in sorted(SAMPLES.glob("*.txt"))]
    for path in options.inputs:
        texts += [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]
    pipe = extractor.load()
    pipe(texts[0])
    stages: Counter[str] = Counter()
    rules: Counter[str] = Counter()
    matches: Counter[str] = Counter()
    tried = matcher._matches

    def by_rule(rule: Rule, context: Context) -> list[matcher.Match]:
        start = time.process_time()
        found = list(tried(rule, context))
        rules[rule.id] += time.process_time() - start
        matches[rule.id] += len(found)
        return found

    matcher._matches = by_rule
    for name in ("read_article", "find", "candidates", "merge", "assemble"):
        setattr(pipeline, name, timed(name, getattr(pipeline, name), stages))
    pipe._starts.find = timed("starts", pipe._starts.find, stages)  # type: ignore[method-assign]
    for kind, resolve in pipeline.RESOLVERS.items():
        pipeline.RESOLVERS[kind] = timed(f"resolve {kind}", resolve, stages)  # type: ignore[index]
    start = time.process_time()
    for text in texts:
        pipe(text)
    whole = time.process_time() - start
    print(f"{len(texts):,} articles, {sum(map(len, texts)):,} characters, {whole:.2f} s")
    for name, spent in stages.most_common():
        print(f"{name:40}{spent:9.3f} s {spent / whole:7.1%}")
    for name, spent in rules.most_common(options.top):
        print(f"{name:40}{spent:9.3f} s {spent / whole:7.1%}{matches[name]:8,} matches")
    if options.json:
        found = {"seconds": whole, "stages": stages, "rules": rules, "matches": matches}
        options.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
