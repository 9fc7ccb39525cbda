"""Judgements: kept at once, read back, undone, outdated; the page's service; what becomes of them."""

import json
import shutil

import pytest
from conftest import danvan

from extractor.audit.confidence import Judged, by_reviews, set_confidence, together, wilson, write_confidence
from extractor.audit.from_reviews import harvest, write_into
from extractor.audit.outputs import Output
from extractor.audit.queue import items, queue
from extractor.audit.reviews import (
    REVIEWS,
    agreements,
    append,
    fact_digest,
    make_review,
    outdated,
    read_reviews,
    standing,
)
from extractor.errors import UsageError
from extractor.loading import load_rules
from extractor.pipeline import Pipeline


@pytest.fixture
def kb(samples_kb, tmp_path):
    shutil.copytree(samples_kb, tmp_path / "kb")
    return tmp_path / "kb"


@pytest.fixture
def facts(kb):
    return list(Output(kb).all_facts())


def judged(fact, who, verdict, **more):
    return make_review(who, verdict, fact["article_id"], fact=fact, **more)


def test_what_is_written_is_read(kb, facts):
    path = kb / REVIEWS
    written = [judged(facts[0], "An", "accept"), judged(facts[1], "An", "reject", reason="sai “năm” 🙂\nhai dòng")]
    for review in written:
        append(path, review)
    assert path.read_bytes().count(b"\n") == 2
    assert [(r.id, r.verdict, r.reason) for r in read_reviews(path)] == [(r.id, r.verdict, r.reason) for r in written]
    assert fact_digest(read_reviews(path)[0].fact) == fact_digest(facts[0])


@pytest.mark.parametrize(
    ("line", "told"),
    [(b'{"schema": 1, "id', "torn"), (b"x\n", "no judgement"), (b"[]\n", "object"), (b'{"schema": 7}\n', "schema 7"),
     (b'{"schema": 1, "id": "1", "when": "", "who": "A", "verdict": "maybe", "article_id": "x"}\n', "maybe"),
     (b'{"schema": 1, "id": "1", "when": "", "who": "A", "verdict": "accept", "article_id": "x"}\n', "fact")],
)  # fmt: skip
def test_a_damaged_line_is_named_and_nothing_overwritten(kb, facts, line, told):
    path = kb / REVIEWS
    append(path, judged(facts[0], "An", "accept"))
    before = path.read_bytes() + line
    path.write_bytes(before)
    with pytest.raises(UsageError, match=f"reviews.jsonl:2: .*{told}"):
        read_reviews(path)
    run = danvan("review", kb, "--summary")
    assert run.returncode == 2 and "reviews.jsonl:2" in run.stderr and path.read_bytes() == before


def test_the_last_word_stands_and_undo_takes_it_back(facts):
    first, second = judged(facts[0], "An", "accept"), judged(facts[0], "An", "reject")
    other = judged(facts[0], "Bình", "accept")
    assert [r.id for r in standing([first, other, second])] == [other.id, second.id]
    undo = make_review("An", "undo", facts[0]["article_id"], of=second.id)
    assert [r.id for r in standing([first, other, second, undo])] == [first.id, other.id]


def test_a_fact_that_changed_makes_a_judgement_outdated(facts):
    review = judged(facts[0], "An", "accept")
    now = {f["id"]: f for f in facts}
    assert not outdated(review, now)
    assert not outdated(review, {facts[0]["id"]: {**facts[0], "confidence": 0.9}})
    assert outdated(review, {facts[0]["id"]: {**facts[0], "evidence": []}}) and outdated(review, {})


def test_agreement(facts):
    pairs = [("accept", "accept")] * 5 + [("reject", "reject")] * 3 + [("accept", "reject")] * 2
    reviews = [judged(f, who, v) for f, vs in zip(facts, pairs, strict=False) for who, v in zip("AB", vs, strict=True)]
    (found,) = agreements(reviews)
    assert (found.both, found.same, len(found.disputed)) == (10, 8, 2) and found.kappa == 0.6
    assert list(agreements(reviews[:1])) == []


@pytest.mark.parametrize(
    ("right", "judged_", "bound"), [(10, 10, 0.722), (9, 10, 0.596), (0, 10, 0.0), (95, 100, 0.888)]
)
def test_wilson(right, judged_, bound):
    """The figures of R's binom::binom.wilson."""
    assert wilson(right, judged_) == pytest.approx(bound, abs=0.0006)
    assert Judged(right, judged_).confidence == round(wilson(right, judged_), 3)


def test_confidence_of_ten_and_of_fewer(kb, facts):
    rule = max(
        {f["evidence"][0]["rule"] for f in facts}, key=lambda r: sum(f["evidence"][0]["rule"] == r for f in facts)
    )
    own = [f for f in facts if f["evidence"][0]["rule"] == rule][:10]
    few = next(f for f in facts if f["evidence"][0]["rule"] != rule)
    reviews = [judged(f, "An", "reject" if n == 0 else "accept") for n, f in enumerate(own)] + [
        judged(few, "An", "accept")
    ]
    reviews.append(judged(own[1], "Bình", "reject"))
    found = by_reviews(reviews, {f["id"]: f for f in facts})
    assert found[rule] == Judged(8, 10) and found[few["evidence"][0]["rule"]].confidence is None
    assert together(found, found)[rule] == Judged(16, 20)
    output = Output(kb)
    before = (kb / "facts.jsonl").read_text(encoding="utf-8")
    set_confidence(output, found)
    written = [json.loads(line) for line in (kb / "facts.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {f["confidence"] for f in written if f["evidence"][0]["rule"] == rule} == {found[rule].confidence}
    assert all(f["confidence"] is None for f in written if f["evidence"][0]["rule"] != rule)
    after = (kb / "facts.jsonl").read_text(encoding="utf-8")
    assert after.replace(f'"confidence": {found[rule].confidence}', '"confidence": null') == before
    data = json.loads(write_confidence(kb, found, date="2026-01-02").read_text())
    assert data["date"] == "2026-01-02" and data["rules"][rule] == {"right": 8, "judged": 10, "confidence": 0.49}


def test_evaluate_reviews(kb, facts):
    for fact in facts[:12]:
        append(kb / REVIEWS, judged(fact, "An", "accept"))
    run = danvan("evaluate", kb / REVIEWS, kb, "--update", "--lang", "en")
    assert run.returncode == 0 and "Lower bound" in run.stdout and "confidence.json" in run.stderr
    assert danvan("evaluate", kb / "none.jsonl", kb).returncode == 2
    again = danvan("review", kb, "--summary")
    assert again.returncode == 0 and "An: 12 right" in again.stdout and "0 outdated" in again.stdout


def test_the_queue(kb):
    listed = items(Output(kb))
    assert [i.id for i in queue(listed)] == [i.id for i in listed]
    sample = queue(listed, order="random", sample=2)
    rules = [i.rule for i in sample]
    assert sample == queue(listed, order="random", sample=2) and max(map(rules.count, rules)) == 2
    assert {i.kind for i in queue(listed, kind="official", order="rule")} == {"official"}


@pytest.fixture
def desk(kb):
    testclient = pytest.importorskip("fastapi.testclient")
    from extractor.service.review import Desk, build

    desk = Desk(Output(kb), load_rules(), "An")
    return desk, testclient.TestClient(build(desk, "t0ken", "vi"), base_url="http://127.0.0.1:8000")


def test_only_for_whom_it_was_started(desk):
    _, client = desk
    page = client.get("/t0ken/")
    assert page.status_code == 200 and "default-src 'none'" in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-store" and 'src="http' not in page.text
    for path in ("/", "/wrong/", "/t0ken", "/t0kenx/", "/wrong/api/start"):
        assert client.get(path, follow_redirects=False).status_code in (403, 404)
    for headers in ({"host": "evil.example"}, {"origin": "http://evil.example"}, {"origin": "null"}):
        assert client.get("/t0ken/api/start", headers=headers).status_code == 403
        assert client.post("/t0ken/api/judge", headers=headers, json={"verdict": "undo"}).status_code == 403
    assert client.post("/t0ken/api/judge", content=b"x" * 300_000).status_code == 413


def test_judging_over_the_service(desk, kb, facts):
    _, client = desk
    first, second = facts[0]["id"], facts[1]["id"]
    ask = lambda **given: client.post("/t0ken/api/judge", json=given)  # noqa: E731
    assert ask(verdict="accept", fact=first).status_code == 200
    assert ask(verdict="reject", fact=second, reason="sai").status_code == 200
    left = client.get("/t0ken/api/queue").json()
    assert left["left"] == left["total"] - 2 and first not in [i["id"] for i in left["items"]]
    assert client.get(f"/t0ken/api/fact/{second}").json()["verdict"] == {
        "verdict": "reject",
        "reason": "sai",
        "outdated": False,
    }
    assert ask(verdict="undo").json()["fact"] == second
    assert client.get("/t0ken/api/queue").json()["left"] == left["left"] + 1
    article = facts[0]["article_id"]
    missed = ask(verdict="missed", article=article, kind="date", start=0, end=5, fields={"value": "2020"})
    assert missed.status_code == 200
    for wrong in (
        {"verdict": "maybe", "fact": first}, {"verdict": "correct", "fact": first, "fields": {"nope": 1}},
        {"verdict": "correct", "fact": first}, {"verdict": "missed", "article": article, "kind": "x", "start": 0, "end": 5},
        {"verdict": "missed", "article": article, "kind": "date", "start": 9, "end": 5, "fields": {"value": "2020"}},
    ):  # fmt: skip
        assert ask(**wrong).status_code == 422, wrong
    assert ask(verdict="accept", fact="none").status_code == 404
    kept = read_reviews(kb / REVIEWS)
    assert [r.verdict for r in kept] == ["accept", "reject", "undo", "missed"] and {r.who for r in kept} == {"An"}
    assert kept[-1].fact["evidence"][0]["text"] == Output(kb).text_of(article)[0:5]


def test_judgements_become_examples(kb, facts, pipe, tmp_path):
    rules = tmp_path / "rules"
    assert danvan("rules", "copy", rules).returncode == 0
    days = [f for f in facts if f["evidence"][0]["rule"] == "dates.day-month-year"]
    reviews = [judged(days[0], "An", "accept"), judged(days[-1], "An", "reject", reason="thử"),
               judged(days[1], "An", "missed")]  # fmt: skip
    found = harvest(reviews, Output(kb), pipe)
    (example,) = found.examples["dates.day-month-year"]
    assert f"[[{days[0]['evidence'][0]['text']}]]" in example["text"]
    (counter,) = found.counterexamples["dates.day-month-year"]
    assert (
        counter["why"] == "thử"
        and days[-1]["evidence"][0]["text"].split()[0] in counter["text"]
        and len(found.missed) == 1
    )
    before = (rules / "dates.yaml").read_text(encoding="utf-8")
    assert write_into(found, rules) == []
    after = (rules / "dates.yaml").read_text(encoding="utf-8")
    assert len(after) > len(before) and not [x for x in before.split("\n") if x not in after.split("\n")]
    changed = load_rules(rules)["dates.day-month-year"]
    plain = pipe.rules["dates.day-month-year"]
    assert len(changed.examples) == len(plain.examples) + 1
    assert len(changed.counterexamples) == len(plain.counterexamples) + 1
    assert write_into(found, rules) == [] and (rules / "dates.yaml").read_text(encoding="utf-8") == after
    from extractor.audit.check import check_rule

    faults = [p.message for p in check_rule(changed, Pipeline(load_rules(rules)), growth=False)]
    assert len(faults) == 1 and "in a counterexample" in faults[0]
