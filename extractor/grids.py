"""The tables of a page: lines whose cells are parted by “|”, tabs, wide spaces, dashes, single spaces, or by lines.

A table is a header, of which the words are known, and the rows below it with as many cells. Rows that do not fit the
header are left out. What the heads mean is read by `grid_words`; what a figure in a cell measures, by its kind.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import regex

from extractor.context import Context
from extractor.grid_words import FIGURES, ROWS, Head, begins_header, heads_of, read_head, words
from extractor.text import Span
from extractor.zones import Line

#: Characters of the longest header, of a head that has a line of its own, and of a caption.
LONGEST, HEAD, CAPTION = 300, 40, 160
#: Heads of the widest table, and of the narrowest whose cells have lines of their own.
MOST, LEAST = 16, 3
#: Lines above a header in which its caption and the unit of all its figures stand.
ABOVE = 2

_WIDE = regex.compile(r"\S(?:[\s\u00a0]*\t[\s\u00a0]*|[ \u00a0\u2000-\u200a\u3000]{2,})\S")
_NUMBER = regex.compile(r"[<>≤≥]?\s?\d[\d.,]*(?:\s?[-/]\s?\d[\d.,]*)?\s?%?|[-–…]|")
_ORDINAL = regex.compile(r"\(?(?P<number>\d{1,3})[.)]?")
_LETTER = regex.compile(r"\p{L}")
_NARROW_ROW = regex.compile(r"(?:(?P<ordinal>\d{1,3})[.)]?\s)?(?P<head>\D.*?)\s(?P<figures>\d[\d., %/-]*)")
_TOKEN = regex.compile(r"\S+")
_DASH = regex.compile(r"(?<=\S\s)-(?=\s\S)")
_CAPTION_END = regex.compile(r":\s*$")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: where its head stands and what it says."""

    span: Span
    head: Head


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its columns, the one that its rows begin with, that of the units, and the lines above it."""

    columns: tuple[Column, ...]
    first: int
    unit: int | None
    above: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of figures with the label of its row and the unit that the row says."""

    span: Span
    column: int
    label: Span
    unit: Span | None
    row: Sequence[Span]
    grid: Grid


def cells(context: Context) -> list[Cell]:
    """The cells of all tables of an article in which figures may stand, in text order."""
    if "cells" not in context.memo:
        context.memo["cells"] = sorted(_find(context), key=lambda c: c.span)
    found: list[Cell] = context.memo["cells"]
    return found


def cell_at(context: Context, offset: int) -> Cell | None:
    """The cell that holds a view offset."""
    found = cells(context)
    i = bisect_right(found, offset, key=lambda c: c.span[0]) - 1
    return found[i] if i >= 0 and offset < found[i].span[1] else None


def in_row(context: Context, start: int, end: int) -> bool:
    """Does a view span lie, be it in part, in the row of a table? Only the table's own heads say what stands there."""
    if "rows" not in context.memo:
        spans = sorted({(cell.row[0][0], cell.row[-1][1]) for cell in cells(context)})
        context.memo["rows"] = spans
    rows: list[Span] = context.memo["rows"]
    i = bisect_right(rows, (end,)) - 1
    return i >= 0 and rows[i][1] > start


def _find(context: Context) -> list[Cell]:
    lines = context.page.lines
    found: list[Cell] = []
    number = 0
    while number < len(lines):
        table = (
            _by_marks(lines, number, context) or _by_words(lines, number, context) or _by_lines(lines, number, context)
        )
        if table is None:
            number += 1
            continue
        grid, rows, last = table
        found += [cell for row in rows for cell in _of_row(row, grid)]
        number = last
    return found


_Table = tuple[Grid, list[list[Span]], int]


def _of_row(row: list[Span], grid: Grid) -> list[Cell]:
    unit = row[grid.unit] if grid.unit is not None else None
    return [
        Cell(span, i, row[grid.first], unit, row, grid)
        for i, span in enumerate(row)
        if i > grid.first and i != grid.unit and span[0] < span[1]
    ]


def _grid(heads: Sequence[Span], above: Sequence[Line], context: Context) -> Grid | None:
    """A header's columns; None where it is no header: no column of names first, or none of figures behind it."""
    if not 2 <= len(heads) <= MOST:
        return None
    columns = [Column(span, read_head(span, context)) for span in heads]
    first = 1 if columns[0].head.role == "ordinal" else 0
    if first >= len(columns) or columns[first].head.role not in ROWS:
        return None
    units = [i for i, c in enumerate(columns) if i > first and "unit" in (c.head.role, c.head.otherwise)]
    if not any(c.head.role in FIGURES or c.head.role is None for c in columns[first + 1 :]) or len(units) > 1:
        return None
    if not any(c.head.role in FIGURES for c in columns):
        return None
    captions = [(line.start, line.end) for line in above if line.end - line.start <= CAPTION and line.zone == "body"]
    return Grid(tuple(columns), first, units[0] if units else None, tuple(captions))


def _above(lines: Sequence[Line], number: int) -> Sequence[Line]:
    return lines[max(0, number - ABOVE) : number]


# --- cells parted by marks ---


def _by_marks(lines: Sequence[Line], number: int, context: Context) -> _Table | None:
    """A table whose cells are parted by “|”, by tabs, by more than one space or by dashes."""
    style = _style(lines[number], context)
    if style is None or lines[number].end - lines[number].start > LONGEST:
        return None
    heads = _split(lines[number], style, context)
    grid = _grid(heads, _above(lines, number), context)
    if grid is None:
        return None
    rows: list[list[Span]] = []
    last = number + 1
    while last < len(lines) and _style(lines[last], context) == style:
        cells = _split(lines[last], style, context)
        if style == "dash" and LEAST < len(cells) < len(grid.columns):
            cells += [(lines[last].end, lines[last].end)] * (len(grid.columns) - len(cells))  # remarks left out
        row = _fitted(cells, grid, context)
        if row is not None:
            rows.append(row)
        last += 1
    return (grid, rows, last) if rows else None


def _style(line: Line, context: Context) -> str | None:
    """How the cells of a line are parted: `|`, wide (tabs and more than one space), dashes, or not at all."""
    view = context.view
    if "|" in view.text[line.start : line.end]:
        return "|"
    if _WIDE.search(view.source, *view.to_source(line.start, line.end)):
        return "wide"
    return "dash" if len(_DASH.findall(view.text, line.start, line.end)) > LEAST - 1 else None


def _split(line: Line, style: str, context: Context) -> list[Span]:
    view, text = context.view, context.view.text
    if style == "|":
        cuts = [i for i in range(line.start, line.end) if text[i] == "|"]
    elif style == "dash":
        cuts = [m.start() for m in _DASH.finditer(text, line.start, line.end)]
    else:
        cuts = [
            i for i in range(line.start, line.end) if text[i] == " " and _is_wide(view.source, view.to_source(i, i + 1))
        ]
    begins, ends = [line.start, *(i + 1 for i in cuts)], [*cuts, line.end]
    found = [_trimmed(text, start, end) for start, end in zip(begins, ends, strict=True)]
    if style == "|" and text[line.start] == "|":
        found = found[1:]
    return found[:-1] if style == "|" and text[line.end - 1] == "|" else found


def _is_wide(source: str, span: Span) -> bool:
    return span[1] - span[0] > 1 or source[span[0]] == "\t"


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _fitted(row: list[Span], grid: Grid, context: Context) -> list[Span] | None:
    """A row with as many cells as the header, be it without an ordinal; None for any other, and for one of numbers."""
    text = context.view.text
    if len(row) == len(grid.columns) - 1 and grid.first == 1 and not _ORDINAL.fullmatch(text, *row[0]):
        row = [(row[0][0], row[0][0]), *row]
    if len(row) != len(grid.columns):
        return None
    if grid.first == 1 and row[1][0] == row[1][1]:
        row = [(row[0][0], row[0][0]), row[0], *row[2:]]  # “Cộng” in the column of the ordinals
    label = row[grid.first]
    dated = grid.columns[grid.first].head.role == "periods"
    return row if dated or _LETTER.search(text, *label) else None


# --- cells parted by single spaces ---


def _by_words(lines: Sequence[Line], number: int, context: Context) -> _Table | None:
    """A table of which the spaces are lost: a header all of known heads, and rows that end in as many figures."""
    span = lines[number].start, lines[number].end
    if span[1] - span[0] > LONGEST or not begins_header(span, context):
        return None
    heads = heads_of(span, context)
    grid = _grid(heads, _above(lines, number), context) if len(heads) >= LEAST else None
    if grid is None or (grid.unit is not None and grid.unit != grid.first + 1):
        return None
    rows: list[list[Span]] = []
    last = number + 1
    while last < len(lines) and (row := _narrow_row(lines[last], grid, context)) is not None:
        rows.append(row)
        last += 1
    return (grid, rows, last) if rows else None


def _narrow_row(line: Line, grid: Grid, context: Context) -> list[Span] | None:
    text = context.view.text
    m = _NARROW_ROW.fullmatch(text, line.start, line.end)
    if m is None or (m["ordinal"] is None) == (grid.first == 1):
        return None
    figures = [t.span() for t in _TOKEN.finditer(text, *m.span("figures"))]
    label, unit = m.span("head"), []
    if grid.unit is not None:
        known = words(context.tables).unit_behind.match(text, *label)
        if known is None:
            return None
        unit, label = [known.span("unit")], (label[0], known.start())
    row = [*([m.span("ordinal")] if grid.first == 1 else []), label, *unit, *figures]
    return row if len(row) == len(grid.columns) else None


# --- cells on lines of their own ---


def _by_lines(lines: Sequence[Line], number: int, context: Context) -> _Table | None:
    """A table of which every cell has a line: heads that are all known, then rows numbered from 1 in their order."""
    line = lines[number]
    if line.end - line.start > HEAD or not begins_header((line.start, line.end), context):
        return None
    heads: list[Span] = []
    for line in lines[number : number + MOST]:
        span = line.start, line.end
        if span[1] - span[0] > HEAD or read_head(span, context).role is None:
            break
        heads.append(span)
    grid = _grid(heads, _above(lines, number), context) if len(heads) >= LEAST else None
    if grid is None or grid.first != 1:
        return None
    rows: list[list[Span]] = []
    last = number + len(heads)
    while last + len(heads) <= len(lines):
        row = [(line.start, line.end) for line in lines[last : last + len(heads)]]
        if not _numbered(row, len(rows) + 1, grid, context):
            break
        rows.append(row)
        last += len(heads)
    return (grid, rows, last) if rows else None


def _numbered(row: list[Span], number: int, grid: Grid, context: Context) -> bool:
    """Is it the row of a number: that ordinal, a label with letters, and figures where the header has them?"""
    text = context.view.text
    ordinal = _ORDINAL.fullmatch(text, *row[0])
    if ordinal is None or int(ordinal["number"]) != number or not _LETTER.search(text, *row[1]):
        return False
    return all(
        _NUMBER.fullmatch(text, *span) for i, span in enumerate(row) if i > 1 and grid.columns[i].head.role in FIGURES
    )


def is_caption(span: Span, context: Context) -> bool:
    """Does a line above a table speak of it: does it begin with a word of captions or end with a colon?"""
    text = context.view.text[slice(*span)]
    said = words(context.tables).role("caption")
    return bool(_CAPTION_END.search(text)) or text.split(" ")[0].strip(":").casefold() in said
