"""Label Studio: a folder with `tasks.json` to import into a project and `config.xml`, its labelling interface.

Offsets are code points, a line feed and a carriage return one each, as Label Studio counts now; older ones count
UTF-16 units, which reading notices by the words that each region quotes. Each fact's values stand in a text area
of its first region, one `field: value` a line, where a person can mend them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from extractor.knowledge.exporting.jsonitems import items
from extractor.knowledge.exporting.offsets import Utf16
from extractor.knowledge.exporting.options import CARRIED, Options, articles, carried, carried_facts, label_colours
from extractor.knowledge.exporting.regions import Region, Returned, regions_of
from extractor.knowledge.exporting.source import Source
from extractor.knowledge.exporting.targets import new_folder
from extractor.knowledge.exporting.values import from_lines, to_lines
from extractor.records import KINDS, dumps

#: The files of the folder.
TASKS, CONFIG = "tasks.json", "config.xml"
_META = ("title", "url", "published", "province")
_NEWLINE = re.compile(r"\\n|\r\n|\r|\n")


def write(source: Source, target: Path, options: Options) -> None:
    """Write the folder; each article is a task whose facts are a prediction to look through."""
    with new_folder(target) as folder:
        (folder / CONFIG).write_text("".join(_config()), encoding="utf-8", newline="\n")
        with (folder / TASKS).open("w", encoding="utf-8", newline="\n") as stream:
            begin = "[\n"
            for article, facts in articles(source, options):
                stream.write(begin + dumps(_task(article, facts)))
                begin = ",\n"
            stream.write("[]\n" if begin == "[\n" else "\n]\n")


def _task(article: Mapping[str, Any], facts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    data = {"text": article["text"], "article": article["id"], **{k: article.get(k) for k in _META}}
    result = list(_result(facts, str(article["text"])))
    return {
        "data": {**data, CARRIED: carried(article, facts)},
        "predictions": [{"model_version": "danvan", "result": result}],
    }


def _result(facts: Sequence[Mapping[str, Any]], text: str) -> Iterator[dict[str, Any]]:
    by_id = {str(fact["id"]): fact for fact in facts}
    for region in regions_of(facts):
        place = {"start": region.start, "end": region.end, "text": text[region.start : region.end]}
        names = {"id": region.key, "to_name": "text"}
        yield {**names, "from_name": "label", "type": "labels", "value": {**place, "labels": [region.label]}}
        if region.values is not None:
            lines = to_lines(by_id[region.key.rsplit(".", 1)[0]])
            yield {**names, "from_name": "values", "type": "textarea", "value": {**place, "text": lines}}
        if region.parent is not None:
            yield {"type": "relation", "from_id": region.key, "to_id": region.parent, "direction": "right"}


def _config() -> Iterator[str]:
    yield '<View>\n  <Labels name="label" toName="text">\n'
    for label, colour in label_colours():
        yield f"    <Label value={quoteattr(label)} background={quoteattr(colour)}/>\n"
    yield (
        '  </Labels>\n  <Style>.htx-text { white-space: pre-wrap; }</Style>\n  <Text name="text" value="$text"/>\n'
        '  <Relations/>\n  <TextArea name="values" toName="text" perRegion="true" editable="true" rows="6" '
        'placeholder="field: value"/>\n</View>\n'
    )


def read(path: Path) -> Iterator[Returned]:
    """The tasks of a JSON export of Label Studio (or of the folder that was written), one for each person's work."""
    path = path / TASKS if path.is_dir() else path
    for line, task in items(path):
        place = f"{path}:{line}"
        data = task.get("data") if isinstance(task, dict) else None
        if not isinstance(data, dict) or not isinstance(data.get("text"), str):
            raise ValueError(f"{place}: no task of Label Studio with a text")
        annotations = [a for a in task.get("annotations") or [] if not a.get("was_cancelled")]
        for work in annotations or task.get("predictions") or [{"result": []}]:
            try:
                exported = carried_facts(data.get(CARRIED))
                regions = list(_regions(work.get("result") or [], data["text"]))
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                raise ValueError(f"{place}: {error}") from error
            by = work.get("completed_by")
            who = by.get("email") if isinstance(by, dict) else None
            article_id = str(data.get("article") or data.get("id") or "")
            yield Returned(place, article_id, data["text"], exported, regions, who, bool(annotations))


def _regions(result: Sequence[Any], text: str) -> Iterator[Region]:
    parents = {r["from_id"]: r["to_id"] for r in result if r.get("type") == "relation"}
    lines = {r["id"]: r["value"]["text"] for r in result if r.get("type") == "textarea" and r.get("id")}
    labelled = [r for r in result if r.get("type") == "labels" and r["value"].get("labels")]
    units = Utf16(text)
    places = [(int(r["value"]["start"]), int(r["value"]["end"])) for r in labelled]
    quotes = [r["value"].get("text") for r in labelled]
    if not _agree(places, quotes, text):
        old = [(units.points(a), units.points(b)) for a, b in places]
        if not _agree(old, quotes, text):
            a, b, quote = next((a, b, q) for (a, b), q in zip(places, quotes, strict=True) if not _same(text[a:b], q))
            raise ValueError(f"a region quotes {quote!r}, but characters {a}–{b} are {text[a:b]!r}")
        places = old
    for r, (start, end) in zip(labelled, places, strict=True):
        label = str(r["value"]["labels"][0])
        said = lines.get(r["id"])
        values = None
        if said is not None and label in KINDS:
            given = [said] if isinstance(said, str) else said
            values = from_lines(label, [line for text in given for line in str(text).split("\n") if line.strip()])
        yield Region(str(r["id"]), label, start, end, parents.get(r["id"]), values)


def _agree(places: Sequence[tuple[int, int]], quotes: Sequence[Any], text: str) -> bool:
    return all(0 <= a < b <= len(text) and _same(text[a:b], q) for (a, b), q in zip(places, quotes, strict=True))


def _same(words: str, quote: Any) -> bool:
    """Are these the words that a region quotes? Label Studio writes line ends in its own way."""
    return not isinstance(quote, str) or _NEWLINE.sub("\n", words) == _NEWLINE.sub("\n", quote)
