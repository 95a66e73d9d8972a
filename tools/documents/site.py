"""The documentation as a site, beside the page: MkDocs makes it of docs/, with no network but pip's."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from tools.files import DIST, ROOT, alone, swap
from tools.locks import FOLDER, install_apart
from tools.site import build
from tools.terminal import run, say

NAME = "docs"


def build_docs(dist: Path = DIST) -> Path:
    """Build the site, and the documentation into its folder ``docs``; give that.

    Not a part of `build`: who only wants the page needs none of this, and the page neither loads nor keeps it. A page that is
    built anew comes without.

    Raises
    ------
    BuildError
        If its tools cannot be installed, or MkDocs finds a link that leads nowhere.
    """
    build(dist)
    with alone():
        tools = install_apart(FOLDER / f"{NAME}.txt")
        started = time.monotonic()
        with tempfile.TemporaryDirectory(dir=dist.parent, prefix=f".{dist.name}.") as temporary:
            site = Path(temporary) / NAME
            make(site, tools)
            swap(site, dist / NAME)
    say(f"Built {dist.name}/{NAME}/ in {time.monotonic() - started:.1f} s")
    return dist / NAME


def make(site: Path, tools: Path) -> None:
    """Have MkDocs, which is in a folder of packages, write into another; the licences of what it puts there come with it."""
    environment = {"PYTHONPATH": os.fspath(tools), "PYTHONDONTWRITEBYTECODE": "1", "NO_MKDOCS_2_WARNING": "1"}
    command = (sys.executable, "-m", "mkdocs", "build", "--quiet", "--config-file", ROOT / "mkdocs.yml", "--site-dir", site)
    run(command, "MkDocs could not make the documentation, above.", cwd=ROOT, env=environment)
    (site / "licenses").mkdir()
    for about in sorted(tools.glob("mkdocs_material-*.dist-info/licenses/LICENSE")):
        shutil.copyfile(about, site / "licenses/mkdocs-material.txt")
