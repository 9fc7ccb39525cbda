"""The views of `danvan query`: DuckDB reads the lines of a knowledge base as the tables of `relations.py`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from extractor.knowledge.files import ARTICLES, ENTITIES, FACTS, REJECTS
from extractor.knowledge.relations import BEHIND, DIGITS, TABLES, Type

#: The types of columns in DuckDB.
DUCKDB: Mapping[Type, str] = {
    "text": "VARCHAR", "whole": "BIGINT", "real": "DOUBLE", "number": f"DECIMAL({DIGITS},{BEHIND})",
    "truth": "BOOLEAN", "day": "DATE", "json": "JSON", "texts": "VARCHAR[]",
}  # fmt: skip
#: Bytes that a line may have: articles of five million characters.
LONGEST_LINE = 1 << 25

_EVIDENCE = 'STRUCT("start" BIGINT, "end" BIGINT, "text" VARCHAR, rule VARCHAR, fields JSON)[]'
_POSITIONS = "STRUCT(title VARCHAR, organisation VARCHAR, former BOOLEAN)[]"
_POINTS = (
    "STRUCT(period VARCHAR, base_period VARCHAR, status VARCHAR, value VARCHAR, value_max VARCHAR, unit VARCHAR, "
    "canonical_value VARCHAR, canonical_value_max VARCHAR, bound VARCHAR, sources BIGINT, facts VARCHAR[])[]"
)
_PLAIN = {
    "facts": ("id", "kind", "article_id", "value", "type", "first_day", "last_day", "type_text", "code", "number",
              "symbol", "issued", "issuer", "title", "name", "honorific", "indicator", "label", "measure", "value_max",
              "unit", "bound", "area", "sector", "subject", "period", "status", "base_period"),
    "entities": ("id", "type", "name", "indicator", "label", "measure", "area", "place", "province", "sector",
                 "subject", "unit"),
}  # fmt: skip
#: Columns of the lines that are more than text.
_LINES: Mapping[str, Mapping[str, str]] = {
    ARTICLES: {c.name: DUCKDB[c.type] for c in TABLES["articles"].columns if c.name != "published_day"},
    REJECTS: {c.name: "VARCHAR" for c in TABLES["rejects"].columns},
    FACTS: dict.fromkeys(_PLAIN["facts"], "VARCHAR")
    | {"positions": _POSITIONS, "parties": "VARCHAR[]", "inferred": "JSON", "confidence": "DOUBLE",
       "evidence": _EVIDENCE},
    ENTITIES: dict.fromkeys(_PLAIN["entities"], "VARCHAR")
    | {"aliases": "VARCHAR[]", "facts": "VARCHAR[]", "points": _POINTS},
}  # fmt: skip

_DAY = "CASE WHEN length({0}) = 10 THEN try_cast({0} AS DATE) END"
_NUMBER = f"try_cast({{0}} AS {DUCKDB['number']})"
#: A number's text; DuckDB tells very large and very small ones with an exponent.
_EXACT = (
    "CASE WHEN contains({0}, 'e') THEN rtrim(rtrim(CAST(try_cast({0} AS "
    + DUCKDB["number"]
    + ") AS VARCHAR), '0'), '.') "
    "ELSE {0} END"
)
_SHARED = {"quote": "evidence[1].text"}
#: view → (file, what is selected beside columns of the same name, from what, where).
_VIEWS: Mapping[str, tuple[str, Mapping[str, str], str, str]] = {
    "articles": (ARTICLES, {"published_day": _DAY.format("published")}, "lines", ""),
    "facts": (FACTS, {
        "rule": "evidence[1].rule", "start_char": 'evidence[1]."start"', "end_char": 'evidence[1]."end"',
        "mentions": "len(evidence)", **_SHARED}, "lines", ""),
    "evidence": (FACTS, {
        "fact_id": "id", "number": "number", "start_char": 'e."start"', "end_char": 'e."end"', "text": "e.text",
        "rule": "e.rule", "fields": "e.fields"},
        "(SELECT id, unnest(evidence) AS e, generate_subscripts(evidence, 1) - 1 AS number FROM lines)", ""),
    "dates": (FACTS, {"first_day": _DAY.format("first_day"), "last_day": _DAY.format("last_day"), **_SHARED},
              "lines", "kind = 'date'"),
    "documents": (FACTS, {"issued_day": _DAY.format("issued"), **_SHARED}, "lines", "kind = 'document'"),
    "officials": (FACTS, {"positions": "to_json(positions)", **_SHARED}, "lines", "kind = 'official'"),
    "positions": (FACTS, {"fact_id": "id", "title": "p.title", "organisation": "p.organisation", "former": "p.former"},
        "(SELECT id, article_id, name, unnest(positions) AS p, generate_subscripts(positions, 1) - 1 AS number "
        "FROM lines WHERE kind = 'official')", ""),
    "indicators": (FACTS, {"value": _NUMBER.format("value"), "value_text": _EXACT.format("value"),
                           "value_max": _NUMBER.format("value_max"), **_SHARED}, "lines", "kind = 'indicator'"),
    "programs": (FACTS, {**_SHARED}, "lines", "kind = 'program'"),
    "entities": (ENTITIES, {"entity": "entity"}, "lines", ""),
    "series": (ENTITIES, {
        "series_id": "id", **{name: f"p.{name}" for name in ("period", "base_period", "status", "bound", "sources")},
        "facts": "p.facts", "value": _NUMBER.format("p.value"), "value_text": _EXACT.format("p.value"),
        "written_unit": "p.unit",
        **{name: _NUMBER.format(f"p.{name}") for name in ("value_max", "canonical_value", "canonical_value_max")}},
        "(SELECT * EXCLUDE (points, facts), unnest(points) AS p, generate_subscripts(points, 1) - 1 AS number "
        "FROM lines WHERE type = 'series')", ""),
    "rejects": (REJECTS, {}, "lines", ""),
}  # fmt: skip


def create_views(paths: Mapping[str, Path | None]) -> Iterator[str]:
    """The statements that make the views; `paths` says where each file lies, None for one that is not there."""
    for name, (file, said, source, where) in _VIEWS.items():
        path = paths.get(file)
        columns = TABLES[name].columns
        if path is None:
            nothing = ", ".join(f'CAST(NULL AS {DUCKDB[c.type]}) AS "{c.name}"' for c in columns)
            yield f"CREATE VIEW {name} AS SELECT {nothing} WHERE false"
            continue
        chosen = ", ".join(
            f'CAST({said.get(c.name, _quoted(c.name))} AS {DUCKDB[c.type]}) AS "{c.name}"' for c in columns
        )
        lines = f"SELECT * FROM {_reader(path, _LINES[file])}"
        if name == "entities":  # the whole line beside its columns
            lines = (
                "SELECT json AS entity, json->>'$.id' AS id, json->>'$.type' AS type, json->>'$.name' AS name, "
                "CAST(json->'$.aliases' AS VARCHAR[]) AS aliases, CAST(json->'$.facts' AS VARCHAR[]) AS facts "
                f"FROM {_reader(path, {'json': 'JSON'}, records=False)}"
            )
        condition = f" WHERE {where}" if where else ""
        yield f"CREATE VIEW {name} AS WITH lines AS ({lines}) SELECT {chosen} FROM {source}{condition}"


def _quoted(name: str) -> str:
    return f'"{name}"'


def text_of(value: str) -> str:
    """A text as SQL writes it."""
    return "'" + value.replace("'", "''") + "'"


def _reader(path: Path, columns: Mapping[str, str], *, records: bool = True) -> str:
    told = ", ".join(f"{text_of(name)}: {text_of(kind)}" for name, kind in columns.items())
    return (
        f"read_json({text_of(str(path))}, format = 'newline_delimited', columns = {{{told}}}, "
        f"records = {str(records).lower()}, maximum_object_size = {LONGEST_LINE})"
    )
