"""Programmes: one fact an initiative, however often and in whatever spelling the article tells of it.

Mentions meet under a key (spelling, abbreviations, aliases and shortened names made one); a mention without a kind word
joins the initiative that the article names with one; a mention without a period takes the period told elsewhere.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

import regex

from extractor import timex
from extractor.candidates import Candidate, carry
from extractor.context import Context, Draft
from extractor.periods import date_mentions_in
from extractor.programs import known_name, loose_types, name_key

#: A shorter name is the beginning of a longer one only if it has this many words.
FEWEST_WORDS = 4
#: The share of its words that a name turned round (“công tác dân vận giữa A và B”) has in common with the fuller one.
MOST_SHARED = 0.9

_YEAR = regex.compile(r"\d{4}")


def resolve(candidates: Sequence[Candidate], context: Context) -> list[Draft]:
    """Candidates with `name`, and where the words say so `type`, `period`, `parties` → drafts that merge by meaning."""
    kept: list[Candidate] = []
    for candidate in candidates:
        _carry(candidate, kept, context)
        if candidate.get("name"):
            kept.append(candidate)
    keys = {id(c): name_key(c.get("name"), context.tables) for c in kept}
    _type_bare_mentions(kept, keys, context)
    kept = [c for c in kept if c.get("type")]
    _one_type(kept, keys, context)
    groups: dict[tuple[str, str], list[Candidate]] = defaultdict(list)
    for candidate in kept:
        groups[candidate.get("type"), keys[id(candidate)]].append(candidate)
    for members in _with_shortened(groups, context):
        _one_name(members)
        if members[0].get("type") == "theme_year":
            _year_of_theme(members, context)
        _one_period(members)
    return [candidate.draft() for candidate in kept]


def _carry(candidate: Candidate, before: Sequence[Candidate], context: Context) -> None:
    """Carry what the rule says: a type down a list (not against what is known of a name), a name to its renewal."""

    def fits(name: str, earlier: Candidate) -> bool:
        return name == "type" or earlier.get("type") == candidate.get("type")

    carry(candidate, before, context, fits)
    known = known_name(candidate.get("name") or "", context.tables)
    if known and "type" in candidate.inferred and candidate.get("type") not in known.types:
        candidate.infer("type", known.types[0], f"data/program-names: {known.name}")


def _type_bare_mentions(candidates: Sequence[Candidate], keys: dict[int, str], context: Context) -> None:
    """Give mentions without a kind word the type of the same initiative where one stands, else the usual type."""
    told: dict[str, Candidate] = {}
    for candidate in candidates:
        if candidate.get("type"):
            told.setdefault(keys[id(candidate)], candidate)
    for candidate in candidates:
        if candidate.get("type"):
            continue
        same = told.get(keys[id(candidate)])
        known = known_name(candidate.get("name"), context.tables)
        if same is not None:
            candidate.infer("type", same.get("type"), "the kind word with another mention", [(same.start, same.end)])
        elif known is not None:
            candidate.infer("type", known.types[0], f"data/program-names: {known.name}")


def _one_type(candidates: Sequence[Candidate], keys: dict[int, str], context: Context) -> None:
    """A well-known initiative told once under its own type and once loosely (“phong trào 5 không, 3 sạch”) is one."""
    told: dict[str, Candidate] = {}
    loosely: list[Candidate] = []
    for candidate in candidates:
        known = known_name(candidate.get("name"), context.tables)
        if known and candidate.get("type") in known.types:
            told.setdefault(keys[id(candidate)], candidate)
        elif known and candidate.get("type") in loose_types(context.tables):
            loosely.append(candidate)
    for candidate in loosely:
        own = told.get(keys[id(candidate)])
        if own is not None and own.get("type") in loose_types(context.tables):
            candidate.infer("type", own.get("type"), "the kind word with another mention", [(own.start, own.end)])


def _with_shortened(groups: dict[tuple[str, str], list[Candidate]], context: Context) -> list[list[Candidate]]:
    """Groups by type and key, those of a shortened or turned name joined to the one fuller name with its words."""
    found = dict(groups)
    for kind, key in sorted(groups, key=lambda k: len(k[1])):
        fuller = [k for k in found if k[0] == kind and k[1] != key and len(k[1]) >= len(key) and _holds(k[1], key)]
        if len(fuller) == 1 and not (known_name(key, context.tables) and known_name(fuller[0][1], context.tables)):
            found[fuller[0]] = sorted(found[fuller[0]] + found.pop((kind, key)), key=lambda c: c.start)
    return list(found.values())


def _holds(fuller: str, key: str) -> bool:
    """Is `key` the beginning of `fuller`, or are nearly all of its words in it?"""
    words = Counter(key.split())
    count = words.total()
    if fuller.startswith(key + " "):
        return count >= FEWEST_WORDS
    return count >= 2 * FEWEST_WORDS and (words & Counter(fuller.split())).total() >= MOST_SHARED * count


def _one_name(members: Sequence[Candidate]) -> None:
    """All mentions under the fullest name that the article gives."""
    fullest = max(members, key=lambda c: (len(c.get("name").split()), len(c.get("name")), -c.start))
    for candidate in members:
        if candidate.get("name") != fullest.get("name"):
            candidate.infer("name", fullest.get("name"), "the fullest form of the name", fullest.spans.get("name", []))


def _year_of_theme(members: Sequence[Candidate], context: Context) -> None:
    """A theme year is a year: of an interval within one year that year.

    Unsaid, it is the last year told before it on its line, else the article's.
    """
    for candidate in members:
        years = set(_YEAR.findall(candidate.get("period") or ""))
        if len(years) == 1:
            candidate.fields["period"] = years.pop()
    if any(c.get("period") for c in members):
        return
    for candidate in members:
        first = context.line_at(candidate.start)[0]
        mentions = [m for m in date_mentions_in(context, first, candidate.start) if _YEAR.fullmatch(m[2])]
        if mentions:
            start, end, value = mentions[-1]
            candidate.infer("period", value, "the year that the paragraph speaks of", [(start, end)])
        elif context.year is not None:
            candidate.infer("period", str(context.year), "the article's year")


def _one_period(members: Sequence[Candidate]) -> None:
    """A mention without a period takes the one told with another mention.

    Intervals told apart are editions, each a fact; a single year beside them, or several single years, are only the
    years in which the article speaks of the initiative.
    """
    told = [c for c in members if c.get("period")]
    spans = [c for c in told if timex.days(c.get("period")) != timex.days((c.get("period") or "")[:4])]
    editions = spans or told
    if len({c.get("period") for c in editions}) > 1 and not spans and members[0].get("type") != "theme_year":
        for candidate in told:
            candidate.fields["period"] = None
            candidate.spans.pop("period", None)
        return
    for candidate in members:
        if candidate in editions or not editions:
            continue
        nearest = max((c for c in editions if c.start < candidate.start), key=lambda c: c.start, default=editions[0])
        period = nearest.get("period")
        candidate.spans.pop("period", None)
        candidate.infer("period", period, "the period told with another mention", nearest.spans.get("period", []))
