"""The body that an office is of where its holder's words do not say: that of its neighbours or of the article."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import regex

from extractor.candidates import Candidate
from extractor.context import Context, Inferred
from extractor.organisations import LOCAL
from extractor.phrases import phrase_key
from extractor.positions import Positions
from extractor.surroundings import surroundings
from extractor.text import Span

#: What settled an organisation that the title alone implies.
OF_TITLE = "data/titles.csv: the body of the title"
_DEPUTY = regex.compile(r"^phó\s|\s?thường trực$")
#: “của nhà trường” behind an office, the school that a reader knows; and what stands before trường where no name is.
_SCHOOL = regex.compile(r"\s(?:của\s)?nhà\strường(?!\w)")
_NO_HEAD = regex.compile(r"(?r)(?i:nhà|hội đồng|ban giám hiệu)\s")
#: Where a sentence or a line ends.
_SENTENCE = regex.compile(r"[.!?…]\s|\n")


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


def complete(people: Sequence[Person], grammar: Positions, context: Context) -> None:
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
        abroad = any(_is_foreign(held.organisation or "", grammar) for held in person.offices)
        for held in person.offices:
            if abroad and held.inferred is not None and held.inferred.by == OF_TITLE:
                held.organisation = held.inferred = None  # Phó Thủ tướng, Bộ trưởng Ngoại giao nước CHDCND Lào
            if held.organisation is None and (body := _elected(held, person, context)) is not None:
                quote = context.view.quote(*body)
                held.organisation, held.inferred = quote, Inferred("the body elected just before", [body])


def _is_foreign(organisation: str, grammar: Positions) -> bool:
    """Does a body's name end with a country?"""
    starts = (m.start() for m in regex.finditer(r"(?<!\w)\p{Lu}", organisation))
    return any(grammar.organisations.country(organisation, n, len(organisation)) == len(organisation) for n in starts)


def placed(held: Held, grammar: Positions) -> bool:
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
    """Write out a body that is named by its kind only (“Giám đốc Sở”) where it was named whole just before.

    A director general's is the whole of a body, not its branch that was named (“Phó Tổng Giám đốc NHCSXH”).
    """
    if "tổng giám đốc" in held.title.casefold():
        return
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
    school = _SCHOOL.match(context.view.text, held.spans["title"][0][1]) is not None
    if row["unit"] or school:
        span = _body_named(("trường",) if school else row.forms("unit"), person.start, grammar, context)
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
    start, text, around = person.candidate.match.start, context.view.text, surroundings(context.tables)
    if "bầu" not in text[start : held.spans["title"][0][0]]:
        return around.chosen(text, context.sentence_at(start)[0], start)
    return around.elected(text, context.line_at(start)[0], start)


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
        if text[m.start()].islower() and _NO_HEAD.match(text, 0, m.start()):
            continue  # nhà trường, Hội đồng trường
        if grammar.titles.at(text, m.start(), line[1]) is not None:
            continue
        level = grammar.organisations.levels.at(text, m.start(), line[1])
        if level is not None and level.end == m.end() and level.row["rank"] in LOCAL:
            stop = grammar.organisations.place(text, level, line[1], naming=True)
        else:
            head = grammar.organisations.bodies.at(text, m.start(), line[1])
            if head is None or head.row["level"] == "committee" or head.plain(text):
                continue
            stop = _end_of_body(text, m.span(), line[1], grammar)
            if head.row["level"] == "named" and text[m.end() : stop].islower():
                continue  # “trường đào tạo” is the name of none
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
    body = grammar.organisations.bodies.at(text, head[0], end)
    if body is not None and body.row["level"] == "named":
        return found[1]  # a school bears a person's name
    return less[1] if less[1] < found[1] and grammar.names.read(text, rest, end) is not None else found[1]
