"""The files of the underthesea that is installed, found and read without importing the package (which takes a second).

Only a known underthesea is read: the Python sources that say how a text becomes features, and the version of its
compiled part, must be those that the fast tagger was written against. With any other, `find` says so and the callers
let underthesea itself do the work.
"""

from __future__ import annotations

import ast
import hashlib
import importlib.metadata
import importlib.util
import io
import pickle
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from extractor.crf import LayoutError

#: The sources whose text fixes templates, tokens and the order of sums.
SOURCES = (
    "models/fast_crf_sequence_tagger.py",
    "pipeline/chunking/__init__.py",
    "pipeline/chunking/model_crf.py",
    "pipeline/chunking/tagged_feature.py",
    "pipeline/ner/__init__.py",
    "pipeline/ner/model_crf.py",
    "pipeline/ner/tagged_feature.py",
    "pipeline/pos_tag/__init__.py",
    "pipeline/pos_tag/model_crf.py",
    "pipeline/pos_tag/tagged_feature.py",
    "pipeline/text_normalize/__init__.py",
    "pipeline/text_normalize/character_normalize.py",
    "pipeline/text_normalize/text_normalizer.py",
    "pipeline/text_normalize/token_normalize.py",
    "pipeline/word_tokenize/__init__.py",
    "pipeline/word_tokenize/regex_tokenize.py",
)
#: The digest of `SOURCES` in underthesea 9.5.0.
KNOWN_SOURCES = "d07b546820f8e197ac0162ac077310adace31a43842f76bfef153b8b0de52a17"
#: The versions of underthesea_core whose featurizer and Viterbi are known.
KNOWN_CORES = ("3.3.2",)

_SEGMENTER = "pipeline/word_tokenize/models/ws_crf_vlsp2013_20230727/"
_RULES = "pipeline/text_normalize/tn_rules_2023_07_14.bin"
#: The models and tables by what they are for.
FILES = {
    "segmentation": _SEGMENTER + "models.bin",
    "templates": _SEGMENTER + "features.bin",
    "dictionary": _SEGMENTER + "dictionary.bin",
    "pos": "pipeline/pos_tag/pos_crf_2017_10_11.bin",
    "chunk": "pipeline/chunking/chunk_crf_2017_10_12.bin",
    "ner": "pipeline/ner/ner_crf_2017_10_12.bin",
    "spellings": _RULES,
}


class _PlainUnpickler(pickle.Unpickler):
    """Reads lists, sets, dicts and strings; anything that would run code is refused."""

    def find_class(self, module: str, name: str) -> Any:
        raise LayoutError(f"{module}.{name} in a table of words")


@dataclass(frozen=True)
class Installed:
    """The files of a known underthesea."""

    data: dict[str, bytes]
    tokenizer_source: str

    @cached_property
    def digest(self) -> str:
        """What every weight and word was read from, as hex digits."""
        digest = hashlib.sha256(self.tokenizer_source.encode())
        for name in sorted(self.data):
            digest.update(hashlib.sha256(self.data[name]).digest())
        return digest.hexdigest()

    @cached_property
    def templates(self) -> list[str]:
        """The segmenter's feature templates, in order."""
        return list(self._table("templates", list))

    @cached_property
    def dictionary(self) -> set[str]:
        """The segmenter's words, in lower case."""
        return set(self._table("dictionary", set))

    @cached_property
    def characters(self) -> dict[str, str]:
        """Characters that underthesea replaces in every text."""
        return self._rules("character")

    @cached_property
    def spellings(self) -> dict[str, str]:
        """Tokens that `ner` (but not the segmenter alone) replaces by another spelling."""
        return self._rules("token")

    @cached_property
    def token_pattern(self) -> re.Pattern[str]:
        """What a token is: the pattern that regex_tokenize.py builds from its lists, all of it that is run."""
        tree = ast.parse(self.tokenizer_source)
        wanted: list[ast.stmt] = []
        for node in tree.body:
            if isinstance(node, ast.Assign):
                wanted.append(node)
                if any(isinstance(target, ast.Name) and target.id == "patterns" for target in node.targets):
                    break
        names: dict[str, Any] = {"re": re}
        exec(compile(ast.Module(wanted, []), "regex_tokenize.py", "exec"), names)
        pattern = names["patterns"]
        assert isinstance(pattern, re.Pattern)
        return pattern

    def _rules(self, name: str) -> dict[str, str]:
        rules = self._table("spellings", dict).get(name)
        if not isinstance(rules, dict):
            raise LayoutError(f"{FILES['spellings']}: no rules for a {name}")
        return rules

    def _table(self, name: str, kind: type) -> Any:
        try:
            table = _PlainUnpickler(io.BytesIO(self.data[name])).load()
        except (pickle.UnpicklingError, EOFError, ValueError, LookupError, TypeError, AttributeError) as error:
            raise LayoutError(f"{FILES[name]}: {error}") from error
        if not isinstance(table, kind):
            raise LayoutError(f"{FILES[name]}: not a {kind.__name__}")
        return table


def find() -> Installed:
    """The installed underthesea, if it is a known one; raises `LayoutError` with what differs if not."""
    spec = importlib.util.find_spec("underthesea")
    if spec is None or spec.origin is None:
        raise LayoutError("underthesea is not installed as files")
    folder = Path(spec.origin).parent
    try:
        core = importlib.metadata.version("underthesea_core")
        if core not in KNOWN_CORES:
            raise LayoutError(f"underthesea_core {core} is not known")
        if sources_digest(folder) != KNOWN_SOURCES:
            raise LayoutError(f"the sources in {folder} are not those of a known underthesea")
        data = {name: (folder / path).read_bytes() for name, path in FILES.items()}
        return Installed(data, (folder / "pipeline/word_tokenize/regex_tokenize.py").read_text(encoding="utf-8"))
    except (OSError, importlib.metadata.PackageNotFoundError) as error:
        raise LayoutError(str(error)) from error


def sources_digest(folder: Path) -> str:
    """The digest of `SOURCES` under an underthesea folder, line ends aside."""
    digest = hashlib.sha256()
    for path in SOURCES:
        digest.update(path.encode() + b"\0" + (folder / path).read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()
