"""Small knowledge bases of facts put down directly, for the tests of linking."""

from __future__ import annotations

import hashlib
import json
import random
from pathlib import Path

from extractor.knowledge.linking.link import link


def article(name: str, *facts: dict, published: str | None = "2020-06-01", province: str | None = None,
            text: str | None = None, duplicate_of: str | None = None) -> tuple[dict, list[dict]]:  # fmt: skip
    """An article with facts; each stands on a line of its own in the text unless a text is given."""
    own, body = [], text
    if body is None:
        body = "\n".join(fact.get("_text", f"{name} {n}") for n, fact in enumerate(facts))
    start = 0
    for number, fact in enumerate(facts):
        words = fact.get("_text", f"{name} {number}") if text is None else fact["_text"]
        start = body.index(words, start) if text is None else body.index(words)
        digest = hashlib.sha256(f"{name} {number}".encode()).hexdigest()[:16]
        fields = {k: v for k, v in fact.items() if not k.startswith("_")}
        evidence = [
            {
                "start": start,
                "end": start + len(words),
                "text": words,
                "rule": "made",
                "fields": fact.get("_fields", {}),
            }
        ]
        own.append({"schema": 1, "id": digest, "kind": fields.pop("kind"), "article_id": name, **fields, "inferred": {},
                    "confidence": None, "evidence": evidence})  # fmt: skip
    head = {"schema": 1, "id": name, "source": f"{name}.txt", "url": None, "title": None, "published": published,
            "published_from": "input", "outlet": None, "province": province, "section": None, "author": None, "text": body,
            "sha256": "0" * 64, "duplicate_of": duplicate_of, "repairs": [], "warnings": [], "facts": len(own)}  # fmt: skip
    return head, own


def document(
    code: str, type_: str, *, issued: str | None = None, issuer: str | None = None, title: str | None = None, **more
) -> dict:
    """A document fact."""
    number, _, symbol = code.partition("-" if "-" in code and "/" not in code.split("-")[0] else "/")
    symbol = symbol.split("/", 1)[1] if symbol[:4].isdigit() and "/" in symbol else symbol
    return {"kind": "document", "type": type_, "type_text": None, "code": code, "number": number, "symbol": symbol or None,
            "issued": issued, "issuer": issuer, "title": title, **more}  # fmt: skip


def official(name: str, *offices: tuple[str, str | None] | tuple[str, str | None, bool], **more) -> dict:
    """An official fact; offices are (title, body) or (title, body, former)."""
    positions = [{"title": o[0], "organisation": o[1], "former": len(o) > 2 and o[2]} for o in offices]
    return {"kind": "official", "name": name, "honorific": None, "positions": positions, **more}


def figure(
    indicator: str | None, value: float | str, unit: str | None, *, area: str | None, period: str | None, **more
) -> dict:
    """An indicator fact."""
    found = {"kind": "indicator", "indicator": indicator, "label": None, "measure": "level", "value": value, "value_max": None,
             "unit": unit, "bound": None, "area": area, "sector": None, "subject": None, "period": period, "status": "actual",
             "base_period": None}  # fmt: skip
    return {**found, **more}


def program(name: str, type_: str, *, period: str | None = None, **more) -> dict:
    """A programme fact."""
    return {"kind": "program", "name": name, "type": type_, "period": period, "parties": [], **more}


def write_base(folder: Path, articles: list[tuple[dict, list[dict]]], *, shuffle: int | None = None) -> Path:
    """A finished knowledge base of articles, in another order where asked."""
    folder.mkdir(parents=True, exist_ok=True)
    ordered = list(articles)
    if shuffle is not None:
        random.Random(shuffle).shuffle(ordered)
    (folder / "articles.jsonl").write_text("".join(_line(head) for head, _ in ordered), encoding="utf-8")
    (folder / "facts.jsonl").write_text("".join(_line(f) for _, own in ordered for f in own), encoding="utf-8")
    manifest = {"schema": 1, "versions": {}, "rules": "made", "inputs": [], "counts": {}, "reproducible": True}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def _line(data: dict) -> str:
    return json.dumps(data, ensure_ascii=False) + "\n"


def entities(folder: Path, type_: str | None = None) -> list[dict]:
    """The entities of a linked knowledge base."""
    lines = (folder / "entities.jsonl").read_text(encoding="utf-8").splitlines()
    return [e for e in map(json.loads, lines) if type_ in (None, e["type"])]


def linked(folder: Path, *articles: tuple[dict, list[dict]], type_: str | None = None) -> list[dict]:
    """The entities of a type that linking articles gives."""
    write_base(folder, list(articles))
    link(folder)
    return entities(folder, type_)


def together(found: list[dict], *articles: tuple[dict, list[dict]]) -> list[set[str]]:
    """Which articles' facts are one entity, as sets of article names."""
    owner = {fact["id"]: head["id"] for head, own in articles for fact in own}
    return sorted(({owner[f] for f in e["facts"] if f in owner} for e in found), key=sorted)
