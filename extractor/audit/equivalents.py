"""Damage that is proved to change nothing: a mutant alike is told with the reason and does not count.

Three proofs, all strict. A branch is dead whose every string (it has few) is read by a branch before it, or, where a
group only looks around, by any other branch. A look-around is idle whose neighbour asks the same at the same place.
A constant is idle that the normaliser would take by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

import regex

from extractor import syntax
from extractor.pieces import Pieces
from extractor.rules import FLAGS, Rule, ValueSpec
from extractor.syntax import Atom, Group, Node

#: Strings of a branch that are looked at; a branch with more is not judged.
MOST_STRINGS = 200
#: What stands about the body of an expanded piece.
_WRAPPED = "(?:"


def dead_branch(group: Group, number: int, pieces: Pieces) -> str | None:
    """The branch of a group that reads all that branch `number` does, before it; None where none is sure to."""
    branch = group.branches[number]
    found = _strings(branch)
    strings = list(islice(found, MOST_STRINGS + 1)) if found is not None else []
    if not strings or len(strings) > MOST_STRINGS:
        return None
    for other, before in enumerate(group.branches):
        if other == number or (other > number and not group.around):
            continue
        written = "".join(map(syntax.write, before))
        if "(?<" in written.replace("(?<=", "").replace("(?<!", ""):
            continue
        try:
            reads = regex.compile(pieces.expand(written), FLAGS | _flags(group))
        except (regex.error, ValueError):
            continue
        # What is read must be read whatever stands around: a branch that looks around is no proof.
        if not _looks(written, pieces) and all(reads.fullmatch(text) for text in strings):
            return written
    return None


def idle_look(branch: Sequence[Node], position: int, pieces: Pieces) -> str | None:
    """The neighbour of a look-around that asks the same at the same place; None where none is sure to."""
    node = branch[position]
    if not isinstance(node, Group) or not node.around:
        return None
    asked = syntax.write(node)
    behind = node.opening in ("(?<!", "(?<=")
    at = position + 1 if behind else position - 1
    if not 0 <= at < len(branch):
        return None
    neighbour = branch[at]
    if not isinstance(neighbour, Atom) or neighbour.quantifier or not neighbour.text.startswith("{{"):
        return None
    body = pieces.expand(neighbour.text)
    while body.startswith(_WRAPPED + "(?") and body.endswith(")") and "|" not in body.split("(?i:")[0]:
        body = body[len(_WRAPPED) : -1]
    same = body.startswith(asked) if behind else body.endswith(asked)
    return neighbour.text if same and "." in neighbour.text else None


def idle_constant(rule: Rule, spec: ValueSpec, key: str, pieces: Pieces) -> str | None:
    """Why a constant of a normaliser says what it would do without: a figure that no word moves is a level."""
    if spec.use != "figure" or key != "measure" or spec.constants[key] != "level":
        return None
    leads = [spec.groups.get(name, name) for name in ("lead", "before")]
    written = [text for name in leads for text in _named(syntax.parse(rule.pattern), name, pieces)]
    return None if any(_moves(text, pieces) for text in written) else "figure"


def _named(tree: Group, name: str, pieces: Pieces) -> Iterator[str]:
    """What the groups of a name hold, with the pieces written out and the columns of vocabularies left as they are."""
    for group in syntax.groups(tree):
        if group.name == name:
            yield _inlined(syntax.write(group), pieces)
        for node in (node for branch in group.branches for node in branch if isinstance(node, Atom)):
            piece = pieces.pieces.get(node.text.strip("{}")) if node.text.startswith("{{") else None
            if piece is not None:
                yield from _named(syntax.parse(piece.pattern), name, pieces)


def _inlined(pattern: str, pieces: Pieces) -> str:
    for piece in pieces.pieces.values():
        mark = f"{{{{{piece.name}}}}}"
        if mark in pattern:
            return _inlined(pattern.replace(mark, f"(?:{piece.pattern})"), pieces)
    return pattern


def _moves(pattern: str, pieces: Pieces) -> bool:
    """May words before a figure say a rise, a fall or an open range? Sure only where each word is known."""
    columns = set(regex.findall(r"\{\{=?([^}]+)\}\}", pattern))
    calm = {f"figure-words.word:{what}" for what in ("role=status", "role=filler", "role=bound", "value=reach")}
    written = regex.sub(r"\{\{[^}]+\}\}", "", pattern).replace(r"\s", " ").lower()
    moving = [f for how in ("value=rise", "value=fall", "role=from") for f in pieces.forms("figure-words.word", how)]
    if any(sign in written for sign in "+-"):
        return True
    return not columns <= calm or any(regex.search(rf"(?<!\w){regex.escape(f)}(?!\w)", written) for f in moving)


def _flags(group: Group) -> int:
    return int(regex.IGNORECASE) if group.opening.startswith("(?i") else 0


def _looks(written: str, pieces: Pieces) -> bool:
    return regex.search(r"\(\?<?[=!]|\\[bB]|[\^$]", pieces.expand(written).replace("[^", "")) is not None


def _strings(nodes: Sequence[Node]) -> Iterator[str] | None:
    """The strings of a branch of letters, blanks, digits' groups and options; None where they are not so few."""
    parts: list[list[str]] = []
    for node in nodes:
        choices = _choices(node)
        if choices is None or len(choices) > MOST_STRINGS:
            return None
        parts.append(choices)
    return _joined(parts)


def _joined(parts: Sequence[Sequence[str]]) -> Iterator[str]:
    if not parts:
        yield ""
        return
    for rest in _joined(parts[:-1]):
        for last in parts[-1]:
            yield rest + last


def _choices(node: Node) -> list[str] | None:
    once: list[str]
    if isinstance(node, Group):
        if node.opening != "(?:":
            return None
        once = []
        for branch in node.branches:
            found = _strings(branch)
            if found is None:
                return None
            once += islice(found, MOST_STRINGS + 1)
    elif node.text == r"\s":
        once = [" "]
    elif len(node.text) == 1 and node.text not in ".^$":
        once = [node.text]
    else:
        return None
    if node.quantifier == "":
        return once
    return ["", *once] if node.quantifier.startswith("?") else None
