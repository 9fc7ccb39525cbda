"""The entities of one block, whoever keeps its mentions: the state on disk (`link.py`) or Spark (`spark_link.py`)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from extractor.entities import EntityType, LinkedEntity
from extractor.knowledge.linking import belonging, documents, people, programs, series
from extractor.knowledge.linking.filing import Story
from extractor.knowledge.linking.mention import Gathered, Mention


class Block(Protocol):
    """What is known of a block, and of those that its entities tell of."""

    def mentions(self) -> Iterable[Mention]:
        """Its mentions, in any order."""

    def gathered(self) -> Gathered:
        """Its mentions by what they say."""

    def known(self, type_: str, key: str) -> bool:
        """Is there such a block?"""

    def told(self, fact: str) -> str | None:
        """The entity of a document's fact."""


def story_of(article: dict[str, Any]) -> Story:
    """What linking wants of an article's record."""
    return Story(article["id"], article.get("duplicate_of") or article["id"], article.get("province"),
                 article.get("published"), article.get("text", ""))  # fmt: skip


def resolve(type_: EntityType, key: str, block: Block) -> list[LinkedEntity]:
    """The entities of a block."""
    if type_ == "organisation":
        return [belonging.organisation_entity(key, block.gathered(), block.known)]
    if type_ == "place":
        return [belonging.place_entity(key, block.gathered(), block.known)]
    mentions = block.mentions()
    if type_ == "document":
        return [*documents.resolve(mentions)]
    if type_ == "person":
        return [*people.resolve(mentions)]
    if type_ == "program":
        found = programs.resolve(key, mentions)
        return [entity.model_copy(update={"document": _issuing(told, block)}) for entity, told in found]
    after = [series.series_id(k) for k in series.after_keys(key) if block.known("series", k)]
    before = [series.series_id(k) for k in series.before_keys(key) if block.known("series", k)]
    made = series.resolve(key, mentions)
    return [made.model_copy(update={"continued_by": sorted(set(after)), "continues": sorted(set(before))})]


def asked(type_: str, key: str) -> list[str]:
    """The keys of the blocks of the same type of which `resolve` asks whether they are known."""
    if type_ == "series":
        return [*series.after_keys(key), *series.before_keys(key)]
    if type_ == "organisation":
        return belonging.beside_organisation(key)
    return belonging.before_place(key) if type_ == "place" else []


def _issuing(told: list[list[str]], block: Block) -> str | None:
    """The entity of the document that issued a programme; None where the mentions name none, or several."""
    found = {entity for _, fact in told if (entity := block.told(fact)) is not None}
    return found.pop() if len(found) == 1 else None
