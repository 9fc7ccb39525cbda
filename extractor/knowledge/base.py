"""Writing a knowledge base: articles and facts appended in input order, resumed after a cut, completed at the end.

An article's line is written after its facts and is its commit mark. A run that was cut off is resumed by running the
same command again: committed articles are skipped, torn tails cut off, rejects told anew. A finished knowledge base
takes new inputs; those known by source and digest are skipped, changed ones replaced.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jsonlines

from extractor.errors import KnowledgeError
from extractor.knowledge.files import ARTICLES, FACTS, MANIFEST, REJECTS, RUN, Lock, open_at, read_lines, write_whole
from extractor.records import SCHEMA, Article, Fact, Manifest, Reject, dumps, to_json

#: Articles between two times that everything is forced to the disk.
SYNC_EVERY = 200
#: How sources from standard input begin: their line numbers name nothing that could change.
STREAM = "-:"


@dataclass
class Known:
    """What a knowledge base already holds: id → text digest, source → (id, digest), first holder of each text."""

    ids: dict[str, str] = field(default_factory=dict)
    sources: dict[str, tuple[str, str]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)

    def add(self, article_id: str, source: str, digest: str) -> None:
        """Note an article."""
        self.ids[article_id] = digest
        self.sources[source] = (article_id, digest)
        self.texts.setdefault(digest, article_id)

    def forget(self, source: str) -> str:
        """Take out the article of a source that has changed; its id."""
        article_id, digest = self.sources.pop(source)
        self.ids.pop(article_id, None)
        if self.texts.get(digest) == article_id:
            del self.texts[digest]
        return article_id

    def assign(self, wanted: str, digest: str) -> tuple[str, str | None]:
        """The id that an article gets, and the id of the article that it repeats.

        A second holder of an id is `id~2` when the text is the same, else `id@` and eight digits of its digest.
        """
        found = wanted
        if self.ids.get(wanted, digest) != digest:
            found = f"{wanted}@{digest[:8]}"
        base, number = found, 1
        while found in self.ids:
            number += 1
            found = f"{base}~{number}"
        return found, self.texts.get(digest)


class KnowledgeBase:
    """A knowledge base that is being written. Use as a context manager; `finish()` completes it."""

    def __init__(self, folder: str | Path, rules_digest: str, *, fresh: bool = False) -> None:
        self.folder = Path(folder)
        self.rules_digest = rules_digest
        self.fresh = fresh
        self.known = Known()
        self.counts: Counter[str] = Counter()
        self.reproducible = True
        self._replaced: set[str] = set()
        self._base = {"articles": 0, "facts": 0, "rejects": 0}
        self._unsynced = 0

    def __enter__(self) -> KnowledgeBase:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise KnowledgeError(f"{self.folder}: {error.strerror}") from error
        self._lock = Lock(self.folder).__enter__()
        try:
            self._open()
        except BaseException:
            self._lock.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for stream in (self._articles, self._facts, self._rejects):
            stream.close()
        self._lock.__exit__()

    def _open(self) -> None:
        if self.fresh:
            for name in (RUN, MANIFEST, ARTICLES, FACTS, REJECTS):
                (self.folder / name).unlink(missing_ok=True)
        self._check_rules()
        state = self._state()
        articles_end, facts = self._read_articles(state["articles"] if (self.folder / RUN).exists() else None)
        facts_end = self._facts_end(facts)
        if not (self.folder / RUN).exists():
            rejects_end = max((end for end, _ in read_lines(self.folder / REJECTS)), default=0)
            self._base = {"articles": articles_end, "facts": facts_end, "rejects": rejects_end}
            mark = {"schema": SCHEMA, "rules": self.rules_digest, **self._base}
            write_whole(self.folder / RUN, dumps(mark) + "\n")
        else:
            self._base = state
        self._articles = open_at(self.folder / ARTICLES, articles_end)
        self._facts = open_at(self.folder / FACTS, facts_end)
        self._rejects = open_at(self.folder / REJECTS, self._base["rejects"])

    def _check_rules(self) -> None:
        for name in (RUN, MANIFEST):
            path = self.folder / name
            if not path.exists():
                continue
            try:
                data = json.loads(path.read_text(encoding="utf-8"))
                digest, schema = data["rules"], data["schema"]
            except (ValueError, KeyError, TypeError) as error:
                raise KnowledgeError(f"{path}: damaged: {error}") from error
            if schema != SCHEMA:
                raise KnowledgeError(f"{path}: schema {schema!r}; this danvan writes {SCHEMA}")
            if digest != self.rules_digest:
                raise KnowledgeError(
                    f"{self.folder}: made with other rules ({digest[:12]}, now {self.rules_digest[:12]}); "
                    "--fresh makes it anew"
                )
        foreign = [n for n in (ARTICLES, FACTS) if (self.folder / n).exists()]
        if foreign and not (self.folder / RUN).exists() and not (self.folder / MANIFEST).exists():
            raise KnowledgeError(f"{self.folder}: {foreign[0]} stands here without a manifest; --fresh writes over it")

    def _state(self) -> dict[str, int]:
        path = self.folder / RUN
        if not path.exists():
            return {"articles": 0, "facts": 0, "rejects": 0}
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return {name: int(data[name]) for name in ("articles", "facts", "rejects")}

    def _read_articles(self, base: int | None) -> tuple[int, int]:
        """Note every committed article; the offset behind the last one, and how many facts they have."""
        end = facts = 0
        for end, article in read_lines(self.folder / ARTICLES):
            source, digest = article["source"], article["sha256"]
            if base is not None and end > base and source in self.known.sources and not source.startswith(STREAM):
                self._replaced.add(self.known.forget(source))
            self.known.add(article["id"], source, digest)
            facts += int(article["facts"])
        return end, facts

    def _facts_end(self, wanted: int) -> int:
        """The offset behind the facts of all committed articles."""
        end = count = 0
        for end, _ in read_lines(self.folder / FACTS) if wanted else ():
            count += 1
            if count == wanted:
                return end
        if count < wanted:
            raise KnowledgeError(f"{self.folder / FACTS}: {count} facts, but the articles count {wanted}")
        return end

    def has(self, source: str, digest: str) -> bool:
        """Is this input, unchanged, in the knowledge base? A changed one is marked to be replaced."""
        known = self.known.sources.get(source)
        if known is None:
            return False
        if known[1] == digest:
            return True
        if source.startswith(STREAM):  # another stream, not a changed file
            return False
        self._replaced.add(self.known.forget(source))
        self.counts["replaced"] += 1
        return False

    def add(self, article: Article, facts: Iterable[Fact]) -> None:
        """Write an article's facts, then the article."""
        lines = [to_json(fact) for fact in facts]
        jsonlines.Writer(self._facts, dumps=dumps).write_all(lines)
        self._facts.flush()
        jsonlines.Writer(self._articles, dumps=dumps).write(to_json(article))
        self._articles.flush()
        self._unsynced += 1
        if self._unsynced >= SYNC_EVERY:
            self._sync()

    def reject(self, reject: Reject) -> None:
        """Write a reject."""
        self._rejects.write(dumps(to_json(reject)) + "\n")
        self.counts["rejects"] += 1
        if reject.stage == "timeout":
            self.reproducible = False

    def finish(self, versions: dict[str, str], inputs: list[dict[str, str]]) -> Manifest:
        """Complete the knowledge base: what was replaced taken out, manifest written, the run's mark removed."""
        self._sync()
        self._compact()
        held = Counter({"inputs": 0, "articles": 0, "rejects": 0, "duplicates": 0, "facts": 0})
        for _, article in read_lines(self.folder / ARTICLES):
            held["articles"] += 1
            held["facts"] += int(article["facts"])
            held["duplicates"] += article["duplicate_of"] is not None
        held["rejects"] = sum(1 for _ in read_lines(self.folder / REJECTS))
        held["inputs"] = held["articles"] + held["rejects"]
        before = self._manifest()
        merged = {i["path"]: i for i in [*(before.inputs if before else []), *inputs]}
        manifest = Manifest(
            versions=versions, rules=self.rules_digest, inputs=list(merged.values()),
            counts=dict(held), reproducible=self.reproducible and (before is None or before.reproducible),
        )  # fmt: skip
        text = json.dumps(to_json(manifest), ensure_ascii=False, indent=1)
        write_whole(self.folder / MANIFEST, text + "\n")
        (self.folder / RUN).unlink(missing_ok=True)
        return manifest

    def _manifest(self) -> Manifest | None:
        path = self.folder / MANIFEST
        return Manifest.model_validate_json(path.read_text(encoding="utf-8")) if path.exists() else None

    def _compact(self) -> None:
        """Drop the lines from before this run of articles that were replaced and rejects that were told anew."""
        if self._replaced:
            self._filter(ARTICLES, lambda data: data["id"] not in self._replaced)
            self._filter(FACTS, lambda data: data["article_id"] not in self._replaced)
        if self._base["rejects"]:
            ends = read_lines(self.folder / REJECTS)
            again = {data["source"] for end, data in ends if end > self._base["rejects"]}
            self._filter(REJECTS, lambda data: data["source"] not in again and data["source"] not in self.known.sources)

    def _filter(self, name: str, kept: Callable[[dict[str, Any]], bool]) -> None:
        """Rewrite a file without the lines from before this run that are not `kept`."""
        path = self.folder / name
        base = self._base[name.removesuffix(".jsonl")]
        temporary = path.with_name(path.name + ".tmp")
        start = 0
        with path.open("rb") as old, temporary.open("wb") as new:
            for end, data in read_lines(path):
                line = old.read(end - start)
                if end > base or kept(data):
                    new.write(line)
                start = end
            new.flush()
            os.fsync(new.fileno())
        temporary.replace(path)

    def _sync(self) -> None:
        for stream in (self._facts, self._articles, self._rejects):
            stream.flush()
            os.fsync(stream.fileno())
        self._unsynced = 0
