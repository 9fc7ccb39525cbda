"""The sentence about some words of an article, and facts in one line: how audits show what they speak of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import regex

from extractor.audit.gold import Entry
from extractor.audit.outputs import Output
from extractor.sentences import abbreviations, sentence_spans
from extractor.shipped import home
from extractor.tables import Tables, shipped_tables
from extractor.text import Span, View

_LINE_END = regex.compile(r"[\n\r\x0b\x0c\x85\u2028\u2029]")

#: The fields that say a fact in one line, in their order; the rest goes without saying.
_TELLING: Mapping[str, tuple[str, ...]] = {
    "date": ("value",),
    "document": ("type", "code", "issued", "issuer", "title"),
    "official": ("name", "positions"),
    "indicator": (
        "indicator", "label", "measure", "value", "value_max", "unit", "area", "sector", "period", "status",
    ),
    "program": ("type", "name", "period"),
    "position": ("title", "organisation"),
}  # fmt: skip
#: What goes without saying, by field.
_PLAIN: Mapping[str, str] = {"status": "actual", "measure": "level"}


@dataclass(frozen=True)
class Passage:
    """Words of an article and the sentence about them; `start` and `end` are the words' place in the article."""

    before: str
    words: str
    after: str
    start: int
    end: int

    @property
    def sentence(self) -> str:
        """The whole sentence, as it is written."""
        return self.before + self.words + self.after

    @property
    def place(self) -> Span:
        """Where the words stand in the sentence."""
        return len(self.before), len(self.before) + len(self.words)


class Passages:
    """Finds passages; loads the vocabulary that sentences need once."""

    def __init__(self, tables: Tables | None = None) -> None:
        self._short = abbreviations(tables or shipped_tables([home() / "data"]))

    def at(self, text: str, start: int, end: int) -> Passage:
        """The sentence (or sentences) about text[start:end]; it ends with the line."""
        begins = [m.end() for m in _LINE_END.finditer(text, 0, start)]
        line = begins[-1] if begins else 0
        line_end = m.start() if (m := _LINE_END.search(text, end)) else len(text)
        first, last = start, end
        for begin, stop in sentence_spans(text, line, line_end, self._short):
            if begin <= start < stop:
                first = begin
            if begin < end <= stop:
                last = stop
        return Passage(text[first:start], text[start:end], text[end:last].rstrip(), start, end)

    def of_evidence(self, fact: Entry, texts: Iterable[str | None]) -> Passage | None:
        """The sentence about a fact's first evidence, out of the first text that has it; without one, the evidence."""
        evidence = next(iter(fact.get("evidence") or []), None)
        if evidence is None:
            return None
        start, end, words = int(evidence["start"]), int(evidence["end"]), str(evidence["text"])
        text = next((text for text in texts if text is not None and text[start:end] == words), None)
        return Passage("", words, "", start, end) if text is None else self.at(text, start, end)

    def of_words(self, words: Iterable[str], texts: Iterable[str | None]) -> Passage | None:
        """The sentence about the first of `words` that stands in a text, however it is spelled; None for none."""
        known = [text for text in texts if text is not None]
        for wanted in words:
            for text in known:
                if (place := find(text, wanted)) is not None:
                    return self.at(text, *place)
        return None


def find(text: str, words: str) -> Span | None:
    """Where words first stand in a text: as written, else in another normal form, spelling or case."""
    start = text.find(words)
    if start >= 0:
        return start, start + len(words)
    view, wanted = View(text), View(words).text
    m = regex.search(regex.escape(wanted), view.text, regex.IGNORECASE) if wanted else None
    return None if m is None else view.to_source(m.start(), m.end())


def output_text(output: Output, article_id: str, known: dict[str, str | None]) -> str | None:
    """The text of an output's article, read once; `known` holds those that were."""
    if article_id not in known:
        known[article_id] = output.text_of(article_id)
    return known[article_id]


def one_line(kind: str, fields: Entry) -> str:
    """A fact, or one position of an official, in one line: what it says without what goes without saying."""
    told = [_told(fields[name]) for name in _TELLING[kind] if fields.get(name) not in (None, [], _PLAIN.get(name))]
    return " · ".join(told)


def _told(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "; ".join(_told(item) for item in value)
    if isinstance(value, Mapping):
        return ", ".join(str(v) for v in value.values() if v not in (None, False, True))
    return str(value)
