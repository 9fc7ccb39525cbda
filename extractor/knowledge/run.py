"""The main job: every input read, extracted and written, in order, by one process or several."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from extractor import article as articles
from extractor.article import Raw
from extractor.errors import InputError
from extractor.knowledge.base import KnowledgeBase, Known
from extractor.pipeline import Pipeline
from extractor.reading import Sources, read
from extractor.records import Article, Fact, Reject
from extractor.workers import Outcome, in_order, outcome

#: The packages whose versions can change what comes out.
PACKAGES = ("danvan", "underthesea", "spacy", "pydantic", "regex")


@dataclass(frozen=True)
class Options:
    """How a run is done: worker processes, and the limits of one article."""

    workers: int = 1
    max_chars: int = 5_000_000
    timeout: float = 120.0


@dataclass
class Summary:
    """What a run did."""

    counts: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    rejects: Counter[str] = field(default_factory=Counter)
    changed: list[str] = field(default_factory=list)


#: Called with the summary so far after every input.
Progress = Callable[[Summary], None]


def extract_to(
    pipe: Pipeline, sources: Sources, folder: str | Path, *, options: Options, fresh: bool = False,
    progress: Progress = lambda summary: None,
) -> Summary:  # fmt: skip
    """Extract all sources into a knowledge base; raises `KnowledgeError` when it cannot be written."""
    summary = Summary()
    digests: dict[str, str] = {}
    with KnowledgeBase(folder, pipe.rules.digest, fresh=fresh) as base:

        def rejected(reject: Reject) -> None:
            base.reject(reject)
            _count_reject(summary, reject)

        for reason in _refused(sources):
            rejected(reason)
        inputs = _inputs(sources, options, digests, base.known, summary, rejected, base)
        for raw, made in _outcomes(pipe, inputs, options):
            if isinstance(made, InputError):
                rejected(Reject(source=raw.source, stage=made.stage, reason=made.reason))
            else:
                base.add(*made)
                _count(summary, *made)
            progress(summary)
        summary.counts["replaced"] = base.counts["replaced"]
        summary.counts["skipped"] += sources.skipped
        base.finish(versions(), [{"path": p, "sha256": d} for p, d in digests.items()])
    return summary


def extract_facts(
    pipe: Pipeline,
    sources: Sources,
    *,
    options: Options,
    told: Callable[[Reject], None],
    progress: Progress = lambda summary: None,
) -> Iterator[tuple[Summary, list[Fact]]]:
    """The facts of every article, in order, without a knowledge base; rejects are told."""
    summary = Summary()

    def rejected(reject: Reject) -> None:
        told(reject)
        _count_reject(summary, reject)

    for reason in _refused(sources):
        rejected(reason)
    for raw, made in _outcomes(pipe, _inputs(sources, options, {}, Known(), summary, rejected, None), options):
        if isinstance(made, InputError):
            rejected(Reject(source=raw.source, stage=made.stage, reason=made.reason))
            continue
        _count(summary, *made)
        progress(summary)
        yield summary, made[1]
    yield summary, []


def _refused(sources: Sources) -> Iterator[Reject]:
    for path, reason in sources.refused:
        yield Reject(source=path, stage="read", reason=reason)


def _count_reject(summary: Summary, reject: Reject) -> None:
    summary.counts["inputs"] += 1
    summary.counts["rejects"] += 1
    summary.rejects[reject.stage] += 1


def _count(summary: Summary, article: Article, facts: list[Fact]) -> None:
    summary.counts["inputs"] += 1
    summary.counts["articles"] += 1
    summary.counts["facts"] += len(facts)
    summary.counts["duplicates"] += article.duplicate_of is not None
    summary.kinds.update(fact.kind for fact in facts)


def _inputs(
    sources: Sources, options: Options, digests: dict[str, str], known: Known, summary: Summary,
    rejected: Callable[[Reject], None], base: KnowledgeBase | None,
) -> Iterator[tuple[Raw, str | None]]:  # fmt: skip
    """The inputs that are to be extracted, each with its final id, and the id of the article that it repeats."""
    for item in read(sources.files, max_chars=options.max_chars, digested=digests.__setitem__):
        if isinstance(item, Reject):
            rejected(item)
            continue
        digest = hashlib.sha256(item.text.encode("utf-8")).hexdigest()
        if base is not None and base.has(item.source, digest):
            summary.counts["known"] += 1
            continue
        article_id, repeats = known.assign(item.id or articles.digest_id(item.url, digest), digest)
        known.add(article_id, item.source, digest)
        yield replace(item, id=article_id), repeats


def _outcomes(
    pipe: Pipeline, inputs: Iterable[tuple[Raw, str | None]], options: Options
) -> Iterator[tuple[Raw, Outcome]]:
    repeats: dict[str, str | None] = {}

    def raws() -> Iterator[Raw]:
        for raw, original in inputs:
            if original:
                repeats[raw.source] = original
            yield raw

    made: Iterable[tuple[Raw, Outcome]]
    if options.workers == 1:
        made = ((raw, outcome(pipe, raw, options.timeout)) for raw in raws())
    else:
        made = in_order(pipe, raws(), options.workers, timeout=options.timeout)
    for raw, result in made:
        original = repeats.pop(raw.source, None)
        if original and not isinstance(result, InputError):
            result = (result[0].model_copy(update={"duplicate_of": original}), result[1])
        yield raw, result


def versions() -> dict[str, str]:
    """The versions of danvan and of the packages that can change what comes out."""
    found: dict[str, Any] = {}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "unknown"
    return found
