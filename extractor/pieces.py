"""The shared pieces of patterns: `{{name}}` from rules/_patterns.yaml and `{{table.column}}` from `data/`.

`{{table.column}}` stands for every form that the column lists, as a prefix tree that takes the longest, whatever the
capitals; `{{=table.column}}` wants the capitals as written. `{{bodies.name+aliases:level=commune}}` reads two columns
of the rows whose `level` is `commune`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import regex

from extractor import compiled
from extractor import text as text_module
from extractor.tables import Tables, spelling
from extractor.text import canonical

#: Where a pattern names a piece or a column.
REFERENCE = regex.compile(r"\{\{(?P<exact>=?)(?P<name>[\w+.-]+)(?::(?P<where>[^}]*))?\}\}")
_HYPHEN = regex.compile(r"\s*-\s*")


#: Characters of a written-out column from which it pays to write it once.
LONG = 300
#: How the names of the groups begin that hold what is written once; no rule's own group begins so.
DEFINED = "_piece_"
#: The code that writes the forms of a vocabulary as one pattern.
_MADE = compiled.code(str(text_module.__file__), __file__)


@dataclass(frozen=True)
class Piece:
    """A named part of patterns."""

    name: str
    pattern: str
    comment: str
    file: str
    line: int


class PieceError(ValueError):
    """A piece that does not exist or holds itself."""


class Pieces:
    """Expands `{{…}}` in patterns."""

    def __init__(self, pieces: Mapping[str, Piece], tables: Tables) -> None:
        self.pieces = dict(pieces)
        self.tables = tables
        self.spelling = spelling(tables)
        self._columns: dict[str, str] = {}
        self._expanded: dict[str, str] = {}

    def expand(self, pattern: str, inside: tuple[str, ...] = ()) -> str:
        """The pattern with every piece written out; raises `PieceError`."""
        return REFERENCE.sub(lambda m: self._piece(m, inside), pattern)

    def expand_once(self, pattern: str) -> str:
        """`expand`, with each long column written out at most twice: where it first stands, and once for all others.

        A pattern that names a vocabulary sixteen times is a tenth as long and compiles in a tenth of the time.
        """
        expanded = self.expand(pattern)
        defined = ""
        for number, column in enumerate(self._columns.values()):
            if len(column) >= LONG and expanded.count(column) > 2:
                first = expanded.index(column) + len(column)
                expanded = expanded[:first] + expanded[first:].replace(column, f"(?&{DEFINED}{number})")
                defined += f"(?<{DEFINED}{number}>{column})"
        return f"{expanded}(?(DEFINE){defined})" if defined else expanded

    def _piece(self, m: regex.Match[str], inside: tuple[str, ...]) -> str:
        name = m["name"]
        if "." in name:
            if m[0] not in self._columns:
                self._columns[m[0]] = self._column(name, m["where"] or "", exact=bool(m["exact"]))
            return self._columns[m[0]]
        if name in inside:
            raise PieceError(f"the piece {{{{{name}}}}} holds itself: {' → '.join((*inside, name))}")
        piece = self.pieces.get(name)
        if piece is None:
            raise PieceError(f"no piece {{{{{name}}}}} in _patterns.yaml")
        if name not in self._expanded:
            self._expanded[name] = f"(?:{self.expand(piece.pattern, (*inside, name))})"
        return self._expanded[name]

    def _column(self, name: str, where: str, *, exact: bool) -> str:
        forms = self.forms(name, where)
        written = [canonical(form, self.spelling) for form in forms]
        # Under (?i) two branches that differ in capitals only would hide a longer form behind a shorter one.
        body = alternation(written if exact else map(str.lower, written))
        return rf"(?<!\w)(?:{body})(?!\w)" if exact else rf"(?<!\w)(?i:{body})(?!\w)"

    def forms(self, name: str, where: str = "") -> list[str]:
        """The forms that `table.column` stands for, `where` as in `level=commune,kind=party`."""
        table, _, columns = name.partition(".")
        if table not in self.tables:
            raise PieceError(f"no table data/{table}.csv")
        unknown = [c for c in columns.split("+") if c not in self.tables[table].columns]
        conditions = dict(part.split("=", 1) for part in where.split(",") if "=" in part)
        unknown += [c for c in conditions if c not in self.tables[table].columns]
        if unknown:
            raise PieceError(f"data/{table}.csv has no column {', '.join(unknown)}")
        forms = self.tables[table].forms(columns, conditions)
        if not forms:
            raise PieceError(f"{{{{{name}:{where}}}}} stands for nothing: data/{table}.csv has no such row")
        return forms


def alternation(forms: Iterable[str]) -> str:
    """A pattern that matches any of `forms`, the longest first; hyphens may have spaces about them."""
    listed = list(forms)
    return str(compiled.known(f"alternation {_MADE} " + "\0".join(listed), lambda: _tree(listed)))


def _tree(forms: Iterable[str]) -> str:
    root: dict[str, dict[str, object]] = {}
    for form in forms:
        node: dict[str, object] = root  # type: ignore[assignment]
        for token in _tokens(canonical(form, {})):
            node = node.setdefault(token, {})  # type: ignore[assignment]
        node[""] = {}
    return _branch(root)


def _tokens(form: str) -> list[str]:
    tokens: list[str] = []
    for i, part in enumerate(_HYPHEN.split(" ".join(form.split()))):
        if i:
            tokens.append(r"\s?-\s?")
        tokens.extend(r"\s" if c == " " else regex.escape(c, special_only=True).replace("#", r"\#") for c in part)
    return tokens


def _branch(node: Mapping[str, object]) -> str:
    children = [(token, child) for token, child in sorted(node.items()) if token]
    ends = "" in node
    parts = [token + _branch(child) for token, child in children]  # type: ignore[arg-type]
    if not parts:
        return ""
    body = parts[0] if len(parts) == 1 and not ends else f"(?:{'|'.join(parts)})"
    return f"{body}?" if ends else body
