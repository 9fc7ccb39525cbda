"""JSON-LD: one graph of schema.org, Popolo and Dublin Core terms, its context in the file.

Articles are `NewsArticle`, documents `Legislation`, figures `Observation`, programmes `Project`, people `Person` with
Popolo memberships, calendar expressions `TemporalEntity` of OWL-Time. Each says its article and its words; nothing has
to be fetched to read it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from extractor.knowledge.exporting.options import Options, articles
from extractor.knowledge.exporting.source import Source
from extractor.knowledge.exporting.targets import new_file
from extractor.records import SCHEMA, dumps

_XSD = "http://www.w3.org/2001/XMLSchema#"
CONTEXT: dict[str, Any] = {
    "@version": 1.1,
    "@vocab": "https://schema.org/",
    "id": "@id",
    "type": "@type",
    "danvan": "urn:danvan:term:",
    "popolo": "http://www.popoloproject.com/ontology#",
    "org": "http://www.w3.org/ns/org#",
    "time": "http://www.w3.org/2006/time#",
    "xsd": _XSD,
    "memberships": {"@id": "org:hasMembership", "@container": "@set"},
    "role": "org:role",
    "organisation": {"@id": "org:organization"},
    "former": {"@id": "danvan:former", "@type": "xsd:boolean"},
    "datePublished": {"@type": "xsd:string"},
    "legislationDate": {"@type": "xsd:date"},
    "isPartOf": {"@type": "@id"},
    "value": {"@id": "https://schema.org/value", "@type": "xsd:decimal"},
    "maxValue": {"@id": "https://schema.org/maxValue", "@type": "xsd:decimal"},
    "first_day": {"@id": "time:hasBeginning", "@type": "xsd:date"},
    "last_day": {"@id": "time:hasEnd", "@type": "xsd:date"},
    "evidence": {"@id": "danvan:evidence", "@container": "@set"},
    "fact": {"@id": "danvan:fact", "@type": "@json"},
    "entity": {"@id": "danvan:entity", "@type": "@json"},
    "facts": {"@id": "danvan:facts", "@type": "@id", "@container": "@set"},
    **{
        name: f"danvan:{name}"
        for name in (
            "start", "end", "rule", "sha256", "timex3", "timexType", "measure", "bound", "status", "period",
            "basePeriod", "sector", "subject", "indicator", "documentType", "issued",
        )
    },
}  # fmt: skip


def write(source: Source, target: Path, options: Options) -> None:
    """Write the file, a node a line."""
    with new_file(target) as part, part.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(f'{{"@context": {dumps(CONTEXT)},\n"@graph": [')
        begin = "\n"
        for node in _nodes(source, options):
            stream.write(begin + dumps(node))
            begin = ",\n"
        stream.write("\n]}\n")


def _nodes(source: Source, options: Options) -> Iterator[dict[str, Any]]:
    yield {"id": "urn:danvan:export", "type": "Dataset", "danvan:schema": SCHEMA, "danvan:rules": source.manifest.rules}
    for article, facts in articles(source, options):
        yield _article(article, text=options.text)
        for fact in facts:
            yield _fact(fact)
    for entity in source.entities():
        kept = {
            "id": _name("entity", entity["id"]),
            "type": _ENTITIES.get(entity["type"], "Thing"),
            "name": entity["name"],
        }
        kept |= {"alternateName": entity["aliases"]} if entity["aliases"] else {}
        yield kept | {"facts": [_name("fact", f) for f in entity["facts"]], "entity": entity}


_ENTITIES = {
    "document": "Legislation", "person": "Person", "organisation": "Organization", "place": "AdministrativeArea",
    "program": "Project", "series": "StatisticalVariable",
}  # fmt: skip


def _name(what: str, key: object) -> str:
    return f"urn:danvan:{what}:{quote(str(key), safe='')}"


def _said(**fields: Any) -> dict[str, Any]:
    """What is not null or empty."""
    return {name: value for name, value in fields.items() if value not in (None, [])}


def _article(article: Mapping[str, Any], *, text: bool) -> dict[str, Any]:
    publisher = article.get("outlet")
    about = _said(
        url=article.get("url"), headline=article.get("title"), datePublished=article.get("published"),
        publisher=publisher and {"type": "Organization", "name": publisher}, author=article.get("author"),
        articleSection=article.get("section"), contentLocation=article.get("province"), sha256=article["sha256"],
        articleBody=article["text"] if text else None, inLanguage="vi",
        sameAs=article.get("duplicate_of") and {"id": _name("article", article["duplicate_of"])},
    )  # fmt: skip
    return {"id": _name("article", article["id"]), "type": "NewsArticle", **about}


def _fact(fact: Mapping[str, Any]) -> dict[str, Any]:
    kind, said = _KINDS[fact["kind"]](fact)
    evidence = [
        _said(start=e["start"], end=e["end"], text=e["text"], rule=e.get("rule")) for e in fact["evidence"]
    ]  # fmt: skip
    head = {"id": _name("fact", fact["id"]), "type": kind}
    return {**head, **said, "isPartOf": _name("article", fact["article_id"]), "evidence": evidence, "fact": fact}


def _date(f: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    days = {"first_day": f.get("first_day"), "last_day": f.get("last_day")}
    return "time:TemporalEntity", _said(timex3=f["value"], timexType=f.get("type"), **days)


def _document(f: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    issued, issuer = f.get("issued"), f.get("issuer")
    name = f.get("title") or " ".join(filter(None, (f.get("type_text"), f.get("code")))) or None
    return "Legislation", _said(
        legislationIdentifier=f.get("code"), documentType=f["type"], legislationType=f.get("type_text"), name=name,
        issued=issued, legislationDate=issued if issued and len(issued) == 10 else None,
        legislationPassedBy=issuer and {"type": "Organization", "name": issuer},
    )  # fmt: skip


def _official(f: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    memberships = [
        {"type": ["popolo:Membership", "org:Membership"], "role": p["title"], "former": bool(p.get("former")),
         **_said(organisation=p.get("organisation") and {"type": "Organization", "name": p["organisation"]})}
        for p in f["positions"]
    ]  # fmt: skip
    return "Person", _said(name=f["name"], honorificPrefix=f.get("honorific"), memberships=memberships)


def _indicator(f: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    variable = _said(name=f.get("label") or f.get("indicator"), indicator=f.get("indicator"))
    return "Observation", _said(
        variableMeasured={"type": "StatisticalVariable", **variable} if variable else None, value=f["value"],
        maxValue=f.get("value_max"), unitText=f.get("unit"), observationDate=f.get("period"), period=f.get("period"),
        observationAbout=f.get("area") and {"type": "AdministrativeArea", "name": f["area"]}, measure=f.get("measure"),
        bound=f.get("bound"), status=f.get("status"), basePeriod=f.get("base_period"), sector=f.get("sector"),
        subject=f.get("subject"),
    )  # fmt: skip


def _program(f: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    parties = [{"type": "Organization", "name": name} for name in f["parties"]]
    return "Project", _said(name=f["name"], additionalType=f["type"], period=f.get("period"), member=parties)


_KINDS: Mapping[str, Callable[[Mapping[str, Any]], tuple[str, dict[str, Any]]]] = {
    "date": _date, "document": _document, "official": _official, "indicator": _indicator, "program": _program,
}  # fmt: skip
