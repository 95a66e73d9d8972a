"""The folder that pytest-pyodide serves: the site's Pyodide, the packages of the tests, and the site itself.

pytest-pyodide wants one flat Pyodide distribution whose lock file knows pytest. The site's own does not have it, and
must not. So a copy is put together beside it, of hard links where the file system allows.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Iterable, Mapping
from importlib import metadata
from pathlib import Path

#: What the page needs to run a rewritten ``assert`` and to send a traceback back, with what each one needs in turn.
#: (Pyodide's own lock file still lists pytest's old dependencies, atomicwrites and py among them.)
TEST_PACKAGES: Mapping[str, tuple[str, ...]] = {
    "iniconfig": (),
    "packaging": (),
    "pluggy": (),
    "pygments": (),
    "pytest": ("iniconfig", "packaging", "pluggy", "pygments"),
    "tblib": (),
}


#: What pytest-pyodide looks for when it opens a page. Its own has its scripts inside, which the site's policy forbids.
PAGE = """<!doctype html>
<title>Python tests</title>
<script src="module_test.js" type="module"></script>
"""
PAGE_SCRIPT = """import { loadPyodide } from './pyodide.mjs';
window.loadPyodide = loadPyodide;
window.logs = [];
for (const level of ['log', 'warn', 'info', 'error', 'debug']) {
  console[level] = (message) => window.logs.push(message);
}
"""


def assemble(site: Path, target: Path) -> Path:
    """Put a test distribution together.

    Parameters
    ----------
    site : Path
        The built site. It appears as ``site/`` in the distribution, so that tests can reach its workers and its wheel.
    target : Path
        The folder to make.

    Returns
    -------
    Path
        `target`.
    """
    shutil.copytree(site / "vendor" / "pyodide", target, copy_function=link_or_copy)
    shutil.copytree(site, target / "site", copy_function=link_or_copy)
    wheels = {name: pack_installed(name, target) for name in TEST_PACKAGES}
    lock_file = target / "pyodide-lock.json"
    lock = json.loads(lock_file.read_text(encoding="utf-8"))
    lock["packages"].update((name, lock_entry(name, wheel)) for name, wheel in wheels.items())
    lock_file.unlink()  # it may be a link to the site's own
    lock_file.write_text(json.dumps(lock), encoding="utf-8")
    target.joinpath("module_test.html").write_text(PAGE, encoding="utf-8")
    target.joinpath("module_test.js").write_text(PAGE_SCRIPT, encoding="utf-8")
    return target


def link_or_copy(source: str, target: str) -> None:
    """Hard-link a file, or copy it where that cannot be done (another file system)."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def pack_installed(name: str, folder: Path) -> Path:
    """Make a wheel again of an installed pure Python package: the page runs the version that runs here, offline."""
    distribution = metadata.distribution(name)
    wheel = folder / f"{name}-{distribution.version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in belonging(distribution):
            archive.write(str(distribution.locate_file(file)), str(file))
    return wheel


def belonging(distribution: metadata.Distribution) -> Iterable[metadata.PackagePath]:
    """List the files of a package that were in its wheel, without scripts and what the installation left behind."""
    for file in distribution.files or ():
        if ".." not in file.parts and "__pycache__" not in file.parts and file.name not in {"INSTALLER", "REQUESTED"}:
            yield file


def lock_entry(name: str, wheel: Path) -> dict[str, object]:
    """Describe a wheel as ``pyodide-lock.json`` does."""
    imports = ["_pytest", "pytest"] if name == "pytest" else [name]
    return {
        "name": name,
        "version": metadata.version(name),
        "file_name": wheel.name,
        "install_dir": "site",
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "package_type": "package",
        "imports": imports,
        "depends": list(TEST_PACKAGES[name]),
        "unvendored_tests": False,
    }
