"""How `danvan link` grows: knowledge bases of made facts, linked in a process of its own, time and peak memory told.

link_scale.py [FACTS…] [--folder DIR]    (default 100000 1000000)

The facts are made directly, not extracted: officials, documents, figures and programmes of all provinces over ten
years, with names and numbers as common as in the news. Each base is linked from nothing, then again with nothing new,
then with one hundredth more.
"""

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from extractor.knowledge.linking.places import register
from extractor.knowledge.linking.vocabulary import vocabulary

TITLES = [("Bí thư", "Tỉnh ủy"), ("Chủ tịch", "UBND tỉnh"), ("Phó Chủ tịch", "UBND tỉnh"),
          ("Trưởng Ban", "Ban Dân vận Tỉnh ủy"), ("Giám đốc", "Sở Nội vụ"),
          ("Phó Giám đốc", "Sở Y tế"), ("Chủ tịch", "Hội LHPN tỉnh")]  # fmt: skip
CODES = [("decision", "QĐ-UBND", "/", "UBND tỉnh"), ("resolution", "NQ/TU", "-", "Tỉnh ủy"),
         ("plan", "KH/TU", "-", "Tỉnh ủy"),
         ("directive", "CT-TTg", "/", "Thủ tướng Chính phủ"),
         ("resolution", "NQ/TW", "-", "Ban Bí thư")]  # fmt: skip
UNITS = {"percent": ["%"], "money": ["tỷ đồng", "triệu đồng"], "growth": ["%"]}
#: Facts of a made article.
PER_ARTICLE = 10
#: Links an existing base in a process of its own and tells its time, peak memory (KiB) and counts.
CHILD = """
import json, resource, sys, time
from pathlib import Path
from extractor.knowledge.linking.link import link
began = time.monotonic()
done = link(Path(sys.argv[1]), fresh=sys.argv[2] == "fresh")
took, cpu = time.monotonic() - began, time.process_time()
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
told = {"seconds": round(took, 1), "cpu_seconds": round(cpu, 1), "peak_mib": peak // 1024}
print(json.dumps({**told, "entities": sum(done.entities.values()), "articles": done.articles}))
"""


class Maker:
    """Makes articles with facts, of which the n-th is always the same."""

    def __init__(self) -> None:
        tables = vocabulary()
        self.provinces = sorted({u.name for u in register().names.provinces if u.last})
        self.districts = [(row["level"], row["name"], row["province"]) for row in tables["districts"]]
        self.surnames = [
            "Nguyễn",
            "Trần",
            "Lê",
            "Phạm",
            "Hoàng",
            "Huỳnh",
            "Phan",
            "Vũ",
            "Võ",
            "Đặng",
            "Bùi",
            "Đỗ",
            "Hồ",
            "Ngô",
        ]
        self.middles = [
            "Văn",
            "Thị",
            "Minh",
            "Quốc",
            "Thanh",
            "Ngọc",
            "Hữu",
            "Đức",
            "Xuân",
            "Thu",
            "Trọng",
            "Công",
            "Kim",
            "Anh",
        ]
        self.given = sorted({row["surname"] for row in tables["surnames"]})[:200]
        self.indicators = [(r["id"], UNITS[r["class"]]) for r in tables["indicators"] if r["class"] in UNITS]

    def article(self, n: int) -> tuple[dict, list[dict]]:
        """The n-th article and its facts."""
        rng = random.Random(n)
        province = rng.choice(self.provinces)
        year = rng.randint(2016, 2025)
        day = f"{year}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
        article = {
            "schema": 1, "id": f"m{n:07d}", "source": f"made:{n}", "url": None, "title": f"Bài {n}", "published": day,
            "published_from": "input", "outlet": None, "province": province, "section": None, "author": None,
            "text": "\n".join(["Văn bản."] * PER_ARTICLE), "sha256": f"{n:064x}", "duplicate_of": None,
            "repairs": [], "warnings": [],
            "facts": PER_ARTICLE,
        }  # fmt: skip
        makers = (
            self._official,
            self._indicator,
            self._indicator,
            self._indicator,
            self._document,
            self._program,
            self._date,
        )
        facts = []
        for k in range(PER_ARTICLE):
            fact = rng.choice(makers)(rng, province, year)
            head = {
                "schema": 1,
                "id": f"{n * PER_ARTICLE + k:016x}",
                "kind": fact.pop("kind"),
                "article_id": article["id"],
            }
            at = 9 * k
            evidence = [{"start": at, "end": at + 8, "text": "Văn bản.", "rule": "made.fact", "fields": {}}]
            facts.append({**head, **fact, "inferred": {}, "confidence": None, "evidence": evidence})
        return article, facts

    def _official(self, rng: random.Random, province: str, year: int) -> dict:
        title, body = rng.choice(TITLES)
        # Few hold an office: the same few names in a province and year, many names in the country.
        own = random.Random(f"{province}{title}{body}{year // 5}{rng.randint(0, 3)}")
        name = f"{own.choice(self.surnames)} {own.choice(self.middles)} {own.choice(self.given)}"
        return {"kind": "official", "name": name, "honorific": None,
                "positions": [{"title": title, "organisation": body, "former": False}]}  # fmt: skip

    def _indicator(self, rng: random.Random, province: str, year: int) -> dict:
        name, units = rng.choice(self.indicators)
        area = province
        if rng.random() < 0.4:
            level, district, _ = rng.choice(self.districts)
            area = f"{level} {district}"
        return {"kind": "indicator", "indicator": name, "label": None, "measure": "level",
                "value": rng.randint(1, 9999) / 100, "value_max": None, "unit": rng.choice(units),
                "bound": None, "area": area, "sector": None,
                "subject": None,
                "period": str(year - rng.randint(0, 2)), "status": "actual", "base_period": None}  # fmt: skip

    def _document(self, rng: random.Random, province: str, year: int) -> dict:
        type_, symbol, mark, issuer = rng.choice(CODES)
        number = str(rng.randint(1, 400))
        issued = (
            f"{year - rng.randint(0, 3)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
            if rng.random() < 0.6
            else None
        )
        return {"kind": "document", "type": type_, "type_text": None, "code": f"{number}{mark}{symbol}",
                "number": number, "symbol": symbol, "issued": issued, "issuer": issuer, "title": None}  # fmt: skip

    def _program(self, rng: random.Random, province: str, year: int) -> dict:
        kind = rng.choice(["model", "movement", "scheme"])
        name = "Dân vận khéo" if kind == "movement" else f"mô hình số {rng.randint(1, 3000)}"
        return {"kind": "program", "name": name, "type": kind, "period": None, "parties": []}

    def _date(self, rng: random.Random, province: str, year: int) -> dict:
        return {"kind": "date", "value": str(year), "type": "DATE", "first_day": None, "last_day": None}


def make(folder: Path, first: int, count: int) -> None:
    """Append the articles from the first, so that the folder is a finished knowledge base."""
    maker = Maker()
    with (
        (folder / "articles.jsonl").open("a", encoding="utf-8") as articles,
        (folder / "facts.jsonl").open("a", encoding="utf-8") as facts,
    ):
        for n in range(first, first + count):
            article, own = maker.article(n)
            facts.writelines(json.dumps(fact, ensure_ascii=False) + "\n" for fact in own)
            articles.write(json.dumps(article, ensure_ascii=False) + "\n")
    manifest = {"schema": 1, "versions": {}, "rules": "made", "inputs": [], "counts": {}, "reproducible": True}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def measured(folder: Path, how: str) -> dict:
    """Link in a process of its own."""
    run = subprocess.run([sys.executable, "-c", CHILD, str(folder), how], capture_output=True, text=True, check=True)
    return json.loads(run.stdout)


def main() -> int:
    """Measure every size; 1 if one wants 2 GiB or more."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("facts", nargs="*", type=int, default=[100_000, 1_000_000])
    parser.add_argument("--folder", type=Path, default=None, help="where to keep what is made")
    asked = parser.parse_args()
    worst = 0
    with tempfile.TemporaryDirectory() as kept:
        for count in asked.facts:
            folder = (asked.folder or Path(kept)) / f"kb-{count}"
            folder.mkdir(parents=True, exist_ok=True)
            articles = count // PER_ARTICLE
            began = time.monotonic()
            if not (folder / "manifest.json").exists():
                make(folder, 0, articles)
            print(f"{count} facts made in {time.monotonic() - began:.0f} s", flush=True)
            for how, more in (
                ("fresh", 0), ("nothing new", 0), ("one article more", 1), ("one hundredth more", articles // 100),
            ):  # fmt: skip
                make(folder, articles, more)
                articles += more
                result = measured(folder, how)
                worst = max(worst, result["peak_mib"])
                print(f"  {how}: {json.dumps(result)}", flush=True)
            sizes = {p.name: p.stat().st_size >> 20 for p in sorted(folder.iterdir())}
            print(f"  MiB: {json.dumps(sizes)}", flush=True)
    print(f"peak {worst} MiB; this process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MiB")
    return worst >= 2048


if __name__ == "__main__":
    sys.exit(main())
