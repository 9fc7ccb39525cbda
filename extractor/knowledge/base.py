"""Writing a knowledge base: articles and facts appended in input order, resumed after a cut, completed at the end.

An article's line is written after its facts and is its commit mark. A run that was cut off is resumed by running the
same command again: committed articles are skipped, torn tails cut off, rejects told anew. A finished knowledge base
takes new inputs; those known by source and digest are skipped, changed ones replaced.
"""

from __future__ import annotations

import io
import os
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import jsonlines

from extractor.errors import KnowledgeError
from extractor.knowledge.files import (
    ARTICLES,
    FACTS,
    INDEX,
    MANIFEST,
    NEW,
    REJECTS,
    Appender,
    Lock,
    count_lines,
    read_lines,
)
from extractor.knowledge.index import Index
from extractor.knowledge.manifest import read_manifest, was_reproducible, write_manifest
from extractor.knowledge.sketch import sketch
from extractor.knowledge.state import Ends, check_rules, finish_swap, read_state, swap, wipe, write_state
from extractor.records import Article, Fact, Reject, dumps, to_json

#: Articles between two times that everything is forced to the disk.
SYNC_EVERY = 200


class KnowledgeBase:
    """A knowledge base that is being written. Use as a context manager; `finish()` completes it."""

    def __init__(self, folder: str | Path, rules_digest: str, *, fresh: bool = False) -> None:
        self.folder = Path(folder)
        self.rules_digest = rules_digest
        self.fresh = fresh
        self.counts: Counter[str] = Counter()
        self.reproducible = True
        self._ends = Ends()
        self._unsynced = 0
        self._leaving: set[str] = set()

    def __enter__(self) -> KnowledgeBase:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock = Lock(self.folder).__enter__()
        except OSError as error:
            raise KnowledgeError(f"{self.folder}: {error.strerror}") from error
        try:
            self._open()
        except BaseException:
            self._lock.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for stream in (self._articles, self._facts, self._rejects):
            stream.close()
        with suppress(sqlite3.Error):
            self.index.close()
        self._lock.__exit__()

    def _open(self) -> None:
        if self.fresh:
            wipe(self.folder)
        finish_swap(self.folder)
        check_rules(self.folder, self.rules_digest)
        state = read_state(self.folder)
        self.index = Index(self.folder / INDEX)
        if not self._indexed():
            self.index.clear()
        self._ends = state or Ends()
        articles_end, facts_end = self._catch_up(resumed=state is not None)
        if state is None:
            rejects_end = max((end for end, _ in read_lines(self.folder / REJECTS)), default=0)
            self._ends = Ends(articles_end, facts_end, rejects_end)
            write_state(self.folder, self.rules_digest, self._ends)
            self._note_inputs()
        self.reproducible = was_reproducible(self.folder / MANIFEST)
        self.index.commit()
        self._articles = Appender(self.folder / ARTICLES, articles_end)
        self._facts = Appender(self.folder / FACTS, facts_end)
        self._rejects = Appender(self.folder / REJECTS, self._ends.rejects)

    def _indexed(self) -> bool:
        """Is the index that of this knowledge base? What it holds beyond the committed articles is cut off."""
        path = self.folder / ARTICLES
        self.index.cut(path.stat().st_size if path.exists() else 0)
        last, facts_end = self.index.last()
        if last is None:
            return True
        facts = self.folder / FACTS
        if not facts.exists() or facts.stat().st_size < facts_end:
            return False
        with path.open("rb") as stream:
            stream.seek(last.ends - 1)
            if stream.read(1) != b"\n":
                return False
        start = _line_before(path, last.ends)
        with suppress(KnowledgeError):
            _, article = next(read_lines(path, start), (0, {}))
            return article.get("id") == last.id and article.get("sha256") == last.digest
        return False

    def _catch_up(self, *, resumed: bool) -> tuple[int, int]:
        """Note every committed article that the index does not have; where the files of whole articles end.

        What a crash of the machine left half written behind them is cut off; in a knowledge base on which no run is
        under way it is an error.
        """
        last, facts_end = self.index.last()
        end = last.ends if last else 0
        facts = read_lines(self.folder / FACTS, facts_end)
        try:
            for line_end, article in read_lines(self.folder / ARTICLES, end):
                own_end = facts_end
                for number in range(int(article["facts"])):
                    found = next(facts, None)
                    if found is None or found[1]["article_id"] != article["id"]:
                        have = f"{number} of {article['facts']} facts"
                        raise KnowledgeError(f"{self.folder / FACTS}: {have} of the article {article['id']}")
                    own_end = found[0]
                facts_end = own_end
                self.index.add(
                    article["id"], article["source"], article["sha256"], ends=line_end, facts_end=facts_end,
                    facts=int(article["facts"]), original=article["duplicate_of"], made=sketch(article["text"]),
                )  # fmt: skip
                end = line_end
        except KnowledgeError:
            if not resumed or end < self._ends.articles:
                raise
        return end, facts_end

    def _note_inputs(self) -> None:
        path = self.folder / MANIFEST
        if next(self.index.inputs(), None) is None and (manifest := read_manifest(path)) is not None:
            for entry in manifest.inputs:
                self.index.note_input(entry["path"], entry["sha256"])

    def has(self, source: str, digest: str) -> bool:
        """Is this input, unchanged, in the knowledge base? A changed one is going to be replaced."""
        held = self.index.of_source(source, digest)
        if held is None:
            return False
        if held.digest == digest:
            return True
        self._leaving.add(held.id)
        self.counts["replaced"] += 1
        return False

    def holder(self, article_id: str) -> str | None:
        """The digest of the text that has an id; None where none has it, or only one that is being replaced."""
        held = self.index.of_id(article_id)
        return None if held is None or held.id in self._leaving else held.digest

    def add(self, article: Article, facts: Iterable[Fact]) -> Article:
        """Write an article's facts, then the article, with what it repeats; gives it as it was written."""
        made = sketch(article.text)
        original = self.index.original(article.sha256, made, source=article.source)
        if original is not None:
            article = article.model_copy(update={"duplicate_of": original})
        lines = [to_json(fact) for fact in facts]
        self._facts.write(_jsonl(lines))
        self._articles.write(_jsonl([to_json(article)]))
        self.index.add(
            article.id, article.source, article.sha256, ends=self._articles.end, facts_end=self._facts.end,
            facts=len(lines), original=original, made=made,
        )  # fmt: skip
        self._leaving.discard(article.id)
        self._unsynced += 1
        if self._unsynced >= SYNC_EVERY:
            self._sync()
        return article

    def reject(self, reject: Reject) -> None:
        """Write a reject, in place of the article that its source gave before."""
        self._rejects.write(dumps(to_json(reject)) + "\n")
        self.counts["replaced"] += self.index.drop_source(reject.source)
        self.index.note_reject(reject.source)
        if reject.stage == "timeout":
            self.reproducible = False

    def finish(self, versions: dict[str, str]) -> None:
        """Complete the knowledge base: what was replaced taken out, manifest and index written, the run's mark gone."""
        self._sync()
        names = [*self._compact(), MANIFEST, INDEX]
        counts = self.index.counts()
        rejects = REJECTS + NEW if REJECTS in names else REJECTS
        counts["rejects"] = sum(1 for _ in read_lines(self.folder / rejects))
        write_manifest(
            self.folder / (MANIFEST + NEW), versions=versions, rules=self.rules_digest, inputs=self.index.inputs(),
            counts=counts, reproducible=self.reproducible,
        )  # fmt: skip
        self.index.save(self.folder / (INDEX + NEW))
        self.index.close()
        (self.folder / (INDEX + "-journal")).unlink(missing_ok=True)
        swap(self.folder, self.rules_digest, self._ends, names)

    def _compact(self) -> Iterator[str]:
        """Write the files anew from which something is to go; their names.

        The articles that were replaced go, with their facts, and from before this run the rejects that were told anew;
        copies of what went get another original.
        """
        if self._ends.rejects and self._filter_rejects():
            yield REJECTS
        if self._replaced():
            self.index.settle()
            self._filter_articles()
            yield ARTICLES
            yield FACTS

    def _replaced(self) -> bool:
        """Was an article replaced, be it one of this run, whose input changed while the run was cut off?"""
        return count_lines(self.folder / ARTICLES) > self.index.counts()["articles"]

    def _filter_articles(self) -> None:
        old_facts = _Lines(self.folder / FACTS)
        with (
            (self.folder / (ARTICLES + NEW)).open("wb") as articles,
            (self.folder / (FACTS + NEW)).open("wb") as facts,
            _Lines(self.folder / ARTICLES) as lines,
            old_facts,
        ):

            def moves() -> Iterator[tuple[str, int, int]]:
                for end, data in read_lines(self.folder / ARTICLES):
                    line = lines.up_to(end)
                    own = [old_facts.line() for _ in range(int(data["facts"]))]
                    held = self.index.of_id(data["id"])
                    if held is None or held.ends != end:
                        continue
                    if held.original != data["duplicate_of"]:
                        line = _jsonl([{**data, "duplicate_of": held.original}]).encode()
                    articles.write(line)
                    facts.writelines(own)
                    yield held.id, articles.tell(), facts.tell()

            self.index.move(moves())
            _flush(articles)
            _flush(facts)

    def _filter_rejects(self) -> bool:
        """Write the rejects anew if some from before this run are to go."""
        gone = False
        with (self.folder / (REJECTS + NEW)).open("wb") as new, _Lines(self.folder / REJECTS) as lines:
            for end, data in read_lines(self.folder / REJECTS):
                line = lines.up_to(end)
                if end <= self._ends.rejects and self.index.told(data["source"]):
                    gone = True
                else:
                    new.write(line)
            _flush(new)
        return gone

    def _sync(self) -> None:
        for stream in (self._facts, self._articles, self._rejects):
            stream.sync()
        self._unsynced = 0


class _Lines:
    """The lines of a file as bytes, one after the other."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> _Lines:
        self._stream: IO[bytes] = self.path.open("rb")
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def up_to(self, end: int) -> bytes:
        """The bytes up to an offset."""
        return self._stream.read(end - self._stream.tell())

    def line(self) -> bytes:
        """The next line."""
        return self._stream.readline()


def _jsonl(data: Iterable[dict[str, Any]]) -> str:
    """Objects as lines."""
    text = io.StringIO()
    with jsonlines.Writer(text, dumps=dumps) as writer:
        writer.write_all(data)
    return text.getvalue()


def _flush(stream: IO[bytes]) -> None:
    stream.flush()
    os.fsync(stream.fileno())


def _line_before(path: Path, end: int, step: int = 1 << 16) -> int:
    """Where the line begins that ends at an offset."""
    with path.open("rb") as stream:
        at = end - 1
        while at > 0:
            start = max(0, at - step)
            stream.seek(start)
            found = stream.read(at - start).rfind(b"\n")
            if found >= 0:
                return start + found + 1
            at = start
    return 0
