"""Where the lines of a page's text stand in its markup, so that evidence can be shown in the page itself.

What a page shows is compared without white space, which neither markup nor text keeps: a line that is found there has
a place for every character, one that is not found (its words were put together by the extraction) has none. Offsets
are characters of the page as it was decoded. The work grows with the length of the page.
"""

from __future__ import annotations

import html
import unicodedata
from array import array
from collections.abc import Iterator, Sequence

import regex

from extractor.placing import Place
from extractor.text import Span

#: Characters of markup beyond which no places are looked for.
LONGEST = 5_000_000
#: Characters, white space apart, from which a line is told from others by itself; a shorter one by its neighbours.
TELLING = 24
#: Characters of a tag, and how often a page's length may be gone over in vain for tags and for lines.
LONGEST_TAG, WORK = 100_000, 20
#: Elements whose content a page does not show.
_SILENT = ("head", "script", "style", "noscript", "template", "svg", "iframe", "select", "button")
_TAG = regex.compile(r"</?(?P<name>[a-zA-Z][\w:-]*+)(?:[^>\"']++|\"[^\"]*+\"|'[^']*+')*+>|<[!?/][^>]*+>")
_PIECE = regex.compile(r"(?P<entity>&(?:#\d{1,8}|#[xX][0-9a-fA-F]{1,7}|[a-zA-Z]\w{1,31});?)|(?P<word>[^\s&]++|&)")
_WORD = regex.compile(r"\S+")
_CLUSTER = regex.compile(r"\X")
#: What the extraction puts between the cells of a row and before an item of a list.
_PUT_IN = regex.compile(r"\s*\|\s*|(?<=^)\s*[-•]\s+")


def places(markup: str, text: str) -> tuple[Place, ...]:
    """Runs of `text` in text order with where they stand in `markup`; those that are not found are left out."""
    if len(markup) > LONGEST:
        return ()
    page = _Words(_shown(markup))
    wanted = list(_lines(text))
    found: list[Place] = []
    for line, at in zip(wanted, _found(wanted, page), strict=True):
        if at is not None:
            found.extend(line.runs(page, at))
    return tuple(found)


class _Words:
    """Characters without white space, letters with their marks as one, and from and to where each stands."""

    def __init__(self, pieces: Iterator[tuple[str, int, int]]) -> None:
        """Of pieces with their offsets: character by character where piece and span are as long."""
        shown: list[str] = []
        self.begins, self.ends = array("I"), array("I")
        for piece, start, end in pieces:
            shown.append(piece)
            if end - start == len(piece):
                self.begins.extend(range(start, end))
                self.ends.extend(range(start + 1, end + 1))
            else:
                self.begins.extend([start] * len(piece))
                self.ends.extend([end] * len(piece))
        self.text = "".join(shown)
        if not unicodedata.is_normalized("NFC", self.text):
            self._compose()

    def _compose(self) -> None:
        shown: list[str] = []
        begins, ends = array("I"), array("I")
        for m in _CLUSTER.finditer(self.text):
            composed = unicodedata.normalize("NFC", m[0])
            if composed == m[0]:
                begins.extend(self.begins[m.start() : m.end()])
                ends.extend(self.ends[m.start() : m.end()])
            else:
                begins.extend([self.begins[m.start()]] * len(composed))
                ends.extend([self.ends[m.end() - 1]] * len(composed))
            shown.append(composed)
        self.text, self.begins, self.ends = "".join(shown), begins, ends

    def runs(self, page: _Words, at: int) -> Iterator[Place]:
        """The places of these words, those that go on in step joined to runs; `at` is where they begin in the page."""
        first = 0
        for i in range(1, len(self.text) + 1):
            if i == len(self.text) or not self._in_step(i, page, at + i):
                yield (self.begins[first], self.ends[i - 1], page.begins[at + first], page.ends[at + i - 1])
                first = i

    def _in_step(self, i: int, page: _Words, at: int) -> bool:
        """Does a character stand as far behind the one before in the page as in the text, both as themselves?"""
        step = self.begins[i] - self.begins[i - 1]
        return (
            page.begins[at] - page.begins[at - 1] == step == page.ends[at] - page.ends[at - 1]
            and self.ends[i] - self.ends[i - 1] == step
            and page.ends[at] - page.begins[at] == 1 == self.ends[i] - self.begins[i]
        )


def _shown(markup: str) -> Iterator[tuple[str, int, int]]:
    """The words that a page shows, where they stand."""
    for start, end in _visible(markup):
        for m in _PIECE.finditer(markup, start, end):
            yield "".join(html.unescape(m[0]).split()) if m["entity"] else m[0], m.start(), m.end()


def _lines(text: str) -> Iterator[_Words]:
    """The words of every line of a text, of every cell where it is a row."""
    start = 0
    for line in text.split("\n"):
        cells = [0, *(at for m in _PUT_IN.finditer(line) for at in m.span()), len(line)]
        for first, last in zip(cells[::2], cells[1::2], strict=True):
            words = [(m[0], start + m.start(), start + m.end()) for m in _WORD.finditer(line, first, last)]
            if words:
                yield _Words(iter(words))
        start += len(line) + 1


def _visible(markup: str) -> Iterator[Span]:
    """The spans of a page's markup that are text."""
    marks = _Marks(markup)
    done = 0
    while (start := markup.find("<", done)) >= 0:
        yield done, start
        done = marks.end(start)
        if done == start + 1:  # a bare < is text
            yield start, done
    yield done, len(markup)


class _Marks:
    """Where comments, tags and elements that are not shown end."""

    def __init__(self, markup: str) -> None:
        self.markup = markup
        self.missing: set[str] = set()
        self.work = WORK * len(markup)

    def end(self, start: int) -> int:
        """The end of what begins with the `<` at an offset; just behind it where nothing does."""
        if self.markup.startswith("<!--", start):
            return max(self._behind("-->", start + 4), start + 1)
        last = min(len(self.markup), start + LONGEST_TAG)
        tag = _TAG.match(self.markup, start, last) if self.work > 0 else None
        if tag is None:
            self.work -= last - start
            return start + 1
        name = (tag["name"] or "").lower()
        if name in _SILENT and self.markup[start + 1] != "/":
            close = self._behind(f"</{name}", tag.end())
            if close >= 0:
                return self.markup.find(">", close) + 1 or close
        return tag.end()

    def _behind(self, mark: str, start: int) -> int:
        """Where a mark ends next; -1 where there is none, which is looked for once."""
        if mark in self.missing:
            return -1
        m = regex.compile(regex.escape(mark), regex.I).search(self.markup, start)
        if m is None:
            self.missing.add(mark)
        return m.end() if m else -1


def _found(lines: Sequence[_Words], page: _Words) -> list[int | None]:
    """Where each line begins in what the page shows; long ones first, short ones between their neighbours."""
    found: list[int | None] = [None] * len(lines)
    work = WORK * len(page.text)
    done = 0
    for number, line in enumerate(lines):
        if len(line.text) < TELLING or work < 0:
            continue
        at = page.text.find(line.text, done)
        if at < 0:
            at = page.text.find(line.text)
            work -= len(page.text)
        if at >= 0:
            found[number], done = at, at + len(line.text)
    limits = [len(page.text)] * (len(lines) + 1)
    for number in range(len(lines) - 1, -1, -1):
        here = found[number]
        limits[number] = limits[number + 1] if here is None else here
    done = 0
    for number, line in enumerate(lines):
        here = found[number]
        if here is None and len(line.text) < TELLING and work > 0:
            at = page.text.find(line.text, done, limits[number])
            work -= 0 if at >= 0 else max(0, limits[number] - done)
            here = found[number] = at if at >= 0 else None
        if here is not None:
            done = here + len(line.text)
    return found
