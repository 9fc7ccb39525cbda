"""Words found by places are those that a search finds, wherever the part begins and ends."""

import random

import pytest

from extractor.pieces import alternation
from extractor.wordfinder import STRETCH, WordFinder

FORMS = ["hộ nghèo", "hộ", "tỷ lệ hộ nghèo", "nghèo đa chiều", "kinh tế - xã hội", "xã", "xã hội hóa"]


@pytest.mark.parametrize("seed", range(6))
def test_it_finds_what_a_search_finds(seed):
    chance = random.Random(seed)
    words = [*FORMS, "Xã hội", "KINH TẾ-XÃ HỘI", "kinh tế  - xã", "ảnhộ", "và", "hộp", "tỷ lệ", "\n", "–", "xã-hội"]
    text = "".join(chance.choice(words) + chance.choice([" ", " ", ", ", "", ". "]) for _ in range(1500))
    assert len(text) > 3 * STRETCH
    finder = WordFinder(alternation(FORMS), max(map(len, FORMS)))
    found = 0
    for _ in range(300):
        start = chance.randrange(len(text))
        end = min(len(text), start + chance.choice([5, 399, 401, 3000, len(text)]))
        spans = [m.span() for m in finder.finditer(text, start, end)]
        assert spans == [m.span() for m in finder.pattern.finditer(text, start, end)]
        found += len(spans)
    assert found > 1000
    assert finder.finditer(text, len(text), len(text)) == [] == finder.finditer("", 0, 0)
