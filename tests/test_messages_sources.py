"""What a fact says of its sources is told in Vietnamese too, and so is what was damaged."""

from pathlib import Path

import pytest

from extractor.audit.mutants import mutants
from extractor.audit.mutate_views import HOW
from extractor.messages import Messages, every
from extractor.messages_sources import SOURCES, source

SAMPLES = sorted((Path(__file__).parent.parent / "data" / "samples" / "articles").glob("*.txt"))
#: What stays as it is: words of the article, and tables by their files.
AS_IT_IS = ("“", "data/")


@pytest.mark.parametrize("path", SAMPLES[::2], ids=lambda path: path.stem)
def test_every_source_in_the_samples_has_its_vietnamese(pipe, path):
    facts = pipe(path.read_text(encoding="utf-8")).facts
    told = {i.by for f in facts for i in f.inferred.values()}
    assert {by for by in told if source(by) == by and not by.startswith(AS_IT_IS)} == set()


def test_sources_with_words_of_their_own():
    assert source("the symbol NQ/TU") == "ký hiệu NQ/TU" and source("“dự kiến” in the heading") == "“dự kiến” ở đề mục"
    assert source("data/districts: Vạn Ninh") == "data/districts: Vạn Ninh"
    assert Messages("en").source("the article's year") == "the article's year"
    assert Messages("vi").source("the xã named last") == "xã nêu gần nhất"
    assert len(set(SOURCES.values())) == len(SOURCES)


def test_every_damage_is_told_in_both_languages(pipe):
    found = [m for r in pipe.rules.rules[:12] for m in mutants(r, pipe.rules.pieces)]
    assert {f"damage_{m.operator}" for m in found} <= set(every())
    assert all(m.what.endswith(HOW) for m in found if m.operator in ("tighten", "loosen"))
    assert {f"how_{how.replace(' ', '_')}" for how in HOW} <= set(every())
