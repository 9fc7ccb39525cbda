"""The hook of the build: what it prepares goes into the wheel, whatever tool builds; what it cannot, stops the build."""

import importlib.util
import sys
import types
from pathlib import Path
from types import SimpleNamespace

import pytest
from conftest import ROOT

FILE = "extractor/_prepared.rules"
#: A package of the same form: it wants a module that only the build's environment has.
PREPARED = """
import sys, pathlib, only_of_the_build
pathlib.Path(sys.argv[1]).write_text("prepared")
"""


class Stopped(Exception):
    """The build was stopped."""


@pytest.fixture
def hook(tmp_path, monkeypatch):
    """The hook over a small tree, with what a build wants in PYTHONPATH, as pip has it."""
    for name in ("hatchling", "hatchling.builders", "hatchling.builders.hooks", "hatchling.builders.hooks.plugin"):
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    interface = types.ModuleType("interface")
    interface.BuildHookInterface = object
    monkeypatch.setitem(sys.modules, "hatchling.builders.hooks.plugin.interface", interface)
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (tmp_path / "tree" / "extractor").mkdir(parents=True)
    (tmp_path / "tree" / "extractor" / "__init__.py").touch()
    (tmp_path / "tree" / "extractor" / "prepared.py").write_text(PREPARED, encoding="utf-8")
    (tmp_path / "overlay").mkdir()
    (tmp_path / "overlay" / "only_of_the_build.py").touch()
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "overlay"))
    monkeypatch.delenv("DANVAN_BUILD_UNPREPARED", raising=False)

    def stop(message):
        raise Stopped(message)

    found = module.Prepare()
    found.root = str(tmp_path / "tree")
    found.said = []
    found.app = SimpleNamespace(display_error=found.said.append, abort=stop)
    return found


def build(hook, version="standard"):
    data = {"artifacts": [], "force_include": {}}
    hook.initialize(version, data)
    return data


def test_it_is_prepared_with_what_pip_keeps_in_pythonpath(hook, tmp_path):
    for version in ("standard", "editable"):
        assert build(hook, version) == {"artifacts": [FILE], "force_include": {}}
    assert (tmp_path / "tree" / FILE).read_text() == "prepared" and not hook.said


def test_a_tree_that_is_read_only(hook, monkeypatch):
    monkeypatch.setattr("os.access", lambda *_: False)
    data = build(hook)
    ((made, name),) = data["force_include"].items()
    assert name == FILE and Path(made).read_text() == "prepared" and not data["artifacts"]
    hook.finalize("standard", data, "x.whl")
    assert not Path(made).parent.exists()


def test_what_cannot_be_prepared_stops_the_build(hook, tmp_path, monkeypatch):
    (tmp_path / "overlay" / "only_of_the_build.py").unlink()
    with pytest.raises(Stopped, match="DANVAN_BUILD_UNPREPARED=1"):
        build(hook)
    assert "No module named 'only_of_the_build'" in hook.said[0]
    assert build(hook, "editable") == {"artifacts": [], "force_include": {}} and len(hook.said) == 2
    monkeypatch.setenv("DANVAN_BUILD_UNPREPARED", "1")
    assert build(hook) == {"artifacts": [], "force_include": {}} and len(hook.said) == 3
