"""A small parser of the regular-expression syntax that rules may use.

It reads what `rules/README.md` allows (the regex module's verbose syntax with `{{pieces}}`) into a tree, so that tools
can name a rule's alternatives, instrument them (`rules check`) or damage them (`rules mutate`). What it cannot parse,
a rule may not use.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import regex


class PatternSyntaxError(ValueError):
    """A pattern outside the syntax; `offset` says where in the pattern."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


@dataclass(slots=True)
class Atom:
    """A literal, escape, class, anchor or `{{piece}}`, with its quantifier (empty where there is none)."""

    text: str
    offset: int
    quantifier: str = ""


@dataclass(slots=True)
class Group:
    """A parenthesised part: `opening` is `(?:`, `(?<name>`, `(?=` …; one branch an alternative."""

    opening: str
    offset: int
    branches: list[list[Node]] = field(default_factory=list)
    offsets: list[int] = field(default_factory=list)
    quantifier: str = ""

    @property
    def name(self) -> str | None:
        """The group's name, None where it has none."""
        m = regex.fullmatch(r"\(\?P?<(\w+)>", self.opening)
        return m[1] if m else None

    @property
    def negative(self) -> bool:
        """True for a negative look-around, inside which nothing can be captured."""
        return self.opening in ("(?!", "(?<!")

    @property
    def around(self) -> bool:
        """True for a look-around, which reads nothing."""
        return self.opening in ("(?!", "(?<!", "(?=", "(?<=")


Node = Atom | Group

_TOKEN = regex.compile(
    r"""(?P<piece>\{\{=?[\w.+:=,|\ -]+\}\})
      | (?P<blank>\s+|\#[^\n]*)
      | (?P<open>\(\?:|\(\?>|\(\?=|\(\?!|\(\?<=|\(\?<!|\(\?P?<\w+>|\(\?[is]:|\((?![?*]))
      | (?P<close>\))
      | (?P<bar>\|)
      | (?P<quantifier>(?:[*+?]|\{\d*,?\d*\})[+?]?)
      | (?P<class>\[\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*\])
      | (?P<escape>\\[pP]\{[\w^=]+\}|\\[pP][A-Z]|\\x[0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\[a-zA-Z0-9]|\\.)
      | (?P<char>[^()|\[\]\\*+?{])
    """,
    regex.VERBOSE | regex.DOTALL,
)


def parse(pattern: str) -> Group:
    """Parse a rule's pattern as written (pieces unexpanded) into a tree whose root is `(?:`…`)`."""
    root = Group("(?:", 0, [[]], [0])
    stack = [root]
    position = 0
    while position < len(pattern):
        m = _TOKEN.match(pattern, position)
        if not m:
            raise PatternSyntaxError(
                f"syntax that the tools cannot parse: {pattern[position : position + 12]!r}", position
            )
        kind, text = m.lastgroup, m[0]
        top = stack[-1]
        if kind == "open":
            if text == "(":
                raise PatternSyntaxError("an unnamed capturing group: write (?: or (?<name>", position)
            group = Group(text, position, [[]], [m.end()])
            top.branches[-1].append(group)
            stack.append(group)
        elif kind == "close":
            if len(stack) == 1:
                raise PatternSyntaxError("a closing parenthesis too many", position)
            stack.pop()
        elif kind == "bar":
            top.branches.append([])
            top.offsets.append(m.end())
        elif kind == "quantifier":
            branch = top.branches[-1]
            if not branch or branch[-1].quantifier:
                raise PatternSyntaxError(f"nothing for {text!r} to repeat", position)
            branch[-1].quantifier = text
        elif kind != "blank":
            top.branches[-1].append(Atom(text, position))
        position = m.end()
    if len(stack) > 1:
        raise PatternSyntaxError("a parenthesis is never closed", stack[-1].offset)
    return root


def write(node: Node) -> str:
    """The tree as a pattern again (comments and blanks are gone)."""
    if isinstance(node, Atom):
        return node.text + node.quantifier
    inner = "|".join("".join(map(write, branch)) for branch in node.branches)
    return f"{node.opening}{inner}){node.quantifier}"


def groups(node: Node) -> Iterator[Group]:
    """All groups of a tree, the root first."""
    if isinstance(node, Group):
        yield node
        for branch in node.branches:
            for child in branch:
                yield from groups(child)


@dataclass(frozen=True, slots=True)
class Alternative:
    """An alternative that a rule writes: its text, where it begins, and the marker group that tells it was used."""

    marker: str
    text: str
    offset: int


def instrument(pattern: str) -> tuple[str, list[Alternative]]:
    """The pattern with an empty named group at the end of each alternative, and the alternatives.

    A group `(?<alt_3>)` takes part in a match exactly when its alternative does. Alternatives inside negative
    look-arounds are conditions, not readings, and are left out.
    """
    alternatives: list[Alternative] = []

    def walk(node: Node) -> str:
        if isinstance(node, Atom):
            return node.text + node.quantifier
        if node.negative:
            return write(node)
        parts: list[str] = []
        for branch, offset in zip(node.branches, node.offsets, strict=True):
            text = "".join(map(walk, branch))
            if len(node.branches) > 1:
                marker = f"alt_{len(alternatives)}"
                alternatives.append(Alternative(marker, "".join(map(write, branch)), offset))
                text += f"(?<{marker}>)"
            parts.append(text)
        return f"{node.opening}{'|'.join(parts)}){node.quantifier}"

    return walk(parse(pattern)), alternatives
