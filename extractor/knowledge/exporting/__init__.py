"""`danvan export`: a knowledge base in the forms of other tools, written as a stream under a temporary name.

One module a format, each with `write(source, target, options)`; those of annotation tools have `read(path)` too.
"""

from __future__ import annotations

import difflib
import importlib
import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from extractor.errors import UsageError
from extractor.knowledge.exporting.options import Options as Options
from extractor.knowledge.exporting.source import open_source
from extractor.knowledge.exporting.targets import check_target


@dataclass(frozen=True)
class Format:
    """A format: its module, the extra that installs what it wants and the packages that shows, whether it is the text.

    `annotation` formats come back (`danvan import`); `server` ones have an address instead of a path.
    """

    module: str
    extra: str | None = None
    packages: tuple[str, ...] = ()
    wants_text: bool = False
    annotation: bool = False
    server: bool = False


FORMATS: Mapping[str, Format] = {
    "parquet": Format("parquet", "arrow", ("pyarrow",)),
    "csv": Format("csvfiles"),
    "csv-excel": Format("csvexcel"),
    "xlsx": Format("xlsx", "xlsx", ("xlsxwriter",)),
    "sqlite": Format("sqlite"),
    "postgres": Format("postgres", "postgres", ("psycopg",), server=True),
    "jsonld": Format("jsonld"),
    "spacy": Format("spacybin", wants_text=True),
    "labelstudio": Format("labelstudio", wants_text=True, annotation=True),
    "doccano": Format("doccano", wants_text=True, annotation=True),
    "brat": Format("brat", wants_text=True, annotation=True),
    "conll": Format("conll", wants_text=True, annotation=True),
    "webannotation": Format("webannotation", annotation=True),
}


def format_of(name: str) -> Format:
    """A format by its name; raises `UsageError` with the nearest."""
    if name in FORMATS:
        return FORMATS[name]
    near = difflib.get_close_matches(name.lower(), FORMATS, n=1, cutoff=0.4)
    nearest = f"; {near[0]}?" if near else ""
    raise UsageError(f"no format {name!r}{nearest or '.'} There are {', '.join(sorted(FORMATS))}")


def module_of(name: str) -> ModuleType:
    """The module of a format; raises `UsageError` where what it wants is not installed."""
    known = format_of(name)
    for package in known.packages:
        if importlib.util.find_spec(package) is None:
            raise UsageError(f"{name} wants {package}: pip install 'danvan[{known.extra}]'")
    return importlib.import_module(f"extractor.knowledge.exporting.{known.module}")


def export(kb: Path, name: str, target: Path | None, options: Options | None = None) -> None:
    """Export a finished knowledge base.

    Raises `UsageError` for an unknown format, a target that exists or is missing and what is not installed,
    `KnowledgeError` for a damaged knowledge base; then nothing stands under the target's name.
    """
    options = options or Options()
    known, module = format_of(name), module_of(name)
    if known.wants_text and not options.text:
        raise UsageError(f"{name} is made of the articles' texts and cannot do without them (--no-text)")
    if known.server and options.dsn is None:
        raise UsageError(f"{name} wants the address of its server (--dsn)")
    if known.server and target is not None:
        raise UsageError(f"{name} goes to a server (--dsn), not to {target}")
    if not known.server and options.dsn is not None:
        raise UsageError(f"{name} goes to a path (--out), not to a server")
    if not known.server:
        if target is None:
            raise UsageError(f"{name} wants a path to write (--out)")
        check_target(target)
    module.write(open_source(kb), target, options)
