"""`danvan rules from-reviews`: judgements as examples and counterexamples of the rules that they are about.

A sentence becomes an example where the rule gives the same in the sentence alone; what needs the rest of its article is
told and left out. A rejected fact becomes a counterexample, which fails until the rule is mended.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import regex
import yaml

from extractor.audit.drafting import dump
from extractor.audit.explain import entry
from extractor.audit.gold import Entry
from extractor.audit.outputs import Output
from extractor.audit.passages import Passage, Passages
from extractor.audit.reviews import Review, standing
from extractor.errors import UsageError
from extractor.knowledge.files import write_whole
from extractor.pipeline import Pipeline
from extractor.records import KINDS
from extractor.schema import FIELDS


@dataclass
class Harvest:
    """What judgements give: by rule its examples and counterexamples, the missed facts, and what needs its article."""

    examples: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    counterexamples: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    missed: list[dict[str, Any]] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)

    @property
    def rules(self) -> list[str]:
        """The rules that get something."""
        return sorted({*self.examples, *self.counterexamples})

    def as_data(self) -> dict[str, Any]:
        """The harvest as JSON-ready data."""
        return {
            "rules": {rule: {"examples": self.examples.get(rule, []),
                             "counterexamples": self.counterexamples.get(rule, [])} for rule in self.rules},
            "missed": self.missed,
            "left_out": [{"fact": fact, "rule": rule} for fact, rule in self.left_out],
        }  # fmt: skip


def harvest(reviews: Iterable[Review], output: Output, pipe: Pipeline) -> Harvest:
    """Turn the judgements that stand into examples; each sentence once a rule."""
    found = Harvest()
    passages = Passages(pipe.rules.tables)
    for review in standing(reviews):
        fact = dict(review.fact or {})
        text = output.text_of(review.article_id)
        evidence = (fact.get("evidence") or [None])[0]
        if text is None or evidence is None or text[evidence["start"] : evidence["end"]] != evidence["text"]:
            found.left_out.append((str(fact.get("id")), str((evidence or {}).get("rule"))))
            continue
        passage = passages.at(text, int(evidence["start"]), int(evidence["end"]))
        article = output.article_of(review.article_id) or {}
        _keep(review, fact, str(evidence["rule"]), passage, article.get("published"), pipe, found)
    return found


def _keep(
    review: Review, fact: Entry, rule: str, passage: Passage, published: str | None, pipe: Pipeline, found: Harvest
) -> None:  # fmt: skip
    if review.evidence is not None:  # where a match should end instead is no example of how it ends
        found.left_out.append((str(fact["id"]), rule))
        return
    sentence = " ".join(passage.sentence.split())
    dated = {"published": published} if published else {}
    if review.verdict == "missed":
        said = {k: v for k, v in fact.items() if k in FIELDS[_kind(fact)] and v not in (None, [])}
        found.missed.append({"kind": fact["kind"], "text": _marked(passage), "facts": [said], **dated})
        return
    if review.verdict == "reject":
        _add(found.counterexamples, rule, {"text": sentence, "why": review.reason or "?", **dated})
        return
    wanted = dict(fact) | dict(review.fields or {})
    alone = _alone(sentence, published, rule, wanted, pipe)
    if alone is None and review.verdict == "accept":
        found.left_out.append((str(fact["id"]), rule))
    elif alone is None:
        changed = dict(review.fields or {})
        _add(found.examples, rule, {"text": _marked(passage), "facts": [changed], **dated})
    else:
        _add(found.examples, rule, {**alone, **dated})


def _alone(
    sentence: str, published: str | None, rule: str, wanted: Mapping[str, Any], pipe: Pipeline
) -> dict[str, Any] | None:  # fmt: skip
    """The sentence as an example, all that its rule finds in it marked; None where it does not give the fact alone."""
    result = pipe(sentence, published=published)
    own = [entry(f) for f in result.facts if any(e.rule == rule for e in f.evidence)]
    names = FIELDS[_kind(wanted)]
    facts, held = [], False
    for fact in own:
        if all(fact.get(name) == wanted.get(name) for name in ("value", "name", "code", "indicator", "label")):
            held = True
            same = {n: fact[n] for n in fact if n in names and fact[n] not in (None, []) and fact[n] == wanted.get(n)}
            facts.append(same)
        else:
            facts.append({n: fact[n] for n in ("value", "name", "code", "type") if fact.get(n) is not None})
    spans = sorted({(e["start"], e["end"]) for f in own for e in f["evidence"] if e["rule"] == rule})
    if not held or any(b < c for (_, c), (b, _) in itertools.pairwise(spans)):
        return None
    text = sentence
    for start, end in reversed(spans):
        text = f"{text[:start]}[[{text[start:end]}]]{text[end:]}"
    return {"text": text, "facts": facts}


def _kind(fact: Mapping[str, Any]) -> Any:
    kind = str(fact.get("kind"))
    return kind if kind in KINDS else "date"


def _marked(passage: Passage) -> str:
    whole = f"{passage.before}[[{passage.words}]]{passage.after}"
    return " ".join(whole.split())


def _add(held: dict[str, list[dict[str, Any]]], rule: str, example: dict[str, Any]) -> None:
    known = held.setdefault(rule, [])
    if all(other["text"] != example["text"] for other in known):
        known.append(example)


_KEY = regex.compile(r"  \w+:")


def write_into(found: Harvest, folder: Path) -> list[str]:
    """Append the examples to the rules of a folder, which stay as they are otherwise; the rules that were not there.

    Raises `UsageError` where the folder has no rule files.
    """
    home = folder / "rules" if (folder / "rules").is_dir() else folder
    files = sorted(home.glob("*.yaml"))
    if not files:
        raise UsageError(f"{folder}: no rule files; danvan rules copy makes a folder of them")
    missing = set(found.rules)
    for path in files:
        lines = path.read_text(encoding="utf-8").split("\n")
        changed = False
        for rule in found.rules:
            for key, held in (("examples", found.examples), ("counterexamples", found.counterexamples)):
                if rule in held and _insert(lines, rule, key, held[rule]):
                    changed = True
                    missing.discard(rule)
        if changed:
            write_whole(path, "\n".join(lines))
    return sorted(missing)


def _insert(lines: list[str], rule: str, key: str, examples: list[dict[str, Any]]) -> bool:
    """Put examples behind the last one of a rule's list; False where the file has no such rule."""
    begin = next((n for n, line in enumerate(lines) if line.rstrip() == f"- id: {rule}"), None)
    if begin is None:
        return False
    end = next((n for n in range(begin + 1, len(lines)) if lines[n].startswith("- ")), len(lines))
    start = next((n for n in range(begin, end) if lines[n].rstrip() == f"  {key}:"), None)
    if start is None:
        return False
    last = next((n for n in range(start + 1, end) if _KEY.match(lines[n])), end)
    while not lines[last - 1].strip() or lines[last - 1].startswith("#"):
        last -= 1
    known = yaml.safe_load("\n".join(line[2:] for line in lines[start:last])) or {}
    held = {str(example.get("text")) for example in known.get(key) or []}
    new = [e for e in examples if str(e["text"]) not in held]
    lines[last:last] = ["    " + line for line in dump(new).rstrip("\n").split("\n")] if new else []
    return True
