"""Random sentences that might hold a fact but gave none, for a reader to judge.

    sample_misses.py KB [--each 20] [--seed 20] > misses.md

Three sorts are drawn, `--each` of every sort: sentences with a figure and no indicator, with a title before or behind
words with capitals and no official, with the word for a document and a number and no document. The words that make a
sentence a likely one are deliberately cruder than the rules', so that what the rules do not know can show.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path

import regex

SENTENCE = regex.compile(r"[^.!?…\n]+(?:[.!?…](?!\s|$)[^.!?…\n]*)*")
NAME = r"\p{Lu}\p{Ll}+(?:\s\p{Lu}\p{Ll}+){1,3}"
TITLE = r"(?i:chủ tịch|bí thư|giám đốc|trưởng|bộ trưởng|ủy viên|cục trưởng|đại biểu|hiệu trưởng)"
UNIT = r"(?:%|tỷ|tỉ|triệu|nghìn|ngàn|hộ|người|xã|mô hình|căn|lượt|vụ|đơn|km)"
TYPE = r"(?i:nghị định|nghị quyết|quyết định|chỉ thị|thông tư|kết luận|kế hoạch|công văn|luật|pháp lệnh)"
LIKELY = {
    "indicator": regex.compile(rf"\d(?:[\d.,]*\d)?\s?{UNIT}(?!\w)"),
    "official": regex.compile(rf"{TITLE}[^,.;]{{0,60}}?\s{NAME}|{NAME}\s?[,(–-]\s?(?i:phó |nguyên )?{TITLE}"),
    "document": regex.compile(rf"{TYPE}\s(?:số\s)?\d"),
}


def lines(path: Path) -> list[dict]:
    """The objects of a JSONL file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def main() -> None:
    """Print the sample."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kb", type=Path)
    parser.add_argument("--each", type=int, default=20)
    parser.add_argument("--seed", type=int, default=20)
    options = parser.parse_args()
    taken: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for fact in lines(options.kb / "facts.jsonl"):
        for evidence in fact["evidence"]:
            taken.setdefault((fact["article_id"], fact["kind"]), []).append((evidence["start"], evidence["end"]))
    found: dict[str, list[tuple[str, str]]] = {kind: [] for kind in LIKELY}
    for article in lines(options.kb / "articles.jsonl"):
        for sentence in SENTENCE.finditer(article["text"]):
            for kind, likely in LIKELY.items():
                spans = taken.get((article["id"], kind), [])
                if any(start < sentence.end() and sentence.start() < end for start, end in spans):
                    continue
                if likely.search(sentence[0]):
                    found[kind].append((article["id"], " ".join(sentence[0].split())))
    chance = random.Random(options.seed)
    for kind, sentences in found.items():
        drawn = sentences if len(sentences) <= options.each else chance.sample(sentences, options.each)
        print(f"# no {kind}: {len(drawn)} of {len(sentences)}\n")
        for number, (article, sentence) in enumerate(drawn, 1):
            print(f"{kind[:3]}{number} {article}: {sentence}\n")


if __name__ == "__main__":
    main()
