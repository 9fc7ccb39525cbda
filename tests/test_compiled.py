"""What is kept between runs: the same rules and patterns, and no harm from a bad or an old file."""

import hashlib
import json
import os
import shutil
import subprocess
import sys

import pytest
from conftest import ROOT

CODE = """
import json, sys
from extractor import compiled
from extractor.loading import load_rules
compiled.PREPARED = compiled.PREPARED.with_name("none")
noted, made = compiled._note, []
compiled._note = lambda key, data: (made.append(key), noted(key, data))
rules = load_rules(*sys.argv[1:])
new = len(made)
text = "Ngày 1/2/2020, UBND tỉnh ban hành Quyết định số 12/QĐ-UBND; hộ nghèo giảm 1,4% còn 5,3%."
found = [[r.id, [list(m.span()) for m in r.regex.finditer(text)]] for r in rules.rules]
print(json.dumps({"found": found, "new": new}))
"""
#: The same rules from their files and from what was kept,
TWICE = """
import sys
from extractor import compiled, pipeline, snapshot
compiled.PREPARED = compiled.PREPARED.with_name("none")
first = pipeline.load(*sys.argv[1:])
kept = compiled.recalled(snapshot.name(first.rules.digest))
assert kept is not None
again = pipeline.load(*sys.argv[1:])
assert again.rules.rules == first.rules.rules and len(first.rules.rules) > 200
assert again.rules.furniture == first.rules.furniture and first.rules.furniture
assert again.rules.pieces.pieces == first.rules.pieces.pieces
for name in first.rules.tables:
    one, other = first.rules.tables[name], again.rules.tables[name]
    assert one.columns == other.columns and one.rows == other.rows
    assert [(r.file, r.line) for r in one] == [(r.file, r.line) for r in other]
assert again.rules.digest == first.rules.digest and again.rules.folder == first.rules.folder
"""
ARTICLE = """
import sys
from extractor import compiled, pipeline
compiled.PREPARED = compiled.PREPARED.with_name("none")
before = set(compiled._new)
pipe = pipeline.load()
text = open(sys.argv[1], encoding="utf-8").read()
print(len(pipe(text).facts), len(compiled._new - before))
"""


def python(code, cache, *arguments):
    return subprocess.run([sys.executable, "-c", code, *map(str, arguments)], capture_output=True, text=True,
                          env={**os.environ, "DANVAN_CACHE": str(cache), "PYTHONUTF8": "1"})  # fmt: skip


def load(cache, *arguments):
    run = python(CODE, cache, *arguments)
    assert not run.returncode, run.stderr
    return json.loads(run.stdout)


@pytest.fixture(scope="module")
def cold(tmp_path_factory):
    """What a first run finds, and the cache that it leaves."""
    cache = tmp_path_factory.mktemp("cold") / "cache"
    found = load(cache)
    assert found["new"] > 500
    return cache, found


@pytest.fixture
def cache(cold, tmp_path):
    return shutil.copytree(cold[0], tmp_path / "cache")


def test_the_cache_gives_the_same_patterns(cold, cache):
    warm = load(cache)
    assert warm["new"] == 0
    assert warm["found"] == cold[1]["found"] and any(spans for _, spans in warm["found"])


SMALL = """
import json
from extractor import compiled
compiled.PREPARED = compiled.PREPARED.with_name("none")
compiled.recall("d1")
m = compiled.compile("(?i:đ)+", 0).search("xĐđy")
print(json.dumps({"span": m.span(), "new": len(compiled._new), "known": compiled.known("two", lambda: [2, "hai"])}))
compiled.keep("d1")
"""


def test_a_damaged_cache_is_made_anew(tmp_path):
    runs = []
    for _ in range(3):
        runs.append(json.loads(python(SMALL, tmp_path / "cache").stdout))
        (kept,) = (tmp_path / "cache").glob("*.rules")
        data = kept.read_bytes()
        if len(runs) == 2:
            kept.write_bytes(data[:-3] + b"xxx")
    assert [run["new"] for run in runs] == [1, 0, 1]
    assert all(run["span"] == [1, 3] and run["known"] == [2, "hai"] for run in runs)
    head, payload = data.split(b"\n", 1)
    assert head.split()[-1].decode() == hashlib.sha256(payload).hexdigest()


def test_what_is_used_is_kept(tmp_path):
    cache = tmp_path / "cache"
    python(SMALL, cache)
    (used,) = cache.glob("*.rules")
    for n in range(8):
        (cache / f"x{n}.rules").touch()
        os.utime(cache / f"x{n}.rules", (1000 + n, 1000 + n))
    os.utime(used, (1, 1))
    for code, new in ((SMALL, 0), (SMALL.replace("d1", "d2").replace("(?i:đ)+", "[xđy]+"), 1)):
        assert json.loads(python(code, cache).stdout)["new"] == new
    assert used.exists() and len(list(cache.iterdir())) == 8 and not (cache / "x1.rules").exists()


def test_a_start_from_nothing_says_so(tmp_path):
    code = SMALL.replace("compiled.recall(", """
from extractor.cli_terminal import guarded
from extractor.messages import Messages
def start(digest, quiet):
    with guarded(Messages("en"), quiet=quiet):
        compiled.recall(digest)
start("d1", True)
start(""").replace('start("d1")', 'start("d1", False)')  # fmt: skip
    told = [python(code, tmp_path / "cache").stderr for _ in range(2)]
    assert told == ["First start with these rules: preparing them takes half a minute …\n", ""]


def test_turned_off_or_unwritable(tmp_path):
    (tmp_path / "file").write_text("")
    for folder in ("", tmp_path / "file" / "cache"):
        assert json.loads(python(SMALL, folder).stdout) == {"span": [1, 3], "new": 1, "known": [2, "hai"]}
    assert list(tmp_path.iterdir()) == [tmp_path / "file"]


RULE = """
- id: dates.of-the-gecko
  status: stable
  kind: date
  description: Ngày tắc kè
  pattern: (?:{{gecko-words.word}})\\s(?<day>\\d{1,2})/(?<month>\\d{1,2})/(?<year>\\d{4})
  values: {value: day}
  helpers: [day, month, year]
  examples:
    - {text: "[[tắc kè 1/2/2020]]", facts: [{value: 2020-02-01}]}
    - {text: "[[tắc kè 3/2/2020]]", facts: [{value: 2020-02-03}]}
  counterexamples:
    - {text: "tắc kè", why: không có ngày}
"""


def test_an_edit_of_a_table_is_seen_through_what_is_kept(cache, tmp_path):
    """The beginnings of a pattern depend on the rows that its pieces stand for."""
    folder = tmp_path / "rules"
    (folder / "data").mkdir(parents=True)
    (folder / "dates.yaml").write_text(RULE, encoding="utf-8")
    code = (
        "import sys; from extractor import pipeline; pipe = pipeline.load(sys.argv[1]); "
        "facts = pipe('Hôm kỳ nhông 5/2/2020 và tắc kè 6/2/2020.').facts; "
        "print(*(e.text for f in facts for e in f.evidence if e.rule.endswith('gecko')), sep='|')"
    )
    for words, found in (("tắc kè", "tắc kè 6/2/2020"), ("tắc kè|kỳ nhông", "kỳ nhông 5/2/2020|tắc kè 6/2/2020")):
        (folder / "data" / "gecko-words.csv").write_text(f"id,word\ngecko,{words}\n", encoding="utf-8")
        run = python(code, cache, folder)
        assert run.stdout.strip() == found, run.stderr


def test_rules_from_what_is_kept_are_the_rules(cache, tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    shipped = (ROOT / "rules" / "dates.yaml").read_text(encoding="utf-8")
    (folder / "dates.yaml").write_text(shipped, encoding="utf-8")
    for arguments in ((), (folder,)):
        run = python(TWICE, cache, *arguments)
        assert not run.returncode, run.stderr


def test_a_mistake_is_told_each_time(cache, tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "dates.yaml").write_text(RULE.replace("kind: date", "kind: dates"), encoding="utf-8")
    for _ in range(2):
        run = python(CODE, cache, folder)
        assert run.returncode and "dates.yaml:4: " in run.stderr


def test_an_article_makes_nothing_of_the_rules_anew(cache):
    """But a few words that only some articles ask for (a body that signs)."""
    sample = ROOT / "data" / "samples" / "articles" / "dak-lak-2025-phuong-ea-kao.txt"
    runs = [python(ARTICLE, cache, sample).stdout.split() for _ in range(2)]
    assert runs[0] == runs[1] and int(runs[0][0]) > 10 and int(runs[1][1]) < 15
