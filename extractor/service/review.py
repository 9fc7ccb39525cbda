"""The web page of `danvan review`: a queue of facts to accept, reject and correct, on this machine only.

Every address begins with a token that only the person who started the page knows; other hosts and origins are refused.
"""

from __future__ import annotations

import hmac
import threading
from collections.abc import Awaitable, Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

from fastapi import Body, FastAPI, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from extractor.audit.gold import Entry
from extractor.audit.outputs import Output
from extractor.audit.queue import ORDERS, Item, items, queue
from extractor.audit.report import page_file
from extractor.audit.reviews import (
    REVIEWS,
    Review,
    agreements,
    append,
    make_review,
    outdated,
    read_reviews,
    standing,
)  # fmt: skip
from extractor.messages import every
from extractor.messages_sources import IN_BOTH
from extractor.overview import rule_data
from extractor.records import FACTS, KINDS, dumps
from extractor.rules import RuleSet
from extractor.schema import FIELDS

#: What the page may load: its own files.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
#: Bytes that a judgement may have.
LONGEST = 200_000
_WORDS = (
    *KINDS, "facts", "articles", "references", "pattern", "examples", "counterexamples", "confidence", "close",
    "search", "rule_gone_page", "review_title", "accept", "reject_fact", "correct", "missed_fact", "undo", "skip_fact",
    "why_wrong", "save", "cancel", "all_kinds", "all_rules", "order", "order_article", "order_rule",
    "order_confidence", "order_random", "sample_of", "judged_only", "left_to_judge", "done_all", "keys_review",
    "field", "set_from_selection", "agreement", "agreement_line", "outdated_one", "saved", "not_saved",
    "select_first", "new_fact", "kind", "accepted", "rejected_one", "corrected", "undone", "language_other", "rule",
)  # fmt: skip


class Desk:
    """The facts to judge and the judgements on them."""

    def __init__(self, output: Output, rules: RuleSet, who: str, reviews: Path | None = None) -> None:
        self.output = output
        self.who = who
        self.path = reviews or output.path / REVIEWS
        self.reviews = read_reviews(self.path)
        self.listed: list[Item] = items(output)
        self.by_id = {i.id: i for i in self.listed}
        self.rules = {rule.id: rule for rule in rules.rules}
        self._lock = threading.Lock()

    def fact(self, number: str) -> Entry:
        """A fact by its id; raises `LookupError`."""
        found = self.by_id[number]
        return next(f for f in self.output.facts_of(found.article_id) if f["id"] == number)

    def verdicts(self) -> dict[str, Review]:
        """The judgements of this person that hold, by fact."""
        return {str((r.fact or {}).get("id")): r for r in standing(self.reviews) if r.who == self.who}

    def judge(self, given: dict[str, Any]) -> Review:
        """Keep a judgement; raises `ValueError` or `LookupError` for one that cannot be."""
        verdict = given.get("verdict")
        with self._lock:
            if verdict == "undo":
                review = self._undo()
            elif verdict == "missed":
                review = make_review(self.who, "missed", str(given["article"]), fact=self._missed(given))
            else:
                fact = self.fact(str(given["fact"]))
                fields = given.get("fields") if verdict == "correct" else None
                if verdict == "correct":
                    _check_fields(str(fact["kind"]), fields)
                review = make_review(
                    self.who, str(verdict), str(fact["article_id"]), fact=fact, fields=fields,
                    reason=str(given.get("reason") or "")[:2000] or None,
                )  # fmt: skip
            append(self.path, review)
            self.reviews.append(review)
        return review

    def _undo(self) -> Review:
        own = [r for r in standing(self.reviews) if r.who == self.who]
        undone = {r.of for r in self.reviews if r.verdict == "undo"}
        last = next((r for r in reversed(self.reviews) if r in own and r.id not in undone), None)
        if last is None:
            raise ValueError("nothing to undo")
        return make_review(self.who, "undo", last.article_id, fact=last.fact, of=last.id)

    def _missed(self, given: dict[str, Any]) -> Entry:
        kind, fields = str(given.get("kind")), given.get("fields")
        if kind not in KINDS:
            raise ValueError(f"no kind {kind!r}")
        _check_fields(kind, fields)
        text = self.output.text_of(str(given["article"]))
        if text is None:
            raise LookupError("no such article")
        start, end = int(given["start"]), int(given["end"])
        if not 0 <= start < end <= len(text):
            raise ValueError("the selection is not in the article")
        evidence = {"start": start, "end": end, "text": text[start:end], "rule": None, "fields": {}}
        return {"id": f"missed-{start}-{end}-{kind}", "kind": kind, "article_id": str(given["article"]),
                **(fields or {}), "evidence": [evidence]}  # fmt: skip

    def page_of(self, number: str) -> dict[str, Any]:
        """A fact with its article, the rule and what was judged."""
        fact = self.fact(number)
        article = self.output.article_of(str(fact["article_id"])) or {}
        rule = self.rules.get(self.by_id[number].rule)
        held = self.verdicts().get(number)
        return {
            "fact": fact, "others": [f for f in self.output.facts_of(str(fact["article_id"])) if f["id"] != number],
            "article": {k: article.get(k) for k in ("id", "title", "published", "province", "source", "url", "text")},
            "rule": None if rule is None else rule_data(rule) | {"file": None},
            "verdict": None if held is None else {"verdict": held.verdict, "reason": held.reason,
                                                  "outdated": outdated(held, {number: fact})},
        }  # fmt: skip


def _check_fields(kind: str, fields: Any) -> None:
    """A correction names fields of the kind, and a value for each that the kind can have."""
    if not isinstance(fields, dict) or not fields:
        raise ValueError("no field was corrected")
    for name in fields:
        if name not in FIELDS[kind]:
            raise ValueError(f"{kind} has no field {name!r}; there are {', '.join(sorted(FIELDS[kind]))}")


def build(desk: Desk, token: str, language: str) -> FastAPI:
    """The application, all of it under `/{token}/`."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @app.middleware("http")
    async def guard(request: Request, go_on: Callable[[Request], Awaitable[Response]]) -> Response:
        host = (request.headers.get("host") or "").rsplit(":", 1)[0]
        origin = request.headers.get("origin")
        own = {f"http://{request.headers.get('host')}", None}
        given = request.url.path.split("/")[1] if request.url.path.count("/") > 1 else ""
        if host not in ("127.0.0.1", "localhost") or origin not in own or not hmac.compare_digest(given, token):
            return JSONResponse({"error": "not for you"}, 403)
        if int(request.headers.get("content-length") or 0) > LONGEST:
            return JSONResponse({"error": "too long"}, 413)
        response = await go_on(request)
        response.headers.update({
            "Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store", "Cross-Origin-Resource-Policy": "same-origin",
        })  # fmt: skip
        return response

    root = f"/{token}"

    @app.get(root + "/", response_class=HTMLResponse)
    def page() -> str:
        return (
            (files("extractor.service") / "page" / "review.html")
            .read_text(encoding="utf-8")
            .replace('lang="vi"', f'lang="{language}"')
        )

    @app.get(root + "/review.js")
    def script() -> Response:
        own = (files("extractor.service") / "page" / "review.js").read_text(encoding="utf-8")
        return Response(page_file("marks.js") + own, media_type="text/javascript; charset=utf-8")

    @app.get(root + "/review.css")
    def style() -> Response:
        own = (files("extractor.service") / "page" / "review.css").read_text(encoding="utf-8")
        return Response(page_file("page.css") + own, media_type="text/css; charset=utf-8")

    @app.get(root + "/api/start")
    def start() -> Response:
        found = sorted({i.rule for i in desk.listed})
        fields = {kind: [name for name in FACTS[kind].model_fields if name in FIELDS[kind]] for kind in KINDS}
        words = {**{k: every()[k] for k in _WORDS}, **IN_BOTH}
        return _json({"who": desk.who, "rules": found, "fields": fields, "words": words, "kb": desk.output.path.name})

    @app.get(root + "/api/queue")
    def listed(
        kind: str = "", rule: str = "", order: str = "article", sample: int = 0, open: bool = True
    ) -> Response:  # fmt: skip
        held = desk.verdicts()
        chosen = order if order in ORDERS else "article"
        found = queue(desk.listed, kind=kind, rule=rule, order=chosen, sample=max(0, sample))
        left = [i for i in found if i.id not in held]
        shown = left if open else found
        verdicts = {i.id: held[i.id].verdict for i in shown[:500] if i.id in held}
        return _json({"total": len(found), "left": len(left), "items": [i.as_data() for i in shown[:500]],
                      "verdicts": verdicts})  # fmt: skip

    @app.get(root + "/api/fact/{number}")
    def one(number: str) -> Response:
        try:
            return _json(desk.page_of(number))
        except LookupError as error:
            raise HTTPException(404, f"no fact {number}") from error

    @app.post(root + "/api/judge")
    def judge(given: dict[str, Any] = Body()) -> Response:  # noqa: B008 — how FastAPI says it
        try:
            review = desk.judge(given)
        except LookupError as error:
            raise HTTPException(404, f"not found: {error}") from error
        except (ValueError, TypeError) as error:
            raise HTTPException(422, str(error)) from error
        except OSError as error:
            raise HTTPException(500, f"{desk.path}: {error.strerror}") from error
        return _json({"id": review.id, "verdict": review.verdict, "fact": (review.fact or {}).get("id")})

    @app.get(root + "/api/agreement")
    def agreement() -> Response:
        told = [{"pair": a.pair, "both": a.both, "same": a.same, "kappa": a.kappa, "disputed": a.disputed}
                for a in agreements(desk.reviews)]  # fmt: skip
        return _json({"pairs": told})

    return app


def _json(data: Any) -> Response:
    return Response(dumps(data), media_type="application/json; charset=utf-8")
