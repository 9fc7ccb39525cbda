"""What a first run would take half a minute to work out, prepared when the package is built.

    python -m extractor.prepared [FILE]

writes `extractor/_prepared.rules`, or another file: the shipped rules as they were read, their compiled patterns and
openings, for this version of the regex module (`compiled.py`). The build of a wheel and `pip install -e .` run it
(`hatch_build.py`); git does not keep it. Where it is missing or made for something else, the first run works the same
out and keeps it in the user's cache. What has not changed since the last time is taken over.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from extractor import compiled, pipeline, snapshot
from extractor.errors import RulesError
from extractor.loading import load_rules


def prepare(target: Path) -> bool:
    """Write the file anew unless it is up to date; gives whether it was written. Raises `OSError`, `RulesError`."""
    os.environ["DANVAN_CACHE"] = ""
    compiled.PREPARED = target
    rules = load_rules()
    done = pipeline.prepared_name(rules)
    if compiled.recalled(snapshot.name(rules.digest)) and compiled.recalled(done) and not compiled.made():
        return False
    pipeline.load()
    compiled.write(target, rules.digest)
    target.chmod(0o644)  # whoever uses the package may read it
    return True


if __name__ == "__main__":
    try:
        prepare(Path(sys.argv[1]) if len(sys.argv) > 1 else compiled.PREPARED)
    except RulesError as error:
        sys.exit(str(error))
