"""`danvan rules mutate`: every rule damaged in many ways; does an example or a counterexample notice?

A mutant is killed when an example of any rule gives other evidence or other values, or a counterexample gives a fact.
Only texts on which the damaged rule matches otherwise are read again; vocabularies are cut to the forms that stand in
the examples, so that patterns compile quickly and match the same.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import regex

from extractor.article import Raw, read_article
from extractor.audit.boundaries import with_boundaries
from extractor.audit.check import counterexample_faults, example_faults
from extractor.audit.mutants import Mutant, mutants
from extractor.context import Context
from extractor.errors import InputError
from extractor.facts import RESOLVERS
from extractor.grids import cells
from extractor.pieces import DEFINED, Pieces
from extractor.pipeline import Pipeline
from extractor.records import Kind
from extractor.rules import FLAGS, Example, Rule, RuleSet
from extractor.schema import EVIDENCE
from extractor.starts import Starts
from extractor.text import canonical

#: Seconds that one search of a damaged pattern may take; one that takes longer is noticed by the time it takes.
SECONDS = 2.0
#: A form that stands in no text.
_NOWHERE = "\ue000"
_HYPHEN = regex.compile(r"\s*-\s*")


@dataclass(frozen=True)
class Case:
    """An example of a rule as read: `must` find what it lists, else nothing of its rule."""

    owner: str
    kind: Kind
    example: Example
    must: bool
    read: Context = field(repr=False, compare=False)


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant: the rule whose example noticed it (with its line), or None for a survivor.

    `alike` says what proves that it reads as the whole rule does; such a mutant does not count.
    """

    rule: str
    operator: str
    what: str
    killed_by: str | None
    line: int = 0
    alike: str | None = None


@dataclass(frozen=True)
class Score:
    """The verdicts on all mutants, those that are alike apart."""

    verdicts: Sequence[Verdict]
    alike: Sequence[Verdict] = ()

    @property
    def survivors(self) -> list[Verdict]:
        """The mutants that nothing noticed."""
        return [v for v in self.verdicts if v.killed_by is None]

    @property
    def killed(self) -> int:
        """How many were noticed."""
        return len(self.verdicts) - len(self.survivors)

    @property
    def share(self) -> float:
        """The share that was noticed; 1 where there were none."""
        return self.killed / len(self.verdicts) if self.verdicts else 1.0


class _CutPieces(Pieces):
    """Pieces whose columns stand for the forms only that some texts hold."""

    def __init__(self, whole: Pieces, texts: Sequence[str]) -> None:
        super().__init__(whole.pieces, whole.tables)
        self._held = "\n".join(_key(text, self.spelling) for text in texts)

    def forms(self, name: str, where: str = "") -> list[str]:
        """The forms of a column that stand in the texts."""
        return [f for f in super().forms(name, where) if _key(f, self.spelling) in self._held] or [_NOWHERE]


def _key(text: str, spelling: Any) -> str:
    return _HYPHEN.sub("-", " ".join(canonical(text, spelling).lower().split()))


class _Tried(Pipeline):
    """The rules with one damaged, up to a kind, which read nothing of later ones.

    Where a damaged rule may begin to match was read off the whole pattern: it is tried everywhere.
    """

    def __init__(self, rules: RuleSet, kinds: Sequence[Kind], starts: Starts) -> None:
        super().__init__(rules, drafts=True)
        self.kinds = tuple(kinds)
        self.__dict__["_starts"] = starts


class Bench:
    """The rules with all their examples read, ready to try mutants on."""

    def __init__(self, rules: RuleSet) -> None:
        self.rules = rules
        self.active = [rule for rule in rules.rules if rule.status != "deprecated"]
        self.cases = [
            Case(rule.id, rule.kind, example, must, _read(example, rules))
            for rule in self.active
            for must, examples in ((True, rule.examples), (False, (*rule.counterexamples, *rule.known_misses)))
            for example in examples
        ]
        self.pieces = _CutPieces(rules.pieces, [case.read.view.text for case in self.cases])

    def verdicts(self, rule: Rule) -> list[Verdict]:
        """Every mutant of a rule tried."""
        small = _compiled(replace(rule, expanded=self.pieces.expand_once(rule.pattern)))
        order = list(RESOLVERS)
        until = {kind: order[: order.index(kind) + 1] for kind in order}
        starts = {
            kind: Starts({o.id: o.beginning for o in self.active if o.id != rule.id and o.kind in kinds})
            for kind, kinds in until.items()
            if rule.kind in kinds
        }
        # What a rule damages is read by its own kind and later ones: its own examples first, then its kind's.
        cases = [case for case in self.cases if case.kind in starts]
        cases.sort(key=lambda case: (case.owner != rule.id, order.index(case.kind)))
        seen = [(case, _signature(small, case)) for case in cases]
        found = []
        for mutant in mutants(small, self.pieces):
            if mutant.alike is not None:
                line = rule.lines.get("pattern", rule.line)
                found.append(Verdict(rule.id, mutant.operator, mutant.what, None, line, mutant.alike))
                continue
            damaged = _compiled(mutant.rule)
            tried = partial(self._tried, damaged, until, starts)
            found.append(self._verdict(mutant, damaged, seen, tried))
        return found

    def _tried(
        self, rule: Rule, until: Mapping[Kind, Sequence[Kind]], starts: Mapping[Kind, Starts], kind: Kind
    ) -> Pipeline:  # fmt: skip
        return _Tried(_replaced(self.rules, rule), until[kind], starts[kind])

    def _verdict(
        self, mutant: Mutant, rule: Rule, cases: Sequence[tuple[Case, Any]], made: Callable[[Kind], Pipeline]
    ) -> Verdict:  # fmt: skip
        """Run the examples that a damaged rule may read otherwise, up to the one that notices."""
        tried: dict[Kind, Pipeline] = {}
        try:
            for case, before in cases:
                if not (bool(before) if not mutant.only_pattern else _signature(rule, case) != before):
                    continue
                if case.kind not in tried:
                    tried[case.kind] = made(case.kind)
                owner = rule if case.owner == rule.id else self.rules[case.owner]
                faults = example_faults if case.must else counterexample_faults
                if faults(owner, case.example, tried[case.kind]):
                    return Verdict(rule.id, mutant.operator, mutant.what, case.owner, case.example.line)
        except (TimeoutError, InputError):
            return Verdict(rule.id, mutant.operator, mutant.what, "time")
        except (ArithmeticError, LookupError, ValueError, TypeError, AttributeError) as error:
            # A damaged rule may give a normaliser what it never gets else: what breaks is noticed.
            return Verdict(rule.id, mutant.operator, mutant.what, f"error: {type(error).__name__}")
        return Verdict(rule.id, mutant.operator, mutant.what, None, rule.lines.get("pattern", rule.line))


def _read(example: Example, rules: RuleSet) -> Context:
    return read_article(Raw(example.text, published=example.published), rules)[1]


def _compiled(rule: Rule) -> Rule:
    """A rule with its pattern compiled past the cache of patterns, which would keep what is damaged."""
    rule.__dict__["regex"] = regex.compile(rule.expanded, FLAGS)
    return rule


def _replaced(rules: RuleSet, rule: Rule) -> RuleSet:
    changed = tuple(rule if other.id == rule.id else other for other in rules.rules)
    return replace(rules, rules=changed, measured=False)


def _signature(rule: Rule, case: Case) -> Any:
    """All that a rule's pattern matches in a text; raises `TimeoutError`."""
    context = case.read
    compiled = rule.regex
    names = sorted(name for name in compiled.groupindex if not name.startswith(DEFINED))
    if rule.within == "cell":
        spans = [cell.span for cell in cells(context)]
        read = [m for span in spans if (m := compiled.fullmatch(context.view.text, *span, timeout=SECONDS))]
        return [(m.span(), [m.spans(name) for name in names]) for m in read]
    return [
        (m.span(), [m.spans(name) for name in names])
        for line in context.page.lines
        if line.zone in rule.zones
        for m in compiled.finditer(
            context.view.text, line.start, line.end, overlapped=EVIDENCE in compiled.groupindex, timeout=SECONDS
        )
    ]


def mutate(
    rules: RuleSet, only: Sequence[str] = (), *, workers: int = 2, told: Callable[[int, int], None] = lambda a, b: None
) -> Score:
    """Try every mutant of the rules (those of `only`: ids or kinds); `told` hears (rules done, rules in all)."""
    bench = Bench(with_boundaries(rules))
    wanted = [r for r in bench.active if not only or {r.id, r.kind} & set(only)]
    found: list[Verdict] = []
    for done, verdicts in enumerate(_tried(bench, wanted, workers), 1):
        found += verdicts
        told(done, len(wanted))
    return Score([v for v in found if v.alike is None], [v for v in found if v.alike is not None])


#: The bench of this process; workers are forked with it, or build it themselves where there is no fork.
_bench: list[Bench] = []


def _try(rule_id: str) -> list[Verdict]:
    return _bench[0].verdicts(_bench[0].rules[rule_id])


def _take(rules: RuleSet) -> None:
    _bench[:] = [Bench(rules)]


def _tried(bench: Bench, wanted: Sequence[Rule], workers: int) -> Iterator[list[Verdict]]:
    if workers == 1 or len(wanted) == 1:
        yield from (bench.verdicts(rule) for rule in wanted)
        return
    ids = [rule.id for rule in wanted]
    if "fork" in multiprocessing.get_all_start_methods():
        _bench[:] = [bench]
        pool = multiprocessing.get_context("fork").Pool(workers)
    else:
        pool = multiprocessing.get_context("spawn").Pool(workers, _take, (bench.rules,))
    with pool:
        yield from pool.imap(_try, ids)
    _bench.clear()


def tallied(verdicts: Sequence[Verdict], of: Callable[[Verdict], str]) -> dict[str, dict[str, int]]:
    """`{name: {"mutants", "killed"}}` of verdicts by what `of` says of each, in the order of names."""
    counted: dict[str, dict[str, int]] = {}
    for verdict in verdicts:
        counts = counted.setdefault(of(verdict), {"mutants": 0, "killed": 0})
        counts["mutants"] += 1
        counts["killed"] += verdict.killed_by is not None
    return dict(sorted(counted.items()))


def as_data(score: Score) -> dict[str, Any]:
    """`{"mutants", "killed", "survivors", "alike"}` and the score by kind of rule and by operator, for programs."""
    return {
        "mutants": len(score.verdicts), "killed": score.killed, "score": round(score.share, 4),
        "kinds": tallied(score.verdicts, lambda verdict: verdict.rule.partition(".")[0]),
        "operators": tallied(score.verdicts, lambda verdict: verdict.operator),
        "survivors": [
            {"rule": v.rule, "operator": v.operator, "what": v.what, "line": v.line} for v in score.survivors
        ],
        "alike": [{"rule": v.rule, "operator": v.operator, "what": v.what, "as": v.alike} for v in score.alike],
    }  # fmt: skip
