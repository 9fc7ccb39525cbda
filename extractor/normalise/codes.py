"""Normalisers of codes."""
