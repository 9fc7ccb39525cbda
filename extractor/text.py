"""The normalised view of a text, with offset maps back to the text as it was read.

Normalisation is the second step of the flow (read → normalise → tokenise → tag → match → resolve → write). A `View`
holds three strings: `source`, exactly what was read; `surface`, the same in NFC with single spaces, line feeds and no
invisible characters; and `text`, as long as `surface` character by character, in which spelling variants that mean
nothing (hoà/hòa, tỉ/tỷ, every kind of dash) are made one. Rules match on `text`, values are quoted from `surface`,
evidence is cut from `source`.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from functools import lru_cache

import regex

from extractor import compiled

#: An offset pair [start, end) in code points.
Span = tuple[int, int]

#: Characters that print nothing: soft hyphen, zero-width, direction marks, byte order mark.
INVISIBLE = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"

#: Everything that separates lines; each becomes one line feed.
_LINE_BREAK = "\r\n|[\r\x0b\x0c\x85\u2028\u2029]"
_SOURCE_BREAK = regex.compile(rf"{_LINE_BREAK}|\n")

#: Places where `surface` differs from `source`: line breaks, invisible characters, odd or repeated spaces, Ð for Đ.
_ODD_SPACE = "\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_EDIT = regex.compile(
    rf"(?P<line>{_LINE_BREAK})|(?P<none>[{INVISIBLE}]+)"
    rf"|(?P<space>[ {_ODD_SPACE}][ {_ODD_SPACE}{INVISIBLE}]+|[{_ODD_SPACE}])|(?P<letter>[ÐðƉɖ])"
)
_UNSEEN = regex.compile(rf"[{INVISIBLE}]+")
_REPLACED = {"line": "\n", "none": "", "space": " "}
_LETTERS = {"Ð": "Đ", "Ɖ": "Đ", "ð": "đ", "ɖ": "đ"}

#: A letter with the marks that follow it: the unit in which decomposed text is composed.
_CLUSTER = regex.compile(r"\X")

#: Old tone placement (hoà, khoẻ, thuỷ) → new (hòa, khỏe, thủy): Quyết định 1989/QĐ-BGDĐT against common usage.
_TONES = {
    old: new
    for vowels, news in (("oà oá oả oã oạ", "òa óa ỏa õa ọa"), ("oè oé oẻ oẽ oẹ", "òe óe ỏe õe ọe"),
                         ("uỳ uý uỷ uỹ uỵ", "ùy úy ủy ũy ụy"))
    for low_old, low_new in zip(vowels.split(), news.split(), strict=True)
    for old, new in ((low_old, low_new), (low_old.title(), low_new.title()), (low_old.upper(), low_new.upper()))
}  # fmt: skip
#: A tone on the letter behind the one that it belongs to (“hôị”, “ngươì”, “giưã”): no syllable is spelled so.
_TONES |= {
    unicodedata.normalize("NFC", main + glide + tone): unicodedata.normalize("NFC", main + tone + glide)
    for mains, glides in (("ôơ", "iu"), ("âê", "uy"), ("ư", "aiu"))
    for low_main in mains for low_glide in glides for tone in "\u0300\u0301\u0303\u0309\u0323"
    for main, glide in ((low_main, low_glide), (low_main.upper(), low_glide), (low_main.upper(), low_glide.upper()))
}  # fmt: skip
_TONE = regex.compile(
    r"(?:[oO][àáảãạÀÁẢÃẠèéẻẽẹÈÉẺẼẸ]|(?<![qQ])[uU][ỳýỷỹỵỲÝỶỸỴ]"
    r"|[ôơâêưÔƠÂÊƯ][àáảãạìíỉĩịùúủũụỳýỷỹỵÀÁẢÃẠÌÍỈĨỊÙÚỦŨỤỲÝỶỸỴ])(?![\p{L}\p{M}])"
)

#: Dashes and look-alikes that become the hyphen-minus, and the quotes that become “ and ”.
_SAME_LENGTH = str.maketrans(
    dict.fromkeys("‐‑‒–—―−﹣－", "-") | {"«": "“", "»": "”", "„": "“", "‟": "“", "″": "”", "＂": '"'}
)


#: One edit of a text: where its result stands in the new text, how long it is, and what it replaced in the old.
_Edit = tuple[int, int, int, int]


class View:
    """A text and its normalised forms; offsets without further word are offsets into `surface` and `text`."""

    __slots__ = ("_layers", "source", "surface", "text")

    def __init__(self, source: str, spelling: Mapping[str, str] | None = None) -> None:
        self.source = source
        # Composed last: a mark may meet its letter only when what cannot be seen between them is gone.
        plain, edits = _apply(source, _plain_edits(source))
        self.surface, composed = _apply(plain, _composing_edits(plain))
        self._layers = [_Layer(layer) for layer in (composed, edits) if layer]
        self.text = canonical(self.surface, spelling or {})

    def written(self, start: int, end: int) -> str:
        """The words of a view span with their own letters (Ð for Đ), NFC and single spaces else."""
        plain = unicodedata.normalize("NFC", self.source[slice(*self.to_source(start, end))])
        return " ".join(_UNSEEN.sub("", plain).split())

    def joined(self, breaks: Iterable[Span]) -> View:
        """The same text with every one of `breaks`, line feeds that end no paragraph, as a single space."""
        view = copy(self)
        view.surface, edits = _apply(self.surface, [(start, end, " ") for start, end in breaks])
        view.text, _ = _apply(self.text, [(start, end, " ") for start, end in breaks])
        view._layers = [_Layer(edits), *self._layers] if edits else self._layers
        return view

    def line_number(self, offset: int) -> int:
        """The number of the source's line that holds a view offset, from 1."""
        return 1 + len(_SOURCE_BREAK.findall(self.source, 0, self.to_source(offset, offset)[0]))

    def paragraphs(self, start: int, end: int) -> list[Span]:
        """A source span cut at its line breaks, without the blanks about them."""
        cuts = [start, *(at for m in _SOURCE_BREAK.finditer(self.source, start, end) for at in m.span()), end]
        found = []
        for first, last in zip(cuts[::2], cuts[1::2], strict=True):
            piece = self.source[first:last]
            begin = first + len(piece) - len(piece.lstrip())
            if piece.strip():
                found.append((begin, begin + len(piece.strip())))
        return found

    def to_source(self, start: int, end: int) -> Span:
        """The source span [start, end) that the view span [start, end) came from."""
        if start >= end:
            for layer in self._layers:
                start = layer.start(start)
            return (start, start)
        for layer in self._layers:
            start, end = layer.start(start), layer.end(end)
        return (start, end)

    def quote(self, start: int, end: int) -> str:
        """The words of a view span as they are written: NFC, single spaces, line breaks as spaces."""
        return " ".join(self.surface[start:end].split())


class _Layer:
    """The way back through one round of edits."""

    __slots__ = ("_edits", "_out")

    def __init__(self, edits: list[_Edit]) -> None:
        self._edits = edits
        self._out = [edit[0] for edit in edits]

    def start(self, offset: int) -> int:
        """Where the character at `offset` begins, behind what was deleted before it."""
        i = bisect_right(self._out, offset) - 1
        if i < 0:
            return offset
        position, length, begin, end = self._edits[i]
        return begin if offset < position + length else end + offset - position - length

    def end(self, offset: int) -> int:
        """Where the character before `offset` ends, so that what was deleted behind it stays outside."""
        i = bisect_right(self._out, offset - 1) - 1
        if i < 0:
            return offset
        position, length, _, end = self._edits[i]
        return end if offset <= position + length else end + offset - position - length


def _plain_edits(source: str) -> Iterator[tuple[int, int, str]]:
    for m in _EDIT.finditer(source):
        kind = m.lastgroup or ""
        yield m.start(), m.end(), _LETTERS[m[0]] if kind == "letter" else _REPLACED[kind]


def _composing_edits(text: str) -> Iterator[tuple[int, int, str]]:
    if unicodedata.is_normalized("NFC", text):
        return
    for m in _CLUSTER.finditer(text):
        composed = unicodedata.normalize("NFC", m[0])
        if composed != m[0]:
            yield m.start(), m.end(), composed


def _apply(text: str, edits: Iterable[tuple[int, int, str]]) -> tuple[str, list[_Edit]]:
    """`text` with edits (start, end, new) made, in order and apart; and what `_Layer` needs to undo them."""
    parts: list[str] = []
    made: list[_Edit] = []
    done = position = 0
    for start, end, new in edits:
        parts += (text[done:start], new)
        position += start - done
        made.append((position, len(new), start, end))
        position += len(new)
        done = end
    if not made:
        return text, made
    parts.append(text[done:])
    return "".join(parts), made


def canonical(surface: str, spelling: Mapping[str, str]) -> str:
    """`surface` with one spelling for each word; the length stays the same.

    `spelling` maps a lower-case word to another of the same length (tỉ → tỷ), from data/spelling.csv.
    """
    text = surface.translate(_SAME_LENGTH)
    text = _TONE.sub(lambda m: _TONES.get(m[0], m[0]), text)
    if spelling:
        text = _speller(tuple(sorted(spelling)))(text, spelling)
    return text


@lru_cache(maxsize=8)
def _speller(words: tuple[str, ...]) -> _Speller:
    return _Speller(words)


class _Speller:
    """Replaces whole words by others of the same length, keeping capitals."""

    def __init__(self, words: tuple[str, ...]) -> None:
        self.pattern = compiled.compile(
            r"(?<!\w)(?:" + "|".join(map(regex.escape, words)) + r")(?!\w)", regex.IGNORECASE
        )

    def __call__(self, text: str, spelling: Mapping[str, str]) -> str:
        def swap(m: regex.Match[str]) -> str:
            new = spelling.get(m[0].lower())
            if new is None or len(new) != len(m[0]):
                return m[0]
            return "".join(b.upper() if a.isupper() else b for a, b in zip(m[0], new, strict=True))

        return self.pattern.sub(swap, text)


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """A key under which spellings that mean the same meet: canonical tones, one case, single spaces, plain dashes."""
    view = View(text)
    return canonical(view.quote(0, len(view.surface)), {}).casefold()


def unaccented(text: str) -> str:
    """`fold` without any diacritics: “Phạm Văn Hậu” and “PHAM VAN HAU” meet."""
    decomposed = unicodedata.normalize("NFD", fold(text).replace("đ", "d"))
    return "".join(c for c in decomposed if not unicodedata.combining(c))
