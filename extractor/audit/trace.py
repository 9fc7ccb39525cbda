"""One article read with everything kept that audits ask about: matches, candidates, what fell away and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from extractor.article import Raw, read_article
from extractor.candidates import Candidate, candidates
from extractor.context import Context
from extractor.matcher import Dropped, Match, Outcome
from extractor.pipeline import Pipeline
from extractor.records import Article, Fact, Kind
from extractor.rules import RuleSet
from extractor.text import Span


@dataclass
class Trace:
    """An article, its facts, and by kind what its rules matched and made of it; offsets of matches are the view's."""

    article: Article
    facts: list[Fact]
    context: Context
    dropped: list[Dropped]
    outcomes: dict[Kind, Outcome] = field(default_factory=dict)
    candidates: dict[Kind, list[Candidate]] = field(default_factory=dict)

    def matches(self, kind: Kind) -> Iterator[Match]:
        """The matches of a kind that stand, and those that may be read in their stead."""
        for match in self.outcomes[kind].matches:
            yield match
            yield from match.beaten

    def source(self, span: Span) -> Span:
        """A view span in the article's text."""
        return self.context.view.to_source(*span)

    def behind(self, kind: Kind, rule: str, span: Span) -> Candidate | None:
        """The candidate that a piece of evidence came from: of its rule, with the most characters in common."""
        best: tuple[int, Candidate] | None = None
        for candidate in self._of_rule(kind, rule):
            common = _common(self.source((candidate.start, candidate.end)), span)
            if common > (best[0] if best else 0):
                best = (common, candidate)
        return best[1] if best else None

    def _of_rule(self, kind: Kind, rule: str) -> Iterator[Candidate]:
        yield from (c for c in self.candidates[kind] if c.rule.id == rule)
        known = {id(c.match) for c in self.candidates[kind]}
        for match in self.matches(kind):
            if match.rule.id == rule and id(match) not in known:
                yield from candidates([match], self.context, [])

    def came_to_nothing(self) -> Iterator[Candidate]:
        """Candidates of matches that stand, of which no fact came: context did not settle what they leave out."""
        for kind, found in self.candidates.items():
            told = [
                (mention.rule, (mention.start, mention.end))
                for draft in self.context.made(kind)
                for mention in draft.mentions
            ]
            for candidate in found:
                span = candidate.match.whole
                if not any(rule == candidate.rule.id and _common(span, place) for rule, place in told):
                    yield candidate


def trace(pipe: Pipeline, raw: Raw) -> Trace:
    """Read an article with everything kept; raises `InputError`."""
    outcomes: dict[Kind, Outcome] = {}
    made: dict[Kind, list[Candidate]] = {}

    def watch(kind: Kind, outcome: Outcome, found: list[Candidate]) -> None:
        outcomes[kind], made[kind] = outcome, found

    result = pipe.run(raw, watch=watch)
    assert result.context is not None
    return Trace(result.article, result.facts, result.context, result.dropped, outcomes, made)


def as_input(article: Article, rules: RuleSet) -> Raw:
    """The input that an article of a knowledge base was made of, as far as its record tells.

    A title or outlet that the text itself gives is left to be read again.
    """
    published = article.published if article.published_from == "input" else None
    raw = Raw(article.text, article.source, article.id, article.url, None, published)
    again, _ = read_article(raw, rules)
    return Raw(
        article.text, article.source, article.id, article.url,
        None if again.title == article.title else article.title, published,
        None if again.outlet == article.outlet else article.outlet,
        None if again.author == article.author else article.author,
        None if again.section == article.section else article.section,
    )  # fmt: skip


def _common(a: Span, b: Span) -> int:
    return max(0, min(a[1], b[1]) - max(a[0], b[0]))
