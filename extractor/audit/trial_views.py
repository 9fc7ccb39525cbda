"""How a live trial of rules looks in a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from extractor.audit.trial import Round
from extractor.audit.views import sentence
from extractor.messages import Messages

#: Findings of a rule that are shown.
MOST = 8


def trial_views(found: Round, say: Messages, *, first: bool) -> Iterator[RenderableType]:
    """The mistakes of the folder, else the findings under their rules, what is new and what is gone."""
    if found.problems:
        yield Text("\n".join(found.problems), "red")
        return
    ordered = sorted(found.findings, key=lambda f: f.rule)
    for rule, group in groupby(ordered, key=lambda f: f.rule):
        own = list(group)
        yield Text(f"{rule}: {len(own)}", "bold")
        # What is new comes first.
        own.sort(key=lambda f: (f.rule, f.said, f.article) not in found.gained)
        for finding in own[:MOST]:
            new = (finding.rule, finding.said, finding.article) in found.gained
            head = Text(f"  {'+ ' if new else '  '}{finding.said}", "green" if new else "")
            yield Group(head, Padding(sentence(finding.passage), (0, 0, 0, 6)))
    for rule, said, article in sorted(found.lost):
        yield Text(f"  - {rule}: {said} ({article})", "red")
    counts = {"found": len(found.findings), "gained": len(found.gained), "lost": len(found.lost)}
    yield Text(say("tried_first" if first else "tried", **counts), "dim")
