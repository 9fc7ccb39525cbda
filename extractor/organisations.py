"""The grammar of organisations: a body's head from `data/bodies.csv` and how its name goes on.

“UBND” + “huyện Hòn Đất”, “Ban Dân vận” + “Huyện ủy Văn Lãng”, “Sở” + “Văn hóa, Thể thao và Du lịch” + “tỉnh”. A body
says how it goes on (`tail`): `place` by a level, a place, another body; `open` by words of `organisation-words.csv` and
words with capitals too; `local` by the name of a hamlet; `none` not at all.
"""

from __future__ import annotations

from functools import lru_cache

import regex

from extractor.persons import Names, names, places
from extractor.phrases import Found, Phrases, phrase_key
from extractor.tables import Row, Tables
from extractor.text import Span

#: How often a name goes on at most, and how many words an unknown place has.
MOST_PARTS, LONGEST_PLACE = 12, 5
#: How many words that no table knows go on an open name.
LONGEST_PLAIN = 5
#: The ranks of places that name no body by themselves.
PLACES = ("country", "province", "district", "commune")
#: The same right before a person's name.
MOST_UNKNOWN = 3
_NUMBER = regex.compile(r"(?:số\s?)?\d{1,3}(?:[A-Z]|/\d+)?(?!\w|[.,/]\d)|[A-ZĐ]{1,3}\d{1,4}(?!\w)|(?:[IVX]{1,4})(?!\w)")
_WORD = regex.compile(r"[\p{L}\p{M}\d]+(?:['’‘`´][\p{L}\p{M}]+)?")
_GAP = regex.compile(r"\s|\s?-\s?|\.")
_PLAIN = regex.compile(r"\s(?P<word>\p{Ll}[\p{L}\p{M}]*)(?:-\p{Ll}[\p{L}\p{M}]*)?(?![\p{L}\p{M}\d])")
_TOPIC = regex.compile(r"(?P<words>\svề(?:\s(?!dự|thăm|việc|làm)[^\s,.;:()]+){1,10})\s\(\p{Lu}[\p{Lu}\d&-]{2,11}\)")
_STATE = regex.compile(r"\s(?:(?:của\s)?(?:[đĐ]ảng\s\p{Lu}\p{Ll}+(?:\s\p{Ll}+)?|[nN]ước(?:\s\p{Lu}{2,})?)\s)?")
_NOTE = regex.compile(r"\s\([\p{Lu}&.-]{2,10}\)")
#: What may stand behind the whole name of a body that no table lists.
_ENDED = regex.compile(r"\s?(?:[,;:.)(\]”\"…?!]|\n|$|-\s)")
_LINK = regex.compile(r"\s(?:và|&|-)\s|,\s|\s?&\s?|\s?-\s?")
#: Ranks of places whose bodies are local: a hamlet, and a zone, which may be a firm's too.
LOCAL = ("local", "zone")


class Organisations:
    """Reads organisations; `naming` says that a person's name is expected right behind."""

    def __init__(self, tables: Tables) -> None:
        self.bodies = Phrases(tables, tables["bodies"], "body", "forms")
        self.levels = Phrases(tables, tables["organisation-levels"], "forms")
        self._words = Phrases(tables, tables["organisation-words"], "words")
        self._stops = frozenset(phrase_key(row["word"]) for row in tables["organisation-stops"])
        self._titles = Phrases(tables, tables["titles"], "title", "forms")
        self._places = places(tables)
        self._party = frozenset(row["level"] for row in tables["organisation-levels"] if row["committee"])
        self._names: Names = names(tables)

    def read(self, text: str, start: int, end: int, *, naming: bool = False) -> Span | None:
        """The organisation whose head begins at `start`."""
        head = self.bodies.at(text, start, end)
        if head is None:
            return None
        stop = self.tail(text, head.end, end, head.row["tail"], naming=naming, unit=head.row["level"] == "unit")
        if stop == head.end and head.row["level"] == "committee":
            stop = self._of_lowly(text, stop, end, naming=naming)
        if stop == head.end and naming and head.row["level"] == "trung ương":
            stop = self.country(text, stop + 1, end) or stop  # Chủ tịch Quốc hội Lào …
        stop = self._of_topic(text, stop, end, head)
        lowly = text[start].islower() and " " not in text[start : head.end]
        return None if lowly and stop == head.end else (start, stop)

    def _of_topic(self, text: str, stop: int, end: int, head: Found) -> int:
        """Where “… về …” ends that the abbreviation in brackets shows to be of the name (Hiệp hội … về … (IARTEM))."""
        topic = _TOPIC.match(text, stop, end) if head.row["tail"] == "open" else None
        return topic.end("words") if topic is not None else stop

    def _of_lowly(self, text: str, stop: int, end: int, *, naming: bool) -> int:
        """Where a committee's body in small letters ends: “ban chấp hành công đoàn …”; `stop` where none stands."""
        body = self.bodies.at(text, stop + 1, end) if text.startswith(" ", stop) else None
        if body is None or " " not in text[body.start : body.end]:
            return stop
        return self.tail(text, body.end, end, body.row["tail"], naming=naming)

    def tail(self, text: str, start: int, end: int, kind: str, *, naming: bool = False, unit: bool = False) -> int:
        """Where a name that has come to `start` ends; a `unit` may be followed by “, ” and the body it belongs to."""
        stop = begun = start
        for _ in range(MOST_PARTS):
            if kind == "none":
                state = _STATE.match(text, stop, end)
                country = self.country(text, state.end(), end) if state else None
                stop = country or stop  # Chính phủ Lào, Bộ Chính trị đảng Cộng sản Trung Quốc
                break
            part = self._part(text, stop, end, kind, naming=naming) or self._linked(text, stop, end, kind, naming, unit)
            if part is None and kind == "open" and stop == begun:
                # Nothing known goes on the name: plain words do, up to one that ends it (“Quỹ vì trẻ em khuyết tật”).
                plain = self._plain(text, stop, end)
                part = (plain, kind) if plain > stop else None
            if part is None and (note := _NOTE.match(text, stop, end)) is not None:
                part = self._part(text, note.end(), end, kind, naming=naming) or self._linked(
                    text, note.end(), end, kind, naming, unit
                )
            if part is None and kind == "open" and not naming and (more := self._continued(text, stop, end)) > stop:
                part = (more, kind)
            if part is None:
                break
            if self._is_head(text, stop, part[0]):
                begun = part[0]
            stop, kind = part
        return stop

    def _is_head(self, text: str, stop: int, end: int) -> bool:
        """Is the part of a name between two places the head of a body and no more?"""
        found = self.bodies.at(text, stop + 1, end) if stop < end and text[stop] == " " else None
        return found is not None and found.end == end

    def _part(self, text: str, stop: int, end: int, kind: str, *, naming: bool) -> tuple[int, str] | None:
        """Where the next part of a name ends, and how the name goes on from there."""
        if stop >= end:
            return None
        at = stop + 1 if text[stop] == " " else stop
        if at > stop:
            if kind != "none" and text.startswith("của ", at):
                body = self.bodies.at(text, at + 4, end)
                inner = body is not None and text[body.start].isupper() and self._stands(text, body, end)
                if body is None and naming and kind == "open":
                    return self._of_level(text, at + 4, end)
                return (body.end, body.row["tail"]) if inner and body is not None else None
            if self._is_title(text, at, end):
                return None
            words = self._words.at(text, at, end)
            body = self.bodies.at(text, at, end)
            if body is not None and words is not None and words.end > body.end and " " not in text[at : body.end]:
                body = None  # “Khoa học và Công nghệ” is no faculty
            if body is not None and self._inner(text, body, end) and not self._name_at(text, at, end, naming):
                return body.end, body.row["tail"]
            level = self.levels.at(text, at, end)
            if level is not None and (words is None or words.end <= level.end):  # “xã hội” is no commune
                return self._level(text, level, end, kind, naming=naming)
            place = self._known_place(
                text,
                at,
                end,
                ("province", "district", "commune") if kind == "local" else ("province", "district"),
                naming,
            )
            if place is None and kind != "local":
                place = self.country(text, at, end)
                place = place if place is not None and " " in text[at:place] else None
            if place is not None:
                return place, kind
            found = self._more(text, at, end, kind, naming=naming)
            if found is not None:
                return found, kind
        return None

    def _of_level(self, text: str, at: int, end: int) -> tuple[int, str] | None:
        """“của tỉnh” right before its holder's name: “Trưởng ban chỉ đạo công tác tôn giáo của tỉnh Vũ Thị Hà”."""
        level = self.levels.at(text, at, end)
        bare = level is not None and level.row["rank"] in PLACES and text[level.end : level.end + 1] == " "
        return (level.end, "none") if bare and level and self._names.read(text, level.end + 1, end) else None

    def _inner(self, text: str, body: Found, end: int) -> bool:
        """Does a body inside a name count: with a capital, or a committee of several syllables (huyện ủy)?"""
        party = body.row["level"] in self._party and " " in text[body.start : body.end]
        return (party or text[body.start].isupper()) and self._stands(text, body, end)

    def _stands(self, text: str, body: Found, end: int) -> bool:
        """A head of one plain syllable counts inside a name only if it goes on."""
        head = text[body.start : body.end]
        return " " in head or head.isupper() or self.tail(text, body.end, end, body.row["tail"]) > body.end

    def _level(self, text: str, level: Found, end: int, kind: str, *, naming: bool) -> tuple[int, str] | None:
        stop = self.place(text, level, end, naming=naming)
        local = level.row["rank"] in LOCAL
        if stop == level.end and local and kind != "local":
            return None
        return stop, "local" if local else "place" if kind != "open" else kind

    def place(self, text: str, level: Found, end: int, *, naming: bool = False) -> int:
        """Where the place after a level's word ends; the word's own end where no name follows."""
        stop = level.end
        at = stop + 1 if stop < end and text[stop] == " " else stop if text[stop - 1] == "." else end
        if at >= end:
            return stop
        number = _NUMBER.match(text, at, end)
        if number is not None and level.row["rank"] not in ("province", "centre"):
            return number.end()
        if level.row["rank"] == "centre":
            return stop
        known = self._known_place(text, at, end, tuple(level.row.forms("places")), naming)
        if known is not None:
            return known
        return self._unknown_place(text, at, stop, end, level.row, naming=naming)

    def _unknown_place(self, text: str, at: int, stop: int, end: int, level: Row, *, naming: bool) -> int:
        """A place that no table lists: the words with capitals, less the name of the person behind it."""
        run = self._run(text, at, end)[: LONGEST_PLACE + 4]
        if not run or self._shouted(text, run[0]):
            return stop
        if not naming:
            return run[min(len(run), LONGEST_PLACE) - 1][1]
        if 2 < len(run) < 5 and self._names.has_surname(text, run) and self._names.is_middle(text, run[1]):
            later = any(self._names.has_surname(text, run[n:], common=True) for n in range(2, len(run) - 1))
            if not later:
                return stop  # “Trưởng bản Thao A Pó”: the name of the person, no place before it
        complete = level["rank"] in ("province", "city", "district")
        splits = [
            n
            for n in range(len(run) - 1)
            if self._names.has_surname(text, run[n:], common=not complete)
            and self._names.read(text, run[n][0], end) is not None
        ]
        if splits:
            # A middle name behind the surname (Bàn Thị …) tells it from the last word of the place.
            n = next((n for n in splits if self._names.is_middle(text, run[n + 1]) and n + 2 < len(run)), splits[0])
            return run[n - 1][1] if n else stop
        return run[min(len(run), LONGEST_PLACE) - 1][1]

    def _run(self, text: str, at: int, end: int) -> list[Span]:
        """Words with capitals, up to where an office begins."""
        run = self._names.run(text, at, end)
        for n, (start, _) in enumerate(run):
            if self._is_title(text, start, end):
                return run[:n]
        return run

    def unlisted(self, text: str, at: int, end: int) -> Span | None:
        """A body that no table lists, by its capitals alone (Abbott Việt Nam), less the person's name behind it.

        None where a person or a place stands, or where the words behind go on the name.
        """
        run, country, named = self._run(text, at, end)[:LONGEST_PLACE], self.country(text, at, end), self._names
        if country is not None and (self._ends(text, country, end) or named.read(text, country + 1, end) is not None):
            return (at, country)
        if not run or named.has_surname(text, run) or self._known_place(text, at, end, PLACES, False) is not None:
            return None
        for n in range(1, len(run)):
            if named.has_surname(text, run[n:], common=True) and named.read(text, run[n][0], end) is not None:
                return (at, run[n - 1][1])
        return (at, run[-1][1]) if self._ends(text, run[-1][1], end) else None

    def _ends(self, text: str, stop: int, end: int) -> bool:
        """Does a name end at `stop`, by a mark or a word that goes on no name?"""
        plain = _PLAIN.match(text, stop, end)
        return _ENDED.match(text, stop) is not None or (plain is not None and phrase_key(plain["word"]) in self._stops)

    def country(self, text: str, start: int, end: int) -> int | None:
        """Where the country ends whose name begins at `start`."""
        return self._known_place(text, start, end, ("country",), False)

    def _shouted(self, text: str, word: Span) -> bool:
        """Does a word stand in a line of capitals, where they say nothing about names?"""
        before = text[max(0, word[0] - 12) : word[0]]
        return word[1] - word[0] > 1 and text[slice(*word)].isupper() and before.isupper() and " " in before.strip()

    def _known_place(self, text: str, at: int, end: int, ranks: tuple[str, ...], naming: bool) -> int | None:
        """Where the longest place of the tables that begins here ends."""
        if at >= end or not text[at].isupper():
            return None
        best: int | None = None
        stop = at
        for _ in range(6):
            m = _WORD.match(text, stop, end)
            if m is None:
                break
            stop = m.end()
            key = phrase_key(text[at:stop])
            if any(key in self._places.get(rank, ()) for rank in ranks):
                best = stop
            gap = _GAP.match(text, stop, end)
            if gap is None:
                break
            stop = gap.end()
        if best is not None and naming:
            run = self._names.run(text, at, end)
            left = [word for word in run if word[0] >= best]
            middle = len(left) == len(run) - 1 > 1 and self._names.is_middle(text, left[0])
            if (middle or (len(left) == 1 and 1 < len(run) < 5)) and self._names.has_surname(text, run, common=True):
                return None
        return best

    def _more(self, text: str, at: int, end: int, kind: str, *, naming: bool) -> int | None:
        """Words that go on an open name, a place that no table lists, a number."""
        number = _NUMBER.match(text, at, end)
        if number is not None and kind in ("open", "local"):
            return number.end()
        if naming and self._name_at(text, at, end, naming):
            return None
        words = self._words.at(text, at, end)
        if words is not None and (kind == "open" or text[at].isupper()):
            return words.end
        run = self._run(text, at, end)
        if not run:
            return None
        if kind == "place" and naming and (named := self._before_name(text, run, end)) is not None:
            return named
        if kind == "place" and (naming or len(run) < 2 or self._shouted(text, run[0])):
            return None
        stop = run[0][1]
        for n in range(1, min(len(run), LONGEST_PLACE)):
            if naming and self._name_at(text, run[n][0], end, naming):
                break
            words = self._words.at(text, run[n][0], end)
            if words is not None and words.end > run[n][1] and kind == "open":
                return words.end
            stop = run[n][1]
        # A word with a capital and one without are one word: Viện Đông y, Đại học Sư phạm.
        if kind == "open" and naming and len(run) == 1:
            plain = self._plain(text, stop, end, MOST_UNKNOWN)
            return plain if plain > stop and self._name_at(text, plain + 1, end, naming) else stop
        if kind != "open" or naming or len(run) > 1 or (stop < end and self._words.at(text, stop + 1, end) is not None):
            return stop
        return self._plain(text, stop, end, 1)

    def _plain(self, text: str, stop: int, end: int, most: int = LONGEST_PLAIN) -> int:
        """Where the plain words end that go on a name, none of them one that ends names."""
        for _ in range(most):
            m = _PLAIN.match(text, stop, end)
            if m is None or phrase_key(m["word"]) in self._stops or self._is_title(text, m.start("word"), end):
                break
            stop = m.end()
        return stop

    def _continued(self, text: str, stop: int, end: int) -> int:
        """Where plain words that go on a name already begun end, if the name ends there or a capital follows."""
        plain = self._plain(text, stop, end, MOST_UNKNOWN)
        if plain == stop:
            return stop
        capital = plain + 1 < end and text[plain] == " " and text[plain + 1].isupper()
        return plain if capital or self._ends(text, plain, end) else stop

    def _linked(self, text: str, stop: int, end: int, kind: str, naming: bool, unit: bool) -> tuple[int, str] | None:
        """“, Thể thao và Du lịch”, “ và HĐND tỉnh”; behind a comma the body or place that the name belongs to."""
        link = _LINK.match(text, stop, end)
        if link is None or self._is_title(text, link.end(), end):
            return None
        comma = "," in link[0]
        body = self.bodies.at(text, link.end(), end)
        whole = body is not None and (text[body.start].isupper() or (unit and " " in text[body.start : body.end]))
        if body is not None and whole and self._stands(text, body, end):
            return (body.end, body.row["tail"]) if unit or not comma else None
        if kind == "local" and comma:
            level = self.levels.at(text, link.end(), end)
            if level is not None and (after := self.place(text, level, end, naming=naming)) > level.end:
                return after, "none"
        if kind != "open" or (naming and self._name_at(text, link.end(), end, naming)):
            return None
        words = self._words.at(text, link.end(), end)
        joined = not comma or (unit and text[link.end()].isupper())
        if words is not None and (joined or self._enumerates(text, words.end, end)):
            return words.end, kind
        country = None if comma else self.country(text, link.end(), end)
        if country is not None:
            return country, kind
        return None if comma or words is not None else self._capital(text, link.end(), end, kind)

    def _capital(self, text: str, at: int, end: int, kind: str) -> tuple[int, str] | None:
        """A part that begins with one capital and goes on in plain words: “và Hợp tác quốc tế”, “- Văn nghệ”."""
        run = self._run(text, at, end)
        if len(run) != 1 or self.levels.at(text, at, end) is not None or self._is_title(text, at, end):
            return None
        stop = self._plain(text, run[0][1], end, 1)
        return (stop, kind) if stop > run[0][1] else None

    def _before_name(self, text: str, run: list[Span], end: int) -> int | None:
        """Where a place ends that no table lists, right before a full name with a middle name: Đakrông in “Huyện ủy
        Đakrông Hồ Văn Xiêng”; None where the name begins at once."""
        if self._names.has_surname(text, run):
            return None
        for n in range(1, len(run) - 2):
            if self._names.has_surname(text, run[n:], common=True) and self._names.is_middle(text, run[n + 1]):
                return run[n - 1][1] if self._names.read(text, run[n][0], end) is not None else None
        return None

    def _enumerates(self, text: str, stop: int, end: int) -> bool:
        """Does a part behind a comma go on “… và …”, as in “Khoa học, công nghệ và môi trường”?"""
        for _ in range(3):
            link = _LINK.match(text, stop, end)
            words = self._words.at(text, link.end(), end) if link is not None else None
            if link is None or words is None:
                return False
            if "," not in link[0]:
                return True
            stop = words.end
        return False

    def _is_title(self, text: str, at: int, end: int) -> bool:
        found = self._titles.at(text, at, end)
        return found is not None and " " in text[at : found.end] and found.row["needs"] != "yes"

    def _name_at(self, text: str, at: int, end: int, naming: bool) -> bool:
        """Does a full name begin here that runs to the end of the words with capitals?"""
        if not naming:
            return False
        run = self._names.run(text, at, end)
        least = 3 if not self._names.has_surname(text, run, common=True) else 2
        return len(run) >= least and self._names.read(text, at, end) is not None


@lru_cache(maxsize=4)
def organisations(tables: Tables) -> Organisations:
    """The grammar of organisations of some tables, built once."""
    return Organisations(tables)
