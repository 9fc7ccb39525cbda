"""`danvan import`: annotations that come back from a tool become judgements, or gold.

What a person took away is rejected, what they changed corrected, what they added missed; what stands as it was says
nothing, unless it is asked to be accepted. All files are read and held against the knowledge base before anything is
written.
"""

from __future__ import annotations

import difflib
import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from extractor.audit.gold import PART_OF, Entry
from extractor.audit.outputs import Output
from extractor.audit.reviews import Review, fact_digest, make_review, standing
from extractor.errors import UsageError
from extractor.knowledge.exporting import FORMATS, module_of
from extractor.knowledge.exporting.brat import file_name
from extractor.knowledge.exporting.regions import FIELD_LABELS, Reading, Returned, read_regions
from extractor.knowledge.exporting.targets import new_folder
from extractor.knowledge.exporting.values import meaning
from extractor.records import KINDS, dumps

#: Mistakes that are told at once.
MOST_FAULTS = 20
_SUFFIXES = {".jsonl": "doccano", ".conllup": "conll", ".conllu": "conll", ".conll": "conll", ".ann": "brat"}
_HOLDERS = (("tasks.json", "labelstudio"), ("texts.jsonl", "doccano"), ("annotation.conf", "brat"))


@dataclass(frozen=True)
class Taken:
    """An article that came back: where it stood, its id in the knowledge base, what its regions say, who worked."""

    place: str
    article_id: str
    reading: Reading
    who: str | None


def guess_format(path: Path) -> str:
    """The format of a file or folder by its name or first sign; raises `UsageError` where that does not tell."""
    if not path.exists():
        raise UsageError(f"{path}: no such file")
    found: str | None
    if path.is_dir():
        found = next((name for holder, name in _HOLDERS if (path / holder).is_file()), None)
        found = found or ("brat" if any(path.glob("*.ann")) else None)
    elif path.suffix in (".json", ".jsonld"):
        with path.open("rb") as stream:
            head = stream.read(2000).lstrip(b"\xef\xbb\xbf \t\r\n")
        found = "webannotation" if head[:1] == b"{" or b"anno.jsonld" in head else "labelstudio"
    else:
        found = _SUFFIXES.get(path.suffix)
    if found is None:
        raise UsageError(f"{path}: which format? Name it with --from: {', '.join(annotation_formats())}")
    return found


def annotation_formats() -> list[str]:
    """The formats that come back."""
    return [name for name, known in FORMATS.items() if known.annotation]


def take_in(paths: Sequence[Path], output: Output, name: str | None = None) -> list[Taken]:
    """Read what came back and hold it against a knowledge base; raises `UsageError`: every mistake by file and line."""
    if name is not None and name not in annotation_formats():
        near = difflib.get_close_matches(name, annotation_formats(), n=1, cutoff=0.3) or annotation_formats()
        raise UsageError(f"nothing comes back from {name!r}; {', '.join(near)}?")
    by_text: dict[str, str] = {}
    for article_id, line in output.articles.items():
        by_text.setdefault(line.sha256, article_id)
    taken: list[Taken] = []
    faults: list[str] = []
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path}: no such file")
        try:
            for returned in _read(path, name):
                found = _article(returned, output, by_text, faults)
                if found is not None:
                    text = output.text_of(found) or ""
                    exported = output.facts_of(found) if returned.exported is None else returned.exported
                    reading = read_regions(exported, returned.regions, text, found)
                    faults += [f"{returned.place}: {fault}" for fault in reading.faults]
                    taken.append(Taken(returned.place, found, reading, returned.who))
                if len(faults) >= MOST_FAULTS:
                    break
        except ValueError as error:
            faults.append(str(error))
    if faults:
        raise UsageError("\n".join(faults[:MOST_FAULTS]))
    if not taken:
        raise UsageError(f"{', '.join(map(str, paths))}: no articles in it")
    return taken


def _read(path: Path, name: str | None) -> Iterator[Returned]:
    found: Iterator[Returned] = module_of(name or guess_format(path)).read(path)
    return found


def _article(returned: Returned, output: Output, by_text: Mapping[str, str], faults: list[str]) -> str | None:
    """The article of the knowledge base that came back, None where it is not its text or a region is not in it."""
    same = None if returned.text is None else by_text.get(_digest(returned.text))
    article_id = returned.article_id if returned.article_id in output.articles else same
    if article_id is None:
        near = difflib.get_close_matches(returned.article_id, output.articles, n=1, cutoff=0.6)
        told = f"; nearest: {near[0]}" if near else ""
        faults.append(f"{returned.place}: {output.path} has no article {returned.article_id!r}{told}")
        return None
    text = output.text_of(article_id) or ""
    before = len(faults)
    if returned.text is not None and returned.text != text:
        told = f"; it is that of article {same}" if same else ""
        what = f"the text is not that of article {article_id}: {_difference(returned.text, text)}{told}"
        faults.append(f"{returned.place}: {what}")
        return None
    for region in returned.regions:
        words = text[region.start : region.end]
        if region.label not in KINDS and region.label not in FIELD_LABELS:
            near = difflib.get_close_matches(region.label, [*KINDS, *FIELD_LABELS], n=1, cutoff=0.3)
            faults.append(f"{returned.place}: no label {region.label!r}; {', '.join(near) or ', '.join(KINDS)}?")
        elif not 0 <= region.start < region.end <= len(text):
            faults.append(f"{returned.place}: {region.start}–{region.end} of a text of {len(text)} characters")
        elif region.quote is not None and region.quote != words:
            found = text.find(region.quote)
            near_ = f"; it stands at {found}" if found >= 0 else ""
            what = f"“{region.quote[:60]}” is not what article {article_id} has there, “{words[:60]}”{near_}"
            faults.append(f"{returned.place}: {region.start}–{region.end}: {what}")
    return article_id if len(faults) == before else None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _difference(came: str, held: str) -> str:
    """Where two texts part first."""
    at = next((n for n, (a, b) in enumerate(zip(came, held, strict=False)) if a != b), min(len(came), len(held)))
    line = held.count("\n", 0, at) + 1
    return f"at character {at} (line {line}) {came[at : at + 30]!r} stands for {held[at : at + 30]!r}"


def reviews(
    taken: Sequence[Taken], who: str, held: Sequence[Review], *, reason: str, accept: bool = False
) -> Iterator[Review]:  # fmt: skip
    """The judgements that what came back makes, but for those that stand among `held` already.

    `reason` is told of each fact that is gone; `accept` takes facts left as they were for right.
    """
    known = {_key(review) for review in standing(held)}
    for article in taken:
        name = article.who or who
        for review in _judged(article, name, reason, accept=accept):
            if _key(review) not in known:
                known.add(_key(review))
                yield review


def _judged(article: Taken, who: str, reason: str, *, accept: bool) -> Iterator[Review]:
    for now in article.reading.facts:
        if now.was is None:
            yield make_review(who, "missed", article.article_id, fact=now.fact)
            continue
        before, after = meaning(now.was), meaning(now.fact)
        fields = {name: after[name] for name in after if after[name] != before[name]}
        evidence = None if _places(now.fact) == _places(now.was) else list(now.fact["evidence"])
        if fields or evidence is not None:
            yield make_review(who, "correct", article.article_id, fact=now.was, fields=fields, evidence=evidence)
        elif accept:
            yield make_review(who, "accept", article.article_id, fact=now.was)
    for fact in article.reading.gone:
        yield make_review(who, "reject", article.article_id, fact=fact, reason=reason)


def _places(fact: Mapping[str, Any]) -> list[Any]:
    return [
        (e["start"], e["end"], {path: [list(p) for p in pieces] for path, pieces in e["fields"].items()})
        for e in fact["evidence"]
    ]


def _key(review: Review) -> str:
    fact = review.fact or {}
    about = fact_digest(fact) if review.verdict == "missed" else str(fact.get("id"))
    said = [review.who, review.verdict, review.article_id, about, review.digest, review.fields or {}, review.evidence]
    return dumps(said)


def counts(made: Sequence[Review]) -> Counter[str]:
    """How many judgements there are of each verdict."""
    return Counter(review.verdict for review in made)


def write_gold(taken: Sequence[Taken], output: Output, folder: Path) -> int:
    """Write a folder of gold, one file an article; raises `UsageError` where two people's work on one came back."""
    seen: dict[str, str] = {}
    for article in taken:
        if article.article_id in seen:
            raise UsageError(
                f"{article.place}: article {article.article_id} came back before: {seen[article.article_id]}"
            )
        seen[article.article_id] = article.place
    with new_folder(folder) as part:
        for article in taken:
            record = output.article_of(article.article_id) or {}
            data: dict[str, Any] = {"id": article.article_id}
            data |= {name: record[name] for name in ("title", "published", "text") if record.get(name) is not None}
            parts: dict[str, list[Entry]] = {name: [] for name in PART_OF.values()}
            for now in sorted(article.reading.facts, key=lambda n: n.fact["evidence"][0]["start"]):
                parts[PART_OF[str(now.fact["kind"])]].append(_gold_entry(now.fact))
            (part / f"{file_name(article.article_id)}.json").write_text(
                dumps(data | parts, indent=1) + "\n", encoding="utf-8", newline="\n"
            )
    return len(taken)


def _gold_entry(fact: Mapping[str, Any]) -> dict[str, Any]:
    fields = {name: value for name, value in meaning(fact).items() if value not in (None, [])}
    if "positions" in fields or fact["kind"] == "official":
        fields["positions"] = [{k: v for k, v in p.items() if v not in (None, False)} for p in fact["positions"]]
    if fact["kind"] == "document":
        fields.setdefault("code", None)
    return {"text": fact["evidence"][0]["text"], **fields}
