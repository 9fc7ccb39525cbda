"""Resolves indicators."""

from __future__ import annotations

from collections.abc import Sequence

from extractor.candidates import Candidate
from extractor.context import Context, Draft


def resolve(candidates: Sequence[Candidate], context: Context) -> list[Draft]:
    """Candidates → drafts."""
    return [candidate.draft() for candidate in candidates]
