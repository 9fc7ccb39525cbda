"""`danvan rules new`: from a marked sentence a draft rule, with its skeleton of examples.

What the marks hold is read with the shared pieces of its kind (a day, a name, a number …); the words between them stand
as they are. The draft is a beginning: it fires with `--drafts` only, and its second example is to be written.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import regex
import yaml

from extractor.assembly import IDENTITY
from extractor.audit.explain import entry
from extractor.errors import RulesError, UsageError
from extractor.loading import load_rules, unmark
from extractor.pieces import Pieces
from extractor.pipeline import Pipeline
from extractor.records import KINDS, Fact, Kind, dumps
from extractor.rules import FLAGS, RuleSet
from extractor.text import canonical

#: By kind: what is looked for in the marked words, in order: the piece, the group it becomes.
_PARTS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "date": (("{{any_year}}", "year"), ("{{day_number}}", "day"), ("{{month_number}}", "month")),
    "document": (("{{document_number}}", "number"), ("{{document_tail}}", "tail")),
    "official": (("{{official_honorific}}", "honorific"), ("{{official_name}}", "name")),
    "indicator": (("{{ind_figure}}", "number"),),
    "program": ((r"[“\"][^”\"\n]+[”\"]", "name"),),
}
#: By kind: the groups that are no field, and the keys that make the fields.
_MAKES: Mapping[str, Mapping[str, Any]] = {
    "date": {"values": {"value": "day"}},
    "document": {"values": {"code": "document_code", "type": "document_type"}},
    "official": {"values": {"name": {"use": "person", "with": {"sure": True}}, "positions": "positions"}},
    "indicator": {"set": {"label": "?"}, "values": {"value": "figure"}},
    "program": {"set": {"type": "model"}, "values": {"name": "program_name"}},
}
_FIELDS = {"official": {"honorific", "name"}, "document": {"number"}, "program": {"name"}}


@dataclass(frozen=True)
class Drafted:
    """A draft rule as YAML, and what it gives in its own sentence (`facts`) or why it does not load (`problems`)."""

    id: str
    text: str
    facts: list[Fact] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def draft(marked: str, kind: str, name: str, rules: RuleSet) -> Drafted:
    """A draft of a rule of `kind` from a sentence with `[[…]]` about what it should find; raises `UsageError`."""
    if kind not in KINDS:
        raise UsageError(f"no kind {kind!r}; there are {', '.join(KINDS)}")
    text, marks, fault = unmark(marked)
    if fault or not marks:
        raise UsageError(fault or "mark what the rule should find: [[ ]]")
    rule_id = name if "." in name else f"{kind}s.{name}"
    if any(rule.id == rule_id for rule in rules.rules):
        raise UsageError(f"the id {rule_id} is used already")
    words = canonical(text[slice(*marks[0])], rules.pieces.spelling)
    pattern, groups = _pattern(words, kind, rules.pieces)
    data = _data(rule_id, kind, pattern, groups, marked, text, marks)
    first = _try(data, rule_id)
    if not first.facts and any("overlap" in why for why in first.problems):
        # Another rule reads the words already: what this one would give is seen when it comes first.
        data["priority"] = 1000
        first = _try(data, rule_id)
        del data["priority"]
        first = Drafted(rule_id, first.text, first.facts, _try(data, rule_id).problems)
    if first.facts:
        data["examples"][0]["facts"] = [_wanted(fact) for fact in first.facts]
        data["examples"][1]["facts"] = data["examples"][0]["facts"]
        made = _try(data, rule_id)
        return Drafted(rule_id, made.text, made.facts, made.problems)
    return first


def _pattern(words: str, kind: str, pieces: Pieces) -> tuple[str, list[str]]:
    """The words as a pattern, what its kind knows replaced by pieces; and the groups it has."""
    taken: list[tuple[int, int, str]] = []
    groups: list[str] = []
    for piece, group in _PARTS[kind]:
        rx = regex.compile(pieces.expand(rf"(?<![\w]){piece}(?!\w)" if "{{" in piece else piece), FLAGS)
        for m in rx.finditer(words):
            if m.end() > m.start() and all(m.end() <= s or e <= m.start() for s, e, _ in taken) and group not in groups:
                taken.append((m.start(), m.end(), rf"(?<{group}>{piece})"))
                groups.append(group)
                break
    if kind == "official" and "name" in groups:
        end = max(e for _, e, _ in taken)
        rest = words[end:]
        taken.append(
            (end, len(words), r",?\s (?=(?<positions>{{official_title}}[^;\n]{0,240}))" if rest.strip() else "")
        )
        groups.append("positions")
    parts, at = [], 0
    for start, end, part in sorted(taken):
        parts += [_literal(words[at:start]), part]
        at = end
    parts.append(_literal(words[at:]))
    return " ".join(filter(None, parts)), groups


def _literal(words: str) -> str:
    """Words as a pattern: blanks and digits stand for any."""
    escaped = (r"\s" if c.isspace() else r"\d" if c.isdigit() else regex.escape(c, special_only=True) for c in words)
    return regex.sub(r"(?:\\d)+", r"\\d+", "".join(escaped)).replace("#", r"\#")


def _data(
    rule_id: str, kind: str, pattern: str, groups: list[str], marked: str, text: str, marks: list[tuple[int, int]]
) -> dict[str, Any]:  # fmt: skip
    makes = {key: dict(value) for key, value in _MAKES[kind].items()}
    if kind == "date" and not set(groups) & {"day", "month", "year"}:
        makes = {"set": {"value": "?"}}
    if kind == "indicator" and "number" not in groups:
        makes = {"set": {"label": "?", "value": 0}}
    if kind == "program" and not groups:
        makes = {"set": {"type": "model", "name": text[slice(*marks[0])]}}
    if kind == "document" and "tail" not in groups:
        makes = {"set": {"type": "other", "type_text": text[slice(*marks[0])], "title": "?"}}
    helpers = [group for group in groups if group not in _FIELDS.get(kind, set())]
    if kind == "official" and "positions" in helpers:
        helpers.remove("positions")
    without = "".join(text[e:s] for (_, e), (s, _) in _gaps(marks, len(text)))
    rule: dict[str, Any] = {"id": rule_id, "status": "draft", "kind": kind, "description": "?", "pattern": pattern}
    if helpers:
        rule["helpers"] = helpers
    rule |= makes
    rule["examples"] = [{"text": marked, "facts": [{"?": "?"}]}, {"text": marked, "facts": [{"?": "?"}]}]
    rule["counterexamples"] = [{"text": " ".join(without.split()) or "?", "why": "?"}]
    return rule


def _gaps(marks: list[tuple[int, int]], length: int) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    edges = [(0, 0), *marks, (length, length)]
    yield from itertools.pairwise(edges)


def _try(data: Mapping[str, Any], rule_id: str) -> Drafted:
    """Load the draft over the shipped rules and read its first example with it."""
    written = dump([data])
    with TemporaryDirectory(prefix="danvan-draft-") as folder:
        (Path(folder) / "draft.yaml").write_text(written, encoding="utf-8")
        try:
            rules = load_rules(folder)
        except RulesError as error:
            return Drafted(rule_id, written, [], [problem.message for problem in error.problems])
    text, _, _ = unmark(str(data["examples"][0]["text"]))
    result = Pipeline(rules, drafts=True)(text)
    why = [f"{d.reason} {d.by}".strip() for d in result.dropped if d.match.rule.id == rule_id]
    return Drafted(rule_id, written, [f for f in result.facts if any(e.rule == rule_id for e in f.evidence)], why)


def _wanted(fact: Fact) -> dict[str, Any]:
    """What an example says of a fact: the fields of its identity that it has."""
    data = entry(fact)
    found = {name: data[name] for name in IDENTITY[_kind(fact)] if data.get(name) is not None}
    if "positions" in data:
        found["positions"] = [{k: v for k, v in p.items() if k != "former" or v} for p in data["positions"]]
    return {name: _plain(value) for name, value in found.items()}


def _kind(fact: Fact) -> Kind:
    return fact.kind


def _plain(value: Any) -> Any:
    """Values that YAML writes as they are read again."""
    import json

    return json.loads(dumps(value))


class _Dumper(yaml.SafeDumper):
    """Writes what stands twice twice."""

    def ignore_aliases(self, data: Any) -> bool:
        """No anchors: a rule file is read by people."""
        return True


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
    style = '"' if "[[" in value or value == "?" else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)


def dump(entries: list[Any]) -> str:
    """Entries of a rule file as YAML."""
    return str(yaml.dump(entries, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100_000))
