"""doccano: a folder with `texts.jsonl` (sequence labelling with relations) and the types to load before it.

Offsets are UTF-16 units, as doccano's page counts. Its entities are labelled by kind or field; a relation `of` leads
from a field's to its fact's. doccano shows no values: those of a new fact are the words of its fields.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from extractor.knowledge.exporting.offsets import Utf16
from extractor.knowledge.exporting.options import (
    CARRIED,
    Options,
    articles,
    carried,
    carried_facts,
    label_colours,
    read_whole,
)
from extractor.knowledge.exporting.regions import Region, Returned, regions_of
from extractor.knowledge.exporting.source import Source
from extractor.knowledge.exporting.targets import new_folder
from extractor.records import dumps

#: The files of the folder, and the relation of a field to its fact.
TEXTS, SPANS, RELATIONS, OF = "texts.jsonl", "span-types.json", "relation-types.json", "of"


def write(source: Source, target: Path, options: Options) -> None:
    """Write the folder, one article a line."""
    with new_folder(target) as folder:
        types = [
            {"text": label, "suffix_key": None, "background_color": colour, "text_color": "#ffffff"}
            for label, colour in label_colours()
        ]
        one = [{"text": OF, "suffix_key": None, "background_color": "#8a8f98", "text_color": "#ffffff"}]
        for name, data in ((SPANS, types), (RELATIONS, one)):
            (folder / name).write_text(dumps(data, indent=1) + "\n", encoding="utf-8")
        with (folder / TEXTS).open("w", encoding="utf-8", newline="\n") as stream:
            for article, facts in articles(source, options):
                stream.write(dumps(_line(article, facts)) + "\n")


def _line(article: Mapping[str, Any], facts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    units = Utf16(str(article["text"]))
    numbers: dict[str, int] = {}
    entities: list[dict[str, Any]] = []
    relations: list[dict[str, Any]] = []
    for number, region in enumerate(regions_of(facts)):
        numbers[region.key] = number
        start, end = units.units(region.start), units.units(region.end)
        entities.append({"id": number, "label": region.label, "start_offset": start, "end_offset": end})
        if region.parent is not None:
            relations.append(
                {"id": len(relations), "from_id": number, "to_id": numbers[region.parent], "type": OF}
            )  # fmt: skip
    data = {"text": article["text"], "entities": entities, "relations": relations, "article": article["id"]}
    return data | {CARRIED: carried(article, facts)}


def read(path: Path) -> Iterator[Returned]:
    """The lines of a JSONL export of doccano (or of the folder that was written)."""
    path = path / TEXTS if path.is_dir() else path
    for number, line in enumerate(read_whole(path).split("\n"), 1):
        if not line.strip():
            continue
        place = f"{path}:{number}"
        try:
            data = json.loads(line, parse_float=Decimal)
            if not isinstance(data, dict) or not isinstance(data.get("text"), str):
                raise ValueError("no line of doccano with a text")
            exported = carried_facts(data.get(CARRIED))
            regions = list(_regions(data))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise ValueError(f"{place}: {error!s}") from error
        yield Returned(place, str(data.get("article") or data.get("id")), data["text"], exported, regions)


def _regions(data: Mapping[str, Any]) -> Iterator[Region]:
    units = Utf16(str(data["text"]))
    parents = {r["from_id"]: str(r["to_id"]) for r in data.get("relations") or []}
    entities = data.get("entities")
    if entities is None:  # a project without relations
        listed = data.get("label") or data.get("labels") or []
        entities = [{"id": n, "start_offset": a, "end_offset": b, "label": c} for n, (a, b, c) in enumerate(listed)]
    most = units.units(len(units.text))
    for entity in entities:
        start, end = int(entity["start_offset"]), int(entity["end_offset"])
        if not 0 <= start < end <= most:
            raise ValueError(f"an entity at {start}–{end} of a text of {most}")
        yield Region(
            str(entity["id"]), str(entity["label"]), units.points(start), units.points(end), parents.get(entity["id"]),
        )  # fmt: skip
