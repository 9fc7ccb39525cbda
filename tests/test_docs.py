"""The documentation holds together: links between files, the site's list of pages, what the build needs."""

import re
import subprocess

import pytest
from conftest import ROOT

LINK = re.compile(r"(?<!!)\[[^\]\n]*(?:\n[^\]\n]*)?\]\(([^()\s]+)\)|!\[[^\]\n]*\]\(([^()\s]+)\)")
FENCED = re.compile(r"^(```|:::).*?^\1", re.DOTALL | re.MULTILINE)
PAGES = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("rules/*.md"), *ROOT.glob("data/*.md"), *ROOT.glob("data/*/*.md")]
)  # fmt: skip


def anchors(text):
    """The anchors that GitHub gives headings."""
    headings = re.findall(r"^#{1,6} (.+)$", FENCED.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def faults(page):
    text = page.read_text(encoding="utf-8")
    links = [a or b for a, b in LINK.findall(FENCED.sub("", text))]
    for link in links:
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = page.parent / name if name else page
        if not target.exists():
            yield f"{link}: no such file"
        elif anchor and anchor not in anchors(target.read_text(encoding="utf-8")):
            yield f"{link}: no such heading"


def test_there_are_pages():
    assert len(PAGES) >= 20
    assert sum(len(LINK.findall(page.read_text(encoding="utf-8"))) for page in PAGES) >= 40


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links(page):
    assert not list(faults(page))


def test_a_broken_link_is_noticed(tmp_path):
    page = tmp_path / "a.md"
    page.write_text("# One two\n[x](#one-two) [y](#three) [z](b.md)\n```\n[w](c.md)\n```\n", encoding="utf-8")
    assert list(faults(page)) == ["#three: no such heading", "b.md: no such file"]


def test_every_page_has_a_place():
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^(?:.*<)?([\w./-]+)>?$", "".join(re.findall(r":::\{toctree\}.*?^:::", index, re.DOTALL | re.MULTILINE)), re.MULTILINE))  # fmt: skip
    assert "../README.vi" in listed and "reference/rules/dates" in listed
    missing = [page.stem for page in ROOT.glob("docs/*.md") if page.stem != "index" and page.stem not in listed]
    assert not missing, "docs/index.md must list them"


def test_generated_pages_are_not_kept():
    listed = subprocess.run(["git", "ls-files", "docs/reference"], cwd=ROOT, capture_output=True, text=True)
    assert not listed.stdout.strip()
    assert "/docs/reference/" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
