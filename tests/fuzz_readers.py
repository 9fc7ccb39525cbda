"""Coverage-guided fuzzing of the readers (and, now and then, of the whole pipeline): `make fuzz`.

    python tests/fuzz_readers.py CORPUS -max_total_time=3600

The first byte says which format the rest is and whether the whole pipeline runs on it. An empty corpus is filled with the
files of the mixed folder (`tests/mixed_folder.py`) first. A finding is an error that is neither a raw input nor a reject, an
"internal error" reject, a text that is no UTF-8, or evidence that is not in its text. What was found is kept as a case
in `tests/test_hostile.py`.
"""

import sys
import tempfile
import warnings
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["extractor.reading", "extractor.article", "extractor.zones"]):
    import extractor
    from extractor.article import Raw
    from extractor.errors import InputError
    from extractor.reading.alphabet import alphabet
    from extractor.reading.markup import Markup
    from extractor.reading.readers import How, Meter, Pages, _unparsed, checked
    from extractor.reading.sources import Source, form_of
    from extractor.workers import attempt
from mixed_folder import build

FORMS = (
    ("text", None), ("lines", None), ("columns", None), ("html", None), ("warc", None), ("warc", "gz"),
    ("text", "gz"), ("lines", "zst"), ("html", None), ("text", None),
)  # fmt: skip
PIPE = extractor.load()
LETTERS = alphabet(PIPE.rules.tables)
HOW = How(max_chars=20_000)
PATH = Path(tempfile.mkdtemp(dir="/dev/shm" if Path("/dev/shm").is_dir() else None)) / "input"
#: First bytes from which an input goes through the whole pipeline, which is a hundred times slower.
WHOLE = 240
#: Bytes of a seed at most, as many as the fuzzer tries (`-max_len`).
LONGEST = 8000


def check(data: bytes) -> None:
    """Read some bytes as a file of the form that the first says; raises for what must not be."""
    if len(data) < 2:
        return
    form, packing = FORMS[data[0] % len(FORMS)]
    PATH.write_bytes(data[1:])
    pages = Pages(PIPE.rules, LETTERS)
    for item in _unparsed([Source(str(PATH), form, packing)], LETTERS, HOW, None, Meter()):
        made = attempt(pages, item) if isinstance(item, Markup) else item
        if isinstance(made, InputError):
            assert "internal error" not in made.reason, made.reason
            continue
        made = checked(made, HOW.max_chars, LETTERS)
        if not isinstance(made, Raw):
            continue
        made.text.encode("utf-8")
        if data[0] >= WHOLE:
            result = PIPE.run(made, timeout=60)
            for fact in result.facts:
                for e in fact.evidence:
                    assert made.text[e.start : e.end] == e.text != ""


def sow(corpus: Path) -> None:
    """Fill an empty corpus with files of every form, as the mixed folder has them."""
    if not corpus.is_dir() or any(corpus.iterdir()):
        return
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder) / "mixed", LETTERS)
        paths = sorted(p for p in (Path(folder) / "mixed").rglob("*") if p.is_file() and not p.is_symlink())
        for number, path in enumerate(paths):
            form = form_of(path)
            if form in FORMS and 0 < path.stat().st_size < LONGEST:
                first = FORMS.index(form) + (WHOLE if number % 4 == 0 else 0)
                (corpus / f"seed-{number}").write_bytes(bytes([first]) + path.read_bytes())


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    for name in sys.argv[1:]:
        if not name.startswith("-"):
            sow(Path(name))
    atheris.Setup(sys.argv, check)
    atheris.Fuzz()
