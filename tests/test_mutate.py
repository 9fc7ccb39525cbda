"""Damaged rules: which damage is made, which is noticed, and that the score can fall."""

import json
from dataclasses import replace
from io import StringIO

import pytest
from conftest import danvan
from rich.console import Console

from extractor import syntax
from extractor.audit.equivalents import dead_branch, idle_constant, idle_look
from extractor.audit.mutants import PATTERN, mutants
from extractor.audit.mutate import Bench, Score, Verdict, as_data, mutate
from extractor.audit.mutate_views import mutate_views
from extractor.audit.single_blanks import idle_lack
from extractor.loading import load_rules
from extractor.messages import Messages
from extractor.rules import RuleSet, ValueSpec

RULE = """
- id: dates.hour
  status: stable
  kind: date
  description: Giờ trong ngày, một quy tắc thử
  pattern: '(?<!\\w) (?: (?<hour>\\d{{1,2}}) \\s giờ | giờ \\s thứ \\s (?<hour>\\d) ) \\s? (?: sáng | chiều )?'
  helpers: [hour]
  set: {{value: '2001', type: TIME}}
  not_after: lúc \\s
  examples: {examples}
  counterexamples: {counterexamples}
"""
POOR = {"examples": '[{text: "Họp [[8 giờ sáng]].", facts: [{value: "2001"}]}, {text: "Gặp [[9 giờ sáng]].", facts: [{value: "2001"}]}]',
        "counterexamples": '[{text: "không có gì", why: không nói giờ}]'}  # fmt: skip
RICH = {
    "examples": '[{text: "Họp [[8 giờ sáng]], [[12 giờ chiều]].", facts: [{value: "2001", type: TIME}]}, '
    '{text: "Vào [[giờ thứ 9]]; nghỉ [[8 giờ]], [[7 giờsáng]].", facts: [{value: "2001", type: TIME}]}]',
    "counterexamples": '[{text: "Họp lúc 8 giờ sáng", why: điều kiện}, {text: "A8 giờ", why: một phần của từ}]',
}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    def rules(wording):
        folder = tmp_path_factory.mktemp("rules")
        (folder / "dates.yaml").write_text(RULE.format(**wording).replace("{{1,2}}", "{1,2}"), encoding="utf-8")
        whole = load_rules(folder)
        return RuleSet((whole["dates.hour"],), (), whole.pieces, whole.tables, "x")

    return rules


def test_each_damage_is_made_once_and_is_one(made):
    rules = made(POOR)
    rule = rules["dates.hour"]
    found = list(mutants(rule, rules.pieces))
    told = {(m.operator, m.what) for m in found}
    assert ("alternative", r"giờ\sthứ\s(?<hour>\d)") in told and ("alternative", "sáng") in told
    assert ("lookaround", r"(?<!\w)") in told and ("condition", r"not_after: lúc \s") in told
    assert ("tighten", r"\s? must stand") in told and ("tighten", r"\s? left out") in told
    assert ("widen", r"(?<hour>\d{1,2})") in told and ("set", "type") in told
    patterns = [m.rule.expanded for m in found if m.operator in PATTERN]
    assert len(patterns) == len(set(patterns)) and rule.expanded not in patterns
    assert all(m.rule.expanded == rule.expanded for m in found if m.operator not in PATTERN)


def test_the_tree_is_left_as_it_was(pipe):
    for rule in pipe.rules.rules[:20]:
        before = syntax.write(syntax.parse(rule.pattern))
        assert sum(1 for _ in mutants(rule, pipe.rules.pieces)) >= 3
        assert syntax.write(syntax.parse(rule.pattern)) == before


def test_more_examples_notice_more(made):
    poor, rich = mutate(made(POOR), workers=1), mutate(made(RICH), workers=1)
    assert {v.what for v in rich.survivors} < {v.what for v in poor.survivors}
    data = as_data(poor)
    assert data["mutants"] == data["killed"] + len(data["survivors"]) == len(poor.verdicts) >= 12
    assert {(s["operator"], s["what"]) for s in data["survivors"]} >= {
        ("condition", r"not_after: lúc \s"), ("lookaround", r"(?<!\w)"), ("alternative", r"giờ\sthứ\s(?<hour>\d)"),
    }  # fmt: skip
    assert rich.share > poor.share and all(v.killed_by == "dates.hour" for v in rich.verdicts if v.killed_by)


def test_the_examples_are_green_without_damage(made):
    bench = Bench(made(RICH))
    assert bench.verdicts(bench.rules["dates.hour"]) and len(bench.cases) == 4


def test_cut_vocabularies_match_the_same(pipe):
    """What the mutation test reads with short vocabularies is what the rules read with whole ones."""
    from extractor.audit.mutate import _compiled, _signature

    bench = Bench(RuleSet(tuple(r for r in pipe.rules.rules if r.kind in ("document", "program")), pipe.rules.furniture,
                          pipe.rules.pieces, pipe.rules.tables, "x"))  # fmt: skip
    compared = 0
    for rule in bench.active:
        small = _compiled(replace(rule, expanded=bench.pieces.expand_once(rule.pattern)))
        for case in bench.cases:
            assert _signature(small, case) == _signature(rule, case), rule.id
            compared += 1
    assert compared >= 500


def test_the_command():
    run = danvan("rules", "mutate", "--rule", "documents.letter-alone", "--json", "--floor", 0)
    data = json.loads(run.stdout)
    assert run.returncode == 0 and data["mutants"] >= 10 and set(data) >= {"mutants", "killed", "survivors", "score"}
    assert {s["rule"] for s in data["survivors"]} <= {"documents.letter-alone"}
    failed = danvan("rules", "mutate", "--rule", "documents.letter-alone", "--floor", 1.0, "--lang", "vi")
    assert failed.returncode == (1 if data["survivors"] else 0) and "biến thể" in failed.stdout
    wrong = danvan("rules", "mutate", "--rule", "documents.letter")
    assert wrong.returncode == 2 and "documents.letter-alone" in wrong.stderr


LOOK = r"(?<!\w) {{day-leads.lead}} \s (?: thứ \s hai | sáng )"


def test_what_changes_nothing_is_told_and_does_not_count(pipe):
    pieces = pipe.rules.pieces
    parts = syntax.parse(LOOK).branches[0]
    assert idle_look(parts, 0, pieces) == "{{day-leads.lead}}"
    assert dead_branch(parts[-1], 0, pieces) is None and dead_branch(parts[-1], 1, pieces) is None
    inner = syntax.parse("thứ (?: hai | ba | hai )").branches[0][-1]
    assert dead_branch(inner, 2, pieces) == "hai" and dead_branch(inner, 0, pieces) is None
    around = syntax.parse("(?! nay | này | nay )").branches[0][0]
    assert dead_branch(around, 0, pieces) == "nay"
    assert idle_look(syntax.parse(r"(?<!\w) năm").branches[0], 0, pieces) is None


@pytest.mark.parametrize(
    ("pattern", "reads"),
    [
        (r"năm \s (?: \p{L}+ \s ){2,8}? \d", r"\s"),
        (r"năm \s (?: (?: (?!tới) \p{L}+ \s ){1,2} )? \d", r"\s"),
        (r"(?: tới | \s ) (?: \p{L}+ \s )* \d", None),
        (r"(?: tới \s | \s ) (?: \p{L}+ \s )* \d", r"\s"),
        (r"năm \s? (?: - \s? )? (?: (?: \p{L}+ \s ){0,4} là )? \d", r"\s?"),
        (r"năm \s? (?: \p{L}+ \s ){1,4} \d", None),
        (r"năm (?: - \s? )? (?: \p{L}+ \s ){0,4} \d", None),
        (r"năm (?: \s (?!tới) \p{L}+ ){0,3} \s? \d", r"\s?"),
        (r"năm (?: \s \p{L}+ ){1,3} \s? \d", None),
        (r"năm (?: \s \p{L}+ ){0,3} \d", None),
        (r"(?: \d \s (?: \p{L}+ \s )* )+", r"\s"),
        (r"(?: (?: \p{L}+ \s )* \d )+", None),
        (r"năm \s (?: \p{L}+ , \s )*", None),
    ],
)
def test_a_word_may_lack_where_blanks_are_single(pattern, reads):
    tree = syntax.parse(pattern)
    for group in syntax.groups(tree):
        for branch in group.branches:
            for at, node in enumerate(branch):
                if isinstance(node, syntax.Atom) and node.text == r"\p{L}":
                    assert idle_lack(tree, branch, at) == reads
                    return
    raise AssertionError("no word in the pattern")


def test_a_figure_that_no_word_moves_is_a_level(pipe):
    spec = ValueSpec("figure", {}, {"measure": "level"})
    rule = pipe.rules["indicators.rate"]
    plain = replace(rule, pattern=r"hộ \s nghèo \s (?<number>\d+)")
    calm = replace(rule, pattern=r"hộ \s nghèo (?<lead> \s {{figure-words.word:role=bound}} )? \s (?<number>\d+)")
    moved = replace(rule, pattern=r"hộ \s nghèo {{ind_lead}} (?<number>\d+)")
    fallen = replace(rule, pattern=r"hộ \s nghèo \s (?<lead> giảm ) \s (?<number>\d+)")
    found = [idle_constant(r, spec, "measure", pipe.rules.pieces) for r in (plain, calm, moved, fallen)]
    assert found == ["figure", "figure", None, None]
    assert idle_constant(plain, ValueSpec("figure", {}, {"measure": "change"}), "measure", pipe.rules.pieces) is None


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_score_is_told_by_damage_and_by_kind(language):
    verdicts = [
        Verdict("dates.day", "loosen", "x may lack", None), Verdict("dates.day", "set", "type", "dates.day"),
        Verdict("programs.act", "row", "'y' of z", "programs.act"),
    ]  # fmt: skip
    score = Score(verdicts, [Verdict("dates.day", "loosen", "w+ may lack", None, alike="s")])
    assert as_data(score)["kinds"] == {"dates": {"mutants": 2, "killed": 1}, "programs": {"mutants": 1, "killed": 1}}
    console = Console(width=120, file=StringIO())
    for view in mutate_views(score, Messages(language), survivors=True):
        console.print(view)
    shown = console.file.getvalue()
    lines = [line.split() for line in shown.splitlines()]
    assert ["dates", "2", "1", "1", "50.0%"] in lines and ["programs", "1", "1", "0", "100.0%"] in lines
    assert ("w+ (có thể thiếu)" if language == "vi" else "w+ may lack") in shown and "66.7%" in shown


def test_a_damaged_beginning_is_seen(made):
    """A mutant is tried everywhere, not only where the whole rule may begin."""
    text = '[{text: "Họp [[8 giờ sáng]].", facts: [{value: "2001"}]}, {text: "Gặp [[9 giờ sáng]].", facts: [{value: "2001"}]}]'
    glued = '[{text: "Lúc A8 giờ", why: một phần của từ}]'
    score = mutate(made({"examples": text, "counterexamples": glued}), workers=1)
    killed = {v.what for v in score.verdicts if v.killed_by}
    assert r"(?<!\w)" in killed
