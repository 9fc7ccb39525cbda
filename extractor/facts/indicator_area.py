"""The area that a figure speaks of: the nearest place, or what “tỉnh”, “huyện”, “xã” mean in the article."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from extractor import places
from extractor.brackets import is_aside
from extractor.candidates import Candidate
from extractor.context import Context
from extractor.facts.indicator_places import (
    ASIDE,
    BEGINS,
    LEVELS,
    LOWEST,
    ORDER,
    TOPIC,
    area_words,
    level_of,
    own_places,
    within,
    written,
)
from extractor.figures import scope_words
from extractor.gazetteer import gazetteer
from extractor.locality import is_local
from extractor.places import Place
from extractor.text import Span, fold

_MARK = regex.compile(r"(?:[-+•*–]|\(?\d{1,2}[.)]|[a-zđ]\))?\s*")
_LISTED = regex.compile(r",?\s(?:và\s)?")


def settle(candidate: Candidate, taken: Sequence[Span], context: Context) -> bool:
    """Fill `area`; False where the rule read a place that is none.

    `taken` are the places that other figures of the article claim for themselves (“trong đó huyện A …”).
    """
    given = candidate.first("area")
    if given:
        area = _claimed(given, context)
        if area is None:
            return False
        candidate.fields["area"] = area
        candidate.spans["area"] = [given]
        _leave_sector(candidate, context)
        return True
    if candidate.fields.get("area") is not None:
        _beside(candidate, context)
        return True
    number = candidate.first("number") or (candidate.start, candidate.end)
    sentence = context.sentence_at(candidate.start)
    found = (
        _named(candidate.start, min(number[0], candidate.end), context)
        or _named(number[1], candidate.end, context)
        or _meant((candidate.start, candidate.end), candidate.start, context)
        or _each(candidate, context)
        or _before(sentence[0], candidate.start, taken, context)
        or (None if _of_system(candidate.start, context) else _paragraph(candidate.start, taken, context))
        or (None if _of_system(candidate.start, context) else _article(context))
    )
    if found:
        area, by, spans = found
        if any(candidate.start <= s and e <= candidate.end for s, e in spans):
            candidate.fields["area"] = area
            candidate.spans["area"] = list(spans)
        else:
            candidate.infer("area", area, by, spans)
    return True


def claims_place(candidate: Candidate, context: Context) -> bool:
    """Is what a candidate's rule read for its area a place? True where it read none."""
    given = candidate.first("area")
    return given is None or _claimed(given, context) is not None


_Found = tuple[str, str, list[Span]] | None


def _leave_sector(candidate: Candidate, context: Context) -> None:
    """A place beside a group (hộ Khmer còn 8%; huyện A 3%) is none of its parts, where no “trong đó” says so."""
    start = candidate.start
    within = scope_words("part", context.tables).ends(context.view.text, max(0, start - ASIDE), start)
    if "sector" in candidate.inferred and not within:
        del candidate.fields["sector"], candidate.inferred["sector"]


def _beside(candidate: Candidate, context: Context) -> None:
    """A place or area word right before a figure (cả nước tăng 5%) outdoes the area that the figure carries."""
    if "area" not in candidate.inferred:
        return
    start = context.sentence_at(candidate.start)[0]
    for m in area_words(start, candidate.start, context)[-1:]:
        if candidate.start - m.end() > 1:
            continue
        found = _of_rank(scope_words("area", context.tables).value(m[0]), m.span(), m.start(), context)
        if found:
            candidate.infer("area", *found)


def is_national(area: str | None, context: Context) -> bool:
    """Is an area one of the words for the whole country, beside the report's own subject?"""
    words = scope_words("area", context.tables)
    return area is not None and any(
        m[0] == area and words.value(area) not in (*LEVELS.values(), LOWEST, "not")
        for m in words.finditer(area, 0, len(area))
    )


def _of_system(at: int, context: Context) -> bool:
    """Do a figure's sentence or the one before it speak of a whole system (đoàn viên toàn hệ thống Ngân hàng X)?"""
    start, end = context.sentence_at(at)
    begin = max(context.line_at(at)[0], context.sentence_at(max(start - 2, 0))[0])
    words = scope_words("system", context.tables)
    return any(words.value(m[0]) != "not" for m in words.finditer(context.view.text, begin, end))


def _each(candidate: Candidate, context: Context) -> _Found:
    """The units of which the sentence says what each does (Mỗi huyện, thị xã, thành phố xây dựng …)."""
    start, _ = context.sentence_at(candidate.start)
    begin = _MARK.match(context.view.text, start)
    for m in scope_words("each", context.tables).finditer(context.view.text, start, candidate.start)[:1]:
        if begin and m.start() == begin.end():
            return context.view.quote(*m.span()).lower(), "units that the sentence speaks of", [m.span()]
    return None


def _claimed(span: Span, context: Context) -> str | None:
    """The place that a rule read, as facts name it; None where no place ends there.

    A name that only its place behind a figure's comma tells to be one (Kỳ Sơn 643 căn, Quế Phong 402) is looked up.
    """
    for place in places.mentions(context):
        if place.start < span[1] and span[0] < place.end:
            return written(place) if place.end == span[1] else None
    quote = context.view.quote(*span)
    names = gazetteer(context.tables)
    level = names.level_word.match(quote)
    if level:
        return quote if names.named(quote[level.end() :].strip()) else None
    near = [u for u in names.named(quote) if context.province in (u.province, names.successor(u.province))]
    near = [u for u in near if u.table == "districts"] or near
    return f"{near[0].level} {near[0].name}" if near and near[0].name != near[0].province else None


def _named(start: int, end: int, context: Context) -> _Found:
    """The first place named within a span."""
    for place in within(start, end, context):
        return written(place), "place in the evidence", [(place.start, place.end)]
    return None


def _meant(span: Span, at: int, context: Context) -> _Found:
    """What the last area word in a span means (“của huyện”: the district named last before it)."""
    for word, level in reversed([(m.span(), m[0]) for m in area_words(*span, context)]):
        rank = scope_words("area", context.tables).value(level)
        return _of_rank(rank, word, at, context)
    return None


def _of_rank(rank: str, word: Span, at: int, context: Context) -> _Found:
    if rank not in (*LEVELS.values(), LOWEST):
        return rank, "national figure", [word]
    if rank == "tỉnh":
        town = next((p for p in own_places(context) if fold(p.level) in fold(context.view.text[slice(*word)])), None)
        return (
            (written(town), "the article's own place", [(town.start, town.end)]) if town else _named_province(context)
        )
    line, sentence = context.line_at(at), context.sentence_at(at)
    earlier = [p for p in places.mentions(context) if p.start < at and level_of(p) == rank]
    last = earlier[-1] if earlier else None
    own = next((p for p in own_places(context) if level_of(p) == rank), None)
    if own and (last is None or last.start < line[0] or (last.start < sentence[0] and _same(own, line, context))):
        return written(own), "the article's own place", [(own.start, own.end)]
    return (written(last), f"the {rank} named last", [(last.start, last.end)]) if last else None


def _same(own: Place, line: Span, context: Context) -> bool:
    """Does a paragraph name the article's own place, so that no other of its rank is its topic?"""
    return any(fold(p.text) == fold(own.text) for p in within(*line, context))


def _before(start: int, end: int, taken: Sequence[Span], context: Context) -> _Found:
    """The nearest place or area word before a figure in its sentence; of nested places (xã X, huyện Y) the lower."""
    text = context.view.text
    asides = scope_words("aside", context.tables)
    named = [
        p
        for p in within(start, end, context)
        if (p.start, p.end) not in taken
        and not asides.ends(text, max(start, p.start - ASIDE), p.start)
        and not _past_aside(p.start, start, end, context)
        and not _closed_off(p, end, context)
    ]
    named = [p for p in named if not _of_office((p.start, p.end), context)] or named
    words = area_words(start, end, context)
    words = [m for m in words if not any(p.start <= m.start() < p.end for p in within(start, end, context))]
    words = [m for m in words if not named or not _of_office(m.span(), context)]
    last_word = words[-1] if words else None
    named = _unapposed(named, start, context)
    if named:
        place = named[-1]
        while len(named) > 1 and 0 <= place.start - named[-2].end <= 3 and _lower(named[-2], place):
            named.pop()
            place = named[-1]
        if last_word is None or last_word.start() < place.start:
            return written(place), "place named before it in the sentence", [(place.start, place.end)]
    if last_word is not None:
        rank = scope_words("area", context.tables).value(last_word[0])
        return _of_rank(rank, last_word.span(), last_word.start(), context)
    return None


def _unapposed(named: list[Place], start: int, context: Context) -> list[Place]:
    """The places of a sentence without those that only say more of the first (Xã A thuộc huyện B; tỉnh C hợp nhất A và
    B); and of the one with which the sentence begins, the ones that hold it (Xã A của huyện B)."""
    text, words = context.view.text, scope_words("apposed", context.tables)
    kept: list[Place] = []
    last: Place | None = None
    for place in named:
        joined = last is not None and _LISTED.fullmatch(text, last.end, place.start) is not None
        apposed = words.ends(text, max(start, place.start - ASIDE), place.start) or (joined and last not in kept)
        if kept and not apposed and place.start - kept[0].end < ASIDE * 4:
            within = kept[0].start - start <= BEGINS and _lower(kept[0], place)
            apposed = within and text[kept[0].end : place.start].rstrip().endswith(("của", ","))
        if not (kept and apposed):
            kept.append(place)
        last = place
    return kept


def _of_office(span: Span, context: Context) -> bool:
    """Is a place or area word that of a person's office (Chủ tịch UBND huyện X), named only with the person?"""
    told = (mention for draft in context.made("official") for mention in draft.mentions)
    return any(mention.start <= span[0] and span[1] <= mention.end for mention in told)


def _closed_off(place: Place, end: int, context: Context) -> bool:
    """Does a place stand in brackets with figures of its own that close before `end`: (Sa Pa 3,4 triệu; …)?"""
    return is_aside((place.start, place.end), end, context.view.text)


def _past_aside(at: int, start: int, end: int, context: Context) -> bool:
    """Does a place belong to a part (trong đó …) that a semicolon ends before the figure at `end`?"""
    text = context.view.text
    if ";" not in text[at:end]:
        return False
    part = text.rfind(";", start, at) + 1 or start
    return bool(scope_words("part", context.tables).finditer(text, part, at))


def _lower(first: Place, second: Place) -> bool:
    return ORDER.index(level_of(first)) > ORDER.index(level_of(second))


def _paragraph(at: int, taken: Sequence[Span], context: Context) -> _Found:
    """What “toàn huyện”, “cả xã” of an earlier sentence mean, where they stand behind the place with which the
    paragraph begins, else that place."""
    line, sentence = context.line_at(at), context.sentence_at(at)
    topic = _topic(at, taken, context)
    whole = scope_words("whole", context.tables)
    for m in reversed(area_words(topic.end if topic else line[0], sentence[0], context)):
        if whole.finditer(context.view.text, *m.span()) or m.start() == context.sentence_at(m.start())[0]:
            return _of_rank(scope_words("area", context.tables).value(m[0]), m.span(), m.start(), context)
    return (written(topic), "place with which the paragraph begins", [(topic.start, topic.end)]) if topic else None


def _topic(at: int, taken: Sequence[Span], context: Context) -> Place | None:
    """The place with which the paragraph begins."""
    line = context.line_at(at)
    first = context.sentence_at(line[0])
    for place in within(line[0], min(at, first[1], line[0] + TOPIC), context):
        if (place.start, place.end) not in taken and not _closed_off(place, at, context):
            return place
    return None


def _article(context: Context) -> _Found:
    """The place that title or page header name, else the province."""
    for own in own_places(context):
        return written(own), "the article's own place", [(own.start, own.end)]
    return _province(context)


def _province(context: Context) -> _Found:
    return _named_province(context) if is_local(context) else None


def _named_province(context: Context) -> _Found:
    """The article's province, of which a word of the figure's own speaks (trên địa bàn tỉnh)."""
    if context.province is None:
        return None
    spans = [context.province_span] if context.province_span else []
    return context.province, "the article's province", spans


def settle_national(candidate: Candidate, context: Context) -> None:
    """Fill `area` with the whole country in news of the nation's affairs, by the first words that say so."""
    words = scope_words("national", context.tables)
    for m in words.finditer(context.view.text, 0, len(context.view.text))[:1]:
        candidate.infer("area", words.value(m[0]), "the article speaks of the nation", [m.span()])
