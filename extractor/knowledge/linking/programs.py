"""Which programmes are the same: by name (abbreviations written out), type, period, and whose they are.

Well-known initiatives (data/program-names.csv) are the country's, but for models, of which every place has its own
(`own_of_place` in data/linking/linking-words.csv); others are told apart by the province.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import regex

from extractor.entities import ProgramEntity
from extractor.knowledge.linking.mention import Mention, links_of, named
from extractor.knowledge.linking.places import digest
from extractor.knowledge.linking.vocabulary import folded, vocabulary, words
from extractor.text import canonical

#: A period at the end of a name, which is the programme's, not the name's.
_PERIOD = regex.compile(r",?\s(?:giai đoạn|nhiệm kỳ|năm|từ năm)\s\d{4}(?:\s?-\s?\d{4})?$")
_MARKS = regex.compile(r"[“”\"'‘’.,;:]")


@dataclass(frozen=True, slots=True)
class _Known:
    """A well-known initiative: its name, and the types under which it runs."""

    name: str
    types: tuple[str, ...]


@lru_cache(maxsize=1)
def _known() -> dict[str, _Known]:
    found: dict[str, _Known] = {}
    for row in vocabulary()["program-names"]:
        known = _Known(_plain(row["name"]), tuple(row.forms("types")))
        for form in (row["name"], *row.forms("aliases"), *row.forms("merges")):
            found.setdefault(_plain(form), known)
    return found


@lru_cache(maxsize=1)
def _short() -> tuple[dict[str, str], regex.Pattern[str]]:
    rows = [*vocabulary()["program-abbreviations"], *vocabulary()["body-abbreviations"]]
    short = {row["short"]: row["full"] for row in reversed(rows)}
    longest = sorted(short, key=lambda form: (-len(form), form))
    return short, regex.compile(rf"(?<![\w.&])(?:{'|'.join(map(regex.escape, longest))})(?![\w&])")


@lru_cache(maxsize=100_000)
def _plain(name: str) -> str:
    short, pattern = _short()
    text = folded(pattern.sub(lambda m: short[m[0]], canonical(name, {})))
    return " ".join(_MARKS.sub(" ", _PERIOD.sub("", text)).replace("-", " ").split())


def program_key(name: str, type_: str) -> tuple[str, str, bool]:
    """(name, type, is it one of the whole country) under which the mentions of a programme are filed."""
    plain = _plain(name)
    known = _known().get(plain)
    if known is None:
        return plain, type_, False
    types = known.types
    told = type_ if type_ in types or not types else types[0]
    return known.name, told, told not in words("own_of_place")


class _Said:
    documents: list[list[str]]

    def __init__(self, mention: Mention) -> None:
        self.mention = mention
        (self.name, self.type, self.period, self.parties, self.province, self.known, self.documents) = mention.data


def documents_of(mention: Mention) -> list[list[str]]:
    """The documents that issued the programme of a mention, as (block, fact)."""
    return _Said(mention).documents


def resolve(key: str, mentions: Iterable[Mention]) -> list[tuple[ProgramEntity, list[list[str]]]]:
    """The programmes that the mentions of one name and type mean, each with its documents as (block, fact)."""
    said = [_Said(m) for m in sorted(mentions, key=lambda m: m.fact)]
    type_ = key.split("|", 1)[0]
    periods = type_ in words("many_years")
    scopes = {s.province for s in said if s.province and not s.known}
    groups: dict[tuple[str, str], list[tuple[_Said, str]]] = defaultdict(list)
    for one in said:
        why = "the same name and type"
        if one.known:
            scope = "nation"
            why += "; a well-known initiative (data/program-names.csv)"
        elif one.province:
            scope = one.province
            why += f"; the article's province: {one.province}"
        elif len(scopes) == 1:
            scope = next(iter(scopes))
            why += "; the only province where it is known"
        else:
            scope = ""
            why += "; no province is known"
        groups[(scope, (one.period or "") if periods else "")].append((one, why))
    for scope, period in sorted(groups):
        dated = [k for k in groups if k[0] == scope and k[1]]
        if not period and periods and len(dated) == 1:
            moved = groups.pop((scope, period))
            groups[dated[0]] += [(one, f"{why}; told without its period, of which one is known") for one, why in moved]
    return [_entity(key, *group, members) for group, members in sorted(groups.items())]


def _entity(
    key: str, scope: str, period: str, members: list[tuple[_Said, str]]
) -> tuple[ProgramEntity, list[list[str]]]:  # fmt: skip
    name, aliases = named((one.name, one.mention.fact) for one, _ in members)
    told = sorted({one.period for one, _ in members if one.period})
    provinces = sorted({one.province for one, _ in members if one.province}) if scope != "nation" else []
    entity = ProgramEntity(
        id=digest("program", key, scope, period), name=name, aliases=aliases, program_type=members[0][0].type,
        period=period or (told[0] if len(told) == 1 else None), province=provinces[0] if provinces else None,
        parties=sorted({party for one, _ in members for party in one.parties}),
        facts=sorted({one.mention.fact for one, _ in members}),
        links=links_of((one.mention.fact, why, None) for one, why in members),
    )  # fmt: skip
    return entity, sorted(document for one, _ in members for document in one.documents)
