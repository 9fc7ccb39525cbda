"""Every export is read back by the tool it is for, and is equal to the knowledge base."""

import contextlib
import csv
import datetime
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from decimal import Decimal
from pathlib import Path

import pytest
from made_kb import danvan, fact, read_facts, rich_kb, table_rows, write_kb

from extractor.errors import UsageError
from extractor.knowledge.exporting import FORMATS, Options, export
from extractor.knowledge.exporting.csvfiles import guarded, unguarded
from extractor.knowledge.relations import TABLES

#: Texts that spreadsheets, XML and databases stumble over.
ODD = [
    "=1+1",
    "+84",
    "-x",
    "@SUM(A1)",
    "'=x",
    "'x",
    "\t=1",
    "\r\nx",
    "06",
    "1/2",
    "_x0041_",
    "a\x0bb",
    "Đặng Thị Ngọc Ánh 🙂",
    'x;y,"z"',
    "＝1",
]


@pytest.fixture(params=["made", "samples"])
def kb(request, tmp_path):
    if request.param == "samples":
        return request.getfixturevalue("samples_kb")
    text = "".join(f"{odd} | " for odd in ODD) + "dài" * 30_000
    facts = [
        fact("program", [(0, 4)], text, number=n, article="odd", name=odd, type="model", parties=[odd])
        for n, odd in enumerate(ODD)
    ]
    folder = rich_kb(tmp_path / "kb")
    more = write_kb(
        tmp_path / "more",
        [({"id": "odd", "text": text, "title": '=HYPERLINK("http://x")', "published": "1899-12-31"}, facts)],
    )
    for name in ("articles", "facts"):
        with (folder / f"{name}.jsonl").open("ab") as stream:
            stream.write((more / f"{name}.jsonl").read_bytes())
    (folder / "rejects.jsonl").write_text('{"schema": 1, "source": "=x", "stage": "read", "reason": "hỏng"}\n')
    return folder


def rows_of(kb) -> dict[str, list[tuple]]:
    rows = table_rows(kb)
    assert sum(map(len, rows.values())) > 20
    return rows


def ordered(rows):
    return sorted(map(tuple, rows), key=repr)


def typed(table: str, row, *, json_text=False) -> tuple:
    """A row whose JSON is data."""
    kinds = [c.type for c in TABLES[table].columns]
    return tuple(
        json.loads(v, parse_float=Decimal) if k == "json" and isinstance(v, str) else v
        for k, v in zip(kinds, row, strict=True)
    )


def test_parquet(kb, tmp_path):
    pq = pytest.importorskip("pyarrow.parquet")
    export(kb, "parquet", tmp_path / "out")
    for name, rows in rows_of(kb).items():
        table = pq.read_table(tmp_path / "out" / f"{name}.parquet")
        assert table.column_names == TABLES[name].names
        assert [tuple(row.values()) for row in table.to_pylist()] == rows
    duckdb = pytest.importorskip("duckdb")
    count = duckdb.sql(f"SELECT count(*), sum(value) FROM '{tmp_path}/out/indicators.parquet'").fetchall()[0]
    assert count == (len(rows_of(kb)["indicators"]), sum(r[5] for r in rows_of(kb)["indicators"] if r[5] is not None))


def back(cell: str, kind: str, decimal: str = "."):
    if cell == "":
        return None
    return {
        "text": str, "whole": int, "real": lambda c: float(c.replace(decimal, ".")), "json": json.loads, "texts": json.loads,
        "number": lambda c: Decimal(c.replace(decimal, ".")), "truth": lambda c: c == "true", "day": datetime.date.fromisoformat,
    }[kind](cell)  # fmt: skip


@pytest.mark.parametrize(
    ("kb", "form", "language"),
    [("made", "csv", "vi"), ("samples", "csv", "vi"), ("made", "csv-excel", "vi"), ("made", "csv-excel", "en")],
    indirect=["kb"],
)
def test_csv(kb, tmp_path, form, language):
    export(kb, form, tmp_path / "out", Options(language=language))
    package = json.loads((tmp_path / "out" / "datapackage.json").read_text())
    assert [r["name"] for r in package["resources"]] == list(TABLES)
    for resource in package["resources"]:
        name, path = resource["name"], tmp_path / "out" / resource["path"]
        excel = form == "csv-excel"
        assert path.read_bytes().startswith(b"\xef\xbb\xbf") == excel
        with path.open(encoding=resource["encoding"], newline="") as stream:
            header, *rows = csv.reader(stream, delimiter=resource["dialect"]["delimiter"])
        fields = resource["schema"]["fields"]
        assert header == [f["name"] for f in fields] == TABLES[name].names and len(rows) == resource["rows"]
        found = []
        for row in rows:
            cells = []
            for cell, field, column in zip(row, fields, TABLES[name].columns, strict=True):
                if excel and column.type not in ("number", "real", "whole"):
                    assert cell[:1] not in tuple("=+-@\t\r")
                    cell = unguarded(cell)
                cells.append(back(cell, column.type, field.get("decimalChar", ".")))
            found.append(tuple(cells))
        assert found == [tuple(None if v == "" else v for v in typed(name, row)) for row in rows_of(kb)[name]]


@pytest.mark.parametrize("text", [*ODD, "", "a=b", "''", "'''=x", "%2A"])
def test_formulas_are_guarded(text):
    assert unguarded(guarded(text)) == text and guarded(text)[:1] not in tuple("=+-@\t\r")


def test_xlsx(kb, tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    pytest.importorskip("xlsxwriter")
    from openpyxl.utils.escape import unescape

    export(kb, "xlsx", tmp_path / "out.xlsx")
    book = openpyxl.load_workbook(tmp_path / "out.xlsx", read_only=True)
    assert book.sheetnames == list(TABLES)
    for name, wanted in rows_of(kb).items():
        columns = TABLES[name].columns
        header, *rows = book[name].iter_rows()
        assert [c.value for c in header][: len(columns)] == TABLES[name].names and len(rows) == len(wanted)
        for cells, row in zip(rows, wanted, strict=False):
            assert all(cell.data_type != "f" for cell in cells)
            values = [unescape(c.value) if isinstance(c.value, str) else c.value for c in cells]
            rest = "".join(v for v in values[len(columns) :] if v)
            for column, value, held in zip(columns, values, row, strict=False):
                if held is None or held == "":
                    assert value is None or value == ""
                elif column.type == "day":
                    assert (
                        value.date() if isinstance(value, datetime.datetime) else datetime.date.fromisoformat(value)
                    ) == held
                elif column.type in ("json", "texts"):
                    assert (json.loads(value) if len(value) < 32_000 else value[:9]) in (
                        held if column.type == "texts" else json.loads(held),
                        value[:9],
                    )
                elif column.type in ("number", "real"):
                    assert value == pytest.approx(float(held))
                elif isinstance(held, str):
                    assert value + (rest if len(held) > 32_767 else "") == held
                else:
                    assert value == held


def test_xlsx_goes_on_in_a_second_sheet(tmp_path, monkeypatch):
    openpyxl = pytest.importorskip("openpyxl")
    xlsx = pytest.importorskip("extractor.knowledge.exporting.xlsx")
    kb = rich_kb(tmp_path / "kb")
    wanted = [row[0] for row in rows_of(kb)["facts"]]
    assert len(wanted) > 4
    monkeypatch.setattr(xlsx, "MOST_ROWS", 4)
    export(kb, "xlsx", tmp_path / "out.xlsx")
    book = openpyxl.load_workbook(tmp_path / "out.xlsx", read_only=True)
    sheets = [name for name in book.sheetnames if name.split(" (")[0] == "facts"]
    assert sheets == ["facts", *(f"facts ({n})" for n in range(2, -(-len(wanted) // 3) + 1))]
    rows = [[row[0].value for row in book[name].iter_rows()] for name in sheets]
    assert {len(ids) for ids in rows[:-1]} == {4} and {ids[0] for ids in rows} == {"id"}
    assert [key for ids in rows for key in ids[1:]] == wanted


def test_xlsx_of_a_sheet_too_large_is_refused(tmp_path, monkeypatch):
    pytest.importorskip("xlsxwriter")
    kb = rich_kb(tmp_path / "kb")
    monkeypatch.setattr("zipfile.ZIP64_LIMIT", 1000)
    with pytest.raises(UsageError, match="4 GiB"):
        export(kb, "xlsx", tmp_path / "out.xlsx")
    assert [p.name for p in tmp_path.iterdir()] == ["kb"]


def test_sqlite(kb, tmp_path):
    export(kb, "sqlite", tmp_path / "out.db")
    with contextlib.closing(sqlite3.connect(f"file:{tmp_path}/out.db?mode=ro", uri=True)) as connection:
        for name, rows in rows_of(kb).items():
            kinds = [c.type for c in TABLES[name].columns]
            found = []
            for row in connection.execute(f'SELECT * FROM "{name}" ORDER BY rowid'):
                told = {
                    "texts": json.loads,
                    "truth": bool,
                    "day": datetime.date.fromisoformat,
                    "number": lambda v: Decimal(repr(v)),
                }
                found.append(
                    tuple(v if v is None or k not in told else told[k](v) for k, v in zip(kinds, row, strict=True))
                )
            assert found == rows
        assert (
            connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            and not connection.execute("PRAGMA foreign_key_check").fetchall()
        )
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
        figures = connection.execute("SELECT count(*), count(published) FROM indicators_in_articles").fetchone()
        assert figures[0] == len(rows_of(kb)["indicators"])
        indexes = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'index'")}
        assert {"documents_code", "facts_article_id", "indicators_indicator"} <= indexes


def test_jsonld(kb, tmp_path):
    export(kb, "jsonld", tmp_path / "out.jsonld")
    data = json.loads((tmp_path / "out.jsonld").read_text(), parse_float=Decimal)
    assert isinstance(data["@context"], dict), "nothing has to be fetched"
    nodes = data["@graph"]
    assert [n["fact"] for n in nodes if "fact" in n] == read_facts(kb)
    kinds = {n["type"] for n in nodes}
    assert {"NewsArticle", "Legislation", "Observation", "Person", "Project", "time:TemporalEntity"} <= kinds
    ids = [n["id"] for n in nodes]
    assert len(ids) == len(set(ids)) and {n["isPartOf"] for n in nodes if "isPartOf" in n} <= set(ids)
    jsonld = pytest.importorskip("pyld.jsonld")
    expanded = jsonld.expand(json.loads((tmp_path / "out.jsonld").read_text()))
    assert all("://" in key or key.startswith(("@", "urn:danvan:")) for node in expanded for key in node)
    person = next(
        n
        for n in expanded
        if n.get("@type") == ["https://schema.org/Person"] and "http://www.w3.org/ns/org#hasMembership" in n
    )
    assert person["http://www.w3.org/ns/org#hasMembership"][0]["http://www.w3.org/ns/org#role"]


def test_spacy(kb, tmp_path):
    import spacy

    export(kb, "spacy", tmp_path / "out")
    docs = list(
        spacy.tokens.DocBin().from_disk(tmp_path / "out" / "part-00001.spacy").get_docs(spacy.blank("xx").vocab)
    )
    articles = {row[0]: row for row in rows_of(kb)["articles"]}
    facts = []
    for doc in docs:
        held = json.loads(doc.user_data["danvan"], parse_float=Decimal)
        assert doc.text == articles[held["article"]["id"]][11]
        facts += held["facts"]
        wanted = set()
        for one in held["facts"]:
            for e in one["evidence"]:
                bare = e["text"].strip()
                start = e["start"] + e["text"].index(bare)
                wanted |= {(start, start + len(bare), one["kind"], one["id"])} if bare else set()
        assert {(s.start_char, s.end_char, s.label_, s.id_) for s in doc.spans["facts"]} == wanted
        assert len(doc.ents) <= len(doc.spans["facts"]) and (doc.ents or not wanted)
    assert facts == read_facts(kb) and len(docs) == len(articles)


@pytest.mark.parametrize("name", [n for n, f in FORMATS.items() if not f.wants_text and not f.server])
def test_no_text_goes_out(samples_kb, tmp_path, name):
    export(samples_kb, name, tmp_path / "out", Options(text=False))
    files = (
        [p for p in (tmp_path / "out").rglob("*") if p.is_file()] if (tmp_path / "out").is_dir() else [tmp_path / "out"]
    )
    articles = table_rows(samples_kb)["articles"]
    parts = [row[11][at : at + 60] for row in articles for at in (300, 900)]
    if name == "xlsx":
        import zipfile

        archive = zipfile.ZipFile(tmp_path / "out")
        contents = [archive.read(n).decode("utf-8", "replace") for n in archive.namelist()]
    else:
        contents = [p.read_bytes().decode("utf-8", "replace") for p in files]
    assert len(parts) > 40
    quoted = [part for part in parts if any(part in c for c in contents)]
    assert len(quoted) <= 6, "evidence is quoted, texts are not"


def test_the_same_bytes_again(samples_kb, tmp_path):
    for name in ("jsonld", "sqlite", "parquet"):
        for target in ("a", "b"):
            export(
                samples_kb,
                name,
                tmp_path / name / target if (tmp_path / name).mkdir(exist_ok=True) is None else tmp_path,
            )
        a, b = tmp_path / name / "a", tmp_path / name / "b"
        for path in sorted(a.rglob("*")) if a.is_dir() else [a]:
            other = b / path.relative_to(a) if a.is_dir() else b
            assert path.read_bytes() == other.read_bytes(), path


@pytest.mark.parametrize("name", [n for n, f in FORMATS.items() if not f.server])
def test_a_cut_off_export_leaves_nothing(samples_kb, tmp_path, name):
    def cut(done: int) -> None:
        if done == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(samples_kb, name, tmp_path / "out", Options(told=cut))
    assert not list(tmp_path.iterdir())
    (tmp_path / "out").write_text("mine")
    with pytest.raises(UsageError, match="exists already"):
        export(samples_kb, name, tmp_path / "out")
    assert (tmp_path / "out").read_text() == "mine" and len(list(tmp_path.iterdir())) == 1


def _bin(name: str) -> str | None:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(found[-1]) if found else shutil.which(name)


@pytest.fixture(scope="module")
def server(request):
    """A real PostgreSQL of this test's own, on a socket only."""
    pytest.importorskip("psycopg")
    initdb, control = _bin("initdb"), _bin("pg_ctl")
    if initdb is None or control is None:
        pytest.skip("PostgreSQL's server is not installed (apt-get install postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="danvan-pg-"))  # a short path: it is a socket's
    request.addfinalizer(lambda: shutil.rmtree(folder, ignore_errors=True))
    user = {}
    if os.getuid() == 0:  # the server refuses to run as root
        user = {"user": "postgres"}
        shutil.chown(folder, "postgres")
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder, **user}
    subprocess.run(
        [initdb, "-D", folder / "data", "-U", "danvan", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"], **quiet
    )
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
    subprocess.run([control, "-D", folder / "data", "-w", "-o", options, "-l", folder / "log", "start"], **quiet)
    yield f"host={folder} user=danvan dbname=postgres"
    number = int((folder / "data" / "postmaster.pid").read_text().split("\n")[0])
    subprocess.run([control, "-D", folder / "data", "-w", "-m", "immediate", "stop"], **{**quiet, "check": False})
    with contextlib.suppress(ProcessLookupError):  # a machine so busy that it was not waited for
        os.kill(number, signal.SIGKILL)


@pytest.fixture
def database(server):
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS danvan CASCADE")
        yield connection


def held(connection, *, seen=False) -> dict[str, list[tuple]]:
    found = {}
    for name, table in TABLES.items():
        columns = ", ".join(f'"{c}"' for c in table.names)
        found[name] = ordered(typed(name, row) for row in connection.execute(f"SELECT {columns} FROM danvan.{name}"))
    return found


def nul(value):
    return value.replace("\0", "\ufffd") if isinstance(value, str) else value


def test_postgres(kb, server, database):
    for _ in range(2):
        export(kb, "postgres", None, Options(dsn=server))
        found = held(database)
        for name, rows in rows_of(kb).items():
            assert found[name] == ordered(typed(name, row) for row in rows)
    assert database.execute("SELECT count(*) FROM danvan.rejects").fetchone()[0] == len(
        (kb / "rejects.jsonl").read_text().splitlines()
    )
    assert database.execute("SELECT count(*) FROM danvan.indicators_in_articles").fetchone()[0] == len(
        found["indicators"]
    )


def test_postgres_follows_what_changed(samples_kb, tmp_path, server, database):
    export(samples_kb, "postgres", None, Options(dsn=server))
    smaller = rich_kb(tmp_path / "kb")
    export(smaller, "postgres", None, Options(dsn=server))
    assert {n: r for n, r in held(database).items() if n != "rejects"} == {
        name: ordered(typed(name, row) for row in rows) for name, rows in rows_of(smaller).items() if name != "rejects"
    }


def test_postgres_cut_off(samples_kb, tmp_path, server, database):
    export(samples_kb, "postgres", None, Options(dsn=server))
    whole = held(database)
    database.execute("DROP SCHEMA danvan CASCADE")
    killed = (
        "import os, sys; from pathlib import Path; import extractor.knowledge.exporting.postgres as p; p.BATCH = 2\n"
        "from extractor.knowledge.exporting import Options, export\n"
        "export(Path(sys.argv[1]), 'postgres', None, Options(dsn=sys.argv[2], told=lambda n: n == 12 and os._exit(9)))"
    )
    assert subprocess.run([sys.executable, "-c", killed, samples_kb, server], check=False).returncode == 9
    part = held(database)
    assert 0 < len(part["articles"]) < len(whole["articles"])
    kept = {row[0] for row in part["articles"]}
    assert part["facts"] == [row for row in whole["facts"] if row[2] in kept]
    run = danvan("export", samples_kb, "--to", "postgres", "--dsn", server, "--lang", "en")
    assert run.returncode == 0, run.stderr
    assert held(database) == whole


def test_a_server_that_refuses(samples_kb, server, database, tmp_path):
    database.execute("DROP ROLE IF EXISTS reader")
    database.execute("CREATE ROLE reader LOGIN")
    database.execute("REVOKE CREATE ON DATABASE postgres FROM PUBLIC")
    for dsn, told in (
        (f"host={tmp_path} dbname=x", "PostgreSQL: "),
        (server.replace("dbname=postgres", "dbname=none"), 'database "none" does not exist'),
        (server.replace("user=danvan", "user=reader"), "permission denied"),
        ("nonsense", "PostgreSQL: "),
    ):
        run = danvan("export", samples_kb, "--to", "postgres", "--dsn", dsn, "--lang", "en")
        assert run.returncode == 2 and told in run.stderr and "Traceback" not in run.stderr, run.stderr
    database.execute("SELECT pg_advisory_lock(hashtext('danvan export'))")
    run = danvan("export", samples_kb, "--to", "postgres", "--dsn", server, "--lang", "en")
    assert run.returncode == 2 and "another danvan export" in run.stderr
    for args in (["postgres"], ["postgres", "--out", tmp_path / "x", "--dsn", server], ["csv", "--dsn", server]):
        assert danvan("export", samples_kb, "--to", *args).returncode == 2
