"""`danvan migrate`: a knowledge base of an older danvan in the form of today's, as a new folder; the old one stays.

What an older version of the same schema did not write yet is filled in with its default; between schema versions each
step of `STEPS` brings a line from one to the next.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from extractor.entities import ENTITY
from extractor.errors import KnowledgeError, UsageError
from extractor.knowledge.exporting.targets import new_folder
from extractor.knowledge.files import ARTICLES, ENTITIES, FACTS, MANIFEST, REJECTS, RUN
from extractor.records import FACT, SCHEMA, Article, Manifest, Record, Reject, dumps, to_line

#: From a schema version to the next: what becomes of a line of a file (its name says which), as JSON-ready data.
STEPS: dict[int, Callable[[str, dict[str, Any]], dict[str, Any]]] = {}
#: Files that go along as they are.
ALONG = ("reviews.jsonl", "confidence.json")
_RECORDS: Mapping[str, TypeAdapter[Any]] = {
    ARTICLES: TypeAdapter(Article), FACTS: FACT, REJECTS: TypeAdapter(Reject), ENTITIES: ENTITY,
}  # fmt: skip


def migrate(kb: Path, target: Path) -> int:
    """Write a knowledge base in today's form to a new folder; the version that it was of.

    Raises `UsageError` for none, an unfinished or a newer one, `KnowledgeError` for a damaged line.
    """
    if not (kb / MANIFEST).is_file():
        raise UsageError(f"{kb}: no finished knowledge base ({MANIFEST} is missing)")
    if (kb / RUN).exists():
        raise UsageError(f"{kb}: a run is under way or was cut off; finish it with the danvan that began it")
    manifest = _object(kb / MANIFEST, 1, (kb / MANIFEST).read_bytes())
    version = _version(kb / MANIFEST, 1, manifest)
    with new_folder(target) as part:
        for name, adapter in _RECORDS.items():
            if (kb / name).is_file():
                with (part / name).open("w", encoding="utf-8", newline="\n") as stream:
                    stream.writelines(_lines(kb / name, adapter))
        try:
            known = Manifest.model_validate(upgraded(MANIFEST, manifest, version))
        except ValidationError as error:
            raise KnowledgeError(f"{kb / MANIFEST}: {_mistakes(error)}") from error
        (part / MANIFEST).write_text(dumps(known.model_dump(by_alias=True), indent=1) + "\n", encoding="utf-8")
        for name in ALONG:
            if (kb / name).is_file():
                shutil.copy2(kb / name, part / name)
    return version


def upgraded(name: str, data: dict[str, Any], version: int) -> dict[str, Any]:
    """A line (or the manifest) of a version as one of today's."""
    for number in range(version, SCHEMA):
        data = {**STEPS[number](name, data), "schema": number + 1}
    return data


def _lines(path: Path, adapter: TypeAdapter[Any]) -> Iterator[str]:
    with path.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            if not line.strip():
                continue
            data = _object(path, number, line)
            try:
                record: Record = adapter.validate_python(upgraded(path.name, data, _version(path, number, data)))
            except ValidationError as error:
                raise KnowledgeError(f"{path}:{number}: {_mistakes(error)}") from error
            yield to_line(record) + "\n"


def _object(path: Path, number: int, line: bytes) -> dict[str, Any]:
    try:
        data = json.loads(line, parse_float=Decimal)
    except ValueError as error:
        raise KnowledgeError(f"{path}:{number}: damaged: {error}") from error
    if not isinstance(data, dict):
        raise KnowledgeError(f"{path}:{number}: no JSON object")
    return data


def _version(path: Path, number: int, data: Mapping[str, Any]) -> int:
    version = data.get("schema")
    if isinstance(version, int) and version > SCHEMA:
        raise UsageError(
            f"{path}:{number}: schema {version} is newer than this danvan's {SCHEMA}; install a newer danvan"
        )
    if not isinstance(version, int) or any(n not in STEPS for n in range(version, SCHEMA)):
        raise KnowledgeError(f"{path}:{number}: schema {version!r} is none that danvan ever wrote")
    return version


def _mistakes(error: ValidationError) -> str:
    return "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()[:3])
