"""brat: a folder with a `.txt` and an `.ann` for each article, and brat's configuration.

Offsets are code points. Evidence is the trigger of an event of its kind, the pieces of fields are its arguments, the
values stand in the event's note (`field: value | …`). Facts as they went out stand in `.danvan.json`, which brat leaves
alone; without it what comes back is held against the knowledge base.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from extractor.errors import UsageError
from extractor.knowledge.exporting.options import (
    Options,
    articles,
    carried,
    carried_facts,
    label_colours,
    read_whole,
)
from extractor.knowledge.exporting.regions import FIELD_LABELS, LABELS, Region, Returned, regions_of
from extractor.knowledge.exporting.source import Source
from extractor.knowledge.exporting.targets import new_folder
from extractor.knowledge.exporting.values import from_lines, to_lines
from extractor.records import KINDS, dumps

_LINE_END = re.compile(r"[\r\n]+")
_BREAK = re.compile(r"[\r\n\t\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_DIGITS = re.compile(r"\d+$")
_LONGEST = 120


def file_name(article_id: str) -> str:
    """A file name for an article: its id, with what file systems do not take written as %XX."""
    name = quote(article_id, safe="-_~@+").replace(".", "%2E")
    if len(name) > _LONGEST:
        return f"{name[:_LONGEST]}-{sha256(article_id.encode()).hexdigest()[:16]}"
    return name or "%"


def write(source: Source, target: Path, options: Options) -> None:
    """Write the folder."""
    with new_folder(target) as folder:
        (folder / "annotation.conf").write_text("".join(_annotation_conf()), encoding="utf-8")
        (folder / "visual.conf").write_text("".join(_visual_conf()), encoding="utf-8")
        for article, facts in articles(source, options):
            stem = file_name(str(article["id"]))
            text = str(article["text"])
            for suffix, content in (
                (".txt", text),
                (".ann", "".join(_annotations(facts, text))),
                (".danvan.json", dumps(carried(article, facts)) + "\n"),
            ):
                (folder / (stem + suffix)).write_bytes(content.encode("utf-8"))


def _annotations(facts: Sequence[Mapping[str, Any]], text: str) -> Iterator[str]:
    by_id = {str(fact["id"]): fact for fact in facts}
    events: dict[str, list[str]] = {}
    notes: list[str] = []
    for number, region in enumerate(regions_of(facts), 1):
        places = _fragments(text, region.start, region.end)
        told = ";".join(f"{a} {b}" for a, b in places)
        words = _BREAK.sub(" ", " ".join(text[a:b] for a, b in places))
        yield f"T{number}\t{region.label} {told}\t{words}\n"
        if region.parent is None:
            events[region.key] = [f"{region.label}:T{number}"]
            if region.values is not None:
                lines = [line.replace("|", "\\|") for line in to_lines(by_id[region.key.rsplit(".", 1)[0]])]
                notes.append(f"#{len(notes) + 1}\tAnnotatorNotes E{len(events)}\t{' | '.join(lines)}\n")
        else:
            events[region.parent].append(f"{region.label}:T{number}")
    for number, arguments in enumerate(events.values(), 1):
        yield f"E{number}\t{' '.join(_numbered(arguments))}\n"
    yield from notes


def _fragments(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Brat wants a span that goes over a line end in pieces."""
    places = []
    begin = start
    for m in _LINE_END.finditer(text, start, end):
        if m.start() > begin:
            places.append((begin, m.start()))
        begin = m.end()
    if begin < end:
        places.append((begin, end))
    return places or [(start, end)]


def _numbered(arguments: Sequence[str]) -> Iterator[str]:
    """Brat's names of repeated roles: `name`, `name2`, `name3`."""
    seen: Counter[str] = Counter()
    for argument in arguments:
        role, _, mark = argument.partition(":")
        seen[role] += 1
        yield f"{role}{seen[role] if seen[role] > 1 else ''}:{mark}"


def _annotation_conf() -> Iterator[str]:
    yield "# Written by danvan export.\n[entities]\n"
    yield from (f"{label}\n" for label in FIELD_LABELS)
    yield "\n[events]\n"
    for kind in KINDS:
        yield f"{kind}\t{', '.join(f'{label}*:{label}' for label in LABELS[kind])}\n"
    yield "\n[relations]\n<OVERLAP>\tArg1:<ANY>, Arg2:<ANY>, <OVL-TYPE>:<ANY>\n\n[attributes]\n"


def _visual_conf() -> Iterator[str]:
    yield "[labels]\n"
    yield from (f"{label} | {label.replace('_', ' ')}\n" for label, _ in label_colours() if "_" in label)
    yield "\n[drawing]\n"
    yield from (f"{label}\tbgColor:{colour}, fgColor:white, borderColor:darken\n" for label, colour in label_colours())


def read(path: Path) -> Iterator[Returned]:
    """The articles of a folder, or the one of a single `.ann`."""
    files = sorted(path.glob("*.ann")) if path.is_dir() else [path]
    if not files:
        raise UsageError(f"{path}: no .ann files in it")
    for file in files:
        beside = file.with_suffix(".txt")
        if not beside.is_file():
            raise UsageError(f"{file}: {beside.name} is not beside it")
        text = read_whole(beside, "utf-8")  # a mark that begins it is the text's own
        sidecar = file.with_suffix(".danvan.json")
        data = None
        if sidecar.is_file():
            try:
                data = json.loads(read_whole(sidecar), parse_float=Decimal)
                exported = carried_facts(data)
            except ValueError as error:
                raise ValueError(f"{sidecar}:1: {error}") from error
        else:
            exported = None
        article_id = str(data["article"]) if data else unquote(file.stem)
        yield Returned(str(file), article_id, text, exported, list(_regions(file, text, exported or ())))


def _regions(file: Path, text: str, exported: Sequence[Mapping[str, Any]]) -> Iterator[Region]:
    was = {f"T{n}": region for n, region in enumerate(regions_of(exported), 1)}
    spans: dict[str, tuple[str, int, int]] = {}
    parents: dict[str, str] = {}
    triggers: dict[str, str] = {}
    notes: dict[str, tuple[int, str]] = {}
    for number, line in enumerate(read_whole(file).split("\n"), 1):
        parts = line.rstrip("\r").split("\t")
        try:
            if line.startswith("T"):
                label, _, places = parts[1].partition(" ")
                ends = [int(n) for place in places.split(";") for n in place.split(" ")]
                if not 0 <= ends[0] < ends[-1] <= len(text):
                    raise ValueError(f"{parts[0]} at {ends[0]}–{ends[-1]} of a text of {len(text)}")
                old = was.get(parts[0])
                if old and _fragments(text, old.start, old.end) == list(zip(ends[::2], ends[1::2], strict=True)):
                    ends = [old.start, old.end]  # line ends at its ends and all
                spans[parts[0]] = label, ends[0], ends[-1]
            elif line.startswith("E"):
                trigger, *arguments = [a.partition(":")[2] for a in parts[1].split()]
                triggers[parts[0]] = trigger
                parents |= dict.fromkeys(arguments, trigger)
            elif line.startswith("#") and len(parts) > 2 and parts[1].startswith("AnnotatorNotes "):
                notes[parts[1].removeprefix("AnnotatorNotes ").strip()] = number, parts[2]
        except (ValueError, IndexError) as error:
            raise ValueError(f"{file}:{number}: {error}") from error
    said = {trigger: notes[event] for event, trigger in triggers.items() if event in notes}
    said |= {mark: note for mark, note in notes.items() if mark in spans}
    for mark, (label, start, end) in spans.items():
        values = None
        if label in KINDS and mark in said:
            number, note = said[mark]
            try:
                values = from_lines(label, [line for line in note.split(" | ") if line.strip()])
            except ValueError as error:
                raise ValueError(f"{file}:{number}: {error}") from error
        parent = parents.get(mark)
        yield Region(_key(mark, was), label, start, end, None if parent is None else _key(parent, was), values)


def _key(mark: str, was: Mapping[str, Region]) -> str:
    return was[mark].key if mark in was else mark
