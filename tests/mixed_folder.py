"""A folder as scraping leaves it: all formats, all encodings, duplicates, damage, and what each input must become.

`build(folder)` writes the files and, beside the folder, `expected.json`: source → what it must become. The prose is our
own; every article is made of other sentences, so that only what is meant as a copy is one.
"""

import gzip
import io
import json
import os
import random
import unicodedata
from pathlib import Path

import zstandard
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from extractor.reading.alphabet import Alphabet, western

PLACES = ["Cư Jút", "Đắk Mil", "Krông Nô", "Tuy Đức", "Lộc Ninh", "Bù Đăng", "Chư Păh", "Ia Grai", "Kbang", "Mù Cang Chải",
          "Trạm Tấu", "Văn Chấn", "Mường La", "Sốp Cộp", "Quỳ Châu", "Con Cuông", "Như Xuân", "Bá Thước"]  # fmt: skip
PEOPLE = ["Lò Thị Mai", "Hoàng Văn Sử", "Y Bhuôm Niê", "Nguyễn Hữu Tạo", "Trần Thị Diễm", "Giàng A Páo", "Lê Quốc Ngữ",
          "Đinh Thị Hrên", "Phạm Ngọc Uyển", "Võ Thành Đượm", "Bùi Khắc Tự", "Ksor Phước"]  # fmt: skip
SENTENCES = [
    "Ngày {day}/{month}/{year}, Ban Dân vận Huyện ủy {place} tổ chức hội nghị sơ kết công tác dân vận.",
    "Đồng chí {name}, Phó Trưởng ban Dân vận Huyện ủy, chủ trì buổi gặp mặt các già làng, trưởng buôn.",
    "Tỷ lệ hộ nghèo của huyện {place} giảm {small}% so với năm trước, còn {big}%.",
    "UBND huyện {place} ban hành Kế hoạch số {number}/KH-UBND ngày {day}/{month}/{year} về dân vận chính quyền.",
    "Mô hình “Tiếng loa an ninh” ở xã vùng biên {place} được bà con dân tộc thiểu số hưởng ứng.",
    "Bà con thôn {number} góp {big} triệu đồng và hiến đất mở con đường vào khu sản xuất {place}.",
    "Tổ tự quản do ông {name} đứng đầu đã hòa giải xong {number} vụ tranh chấp bờ ruộng.",
    "Cán bộ xuống tận nương rẫy ở {place} nghe dân nói, ghi từng ý kiến vào sổ rồi trả lời trong tuần.",
    "Chị {name} kể rằng trước đây đường vào bản lầy lội, nay xe chở nông sản đi được quanh năm.",
    "Hội Phụ nữ huyện {place} trao {number} suất quà cho học sinh có hoàn cảnh khó khăn.",
    "Sau buổi đối thoại, {number} kiến nghị của nhân dân {place} đã được giao cho các phòng chuyên môn xử lý.",
    "Bộ đội biên phòng cùng thanh niên {place} dựng lại {number} mái nhà bị tốc sau trận lốc.",
    "Theo ông {name}, muốn dân tin thì việc đã hứa phải làm đến nơi đến chốn.",
    "Lễ hội mừng lúa mới năm nay ở {place} vui hơn vì mùa màng khá, giá cà phê lên.",
    "Lớp xóa mù chữ buổi tối tại {place} có {number} học viên, phần nhiều là phụ nữ đã luống tuổi.",
    "Ủy ban MTTQ huyện {place} giám sát việc chi trả tiền bảo vệ rừng cho {number} hộ.",
]  # fmt: skip


class Builder:
    """Writes files and notes what they must become."""

    def __init__(self, folder: Path, letters: Alphabet) -> None:
        self.folder = folder
        self.letters = letters
        self.chance = random.Random(20)
        self.expected: dict[str, dict] = {}
        self.made = 0

    def text(self, lines: int = 7) -> str:
        """A text that shares no paragraph with the others, a paragraph a line."""
        self.made += 1
        chance = self.chance
        chosen = [SENTENCES[self.made % 4], *chance.sample(SENTENCES[4:], lines - 1)]
        values = lambda: {  # noqa: E731
            "day": chance.randrange(1, 29), "month": chance.randrange(1, 13), "year": chance.randrange(2012, 2024),
            "place": chance.choice(PLACES), "name": chance.choice(PEOPLE), "number": chance.randrange(11, 99),
            "small": f"{chance.randrange(1, 5)},{chance.randrange(1, 9)}", "big": f"{chance.randrange(6, 40)},{chance.randrange(1, 9)}",
        }  # fmt: skip
        return "\n".join(sentence.format(**values()) for sentence in chosen) + "\n"

    def write(self, name: str, data: bytes) -> str:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return str(path)

    def article(self, source: str, text: str | None = None, **fields: object) -> None:
        """An input must become an article with this text (where it is given) and these fields."""
        self.expected[source] = {"article": True, **({"text": text} if text is not None else {}), **fields}

    def reject(self, source: str, stage: str, reason: str) -> None:
        """An input must become a reject of this stage, its reason holding these words."""
        self.expected[source] = {"article": False, "stage": stage, "reason": reason}


def build(folder: Path, letters: Alphabet) -> dict[str, dict]:
    """Write the folder; source → what it must become, also in `expected.json` beside it."""
    b = Builder(folder, letters)
    _encodings(b)
    _packed(b)
    _tables(b)
    _pages(b)
    _warcs(b)
    _copies(b)
    _damage(b)
    folder.with_name("expected.json").write_text(json.dumps(b.expected, ensure_ascii=False, indent=1), encoding="utf-8")
    return b.expected


def cp1258(text: str) -> bytes:
    """Windows-1258: base letters with their vowel marks, tones as combining marks behind them."""
    out = b""
    for char in unicodedata.normalize("NFC", text):
        try:
            out += char.encode("cp1258")
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", char)
            tones = [c for c in parts[1:] if c in "\u0300\u0301\u0303\u0309\u0323"]
            base = unicodedata.normalize("NFC", parts[0] + "".join(c for c in parts[1:] if c not in tones))
            out += (base + "".join(tones)).encode("cp1258")
    return out


def _encodings(b: Builder) -> None:
    plain = b.text()
    b.article(b.write("txt/utf8.txt", plain.encode()), plain, repairs=[])
    marked = b.text()
    b.article(b.write("txt/bom.txt", b"\xef\xbb\xbf" + marked.encode()), marked, repairs=[])
    decomposed = unicodedata.normalize("NFD", b.text())
    b.article(b.write("txt/nfd.txt", decomposed.encode()), decomposed, repairs=[])
    for name, codec in (("utf16le", "utf-16-le"), ("utf16be", "utf-16-be")):
        text = b.text()
        mark = "\ufeff".encode(codec)
        b.article(b.write(f"txt/{name}.txt", mark + text.encode(codec)), text, repairs=[f"decoded from {codec}"])
        text = b.text()
        told = [f"decoded from {codec} without a byte order mark"]
        b.article(b.write(f"txt/{name}-unmarked.txt", text.encode(codec)), text, repairs=told)
    text = b.text()
    b.article(b.write("txt/utf32.txt", text.encode("utf-32")), text, repairs=["decoded from utf-32-le"])
    text = b.text()
    b.article(b.write("txt/cp1258.txt", cp1258(text)), text, repairs=["decoded from cp1258"])
    for name in ("tcvn3", "vni", "viscii"):
        # What the encoding cannot write (TCVN3's capitals with tones, VISCII's curly quotes) is not in these texts.
        text = b.text().replace("Ủy ban", "ủy ban").replace("Ở ", "ở ").replace("“", '"').replace("”", '"')
        b.article(b.write(f"txt/{name}.txt", b.letters.encode(text, name)), text, repairs=[f"decoded from {name}"])
        text = b.text().replace("Ủy ban", "ủy ban").replace("“", '"').replace("”", '"')
        again = western(b.letters.encode(text, name)).encode()
        b.article(b.write(f"txt/{name}-in-utf8.txt", again), text, repairs=[f"{name} letters converted to Unicode"])
    text = b.text()
    b.article(
        b.write("txt/mojibake-latin1.txt", text.encode().decode("latin-1").encode()),
        text,
        repairs=["mojibake repaired with ftfy"],
    )
    text = b.text()
    b.article(
        b.write("txt/mojibake-1252.txt", western(text.encode()).encode()), text, repairs=["mojibake repaired with ftfy"]
    )
    text = b.text(9)
    broken = text.encode()[:-3] + b"\xe1\xbb.\n"
    b.article(
        b.write("txt/one-broken-byte.txt", broken),
        broken.decode("utf-8", "replace"),
        repairs=["1 broken UTF-8 sequence shown as U+FFFD"],
    )
    bare = "".join(
        c
        for c in unicodedata.normalize("NFD", b.text().replace("đ", "d").replace("Đ", "D"))
        if not unicodedata.combining(c)
    )
    b.article(b.write("txt/no-marks.txt", bare.encode()), bare)
    crlf = b.text().replace("\n", "\r\n")
    b.article(b.write("txt/crlf.txt", crlf.encode()), crlf)
    odd = "\u202a" + b.text().replace("hội", "h\u200bội").replace(" ", "\u00a0", 3) + "\u202c" + "\n" * 5000
    b.article(b.write("txt/bidi-zero-width.txt", odd.encode()), odd)
    b.article(b.write("txt/TÊN CÓ DẤU và\nxuống dòng.txt", (short := "Ngày 3/2/2020, xã họp dân.\n").encode()), short)


def _packed(b: Builder) -> None:
    text = b.text()
    b.article(b.write("packed/one.txt.gz", gzip.compress(text.encode())), text)
    text = b.text()
    b.article(b.write("packed/one.txt.zst", zstandard.compress(text.encode())), text)
    first, second = b.text(), b.text()
    lines = "".join(
        json.dumps({"id": f"p{n}", "text": t}, ensure_ascii=False) + "\n" for n, t in enumerate((first, second))
    )
    path = b.write("packed/lines.jsonl.zst", zstandard.compress(lines.encode()))
    b.article(f"{path}:1", first, id="p0")
    b.article(f"{path}:2", second, id="p1")
    text = b.text()
    cells = f'id,text\nq,"{text}"\n'
    b.article(b.write("packed/rows.csv.gz", gzip.compress(cells.encode())) + ":2", text, id="q")
    b.reject(b.write("packed/torn.txt.gz", gzip.compress(b.text().encode())[:-12]), "read", "damaged packed data")
    b.reject(
        b.write("packed/torn.txt.zst", zstandard.compress(b.text(12).encode())[:-12]), "read", "damaged packed data"
    )
    b.reject(b.write("packed/bomb.txt.gz", gzip.compress(b"a" * 30_000_000)), "read", "200 times")
    b.reject(b.write("packed/bomb.txt.zst", zstandard.compress(b"a" * 30_000_000)), "read", "200 times")
    b.reject(b.write("packed/not.txt.gz", b.text().encode()), "read", "damaged packed data")
    text = b.text()
    path = b.write(
        "packed/torn.jsonl.gz",
        gzip.compress((json.dumps({"id": "t0", "text": text}) + "\n").encode())
        + gzip.compress(json.dumps({"text": b.text()}).encode())[:-30],
    )
    b.article(f"{path}:1", text, id="t0")
    b.reject(path, "read", "damaged packed data")


def _tables(b: Builder) -> None:
    one, two = b.text(), b.text()
    path = b.write(
        "rows/plain.csv",
        f'id,title,published,text\nr1,"Tựa ""một""",2020-05-06,"{one}"\nr2,,,"{two}"\nr3,,,\nr4,x\n'.encode(),
    )
    b.article(f"{path}:2", one, id="r1", title='Tựa "một"', published="2020-05-06", published_from="input")
    b.article(f"{path}:{3 + one.count(chr(10))}", two, id="r2")
    end = 4 + one.count("\n") + two.count("\n")
    b.reject(f"{path}:{end}", "article", "empty")
    b.reject(f"{path}:{end + 1}", "parse", "2 cells under 4 columns")
    text = b.text(4).replace("\n", " ").replace('"', "")
    b.article(b.write("rows/tabs.tsv", f"\ufeffid\tnoi_dung\ns1\t{text}\n".encode()) + ":2", text, id="s1")
    text = b.text(4).replace("\n", " ")
    b.article(
        b.write("rows/excel.tsv", ("id\ttext\r\ns2\t" + text + "\r\n").encode("utf-16")) + ":2",
        text,
        repairs=["decoded from utf-16-le"],
    )
    text = b.text(4).replace("\n", " ").replace(";", ",")
    b.article(b.write("rows/semicolons.csv", f"id;Nội dung\ns3;{text}\n".encode()) + ":2", text, id="s3")
    b.reject(b.write("rows/no-text.csv", b"id,name\n1,x\n"), "parse", "no column of texts")
    b.reject(b.write("rows/empty.csv", b""), "parse", "header")
    path = b.write("lines/odd.jsonl", (
        json.dumps({"id": "a", "text": (t := b.text())}, ensure_ascii=False) + "\n\n"
        '{"text": 5}\n[1]\n{"text": \n{"text": "\\ud800 vỡ"}\n{"id": true, "text": "x"}\n{"id": "e", "text": "  "}\n'
        + json.dumps({"id": "a", "text": (other := b.text())}) + "\n").encode())  # fmt: skip
    b.article(f"{path}:1", t, id="a")
    for line, stage, reason in ((3, "parse", "no string"), (4, "parse", "object"), (5, "parse", "no JSON"), (6, "article", "surrogate"),
                                (7, "parse", '"id"'), (8, "article", "empty")):  # fmt: skip
        b.reject(f"{path}:{line}", stage, reason)
    b.article(f"{path}:9", other)
    b.expected[f"{path}:9"]["id_begins"] = "a@"


def page(title: str, text: str, *, head: str = "", byline: str = "", charset: str = "utf-8") -> str:
    """A scraped page: menu, headline, byline, paragraphs, scripts, footer with a year and a licence."""
    body = "".join(f"<p>{line}</p>\n" for line in text.strip().split("\n"))
    return (
        f'<!DOCTYPE html><html><head><meta http-equiv="Content-Type" content="text/html; charset={charset}"><title>{title}</title>{head}'
        '<script>var when = "1/1/2001"; if (a < b && c) { document.write("<p>Quyết định 99/QĐ-UBND</p>") }</script></head><body>'
        '<div id="menu"><a href="/">Trang chủ</a> <a href="/tin">Tin tức</a> <a href="/lien-he">Liên hệ</a></div>'
        f'<div class="article"><h1>{title}</h1>{byline}<div class="content">{body}</div></div>'
        '<div id="footer">Copyright 2019. Giấy phép số 12/GP-BTTTT ngày 5/5/2015. Điện thoại: 0260.3862.111</div></body></html>'
    )


def _pages(b: Builder) -> None:
    linked = '<script type="application/ld+json">{"@graph": [{"@type": "NewsArticle", "datePublished": "2021-03-09T20:15:00Z"}]}</script>'
    cases = {
        "json-ld": ({"head": linked}, "2021-03-10", "json-ld: datePublished"),
        "meta": ({"head": '<meta property="article:published_time" content="2022-07-01T08:00:00+07:00">'}, "2022-07-01", "meta: article:published_time"),
        "byline": ({"byline": "<div class=meta>Thứ Tư, 12/03/2025 | 08:30 GMT+7</div>"}, "2025-03-12", None),
        "label": ({"byline": "<p>Cập nhật lúc: 18:00 | 22/05/2022</p>"}, "2022-05-22", None),
        "undated": ({}, None, None),
    }  # fmt: skip
    for number, (name, (parts, day, told)) in enumerate(cases.items()):
        text = b.text()
        head = (
            parts.get("head", "") + f'<link rel="canonical" href="https://baokontum.com.vn/bai-{number}-{name}.html">'
        )
        source = b.write(
            f"html/{name}.html",
            page(
                f"Chuyện dân vận ở bản số {number} vùng cao", text, head=head, byline=parts.get("byline", "")
            ).encode(),
        )
        b.article(
            source,
            published=day,
            url=f"https://baokontum.com.vn/bai-{number}-{name}.html",
            title=f"Chuyện dân vận ở bản số {number} vùng cao",
            outlet="Báo Kon Tum",
        )
        if told:
            b.expected[source]["published_from"] = told
        b.expected[source]["holds"] = text.strip().split("\n")
        b.expected[source]["without"] = ["99/QĐ-UBND", "Trang chủ"]
    for name, codec in (("windows-1258", None), ("tcvn3", "tcvn3")):
        text = b.text().replace("“", '"').replace("”", '"').replace("Ủy", "ủy")
        whole = page("Bà con góp công làm đường", text, charset=name if codec is None else "x-user-defined")
        whole = whole.replace("Quyết định 99", "so 99")
        source = b.write(f"html/{name}.htm", cp1258(whole) if codec is None else b.letters.encode(whole, codec))
        b.article(
            source,
            repairs=["decoded from cp1258" if codec is None else "decoded from tcvn3"],
            holds=text.strip().split("\n"),
        )
    text = b.text()
    deep = (
        page("Nhà sâu trong rừng", text)
        .replace('<div class="content">', "<div>" * 400)
        .replace("</div></div>", "</div>" * 401, 1)
    )
    b.article(b.write("html/deep.html", deep.encode()), holds=text.strip().split("\n"))
    text = b.text()
    source = b.write("html/page.html.gz", gzip.compress(page("Trang nén", text).encode()))
    b.article(source, holds=text.strip().split("\n"))
    b.reject(b.write("html/no-html.html", b"\x01\x02 chi la chu"), "parse", "no HTML")
    b.reject(b.write("html/empty.html", b"<html><body><script>1</script></body></html>"), "parse", "no text")
    b.reject(
        b.write(
            "html/english.html",
            page(
                "News", "The committee met on Monday to discuss the new road to the village and its cost. " * 6
            ).encode(),
        ),
        "language",
        "not Vietnamese",
    )


def warc(pages: list[tuple[str, str, str, bytes]], *, packed: bool) -> bytes:
    """A WARC of (url, status, content type, body)."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=packed)
    for url, status, kind, body in pages:
        headers = StatusAndHeaders(status, [("Content-Type", kind)], protocol="HTTP/1.1")
        record = writer.create_warc_record(
            url,
            "response",
            payload=io.BytesIO(body),
            http_headers=headers,
            warc_headers_dict={"WARC-Date": "2024-06-01T00:00:00Z"},
        )
        writer.write_record(record)
    return out.getvalue()


def _warcs(b: Builder) -> None:
    for packed in (False, True):
        first, second = b.text(), b.text()
        name = "gz" if packed else "warc"
        pages = [
            (
                f"https://baogialai.com.vn/{name}-1.html",
                "200 OK",
                "text/html; charset=utf-8",
                page("Già làng giữ rừng", first).encode(),
            ),
            (f"https://baogialai.com.vn/{name}.jpg", "200 OK", "image/jpeg", b"\xff\xd8\xff"),
            (f"https://baogialai.com.vn/{name}-2.html", "404 Not Found", "text/html", b"<p>Khong tim thay</p>"),
            (f"https://baogialai.com.vn/{name}-3.html", "200 OK", "text/html", page("Đường mới", second).encode()),
        ]
        offsets = [len(warc(pages[:n], packed=False)) for n in range(5)]
        whole = warc(pages, packed=packed)
        path = b.write(f"warc/crawl.warc{'.gz' if packed else ''}", whole)
        # Record ids differ in length of nothing: the offsets of the unpacked file are those of the same records.
        b.article(f"{path}@{offsets[0]}", holds=first.strip().split("\n"), url=pages[0][0], outlet="Báo Gia Lai")
        b.reject(f"{path}@{offsets[2]}", "read", "HTTP status 404")
        b.article(f"{path}@{offsets[3]}", holds=second.strip().split("\n"), url=pages[3][0])
    third = b.text()
    pages = [
        (f"https://baogialai.com.vn/cut-{n}.html", "200 OK", "text/html", page("Cắt ngang", t).encode())
        for n, t in enumerate((third, b.text()))
    ]
    path = b.write("warc/cut.warc", warc(pages, packed=False)[:-600])
    b.article(f"{path}@0", holds=third.strip().split("\n"))
    b.reject(f"{path}@{len(warc(pages[:1], packed=False))}", "read", "ends within")
    b.reject(b.write("warc/none.warc", b"khong phai WARC\n") + "@0", "read", "damaged WARC")
    b.reject(b.write("warc/empty.warc", b""), "read", "no record")


def _copies(b: Builder) -> None:
    text = b.text(12)
    original = b.write("z-copies/0-original.txt", text.encode())
    b.article(original, text, duplicate_of=None)
    lines = text.strip().split("\n")
    copies = {
        "1-exact": text,
        "2-dateline": "Cập nhật lúc 10:12, Thứ Hai, 14/03/2022 (GMT+7)\n" + text + "Nguồn: Báo khác\n",
        "3-shortened": "\n".join(lines[:-2]) + "\n",
        "4-one-line": " ".join(lines) + "\n",
        "5-capitals": "\n".join([lines[0].upper(), *lines[1:]]) + "\n",
    }
    for name, copy in copies.items():
        b.article(b.write(f"z-copies/{name}.txt", copy.encode()), copy, duplicate_of=original)
    other = b.text(12)
    b.article(b.write("z-copies/6-other.txt", other.encode()), other, duplicate_of=None)
    quoting = "\n".join([*lines[:2], *b.text(10).strip().split("\n")]) + "\n"
    b.article(b.write("z-copies/7-quotes-a-little.txt", quoting.encode()), quoting, duplicate_of=None)


def _damage(b: Builder) -> None:
    b.reject(b.write("damage/empty.txt", b""), "article", "empty")
    b.reject(b.write("damage/blank.txt", b" \n\t\n"), "article", "empty")
    b.reject(b.write("damage/binary.txt", bytes(range(256)) * 20), "decode", "binary")
    b.reject(b.write("damage/latin.txt", b"caf\xe9"), "decode", "not UTF-8")
    b.reject(b.write("damage/question-marks.txt", b.text(10).encode("ascii", "replace")), "decode", "question marks")
    b.reject(
        b.write("damage/english.txt", b"The people of the village built the road together in one month. " * 8),
        "language",
        "not Vietnamese",
    )
    b.write("damage/picture.png", b"\x89PNG")  # another format: passed over and counted
    (b.folder / "damage" / "gone.txt").symlink_to(b.folder / "nowhere.txt")
    b.reject(str(b.folder / "damage" / "gone.txt"), "read", "No such file")
    (b.folder / "damage" / "loop").symlink_to(b.folder / "damage", target_is_directory=True)
    os.mkfifo(b.folder / "damage" / "pipe.txt")
    b.reject(str(b.folder / "damage" / "pipe.txt"), "read", "not an ordinary file")
    (b.folder / "damage" / "device.txt").symlink_to("/dev/zero")
    b.reject(str(b.folder / "damage" / "device.txt"), "read", "not an ordinary file")
