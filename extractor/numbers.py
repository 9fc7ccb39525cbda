"""Vietnamese numbers: 1.250, 12,17, 2,5 nghìn, mười lăm, XIV. Exact decimals, never floats."""

from __future__ import annotations

from decimal import Decimal

import regex

from extractor.text import canonical

#: A number in digits: thousands with dots or spaces, a decimal comma; the English 7.83 is read as a decimal.
DIGITS = r"\d{1,3}(?:[.\s]\d{3})+(?:,\d+)?|\d+(?:[.,]\d+)?"

SCALES = {
    "chục": Decimal(10), "trăm": Decimal(100), "nghìn": Decimal(1000), "ngàn": Decimal(1000),
    "vạn": Decimal(10_000), "triệu": Decimal(1_000_000), "tỷ": Decimal(1_000_000_000),
}  # fmt: skip

_UNITS = {
    "không": 0, "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5, "nhăm": 5, "sáu": 6,
    "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9,
}  # fmt: skip
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_ROMAN_FORM = regex.compile(r"M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_GROUPED = regex.compile(r"\d{1,3}(?:[.\s]\d{3})+")
_GROUPED_ENGLISH = regex.compile(r"\d{1,3}(?:,\d{3}){2,}(?:\.\d+)?")
_COMPOUND = regex.compile(r"(?P<whole>\d+)\s(?P<scale>tỷ|triệu)\s(?P<part>[\d.,]+)")

#: Digits that a number may have; more is no figure of anything.
MOST_DIGITS = 18


def parse_number(text: str) -> Decimal | None:
    """The value of a number in digits or words, None where it is neither.

    The dot groups thousands when groups of three follow (1.250 → 1250, 1.250.000), else it is a decimal point
    (7.83 → 7.83); the comma is the decimal mark (12,17), but in 1,250,000 it groups thousands.
    """
    text = text.strip()
    if sum(c.isdigit() for c in text) > MOST_DIGITS:
        return None
    if not text or not text[0].isdigit():
        return parse_words(text)
    if _GROUPED_ENGLISH.fullmatch(text):
        return Decimal(text.replace(",", ""))
    whole, comma, fraction = text.partition(",")
    if _GROUPED.fullmatch(whole):
        whole = regex.sub(r"[.\s]", "", whole)
    elif comma and "." in whole:
        return None
    if comma:
        return Decimal(f"{whole}.{fraction}") if whole.isdigit() and fraction.isdigit() else None
    return Decimal(whole) if regex.fullmatch(r"\d+(?:\.\d+)?", whole) else None


def parse_compound(text: str, unit: str) -> tuple[Decimal, str] | None:
    """A sum told in two scales (3 tỷ 150 | triệu đồng → 3.15, tỷ đồng) with its unit, None where it is none."""
    m, scale = _COMPOUND.fullmatch(text), unit.split(" ")[0].casefold()
    if m is None or scale not in SCALES or SCALES[scale] >= SCALES[m["scale"]]:
        return None
    whole, part = parse_number(m["whole"]), parse_number(m["part"])
    if whole is None or part is None:
        return None
    value = whole + part * SCALES[scale] / SCALES[m["scale"]]
    return value.normalize() if value % 1 else value.quantize(Decimal(1)), m["scale"] + unit[len(scale) :]


def parse_words(text: str) -> Decimal | None:
    """A number in words below a thousand: mười lăm, hai mươi tư, một trăm linh năm."""
    words = canonical(text, {}).lower().split()
    if not words:
        return None
    total = 0
    tens: int | None = None
    for i, word in enumerate(words):
        if word in ("linh", "lẻ"):
            if i == len(words) - 1:
                return None
        elif word == "mười":
            total += 10
            tens = None
        elif word in ("mươi", "chục"):
            if tens is None:
                return None
            total += 9 * tens
            tens = None
        elif word == "trăm":
            if tens is None:
                return None
            total += 99 * tens
            tens = None
        elif word == "rưỡi" or word not in _UNITS:
            return None
        else:
            tens = _UNITS[word]
            total += tens
    return Decimal(total)


def parse_roman(text: str) -> int | None:
    """The value of a Roman numeral in capitals, None where it is none."""
    if not text or not _ROMAN_FORM.fullmatch(text):
        return None
    values = [_ROMAN[c] for c in text]
    return sum(-v if v < after else v for v, after in zip(values, [*values[1:], 0], strict=True))
