"""Charts and timelines of a linked knowledge base."""

import json
from decimal import Decimal

import pytest
from conftest import danvan
from made_kb import fact, write_kb

from extractor.errors import UsageError
from extractor.knowledge.charting import Indicators, chart
from extractor.knowledge.exporting.source import open_source
from extractor.knowledge.timeline import find_entity, timeline

TEXTS = {
    "a": ("2019-03-01", "Ông Lê Văn Hải, Bí thư Huyện ủy Bác Ái, ký Kế hoạch số 05-KH/HU ngày 20/2/2019."),
    "b": ("2021-07-01", "Ông Lê Văn Hải, Trưởng Ban Dân vận Tỉnh ủy Ninh Thuận, nhắc lại Kế hoạch số 05-KH/HU."),
    "c": ("2024-05-02", "Nguyên Bí thư Huyện ủy Lê Văn Hải kể chuyện 🙂."),
}


def series(key, area, points, unit="%", place=None, before=(), after=(), indicator="poverty_rate"):
    return {
        "schema": 1, "id": key, "type": "series", "name": f"{indicator}, {area}", "aliases": [], "indicator": indicator,
        "label": None, "measure": "level", "area": area, "place": place, "province": area, "sector": None, "subject": None,
        "unit": unit, "continues": list(before), "continued_by": list(after), "facts": [], "links": [],
        "points": [{"period": p, "base_period": None, "status": s, "value": v, "value_max": None, "unit": unit,
                    "canonical_value": Decimal(v), "canonical_value_max": None, "bound": None, "sources": 1, "facts": []}
                   for p, s, v in points],
    }  # fmt: skip


def place(key, name, until=None):
    return {"schema": 1, "id": key, "type": "place", "name": name, "aliases": [], "level": "tỉnh", "code": None, "district": None,
            "province": None, "parent": None, "valid_from": None, "valid_to": until, "successors": [], "predecessors": [],
            "verified": True, "facts": [], "links": []}  # fmt: skip


@pytest.fixture
def kb(tmp_path):
    rows = []
    for key, (published, text) in TEXTS.items():
        start = text.index("Lê Văn Hải")
        title, former = ("Bí thư", key == "c") if key != "b" else ("Trưởng Ban", False)
        body = {"a": "Huyện ủy Bác Ái", "b": "Ban Dân vận Tỉnh ủy Ninh Thuận", "c": "Huyện ủy"}[key]
        own = [fact("official", [(start, start + 10)], text, article=key, name="Lê Văn Hải",
                    positions=[{"title": title, "organisation": body, "former": former}])]  # fmt: skip
        if "05-KH/HU" in text:
            at = text.index("Kế hoạch")
            own.append(
                fact("document", [(at, at + 23)], text, article=key, type="plan", type_text="Kế hoạch", code="05-KH/HU")
            )
        rows.append(({"id": key, "text": text, "published": published, "outlet": f"Báo {key.upper()}"}, own))
    facts = [f for _, own in rows for f in own]
    people = [f["id"] for f in facts if f["kind"] == "official"]
    papers = [f["id"] for f in facts if f["kind"] == "document"]
    person = {"schema": 1, "id": "p1", "type": "person", "name": "Lê Văn Hải", "aliases": [], "province": "Ninh Thuận",
              "offices": [{"title": "Bí thư", "organisation": "Huyện ủy Bác Ái"}], "facts": people, "links": []}  # fmt: skip
    other = person | {"id": "p2", "name": "Trần Hải", "province": "Khánh Hòa", "facts": [], "aliases": ["Hai"]}
    paper = {"schema": 1, "id": "d1", "type": "document", "name": "Kế hoạch số 05-KH/HU", "aliases": [], "code": "05-KH/HU",
             "doc_type": "plan", "issuer": "Huyện ủy Bác Ái", "issued": "2019-02-20", "facts": papers, "links": []}  # fmt: skip
    program = {"schema": 1, "id": "g1", "type": "program", "name": "Dân vận khéo", "aliases": [], "program_type": "movement",
               "period": "2019/2025", "document": "d1", "facts": [], "links": []}  # fmt: skip
    old = [("2019", "actual", 9), ("2020", "actual", 7.5), ("2021", "estimate", 6.25), ("2021", "target", 6), ("2016/2020", "target", 8),
           (None, "actual", 5)]  # fmt: skip
    entities = [
        person, other, person | {"id": "p3", "name": "Trần Hải", "offices": [], "facts": []}, paper, program,
        place("x1", "Ninh Thuận", "2025-06-30"), place("x2", "Khánh Hòa (cũ)", "2025-06-30"), place("x3", "Khánh Hòa"),
        series("s1", "Ninh Thuận", old, place="x1", after=["s3"]),
        series("s2", "tỉnh Khánh Hòa", [("2022", "actual", 3.1), ("2023", "actual", 2.4)], place="x2", after=["s3"]),
        series("s3", "Khánh Hòa", [("2025", "actual", 3.4), ("2026", "target", 2.9)], place="x3", before=["s1", "s2"]),
        series("s5", "An Giang", [("2020", "actual", 4)], place="x1", indicator="near_poverty_rate"),
        series("s6", "An Giang", [("2026", "actual", 3)], indicator="near_poverty_rate"),
        series("s4", "Sơn La", [("2020", "actual", 1.5 * 10**12)], unit="đồng", indicator="budget_revenue"),
    ]  # fmt: skip
    return write_kb(tmp_path / "kb", rows, entities)


def test_series_are_cut_at_mergers(kb):
    made = chart(open_source(kb), "tỷ lệ hộ nghèo", areas=["tỉnh Ninh Thuận"])
    assert [c.id for c in made.curves] == ["s1", "s3"] and made.unit == "%" and made.undated == 1
    assert [(b.day.isoformat(), b.before, b.after) for b in made.breaks] == [("2025-07-01", "Ninh Thuận", "Khánh Hòa")]
    assert [(m.period, m.status) for m in made.curves[0].marks] == [
        ("2016/2020", "target"), ("2019", "actual"), ("2020", "actual"), ("2021", "estimate"), ("2021", "target")]  # fmt: skip
    assert {c.id for c in chart(open_source(kb), "poverty_rate").curves} == {"s1", "s2", "s3"}
    assert [c.name for c in chart(open_source(kb), "near_poverty_rate").curves] == ["An Giang (–30/6/2025)", "An Giang"]
    money = chart(open_source(kb), "budget_revenue")
    assert money.unit == "nghìn tỷ đồng" and money.curves[0].marks[0].value == 1.5


@pytest.mark.parametrize(
    ("wanted", "areas", "told"),
    [("poverty_rat", [], "nearest: poverty_rate"), ("ty le ho ngheo khac", [], "nearest: "), ("poverty_rate", ["Ninh Thuân"], "nearest: Ninh Thuận"),
     ("grdp", [], "no series of")],
)  # fmt: skip
def test_what_there_is_none_of(kb, wanted, areas, told):
    if told == "nearest: Ninh Thuận":
        areas = ["Ninh Thọ"]
    with pytest.raises(UsageError, match=told):
        chart(open_source(kb), wanted, areas=areas)


def test_labels():
    assert (
        Indicators().label("poverty_rate") == "tỷ lệ hộ nghèo"
        and Indicators().find("TY LE HO NGHEO", []) == "poverty_rate"
    )


@pytest.mark.parametrize("form", ["svg", "png"])
def test_drawn(kb, tmp_path, form):
    pytest.importorskip("matplotlib")
    for name in ("a", "b.c"):
        run = danvan(
            "plot", kb, "poverty_rate", "--area", "Ninh Thuận", "--out", tmp_path / f"{name}.{form}", "--lang", "vi"
        )
        assert run.returncode == 0 and "1 số liệu không rõ kỳ" in run.stderr, run.stderr
    first, second = ((tmp_path / f"{name}.{form}").read_bytes() for name in ("a", "b.c"))
    assert first == second and first.startswith(b"<?xml" if form == "svg" else b"\x89PNG")


def test_the_command(kb, tmp_path):
    data = json.loads(danvan("plot", kb, "poverty_rate", "--json").stdout)
    assert len(data["series"]) == 3 and len(data["breaks"]) == 2
    (tmp_path / "mine.svg").write_text("mine")
    for args, told in (
        (["poverty_rate", "--out", tmp_path / "mine.svg"], "exists already"),
        (["poverty_rate", "--out", tmp_path / "x.pdf"], ".svg or a .png"), (["grdp", "--out", tmp_path / "x.svg"], "no series of"),
    ):  # fmt: skip
        run = danvan("plot", kb, *args, "--lang", "en")
        assert run.returncode == 2 and told in run.stderr and "Traceback" not in run.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == ["kb", "mine.svg"]
    (kb / "entities.jsonl").unlink()
    run = danvan("plot", kb, "poverty_rate", "--json", "--lang", "en")
    assert run.returncode == 2 and "danvan link" in run.stderr


def test_timelines(kb):
    found = timeline(open_source(kb), "05-kh/hu")
    assert [(e.day, e.what, e.article) for e in found.events] == [
        ("2019-02-20", "issued", None), ("2019-03-01", "cited", "a"), ("2019/2025", "programme", None), ("2021-07-01", "cited", "b")]  # fmt: skip
    found = timeline(open_source(kb), "le van hai")
    assert [(e.day, e.what, e.says) for e in found.events] == [
        ("2019-03-01", "holds", "Bí thư Huyện ủy Bác Ái"), ("2021-07-01", "holds", "Trưởng Ban Ban Dân vận Tỉnh ủy Ninh Thuận"),
        ("2024-05-02", "former", "Bí thư Huyện ủy")]  # fmt: skip
    assert find_entity(open_source(kb), "p3")["id"] == "p3"
    run = danvan("timeline", kb, "p1", "--lang", "vi")
    assert run.returncode == 0 and "nguyên: Bí thư Huyện ủy" in run.stdout and "Báo A · a" in run.stdout
    assert json.loads(danvan("timeline", kb, "d1", "--json").stdout)["events"][0]["day"] == "2019-02-20"


@pytest.mark.parametrize(
    ("wanted", "told"),
    [("Trần Hải", "2 are called .*p2 .*Khánh Hòa"), ("Lê Văn Hai", "nearest: Lê Văn Hải"), ("xyz", "nearest")],
)
def test_timelines_of_none_or_several(kb, wanted, told):
    if wanted == "Lê Văn Hai":
        wanted = "Lê Văn Hạch"
    with pytest.raises(UsageError, match=f"(?s){told}"):
        timeline(open_source(kb), wanted)
