r"""CoNLL-U Plus: one file, a token a line, a paragraph a sentence.

Columns: ID, FORM, MISC (`Start=`, `End=` in code points; `SpacesAfter=` and `SpacesBefore=` as CoNLL-U escapes them,
so that the text can be had again), DANVAN:NER (IOB2 of the longest regions that do not overlap, for taggers) and
DANVAN:SPANS (all regions, also crossing ones: `(label#key` opens, `key)` closes,
`|` between). Tokens are cut where regions begin.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import quote, unquote

from extractor.knowledge.exporting.cutting import covered, cut
from extractor.knowledge.exporting.options import CARRIED, Options, articles, carried, carried_facts, read_whole
from extractor.knowledge.exporting.regions import Region, Returned, regions_of
from extractor.knowledge.exporting.source import Source
from extractor.knowledge.exporting.targets import new_file
from extractor.records import dumps

COLUMNS = "ID FORM MISC DANVAN:NER DANVAN:SPANS"
_ESCAPES = {" ": r"\s", "\t": r"\t", "\n": r"\n", "\r": r"\r", "|": r"\p", "\\": "\\\\"}
_BACK = {escape[1]: letter for letter, escape in _ESCAPES.items()}
_OPEN = re.compile(r"\(([a-z_]+)#(.*)")
_ESCAPED = re.compile(r"\\(?:u\{([0-9a-f]+)\}|(.))")


def write(source: Source, target: Path, options: Options) -> None:
    """Write the file."""
    with new_file(target) as part, part.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(f"# global.columns = {COLUMNS}\n")
        for article, facts in articles(source, options):
            _write_article(stream, article, facts)


def _write_article(stream: TextIO, article: Mapping[str, Any], facts: Sequence[Mapping[str, Any]]) -> None:
    text = str(article["text"])
    regions = list(regions_of(facts))
    tokens = cut(text, (place for r in regions for place in (r.start, r.end)))
    tags, opening, closing = _columns(regions, tokens)
    stream.write(f"# newdoc id = {quote(str(article['id']), safe=' :/@')}\n")
    stream.write(f"# {CARRIED} = {dumps(carried(article, facts))}\n")
    begun, number = False, 0
    for place, (start, end) in enumerate(tokens):
        if not begun:
            number, begun = 0, True
        number += 1
        behind = text[end : tokens[place + 1][0] if place + 1 < len(tokens) else len(text)]
        misc = [f"Start={start}", f"End={end}"]
        if not place and start:
            misc.append(f"SpacesBefore={_escape(text[:start])}")
        if not behind:
            misc.append("SpaceAfter=No")
        elif behind != " ":
            misc.append(f"SpacesAfter={_escape(behind)}")
        spans = "|".join([*opening.get(place, ()), *closing.get(place, ())]) or "_"
        stream.write(f"{number}\t{text[start:end]}\t{'|'.join(misc)}\t{tags[place]}\t{spans}\n")
        if "\n" in behind or "\r" in behind or place + 1 == len(tokens):
            stream.write("\n")
            begun = False
    if not tokens:
        stream.write("\n")


def _columns(
    regions: Sequence[Region], tokens: list[tuple[int, int]]
) -> tuple[list[str], dict[int, list[str]], dict[int, list[str]]]:  # fmt: skip
    """The IOB2 tag of every token; what opens and what closes at tokens, by their number."""
    tags = ["O"] * len(tokens)
    opening: dict[int, list[str]] = {}
    closing: dict[int, list[str]] = {}
    for region in regions:
        first, behind = covered(tokens, region.start, region.end)
        if first < behind:
            key = quote(region.key, safe="-_.~@+:")
            opening.setdefault(first, []).append(f"({region.label}#{key}")
            closing.setdefault(behind - 1, []).append(f"{key})")
    marks = [r for r in regions if r.parent is None]
    for region in sorted(marks, key=lambda r: (r.start - r.end, r.start)):
        first, behind = covered(tokens, region.start, region.end)
        if first < behind and set(tags[first:behind]) == {"O"}:
            tags[first:behind] = [f"B-{region.label}", *[f"I-{region.label}"] * (behind - first - 1)]
    return tags, opening, closing


def _escape(blanks: str) -> str:
    return "".join(_ESCAPES.get(c) or f"\\u{{{ord(c):x}}}" for c in blanks)


def _unescape(told: str) -> str:
    return _ESCAPED.sub(lambda m: chr(int(m[1], 16)) if m[1] else _BACK.get(m[2], m[2]), told)


def read(path: Path) -> Iterator[Returned]:
    """The articles of a file; where only the IOB2 column was edited, its tags are told as new regions."""
    article: tuple[int, str] | None = None
    exported: list[dict[str, Any]] | None = None
    rows: list[tuple[int, list[str]]] = []
    for number, line in enumerate(read_whole(path).split("\n"), 1):
        if line.startswith("# newdoc id = "):
            if article is not None:
                yield _article(path, article, exported, rows)
            article, exported, rows = (number, unquote(line.removeprefix("# newdoc id = "))), None, []
        elif line.startswith(f"# {CARRIED} = "):
            try:
                exported = carried_facts(json.loads(line.removeprefix(f"# {CARRIED} = "), parse_float=Decimal))
            except ValueError as error:
                raise ValueError(f"{path}:{number}: {error}") from error
        elif line.strip() and not line.startswith("#"):
            rows.append((number, line.rstrip("\r").split("\t")))
            if article is None or len(rows[-1][1]) != len(COLUMNS.split()):
                raise ValueError(f"{path}:{number}: a line behind `# newdoc id`, with the columns {COLUMNS}, is wanted")
    if article is None:
        raise ValueError(f"{path}:1: no `# newdoc id` in it")
    yield _article(path, article, exported, rows)


def _article(
    path: Path, article: tuple[int, str], exported: list[dict[str, Any]] | None,
    rows: Iterable[tuple[int, list[str]]],
) -> Returned:  # fmt: skip
    pieces: list[str] = []
    tokens: list[tuple[int, int]] = []
    opened: dict[str, tuple[str, int, int]] = {}
    closed: dict[str, int] = {}
    tags: list[tuple[str, int, int]] = []
    at = 0
    for number, (_, form, misc, tag, spans) in rows:
        told = dict(part.partition("=")[::2] for part in misc.split("|"))
        before = _unescape(told.get("SpacesBefore", ""))
        behind = "" if told.get("SpaceAfter") == "No" else _unescape(told.get("SpacesAfter", r"\s"))
        pieces += [before, form, behind]
        start, end = at + len(before), at + len(before) + len(form)
        at = end + len(behind)
        if told.get("Start", str(start)) != str(start):
            raise ValueError(f"{path}:{number}: {form!r} stands at {start}, not {told['Start']}: was a line lost?")
        tokens.append((start, end))
        for told_span in spans.split("|") if spans != "_" else ():
            if m := _OPEN.fullmatch(told_span):
                opened[m[2]] = m[1], number, start
            elif told_span.removesuffix(")") not in opened:
                raise ValueError(f"{path}:{number}: {told_span!r} closes but never opened")
            else:
                closed[told_span.removesuffix(")")] = end
        _tag(tags, tag, start, end)
    if unclosed := sorted(opened.keys() - closed.keys()):
        label, number, _ = opened[unclosed[0]]
        raise ValueError(f"{path}:{number}: {label}#{unclosed[0]} opens but never closes")
    text = "".join(pieces)
    was = {r.key: r for r in regions_of(exported or ())}
    regions = []
    for told_key, (label, _, start) in opened.items():
        key = unquote(told_key)
        regions.append(_as_it_was(Region(key, label, start, closed[told_key], _parent(key, was)), was, tokens))
    held = {(r.label, r.start, r.end) for r in regions}
    regions += [Region(f"ner{n}", *t) for n, t in enumerate(tags) if not _in(t, held, regions)]
    lost = [r for r in was.values() if covered(tokens, r.start, r.end)[0] == covered(tokens, r.start, r.end)[1]]
    return Returned(f"{path}:{article[0]}", article[1], text if tokens else None, exported, [*regions, *lost])


def _tag(tags: list[tuple[str, int, int]], tag: str, start: int, end: int) -> None:
    if tag.startswith("B-") or (tag.startswith("I-") and (not tags or tags[-1][0] != tag[2:])):
        tags.append((tag[2:], start, end))
    elif tag.startswith("I-"):
        tags[-1] = (*tags[-1][:2], end)


def _in(tag: tuple[str, int, int], held: set[tuple[str, int, int]], regions: Sequence[Region]) -> bool:
    """Is a tag's stretch one of the regions, or one that two of them make together?"""
    return tag in held or any(r.label == tag[0] and r.start < tag[2] and tag[1] < r.end for r in regions)


def _parent(key: str, was: Mapping[str, Region]) -> str | None:
    region = was.get(key)
    return None if region is None else region.parent


def _as_it_was(region: Region, was: Mapping[str, Region], tokens: list[tuple[int, int]]) -> Region:
    """A region that covers the tokens that it went out with is where it was, blanks at its ends and all."""
    old = was.get(region.key)
    if old is None or old.label != region.label:
        return region
    same = covered(tokens, old.start, old.end) == covered(tokens, region.start, region.end)
    return Region(old.key, old.label, old.start, old.end, old.parent) if same else region
