"""Spark: the facts of a local run whatever the partitions, rejects as rows, the command, clear refusals.

Skipped without the extra `spark` or without Java; `.ci/run` installs the one and has the other.
"""

import json
import os
import shutil
import subprocess
import sys

import pytest
from conftest import ROOT, SAMPLES
from linked_base import article, document, figure, official, program, write_base

import extractor.spark
from extractor.errors import DanvanError, UsageError
from extractor.knowledge.linking.link import link
from extractor.knowledge.run import Options, extract_to
from extractor.reading import find_sources
from extractor.records import KINDS

needs_spark = pytest.mark.skipif(
    any(shutil.which("java") is None if n == "java" else not extractor.spark.find_spec(n)
        for n in ("java", *extractor.spark.MODULES)),
    reason="Spark is not here: pip install 'danvan[spark]' and Java 17",
)  # fmt: skip


def lines(path):
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


@pytest.fixture(scope="module")
def made(tmp_path_factory, pipe):
    """A folder of JSONL (ids held twice, thrice, with suffixes of their own; broken and foreign lines), and its facts."""
    folder = tmp_path_factory.mktemp("spark")
    texts = [p.read_text(encoding="utf-8") for p in sorted((SAMPLES / "articles").glob("*.txt"))[:6]]
    rows = [{"id": f"a{n}", "text": t, "published": "2021-01-15", "title": None} for n, t in enumerate(texts)]
    rows += [{"id": "a0", "text": texts[0]}, {"id": "a0", "text": texts[1]}, {"id": "a0", "text": texts[1]}]
    rows += [
        {"id": "a1~2", "text": texts[2]},
        {"id": "a1", "text": texts[1]},
        {"url": "https://x.vn/1", "text": texts[3]},
    ]
    rows += [
        {"text": texts[4]},
        {"text": texts[4]},
        {"id": "none"},
        {"id": "en", "text": "The people of this town. " * 40},
    ]
    rows += [{"id": "empty", "text": "  "}, {"id": 17, "text": texts[5], "outlet": "Báo Ninh Thuận"}]
    told = [json.dumps(row, ensure_ascii=False) for row in rows]
    source = folder / "bài"
    source.mkdir()
    (source / "a b.jsonl").write_text("\n".join([*told[:9], "", "{broken", *told[9:13]]) + "\n", encoding="utf-8")
    (source / "c.jsonl").write_text("\n".join(told[13:]), encoding="utf-8")
    kb = folder / "kb"
    extract_to(pipe, find_sources([str(source)]), kb, options=Options())
    return folder, source, kb


@pytest.fixture(scope="module")
def spark():
    from extractor.spark_files import session

    with session("local[2]") as made:
        made.conf.set("spark.sql.files.maxPartitionBytes", "16k")
        yield made


def facts(rows):
    return sorted(row["json"] for row in rows if row["kind"] in KINDS)


def same(rows, kb):
    """Are the rows the local run's facts and rejects, line by line, and its articles but for `duplicate_of`?"""
    assert facts(rows) == sorted(lines(kb / "facts.jsonl"))
    assert len(facts(rows)) > 50
    assert sorted(r["json"] for r in rows if r["kind"] == "reject") == sorted(lines(kb / "rejects.jsonl"))
    articles = [json.loads(line) | {"duplicate_of": None} for line in lines(kb / "articles.jsonl")]
    found = {r["id"]: json.loads(r["json"]) for r in rows if r["kind"] == "article"}
    assert found == {article["id"]: article for article in articles}


@needs_spark
@pytest.mark.parametrize("partitions", [1, 2, 7])
def test_the_facts_of_a_local_run(made, spark, partitions):
    from extractor.spark_files import outputs

    _, source, kb = made
    rows = outputs(spark, [str(source)], Options(), partitions=partitions).collect()
    same(rows, kb)
    assert len([r for r in rows if r["kind"] == "reject"]) == 4


@needs_spark
def test_typed_columns_and_order(made, spark):
    from extractor.spark_files import outputs

    _, source, kb = made
    rows = outputs(spark, [str(source)], Options(), partitions=2).collect()
    for row in (r for r in rows if r["kind"] in KINDS):
        fact = json.loads(row["json"])
        own = row[row["kind"]].asDict()
        assert (row["id"], row["article_id"]) == (fact["id"], fact["article_id"])
        assert {k: fact[k] for k in ("name", "code", "unit") if k in fact} == {k: own[k] for k in ("name", "code", "unit") if k in own}  # fmt: skip
        assert [row[kind] for kind in (*KINDS, "reject") if kind != row["kind"]] == [None] * 5
        if row["kind"] == "indicator":
            assert float(own["value"]) == pytest.approx(fact["value"])
    article = next(r["id"] for r in rows if r["kind"] == "article" and json.loads(r["json"])["facts"] > 5)
    placed = sorted((r["number"], r["json"]) for r in rows if r["article_id"] == article and r["kind"] in KINDS)
    assert [line for _, line in placed] == [
        line for line in lines(kb / "facts.jsonl") if json.loads(line)["article_id"] == article
    ]


@needs_spark
def test_a_dataframe_of_any_columns(made, spark):
    _, source, kb = made
    order = [(str(path), n, line) for path in sorted(source.iterdir()) for n, line in enumerate(lines(path)) if line]
    data = [(n, json.loads(line)) for n, (_, _, line) in enumerate(order) if line != "{broken"]
    wanted = [
        (n, d.get("text"), d.get("id") and str(d["id"]), d.get("url"), d.get("published"), d.get("outlet"))
        for n, d in data
    ]
    ddl = "n int, noi_dung string, ma string, url string, ngay string, outlet string"
    named = {"text": "noi_dung", "id": "ma", "published": "ngay"}
    outputs = []
    for count in (1, 7):
        df = spark.createDataFrame(wanted[::-1], ddl).repartition(count)
        rows = extractor.spark.extract(df, **named, order="n", partitions=count).collect()
        assert facts(rows) == sorted(lines(kb / "facts.jsonl"))
        assert {r["source"] for r in rows if r["kind"] == "reject"} == {"none", "en", "empty"}
        outputs.append(sorted(r["json"] for r in extractor.spark.extract(df, **named, partitions=count).collect()))
    assert outputs[0] == outputs[1]
    with pytest.raises(UsageError, match="no column zz"):
        extractor.spark.extract(df, text="noi_dung", id="zz")


@needs_spark
def test_rules_travel_and_workers_run_this_python(made, spark, tmp_path):
    (tmp_path / "rules" / "data").mkdir(parents=True)
    header = (ROOT / "data" / "outlets.csv").read_text(encoding="utf-8").splitlines()[0]
    (tmp_path / "rules" / "data" / "outlets.csv").write_text(header + "\n", encoding="utf-8")
    work = extractor.spark.job(tmp_path / "rules")
    shutil.rmtree(tmp_path / "rules")
    pipe, _ = extractor.spark.pipeline(work)
    assert pipe.rules.digest == work.digest != extractor.spark.job().digest
    with pytest.raises(UsageError, match="install the same danvan"):
        extractor.spark.pipeline(extractor.spark.Job("another"))

    def told(batches):
        import pyarrow

        for _ in batches:
            yield pyarrow.RecordBatch.from_pydict({"python": [sys.executable]})

    assert {r[0] for r in spark.range(4).mapInArrow(told, "python string").collect()} == {sys.executable}


def danvan(*arguments, **environment):
    env = {**os.environ, "PYTHONPATH": str(ROOT), "LC_ALL": "C", **environment}
    done = subprocess.run(
        [sys.executable, "-m", "extractor.cli", *map(str, arguments)], env=env, capture_output=True, check=False
    )
    return done.returncode, done.stderr.decode()


@needs_spark
def test_the_command(made, tmp_path):
    import pyarrow.parquet

    _, source, kb = made
    out = tmp_path / "ra"
    run = ("extract", source, "--engine", "spark", "--master", "local[2]", "--out", out, "--lang", "en")
    code, said = danvan(*run)
    assert code == 3, said
    assert f"{len(lines(kb / 'facts.jsonl'))} facts" in said
    assert "4 rejected" in said
    provinces = {json.loads(line)["province"] for line in lines(kb / "articles.jsonl")} - {None}
    assert {p.name.removeprefix("province=") for p in out.glob("kind=article/*")} >= provinces
    found = [line for p in out.rglob("*.parquet") if p.parent.parent.name.removeprefix("kind=") in KINDS
             for line in pyarrow.parquet.ParquetFile(p).read(["json"])["json"].to_pylist()]  # fmt: skip
    assert sorted(found) == sorted(lines(kb / "facts.jsonl"))
    code, said = danvan(*run)
    assert code == 2
    assert "already exists" in said


def base():
    """Articles whose entities tell of others: successions, series before and after, programmes with their document."""
    papers = [("Quyết định số 12/QĐ-UBND", document("12/QĐ-UBND", "decision", issuer="UBND tỉnh", issued="2020-03-01"))]
    found = []
    for n, province in enumerate(["Ninh Thuận", "Khánh Hòa", "Sơn La", "Ninh Thuận", "Khánh Hòa"] * 8):
        day = f"20{19 + n % 8}-0{1 + n % 9}-11"
        scheme = f"Đề án dân vận số {n % 3}"
        words, paper = papers[0]
        text = f"{words} phê duyệt {scheme}\nông Trần Văn An\nbà Lò Thị Mai\ncòn 5,3%\nđạt 12 tỷ đồng\nPhong trào Dân vận khéo"
        facts = [
            {**paper, "_text": words, "code": f"{12 + n % 3}/QĐ-UBND", "number": str(12 + n % 3)},
            program(scheme, "scheme", _text=scheme),
            official("Trần Văn An", ("Trưởng Ban", "Ban Dân vận Tỉnh ủy"), ("Ủy viên", None), _text="ông Trần Văn An"),
            official(f"Lò Thị {'Mai' if n % 2 else 'Hoa'}", ("Chủ tịch", f"UBND tỉnh {province}"), _text="bà Lò Thị Mai"),
            figure("poverty_rate", 5 + n % 3, "%", area=province, period=day[:4], _text="còn 5,3%"),
            figure("export_value", 12, "tỷ đồng", area="huyện Bác Ái" if n % 2 else None, period=day[:4],
                   _text="đạt 12 tỷ đồng"),
            program("Dân vận khéo", "movement", _text="Phong trào Dân vận khéo"),
        ]  # fmt: skip
        found.append(article(f"a{n}", *facts, published=day, province=province, text=text))
    return found


def as_rows(folder):
    """A knowledge base as the rows that extraction on Spark gives."""
    rows = [("article", a["id"], None, line) for line in lines(folder / "articles.jsonl") for a in [json.loads(line)]]
    numbers = {}
    for line in lines(folder / "facts.jsonl"):
        fact = json.loads(line)
        numbers[fact["article_id"]] = number = numbers.get(fact["article_id"], -1) + 1
        rows.append((fact["kind"], fact["article_id"], number, line))
    return [*rows, ("reject", None, None, "{}")]


COLUMNS = "kind string, article_id string, number int, json string"


@needs_spark
@pytest.mark.parametrize("partitions", [1, 2, 7])
def test_linking_gives_what_danvan_link_gives(spark, tmp_path, partitions):
    from extractor.spark_link import link as on_spark

    folder = write_base(tmp_path / "kb", base())
    link(folder)
    wanted = lines(folder / "entities.jsonl")
    told = [json.loads(line) for line in wanted]
    assert {e["type"] for e in told} == {"document", "person", "organisation", "place", "program", "series"}
    assert any(e.get("continued_by") for e in told) and any(e.get("successor") for e in told)
    assert any(e.get("predecessors") for e in told if e["type"] == "place")
    assert any(e.get("document") for e in told if e["type"] == "program")
    df = spark.createDataFrame(as_rows(folder)[::-1], COLUMNS).repartition(partitions)
    rows = on_spark(df, partitions=partitions).orderBy("rank", "id").collect()
    assert [row["json"] for row in rows] == wanted
    assert [(row["type"], row["id"]) for row in rows] == [(e["type"], e["id"]) for e in told]


@needs_spark
def test_linking_wants_whole_articles(spark, tmp_path):
    from extractor.spark_files import errors_told as told
    from extractor.spark_link import link as on_spark

    with pytest.raises(UsageError, match="no column json"):
        on_spark(spark.range(1).selectExpr("'date' AS kind", "'a' AS article_id", "0 AS number"))
    rows = as_rows(write_base(tmp_path / "kb", base()[:2]))
    for wrong in (rows[:-2], [*rows, rows[0]], rows[1:]):
        with pytest.raises(DanvanError, match=r"Spark: .*does not stand there once, with all its facts$"), told():
            on_spark(spark.createDataFrame(wrong, COLUMNS), partitions=2).collect()


@needs_spark
def test_the_commands_with_parquet_rules_and_fresh(made, spark, tmp_path):
    """JSONL → Parquet of another shape → facts with rules of one's own → entities, as on this machine."""
    _, source, kb = made
    off = "dates.day-month-year"
    assert f'"{off}"' in "".join(lines(kb / "facts.jsonl"))
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "dates.yaml").write_text(f"- {{id: {off}, status: deprecated, kind: date, description: tắt}}\n", "utf-8")
    data = [json.loads(line) for path in sorted(source.iterdir()) for line in lines(path)[:9] if line]
    rows = [(str(d["id"]) if "id" in d else None, d.get("text"), d.get("published")) for d in data]
    spark.createDataFrame(rows, "id string, noi_dung string, published string").coalesce(1).write.parquet(
        str(tmp_path / "in.parquet")
    )
    (tmp_path / "in.jsonl").write_text(
        "".join(json.dumps({"id": i, "text": t, "published": p}, ensure_ascii=False) + "\n" for i, t, p in rows),
        "utf-8",
    )
    shared = ("--text-column", "noi_dung", "--rules", rules, "--lang", "en")
    out, entities = tmp_path / "ra", tmp_path / "thực thể"
    run = ("extract", tmp_path / "in.parquet", "--engine", "spark", "--master", "local[2]", "--out", out, *shared)
    code, said = danvan(*run)
    assert code == 3, said
    code, said = danvan(*run)
    assert code == 2 and "already exists" in said
    code, said = danvan(*run, "--fresh", "--drafts")
    assert code == 3, said
    found = spark.read.parquet(str(out))
    local = tmp_path / "kb"
    assert danvan("extract", tmp_path / "in.jsonl", "--out", local, "--rules", rules, "--drafts", "--quiet")[0] == 3
    assert facts(found.collect()) == sorted(lines(local / "facts.jsonl")) and lines(local / "facts.jsonl")
    assert f'"{off}"' not in "".join(facts(found.collect()))
    # Linked: what this machine gives of the same records.
    rows = found.where("kind != 'reject'").orderBy("article_id", "number").collect()
    articles = [r["json"] for r in rows if r["kind"] == "article"]
    (local / "articles.jsonl").write_text("".join(a + "\n" for a in articles), encoding="utf-8")
    (local / "facts.jsonl").write_text("".join(r["json"] + "\n" for r in rows if r["kind"] in KINDS), encoding="utf-8")
    link(local)
    run = ("link", out, "--engine", "spark", "--master", "local[2]", "--out", entities, "--lang", "en")
    code, said = danvan(*run)
    assert code == 0 and f"{len(articles)} new articles" in said, said
    written = [line for part in sorted(entities.glob("part-*.txt")) for line in lines(part)]
    assert written == lines(local / "entities.jsonl") and len(written) > 20
    code, said = danvan(*run)
    assert code == 2 and "already exists" in said
    code, said = danvan(*run, "--fresh", "--partitions", "3")
    assert code == 0, said
    assert [line for part in sorted(entities.glob("part-*.txt")) for line in lines(part)] == written
    code, said = danvan("link", tmp_path / "in.parquet", *run[2:])
    assert code == 2 and "no articles" in said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["--engine", "spark"], "--out"), (["--out", "x"], "--engine spark"), (["--master", "local"], "--engine spark")],
)
def test_wrong_usage_of_link(arguments, words, tmp_path):
    code, said = danvan("link", tmp_path, *arguments, "--lang", "en")
    assert code == 2
    assert words in said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--engine", "spark"], "--out"),
        (["--master", "local[2]"], "--engine spark"),
        (["--engine", "spark", "--out", "x", "--workers", "2"], "--workers"),
    ],
)
def test_wrong_usage(arguments, words):
    code, said = danvan("extract", SAMPLES / "articles", *arguments, "--lang", "en")
    assert code == 2
    assert words in said


def test_a_missing_extra_is_named(monkeypatch):
    monkeypatch.setattr(extractor.spark, "find_spec", lambda name: None if name == "pyspark" else object())
    with pytest.raises(UsageError, match=r"Spark wants pyspark: pip install 'danvan\[spark\]'"):
        extractor.spark.job()
