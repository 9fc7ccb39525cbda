"""Streaming readers: files → raw inputs and rejects, one at a time, in order.

Pages are parsed in processes of their own (`workers.ordered`): what a hostile page does to the parser costs that page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from extractor.article import Raw
from extractor.errors import InputError
from extractor.reading.alphabet import Alphabet, alphabet
from extractor.reading.base import read_base
from extractor.reading.columns import read_columns
from extractor.reading.decoding import decode
from extractor.reading.fields import FIELDS, Columns
from extractor.reading.lines import MOST_BYTES, read_lines
from extractor.reading.markup import MOST_MARKUP, Markup
from extractor.reading.sources import Source
from extractor.reading.streams import Bytes, Opened, open_file, read_all, unpacked
from extractor.records import Reject
from extractor.rules import RuleSet
from extractor.workers import ordered

#: What a reader gives for an input.
Item: TypeAlias = Raw | Reject
#: Called with a file's path and SHA-256 when it has been read to its end.
Digested: TypeAlias = Callable[[str, str], None]

#: Bytes that a character has at most, in UTF-8, UTF-16 or UTF-32.
WIDEST = 4


@dataclass
class Meter:
    """How far the reading is: bytes of the files that are done, and the file under way."""

    done: int = 0
    under_way: Opened | None = field(default=None, repr=False)

    @property
    def position(self) -> int:
        """Bytes read so far, as they lie on the disk."""
        return self.done + (self.under_way.position if self.under_way else 0)


@dataclass(frozen=True)
class How:
    """How inputs are read: the longest text, the columns of tables, the processes for pages, their seconds."""

    max_chars: int = 5_000_000
    columns: Columns = field(default_factory=Columns)
    workers: int = 1
    timeout: float = 120.0


def read(
    sources: Iterable[Source],
    rules: RuleSet,
    how: How,
    *,
    digested: Digested | None = None,
    meter: Meter | None = None,
) -> Iterator[Item]:
    """Every input of every source in order: a `Raw`, or a `Reject` with its reason. Never raises for an input."""
    letters = alphabet(rules.tables)
    found = _unparsed(sources, letters, how, digested, meter or Meter())
    for item in _parsed(found, rules, letters, how):
        yield checked(item, how.max_chars, letters)


def _unparsed(
    sources: Iterable[Source], letters: Alphabet, how: How, digested: Digested | None, meter: Meter
) -> Iterator[Item | Markup]:
    for source in sources:
        try:
            if source.form == "base":
                yield from read_base(source.path)
                continue
            with open_file(source) as opened:
                meter.under_way = opened
                yield from _read(source, opened, letters, how)
                while opened.read(1 << 20):  # what a reader left: the digest is of the whole file
                    pass
                digest = opened.digest()
            if digested is not None:
                digested(source.path, digest)
        except OSError as error:
            yield Reject(source=source.path, stage="read", reason=error.strerror or str(error))
        except InputError as error:
            yield Reject(source=source.path, stage=error.stage, reason=error.reason)
        finally:
            if meter.under_way is not None:
                meter.done, meter.under_way = meter.position, None


def _read(source: Source, opened: Opened, letters: Alphabet, how: How) -> Iterator[Item | Markup]:
    stream = unpacked(opened, source.packing)
    if source.form == "warc":
        from extractor.reading.warc import read_warc  # warcio is there only where a WARC is read

        yield from read_warc(source.path, stream)
    elif source.form == "text":
        yield _text(source.path, stream, letters, how.max_chars)
    elif source.form == "html":
        data = read_all(stream, MOST_MARKUP)
        if data is None:
            raise InputError("read", f"a page of more than {MOST_MARKUP:,} bytes")
        yield Markup(data, source.path)
    else:
        reader = read_lines if source.form == "lines" else read_columns
        yield from reader(source.path, stream, letters, how.columns)


def _text(path: str, stream: Bytes, letters: Alphabet, max_chars: int) -> Raw:
    most = min(MOST_BYTES, WIDEST * (max_chars + 1))
    data = read_all(stream, most)
    if data is None:
        raise InputError("read", f"more than {most:,} bytes, more than a text of --max-chars {max_chars:,} has")
    made = decode(data, letters)
    return Raw(made.text, path, repairs=made.repairs)


def _parsed(items: Iterable[Item | Markup], rules: RuleSet, letters: Alphabet, how: How) -> Iterator[Item]:
    """The same, pages read."""
    for item, made in ordered(
        Pages(rules, letters), items, how.workers, timeout=how.timeout, wanted=lambda item: isinstance(item, Markup)
    ):
        if isinstance(made, InputError):
            yield Reject(source=item.source, stage=made.stage, reason=made.reason)
        elif made is not None:
            yield made
        elif not isinstance(item, Markup):
            yield item


@dataclass(frozen=True)
class Pages:
    """The work of reading a page."""

    rules: RuleSet
    letters: Alphabet

    def __call__(self, item: Item | Markup) -> Raw:
        """The raw input of a page; raises `InputError`."""
        from extractor.reading.pages import Reading, read_markup  # trafilatura is there only where pages are read

        assert isinstance(item, Markup)
        hosts = frozenset(row["domain"] for row in self.rules.tables["outlets"] if row["domain"])
        return read_markup(item, Reading(self.letters, self.rules.furniture, hosts, self.rules.tables))


def checked(item: Item, max_chars: int, letters: Alphabet) -> Item:
    """An input that can become an article, or its reject."""
    if isinstance(item, Reject):
        return item
    stage, reason = "article", None
    if not item.text.strip():
        reason = "the text is empty"
    elif len(item.text) > max_chars:
        reason = f"{len(item.text):,} characters, more than --max-chars {max_chars:,}"
    else:
        for name in ("text", *FIELDS):
            value = getattr(item, name)
            try:
                _ = value is not None and value.encode("utf-8")
            except UnicodeEncodeError as error:
                reason = f"a lone surrogate in {name} at character {error.start}: the text is damaged"
                break
    if reason is None:
        language = letters.language(item.text)
        if language == "lost":
            stage, reason = "decode", "letters were replaced by question marks: the text is damaged beyond repair"
        elif language == "other":
            stage, reason = "language", "the text is not Vietnamese"
    return item if reason is None else Reject(source=item.source, stage=stage, reason=reason)
