"""`danvan explain`: why a fact is there: its words, its rule, what was captured, normalised and supplied by context."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from extractor.audit.gold import Entry
from extractor.audit.misses import Miss
from extractor.audit.passages import Passage, Passages
from extractor.audit.trace import Trace
from extractor.candidates import Candidate
from extractor.normalise import NORMALISERS, Capture, Refused
from extractor.records import Fact, Kind, to_json
from extractor.rules import Rule, RuleSet
from extractor.text import Span


@dataclass(frozen=True)
class Part:
    """A captured group: its name, its words as written and where they stand in the article."""

    name: str
    text: str
    span: Span


@dataclass(frozen=True)
class Reading:
    """A normaliser at work: the field, what went in (by what it reads) and what came out, or why it refused."""

    field: str
    use: str
    description: str
    given: Mapping[str, str | None]
    constants: Mapping[str, Any]
    made: Any
    refused: str | None = None


@dataclass(frozen=True)
class Reason:
    """One piece of evidence and how it was read; `rule` is None where the rules in use have none of its id.

    `parts` and `readings` are empty where the rules in use do not read the fact there any more.
    """

    evidence: Entry
    rule_id: str
    rule: Rule | None
    passage: Passage
    parts: Sequence[Part]
    readings: Sequence[Reading]


@dataclass(frozen=True)
class Explanation:
    """A fact with the reasons for it; `current` tells whether the rules in use still give it."""

    fact: Entry
    reasons: Sequence[Reason]
    supplied: Sequence[tuple[str, Any, str, Sequence[Part]]]
    current: bool


def explain(fact: Entry, trace: Trace, rules: RuleSet, passages: Passages) -> Explanation:
    """Explain a fact (as JSON-ready data) of the article that was traced."""
    text = trace.article.text
    current = any(made.id == fact["id"] for made in trace.facts)
    known = {rule.id: rule for rule in rules.rules}
    reasons = []
    for evidence in fact["evidence"]:
        start, end, rule = int(evidence["start"]), int(evidence["end"]), str(evidence["rule"])
        candidate = trace.behind(fact["kind"], rule, (start, end)) if rule in known else None
        reasons.append(
            Reason(
                evidence, rule, known.get(rule), passages.at(text, start, end),
                _parts(candidate, trace) if candidate else (), _readings(candidate, trace) if candidate else (),
            )
        )  # fmt: skip
    supplied = [
        (name, fact.get(name), str(how["by"]), [Part(name, text[s:e], (s, e)) for s, e in how["from"]])
        for name, how in (fact.get("inferred") or {}).items()
    ]
    return Explanation(fact, reasons, supplied, current)


def explain_all(
    trace: Trace, rules: RuleSet, passages: Passages, *, within: Span | None = None, kind: Kind | None = None
) -> list[Explanation]:  # fmt: skip
    """Explain every fact of an article; `within` is a stretch of its text that the evidence must meet."""
    first, last = within or (0, len(trace.article.text))
    return [
        explain(entry(fact), trace, rules, passages)
        for fact in trace.facts
        if kind in (None, fact.kind) and any(e.start < last and first < e.end for e in fact.evidence)
    ]


def entry(fact: Fact) -> Entry:
    """A fact as the data of its line."""
    data = to_json(fact)
    data["evidence"] = [dict(e) for e in data["evidence"]]
    return data


def _parts(candidate: Candidate, trace: Trace) -> list[Part]:
    found = []
    for name, spans in candidate.captures.items():
        for span in spans:
            place = trace.source(span)
            found.append(Part(name, trace.article.text[slice(*place)], place))
    return sorted(found, key=lambda part: (part.span[0], -part.span[1], part.name))


def _readings(candidate: Candidate, trace: Trace) -> list[Reading]:
    found = []
    context = trace.context
    for name, spec in candidate.rule.values.items():
        normaliser = NORMALISERS[spec.use]
        groups: dict[str, Capture | None] = {}
        for parameter, group in spec.groups.items():
            span = candidate.captures.get(group, (None,))[0]
            groups[parameter] = (
                None if span is None else Capture(context.view.text[slice(*span)], context.view.quote(*span), span)
            )
        given = {parameter: capture.quote for parameter, capture in groups.items() if capture is not None}
        made, refused = None, None
        try:
            value = normaliser.make(groups, spec.constants, context)
            made = None if value is None else {name: value.data, **value.also}
        except Refused as refusal:
            refused = str(refusal)
        if given:
            found.append(Reading(name, spec.use, normaliser.description, given, spec.constants, made, refused))
    return found


def as_data(explanations: Sequence[Explanation], misses: Sequence[Miss]) -> dict[str, Any]:
    """`{"facts": […], "misses": […]}` for programs: every fact's own record, with `why` and `current`."""
    return {
        "facts": [{**e.fact, "current": e.current, "why": [_reason_data(r) for r in e.reasons]} for e in explanations],
        "misses": [
            {"rule": m.rule, "kind": m.kind, "span": list(m.span), "reached": m.reached, "stopped_by": m.stopped_by}
            for m in misses
        ],
    }


def _reason_data(reason: Reason) -> dict[str, Any]:
    rule = reason.rule
    return {
        "rule": reason.rule_id,
        "description": None if rule is None else rule.description,
        "references": [] if rule is None else list(rule.references),
        "file": None if rule is None else rule.file,
        "line": None if rule is None else rule.line,
        "sentence": reason.passage.sentence,
        "marked": list(reason.passage.place),
        "parts": [{"group": p.name, "text": p.text, "span": list(p.span)} for p in reason.parts],
        "normalisers": [
            {
                "field": r.field, "use": r.use, "in": dict(r.given), "with": dict(r.constants), "out": r.made,
                "refused": r.refused,
            }
            for r in reason.readings
        ],
        "set": {} if rule is None else dict(rule.constants),
    }  # fmt: skip
