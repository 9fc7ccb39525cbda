"""What a figure in a cell of a table measures, by the head of its column, the label of its row and what stands above.

A fact is made only where indicator and unit are certain: a head that is not understood, a unit that nothing says, a
share of a plan or a count that is no whole number give none.
"""

from __future__ import annotations

from collections.abc import Sequence

import regex

from extractor import periods, places, timex
from extractor.candidates import Candidate
from extractor.context import Context
from extractor.facts import indicator_topic
from extractor.facts.indicator_ellipsis import takes
from extractor.figures import indicator_row
from extractor.grid_words import FIGURES, Label, Unit, read_label, read_unit, words
from extractor.grids import Cell, cell_at, is_caption
from extractor.numbers import parse_roman
from extractor.tables import Tables
from extractor.text import Span, fold

#: Kinds of data/units.csv that are counted in whole numbers.
WHOLE = ("people", "unit", "house", "petition", "visit", "model", "meeting", "enterprise")
_YEARS = regex.compile(r"(?<![\d.,/])(?P<first>(?:19|20)\d\d)(?:\s?-\s?(?P<last>(?:19|20)\d\d))?(?![\d.,/])")
_MONTHS = regex.compile(r"(?<![\d.,])(?P<count>\d{1,2})\stháng(?P<last>\scuối)?", regex.IGNORECASE)
_QUARTER = regex.compile(r"(?<!\w)quý\s(?P<number>IV|I{1,3}|[1-4])(?!\w)", regex.IGNORECASE)
_WHOLE_YEAR = regex.compile(r"(?<!\w)năm(?!\w)", regex.IGNORECASE)
_UNIT_ABOVE = regex.compile(r"(?i:ĐVT|đơn\svị(?:\stính)?)\s?:\s?(?P<unit>[^\d():;,|]{1,30})")


def settle(candidate: Candidate, context: Context) -> bool:
    """Fill indicator, unit, sector, area, period and status from the table; False where they are not certain."""
    cell = cell_at(context, candidate.start)
    if cell is None:
        return False
    head = cell.grid.columns[cell.column].head
    rows = cell.grid.columns[cell.grid.first].head.role
    label, span = _named(cell, context)
    if label is None or not _fill_unit(candidate, label, cell, context):
        return False
    candidate.spans["indicator"] = [span]
    if label.sector:
        candidate.fields["sector"] = label.sector
        candidate.spans["sector"] = [span]
    if label.falls and not _falls(candidate):
        return False
    if head.status is not None:
        candidate.fields["status"] = head.status
        candidate.spans["status"] = [cell.grid.columns[cell.column].span]
    _fill_period(candidate, cell, context)
    area = _area(cell, rows, context)
    if area[0] < area[1]:
        candidate.captures = {**candidate.captures, "area": (area,)}
    else:
        _area_above(candidate, cell, context)
    return True


def _named(cell: Cell, context: Context) -> tuple[Label | None, Span]:
    """What a cell measures and where that stands: in its row, or in the head of its column or one left of it."""
    column = cell.grid.columns[cell.column]
    head = column.head
    if head.role == "figure" and (head.label.indicators or head.label.share):
        return (head.label if head.label.indicators else None), column.span
    if head.role == "rate":
        for left in reversed(cell.grid.columns[: cell.column]):
            if left.head.role == "figure" and left.head.label.share:
                return Label((left.head.label.share,), Unit("%")), left.span
            if left.head.role not in ("figure", "other"):
                break
        return None, column.span
    if head.role not in FIGURES or cell.grid.columns[cell.grid.first].head.role != "names":
        return None, column.span
    label = read_label(context.view.text[slice(*cell.label)], context)
    return (label if label.indicators else None), cell.label


def _fill_unit(candidate: Candidate, label: Label, cell: Cell, context: Context) -> bool:
    """Set indicator, unit and value by the first indicator that takes the unit; False where none does."""
    tables, written = context.tables, candidate.get("unit")
    ratio = str(written or "").startswith("/")
    unit = _unit(label, cell, context)
    if written and not ratio:
        if unit is not None and unit.name != written:
            return False
        unit = Unit(str(written))
    for identifier in label.indicators:
        row = indicator_row(tables, identifier)
        if ratio:
            if row["class"] != "count":
                continue
            candidate.fields["indicator"] = identifier
            return True
        known = unit or (Unit("%") if row.forms("units") == ["%"] else None)
        if known is None or not takes(row, known.name):
            continue
        value = candidate.fields["value"] * known.scale
        if known.scale == 1 and value != int(value) and _is_whole(known.name, tables):
            return False
        if known.name == "%" and row["class"] == "percent" and value > 100:
            return False
        candidate.fields.update(indicator=identifier, unit=known.name, value=value.normalize() + 0)
        if candidate.fields.get("value_max") is not None:
            candidate.fields["value_max"] *= known.scale
        if cell.unit is not None:
            candidate.spans["unit"] = [cell.unit]
        return True
    return False


def _unit(label: Label, cell: Cell, context: Context) -> Unit | None:
    """The unit of a row, of a label, or of the whole table."""
    text = context.view.text
    if cell.unit is not None and cell.unit[0] < cell.unit[1]:
        return read_unit(text[slice(*cell.unit)], context.tables)
    if label.unit is not None:
        return label.unit
    for span in cell.grid.above:
        m = _UNIT_ABOVE.search(text, *span)
        if m is not None:
            return read_unit(m["unit"], context.tables)
    return None


def _is_whole(unit: str, tables: Tables) -> bool:
    return any(fold(unit) in map(fold, row.forms("unit")) for row in tables["units"] if row["kind"] in WHOLE)


def _falls(candidate: Candidate) -> bool:
    """Make a figure the change that its label calls a fall."""
    if candidate.get("measure") != "level":
        return False
    candidate.fields["measure"] = "change"
    for name in ("value", "value_max"):
        if candidate.fields.get(name) is not None:
            candidate.fields[name] = -candidate.fields[name]
    return True


def _fill_period(candidate: Candidate, cell: Cell, context: Context) -> None:
    """The period of the column, of the row where rows are periods, or of the caption."""
    grid = cell.grid
    spans = [grid.columns[cell.column].span]
    if grid.columns[grid.first].head.role == "periods":
        spans.append(cell.label)
    for span in [*spans, *(s for s in reversed(grid.above) if is_caption(s, context))]:
        value = _period(span, context)
        if value is not None:
            candidate.fields["period"] = value
            candidate.spans["period"] = [span]
            return


def _period(span: Span, context: Context) -> str | None:
    """The period that a head or caption names; months, quarters and “năm” without a year are of the article's."""
    text = context.view.text
    dates = periods.date_mentions_in(context, *span)
    if dates and not timex.is_yearless(dates[-1][2]):
        return dates[-1][2]
    years = _YEARS.search(text, *span)
    topic = indicator_topic.reviewed(context)
    year = (
        int(years["first"]) if years else (timex.year_of(topic[2]) if topic else None) or periods.article_year(context)
    )
    if year is None:
        return None
    months, quarter = _MONTHS.search(text, *span), _QUARTER.search(text, *span)
    if months is not None:
        return timex.months(year, int(months["count"]), last=months["last"] is not None)
    if quarter is not None:
        number = quarter["number"]
        return timex.quarter(year, int(number) if number.isdecimal() else parse_roman(number.upper()) or 0)
    if years is not None:
        return f"{year}/{years['last']}" if years["last"] else str(year)
    return str(year) if _WHOLE_YEAR.search(text, *span) else None


def _area(cell: Cell, rows: str | None, context: Context) -> Span:
    """Where the place of a figure stands; an empty span where it is the table's own."""
    column = cell.grid.columns[cell.column]
    if rows == "areas":
        label = fold(context.view.text[slice(*cell.label)]).strip(" :.")
        return (0, 0) if label in words(context.tables).role("total") else cell.label
    return column.span if column.head.role == "place" else (0, 0)


def _area_above(candidate: Candidate, cell: Cell, context: Context) -> None:
    """The one place that the caption names."""
    for span in cell.grid.above:
        named = [p for p in places.mentions(context) if span[0] <= p.start and p.end <= span[1]]
        if len(named) == 1 and is_caption(span, context):
            candidate.captures = {**candidate.captures, "area": ((named[0].start, named[0].end),)}
            return


def take_from_text(candidate: Candidate, others: Sequence[Candidate]) -> None:
    """Make a figure that the text tells too, with the same value, place and year, the one fact that both are."""
    wanted, place = timex.year_of(candidate.get("period")), fold(str(candidate.get("area")))
    for other in others:
        if other.rule.within == "cell" or (other.get("status") == "target") != (candidate.get("status") == "target"):
            continue
        same = all(other.get(k) == candidate.get(k) for k in ("indicator", "value", "value_max", "sector"))
        alike = other.get("measure") in (candidate.get("measure"), "ratio")
        if same and alike and timex.year_of(other.get("period")) == wanted and fold(str(other.get("area"))) == place:
            for name in ("measure", "unit", "area", "period", "base_period", "status"):
                if other.get(name) is not None:
                    candidate.infer(name, other.get(name), "told in the text", [(other.start, other.end)])
            return
