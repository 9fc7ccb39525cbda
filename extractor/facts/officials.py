"""Officials: one draft a person, with all offices that the article gives; organisations that context settles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import regex

from extractor.candidates import Candidate
from extractor.context import Context, Draft, Inferred, Mention
from extractor.locality import is_local, is_national
from extractor.phrases import phrase_key
from extractor.positions import Positions, positions
from extractor.surroundings import surroundings
from extractor.text import Span, fold

#: What may stand between the persons of a list, and before the first.
_LISTED = regex.compile(r"\s?[:;,]?\s?(?:(?:và|cùng|là)\s)?")
_DEPUTY = regex.compile(r"^phó\s|\s?thường trực$")
#: Where a sentence or a line ends.
_SENTENCE = regex.compile(r"[.!?…]\s|\n")
_STANDING = regex.compile(r"\s?thường trực$")


@dataclass(slots=True)
class Held:
    """An office that a mention gives: its parts, where they stand, and what settled the organisation."""

    title: str
    organisation: str | None
    former: bool
    spans: dict[str, list[Span]]
    inferred: Inferred | None = None


@dataclass(slots=True)
class Person:
    """One mention of a person with offices."""

    candidate: Candidate
    name: str
    offices: list[Held]

    @property
    def start(self) -> int:
        """Where the mention's words begin."""
        return self.candidate.start


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
    people = _settled([_person(c) for c in candidates if c.get("name") and c.get("positions")])
    _complete(people, grammar, context)
    full = {fold(p.name): p.name for p in people if " " in p.name}
    heads = [c for c in candidates if c.get("positions") and not c.get("name")]
    people = sorted([*people, *(p for c in heads for p in _shared(c, people, grammar, context))], key=lambda p: p.start)
    merged: dict[str, Merged] = {}
    for person in people:
        name = _full_name(person.name, full.values())
        if name is not None:
            _merge(merged, name, person, grammar, context.line_at(person.candidate.match.start))
    if not is_local(context) and not is_national(context):
        people_told = [m for m in merged.values() if any(_placed(held, grammar) for held in m.offices)]
        return [_draft(m) for m in people_told]
    return [_draft(m) for m in merged.values()]


def _placed(held: Held, grammar: Positions) -> bool:
    """Does an office say of what body it is, or is it one of Party, state, army, place or religion by its title alone?

    In ordinary news a director, a chairman of nothing that the article names is as likely a firm's or a club's.
    """
    found = grammar.titles.at(held.title, _title_start(held.title, grammar), len(held.title))
    plain = found is not None and not found.row["sphere"] and not found.row["body"]
    if not plain:
        return True
    name = held.organisation or ""
    head = grammar.organisations.bodies.at(name, 0, len(name))
    return bool(name) and (head is None or head.end < len(name) or head.row["tail"] in ("place", "none"))


def _person(candidate: Candidate) -> Person:
    offices = []
    for n, given in enumerate(candidate.fields["positions"]):
        spans = {
            part: found for part in ("title", "organisation") if (found := candidate.spans.get(f"positions.{n}.{part}"))
        }
        told = given["organisation"] is None or "organisation" in spans
        by = None if told else Inferred("data/titles.csv: the body of the title", list(spans["title"]))
        offices.append(Held(given["title"], given["organisation"], given["former"], spans, by))
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
        found.append(Person(head, person.name, _person(head).offices))
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


def _complete(people: Sequence[Person], grammar: Positions, context: Context) -> None:
    """Give the offices without organisation the one that their neighbours or the article settle."""
    seen: list[Held] = []
    line = (0, 0)
    for person in people:
        if context.line_at(person.start) != line:
            line, seen = context.line_at(person.start), []
        for n, held in enumerate(person.offices):
            if held.organisation is None:
                _infer(held, n, person, seen, grammar, context)
            else:
                _named_whole(held, [*person.offices[:n], *reversed(seen)], grammar)
        seen.extend(h for h in person.offices if h.organisation is not None)
    for person, following in pairwise(people):
        if _SENTENCE.search(context.view.text, person.start, max(person.start, following.start)) is None:
            _from_deputy(person, following)
    for person in people:
        for held in person.offices:
            if held.organisation is None and (body := _elected(held, person, context)) is not None:
                quote = context.view.quote(*body)
                held.organisation, held.inferred = quote, Inferred("the body elected just before", [body])


def _from_deputy(person: Person, following: Person) -> None:
    """Give the last office the body that the next person's names: “bầu A làm Chủ tịch; B làm Phó Chủ tịch Hội …”."""
    last = person.offices[-1]
    for other in following.offices if last.organisation is None else ():
        named = other.organisation is not None and other.inferred is None
        if named and _deputy_of(other.title, last.title) and phrase_key(other.title) != phrase_key(last.title):
            last.organisation = other.organisation
            last.inferred = Inferred("the deputy of the same body behind", list(other.spans.get("organisation", [])))
            return


def _named_whole(held: Held, others: Iterable[Held], grammar: Positions) -> None:
    """Write out a body that is named by its kind only (“Giám đốc Sở”) where it was named whole just before."""
    name = held.organisation or ""
    head = grammar.organisations.bodies.at(name, 0, len(name))
    if head is None or head.end < len(name) or head.row["tail"] != "open" or " " in name:
        return
    for other in others:
        if other.organisation and phrase_key(other.organisation).startswith(phrase_key(name) + " "):
            held.organisation = other.organisation
            held.inferred = Inferred("the body named whole before", list(other.spans.get("organisation", [])))
            return


def _infer(
    held: Held, n: int, person: Person, seen: Sequence[Held], grammar: Positions, context: Context
) -> None:  # fmt: skip
    found = grammar.titles.at(held.title, _title_start(held.title, grammar), len(held.title))
    if found is None:
        return
    row = found.row
    around = surroundings(context.tables)
    signed = around.signed_for(context.view.text, held.spans["title"][0][0])
    if signed is not None:
        held.organisation = context.view.quote(*signed)
        held.inferred = Inferred("the body that the office signs for", [signed])
        return
    text, start = context.view.text, person.candidate.match.start
    if n == 0 and (body := around.led(text, context.sentence_at(start)[0], start)) is not None:
        held.organisation, held.inferred = context.view.quote(*body), Inferred("the body that the holder leads", [body])
        return
    if row["sphere"] in ("party", "committee"):
        for other in [*person.offices[n + 1 :], *reversed(person.offices[:n])]:
            committee = grammar.committee(other.organisation or other.title) if other.inferred is None else None
            if committee is not None:
                held.organisation = committee[0]
                held.inferred = Inferred("the level of the office beside it", list(other.spans.get("organisation", [])))
                return
    if row["sphere"] in ("army", "presidium"):
        for other in person.offices[n + 1 :]:
            alike = row["sphere"] == "presidium" or _sphere(other, grammar) == "army"
            if other.organisation and other.inferred is None and alike:
                whole = other.organisation
                held.organisation = around.inmost(whole) if row["sphere"] == "presidium" else whole
                held.inferred = Inferred("the office beside it", list(other.spans.get("organisation", [])))
                return
    if row["unit"]:
        span = _body_named(row.forms("unit"), person.start, grammar, context)
        if span is not None:
            held.organisation = context.view.quote(*span)
            held.inferred = Inferred("the body that the article names", [span])
            return
    if row["sphere"] not in ("party", "committee") and n + 1 < len(person.offices):
        other = person.offices[n + 1]
        between = context.view.text[held.spans["title"][0][1] : other.spans["title"][0][0]]
        if between.strip() in ("-", "và") and other.organisation and other.inferred is None:
            held.organisation = other.organisation
            held.inferred = Inferred("the office joined to it", list(other.spans.get("organisation", [])))
            return
    if any(other.organisation and other.inferred is None for other in person.offices[n + 1 :]):
        return  # “Chủ tịch HĐQT kiêm Giám đốc Hợp tác xã …” says another body
    for other in reversed(seen):
        if _deputy_of(other.title, held.title) and other.organisation:
            held.organisation = other.organisation
            held.inferred = Inferred(
                "the same office, or its head, named before in the line", list(other.spans.get("organisation", []))
            )
            return


def _elected(held: Held, person: Person, context: Context) -> Span | None:
    """The organisation that an office is of to which its holder was just elected (“… được bầu làm Chủ tịch”)."""
    start = person.candidate.match.start
    if "bầu" not in context.view.text[start : held.spans["title"][0][0]]:
        return None
    return surroundings(context.tables).elected(context.view.text, context.line_at(start)[0], start)


def _sphere(held: Held, grammar: Positions) -> str:
    found = grammar.titles.at(held.title, _title_start(held.title, grammar), len(held.title))
    return found.row["sphere"] if found is not None else ""


def _deputy_of(head: str, title: str) -> bool:
    """Is a title that of the head or of a deputy, where the head's or a deputy's is `head`?"""
    return _DEPUTY.sub("", phrase_key(head)) == _DEPUTY.sub("", phrase_key(title))


def _title_start(title: str, grammar: Positions) -> int:
    """Where the title proper begins behind “quyền”."""
    for n in [0, *(m.end() for m in regex.finditer(r"\s", title))]:
        if grammar.titles.at(title, n, len(title)) is not None:
            return n
    return 0


def _body_named(units: Iterable[str], before: int, grammar: Positions, context: Context) -> Span | None:
    """The body whose name begins with one of `units`: the last before a place of the text, else the first after; where
    the article names several, the last of the line before the place, or none."""
    text = context.view.text
    pattern = regex.compile("|".join(rf"(?<!\w){regex.escape(u)}(?!\w)" for u in units), regex.IGNORECASE)
    found: list[Span] = []
    for m in pattern.finditer(text):
        line = context.line_at(m.start())
        if grammar.titles.at(text, m.start(), line[1]) is not None:
            continue
        level = grammar.organisations.levels.at(text, m.start(), line[1])
        if level is not None and level.end == m.end() and level.row["rank"] == "local":
            stop = grammar.organisations.place(text, level, line[1], naming=True)
        else:
            head = grammar.organisations.bodies.at(text, m.start(), line[1])
            if head is None or head.row["level"] == "committee" or head.plain(text):
                continue
            stop = _end_of_body(text, m.span(), line[1], grammar)
        if stop > m.end() + 1:
            found.append((m.start(), stop))
    own = context.line_at(before)
    inside = [span for span in found if own[0] <= span[0] < before]
    keys = [phrase_key(text[slice(*span)]) for span in inside or found]
    first = min(keys, key=len, default="")
    if not all(key == first or key.startswith(first + " ") for key in keys):
        return inside[-1] if inside else None
    earlier = [span for span in found if span[0] < before]
    return earlier[-1] if earlier else found[0] if found else None


def _end_of_body(text: str, head: Span, end: int, grammar: Positions) -> int:
    """Where the body ends whose head stands at `head`, less the name of a person right behind it."""
    found = grammar.organisations.read(text, head[0], end)
    less = grammar.organisations.read(text, head[0], end, naming=True)
    if found is None or less is None:
        return found[1] if found else head[1]
    rest = less[1] + 1
    return less[1] if less[1] < found[1] and grammar.names.read(text, rest, end) is not None else found[1]


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
