"""CSV and TSV with a header → raw inputs, one a row. Rows may run over several lines; `source` names the first."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace

from extractor.article import Raw
from extractor.errors import InputError
from extractor.reading.alphabet import Alphabet
from extractor.reading.decoding import decode, repair
from extractor.reading.fields import Columns, raw_of
from extractor.reading.lines import MOST_BYTES
from extractor.reading.streams import Bytes, as_utf8
from extractor.records import Reject

#: Bytes that a row may have, quotes and all; an open quote that runs on for longer ends the reading of its file.
MOST_ROW = MOST_BYTES
_DELIMITERS = "\t;|,"


class _Lines:
    """The lines of a file as text, counted; what was done to read them, and how long the row under way is."""

    def __init__(self, stream: Bytes, alphabet: Alphabet) -> None:
        self.stream, recoded = as_utf8(stream)
        self.recoded = (f"decoded from {recoded}",) if recoded else ()
        self.alphabet = alphabet
        self.number = 0
        self.row = 0
        self.repairs: tuple[str, ...] = ()
        self.broken: InputError | None = None

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        data = self.stream.readline(MOST_BYTES)
        if not data:
            raise StopIteration
        self.number += 1
        self.row += len(data)
        if self.row >= MOST_ROW:
            raise InputError("read", f"a row of more than {MOST_ROW:,} bytes: is a quote left open?")
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            try:
                made = decode(data, self.alphabet)
            except InputError as error:
                self.broken = self.broken or error
                return data.decode("latin-1")
            self.repairs = tuple(dict.fromkeys((*self.repairs, *made.repairs)))
            text = made.text
        if "\0" in text:
            self.broken = self.broken or InputError("decode", "binary data (a NUL byte), not text")
            text = text.replace("\0", "")
        return text.removeprefix("\ufeff") if self.number == 1 else text

    def begin(self) -> None:
        """A new row begins."""
        self.row = 0
        self.repairs = ()
        self.broken = None


def read_columns(path: str, stream: Bytes, alphabet: Alphabet, columns: Columns) -> Iterator[Raw | Reject]:
    """The rows of a table, in order; `source` is `path:line` of a row's first line."""
    csv.field_size_limit(MOST_ROW)
    lines = _Lines(stream, alphabet)
    first = next(lines, "")
    if not first.strip():
        yield Reject(source=path, stage="parse", reason="a header of column names is wanted in the first line")
        return
    delimiter = max(_DELIMITERS, key=first.count)
    try:
        header = [name.strip() for name in next(csv.reader([first.rstrip("\r\n")], delimiter=delimiter), [])]
        names = columns.of(header)
    except (InputError, csv.Error) as error:
        told = error if isinstance(error, InputError) else InputError("parse", f"no header of columns: {error}")
        yield Reject(source=path, stage=told.stage, reason=told.reason)
        return
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        start = lines.number + 1
        lines.begin()
        source = f"{path}:{start}"
        try:
            row = next(reader, None)
        except csv.Error as error:  # the next row begins with the next line
            yield Reject(source=source, stage="parse", reason=f"no CSV: {error}")
            continue
        except InputError as error:
            reason = f"{error.reason} (the file is not read on from here)"
            yield Reject(source=source, stage=error.stage, reason=reason)
            return
        if row is None:
            return
        if not any(row):
            continue
        try:
            yield _row(row, header, names, source, lines)
        except InputError as error:
            yield Reject(source=source, stage=error.stage, reason=error.reason)


def _row(row: list[str], header: list[str], names: dict[str, str], source: str, lines: _Lines) -> Raw:
    if lines.broken is not None:
        raise lines.broken
    if len(row) != len(header):
        raise InputError("parse", f"{len(row)} cells under {len(header)} columns")
    raw = raw_of(dict(zip(header, row, strict=True)), source, names)
    made = repair(raw.text, lines.alphabet)
    title = repair(raw.title, lines.alphabet).text if raw.title and made.repairs else raw.title
    return replace(raw, text=made.text, title=title, repairs=(*lines.recoded, *lines.repairs, *made.repairs))
