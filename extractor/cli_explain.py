"""`danvan explain`: why a fact is there, and for a text also why others are not."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from extractor.cli_terminal import USAGE, JsonOption, LangOption, RulesOption, guarded, print_json, print_views
from extractor.errors import UsageError
from extractor.messages import Messages, choose


def explain(
    kb: Annotated[Path | None, typer.Argument(metavar="[KB]", help="A knowledge base.")] = None,
    fact: Annotated[str | None, typer.Argument(metavar="[FACT]", help="A fact or entity: its id, or its head.")] = None,
    text: Annotated[str | None, typer.Option(metavar="TEXT", help="A text instead: its facts, and the misses.")] = None,
    published: Annotated[str | None, typer.Option(metavar="DATE", help="With --text: the day of publication.")] = None,
    drafts: Annotated[bool, typer.Option("--drafts", help="Let draft rules fire too.")] = False,
    rules: RulesOption = None, json_: JsonOption = False, lang: LangOption = None,
) -> None:  # fmt: skip
    """Say why a fact is there: words, rule, captured parts, normalisers, context; of a text also the misses."""
    from extractor.article import Raw
    from extractor.audit.explain import as_data, explain, explain_all
    from extractor.audit.explain_views import explanation_views, miss_views
    from extractor.audit.finding import find_fact, retrace
    from extractor.audit.misses import misses
    from extractor.audit.outputs import Output
    from extractor.audit.passages import Passages
    from extractor.audit.trace import trace
    from extractor.knowledge.linking.lookup import entities_of, find_entity
    from extractor.knowledge.linking.views import entity_views, link_views
    from extractor.pipeline import load

    say = Messages(choose(lang))
    with guarded(say, damaged=USAGE):
        if (text is None) == (kb is None or fact is None):
            raise UsageError(say("explain_one"))
        if text is not None:
            if not text.strip():
                raise UsageError(say("explain_one"))
            pipe = load(rules, drafts=drafts)
            read = trace(pipe, Raw(text, published=published))
            linked = []
            explained = explain_all(read, pipe.rules, Passages(pipe.rules.tables))
            missed = misses(read, pipe)
        else:
            assert kb is not None and fact is not None
            output = Output(kb)
            entity = find_entity(kb, fact)
            if entity is not None:
                print_json(entity) if json_ else print_views(entity_views(entity, say))
                return
            wanted = find_fact(output, fact, say)
            linked = entities_of(kb, str(wanted["id"]))
            pipe = load(rules, drafts=drafts)
            read = retrace(pipe, output, str(wanted["article_id"]), say)
            explained = [explain(wanted, read, pipe.rules, Passages(pipe.rules.tables))]
            missed = []
        if json_:
            print_json(as_data(explained, missed) | ({"entities": linked} if linked else {}))
            return
        print_views(explanation_views(explained, say))
        if linked:
            print_views(link_views(linked, str(wanted["id"]), say))
        if text is not None:
            print_views(miss_views(missed, text, say))
