"""The cache of compiled patterns: the same patterns, and no harm from a bad one."""

import hashlib
import json
import os
import subprocess
import sys

CODE = """
import json, sys, time
from extractor import compiled
from extractor.loading import load_rules
began = time.process_time()
rules = load_rules()
spent = time.process_time() - began
text = "Ngày 1/2/2020, UBND tỉnh ban hành Quyết định số 12/QĐ-UBND; hộ nghèo giảm 1,4% còn 5,3%."
found = [[r.id, [list(m.span()) for m in r.regex.finditer(text)]] for r in rules.rules]
print(json.dumps({"spent": spent, "found": found, "new": len(compiled._new)}))
"""


def load(cache):
    run = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True,
                         env={**os.environ, "DANVAN_CACHE": str(cache)})  # fmt: skip
    return json.loads(run.stdout)


def test_the_cache_gives_the_same_patterns(tmp_path):
    cold, warm = load(tmp_path / "cache"), load(tmp_path / "cache")
    assert cold["found"] == warm["found"] and any(spans for _, spans in cold["found"])
    (kept,) = (tmp_path / "cache").glob("*.rules")
    data = kept.read_bytes()
    kept.write_bytes(data[:-100] + b"x" * 100)
    assert load(tmp_path / "cache")["found"] == cold["found"]
    seal, payload = kept.read_bytes().split(b"\n", 1)
    assert seal.decode() == hashlib.sha256(payload).hexdigest(), "a damaged cache is made anew"


def test_turned_off_or_unwritable(tmp_path):
    off = load("")
    (tmp_path / "file").write_text("")
    assert load(tmp_path / "file" / "cache")["found"] == off["found"]
    assert list(tmp_path.iterdir()) == [tmp_path / "file"]


RULE = r"""
- id: dates.met
  status: stable
  kind: date
  description: Một cuộc họp
  pattern: '{{meeting_word}}\s(?<year>\d{4})'
  helpers: [year]
  values:
    value: year
  examples:
    - text: "Huyện [[họp 2020]]."
      facts: [{value: 2020}]
    - text: "Xã [[họp 2021]]."
      facts: [{value: 2021}]
  counterexamples:
    - text: "Huyện họp."
      why: không có năm
"""
OPENINGS = """
import sys
from pathlib import Path
from extractor.loading import load_rules
(rule,) = [r for r in load_rules(Path(sys.argv[1])).rules if r.id == "dates.met"]
print(sorted(rule.beginning.openings))
"""


def test_an_edited_piece_changes_where_its_rules_are_tried(tmp_path):
    folder, told = tmp_path / "rules", []
    folder.mkdir()
    (folder / "dates.yaml").write_text(RULE, encoding="utf-8")
    for words in ("(?:nghỉ|họp)", "(?:gặp|họp)"):
        piece = f"- name: meeting_word\n  comment: Việc họp\n  pattern: {words}\n"
        (folder / "_patterns.yaml").write_text(piece, encoding="utf-8")
        run = subprocess.run([sys.executable, "-c", OPENINGS, str(folder)], capture_output=True, text=True, check=True,
                             env={**os.environ, "DANVAN_CACHE": str(tmp_path / "cache")})  # fmt: skip
        told.append(run.stdout)
    assert "nghỉ" in told[0] and "gặp" in told[1] and "nghỉ" not in told[1]
