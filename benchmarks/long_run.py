"""A long run measured: how its memory goes, how fast it is, and whether its counts add up.

    python benchmarks/long_run.py articles.jsonl 100000 FOLDER [--workers 2] [--every 60]

Writes `many.jsonl` (`many_articles.py`: the articles repeated with changed ids and figures) and `kb` into FOLDER; a
knowledge base that was cut off there is resumed. Linux only (`/proc`). Prints a line a minute: seconds, the memory of
the main process and of its largest worker (resident, MB), how far `articles.jsonl` has grown; then the summary, the
largest and the last memory of each quarter of the run, and what was counted in the files themselves. Ends with 1 if
they do not add up.
"""

import argparse
import json
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

#: Seconds between two looks at the memory.
LOOK = 2.0


def resident(pid: int) -> float:
    """Megabytes of a process that lie in memory; 0 where it is gone."""
    try:
        for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    return 0.0


def children(pid: int) -> list[int]:
    """The processes that a process started."""
    try:
        return [int(n) for n in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


class Watch(threading.Thread):
    """Looks at a run's memory until it ends; `seen` are (seconds, main process, largest worker)."""

    def __init__(self, process: subprocess.Popen[str], every: float, kb: Path) -> None:
        super().__init__(daemon=True)
        self.process, self.every, self.kb = process, every, kb
        self.seen: list[tuple[float, float, float]] = []

    def run(self) -> None:
        """Look and tell, until the run ends."""
        begun = told = time.monotonic()
        while self.process.poll() is None:
            time.sleep(LOOK)
            now = time.monotonic()
            workers = max((resident(child) for child in children(self.process.pid)), default=0.0)
            if main := resident(self.process.pid):
                self.seen.append((now - begun, main, workers))
            if now - told >= self.every and self.seen:
                told = now
                print(f"{now - begun:8.0f} s  main {main:6.0f} MB  worker {workers:6.0f} MB  "
                      f"articles.jsonl {size(self.kb / 'articles.jsonl'):7.1f} MB", flush=True)  # fmt: skip


def size(path: Path) -> float:
    """Megabytes of a file."""
    return path.stat().st_size / 2**20 if path.exists() else 0.0


def counted(kb: Path) -> tuple[dict[str, int], Counter[str]]:
    """Lines of the files, duplicates, and facts by kind; an article's own count must be that of its facts."""
    lines: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    with (
        (kb / "articles.jsonl").open(encoding="utf-8") as articles,
        (kb / "facts.jsonl").open(encoding="utf-8") as facts,
    ):
        for line in articles:
            article = json.loads(line)
            lines["articles"] += 1
            lines["duplicates"] += article["duplicate_of"] is not None
            for _ in range(article["facts"]):
                fact = json.loads(next(facts))
                assert fact["article_id"] == article["id"], "a fact stands under another article"
                lines["facts"] += 1
                kinds[fact["kind"]] += 1
        assert not next(facts, None), "facts without an article"
    lines["rejects"] = sum(1 for _ in (kb / "rejects.jsonl").open(encoding="utf-8"))
    return {**lines, "inputs": lines["articles"] + lines["rejects"]}, kinds


def main() -> int:
    """Make the articles, run, watch, count."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("articles", type=Path)
    parser.add_argument("count", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--workers", default="2")
    parser.add_argument("--every", type=float, default=60.0)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    many, kb = given.folder / "many.jsonl", given.folder / "kb"
    with many.open("w", encoding="utf-8") as stream:
        maker = Path(__file__).with_name("many_articles.py")
        subprocess.run([sys.executable, str(maker), str(given.articles), str(given.count)], stdout=stream, check=True)
    begun = time.monotonic()
    command = [
        sys.executable,
        "-m",
        "extractor.cli",
        "extract",
        str(many),
        "--out",
        str(kb),
        "--workers",
        given.workers,
    ]
    process = subprocess.Popen([*command, "--log-format", "json"], stderr=subprocess.PIPE, text=True, encoding="utf-8")
    watch = Watch(process, given.every, kb)
    watch.start()
    assert process.stderr is not None
    told = [line for line in process.stderr if '"progress"' not in line]
    code = process.wait()
    watch.join()
    seconds = time.monotonic() - begun
    print("".join(told).strip())
    for number in range(4):
        part = watch.seen[len(watch.seen) * number // 4 : len(watch.seen) * (number + 1) // 4] or watch.seen[-1:]
        main, worker = max(s[1] for s in part), max(s[2] for s in part)
        print(
            f"to {part[-1][0]:.0f} s: main process {main:.0f} MB at most, {part[-1][1]:.0f} at its end; "
            f"largest worker {worker:.0f}, {part[-1][2]:.0f}"
        )
    lines, kinds = counted(kb)
    manifest = json.loads((kb / "manifest.json").read_text(encoding="utf-8"))["counts"]
    print(f"{seconds:.0f} s, {lines['articles'] / seconds:.1f} articles a second, exit {code}")
    print(f"in the files: {lines}, {dict(kinds)}")
    print(f"in the manifest: {manifest}; .index.sqlite {size(kb / '.index.sqlite'):.0f} MB")
    whole = lines["inputs"] == given.count and all(manifest[name] == lines[name] for name in manifest)
    print("the counts add up" if whole else "THE COUNTS DO NOT ADD UP")
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main())
