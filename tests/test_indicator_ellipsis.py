"""Figures that leave out what the one before them said: lists of places, pairs told in order, and what is read
instead where there is no antecedent."""

from __future__ import annotations

import pytest

import extractor
from extractor.pipeline import Pipeline
from extractor.records import IndicatorFact

HEAD = "Yên Bái: kết quả công tác dân vận\nTỉnh ủy Yên Bái sơ kết 6 tháng đầu năm 2022.\n"


@pytest.fixture(scope="module")
def pipe() -> Pipeline:
    return extractor.load()


def read(pipe: Pipeline, text: str) -> list[IndicatorFact]:
    return [f for f in pipe(HEAD + text, published="2022-07-12").facts if isinstance(f, IndicatorFact)]


LISTS = [
    (
        "Tỉnh có 88/150 xã đạt chuẩn nông thôn mới, Trấn Yên 20/20 xã, Văn Yên 17.",
        [("Trấn Yên", 20, "/20"), ("Văn Yên", 17, "xã")],
    ),
    (
        "Làm 2.107 nhà, kinh phí 54,8 tỷ đồng. Trong đó Văn Yên 512 nhà, Mù Cang Chải 330.",
        [("Văn Yên", 512, "nhà"), ("Mù Cang Chải", 330, "nhà")],
    ),
    (
        "Thu nhập bình quân đầu người 29,4 triệu đồng, trong đó Văn Yên 33,1; thấp nhất Trạm Tấu 20,2.",
        [("Văn Yên", 33.1, "triệu đồng"), ("Trạm Tấu", 20.2, "triệu đồng")],
    ),
    (
        "Các cấp vận động được 38,2 tỷ đồng, cấp 4.000 m3 nước cho dân; đứng đầu là Văn Yên 9,1 tỷ đồng.",
        [("Văn Yên", 9.1, "tỷ đồng")],
    ),
    (
        "Đón 6,1 triệu lượt khách du lịch (Văn Yên 3,4 triệu; Mù Cang Chải 310 nghìn).",
        [("Văn Yên", 3_400_000, "lượt khách"), ("Mù Cang Chải", 310_000, "lượt khách")],
    ),
]


@pytest.mark.parametrize(("text", "listed"), LISTS)
def test_a_list_goes_on_with_its_head(pipe: Pipeline, text: str, listed: list[tuple[str, float, str]]) -> None:
    facts = read(pipe, text)
    found = [(str(f.area).removeprefix("huyện "), float(f.value), f.unit) for f in facts[-len(listed) :]]
    assert found == listed
    assert len({f.indicator for f in facts if f.indicator}) == 1


def test_foreign_things_end_a_list(pipe: Pipeline) -> None:
    text = "Các cấp vận động được 38 tỷ đồng, chi 12 tỷ đồng làm cầu; đứng đầu là Văn Yên 9 tỷ đồng."
    assert not [f for f in read(pipe, text) if f.area == "huyện Văn Yên"]


def test_in_their_order(pipe: Pipeline) -> None:
    text = "Kim ngạch xuất khẩu đạt 300 triệu USD, thu ngân sách 950 tỷ đồng, tăng lần lượt 8,4% và 12,6%."
    changes = {f.indicator: float(f.value) for f in read(pipe, text) if f.measure == "change"}
    assert changes == {"export_turnover": 8.4, "budget_revenue": 12.6}


@pytest.mark.parametrize(
    ("beyond", "targets"), [("vượt kế hoạch 900 tỷ đồng", [900]), ("vượt kế hoạch 50 tỷ đồng", [])]
)
def test_by_how_much_a_plan_was_passed(pipe: Pipeline, beyond: str, targets: list[int]) -> None:
    facts = read(pipe, f"Thu ngân sách đạt 950 tỷ đồng, {beyond}.")
    assert [f.value for f in facts if f.status == "target"] == targets
    assert len(facts) == 1 + len(targets)


@pytest.mark.parametrize(
    ("text", "statuses"),
    [
        ("Kết quả ước: tỷ lệ hộ nghèo 3,1%, tỷ lệ che phủ rừng 55%.", ["estimate", "estimate"]),
        ("Kết quả ước: tỷ lệ hộ nghèo 3,1%. Tỷ lệ che phủ rừng 55%.", ["estimate", "actual"]),
    ],
)
def test_an_estimate_at_the_head_of_a_list(pipe: Pipeline, text: str, statuses: list[str]) -> None:
    assert [f.status for f in read(pipe, text)] == statuses


def test_what_gave_way_lives_again(pipe: Pipeline) -> None:
    """The ratio of a place needs an antecedent; without one the open reading that it overlaps is taken."""
    told = read(pipe, "Văn Yên 20/25 thôn ra mắt tổ tự quản ở xã.")
    assert [(f.indicator, f.label, f.unit) for f in told] == [(None, "thôn ra mắt tổ tự quản ở xã", "/25")]


def test_an_answer_is_of_what_was_asked(pipe: Pipeline) -> None:
    told = read(pipe, "Thưa đồng chí, PCI của tỉnh ra sao?\nĐồng chí Phóng: Năm 2015 ta được 62,32 điểm, xếp thứ 5/63.")
    assert [(f.indicator, f.measure, f.period) for f in told] == [("pci", "level", "2015"), ("pci", "rank", "2015")]
    assert not read(pipe, "PCI của tỉnh tốt lên.\nĐồng chí Phóng: Năm 2015 ta được 62,32 điểm.")


def test_what_money_is_told_beside_a_count_moves_by_itself(pipe: Pipeline) -> None:
    """A part passes over the cost of the whole; a move behind the cost is the cost's."""
    told = read(pipe, "Làm 2.107 nhà, kinh phí 54,8 tỷ đồng, tăng 9,5% so với cùng kỳ.")
    assert not [f for f in told if f.indicator == "houses_built" and f.measure == "change"]


def test_a_fall_behind_a_rate_and_a_count_is_of_the_rate(pipe: Pipeline) -> None:
    told = read(pipe, "Toàn huyện có 1.300 hộ nghèo, tỷ lệ 6,2%, giảm 410 hộ, tương ứng giảm 1,9%.")
    moves = [(f.indicator, float(f.value), f.unit) for f in told if f.measure == "change"]
    assert moves == [("poor_households", -410.0, "hộ"), ("poverty_rate", -1.9, "%")]


def test_the_highest_behind_a_fall_is_a_level(pipe: Pipeline) -> None:
    told = read(pipe, "Tỷ lệ hộ nghèo toàn tỉnh giảm 3,4%. Cao nhất là huyện Trạm Tấu 41%, huyện Mù Cang Chải 38%.")
    assert [(f.measure, float(f.value)) for f in told] == [("change", -3.4), ("level", 41.0), ("level", 38.0)]
    told = read(pipe, "Tỷ lệ hộ nghèo toàn tỉnh giảm 3,4%, giảm cao nhất là huyện Trạm Tấu 6%.")
    assert [(f.measure, float(f.value)) for f in told] == [("change", -3.4), ("change", -6.0)]


def test_falls_by_so_much_more(pipe: Pipeline) -> None:
    told = read(pipe, "Tỉnh phấn đấu kéo giảm hộ Khmer nghèo thêm 2%.")
    assert [(f.indicator, f.measure, float(f.value)) for f in told] == [("poverty_rate", "change", -2.0)]
