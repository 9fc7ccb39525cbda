"""Damage that changes nothing because no two blanks stand side by side in what rules read.

A word that may lack in `(?: word \\s )*` leaves a bare blank. Where a blank stands before it anyway, the damaged group
reads nothing more; where an optional blank does, that could have read it. The same behind `(?: \\s word )*`.
"""

from __future__ import annotations

from collections.abc import Sequence

import regex

from extractor.syntax import Atom, Group, Node

#: Where a group stands: the branch that holds it and its place there, from the root inwards.
_Trail = list[tuple[Group, list[Node], int]]


def idle_lack(tree: Group, branch: Sequence[Node], position: int) -> str | None:
    """What reads the blank that is left of a group's word if the word may lack; None where nothing is sure to."""
    trail = _trail(tree, branch, position)
    if len(trail) < 2:
        return None
    group, inside, at = trail[-1]
    _, around, place = trail[-2]
    other = [node for node in inside if not _reads_nothing(node) and node is not inside[at]]
    if len(other) != 1 or not _blank(other[0]) or group.name or group.around:
        return None
    optional = group.quantifier[:1] in ("?", "*") or regex.match(r"\{0?,", group.quantifier) is not None
    read = [node for node in inside if node is inside[at] or node is other[0]]
    if read[0] is inside[at]:  # the blank is behind the word: what stands before the group?
        if _ends_in_blank(trail[:-1]):
            return r"\s"
        return r"\s?" if optional and _may_end_in_blank(trail[:-1]) else None
    behind = around[place + 1] if place + 1 < len(around) else None
    return r"\s?" if optional and behind is not None and _optional_blank(behind) else None


def _trail(root: Group, branch: Sequence[Node], position: int) -> _Trail:
    for each in root.branches:
        if each is branch:
            return [(root, each, position)]
        for place, node in enumerate(each):
            if isinstance(node, Group) and (found := _trail(node, branch, position)):
                return [(root, each, place), *found]
    return []


def _reads_nothing(node: Node) -> bool:
    return isinstance(node, Group) and node.around


def _blank(node: Node) -> bool:
    return isinstance(node, Atom) and node.text == r"\s" and not node.quantifier


def _optional_blank(node: Node) -> bool:
    return isinstance(node, Atom) and node.text == r"\s" and node.quantifier == "?"


def _before(trail: _Trail) -> tuple[Node, _Trail] | None:
    """What is read right before a place, with its own trail; None at the beginning or where it may be what repeats."""
    for depth in range(len(trail) - 1, -1, -1):
        group, branch, place = trail[depth]
        for at in range(place - 1, -1, -1):
            if not _reads_nothing(branch[at]):
                return branch[at], [*trail[:depth], (group, branch, at)]
        if group.around or group.quantifier not in ("", "?"):
            return None
    return None


def _ends_in_blank(trail: _Trail) -> bool:
    """Does a blank always stand right before a place?"""
    found = _before(trail)
    if found is None:
        return False
    node, where = found
    if isinstance(node, Atom):
        return _blank(node)
    if node.quantifier or node.opening == "(?>":
        return False
    return all(_ends_in_blank([*where, (node, branch, len(branch))]) for branch in node.branches)


def _may_end_in_blank(trail: _Trail) -> bool:
    """May an optional blank right before a place read the one that stands there, whatever was read before it?"""
    found = _before(trail)
    if found is None:
        return False
    node, where = found
    if isinstance(node, Atom):
        return _optional_blank(node)
    if node.quantifier != "?" or len(node.branches) != 1 or not node.branches[0] or node.name:
        return False
    return _optional_blank(node.branches[0][-1]) and _may_end_in_blank(where)
