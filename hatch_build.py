"""The build of the package prepares what a first run would take half a minute to work out (`extractor/prepared.py`)."""

import os
import subprocess
import sys
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FILE = "extractor/_prepared.rules"


class Prepare(BuildHookInterface):
    """Writes `extractor/_prepared.rules` and takes it into the wheel; without it the first run is slow, no more."""

    PLUGIN_NAME = "custom"

    def initialize(self, version, build_data):
        """Before a wheel is built, or an editable install made."""
        root = Path(self.root)
        # pip tells a build where its packages are by PYTHONPATH: what stands there stays.
        path = os.pathsep.join(filter(None, (str(root), os.environ.get("PYTHONPATH"))))
        run = subprocess.run([sys.executable, "-m", "extractor.prepared"], cwd=root, capture_output=True, text=True,
                             env={**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": "0"})  # fmt: skip
        if run.returncode:
            self.app.display_warning(f"the rules are not prepared, the first run will be slow: {run.stderr[-400:]}")
        elif (root / FILE).exists():
            build_data["artifacts"].append(FILE)
