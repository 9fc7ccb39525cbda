"""Brackets in running text: what stands in them with figures of its own says nothing of what follows behind them."""

from __future__ import annotations

from extractor.text import Span

#: Characters before a span in which the bracket that holds it may open.
REACH = 160


def is_aside(span: Span, end: int, text: str) -> bool:
    """Does a span stand in brackets that hold another figure and close before `end`: (năm 2019: 6,1%; kế hoạch 5%)?"""
    opened = text.rfind("(", max(0, span[0] - REACH), span[0])
    if opened < 0 or ")" in text[opened : span[0]] or "\n" in text[opened : span[0]]:
        return False
    closed = text.find(")", span[1], end)
    return closed >= 0 and any(c.isdigit() for c in text[opened : span[0]] + text[span[1] : closed])
