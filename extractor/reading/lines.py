"""JSONL: one object a line → raw inputs. A line that is none is a reject, the others are read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from extractor.article import Raw
from extractor.errors import InputError
from extractor.reading.alphabet import Alphabet
from extractor.reading.decoding import decode, repair
from extractor.reading.fields import Columns, raw_of
from extractor.reading.streams import Bytes, as_utf8
from extractor.records import Reject

#: Bytes of one line; a longer one is a reject.
MOST_BYTES = 200_000_000
_BLANK = b" \t\r\n\xef\xbb\xbf"


def read_lines(path: str, stream: Bytes, alphabet: Alphabet, columns: Columns) -> Iterator[Raw | Reject]:
    """The objects of a JSONL file, in order; `source` is `path:line`."""
    stream, recoded = as_utf8(stream)
    repairs = (f"decoded from {recoded}",) if recoded else ()
    number = 0
    while line := stream.readline(MOST_BYTES):
        number += 1
        source = f"{path}:{number}"
        if len(line) >= MOST_BYTES and not line.endswith(b"\n"):
            while (rest := stream.readline(1 << 20)) and not rest.endswith(b"\n"):
                pass
            yield Reject(source=source, stage="read", reason=f"a line of more than {MOST_BYTES:,} bytes")
            continue
        if not line.strip(_BLANK):
            continue
        try:
            yield read_object(line, source, alphabet, columns, repairs)
        except InputError as error:
            yield Reject(source=source, stage=error.stage, reason=error.reason)


def read_object(
    line: bytes, source: str, alphabet: Alphabet, columns: Columns, repairs: tuple[str, ...] = ()
) -> Raw:  # fmt: skip
    """The raw input of one JSON object; raises `InputError` (stage `parse` where it is none, `decode`)."""
    made = None
    try:
        text = line.decode("utf-8").removeprefix("\ufeff")
        if "\0" in text:
            raise InputError("decode", "binary data (a NUL byte), not text")
    except UnicodeDecodeError:
        made = decode(line, alphabet)
        text = made.text
    try:
        data: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError("parse", f"no JSON: {error}") from error
    if not isinstance(data, dict):
        raise InputError("parse", f"a JSON object is wanted, not {type(data).__name__}")
    raw = raw_of(data, source, columns.named)
    if made is not None:
        return replace(raw, repairs=(*repairs, *made.repairs))
    return repaired(raw, alphabet, repairs)


def repaired(raw: Raw, alphabet: Alphabet, repairs: tuple[str, ...] = ()) -> Raw:
    """An input whose text and title are proper Unicode, after the `repairs` done already; raises `InputError`."""
    made = repair(raw.text, alphabet)
    title = repair(raw.title, alphabet).text if raw.title and made.repairs else raw.title
    return replace(raw, text=made.text, title=title, repairs=(*repairs, *made.repairs))
