"""Knowledge bases made by hand, for tests of what reads them."""

import hashlib
import json
from decimal import Decimal
from pathlib import Path

from hypothesis import strategies as st

from extractor.knowledge.exporting.source import open_source
from extractor.knowledge.exporting.values import checked
from extractor.knowledge.relations import TABLES, article_row, entity_rows, fact_rows, reject_row
from extractor.records import dumps

#: Emoji (one of several code points), CRLF, combining marks, signs that formats use, separators that split lines.
ALPHABET = "aăấđêôưỳ Đ13.,:;|\\/()[]{}#\"'<&>_-%…“”\n\r\t\u00a0\u0301\u0323🙂👩‍🌾🇻🇳\u2028\x85\ufeff"


def date(first: int, last: int, text: str, **more) -> dict:
    return fact("date", [(first, last)], text, value="2021", **more)


def fact(kind: str, spans: list, text: str, *, fields=None, number=0, article="a", **values) -> dict:
    """A fact whose evidence stands at spans; `fields` are those of its first evidence."""
    evidence = [
        {"start": a, "end": b, "text": text[a:b], "rule": f"{kind}s.made", "fields": (fields or {}) if not n else {}}
        for n, (a, b) in enumerate(spans)
    ]
    return {"schema": 1, "id": f"{article}-{kind}-{number}-{spans[0][0]}-{spans[0][1]}", "kind": kind,
            "article_id": article, **checked(kind, values), "inferred": {}, "confidence": None, "evidence": evidence}  # fmt: skip


def write_kb(folder: Path, articles: list[tuple[dict, list[dict]]], entities=()) -> Path:
    """A finished knowledge base of (article, facts); an article needs `id` and `text` only."""
    folder.mkdir(parents=True)
    rows, facts = [], []
    for article, own in articles:
        text = article["text"]
        defaults = {"schema": 1, "id": "", "source": f"{article['id']}.txt", "url": None, "title": None,
                    "published": None, "published_from": None, "outlet": None, "province": None, "section": None,
                    "author": None, "text": text, "sha256": hashlib.sha256(text.encode()).hexdigest(),
                    "duplicate_of": None, "repairs": [], "warnings": [], "facts": len(own)}  # fmt: skip
        rows.append(defaults | article)
        facts += own
    for name, lines in (("articles", rows), ("facts", facts), ("rejects", [])):
        content = "".join(dumps(line) + "\n" for line in lines)
        (folder / f"{name}.jsonl").write_bytes(content.encode())
    if entities:
        (folder / "entities.jsonl").write_bytes("".join(dumps(e) + "\n" for e in entities).encode())
    counts = {"inputs": len(rows), "articles": len(rows), "rejects": 0, "duplicates": 0, "facts": len(facts)}
    manifest = {
        "schema": 1,
        "versions": {"danvan": "0"},
        "rules": "0",
        "inputs": [],
        "counts": counts,
        "reproducible": True,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def read_facts(folder: Path) -> list[dict]:
    """The facts of a knowledge base, exact."""
    lines = (folder / "facts.jsonl").read_bytes().decode().split("\n")
    return [json.loads(line, parse_float=Decimal) for line in lines if line]


_WORDS = st.text(st.sampled_from(ALPHABET), min_size=1, max_size=12)
_VALUES = {
    "date": st.fixed_dictionaries({"value": _WORDS}, optional={"type": st.just("SET"), "first_day": _WORDS}),
    "document": st.fixed_dictionaries({"type": st.just("plan")}, optional={"code": _WORDS, "title": _WORDS}),
    "official": st.fixed_dictionaries({"name": _WORDS}, optional={"positions": st.lists(st.fixed_dictionaries(
        {"title": _WORDS}, optional={"organisation": _WORDS, "former": st.booleans()}), max_size=3)}),
    "indicator": st.fixed_dictionaries({"value": st.decimals(-10**9, 10**9, places=3)}, optional={"unit": _WORDS}),
    "program": st.fixed_dictionaries({"name": _WORDS, "type": st.just("model")}, optional={"parties": st.lists(_WORDS, max_size=3)}),
}  # fmt: skip
_PATHS = {"date": ["value", "type"], "document": ["code", "type"], "official": ["name", "positions.0.title", "positions.1.title"],
          "indicator": ["indicator", "value", "unit"], "program": ["name", "parties.0"]}  # fmt: skip


@st.composite
def made_articles(draw) -> list[tuple[dict, list[dict]]]:
    """A few articles with any facts: crossing, nested and equal spans, fields in pieces and outside."""
    found = []
    for number in range(draw(st.integers(1, 3))):
        text = draw(st.text(st.sampled_from(ALPHABET), min_size=3, max_size=60)) + "x"
        spans = st.tuples(st.integers(0, len(text) - 1), st.integers(1, len(text))).map(
            lambda p: (min(p), max(p) if max(p) > min(p) else min(p) + 1)
        )
        own = []
        for n in range(draw(st.integers(0, 4))):
            kind = draw(st.sampled_from(sorted(_VALUES)))
            places = draw(st.lists(spans, min_size=1, max_size=3, unique=True))
            pieces = st.lists(spans, min_size=1, max_size=3, unique=True)
            fields = draw(st.dictionaries(st.sampled_from(_PATHS[kind]), pieces, max_size=2))
            own.append(fact(kind, places, text, fields={k: [list(p) for p in v] for k, v in fields.items()}, number=n,
                            article=f"bài/{number}", **draw(_VALUES[kind])))  # fmt: skip
        found.append(({"id": f"bài/{number}", "text": text}, own))
    return found


TEXT = "🙂 Ông “A” nói:\r\n12,5 tỷ đồng năm 2020."
SERIES = {
    "schema": 1, "id": "s1", "type": "series", "name": "x", "aliases": ["y", "z"], "indicator": "grdp", "label": None,
    "measure": "level", "area": "A", "place": None, "province": None, "sector": None, "subject": None, "unit": "đồng",
    "points": [{"period": p, "base_period": None, "status": "actual", "value": Decimal(v), "value_max": None, "unit": "tỷ",
                "canonical_value": Decimal(v) * 10**9, "canonical_value_max": None, "bound": None, "sources": 2, "facts": ["f", "g"]}
               for p, v in (("2019", "12.125"), ("2020", "13"))],
    "continues": [], "continued_by": [], "facts": ["f", "g"], "links": [{"by": "w", "field": None, "facts": ["f", "g"]}],
}  # fmt: skip
PERSON = {"schema": 1, "id": "p1", "type": "person", "name": "A", "aliases": [], "province": None, "offices": [],
          "facts": ["f"], "links": []}  # fmt: skip


def rich_kb(folder: Path) -> Path:
    """A knowledge base with every kind of fact and linked entities."""
    facts = [
        fact("date", [(5, 8), (9, 12)], TEXT, value="2020", first_day="2020-01-01", last_day="2020-12-31", fields={"value": [[5, 6]]}),
        fact("document", [(2, 9)], TEXT, type="plan", code="01/KH", issued="2020-02-30"),
        fact("official", [(2, 9)], TEXT, name="A", positions=[{"title": "Bí thư", "former": True}, {"title": "Trưởng ban", "organisation": "Ban"}]),
        fact("indicator", [(15, 25)], TEXT, value="12.5", unit="tỷ đồng", indicator="grdp"),
        fact("indicator", [(15, 20)], TEXT, value="-0.000000005", value_max="123456789012345"),
        fact("program", [(2, 9)], TEXT, name="'; DROP", type="model", parties=["A", "B “C”"]),
    ]  # fmt: skip
    article = {"id": "a", "text": TEXT, "published": "2021-01-15", "province": "Hà Nội", "repairs": ["nfc"]}
    return write_kb(folder, [(article, facts), ({"id": "b", "text": "Không."}, [])], [PERSON, SERIES])


def table_rows(kb: Path) -> dict[str, list[tuple]]:
    """The rows of every table, as the records make them."""
    source = open_source(kb)
    rows: dict[str, list[tuple]] = {name: [] for name in TABLES}
    for article, facts in source.with_facts():
        rows["articles"].append(article_row(article))
        for one in facts:
            for name, row in fact_rows(one):
                rows[name].append(row)
    for entity in source.entities():
        for name, row in entity_rows(entity):
            rows[name].append(row)
    rows["rejects"] = [reject_row(reject) for reject in source.rejects()]
    return rows
