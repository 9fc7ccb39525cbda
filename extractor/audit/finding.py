"""Facts, articles and rules found by what a person typed; what is not there is told with the nearest that is."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator

from extractor.audit.gold import Entry
from extractor.audit.outputs import Output
from extractor.audit.passages import Passages, find
from extractor.audit.trace import Trace, as_input, trace
from extractor.errors import UsageError
from extractor.messages import Messages
from extractor.pipeline import Pipeline
from extractor.records import KINDS, Article, Kind
from extractor.text import Span


def nearest(wanted: str, known: Iterable[str]) -> str:
    """The names most like one that is not known, `-` where none is."""
    return ", ".join(difflib.get_close_matches(wanted, list(known), n=3, cutoff=0.3)) or "-"


def find_fact(output: Output, wanted: str, say: Messages) -> Entry:
    """The fact of an id, or of the beginning of only one; raises `UsageError` naming the nearest."""
    found: dict[str, Entry] = {}
    ids: list[str] = []
    for fact in output.all_facts():
        number = str(fact["id"])
        if number == wanted:
            return fact
        ids.append(number)
        if wanted and number.startswith(wanted):
            found[number] = fact
    if len(found) == 1:
        return next(iter(found.values()))
    near = ", ".join(sorted(found)[:5]) if found else nearest(wanted, ids)
    raise UsageError(say("no_fact", fact=wanted, kb=output.path, near=near))


def known_kind(wanted: str | None, say: Messages) -> Kind | None:
    """A kind of facts by its name; raises `UsageError` naming the nearest."""
    found = next((kind for kind in KINDS if kind == wanted), None)
    if wanted is not None and found is None:
        raise UsageError(say("no_kind", kind=wanted, near=nearest(wanted, KINDS)))
    return found


def spot(text: str, words: str, passages: Passages, say: Messages) -> Span:
    """The sentences of a text in which words first stand; raises `UsageError` where they stand nowhere."""
    place = find(text, words) if words.strip() else None
    if place is None:
        raise UsageError(say("words_not_there", words=words))
    passage = passages.at(text, *place)
    start = passage.start - len(passage.before)
    return start, start + len(passage.sentence)


def article_record(output: Output, article_id: str, say: Messages) -> Article:
    """An article of a knowledge base as its record; raises `UsageError` where it is not there."""
    data = output.article_of(article_id)
    if data is None:
        raise UsageError(say("no_article", article=article_id, kb=output.path))
    return Article.model_validate(data)


def retrace(pipe: Pipeline, output: Output, article_id: str, say: Messages) -> Trace:
    """An article of a knowledge base read again, with everything kept."""
    return trace(pipe, as_input(article_record(output, article_id, say), pipe.rules))


def articles(output: Output) -> Iterator[Article]:
    """All articles of a knowledge base, in input order."""
    for article_id in output.articles:
        data = output.article_of(article_id)
        if data is not None:
            yield Article.model_validate(data)
