"""A draft rule from a sentence, and the trial of a folder that is being edited."""

import re
import subprocess
import sys
import time

import pytest
import yaml
from conftest import danvan

from extractor.article import Raw
from extractor.audit.drafting import draft
from extractor.audit.trial import read_once, since, stamp
from extractor.errors import UsageError

SENTENCES = [
    ("Tối nay, xã tổ chức [[“Đêm hội bản Mường”]] cho bà con.", "program", {"name": "Đêm hội bản Mường"}),
    ("Cả xã có [[25 tổ hòa giải]] hoạt động.", "indicator", {"value": 25}),
    ("Hẹn gặp lại [[ngày 5 tháng 3 năm 2021]] ở xã.", "date", {"value": "2021-03-05"}),
    ("Có mặt [[đồng chí Lê Văn An, Bí thư Huyện ủy]] dự.", "official", {"name": "Lê Văn An"}),
]


@pytest.mark.parametrize(("sentence", "kind", "wanted"), SENTENCES, ids=[s[1] for s in SENTENCES])
def test_a_draft_reads_its_sentence(pipe, sentence, kind, wanted):
    made = draft(sentence, kind, "thu", pipe.rules)
    (rule,) = yaml.safe_load(made.text)
    assert rule["id"] == f"{kind}s.thu" and rule["status"] == "draft" and len(rule["examples"]) == 2
    assert "&id" not in made.text and rule["counterexamples"][0]["text"]
    facts = rule["examples"][0]["facts"]
    assert wanted.items() <= facts[0].items(), (made.problems, made.text)


@pytest.mark.parametrize(
    ("sentence", "kind", "name", "told"),
    [("không dấu", "date", "x", "mark"), ("[[x", "date", "x", "closed"), ("[[x]]", "day", "x", "no kind"),
     ("[[x]]", "date", "dates.year", "used")],
)  # fmt: skip
def test_what_cannot_be_drafted(pipe, sentence, kind, name, told):
    with pytest.raises(UsageError, match=told):
        draft(sentence, kind, name, pipe.rules)


def test_the_trial_tells_what_is_new(pipe, tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    path = folder / "draft.yaml"
    path.write_text(draft(SENTENCES[1][0], "indicator", "thu", pipe.rules).text, encoding="utf-8")
    raws = [Raw("Cả xã có 25 tổ hòa giải hoạt động, 30 đội hòa giải.")]
    first = read_once(folder, raws, every_rule=False)
    assert [f.passage.words for f in first.findings] == ["25 tổ hòa giải"]
    before = stamp(folder)
    path.write_text(path.read_text(encoding="utf-8").replace(r"\stổ\s", r"\s(?:tổ|đội)\s"), encoding="utf-8")
    assert stamp(folder) != before
    second = since(first, read_once(folder, raws, every_rule=False))
    assert len(second.findings) == 2 and len(second.gained) == 1 and not second.lost
    path.write_text("- id: x\n", encoding="utf-8")
    broken = since(second, read_once(folder, raws, every_rule=False))
    assert broken.problems and "draft.yaml:1:" in broken.problems[0] and broken.gained == frozenset()


def test_live(tmp_path):
    """The command shows what is saved while it runs."""
    folder = tmp_path / "mine"
    made = danvan("rules", "new", SENTENCES[1][0], "--kind", "indicator", "--id", "thu", "--out", folder)
    assert made.returncode == 0 and "25 tổ hòa giải" in made.stderr
    again = danvan("rules", "new", SENTENCES[1][0], "--kind", "indicator", "--id", "thu", "--out", folder)
    assert again.returncode == 2 and "draft.yaml" in again.stderr
    log = tmp_path / "log"
    with log.open("w") as stream:
        run = subprocess.Popen(
            [sys.executable, "-m", "extractor.cli", "rules", "try", folder, "--text", "Có 25 tổ hòa giải, 30 đội hòa giải."],
            stdout=stream, stderr=subprocess.STDOUT, env={**__import__("os").environ, "PYTHONUNBUFFERED": "1", "LANG": "C.UTF-8"},
        )  # fmt: skip
        try:
            waited(log, r"1 found")
            path = folder / "draft.yaml"
            path.write_text(path.read_text(encoding="utf-8").replace(r"\stổ\s", r"\s(?:tổ|đội)\s"), encoding="utf-8")
            waited(log, r"2 found; 1 new")
        finally:
            run.terminate()
            run.wait()
    assert "Traceback" not in log.read_text()


def waited(log, pattern):
    for _ in range(240):
        if re.search(pattern, log.read_text(encoding="utf-8")):
            return
        time.sleep(0.5)
    raise AssertionError(log.read_text(encoding="utf-8"))
