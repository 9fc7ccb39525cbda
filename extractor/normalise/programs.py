"""Normalisers of programs."""
