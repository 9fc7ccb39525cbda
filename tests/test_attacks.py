"""Attacks read off a pattern: they find what explodes, and a growth is told from a difference in speed."""

import pytest
import regex

from extractor.audit import attacks as module
from extractor.audit.attacks import MOST, Attack, attacks, grows
from extractor.audit.check import _grown, check_rule
from extractor.pieces import Piece, Pieces


def cost(monkeypatch, seconds):
    """What a search of so many characters is said to take."""
    monkeypatch.setattr(module, "_seconds", lambda search, text: seconds(len(text)))


@pytest.mark.parametrize(("seconds", "growth"), [
    (lambda n: n / 1e3, 2.0), (lambda n: n**2 / 1e6, 4.0), (lambda n: n / 1e9, 1.0), (lambda n: n**3 / 1e9, 8.0),
])  # fmt: skip
def test_growth(monkeypatch, seconds, growth):
    cost(monkeypatch, seconds)
    assert grows(len, Attack("", "a"), 10_000) == pytest.approx(growth)


def test_a_search_without_end(monkeypatch):
    def late(search, text):
        raise TimeoutError

    monkeypatch.setattr(module, "_seconds", late)
    assert grows(len, Attack("", "a"), 100) == float("inf")
    assert "without end" in _grown(len, [Attack("", "a")], 100)


def test_noise_is_taken_again(monkeypatch):
    """A first measurement that another process disturbed is not believed."""
    times = iter([9.0, 1.0, 2.0, 1.0])
    monkeypatch.setattr(module, "_seconds", lambda search, text: next(times))
    assert grows(len, Attack("", "a"), 100) == 2.0


@pytest.mark.parametrize(
    "pattern", [r"(?:\p{L}+\s?)+!", r"x (?:a|a\p{L}*)* b", r"(?:{{words}})+!", r"\d+ \d+ \d+ \d+ \d+ !"]
)
def test_what_explodes_is_found(pipe, monkeypatch, pattern):
    pieces = Pieces({"words": Piece("words", r"(?:a|ab?|b)+", "", "", 1)}, pipe.rules.tables)
    compiled = regex.compile(pieces.expand(pattern), regex.VERBOSE)
    found = attacks(pattern, pieces)
    assert 5 < len(found) <= MOST
    assert _grown(lambda text: compiled.search(text, timeout=0.3), found, 2000)


def test_what_is_written_is_taken(pipe):
    """The string that is written of a pattern is one that it takes: repeats, classes, pieces and rows."""
    pattern = r"Quyết\sđịnh\s số\s[0-9]{2,6}/{{=document-types.name}}\s?(?:-\s?[A-ZĐ]{2,8})+"
    found = attacks(pattern, pipe.rules.pieces)
    compiled = regex.compile(pipe.rules.pieces.expand(pattern), regex.VERBOSE)
    assert any(compiled.match(attack.lead + attack.part) for attack in found)
    assert (Attack("ab", "cd").text(7), Attack("ab", "cd", "!").text(6)) == ("abcdcdc", "abcdc!")


def test_a_rule_of_the_shipped_ones(pipe):
    rule = next(rule for rule in pipe.rules.rules if rule.id == "documents.coded")
    assert list(check_rule(rule, pipe)) == []
