"""The manifest: what made a knowledge base and how many of each went in and came out. Written entry by entry."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from pydantic import ValidationError

from extractor.errors import KnowledgeError
from extractor.records import SCHEMA, Manifest


def read_manifest(path: Path) -> Manifest | None:
    """The manifest of a knowledge base, None where there is none; raises `KnowledgeError` for a damaged one."""
    if not path.exists():
        return None
    try:
        return Manifest.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise KnowledgeError(f"{path}: damaged: {error.error_count()} mistakes") from error


def write_manifest(
    path: Path, *, versions: Mapping[str, str], rules: str, inputs: Iterable[tuple[str, str]],
    counts: Mapping[str, int], reproducible: bool,
) -> None:  # fmt: skip
    """Write a manifest, its inputs (path, SHA-256) one by one: a million of them need no memory."""

    def told(value: object) -> str:
        return json.dumps(value, ensure_ascii=False)

    ordered = {name: counts[name] for name in ("articles", "rejects", "duplicates", "facts")}
    ordered = {"inputs": counts["articles"] + counts["rejects"], **ordered}
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(f'{{\n "schema": {SCHEMA},\n "versions": {told(dict(versions))},\n "rules": {told(rules)},\n')
        stream.write(' "inputs": [')
        for number, (name, digest) in enumerate(inputs):
            stream.write(",\n" if number else "\n")
            stream.write("  " + told({"path": name, "sha256": digest}))
        stream.write(f'\n ],\n "counts": {told(ordered)},\n "reproducible": {told(reproducible)}\n}}\n')
        stream.flush()
        os.fsync(stream.fileno())


def was_reproducible(path: Path) -> bool:
    """Does a manifest, if there is one, say that its knowledge base can be made again byte by byte?"""
    if not path.exists():
        return True
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - 200))
        return b'"reproducible": false' not in stream.read()
