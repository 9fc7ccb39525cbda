"""Schema versions: what today's danvan writes still reads in the last released schema; older ones are brought along."""

import json
import shutil

import jsonschema
import pytest
from conftest import ROOT, danvan
from made_kb import rich_kb

from extractor.knowledge import migrate as migration
from extractor.knowledge.migrate import migrate
from extractor.records import SCHEMA, json_schema

RELEASED = sorted((ROOT / "data" / "schemas").glob("schema-*.json"))
#: What a danvan before these fields did not write.
LATER = {
    "articles.jsonl": ("section", "repairs", "duplicate_of", "author"), "entities.jsonl": ("aliases", "continues"),
    "facts.jsonl": ("inferred", "confidence"), "manifest.json": ("reproducible",),
}  # fmt: skip


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


@pytest.fixture
def linked(samples_kb, tmp_path):
    shutil.copytree(samples_kb, tmp_path / "kb")
    assert danvan("link", tmp_path / "kb").returncode == 0
    return tmp_path / "kb"


def test_the_schema_of_this_version_is_released():
    assert [p.stem for p in RELEASED] == [f"schema-{n}" for n in range(1, SCHEMA + 1)]


def test_todays_output_reads_in_the_last_schema(linked):
    """A reader that passes over fields that it does not know (the schemas say so) goes on reading."""
    schema = json.loads(RELEASED[-1].read_text(encoding="utf-8"))
    assert '"additionalProperties": false' not in json.dumps(schema)
    seen = 0
    for name, what in (("articles", "article"), ("facts", "fact"), ("entities", "entity"), ("rejects", "reject")):
        check = jsonschema.Draft202012Validator({"$ref": f"#/$defs/{what}", "$defs": schema["$defs"]})
        for line in lines(linked / f"{name}.jsonl"):
            assert not list(check.iter_errors(line)), line
            seen += 1
    manifest = json.loads((linked / "manifest.json").read_text(encoding="utf-8"))
    jsonschema.validate(manifest, {"$ref": "#/$defs/manifest", "$defs": schema["$defs"]})
    assert seen > 500


def test_nothing_is_taken_out_without_a_new_version():
    """Removing or renaming a field, or leaving one out that was always there, raises SCHEMA: released ones stay."""
    released, now = json.loads(RELEASED[-1].read_text(encoding="utf-8"))["$defs"], json_schema()["$defs"]
    assert released.keys() <= now.keys()
    for name, told in released.items():
        assert told.get("properties", {}).keys() <= now[name].get("properties", {}).keys(), name
        assert set(told.get("required", ())) <= set(now[name].get("required", ())), name


def test_a_schema_by_its_version():
    assert json.loads(danvan("schema", "--version", "1").stdout) == json.loads(RELEASED[0].read_text(encoding="utf-8"))
    run = danvan("schema", "--version", "9", "--lang", "en")
    assert run.returncode == 2 and "there are 1" in run.stderr


def test_fields_that_an_older_danvan_did_not_write_are_filled_in(linked, tmp_path):
    old = tmp_path / "old"
    shutil.copytree(linked, old)
    (old / "manifest.json").write_text(
        (linked / "manifest.json").read_text(encoding="utf-8").replace(',\n "reproducible": true', "")
    )
    for name, fields in LATER.items():
        if name.endswith("l"):
            rows = lines(old / name)
            for row in rows:
                for field in fields:
                    if not row.get(field):
                        row.pop(field, None)
            (old / name).write_text(
                "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8"
            )
    before = {p.name: p.read_bytes() for p in old.iterdir()}
    run = danvan("migrate", old, "--out", tmp_path / "new", "--lang", "en")
    assert run.returncode == 0 and "the old one is as it was" in run.stderr
    assert {p.name: p.read_bytes() for p in old.iterdir()} == before
    for name in LATER:
        if name.endswith("l"):
            assert (tmp_path / "new" / name).read_bytes() == (linked / name).read_bytes() != before[name]
    assert json.loads((tmp_path / "new" / "manifest.json").read_text()) == json.loads(
        (linked / "manifest.json").read_text()
    )
    assert danvan("query", tmp_path / "new", "facts-by-month").returncode == 0


def test_steps_between_versions(tmp_path, monkeypatch):
    kb = rich_kb(tmp_path / "kb")
    for path in kb.iterdir():
        path.write_text(
            path.read_text(encoding="utf-8").replace('"schema": 1', '"schema": 0').replace('"outlet"', '"newspaper"'),
            encoding="utf-8",
        )
    monkeypatch.setitem(
        migration.STEPS, 0, lambda name, data: {("outlet" if k == "newspaper" else k): v for k, v in data.items()}
    )
    (kb / "entities.jsonl").unlink()
    assert migrate(kb, tmp_path / "new") == 0
    fresh = rich_kb(tmp_path / "fresh")
    for name in ("articles.jsonl", "facts.jsonl"):
        assert lines(tmp_path / "new" / name) == lines(fresh / name)


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [("facts.jsonl", '"kind": "official"', '"kind": "officer"', "facts.jsonl:3"), ("facts.jsonl", "{", "[", "facts.jsonl:1: damaged"),
     ("manifest.json", '"schema": 1', '"schema": 7', "newer danvan"), ("manifest.json", '"schema": 1', '"schema": 0', "none that danvan ever wrote"),
     ("articles.jsonl", '"sha256"', '"sha"', "articles.jsonl:1: ")],
)  # fmt: skip
def test_what_cannot_be_brought_along(tmp_path, name, old, new, told):
    kb = rich_kb(tmp_path / "kb")
    (kb / name).write_text(
        (kb / name).read_text(encoding="utf-8").replace(old, new, 1)
        if old != '"kind": "official"'
        else (kb / name).read_text(encoding="utf-8").replace(old, new),
        encoding="utf-8",
    )
    (kb / "entities.jsonl").unlink()
    run = danvan("migrate", kb, "--out", tmp_path / "new", "--lang", "en")
    assert run.returncode == 2 and told in run.stderr and "Traceback" not in run.stderr, run.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == ["kb"]
