"""Features as rows of tables: what a CRF's templates ask of a token, looked up without building their strings.

A batch is the tokens of many sentences in one array, each sentence between two `BOS` and two `EOS` codes. A *source* is
an array over it that says what stands at a place (the token, its lower case, the pair that begins there, …) as a row:
0 for what no model knows, 1 and 2 before and behind the sentence, 3 and up for what is known. A template reads a source
at a distance from the token and turns the row into a number of the model's attributes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from extractor.crf import Floats, Ints, LayoutError, Model, emissions

UNKNOWN, BOS, EOS, FIRST = 0, 1, 2, 3
#: Codes before and behind each sentence of a batch: as far as a template looks.
PADS = 2
#: Places of a batch that are scored at once: their weights stay in the processor's cache.
BLOCK = 1024
#: The rows of a yes-or-no source: no and yes stand where unknown and the first known one would.
NO, YES = UNKNOWN, FIRST


class Vocabulary(dict[str, int]):
    """Strings and their rows, from `FIRST` on; to ask for a row gives a new string one, `get` does not."""

    def __missing__(self, string: str) -> int:
        row = self[string] = len(self) + FIRST
        return row

    @property
    def size(self) -> int:
        """How many rows there are, with the three that stand for no string."""
        return len(self) + FIRST


class Sequences:
    """Known pairs (or triples) of rows and their own rows: `find` is a search in sorted keys."""

    def __init__(self, known: Iterable[int]) -> None:
        """`known` are keys: `a * base + b` for a pair, `(a * base + b) * base + c` for a triple."""
        self.keys = np.array([*sorted(set(known)), np.iinfo(np.int64).max], np.int64)

    @property
    def size(self) -> int:
        """How many rows there are, with the three that stand for no key."""
        return len(self.keys) - 1 + FIRST

    def rows(self, keys: Sequence[int]) -> Ints:
        """The rows of keys that are known."""
        return np.searchsorted(self.keys, np.array(keys, np.int64)) + FIRST

    def find(self, keys: Ints) -> Ints:
        """The rows of keys, `UNKNOWN` for those that are not known."""
        places = np.searchsorted(self.keys, keys)
        return np.where(self.keys.take(places) == keys, places + FIRST, UNKNOWN)


@dataclass(slots=True, frozen=True)
class Template:
    """Reads `source` at `shift` from the token; `attributes` has a model's attribute for each of the source's rows."""

    source: str
    shift: int
    attributes: Ints


class Attributes:
    """Attributes of a model by template: {template: {value: number}}."""

    def __init__(self, attributes: Sequence[str], templates: Sequence[str]) -> None:
        """Raises `LayoutError` where there are attributes of other templates."""
        self.missing = len(attributes)
        self.values: dict[str, dict[str, int]] = {template: {} for template in templates}
        for number, attribute in enumerate(attributes):
            template, mark, value = attribute.partition("=")
            if not mark or template not in self.values:
                raise LayoutError(f"an attribute of no known template: {attribute}")
            self.values[template][value] = number

    def table(self, template: str, size: int, rows: Mapping[str, int | Sequence[int]]) -> Ints:
        """A template's attributes for the rows of a source; `rows` are its values with the row, or rows, of each."""
        values = self.values[template]
        table = np.full(size, self.missing, np.int64)
        table[BOS] = values.get("BOS", self.missing)
        table[EOS] = values.get("EOS", self.missing)
        for value, number in values.items():
            row = rows.get(value)
            if row is not None:
                table[row] = number
        return table

    def flags(self, template: str) -> Ints:
        """A template's attributes for a yes-or-no source."""
        return self.table(template, FIRST + 1, {"False": NO, "True": YES})


class Scorer:
    """The templates of a model, read in one go: all their tables stand in one array, all sources of a batch in another.

    `scorer(sources, inside)` are the scores, shape (k, L), of the k places `inside` of a batch of n codes; `sources`
    has the shape (sources, n), in the order of `names`.
    """

    def __init__(self, model: Model, templates: Sequence[Template], names: Sequence[str]) -> None:
        self._weights = model.weights
        self._tables = np.concatenate([t.attributes for t in templates])
        sizes = [len(t.attributes) for t in templates]
        self._begins = (np.cumsum(sizes) - sizes)[:, None]
        self._sources = np.array([names.index(t.source) for t in templates])[:, None]
        self._shifts = np.array([t.shift for t in templates])[:, None]

    def __call__(self, sources: Ints, inside: Ints) -> Floats:
        """The scores of the places `inside` of a batch."""
        flat, begins = sources.reshape(-1), self._sources * sources.shape[1] + self._shifts
        parts = []
        for start in range(0, len(inside), BLOCK):
            rows = flat.take(begins + inside[start : start + BLOCK])
            rows += self._begins
            parts.append(emissions(self._weights, self._tables.take(rows)))
        return parts[0] if len(parts) == 1 else np.concatenate(parts)


def padded(codes: Ints, lengths: Ints, before: int, behind: int) -> tuple[Ints, Ints, Ints, Ints]:
    """The codes of sentences with those for `BOS` and `EOS` about each: a batch.

    With it, where each sentence begins and ends in it, and where each code stands. `codes` has the shape (sum of
    lengths,), the batch (that + 2 * PADS * sentences,).
    """
    ends = np.cumsum(lengths + 2 * PADS) - PADS
    starts = ends - lengths
    inside = np.arange(len(codes)) + np.repeat(np.arange(PADS, len(lengths) * 2 * PADS, 2 * PADS), lengths)
    batch = np.empty(len(codes) + 2 * PADS * len(lengths), np.int64)
    for k in range(PADS):
        batch[starts - 1 - k] = before
        batch[ends + k] = behind
    batch[inside] = codes
    return batch, starts, ends, inside
