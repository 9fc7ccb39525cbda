"""The named normalisers that rules may use, one module a family.

`NORMALISERS` maps a name to its normaliser; `rules/README.md` lists them.
"""

from extractor.normalise import codes, dates, names, numbers, programs
from extractor.normalise.values import NORMALISERS, Capture, Normaliser, Refused, Value

__all__ = ["NORMALISERS", "Capture", "Normaliser", "Refused", "Value", "codes", "dates", "names", "numbers", "programs"]
