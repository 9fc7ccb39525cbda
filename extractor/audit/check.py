"""`danvan rules check`: every example run both ways, every alternative hit, no pattern that explodes.

What the loader refuses is checked before; here the rules are run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import regex

from extractor import syntax
from extractor.audit.attacks import HOPELESS, LONG, MOST_GROWTH, NEAR, OF_LINE, Attack, attacks, grows
from extractor.audit.boundaries import with_boundaries
from extractor.errors import Problem
from extractor.pieces import Pieces
from extractor.pipeline import Pipeline, Result
from extractor.records import Fact
from extractor.rules import FLAGS, Example, Rule
from extractor.text import canonical
from extractor.zones import Furniture


@dataclass(frozen=True)
class Report:
    """What was run, and what was found wrong."""

    rules: int
    examples: int
    counterexamples: int
    problems: list[Problem]


def check(pipe: Pipeline, *, only: Iterable[str] = (), growth: bool = True) -> Report:
    """Run every check over the rules (those of `only`: ids or kinds, else all)."""
    wanted = set(only)
    tried = Pipeline(pipe.rules, drafts=True)
    active = [rule for rule in with_boundaries(pipe.rules).rules if rule.status != "deprecated"]
    rules = [r for r in active if not wanted or {r.id, r.kind, Path(r.file).stem} & wanted]
    problems: list[Problem] = []
    for rule in rules:
        problems.extend(check_rule(rule, tried, growth=growth))
    furniture = [
        f for f in pipe.rules.furniture if f.status != "deprecated" and (not wanted or {f.id, "boilerplate"} & wanted)
    ]
    for entry in furniture:
        problems.extend(_check_furniture(entry, pipe.rules.pieces.spelling))
        if growth:
            problems.extend(_explosive_furniture(entry, pipe.rules.pieces))
    return Report(
        len(rules) + len(furniture),
        sum(len(r.examples) for r in rules) + sum(len(f.examples) for f in furniture),
        sum(len(r.counterexamples) for r in rules) + sum(len(f.counterexamples) for f in furniture),
        problems,
    )


def check_rule(rule: Rule, pipe: Pipeline, *, growth: bool = True) -> Iterator[Problem]:
    """Every problem of one rule."""
    for example in rule.examples:
        yield from _at(rule, example, example_faults(rule, example, pipe))
    for example in rule.counterexamples:
        yield from _at(rule, example, counterexample_faults(rule, example, pipe))
    for example in rule.known_misses:
        if not counterexample_faults(rule, example, pipe):
            continue
        yield from _at(rule, example, ["a known miss is found now: make it an example"])
    yield from _unused_alternatives(rule, pipe.rules.pieces)
    if growth:
        yield from _explosive(rule, pipe.rules.pieces)


def _at(rule: Rule, example: Example, faults: Iterable[str]) -> Iterator[Problem]:
    for fault in faults:
        yield Problem(example.file or rule.file, example.line, f"{rule.id}: {fault}")


def example_faults(rule: Rule, example: Example, pipe: Pipeline) -> list[str]:
    """What is wrong with what the pipeline makes of an example; empty when it gives just the facts it must."""
    result = pipe(example.text, published=example.published)
    own = [f for f in result.facts if any(e.rule == rule.id for e in f.evidence)]
    found = _joined({(e.start, e.end) for f in own for e in f.evidence if e.rule == rule.id})
    faults: list[str] = []
    marked = sorted(example.marks)
    if found != marked:
        faults.append(
            f"evidence is {_quotes(example, found) or 'nothing'}, marked is {_quotes(example, marked)}"
            + _why_not(rule, result)
        )
    for start, end in marked:
        for fact in result.facts:
            for e in fact.evidence:
                if fact.kind == rule.kind and e.rule != rule.id and e.start < end and start < e.end:
                    faults.append(f"{e.rule} answers on {e.text!r} too")
    faults.extend(_differences(own, example.facts))
    return faults


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order, those that overlap (the facts of a list that share its tail) made one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def counterexample_faults(rule: Rule, example: Example, pipe: Pipeline) -> list[str]:
    """What the rule finds in a text in which it must find nothing."""
    result = pipe(example.text, published=example.published)
    return [f"finds {e.text!r} in a counterexample" for f in result.facts for e in f.evidence if e.rule == rule.id]


def _why_not(rule: Rule, result: Result) -> str:
    reasons = [f"{d.reason} {d.by}".strip() for d in result.dropped if d.match.rule.id == rule.id]
    return f" (dropped: {'; '.join(reasons)})" if reasons else ""


def _quotes(example: Example, spans: Sequence[tuple[int, int]]) -> str:
    return " · ".join(repr(example.text[start:end]) for start, end in spans)


def _differences(facts: Sequence[Fact], expected: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    left = list(facts)
    for wanted in expected:
        matching = [f for f in left if not list(_unlike(f, wanted))]
        if matching:
            left.remove(matching[0])
            continue
        nearest = min(left, key=lambda f: len(list(_unlike(f, wanted))), default=None)
        yield f"no fact {dict(wanted)}" + (f"; nearest: {'; '.join(_unlike(nearest, wanted))}" if nearest else "")
        if nearest is not None:
            left.remove(nearest)
    for fact in left:
        told = fact.model_dump(
            exclude={"schema_", "id", "article_id", "evidence", "inferred", "confidence"}, exclude_none=True
        )
        yield f"a fact that the example does not list: {told}"


def _unlike(fact: Fact, wanted: Mapping[str, Any]) -> Iterator[str]:
    data = fact.model_dump(mode="python", by_alias=True)
    for key, value in wanted.items():
        if key not in data:
            yield f"{fact.kind} has no field {key}"
        elif not same(data[key], value):
            yield f"{key} is {data[key]!r}, not {value!r}"


def same(got: Any, wanted: Any) -> bool:
    """Is a field what an example asks for? Mappings may ask for some of their keys only."""
    if isinstance(wanted, Mapping):
        return isinstance(got, Mapping) and all(same(got.get(k), v) for k, v in wanted.items())
    if isinstance(wanted, list):
        return isinstance(got, list) and len(got) == len(wanted) and all(map(same, got, wanted))
    if isinstance(got, Decimal) and isinstance(wanted, int | Decimal):
        return got == Decimal(wanted)
    if isinstance(got, str) and not isinstance(wanted, str) and wanted is not None and not isinstance(wanted, bool):
        return got == str(wanted)
    return bool(got == wanted)


def _unused_alternatives(rule: Rule, pieces: Pieces) -> Iterator[Problem]:
    """Alternatives that the rule writes and no example hits."""
    instrumented, alternatives = syntax.instrument(rule.pattern)
    if not alternatives:
        return
    compiled = regex.compile(pieces.expand(instrumented), FLAGS)
    hit: set[str] = set()
    for example in rule.examples:
        text = canonical(example.text, pieces.spelling)
        for m in compiled.finditer(text):
            if any(m.start() <= start < m.end() for start, _ in example.marks):
                hit.update(a.marker for a in alternatives if m.captures(a.marker))
    for alternative in alternatives:
        if alternative.marker not in hit:
            line = rule.lines.get("pattern", rule.line) + 1 + rule.pattern.count("\n", 0, alternative.offset)
            yield Problem(rule.file, line, f"{rule.id}: no example hits the alternative {alternative.text[:60]!r}")


def _explosive(rule: Rule, pieces: Pieces) -> Iterator[Problem]:
    """Does the work of the rule's patterns grow faster than the text on strings made to mislead them?"""
    told = [canonical(e.text[start:end], {}) for e in rule.examples[:3] for start, end in e.marks[:1]]
    line = rule.lines.get("pattern", rule.line)
    if grown := _grown(lambda text: _search(rule.regex, text), attacks(rule.pattern, pieces, told), LONG):
        yield Problem(rule.file, line, f"{rule.id}: {grown}")
    for condition in rule.conditions:
        near = condition.name.endswith(("after", "before"))
        whole = condition.name.endswith(("among", "with"))
        read = condition.regex.match if near else condition.regex.search

        def ask(text: str, read: Any = read) -> object:
            return read(text, timeout=HOPELESS)

        if grown := _grown(ask, attacks(condition.pattern, pieces), LONG if whole else NEAR):
            yield Problem(rule.file, rule.lines.get(condition.name, rule.line), f"{rule.id}: {condition.name}: {grown}")


def _grown(search: Callable[[str], object], tried: Iterable[Attack], size: int) -> str | None:
    """What is wrong with a search: on which of the attacks its time grows faster than the text."""
    for attack in tried:
        times = grows(search, attack, size)
        if times > MOST_GROWTH:
            told = "without end" if times == float("inf") else f"{times:.1f} times when the text doubles"
            return f"time grows {told}, on {attack.text(60)!r}…"
    return None


def _search(pattern: regex.Pattern[str], text: str) -> None:
    """Find all matches, as `matcher` does."""
    position = 0
    while (m := pattern.search(text, position, timeout=HOPELESS)) is not None:
        position = max(m.end(), m.start() + 1)


def _check_furniture(entry: Furniture, spellings: Mapping[str, str]) -> Iterator[Problem]:
    find = entry.regex.fullmatch if entry.within == "line" else entry.regex.search
    for text in entry.examples:
        if not find(canonical(" ".join(text.split()), spellings)):
            yield Problem(entry.file, entry.line, f"{entry.id}: the example {text!r} does not match")
    for text in entry.counterexamples:
        if find(canonical(" ".join(text.split()), spellings)):
            yield Problem(entry.file, entry.line, f"{entry.id}: the counterexample {text!r} matches")


def _explosive_furniture(entry: Furniture, pieces: Pieces) -> Iterator[Problem]:
    """The same of furniture: of a line as a whole, or anywhere in a line of any length."""
    tried = attacks(entry.pattern, pieces, entry.examples[:3])

    def line(text: str) -> object:
        return entry.regex.fullmatch(text, timeout=HOPELESS)

    whole = entry.within == "line"
    if grown := _grown(line if whole else lambda text: _search(entry.regex, text), tried, OF_LINE if whole else LONG):
        yield Problem(entry.file, entry.line, f"{entry.id}: {grown}")
