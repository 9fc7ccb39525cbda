"""Where rules are tried: never too few places, so that nothing is found less than by trying everywhere."""

import pytest
import regex

from extractor.loading import load_rules
from extractor.needs import Beginning, Needs
from extractor.openings import Openings, fold
from extractor.pieces import Pieces
from extractor.starts import Starts

RULES = load_rules()
STARTS = Starts({rule.id: rule.beginning for rule in RULES.rules})
ODD = (" {}", "x{}", "{}x", "1{}", "{}2", "1,{}", "1.{}", "{}.5", "({})", "\x1c{}\x1d", "{}\u0301")
SHIFTS = (str, str.upper, str.title, lambda t: t.replace(" ", "  "), lambda t: t.replace(" ", ""))


def texts(rule):
    for example in (*rule.examples, *rule.counterexamples, *rule.known_misses):
        for shift in SHIFTS:
            yield shift(example.text)
        for number, odd in enumerate(ODD):
            yield odd.format(example.text[number % 7 :])


def missed(kind, every):
    """What begins where its rule is not tried, in the rule's own texts and in each `every`th of the others."""
    rules = RULES.of(kind, drafts=True)
    owners = {}
    for rule in rules:
        for text in texts(rule):
            owners.setdefault(text, []).append(rule)
    seen, lost = 0, []
    for number, text in enumerate(sorted(owners)):
        found = STARTS.find(text)
        for rule in rules if number % every == 0 else owners[text]:
            for m in rule.regex.finditer(text, overlapped=True):
                seen += 1
                if rule.id in found and m.start() not in found[rule.id]:
                    lost.append((rule.id, m[0], text))
    assert seen > 500
    return lost


KINDS = ["date", "document", "official", "indicator", "program"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_match_begins_where_its_rule_is_tried(kind):
    assert missed(kind, 12) == []


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
def test_so_does_every_match_in_the_texts_of_others(kind):
    assert missed(kind, 1) == []


def starts(pattern, text):
    openings = Openings(Pieces({}, {}))
    beginning = Beginning(openings.of(pattern), Needs(openings).of(pattern))
    return Starts({"": beginning}).find(text).get("")


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"\d{2}", "1.234 5,6"),
        (r"[.,]\d", "1.2 3,4 .5"),
        (r"\d+\s?[/.-]\s?\d+", "1.2 3/4 5 - 6"),
        (r"(?i:k)m", "KM \u212am xkm km2"),
        (r"(?i:i)\d", "İ1 ı2 i3 I4"),
        (r"\s?hộ\s?(?:nghèo)?", "5hộ, hộnghèo  hộ"),
        (r"(?<!\w)\p{Lu}\w+\s\d", "Hà Nội 5 HÀ 6 xHà 7"),
        (r"(?:a|b\s){2,3}c", "aac b b c abc  b ac"),
        (r"T\.\sƯ\s\d", "T. Ư 5 ,T. Ư 6.7"),
        (r"x(?:\s[^\s]+){0,2}\s\d", "x a-b c, 5 x 6 xx y\x1c7"),
        (r"\x41\u0042", "AB xAB ab"),
        (r"(?<a>\d)\g<a>", "112 2.2"),
        (r"[a-c]\b", "abc a, c1"),
        (r"số\ (?:\d|ba)", "số 5, số ba"),
        (r"m²|\d%", "5m² 6%"),
    ],
)
def test_odd_patterns_lose_nothing(pattern, text):
    found = starts(pattern, text)
    places = [m.start() for m in regex.compile(pattern, regex.VERBOSE).finditer(text, overlapped=True)]
    assert places and (found is None or set(places) <= set(found))


def test_a_pattern_that_may_begin_with_anything_is_tried_everywhere():
    assert starts(r".*x", "abc") is None and starts(r"(?:a|\w)b", "abc") is None
    assert starts(r"a|b", "c") == []


def test_letters_that_a_pattern_takes_for_one_fold_to_one():
    letters = {c for rule in RULES.rules for c in rule.pattern if c.isalpha()}
    either = regex.compile(f"(?i:[{''.join(sorted(letters))}])")
    folded = {fold(c) for c in letters}
    taken = [c for code in range(0x110000) if either.fullmatch(c := chr(code))]
    assert len(taken) > len(letters) and all(fold(c) in folded for c in taken)
