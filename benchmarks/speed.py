"""The whole pipeline against its peers: side by side in one process, alternating runs, ratios of the same round.

    speed.py [INPUT.jsonl …] [--characters 60000] [--rounds 5] [--json PATH] [--chart PATH.svg] [--longest 1000000]

Every round takes other articles of the inputs (mixed with the shipped samples, which alone are read without inputs),
gives the same text to all and notes CPU times. Prints the median ratio to `underthesea.word_tokenize` and its spread,
the time a character by the length of the article, and the CPU of fresh processes. No article is read twice.
"""

import argparse
import json
import math
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import regex
import underthesea

import extractor
from extractor.pipeline import Pipeline

SAMPLES = Path(__file__).resolve().parent.parent / "data" / "samples" / "articles"
#: A plain reader of numbers, dates, codes and names, for scale.
PLAIN = [
    regex.compile(p)
    for p in (r"\d{1,2}/\d{1,2}/\d{4}", r"\d+(?:[.,]\d+)*\s?%", r"\d+/[\p{Lu}-]+", r"\p{Lu}\p{Ll}+(?:\s\p{Lu}\p{Ll}+)+")
]
#: The command `danvan`.
COMMAND = "from extractor.cli import main; main()"
#: Characters of the articles whose time a character is compared, and of the part that underthesea's NER is given.
LENGTHS, NER_PART = (1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000), 4_000


def texts(inputs: list[Path]) -> list[str]:
    """The texts of JSONL files and of the shipped samples, mixed."""
    found = [path.read_text(encoding="utf-8") for path in sorted(SAMPLES.glob("*.txt"))]
    for path in inputs:
        with path.open(encoding="utf-8") as lines:
            news = [json.loads(line)["text"] for line in lines]
        step = max(1, len(news) // max(1, len(found)))
        for number, text in enumerate(found):
            news.insert(number * (step + 1), text)
        found = news
    return found


def by_sentence(run: Callable[[str], object]) -> Callable[[list[str]], object]:
    """A run of a peer, sentence by sentence; the sentences are split beforehand."""
    return lambda lines: [run(line) for line in lines]


def cpu(run: Callable[[list[str]], object], lines: list[str]) -> float:
    """CPU seconds."""
    start = time.process_time()
    run(lines)
    return time.process_time() - start


def compare(pipe: Pipeline, articles: list[str], characters: int, rounds: int) -> list[dict[str, object]]:
    """The peers' times over that of `word_tokenize`, by round."""
    peers: dict[str, Callable[[list[str]], object]] = {
        "danvan, text to facts": lambda part: [pipe(text) for text in part],
        "underthesea.ner": by_sentence(underthesea.ner),
        "plain regexes": lambda part: [p.findall(text) for text in part for p in PLAIN],
    }
    pipe(articles.pop()), underthesea.word_tokenize("Hà Nội"), underthesea.ner("Hà Nội")
    ratios: dict[str, list[float]] = {name: [] for name in peers}
    for number in range(rounds):
        part: list[str] = []
        while articles and sum(map(len, part)) < characters:
            part.append(articles.pop(number * 7919 % len(articles)))
        if not part:
            break
        sentences = [s for text in part for s in underthesea.sent_tokenize(text)]
        size = sum(map(len, part))
        words = cpu(by_sentence(underthesea.word_tokenize), sentences) / size
        for name, run in peers.items():
            given = part
            if name == "underthesea.ner":
                given = [s for k, s in enumerate(sentences) if sum(map(len, sentences[:k])) < NER_PART]
            ratios[name].append(cpu(run, given) / sum(map(len, given)) / words)
    return [
        {"run": name, "ratio": round(statistics.median(r), 3), "lowest": round(min(r), 3), "highest": round(max(r), 3),
         "rounds": len(r)}
        for name, r in ratios.items()
    ]  # fmt: skip


def lengths(pipe: Pipeline, articles: list[str], longest: int) -> list[dict[str, object]]:
    """CPU microseconds a character by the length of the article, in paragraphs and as one line."""
    whole = "\n".join(articles)
    whole *= longest // len(whole) + 1
    found = []
    for size in (n for n in LENGTHS if n <= longest):
        row: dict[str, object] = {"characters": size}
        for name, text in (("lines", whole), ("one_line", whole.replace("\n", " "))):
            number = max(1, min(30_000, longest) // size)
            part = [text[k * size : (k + 1) * size] for k in range(number)]
            row[name] = round(cpu(lambda given: [pipe(each) for each in given], part) / size / number * 1e6, 2)
        found.append(row)
    return found


def starts() -> list[dict[str, object]]:
    """CPU seconds of fresh processes, the smallest of three: help, one article with the caches cold and warm."""
    sample = str(sorted(SAMPLES.glob("*.txt"))[0])
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for name, arguments, runs in (("help", ["--help"], 3), ("cold", ["extract", sample], 1), ("warm", ["extract", sample], 3)):  # fmt: skip  # noqa: E501
            spent = []
            for _ in range(runs):
                before = os.times()
                subprocess.run([sys.executable, "-c", COMMAND, *arguments], capture_output=True, check=False,
                               env={**os.environ, "DANVAN_CACHE": folder})  # fmt: skip
                after = os.times()
                spent.append(after[2] + after[3] - before[2] - before[3])
            found.append({"start": name, "cpu_seconds": round(min(spent), 2)})
    return found


def chart(rows: list[dict[str, object]]) -> str:
    """Characters a second against the length of the article, as SVG."""
    keys = ("lines", "one_line")
    points = {key: [(float(str(r["characters"])), 1e6 / float(str(r[key]))) for r in rows] for key in keys}
    top = max(y for line in points.values() for _, y in line) * 1.15

    def at(x: float, y: float) -> str:
        return f"{60 + (math.log10(x) - 3) / 3 * 480:.1f},{250 - y / top * 220:.1f}"

    body = []
    for key, colour in zip(keys, ("#1b6ca8", "#c0562f"), strict=True):
        line = " ".join(at(*point) for point in points[key])
        body.append(f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="{line}"/>')
    for x in (1e3, 1e4, 1e5, 1e6):
        body.append(f'<text x="{at(x, 0).split(",")[0]}" y="268" text-anchor="middle">{x:,.0f}</text>')
    for share in (0.25, 0.5, 0.75, 1):
        y = 250 - share * 220
        body.append(f'<path d="M60 {y}H540" stroke="#ddd"/>')
        body.append(f'<text x="54" y="{y + 4}" text-anchor="end">{top * share / 1000:,.0f}k</text>')
    body.append('<text x="300" y="290" text-anchor="middle">characters of the article</text>')
    body.append('<text x="64" y="16">characters a second (blue: paragraphs, red: one line)</text>')
    return ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 560 300" font-family="sans-serif" font-size="11">'
            '<rect width="560" height="300" fill="#fff"/><path d="M60 30V250H540" fill="none" stroke="#444"/>'
            + "\n".join(body) + "</svg>\n")  # fmt: skip


def main() -> int:
    """Print the tables; write JSON and chart where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("inputs", nargs="*", type=Path, metavar="INPUT.jsonl")
    parser.add_argument("--characters", type=int, default=60_000, help="of a round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--longest", type=int, default=1_000_000, help="article of the table of lengths; 0: no table")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--chart", type=Path)
    options = parser.parse_args()
    pipe, articles = extractor.load(), texts(options.inputs)
    result: dict[str, object] = {"python": platform.python_version(), "machine": platform.machine(),
                                 "cores": os.cpu_count(), "underthesea": underthesea.__version__}  # fmt: skip
    result["runs"] = runs = compare(pipe, list(articles), options.characters, options.rounds)
    print(f"{'time over word_tokenize':24}{'median':>9}{'from':>9}{'to':>9}")
    for run in runs:
        print(f"{run['run']:24}{run['ratio']:9}{run['lowest']:9}{run['highest']:9}")
    result["lengths"] = rows = lengths(pipe, articles, options.longest) if options.longest else []
    for row in rows:
        print(f"{row['characters']:>10,} characters  {row['lines']:8} µs each  {row['one_line']:8} µs in one line")
    result["starts"] = fresh = starts()
    print(*(f"{s['start']}: {s['cpu_seconds']} s" for s in fresh), sep="  ")
    if options.json:
        options.json.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if options.chart and rows:
        options.chart.write_text(chart(rows), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
