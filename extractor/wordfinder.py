"""Finds the words of a vocabulary in parts of an article, each part of its text searched once.

Passes ask for the words between two places again and again; in an article of one long line these parts are nearly the
whole. So where words may begin is noted stretch by stretch, and the pattern tried at these places.
"""

from __future__ import annotations

from bisect import bisect_left

import regex

from extractor import compiled

#: Parts up to so many characters are searched as they are; longer ones by stretches of this length.
SHORT, STRETCH = 400, 2_000


class WordFinder:
    """Finds whole words (an alternation of forms, the longest `longest` characters), whatever the capitals."""

    def __init__(self, forms: str, longest: int) -> None:
        self.pattern = compiled.compile(rf"(?<!\w)(?:{forms})(?!\w)", regex.IGNORECASE)
        self._beginning = compiled.compile(rf"(?<!\w)(?:{forms})", regex.IGNORECASE)
        # Hyphens of a form may have blanks about them.
        self._margin = 3 * longest + 2
        #: The text that was searched last, and where words may begin in its stretches.
        self._known: tuple[str, dict[int, list[int]]] = ("", {})

    def finditer(self, text: str, start: int, end: int) -> list[regex.Match[str]]:
        """What `pattern.finditer` finds in text[start:end]."""
        if end - start <= SHORT:
            return list(self.pattern.finditer(text, start, end))
        found: list[regex.Match[str]] = []
        done = start
        for number in range(start // STRETCH, (min(end, len(text)) - 1) // STRETCH + 1):
            places = self._places(text, number)
            for at in places[bisect_left(places, done) :]:
                if at >= end:
                    break
                m = self.pattern.match(text, at, end) if at >= done else None
                if m is not None:
                    found.append(m)
                    done = m.end()
        return found

    def _places(self, text: str, number: int) -> list[int]:
        known, stretches = self._known
        if known is not text:
            stretches = {}
            self._known = (text, stretches)
        places = stretches.get(number)
        if places is None:
            start, stop = number * STRETCH, (number + 1) * STRETCH
            within = self._beginning.finditer(text, start, stop + self._margin, overlapped=True)
            places = stretches[number] = [m.start() for m in within if m.start() < stop]
        return places
