"""The house rules that a machine can hold: module sizes, who prints, import directions."""

import ast

import pytest
from conftest import ROOT

MODULES = sorted((ROOT / "extractor").rglob("*.py"))
SPEAKERS = {"progress.py"}
#: The steps of the flow; a module imports nothing of a later one.
STEPS = [
    "text",
    "records",
    "tables",
    "context",
    "rules",
    "matcher",
    "candidates",
    "facts",
    "assembly",
    "pipeline",
    "knowledge",
    "cli",
]


def imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("extractor."):
            yield node.module.split(".")[1]


def test_there_are_modules():
    assert len(MODULES) >= 30


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_module(path):
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 400
    assert path.stem not in {"utils", "helpers", "common", "core", "misc"}
    tree = ast.parse(text)
    assert ast.get_docstring(tree) or not text.strip()
    if path.name not in SPEAKERS and not path.name.startswith("cli"):
        calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and getattr(n.func, "id", "") == "print"]
        assert not calls, "only the command line prints"


@pytest.mark.parametrize("step", STEPS)
def test_data_flows_one_way(step):
    later = set(STEPS[STEPS.index(step) + 1 :])
    paths = [ROOT / "extractor" / f"{step}.py", *(ROOT / "extractor" / step).rglob("*.py")]
    for path in [p for p in paths if p.exists()]:
        assert not later & set(imports(path)), path
