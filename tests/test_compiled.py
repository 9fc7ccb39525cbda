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
