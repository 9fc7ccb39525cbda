"""Which found facts are right, and which facts of gold were missed: one verdict for each, article by article.

Facts and gold are paired best first, each at most once. An optional fact of gold is no miss when absent, and the fact
that says it no error; so is a fact that ANNOTATION.md leaves open (a vague date, a document without a number, a figure
without an id). Everything else that evaluation tells is counted from these verdicts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Literal, TypeAlias

from extractor.audit import likeness as like
from extractor.audit.gold import PART_OF, Entry, GoldArticle

#: What is scored on its own. Positions are those of the officials that were found or missed; open indicators are the
#: figures of gold that have no id, of which only recall is judged.
Score: TypeAlias = Literal["dates", "documents", "officials", "positions", "indicators", "open_indicators", "programs"]
SCORES: tuple[Score, ...] = (
    "dates", "documents", "officials", "positions", "indicators", "open_indicators", "programs",
)  # fmt: skip

Outcome: TypeAlias = Literal["true", "wrong", "missed", "spared"]

#: How alike a fact of gold and a found one are: above 0 where they could be one, more where they agree in more.
Likeness: TypeAlias = Callable[[Entry, Entry], float]

#: From this share of words in common on, two programmes' names are one.
PROGRAM = 0.7


@dataclass(frozen=True)
class Verdict:
    """What became of a fact of gold (`gold`), of a found one (`found`), or of both where they are one.

    `fact` is the fact whose evidence shows it: `found` itself, or the official who holds the position `found`; `person`
    is the gold official of a gold position. `fields` says of each field that is judged whether it is right.
    """

    score: Score
    article: str
    outcome: Outcome
    gold: Entry | None = None
    found: Entry | None = None
    fact: Entry | None = None
    person: Entry | None = None
    fields: Mapping[str, bool] = field(default_factory=dict)

    @property
    def rule(self) -> str | None:
        """The rule of the fact's first evidence, None where there is no fact or it does not say."""
        evidence = (self.fact or {}).get("evidence") or [{}]
        rule = evidence[0].get("rule")
        return None if rule is None else str(rule)


def verdicts(gold: GoldArticle, facts: Sequence[Entry]) -> Iterator[Verdict]:
    """The verdicts of one article on the facts that were found in it."""
    found: dict[str, list[Entry]] = {part: [] for part in PART_OF.values()}
    for fact in facts:
        if fact.get("kind") in PART_OF:
            found[PART_OF[str(fact["kind"])]].append(fact)
    entries = gold.entries
    yield from _dates(gold, found["dates"])
    yield from _paired(
        "documents", gold.id, entries["documents"], found["documents"], _like_documents, _document_fields,
        spared=lambda fact: not fact.get("code"),
    )  # fmt: skip
    for verdict in _paired("officials", gold.id, entries["officials"], found["officials"], _like_officials):
        yield verdict
        yield from _positions(verdict)
    yield from _indicators(gold, found["indicators"])
    yield from _paired(
        "programs", gold.id, entries["programs"], found["programs"], _like_programs, _program_fields,
    )  # fmt: skip


def paired(gold: Sequence[Entry], found: Sequence[Entry], likeness: Likeness) -> dict[int, int]:
    """Index of a gold fact → index of the found one that is it, best pairs first, each fact once.

    Of equal pairs the required gold fact goes before the optional one, then the earlier before the later.
    """
    ranked = sorted(
        (
            (alike, not entry.get("optional"), -i, -j)
            for i, entry in enumerate(gold)
            for j, fact in enumerate(found)
            if (alike := likeness(entry, fact)) > 0
        ),
        reverse=True,
    )
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for *_, i, j in ranked:
        if -i not in pairs and -j not in taken:
            pairs[-i] = -j
            taken.add(-j)
    return pairs


def _paired(
    score: Score, article: str, gold: Sequence[Entry], found: Sequence[Entry], likeness: Likeness,
    fields: Callable[[Entry, Entry], dict[str, bool]] = lambda entry, fact: {}, *,
    spared: Callable[[Entry], bool] = lambda fact: False,
) -> Iterator[Verdict]:  # fmt: skip
    """The verdicts of one list: of every required gold fact, and of every found one."""
    pairs = paired(gold, found, likeness)
    for i, entry in enumerate(gold):
        fact = found[pairs[i]] if i in pairs else None
        if entry.get("optional"):
            if fact is not None:
                yield Verdict(score, article, "spared", entry, fact, fact)
        elif fact is None:
            yield Verdict(score, article, "missed", entry)
        else:
            yield Verdict(score, article, "true", entry, fact, fact, fields=fields(entry, fact))
    taken = set(pairs.values())
    for j, fact in enumerate(found):
        if j not in taken:
            yield Verdict(score, article, "spared" if spared(fact) else "wrong", found=fact, fact=fact)


def _dates(gold: GoldArticle, found: Sequence[Entry]) -> Iterator[Verdict]:
    """Dates are a set of values: only the first fact of a value counts. The day of publication is optional."""
    required: dict[str, Entry] = {}
    optional = {like.timex_key(gold.published)}
    for entry in gold.entries["dates"]:
        key = like.timex_key(entry["value"])
        if entry.get("optional"):
            optional.add(key)
        else:
            required.setdefault(key, entry)
    seen: set[str] = set()
    for fact in found:
        key = like.timex_key(fact.get("value"))
        outcome: Outcome = "true" if key in required else "wrong"
        if key in seen or (outcome == "wrong" and (key in optional or like.vague(key))):
            outcome = "spared"
        seen.add(key)
        yield Verdict("dates", gold.id, outcome, required.get(key), fact, fact)
    for key, entry in required.items():
        if key not in seen:
            yield Verdict("dates", gold.id, "missed", entry)


def _like_documents(gold: Entry, fact: Entry) -> float:
    if like.code_key(gold["code"]) != like.code_key(fact.get("code")):
        return 0
    if gold.get("issued") == fact.get("issued"):
        return 3
    return 0 if gold.get("issued") and fact.get("issued") else 1


def _document_fields(gold: Entry, fact: Entry) -> dict[str, bool]:
    judged = {"type": gold["type"] == fact.get("type"), "issued": gold.get("issued") == fact.get("issued")}
    if gold.get("issuer"):
        judged["issuer"] = like.same_body(gold["issuer"], fact.get("issuer"))
    return judged


def _like_officials(gold: Entry, fact: Entry) -> float:
    return float(like.same_name(gold["name"], fact.get("name")))


def _positions(official: Verdict) -> Iterator[Verdict]:
    """The positions of an official who was found, or of a required one who was missed."""
    person = official.gold
    if person is None or person.get("optional"):
        return
    found = (official.found or {}).get("positions") or []
    for verdict in _paired("positions", official.article, person["positions"], found, _like_positions):
        yield Verdict(
            verdict.score, verdict.article, verdict.outcome, verdict.gold, verdict.found, official.fact, person
        )


def _like_positions(gold: Entry, fact: Entry) -> float:
    title, other = gold.get("title"), fact.get("title")
    body, other_body = gold.get("organisation"), fact.get("organisation")
    same = like.same_title(title, other) and like.same_body(body, other_body)
    if not same or bool(gold.get("former")) != bool(fact.get("former")):
        return 0
    return 1 + like.overlap(title, other) + like.overlap(body, other_body)


def _indicators(gold: GoldArticle, found: Sequence[Entry]) -> Iterator[Verdict]:
    """Figures with an id, then the open ones: any found figure may be an open one of gold, none is wrong."""
    listed = [entry for entry in gold.entries["indicators"] if entry.get("indicator")]
    open_ = [entry for entry in gold.entries["indicators"] if not entry.get("indicator")]
    spared = {like.number(entry.get("value")) for entry in open_ if entry.get("optional")}
    yield from _paired(
        "indicators", gold.id, listed, [fact for fact in found if fact.get("indicator")], _like_indicators,
        _indicator_fields, spared=lambda fact: like.number(fact.get("value")) in spared,
    )  # fmt: skip
    known = partial(_known, gold.entries["indicators"])
    for verdict in _paired("open_indicators", gold.id, open_, found, _like_open, spared=lambda fact: True):
        fact = verdict.found
        if fact is None or fact.get("indicator"):
            if verdict.gold is not None:
                yield verdict
            continue
        told = {"listed": known(fact)}
        yield Verdict(verdict.score, verdict.article, verdict.outcome, verdict.gold, fact, fact, fields=told)


def _same_figure(gold: Entry, fact: Entry) -> bool:
    return bool(
        like.number(gold.get("value")) == like.number(fact.get("value")) and gold["measure"] == fact.get("measure")
    )


def _known(gold: Sequence[Entry], fact: Entry) -> bool:
    return any(_same_figure(entry, fact) for entry in gold)


def _like_indicators(gold: Entry, fact: Entry) -> float:
    if gold.get("indicator") != fact.get("indicator") or not _same_figure(gold, fact):
        return 0
    agreeing = like.same_time(gold.get("period"), fact.get("period"))
    return 1 + (agreeing + sum(like.roughly_same(gold.get(k), fact.get(k)) for k in ("area", "unit", "sector"))) / 10


def _indicator_fields(gold: Entry, fact: Entry) -> dict[str, bool]:
    """Unit, area and sector are judged where one of both has them; `whole` is all but the sector, and value_max."""
    judged: dict[str, bool] = {}
    for name, same in (("unit", like.same_unit), ("area", like.same_area), ("sector", like.same_sector)):
        one, other = gold.get(name), fact.get(name)
        if one or other:
            judged[name] = bool(one and other) and same(one, other)
    judged["period"] = like.same_time(gold.get("period"), fact.get("period"))
    judged["status"] = gold.get("status", "actual") == fact.get("status", "actual")
    judged["whole"] = (
        all(judged.get(name, True) for name in ("unit", "area", "period", "status"))
        and like.number(gold.get("value_max")) == like.number(fact.get("value_max"))
    )  # fmt: skip
    return judged


def _like_open(gold: Entry, fact: Entry) -> float:
    if not _same_figure(gold, fact):
        return 0
    evidence = (fact.get("evidence") or [{}])[0].get("text")
    label = gold.get("label")
    return 0.1 + max(like.overlap(label, fact.get("label") or fact.get("indicator")), like.overlap(label, evidence))


def _like_programs(gold: Entry, fact: Entry) -> float:
    alike = like.overlap(gold["name"], fact.get("name"))
    if alike < PROGRAM:
        return 0
    judged = _program_fields(gold, fact)
    return alike + 0.02 * judged["type"] + 0.01 * judged["period"]


def _program_fields(gold: Entry, fact: Entry) -> dict[str, bool]:
    return {
        "type": gold["type"] == fact.get("type"),
        "period": like.same_time(gold.get("period"), fact.get("period")),
    }
