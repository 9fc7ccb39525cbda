"""The fast tagger against underthesea's own: side by side in one process, alternating runs.

    tagger.py [INPUT.jsonl …] [--characters 12000] [--rounds 5] [--json PATH] [--identity]

Every round takes other sentences of the inputs (by default the shipped samples), gives them to both and notes the ratio
of their times: only ratios of the same round are compared, so that a busy machine does not matter. Prints the median
of the ratios and their spread. The text of a round was not seen before; *warm* runs have met the rounds before it,
*empty caches* have met nothing. `--identity` compares words and tags of every sentence instead. Load times are those of
fresh processes.
"""

import argparse
import json
import platform
import resource
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import underthesea

from extractor import ner, segmentation, tagger
from extractor.sentences import sentence_spans

SAMPLES = Path(__file__).resolve().parent.parent / "data" / "samples" / "articles"
LOADS = {
    "fast, tags": "from extractor.ner import tag_sentences; tag_sentences(['Hà Nội'])",
    "fast, words": "from extractor.segmentation import words; words('Hà Nội')",
    "underthesea, tags": "from underthesea import ner; ner('Hà Nội')",
    "underthesea, words": "from underthesea import word_tokenize; word_tokenize('Hà Nội')",
}


def texts(inputs: list[Path]) -> Iterator[str]:
    """The texts of JSONL files, or of the shipped samples."""
    for path in inputs:
        with path.open(encoding="utf-8") as lines:
            yield from (json.loads(line)["text"] for line in lines)
    if not inputs:
        yield from (path.read_text(encoding="utf-8") for path in sorted(SAMPLES.glob("*.txt")))


def sentences(inputs: list[Path]) -> list[str]:
    """The different sentences of all texts, in order."""
    found: dict[str, None] = {}
    for text in texts(inputs):
        start = 0
        for line in text.split("\n"):
            found.update((text[a:b], None) for a, b in sentence_spans(text, start, start + len(line)))
            start += len(line) + 1
    return list(found)


def slow_words(lines: list[str]) -> list[list[str]]:
    """The words of underthesea."""
    return [underthesea.word_tokenize(line, use_token_normalize=False, fixed_words=[]) for line in lines]


def slow_tags(lines: list[str]) -> list[list[tuple[str, str, str, str]]]:
    """The tags of underthesea."""
    return [underthesea.ner(line) for line in lines]


def forgetful(run: Callable[[list[str]], object]) -> Callable[[list[str]], object]:
    """A run that has met no word before."""

    def emptied(lines: list[str]) -> object:
        segmenter, words = tagger.segmenter(), tagger.word_tagger()
        assert segmenter and words, "the installed underthesea is not known"
        segmenter.chunks.clear()
        segmenter.respelled_chunks.clear()
        words._codes.clear()
        return run(lines)

    return emptied


def one_by_one(lines: list[str]) -> object:
    """A call for each sentence."""
    return [ner.tag_sentences([line]) for line in lines]


#: Name → (fast, slow): what is compared.
RUNS: dict[str, tuple[Callable[[list[str]], object], Callable[[list[str]], object]]] = {
    "tags": (ner.tag_sentences, slow_tags),
    "tags, empty caches": (forgetful(ner.tag_sentences), slow_tags),
    "tags, a call each": (one_by_one, slow_tags),
    "names only": (ner._named, slow_tags),
    "words": (segmentation.segment, slow_words),
    "words, empty caches": (forgetful(segmentation.segment), slow_words),
    "tags against words": (ner.tag_sentences, slow_words),
}


def rounds(lines: list[str], characters: int, number: int) -> list[list[str]]:
    """Sentences in groups of so many characters, each from all over the inputs."""
    size = sum(map(len, lines))
    step = max(1, size // characters)
    return [lines[k::step] for k in range(min(number, step))]


def timed(run: Callable[[list[str]], object], lines: list[str]) -> float:
    """CPU seconds."""
    start = time.process_time()
    run(lines)
    return time.process_time() - start


def compare(lines: list[str], characters: int, number: int) -> list[dict[str, object]]:
    """The ratios of all runs, slow over fast."""
    for fast, slow in RUNS.values():  # models are loaded
        fast(["Hà Nội"]), slow(["Hà Nội"])
    ratios: dict[str, list[float]] = {name: [] for name in RUNS}
    speeds: dict[str, list[float]] = {name: [] for name in RUNS}
    for group in rounds(lines, characters, number):
        size = sum(map(len, group))
        known: dict[Callable[[list[str]], object], float] = {}
        for name, (fast, slow) in RUNS.items():
            if slow not in known:
                known[slow] = timed(slow, group)
            # Fast runs are short: what they differ from each other by must not be a clock's tick.
            spent = timed(fast, group)
            ratios[name].append(known[slow] / spent)
            speeds[name].append(size / spent)
    return [
        {
            "run": name,
            "ratio": round(statistics.median(found), 2),
            "lowest": round(min(found), 2),
            "highest": round(max(found), 2),
            "rounds": len(found),
            "characters_per_second": round(statistics.median(speeds[name])),
        }
        for name, found in ratios.items()
    ]


def load_times() -> list[dict[str, object]]:
    """CPU seconds and peak memory (MB, Linux only) of fresh processes that load models and tag two words."""
    if not Path("/proc/self/status").exists():
        return []
    found = []
    # The peak of the process itself: what getrusage says is that of its parent where that was larger.
    tail = "; import re, time; cpu = time.process_time(); status = open('/proc/self/status').read()"
    tail += "; print(cpu, re.search(r'VmHWM:\\s+(\\d+)', status)[1])"
    for name, code in LOADS.items():
        command = [sys.executable, "-c", code + tail]
        runs = [subprocess.run(command, capture_output=True, text=True, check=True).stdout.split() for _ in range(3)]
        cpu = [float(run[0]) for run in runs]
        found.append({"load": name, "cpu_seconds": round(min(cpu), 2), "peak_mb": int(runs[0][1]) // 1024})
    return found


def identity(lines: list[str]) -> dict[str, int]:
    """How many sentences get other words or tags."""
    fast_tags, fast_words = ner.tag_sentences(lines), segmentation.segment(lines)
    tags = sum(one != underthesea.ner(line) for one, line in zip(fast_tags, lines, strict=True))
    words = sum(one != other for one, other in zip(fast_words, slow_words(lines), strict=True))
    return {"sentences": len(lines), "tokens": sum(map(len, fast_tags)), "other_tags": tags, "other_words": words}


def main() -> int:
    """Print the table, or what differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("inputs", nargs="*", type=Path, metavar="INPUT.jsonl")
    parser.add_argument("--characters", type=int, default=12_000, help="of a round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--identity", action="store_true")
    options = parser.parse_args()
    warnings.simplefilter("error", RuntimeWarning)
    lines = sentences(options.inputs)
    result: dict[str, object] = {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "underthesea": underthesea.__version__,
        "sentences": len(lines),
        "characters": sum(map(len, lines)),
    }
    if options.identity:
        counts = identity(lines)
        result["identity"] = counts
        print("  ".join(f"{name}: {count:,}" for name, count in counts.items()))
    else:
        result["runs"] = runs = compare(lines, options.characters, options.rounds)
        result["loads"] = loads = load_times()
        result["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"{'slow over fast':24}{'median':>8}{'from':>8}{'to':>8}{'characters/s':>14}")
        for run in runs:
            print(
                f"{run['run']:24}{run['ratio']:8}{run['lowest']:8}{run['highest']:8}{run['characters_per_second']:14,}"
            )
        print(f"{'load':24}{'CPU s':>8}{'MB':>8}")
        for load in loads:
            print(f"{load['load']:24}{load['cpu_seconds']:8}{load['peak_mb']:8}")
    if options.json:
        options.json.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return int(bool(options.identity and (counts["other_tags"] or counts["other_words"])))


if __name__ == "__main__":
    sys.exit(main())
