"""Names that underthesea's CRF model proposes: PER, ORG and LOC as hints to the passes, never as facts.

The model is poor on officials (it takes “đồng chí Phạm Văn Hậu” for a place) and quadratic in the sentence's length, so
long sentences are cut, and what it proposes only counts where a rule asks for it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator

from extractor.context import Hint
from extractor.segmentation import align
from extractor.text import Span

LABELS = ("PER", "ORG", "LOC")
#: Characters of a sentence that the model sees at once.
LONGEST = 400
_LOCK = threading.Lock()


def hints(text: str, sentences: Iterable[Span]) -> list[Hint]:
    """What the model proposes over the sentences of a text, in order, in the text's offsets."""
    found: list[Hint] = []
    for start, end in sentences:
        for first, last in _cut(text, start, end):
            found.extend(_tagged(text[first:last], first))
    return found


def _cut(text: str, start: int, end: int) -> Iterator[Span]:
    while end - start > LONGEST:
        stop = max(text.rfind(mark, start, start + LONGEST) for mark in (", ", "; ", " "))
        stop = stop + 1 if stop > start else start + LONGEST
        yield start, stop
        start = stop
    yield start, end


def _tagged(sentence: str, offset: int) -> Iterator[Hint]:
    from underthesea import ner  # imported on first use: it takes a second

    if not any(c.isupper() for c in sentence):
        return
    try:
        with _LOCK:
            tags = ner(sentence)
    except Exception:  # noqa: BLE001 — a model's failure costs its hints, not the article
        return
    spans = list(align(sentence, [word for word, *_ in tags], offset))
    if len(spans) != len(tags):
        return
    name: Hint | None = None
    for span, (*_, tag) in zip(spans, tags, strict=True):
        begin, _, label = tag.partition("-")
        if name is not None and begin == "I" and label == name.label:
            name = Hint(name.start, span[1], label)
            continue
        if name is not None:
            yield name
        name = Hint(*span, label) if label in LABELS else None
    if name is not None:
        yield name
