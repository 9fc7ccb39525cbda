"""Judgements of facts: `reviews.jsonl`, one line each, appended at once and never rewritten.

A line says who judged what and when: `accept`, `reject` (with a reason), `correct` (with the fields as they should be),
`missed` (a fact that was not found) or `undo` (of an earlier line). The fact as it was judged is kept with it, so that
a judgement on a fact that has changed since is known as outdated.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from extractor.audit.gold import Entry
from extractor.errors import UsageError
from extractor.records import KINDS, SCHEMA, dumps

#: Where the judgements of a knowledge base stand.
REVIEWS = "reviews.jsonl"
VERDICTS = ("accept", "reject", "correct", "missed", "undo")
_WANTED = ("id", "when", "who", "verdict", "article_id")
#: What of a fact a judgement is about: all but what says nothing of its meaning.
_ASIDE = ("schema", "confidence", "inferred")


@dataclass(frozen=True)
class Review:
    """One judgement; `fact` is the fact as it was judged (of `missed`: as it should be found), `digest` its digest.

    `fields` are the values as they should be, `evidence` the evidence where that should stand elsewhere.
    """

    id: str
    when: str
    who: str
    verdict: str
    article_id: str
    fact: Mapping[str, Any] | None = None
    digest: str | None = None
    reason: str | None = None
    fields: Mapping[str, Any] | None = None
    of: str | None = None
    evidence: list[Mapping[str, Any]] | None = None

    @property
    def rules(self) -> list[str]:
        """The rules of the fact's evidence."""
        evidence = (self.fact or {}).get("evidence") or []
        return list(dict.fromkeys(str(e["rule"]) for e in evidence if e.get("rule")))


def fact_digest(fact: Entry) -> str:
    """A digest of what a fact says and where, without what other facts may change."""
    kept = {key: value for key, value in fact.items() if key not in _ASIDE}
    return hashlib.sha256(dumps(kept).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def make_review(
    who: str, verdict: str, article_id: str, *, fact: Entry | None = None, reason: str | None = None,
    fields: Mapping[str, Any] | None = None, of: str | None = None, when: str | None = None,
    evidence: list[Mapping[str, Any]] | None = None,
) -> Review:  # fmt: skip
    """A judgement made now (or at `when`); raises `ValueError` for one that says nothing."""
    if verdict not in VERDICTS:
        raise ValueError(f"no verdict {verdict!r}; there are {', '.join(VERDICTS)}")
    if not who.strip():
        raise ValueError("a judgement without a name")
    when = when or datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")
    key = dumps([when, who, verdict, article_id, None if fact is None else fact.get("id"), of])
    number = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    digest = None if fact is None else fact_digest(fact)
    return Review(number, when, who.strip(), verdict, article_id, fact, digest, reason, fields, of, evidence)


def append(path: Path, *reviews: Review) -> None:
    """Write judgements, forced to the disk before this returns; they are written in one piece."""
    lines = (dumps({"schema": SCHEMA, **{k: v for k, v in r.__dict__.items() if v is not None}}) for r in reviews)
    data = "".join(f"{line}\n" for line in lines).encode("utf-8", "backslashreplace")
    with path.open("ab", buffering=0) as stream:
        stream.write(data)
        os.fsync(stream.fileno())


def read_reviews(path: Path) -> list[Review]:
    """All judgements of a file, none where there is none; raises `UsageError` naming every line that is none."""
    if not path.exists():
        return []
    found, faults = [], []
    content = path.read_bytes()
    lines = content.split(b"\n")
    for number, line in enumerate(lines, 1):
        if number == len(lines):
            if line.strip():
                faults.append(f"{path}:{number}: a torn line (a crash while it was written): take it out")
            break
        if not line.strip():
            continue
        try:
            found.append(_review(json.loads(line, parse_float=Decimal)))
        except (ValueError, TypeError) as error:
            faults.append(f"{path}:{number}: no judgement: {error}")
    if faults:
        raise UsageError("\n".join(faults))
    return found


def _review(data: Any) -> Review:
    if not isinstance(data, dict):
        raise ValueError("an object is wanted")
    if data.get("schema") != SCHEMA:
        raise ValueError(f"schema {data.get('schema')!r}; this danvan reads {SCHEMA}")
    missing = [name for name in _WANTED if not isinstance(data.get(name), str)]
    if missing:
        raise ValueError(f"{', '.join(missing)} wanted")
    if data["verdict"] not in VERDICTS:
        raise ValueError(f"no verdict {data['verdict']!r}; there are {', '.join(VERDICTS)}")
    fact = data.get("fact")
    if data["verdict"] != "undo" and (not isinstance(fact, dict) or fact.get("kind") not in KINDS):
        raise ValueError("the fact that was judged is wanted, with its kind")
    known = {name: data[name] for name in Review.__dataclass_fields__ if name in data}
    return Review(**known)


def standing(reviews: Iterable[Review]) -> list[Review]:
    """The judgements that hold: none that was undone, the last of each person on each fact; missed facts all."""
    listed = list(reviews)
    undone = {review.of for review in listed if review.verdict == "undo"}
    held: dict[tuple[str, str], Review] = {}
    for review in listed:
        if review.verdict == "undo" or review.id in undone:
            continue
        about = review.id if review.verdict == "missed" else str((review.fact or {}).get("id"))
        held.pop((review.who, about), None)
        held[review.who, about] = review
    return list(held.values())


def outdated(review: Review, facts: Mapping[str, Entry]) -> bool:
    """Has the fact changed since it was judged, or is it gone? `facts` are those of now, by id."""
    if review.verdict in ("missed", "undo"):
        return False
    now = facts.get(str((review.fact or {}).get("id")))
    return now is None or fact_digest(now) != review.digest


@dataclass(frozen=True)
class Agreement:
    """How far two people agree on what both judged, right or wrong; `kappa` is Cohen's, None without spread."""

    pair: tuple[str, str]
    both: int
    same: int
    kappa: float | None
    disputed: tuple[str, ...]


def agreements(reviews: Iterable[Review]) -> Iterator[Agreement]:
    """The agreement of every two people who judged facts in common, by name."""
    judged: dict[str, dict[str, bool]] = {}
    for review in standing(reviews):
        if review.verdict in ("accept", "reject", "correct"):
            judged.setdefault(review.who, {})[str((review.fact or {})["id"])] = review.verdict == "accept"
    names = sorted(judged)
    for i, first in enumerate(names):
        for second in names[i + 1 :]:
            a, b = judged[first], judged[second]
            both = sorted(set(a) & set(b))
            if both:
                same = sum(a[n] == b[n] for n in both)
                yield Agreement(
                    (first, second), len(both), same, _kappa([(a[n], b[n]) for n in both]),
                    tuple(n for n in both if a[n] != b[n]),
                )  # fmt: skip


def _kappa(pairs: list[tuple[bool, bool]]) -> float | None:
    n = len(pairs)
    yes = [sum(pair[i] for pair in pairs) / n for i in (0, 1)]
    chance = yes[0] * yes[1] + (1 - yes[0]) * (1 - yes[1])
    if chance == 1:
        return None
    return round((sum(x == y for x, y in pairs) / n - chance) / (1 - chance), 4)
