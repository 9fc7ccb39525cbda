"""The body of an office that says none, by the words around it: what it signs for, what its holder leads or won."""

from __future__ import annotations

from functools import lru_cache

import regex

from extractor import compiled
from extractor.organisations import Organisations, organisations
from extractor.phrases import Phrases
from extractor.tables import Tables
from extractor.text import Span

#: Characters above an office in which the body is looked for that it signs for.
SIGNATURE = 120
_ELECTED = regex.compile(r"(?<!\w)(?i:bầu)(?!\w)[^.;:\n]{0,60}?(?<!\w)(?:(?i:ban chấp hành|ban thường vụ)|BCH|BTV)\s")
#: “hiệp thương cử 85 vị vào Ủy ban MTTQ Việt Nam tỉnh”: the body whose officers the rest of the sentence names.
_CHOSEN = regex.compile(
    r"(?<!\w)(?i:cử|bầu)\s(?:được\s)?\d+\s(?:vị|ủy viên|đồng chí|người|thành viên)\s(?:[^.;:\n]{1,40}?\s)?vào\s"
)


class Surroundings:
    """Reads the words around offices; built from the tables of bodies and of the words that stand by titles."""

    def __init__(self, tables: Tables) -> None:
        self._organisations: Organisations = organisations(tables)
        signing = "|".join(regex.escape(row["form"]) for row in tables["title-affixes"] if row["kind"] == "signing")
        self._signing = compiled.compile(rf"(?<!\w)(?:{signing})\s?")
        self._led = Phrases(tables, [row for row in tables["title-affixes"] if row["kind"] == "led"], "form")

    def signed_for(self, text: str, start: int) -> Span | None:
        """The body that an office signs for: “TM. ỦY BAN NHÂN DÂN” on the lines above the office at `start`."""
        marks = list(self._signing.finditer(text, max(0, start - SIGNATURE), start))
        head = self._organisations.bodies.at(text, marks[-1].end(), start) if marks else None
        if head is None or head.row["level"] == "committee":
            return None
        return self._organisations.read(
            text, head.start, text.find("\n", head.end, start) if "\n" in text[head.end : start] else start
        )

    def led(self, text: str, start: int, before: int) -> Span | None:
        """The body, named from `start` on, of which words right before `before` say who leads it.

        “Sở Nội vụ do đồng chí …”, “Ủy ban MTTQ tỉnh, đứng đầu là …”, “Sở Y tế (bà …”.
        """
        cues = [m.start for m in self._led.all(text, start, before) if not text[m.end : before].strip()]
        if text[start:before].endswith(" ("):
            cues.append(before - 1)
        if not cues:
            return None
        at = start
        while (head := self._organisations.bodies.next(text, at, cues[0])) is not None:
            found = None if head.plain(text) else self._organisations.read(text, head.start, cues[0])
            if found is not None and not text[found[1] : cues[0]].strip(" ,"):
                return found
            at = head.end
        return None

    def elected(self, text: str, start: int, before: int) -> Span | None:
        """The organisation of whose committee's election the text before an office tells: “bầu Ban Chấp hành Hội …”."""
        for m in reversed(list(_ELECTED.finditer(text, start, before))):
            found = self._organisations.read(text, m.end(), before)
            if found is not None:
                return found
        return None

    def chosen(self, text: str, start: int, before: int) -> Span | None:
        """The body into which the sentence before an office tells that so many were chosen, if no committee."""
        for m in reversed(list(_CHOSEN.finditer(text, start, before))):
            head = self._organisations.bodies.at(text, m.end(), before)
            if head is not None and head.row["level"] != "committee" and not head.plain(text):
                return self._organisations.read(text, m.end(), before)
        return None

    def inmost(self, organisation: str) -> str:
        """The last body that a name holds: Tổng LĐLĐ Việt Nam in “ban Chính sách Tổng LĐLĐ Việt Nam”."""
        heads = [f for f in self._organisations.bodies.find(organisation) if " " in organisation[f.start : f.end]]
        return organisation[heads[-1].start :] if heads else organisation


@lru_cache(maxsize=4)
def surroundings(tables: Tables) -> Surroundings:
    """The `Surroundings` of some tables, built once."""
    return Surroundings(tables)
