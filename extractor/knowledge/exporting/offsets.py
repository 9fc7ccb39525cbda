"""Places in a text as code points (ours, Label Studio's, brat's, the W3C's) and as UTF-16 units (doccano's)."""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property


class Utf16:
    """Between the code points of a text and its UTF-16 code units: a letter beyond U+FFFF has two."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def _wide(self) -> list[int]:
        """The code points that have two units, in order."""
        if not self.text or max(self.text) <= "\uffff":
            return []
        return [place for place, letter in enumerate(self.text) if letter > "\uffff"]

    @cached_property
    def _wide_units(self) -> list[int]:
        """The first unit of each of them."""
        return [place + before for before, place in enumerate(self._wide)]

    def units(self, place: int) -> int:
        """The unit at which a code point begins."""
        return place + bisect_left(self._wide, place)

    def points(self, unit: int) -> int:
        """The code point that begins at a unit; of a unit inside a pair, the pair's."""
        before = bisect_left(self._wide_units, unit)
        inside = before and self._wide_units[before - 1] == unit - 1
        return self._wide[before - 1] if inside else unit - before
