"""YAML read with the line of every value, so that a mistake in a rule can be named by file and line."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from extractor.errors import Problem

#: Where a value stands in a document: keys and list positions from the root.
Where = tuple[str | int, ...]

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Document:
    """A YAML file's data and the line (from 1) of each value in it."""

    file: str
    data: Any
    lines: dict[Where, int]

    def line(self, *where: str | int) -> int:
        """The line of a value, else of the nearest one that holds it."""
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where, 1)

    def problem(self, message: str, *where: str | int) -> Problem:
        """A mistake at a value."""
        return Problem(self.file, self.line(*where), message)


def load(path: Path, problems: list[Problem]) -> Document | None:
    """Read a YAML file; a file that is not YAML goes to `problems` and gives None.

    Numbers become exact decimals or integers, dates stay strings, a key given twice is a mistake.
    """
    file = str(path)
    try:
        node = yaml.compose(path.read_bytes().decode("utf-8-sig"), Loader=_LOADER)
    except (OSError, UnicodeDecodeError) as error:
        problems.append(Problem(file, 1, f"cannot be read as UTF-8: {error}"))
        return None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problems.append(Problem(file, mark.line + 1 if mark else 1, f"no YAML: {getattr(error, 'problem', error)}"))
        return None
    lines: dict[Where, int] = {}
    return Document(file, _build(node, (), lines, file, problems), lines)


def _build(node: yaml.Node | None, where: Where, lines: dict[Where, int], file: str, problems: list[Problem]) -> Any:
    if node is None:
        return None
    lines[where] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in found:
                problems.append(Problem(file, key_node.start_mark.line + 1, f"the key {key!r} is given twice"))
            found[key] = _build(value_node, (*where, key), lines, file, problems)
            lines[(*where, key)] = key_node.start_mark.line + 1
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_build(child, (*where, i), lines, file, problems) for i, child in enumerate(node.value)]
    return _scalar(node)


def _scalar(node: yaml.Node) -> Any:
    text = str(node.value)
    kind = node.tag.rsplit(":", 1)[-1]
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() in ("true", "yes", "on")
    try:
        if kind == "int":
            return int(text)
        if kind == "float":
            return Decimal(text)
    except (ValueError, ArithmeticError):
        return text
    return text
