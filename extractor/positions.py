"""The grammar of offices: a chain of titles, each with its organisation.

“UVTV Tỉnh ủy, Phó Chủ tịch UBND tỉnh” → [Ủy viên Ban Thường vụ | Tỉnh ủy], [Phó Chủ tịch | UBND tỉnh]. The words are
those of `data/titles.csv`, `title-affixes.csv`, `bodies.csv`, `organisation-levels.csv` and `organisation-words.csv`.
All offsets are view offsets.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import regex

from extractor.organisations import LOCAL, Organisations, organisations
from extractor.persons import Names, names
from extractor.phrases import Found, Phrases, phrase_key
from extractor.tables import Row, Tables
from extractor.text import Span

#: Offices in one chain at most.
MOST = 10
_SPACES = regex.compile(r"\s*")
#: What may stand behind an office before the next one, and is no part of it: a term, a congress, a seat's number.
_TERM = regex.compile(
    r"""(?: ,?\s (?: \(? kh[oó]a \s [\dIVXL]+ \)? | \(? nhiệm\skỳ \s \d{4} \s?-\s? \d{4} \)? ) ){1,2}""",
    regex.VERBOSE | regex.IGNORECASE,
)
_SEPARATOR = regex.compile(r"\s?,\s?|\s?-\s?|\s?[/]\s?|\s")
_ASIDE = regex.compile(r"\s\([^()]{1,40}\)")
#: An aside in parentheses, and what leads to an office in it.
_BRACKET = regex.compile(r"\s\((?=(?<inside>[^()\n]{6,160})\))")
_LEADS = regex.compile(r"(?:^|[\s(])(?:là|làm|vị trí|cương vị|chức|chức vụ|nguyên)\s$", regex.IGNORECASE)
_MARK = regex.compile(r"\s?[,(-]\s?")
#: How many words may join an office to the next one: được điều động, bổ nhiệm giữ chức.
MOST_JOINTS = 6
#: How many characters name the bodies that one enters with an office.
ENTERED = 100
_STOP = regex.compile(r"[.;:\n()]")
_LED = regex.compile(r"\slà\s|:\s")
_CAPITAL = regex.compile(r"(?<!\w)\p{Lu}")
_PAUSE = regex.compile(r",?\s")
_PLURAL = regex.compile(r"\s(?:các|những|của\scác)\s", regex.IGNORECASE)


@dataclass(slots=True)
class Office:
    """One office as it is written: the title in its canonical writing, the pieces of the text that say it."""

    title: str
    title_span: Span
    row: Row
    start: int = 0
    former: bool = False
    organisation: list[Span] = field(default_factory=list)

    @property
    def end(self) -> int:
        """Where its words end."""
        return max(self.title_span[1], *(e for _, e in self.organisation)) if self.organisation else self.title_span[1]


class Positions:
    """Reads chains of offices; built from the vocabularies."""

    def __init__(self, tables: Tables) -> None:
        self.titles = Phrases(tables, tables["titles"], "title", "forms")
        self.honorifics = Phrases(tables, tables["honorifics"], "form")
        self.organisations: Organisations = organisations(tables)
        self.names: Names = names(tables)
        self._committees = Phrases(
            tables, [row for row in tables["bodies"] if row["level"] in _committee_levels(tables)], "body", "forms"
        )
        affixes = {
            kind: [r for r in tables["title-affixes"] if r["kind"] == kind]
            for kind in ("former", "fresh", "acting", "standing", "joint", "and", "moving", "earlier", "ended")
        }
        self._affixes = {kind: Phrases(tables, rows, "form") for kind, rows in affixes.items()}

    def chain(self, text: str, start: int, end: int, *, naming: bool = False) -> list[Office]:
        """The offices that are written one after another from `start` on; empty where none begins there.

        `naming` says that the holder's name is expected behind them rather than before.
        """
        found: list[Office] = []
        at = start
        while len(found) < MOST:
            office = self.office(text, at, end, naming=naming)
            if office is None:
                break
            if _PLURAL.match(text, office.end, end):
                break
            found.append(office)
            if naming and self.holder(text, office.end, end):
                break
            earlier = self._earlier(text, office.end, end)
            found += earlier
            stop = text.index(")", earlier[-1].end) + 1 if earlier else office.end
            following = self._following(text, stop, end, naming=naming)
            if following is None:
                break
            at = following
        return found

    def office(self, text: str, start: int, end: int, *, naming: bool = False) -> Office | None:
        """The office that begins at `start`."""
        at, former = start, False
        prefix = self._affixes["former"].at(text, at, end)
        if prefix is not None:
            at, former = _skip(text, prefix.end, end), True
        fresh = self._affixes["fresh"].at(text, at, end)
        if fresh is not None:
            at = _skip(text, fresh.end, end)
        acting = self._affixes["acting"].at(text, at, end)
        begin = at
        if acting is not None:
            at = _skip(text, acting.end, end)
        title = self.titles.at(text, at, end)
        if title is None:
            return None
        words = title.row["title"]
        stop = title.end
        standing = self._affixes["standing"].at(text, _skip(text, stop, end), end) if stop < end else None
        if standing is not None and not self._is_body_word(text, standing, end, title):
            words, stop = f"{words} {standing.row['written']}", standing.end
        if acting is not None:
            words = f"{acting.row['written']} {words}"
        office = Office(words, (begin, stop), title.row, start, former)
        office.organisation = self._organisation(text, title, stop, end, naming=naming)
        if title.row["needs"] == "yes" and not office.organisation:
            return None
        return office

    def ended(self, text: str, at: int, end: int) -> bool:
        """Do words right behind a mention say that its offices are over (…, người đã thôi chức)?"""
        return self._affixes["ended"].at(text, at + (2 if text.startswith(", ", at) else 1), end) is not None

    def _is_body_word(self, text: str, standing: Found, end: int, title: Found) -> bool:
        """“Thường trực” after a membership stands for the body (Thường trực HĐND), else for the rank."""
        return text[standing.start : standing.end] == "TT" and text[standing.end : standing.end + 1] == "."

    def _organisation(self, text: str, title: Found, stop: int, end: int, *, naming: bool) -> list[Span]:
        """The pieces of the organisation of a title whose words end at `stop`."""
        unit = self._unit(text, title)
        own = unit is not None and unit[1] == title.end == stop and not self._again(text, unit)
        if own and unit is not None:
            head = self.organisations.read(text, unit[0], end, naming=naming)
            if head is not None and head[1] > stop:
                return [head]
        at = _skip(text, stop, end)
        if text.startswith("của ", at):
            at += 4
        if at == stop:
            return self._implied(text, title)
        head = self.organisations.read(text, at, end, naming=naming)
        if head is not None and not self._is_name(text, head, end, naming):
            if unit is None or not self._splits(text, unit, head):
                return [head]
            return [unit, head]
        if unit is not None:
            return self._of_unit(text, unit, own, at, stop, end, naming=naming) or self._implied(text, title)
        country = self.organisations.country(text, at, end)
        if country is not None and (
            title.row["sphere"] in ("state", "foreign")
            or (naming and not title.row["sphere"] and self.names.read(text, country + 1, end, listed=True) is not None)
        ):
            return [(at, country)]
        level = self.organisations.levels.at(text, at, end)
        if level is not None and level.row["rank"] == "zone" and not title.row["sphere"]:
            return []  # where a firm's director works (Giám đốc khu vực Việt Nam)
        if level is not None and title.row["sphere"] in ("", "army", "local", "state", "foreign", "party"):
            after = self.organisations.tail(text, stop, end, "local", naming=naming)
            return [(at, after)] if after > level.end else []
        implied = self._implied(text, title)
        plain = not implied and title.row["sphere"] in ("", "religion")
        body = self.organisations.unlisted(text, at, end) if plain else None
        return implied if body is None else [body]

    def _of_unit(
        self, text: str, unit: Span, own: bool, at: int, stop: int, end: int, *, naming: bool
    ) -> list[Span]:  # fmt: skip
        """The organisation whose first word stands in the title: thôn in “Trưởng thôn Khe Lạnh”."""
        level = self.organisations.levels.at(text, unit[0], end)
        local = level is not None and level.row["rank"] in LOCAL
        if local and own and level is not None and level.end == unit[1]:
            after = self.organisations.place(text, level, end, naming=naming)
            if after > level.end:
                return [(unit[0], self.organisations.tail(text, after, end, "local", naming=naming))]
        nested = self.organisations.levels.at(text, at, end)
        if (
            nested is not None
            and nested.row["rank"] in LOCAL
            and text[at : nested.end].casefold() == text[slice(*unit)].casefold()
        ):
            return [(at, self.organisations.tail(text, at - 1, end, "local", naming=naming))]
        after = self.organisations.tail(text, stop, end, "local" if local else "open", naming=naming, unit=True)
        if after <= stop:
            return []
        return [(unit[0], after)] if own else [unit, (at, after)]

    def _unit(self, text: str, title: Found) -> Span | None:
        """Where the word of the title stands that begins the organisation's name."""
        written = text[title.start : title.end].casefold()
        for form in title.row.forms("unit"):
            place = written.rfind(form.casefold())
            if place >= 0:
                return (title.start + place, title.start + place + len(form))
        return None

    def _again(self, text: str, unit: Span) -> bool:
        """Does the title's word come again right behind (“Trưởng phòng Phòng Nội vụ”), where it begins the body?"""
        word = text[slice(*unit)].casefold()
        return text[unit[1] : unit[1] + len(word) + 2].casefold() == f" {word} "

    def _splits(self, text: str, unit: Span, head: Span) -> bool:
        """Does the body behind the title want the title's word before it (Chi hội trưởng Phụ nữ thôn …)?"""
        first = text[slice(*head)].split(" ", 1)[0]
        word = text[slice(*unit)]
        return not first.isupper() and not text[slice(*head)].casefold().startswith(word.casefold())

    def _implied(self, text: str, title: Found) -> list[Span]:
        """The body that the title's own words name: Tỉnh ủy in “Tỉnh ủy viên”."""
        written = text[title.start : title.end].casefold()
        for form in title.row.forms("body"):
            place = written.find(form.casefold())
            if place >= 0:
                return [(title.start + place, title.start + place + len(form))]
        return []

    def _is_name(self, text: str, head: Span, end: int, naming: bool) -> bool:
        return naming and " " not in text[slice(*head)] and self.names.read(text, head[0], end) is not None

    def _following(self, text: str, stop: int, end: int, *, naming: bool = False) -> int | None:
        """Where the next office of the chain begins, None where there is none."""
        at = stop
        for aside in (_ASIDE, _TERM):
            m = aside.match(text, at, end)
            at = m.end() if m else at
        at = self._of_body(text, at, end)
        separator = _SEPARATOR.match(text, at, end)
        if separator is None:
            return None
        at = separator.end()
        plain = separator[0].isspace()
        joined = self._joined(text, at, end, naming=naming)
        if joined is not None:
            at, plain = joined, False
        if plain:
            return None
        begin = at
        for kind in ("former", "fresh", "acting"):
            prefix = self._affixes[kind].at(text, at, end)
            if prefix is not None:
                at = _skip(text, prefix.end, end)
        return begin if self.titles.at(text, at, end) is not None else None

    def _earlier(self, text: str, at: int, end: int) -> list[Office]:
        """The offices in parentheses that the holder had before (“(trước ngày 1/7 là Bí thư Huyện ủy …)”)."""
        aside = _BRACKET.match(text, at, end)
        title = self.titles.next(text, aside.end(), aside.end("inside")) if aside is not None else None
        if aside is None or title is None or _LEADS.search(text, aside.end(), title.start) is None:
            return []
        cue = self._affixes["earlier"].next(text, aside.end(), title.start)
        offices = self.chain(text, title.start, aside.end("inside")) if cue is not None else []
        for office in offices:
            office.former = True
        return offices

    def _of_body(self, text: str, at: int, end: int) -> int:
        """Where “của đồn”, “của xã” ends, the body that a reader knows; `at` where there is none."""
        if not text.startswith(" của ", at):
            return at
        begin = at + len(" của ")
        found = self.organisations.bodies.at(text, begin, end) or self.organisations.levels.at(text, begin, end)
        return found.end if found is not None and found.end < end else at

    def _joined(self, text: str, at: int, end: int, *, naming: bool = False) -> int | None:
        """Where the office begins to which words lead that begin here: kiêm, được điều động, bổ nhiệm giữ chức."""
        both = None if naming else self._affixes["and"].at(text, at, end)
        if both is not None and self._affixes["moving"].at(text, _skip(text, both.end, end), end) is None:
            return _skip(text, both.end, end)
        led: int | None = None
        for _ in range(MOST_JOINTS):
            joint = self._affixes["joint"].at(text, at, end)
            word = joint or self._affixes["moving"].at(text, at, end) or (both if both and both.start == at else None)
            pause = _PAUSE.match(text, word.end, end) if word is not None else None
            if word is None or pause is None:
                break
            at = pause.end()
            led = at if joint is not None else led
            if word.row["written"]:
                at = self._past_others(text, at, end, word.row["written"])
        return led

    def _past_others(self, text: str, at: int, end: int, who: str) -> int:
        """Where the body ends that gives the office (“được Thủ tướng Chính phủ bổ nhiệm …”), or the bodies that the
        holder enters first (“tham gia Ban Chấp hành …, giữ chức …”); `at` where there are none."""
        if who == "bodies":
            joint = self._affixes["joint"].next(text, at, min(end, at + ENTERED))
            return at if joint is None or _STOP.search(text, at, joint.start) else joint.start
        office = self.office(text, at, end)
        body = (at, office.end) if office is not None else self.organisations.read(text, at, end)
        return at if body is None else _skip(text, body[1], end)

    def holder(self, text: str, start: int, end: int) -> bool:
        """Does another person's name stand right behind an office that ends at `start`, or behind “là ông”, “: bà”?"""
        led = _LED.match(text, start, end)
        honoured = self.honorifics.at(text, led.end(), end) if led is not None else None
        if honoured is not None and text[honoured.end : honoured.end + 1] == " ":
            return self.names.read(text, honoured.end + 1, end, sure=True) is not None
        return start < end and text[start] == " " and self.names.read(text, start + 1, end) is not None

    def foreign(self, text: str, office: Office) -> bool:
        """Is the office one of another country, Chủ tịch Quốc hội Lào (its holders have other surnames)?"""
        words = (span for start, end in office.organisation for span in [(start, end), *_words(text, start, end)])
        return any(self.organisations.country(text, start, end) == end for start, end in words)

    def own(self, text: str, chain: list[Office], end: int) -> list[Office]:
        """A chain behind a name without the office of the next person: “…, Phó Bí thư Tỉnh ủy Nguyễn Văn A”."""
        for n, office in enumerate(chain):
            if self.holder(text, office.end, end):
                return chain[:n]
            if n == 0 or self._named_after_persons(text, office):
                continue
            again = self.office(text, office.start, end, naming=True)
            if again is not None and again.end < office.end and self.holder(text, again.end, end):
                return chain[:n]
        return chain

    def places_itself(self, text: str, office: Office, name: Span, end: int) -> bool:
        """Is what looks like a name the hamlet of the office before it (“Trưởng thôn Cao Sơn, xã …”)?"""
        if office.row["sphere"] != "local" or office.organisation:
            return False
        mark = _MARK.match(text, name[1], end)
        level = self.organisations.levels.at(text, mark.end(), end) if mark is not None else None
        return level is not None and level.row["rank"] not in LOCAL

    def introduced(self, text: str, start: int, end: int) -> bool:
        """Does an office follow a name that ends at `start`?"""
        mark = _MARK.match(text, start, end)
        return mark is not None and self.office(text, mark.end(), end) is not None

    def _named_after_persons(self, text: str, office: Office) -> bool:
        """Is the body one that bears a person's name (Trường THPT Lê Hồng Phong)?"""
        heads = [self.organisations.bodies.at(text, start, end) for start, end in office.organisation]
        return any(head is not None and head.row["level"] == "named" for head in heads)

    def committee(self, organisation: str) -> tuple[str, Span] | None:
        """The Party committee at the level of an organisation, and the span in its name that tells."""
        party = self._committees.find(organisation)
        if party:
            return party[-1].row["body"], (party[-1].start, party[-1].end)
        for level in self.organisations.levels.find(organisation):
            if level.row["committee"]:
                return level.row["committee"], (level.start, level.end)
        return None


def _words(text: str, start: int, end: int) -> list[Span]:
    """Where each word with a capital begins, with the end of all."""
    return [(m.start(), end) for m in _CAPITAL.finditer(text, start, end)]


def _committee_levels(tables: Tables) -> frozenset[str]:
    return frozenset(phrase_key(row["level"]) for row in tables["organisation-levels"] if row["committee"])


def _skip(text: str, start: int, end: int) -> int:
    m = _SPACES.match(text, start, end)
    return m.end() if m else start


@lru_cache(maxsize=4)
def positions(tables: Tables) -> Positions:
    """The grammar of offices of some tables, built once."""
    return Positions(tables)
