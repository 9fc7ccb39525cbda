"""Officials: one draft a person, with all offices that the article gives; organisations that context settles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import regex

from extractor.candidates import Candidate
from extractor.context import Context, Draft, Inferred, Mention
from extractor.facts.official_bodies import OF_TITLE, Held, Person, complete, placed
from extractor.locality import is_local, is_national
from extractor.phrases import phrase_key
from extractor.positions import Positions, positions
from extractor.text import Span, fold

#: What may stand between the persons of a list, and before the first.
_LISTED = regex.compile(r"\s?[:;,]?\s?(?:(?:và|cùng|là)\s)?")
_STANDING = regex.compile(r"\s?thường trực$")


@dataclass(slots=True)
class Merged:
    """All mentions of one person: the offices joined, and which of them each mention gives."""

    name: str
    honorific: str | None
    offices: list[Held] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)


def resolve(candidates: Sequence[Candidate], context: Context) -> list[Draft]:
    """Candidates with name and positions → one draft a person; those left without an office are dropped."""
    grammar = positions(context.tables)
    people = _settled([_person(c, grammar, context) for c in candidates if c.get("name") and c.get("positions")])
    complete(people, grammar, context)
    full = {fold(p.name): p.name for p in people if " " in p.name}
    heads = [c for c in candidates if c.get("positions") and not c.get("name")]
    people = sorted([*people, *(p for c in heads for p in _shared(c, people, grammar, context))], key=lambda p: p.start)
    merged: dict[str, Merged] = {}
    for person in people:
        name = _full_name(person.name, full.values())
        if name is not None:
            _merge(merged, name, person, grammar, context.line_at(person.candidate.match.start))
    if not is_local(context) and not is_national(context):
        people_told = [m for m in merged.values() if any(placed(held, grammar) for held in m.offices)]
        return [_draft(m) for m in people_told]
    return [_draft(m) for m in merged.values()]


def _person(candidate: Candidate, grammar: Positions, context: Context) -> Person:
    offices = []
    end = max((e for spans in candidate.spans.values() for _, e in spans), default=candidate.match.end)
    ended = grammar.ended(context.view.text, end, context.sentence_at(max(end - 1, 0))[1])
    for n, given in enumerate(candidate.fields["positions"]):
        spans = {
            part: found for part in ("title", "organisation") if (found := candidate.spans.get(f"positions.{n}.{part}"))
        }
        told = given["organisation"] is None or "organisation" in spans
        by = None if told else Inferred(OF_TITLE, list(spans["title"]))
        offices.append(Held(given["title"], given["organisation"], given["former"] or ended, spans, by))
    return Person(candidate, candidate.get("name") or "", offices)


def _settled(people: Iterable[Person]) -> list[Person]:
    """Each office given to one person only: to that of the rule with the higher priority, then the earlier; but shared
    offices (of one match) to all of them."""
    taken: dict[Span, int] = {}
    kept: list[Person] = []
    for person in sorted(people, key=lambda p: (-p.candidate.rule.priority, p.start)):
        match = id(person.candidate.match)
        offices = []
        for held in person.offices:
            owner = next((o for s, o in taken.items() if _overlap(s, held.spans["title"][0])), None)
            if owner is None or owner == match:
                offices.append(held)
        for held in offices:
            for span in (*held.spans["title"], *held.spans.get("organisation", ())):
                taken.setdefault(span, match)
        if offices:
            person.offices = offices
            kept.append(person)
    return sorted(kept, key=lambda p: p.start)


def _shared(head: Candidate, people: Sequence[Person], grammar: Positions, context: Context) -> list[Person]:
    """The offices of `head` given to each person of the list behind it: those whom nothing but “;”, “và” divides, up to
    one who is introduced otherwise than the first."""
    text, line = context.view.text, context.line_at(head.start)
    found: list[Person] = []
    at = max(end for spans in head.spans.values() for _, end in spans)
    first = ""
    for person in people:
        if person.start < at or person.start >= line[1]:
            continue
        if _LISTED.fullmatch(text, at, person.start) is None or (found and _address(person, grammar) != first):
            break
        first = first or _address(person, grammar)
        found.append(Person(head, person.name, _person(head, grammar, context).offices))
        spans = [s for o in person.offices for given in o.spans.values() for s in given]
        at = max(end for _, end in [*spans, *person.candidate.spans.get("name", [])])
    return found


def _address(person: Person, grammar: Positions) -> str:
    """How a person is addressed: “person” for đồng chí, ông, empty for a rank, a degree or nothing."""
    written = person.candidate.get("honorific") or ""
    found = grammar.honorifics.find(written)
    return "person" if any(f.row["kind"] == "person" for f in found) else "bare"


def _overlap(a: Span, b: Span) -> bool:
    return a[0] < b[1] and b[0] < a[1]


def _full_name(name: str, full: Iterable[str]) -> str | None:
    """The one full name of the article that a given name stands for; itself where none or several fit."""
    if " " in name:
        return name
    fitting = [other for other in full if fold(other).endswith(" " + fold(name))]
    return fitting[0] if len(fitting) == 1 else name


def _merge(merged: dict[str, Merged], name: str, person: Person, grammar: Positions, line: Span) -> None:
    """Join a mention's offices to those of its person, and note which ones it gives; evidence stays within `line`."""
    kept = merged.setdefault(fold(name), Merged(name, person.candidate.get("honorific")))
    if kept.name.isupper() and not name.isupper():
        kept.name = name
    kept.honorific = kept.honorific or person.candidate.get("honorific")
    numbers = [_join(kept.offices, held, grammar) for held in person.offices]
    spans = person.candidate.spans
    fields = {key: list(found) for key, found in spans.items() if key in ("name", "honorific") and found}
    for number, held in zip(numbers, person.offices, strict=True):
        for part, found in held.spans.items():
            fields.setdefault(f"positions.{number}.{part}", []).extend(found)
    read = [span for found in fields.values() for span in found]
    if person.candidate.rule.each:  # what several persons share is one piece of evidence
        read += person.candidate.match.groups.get("name", ())
    read = [span for span in read if line[0] <= span[0] and span[1] <= line[1]]
    start, end = min(s for s, _ in read), max(e for _, e in read)
    kept.mentions.append(Mention(start, end, person.candidate.rule.id, fields))


def _join(offices: list[Held], new: Held, grammar: Positions) -> int:
    """The number of the office that `new` is, added where it is another; the fuller writing is kept."""
    for n, old in enumerate(offices):
        if not _same(old, new, grammar):
            continue
        if len(new.title) > len(old.title):
            old.title = new.title
        if new.organisation and (old.organisation is None or (old.inferred is not None and new.inferred is None)):
            old.organisation, old.inferred = new.organisation, new.inferred
        elif new.organisation and new.inferred is None and len(new.organisation) > len(old.organisation or ""):
            old.organisation = new.organisation
        return n
    offices.append(Held(new.title, new.organisation, new.former, dict(new.spans), new.inferred))
    return len(offices) - 1


def _same(a: Held, b: Held, grammar: Positions) -> bool:
    """Are two offices of one person the same, or one a shorter writing of the other?"""
    titles = [_STANDING.sub("", phrase_key(held.title)) for held in (a, b)]
    if a.former != b.former:
        return False
    bare = [title for title, held in zip(titles, (a, b), strict=True) if held.organisation is None]
    if bare and titles[0] != titles[1]:  # “Chủ tịch” beside “Chủ tịch nước”
        short, long = sorted(titles, key=len)
        return short in bare and long.startswith(short + " ")
    if titles[0] != titles[1]:
        return False
    if a.organisation is None or b.organisation is None or (a.inferred is None) != (b.inferred is None):
        return True
    heads = {
        found.row["body"] for held in (a, b) for found in grammar.organisations.bodies.find(held.organisation or "")[:1]
    }
    if len(heads) > 1:  # Ban Tuyên giáo, merged into Ban Tuyên giáo và Dân vận
        return False
    less, more = sorted((_words(a.organisation, grammar), _words(b.organisation, grammar)), key=len)
    rest = iter(more)
    return less[:1] == more[:1] and all(word in rest for word in less)


def _words(organisation: str, grammar: Positions) -> list[str]:
    """The words of an organisation's name with its heads in canonical writing."""
    out, done = [], 0
    for found in grammar.organisations.bodies.find(organisation):
        out += [organisation[done : found.start], found.row["body"]]
        done = found.end
    return phrase_key(" ".join([*out, organisation[done:]])).split()


def _draft(merged: Merged) -> Draft:
    fields: dict[str, Any] = {
        "name": merged.name,
        "honorific": merged.honorific,
        "positions": [{"title": h.title, "organisation": h.organisation, "former": h.former} for h in merged.offices],
    }
    inferred = {
        f"positions.{n}.organisation": h.inferred for n, h in enumerate(merged.offices) if h.inferred is not None
    }
    return Draft("official", fields, merged.mentions, inferred)
