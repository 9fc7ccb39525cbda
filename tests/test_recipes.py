"""The recipes that no test runs as they stand: their code at least compiles, their SQL gives what it says."""

import re

import pytest
from conftest import ROOT

RECIPES = (ROOT / "docs" / "recipes.md").read_text(encoding="utf-8")


def block(kind):
    """The only block of a kind."""
    (found,) = re.findall(rf"```{kind}\n(.*?)```", RECIPES, re.DOTALL)
    return found


def test_airflow_compiles():
    code = compile(block("py"), "danvan_nightly.py", "exec")
    assert "danvan_nightly" in code.co_names


def test_dbt_model(samples_kb, monkeypatch):
    duckdb = pytest.importorskip("duckdb")
    sql = block("sql").replace("'kb/", f"'{samples_kb.as_posix()}/")
    rows = duckdb.connect().execute(sql).fetchall()
    assert len(rows) >= 5 and all(value is not None and unit for *_, value, unit, _status in rows)
    published = [row[2] or "" for row in rows]
    assert [day for day in published if day] == sorted((day for day in published if day), reverse=True)


def test_what_is_not_run_says_so():
    for title in ("Airflow", "dbt-duckdb", "A service that starts with the machine (systemd)"):
        section = RECIPES.split(f"## {title}\n")[1].split("\n## ")[0]
        assert "**Not run" in section
    assert "**not run**" in RECIPES.split("## Every night (cron)")[1].split("\n## ")[0]
