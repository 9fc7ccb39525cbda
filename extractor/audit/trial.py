"""`danvan rules try`: what the rules of a folder find, read again whenever a file of it changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from extractor.article import Raw
from extractor.audit.explain import entry
from extractor.audit.passages import Passage, Passages, one_line
from extractor.errors import InputError, RulesError
from extractor.loading import load_rules
from extractor.pipeline import Pipeline


@dataclass(frozen=True)
class Finding:
    """A fact that a rule of the folder found: its rule, what it says, its sentence."""

    rule: str
    said: str
    passage: Passage
    article: str


@dataclass(frozen=True)
class Round:
    """One reading: the mistakes of the folder, else what its rules found, and what is new and gone since the last."""

    problems: Sequence[str]
    findings: Sequence[Finding]
    gained: frozenset[tuple[str, str, str]] = field(default=frozenset())
    lost: frozenset[tuple[str, str, str]] = field(default=frozenset())


def stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """What changes when a file of the folder does."""
    paths = sorted([*folder.rglob("*.yaml"), *folder.rglob("*.csv")])
    return tuple((str(p), s.st_mtime_ns, s.st_size) for p in paths if p.is_file() for s in [p.stat()])


def read_once(folder: Path, raws: Sequence[Raw], *, every_rule: bool) -> Round:
    """Read the articles with the folder's rules; findings are those of rules in the folder, or of all rules."""
    try:
        rules = load_rules(folder)
    except RulesError as error:
        return Round([str(problem) for problem in error.problems], [])
    own = {rule.id for rule in rules.rules if every_rule or Path(rule.file).is_relative_to(folder)}
    pipe, passages = Pipeline(rules, drafts=True), Passages(rules.tables)
    return Round([], list(_findings(pipe, raws, own, passages)))


def _findings(pipe: Pipeline, raws: Sequence[Raw], own: set[str], passages: Passages) -> Iterator[Finding]:
    for raw in raws:
        try:
            result = pipe.run(raw, timeout=60)
        except InputError:
            continue
        for fact in result.facts:
            for evidence in fact.evidence:
                if evidence.rule in own:
                    passage = passages.at(result.article.text, evidence.start, evidence.end)
                    yield Finding(evidence.rule, one_line(fact.kind, entry(fact)), passage, result.article.id)


def since(before: Round | None, now: Round) -> Round:
    """A reading with what is new and gone since the one before it, where both could be read."""
    if before is None or before.problems or now.problems:
        return now
    old, new = (frozenset((f.rule, f.said, f.article) for f in r.findings) for r in (before, now))
    return Round(now.problems, now.findings, new - old, old - new)
