"""Documents: who issued them and when, and which citations are of the same one.

A code with another issue date is another document. A citation without a date is of the dated one, a short form
(“Nghị quyết số 25”) of the one whose code has that number (25-NQ/TW), where type, year and issuer agree.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import regex

from extractor import timex
from extractor.candidates import Candidate, carry
from extractor.codes import Code, parse_code, plain_number, symbols
from extractor.context import Context, Draft, Inferred, Mention
from extractor.facts.document_series import Cited, Series, consecutive
from extractor.issuers import Issuers, Spoken, issuers
from extractor.text import Span

#: Characters between two citations that are only coordinated: “, ”, “ và ”, “, các ”.
COORDINATED = 6
#: Characters about the line of an official document's number in which its dateline stands.
HEADING = 300

_DAY = regex.compile(r"\d{4}-\d\d-\d\d")
_DATELINE = regex.compile(r"[\s|]*\p{Lu}[\p{L}\s.-]{1,40},\s*\P{N}{0,6}")


def resolve(candidates: Sequence[Candidate], context: Context) -> list[Draft]:
    """Citations → documents, with issuer and issue date from the clause, the neighbours, the symbol."""
    known = issuers(context.tables)
    cited = [Cited(c, _code(c, context)) for c in candidates if c.get("code")]
    _types(cited, context)
    for i, document in enumerate(cited):
        _date(document, cited[i - 1] if i else None, context)
        _issuer(document, _earlier(cited, i, context), known, context)
    _share(cited, known, context)
    _led_together(cited)
    _same_series(cited, context)
    spoken = Spoken(known, context)
    return [group.draft(spoken) for group in _grouped(cited, known)]


def _earlier(cited: Sequence[Cited], i: int, context: Context) -> list[Cited]:
    """The citations before the i-th in its sentence, in text order."""
    first = context.sentence_at(cited[i].span[0])[0]
    start = i
    while start > 0 and cited[start - 1].span[0] >= first:
        start -= 1
    return list(cited[start:i])


def _code(candidate: Candidate, context: Context) -> Code:
    number, text = candidate.fields["number"], candidate.fields["code"]
    return parse_code(number, text[len(number) :], symbols(context.tables))


def _types(cited: Sequence[Cited], context: Context) -> None:
    """In a list under one head word, a symbol of another type than the first one's speaks for itself."""
    meanings = symbols(context.tables)
    first: Cited | None = None
    for document in cited:
        if first is None or document.candidate.match is not first.candidate.match:
            first = document
            continue
        row, head = meanings.of_code(document.code), meanings.of_code(first.code)
        if row is not None and head is not None and row is not head:
            document.candidate.fields["type"] = row["type"]
            document.candidate.fields["type_text"] = row["name"] if row["type"] == "other" else None


def _date(document: Cited, before: Cited | None, context: Context) -> None:
    """Only a whole day is an issue date; without one, the day that the clause before tells, or the dateline.

    A day in the clause before that is the issue date of the citation `before` is no other document's.
    """
    candidate = document.candidate
    if not _DAY.fullmatch(document.issued or ""):
        candidate.fields["issued"] = None
        candidate.spans.pop("issued", None)
        candidate.inferred.pop("issued", None)
    if document.issued:
        return
    when = candidate.first("when")
    taken = before.candidate.captures.get("issued", ()) if before else ()
    if when and any(start < when[1] and when[0] < end for start, end in taken):
        return
    if candidate.first("same"):
        found = _day_before(candidate, context)
    else:
        found = _day_on(when, context) if when else _dateline(candidate, context)
    if found:
        value, spans, year = found
        candidate.fields["issued"] = value
        candidate.spans["issued"] = spans
        if year:
            candidate.inferred["issued"] = year


def _day_on(span: Span, context: Context) -> tuple[str, list[Span], Inferred | None] | None:
    """The day that the date rules read on a span."""
    for draft in context.made("date"):
        for mention in draft.mentions:
            if mention.start < span[1] and span[0] < mention.end and _DAY.fullmatch(draft.fields["value"]):
                return draft.fields["value"], [(mention.start, mention.end)], draft.inferred.get("value")
    return None


def _day_before(candidate: Candidate, context: Context) -> tuple[str, list[Span], Inferred | None] | None:
    """The last day told before a document issued “cùng ngày”."""
    told = [(span, value) for value, span in _days_near(-1, candidate.start, context) if span[1] <= candidate.start]
    if not told:
        return None
    span, value = max(told)
    return value, [span], Inferred("the day told before it", [span])


def _dateline(candidate: Candidate, context: Context) -> tuple[str, list[Span], Inferred | None] | None:
    """The day of an official document whose number opens a line: “Cần Thơ, ngày 15 tháng 9 năm 2025” close by."""
    text = context.view.text
    begin, end = context.line_at(candidate.start)
    if text[begin : candidate.start].strip():
        return None
    near: list[tuple[int, str, Span]] = []
    for value, span in _days_near(begin - HEADING, end + HEADING, context):
        opened, last = context.line_at(span[0])
        first = candidate.end if opened == begin else opened
        if not text[span[1] : last].strip(" .") and _DATELINE.fullmatch(text, first, span[0]):
            near.append((abs(span[0] - candidate.end), value, span))
    if not near:
        return None
    _, value, span = min(near)
    return value, [span], Inferred("the document's dateline", [span])


def _days_near(begin: int, end: int, context: Context) -> Iterator[tuple[str, Span]]:
    """The days between two offsets, those of the page's datelines too."""
    for draft in context.made("date"):
        for mention in draft.mentions:
            if begin < mention.start < end and _DAY.fullmatch(draft.fields["value"]):
                yield draft.fields["value"], (mention.start, mention.end)
    for line in context.page.lines:
        parts = [line.groups.get(name) for name in ("year", "month", "day")]
        if begin < line.start < end and line.zone == "dateline" and all(parts):
            digits = [context.view.text[slice(*span)] for span in parts if span]
            value = timex.point(*map(int, digits)) if all(map(str.isdigit, digits)) else None
            if value:
                yield value, (min(s for s, _ in filter(None, parts)), max(e for _, e in filter(None, parts)))


def _issuer(document: Cited, before: Sequence[Cited], known: Issuers, context: Context) -> None:
    """The issuer behind the document; else the one that the clause before or the words behind the title name.

    Those two only where the symbol does not belong to another body; then the issuer of an earlier document that the
    same clause says to be issued.
    """
    candidate = document.candidate
    if document.issuer:
        return
    for group in ("maker", "distant"):
        span = candidate.first(group)
        if span is None:
            continue
        span = known.whole(span, context)
        name = context.view.quote(*span)
        fits = known.signs(name, document.code)
        if fits or (fits is None and group == "maker"):
            spans = _makers(span, candidate, known, context) if group == "maker" else [span]
            candidate.fields["issuer"] = " và ".join(context.view.quote(*maker) for maker in spans)
            candidate.spans["issuer"] = spans
            document.led = group == "maker"
            return
        if group == "maker":
            _forget_clause(candidate)
    led = [d for d in before if d.led and (known.signs(d.issuer or "", document.code) or document.code.symbol is None)]
    carry(candidate, [d.candidate for d in led], context)
    document.led = document.issuer is not None


def _makers(maker: Span, candidate: Candidate, known: Issuers, context: Context) -> list[Span]:
    """The bodies that issue a joint paper: “A và B ký …”, “A ký … với B”; `maker` alone where one body signs."""
    if len(known.organs(_code(candidate, context))) == 1:
        return [maker]
    before, behind = known.partner(maker, context), candidate.first("party")
    return [*([before] if before else []), maker, *([behind] if behind else [])]


def _forget_clause(candidate: Candidate) -> None:
    """The clause before speaks of another body's act: its day is not the document's either."""
    if candidate.first("when") and "issued" not in candidate.captures:
        candidate.fields["issued"] = None
        candidate.spans.pop("issued", None)


def _share(cited: Sequence[Cited], known: Issuers, context: Context) -> None:
    """What the last of coordinated citations says for all: the issuer, and the day of consecutive numbers.

    A day and an issuer told behind papers of two series of that issuer are both's, where no other citation dates the
    first.
    """
    dated = {d.code.key for d in cited if d.issued}
    for here, after in reversed(list(pairwise(cited))):
        between = context.view.text[here.span[1] : after.span[0]]
        if not 0 <= after.span[0] - here.span[1] <= COORDINATED or "\n" in between:
            continue
        candidate, other = here.candidate, after.candidate
        spans = [after.span]
        if not here.issuer and after.issuer and known.signs(after.issuer, here.code) is not False:
            candidate.infer(
                "issuer", after.issuer, "shared with the document beside it", other.spans.get("issuer", spans)
            )
        behind = "issuer" in candidate.inferred or candidate.first("distant") is not None
        both = behind and "issuer" in other.captures and here.issuer == after.issuer and here.code.key not in dated
        both = (
            both and here.code.symbol not in (None, after.code.symbol) and not here.led and candidate.rule is other.rule
        )
        if not here.issued and after.issued and (both or consecutive(here, after)):
            candidate.infer("issued", after.issued, "shared with the next number", other.spans.get("issued", spans))


def _led_together(cited: Sequence[Cited]) -> None:
    """Documents that one clause says to be issued that day, one beside the other."""
    for here, after in pairwise(cited):
        beside = 0 <= after.span[0] - here.span[1] <= COORDINATED and here.led and after.led
        candidate = here.candidate
        told_before = candidate.first("issued") is None and (
            "when" in candidate.captures or "issued" in candidate.inferred
        )
        if beside and told_before and here.issued and not after.issued:
            after.candidate.infer(
                "issued", here.issued, "shared with the document before it", candidate.spans.get("issued", [])
            )


def _same_series(cited: Sequence[Cited], context: Context) -> None:
    """Without an issuer of its own, a paper has that of an earlier one with its symbol and day, or the number before.

    Within a sentence the symbol is enough, but not the Party's, which several organs of a level sign with.
    """
    series = Series()
    for number, document in enumerate(cited):
        if document.issuer or not document.code.symbol:
            series.add(number, document)
            continue
        found = series.before(document, context.sentence_at(document.span[0])[0])
        if found is not None:
            earlier = cited[found]
            spans = earlier.candidate.spans.get("issuer", [])
            document.candidate.infer("issuer", earlier.issuer, "an earlier paper of its series", spans)


@dataclass(slots=True)
class _Group:
    """The citations of one document."""

    cited: list[Cited] = field(default_factory=list)

    @property
    def code(self) -> Code:
        return self.cited[0].code

    @property
    def issued(self) -> str | None:
        return next((d.issued for d in self.cited if d.issued), None)

    @property
    def type(self) -> str:
        return str(self._typed.candidate.get("type"))

    @property
    def _typed(self) -> Cited:
        """The first citation with a head word, else the first."""
        return next((d for d in self.cited if d.candidate.first("type")), self.cited[0])

    def distance(self, document: Cited) -> tuple[bool, int]:
        """How near it was last cited before `document`; what comes only later is farther than all."""
        gaps = [document.span[0] - d.span[0] for d in self.cited]
        before = [gap for gap in gaps if gap >= 0]
        return (not before, min(before) if before else min(-gap for gap in gaps))

    def draft(self, spoken: Spoken) -> Draft:
        """The document: its first citation completed by the others, the issuer by the symbol where none says it."""
        self.cited.sort(key=lambda d: d.span)
        coded = next((d for d in self.cited if d.code.symbol and _told_plainly(d.code.symbol, self)), self.cited[0])
        fields = {name: coded.candidate.fields.get(name) for name in ("code", "number", "symbol")}
        fields["type"] = self.type
        fields["type_text"] = self._typed.candidate.get("type_text")
        inferred: dict[str, Inferred] = {}
        for name in ("issued", "issuer", "title"):
            told = [d.candidate for d in self.cited if d.candidate.get(name)]
            told.sort(key=lambda c: (name in c.inferred, str(c.get(name)).isupper()))
            if told:
                fields[name] = told[0].get(name)
                if name in told[0].inferred:
                    inferred[name] = told[0].inferred[name]
        if not fields.get("issuer"):
            term = next((span for d in self.cited if (span := d.candidate.first("term"))), None)
            told_by = spoken.told(coded.code, coded.span[0], term)
            if told_by:
                fields["issuer"] = told_by[0]
                inferred["issuer"] = Inferred(f"the symbol {coded.code.symbol}", [coded.span, *told_by[1]])
        mentions = [
            Mention(
                d.candidate.start,
                d.candidate.end,
                d.candidate.rule.id,
                {k: v for k, v in d.candidate.spans.items() if v},
            )
            for d in self.cited
        ]
        return Draft("document", fields, mentions, inferred)


def _told_plainly(symbol: str, group: _Group) -> bool:
    """Is a symbol written with the small letters that another citation of the document shows it to have?"""
    return not symbol.isupper() or all((d.code.symbol or "").isupper() for d in group.cited if d.code.symbol)


def _grouped(cited: Sequence[Cited], known: Issuers) -> list[_Group]:
    """Citations by document: dated codes first, then codes without a day, then numbers without a symbol."""
    groups: list[_Group] = []
    numbered: dict[str, list[_Group]] = {}
    for rank in range(4):
        for document in cited:
            if (document.code.symbol is None) * 2 + (document.issued is None) != rank:
                continue
            alike = numbered.setdefault(plain_number(document.code.number), [])
            same = [g for g in alike if _same(g, document, known)]
            if same:
                nearest = same[0] if len(same) == 1 else min(same, key=lambda g: g.distance(document))
                nearest.cited.append(document)
            else:
                groups.append(_Group([document]))
                alike.append(groups[-1])
    return groups


def _same(group: _Group, document: Cited, known: Issuers) -> bool:
    """May a citation be of the group's document?"""
    if document.issued and group.issued and document.issued != group.issued:
        return False
    code, other = document.code, group.code
    if code.symbol is not None:
        return code.key == other.key
    if document.candidate.get("type") != group.type:
        return False
    if code.year and code.year != other.year:
        return False
    return not document.issuer or known.signs(document.issuer, other) is not False
