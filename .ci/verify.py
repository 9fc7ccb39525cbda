"""Extract inputs twice (one process, two processes) and hold every line against DESIGN.md's promises.

verify.py INPUT…
"""

import filecmp
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import jsonschema

from extractor.records import json_schema


def lines(path: Path) -> list[dict]:
    """The objects of a JSONL file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def main() -> int:
    """Say what does not hold; 1 if anything does not."""
    danvan = Path(sys.executable).with_name("danvan")
    with tempfile.TemporaryDirectory() as folder:
        first, second = Path(folder, "one"), Path(folder, "two")
        for out, workers in ((first, "1"), (second, "2")):
            subprocess.run([danvan, "extract", *sys.argv[1:], "--out", out, "--workers", workers], check=True)
        files = ("articles.jsonl", "facts.jsonl", "rejects.jsonl", "manifest.json")
        faults = [f"{n} differs between runs" for n in files
                  if not filecmp.cmp(first / n, second / n, shallow=False)]  # fmt: skip
        articles, facts, rejects = (lines(first / f"{n}.jsonl") for n in ("articles", "facts", "rejects"))
        schema = json_schema()
        for name, records in (("article", articles), ("fact", facts), ("reject", rejects)):
            validator = jsonschema.Draft202012Validator({**schema, "$ref": f"#/$defs/{name}"})
            faults += [f"{name} {r.get('id') or r.get('source')}: {e.message}"
                       for r in records for e in validator.iter_errors(r)]  # fmt: skip
        texts = {a["id"]: a["text"] for a in articles}
        for fact in facts:
            text = texts[fact["article_id"]]
            for evidence in fact["evidence"]:
                start, end = evidence["start"], evidence["end"]
                if text[start:end] != evidence["text"] or not evidence["text"].strip() or "\n" in evidence["text"]:
                    faults.append(f"{fact['id']}: evidence {evidence['text']!r} is not at {start}:{end} of one line")
                for path, spans in evidence["fields"].items():
                    if not all(0 <= s < e <= len(text) for s, e in spans):
                        faults.append(f"{fact['id']}: field {path} lies outside the text: {spans}")
        faults += [f"{r['source']} was rejected at {r['stage']}: {r['reason']}" for r in rejects]
        if sum(a["facts"] for a in articles) != len(facts):
            faults.append("the articles' counts of facts do not add up")
        print(*faults[:50], sep="\n")
        print(f"{len(articles)} articles, {len(facts)} facts, {len(faults)} faults")
        return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
