"""spaCy: a folder of DocBin files, a thousand articles each, as spaCy's own `Corpus` and `DocBin` read them.

Tokens are words and signs, cut where evidence begins and ends; a text that is more than blanks between them keeps its
blanks as tokens, so that `doc.text` is the article. `doc.spans["facts"]` and a group for each kind hold all evidence
(`span.id_` is the fact's id), `doc.ents` the longest that do not overlap, `doc.user_data["danvan"]` the facts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import spacy.tokens
from spacy.util import filter_spans
from spacy.vocab import Vocab

from extractor.knowledge.exporting.cutting import covered, cut
from extractor.knowledge.exporting.options import CARRIED, Options, articles
from extractor.knowledge.exporting.source import Source
from extractor.knowledge.exporting.targets import new_folder
from extractor.records import KINDS, dumps

#: Articles of a file.
ARTICLES = 1000


def write(source: Source, target: Path, options: Options) -> None:
    """Write the folder."""
    with new_folder(target) as folder:
        vocab = Vocab()
        held: list[spacy.tokens.Doc] = []
        number = 0
        for article, facts in articles(source, options):
            held.append(to_doc(vocab, article, facts))
            if len(held) == ARTICLES:
                number += 1
                _write(folder, number, held)
                vocab = Vocab()
        if held or not number:
            _write(folder, number + 1, held)


def _write(folder: Path, number: int, docs: list[spacy.tokens.Doc]) -> None:
    spacy.tokens.DocBin(docs=docs, store_user_data=True).to_disk(folder / f"part-{number:05d}.spacy")
    docs.clear()


def to_doc(vocab: Vocab, article: Mapping[str, Any], facts: Sequence[Mapping[str, Any]]) -> spacy.tokens.Doc:
    """An article as a spaCy document with its facts."""
    text = str(article["text"])
    spans = [(f, e) for f in facts for e in f["evidence"]]
    words, spaces, tokens = _tokens(text, [place for _, e in spans for place in (e["start"], e["end"])])
    doc = spacy.tokens.Doc(vocab, words=words, spaces=spaces)
    groups: dict[str, list[spacy.tokens.Span]] = {name: [] for name in ("facts", *KINDS)}
    for fact, evidence in spans:
        first, behind = covered(tokens, evidence["start"], evidence["end"])
        if first < behind:
            span = spacy.tokens.Span(doc, first, behind, label=fact["kind"], span_id=fact["id"])
            groups["facts"].append(span)
            groups[fact["kind"]].append(span)
    for name, own in groups.items():
        doc.spans[name] = own
    doc.set_ents(filter_spans(groups["facts"]))
    doc.user_data[CARRIED] = dumps({"article": {k: v for k, v in article.items() if k != "text"}, "facts": list(facts)})
    return doc


def _tokens(text: str, places: Sequence[int]) -> tuple[list[str], list[bool], list[tuple[int, int]]]:
    """The words, whether a blank follows each, and their places; blanks of other kinds are words of their own."""
    found: list[tuple[int, int]] = []
    spaces: list[bool] = []
    at = 0
    for start, end in [*cut(text, places), (len(text), len(text))]:
        gap = at
        if gap < start and text[gap] == " " and found and not spaces[-1]:
            spaces[-1] = True
            gap += 1
        if gap < start:
            found.append((gap, start))
            spaces.append(False)
        if start < end:
            found.append((start, end))
            spaces.append(False)
        at = end
    return [text[a:b] for a, b in found], spaces, found
