"""The articles of the made corpus: sentences of the genre about a world that is known (`made_corpus.World`)."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal

from made_corpus import (
    INDICATORS,
    PROVINCES,
    REFORM,
    Corpus,
    Document,
    Made,
    Person,
    Planted,
    Told,
    World,
    number,
    place_on,
)

OPENINGS = [
    "Sáng {day}, tại tỉnh {province}, Ban Dân vận Tỉnh ủy tổ chức hội nghị đánh giá công tác dân vận và bàn nhiệm vụ thời gian tới.",
    "Chiều {day}, Tỉnh ủy {province} làm việc với các cơ quan, đơn vị về tình hình thực hiện công tác dân vận trên địa bàn tỉnh.",
    "Ngày {day}, đoàn công tác của tỉnh {province} đến cơ sở nắm tình hình, lắng nghe ý kiến của nhân dân.",
    "Ngày {day}, tại hội trường UBND tỉnh {province} diễn ra hội nghị sơ kết quy chế dân chủ ở cơ sở.",
]  # fmt: skip
NEW_OPENINGS = [
    "Sáng {day}, tại tỉnh {province}, Ban Tuyên giáo và Dân vận Tỉnh ủy tổ chức hội nghị đánh giá công tác dân vận.",
    "Ngày {day}, Tỉnh ủy {province} làm việc với các xã, phường về công tác dân vận sau sắp xếp đơn vị hành chính.",
]
FILLERS = [
    "Các đại biểu tập trung trao đổi những khó khăn từ cơ sở, nhất là ở thôn, bản xa trung tâm.",
    "Nhiều cách làm gần dân, sát dân được chia sẻ, được bà con đồng tình hưởng ứng.",
    "Hội nghị đề nghị các đơn vị tiếp tục bám cơ sở, nói đi đôi với làm.",
    "Cấp ủy các cấp quan tâm hơn việc đối thoại, giải quyết kiến nghị chính đáng của người dân.",
    "Đội ngũ làm công tác dân vận ở cơ sở được kiện toàn, hoạt động đi vào nền nếp.",
]
TITLES = ["{province}: Đánh giá công tác dân vận", "Công tác dân vận ở {province} có nhiều chuyển biến", "{province} nhân rộng cách làm hay trong công tác dân vận",
          "Chuyện dân vận ở {province}", "{province} đối thoại với nhân dân"]  # fmt: skip
SPELLINGS = {"Hòa": "Hoà", "Thủy": "Thuỷ", "Thúy": "Thuý"}
#: Provinces that the reform of 2025 left as they were.
UNCHANGED = {"Lạng Sơn", "Thanh Hóa", "Sơn La", "Nghệ An"}


class Writer:
    """Writes articles of a world, each sentence with what it truly tells."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.rng = random.Random(f"writer {world.rng.random()}")
        self.articles: list[Made] = []
        self.planted: list[Planted] = []

    # --- pieces ---

    def day(self, on: date) -> str:
        """A day as papers write it."""
        forms = [f"{on.day}/{on.month}/{on.year}", f"{on.day:02d}/{on.month:02d}/{on.year}", f"{on.day}-{on.month}-{on.year}",
                 f"{on.day} tháng {on.month} năm {on.year}"]  # fmt: skip
        return self.rng.choice(forms)

    def person(self, person: Person, on: date, province: str) -> tuple[str, Told] | None:
        """A person with the office of a day."""
        office = person.office(on)
        if office is None:
            return None
        rng = self.rng
        title, body, place = office
        if body.startswith("Ban ") and title.endswith("Trưởng Ban"):
            words = f"{title.removesuffix(' Ban')} {body}"
        else:
            words = f"{title} {body}"
        if place in PROVINCES:
            if rng.random() < 0.3:
                words = words.replace("UBND tỉnh", "Ủy ban nhân dân tỉnh")
            if rng.random() < 0.3:
                words = f"{words} {place}"
            if rng.random() < 0.2 and title != "Bí thư" and "Tỉnh ủy" not in words:
                words = f"Tỉnh ủy viên, {words}"
            elif rng.random() < 0.2 and title == "Trưởng Ban":
                words = f"{rng.choice(['Ủy viên Ban Thường vụ Tỉnh ủy', 'UVBTV Tỉnh ủy'])}, {words}"
        name = person.name
        if rng.random() < 0.2:
            for old, new in SPELLINGS.items():
                name = name.replace(old, new)
        told = Told("person", person.name, person.id)
        if rng.random() < 0.06:
            past = [o for o in person.offices if o[1] < on - timedelta(60)]
            if past:
                where = f" {past[0][4]}" if past[0][4] in PROVINCES else ""
                bare = f"{past[0][2]} {past[0][3]}".replace("Trưởng Ban Ban", "Trưởng Ban")
                return f"đồng chí {name}, nguyên {bare}{where}", told
        form = rng.randint(0, 3)
        if form == 0:
            return f"đồng chí {name}, {words}", told
        if form == 1:
            return f"{rng.choice(['ông', 'bà'] if 'Thị' not in name else ['bà'])} {name} - {words}", told
        return f"{name}, {words}", told

    def people(self, on: date, province: str, count: int, home: str) -> tuple[str, list[Told]]:
        """A sentence about those who came."""
        rng = self.rng
        homes = [p for p in PROVINCES if place_on(p, on) == province] if on >= REFORM else [home]
        here = [p for h in homes for p in self.world.people[h]]
        rng.shuffle(here)
        said = [s for p in here if (s := self.person(p, on, province)) is not None]
        names: set[str] = set()  # no two of a name in one article: nobody could tell which is meant
        said = [s for s in said if s[1].words not in names and not names.add(s[1].words)][:count]
        lead = rng.choice(["Dự hội nghị có ", "Tham dự có ", "Cùng dự có "])
        parts = [text if text.startswith(("đồng chí", "ông", "bà")) else f"đồng chí {text}" for text, _ in said]
        return lead + "; ".join(parts) + ".", [t for _, t in said]

    def cite(self, document: Document, *, dated: bool) -> tuple[str, bool]:
        """A document as papers cite it; and whether day or title tell which one it is."""
        rng = self.rng
        code = document.code
        if rng.random() < 0.1:
            code = code.replace("-", " - ", 1) if "/QĐ-" not in code else code
        number_word = rng.choice([" số ", " ", " số "])
        text = f"{document.word}{number_word}{code}"
        if dated:
            text += f"{rng.choice([' ngày ', ', ngày '])}{self.day(document.day)}"
        issuer = document.issuer
        if document.place is not None and document.place in PROVINCES and rng.random() < 0.4:
            issuer = f"{issuer} {document.place}"
        titled = rng.random() < 0.4
        return f"{text} của {issuer}" + (f" {document.title}" if titled else ""), dated or titled

    def district_chair(self, home: str, on: date) -> tuple[str, Told]:
        """A sentence that names a district and its head, whose body is told without the district's name."""
        rng = self.rng
        heads = [
            p
            for p in self.world.people[home]
            if (o := p.office(on)) and o[0] == "Chủ tịch" and o[1].startswith("UBND huyện")
        ]
        head = rng.choice(heads)
        district = head.office(on)[2]  # type: ignore[index]
        rate, _ = self.indicator("poverty_rate", district, f"{district}, {home}", on.year - 1)
        text = (
            f"{rate} Đồng chí {head.name}, Chủ tịch UBND huyện cho biết địa phương sẽ tiếp tục đối thoại với nhân dân."
        )
        return text, Told("person", head.name, head.id)

    def documents(self, on: date, home: str, count: int) -> tuple[str, list[Told]]:
        """A sentence about documents that were carried out."""
        rng = self.rng
        known = [d for p in (None, home) for d in self.world.documents[p] if d.day < on]
        if on >= REFORM:
            known = [d for d in known if d.place is None]
        chosen: list[Document] = []
        for document in rng.sample(known, min(count * 2, len(known))):
            if document.code not in {d.code for d in chosen} and len(chosen) < count:
                chosen.append(document)
        pairs = [self.cite(d, dated=rng.random() < 0.7) for d in chosen]
        cited = [text for text, _ in pairs]
        told = [
            Told("document", d.code, d.id, open=not sure and sum(other.code == d.code for other in known) > 1)
            for d, (_, sure) in zip(chosen, pairs, strict=True)
        ]
        lead = rng.choice(["Các cấp ủy, chính quyền tiếp tục thực hiện ", "Tỉnh đã triển khai nghiêm túc ", "Căn cứ "])
        if lead == "Căn cứ ":
            return lead + "; ".join(cited) + ", các địa phương đã xây dựng kế hoạch thực hiện.", told
        return lead + "; ".join(cited) + ".", told

    def figure(self, indicator: str, value: Decimal) -> tuple[str, Decimal]:
        """A value in one of its units, and what it is in the canonical one."""
        _, _, units, decimals, _, _ = next(i for i in INDICATORS if i[0] == indicator)
        unit, factor = self.rng.choice(units)
        first = units[0][1]
        shown = value * first / factor
        places = decimals if factor == first else max(0, -int((shown).normalize().as_tuple().exponent))
        gap = "" if unit == "%" else " "
        return f"{number(shown, places)}{gap}{unit}", value * first

    def indicator(self, indicator: str, place: str, key: str, year: int, verb: str = "đạt") -> tuple[str, Told]:
        """A sentence with a figure of a place's year."""
        return self.telling(indicator, place, key, year, self.world.value(indicator, key, year), verb)

    def telling(self, indicator: str, place: str, key: str, year: int, value: Decimal, verb: str = "đạt",
                status: str = "actual") -> tuple[str, Told]:  # fmt: skip
        """A sentence that gives a value."""
        words = next(i[1] for i in INDICATORS if i[0] == indicator)
        if indicator == "poverty_rate" and verb == "đạt":
            verb = "còn"
        text, canonical = self.figure(indicator, value)
        form = self.rng.randint(0, 2)
        if form == 0:
            sentence = f"Năm {year}, {words} của {place} {verb} {text}."
        elif form == 1:
            sentence = f"{words[0].upper()}{words[1:]} của {place} năm {year} {verb} {text}."
        else:
            sentence = f"Trong năm {year}, {words} của {place} {verb} {text}, theo báo cáo của ngành chức năng."
        return sentence, Told("indicator", indicator, f"series:{indicator}:{key}", canonical, str(year), status)

    def program(self, home: str, on: date) -> tuple[str, Told]:
        """A sentence about a programme, the province's or the country's."""
        rng = self.rng
        if rng.random() < 0.4:
            name, id_ = rng.choice([
                ("phong trào thi đua “Dân vận khéo”", "program:movement:Dân vận khéo"),
                ("Chương trình mục tiêu quốc gia xây dựng nông thôn mới", "program:programme:xây dựng nông thôn mới"),
                ("Chương trình MTQG xây dựng NTM", "program:programme:xây dựng nông thôn mới"),
                ("cuộc vận động “Người Việt ưu tiên dùng hàng Việt”", "program:campaign:Người Việt Nam ưu tiên dùng hàng Việt Nam"),
                ("cuộc vận động “Người Việt Nam ưu tiên dùng hàng Việt Nam”", "program:campaign:Người Việt Nam ưu tiên dùng hàng Việt Nam"),
            ])  # fmt: skip
            return f"Cùng với đó, {name} được đẩy mạnh ở các địa bàn.", Told("program", id_.rsplit(":", 1)[1], id_)
        type_, name, period, id_ = rng.choice(self.world.programs[home])
        if type_ == "model":
            return f"Nổi bật là mô hình “{name}” được duy trì tại nhiều khu dân cư.", Told("program", name, id_)
        if type_ == "contest":
            return f"Hội thi “{name}” thu hút đông đảo thí sinh.", Told("program", name, id_)
        first, last = (period or "/").split("/")
        if rng.random() < 0.15:
            text = f"Đề án “{name[0].upper()}{name[1:]}” được các ngành phối hợp thực hiện."
            return text, Told("program", name, id_, open=True)
        dash = rng.choice([" - ", "-"])
        return f"UBND tỉnh tiếp tục thực hiện Đề án “{name[0].upper()}{name[1:]}” giai đoạn {first}{dash}{last}.", Told(
            "program", name, id_, None, period
        )

    # --- articles ---

    def put(self, on: date, title: str, sentences: list[str], told: list[Told]) -> Made:
        """File an article."""
        text = "\n\n".join([title, *sentences])
        made = Made(f"a{len(self.articles):04d}", on.isoformat(), title, text, told)
        self.articles.append(made)
        return made

    def local(self, home: str, on: date) -> Made:
        """An article of a province."""
        rng = self.rng
        province = place_on(home, on)
        opening = rng.choice(NEW_OPENINGS if on >= REFORM else OPENINGS)
        sentences = [opening.format(day=self.day(on), province=province)]
        told: list[Told] = []
        said, people = self.people(on, province, rng.randint(2, 4), home)
        sentences.append(said)
        told += people
        said, documents = self.documents(on, home, rng.randint(1, 2))
        sentences.append(f"{said} {rng.choice(FILLERS)}")
        told += documents
        key = province if on < REFORM or province in UNCHANGED else f"{province}@2025"
        year = on.year - 1 if on < REFORM else 2025
        figures = []
        for indicator in rng.sample([i[0] for i in INDICATORS], rng.randint(1, 3)):
            text, one = self.indicator(indicator, "tỉnh" if rng.random() < 0.5 else f"tỉnh {province}", key, year)
            figures.append(text)
            told.append(one)
        if on < REFORM and rng.random() < 0.3:
            text, one = self.district_chair(home, on)
            sentences.append(text)
            told.append(one)
        elif on < REFORM and rng.random() < 0.5:
            district = rng.choice(PROVINCES[home][0])
            text, one = self.indicator("poverty_rate", district, f"{district}, {home}", year)
            figures.append(text)
            told.append(one)
        sentences.append(" ".join(figures))
        if on < REFORM and rng.random() < 0.7:
            text, one = self.program(home, on)
            sentences.append(f"{text} {rng.choice(FILLERS)}")
            told.append(one)
        sentences.append(rng.choice(FILLERS))
        return self.put(on, rng.choice(TITLES).format(province=province), sentences, told)

    def roundup(self, on: date) -> None:
        """An article that compares provinces."""
        rng = self.rng
        indicator = rng.choice([i[0] for i in INDICATORS])
        year, told, sentences = on.year - 1, [], []
        for home in rng.sample(sorted(PROVINCES), 4):
            text, one = self.indicator(indicator, f"tỉnh {home}", home, year)
            sentences.append(f"{text} {rng.choice(FILLERS)}")
            told.append(one)
        opening = f"Ngày {self.day(on)}, hội nghị giao ban công tác dân vận các tỉnh ghi nhận nhiều kết quả."
        self.put(on, "Giao ban công tác dân vận các tỉnh", [opening, *sentences], told)

    def repeat(self, article: Made) -> None:
        """An article that repeats another, with a line of its own."""
        later = date.fromisoformat(article.published) + timedelta(1)
        copy = Made(
            f"a{len(self.articles):04d}",
            later.isoformat(),
            article.title,
            article.text + "\n\nTheo cổng thông tin điện tử tỉnh.",
            list(article.told),
        )
        self.articles.append(copy)

    def short(self, home: str, on: date, sentences: list[str], told: list[Told]) -> Made:
        """A short article of a province with given sentences."""
        province = place_on(home, on)
        opening = self.rng.choice(OPENINGS).format(day=self.day(on), province=province)
        fillers = self.rng.sample(FILLERS, 2)
        return self.put(
            on, self.rng.choice(TITLES).format(province=province), [opening, fillers[0], *sentences, fillers[1]], told
        )

    # --- contradictions ---

    def plant_value(self, cause: str, home: str, indicator: str, year: int) -> None:
        """Two articles that give one point different values, as a cause makes them."""
        rng = self.rng
        place = f"tỉnh {home}"
        value = self.world.value(indicator, home, year)
        on = date(year + 1, rng.randint(1, 5), rng.randint(1, 28))
        later = on + timedelta(rng.randint(10, 90))
        status, verb, text = "actual", "đạt", None
        if cause == "typo":
            digits = list(str(value))
            at = rng.choice([i for i, d in enumerate(digits) if d.isdigit() and i > 0])
            digits[at] = str((int(digits[at]) + rng.randint(2, 7)) % 10)
            other = Decimal("".join(digits))
        elif cause == "rounding":
            other = value.quantize(
                Decimal(1).scaleb(-1) if next(i[3] for i in INDICATORS if i[0] == indicator) == 2 else Decimal(1)
            )
        elif cause == "estimate":
            other, verb, status = value + (value / 50).quantize(value), "ước đạt", "estimate"
        elif cause == "standard":
            other = (value * 2).quantize(value)
            text = f"Theo chuẩn nghèo mới, tỷ lệ hộ nghèo của {place} năm {year} là {number(other, 2)}%."
        else:  # a plan told as a result, or no cause to be seen
            other = (value * Decimal("1.27")).quantize(value)
        if other == value:
            return
        first, told = self.telling(indicator, place, home, year, value)
        if cause == "plan":
            target, aim = self.telling(indicator, place, home, year, other, "phấn đấu đạt", "target")
            self.short(home, date(year, 1, rng.randint(5, 28)), [target.replace("Trong năm", "Năm")], [aim])
        second, answer = self.telling(indicator, place, home, year, other, verb, status)
        a = self.short(home, later, [first], [told])
        b = self.short(home, on, [text or second], [answer])
        self.planted.append(Planted("value", told.entity, str(year), cause, (a.id, b.id)))

    def plant_day(self, home: str, n: int) -> None:
        """Two articles that give one document two days."""
        rng = self.rng
        day = date(2019 + n % 4, rng.randint(2, 9), rng.randint(3, 9))
        other = day.replace(day=day.day + 10) if n % 2 else day + timedelta(rng.randint(12, 18))
        code = f"{2500 + n}/QĐ-UBND"
        id_ = f"document:{home}:{code}"
        made = []
        for told in (day, other):
            on = date(told.year, 11, rng.randint(1, 28))
            text = f"Trước đó, UBND tỉnh {home} đã ban hành Quyết định số {code} ngày {self.day(told)} về công tác dân vận chính quyền."
            made.append(self.short(home, on, [text], [Told("document", code, id_)]).id)
        self.planted.append(Planted("date", id_, code, "day", (made[0], made[1])))

    def plant_office(self, home: str, n: int) -> None:
        """Articles that give a person the head's and a deputy's office of one body at one time."""
        rng = self.rng
        name = self.world._name()
        head, deputy, body = [("Chủ tịch", "Phó Chủ tịch", "UBND tỉnh"), ("Giám đốc", "Phó Giám đốc", "Sở Công Thương"),
                              ("Bí thư", "Phó Bí thư", "Tỉnh đoàn")][n % 3]  # fmt: skip
        on = date(2019 + n % 5, rng.randint(1, 5), rng.randint(1, 28))
        made = []
        for title, day in ((head, on), (deputy, on + timedelta(60)), (head, on + timedelta(120))):
            text = (
                f"Phát biểu tại hội nghị, đồng chí {name}, {title} {body} {home} đề nghị các đơn vị tiếp tục phối hợp."
            )
            made.append(self.short(home, day, [text], [Told("person", name, f"person:planted:{name}")]).id)
        self.planted.append(Planted("office", f"person:planted:{name}", body, "office", (made[0], made[1])))


def made_corpus(articles: int = 420, *, planted: int = 6, seed: int = 7) -> Corpus:
    """The corpus: so many articles besides those of the contradictions, of which `planted` times seven are made."""
    world = World(seed)
    writer = Writer(world)
    rng = random.Random(seed + 1)
    homes = sorted(PROVINCES)
    for n in range(articles):
        on = date(2019, 1, 1) + timedelta(rng.randint(0, 2850))
        if REFORM - timedelta(130) <= on < REFORM:
            on -= timedelta(400)  # bodies changed in those months, each province on its day
        home = rng.choice(homes)
        if n % 12 == 5:
            writer.roundup(min(on, date(2025, 1, 30)))
        elif n % 15 == 7 and writer.articles:
            writer.repeat(rng.choice(writer.articles))
        else:
            writer.local(home, min(on, date(2026, 10, 30)))
    spare = [(home, i[0]) for home in homes for i in INDICATORS]
    rng.shuffle(spare)
    for n in range(planted):
        for cause in ("typo", "rounding", "estimate", "plan", "unknown"):
            home, indicator = next(
                s
                for s in spare
                if cause != "rounding" or s[1] in ("grdp_growth", "forest_cover_rate", "trained_labour_rate")
            )
            spare.remove((home, indicator))
            writer.plant_value(cause, home, indicator, 2016 if n % 2 else 2017)
        if n < 3:
            writer.plant_value("standard", homes[n * 3], "poverty_rate", 2015)
        writer.plant_day(homes[n % len(homes)], n)
        writer.plant_office(homes[(n * 5 + 2) % len(homes)], n)
    return Corpus(writer.articles, writer.planted)
