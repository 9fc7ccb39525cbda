"""Gold: articles whose facts a reader wrote down (the form is ANNOTATION.md's), one JSON file each.

Evaluation needs their ids only; a text serves to show the sentence of an error and to know an article that a
knowledge base names otherwise.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from extractor.errors import UsageError

#: A fact, gold or found, as JSON-ready data.
Entry: TypeAlias = Mapping[str, Any]

#: The list of a gold file that each kind of fact is held against.
PART_OF: Mapping[str, str] = {
    "date": "dates",
    "document": "documents",
    "official": "officials",
    "indicator": "indicators",
    "program": "programs",
}
#: What an entry of each list must have.
_WANTED: Mapping[str, tuple[str, ...]] = {
    "dates": ("value",),
    "documents": ("type", "code"),
    "officials": ("name", "positions"),
    "indicators": ("measure", "value"),
    "programs": ("name", "type"),
}
#: The floors of a gold folder stand beside it, and are no gold where a folder above both is named.
FLOORS = "floors.json"


@dataclass(frozen=True)
class GoldArticle:
    """An article and the facts that a reader found in it; `entries` has all five lists."""

    id: str
    file: Path
    published: str | None
    entries: Mapping[str, list[Entry]]
    text: str | None


def gold_files(folder: Path) -> list[Path]:
    """The gold files in a folder and all folders in it, by path; raises `UsageError` where there are none."""
    if not folder.is_dir():
        raise UsageError(f"{folder}: no such folder of gold files")
    found = sorted(path for path in folder.rglob("*.json") if path.name != FLOORS)
    if not found:
        raise UsageError(f"{folder}: no gold files (*.json) in it")
    return found


def load_gold(folder: Path, texts: Path | None = None) -> list[GoldArticle]:
    """The gold articles of a folder, by path; `texts` is where their files lie, else `articles/` beside the gold.

    Raises `UsageError` with every mistake of every file.
    """
    articles: list[GoldArticle] = []
    faults: list[str] = []
    holders: dict[str, Path] = {}
    for path in gold_files(folder):
        try:
            data = json.loads(path.read_text(encoding="utf-8-sig"))
        except ValueError as error:
            faults.append(f"{path}: not JSON: {error}")
            continue
        wrong = list(_faults(data))
        faults += [f"{path}: {fault}" for fault in wrong]
        if wrong:
            continue
        article_id = str(data.get("id", path.stem))
        if article_id in holders:
            faults.append(f"{path}: the id {article_id!r} is that of {holders[article_id]} too")
            continue
        holders[article_id] = path
        entries = {part: data.get(part, []) for part in _WANTED}
        articles.append(GoldArticle(article_id, path, data.get("published"), entries, _text(data, path, texts)))
    if faults:
        raise UsageError("\n".join(faults))
    return articles


def gold_digest(folder: Path) -> str:
    """The SHA-256 of a gold folder: of every file's place in it and its content, whatever its line ends."""
    whole = hashlib.sha256()
    for path in gold_files(folder):
        content = path.read_bytes().replace(b"\r\n", b"\n")
        whole.update(f"{path.relative_to(folder).as_posix()}\0{hashlib.sha256(content).hexdigest()}\n".encode())
    return whole.hexdigest()


def _faults(data: Any) -> Iterator[str]:
    if not isinstance(data, dict):
        yield "a gold file is one JSON object"
        return
    for part, wanted in _WANTED.items():
        entries = data.get(part, [])
        if not isinstance(entries, list):
            yield f"{part} is a list"
            continue
        for place, entry in enumerate(entries):
            if not isinstance(entry, dict):
                yield f"{part}[{place}] is an object"
                continue
            missing = [name for name in wanted if name not in entry]
            if missing:
                yield f"{part}[{place}] lacks {', '.join(missing)}"
            elif part == "officials" and not _all_objects(entry["positions"]):
                yield f"{part}[{place}].positions is a list of objects"


def _all_objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _text(data: Entry, path: Path, texts: Path | None) -> str | None:
    if isinstance(data.get("text"), str):
        return str(data["text"])
    folder = texts or path.parent.parent / "articles"
    names = (data.get("file"), f"{data.get('id', path.stem)}.txt", f"{path.stem}.txt")
    found = next((folder / str(name) for name in names if name and (folder / str(name)).is_file()), None)
    return None if found is None else found.read_bytes().decode("utf-8-sig", "replace")
