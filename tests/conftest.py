"""Fixtures: the pipeline is loaded once a process, articles with gold are extracted once."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import extractor
from extractor.audit.gold import PART_OF, load_gold
from extractor.audit.passages import find
from extractor.knowledge.run import Options, extract_to
from extractor.reading import find_sources

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "data" / "samples"


@pytest.fixture(scope="session")
def pipe() -> extractor.Pipeline:
    return extractor.load()


@pytest.fixture(scope="session")
def extracted(pipe, tmp_path_factory):
    """Gives the knowledge base of a folder of articles, extracted when it is first asked for."""
    made: dict[Path, Path] = {}

    def knowledge_base(articles: Path) -> Path:
        if articles not in made:
            made[articles] = tmp_path_factory.mktemp("kb")
            extract_to(pipe, find_sources([str(articles)]), made[articles], options=Options())
        return made[articles]

    return knowledge_base


@pytest.fixture(scope="session")
def samples_kb(extracted) -> Path:
    return extracted(SAMPLES / "articles")


@pytest.fixture(scope="session")
def gold_facts() -> list[dict]:
    """What a perfect extractor would find in the samples: gold as facts, which no change of rules changes."""
    facts = []
    for article in load_gold(SAMPLES / "gold"):
        for kind, part in PART_OF.items():
            for number, entry in enumerate(article.entries[part]):
                fields = {name: value for name, value in entry.items() if name not in ("text", "optional")}
                words = entry.get("text") or entry["name"]
                start, end = find(article.text, words) or (0, len(article.text.split()[0]))
                evidence = {"start": start, "end": end, "text": article.text[start:end], "rule": f"{part}.{number % 3}"}
                facts.append({"schema": 1, "id": f"{article.id}.{part}.{number}", "kind": kind, "article_id": article.id,
                              **fields, "inferred": {}, "evidence": [evidence]})  # fmt: skip
    return facts


def damaged(facts: list[dict], damage: str, folder: Path) -> Path:
    """A file of facts of which every so many are dropped, have other fields, or stand twice (`all`: all of it)."""
    path = folder / "facts.jsonl"
    written = []
    for number, fact in enumerate(facts):
        if damage in ("dropped", "all") and number % 7 == 3:
            continue
        if damage in ("fields", "all") and number % 5 in OTHER_FIELDS:
            fact = {**fact, **OTHER_FIELDS[number % 5](fact)}
        written.append(fact)
        if damage in ("doubled", "all") and number % 11 == 5:
            written.append({**fact, "id": f"{fact['id']}.again"})
    path.write_text("".join(json.dumps(fact, ensure_ascii=False) + "\n" for fact in written), encoding="utf-8")
    return path


def _wrong(fact: dict) -> dict:
    """Another fact altogether."""
    return {
        "date": lambda: {"value": "1999-01"},
        "document": lambda: {"code": f"{fact.get('code')}X", "issued": None},
        "official": lambda: {"name": f"{fact['name']} Anh"},
        "indicator": lambda: {"value": -1, "measure": "change"},
        "program": lambda: {"name": "một tên khác"},
    }[fact["kind"]]()


def _doubtful(fact: dict) -> dict:
    """The same fact with other values in its fields."""
    return {
        "date": lambda: {"value": fact["value"].replace("-H1", "-01") + "/2030"},
        "document": lambda: {"type": "plan", "issued": None, "issuer": "Sở Nội vụ"},
        "official": lambda: {"positions": [*fact["positions"][1:], {"title": "Phó Chủ tịch", "organisation": "Hội"}]},
        "indicator": lambda: {"unit": "tỷ đồng", "area": "huyện Ba Vì", "period": "2001", "status": "target", "sector": "thủy sản"},
        "program": lambda: {"name": f"{fact['name']} số hai", "type": "plan", "period": "2001"},
    }[fact["kind"]]()  # fmt: skip


def _respelled(fact: dict) -> dict:
    """The same values in another spelling, which is no error: capitals, dashes, quotes, abbreviations, tones."""

    def spelled(value):
        if isinstance(value, list):
            return [{k: spelled(v) for k, v in item.items()} for item in value]
        if not isinstance(value, str):
            return value
        for old, new in (("UBND", "Ủy ban nhân dân"), ("-", " – "), ("òa", "oà"), ("ủy", "uỷ"), ("tỷ", "tỉ")):
            value = value.replace(old, new)
        return f"“{value.upper()}”"

    names = ("issuer", "name", "positions", "area", "unit", "sector")
    return {name: spelled(fact[name]) for name in names if name in fact}


#: number % 5 → what becomes of the fact; the others stay as they are.
OTHER_FIELDS = {0: _respelled, 2: _wrong, 4: _doubtful}


def danvan(*args, stdin=None, **env):
    """Run the command line in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "extractor.cli", *map(str, args)], input=stdin, capture_output=True, text=True,
        encoding="utf-8", check=False, env={**os.environ, "NO_COLOR": "1", "COLUMNS": "100", "LANG": "en_US.UTF-8", "LC_ALL": "en_US.UTF-8", **env},
    )  # fmt: skip
