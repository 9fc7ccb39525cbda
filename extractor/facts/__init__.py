"""One module a kind of fact, named as its rule file: each turns matches and context into drafts of facts.

`RESOLVERS` gives them in the order in which they run: a kind may look at the drafts of those before it
(a document's issue date is a date, an indicator's period too).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from extractor.candidates import Candidate
from extractor.context import Context, Draft
from extractor.facts import dates, documents, indicators, officials, programs
from extractor.records import Kind

#: Candidates of a kind in text order → drafts of facts.
Resolver: TypeAlias = Callable[[Sequence[Candidate], Context], list[Draft]]

RESOLVERS: dict[Kind, Resolver] = {
    "date": dates.resolve,
    "document": documents.resolve,
    "official": officials.resolve,
    "program": programs.resolve,
    "indicator": indicators.resolve,
}
