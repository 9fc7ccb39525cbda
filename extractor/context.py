"""What the resolving passes know of an article besides their own matches."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from extractor.figures import scope_words
from extractor.records import Kind
from extractor.sentences import CLAUSE, abbreviations, sentence_spans
from extractor.tables import Tables
from extractor.text import Span, View
from extractor.zones import Page

#: Characters from a line's beginning in which a word may say that it goes on with the one before.
GOES_ON = 40
#: Characters of a bullet before that word.
BULLET = 3


@dataclass(frozen=True, slots=True)
class Hint:
    """A name that the NER model proposes: PER, ORG or LOC, over a view span."""

    start: int
    end: int
    label: str


@dataclass(slots=True)
class Inferred:
    """What settled a field that the evidence does not say: `by` in words, `spans` where in the view."""

    by: str
    spans: list[Span] = field(default_factory=list)


@dataclass(slots=True)
class Mention:
    """One piece of evidence of a draft: a view span, the rule, and the view spans of the fields."""

    start: int
    end: int
    rule: str
    fields: dict[str, list[Span]] = field(default_factory=dict)


@dataclass(slots=True)
class Draft:
    """A fact in the making, in view offsets: its fields, what was inferred, its mentions."""

    kind: Kind
    fields: dict[str, Any]
    mentions: list[Mention]
    inferred: dict[str, Inferred] = field(default_factory=dict)

    @property
    def start(self) -> int:
        """Where its first mention begins."""
        return self.mentions[0].start

    @property
    def end(self) -> int:
        """Where its first mention ends."""
        return self.mentions[0].end


@dataclass
class Context:
    """An article while its facts are made."""

    view: View
    page: Page
    tables: Tables
    published: str | None = None
    published_span: Span | None = None
    #: False where the page's date is only the site's clock, later than all that the article tells of.
    published_anchors: bool = True
    #: The year in which the article stands: of its date, else the one it plainly tells of; set by the date pass.
    year: int | None = None
    outlet: str | None = None
    province: str | None = None
    province_span: Span | None = None
    title: str | None = None
    tagger: Callable[[str, Iterable[Span]], list[Hint]] | None = None
    drafts: dict[Kind, list[Draft]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    #: `time.monotonic()` at which the article is given up (a reject, never another output).
    deadline: float | None = None
    #: Are all rules the shipped ones, whose patterns are measured not to take longer than the text is?
    measured: bool = False
    #: Where the matches of each rule may begin, by its id; a rule that is not here is tried everywhere.
    starts: Mapping[str, Sequence[int]] = field(default_factory=dict, repr=False)
    #: What passes found once and ask for again, by name.
    memo: dict[str, Any] = field(default_factory=dict, repr=False)
    _hints: dict[Span, list[Hint]] = field(default_factory=dict)

    @cached_property
    def sentences(self) -> list[Span]:
        """The sentences of all lines, in order."""
        text, short = self.view.text, abbreviations(self.tables)
        return [span for line in self.page.lines for span in sentence_spans(text, line.start, line.end, short)]

    @cached_property
    def _sentence_starts(self) -> list[int]:
        return [start for start, _ in self.sentences]

    @cached_property
    def clauses(self) -> list[Span]:
        """The clauses of all sentences, in order."""
        found: list[Span] = []
        for start, end in self.sentences:
            begin = start
            for m in CLAUSE.finditer(self.view.text, start, end):
                if m.start() > begin:
                    found.append((begin, m.start()))
                begin = m.end()
            if begin < end:
                found.append((begin, end))
        return found

    def sentence_at(self, offset: int) -> Span:
        """The sentence that holds a view offset."""
        i = bisect_right(self._sentence_starts, offset) - 1
        return self.sentences[i] if i >= 0 else (offset, offset)

    def clause_at(self, offset: int) -> Span:
        """The clause that holds a view offset."""
        i = bisect_right(self.clauses, (offset, len(self.view.text) + 1)) - 1
        return self.clauses[i] if i >= 0 else (offset, offset)

    def line_at(self, offset: int) -> Span:
        """The line that holds a view offset."""
        line = self.page.line_at(offset)
        return (line.start, line.end) if line else (offset, offset)

    def scope(self, name: str, offset: int) -> Span:
        """The clause, sentence, line or article about a view offset; none for an answer, which its question heads."""
        if name == "question":
            return (offset, offset)
        if name == "clause":
            return self.clause_at(offset)
        if name == "sentence":
            return self.sentence_at(offset)
        if name == "line":
            start, end = self.line_at(offset)
            return (self.line_at(start - 2)[0] if start > 1 and self._goes_on(start) else start, end)
        return (0, len(self.view.text))

    def _goes_on(self, start: int) -> bool:
        """Does a line that begins here go on with the list of the one before (Theo xã: …; Riêng huyện A …)?"""
        words = scope_words("goes on", self.tables).finditer(self.view.text, start, start + GOES_ON)
        return bool(words) and words[0].start() - start <= BULLET

    @cached_property
    def dates(self) -> list[tuple[int, int, str]]:
        """Where dates stand, in text order: (start, end, TIMEX3 value); for the kinds that run after the dates."""
        found = [
            (mention.start, mention.end, str(draft.fields["value"]))
            for draft in self.made("date")
            if draft.fields.get("type") != "DURATION"
            for mention in draft.mentions
        ]
        return sorted(found)

    def made(self, kind: Kind) -> list[Draft]:
        """The drafts of a kind that was resolved before."""
        return self.drafts.get(kind, [])

    def hints_in(self, sentence: Span) -> list[Hint]:
        """The NER hints of a sentence; the model runs when they are first asked for."""
        if sentence not in self._hints:
            self._hints[sentence] = self.tagger(self.view.surface, [sentence]) if self.tagger else []
        return self._hints[sentence]

    def hints_over(self, start: int, end: int, labels: Iterable[str]) -> list[Hint]:
        """The NER hints with one of `labels` that overlap a view span (of one sentence)."""
        wanted = set(labels)
        found = self.hints_in(self.sentence_at(start))
        return [h for h in found if h.label in wanted and h.start < end and start < h.end]
