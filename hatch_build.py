"""The build of the package prepares what a first run would take half a minute to work out (`extractor/prepared.py`)."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FILE = "extractor/_prepared.rules"
#: Set (to anything), a package is built without what cannot be prepared, and its first run is slow.
UNPREPARED = "DANVAN_BUILD_UNPREPARED"


class Prepare(BuildHookInterface):
    """Writes `extractor/_prepared.rules` and takes it into the wheel; a wheel that cannot have it is not built.

    pip shows a build's warnings to nobody, so that one would be a slow first run for everyone. An editable install
    goes on without: who works on the rules changes them anyway.
    """

    PLUGIN_NAME = "custom"

    def initialize(self, version, build_data):
        """Before a wheel is built, or an editable install made; `FILE` in a tree that is read-only lies elsewhere."""
        root = Path(self.root)
        target = root / FILE
        self._scratch = None
        if not os.access(target if target.exists() else target.parent, os.W_OK):
            self._scratch = tempfile.mkdtemp()
            target = Path(self._scratch, "prepared")
        # The process that prepares sees what the build sees: pip keeps what a build wants in PYTHONPATH.
        paths = os.pathsep.join([str(root), *filter(None, [os.environ.get("PYTHONPATH")]), *filter(None, sys.path)])
        run = subprocess.run(
            [sys.executable, "-m", "extractor.prepared", str(target)], cwd=root, stderr=subprocess.PIPE,
            encoding="utf-8", errors="replace",
            env={**os.environ, "PYTHONPATH": paths, "PYTHONHASHSEED": "0", "PYTHONUTF8": "1"},
        )  # fmt: skip
        if run.returncode:
            self.app.display_error(f"The rules could not be prepared:\n{run.stderr[-4000:]}")
            if version == "standard" and UNPREPARED not in os.environ:
                self.app.abort(f"With {UNPREPARED}=1 the package is built without: its first run takes half a minute.")
        elif self._scratch is None:
            build_data["artifacts"].append(FILE)
        elif version == "standard":
            build_data["force_include"][str(target)] = FILE

    def finalize(self, version, build_data, artifact_path):
        """After the wheel."""
        if self._scratch is not None:
            shutil.rmtree(self._scratch, ignore_errors=True)
