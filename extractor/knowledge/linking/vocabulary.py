"""The tables that linking knows: those of `data/` and those of `data/linking/` (its README says what each holds)."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from functools import lru_cache

from extractor.shipped import home
from extractor.tables import Tables, shipped_tables, spelling
from extractor.text import canonical

#: The tables of `data/` by which entities are told; with those of `data/linking` they are what a link was made with.
READ = (
    "provinces", "districts", "communes-old", "communes-new", "place-levels", "bodies", "issuers", "document-types",
    "program-names", "program-abbreviations", "program-kinds", "indicators", "sectors", "units", "spelling", "surnames",
    "titles", "countries",
)  # fmt: skip


@lru_cache(maxsize=1)
def vocabulary() -> Tables:
    """The tables of `data/` and `data/linking/`; raises `RulesError` for damaged ones."""
    return shipped_tables([home() / "data", home() / "data" / "linking"])


def vocabulary_digest() -> str:
    """A digest of all that linking reads of the tables."""
    digest = hashlib.sha256()
    data = home() / "data"
    for path in [*(data / f"{name}.csv" for name in READ), *sorted((data / "linking").glob("*.csv"))]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


@lru_cache(maxsize=1)
def _spelling() -> dict[str, str]:
    return spelling(vocabulary())


@lru_cache(maxsize=200_000)
def folded(text: str) -> str:
    """A key under which spellings that mean the same meet: tone marks, i and y, case, spaces, dashes."""
    plain = canonical(text.replace("’", "'").replace("–", "-").replace("—", "-"), _spelling()).casefold()
    return " ".join(plain.replace("-", " - ").replace("&", " và ").split()).replace(" - ", "-")


@lru_cache(maxsize=64)
def threshold(name: str) -> Decimal:
    """A number of data/linking/thresholds.csv."""
    return next(Decimal(row["value"]) for row in vocabulary()["thresholds"] if row["name"] == name)


def words(role: str) -> list[str]:
    """The forms of a role in data/linking/linking-words.csv."""
    return [form for row in vocabulary()["linking-words"] if row["role"] == role for form in row.forms("forms")]
