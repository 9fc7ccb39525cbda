"""SQL over a knowledge base: its views are the tables, it answers in every form, it reaches and writes nothing else."""

import csv
import io
import json
import shutil
from decimal import Decimal

import pytest
from conftest import danvan
from made_kb import rich_kb, table_rows

from extractor.errors import UsageError
from extractor.knowledge.query import opened
from extractor.knowledge.query_views import DUCKDB
from extractor.knowledge.questions import question, questions
from extractor.knowledge.relations import TABLES, number

pytest.importorskip("duckdb")


@pytest.fixture
def kb(tmp_path):
    return rich_kb(tmp_path / "kb")


def plain(table, row):
    kinds = [c.type for c in TABLES[table].columns]
    return tuple(json.loads(v) if k == "json" and v is not None else v for k, v in zip(kinds, row, strict=True))


@pytest.mark.parametrize("table", TABLES)
def test_the_views_are_the_tables(kb, samples_kb, table):
    for base in (kb, samples_kb):
        with opened(base) as asked:
            answer = asked.ask(f"FROM {table}")
            assert answer.columns == [(c.name, DUCKDB[c.type]) for c in TABLES[table].columns]
            found = [plain(table, row) for row in answer.rows()]
        wanted = [plain(table, row) for row in table_rows(base)[table]]
        assert sorted(found, key=repr) == sorted(wanted, key=repr)
    assert table in ("entities", "series", "rejects") or len(wanted) > 5


@pytest.mark.parametrize(
    ("value", "held"),
    [
        ("12.50", "12.500000000"),
        ("0.0000000005", "1E-9"),
        ("1" * 29, "1" * 29 + "." + "0" * 9),
        ("1" * 30, None),
        (None, None),
    ],
)
def test_numbers(value, held):
    came = number(None if value is None else Decimal(value))
    assert came == (None if held is None else Decimal(held))


#: What reaches out of the knowledge base, or writes.
REFUSED = [
    "SELECT * FROM read_csv('/etc/passwd')", "SELECT * FROM '/etc/passwd'", "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_blob('/proc/self/environ')", "SELECT * FROM glob('/etc/*')", "SELECT * FROM sniff_csv('/etc/passwd')",
    "SELECT * FROM parquet_scan('/etc/passwd')", "SELECT * FROM read_json_auto('http://127.0.0.1:9/x.json')",
    "SELECT * FROM read_text('{kb}/../../../../../../etc/passwd')", "SELECT * FROM read_text('{kb}/manifest.json')",
    "SELECT * FROM query('FROM read_text(''/etc/passwd'')')", "SELECT getenv('HOME')",
    "COPY facts TO '{kb}/out.csv'", "COPY facts TO '{kb}/facts.jsonl' (FORMAT json, USE_TMP_FILE false)",
    "EXPLAIN ANALYZE COPY facts TO '{kb}/facts.jsonl' (FORMAT json, USE_TMP_FILE false)",
    "/* x */ EXPLAIN (ANALYZE) COPY facts TO '{kb}/facts.jsonl' (FORMAT json, USE_TMP_FILE false)",
    "ATTACH '{kb}/x.db'", "INSTALL httpfs", "LOAD httpfs", "SET enable_external_access = true", "RESET lock_configuration",
    "PRAGMA enable_profiling", "CALL enable_logging()", "EXPORT DATABASE '{kb}/e'", "IMPORT DATABASE '{kb}'", "CREATE TABLE t AS SELECT 1",
    "CREATE SECRET (TYPE s3)", "INSERT INTO facts VALUES (1)", "DELETE FROM facts", "UPDATE facts SET id = 1", "DROP VIEW facts",
    "CHECKPOINT", "SELECT 1; DROP VIEW facts", "BEGIN", "PIVOT facts ON kind USING count(*)", "",
]  # fmt: skip


@pytest.mark.parametrize("sql", REFUSED)
def test_nothing_else_is_reached_or_written(kb, sql):
    before = {p.name: p.read_bytes() for p in kb.iterdir()}
    with opened(kb) as asked:
        with pytest.raises(UsageError) as told:
            list(asked.ask(sql.format(kb=kb)).rows())
        assert str(told.value) and "facts" in str(next(iter(asked.ask("SHOW TABLES").rows()))) + "facts"
        assert next(iter(asked.ask("SELECT count(*) FROM facts").rows())) == (6,)
    assert {p.name: p.read_bytes() for p in kb.iterdir()} == before
    if "/etc" in sql and "'" in sql and "FROM '" not in sql:
        assert "outside the knowledge base" in str(told.value)


def test_what_reads_is_answered(kb):
    with opened(kb) as asked:
        for sql in ("DESCRIBE facts", "SHOW TABLES", "EXPLAIN SELECT 1", "WITH a AS (SELECT 1 AS x) FROM a", "VALUES (1)",
                    "SUMMARIZE facts", "SELECT 1 -- ; x", "FROM facts;"):  # fmt: skip
            assert list(asked.ask(sql).rows())


def test_a_folder_with_signs_that_are_patterns(kb, tmp_path):
    odd = tmp_path / "it's [a] *kb?"
    shutil.copytree(kb, odd)
    with opened(odd) as asked:
        assert list(asked.ask("SELECT count(*) FROM facts").rows()) == [(6,)]


@pytest.mark.parametrize("ready", questions(), ids=lambda q: q.name)
def test_ready_questions(kb, samples_kb, ready):
    assert set(ready.titles) == {"vi", "en"}
    filled = 0
    for base in (kb, samples_kb):
        with opened(base) as asked:
            first, again = (list(asked.ask(ready.sql, ready.values).rows()) for _ in range(2))
            assert first == again
            filled += len(first)
    assert filled or ready.name in ("copies", "rejects-by-reason", "targets-and-results")


def test_a_question_by_name():
    assert question("copies").name == "copies" and question("SELECT 1") is None
    with pytest.raises(UsageError, match=r"no ready question 'copie'; copies\?"):
        question("copie")


def test_forms(kb, tmp_path):
    sql = "SELECT name, parties, CAST(1.50 AS DECIMAL(9,2)) AS n, DATE '2020-01-02' AS d, NULL AS x FROM programs"
    run = danvan("query", kb, sql, "--format", "json")
    assert json.loads(run.stdout) == [
        {"name": "'; DROP", "parties": ["A", "B “C”"], "n": 1.5, "d": "2020-01-02", "x": None}
    ]
    run = danvan("query", kb, sql, "--format", "csv")
    header, row = csv.reader(io.StringIO(run.stdout))
    assert header == ["name", "parties", "n", "d", "x"] and row == [
        "'; DROP",
        '["A", "B “C”"]',
        "1.5",
        "2020-01-02",
        "",
    ]
    assert "'; DROP" in danvan("query", kb, sql).stdout
    pq = pytest.importorskip("pyarrow.parquet")
    assert danvan("query", kb, sql, "--format", "parquet", "--out", tmp_path / "a.parquet").returncode == 0
    assert pq.read_table(tmp_path / "a.parquet").to_pylist()[0]["n"] == Decimal("1.50")
    assert danvan("query", kb, "SELECT 1 WHERE false", "--format", "json").stdout == "[]\n"
    run = danvan("query", kb, "figures-of", "--with", "indicator=grdp", "--format", "json")
    assert [row["value"] for row in json.loads(run.stdout)] == [12.5]
    run = danvan("query", kb, "SELECT name FROM programs WHERE name = $n", "--with", "n='; DROP", "--format", "csv")
    assert run.stdout == "name\n'; DROP\n"
    listed = danvan("query", kb, "--list", "--lang", "vi").stdout
    assert "figures-of --with indicator=poverty_rate" in listed and "Số bài và số dữ kiện theo tỉnh" in listed


@pytest.mark.parametrize(
    ("args", "told"),
    [(["SELEC 1"], "syntax"), (["SELECT nam FROM officials"], 'column "nam" not found'), (["SELECT 1/0 FROM no"], "no"), ([], "--list"),
     (["figures-of", "--with", "x=1"], "indicator=poverty_rate"), (["SELECT $a"], "--with a="), (["COPY facts TO 'x'"], "only SQL that reads"),
     (["SELECT 1", "--out", "kb-none.txt"], "--format csv"), (["SELECT CAST(name AS INTEGER) FROM programs", "--format", "csv"], "Conversion")],
)  # fmt: skip
def test_wrong_use(kb, args, told):
    run = danvan("query", kb, *args, "--lang", "en")
    assert run.returncode == 2 and told.lower() in run.stderr.lower() and "Traceback" not in run.stderr, run.stderr


def test_a_damaged_or_missing_knowledge_base(kb, tmp_path):
    (kb / "facts.jsonl").write_text('{"schema": 1, "id": \n')
    run = danvan("query", kb, "SELECT count(*) FROM facts WHERE id > ''", "--lang", "en")
    assert run.returncode == 2 and "facts.jsonl" in run.stderr and "Traceback" not in run.stderr
    assert danvan("query", tmp_path / "none", "SELECT 1").returncode == 2
    (kb / "entities.jsonl").unlink()
    run = danvan("query", kb, "SELECT * FROM series", "--lang", "en")
    assert run.returncode == 0 and "danvan link" in run.stderr
