"""The places that an article names, and the province that it is about.

`mentions(context)` finds them with the vocabularies of `data/`: a name behind a word of its level (huyện X, các xã A, B
và C), a province by its bare name, and bare names that the article has introduced or that lie in its province.
`context_province(context)` weighs them, the page's header and the outlet, and says what settled the province.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import regex

from extractor.context import Context
from extractor.era import era
from extractor.gazetteer import (
    NAME_RUN,
    NAME_WORD,
    REFORM,
    Gazetteer,
    Level,
    Unit,
    gazetteer,
    provinces_of,
)
from extractor.headers import province_of_header
from extractor.text import Span

_PART = regex.compile(rf"{NAME_WORD}|\d+")
_NUMBER = regex.compile(r"\d{1,2}(?![\d/.,%]*\d|\w)|(?=[IVX])X{0,2}(?:IX|IV|V?I{0,3})(?!\w|\s\p{Lu}\p{Ll})")
#: What stands between the places of a list, with a note in brackets behind a name.
_NEXT = regex.compile(r"(?:\s?\([^()\n]{1,40}\))?\s?(?:,|;|và|-)\s")
_PLURAL = regex.compile(r"(?r)(?:(?i:các|những|nhiều|một số|hai|ba|bốn|năm|sáu|bảy|tám|chín)|\d)\s")
#: What stands between a place and the higher one that it lies in.
_WITHIN = regex.compile(r"\s?[,(/-]\s?(?:thuộc\s)?|\s(?:thuộc|của)\s|\s")
_NOTE = regex.compile(rf"\s?\((?P<run>{NAME_WORD}(?:\s?-\s?{NAME_WORD}|[ ]{NAME_WORD}){{0,4}})\)")
_BEFORE = regex.compile(r"(?r)(?P<word>\p{L}+)\s")
_AT = regex.compile(r"(?r)(?i:tại|ở|đến|về|từ)\s")
_SEPARATED = regex.compile(r"\s?-\s?")

#: How much places count towards the province of the article by where they stand.
IN_HEADER, IN_TITLE, OF_OUTLET, WITH_LEVEL, BARE, MERE_SCENE = 4.0, 2.0, 3.0, 2.0, 1.0, 0.5
#: The province of an article has at least this weight, and this many times that of the next.
LEAST, CLEAR = 1.0, 1.5
#: A place named only behind this share of a text, and behind so many characters, is one that the story comes to.
LATE, LONG = 0.6, 600


@dataclass(frozen=True, slots=True)
class Place:
    """A place where it is named: `name` as written without its level, `level` as written or known, its province
    (None where that is not settled), the view span and the words of it."""

    name: str
    level: str
    province: str | None
    start: int
    end: int
    text: str
    #: Is it the town of its province's name (thành phố Hòa Bình of the province Hòa Bình)?
    seat: bool = False


@dataclass(slots=True)
class _Found:
    """A place before its province is settled: its units, and whether the level was written."""

    name: str
    level: str
    rank: int
    start: int
    end: int
    units: list[Unit]
    written: bool
    listed: bool = False
    higher: _Found | None = None
    lower: _Found | None = None


def mentions(context: Context) -> list[Place]:
    """The places that the text names, in text order; found once a context and province."""
    key = f"places of {context.province}"
    if key not in context.memo:
        context.memo[key] = [_place(found, context) for found in _all(context)]
    places: list[Place] = context.memo[key]
    return places


def context_province(context: Context) -> tuple[str, str, list[Span]] | None:
    """The province that the article is about, what settled it, and the view spans that say so; None if unsettled."""
    if "province" not in context.memo:
        context.memo["province"] = _weigh(context)
    settled: tuple[str, str, list[Span]] | None = context.memo["province"]
    return settled


# --- finding ---


def _all(context: Context) -> list[_Found]:
    names = gazetteer(context.tables)
    found = list(_basis(context, names))
    extra = _introduced(found, names, context)
    if extra:
        taken = [(f.start, f.end) for f in found]
        found = sorted([*found, *_bare(context.view.text, names, extra, taken)], key=lambda f: f.start)
        _nest(found, context.view.text)
    return found


def _basis(context: Context, names: Gazetteer) -> list[_Found]:
    """What needs no knowledge of the article: names behind their level, and bare provinces."""
    if "places found" not in context.memo:
        text = context.view.text
        levelled = list(_levelled(text, names))
        bare = _bare(text, names, names.bare, [(f.start, f.end) for f in levelled])
        found = sorted([*levelled, *bare], key=lambda f: f.start)
        _nest(found, text)
        context.memo["places found"] = found
    basis: list[_Found] = context.memo["places found"]
    return basis


def _levelled(text: str, names: Gazetteer) -> Iterator[_Found]:
    """Places behind a word of their level, and the rest of the list that begins with one."""
    done = 0
    for m in names.level_word.finditer(text):
        if m.start() < done:
            continue
        level = names.levels[m[0]]
        before = _BEFORE.match(text, max(0, m.start() - 12), m.start())
        if before is not None and before["word"].casefold() in level.not_after:
            continue
        begin = m.end() + (text[m.end() : m.end() + 1] in (" ", ":"))
        begin += text[begin : begin + 1] == " "
        first = _name(text, begin, level, names)
        if first is None or (m[0].endswith(".") and first == begin + 1 and text[begin].isalpha()):
            continue
        start = begin if level.body or text[m.end()] == ":" else m.start()
        yield _found(text, start, begin, first, level, names)
        done = first
        plural = _PLURAL.match(text, max(0, m.start() - 10), m.start()) is not None
        while (gap := _NEXT.match(text, done)) is not None:
            end = _name(text, gap.end(), replace(level, known=True), names)
            if end is None and plural and not level.known:
                end = _name(text, gap.end(), level, names)
            if end is None:
                break
            other = _found(text, gap.end(), gap.end(), end, level, names)
            other.listed = True
            yield other
            done = end
        note = _NOTE.match(text, done)
        if note and level.rank == 2:
            units = [u for u in names.named(note["run"]) if u.table == "districts"]
            if units:
                yield _Found(note["run"], units[0].level, 1, note.start("run"), note.end("run"), units, False)


def _found(text: str, start: int, begin: int, end: int, level: Level, names: Gazetteer) -> _Found:
    units = _units(text[begin:end], level, names)
    province = bool(units) and all(u.table == "provinces" for u in units)
    return _Found(text[begin:end], level.level, 0 if province else level.rank, start, end, units, True)


def _units(name: str, level: Level, names: Gazetteer) -> list[Unit]:
    if level.rank > 2:
        return []
    return names.named(name, level.level)


def _name(text: str, begin: int, level: Level, names: Gazetteer) -> int | None:
    """Where the name of a level that begins at `begin` ends; None if no such name stands there."""
    odd = names.odd_name.match(text, begin)
    if odd is not None and _units(odd[0], level, names):
        return odd.end()
    if level.numbers and (number := _NUMBER.match(text, begin)):
        return number.end()
    run = NAME_RUN.match(text, begin)
    if run is None:
        return None
    parts = [m.span() for m in _PART.finditer(text, *run.span())]
    for count in range(min(len(parts), 6), 0, -1):
        end = parts[count - 1][1]
        if _units(text[begin:end], level, names):
            return end if level.rank == 0 or _stands(text, parts, count, names) else None
    if level.known or text[slice(*parts[0])].casefold() in names.no_names:
        return None
    # A name that data/ does not have: the words up to a dash, at most four.
    count = 1
    while count < min(len(parts), 4) and text[parts[count - 1][1] : parts[count][0]] == " ":
        count += 1
    end = parts[count - 1][1]
    if count < level.words and not _lies_within(text, end, level, names):
        return None
    return None if len(parts) > count and text[end : parts[count][0]] == " " else end


def _lies_within(text: str, end: int, level: Level, names: Gazetteer) -> bool:
    """Does a higher place follow a comma (bản X, xã Y), so that a single word is a name?"""
    higher = names.level_word.match(text, end + 2) if text[end : end + 2] == ", " else None
    return higher is not None and names.levels[higher[0]].rank < level.rank


def _stands(text: str, parts: Sequence[Span], count: int, names: Gazetteer) -> bool:
    """Is a known name no piece of a person's (“UBND xã Tân Văn Minh”)?"""
    if count == len(parts) or text[parts[count - 1][1] : parts[count][0]] != " ":
        return True
    following = text[slice(*parts[count])]
    return (following.isupper() and len(following) > 1) or _person(text, parts[count:], names)


def _surname(word: str, names: Gazetteer) -> bool:
    return word.casefold() in names.surnames


def _person(text: str, parts: Sequence[Span], names: Gazetteer) -> bool:
    return len(parts) > 1 and _surname(text[slice(*parts[0])], names)


def _bare(text: str, names: Gazetteer, wanted: dict[str, list[Unit]], taken: Sequence[Span]) -> list[_Found]:
    """The names of `wanted` (key → units) that stand without a level outside of the spans of `taken` (in order)."""
    found: list[_Found] = []
    ends = [end for _, end in taken]
    for run in NAME_RUN.finditer(text):
        parts = [m.span() for m in _PART.finditer(text, *run.span())]
        first = 0
        while first < len(parts):
            i = bisect_right(ends, parts[first][0])
            inside = i < len(taken) and taken[i][0] < parts[first][1]
            count = 0 if inside else _longest(text, parts[first:], wanted, names)
            if count and _alone(text, parts, first, first + count, names):
                start, end = parts[first][0], parts[first + count - 1][1]
                units = wanted[names.key(text[start:end])]
                ranks = {"provinces": 0, "districts": 1}
                found.append(
                    _Found(text[start:end], units[0].level, ranks.get(units[0].table, 2), start, end, units, False)
                )
            first += max(count, 1)
    return found


def _longest(text: str, parts: Sequence[Span], wanted: dict[str, list[Unit]], names: Gazetteer) -> int:
    for count in range(min(len(parts), 5), 0, -1):
        if names.key(text[parts[0][0] : parts[count - 1][1]]) in wanted:
            return count
    return 0


def _alone(text: str, parts: Sequence[Span], first: int, last: int, names: Gazetteer) -> bool:
    """Is a bare name no piece of a person's, a street's or a longer name?"""
    start, end = parts[first][0], parts[last - 1][1]
    left = [text[slice(*p)] for p in parts[max(0, first - 3) : first]]
    if (
        first
        and _SEPARATED.fullmatch(text, parts[first - 1][1], start) is None
        and any(_surname(w, names) for w in left)
    ):
        return False
    if names.blocker.match(text, max(0, start - 20), start):
        return False
    if last == len(parts) or text[end : parts[last][0]] != " ":
        return True
    following = text[slice(*parts[last])]
    if text[start:end].isupper():
        return False
    return (following.isupper() and len(following) > 1) or _person(text, parts[last:], names)


def _introduced(found: Sequence[_Found], names: Gazetteer, context: Context) -> dict[str, list[Unit]]:
    """Bare names that may be read in this article: those it gave with a level, and its province's districts."""
    wanted: dict[str, list[Unit]] = {}
    ranks: dict[str, int] = {}
    if context.province:
        here = dict.fromkeys((names.successor(context.province), context.province))
        for province in here:
            for key, units in names.districts[province].items() if province else ():
                if len(key.split()) > 1:
                    wanted[key] = [u for u in units if u.province == context.province] or units
    for f in found:
        key = names.key(f.name)
        if f.written and f.units and f.rank in (1, 2) and len(key.split()) > 1 and f.rank <= ranks.get(key, 2):
            wanted[key], ranks[key] = f.units, f.rank
    return {key: units for key, units in wanted.items() if key not in names.bare}


def _nest(found: Sequence[_Found], text: str) -> None:
    """Link each place to the higher one named right behind it (xã X, huyện Y), lists as a whole."""
    for lower, higher in reversed(list(pairwise(found))):
        gap = text[lower.end : higher.start]
        if len(gap) > 12 or "\n" in gap:
            continue
        if higher.rank < lower.rank and _WITHIN.fullmatch(gap):
            lower.higher, higher.lower = higher, lower
        elif higher.listed and higher.level == lower.level:
            lower.higher = higher.higher


# --- settling ---


def _possible(found: _Found, on: str | None, names: Gazetteer) -> list[Unit]:
    """The units that a name can mean at the article's time, the higher place beside it considered."""
    units = [u for u in found.units if u.stood(on)] or found.units
    if found.higher is not None:
        above = _possible(found.higher, on, names)
        districts = {names.key(u.name) for u in above if u.table == "districts"}
        provinces = {names.successor(p) if _new(on) else p for p in provinces_of(above)}
        kept = [u for u in units if (names.successor(u.province) if _new(on) else u.province) in provinces]
        units = [u for u in kept if not districts or names.key(u.district) in districts] or kept
        if not units:
            return above
    elif found.lower is not None and len(units) > 1:
        inside = {(names.key(u.district), u.province) for u in found.lower.units}
        units = [u for u in units if (names.key(u.name), u.province) in inside] or units
    return units


def _new(on: str | None) -> bool:
    return on is not None and on >= REFORM


def _provinces(found: _Found, on: str | None, names: Gazetteer) -> list[str]:
    own = provinces_of(_possible(found, on, names))
    if found.rank == 0 or not _new(on):
        return own
    return list(dict.fromkeys(names.successor(p) or p for p in own))


def _place(found: _Found, context: Context) -> Place:
    names = gazetteer(context.tables)
    possible = _provinces(found, era(context), names)
    province = possible[0] if len(possible) == 1 else context.province if context.province in possible else None
    end = found.end
    level = found.level if found.written else _possible(found, era(context), names)[0].level
    name, text = context.view.quote(end - len(found.name), end), context.view.quote(found.start, end)
    own = [u for u in names.named(name) if u.table == "provinces"]
    seat = found.written and level == "thành phố" and bool(own) and all(u.level != level for u in own)
    return Place(name, level, province, found.start, end, text, seat)


def _weigh(context: Context) -> tuple[str, str, list[Span]] | None:
    names = gazetteer(context.tables)
    on = era(context)
    weights: dict[str, float] = defaultdict(float)
    reasons: dict[str, list[tuple[float, str, Span | None]]] = defaultdict(list)
    for found in _basis(context, names):
        provinces = _provinces(found, on, names)
        weight = _weight(found, context)
        yet_to_come = found.rank and not _new(on) and found.units and not any(u.stood(on) for u in found.units)
        if len(provinces) != 1 or not weight or yet_to_come:
            continue
        province = names.successor(provinces[0]) or provinces[0] if _new(on) else provinces[0]
        weights[province] += weight
        table = _possible(found, on, names)[0].table
        words = context.view.quote(found.start, found.end)
        reasons[province].append((weight - found.rank / 10, f"data/{table}: {words}", (found.start, found.end)))
    for name, by, span in filter(None, (_home(context), province_of_header(context, names))):
        province = names.successor(name) or name if _new(on) else name
        weights[province] += OF_OUTLET
        reasons[province].append((0.0, by, span))
    ranked = sorted(weights.items(), key=lambda item: -item[1])
    if not ranked or ranked[0][1] < LEAST or (len(ranked) > 1 and ranked[0][1] < CLEAR * ranked[1][1]):
        return None
    told = [span[0] if span and by.startswith("data/provinces") else 0 for _, by, span in reasons[ranked[0][0]]]
    if min(told) > max(LONG, LATE * len(context.view.text)):
        return None
    _, by, span = max(reasons[ranked[0][0]], key=lambda reason: reason[0])
    return ranked[0][0], by, [span] if span else []


def _weight(found: _Found, context: Context) -> float:
    """How much a mention says of the article's own province."""
    line = context.page.line_at(found.start)
    if line is None:
        return 0.0
    if line.zone in ("furniture", "dateline", "byline"):
        first = next((other.start for other in context.page.lines if other.zone in ("title", "body")), 0)
        return IN_HEADER if line.start < first else 0.0
    if context.page.blocks(found.start):
        return 0.0
    weight = WITH_LEVEL if found.written else BARE
    if not found.written and _AT.match(context.view.text, max(0, found.start - 6), found.start):
        weight = MERE_SCENE
    return weight + (IN_TITLE if line.zone == "title" else 0.0)


def _home(context: Context) -> tuple[str, str, Span | None] | None:
    """The province of the outlet, as data/outlets.csv has it."""
    for row in context.tables["outlets"] if context.outlet else ():
        if row["outlet"] == context.outlet and row["province"]:
            return row["province"], f"data/outlets: {row['outlet']}", None
    return None
