"""Near-duplicates on a made set: copies as sites make them are found, other articles and other figures are not."""

import json
import random
import re
import unicodedata

from conftest import ROOT, SAMPLES

from extractor.knowledge.index import Index
from extractor.knowledge.run import Options, extract_to
from extractor.knowledge.sketch import ALIKE, bands, likeness, sketch
from extractor.reading import find_sources

ARTICLES = [
    *sorted((SAMPLES / "articles").glob("*.txt")),
    *sorted((ROOT / "data" / "gold" / "dev" / "articles").glob("*.txt")),
]


def paragraphs(text):
    return [line for line in text.split("\n") if line.strip()]


def redated(text, chance):
    """Another site's head and foot, another day, its code before the first paragraph."""
    lines = [line for line in paragraphs(text) if len(line) >= 60]
    return "\n".join(
        [
            "Báo Cao nguyên điện tử",
            f"Cập nhật: {chance.randrange(10, 28)}/11/2022 08:15",
            "(BCN) - " + lines[0],
            *lines[1:],
            "Theo báo bạn",
        ]
    )


def shortened(text, chance):
    """The last fifth cut off."""
    lines = paragraphs(text)
    return "\n".join(lines[: max(1, len(lines) * 4 // 5)])


def wrapped(text, chance):
    """Hard line breaks, no marks of composition, capitals in the headline."""
    lines = paragraphs(unicodedata.normalize("NFD", text))
    lines[0] = lines[0].upper()
    return "\n".join(re.sub(r"(.{90}\S*) ", r"\1\n", line) for line in lines)


def edited(text, chance):
    """A word changed in every thirtieth place, a paragraph added."""
    words = re.split(r"(\s+)", text)
    for i in range(0, len(words), 60):
        words[i] = "nói"
    return (
        "".join(words)
        + "\nBạn đọc có thể gửi ý kiến về tòa soạn theo địa chỉ quen thuộc để trao đổi thêm về câu chuyện này."
    )


def other_figures(text, chance):
    """Next year's report in the same words: not a copy."""
    return re.sub(r"\d+", lambda m: str(chance.randrange(10 ** (len(m[0]) - 1), 10 ** len(m[0]))), text)


COPIES = (redated, shortened, wrapped, edited)


def measured():
    """(copies found, copies, others taken for copies, others) of the made set, looked up in one index."""
    chance = random.Random(5)
    index = Index(None)
    texts = [path.read_text(encoding="utf-8") for path in ARTICLES]
    for number, text in enumerate(texts):
        index.add(
            str(number), f"{number}", "00" * 32, ends=number, facts_end=0, facts=0, original=None, made=sketch(text)
        )
    found = wrong = 0
    for number, text in enumerate(texts):
        for copy in COPIES:
            hit = index.original("ff" * 32, sketch(copy(text, chance)), source="new")
            found += hit == str(number)
            wrong += hit not in (None, str(number))
    pairs = len(texts) * (len(texts) - 1) // 2
    sketches = [made for text in texts if (made := sketch(text))]
    alike = sum(likeness(a, b) >= ALIKE for i, a in enumerate(sketches) for b in sketches[:i])
    return found, len(COPIES) * len(texts), wrong + alike, pairs


def test_copies_are_found_and_nothing_else():
    found, copies, wrong, others = measured()
    assert len(ARTICLES) >= 100 and others > 5000
    assert found / copies >= 0.97
    assert wrong == 0


def test_other_figures_make_another_article():
    """Reports that are dense with figures are no copies of last year's; those with few figures share their wording."""
    chance = random.Random(6)
    dense = [
        path.read_text(encoding="utf-8") for path in ARTICLES if "kinh-te-xa-hoi" in path.name or "kt-xh" in path.name
    ]
    assert len(dense) >= 3
    for text in dense:
        assert likeness(sketch(text), sketch(other_figures(text, chance))) < ALIKE


def test_a_short_text_has_no_sketch():
    assert sketch("Ngày 1/2/2020, họp.") is None
    assert sketch("Ngày 1/2/2020, họp. " * 40) is None  # the same shingles again and again


def test_likeness_estimates_the_share_of_shingles():
    one = " ".join(f"từ{n}" for n in range(1000))
    other = " ".join(f"từ{n}" for n in range(500, 1500))
    assert abs(likeness(sketch(one), sketch(other)) - 496 / 1496) < 0.12
    assert len(list(bands(sketch(one)))) == 32


def originals(pipe, folder, kb):
    """Source → source of what it repeats, after a run; every one must stand before its copy."""
    summary = extract_to(pipe, find_sources([str(folder)]), kb, options=Options())
    found = [json.loads(line) for line in (kb / "articles.jsonl").read_text(encoding="utf-8").splitlines()]
    order = [article["id"] for article in found]
    source = {article["id"]: article["source"].rsplit("/", 1)[-1] for article in found}
    for number, article in enumerate(found):
        assert article["duplicate_of"] is None or article["duplicate_of"] in order[:number]
    counts = json.loads((kb / "manifest.json").read_text(encoding="utf-8"))["counts"]
    assert counts["duplicates"] == sum(article["duplicate_of"] is not None for article in found)
    return summary, {source[a["id"]]: a["duplicate_of"] and source[a["duplicate_of"]] for a in found}


def test_copies_of_an_original_that_was_replaced(pipe, tmp_path):
    """The first copy left becomes the original of the others, whatever became of the original."""
    one, two, three = (ARTICLES[n].read_text(encoding="utf-8") for n in (0, 1, 2))
    folder, kb = tmp_path / "in", tmp_path / "kb"
    folder.mkdir()

    def write(name, text):
        (folder / name).write_text(text, encoding="utf-8")

    write("1.txt", one)
    write("2.txt", f"Cập nhật: 10/11/2022 08:15\n{one}")
    write("3.txt", f"{one}\nTheo báo bạn\n")
    rows = [{"id": "x", "text": two}, {"id": "y", "text": f"{two}\nTheo báo bạn."}]
    write("4.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    _, found = originals(pipe, folder, kb)
    assert found == {"1.txt": None, "2.txt": "1.txt", "3.txt": "1.txt", "4.jsonl:1": None, "4.jsonl:2": "4.jsonl:1"}

    write("1.txt", three)  # another text
    rows[0]["text"] = f"{two}\nBạn đọc viết."  # still a copy, under the same id
    write("4.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    summary, found = originals(pipe, folder, kb)
    assert summary.counts["replaced"] == 2
    assert found == {"1.txt": None, "2.txt": None, "3.txt": "2.txt", "4.jsonl:1": "4.jsonl:2", "4.jsonl:2": None}

    (folder / "2.txt").write_bytes(b"\0")  # no article any more
    write("5.txt", f"Báo khác đưa tin\n{one}")
    summary, found = originals(pipe, folder, kb)
    assert summary.counts["replaced"] == 1 and summary.counts["rejects"] == 1
    assert found["3.txt"] is None and found["5.txt"] == "3.txt"
