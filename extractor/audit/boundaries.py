"""The texts of `rules/boundaries/*.yaml`: one step from what a rule reads or leaves, run by checks beside its examples.

They are kept apart from the rules, whose own examples are there to be read; a run of `danvan extract` never reads them.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from extractor import yamlfile
from extractor.errors import Problem, RulesError
from extractor.loading import read_examples
from extractor.rules import Example, Rule, RuleSet
from extractor.schema import check_keys

FOLDER = "boundaries"
_LISTS = ("examples", "counterexamples", "known_misses")


def with_boundaries(rules: RuleSet) -> RuleSet:
    """The rules with the boundary texts of their own folder added; raises `RulesError` with every mistake in these.

    A rule that a user's folder replaces takes none of those of the shipped rule.
    """
    problems: list[Problem] = []
    changed: dict[str, Rule] = {}
    for folder in sorted({Path(rule.file).parent for rule in rules.rules}):
        own = {rule.id: rule for rule in rules.rules if Path(rule.file).parent == folder}
        for path in sorted((folder / FOLDER).glob("*.yaml")):
            for identifier, texts in _read(path, set(own), problems).items():
                rule = changed.get(identifier, own[identifier])
                changed[identifier] = replace(
                    rule,
                    examples=(*rule.examples, *texts["examples"]),
                    counterexamples=(*rule.counterexamples, *texts["counterexamples"]),
                    known_misses=(*rule.known_misses, *texts["known_misses"]),
                )
    if problems:
        raise RulesError(list(dict.fromkeys(problems)))
    return replace(rules, rules=tuple(changed.get(rule.id, rule) for rule in rules.rules))


def _read(path: Path, known: set[str], problems: list[Problem]) -> dict[str, dict[str, tuple[Example, ...]]]:
    """The texts of one file by the id of their rule."""
    document = yamlfile.load(path, problems)
    found: dict[str, dict[str, tuple[Example, ...]]] = {}
    if document is None or document.data is None:
        return found
    if not isinstance(document.data, list):
        problems.append(document.problem("a top-level list is wanted"))
        return found
    for i, entry in enumerate(document.data):
        if not check_keys(document, entry, (i,), "boundary", problems):
            continue
        if entry["id"] not in known:
            problems.append(document.problem(f"no rule {entry['id']!r} in the folder above", i, "id"))
            continue
        found[entry["id"]] = {
            name: tuple(replace(e, file=document.file) for e in read_examples(document, i, entry, name, problems))
            for name in _LISTS
        }
    return found
