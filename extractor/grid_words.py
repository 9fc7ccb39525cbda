"""What the cells of a page's table say: the heads of its columns and the labels of its rows, by data/table-words.csv.

A head is an ordinal, the column of names, areas or periods that the rows begin with, that of the units, or one of
figures: with an indicator (Hộ nghèo), a status (Kế hoạch, TH), a period (Năm 2019) or several of them (KH 2020).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from weakref import WeakKeyDictionary

import regex

from extractor import compiled
from extractor.context import Context
from extractor.figures import indicator_named, sector_pattern
from extractor.gazetteer import NAME_WORD, gazetteer
from extractor.numbers import SCALES, parse_number
from extractor.pieces import alternation
from extractor.tables import Row, Tables
from extractor.text import Span, fold

#: Roles of heads of which a row begins with one, and of those that have figures below them.
ROWS = ("names", "areas", "periods")
FIGURES = ("figure", "rate", "place", "total")
#: What a period looks like in the head of a column; its value is read by who asks for it.
PERIOD = (
    r"(?:(?:hết|đến|cuối|cả|trong)\s){0,2}(?:(?:ngày\s)?\d{1,2}[/-]\d{1,2}[/-](?:19|20)\d\d"
    r"|(?:năm\s|tháng\s\d{1,2}[/-])?(?:19|20)\d\d(?:\s?-\s?(?:19|20)\d\d)?"
    r"|(?:giai đoạn|nhiệm kỳ)\s(?:19|20)\d\d\s?-\s?(?:19|20)\d\d"
    r"|\d{1,2}\stháng(?:\s(?:đầu|cuối)\snăm)?(?:[\s/]*(?:năm\s)?(?:19|20)\d\d)?"
    r"|quý\s(?:IV|I{1,3}|[1-4])(?:[\s/]*(?:năm\s)?(?:19|20)\d\d)?|năm)"
)
_UNIT = regex.compile(
    r"(?:(?P<scale>nghìn|ngàn|vạn|triệu|trăm|1\.?000|10\.?000)\s)?(?P<unit>%|‰|[^\d%()|]{1,40}(?:\d{1,2}\.000 dân)?)",
    regex.IGNORECASE,
)
_MONEY = regex.compile(r"(?i:đồng|USD|EUR|đô la|VNĐ|VND)")
_BRACKET = regex.compile(r"\s?\((?P<inner>[^()]{1,40})\)")
_MARK = regex.compile(r"^(?:[-+*•–]+\s?|\d{1,2}(?:\.\d{1,2})*[.)/]\s?|[a-zđ]\)\s?|[IVX]{1,4}[.)]\s?)")
_PLACE = regex.compile(rf"\s?(?:{NAME_WORD}(?:[ -]{NAME_WORD}){{0,4}}|\d{{1,2}})")
_TRAIL = " :;.,*-"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as facts write it, and what its figures are multiplied by (triệu lượt: a million, lượt)."""

    name: str
    scale: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Label:
    """What words name: indicators (the first that takes the unit is meant), their unit, the rate that counts of them
    have, a branch; `falls` where the figure says by how much it falls."""

    indicators: tuple[str, ...] = ()
    unit: Unit | None = None
    share: str | None = None
    sector: str | None = None
    falls: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column: its role, what it names, the status of its figures, whether a period stands in it."""

    role: str | None = None
    label: Label = Label()
    status: str | None = None
    dated: bool = False
    #: The role where rows begin with another column already (Đơn vị: a place, or the unit).
    otherwise: str | None = None


class _Words:
    """The rows of the table by role, folded."""

    def __init__(self, tables: Tables) -> None:
        rows = tables["table-words"]
        self.by_role: dict[str, dict[str, Row]] = {}
        for row in rows:
            for form in row.forms("word"):
                self.by_role.setdefault(row["role"], {}).setdefault(fold(form), row)
        self.period = compiled.compile(rf"(?<!\w){PERIOD}(?!\w)", regex.IGNORECASE)
        self.filler = compiled.compile(rf"(?<!\w)(?:{alternation(self.role('filler'))})(?!\w)", regex.IGNORECASE)
        self.status = compiled.compile(rf"(?:{alternation(self.role('status'))})(?!\w)", regex.IGNORECASE)
        self.fall = compiled.compile(rf"(?:{alternation(self.role('fall'))})\s", regex.IGNORECASE)
        units = [form for row in tables["units"] for form in row.forms("unit")]
        forms = [*units, *self.role("form"), "triệu đồng", "tỷ đồng", "nghìn đồng", "triệu USD", "nghìn USD"]
        scale = "(?:(?:nghìn|ngàn|vạn|triệu) )?"
        self.unit_behind = compiled.compile(
            rf"(?r)\s(?P<unit>{scale}(?:{alternation(dict.fromkeys(map(fold, forms)))})(?:/[\p{{L}}/]+)?)",
            regex.IGNORECASE,
        )
        names = [form for row in tables["indicators"] for column in ("names", "short") for form in row.forms(column)]
        known = [form for forms in self.by_role.values() for form in forms]
        self.head = compiled.compile(
            rf"(?:{alternation(dict.fromkeys([*known, *map(fold, names)]))}|{PERIOD})"
            rf"(?:\s{PERIOD})?(?:\s?%|\s?\([^()]{{1,24}}\))?(?=\s|$)",
            regex.IGNORECASE,
        )
        first = [form for role in ("ordinal", *ROWS) for form in self.role(role)]
        self.first = compiled.compile(rf"(?:{alternation(first)})(?!\w)", regex.IGNORECASE)

    def role(self, name: str) -> Mapping[str, Row]:
        """The rows of a role by their folded forms."""
        return self.by_role.get(name, {})


_known: WeakKeyDictionary[Tables, _Words] = WeakKeyDictionary()


def words(tables: Tables) -> _Words:
    """The vocabulary of a set of tables, built once."""
    if tables not in _known:
        _known[tables] = _Words(tables)
    return _known[tables]


def read_unit(text: str, tables: Tables) -> Unit | None:
    """A unit as it stands in a cell; None where it is none."""
    said = " ".join(text.split()).strip(_TRAIL)
    row = words(tables).role("form").get(fold(said))
    said = row["value"] if row else said
    m = _UNIT.fullmatch(said)
    if m is None:
        return None
    if _MONEY.search(said):
        return Unit(_small(said))
    by = SCALES.get(fold(m["scale"] or "")) or parse_number(m["scale"] or "1")
    return Unit(_small(m["unit"].strip()), by or Decimal(1))


def _small(text: str) -> str:
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def read_label(text: str, context: Context) -> Label:
    """What the label of a row, or the words of a head, name; an empty label where nothing is certain."""
    tables = context.tables
    name, unit = _without_brackets(_MARK.sub("", text.strip()).strip(_TRAIL), tables)
    found = _named(name, context)
    if found is None:
        falls = words(tables).fall.match(name)
        if falls is not None:
            found = _named(name[falls.end() :], context)
            found = replace(found, falls=True, share=None) if found is not None else None
    if found is None:
        for m in sector_pattern(tables).finditer(name):
            rest = " ".join((name[: m.start()] + name[m.end() :]).split())
            found = _named(rest, context)
            if found is not None:
                found = replace(found, sector=m[0], share=None)
                break
    if found is None:
        return Label()
    return replace(found, unit=unit or found.unit)


def _named(name: str, context: Context) -> Label | None:
    """What a name stands for, as it is written or without the words that do not change it."""
    said = words(context.tables)
    short = " ".join(said.filler.sub(" ", said.period.sub(" ", name)).split()).strip(_TRAIL)
    for form in dict.fromkeys((fold(name), fold(short))):
        row = said.role("indicator").get(form) or said.role("branch").get(form)
        other = indicator_named(form, context.tables) if form else None
        if row is not None and not _speaks_of(row, context):
            row = None
        if row is not None:
            unit = Unit(row["unit"]) if row["unit"] else None
            sector = name if row["role"] == "branch" else None
            ids = tuple(dict.fromkeys(i for i in (row["value"], None if sector else other) if i))
            return Label(ids, unit, row["share"] or None, sector)
        if other is not None:
            return Label((other,))
    return None


def _speaks_of(row: Row, context: Context) -> bool:
    """Does the article have one of the words among which alone a row holds?"""
    forms = row.forms("among")
    return not forms or any(form in context.view.text for form in forms)


def _without_brackets(text: str, tables: Tables) -> tuple[str, Unit | None]:
    """A name without a unit, an abbreviation or words of no weight in brackets, or “%” behind it; and the unit."""
    unit: Unit | None = None
    for m in reversed(list(_BRACKET.finditer(text))):
        inner = m["inner"].strip()
        filler = " ".join(words(tables).filler.sub(" ", inner).split())
        known = words(tables).unit_behind.fullmatch(" " + inner)
        if known is not None or inner == "%":
            unit = read_unit(inner, tables)
        elif filler and not inner.isupper():
            continue
        text = text[: m.start()] + text[m.end() :]
    if text.endswith(" %"):
        return text[:-2].strip(_TRAIL), Unit("%")
    return text.strip(_TRAIL), unit


def read_head(span: Span, context: Context) -> Head:
    """The head of a column, as it stands in a view span; one without a role where it is not understood."""
    tables = context.tables
    said, text = words(tables), context.view.text[slice(*span)]
    name, unit = _without_brackets(text.strip(_TRAIL), tables)
    folded = fold(name)
    for role in ("ordinal", *ROWS, "unit", "other"):
        if (row := said.role(role).get(folded)) is not None:
            return Head(role, otherwise=row["value"] or None)
    if folded in said.role("rate"):
        return Head("rate", Label(unit=Unit("%")))
    rest = " ".join(said.period.sub(" ", name).split())
    dated = rest != name
    status = said.status.match(rest)
    row = said.role("status")[fold(status[0])] if status else None
    behind = rest[status.end() :].strip(_TRAIL) if status else rest
    if not behind:
        # a share of the plan (Thực hiện, %) is no figure of the indicator
        return (
            Head(None)
            if unit or not (row or dated)
            else Head("figure", status=row["value"] if row else None, dated=dated)
        )
    label = read_label(behind, context)
    if not (label.indicators or label.share):
        return Head("place" if _is_place(name, tables) else "total" if folded in said.role("total") else None)
    return Head("figure", replace(label, unit=unit or label.unit), row["value"] if row else None, dated)


def _is_place(name: str, tables: Tables) -> bool:
    """Does a head name a place behind the word of its level (Huyện Mộc Châu)?"""
    level = gazetteer(tables).level_word.match(name)
    return level is not None and _PLACE.fullmatch(name, level.end()) is not None


def heads_of(span: Span, context: Context) -> list[Span]:
    """The heads in a line whose columns are parted by single spaces: every word of it must belong to one."""
    said, text, found = words(context.tables), context.view.text, []
    at = span[0]
    while at < span[1]:
        m = said.head.match(text, at, span[1])
        if m is None:
            return []
        found.append(m.span())
        at = m.end() + 1
    return found


def begins_header(span: Span, context: Context) -> bool:
    """Does a line begin like the header of a table (TT, Chỉ tiêu, Huyện)?"""
    return words(context.tables).first.match(context.view.text, *span) is not None
