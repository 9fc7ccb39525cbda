"""Hold `danvan evaluate --json` against the reference scorer: every figure of every kind and field is the same.

agree.py SCORE.py (GOLD KB)…
"""

import json
import subprocess
import sys
from pathlib import Path


def answer(*command: object) -> dict:
    """What a command prints as JSON."""
    return json.loads(subprocess.run(list(map(str, command)), capture_output=True, text=True, check=True).stdout)


def flat(kind: dict) -> dict:
    """A kind of `danvan evaluate --json` as the reference writes it."""
    told = {name: kind[name] for name in ("precision", "recall", "f1", "tp", "fp", "fn")}
    return told | {name: field["share"] for name, field in kind["fields"].items()}


def main() -> int:
    """Say what differs; 1 if anything does."""
    danvan = Path(sys.executable).with_name("danvan")
    score, *rest = sys.argv[1:]
    faults = compared = 0
    for gold, kb in zip(rest[::2], rest[1::2], strict=True):
        reference = answer(sys.executable, score, gold, Path(kb, "facts.jsonl"), "--json")
        own = answer(danvan, "evaluate", gold, kb, "--json", "--no-errors")["kinds"]
        for kind in sorted({*reference, *own}):
            theirs, ours = reference.get(kind), flat(own[kind]) if kind in own else None
            compared += len(theirs or {})
            if theirs != ours:
                faults += 1
                print(f"{gold}: {kind}: {score} says {theirs}, danvan evaluate says {ours}")
    print(f"{compared} figures compared, {faults} kinds differ")
    return bool(faults or not compared)


if __name__ == "__main__":
    sys.exit(main())
