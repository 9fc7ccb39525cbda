"""underthesea's words as a lossless spaCy tokenizer: the text is kept to the character.

Spaces that are more than one, and line breaks, are tokens of their own, as spaCy has it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import registry
from spacy.vocab import Vocab

from extractor.segmentation import word_spans

#: The tokenizer's name in a pipeline's configuration.
NAME = "danvan.underthesea.v1"


class UndertheseaTokenizer:
    """A spaCy tokenizer: `tokenizer(text)` is a `Doc` whose text is `text` to the character."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        """Segment a text."""
        tokens: list[str] = []
        spaces: list[bool] = []
        done = 0
        for start, end in word_spans(text):
            _gap(text[done:start], tokens, spaces)
            tokens.append(text[start:end])
            spaces.append(False)
            done = end
        _gap(text[done:], tokens, spaces)
        return Doc(self.vocab, words=tokens, spaces=spaces)

    def __reduce__(self) -> tuple[Any, ...]:
        return (UndertheseaTokenizer, (self.vocab,))

    def to_bytes(self, **_: Any) -> bytes:
        """Nothing to save: the model is underthesea's."""
        return b""

    def from_bytes(self, _data: bytes, **_: Any) -> UndertheseaTokenizer:
        """Nothing to load."""
        return self

    def to_disk(self, path: str | Path, **_: Any) -> None:
        """Nothing to save."""

    def from_disk(self, path: str | Path, **_: Any) -> UndertheseaTokenizer:
        """Nothing to load."""
        return self


@registry.tokenizers(NAME)  # type: ignore[untyped-decorator,unused-ignore]
def make_tokenizer() -> Callable[[Language], UndertheseaTokenizer]:
    """The tokenizer for a pipeline's configuration: `{"nlp": {"tokenizer": {"@tokenizers": NAME}}}`."""
    return _make


def _make(nlp: Language) -> UndertheseaTokenizer:
    return UndertheseaTokenizer(nlp.vocab)


def _gap(blank: str, tokens: list[str], spaces: list[bool]) -> None:
    """What stands between two words: a single space belongs to the word before it, the rest is a token."""
    if blank.startswith(" ") and tokens and not tokens[-1].isspace():
        spaces[-1] = True
        blank = blank[1:]
    if blank:
        tokens.append(blank)
        spaces.append(False)
