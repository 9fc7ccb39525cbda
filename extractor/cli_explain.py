"""`danvan explain`: why a fact is there, and for an article or a text also why others are not."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from extractor.cli_terminal import USAGE, JsonOption, LangOption, RulesOption, guarded, print_json, print_views
from extractor.errors import UsageError
from extractor.messages import Messages, choose


def explain(
    kb: Annotated[Path | None, typer.Argument(metavar="[KB]", help="A knowledge base.")] = None,
    fact: Annotated[str | None, typer.Argument(metavar="[ID]", help="Of a fact, entity or article.")] = None,
    text: Annotated[str | None, typer.Option(metavar="TEXT", help="A text instead: its facts, and the misses.")] = None,
    published: Annotated[str | None, typer.Option(metavar="DATE", help="With --text: the day of publication.")] = None,
    at: Annotated[str | None, typer.Option(metavar="WORDS", help="Only the sentence with these words.")] = None,
    kind: Annotated[str | None, typer.Option(help="Only date, document, official, indicator or program.")] = None,
    drafts: Annotated[bool, typer.Option("--drafts", help="Let draft rules fire too.")] = False,
    rules: RulesOption = None, json_: JsonOption = False, lang: LangOption = None,
) -> None:  # fmt: skip
    """Say why a fact is there: words, rule, parts, normalisers, context; of an article or text also the misses."""
    from extractor.article import Raw
    from extractor.audit.explain import as_data, explain, explain_all
    from extractor.audit.explain_views import explanation_views, miss_views
    from extractor.audit.finding import find_fact, known_kind, retrace, spot
    from extractor.audit.misses import misses
    from extractor.audit.outputs import Output
    from extractor.audit.passages import Passages
    from extractor.audit.trace import trace
    from extractor.knowledge.linking.lookup import entities_of, find_entity
    from extractor.knowledge.linking.views import entity_views, link_views
    from extractor.pipeline import load

    say = Messages(choose(lang))
    with guarded(say, damaged=USAGE):
        if (text is None) == (kb is None or fact is None) or (text is not None and not text.strip()):
            raise UsageError(say("explain_one"))
        only = known_kind(kind, say)
        wanted = None
        if text is not None:
            pipe = load(rules, drafts=drafts)
            read = trace(pipe, Raw(text, published=published))
        else:
            assert kb is not None and fact is not None
            output = Output(kb)
            entity = find_entity(kb, fact)
            if entity is not None:
                print_json(entity) if json_ else print_views(entity_views(entity, say))
                return
            wanted = None if fact in output.articles else find_fact(output, fact, say)
            pipe = load(rules, drafts=drafts)
            read = retrace(pipe, output, fact if wanted is None else str(wanted["article_id"]), say)
        passages = Passages(pipe.rules.tables)
        if wanted is not None and kb is not None:
            explained, missed = [explain(wanted, read, pipe.rules, passages)], []
            linked = entities_of(kb, str(wanted["id"]))
        else:
            place = None if at is None else spot(read.article.text, at, passages, say)
            explained = explain_all(read, pipe.rules, passages, within=place, kind=only)
            missed, linked = misses(read, pipe, within=place, kind=only), []
        if json_:
            print_json(as_data(explained, missed) | ({"entities": linked} if linked else {}))
            return
        print_views(explanation_views(explained, say))
        if wanted is None:
            print_views(miss_views(missed, read.article.text, say))
        elif linked:
            print_views(link_views(linked, str(wanted["id"]), say))
