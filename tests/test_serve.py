"""`danvan serve`: what it answers, over real connections; batches, the pool's deaths, a knowledge base, the end."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import jsonschema
import pytest
from conftest import SAMPLES, danvan
from serving import TEXT, serving

from extractor.article import Raw
from extractor.knowledge.exporting.webannotation import page
from extractor.knowledge.run import Options, extract_to
from extractor.reading import find_sources
from extractor.records import dumps, json_schema, to_json

ARTICLES = sorted((SAMPLES / "articles").glob("*.txt"))[:6]
JSON = {"Content-Type": "application/json"}
LINES = {"Content-Type": "application/x-ndjson"}


@pytest.fixture(scope="module")
def kb(pipe, tmp_path_factory):
    """A small knowledge base."""
    folder = tmp_path_factory.mktemp("serve") / "kb"
    extract_to(pipe, find_sources([str(path) for path in ARTICLES]), folder, options=Options())
    return folder


@pytest.fixture(scope="module")
def service(kb, tmp_path_factory):
    with serving(tmp_path_factory.mktemp("log"), "--workers", 2, "--kb", kb, "--max-body", 100_000) as running:
        yield running


@pytest.fixture(scope="module")
def client(service):
    with service.client() as client:
        yield client


def own(pipe, text, source="-", **given):
    """What the library itself says of a text."""
    result = pipe.run(Raw(text, source, **given))
    return {"article": to_json(result.article), "facts": [to_json(fact) for fact in result.facts]}


class TestExtract:
    @pytest.mark.parametrize("path", ARTICLES[:3], ids=lambda p: p.stem)
    def test_same_bytes_as_the_library(self, client, pipe, path):
        text = path.read_text(encoding="utf-8")
        answer = client.post("/v1/extract", json={"id": "a1", "text": text, "published": "2021-02-03", "title": "Tin"})
        assert answer.status_code == 200 and answer.headers["content-type"] == "application/json"
        expected = own(pipe, text, id="a1", published="2021-02-03", title="Tin")
        assert answer.text == dumps(expected) and len(expected["facts"]) > 5

    def test_text_and_what_the_address_says(self, client, pipe):
        params = {"id": "x/1", "published": "2021-01-16", "url": "https://bao.example/tin-1.html"}
        headers = {"Content-Type": "text/plain; charset=utf-8"}
        answer = client.post("/v1/extract", content=TEXT.encode(), params=params, headers=headers)
        assert answer.text == dumps(own(pipe, TEXT, **params))
        assert {fact["kind"] for fact in answer.json()["facts"]} == {"date", "document", "official", "indicator"}

    def test_old_encodings(self, client):
        headers = {"Content-Type": "text/plain; charset=utf-16"}
        answer = client.post("/v1/extract", content=TEXT.encode("utf-16"), headers=headers).json()
        assert answer["article"]["text"] == TEXT and answer["article"]["repairs"]

    def test_page(self, client):
        markup = f"<html><head><title>Tin tỉnh</title></head><body><h1>Tin tỉnh nhà</h1><p>{TEXT}</p></body></html>"
        params = {"url": "https://bao.example/x", "id": "p1"}
        answer = client.post(
            "/v1/extract", content=markup.encode(), params=params, headers={"Content-Type": "text/html"}
        )
        found = answer.json()
        assert found["article"]["title"] == "Tin tỉnh nhà" and found["article"]["url"] == "https://bao.example/x"
        assert any("in_page" in e for fact in found["facts"] for e in fact["evidence"])

    def test_annotations(self, client, pipe):
        body = {"text": TEXT, "url": "https://bao.example/1"}
        answer = client.post("/v1/extract", json=body, headers={"Accept": "text/html, application/ld+json;q=0.9"})
        assert answer.headers["content-type"] == "application/ld+json"
        result = pipe.run(Raw(TEXT, url="https://bao.example/1"))
        assert answer.text == dumps(page(to_json(result.article), [to_json(fact) for fact in result.facts]))
        items = answer.json()["items"]
        assert len(items) == sum(len(fact.evidence) for fact in result.facts) > 3
        for item in items:
            position, quoted = item["target"]["selector"]
            assert TEXT[position["start"] : position["end"]] == quoted["exact"]
            assert item["target"]["source"]["id"] == "https://bao.example/1"
            assert item["body"][1]["fact"]["kind"] == item["body"][0]["value"]

    def test_records_are_those_of_the_schema(self, client):
        schema = client.get("/v1/schema").json()
        assert schema == json_schema()
        found = client.post("/v1/extract", json={"text": TEXT}).json()
        for name, records in (("article", [found["article"]]), ("fact", found["facts"])):
            check = jsonschema.Draft202012Validator({**schema, "$ref": f"#/$defs/{name}"})
            assert records and all(check.is_valid(record) for record in records)

    @pytest.mark.parametrize(("body", "status", "stage"), [
        ({"text": "   "}, 422, "article"),
        ({"text": "The quick brown fox jumps over the lazy dog. " * 20}, 422, "language"),
        ({"text": "x", "title": ["no"]}, 400, None),
        ({"txt": "x"}, 400, None),
        (["x"], 400, None),
        ({"text": "a\u0000\ud800"}, 422, "article"),
    ], ids=lambda v: str(v)[:30])  # fmt: skip
    def test_rejects_and_malformed_bodies(self, client, body, status, stage):
        answer = client.post("/v1/extract", content=json.dumps(body), headers=JSON)
        told = answer.json()
        assert answer.status_code == status == told["status"] and told.get("stage") == stage
        assert answer.headers["content-type"] == "application/problem+json"

    def test_explain(self, client):
        answer = client.post("/v1/explain", json={"text": "Quyết định số 12/QĐ-UBND và tổng đài 19001000."})
        found = answer.json()
        assert found["facts"][0]["why"][0]["rule"] == "documents.coded"
        assert found["facts"][0]["why"][0]["file"] == "documents.yaml" and isinstance(found["misses"], list)
        assert client.post("/v1/explain", json={"text": "Ngày 2/9/2020. " * 2000}).json()["stage"] == "article"


class TestRules:
    def test_list_and_one(self, client, pipe):
        answer = client.get("/v1/rules", params={"kind": "date"})
        listed = answer.json()
        assert listed["digest"] == pipe.rules.digest
        assert [rule["id"] for rule in listed["rules"]] == [r.id for r in pipe.rules.rules if r.kind == "date"]
        again = client.get("/v1/rules", params={"kind": "date"}, headers={"If-None-Match": answer.headers["etag"]})
        assert again.status_code == 304 and not again.content
        one = client.get("/v1/rules/documents.coded").json()
        assert one["examples"] and "file" not in one
        assert client.get("/v1/rules/no.such").status_code == 404

    def test_description_names_every_address(self, client):
        paths = client.get("/openapi.json").json()["paths"]
        assert {"/v1/extract", "/v1/extract/batch", "/v1/explain", "/v1/rules", "/v1/rules/{rule_id}", "/v1/schema",
                "/healthz", "/readyz", "/metrics", "/v1/facts", "/v1/facts/{fact_id}"} <= set(paths)  # fmt: skip


class TestBatch:
    def test_in_order_with_rejects_and_the_same_as_the_command(self, client, tmp_path):
        rows = [{"id": f"a{n}", "text": f"Ngày {n % 28 + 1}/3/2021, xã số {n} họp dân."} for n in range(60)]
        lines = [json.dumps(row, ensure_ascii=False) for row in rows]
        lines[7], lines[8], lines[9] = "no json", "", json.dumps({"text": "x" * 150_000})
        body = "\n".join(lines)
        answer = client.post("/v1/extract/batch", content=body.encode(), headers=LINES)
        got = [json.loads(line) for line in answer.text.splitlines()]
        assert got[-1] == {"end": {"lines": 60, "articles": 57, "rejects": 2, "complete": True, "reason": None}}
        assert [(line["reject"]["source"], line["reject"]["stage"]) for line in got if "reject" in line] == [
            ("-:8", "parse"), ("-:10", "read")]  # fmt: skip
        run = danvan("extract", "-", "--out", tmp_path / "kb", "--quiet", stdin="\n".join(lines[:9] + lines[10:]))
        assert run.returncode == 3
        facts = "".join(dumps(fact) + "\n" for line in got if "facts" in line for fact in line["facts"])
        assert facts == (tmp_path / "kb" / "facts.jsonl").read_text(encoding="utf-8")

    def test_answers_come_while_lines_are_sent(self, service):
        """A line is answered before the next one is sent: nothing waits for the end of the body."""
        with service.socket() as sock:
            sock.sendall(b"POST /v1/extract/batch HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
                         b"Content-Type: application/x-ndjson\r\n\r\n")  # fmt: skip
            stream = sock.makefile("rb")
            assert stream.readline().startswith(b"HTTP/1.1 200")
            while stream.readline() != b"\r\n":
                pass
            for number in range(3):
                line = json.dumps({"id": f"n{number}", "text": TEXT}).encode() + b"\n"
                sock.sendall(b"%x\r\n%s\r\n" % (len(line), line))
                size = int(stream.readline(), 16)
                assert json.loads(stream.read(size))["article"]["id"] == f"n{number}"
                stream.readline()
            sock.sendall(b"0\r\n\r\n")
            size = int(stream.readline(), 16)
            assert json.loads(stream.read(size))["end"]["complete"] is True

    def test_a_client_that_does_not_read_holds_it_up(self, service):
        """Back-pressure: what is not taken is not worked on; so memory does not grow with what is sent."""
        before = service.client().get("/metrics").text
        line = json.dumps({"text": TEXT * 20}).encode() + b"\n"
        with service.socket() as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            sock.sendall(b"POST /v1/extract/batch HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500000000\r\n"
                         b"Content-Type: application/x-ndjson\r\n\r\n")  # fmt: skip
            sock.settimeout(2)
            sent = 0
            with pytest.raises(TimeoutError):
                while sent < 100_000_000:
                    sent += sock.send(line)
            assert sent < 50_000_000
        after = service.client().get("/metrics").text
        assert before != after


@pytest.mark.skipif(sys.platform != "linux", reason="signals and ps")
class TestPool:
    def test_a_killed_worker_loses_nothing(self, service):
        texts = [f"Ngày {n % 28 + 1}/4/2021, xã số {n} họp. " + TEXT * 4 for n in range(24)]
        killed = threading.Event()

        def ask(number):
            if number == 10:
                os.kill(service.workers()[0], signal.SIGKILL)
                killed.set()
            with service.client() as client:
                return client.post("/v1/extract", json={"id": f"k{number}", "text": texts[number]})

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(ask, range(len(texts))))
        assert killed.is_set()
        assert [a.status_code for a in answers] == [200] * len(texts)
        assert [a.json()["article"]["id"] for a in answers] == [f"k{n}" for n in range(len(texts))]
        deaths = [line for line in service.client().get("/metrics").text.splitlines() if "worker_deaths " in line]
        assert float(deaths[-1].split()[-1]) >= 1

    def test_sigterm_finishes_what_it_took(self, tmp_path):
        with serving(tmp_path, "--workers", 1) as running, ThreadPoolExecutor(6) as pool:
            begun = threading.Barrier(5)

            def ask(number):
                with running.client() as client:
                    client.get("/healthz")
                    begun.wait()
                    return client.post("/v1/extract", json={"id": f"t{number}", "text": TEXT * 60}).json()

            asked = [pool.submit(ask, n) for n in range(4)]
            begun.wait()
            with running.client() as client:
                while "danvan_queue 0.0" in client.get("/metrics").text and not asked[0].done():
                    pass  # until one waits behind another
            code = running.stop()
            answers = [a.result() for a in asked]
            assert code == 0 and [a["article"]["id"] for a in answers] == [f"t{n}" for n in range(4)]
            assert "all that was taken is done" in running.log.read_text(encoding="utf-8")


class TestKnowledge:
    def facts(self, client, **params):
        answer = client.get("/v1/facts", params={"limit": 1000, **params})
        assert answer.status_code == 200, answer.text
        return answer.json()["facts"]

    def test_all_pages_are_the_file(self, client, kb):
        cursor, lines = None, []
        while True:
            params = {"limit": 7} | ({"cursor": cursor} if cursor else {})
            page = client.get("/v1/facts", params=params).json()
            lines += page["facts"]
            cursor = page["next"]
            if cursor is None:
                break
        held = [json.loads(line) for line in (kb / "facts.jsonl").read_text(encoding="utf-8").splitlines()]
        assert lines == held and len(held) > 50

    def test_conditions(self, client, kb):
        held = self.facts(client)
        articles = {
            a["id"]: a for a in map(json.loads, (kb / "articles.jsonl").read_text(encoding="utf-8").splitlines())
        }
        document = next(f for f in held if f["kind"] == "document" and f["code"])
        person = next(f for f in held if f["kind"] == "official")
        province = next(a["province"] for a in articles.values() if a["province"])
        assert self.facts(client, kind="date") == [f for f in held if f["kind"] == "date"] != []
        assert document in self.facts(client, document=document["code"].lower())
        assert {f["name"] for f in self.facts(client, person=person["name"].upper())} == {person["name"]}
        found = self.facts(client, province=f"tỉnh {province}", kind="indicator")
        assert found == [
            f for f in held if f["kind"] == "indicator" and articles[f["article_id"]]["province"] == province
        ]
        assert self.facts(client, person="Không Có Ai") == []

    def test_period(self, client):
        found = self.facts(client, kind="date", period="2024")
        expected = [f for f in self.facts(client, kind="date")
                    if (f["first_day"] or "") >= "2024-01-01" and (f["last_day"] or "9") <= "2024-12-31"]  # fmt: skip
        assert found == expected != []

    def test_one_and_its_tag(self, client, kb):
        fact = self.facts(client)[0]
        answer = client.get(f"/v1/facts/{fact['id']}")
        assert answer.json() == fact
        tag = answer.headers["etag"]
        assert client.get(f"/v1/facts/{fact['id']}", headers={"If-None-Match": f'"x", W/{tag}'}).status_code == 304
        article = client.get(f"/v1/articles/{fact['article_id']}").json()
        start, end = fact["evidence"][0]["start"], fact["evidence"][0]["end"]
        assert article["text"][start:end] == fact["evidence"][0]["text"]
        assert client.get("/v1/kb").json()["counts"]["articles"] == len(ARTICLES)
        listed = client.get("/v1/facts")
        assert client.get("/v1/facts", headers={"If-None-Match": listed.headers["etag"]}).status_code == 304

    @pytest.mark.parametrize(("params", "status"), [
        ({"kind": "none"}, 400), ({"limit": 0}, 400), ({"limit": 1001}, 400), ({"knd": "date"}, 400),
        ({"cursor": "AAAA"}, 404), ({"cursor": "../../etc"}, 400), ({"period": "last year"}, 400),
        ({"period": "3042-75"}, 400), ({"period": "٢٠٢٣"}, 400), ({"period": "2023-02-31/2024"}, 200),
        ({"person": "' OR 1=1 --"}, 200),
    ])  # fmt: skip
    def test_wrong_conditions(self, client, params, status):
        answer = client.get("/v1/facts", params=params)
        assert answer.status_code == status
        assert status != 200 or isinstance(answer.json()["facts"], list)

    def test_a_changed_knowledge_base_is_read_anew(self, pipe, tmp_path):
        from extractor.service.knowledge import NoSuchPage, Shelf, Wanted

        folder = tmp_path / "kb"
        extract_to(pipe, find_sources([str(ARTICLES[0])]), folder, options=Options())
        shelf = Shelf(folder)
        first, cursor = shelf.facts.page(Wanted(), None, 3)
        extract_to(pipe, find_sources([str(ARTICLES[1])]), folder, options=Options())
        lines, _ = shelf.facts.page(Wanted(), None, 1000)
        held = (folder / "facts.jsonl").read_bytes().splitlines()
        assert lines == held and lines[:3] == first
        with pytest.raises(NoSuchPage):
            shelf.facts.page(Wanted(), cursor, 3)


def test_figures(client):
    client.post("/v1/extract", json={"text": TEXT})
    client.post("/v1/extract", json={"text": " "})
    told = client.get("/metrics")
    assert told.headers["content-type"].startswith("text/plain; version=0.0.4")
    for name in ('danvan_requests_total{method="POST",route="/v1/extract",status="200"}', "danvan_workers_ready 2.0",
                 'danvan_articles_total{outcome="article"}', 'danvan_facts_total{kind="document"}',
                 'danvan_request_seconds_count{route="/v1/extract"}', "process_resident_memory_bytes"):  # fmt: skip
        assert name in told.text


def test_log_has_no_words(service, client):
    secret = "Nguyễn Thị Bí Mật"
    params = {"title": secret, "id": "riêng"}
    answer = client.post("/v1/extract", content=f"Bà {secret} họp.".encode(), params=params,
                         headers={"Content-Type": "text/plain", "X-Request-Id": "mine-1"})  # fmt: skip
    assert answer.headers["x-request-id"] == "mine-1"
    line = next(line for line in service.lines() if line["id"] == "mine-1")
    assert line["path"] == "/v1/extract" and line["status"] == 200 and line["out"] == len(answer.content)
    told = service.log.read_text(encoding="utf-8")
    assert secret not in told and "Bí" not in told and json.dumps(secret)[1:-1] not in told and "riêng" not in told


class TestStart:
    @pytest.mark.parametrize(("options", "env", "said"), [
        (["--host", "0.0.0.0"], {}, "API keys are wanted"),
        (["--host", "0.0.0.0"], {"DANVAN_API_KEYS": "short"}, "at least 16"),
        (["--kb", "no-such-kb"], {}, "no finished knowledge base"),
        (["--api-key-file", "no-such-file"], {}, "no-such-file"),
        (["--host", "192.0.2.1", "--port", "1"], {"DANVAN_API_KEYS": "0123456789abcdef"}, "192.0.2.1"),
    ])  # fmt: skip
    def test_refused(self, options, env, said):
        done = danvan("serve", *options, "--lang", "en", **{"DANVAN_API_KEYS": "", **env})
        assert done.returncode == 2 and said in done.stderr and "Traceback" not in done.stderr

    def test_without_the_extra(self, tmp_path):
        (tmp_path / "fastapi.py").write_text("raise ImportError('no fastapi')\n")
        env = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"}
        done = subprocess.run(
            [sys.executable, "-m", "extractor.cli", "serve"], env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 2 and "danvan[serve]" in done.stderr
