"""The grammar of personal names: where a name begins, where it ends, what is none.

A name is a run of words with capitals. Its right end is the run's end or the title or body that follows without a
comma; its left end is a surname of `data/surnames.csv` (or a particle such as Y, H', K') unless an honorific says that
a person follows.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import regex

from extractor.phrases import Phrases, phrase_key, phrase_keys
from extractor.tables import Tables
from extractor.text import Span

#: A word of a name: Nguyễn, Y, H'Yim, K’Brệp, Ka.
_WORD = regex.compile(r"\p{Lu}[\p{L}\p{M}]*(?:['’‘`´][\p{L}\p{M}]+|-\p{Ll}+)?(?![\p{L}\p{M}\d])")
#: Words that a name has at most, and with a surname of a people that writes longer names.
LONGEST, LONGEST_MINORITY = 5, 6


class Names:
    """Reads personal names; built from the tables of surnames, titles, bodies and places."""

    def __init__(self, tables: Tables) -> None:
        rows = [row for row in tables["surnames"] if row["surname"]]
        self._surnames = {phrase_key(row["surname"]): "Kinh" in row.forms("people") for row in rows}
        self._all = frozenset(self._surnames)
        #: Surnames that are common, and the particles: what may begin a name where a place may stand too.
        self._usual = frozenset(phrase_key(row["surname"]) for row in rows if row["frequency_class"] != "rare")
        self._titles = Phrases(tables, tables["titles"], "title", "forms")
        self._bodies = Phrases(tables, tables["bodies"], "body", "forms")
        self._middles = frozenset(phrase_key(row["name"]) for row in tables["name-middles"])
        self._places = places(tables)
        self._cues = Phrases(tables, tables["name-cues"], "form")

    def run(self, text: str, start: int, end: int) -> list[Span]:
        """The words with capitals from `start` on, one space between them."""
        found: list[Span] = []
        while (m := _WORD.match(text, start, end)) is not None:
            found.append(m.span())
            if m.end() >= end or text[m.end()] != " ":
                break
            start = m.end() + 1
        return found

    def read(self, text: str, start: int, end: int, *, sure: bool = False, listed: bool = False) -> Span | None:
        """The name that begins at `start`, None where there is none.

        `sure` says that a person is known to stand here (an honorific before it): then one word is enough and no
        surname is asked for; `listed`, that persons are listed here: then no surname is asked for.
        """
        words = self._cut(text, self.run(text, start, end), len(text))
        if not words or self.is_title(text, start, len(text)):
            return None
        quote = text[words[0][0] : words[-1][1]]
        if phrase_key(quote) in self._places["country"] and len(words) > 1:
            return None
        if len(words) > (LONGEST if self._kinh(text, words) else LONGEST_MINORITY):
            return None
        if not sure and (len(words) < 2 or self.is_place(quote, len(words)) or self._abbreviated(text, words)):
            return None
        if not sure and not listed and not self.has_surname(text, words):
            return None
        return (words[0][0], words[-1][1])

    def real(self, text: str, name: Span, end: int) -> Span:
        """The real name in parentheses behind a nickname (“Ba Tần (Nguyễn Văn Tần)”); `name` itself where none is.

        It is longer than the nickname and ends in the same word, or a cue such as “tên thật” leads to it.
        """
        if not text.startswith(" (", name[1]):
            return name
        cue = self._cues.at(text, name[1] + 2, end)
        found = self.read(text, cue.end + 1 if cue is not None else name[1] + 2, end)
        if found is None or text[found[1] : found[1] + 1] not in (")", ","):
            return name
        short, long = (phrase_key(text[slice(*span)]).split() for span in (name, found))
        return found if len(long) > len(short) and (cue is not None or long[-1] == short[-1]) else name

    def is_title(self, text: str, start: int, end: int) -> bool:
        """Does an office begin here rather than a name?"""
        found = self._titles.at(text, start, end)
        return found is not None and " " in text[start : found.end]

    def has_surname(self, text: str, words: list[Span], *, common: bool = False) -> bool:
        """Do the words begin with a surname (one that is `common`) or a particle of a people's names?"""
        if not words:
            return False
        first = phrase_key(text[slice(*words[0])])
        head = regex.split("['’‘`´]", first)[0]
        known = self._usual if common else self._all
        longer = {phrase_key(text[words[0][0] : end]) for _, end in words[1:4]}
        return (
            first in known or not known.isdisjoint(longer) or (head != first and (head in known or head + "'" in known))
        )

    def is_middle(self, text: str, word: Span) -> bool:
        """Is a word one that often stands between surname and given name?"""
        return phrase_key(text[slice(*word)]) in self._middles

    def is_place(self, quote: str, words: int) -> bool:
        """Is it a country, a province or a district, or, of two words, a commune?"""
        key = phrase_key(quote)
        return any(key in self._places[rank] for rank in ("province", "district", "country")) or (
            words == 2 and key in self._places["commune"]
        )

    def _abbreviated(self, text: str, words: list[Span]) -> bool:
        """Is there a word in capitals among others (UBND Tỉnh)?"""
        big = [text[start:end].isupper() and text[start:end].isalpha() and end - start > 1 for start, end in words]
        return any(big) and not all(big)

    def _kinh(self, text: str, words: list[Span]) -> bool:
        return self._surnames.get(phrase_key(text[slice(*words[0])]), False)

    def _cut(self, text: str, words: list[Span], end: int) -> list[Span]:
        """The words up to where an office or a body begins."""
        for n, (start, _) in enumerate(words):
            if n and self.is_title(text, start, end):
                return words[:n]
            body = self._bodies.at(text, start, end) if n > 1 else None
            if body is not None and body.end > words[n][1]:
                return words[:n]
            if (
                body is not None
                and words[n][1] - start > 2
                and text[slice(*words[n])].isupper()
                and not text[slice(*words[0])].isupper()
            ):
                return words[:n]
        return words


@lru_cache(maxsize=4)
def names(tables: Tables) -> Names:
    """The name grammar of some tables, built once."""
    return Names(tables)


@lru_cache(maxsize=4)
def places(tables: Tables) -> dict[str, frozenset[str]]:
    """The keys of the names of places by rank: country, province, district, commune."""

    def keys(sources: Iterable[tuple[str, str]]) -> frozenset[str]:
        return frozenset(
            phrase_keys(
                form
                for table, columns in sources
                if table in tables
                for form in tables[table].forms(columns)
                if not form.isdigit()
            )
        )

    return {
        "country": keys([("countries", "name")]),
        "province": keys([("provinces", "name+aliases")]),
        "district": keys([("districts", "name")]),
        "commune": keys([("communes-old", "name"), ("communes-new", "name")]),
    }
