"""Report and review in a browser, as a person goes through them; `make test-browser` (playwright, Debian's chromium).

Screenshots go to build/screenshots, to be looked at.
"""

import json
import re
import shutil
import subprocess
import sys
import time

import pytest
from conftest import ROOT

from extractor.article import Raw
from extractor.audit.outputs import Output
from extractor.audit.report import write_report
from extractor.loading import load_rules
from extractor.messages import Messages
from extractor.pipeline import Pipeline
from extractor.records import to_line

playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no chromium")]
SHOTS = ROOT / "build" / "screenshots"
WIDTHS = {"desktop": (1280, 900), "phone": (390, 844)}
NASTY = (
    "Tỷ lệ hộ nghèo </script><script>window.owned=1</script> <img src=x onerror=window.owned=2> còn 5,33%.\n"
    "Ngày 5/3/2021 \u202egnôđ tăv\u202c 😀 đồng chí Lê Văn An, Bí thư Huyện ủy Ba Vì, nói “<!--<script>”.\n"
)


@pytest.fixture(scope="module")
def browser():
    SHOTS.mkdir(parents=True, exist_ok=True)
    with playwright.sync_playwright() as p:
        made = p.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield made
        made.close()


@pytest.fixture(scope="module")
def many(tmp_path_factory, samples_kb):
    """A knowledge base of 5,000 articles: the samples over and over, and one made to do harm."""
    folder = tmp_path_factory.mktemp("many")
    articles = [json.loads(x) for x in (samples_kb / "articles.jsonl").read_text(encoding="utf-8").splitlines()]
    facts = {}
    for line in (samples_kb / "facts.jsonl").read_text(encoding="utf-8").splitlines():
        fact = json.loads(line)
        facts.setdefault(fact["article_id"], []).append(fact)
    result = Pipeline(load_rules()).run(Raw(NASTY, "<b>nasty</b>.txt", "nasty", title='"><img src=x onerror=alert(1)>'))
    with (
        (folder / "articles.jsonl").open("w", encoding="utf-8") as texts,
        (folder / "facts.jsonl").open("w", encoding="utf-8") as out,
    ):
        texts.write(to_line(result.article) + "\n")
        out.writelines(to_line(f) + "\n" for f in result.facts)
        for n in range(4999):
            article = articles[n % len(articles)]
            number = f"{article['id']}-{n}"
            texts.write(json.dumps({**article, "id": number}, ensure_ascii=False) + "\n")
            for i, fact in enumerate(facts.get(article["id"], [])):
                out.write(json.dumps({**fact, "id": f"{number}-{i}", "article_id": number}, ensure_ascii=False) + "\n")
    (folder / "rejects.jsonl").write_text(
        '{"schema": 1, "source": "x.pdf", "stage": "read", "reason": "<i>no reader"}\n'
    )
    (folder / "manifest.json").write_text('{"schema": 1}\n')
    return folder


@pytest.fixture(scope="module")
def report(many, tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "report.html"
    write_report(Output(many), load_rules(), path, Messages("vi"))
    return path


@pytest.fixture(params=WIDTHS)
def page(browser, request):
    width, height = WIDTHS[request.param]
    made = browser.new_page(viewport={"width": width, "height": height})
    made.faults = []
    made.asked = []
    made.on("console", lambda m: made.faults.append(m.text) if m.type == "error" else None)
    made.on("pageerror", lambda e: made.faults.append(str(e)))
    made.on("request", lambda r: made.asked.append(r.url))
    made.name = request.param
    yield made
    assert made.faults == []
    assert made.evaluate("document.documentElement.scrollWidth") <= width
    made.close()


def until(page, true):
    """Wait for something to become true; the page's policy forbids playwright's own way of it."""
    for _ in range(300):
        if true():
            return
        page.wait_for_timeout(200)
    raise AssertionError("it never became true")


def test_report_of_5000_articles(page, report):
    began = time.monotonic()
    page.goto(report.as_uri())
    page.wait_for_selector("html[data-ready]", timeout=60_000)
    assert time.monotonic() - began < 30
    assert page.locator("#count").inner_text() == "5.000 bài"
    page.screenshot(path=SHOTS / f"report-{page.name}-overview.png")

    # The harmful article is open: nothing of it ran, all of it is shown.
    assert page.evaluate("window.owned") is None and page.locator("article img").count() == 0
    text = page.locator("#text").inner_text()
    assert "</script><script>window.owned=1</script>" in text and "😀" in text and "\u202e" not in text and "¤" in text
    assert page.locator("#head").inner_text().startswith('"><img')
    assert page.locator("article").get_by_text("Lê Văn An").count() >= 1
    span = page.locator("#text .official").first
    assert "đồng chí Lê Văn An, Bí thư Huyện ủy Ba Vì" in "".join(page.locator("#text .official").all_inner_texts())

    # Words lead to the fact, the fact to its words and its rule.
    span.click()
    assert "Lê Văn An" in page.locator(".facts li.on").inner_text()
    page.locator(".facts li.on .rule").first.click()
    assert page.locator("#rule-box").is_visible() and "officials." in page.locator("#rule-box h2").first.inner_text()
    page.screenshot(path=SHOTS / f"report-{page.name}-rule.png")
    page.keyboard.press("Escape")

    # Search with and without accents; filters; keys.
    for query in ("dân vận khéo", "dan van kheo"):
        page.fill("#words-in", query)
        page.wait_for_timeout(600)
        until(page, lambda: "…" not in page.locator("#count").inner_text())
        found = int(page.locator("#count").inner_text().split()[0].replace(".", ""))
        assert 1000 <= found < 5000
    page.fill("#words-in", "dẩn vẩn khẻo")
    until(page, lambda: page.locator("#count").inner_text() == "0 bài")
    page.fill("#words-in", "")
    until(page, lambda: page.locator("#count").inner_text() == "5.000 bài")
    page.locator("#list button").nth(1).click()
    first = page.locator("#head").inner_text()
    page.keyboard.press("j")
    assert page.locator("#head").inner_text() != first
    page.keyboard.press("k")
    assert page.locator("#head").inner_text() == first
    for kind in ("date", "document", "official", "indicator"):
        page.locator(f"#kind-{kind}").uncheck()
    assert set(page.locator(".facts > li").evaluate_all("x => x.map(y => y.className)")) <= {"program"}
    assert page.locator("#list button").count() == 100
    page.locator("#more").click()
    assert page.locator("#list button").count() == 200
    page.locator("#language").click()
    assert "articles" in page.locator("#count").inner_text() and page.locator("html").get_attribute("lang") == "en"
    page.locator("#article").scroll_into_view_if_needed()
    page.screenshot(path=SHOTS / f"report-{page.name}-article.png")
    assert {url.split(":")[0] for url in page.asked} == {"file"} and len(set(page.asked)) == 1


def test_report_can_be_read_without_sight_and_in_print(page, report):
    page.goto(report.as_uri())
    page.wait_for_selector("html[data-ready]", timeout=60_000)
    bare = "x => x.filter(e => !(e.innerText || e.getAttribute('aria-label') || e.labels?.length)).length"
    assert page.locator("button:visible, select:visible, input:visible").evaluate_all(bare) == 0
    assert page.locator("h1").count() == 1 and page.locator("[role=status]").count() == 1
    page.emulate_media(media="print")
    assert not page.locator(".side").is_visible() and page.locator("#text").is_visible()
    page.screenshot(path=SHOTS / f"report-{page.name}-print.png")


@pytest.fixture
def served(many, tmp_path):
    kb = tmp_path / "kb"
    shutil.copytree(many, kb)
    command = [sys.executable, "-m", "extractor.cli", "review", str(kb), "--who", "An", "--lang", "vi"]
    run = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, encoding="utf-8")
    url = None
    for line in run.stderr:
        if found := re.search(r"http://127\.0\.0\.1:\d+/\S+/", line):
            url = found[0]
            break
    assert url, "the page did not start"
    yield kb, url
    run.terminate()
    run.wait()


def kept(kb, count):
    path = kb / "reviews.jsonl"
    for _ in range(100):
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        if len(lines) >= count:
            break
        time.sleep(0.1)
    return [json.loads(line) for line in lines]


def settled(page):
    """Nothing is under way: no answer outstanding, three looks in a row."""
    calm = 0
    for _ in range(600):
        page.wait_for_timeout(100)
        calm = calm + 1 if page.evaluate("!busy && pending === 0") else 0
        if calm == 3:
            return
    raise AssertionError("the page never came to rest")


def test_review(page, served):
    kb, url = served
    page.goto(url)
    page.wait_for_selector("html[data-ready]", timeout=60_000)
    page.screenshot(path=SHOTS / f"review-{page.name}.png")
    total = int(re.findall(r"[\d.]+", page.locator("#left").inner_text())[1].replace(".", ""))
    assert total > 100_000 and page.locator("#text .this").count() >= 1
    assert page.evaluate("window.owned") is None and "</script><script>" in page.locator("#text").inner_text()

    page.keyboard.press("a")
    assert [r["verdict"] for r in kept(kb, 1)] == ["accept"]
    settled(page)
    page.keyboard.press("r")
    page.keyboard.type("năm khác")
    page.keyboard.press("Enter")
    assert [(r["verdict"], r.get("reason")) for r in kept(kb, 2)] == [("accept", None), ("reject", "năm khác")]
    settled(page)
    assert f"Còn {total - 2:,} trong".replace(",", ".") in page.locator("#left").inner_text()
    page.keyboard.press("u")
    assert kept(kb, 3)[-1]["verdict"] == "undo"
    settled(page)
    assert f"Còn {total - 1:,} trong".replace(",", ".") in page.locator("#left").inner_text()

    # A name corrected by selecting words; offices a line each.
    page.select_option("#kind", "official")
    settled(page)
    page.screenshot(path=SHOTS / f"review-{page.name}-official.png")
    until(page, lambda: "Lê Văn An" in page.locator("#said").inner_text())
    page.evaluate(
        """() => { const node = [...document.querySelectorAll('#text [data-from]')].find(n => n.textContent.includes('Văn An'));
        const at = node.firstChild.data.indexOf('Văn An'), range = document.createRange();
        range.setStart(node.firstChild, at); range.setEnd(node.firstChild, at + 6);
        getSelection().removeAllRanges(); getSelection().addRange(range); }"""
    )
    page.wait_for_timeout(100)
    page.keyboard.press("c")
    page.locator("#form .row", has_text="name").first.get_by_role("button").click()
    assert page.locator("#in-name").input_value() == "Văn An"
    assert page.locator("#in-positions").input_value() == "Bí thư — Huyện ủy Ba Vì"
    page.fill("#in-positions", "Bí thư — Huyện ủy Ba Vì\nỦy viên — Tỉnh ủy *")
    page.screenshot(path=SHOTS / f"review-{page.name}-correct.png")
    page.locator("#form button[type=submit]").click()
    corrected = kept(kb, 4)[-1]
    assert corrected["verdict"] == "correct" and corrected["fields"] == {
        "name": "Văn An",
        "positions": [{"title": "Bí thư", "organisation": "Huyện ủy Ba Vì", "former": False},
                      {"title": "Ủy viên", "organisation": "Tỉnh ủy", "former": True}],
    }  # fmt: skip
    settled(page)

    # A missed fact, by words behind an emoji's two UTF-16 units: offsets are code points.
    page.select_option("#kind", "")
    page.locator("#open").uncheck()
    settled(page)
    page.evaluate(
        """() => { const node = [...document.querySelectorAll('#text [data-from]')].find(n => n.textContent.includes('nói'));
        const at = node.firstChild.data.indexOf('nói'), range = document.createRange();
        range.setStart(node.firstChild, at); range.setEnd(node.firstChild, at + 3);
        getSelection().removeAllRanges(); getSelection().addRange(range); }"""
    )
    page.wait_for_timeout(100)
    page.keyboard.press("m")
    page.select_option("#in-kind", "program")
    page.fill("#in-name", "Nói thật")
    page.fill("#in-type", "model")
    page.locator("#form button[type=submit]").click()
    missed = kept(kb, 5)[-1]
    assert missed["verdict"] == "missed" and missed["fact"]["name"] == "Nói thật"
    (evidence,) = missed["fact"]["evidence"]
    assert evidence["text"] == "nói" and NASTY[evidence["start"] : evidence["end"]] == "nói"
    assert {u.split("/")[2] for u in page.asked} == {url.split("/")[2]}
