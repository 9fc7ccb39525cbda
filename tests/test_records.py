"""Records: how they are written."""

import json
from decimal import Decimal

import pytest

import extractor
from extractor.records import DateFact, Evidence, IndicatorFact, fact_from_line, plain, to_line

EVIDENCE = [Evidence(start=0, end=1, text="x", rule="r")]


@pytest.mark.parametrize(("value", "written"), [
    ("12.17", "12.17"), ("4.30", "4.3"), ("81", "81"), ("1E+3", "1000"), ("-1.410", "-1.41"), ("0.0", "0"), ("-0", "0"),
    ("123456789012345678.25", "123456789012345678.25"), ("0.000000123", "0.000000123"),
])  # fmt: skip
def test_numbers_are_plain_and_exact(value, written):
    fact = IndicatorFact(id="i", article_id="a", value=Decimal(value), evidence=EVIDENCE)
    assert f'"value": {written},' in to_line(fact) and plain(Decimal(value)) == written
    assert fact_from_line(to_line(fact)).value == Decimal(value)


def test_key_order():
    fact = DateFact(id="i", article_id="a", value="2020", evidence=EVIDENCE)
    keys = list(json.loads(to_line(fact)))
    assert keys[:4] == ["schema", "id", "kind", "article_id"] and keys[-3:] == ["inferred", "confidence", "evidence"]


def test_no_escapes():
    line = to_line(DateFact(id="“ệ\u2028", article_id="a", value="2020", evidence=EVIDENCE))
    assert "“ệ\u2028" in line and "\\u" not in line


def test_public_names():
    assert extractor.__all__ == sorted(extractor.__all__, key=lambda n: (n.islower(), n))
    assert all(hasattr(extractor, name) for name in extractor.__all__)
