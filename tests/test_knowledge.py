"""The knowledge base: what is written, in what order, and what survives a cut."""

import json
import os
import random
import shutil
import subprocess
import sys
import time

import jsonschema
import pytest
from conftest import ROOT, SAMPLES

from extractor.article import Raw
from extractor.errors import KnowledgeError
from extractor.knowledge.base import KnowledgeBase
from extractor.knowledge.identity import Identities
from extractor.knowledge.run import Options, extract_to
from extractor.reading import find_sources
from extractor.records import json_schema
from extractor.workers import in_order

FILES = ("articles.jsonl", "facts.jsonl", "rejects.jsonl", "manifest.json")


def run(pipe, inputs, out, **options):
    fresh = options.pop("fresh", False)
    return extract_to(pipe, find_sources([str(i) for i in inputs]), out, options=Options(**options), fresh=fresh)


def files(folder):
    return {name: (folder / name).read_bytes() for name in FILES}


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    """Samples, a JSONL of odd lines, and files that are no articles."""
    folder = tmp_path_factory.mktemp("inputs")
    for path in sorted((SAMPLES / "articles").glob("*.txt"))[:5]:
        shutil.copy(path, folder)
    first = (folder / sorted(p.name for p in folder.iterdir())[0]).read_text(encoding="utf-8")
    odd = [
        {"id": "a", "text": "Ngày 1/2/2020, họp."}, {"id": "a", "text": "Ngày 1/2/2020, họp."},
        {"id": "a", "text": "Ngày 3/2/2020, họp."}, {"id": 7, "text": "Năm 2019.", "published": "2019-12-31"},
        {"text": first}, {"text": ""}, {"url": "x"}, {"text": 5}, [1], "\ud800",
    ]  # fmt: skip
    with (folder / "odd.jsonl").open("w", encoding="utf-8") as stream:
        for number, item in enumerate(odd):
            stream.write(json.dumps(item, ensure_ascii=number == 9) + "\n\n")
        stream.write('{"text": "\\ud800 vỡ"}\n{"text": \n')
    (folder / "binary.txt").write_bytes(b"\0\1\2")
    (folder / "latin.txt").write_bytes(b"caf\xe9")
    (folder / "empty.txt").write_bytes(b"")
    (folder / "picture.png").write_bytes(b"\x89PNG")
    return folder


@pytest.fixture(scope="module")
def whole(pipe, inputs, tmp_path_factory):
    out = tmp_path_factory.mktemp("whole")
    run(pipe, [inputs], out)
    return out


def test_every_input_is_an_article_or_a_reject(whole):
    manifest = json.loads((whole / "manifest.json").read_text(encoding="utf-8"))
    articles, rejects = lines(whole / "articles.jsonl"), lines(whole / "rejects.jsonl")
    assert (len(articles), len(rejects)) == (10, 10)
    counts = manifest["counts"]
    assert counts["inputs"] == 20 and counts["articles"] == 10 and counts["rejects"] == 10
    assert counts["facts"] == len(lines(whole / "facts.jsonl")) == sum(a["facts"] for a in articles)
    assert manifest["reproducible"] is True


def test_rejects_say_why(whole):
    told = {r["source"].rsplit("/", 1)[-1]: (r["stage"], r["reason"]) for r in lines(whole / "rejects.jsonl")}
    assert told["binary.txt"][0] == "decode" and "binary" in told["binary.txt"][1]
    assert told["latin.txt"] == ("decode", "not UTF-8: byte 0xe9 at offset 3")
    assert told["empty.txt"] == ("article", "the text is empty")
    assert told["odd.jsonl:11"] == ("article", "the text is empty")
    assert told["odd.jsonl:13"] == ("parse", 'the object has no "text"')
    assert told["odd.jsonl:15"] == ("parse", '"text" is no string')
    assert told["odd.jsonl:17"] == ("parse", "a JSON object is wanted, not list")
    assert "lone surrogate" in told["odd.jsonl:21"][1]
    assert told["odd.jsonl:22"][0] == "parse"


def test_ids_of_second_holders(whole):
    articles = lines(whole / "articles.jsonl")
    mine = [a for a in articles if "odd.jsonl" in a["source"]]
    assert [a["id"] for a in mine[:2]] == ["a", "a~2"] and mine[1]["duplicate_of"] == "a"
    assert mine[2]["id"] == "a@" + mine[2]["sha256"][:8] and mine[2]["duplicate_of"] is None
    assert mine[3]["id"] == "7" and mine[3]["published"] == "2019-12-31"
    assert mine[4]["id"] == mine[4]["sha256"][:16] + "~2" or mine[4]["duplicate_of"]


def test_every_line_is_valid_and_grounded(whole):
    schema = json_schema()
    texts = {a["id"]: a["text"] for a in lines(whole / "articles.jsonl")}
    for name in ("article", "fact", "reject"):
        validator = jsonschema.Draft202012Validator({**schema, "$ref": f"#/$defs/{name}"})
        for record in lines(whole / f"{name}s.jsonl"):
            validator.validate(record)
    for fact in lines(whole / "facts.jsonl"):
        for e in fact["evidence"]:
            assert texts[fact["article_id"]][e["start"] : e["end"]] == e["text"] != ""


def test_facts_are_grouped_by_article_in_input_order(whole):
    order = [a["id"] for a in lines(whole / "articles.jsonl") if a["facts"]]
    seen = list(dict.fromkeys(f["article_id"] for f in lines(whole / "facts.jsonl")))
    assert seen == order


@pytest.mark.parametrize("workers", [1, 2])
def test_the_same_bytes_again(pipe, inputs, whole, tmp_path, workers):
    run(pipe, [inputs], tmp_path / "kb", workers=workers)
    assert files(tmp_path / "kb") == files(whole)


def test_a_cut_run_is_resumed_to_the_same_bytes(pipe, inputs, whole, tmp_path):
    """Files cut at random places, as a kill leaves them (articles never ahead of facts)."""
    chance = random.Random(7)
    articles, facts = (whole / "articles.jsonl").read_bytes(), (whole / "facts.jsonl").read_bytes()
    for number in range(6):
        kb = tmp_path / str(number)
        kb.mkdir()
        cut = chance.randrange(len(articles))
        committed = articles[:cut].count(b"\n")
        needed = sum(json.loads(x)["facts"] for x in articles.split(b"\n")[:committed])
        least = len(b"\n".join(facts.split(b"\n")[:needed])) + 1 if needed else 0
        (kb / "articles.jsonl").write_bytes(articles[:cut])
        (kb / "facts.jsonl").write_bytes(facts[: chance.randrange(least, len(facts) + 1)])
        mark = {"schema": 1, "rules": pipe.rules.digest, "articles": 0, "facts": 0, "rejects": 0}
        (kb / ".run.json").write_text(json.dumps(mark), encoding="utf-8")
        summary = run(pipe, [inputs], kb)
        assert files(kb) == files(whole), f"cut at {cut}"
        assert summary.counts["known"] == committed


def test_a_finished_knowledge_base_takes_new_inputs(pipe, tmp_path):
    (tmp_path / "in").mkdir()
    one, two = tmp_path / "in" / "1.txt", tmp_path / "in" / "2.txt"
    one.write_text("Ngày 1/2/2020, họp.", encoding="utf-8")
    run(pipe, [tmp_path / "in"], tmp_path / "kb")
    two.write_text("Ngày 5/6/2021, họp.", encoding="utf-8")
    one.write_text("Ngày 9/9/2019, họp.", encoding="utf-8")
    summary = run(pipe, [tmp_path / "in"], tmp_path / "kb")
    assert (summary.counts["articles"], summary.counts["replaced"], summary.counts["known"]) == (2, 1, 0)
    values = {f["value"] for f in lines(tmp_path / "kb" / "facts.jsonl")}
    assert values == {"2019-09-09", "2021-06-05"}
    again = run(pipe, [tmp_path / "in"], tmp_path / "kb")
    assert (again.counts["articles"], again.counts["known"]) == (0, 2)
    manifest = json.loads((tmp_path / "kb" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["counts"] == {"inputs": 2, "articles": 2, "rejects": 0, "duplicates": 0, "facts": 2}


def test_an_input_that_changes_while_a_run_is_cut_off(pipe, tmp_path):
    """What was committed of it is replaced when the run goes on; nothing of it is left."""
    for n in range(3):
        (tmp_path / f"{n}.txt").write_text(f"Ngày {n + 1}/2/2020, họp.", encoding="utf-8")

    def cut(summary):
        if summary.counts["articles"] == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        extract_to(pipe, find_sources([str(tmp_path)]), tmp_path / "kb", options=Options(), progress=cut)
    (tmp_path / "0.txt").write_text("Ngày 9/9/2019, họp.", encoding="utf-8")
    summary = run(pipe, [tmp_path], tmp_path / "kb")
    assert (summary.counts["known"], summary.counts["replaced"]) == (1, 1)
    found = lines(tmp_path / "kb" / "articles.jsonl")
    assert sorted(a["source"].rsplit("/", 1)[-1] for a in found) == ["0.txt", "1.txt", "2.txt"]
    values = {f["value"] for f in lines(tmp_path / "kb" / "facts.jsonl")}
    assert values == {"2019-09-09", "2020-02-02", "2020-02-03"}
    manifest = json.loads((tmp_path / "kb" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["counts"]["articles"] == 3 and manifest["counts"]["facts"] == 3


def test_a_repaired_reject_becomes_an_article(pipe, tmp_path):
    path = tmp_path / "1.txt"
    path.write_bytes(b"")
    run(pipe, [path], tmp_path / "kb")
    assert len(lines(tmp_path / "kb" / "rejects.jsonl")) == 1
    path.write_text("Ngày 1/2/2020, họp.", encoding="utf-8")
    run(pipe, [path], tmp_path / "kb")
    assert lines(tmp_path / "kb" / "rejects.jsonl") == [] and len(lines(tmp_path / "kb" / "articles.jsonl")) == 1


def test_other_rules_are_refused(pipe, inputs, tmp_path):
    with KnowledgeBase(tmp_path, "other rules") as base:
        base.finish({})
    with pytest.raises(KnowledgeError, match="other rules"):
        run(pipe, [inputs], tmp_path)
    run(pipe, [inputs], tmp_path, fresh=True)
    assert json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))["rules"] == pipe.rules.digest


def test_one_run_at_a_time(tmp_path):
    with KnowledgeBase(tmp_path, "r"), pytest.raises(KnowledgeError, match="another run"):
        KnowledgeBase(tmp_path, "r").__enter__()


def test_a_foreign_folder_is_left_alone(pipe, inputs, tmp_path):
    (tmp_path / "facts.jsonl").write_text("mine\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match="without a manifest"):
        run(pipe, [inputs], tmp_path)
    assert (tmp_path / "facts.jsonl").read_text(encoding="utf-8") == "mine\n"


def test_limits_make_rejects(pipe, tmp_path):
    path = tmp_path / "long.txt"
    path.write_text("Ngày 1/2/2020. " * 50, encoding="utf-8")
    run(pipe, [path], tmp_path / "kb", max_chars=100)
    assert "--max-chars" in lines(tmp_path / "kb" / "rejects.jsonl")[0]["reason"]
    run(pipe, [path], tmp_path / "kb2", timeout=1e-9)
    assert lines(tmp_path / "kb2" / "rejects.jsonl")[0]["stage"] == "timeout"
    assert json.loads((tmp_path / "kb2" / "manifest.json").read_text(encoding="utf-8"))["reproducible"] is False


def test_assign():
    held = {"x": "d1"}
    identities = Identities(held.get)
    assert identities.assign("x", "d1") == "x~2"
    assert identities.assign("x", "d1") == "x~3"
    assert identities.assign("x", "d2345678z") == "x@d2345678"
    assert identities.assign("y", "d1") == "y" and identities.assign("y", "d9") == "y@d9"


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_a_killed_run_leaves_no_worker_and_is_resumed(pipe, whole, inputs, tmp_path):
    """Kill -9 in the middle: the workers end, the lock is free, the next run ends with the same bytes."""
    many = tmp_path / "many"
    many.mkdir()
    for n in range(60):
        (many / f"{n:03}.txt").write_text(f"Ngày {n % 28 + 1}/3/2020, UBND tỉnh họp.\n" * 40, encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "extractor.cli",
        "extract",
        str(many),
        "--out",
        str(tmp_path / "kb"),
        "-q",
        "--workers",
        "2",
    ]
    process = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
    articles = tmp_path / "kb" / "articles.jsonl"
    while process.poll() is None and not (articles.exists() and articles.stat().st_size):
        time.sleep(0.02)
    process.kill()
    process.wait()
    done = articles.read_bytes().count(b"\n")
    for _ in range(200):
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            break
        time.sleep(0.05)
    else:
        raise AssertionError("a worker outlived the killed run")
    assert 0 < done < 60, "the run was to be cut in its middle"
    resumed = run(pipe, [many], tmp_path / "kb", workers=2)
    assert resumed.counts["known"] >= done
    run(pipe, [many], tmp_path / "whole")
    assert files(tmp_path / "kb") == files(tmp_path / "whole")


def test_a_dead_worker_makes_one_reject(pipe, tmp_path):
    """The article that its worker did not survive is rejected; the others are read."""

    class Fatal(type(pipe)):
        def run(self, raw, *, timeout=None):
            if "chết" in raw.text:
                os._exit(9)
            return super().run(raw, timeout=timeout)

    fatal = Fatal(pipe.rules)
    raws = [Raw(f"Ngày {n}/3/2020, họp." + (" chết" if n == 5 else ""), str(n)) for n in range(1, 13)]
    made = list(in_order(fatal, iter(raws), 2))
    assert [raw.source for raw, _ in made] == [str(n) for n in range(1, 13)]
    dead = [raw.source for raw, outcome in made if isinstance(outcome, Exception)]
    assert dead == ["5"]
