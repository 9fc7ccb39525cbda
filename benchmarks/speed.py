"""The whole pipeline against its peers: side by side in one process, alternating runs, ratios of the same round.

    speed.py [INPUT.jsonl …] [--only SECTION …] [--characters 60000] [--rounds 5] [--longest 1000000]
             [--articles 2000] [--json PATH] [--chart PATH.svg]

Sections: `peers` (the median ratio to `underthesea.word_tokenize` and its spread; every round takes other articles of
the inputs, mixed with the shipped samples, which alone are read without inputs, and gives the same text to all),
`lengths` (time a character by the length of the article), `starts` (CPU of fresh processes), `workers` (two processes
against one: wall time, same bytes), `memory` (the peak of a run of `--articles` against one of 25 times as many; with
2,000 of them half an hour: run it by itself). The default is the first three. Each prints as it goes; times are CPU
times but those of `workers`. No article is read twice but where a long one is made of all.
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
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import regex
import underthesea

import extractor
from extractor import compiled
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


def lengths(pipe: Pipeline, articles: list[str], longest: int) -> Iterator[dict[str, object]]:
    """CPU microseconds a character by the length of the article, in paragraphs and as one line."""
    whole = "\n".join(articles)
    whole *= longest // len(whole) + 1
    for size in (n for n in LENGTHS if n <= longest):
        row: dict[str, object] = {"characters": size}
        for name, text in (("lines", whole), ("one_line", whole.replace("\n", " "))):
            number = max(1, min(30_000, longest) // size)
            part = [text[k * size : (k + 1) * size] for k in range(number)]
            row[name] = round(cpu(lambda given: [pipe(each) for each in given], part) / size / number * 1e6, 2)
        yield row


def starts() -> list[dict[str, object]]:
    """CPU seconds of fresh processes, the smallest of three: help, one article after the install (what the build
    prepared, no cache of the user's), and with that cache warm."""
    sample = str(sorted(SAMPLES.glob("*.txt"))[0])
    prepared = compiled.PREPARED.exists()
    found: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory() as folder:
        for name, arguments in (("help", ["--help"]), ("cold", ["extract", sample]), ("warm", ["extract", sample])):
            spent = []
            for number in range(3 if prepared or name != "cold" else 1):
                cache = Path(folder, f"{number}" if name == "cold" else "0")
                before = os.times()
                subprocess.run([sys.executable, "-c", COMMAND, *arguments], capture_output=True, check=False,
                               env={**os.environ, "DANVAN_CACHE": str(cache)})  # fmt: skip
                after = os.times()
                spent.append(after[2] + after[3] - before[2] - before[3])
            found.append({"start": name, "cpu_seconds": round(min(spent), 2)})
    return [*found, {"start": "cold is of a package whose build prepared the rules", "prepared": prepared}]


def inputs(articles: list[str], count: int, folder: Path) -> Path:
    """A file of so many articles: those given again and again, each with its number in front."""
    path = folder / f"{count}.jsonl"
    with path.open("w", encoding="utf-8") as stream:
        for number in range(count):
            text = f"Tin {number}\n{articles[number % len(articles)]}"
            stream.write(json.dumps({"id": f"a{number}", "text": text}, ensure_ascii=False) + "\n")
    return path


#: A run of the command, which prints the peak of its own memory and of its workers' in kilobytes.
MEASURED = """
import resource, sys
from extractor.cli import main
try:
    main()
finally:
    peaks = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(*peaks, file=sys.stderr)
"""


def run(path: Path, out: Path, workers: int) -> tuple[float, list[int]]:
    """Wall seconds of a run, and the peaks of memory (kB) of the process and of its largest worker."""
    start = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", MEASURED, "extract", str(path), "--out", str(out), "--quiet",
                           "--workers", str(workers)], capture_output=True, text=True, check=True)  # fmt: skip
    return time.perf_counter() - start, [int(n) for n in done.stderr.split()[-2:]]


def workers(articles: list[str], count: int) -> dict[str, object]:
    """Two processes against one over the same articles, alternating twice; are their files the same?"""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = inputs(articles, count, folder)
        spent: dict[int, list[float]] = {1: [], 2: []}
        for number in range(2):
            for processes in (1, 2):
                spent[processes].append(run(path, folder / f"{processes}-{number}", processes)[0])
        same = all(
            (folder / "1-0" / file).read_bytes() == (folder / "2-0" / file).read_bytes()
            for file in ("facts.jsonl", "articles.jsonl")
        )
    return {"articles": count, "gain": round(min(spent[1]) / min(spent[2]), 2), "same_bytes": same,
            "one": round(min(spent[1]), 1), "two": round(min(spent[2]), 1)}  # fmt: skip


def memory(articles: list[str], count: int) -> Iterator[dict[str, object]]:
    """The peaks of memory (MB) of a run of few and of one of 25 times as many articles."""
    for number in (count, 25 * count):
        with tempfile.TemporaryDirectory() as name:
            _, peaks = run(inputs(articles, number, Path(name)), Path(name) / "kb", 1)
            yield {"articles": number, "megabytes": round(peaks[0] / 1000), "worker": round(peaks[1] / 1000)}


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


SECTIONS = ("peers", "lengths", "starts", "workers", "memory")


def main() -> int:
    """Print the tables; write JSON and chart where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("inputs", nargs="*", type=Path, metavar="INPUT.jsonl")
    parser.add_argument("--only", action="append", choices=SECTIONS, metavar="SECTION", help="|".join(SECTIONS))
    parser.add_argument("--characters", type=int, default=60_000, help="of a round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--longest", type=int, default=1_000_000, help="article of the table of lengths")
    parser.add_argument("--articles", type=int, default=2_000, help="of the runs of workers and memory")
    parser.add_argument("--json", type=Path, help="sections that were not run are kept as they stand there")
    parser.add_argument("--chart", type=Path)
    options = parser.parse_args()
    wanted = options.only or SECTIONS[:3]
    articles = texts(options.inputs)
    result: dict[str, Any] = {}
    if options.json and options.json.exists():
        result = json.loads(options.json.read_text(encoding="utf-8"))
    result |= {"python": platform.python_version(), "machine": platform.machine(), "cores": os.cpu_count(),
               "underthesea": underthesea.__version__}  # fmt: skip
    pipe = extractor.load() if {"peers", "lengths"} & set(wanted) else None
    if pipe is not None:
        pipe.prepare()
    if pipe is not None and "peers" in wanted:
        result["runs"] = compare(pipe, list(articles), options.characters, options.rounds)
        print(f"{'time over word_tokenize':24}{'median':>9}{'from':>9}{'to':>9}")
        for row in result["runs"]:
            print(f"{row['run']:24}{row['ratio']:9}{row['lowest']:9}{row['highest']:9}", flush=True)
    if pipe is not None and "lengths" in wanted:
        result["lengths"] = []
        for row in lengths(pipe, articles, options.longest):
            result["lengths"].append(row)
            print(f"{row['characters']:>10,} characters  {row['lines']:8} µs each  {row['one_line']:8} µs in one line",
                  flush=True)  # fmt: skip
    if "starts" in wanted:
        result["starts"] = starts()
        print(
            *(f"{s['start']}: {s.get('cpu_seconds', s.get('prepared'))}" for s in result["starts"]),
            sep="  ",
            flush=True,
        )
    if "workers" in wanted:
        result["workers"] = workers(articles, options.articles)
        print("two workers: {gain} times the speed ({one} s, {two} s), same bytes: {same_bytes}".format(
            **result["workers"]), flush=True)  # fmt: skip
    if "memory" in wanted:
        result["memory"] = []
        for row in memory(articles, options.articles):
            result["memory"].append(row)
            print(f"{row['articles']:>7,} articles  {row['megabytes']} MB, worker {row['worker']} MB", flush=True)
    if options.json:
        options.json.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if options.chart and result.get("lengths"):
        options.chart.write_text(chart(result["lengths"]), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
