"""Auditing: the rules held against their own examples."""
