"""Short views for people: what a knowledge base holds, what a rule says."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from extractor.errors import KnowledgeError
from extractor.knowledge.files import FACTS, MANIFEST, read_lines
from extractor.messages import Messages
from extractor.normalise import NORMALISERS
from extractor.records import KINDS
from extractor.rules import Example, Rule
from extractor.shipped import home

#: Characters of an example that fit in the table.
WIDTH = 52


def overview_table(folder: Path, say: Messages) -> Table:
    """A row for each kind: how many facts, and the words of one; raises `KnowledgeError`."""
    if not (folder / MANIFEST).exists():
        raise KnowledgeError(f"{folder}: no finished knowledge base ({MANIFEST} is missing)")
    counts: Counter[str] = Counter()
    examples: dict[str, str] = {}
    for _, fact in read_lines(folder / FACTS):
        kind = fact["kind"]
        counts[kind] += 1
        text = " ".join(fact["evidence"][0]["text"].split())
        if len(text) > len(examples.get(kind, "")) and len(text) <= WIDTH:
            examples[kind] = text
    table = Table(box=None, pad_edge=False)
    table.add_column(say("kind"))
    table.add_column(say("found"), justify="right")
    table.add_column(say("example"))
    for kind in KINDS:
        table.add_row(say(kind), str(counts[kind]), Text(examples.get(kind, "")))
    return table


def rule_data(rule: Rule) -> dict[str, Any]:
    """A rule as JSON-ready data."""
    return {
        "id": rule.id, "kind": rule.kind, "status": rule.status, "description": rule.description,
        "references": list(rule.references), "pattern": rule.pattern, "within": rule.within, "priority": rule.priority,
        "set": dict(rule.constants), "carry": dict(rule.carry), "links": dict(rule.links),
        "values": {name: spec.use for name, spec in rule.values.items()},
        "conditions": [{c.name: c.pattern} for c in rule.conditions],
        "examples": [_example(e) for e in rule.examples],
        "counterexamples": [{"text": e.text, "why": e.why} for e in rule.counterexamples],
        "known_misses": [{"text": e.text} for e in rule.known_misses],
        "file": rule.file, "line": rule.line,
    }  # fmt: skip


def _example(example: Example) -> dict[str, Any]:
    return {"text": marked(example), "facts": [dict(f) for f in example.facts], "published": example.published}


def marked(example: Example) -> str:
    """An example's text with its marks written in again."""
    text = example.text
    for start, end in reversed(example.marks):
        text = f"{text[:start]}[[{text[start:end]}]]{text[end:]}"
    return text


def shown(path: str) -> str:
    """A shipped file by its place in the package, any other as it is."""
    file = Path(path)
    return (file.relative_to(home()) if file.is_relative_to(home()) else file).as_posix()


def rule_text(rule: Rule, say: Messages) -> str:
    """A rule as a researcher reads it."""
    lines = [f"{rule.id} ({rule.kind}, {rule.status}) {shown(rule.file)}:{rule.line}", rule.description]
    if rule.references:
        lines.append(f"{say('references')}: {'; '.join(rule.references)}")
    lines += ["", f"{say('pattern')}:", *("    " + line for line in rule.pattern.strip().splitlines())]
    for name, constant in rule.constants.items():
        lines.append(f"    {name} = {constant}")
    for name, spec in rule.values.items():
        description = NORMALISERS[spec.use].description
        lines.append("    " + say("normaliser", field=name, use=spec.use, description=description))
    for name, scope in rule.carry.items():
        lines.append(f"    {name} ← {scope}")
    for condition in rule.conditions:
        lines.append(f"    {condition.name}: {condition.pattern}")
    lines += ["", f"{say('examples')}:"]
    for example in rule.examples:
        lines.append(f"  + {marked(example)}")
        lines += [f"      {', '.join(f'{k}: {v}' for k, v in fact.items())}" for fact in example.facts]
    lines.append(f"{say('counterexamples')}:")
    lines += [f"  - {example.text}\n      {example.why}" for example in rule.counterexamples]
    if rule.known_misses:
        lines.append(f"{say('known_misses')}:")
        lines += [f"  ? {example.text}" for example in rule.known_misses]
    return "\n".join(lines)
