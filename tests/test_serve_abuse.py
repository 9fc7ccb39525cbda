"""`danvan serve` against those who mean no good: keys, smuggled heads, endless and oversized bodies, odd addresses."""

import json
import socket
import time

import pytest
from serving import KEY, TEXT, serving

from extractor.errors import InputError, UsageError
from extractor.service.auth import Guard, is_loopback, read_keys
from extractor.service.negotiation import accepted, content_type
from extractor.service.pool import Full
from extractor.service.problems import PROBLEMS, Problem

OTHER = "another-key-0123456789abcdef"
MOST = 20_000
BEARER = {"Authorization": f"Bearer {KEY}"}
TEXTS = {"Content-Type": "text/plain"}


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    folder = tmp_path_factory.mktemp("abuse")
    (folder / "keys").write_text(f"# ours\n{KEY}\n\n", encoding="utf-8")
    options = ["--api-key-file", folder / "keys", "--workers", 1, "--max-body", MOST, "--stall", 1.5, "--queue", 2]
    with serving(
        folder, *options, "--requests", 6, "--streams", 1, "--host", "127.0.0.1", DANVAN_API_KEYS=OTHER
    ) as running:
        yield running


@pytest.fixture(scope="module")
def client(service):
    with service.client(headers=BEARER) as client:
        yield client


def raw(service, *pieces, wait=0.0, seconds=20):
    """Send bytes as they are, piece by piece; what comes until the other side closes, or nothing more comes."""
    with service.socket() as sock:
        for piece in pieces:
            try:
                sock.sendall(piece)
            except (BrokenPipeError, ConnectionResetError):
                break
            time.sleep(wait)
        sock.settimeout(seconds)
        got = b""
        try:
            while data := sock.recv(65536):
                got += data
        except (TimeoutError, ConnectionResetError):
            pass
        return got


def head(*lines, method="POST", path="/v1/extract", key=True):
    told = [
        f"{method} {path} HTTP/1.1",
        "Host: x",
        "Content-Type: text/plain",
        *([f"Authorization: Bearer {KEY}"] if key else []),
        *lines,
    ]
    return "\r\n".join([*told, "", ""]).encode()


def statuses(got):
    """The statuses of all answers in what came."""
    return [int(part[:3]) for part in got.split(b"HTTP/1.1 ")[1:]]


class TestKeys:
    @pytest.mark.parametrize(("headers", "status"), [
        ({}, 401),
        ({"Authorization": f"Bearer {KEY}"}, 200),
        ({"Authorization": f"bearer  {OTHER}"}, 200),
        ({"X-API-Key": KEY}, 200),
        ({"Authorization": f"Bearer {KEY[:-1]}"}, 401),
        ({"Authorization": f"Bearer {KEY}x"}, 401),
        ({"Authorization": f"Basic {KEY}"}, 401),
        ({"Authorization": KEY}, 401),
        ({"Authorization": "Bearer"}, 401),
        ({"X-API-Key": ""}, 401),
        ({"X-API-Key": KEY, "Authorization": f"Bearer {KEY}"}, 401),
        ([("X-API-Key", "wrong"), ("X-API-Key", KEY)], 401),
        ([("Authorization", f"Bearer {KEY}"), ("Authorization", "Bearer wrong")], 401),
        ({"X_API_Key": KEY}, 401),
        ({"Cookie": f"X-API-Key={KEY}"}, 401),
    ], ids=str)  # fmt: skip
    def test_missing_wrong_right(self, service, headers, status):
        with service.client() as client:
            for path in ("/v1/rules/documents.coded", "/metrics", "/openapi.json"):
                answer = client.get(path, headers=headers)
                assert answer.status_code == status
                assert status == 200 or answer.headers["www-authenticate"] == "Bearer"

    @pytest.mark.parametrize("path", ["/v1/rules?api_key={}", "/v1/rules/../healthz", "//healthz/../v1/rules", "/v1/rules/%2e%2e/%2e%2e/healthz",
                                      "/healthz/", "/healthz%2f", "/HEALTHZ", "/healthz;/v1/rules"])  # fmt: skip
    def test_no_way_around(self, service, path):
        got = raw(service, head(method="GET", path=path.format(KEY), key=False), seconds=1)
        assert statuses(got) == [401]

    def test_open_addresses(self, service):
        with service.client() as client:
            assert [client.get(path).status_code for path in ("/healthz", "/readyz")] == [200, 200]

    def test_keys_are_in_no_log(self, service):
        with service.client() as client:
            client.get(f"/v1/rules?key={KEY}", headers={"X-API-Key": OTHER[:-1] + "y"})
        told = service.log.read_text(encoding="utf-8")
        assert '"status": 401' in told and KEY not in told and OTHER[:-1] not in told

    def test_reading_keys(self, tmp_path):
        (tmp_path / "keys").write_text(f"{KEY}\n  # no\n", encoding="utf-8")
        assert read_keys({"DANVAN_API_KEYS": f"{OTHER}, {KEY}"}, tmp_path / "keys") == (OTHER, KEY)
        for damaged in ("short", "khóa có dấu và khoảng trắng", "", "khóa-có-dấu-0123456789"):
            (tmp_path / "keys").write_text(damaged, encoding="utf-8")
            with pytest.raises(UsageError):
                read_keys({}, tmp_path / "keys")

    def test_every_key_is_compared_whatever_matches(self, monkeypatch):
        import hmac

        compared = []
        real = hmac.compare_digest
        monkeypatch.setattr("hmac.compare_digest", lambda a, b: compared.append(len(a)) or real(a, b))
        from starlette.datastructures import Headers

        guard = Guard((KEY, OTHER))
        guard.check("/v1/rules", Headers({"x-api-key": KEY}))
        with pytest.raises(Problem):
            guard.check("/v1/rules", Headers({"x-api-key": "k"}))
        assert compared == [32] * 4

    @pytest.mark.parametrize(("headers", "status"), [
        ({"host": "127.0.0.1:8000"}, None), ({"host": "localhost"}, None), ({"host": "[::1]:80"}, None),
        ({"host": "evil.example"}, 403), ({"host": "127.0.0.1.evil.example"}, 403), ({}, 403),
        ({"host": "localhost:8000", "origin": "https://evil.example"}, 403),
        ({"host": "localhost:8000", "origin": "null"}, 403),
        ({"host": "localhost:8000", "origin": "http://localhost:8000"}, None),
    ])  # fmt: skip
    def test_without_keys_only_this_machine(self, headers, status):
        from starlette.datastructures import Headers

        told = None
        try:
            Guard(()).check("/v1/extract", Headers(headers))
        except Problem as problem:
            told = problem.status
        assert told == status

    def test_loopback(self):
        assert all(map(is_loopback, ("127.0.0.1", "127.9.9.9", "::1", "[::1]", "localhost")))
        assert not any(map(is_loopback, ("0.0.0.0", "::", "192.168.1.2", "example.org", "")))


class TestSmuggling:
    @pytest.mark.parametrize("lines", [
        ["Content-Length: 5", "Content-Length: 6"],
        ["Content-Length: +5"],
        ["Content-Length: 5, 6"],
        ["Transfer-Encoding: chunked, identity"],
        ["Transfer-Encoding: xchunked"],
        ["Transfer-Encoding : chunked"],
        [" folded: yes"],
        ["Bad Header: x"],
        ["X: a\x00b"],
    ], ids=str)  # fmt: skip
    def test_damaged_heads(self, service, lines):
        got = raw(service, head(*lines) + b"0\r\n\r\nGET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", seconds=3)
        assert statuses(got)[0] in (400, 401) and b"danvan_requests_total" not in got

    def test_two_lengths_make_no_second_request(self, service):
        """Chunked wins over a length (RFC 9112); what follows the chunks is a request of its own, without a key."""
        smuggled = b"0\r\n\r\nGET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"
        got = raw(service, head("Content-Length: 4", "Transfer-Encoding: chunked") + smuggled, seconds=3)
        assert statuses(got) in ([400], [422, 401], [422])
        assert b"danvan_requests_total" not in got

    def test_a_key_is_not_kept_for_the_next_request(self, service):
        first = head(method="GET", path="/v1/rules/documents.coded")
        got = raw(service, first + head(method="GET", path="/metrics", key=False), seconds=2)
        assert statuses(got) == [200, 401]

    def test_long_heads(self, service):
        got = raw(service, head(f"X-Long: {'a' * 100_000}"), seconds=3)
        assert statuses(got)[0] in (400, 431)


class TestSize:
    def test_declared(self, client):
        answer = client.post("/v1/extract", content=b"a" * (MOST + 1), headers=TEXTS)
        assert answer.status_code == 413 and str(MOST)[:2] in answer.json()["detail"]

    def test_chunked(self, client):
        answer = client.post("/v1/extract", content=(b"a" * 1000 for _ in range(MOST // 1000 + 1)), headers=TEXTS)
        assert answer.status_code == 413

    def test_after_it_the_connection_goes_on(self, client):
        for _ in range(3):
            assert client.post("/v1/extract", content=b"a" * (4 * MOST), headers=TEXTS).status_code == 413
            assert client.post("/v1/extract", content=TEXT.encode(), headers=TEXTS).status_code == 200

    def test_what_never_ends_is_cut_off(self, service):
        began = time.monotonic()
        with service.socket() as sock, pytest.raises((BrokenPipeError, ConnectionResetError)):
            sock.sendall(head("Content-Length: 99999999999"))
            while time.monotonic() - began < 60:
                sock.sendall(b"a" * 65536)
                time.sleep(0.01)


class TestSlow:
    def test_slow_head(self, service):
        """A head that trickles is not waited for, however steadily its bytes come."""
        whole = head("X-Slow: " + "a" * 40)
        got = raw(service, *[whole[n : n + 1] for n in range(len(whole))], wait=0.3)
        assert statuses(got) == [408]

    def test_slow_body(self, service):
        got = raw(service, head("Content-Length: 100"), *[b"a"] * 99, wait=0.2)
        assert statuses(got) == [408]

    def test_silent_batch(self, client, service):
        got = raw(
            service,
            head("Transfer-Encoding: chunked", path="/v1/extract/batch").replace(
                b"text/plain", b"application/x-ndjson"
            ),
        )
        assert statuses(got) == [200] and b'"complete": false' in got and b"nothing came" in got


class TestBusy:
    def test_too_many(self, service, client):
        """Whatever is too much is turned away at once, and says when to come again."""
        import concurrent.futures

        def ask(_):
            with service.client(headers=BEARER) as own:
                answer = own.post("/v1/extract", content=(TEXT * 60).encode()[: MOST - 10], headers=TEXTS)
                return answer.status_code, answer.headers.get("retry-after")

        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            got = list(pool.map(ask, range(16)))
        assert {status for status, _ in got} == {200, 429}
        assert all(after is not None and 1 <= int(after) <= 60 for status, after in got if status == 429)
        assert client.post("/v1/extract", content=TEXT.encode(), headers=TEXTS).status_code == 200

    def test_one_batch_too_many(self, service, client):
        with service.socket() as sock:
            sock.sendall(
                head("Transfer-Encoding: chunked", path="/v1/extract/batch").replace(
                    b"text/plain", b"application/x-ndjson"
                )
            )
            assert sock.recv(4096).startswith(b"HTTP/1.1 200")
            answer = client.post("/v1/extract/batch", content=b"{}", headers={"Content-Type": "application/x-ndjson"})
            assert answer.status_code == 429 and answer.headers["retry-after"] == "10"

    def test_what_the_work_says(self):
        told = [Problem.of(error).status for error in (
            InputError("article", "empty"), InputError("timeout", "not done"), InputError("request", "no JSON"),
            InputError("start", "rules"), InputError("extract", "internal error, please report it: X"), Full(3))]  # fmt: skip
        assert told == [422, 422, 400, 503, 500, 429]


class TestOddRequests:
    @pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "BREW"])
    @pytest.mark.parametrize(("path", "allowed"), [("/v1/extract", "POST"), ("/v1/rules", "GET"), ("/healthz", "GET")])
    def test_methods(self, client, method, path, allowed):
        answer = client.request(method, path)
        assert answer.status_code == 405 and answer.headers["allow"] == allowed
        assert answer.json()["type"] == "urn:danvan:problem:method"

    def test_connect_and_head(self, service, client):
        assert statuses(raw(service, head(method="CONNECT", path="evil.example:443"), seconds=1)) in (
            [404],
            [405],
            [400],
        )
        answer = client.head("/v1/rules")
        assert answer.status_code == 200 and not answer.content and int(answer.headers["content-length"]) > 100

    @pytest.mark.parametrize("path", [
        "/", "/v1", "/v1/", "/v1/extract/", "/v1/rules/", "/v1/rules/..%2f..%2fetc%2fpasswd", "/v1/rules/%00", "/v1/rules/%ff%fe",
        "/../../etc/passwd", "/v1/rules/" + "a" * 8000, "/docs", "/redoc", "/v1/facts", "/.git/config", "http://evil.example/",
        "/v1/rules/{{7*7}}", "/v1/rules/$(id)", "/%2e%2e/%2e%2e/etc/passwd", "/v1/rules/documents.coded/..", "*",
    ])  # fmt: skip
    def test_paths(self, service, path):
        got = raw(service, head(method="GET", path=path), seconds=1)
        assert statuses(got) == [404] and b"root:" not in got and b"Location" not in got

    @pytest.mark.parametrize(("headers", "status"), [
        ({"Content-Type": "text/plain"}, 200),
        ({"Content-Type": "TEXT/Plain; charset=UTF-8; x=y"}, 200),
        ({}, 415), ({"Content-Type": ""}, 415), ({"Content-Type": "application/xml"}, 415),
        ({"Content-Type": "multipart/form-data; boundary=x"}, 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ({"Content-Type": "text/plain, application/json"}, 415),
        ({"Content-Type": "text/plain; charset=" + "x" * 5000}, 200),
        ({"Content-Type": "text/plain; charset=rot13"}, 200),
        ({"Content-Type": "text/plain; charset=zip"}, 200),
        ({"Content-Type": "text/plain", "Content-Encoding": "gzip"}, 415),
        ([("Content-Type", "text/plain"), ("Content-Type", "text/html")], 400),
        ({"Content-Type": "text/plain", "Accept": "image/png"}, 406),
        ({"Content-Type": "text/plain", "Accept": ",;q=,*/*;q=0"}, 406),
        ({"Content-Type": "text/plain", "Accept": "a" * 20000}, 406),
    ], ids=lambda v: str(v)[:60])  # fmt: skip
    def test_types(self, client, headers, status):
        answer = client.post("/v1/extract", content=TEXT.encode(), headers=headers)
        assert answer.status_code == status
        assert status == 200 or answer.headers["content-type"] == "application/problem+json"

    @pytest.mark.parametrize("body", [
        b"", b"{", b"[" * 10_000, b'{"text":' * 2000, b"\xff\xfe", b"null", b'{"text": 5}', b'{"text": "x"} {"text": "y"}',
        b"1e999999", b'{"text": "a", "published": {"$gt": ""}}', b"9" * 9999,
    ], ids=lambda b: repr(b[:20]))  # fmt: skip
    def test_bodies(self, client, body):
        answer = client.post("/v1/extract", content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code in (400, 422) and answer.json()["status"] == answer.status_code

    def test_a_page_that_asks_for_files_and_addresses(self, client, tmp_path):
        """Nothing that a page names is fetched or read: no entity, no link, no frame, no stylesheet."""
        listening = socket.create_server(("127.0.0.1", 0))
        listening.setblocking(False)
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        secret = tmp_path / "secret.txt"
        secret.write_text("BÍ MẬT", encoding="utf-8")
        page = (f'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY x SYSTEM "file://{secret}"><!ENTITY y SYSTEM "{url}">]>'
                f'<html><head><link rel=stylesheet href="{url}"><base href="{url}"></head><body><iframe src="{url}"></iframe>'
                f'<img src="{url}"><object data="file://{secret}"></object><p>&x;&y; {TEXT}</p></body></html>')  # fmt: skip
        answer = client.post(
            "/v1/extract", content=page.encode(), params={"url": url}, headers={"Content-Type": "text/html"}
        )
        assert answer.status_code == 200 and "BÍ MẬT" not in answer.text
        with pytest.raises(BlockingIOError):
            listening.accept()
        listening.close()

    def test_answers_are_safe_to_show(self, client):
        for answer in (
            client.get("/v1/rules"),
            client.get("/nowhere"),
            client.post("/v1/extract", json={"text": TEXT}),
        ):
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert "default-src 'none'" in answer.headers["content-security-policy"]
            assert "access-control-allow-origin" not in answer.headers and "server" not in answer.headers

    def test_nothing_went_wrong_inside(self, service):
        """After all of this: no mistake was logged, and no answer was a 500."""
        lines = service.lines()
        assert len(lines) > 50
        assert not [
            line for line in lines if line["event"] == "error" or (line["status"] >= 500 and line["path"] != "/readyz")
        ]
        assert "Traceback" not in service.log.read_text(encoding="utf-8")


class TestNegotiation:
    @pytest.mark.parametrize(("accept", "best"), [
        (None, "a/one"), ("", "a/one"), ("*/*", "a/one"), ("a/*", "a/one"), ("a/two", "a/two"), ("a/one;q=0.1, a/two", "a/two"),
        ("a/two;q=0, */*", "a/one"), ("A/TWO", "a/two"), ("*/*;q=0.1, a/two;q=0.2", "a/two"), ("b/x", None), ("a/one;q=0", None),
    ])  # fmt: skip
    def test_accept(self, accept, best):
        from starlette.datastructures import Headers

        headers = Headers({} if accept is None else {"accept": accept})
        if best is None:
            with pytest.raises(Problem):
                accepted(headers, ("a/one", "a/two"))
        else:
            assert accepted(headers, ("a/one", "a/two")) == best

    def test_charset(self):
        from starlette.datastructures import Headers

        assert content_type(Headers({"content-type": 'text/plain; charset="utf-16"'}), ("text/plain",)) == (
            "text/plain",
            "utf-16",
        )

    def test_every_problem_has_a_name(self):
        names = [name for name, _ in PROBLEMS.values()]
        assert len(set(names)) == len(names) >= 13
        assert json.loads(Problem(404, "x").body) == {
            "type": "urn:danvan:problem:not-found", "title": "There is no such thing here", "status": 404, "detail": "x"}  # fmt: skip
