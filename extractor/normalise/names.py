"""Normalisers of names."""
