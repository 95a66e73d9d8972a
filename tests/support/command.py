"""The command ``tabsam`` as people run it: a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from build import ROOT


def environment(**more: str) -> dict[str, str]:
    """Give an environment in which this checkout's package is found, and no settings of the person who runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TABSAM_")}
    path = os.pathsep.join(str(ROOT / folder) for folder in ("app", "models/export"))
    return kept | {"PYTHONPATH": path, "NO_COLOR": "1", "COLUMNS": "120"} | more


def tabsam(*arguments: object, cwd: Path | None = None, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the command to its end, with two threads at most."""
    command = [sys.executable, "-m", "tabsam", *map(str, arguments)]
    return subprocess.run(
        command, cwd=cwd, env=environment(**env), capture_output=True, text=True, encoding="utf-8", check=False, timeout=120
    )
