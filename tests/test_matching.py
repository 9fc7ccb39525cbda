"""What the rule format can say, each thing tried on a rule of its own: the engine apart from the shipped rules."""

import pytest

import extractor
from extractor import ner
from extractor.context import Hint

RULE = """\
- id: programs.test
  status: stable
  kind: program
  description: Lễ hội thử
  pattern: (?<kind>Lễ)\\s(?<name>{name})
  helpers: [kind]
  set: {{type: contest}}
  priority: 1000
{more}
  examples:
    - text: "[[Lễ Mai]] vui."
      facts: [{{name: Mai}}]
    - text: "[[Lễ Đào]] vui."
      facts: [{{name: Đào}}]
  counterexamples: [{{text: "Lễ nhỏ.", why: không có tên}}]
"""


def found(tmp_path, text, more="", name="\\p{Lu}\\p{Ll}+", other=""):
    (tmp_path / "programs.yaml").write_text(RULE.format(more=more, name=name) + other, encoding="utf-8")
    result = extractor.load(tmp_path)(text)
    return [f for f in result.facts if any(e.rule.startswith("programs.test") for e in f.evidence)], result.dropped


def names(facts):
    return [f.name for f in facts]


CONDITIONS = [
    ("not_after: dự", "Họ dự Lễ Mai.", "Họ mở Lễ Mai."),
    ("only_after: mở", "Họ dự Lễ Mai.", "Họ mở Lễ Mai."),
    ("not_before: cũ", "Lễ Mai cũ.", "Lễ Mai mới."),
    ("only_before: mới", "Lễ Mai cũ.", "Lễ Mai mới."),
    ('not_inside: "“[^”]+”"', "Bài “Về Lễ Mai” hay.", "Bài về Lễ Mai hay."),
    ('only_inside: "“[^”]+”"', "Bài về Lễ Mai hay.", "Bài “Về Lễ Mai” hay."),
    ("not_with: vé", "Lễ Mai đông. Lễ Đào bán vé.", "Lễ Mai bán kẹo."),
    ("only_with: vé", "Lễ Mai bán kẹo. Có vé.", "Lễ Mai bán vé."),
    ("not_among: vé", "Lễ Mai bán kẹo. Có vé.", "Lễ Mai bán kẹo. Có quà."),
    ("only_among: vé", "Lễ Mai bán kẹo. Có quà.", "Lễ Mai bán kẹo. Có vé."),
]


@pytest.mark.parametrize(("condition", "no", "yes"), CONDITIONS, ids=[c[0] for c in CONDITIONS])
def test_conditions(tmp_path, condition, no, yes):
    refused, dropped = found(tmp_path, no, "  " + condition)
    assert "Đào" not in names(refused) and (names(refused) == [] or condition == "not_with: vé")
    assert condition.split(":")[0] in {d.reason for d in dropped}
    assert names(found(tmp_path, yes, "  " + condition)[0]) == ["Mai"]


def test_a_hint_confirms(tmp_path, monkeypatch):
    """`hints`: only what the NER model proposed as a person, and the model is asked only for that sentence."""
    asked = []

    def tagger(text, sentences):
        asked.extend(text[s:e] for s, e in sentences)
        return [Hint(text.index("Mai"), text.index("Mai") + 3, "PER")] if "Mai" in text else []

    monkeypatch.setattr(ner, "hints", tagger)
    more = "  hints: {name: [PER]}"
    facts, dropped = found(tmp_path, "Trời đẹp. Lễ Mai và Lễ Đào vui. Hết.", more)
    assert names(facts) == ["Mai"] and asked == ["Lễ Mai và Lễ Đào vui."]
    assert [d.reason for d in dropped if d.match.rule.id == "programs.test"] == ["hints"]


class TestOverlap:
    OTHER = RULE.replace("programs.test", "programs.test-other")

    def winner(self, tmp_path, first, second):
        other = self.OTHER.format(more=second[0], name=second[1]).replace("priority: 1000", f"priority: {second[2]}")
        facts, dropped = found(tmp_path, "Lễ Mai Vàng vui.", first[0], first[1], other.replace("Lễ Mai]]", "Lễ Mai]]"))
        lost = [d for d in dropped if d.reason == "overlap" and d.match.rule.id.startswith("programs.test")]
        return [e.rule for f in facts for e in f.evidence], [(d.match.rule.id, d.by) for d in lost]

    def test_priority_first(self, tmp_path):
        short, long = "\\p{Lu}\\p{Ll}+", "\\p{Lu}\\p{Ll}+\\s\\p{Lu}\\p{Ll}+"
        won, lost = self.winner(tmp_path, ("", short), ("", long, 900))
        assert won == ["programs.test"] and lost == [("programs.test-other", "programs.test")]

    def test_then_length(self, tmp_path):
        short, long = "\\p{Lu}\\p{Ll}+", "\\p{Lu}\\p{Ll}+\\s\\p{Lu}\\p{Ll}+"
        won, lost = self.winner(tmp_path, ("", short), ("", long, 1000))
        assert won == ["programs.test-other"] and lost == [("programs.test", "programs.test-other")]

    def test_then_order(self, tmp_path):
        won, lost = self.winner(tmp_path, ("", "\\p{Lu}\\p{Ll}+"), ("", "\\p{Lu}\\p{Ll}+", 1000))
        assert won == ["programs.test"] and lost == [("programs.test-other", "programs.test")]


def test_yields_to_another_kind(tmp_path):
    facts, dropped = found(tmp_path, "Lễ Ngày 1/2/2020 vui.", "  yields_to: [date]", name="Ngày\\s\\S+")
    assert facts == [] and ("yields_to", "dates.day-month-year") in {(d.reason, d.by) for d in dropped}


def test_each_item_with_what_is_shared(tmp_path):
    text = "Lễ Mai, Đào và Cúc năm 2020 vui."
    pattern = "(?<item>\\p{Lu}\\p{Ll}+)"
    name = "{each}(?:,\\s{each})*\\svà\\s{each}\\s(?<period>năm\\s\\d{{4}})"
    rule = RULE.format(name="X", more="  each: item").replace(
        "(?<name>X)", name.format(each=pattern.replace("item>", "item>(?<name>") + ")")
    )
    rule = rule.replace("helpers: [kind]", "helpers: [kind, item]").replace(
        "  set:", "  values: {period: program_period}\n  set:"
    )
    (tmp_path / "programs.yaml").write_text(rule, encoding="utf-8")
    facts = [f for f in extractor.load(tmp_path)(text).facts if f.kind == "program"]
    assert {(f.name, f.period) for f in facts} == {("Mai", "2020"), ("Đào", "2020"), ("Cúc", "2020")}
    assert {f.evidence[0].text for f in facts} == {"Lễ Mai, Đào và Cúc năm 2020"}, (
        "all share what stands outside the items"
    )


def test_carrying_and_where_it_stops(tmp_path):
    rule = RULE.format(
        name="\\p{Lu}\\p{Ll}+)(?:\\s(?<period>năm\\s\\d{4})",
        more="  carry: {period: sentence}\n  carry_stops: còn\n  values: {period: program_period}",
    )
    rule = rule.replace(
        "(?<name>\\p{Lu}\\p{Ll}+)(?:\\s(?<period>năm\\s\\d{4}))",
        "(?<name>\\p{Lu}\\p{Ll}+)(?:\\s(?<period>năm\\s\\d{4}))?",
    )
    (tmp_path / "programs.yaml").write_text(rule, encoding="utf-8")
    pipe = extractor.load(tmp_path)

    def periods(text):
        return [
            (f.name, f.period)
            for f in pipe(text).facts
            if f.kind == "program" and f.evidence[0].rule == "programs.test"
        ]

    assert periods("Lễ Mai năm 2020, Lễ Đào vui.") == [("Mai", "2020"), ("Đào", "2020")]
    assert periods("Lễ Mai năm 2020, còn Lễ Đào vui.") == [("Mai", "2020"), ("Đào", None)]
    assert periods("Lễ Mai năm 2020. Lễ Đào vui.") == [("Mai", "2020"), ("Đào", None)]
