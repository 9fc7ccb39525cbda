"""A made corpus with known truth: who, which document, which series every mention means, and where sources disagree.

Articles are put together from sentences of the genre, written for this project. The world behind them has people who
change their office, namesakes in two provinces, documents of one number in several years and provinces, mentions
without a date, the mergers of 2025, abbreviations and spellings, articles that repeat others, and planted
contradictions. `made_corpus(articles=…)` gives the same corpus for the same numbers.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

#: Province → (its capital's or other districts, the province that it is part of since 1 July 2025).
PROVINCES = {
    "Ninh Thuận": (["huyện Bác Ái", "huyện Ninh Phước", "huyện Thuận Bắc"], "Khánh Hòa"),
    "Khánh Hòa": (["huyện Vạn Ninh", "huyện Cam Lâm", "thị xã Ninh Hòa"], "Khánh Hòa"),
    "Bến Tre": (["huyện Châu Thành", "huyện Mỏ Cày Nam", "huyện Ba Tri"], "Vĩnh Long"),
    "Trà Vinh": (["huyện Châu Thành", "huyện Cầu Kè", "huyện Tiểu Cần"], "Vĩnh Long"),
    "Tây Ninh": (["huyện Châu Thành", "huyện Tân Biên", "huyện Bến Cầu"], "Tây Ninh"),
    "Lạng Sơn": (["huyện Văn Lãng", "huyện Bắc Sơn", "huyện Lộc Bình"], "Lạng Sơn"),
    "Thanh Hóa": (["huyện Bá Thước", "huyện Nga Sơn", "huyện Thọ Xuân"], "Thanh Hóa"),
    "Hà Giang": (["huyện Mèo Vạc", "huyện Đồng Văn", "huyện Xín Mần"], "Tuyên Quang"),
    "Quảng Nam": (["huyện Nam Trà My", "huyện Thăng Bình", "huyện Tiên Phước"], "Đà Nẵng"),
    "Sơn La": (["huyện Mường La", "huyện Yên Châu", "huyện Sông Mã"], "Sơn La"),
    "Gia Lai": (["huyện Chư Sê", "huyện Ia Grai", "huyện Kbang"], "Gia Lai"),
    "Nghệ An": (["huyện Con Cuông", "huyện Nghi Lộc", "huyện Quỳ Hợp"], "Nghệ An"),
}
SURNAMES = [
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Vũ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Ngô",
    "Dương",
    "Lý",
    "Hồ",
    "Phan",
    "Võ",
]
MIDDLES = ["Văn", "Thị", "Minh", "Quốc", "Thanh", "Ngọc", "Hữu", "Đức", "Xuân", "Thu", "Trọng", "Công"]
GIVEN = ["Hùng", "Dũng", "Hòa", "Thủy", "Lan", "Sơn", "Tuấn", "Hải", "Bình", "Cường", "Phúc", "Quang", "Khánh", "Vinh",
         "Thảo", "Hạnh", "Mai", "Long", "Thắng", "Tâm"]  # fmt: skip
#: Names that people of several provinces have.
COMMON = ["Nguyễn Văn Hùng", "Trần Thị Lan", "Lê Văn Hải", "Phạm Minh Tuấn", "Nguyễn Thị Thủy", "Lê Quang Hòa"]
REFORM = date(2025, 7, 1)

#: (indicator, wording, unit forms with their factors, decimals, low, high); values differ from year to year.
INDICATORS = [
    ("grdp_growth", "tốc độ tăng trưởng kinh tế (GRDP)", [("%", 1)], 2, 4, 11),
    ("poverty_rate", "tỷ lệ hộ nghèo", [("%", 1)], 2, 2, 14),
    ("export_turnover", "kim ngạch xuất khẩu", [("triệu USD", 10**6), ("tỷ USD", 10**9)], 0, 210, 990),
    ("budget_revenue", "tổng thu ngân sách nhà nước trên địa bàn", [("tỷ đồng", 10**9), ("triệu đồng", 10**6)], 0, 2100, 9800),
    ("forest_cover_rate", "tỷ lệ che phủ rừng", [("%", 1)], 1, 30, 66),
    ("trained_labour_rate", "tỷ lệ lao động qua đào tạo", [("%", 1)], 1, 41, 79),
    ("health_insurance_rate", "tỷ lệ bao phủ bảo hiểm y tế", [("%", 1)], 1, 81, 98),
]  # fmt: skip


@dataclass(frozen=True)
class Told:
    """What an article truly says of an entity: `kind`, the words by which its fact is found, the entity's true id.

    `open` says that no reader could tell: a number without a date or title that two documents have.
    """

    kind: str
    words: str
    entity: str
    value: Decimal | None = None
    period: str | None = None
    status: str = "actual"
    open: bool = False


@dataclass
class Made:
    """An article and its truth."""

    id: str
    published: str
    title: str
    text: str
    told: list[Told] = field(default_factory=list)

    def as_input(self) -> dict[str, str]:
        """The article as a line of JSONL input."""
        return {"id": self.id, "title": self.title, "published": self.published, "text": self.text}


@dataclass(frozen=True)
class Planted:
    """A contradiction: its kind, the true entity, what it is about, the cause, the articles of both sides."""

    kind: str
    entity: str
    about: str
    cause: str
    articles: tuple[str, str]


@dataclass
class Corpus:
    """The articles, and the contradictions planted in them."""

    articles: list[Made]
    planted: list[Planted]


@dataclass(frozen=True)
class Person:
    """A person and offices: (first day, last day, title, body, place)."""

    id: str
    name: str
    offices: tuple[tuple[date, date, str, str, str], ...]

    def office(self, on: date) -> tuple[str, str, str] | None:
        """Title, body, place on a day."""
        return next(((t, b, p) for first, last, t, b, p in self.offices if first <= on <= last), None)


@dataclass(frozen=True)
class Document:
    """A document: the word for it, its code, its day, its issuer's name in full and as locals say it, its place."""

    id: str
    word: str
    code: str
    day: date
    issuer: str
    place: str | None
    title: str


def place_on(province: str, on: date) -> str:
    """The province that a province's people live in on a day."""
    return PROVINCES[province][1] if on >= REFORM and province in PROVINCES else province


def number(value: Decimal, decimals: int) -> str:
    """A number as Vietnamese papers write it."""
    text = f"{value:,.{decimals}f}"
    return text.replace(",", "_").replace(".", ",").replace("_", ".")


class World:
    """Everything that is true, made of a seed."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.people: dict[str, list[Person]] = {}
        self.documents: dict[str | None, list[Document]] = {None: national_documents()}
        self.values: dict[tuple[str, str, int], Decimal] = {}
        self.programs: dict[str, list[tuple[str, str, str | None, str]]] = {}
        self._taken: set[str] = set()
        common = {name: self.rng.sample(sorted(PROVINCES), 2) for name in COMMON}
        for province in PROVINCES:
            self._people(province, [name for name, homes in common.items() if province in homes])
            self._documents(province)
            self._programs(province)

    def _name(self) -> str:
        while True:
            rng = self.rng
            name = f"{rng.choice(SURNAMES)} {rng.choice(MIDDLES)} {rng.choice(GIVEN)}"
            if name not in self._taken and name not in COMMON:
                self._taken.add(name)
                return name

    def _people(self, province: str, common: list[str]) -> None:
        """Leaders of a province and its districts from 2018 to 2026; some move up, all move into the merged province."""
        new = PROVINCES[province][1]
        districts = PROVINCES[province][0]
        begin, end, change = date(2018, 1, 1), date(2026, 12, 31), date(2021, 3, 1)
        people: list[Person] = []
        names = [*common]

        def person(*offices: tuple[date, date, str, str, str]) -> None:
            name = names.pop() if names and self.rng.random() < 0.8 else self._name()
            people.append(Person(f"person:{province}:{len(people)}", name, offices))

        before, since = (begin, REFORM - timedelta(1)), (REFORM, end)
        person((*before, "Bí thư", "Tỉnh ủy", province))
        person((*before, "Phó Bí thư Thường trực", "Tỉnh ủy", province), (*since, "Phó Bí thư", "Tỉnh ủy", new))
        person(
            (begin, change, "Phó Chủ tịch", "UBND tỉnh", province),
            (change + timedelta(1), before[1], "Chủ tịch", "UBND tỉnh", province),
        )
        person((*before, "Phó Chủ tịch", "UBND tỉnh", province), (*since, "Phó Chủ tịch", "UBND tỉnh", new))
        merged = date(2025, 3, 1)
        person(
            (begin, merged - timedelta(1), "Trưởng Ban", "Ban Dân vận Tỉnh ủy", province),
            (merged, before[1], "Trưởng Ban", "Ban Tuyên giáo và Dân vận Tỉnh ủy", province),
        )
        person((begin, merged - timedelta(1), "Phó Trưởng Ban", "Ban Dân vận Tỉnh ủy", province))
        person((*before, "Trưởng Ban", "Ban Tổ chức Tỉnh ủy", province))
        order = sorted(PROVINCES)
        person(
            (begin, change, "Phó Trưởng Ban", "Ban Tổ chức Tỉnh ủy", province),
            (
                change + timedelta(60),
                before[1],
                "Phó Bí thư",
                "Tỉnh ủy",
                order[(order.index(province) + 1) % len(order)],
            ),
        )
        twin = self._name()  # two people of one name in one province
        people.append(Person(f"person:{province}:{len(people)}", twin, ((*before, "Giám đốc", "Sở Y tế", province),)))
        people.append(
            Person(
                f"person:{province}:{len(people)}",
                twin,
                ((*before, "Phó Chủ tịch", f"UBND {districts[2]}", districts[2]),),
            )
        )
        person((*before, "Chủ tịch", "Ủy ban MTTQ Việt Nam tỉnh", province))
        person((*before, "Giám đốc", "Sở Nội vụ", province))
        person((*before, "Chủ tịch", "Hội LHPN tỉnh", province))
        for n, district in enumerate(districts):
            committee = "Thị ủy" if district.startswith("thị xã") else "Huyện ủy"
            if n == 0:  # one moves up
                person(
                    (begin, change, "Chủ tịch", f"UBND {district}", district),
                    (change + timedelta(40), before[1], "Phó Chủ tịch", "UBND tỉnh", province),
                )
            else:
                person((*before, "Chủ tịch", f"UBND {district}", district))
            short = district.split(" ", 2)[2] if district.startswith("thị xã") else district.split(" ", 1)[1]
            person((*before, "Bí thư", f"{committee} {short}", district))
            person((begin, merged - timedelta(1), "Trưởng Ban", f"Ban Dân vận {committee} {short}", district))
        self.people[province] = people

    def _documents(self, province: str) -> None:
        """Documents of a province: numbers return every year (UBND) and every term (Tỉnh ủy), and in other provinces."""
        made: list[Document] = []

        def document(word: str, code: str, day: date, issuer: str, title: str) -> None:
            made.append(Document(f"document:{province}:{code}:{day.year}", word, code, day, issuer, province, title))

        rng = self.rng
        for year in (2018, 2019, 2021, 2023):
            day = date(year, rng.randint(1, 12), rng.randint(1, 28))
            document("Quyết định", f"{rng.choice([125, 308, 412, 1287, 2071])}/QĐ-UBND", day, "UBND tỉnh",
                     f"về công tác dân vận chính quyền năm {year}")  # fmt: skip
        document(
            "Quyết định",
            "308/QĐ-UBND",
            date(2020, rng.randint(1, 6), rng.randint(1, 28)),
            "UBND tỉnh",
            "về tiếp công dân",
        )
        document(
            "Quyết định",
            "308/QĐ-UBND",
            date(2022, rng.randint(1, 6), rng.randint(1, 28)),
            "UBND tỉnh",
            "về cải cách hành chính",
        )
        document(
            "Nghị quyết",
            "06-NQ/TU",
            date(2017, rng.randint(1, 12), rng.randint(1, 28)),
            "Tỉnh ủy",
            "về công tác dân vận",
        )
        document(
            "Nghị quyết",
            "06-NQ/TU",
            date(2021, rng.randint(3, 12), rng.randint(1, 28)),
            "Tỉnh ủy",
            "về phát triển kinh tế",
        )
        document(
            "Chỉ thị",
            f"{rng.randint(10, 30)}-CT/TU",
            date(2019, rng.randint(1, 12), rng.randint(1, 28)),
            "Ban Thường vụ Tỉnh ủy",
            "về xây dựng nông thôn mới",
        )
        document(
            "Kế hoạch",
            f"{rng.randint(31, 140)}-KH/TU",
            date(2022, rng.randint(1, 12), rng.randint(1, 28)),
            "Ban Thường vụ Tỉnh ủy",
            "thực hiện quy chế dân chủ ở cơ sở",
        )
        document(
            "Nghị quyết",
            f"{rng.randint(5, 60)}/2020/NQ-HĐND",
            date(2020, 12, rng.randint(1, 20)),
            "HĐND tỉnh",
            "về chính sách hỗ trợ hộ nghèo",
        )
        self.documents[province] = made

    def _programs(self, province: str) -> None:
        """Programmes of a province: (type, name, period, id); names of models return in other provinces."""
        rng = self.rng
        models = ["Ngôi nhà trí tuệ", "Đường hoa nông thôn", "Chợ phiên không rác", "Tiếng loa biên giới", "Hũ gạo tình thương",
                  "Cổng trường an toàn", "Dòng họ tự quản", "Tổ tiết kiệm vùng cao"]  # fmt: skip
        made: list[tuple[str, str, str | None, str]] = []
        for name in rng.sample(models, 3):
            made.append(("model", name, None, f"program:{province}:model:{name}"))
        topic = rng.choice(["nâng cao chất lượng công tác dân vận chính quyền", "phát triển đội ngũ cán bộ dân vận cơ sở",
                            "đổi mới công tác tiếp dân, đối thoại với nhân dân"])  # fmt: skip
        for period in ("2016/2020", "2021/2025"):
            made.append(("scheme", topic, period, f"program:{province}:scheme:{topic}:{period}"))
        made.append(("contest", f"Cán bộ dân vận giỏi {province}", None, f"program:{province}:contest"))
        self.programs[province] = made

    def value(self, indicator: str, place: str, year: int) -> Decimal:
        """The true value of an indicator, made when it is first asked for."""
        key = (indicator, place, year)
        if key not in self.values:
            _, _, _, decimals, low, high = next(i for i in INDICATORS if i[0] == indicator)
            rng = random.Random(f"{self.rng.random()}{key}")
            step = Decimal(1).scaleb(-decimals)
            value = Decimal(rng.randint(low * 10**decimals, high * 10**decimals)) * step
            if value == value.to_integral() and decimals:
                value += step
            self.values[key] = value
        return self.values[key]


def national_documents() -> list[Document]:
    """Documents of the centre that articles everywhere cite."""
    rows = [
        ("Nghị quyết", "25-NQ/TW", date(2013, 6, 3), "Ban Chấp hành Trung ương Đảng khóa XI", "về tăng cường và đổi mới sự lãnh đạo của Đảng đối với công tác dân vận"),
        ("Kết luận", "43-KL/TW", date(2019, 1, 7), "Ban Bí thư", "về tiếp tục thực hiện Nghị quyết số 25"),
        ("Quy định", "124-QĐ/TW", date(2018, 2, 2), "Ban Bí thư", "về giám sát của Mặt trận Tổ quốc"),
        ("Quyết định", "217-QĐ/TW", date(2013, 12, 12), "Bộ Chính trị", "về giám sát và phản biện xã hội"),
        ("Chỉ thị", "16/CT-TTg", date(2016, 5, 16), "Thủ tướng Chính phủ", "về đổi mới công tác dân vận trong cơ quan hành chính"),
        ("Chỉ thị", "16/CT-TTg", date(2020, 3, 31), "Thủ tướng Chính phủ", "về phòng, chống dịch Covid-19"),
        ("Chỉ thị", "33/CT-TTg", date(2021, 11, 26), "Thủ tướng Chính phủ", "về công tác dân vận chính quyền"),
        ("Nghị định", "04/2015/NĐ-CP", date(2015, 1, 9), "Chính phủ", "về thực hiện dân chủ trong hoạt động của cơ quan hành chính"),
        ("Nghị định", "59/2023/NĐ-CP", date(2023, 8, 14), "Chính phủ", "quy định chi tiết Luật Thực hiện dân chủ ở cơ sở"),
    ]  # fmt: skip
    return [
        Document(f"document:{code}:{day.year}", word, code, day, issuer, None, title)
        for word, code, day, issuer, title in rows
    ]
