"""A set of rules that loaded without a mistake, as plain data: the same bytes need no second reading.

Kept with the compiled patterns (`compiled.py`) under the digest of the rules' and tables' bytes and of the code that
reads them. Files are written as their folder's number and name, so that a package may be prepared where it is built and
installed elsewhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import fields
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from extractor.needs import as_data as beginning_data
from extractor.needs import from_data as beginning_from
from extractor.pieces import Piece, Pieces
from extractor.rules import Condition, Example, Rule, RuleSet, ValueSpec
from extractor.tables import Row, Table, Tables
from extractor.zones import Furniture

_RULE = tuple(field.name for field in fields(Rule))
_FURNITURE = tuple(field.name for field in fields(Furniture))


@lru_cache(maxsize=8)
def name(digest: str) -> str:
    """Under what the snapshot of a set of rules is kept: it depends on their bytes and on the code that reads them."""
    code = hashlib.sha256()
    here = Path(__file__).resolve().parent
    for path in sorted([*here.glob("*.py"), *(here / "normalise").glob("*.py")]):
        if not path.name.startswith("cli"):
            code.update(path.read_bytes())
    return f"rules {code.hexdigest()} {digest}"


def as_data(rules: RuleSet, folders: Sequence[Path]) -> Any:
    """A set of rules as plain data; `folders` are those that its files lie in."""
    numbers = {str(folder): number for number, folder in enumerate(folders)}

    def placed(file: str) -> tuple[int, str]:
        path = Path(file)
        return numbers[str(path.parent)], path.name

    return (
        [_rule_data(rule, placed(rule.file)) for rule in rules.rules],
        [
            [placed(each.file) if key == "file" else getattr(each, key) for key in _FURNITURE]
            for each in rules.furniture
        ],
        [(p.name, p.pattern, p.comment, placed(p.file), p.line) for p in rules.pieces.pieces.values()],
        [
            (table, rules.tables[table].columns,
             [(*placed(row.file), row.line, tuple(row.values())) for row in rules.tables[table]])
            for table in rules.tables
        ],
    )  # fmt: skip


def from_data(data: Any, folders: Sequence[Path], digest: str, folder: str | None) -> RuleSet:
    """The set of rules again, of files that lie in `folders`."""
    files: dict[tuple[int, str], str] = {}

    def file(at: Sequence[Any]) -> str:
        key = (at[0], at[1])
        if key not in files:
            files[key] = str(folders[at[0]] / at[1])
        return files[key]

    rules, furniture, pieces, tables = data
    read = Tables({
        table: Table(table, columns, [
            Row(dict(zip(columns, cells, strict=True)), file(at), line) for *at, line, cells in rows
        ])
        for table, columns, rows in tables
    })  # fmt: skip
    return RuleSet(
        rules=tuple(_rule(dict(zip(_RULE, each, strict=True)), file) for each in rules),
        furniture=tuple(_furniture(dict(zip(_FURNITURE, each, strict=True)), file) for each in furniture),
        pieces=Pieces({p[0]: Piece(p[0], p[1], p[2], file(p[3]), p[4]) for p in pieces}, read),
        tables=read,
        digest=digest,
        folder=folder,
        measured=folder is None,
    )


def _rule_data(rule: Rule, file: tuple[int, str]) -> list[Any]:
    made = {
        "beginning": beginning_data(rule.beginning),
        "constants": _plain(rule.constants),
        "values": [(n, v.use, dict(v.groups), _plain(v.constants)) for n, v in rule.values.items()],
        "helpers": tuple(sorted(rule.helpers)),
        "conditions": [(c.name, c.pattern, c.expanded) for c in rule.conditions],
        "zones": tuple(sorted(rule.zones)),
        "file": file,
        **{key: [_example_data(e) for e in getattr(rule, key)] for key in _EXAMPLES},
    }
    return [made.get(key, getattr(rule, key)) for key in _RULE]


_EXAMPLES = ("examples", "counterexamples", "known_misses")


def _example_data(example: Example) -> tuple[Any, ...]:
    return example.text, example.marks, _plain(list(example.facts)), example.published, example.why, example.line


def _rule(data: dict[str, Any], file: Any) -> Rule:
    data["beginning"] = beginning_from(data["beginning"])
    data["constants"] = _exact(data["constants"])
    data["values"] = {n: ValueSpec(use, groups, _exact(constants)) for n, use, groups, constants in data["values"]}
    data["helpers"] = frozenset(data["helpers"])
    data["conditions"] = tuple(Condition(*each) for each in data["conditions"])
    data["zones"] = frozenset(data["zones"])
    data["file"] = file(data["file"])
    for key in _EXAMPLES:
        data[key] = tuple(
            Example(text, marks, tuple(_exact(facts)), published, why, line)
            for text, marks, facts, published, why, line in data[key]
        )
    return Rule(**data)


def _furniture(data: dict[str, Any], file: Any) -> Furniture:
    return Furniture(**{**data, "file": file(data["file"])})


def _plain(value: Any) -> Any:
    """What a YAML file says with its decimals as tuples of one text (it has no other tuples)."""
    if isinstance(value, Decimal):
        return (str(value),)
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value


def _exact(value: Any) -> Any:
    if isinstance(value, tuple):
        return Decimal(value[0])
    if isinstance(value, dict):
        return {key: _exact(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_exact(each) for each in value]
    return value
