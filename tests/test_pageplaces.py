"""Evidence in the page itself: what stands between the two places shows just the words of the evidence."""

import html
import json
import re
import unicodedata

import pytest
from mixed_folder import page

from extractor.article import Raw
from extractor.placing import in_page
from extractor.reading import How, find_sources, read
from extractor.reading.pageplaces import places

TEXT = (
    "Ngày 14/01/2021, <b>UBND tỉnh</b> ban hành Quyết định số\n3235/QĐ-UBND về công tác dân vận.\n"
    "Tỷ lệ hộ nghèo giảm 2,5% &nbsp;so với năm trước, còn <i>8%</i> số hộ.\n"
    "Đồng chí <a href='x>y'>Lê Văn An</a>, Bí thư Huyện ủy, chủ trì &amp; kết luận hội nghị."
)


def entities(text):
    return "".join(c if c.isascii() else f"&#{ord(c)};" for c in text)


def shown(markup):
    """What a browser shows of a piece of markup, without white space."""
    return squeezed(html.unescape(re.sub(r"<(?:[^>']|'[^']*')*>", "", markup)))


def squeezed(text):
    return "".join(unicodedata.normalize("NFC", text).replace("|", "").split())


def result(pipe, folder, markup):
    (folder / "a.html").write_bytes(markup.encode())
    (raw,) = read(find_sources([str(folder / "a.html")]).files(), pipe.rules, How())
    assert isinstance(raw, Raw)
    return pipe.run(raw)


@pytest.mark.parametrize("written", [str, entities, lambda text: unicodedata.normalize("NFD", text)],
                         ids=["as it is", "entities", "decomposed"])  # fmt: skip
def test_every_evidence_has_its_place(pipe, tmp_path, written):
    markup = written(page("Huyện ủy sơ kết công tác dân vận", TEXT))
    found = [e for fact in result(pipe, tmp_path, markup).facts for e in fact.evidence]
    assert len(found) >= 4
    for e in found:
        assert e.in_page is not None, e.text
        assert shown(markup[slice(*e.in_page)]) == squeezed(e.text)


def test_rows_and_items(pipe, tmp_path):
    rows = "<table><tr><td>Tỷ lệ hộ nghèo</td><td>8,5%</td></tr><tr><td>Số hộ nghèo</td><td>1.200 hộ</td></tr></table>"
    items = "<ul><li>Tỷ lệ hộ cận nghèo giảm 2,5% năm 2020.</li></ul>"
    markup = page("Bảng số liệu", TEXT).replace("</p>\n</div>", f"</p>\n{rows}{items}</div>")
    found = [e for fact in result(pipe, tmp_path, markup).facts for e in fact.evidence]
    assert any("8,5%" in e.text for e in found)
    for e in found:
        assert e.in_page is not None and shown(markup[slice(*e.in_page)]) == squeezed(e.text)


def test_the_same_words_elsewhere_are_not_taken(pipe):
    """A short line is looked for between its neighbours, not where the page has it first."""
    body = ["Huyện họp bàn việc làm đường liên thôn cùng bà con.", "Năm 2020", "Xã góp công, góp đất để mở rộng đường."]
    menu = "<ul><li>Năm 2020</li></ul><script>var a = '<p>Năm 2020</p>'</script><!-- <p>Năm 2020</p> -->"
    markup = f"<html><body>{menu}{''.join(f'<p>{line}</p>' for line in body)}<p>Năm 2020</p></body></html>"
    text = "\n".join(body)
    start = text.index(body[1])
    place = in_page(start, start + len(body[1]), places(markup, text))
    assert place is not None and place[0] == markup.index(body[1], markup.index(body[0]))


def test_what_a_page_does_not_show_has_no_place():
    markup = "<p>Xã họp dân bàn việc làm đường liên thôn hôm nay.</p>"
    text = "Xã họp dân bàn việc làm đường liên thôn hôm nay.\nDòng này được chép từ nơi khác vào bài, trang không có."
    runs = places(markup, text)
    assert in_page(0, 2, runs) == (3, 5)
    assert in_page(text.index("Dòng"), text.index("Dòng") + 4, runs) is None
    assert in_page(0, len(text), runs) is None


def test_only_evidence_of_pages_has_the_field(pipe, tmp_path):
    from extractor.records import to_line

    of_page = [json.loads(to_line(f)) for f in result(pipe, tmp_path, page("Sơ kết", TEXT)).facts]
    of_text = [json.loads(to_line(f)) for f in pipe("Ngày 14/01/2021, UBND tỉnh họp.").facts]
    assert of_page and of_text
    assert all("in_page" in e for f in of_page for e in f["evidence"])
    assert not any("in_page" in e for f in of_text for e in f["evidence"])


@pytest.mark.parametrize("markup", ["<a " * 30_000, "<a b=\"x\" '" * 20_000 + ">", "<!--" * 30_000, "<svg></svg" * 20_000,
                                    "<script>" * 20_000, "&" * 50_000, "<" * 50_000])  # fmt: skip
def test_hostile_markup_is_gone_over(markup):
    lines = [f"Dòng số {n} không có ở đâu trong trang này" for n in range(500)]
    assert places(f"{markup}\n<p>Xã họp dân</p>", "\n".join(lines)) == ()
