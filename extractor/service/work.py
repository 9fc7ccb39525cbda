"""What a worker process does: the bytes of a request → the bytes of its answer.

Everything that reads what a client sent (JSON, HTML, text) happens here, so that a body can harm no more than a worker,
which is replaced. Nothing here opens a file or an address that a request names.
"""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from extractor.article import Raw
from extractor.errors import DanvanError, InputError
from extractor.reading.fields import Columns
from extractor.records import Reject, dumps, to_json
from extractor.service.limits import EXPLAINED, Limits

if TYPE_CHECKING:
    from extractor.pipeline import Pipeline
    from extractor.reading.alphabet import Alphabet
    from extractor.reading.pages import Reading

#: Stages of an `InputError` that are no reject: the request is not what the service takes; a worker cannot start.
REQUEST, START = "request", "start"

Form = Literal["ready", "line", "json", "text", "html", "explain"]
#: What is read before a worker says that it is ready, so that its first article is as quick as the others.
_FIRST = "Ngày 3/2/2021, ông Nguyễn Văn An, Chủ tịch UBND tỉnh, cho biết tỷ lệ hộ nghèo còn 3,2%."


@dataclass(frozen=True, slots=True)
class Task:
    """A body and how it is to be read; `given` is what the request says beside it, `source` names a batch's line."""

    form: Form
    data: bytes = b""
    source: str = "-"
    charset: str | None = None
    given: Mapping[str, str] = field(default_factory=dict)
    annotations: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """The body of an answer, and how many facts of each kind are in it."""

    body: bytes
    kinds: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Work:
    """The work of the service: a task → its answer. `digest` is that of the rules that the service was started with."""

    rules: str | None
    drafts: bool
    digest: str
    limits: Limits

    def __call__(self, task: Task) -> Answer:
        """Do a task; raises `InputError`."""
        if task.form == "ready":
            return self._get_ready()
        if task.form == "explain":
            return self._explain(task)
        raw = self._checked(self._read(task))
        result = self._pipe.run(raw, timeout=self.limits.seconds)
        kinds: Counter[str] = Counter(fact.kind for fact in result.facts)
        article, facts = to_json(result.article), [to_json(fact) for fact in result.facts]
        if task.annotations:
            from extractor.knowledge.exporting.webannotation import page

            return Answer(dumps(page(article, facts)).encode(), kinds)
        return Answer(dumps({"article": article, "facts": facts}).encode(), kinds)

    def _get_ready(self) -> Answer:
        """Load everything; from now on only the service ends this process."""
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            with suppress(AttributeError, ValueError):
                signal.signal(getattr(signal, name), signal.SIG_IGN)
        try:
            if self._pipe.rules.digest != self.digest:
                raise InputError(START, "the rules on the disk are not those that the service was started with")
            self._pipe(_FIRST)
        except DanvanError as error:
            raise InputError(START, str(error)) from error
        return Answer(b"")

    @cached_property
    def _pipe(self) -> Pipeline:
        from extractor.pipeline import load  # in the worker, not in the process that talks HTTP

        return load(self.rules, drafts=self.drafts)

    @cached_property
    def _letters(self) -> Alphabet:
        from extractor.reading.alphabet import alphabet

        return alphabet(self._pipe.rules.tables)

    @cached_property
    def _pages(self) -> Reading:
        from extractor.reading.pages import Reading

        rules = self._pipe.rules
        hosts = frozenset(row["domain"] for row in rules.tables["outlets"] if row["domain"])
        return Reading(self._letters, rules.furniture, hosts, rules.tables)

    def _read(self, task: Task) -> Raw:
        if task.form in ("line", "json"):
            return replace(self._object(task), **self._given(task))
        if task.form == "html":
            from extractor.reading.markup import Markup
            from extractor.reading.pages import read_markup

            page = Markup(task.data, task.source, task.given.get("url"), task.charset)
            return replace(read_markup(page, self._pages), **self._given(task))
        from extractor.reading.decoding import decode

        made = decode(task.data, self._letters, task.charset)
        return replace(Raw(made.text, task.source, repairs=made.repairs), **self._given(task))

    @staticmethod
    def _given(task: Task) -> dict[str, Any]:
        given: dict[str, Any] = dict(task.given)
        return given | {"published_from": None} if "published" in given else given

    def _object(self, task: Task) -> Raw:
        from extractor.reading.lines import read_object

        try:
            return read_object(task.data, task.source, self._letters, Columns())
        except InputError as error:
            if task.form == "line" or error.stage != "parse":
                raise
            raise InputError(REQUEST, error.reason) from error

    def _checked(self, raw: Raw) -> Raw:
        from extractor.reading.readers import checked

        item = checked(raw, self.limits.chars, self._letters)
        if isinstance(item, Reject):
            raise InputError(item.stage, item.reason.replace("--max-chars ", ""))
        return item

    def _explain(self, task: Task) -> Answer:
        from extractor.audit.explain import as_data, explain_all
        from extractor.audit.misses import misses
        from extractor.audit.passages import Passages
        from extractor.audit.trace import trace
        from extractor.overview import shown

        raw = self._checked(self._object(task))
        if len(raw.text) > EXPLAINED:
            raise InputError("article", f"{len(raw.text):,} characters; up to {EXPLAINED:,} are explained")
        read = trace(self._pipe, raw)
        rules = self._pipe.rules
        data = as_data(explain_all(read, rules, Passages(rules.tables)), misses(read, self._pipe))
        for why in (why for fact in data["facts"] for why in fact["why"]):
            why["file"] = None if why["file"] is None else shown(why["file"]).rsplit("/", 1)[-1]
        return Answer(dumps(data).encode(), Counter(fact["kind"] for fact in data["facts"]))
