"""Which id an article gets: its own, or where another holds that one, a second one that tells the two apart."""

from __future__ import annotations

from collections.abc import Callable


class Identities:
    """Gives ids to inputs in their order, whatever worker will make them articles.

    `holder` tells the digest of the text that has an id in the knowledge base. Ids that were given in this run stay
    given, even where the input becomes a reject: so ids do not depend on when that is known.
    """

    def __init__(self, holder: Callable[[str], str | None]) -> None:
        self._holder = holder
        self._given: dict[str, str] = {}

    def assign(self, wanted: str, digest: str) -> str:
        """The id that an article gets.

        A second holder of an id is `id~2` when the text is the same, else `id@` and eight digits of its digest.
        """
        found = wanted
        if self._of(wanted) not in (None, digest):
            found = f"{wanted}@{digest[:8]}"
        base, number = found, 1
        while self._of(found) is not None:
            number += 1
            found = f"{base}~{number}"
        self._given[found] = digest
        return found

    def settle(self, article_id: str) -> None:
        """An id's article is written: the knowledge base tells of it from now on."""
        self._given.pop(article_id, None)

    def _of(self, article_id: str) -> str | None:
        return self._given.get(article_id) or self._holder(article_id)
