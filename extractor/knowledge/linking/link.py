"""`danvan link`: reads a finished knowledge base, files the mentions of what is new, resolves the blocks they touch,
and writes entities.jsonl in one step. The same entities come of the same facts, in whatever order and in however many
steps they were linked.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias

from extractor.entities import ENTITY_TYPES, DocumentEntity
from extractor.errors import KnowledgeError, UsageError
from extractor.knowledge.files import ARTICLES, ENTITIES, FACTS, LINK, MANIFEST, RUN, Lock, sync_folder
from extractor.knowledge.linking import belonging, programs, series
from extractor.knowledge.linking.filing import beside, file_article
from extractor.knowledge.linking.mention import Gathered, Mention, block_id
from extractor.knowledge.linking.resolving import resolve, story_of
from extractor.knowledge.linking.state import VERSION, State, read_ends
from extractor.knowledge.linking.vocabulary import vocabulary_digest
from extractor.knowledge.manifest import read_manifest
from extractor.records import SCHEMA, to_line

#: (what is being done, how much of how much): told now and then.
Progress = Callable[[str, int, int], None]
#: Articles and blocks between two times that progress is told.
TELL_EVERY = 500
#: A digest that goes on.
Digest: TypeAlias = "hashlib.blake2b"
_DECODER = json.JSONDecoder(parse_float=Decimal)


@dataclass
class Linked:
    """What linking did: entities by type, articles that were new, whether the state could be used."""

    entities: Counter[str] = field(default_factory=Counter)
    articles: int = 0
    facts: int = 0
    resolved: int = 0
    afresh: bool = False


def check_finished(folder: Path) -> None:
    """Raise `UsageError` or `KnowledgeError` unless a folder is a finished knowledge base of this version."""
    if not folder.is_dir():
        raise UsageError(f"{folder}: no such knowledge base")
    if (folder / RUN).exists():
        raise UsageError(f"{folder}: a run is under way or was cut off; run danvan extract again to finish it")
    path = folder / MANIFEST
    if not path.exists():
        raise UsageError(f"{folder}: no finished knowledge base ({MANIFEST} is missing)")
    try:
        version = json.loads(path.read_bytes()).get("schema")
    except (ValueError, AttributeError) as error:
        raise KnowledgeError(f"{path}: damaged: {error}") from error
    if version != SCHEMA:
        raise KnowledgeError(f"{path}: schema {version!r}; this danvan reads {SCHEMA}: a newer danvan is wanted")
    read_manifest(path)


def link(folder: Path, *, fresh: bool = False, progress: Progress | None = None) -> Linked:
    """Link a knowledge base; raises `UsageError` and `KnowledgeError`, after which what was there before still is."""
    check_finished(folder)
    with Lock(folder):
        done = Linked()
        tell = progress or (lambda *_: None)
        for name in (LINK, ENTITIES):  # what a link that was killed left
            (folder / (name + ".tmp")).unlink(missing_ok=True)
        path = folder / LINK
        if (fitting := _fitting(folder, fresh=fresh)) is None:
            done.afresh = True
            path = path.with_name(path.name + ".tmp")
            state, digests = State(path), {name: _digest() for name in (ARTICLES, FACTS)}
            state.set("vocabulary", vocabulary_digest())
        else:
            state, digests = fitting
        try:
            _read(folder, state, digests, done, tell)
            _resolve(state, done, tell)
            temporary = _write(folder, state, done, tell)
            state.commit()
        except BaseException:
            state.close()
            if done.afresh:
                path.unlink(missing_ok=True)
            (folder / (ENTITIES + ".tmp")).unlink(missing_ok=True)
            raise
        state.close()
        if done.afresh:
            path.replace(folder / LINK)
        temporary.replace(folder / ENTITIES)
        sync_folder(folder)
        return done


def is_current(folder: Path) -> bool:
    """Were the entities made of the facts that stand in a knowledge base now? (Told by the files' sizes.)"""
    if not (folder / LINK).exists() or not (folder / ENTITIES).exists():
        return False
    read = read_ends(folder / LINK)
    return all(read.get(name) == str((folder / name).stat().st_size) for name in (ARTICLES, FACTS))


def _fitting(folder: Path, *, fresh: bool) -> tuple[State, dict[str, Digest]] | None:
    """The state of a knowledge base with the digests of what it read, if that still stands there unchanged; or None."""
    path = folder / LINK
    if fresh or not path.exists():
        return None
    try:
        state = State(path)
    except KnowledgeError:
        return None
    fits = not state.new and state.version == VERSION and state.get("vocabulary") == vocabulary_digest()
    if fits:
        read = {name: _prefix(folder / name, state.get(name)) for name in (ARTICLES, FACTS)}
        if all(digest and digest.hexdigest() == state.get(f"digest of {name}") for name, digest in read.items()):
            return state, {name: digest for name, digest in read.items() if digest}
    state.close()
    return None


def _prefix(path: Path, size: str | None) -> Digest | None:
    """The digest of the first bytes of a file; None where it has fewer."""
    if size is None or not path.exists() or path.stat().st_size < int(size):
        return None
    digest, left = _digest(), int(size)
    with path.open("rb") as stream:
        while left > 0 and (piece := stream.read(min(left, 1 << 20))):
            digest.update(piece)
            left -= len(piece)
    return digest


def _digest() -> Digest:
    return hashlib.blake2b(digest_size=16)


def _read(folder: Path, state: State, digests: dict[str, Digest], done: Linked, tell: Progress) -> None:
    """File the mentions of every article behind what was read before; the digests go on with what is read."""
    start = {name: int(state.get(name) or 0) for name in (ARTICLES, FACTS)}
    total = (folder / FACTS).stat().st_size
    at = start[FACTS]
    with (
        _Lines(folder / ARTICLES, start[ARTICLES], digests[ARTICLES]) as articles,
        _Lines(folder / FACTS, at, digests[FACTS]) as facts,
    ):
        for article in articles:
            count = int(article.get("facts", 0))
            own = [fact for _, fact in zip(range(count), facts, strict=False)]
            if len(own) < count or any(f.get("article_id") != article.get("id") for f in own):
                raise KnowledgeError(f"{facts.path}: {len(own)} of {count} facts of the article {article.get('id')}")
            done.articles += 1
            done.facts += count
            _file(article, own, state)
            if done.articles % TELL_EVERY == 0:
                tell("linking", facts.end - at, total - at)
        if next(iter(facts), None) is not None:
            raise KnowledgeError(f"{facts.path}: facts of no article behind byte {facts.end}")
        ends = {ARTICLES: articles.end, FACTS: facts.end}
    for name, end in ends.items():
        state.set(name, str(end))
        state.set(f"digest of {name}", digests[name].hexdigest())
    state.index()


def _file(article: dict[str, Any], facts: list[dict[str, Any]], state: State) -> None:
    for filed in file_article(story_of(article), facts):
        state.file(filed)
        if filed.type == "place":
            for key in beside(filed.block):
                state.touch("place", key)
        if filed.type == "program":
            for block, _ in programs.documents_of(filed.mention):
                state.lead(block_id("document", block), block_id("program", filed.block))


def _resolve(state: State, done: Linked, tell: Progress) -> None:
    """Resolve the blocks that are dirty, and those in whose entities these are told."""
    if not done.afresh:
        _spread(state)
    total = state.count_dirty()
    for type_ in ENTITY_TYPES:
        for block, key in state.dirty(type_):
            entities = resolve(type_, key, _Block(state, block))
            if type_ == "document" and state.leads(block):
                state.tell((f, e.id) for e in entities if isinstance(e, DocumentEntity) for f in e.facts)
            state.put(block, type_, [(entity.id, to_line(entity)) for entity in entities])
            done.resolved += 1
            if done.resolved % TELL_EVERY == 0:
                tell("resolving", done.resolved, total)
    state.settle()


def _spread(state: State) -> None:
    """Have the blocks resolved again whose entities tell of those that are dirty."""
    for _, key in list(state.dirty("series")):
        for other in (*series.after_keys(key), *series.before_keys(key)):
            state.again("series", other)
    for _, key in list(state.dirty("organisation")):
        for other in belonging.beside_organisation(key):
            state.again("organisation", other)
    for _, key in list(state.dirty("place")):
        for other in belonging.beside_place(key):
            state.again("place", other)
    state.spread()


@dataclass(frozen=True)
class _Block:
    """A block of the state."""

    state: State
    number: int

    def mentions(self) -> Iterator[Mention]:
        return self.state.mentions(self.number)

    def gathered(self) -> Gathered:
        return self.state.gathered(self.number)

    def known(self, type_: str, key: str) -> bool:
        return self.state.known(type_, key)

    def told(self, fact: str) -> str | None:
        return self.state.told(fact)


def _write(folder: Path, state: State, done: Linked, tell: Progress) -> Path:
    """Write the entities under a temporary name."""
    temporary = folder / (ENTITIES + ".tmp")
    done.entities.update(dict(state.count()))
    with temporary.open("wb") as stream:
        stream.writelines(state.lines())
        stream.flush()
        os.fsync(stream.fileno())
    return temporary


class _Lines:
    """The objects of a JSONL file from an offset, decimals exact; `end` is behind the last that was read.

    `digest` is that of what stands before, and goes on with what is read.
    """

    def __init__(self, path: Path, start: int, digest: Digest) -> None:
        self.path, self.end, self.digest = path, start, digest

    def __enter__(self) -> _Lines:
        try:
            self._stream = self.path.open("rb")
        except OSError as error:
            raise KnowledgeError(f"{self.path}: {error.strerror}") from error
        self._stream.seek(self.end)
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def __iter__(self) -> Iterator[dict[str, Any]]:
        while line := self._stream.readline():
            try:
                data = _DECODER.decode(line.decode())
                version = data.get("schema")
            except (ValueError, AttributeError) as error:  # a UnicodeDecodeError is a ValueError
                raise KnowledgeError(f"{self.path}: a damaged line behind byte {self.end}: {error}") from error
            if version != SCHEMA:
                raise KnowledgeError(
                    f"{self.path}: schema {version!r} behind byte {self.end}; this danvan reads {SCHEMA}"
                )
            self.end += len(line)
            self.digest.update(line)
            yield data


__all__ = ["Linked", "Progress", "check_finished", "is_current", "link"]
