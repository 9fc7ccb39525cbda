"""Bytes → text: UTF-8, byte order marks, declared charsets, legacy Vietnamese encodings, mojibake.

Order: byte order mark; UTF-16 without one; UTF-8; then whichever of the declared charset, TCVN3, VNI, VISCII and
windows-1258 has the letters of Vietnamese; then what charset-normalizer says (extra `encodings`), if it is Vietnamese.
A text that is proper Unicode on paper may still hold legacy fonts' codes or mojibake: both are recognised by their
letters and repaired, mojibake with ftfy (extra `encodings`).
"""

from __future__ import annotations

import codecs
import unicodedata
from dataclasses import dataclass
from importlib import import_module

import regex

from extractor.errors import InputError
from extractor.reading.alphabet import SAMPLE, Alphabet, western

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip
#: Share of NUL bytes at even (or odd) places from which bytes are UTF-16.
NULS = 0.3
#: Bytes of broken UTF-8 that are taken as damage to a UTF-8 text: one in so many bytes.
DAMAGE = 500
#: Letters that UTF-8's Vietnamese becomes when it is read as Windows-1252.
_MOJIBAKE = regex.compile(
    "[ÃÂÄÅÆ][\x80-\xbf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u2026\u2030\u2039\u203a\u20ac\u2122]"
    "|á[º»][^\\s\\p{L}]|á[º»][\x80-\xbf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u0153]|â€"
)
#: Such pairs from which a text is taken for mojibake.
MOJIBAKE = 3


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text and what was done to read it (`article.repairs`)."""

    text: str
    repairs: tuple[str, ...] = ()


def decode(data: bytes, alphabet: Alphabet, declared: str | None = None) -> Decoded:
    """The text of some bytes; raises `InputError` (stage `decode`) where they are none that can be had."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            return _marked(data[len(mark) :], name, alphabet)
    if b"\0" in data:
        return _sixteen(data, alphabet)
    try:
        return repair(data.decode("utf-8"), alphabet)
    except UnicodeDecodeError as error:
        found = _legacy(data, alphabet, declared) or _damaged(data, alphabet) or _guessed(data, alphabet)
        if found is None:
            byte, offset = error.object[error.start], error.start
            raise InputError("decode", f"not UTF-8: byte {byte:#04x} at offset {offset}") from error
        return found


def repair(text: str, alphabet: Alphabet) -> Decoded:
    """Proper Unicode, with legacy codes and mojibake in it made good; raises `InputError` where they cannot be."""
    if text.isascii() or alphabet.plausible(text):
        return Decoded(text)
    if len(_MOJIBAKE.findall(text[:SAMPLE])) >= MOJIBAKE:
        return _unscrambled(text, alphabet)
    found = alphabet.legacy(text)
    return Decoded(found[1], (f"{found[0]} letters converted to Unicode",)) if found else Decoded(text)


def _marked(data: bytes, name: str, alphabet: Alphabet) -> Decoded:
    try:
        text = data.decode(name)
    except UnicodeDecodeError as error:
        raise InputError("decode", f"a byte order mark of {name}, but {error.reason} at {error.start}") from error
    if name == "utf-8":
        if "\0" in text:
            raise InputError("decode", "binary data (a NUL byte), not text")
        return repair(text, alphabet)
    return Decoded(text, (f"decoded from {name}",))


def _sixteen(data: bytes, alphabet: Alphabet) -> Decoded:
    """UTF-16 without its mark, known by where its NUL bytes stand."""
    half = max(1, len(data) // 2)
    for first, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        if data[first::2].count(0) >= NULS * half and data[1 - first :: 2].count(0) == 0:
            try:
                text = data.decode(name)
            except UnicodeDecodeError:
                continue
            if alphabet.plausible(text):
                return Decoded(text, (f"decoded from {name} without a byte order mark",))
    raise InputError("decode", "binary data (a NUL byte), not text")


def _legacy(data: bytes, alphabet: Alphabet, declared: str | None) -> Decoded | None:
    """The one of the declared charset, windows-1258 and the legacy encodings whose letters are Vietnamese."""
    readings: list[tuple[float, str, str]] = []
    for name in dict.fromkeys((_codec(declared), "cp1258")):
        if name is None or name == "utf-8":
            continue
        try:
            text = unicodedata.normalize("NFC", data.decode(name))
        except (UnicodeDecodeError, LookupError):
            continue
        score = alphabet.score(text)
        if score is not None and alphabet.plausible(text):
            readings.append((score, name, text))
    old = alphabet.legacy(western(data))
    if old is not None:
        readings.append((alphabet.score(old[1]) or 0.0, old[0], old[1]))
    if not readings:
        return None
    _, name, text = max(readings, key=lambda reading: reading[0])
    return Decoded(text, (f"decoded from {name}",))


def _codec(declared: str | None) -> str | None:
    """Python's name of a charset that decodes bytes to text; None for one that it does not know."""
    if not declared:
        return None
    try:
        info = codecs.lookup(declared.strip().strip("\"'")[:40])
    except (LookupError, ValueError, UnicodeError):
        return None
    return info.name if getattr(info, "_is_text_encoding", True) else None


def _damaged(data: bytes, alphabet: Alphabet) -> Decoded | None:
    """UTF-8 of which a few bytes are broken: they are shown as U+FFFD and counted."""
    text = data.decode("utf-8", "replace")
    lost = text.count("\ufffd")
    if lost * DAMAGE > len(data) or sum(c > "\x7f" for c in text[:SAMPLE]) < 10 * lost:
        return None
    made = repair(text, alphabet)
    return Decoded(made.text, (f"{lost} broken UTF-8 sequence{'s' if lost > 1 else ''} shown as U+FFFD", *made.repairs))


def _guessed(data: bytes, alphabet: Alphabet) -> Decoded | None:
    """What charset-normalizer takes the bytes for, where that gives Vietnamese."""
    try:
        guesser = import_module("charset_normalizer")
    except ImportError:
        return None
    best = guesser.from_bytes(data[:SAMPLE]).best()
    if best is None:
        return None
    try:
        text = unicodedata.normalize("NFC", data.decode(best.encoding))
    except (UnicodeDecodeError, LookupError):
        return None
    if alphabet.language(text) != "vietnamese":
        return None
    return Decoded(text, (f"decoded from {best.encoding} (charset-normalizer)",))


def _unscrambled(text: str, alphabet: Alphabet) -> Decoded:
    """UTF-8 that was read as Windows-1252 (and saved again) put right with ftfy, line by line."""
    try:
        ftfy = import_module("ftfy")
    except ImportError:
        reason = 'the text is mojibake (UTF-8 read as Windows-1252); pip install "danvan[encodings]" repairs it'
        raise InputError("decode", reason) from None
    config = ftfy.TextFixerConfig(unescape_html=False, uncurl_quotes=False, normalization=None, explain=False)
    fixed = "\n".join(ftfy.fix_encoding(line, config) for line in text.split("\n"))
    if not alphabet.plausible(fixed):
        raise InputError("decode", "the text is mojibake that cannot be repaired")
    return Decoded(fixed, ("mojibake repaired with ftfy",))
