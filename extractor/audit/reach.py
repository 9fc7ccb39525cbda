"""How far a pattern got where it did not match, and at which of its parts it stopped.

The regex module's partial matching says how many characters a pattern reads from a place before the text must differ;
for the few rules that read most, their parts are tried one after another.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import regex

from extractor import syntax
from extractor.pieces import Pieces
from extractor.rules import FLAGS, Rule
from extractor.syntax import Atom, Group, Node
from extractor.text import Span

#: What a pattern may begin to read at: a word, a number or a mark.
_STARTS = regex.compile(r"(?<!\w)\w|[^\w\s]")
#: Characters within which a pattern must have begun to read to be looked at further.
FIRST = 3
#: Seconds that one attempt may take.
SECONDS = 2.0


@dataclass(frozen=True)
class Reach:
    """A reading cut short: where, the share of the pattern's parts that were read, and the part that was not."""

    span: Span
    share: float
    part: str


def longest(rule: Rule, text: str, line: Span) -> Span | None:
    """The longest stretch of a line that a rule begins to read but does not match; None where it reads none."""
    best: Span | None = None
    for m in _STARTS.finditer(text, *line):
        start = m.start()
        try:
            if not _reads(rule, text, start, min(line[1], start + FIRST)):
                continue
            if rule.regex.match(text, start, line[1], timeout=SECONDS) is not None:
                continue
            end = _furthest(rule, text, start, line[1])
        except TimeoutError:
            continue
        if best is None or end - start > best[1] - best[0]:
            best = (start, end)
    return best


def _reads(rule: Rule, text: str, start: int, end: int) -> bool:
    return rule.regex.match(text, start, end, partial=True, timeout=SECONDS) is not None


def _furthest(rule: Rule, text: str, start: int, end: int) -> int:
    """The last offset up to which the text could be the beginning of a match."""
    low = start
    while low < end:
        middle = (low + end + 1) // 2
        if _reads(rule, text, start, middle):
            low = middle
        else:
            end = middle - 1
    return low


def reach(rule: Rule, pieces: Pieces, text: str, start: int, end: int) -> Reach | None:
    """Which parts of the rule's pattern match from `start`, within [start, end); None where not even the first does."""
    probe = _Probe(pieces, text, start, end)
    found = probe.sequence([syntax.parse(rule.pattern)], lambda body: body)
    if found.part is None or found.at is None or found.at <= start:
        return None
    return Reach((start, found.at), found.share, found.part)


@dataclass(frozen=True)
class _Stop:
    """How a sequence of parts did: the share read, where reading ended, and the part that stopped it."""

    share: float
    at: int | None
    part: str | None


class _Probe:
    """Tries beginnings of a pattern at one place of a text."""

    def __init__(self, pieces: Pieces, text: str, start: int, end: int) -> None:
        self.pieces, self.text, self.start, self.end = pieces, text, start, end

    def sequence(self, nodes: Sequence[Node], wrap: Callable[[str], str]) -> _Stop:
        """How many of `nodes` match one after another, then how far into the one that does not."""
        low, high = 0, len(nodes)
        while low < high:
            middle = (low + high + 1) // 2
            if self._match(wrap("".join(map(syntax.write, nodes[:middle]))) or "") is not None:
                low = middle
            else:
                high = middle - 1
        before = "".join(map(syntax.write, nodes[:low]))
        at = self._match(wrap(before)) if before or wrap("") else self.start
        wanted = [_wanted(node) for node in nodes]
        total = sum(wanted) or 1
        if low == len(nodes):
            return _Stop(1.0, at, None)
        inner = self._inside(nodes[low], lambda body: wrap(before + body))
        share = (sum(wanted[:low]) + (inner.share if inner else 0) * wanted[low]) / total
        if inner is not None and inner.part is not None and (inner.at or 0) >= (at or 0):
            return _Stop(share, inner.at, inner.part)
        return _Stop(share, at, _part(nodes, low))

    def _inside(self, node: Node, wrap: Callable[[str], str]) -> _Stop | None:
        """The best of a group's branches."""
        if isinstance(node, Atom) or node.around or node.quantifier.startswith(("*", "?", "{0")):
            return None
        stops = [self.sequence(b, lambda body: wrap(f"{node.opening}{body})")) for b in node.branches]
        return max(stops, key=lambda s: (s.at or 0, s.share)) if stops else None

    def _match(self, pattern: str) -> int | None:
        """Where the longest match of a beginning of the pattern ends."""
        try:
            m = _compiled(self.pieces.expand_once(pattern)).match(self.text, self.start, self.end, timeout=SECONDS)
        except (TimeoutError, regex.error):
            return None
        return None if m is None else m.end()


def _part(nodes: Sequence[Node], index: int) -> str:
    """A part as it is written; a letter with the word that it stands in."""
    first, last = index, index + 1
    if _literal(nodes[index]):
        while first and _literal(nodes[first - 1]):
            first -= 1
        while last < len(nodes) and _literal(nodes[last]):
            last += 1
    return "".join(map(syntax.write, nodes[first:last]))


def _literal(node: Node) -> bool:
    return isinstance(node, Atom) and len(node.text) == 1 and not node.quantifier


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> regex.Pattern[str]:
    return regex.compile(pattern, FLAGS)


def _wanted(node: Node) -> int:
    """1 for a part that must read something, else 0."""
    if node.quantifier.startswith(("*", "?", "{0")):
        return 0
    if isinstance(node, Group):
        return 0 if node.around else max((sum(map(_wanted, b)) for b in node.branches), default=0)
    return 0 if node.text in ("^", "$", r"\b", r"\B") else 1
