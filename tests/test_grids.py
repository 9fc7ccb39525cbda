"""Tables in the text: how their cells are found, and what a figure in one measures."""

import pytest

from extractor.grid_words import read_label, read_unit
from extractor.grids import cells

HEADS = "TT|Chỉ tiêu|ĐVT|TH 2019|KH 2020"
ROWS = ["1|Thu ngân sách|tỷ đồng|81,5|90", "2|Xây nhà tình nghĩa|nhà|46|32"]


def table(parted, title="Huyện Bác Ái báo cáo năm 2019, nhiệm vụ năm 2020"):
    return "\n".join([title, *(line.replace("|", parted) for line in [HEADS, *ROWS])])


def figures(result):
    return [
        (f.indicator, str(f.value), f.unit, f.area, f.period, f.status)
        for f in result.facts
        if f.kind == "indicator" and any(e.rule == "indicators.table-cell" for e in f.evidence)
    ]


FOUND = [
    ("budget_revenue", "81.5", "tỷ đồng", "huyện Bác Ái", "2019", "actual"),
    ("budget_revenue", "90", "tỷ đồng", "huyện Bác Ái", "2020", "target"),
    ("houses_built", "46", "nhà", "huyện Bác Ái", "2019", "actual"),
    ("houses_built", "32", "nhà", "huyện Bác Ái", "2020", "target"),
]


@pytest.mark.parametrize("parted", [" | ", " - ", "|", "\t", "   ", "\u00a0\u00a0", " ", "\n"])
def test_cells_are_parted_in_many_ways(pipe, parted):
    assert figures(pipe(table(parted), published="2019-12-20")) == FOUND


def test_evidence_is_the_cell(pipe):
    result = pipe(table("   "), published="2019-12-20")
    text = result.article.text
    for fact in result.facts:
        for e in fact.evidence:
            assert text[e.start : e.end] == e.text
    fact = next(f for f in result.facts if f.kind == "indicator")
    assert fact.evidence[0].text == "81,5"
    said = {name: [text[s:e] for s, e in spans] for name, spans in fact.evidence[0].fields.items()}
    assert said["indicator"] == ["Thu ngân sách"]
    assert said["unit"] == ["tỷ đồng"]
    assert said["period"] == ["TH 2019"]


PLACES = """Giảm nghèo ở tỉnh Hòa Bình năm 2011
TT | Huyện, TP | Số hộ | {head} | {rate}
1 | Mai Châu | 12.000 | 4.700 | 39,2
2 | TP Hòa Bình | 24.000 | 840 | 3,5
Cộng | | 36.000 | 5.540 | 15,4"""


@pytest.mark.parametrize(
    "head, rate, found",
    [
        ("Hộ nghèo", "Tỷ lệ %", ["poor_households", "poverty_rate"] * 3),
        ("Số hộ nghèo (hộ)", "Tỷ lệ hộ nghèo (%)", ["poor_households", "poverty_rate"] * 3),
        ("Hộ cận nghèo", "Tỷ lệ (%)", ["near_poverty_rate"] * 3),
        ("Hộ có vườn", "Tỷ lệ (%)", []),
        ("Hộ nghèo", "So với cùng kỳ (%)", ["poor_households"] * 3),
        ("Hộ nghèo giảm", "Giảm (%)", []),
    ],
)
def test_a_head_says_what_its_column_holds(pipe, head, rate, found):
    assert [f[0] for f in figures(pipe(PLACES.format(head=head, rate=rate)))] == found


def test_rows_are_places(pipe):
    areas = [f[3] for f in figures(pipe(PLACES.format(head="Hộ nghèo", rate="Tỷ lệ %")))]
    assert areas == ["huyện Mai Châu"] * 2 + ["TP Hòa Bình"] * 2 + ["Hòa Bình"] * 2


@pytest.mark.parametrize(
    "text",
    [
        "Trang chủ | Tin tức | Văn bản | Hỏi đáp\nHộ nghèo | 12 | 14 | 15",
        "Chỉ tiêu | ĐVT | Kế hoạch | Thực hiện\nĐàn lợn | con | 4.000 | 3.900",
        "Chỉ tiêu | Kế hoạch | Thực hiện\nThu ngân sách | 4.000 | 3.900",
        "Chỉ tiêu | ĐVT | Kế hoạch | Thực hiện\nThu ngân sách | tỷ đồng | 4.000",
        "Chỉ tiêu | ĐVT | TH/KH (%) | So cùng kỳ\nThu ngân sách | tỷ đồng | 98,1 | 104",
        "TT Chỉ tiêu ĐVT Kế hoạch Thực hiện\n1 Hộ nghèo hộ 4 120 90",
        "Huyện | Hộ nghèo\nMai Châu | 12,5",
    ],
)
def test_what_is_not_certain_gives_no_fact(pipe, text):
    assert figures(pipe("UBND tỉnh Hòa Bình báo cáo năm 2019\n" + text)) == []


def test_other_rules_do_not_read_in_rows(pipe):
    text = "UBND tỉnh Lào Cai báo cáo năm 2022\nChỉ tiêu | ĐVT | TH 2022\nSản lượng lương thực | 1.000 tấn | 356"
    found = [(f.value, f.unit) for f in pipe(text).facts if f.kind == "indicator"]
    assert [(str(value), unit) for value, unit in found] == [("356000", "tấn")]


def test_a_figure_told_in_the_text_too_is_one_fact(pipe):
    text = (
        "Năm 2022, tỉnh Lào Cai ước đón 4,2 triệu lượt khách du lịch.\n"
        "Chỉ tiêu | ĐVT | Năm 2022\nKhách du lịch | triệu lượt | 4,2"
    )
    facts = [f for f in pipe(text).facts if f.kind == "indicator"]
    assert [len(f.evidence) for f in facts] == [2]


def test_prose_holds_no_cells(pipe):
    assert cells(pipe("Chỉ tiêu thu ngân sách năm 2020 của huyện đạt 81 tỷ đồng.\nHộ nghèo còn 5%.").context) == []


@pytest.mark.parametrize(
    "written, name, scale",
    [("tr.đ", "triệu đồng", 1), ("Tỷ đồng", "tỷ đồng", 1), ("triệu lượt", "lượt", 10**6), ("1.000 tấn", "tấn", 1000),
     ("%", "%", 1), ("USD", "USD", 1), ("tr.đ/người/năm", "triệu đồng/người/năm", 1)],
)  # fmt: skip
def test_units(pipe, written, name, scale):
    unit = read_unit(written, pipe.rules.tables)
    assert (unit.name, unit.scale) == (name, scale)


@pytest.mark.parametrize(
    "written, indicator, sector, falls",
    [
        ("1. Tỷ lệ hộ nghèo (%)", "poverty_rate", None, False),
        ("- Thu nội địa", "budget_revenue", "Thu nội địa", False),
        ("Giảm tỷ lệ hộ nghèo", "poverty_rate", None, True),
        ("Thu ngân sách nhà nước trên địa bàn", "budget_revenue", None, False),
        ("Trong đó: hộ có công", None, None, False),
    ],
)
def test_labels(pipe, written, indicator, sector, falls):
    label = read_label(written, pipe("Xã A").context)
    assert ((label.indicators or (None,))[0], label.sector, label.falls) == (indicator, sector, falls)
