"""The ways in which a rule is damaged systematically, for `danvan rules mutate`.

Mutants are made from the pattern as the rule writes it: a `{{piece}}` is one part, and one that reads nothing (where a
year must end) is a look-around. Damage that cannot matter is not done: blanks are single in what rules read, so `\\s?`
is not made `\\s*` and what stands between two blanks never lacks; the width of a gap and a bound that only guards the
time (`MANY` and more) are not changed; a normaliser is not swapped for one that does the same with the rule's groups.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import regex

from extractor import syntax
from extractor.audit.equivalents import dead_branch, idle_constant, idle_look
from extractor.audit.single_blanks import idle_lack
from extractor.normalise import NORMALISERS
from extractor.pieces import Pieces
from extractor.rules import FLAGS, Rule, ValueSpec
from extractor.syntax import Atom, Group, Node

#: An upper bound from which it guards the time and reads nothing else: no list, no run of words is as long.
MANY = 8
#: Rows of a column that are taken out one at a time: those that examples use, so many a rule and column.
MOST_ROWS = 2


@dataclass(frozen=True)
class Mutant:
    """A damaged rule: how (`operator`), what of it in the rule's words (`what`), and the rule itself."""

    operator: str
    what: str
    rule: Rule
    #: What makes it read as the whole rule does, where that is proved (`equivalents`): it does not count.
    alike: str | None = None

    @property
    def only_pattern(self) -> bool:
        """Is nothing but the pattern damaged?"""
        return self.operator in PATTERN


#: A normaliser and one that makes the same of all its groups: a day without a day is a month, without a month a year.
ALIKE = {("month", "day"), ("year", "day"), ("year", "month")}

#: What a repeated part is told with that may lack.
LACKS = " may lack"

#: Operators that change the pattern only.
PATTERN = ("alternative", "tighten", "loosen", "widen", "lookaround", "row")


def mutants(rule: Rule, pieces: Pieces) -> Iterator[Mutant]:
    """All mutants of a rule that compile, each once."""
    seen = {rule.expanded}
    for operator, what, pattern, alike in _patterns(rule, pieces):
        try:
            expanded = pieces.expand_once(pattern)
            regex.compile(expanded, FLAGS)
        except (regex.error, ValueError):
            continue
        if expanded not in seen:
            seen.add(expanded)
            yield Mutant(operator, what, replace(rule, pattern=pattern, expanded=expanded), alike)
    yield from _rows(rule, pieces)
    yield from _keys(rule, pieces)


def _patterns(rule: Rule, pieces: Pieces) -> Iterator[tuple[str, str, str, str | None]]:
    """(operator, what, damaged pattern, what proves it alike)."""
    tree = syntax.parse(rule.pattern)
    for branch, position in _places(tree):
        node = branch[position]
        for operator, what, damaged in _quantified(tree, branch, position):
            lacks = operator == "loosen" and what.endswith(LACKS)
            yield operator, what, damaged, idle_lack(tree, branch, position) if lacks else None
        if isinstance(node, Atom) and _guards(node, pieces):
            yield "lookaround", syntax.write(node), _without(tree, branch, position), None
        elif isinstance(node, Group) and node.around:
            alike = idle_look(branch, position, pieces)
            yield "lookaround", syntax.write(node), _without(tree, branch, position), alike
        elif isinstance(node, Group) and node.name and node.name != "evidence":
            wide = Atom(f"{node.opening}[^\\n,;.]+)", node.offset, node.quantifier)
            yield "widen", syntax.write(node), _with(tree, branch, position, wide), None
        elif isinstance(node, Atom) and node.text.startswith("[") and not node.text.startswith("[^"):
            yield "widen", syntax.write(node), _with(tree, branch, position, _reworded(node, "[^\\n]")), None
    for group in syntax.groups(tree):
        if len(group.branches) < 2:
            continue
        for number, branch in enumerate(group.branches):
            kept = group.branches
            group.branches = kept[:number] + kept[number + 1 :]
            damaged = syntax.write(tree)
            group.branches = kept
            yield "alternative", "".join(map(syntax.write, branch)), damaged, dead_branch(group, number, pieces)


def _reworded(atom: Atom, text: str) -> Atom:
    return Atom(text, atom.offset, atom.quantifier)


def _places(tree: Group) -> Iterator[tuple[list[Node], int]]:
    for group in syntax.groups(tree):
        for branch in group.branches:
            for position in range(len(branch)):
                yield branch, position


def _with(tree: Group, branch: list[Node], position: int, node: Node) -> str:
    kept = branch[position]
    branch[position] = node
    damaged = syntax.write(tree)
    branch[position] = kept
    return damaged


def _without(tree: Group, branch: list[Node], position: int) -> str:
    kept = branch.pop(position)
    damaged = syntax.write(tree)
    branch.insert(position, kept)
    return damaged


def _guards(atom: Atom, pieces: Pieces) -> bool:
    """Is it a piece that reads nothing, only looks around?"""
    piece = pieces.pieces.get(atom.text.strip("{}")) if atom.text.startswith("{{") else None
    return piece is not None and all(
        isinstance(node, Group) and node.around for branch in syntax.parse(piece.pattern).branches for node in branch
    )


def _between_blanks(branch: list[Node], position: int) -> bool:
    """Does a blank always stand right before and right behind a part of a branch?"""
    return all(
        0 <= at < len(branch) and isinstance(n := branch[at], Atom) and n.text == r"\s" and n.quantifier in ("", "+")
        for at in (position - 1, position + 1)
    )


def _quantified(tree: Group, branch: list[Node], position: int) -> Iterator[tuple[str, str, str]]:
    """An optional part made a must, and left out; a repeated one read once, and not at all where it may be."""
    node = branch[position]
    quantifier = node.quantifier.rstrip("+?") or node.quantifier[:1]
    if not quantifier:
        return
    what = syntax.write(node)
    blank = isinstance(node, Atom) and node.text in (r"\s", r"[,\s]")
    bounds = regex.fullmatch(r"\{(\d*)(,?)(\d*)\}", quantifier)
    most = int(bounds[3] or (0 if bounds[2] else bounds[1])) if bounds is not None else 0
    gap = isinstance(node, Atom) and (node.text.startswith("[^") or (most >= MANY and node.text.startswith("[")))
    may_lack = quantifier in "?*" or (bounds is not None and bounds[2] and bounds[1] in ("", "0"))
    repeats = quantifier in ("*", "+") or (bounds is not None and bounds[2])
    if may_lack:
        yield "tighten", f"{what} must stand", _requantified(tree, node, "" if quantifier == "?" else "+")
        yield "tighten", f"{what} left out", _without(tree, branch, position)
    if repeats and not blank:
        yield "tighten", f"{what} once only", _requantified(tree, node, "?" if may_lack else "")
    if quantifier == "+" and not blank and not gap and not _between_blanks(branch, position):
        yield "loosen", f"{what}{LACKS}", _requantified(tree, node, "*")
    if bounds is not None and not gap and not blank:
        if bounds[1] not in ("", "0"):
            yield "loosen", f"{what} may be fewer", _requantified(tree, node, f"{{0,{bounds[3] or bounds[1]}}}")
        if 0 < most < MANY:
            yield "loosen", f"{what} may be more", _requantified(tree, node, f"{{{bounds[1] or 0},}}")


def _requantified(tree: Group, node: Node, quantifier: str) -> str:
    kept = node.quantifier
    node.quantifier = quantifier
    damaged = syntax.write(tree)
    node.quantifier = kept
    return damaged


_COLUMN = regex.compile(r"\{\{=?[\w+-]+\.[\w+.-]+(?::[^}]*)?\}\}")


def _rows(rule: Rule, pieces: Pieces) -> Iterator[Mutant]:
    """A column that the rule reads with one of its forms taken out: forms that stand in the marks of its examples."""
    marked = [e.text[start:end].lower() for e in rule.examples for start, end in e.marks]
    for column in dict.fromkeys(_COLUMN.findall(rule.pattern)):
        name, _, where = column.strip("{}=").partition(":")
        used = [form for form in pieces.forms(name, where) if any(_holds(words, form.lower()) for words in marked)]
        longest = sorted(used, key=lambda form: (-len(form), form))[:MOST_ROWS]
        for form in longest:
            words = regex.escape(form, special_only=True, literal_spaces=True).replace(" ", r"\s")
            guard = rf"(?!(?i:{words})(?!\w))"
            pattern = rule.pattern.replace(column, f"(?:{guard}{column})")
            expanded = pieces.expand_once(pattern)
            try:
                regex.compile(expanded, FLAGS)
            except regex.error:
                continue
            yield Mutant("row", f"{form!r} of {column}", replace(rule, pattern=pattern, expanded=expanded))


def _holds(words: str, form: str) -> bool:
    return regex.search(rf"(?<!\w){regex.escape(form)}(?!\w)", words) is not None


def _keys(rule: Rule, pieces: Pieces) -> Iterator[Mutant]:
    """What the rule's other keys say, dropped or changed one at a time."""
    for number, condition in enumerate(rule.conditions):
        rest = rule.conditions[:number] + rule.conditions[number + 1 :]
        yield Mutant("condition", f"{condition.name}: {condition.pattern}", replace(rule, conditions=rest))
    for name, spec in rule.values.items():
        yield Mutant("normaliser", f"{name}: {spec.use} dropped", replace(rule, values=_less(rule.values, name)))
        other = _other(spec)
        if other is not None:
            values = {**rule.values, name: other}
            yield Mutant("normaliser", f"{name}: {spec.use} swapped for {other.use}", replace(rule, values=values))
        for key in spec.constants:
            plain = ValueSpec(spec.use, spec.groups, _less(spec.constants, key))
            values = {**rule.values, name: plain}
            alike = idle_constant(rule, spec, key, pieces)
            yield Mutant("normaliser", f"{name}: {spec.use} without {key}", replace(rule, values=values), alike)
    for name in rule.constants:
        yield Mutant("set", name, replace(rule, constants=_less(rule.constants, name)))
    for name in rule.carry:
        yield Mutant("carry", name, replace(rule, carry=_less(rule.carry, name)))
    if rule.carry_stops:
        yield Mutant("carry", "carry_stops", replace(rule, carry_stops=None))
    for name in rule.links:
        yield Mutant("link", name, replace(rule, links=_less(rule.links, name)))
    for name in rule.hints:
        yield Mutant("condition", f"hints: {name}", replace(rule, hints=_less(rule.hints, name)))
    for kind in rule.yields_to:
        rest_ = tuple(other for other in rule.yields_to if other != kind)
        yield Mutant("condition", f"yields_to: {kind}", replace(rule, yields_to=rest_))
    if rule.each:
        yield Mutant("each", rule.each, replace(rule, each=None))


def _less(mapping: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in mapping.items() if key != name}


def _other(spec: ValueSpec) -> ValueSpec | None:
    """The next normaliser that reads one of the same groups and does something else with them."""
    names = sorted(NORMALISERS)
    start = names.index(spec.use)
    for name in names[start + 1 :] + names[:start]:
        if set(NORMALISERS[name].reads) & set(spec.groups) and (spec.use, name) not in ALIKE:
            reads = NORMALISERS[name].reads
            return ValueSpec(name, {r: spec.groups.get(r, r) for r in reads}, spec.constants)
    return None
