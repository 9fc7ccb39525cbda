"""The main job: every input read, extracted and written, in order, by one process or several."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import regex

from extractor import article as articles
from extractor.article import Raw
from extractor.errors import InputError
from extractor.knowledge.base import KnowledgeBase
from extractor.knowledge.identity import Identities
from extractor.knowledge.index import Index
from extractor.pipeline import Pipeline
from extractor.reading import Columns, How, Meter, Sources, read
from extractor.records import Article, Fact, Reject
from extractor.workers import in_order

#: The packages whose versions can change what comes out; the second row only where an input wants them.
PACKAGES = ("danvan", "underthesea", "spacy", "pydantic", "regex")
READERS = ("trafilatura", "htmldate", "lxml", "warcio", "ftfy", "charset-normalizer")

#: Reasons of rejects that a summary tells apart, and characters of one; what of a reason is this one input's.
MOST_REASONS, LONGEST_REASON = 50, 90
_PARTICULAR = regex.compile(
    r"'[^']{1,200}'|0x[0-9a-f]+|(?<!status )(?<![-\w])\d[\d.,]*+(?! times)"
    r"|; there are .*|: (?:line|Expecting|Invalid).*"
)


@dataclass(frozen=True)
class Options:
    """How a run is done: worker processes, the limits of one article, the columns of tables."""

    workers: int = 1
    max_chars: int = 5_000_000
    timeout: float = 120.0
    columns: Columns = field(default_factory=Columns)

    @property
    def how(self) -> How:
        """What the readers are to know of it."""
        return How(self.max_chars, self.columns, self.workers, self.timeout)


@dataclass
class Summary:
    """What a run did so far; `total` bytes of input are to be read, of which `meter` says how many were.

    `rejects` counts by stage, `reasons` by stage and reason, figures and names left out: as many as are told apart.
    """

    counts: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    rejects: Counter[str] = field(default_factory=Counter)
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)
    meter: Meter = field(default_factory=Meter)
    total: int = 0
    begun: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """How long the run has taken."""
        return time.monotonic() - self.begun

    def reject(self, reject: Reject) -> None:
        """Count a reject."""
        self.counts["inputs"] += 1
        self.counts["rejects"] += 1
        self.rejects[reject.stage] += 1
        reason = (reject.stage, _PARTICULAR.sub("…", reject.reason)[:LONGEST_REASON])
        if reason not in self.reasons and len(self.reasons) >= MOST_REASONS:
            reason = (reject.stage, "…")
        self.reasons[reason] += 1

    def article(self, article: Article, facts: list[Fact]) -> None:
        """Count an article and its facts."""
        self.counts["inputs"] += 1
        self.counts["articles"] += 1
        self.counts["facts"] += len(facts)
        self.counts["duplicates"] += article.duplicate_of is not None
        self.kinds.update(fact.kind for fact in facts)


#: Called with the summary so far after every input.
Progress = Callable[[Summary], None]


def extract_to(
    pipe: Pipeline, sources: Sources, folder: str | Path, *, options: Options, fresh: bool = False,
    progress: Progress = lambda summary: None,
) -> Summary:  # fmt: skip
    """Extract all sources into a knowledge base; raises `KnowledgeError` when it cannot be written."""
    summary = Summary(total=sources.total)
    with KnowledgeBase(folder, pipe.rules.digest, fresh=fresh) as base:
        identities = Identities(base.holder)

        def rejected(reject: Reject) -> None:
            base.reject(reject)
            summary.reject(reject)
            progress(summary)

        def inputs() -> Iterator[Raw]:
            read_files = read(
                sources.files(), pipe.rules, options.how, digested=base.index.note_input, meter=summary.meter
            )
            for item in read_files:
                if isinstance(item, Reject):
                    rejected(item)
                    continue
                digest = hashlib.sha256(item.text.encode("utf-8")).hexdigest()
                if base.has(item.source, digest):
                    summary.counts["known"] += 1
                    progress(summary)
                    continue
                yield replace(item, id=identities.assign(item.id or articles.digest_id(item.url, digest), digest))

        for path, reason in sources.refused:
            rejected(Reject(source=path, stage="read", reason=reason))
        for raw, made in in_order(pipe, inputs(), options.workers, timeout=options.timeout):
            if isinstance(made, InputError):
                rejected(Reject(source=raw.source, stage=made.stage, reason=made.reason))
            else:
                summary.article(base.add(*made), made[1])
                identities.settle(made[0].id)
            progress(summary)
        summary.counts["replaced"] = base.counts["replaced"]
        summary.counts["skipped"] += sources.skipped
        base.finish(versions())
    return summary


def extract_facts(
    pipe: Pipeline, sources: Sources, *, options: Options, told: Callable[[Reject], None],
    progress: Progress = lambda summary: None,
) -> Iterator[tuple[Summary, list[Fact]]]:  # fmt: skip
    """The facts of every article, in order, without a knowledge base; rejects are told."""
    summary = Summary(total=sources.total)
    index = Index(None)

    def held(article_id: str) -> str | None:
        found = index.of_id(article_id)
        return found.digest if found else None

    identities = Identities(held)

    def rejected(reject: Reject) -> None:
        told(reject)
        summary.reject(reject)

    def inputs() -> Iterator[Raw]:
        for item in read(sources.files(), pipe.rules, options.how, meter=summary.meter):
            if isinstance(item, Reject):
                rejected(item)
                continue
            digest = hashlib.sha256(item.text.encode("utf-8")).hexdigest()
            yield replace(item, id=identities.assign(item.id or articles.digest_id(item.url, digest), digest))

    for path, reason in sources.refused:
        rejected(Reject(source=path, stage="read", reason=reason))
    for number, (raw, made) in enumerate(in_order(pipe, inputs(), options.workers, timeout=options.timeout), 1):
        if isinstance(made, InputError):
            rejected(Reject(source=raw.source, stage=made.stage, reason=made.reason))
            continue
        article, facts = made
        index.add(
            article.id,
            f"{number}",
            article.sha256,
            ends=number,
            facts_end=0,
            facts=len(facts),
            original=None,
            made=None,
        )
        identities.settle(article.id)
        summary.article(article, facts)
        progress(summary)
        yield summary, facts
    index.close()
    yield summary, []


def versions() -> dict[str, str]:
    """The versions of danvan and of the packages that can change what comes out."""
    found: dict[str, Any] = {}
    for package in (*PACKAGES, *READERS):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            if package in PACKAGES:
                found[package] = "unknown"
    return found
