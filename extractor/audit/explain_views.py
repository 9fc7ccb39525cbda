"""How explanations look in a terminal: the passage with its fields in colour, then rule, parts and context."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from extractor.audit.explain import Explanation, Part, Reading, Reason
from extractor.audit.misses import Miss
from extractor.audit.passages import one_line
from extractor.messages import Messages
from extractor.records import dumps
from extractor.text import Span

#: Colours of fields, in the order of a fact's fields.
_COLOURS = ("cyan", "yellow", "green", "magenta", "blue", "bright_red")
#: Characters that are shown before and behind what a rule nearly read.
AROUND = 40
#: What is shown of a long value.
_LONGEST = 160


def explanation_views(explanations: Sequence[Explanation], say: Messages) -> Iterator[RenderableType]:
    """Every fact with the reasons for it."""
    for explanation in explanations:
        yield _explanation(explanation, say)


def miss_views(misses: Sequence[Miss], text: str, say: Messages) -> Iterator[RenderableType]:
    """The misses of a text: the rule, what it read, what stopped it."""
    if not misses:
        yield Text(say("no_misses"), "dim")
        return
    yield Text(say("misses"), "bold")
    for miss in misses:
        head = Text("  ✗ ", "yellow").append(f"{miss.rule}", "bold")
        start, end = miss.span
        before, after = _beside(text, start, end)
        read = Text(before, "dim").append(f"[[{miss.reached.rstrip()}]]", "yellow")
        read.append(miss.reached[len(miss.reached.rstrip()) :] + after, "dim")
        yield Group(head, Padding(Group(read, stopped(miss.why, miss.what, say)), (0, 0, 0, 6), expand=False))


def stopped(why: str, what: str, say: Messages) -> Text:
    """What stopped a rule, in a line of its own."""
    key = next((k for k in (f"miss_{why}_{what}", f"miss_{why}") if say.has(k)), "miss_condition")
    return Text("→ ").append(say(key, what=say.refusal(what) if why == "normaliser" else what, why=why))


def _beside(text: str, start: int, end: int) -> tuple[str, str]:
    """What stands in the line before and behind a stretch, a few whole words of it."""
    line, rest = text[:start].rsplit("\n", 1)[-1], text[end:].split("\n", 1)[0]
    before, after = line[-AROUND:], rest[:AROUND]
    if len(line) > AROUND:
        before = "… " + (before.split(" ", 1)[-1] if not line[-AROUND - 1].isspace() else before)
    if len(rest) > AROUND:
        after = (after.rsplit(" ", 1)[0] if not rest[AROUND].isspace() else after) + " …"
    return before, after


def _explanation(explanation: Explanation, say: Messages) -> RenderableType:
    fact = explanation.fact
    lines: list[RenderableType] = [
        Text(f"{say(fact['kind'])} · ", "dim")
        .append(one_line(fact["kind"], fact), "bold")
        .append(f"  {fact['id']}", "dim")
    ]
    if not explanation.current:
        lines.append(Text("  " + say("not_current"), "red"))
    for reason in explanation.reasons:
        lines.append(Padding(_reason(reason, say), (0, 0, 0, 2)))
    for name, value, by, parts in explanation.supplied:
        told = Text(f"  {say('supplied')}: ", "magenta").append(f"{name} = {_short(value)}", "bold")
        told.append(f" ← {say.source(by)}")
        for part in parts:
            told.append(f" “{_flat(part.text)}” [{part.span[0]}, {part.span[1]})", "dim")
        lines.append(told)
    return Group(*lines, Text())


def _reason(reason: Reason, say: Messages) -> RenderableType:
    lines: list[RenderableType] = [_passage(reason, say)]
    if reason.rule is None:
        lines.append(Text(say("rule_gone", rule=reason.rule_id), "red"))
        return Group(*lines)
    lines.append(Text(f"{say('rule')}: ", "dim").append(reason.rule_id, "bold").append(f" – {reason.rule.description}"))
    if reason.rule.references:
        lines.append(Text(f"{say('references')}: {'; '.join(reason.rule.references)}", "dim"))
    if reason.parts:
        lines.append(_parts(reason.parts, say))
    lines += [_reading(reading, say) for reading in reason.readings]
    for name, value in reason.rule.constants.items():
        lines.append(Text("  ").append(say("set_by_rule", field=name, value=_short(value))))
    return Group(*lines)


def _passage(reason: Reason, say: Messages) -> Text:
    """The sentence, the evidence bold, each field in its colour."""
    passage = reason.passage
    first = passage.start - len(passage.before)
    text = Text(passage.sentence.replace("\n", " ").replace("\r", " "))
    text.stylize("bold", *passage.place)
    legend = []
    fields: dict[str, Sequence[Span]] = reason.evidence.get("fields") or {}
    for number, (name, spans) in enumerate(fields.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        legend.append((name, colour))
        for start, end in spans:
            text.stylize(f"underline {colour}", max(0, start - first), max(0, end - first))
    shown = Text("“", "dim").append_text(text).append("”", "dim")
    if legend:
        shown.append("\n")
        shown.append(f"{say('fields')}: ", "dim")
        for number, (name, colour) in enumerate(legend):
            words = " · ".join(_flat(_between(reason, span)) for span in fields[name])
            shown.append("; " if number else "").append(name, colour).append(f" “{words}”")
    return shown


def _between(reason: Reason, span: Span) -> str:
    first = reason.passage.start - len(reason.passage.before)
    start, end = span[0] - first, span[1] - first
    inside = start >= 0 and end <= len(reason.passage.sentence)
    return reason.passage.sentence[start:end] if inside else f"[{span[0]}, {span[1]})"


def _parts(parts: Sequence[Part], say: Messages) -> Text:
    told = Text(f"{say('parts')}: ", "dim")
    for number, part in enumerate(parts):
        told.append("; " if number else "").append(part.name, "cyan").append(f" “{_short(_flat(part.text))}”")
    return told


def _reading(reading: Reading, say: Messages) -> Text:
    given = ", ".join(f"{name} “{_short(words)}”" for name, words in reading.given.items())
    made = Text(f"  {reading.field} ← {reading.use}(").append(given).append(") ")
    if reading.refused:
        return made.append("✗ " + say.refusal(reading.refused), "red")
    if reading.made is None:
        return made.append("→ –", "dim")
    out = ", ".join(f"{name} = {_short(value)}" for name, value in reading.made.items())
    return made.append("→ ").append(out, "bold")


def _flat(text: str | None) -> str:
    return " ".join((text or "").split())


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else dumps(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
