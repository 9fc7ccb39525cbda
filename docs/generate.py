"""Writes the reference of the site: a page of rules a kind, the commands, the records, the Python interface.

`write(docs/reference, build/docs-kb)` is called by docs/conf.py. Figures come from the knowledge base that `make docs`
extracts from the articles with gold; without it the pages say that nothing was measured.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import typer
import yaml

import extractor
from extractor.audit.confidence import Judged, by_gold, together
from extractor.audit.evaluate import evaluate
from extractor.audit.gold import load_gold
from extractor.audit.outputs import Output
from extractor.cli import app
from extractor.records import json_schema

ROOT = Path(__file__).resolve().parent.parent
#: File of rules → its names in Vietnamese and English.
KINDS = {
    "dates": ("Ngày tháng", "dates"),
    "documents": ("Văn bản", "documents"),
    "officials": ("Cán bộ", "officials"),
    "indicators": ("Chỉ tiêu", "indicators"),
    "programs": ("Chương trình", "programs"),
}
#: Gold whose errors were read while the rules were made; the blind part (data/gold/test) is told as a whole only.
GOLD = ("data/samples/gold", "data/gold/dev/gold")
#: Modules beside the package itself that others import.
MODULES = ("extractor.records", "extractor.errors", "extractor.component", "extractor.spark")
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~$&@])")
_LINE_START = re.compile(r"^(\d+)([.)])|^([-+=:])")


def escape(text: str) -> str:
    """Text that Markdown shows as it is, on one line."""
    return literal_start(_SPECIAL.sub(r"\\\1", " ".join(str(text).split())))


def literal_start(text: str) -> str:
    """A text that begins no list, whatever it begins with."""
    return _LINE_START.sub(lambda m: f"{m[1]}\\{m[2]}" if m[1] else f"\\{m[3]}", text)


def marked(text: str) -> str:
    """An example with its `[[evidence]]` marked."""
    parts = re.split(r"(\[\[|\]\])", " ".join(text.split()))
    return "".join({"[[": "<mark>", "]]": "</mark>"}.get(p) or _SPECIAL.sub(r"\\\1", p) for p in parts)


def code(value: Any) -> str:
    """A value in a code span."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    fence = "`" * (max((len(m) for m in re.findall("`+", text)), default=0) + 1)
    return f"{fence}{text}{fence}" if not (text.startswith("`") or text.endswith("`")) else f"{fence} {text} {fence}"


def measured(kb: Path) -> dict[str, Judged]:
    """What gold says of every rule's facts in the knowledge base of `make docs`; nothing where it is not there."""
    if not (kb / "facts.jsonl").exists():
        return {}
    output = Output(kb)
    return together(*(by_gold(evaluate(load_gold(ROOT / folder), output)) for folder in GOLD))


def rule_page(name: str, rules: Sequence[Mapping[str, Any]], figures: Mapping[str, Judged]) -> Iterator[str]:
    """Lines of the page of one kind."""
    vietnamese, english = KINDS[name]
    samples = sum(len(rule["examples"]) + len(rule.get("counterexamples") or ()) for rule in rules)
    yield f"# {vietnamese} · rules of {english}\n"
    yield (
        f"{len(rules)} rules with {samples} examples and counterexamples, from `rules/{name}.yaml`, in the order in "
        "which they stand there; [how a rule is written](../../../rules/README.md). The <mark>marked</mark> words are "
        "the evidence.\n"
    )
    yield (
        "*Measured* are the articles with gold that rules were worked on with (`data/samples`, `data/gold/dev`): facts "
        "found rightly, of those judged. What to expect of new articles is told in "
        "[Measured accuracy](../../accuracy.md).\n"
        if figures
        else "Nothing was measured in this build (`make docs` measures).\n"
    )
    for rule in rules:
        yield f"({rule['id']})=\n\n## {rule['id'].partition('.')[2]}\n"
        yield escape(rule["description"]) + "\n"
        yield " · ".join(["Id: " + code(rule["id"]), rule["status"], *told(rule, figures)]) + "\n"
        if rule.get("references"):
            yield "References: " + "; ".join(escape(text) for text in rule["references"]) + "\n"
        yield ":::{code-block} text\n:class: rule-pattern\n"
        yield rule["pattern"].rstrip() + "\n:::\n"
        keys = [k for k in rule if k not in SHOWN and rule[k] not in (None, [], {})]
        if keys:
            yield "\n".join(f"- {key}: {code(rule[key])}" for key in keys) + "\n"
        yield from examples("Examples", rule["examples"])
        yield from examples("Counterexamples", rule.get("counterexamples") or ())
        yield from examples("Known misses", rule.get("known_misses") or ())


def told(rule: Mapping[str, Any], figures: Mapping[str, Judged]) -> Iterator[str]:
    """What was measured of a rule, and what took its place."""
    own = figures.get(rule["id"])
    if own:
        yield f"measured: {own.right} of {own.judged} right ({own.right / own.judged:.0%})"
    elif figures:
        yield "measured: none judged"
    if rule.get("replaced_by"):
        yield f"replaced by {code(rule['replaced_by'])}"


#: Keys that have their own place on a page.
SHOWN = {
    "id", "status", "kind", "description", "references", "pattern", "examples", "counterexamples", "known_misses",
    "replaced_by", "helpers",
}  # fmt: skip


def examples(title: str, entries: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """A list of examples with what they give, or why they give nothing."""
    if not entries:
        return
    yield f"**{title}**\n"
    for entry in entries:
        day = f" *(published {entry['published']})*" if entry.get("published") else ""
        lines = [literal_start(marked(entry["text"])) + day]
        for fact in entry.get("facts") or ():
            lines.append("→ " + ", ".join(f"{name}: {code(_plain(value))}" for name, value in fact.items()))
        if entry.get("why"):
            lines.append(f"*{escape(entry['why'])}*")
        yield "- " + "\\\n  ".join(lines)
    yield ""


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str).strip('"')


def commands() -> Iterator[str]:
    """Lines of the page of the command line, read off the commands themselves."""
    yield "# Commands\n"
    yield "As `danvan COMMAND --help` tells them. Every command takes `--lang vi|en`.\n"
    yield from _group("danvan", typer.main.get_command(app))


def _group(name: str, group: Any) -> Iterator[str]:
    for command in group.commands.values():
        full = f"{name} {command.name}"
        if hasattr(command, "commands"):
            yield from _group(full, command)
            continue
        yield f"## {full}\n\n{escape(command.help or '')}\n"
        rows = [p for p in command.params if "--help" not in p.opts]
        yield "| option | says |\n|---|---|"
        for parameter in rows:
            names = [parameter.metavar or parameter.name.upper()] if parameter.param_type_name == "argument" else [
                *parameter.opts, *parameter.secondary_opts]  # fmt: skip
            default = parameter.default
            shown = default not in (None, False, (), []) and not callable(default) and default is not True
            ends = f" Default: {code(str(default))}." if shown else ""
            yield f"| {', '.join(code(n) for n in names)} | {escape(parameter.help or '')}{ends} |"
        yield ""


def records() -> Iterator[str]:
    """Lines of the page of the records, read off the JSON Schema that `danvan schema` prints."""
    yield "# Records\n"
    yield "The fields of every line of a knowledge base, from the schema that `danvan schema` prints.\n"
    schema = json_schema()
    for name, part in schema["$defs"].items():
        if "properties" not in part:
            continue
        yield f"## {name}\n\n{part.get('description', '')}\n"
        yield "| field | type |\n|---|---|"
        for field, own in part["properties"].items():
            yield f"| {code(field)} | {escape(_type(own))} |"
        yield ""


def _type(own: Mapping[str, Any]) -> str:
    if "$ref" in own:
        return str(own["$ref"]).rpartition("/")[2]
    if "const" in own:
        return f"“{own['const']}”"
    if "enum" in own:
        return " or ".join(f"“{v}”" for v in own["enum"])
    for key in ("anyOf", "oneOf"):
        if key in own:
            return " or ".join(_type(part) for part in own[key])
    if own.get("type") == "array":
        parts = own.get("prefixItems")
        return f"list of {_type(own['items'])}" if isinstance(own.get("items"), dict) else (
            f"({', '.join(_type(p) for p in parts)})" if parts else "list")  # fmt: skip
    if own.get("type") == "object" and isinstance(own.get("additionalProperties"), dict):
        return f"name → {_type(own['additionalProperties'])}"
    return str(own.get("format") or own.get("type") or "any")


def python() -> Iterator[str]:
    """Lines of the page of the Python interface: the public names, documented by themselves (autodoc)."""
    yield "# From Python\n"
    yield "What `import extractor` offers, and the modules that other programs import.\n"
    yield "## extractor\n"
    for name in extractor.__all__:
        kind = "autofunction" if name in {"load", "frame"} else "autoclass"
        thing = getattr(extractor, name)
        if isinstance(thing, type) and issubclass(thing, BaseException):
            kind = "autoexception"
        elif not isinstance(thing, type) and kind == "autoclass":
            kind = "autodata"
        home = getattr(thing, "__module__", "extractor")
        if kind == "autodata" or home in MODULES:
            continue  # told with its module
        yield f"```{{eval-rst}}\n.. {kind}:: extractor.{name}\n```\n"
    for module in MODULES:
        yield f"## {module}\n"
        yield f"```{{eval-rst}}\n.. automodule:: {module}\n```\n"


def write(folder: Path, kb: Path) -> None:
    """Write all pages; those whose text is the same are left alone, so that a second build is quick."""
    figures = measured(kb)
    pages: dict[str, Iterator[str]] = {"commands": commands(), "records": records(), "python": python()}
    for name in KINDS:
        rules = yaml.safe_load((ROOT / "rules" / f"{name}.yaml").read_text(encoding="utf-8"))
        pages[f"rules/{name}"] = rule_page(name, rules, figures)
    for name, lines in pages.items():
        path = folder / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = "\n".join(lines)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
