"""`danvan rules diff`: the same articles read with two sets of rules, and what came of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from extractor.article import Raw, digest_id
from extractor.audit.compare import Comparison, compare
from extractor.audit.finding import articles
from extractor.audit.outputs import Output
from extractor.audit.trace import as_input
from extractor.errors import UsageError
from extractor.knowledge.files import ARTICLES, FACTS, MANIFEST
from extractor.knowledge.identity import Identities
from extractor.pipeline import Pipeline, load
from extractor.reading import How, find_sources, read
from extractor.records import Reject, to_line
from extractor.workers import Outcome, in_order, outcome

#: What names the shipped rules where a folder is asked for.
SHIPPED = "shipped"
#: Seconds and characters that an article may take.
TIMEOUT, MOST_CHARS = 120.0, 5_000_000


@dataclass(frozen=True)
class Change:
    """Two outputs of the same articles by two sets of rules, and their comparison; gone when the context ends."""

    old: Output
    new: Output
    comparison: Comparison
    rejects: int


def pipeline_of(rules: str, *, drafts: bool = False) -> Pipeline:
    """The pipeline of a rules folder, or of the shipped rules by the name `shipped`; raises `RulesError`."""
    return load(None if rules == SHIPPED and not Path(rules).is_dir() else rules, drafts=drafts)


def inputs_of(path: str, pipe: Pipeline, refused: list[Reject]) -> list[Raw]:
    """The articles of a knowledge base, a folder, a file or a glob; what cannot be read goes to `refused`."""
    folder = Path(path)
    if folder.is_dir() and (folder / MANIFEST).exists():
        return [as_input(article, pipe.rules) for article in articles(Output(folder))]
    sources = find_sources([path])
    refused += [Reject(source=source, stage="read", reason=reason) for source, reason in sources.refused]
    identities, found = Identities(lambda article_id: None), []
    for item in read(sources.files(), pipe.rules, How(max_chars=MOST_CHARS)):
        if isinstance(item, Reject):
            refused.append(item)
        else:
            found.append(_named(item, identities))
    if not found:
        raise UsageError(f"{path}: no article in it")
    return found


def _named(raw: Raw, identities: Identities) -> Raw:
    """The input with the id that a knowledge base would give it."""
    digest = hashlib.sha256(raw.text.encode("utf-8", "surrogatepass")).hexdigest()
    return replace(raw, id=identities.assign(raw.id or digest_id(raw.url, digest), digest))


@contextmanager
def change(
    old: Pipeline, new: Pipeline, raws: Sequence[Raw], *, workers: int = 1,
    told: Callable[[int], None] = lambda done: None,
) -> Iterator[Change]:  # fmt: skip
    """Read all articles with both sets of rules and compare; `told` hears how many readings are done."""
    with TemporaryDirectory(prefix="danvan-diff-") as folder:
        done, rejects = 0, 0
        outputs = []
        for name, pipe in (("old", old), ("new", new)):
            target = Path(folder) / name
            target.mkdir()
            with (
                (target / ARTICLES).open("w", encoding="utf-8", newline="\n") as texts,
                (target / FACTS).open("w", encoding="utf-8", newline="\n") as facts,
            ):
                for result in _outcomes(pipe, raws, workers):
                    done += 1
                    told(done)
                    if isinstance(result, Exception):
                        rejects += 1
                        continue
                    texts.write(to_line(result[0]) + "\n")
                    facts.writelines(to_line(fact) + "\n" for fact in result[1])
            (target / MANIFEST).write_text('{"schema": 1}\n', encoding="utf-8")
            outputs.append(Output(target))
        yield Change(outputs[0], outputs[1], compare(outputs[0], outputs[1]), rejects)


def _outcomes(pipe: Pipeline, raws: Iterable[Raw], workers: int) -> Iterator[Outcome]:
    if workers == 1:
        yield from (outcome(pipe, raw, TIMEOUT) for raw in raws)
    else:
        yield from (result for _, result in in_order(pipe, raws, workers, timeout=TIMEOUT))
