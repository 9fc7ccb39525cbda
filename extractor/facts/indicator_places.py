"""The places of an article by rank, the words for an area, and whose news the article is."""

from __future__ import annotations

import regex

from extractor import places
from extractor.context import Context
from extractor.figures import scope_words
from extractor.places import Place
from extractor.text import Span, fold

#: Levels by how high they stand, as `value` of data/scope-words.csv names them; a level that is not listed lies below.
LEVELS = {
    "tỉnh": "tỉnh", "huyện": "huyện", "quận": "huyện", "thị xã": "huyện", "thành phố": "huyện", "tp": "huyện",
    "tp.": "huyện", "tx": "huyện", "tx.": "huyện", "xã": "xã", "phường": "xã", "thị trấn": "xã", "đặc khu": "xã",
}  # fmt: skip
LOWEST = "thôn"
ORDER = ("tỉnh", "huyện", "xã", LOWEST)
#: Characters before a place in which a word may set it aside, and at a line's beginning in which its topic stands.
ASIDE, TOPIC = 24, 60
#: Lines from the first in which an article without a place in its title says whose news it is.
OPENING = 6
#: Characters from a sentence's beginning within which its subject stands.
BEGINS = 4

#: What stands before a counted area word, and behind one that begins a name or a list.
_COUNTED = regex.compile(r"(?r)(?:\d|\d\s?[,/-])\s?")
_FIGURED = regex.compile(r"\s(?:-\s\p{L}+\s)?\d")
_PRESENTS = regex.compile(
    r"\s(?:vốn\s)?là\s(?:một\s|1\s)?(?:trong\s[^.\n]{1,30}\s)?(?:huyện|xã|phường|thị|quận|địa phương)"
)
_NAMED = regex.compile(r"\s\p{Lu}|,\s(?:xã|phường|thị|huyện|thành|thôn|bản)")


def level_of(place: Place) -> str:
    """The rank of a place: tỉnh, huyện, xã or thôn; a place that is its own province is a tỉnh."""
    if place.province and not place.seat and fold(place.name) == fold(place.province):
        return "tỉnh"
    return LEVELS.get(fold(place.level), LOWEST)


def written(place: Place) -> str:
    """A place as facts name it: a province bare, any other with its level as the article writes it (huyện Bác Ái)."""
    if level_of(place) == "tỉnh":
        return place.name
    level = place.text[: -len(place.name)].strip() if place.text.endswith(place.name) else ""
    return f"{level if level.isupper() else level.lower() or place.level} {place.name}"


def within(start: int, end: int, context: Context) -> list[Place]:
    """The places told within a view span, in order."""
    return [p for p in places.mentions(context) if start <= p.start and p.end <= end]


def area_words(start: int, end: int, context: Context) -> list[regex.Match[str]]:
    """Words for an area (“toàn tỉnh”, “của xã”) in a span, but for those that are counted (34 xã) or many (các xã)."""
    text = context.view.text
    plural, words = scope_words("plural", context.tables), scope_words("area", context.tables)
    return [
        m
        for m in words.finditer(text, start, end)
        if words.value(m[0]) != "not"
        and not _COUNTED.match(text, start, m.start())
        and not plural.ends(text, max(0, m.start() - ASIDE), m.start())
        and not _NAMED.match(text, m.end())
        and not (fold(m[0]) in LEVELS and _FIGURED.match(text, m.end()))
    ]


def own_places(context: Context) -> list[Place]:
    """The places whose news the article is: that of the title, then those of the page's header, the lowest first; where
    neither names one, that which its opening presents (X là huyện vùng cao …)."""
    lines = context.page.lines
    title = [p for line in lines[:OPENING] if line.zone == "title" for p in within(line.start, line.end, context)]
    told = next((line.start for line in lines if line.zone in ("title", "body")), 0)
    above = next((line.start for line in lines if line.zone == "title"), told)
    header = [
        p
        for p in places.mentions(context)
        if p.end <= above and level_of(p) != "tỉnh" and (p.end <= told or _alone(context.line_at(p.start), context))
    ]
    own = [*title[:1], *sorted(header, key=lambda p: -ORDER.index(level_of(p)))]
    return (
        own
        or _of_title(context)
        or _of_host(context)
        or [p for p in places.mentions(context) if _presented(p, context)][:1]
    )


def _of_title(context: Context) -> list[Place]:
    """The place that the first paragraph names, of the rank of which the title speaks without one (Hội CCB huyện)."""
    lines = context.page.lines
    title = next((line for line in lines[:OPENING] if line.zone == "title"), None)
    lead = next((line for line in lines if line.zone == "body" and title and line.start > title.end), None)
    said = area_words(title.start, title.end, context) if title and lead else []
    if title is None or lead is None or not said:
        return []
    rank = scope_words("area", context.tables).value(said[0][0])
    end = context.sentence_at(lead.start)[1]
    return [p for p in within(lead.start, end, context) if level_of(p) == rank != "tỉnh"][:1]


def _of_host(context: Context) -> list[Place]:
    """The place below a province whose body the first paragraph says to do something there (Huyện ủy X tổ chức …)."""
    text = context.view.text
    lines = context.page.lines[: 2 * OPENING]
    lead = next((line for line in lines if line.zone == "body" and line.end - line.start > TOPIC), None)
    if lead is None:
        return []
    end = context.sentence_at(lead.start)[1]
    for m in scope_words("hosts", context.tables).finditer(text, lead.start, end)[:1]:
        for place in within(lead.start, m.start(), context)[-1:]:
            near = m.start() - place.end <= ASIDE and "," not in text[place.end : m.start()]
            venue = scope_words("venue", context.tables).ends(text, max(0, place.start - ASIDE), place.start)
            if near and not venue and level_of(place) in ("huyện", "xã"):
                return [place]
    return []


def _alone(line: Span, context: Context) -> bool:
    """Is a line above the title short, with one place in it, as the name of an office is and a menu is not?"""
    return line[1] - line[0] <= TOPIC and len([p for p in within(*line, context) if level_of(p) != "tỉnh"]) == 1


def _presented(place: Place, context: Context) -> bool:
    """Does a place that is no province begin one of the opening lines, which says what it is?"""
    line = context.line_at(place.start)
    begins = place.start - line[0] <= BEGINS
    number = context.page.number_at(place.start) or 0
    if level_of(place) == "tỉnh" or not begins or number > 2 * OPENING:
        return False
    return _PRESENTS.match(context.view.text, place.end) is not None
