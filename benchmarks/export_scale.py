"""How much memory and time exports take: a made knowledge base of N facts, written to every format.

    python benchmarks/export_scale.py --facts 100000 1000000 --scratch /tmp/scale [--dsn "host=…"] [--json out.json]

Each export runs in a process of its own, whose largest resident size is told (`ru_maxrss`). What this process itself
held when it began another counts there too, so it holds little: it makes knowledge bases in processes of their own.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from extractor.knowledge.exporting import FORMATS

#: Facts of an article, and articles between two that a series tells of.
FACTS, SERIES = 10, 20
SENTENCE = (
    "Ngày 5/3/2021, ông Nguyễn Văn A, Bí thư Tỉnh ủy, ký Kế hoạch số 12-KH/TU; tỷ lệ hộ nghèo còn 3,25 % theo "
    "Chương trình “Dân vận khéo”, bà con trong vùng phấn khởi thi đua lao động, sản xuất. "
)
WORDS = (
    "Ngày 5/3/2021",
    "ông Nguyễn Văn A, Bí thư Tỉnh ủy",
    "Kế hoạch số 12-KH/TU",
    "tỷ lệ hộ nghèo còn 3,25 %",
    "Chương trình “Dân vận khéo”",
)


def facts_of(article: str, number: int, text: str):
    """Ten facts of an article, two of each kind."""
    for n in range(FACTS):
        start = (n // 5) * len(SENTENCE)
        kind = ("date", "official", "document", "indicator", "program")[n % 5]
        words = WORDS[n % 5]
        at = text.index(words, start)
        fields = {
            "date": {"value": "2021-03-05", "type": "DATE", "first_day": "2021-03-05", "last_day": "2021-03-05"},
            "official": {"name": f"Nguyễn Văn {number % 5000}", "honorific": "ông",
                         "positions": [{"title": "Bí thư", "organisation": "Tỉnh ủy", "former": False}]},
            "document": {"type": "plan", "type_text": None, "code": f"{number % 900}-KH/TU",
                         "number": str(number % 900), "symbol": "KH/TU", "issued": None, "issuer": "Tỉnh ủy",
                         "title": None},
            "indicator": {"indicator": "poverty_rate", "label": None, "measure": "level", "value": 3.25,
                          "value_max": None, "unit": "%", "bound": None, "area": f"xã {number % 9000}",
                          "sector": None, "subject": None,
                          "period": str(2000 + number % 25), "status": "actual", "base_period": None},
            "program": {"name": "Dân vận khéo", "type": "movement", "period": None, "parties": []},
        }[kind]  # fmt: skip
        evidence = {"start": at, "end": at + len(words), "text": words, "rule": f"{kind}s.made",
                    "fields": {"value" if kind in ("date", "indicator") else "name": [[at + 2, at + 5]]}}  # fmt: skip
        key = hashlib.sha256(f"{article} {n}".encode()).hexdigest()[:16]
        yield {"schema": 1, "id": key, "kind": kind, "article_id": article, **fields, "inferred": {},
               "confidence": None, "evidence": [evidence]}  # fmt: skip


def make(folder: Path, facts: int) -> None:
    """Write a knowledge base of so many facts."""
    folder.mkdir(parents=True)
    text = SENTENCE * 8
    articles = facts // FACTS
    with (folder / "articles.jsonl").open("w") as rows, (folder / "facts.jsonl").open("w") as lines:
        for number in range(articles):
            key = f"a{number:07d}"
            own = f"{number}: {text}"
            article = {"schema": 1, "id": key, "source": f"in.jsonl:{number}", "url": f"https://example.org/{number}",
                       "title": f"Bài {number}", "published": f"20{number % 25:02d}-01-02", "published_from": "url",
                       "outlet": "Báo", "province": f"Tỉnh {number % 63}", "section": None, "author": None, "text": own,
                       "sha256": hashlib.sha256(own.encode()).hexdigest(), "duplicate_of": None, "repairs": [],
                       "warnings": [], "facts": FACTS}  # fmt: skip
            rows.write(json.dumps(article, ensure_ascii=False) + "\n")
            for fact in facts_of(key, number, own):
                lines.write(json.dumps(fact, ensure_ascii=False) + "\n")
    with (folder / "entities.jsonl").open("w") as lines:
        for number in range(articles // SERIES):
            points = [{"period": str(year), "base_period": None, "status": "actual", "value": 3.25, "value_max": None,
                       "unit": "%", "canonical_value": 3.25, "canonical_value_max": None, "bound": None, "sources": 1,
                       "facts": [f"{number:08x}{year:08x}"]} for year in range(2001, 2021)]  # fmt: skip
            own = [point["facts"][0] for point in points]
            entity = {"schema": 1, "id": f"s{number:07d}", "type": "series", "name": f"tỷ lệ hộ nghèo xã {number}",
                      "aliases": [], "indicator": "poverty_rate", "label": None, "measure": "level",
                      "area": f"xã {number}", "place": None, "province": None, "sector": None, "subject": None,
                      "unit": "%", "points": points,
                      "continues": [], "continued_by": [], "facts": own,
                      "links": [{"by": "made", "field": None, "facts": own}]}  # fmt: skip
            lines.write(json.dumps(entity, ensure_ascii=False) + "\n")
    (folder / "rejects.jsonl").write_text("")
    counts = {"inputs": articles, "articles": articles, "rejects": 0, "duplicates": 0, "facts": facts}
    manifest = {"schema": 1, "versions": {}, "rules": "made", "inputs": [], "counts": counts, "reproducible": True}
    (folder / "manifest.json").write_text(json.dumps(manifest))


def run(command: list[str]) -> tuple[float, float, float]:
    """(seconds, seconds of CPU, MiB at most) of a command; raises `SystemExit` where it fails."""
    begun = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{command}: {status}")
    return time.monotonic() - begun, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def size(path: Path) -> float:
    """MiB of a file or folder."""
    if not path.is_dir():
        return path.stat().st_size / 2**20
    with os.scandir(path) as entries:
        return sum(size(Path(e.path)) if e.is_dir() else e.stat().st_size / 2**20 for e in entries)


def main() -> None:
    """Measure and tell."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--facts", type=int, nargs="+", default=[100_000, 1_000_000])
    options.add_argument("--scratch", type=Path, required=True, help="an empty folder to write in")
    options.add_argument("--formats", nargs="+", default=list(FORMATS))
    options.add_argument("--dsn")
    options.add_argument("--json", type=Path)
    options.add_argument("--make", type=Path, help="only make a knowledge base, of the first number of facts, here")
    given = options.parse_args()
    if given.make:
        make(given.make, given.facts[0])
        return
    found = []
    for facts in given.facts:
        kb = given.scratch / f"kb-{facts}"
        if not kb.exists():
            run([sys.executable, __file__, "--scratch", str(given.scratch), "--facts", str(facts), "--make", str(kb)])
        danvan = [sys.executable, "-m", "extractor.cli"]
        questions = {"query count": "SELECT count(*) FROM facts", "query figures-of": "figures-of"}
        for name in [*given.formats, *questions]:
            target = given.scratch / "out"
            where = ["--dsn", given.dsn] if name == "postgres" else ["--out", str(target)]
            if name == "postgres" and not given.dsn:
                continue
            command = [*danvan, "export", str(kb), "--to", name, *where, "--quiet"]
            if name in questions:
                command = [*danvan, "query", str(kb), questions[name], "--format", "csv"]
            seconds, cpu, memory = run(command)
            row = {"facts": facts, "what": name, "seconds": round(seconds, 1), "cpu": round(cpu, 1),
                   "peak_mib": round(memory), "mib": round(size(target)) if target.exists() else None}  # fmt: skip
            found.append(row)
            print(json.dumps(row), flush=True)
            if target.is_dir():
                shutil.rmtree(target)
            else:
                target.unlink(missing_ok=True)
    if given.json:
        given.json.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
