"""Loading rules and data: every mistake named by file and line, all of them at once.

`rules/README.md` describes the format for the people who write rules; this module is what holds them to it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, cast

import regex

from extractor import compiled, snapshot, syntax, yamlfile
from extractor.errors import Problem, RulesError
from extractor.needs import Needs, beginning
from extractor.normalise import NORMALISERS
from extractor.openings import Openings
from extractor.piece_faults import PieceFaults
from extractor.pieces import DEFINED, Piece, PieceError, Pieces
from extractor.records import KINDS, Kind
from extractor.rules import FLAGS, Condition, Example, Rule, RuleSet, ValueSpec
from extractor.schema import CONDITIONS, FIELDS, PLACES, SCOPES, ZONES, check_keys
from extractor.shipped import home
from extractor.tables import load_tables
from extractor.yamlfile import Document
from extractor.zones import Furniture, read_furniture

#: The file of shared pieces in a folder of rules.
PATTERNS = "_patterns.yaml"


def load_rules(folder: str | Path | None = None) -> RuleSet:
    """The shipped rules and data, with those of `folder` layered over them.

    A user's folder holds `*.yaml` (or `rules/*.yaml`) and `data/*.csv`. Raises `RulesError` with every mistake.
    """
    problems: list[Problem] = []
    rule_folders, data_folders = [home() / "rules"], [home() / "data"]
    if folder is not None:
        extra = Path(folder)
        if not extra.is_dir():
            raise RulesError([Problem(str(extra), 1, "there is no such rules folder")])
        rule_folders.append(extra / "rules" if (extra / "rules").is_dir() else extra)
        data_folders.append(extra / "data")
        if not any(extra.rglob("*.yaml")) and not any((extra / "data").glob("*.csv")):
            raise RulesError([Problem(str(extra), 1, "the rules folder holds neither *.yaml nor data/*.csv")])
    digest, tables_digest = _digest(rule_folders, data_folders), _digest([], data_folders)
    compiled.recall(digest)
    name, folders = snapshot.name(digest), [*rule_folders, *data_folders]
    kept = compiled.recalled(name)
    if kept is not None:
        found = snapshot.from_data(kept, folders, digest, None if folder is None else str(folder))
        return replace(found, tables_digest=tables_digest)
    compiled.renew()
    tables = load_tables(data_folders, problems)
    documents = [
        document
        for number, each in enumerate(rule_folders)
        for path in sorted(each.glob("*.yaml"))
        if (document := _load(path, number, problems)) is not None
    ]
    before = len(problems)
    pieces = Pieces(_read_pieces([d for d in documents if Path(d.file).name == PATTERNS], problems), tables)
    lost = len(problems) > before or any(Path(problem.file).name == PATTERNS for problem in problems)
    faults = PieceFaults(pieces, lost=lost, problems=problems)
    needs = Needs(Openings(pieces))
    rules: dict[str, Rule] = {}
    furniture: dict[str, Furniture] = {}
    for layer in rule_folders:
        seen: dict[str, str] = {}
        for document in documents:
            path = Path(document.file)
            if path.parent != layer or path.name == PATTERNS:
                continue
            if path.name == "boilerplate.yaml":
                furniture.update(read_furniture(document, faults, problems))
            else:
                for rule in _read_rules(document, faults, needs, len(rules), problems):
                    if rule.id in seen:
                        problems.append(Problem(rule.file, rule.line, f"the id {rule.id!r} is used in {seen[rule.id]}"))
                    seen[rule.id] = f"{rule.file}:{rule.line}"
                    rules[rule.id] = rule
    problems += faults.told()
    for rule in rules.values():
        if rule.replaced_by and rule.replaced_by not in rules:
            problems.append(Problem(rule.file, rule.line, f"replaced_by names no rule: {rule.replaced_by}"))
    if problems:
        raise RulesError(list(dict.fromkeys(problems)))
    ordered = tuple(sorted(rules.values(), key=lambda r: (KINDS.index(r.kind), r.order)))
    loaded = RuleSet(
        rules=ordered,
        furniture=tuple(furniture.values()),
        pieces=pieces,
        tables=tables,
        digest=digest,
        folder=None if folder is None else str(folder),
        measured=folder is None,
        tables_digest=tables_digest,
    )
    compiled.known(name, lambda: snapshot.as_data(loaded, folders))
    compiled.keep(digest)
    return loaded


def _load(path: Path, layer: int, problems: list[Problem]) -> Document | None:
    document = yamlfile.load(path, problems)
    if document is None:
        return None
    if document.data is None:
        return None
    if not isinstance(document.data, list):
        problems.append(document.problem("a top-level list is wanted"))
        return None
    return document


def _digest(rule_folders: Sequence[Path], data_folders: Sequence[Path]) -> str:
    """A digest of the bytes of all rule and data files, in layer and name order."""
    digest = hashlib.sha256()
    for folders, pattern in ((rule_folders, "*.yaml"), (data_folders, "*.csv")):
        for folder in folders:
            for path in sorted(folder.glob(pattern)):
                digest.update(path.name.encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _read_pieces(documents: Sequence[Document], problems: list[Problem]) -> dict[str, Piece]:
    pieces: dict[str, Piece] = {}
    for document in documents:
        for i, entry in enumerate(document.data):
            if check_keys(document, entry, (i,), "piece", problems):
                pieces[entry["name"]] = Piece(
                    entry["name"], entry["pattern"], entry["comment"], document.file, document.line(i)
                )
    return pieces


def _read_rules(
    document: Document, faults: PieceFaults, needs: Needs, start: int, problems: list[Problem]
) -> list[Rule]:
    found = []
    for i, entry in enumerate(document.data):
        if check_keys(document, entry, (i,), "rule", problems):
            rule = _read_rule(document, i, entry, faults, needs, start + i, problems)
            if rule is not None:
                found.append(rule)
    return found


def _read_rule(
    document: Document, i: int, entry: dict[str, Any], faults: PieceFaults, needs: Needs, order: int,
    problems: list[Problem],
) -> Rule | None:  # fmt: skip
    before = len(problems)
    kind = cast(Kind, entry["kind"])
    deprecated = entry["status"] == "deprecated"
    pattern = entry.get("pattern") or ""
    if not pattern and not deprecated:
        problems.append(document.problem(f"{entry['id']}: a pattern is wanted", i))
    expanded = _compile(document, pattern, faults, (i, "pattern"), problems)
    values = _values(document, i, entry, problems)
    helpers = frozenset(entry.get("helpers") or ())
    fields = FIELDS.get(kind, frozenset())
    if expanded is not None:
        _check_groups(document, i, entry, expanded, fields, helpers, values, problems)
    conditions = []
    for name in CONDITIONS:
        given = entry.get(name)
        for n, text in enumerate(given if isinstance(given, list) else [given] if given else []):
            where = (i, name, n) if isinstance(given, list) else (i, name)
            body = _compile(document, text, faults, where, problems)
            if body is not None:
                conditions.append(Condition(name, text, body))
                _ = conditions[-1].regex  # compiled while the cache is open
    stops = entry.get("carry_stops")
    stops = _compile(document, stops, faults, (i, "carry_stops"), problems) if stops else None
    for name, scope in (entry.get("carry") or {}).items():
        if scope not in SCOPES:
            message = f"carry {name}: {scope!r} is none of {', '.join(SCOPES)}"
            problems.append(document.problem(message, i, "carry", name))
    for name in entry.get("yields_to") or ():
        if name not in KINDS:
            problems.append(document.problem(f"yields_to: {name!r} is no kind", i, "yields_to"))
    for name, target in (entry.get("links") or {}).items():
        if target not in KINDS:
            problems.append(document.problem(f"links {name}: {target!r} is no kind", i, "links", name))
    zones = frozenset(entry.get("zones") or ("title", "body", "caption"))
    for zone in sorted(zones - ZONES):
        problems.append(document.problem(f"no zone {zone!r}; there are {', '.join(sorted(ZONES))}", i, "zones"))
    within = entry.get("within") or "line"
    if within not in PLACES:
        problems.append(document.problem(f"within is {' or '.join(PLACES)}", i, "within"))
    examples = read_examples(document, i, entry, "examples", problems)
    counterexamples = read_examples(document, i, entry, "counterexamples", problems)
    known_misses = read_examples(document, i, entry, "known_misses", problems)
    if not deprecated:
        if len(examples) < 2:
            problems.append(document.problem(f"{entry['id']}: at least two examples are wanted", i, "examples"))
        if not counterexamples:
            problems.append(document.problem(f"{entry['id']}: a counterexample is wanted", i, "counterexamples"))
    each = entry.get("each")
    if len(problems) > before or expanded is None:
        return None
    return Rule(
        id=entry["id"], status=entry["status"], kind=kind, description=entry["description"],
        references=tuple(entry.get("references") or ()), pattern=pattern, expanded=expanded,
        beginning=beginning(pattern, expanded, needs), priority=int(entry.get("priority") or 0),
        constants=entry.get("set") or {}, values=values, helpers=helpers,
        each=each, carry=entry.get("carry") or {}, carry_stops=stops,
        links=entry.get("links") or {}, yields_to=tuple(entry.get("yields_to") or ()),
        hints={k: tuple(v) for k, v in (entry.get("hints") or {}).items()}, conditions=tuple(conditions), zones=zones,
        within=cast(Literal["line", "cell"], within),
        replaced_by=entry.get("replaced_by"), examples=examples, counterexamples=counterexamples,
        known_misses=known_misses, file=document.file, line=document.line(i), order=order,
        lines={str(key): document.line(i, key) for key in entry},
    )  # fmt: skip


def _compile(
    document: Document, pattern: str, faults: PieceFaults, where: tuple[str | int, ...], problems: list[Problem]
) -> str | None:
    """The pattern with its pieces written out, None (and a problem) where it cannot be parsed or compiled."""
    try:
        syntax.parse(pattern)
        expand = faults.pieces.expand_once if where[1] == "pattern" else faults.pieces.expand
        expanded = expand(pattern)
        compiled.compile(expanded, FLAGS)
    except syntax.PatternSyntaxError as error:
        line = document.line(*where)
        if "\n" in pattern:  # a block scalar begins on the line after its key
            line += 1 + pattern.count("\n", 0, error.offset)
        problems.append(Problem(document.file, line, str(error)))
        return None
    except (PieceError, regex.error) as error:
        if not faults.explain(pattern):
            said = str(error) if isinstance(error, PieceError) else f"the pattern does not compile: {error}"
            problems.append(document.problem(said, *where))
        return None
    return expanded


def _values(document: Document, i: int, entry: Mapping[str, Any], problems: list[Problem]) -> dict[str, ValueSpec]:
    specs: dict[str, ValueSpec] = {}
    for name, given in (entry.get("values") or {}).items():
        where = (i, "values", name)
        if isinstance(given, str):
            given = {"use": given}
        if not isinstance(given, dict) or set(given) - {"use", "from", "with"} or "use" not in given:
            problems.append(document.problem(f"values {name}: a normaliser's name or use/from/with is wanted", *where))
            continue
        normaliser = NORMALISERS.get(given["use"])
        if normaliser is None:
            known = ", ".join(sorted(NORMALISERS))
            problems.append(document.problem(f"no normaliser {given['use']!r}; there are {known}", *where))
            continue
        groups = given.get("from") or {}
        if isinstance(groups, str):
            groups = {normaliser.reads[0]: groups}
        unknown = [p for p in groups if p not in normaliser.reads]
        if unknown:
            message = f"{given['use']} reads {', '.join(normaliser.reads)}, not {', '.join(unknown)}"
            problems.append(document.problem(message, *where))
        if len(normaliser.reads) == 1 and not groups:
            groups = {normaliser.reads[0]: name}
        specs[name] = ValueSpec(given["use"], {p: groups.get(p, p) for p in normaliser.reads}, given.get("with") or {})
    return specs


def _check_groups(
    document: Document, i: int, entry: Mapping[str, Any], expanded: str, fields: frozenset[str],
    helpers: frozenset[str], values: Mapping[str, ValueSpec], problems: list[Problem],
) -> None:  # fmt: skip
    """Every named group is a field or a helper; every field that the rule speaks of exists."""
    named = {name for name in compiled.compile(expanded, FLAGS).groupindex if not name.startswith(DEFINED)}
    for name in sorted(named - fields - helpers):
        message = f"the group {name!r} is neither a field of {entry['kind']} nor under helpers"
        problems.append(document.problem(message, i, "pattern"))
    for name in sorted(helpers - named):
        problems.append(document.problem(f"the helper {name!r} is no group of the pattern", i, "helpers"))
    for key in ("set", "values", "carry", "links"):
        for name in entry.get(key) or {}:
            if name not in fields:
                problems.append(document.problem(f"{key}: {entry['kind']} has no field {name!r}", i, key, name))
    for name in [entry["each"]] if entry.get("each") else []:
        if name not in named:
            problems.append(document.problem(f"each: the pattern has no group {name!r}", i, "each"))
    for name in entry.get("hints") or {}:
        if name not in named:
            problems.append(document.problem(f"hints: the pattern has no group {name!r}", i, "hints"))
    for field_name, spec in values.items():
        if not any(group in named for group in spec.groups.values()):
            wanted = ", ".join(spec.groups.values())
            problems.append(document.problem(f"{field_name}: none of the groups {wanted}", i, "values", field_name))


_MARK = regex.compile(r"\[\[|\]\]")


def read_examples(
    document: Document, i: int, entry: Mapping[str, Any], key: str, problems: list[Problem]
) -> tuple[Example, ...]:
    """The examples under one key of a document's i-th entry; mistakes go to `problems`."""
    found = []
    for n, given in enumerate(entry.get(key) or ()):
        where = (i, key, n)
        if not check_keys(document, given, where, "example", problems):
            continue
        text, marks, error = unmark(given["text"])
        if error:
            problems.append(document.problem(error, *where))
            continue
        facts = given.get("facts") or []
        if key == "examples" and (not marks or not facts):
            problems.append(document.problem("an example wants [[marks]] about the evidence, and facts", *where))
        if key == "counterexamples" and not given.get("why"):
            problems.append(document.problem("a counterexample wants its why", *where))
        if key != "examples" and (marks or facts):
            problems.append(document.problem(f"{key} have neither marks nor facts", *where))
        found.append(
            Example(text, tuple(marks), tuple(facts), given.get("published"), given.get("why"), document.line(*where))
        )
    return tuple(found)


def unmark(marked: str) -> tuple[str, list[tuple[int, int]], str | None]:
    """A marked example's text without its `[[` and `]]`, the spans they marked, and an error if one does not close."""
    parts: list[str] = []
    spans: list[tuple[int, int]] = []
    start: int | None = None
    done = length = 0
    for m in _MARK.finditer(marked):
        part = marked[done : m.start()]
        parts.append(part)
        length += len(part)
        done = m.end()
        if (m[0] == "[[") == (start is not None):
            return marked, [], "the marks [[ ]] do not close or are nested"
        if start is None:
            start = length
        else:
            spans.append((start, length))
            start = None
    if start is not None:
        return marked, [], "a mark [[ is not closed by ]]"
    return "".join([*parts, marked[done:]]), spans, None
