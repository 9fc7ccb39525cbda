"""The province that a page's header names without its accents: a host (vinhphuc.gov.vn) or capitals (TINH NAM DINH)."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from extractor.context import Context
from extractor.gazetteer import NAME_RUN, Gazetteer, provinces_of
from extractor.text import Span, fold, unaccented
from extractor.zones import Line

#: Letters that a name within a host has at least, so that no short one (hue) is a piece of another word.
LONGEST_PIECE = 5
_HOST = regex.compile(r"(?<![\w.@-])(?:[\w-]{2,40}\.){1,4}(?:vn|com|net|org)(?![\w-])", regex.IGNORECASE)
_CAPITALS = regex.compile(r"(?<!\p{L})[A-Z]{2,}(?: [A-Z]{2,})*(?!\p{L})")


def province_of_header(context: Context, names: Gazetteer) -> tuple[str, str, Span] | None:
    """The province of the first host or unaccented name above the title, what says so, and its view span."""
    known = {unaccented(fold(u.name)): u.name for u in names.provinces}
    text = context.view.text
    for line in context.page.lines:
        if line.zone == "title":
            return _of_district(line, names, text)
        for m in _HOST.finditer(text, line.start, line.end):
            for name in _within(m[0].casefold(), known):
                return name, f"data/provinces: {m[0]}", m.span()
        if text[line.start : line.end].isascii():
            for m in _CAPITALS.finditer(text, line.start, line.end):
                for name in _ends(m[0].casefold(), known):
                    return name, f"data/provinces: {m[0]}", m.span()
    return None


def _of_district(title: Line, names: Gazetteer, text: str) -> tuple[str, str, Span] | None:
    """The province of the district whose name, of two words or more and of no other province, begins a title."""
    run = NAME_RUN.match(text, title.start, title.end)
    words = text[run.start() : run.end()].split() if run else []
    for count in range(len(words), 1, -1):
        name = " ".join(words[:count])
        units = [u for u in names.named(name) if u.table != "communes-new"]
        provinces = provinces_of(units)
        if len(provinces) == 1 and any(u.table == "districts" for u in units):
            return provinces[0], f"data/districts: {name}", (title.start, title.start + len(name))
    return None


def _within(host: str, known: dict[str, str]) -> Iterator[str]:
    """The provinces whose names, written together, are a part of a host or stand in one, the longest first."""
    for label in reversed(host.split(".")):
        for name in sorted(known, key=len, reverse=True):
            joined = name.replace(" ", "")
            if label == joined or (len(joined) >= LONGEST_PIECE and joined in label.replace("-", "")):
                yield known[name]


def _ends(words: str, known: dict[str, str]) -> Iterator[str]:
    """The province with whose name capitals end behind the word for its level."""
    for name in known:
        if words in (name, f"tinh {name}") or words.endswith((f" tinh {name}", f" thanh pho {name}")):
            yield known[name]
