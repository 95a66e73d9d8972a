"""Virtual environments for the checks and tests: of what tools/locks lists, and this checkout, editable."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from tools.files import CACHE, ROOT, VENV, digest_of
from tools.locks import FOLDER, hashed
from tools.packages import PIP_SETTINGS
from tools.terminal import complain, run, say, succeeds

OPTIONAL = {"interop": "programs that our files are given to", "conformance": "reference models"}
"""Lists that the tests can do without, and what is in them."""

APART = CACHE / "interop"
"""The environment of programs that want other libraries than the rest."""


def installed(name: str, environment: Path = VENV) -> Path:
    """Give the path of a program in a virtual environment."""
    return environment / ("Scripts" if os.name == "nt" else "bin") / name


def prepare_venv(environment: Path = VENV) -> None:
    """Have a virtual environment with tabsam, editable, and what the extras 'test', 'interop' and 'conformance' wish."""
    if _is_prepared(environment):
        return
    say(f"Preparing {environment.name} for the checks and tests (a minute or two the first time)")
    _make(environment, ("backend", "test"), "the tools of the tests")
    # PyTorch and GDAL have no build for some Pythons and machines: that should not keep anybody from the other tests.
    missing = [what for name, what in OPTIONAL.items() if not _succeeds(environment, name)]
    if not missing:
        _note_prepared(environment)
    for what in missing:
        complain(f"the {what} could not be installed, above; the tests that measure against them will be skipped.")


def prepare_apart() -> None:
    """Have the environment of programs that want other libraries than the rest."""
    if not _is_prepared(APART):
        say(f"Preparing {APART.relative_to(ROOT)} for the programs that our files are given to (some minutes the first time)")
        _make(APART, ("interop-all",), "the programs that our files are given to")
        _note_prepared(APART)


def _make(environment: Path, names: Sequence[str], what: str) -> None:
    """Make an environment of lists, the build backend's among them, and this checkout."""
    lists = hashed(*names)  # first: it may say that they are not of today's pyproject.toml
    failure = "Python could not make a virtual environment (on Debian: apt-get install python3-venv)."
    run([sys.executable, "-m", "venv", environment], failure)
    pip = installed("pip", environment)
    run([pip, *lists], f"pip could not install {what}. Is its package index within reach?", env=PIP_SETTINGS)
    editable = (pip, "install", "--quiet", "--no-deps", "--no-build-isolation", "-e", ROOT)
    run(editable, "pip could not install this checkout, above.", env=PIP_SETTINGS)


def _succeeds(environment: Path, name: str) -> bool:
    """Install an optional list; with conformance PyTorch, too."""
    pip = installed("pip", environment)
    if not succeeds((pip, *hashed(name)), env=PIP_SETTINGS):
        return False
    return name != "conformance" or _succeeds_with_torch(pip)


def _succeeds_with_torch(pip: Path) -> bool:
    """Install PyTorch: without CUDA, which is gigabytes, where the index has such a build; else the one that everybody has."""
    return succeeds((pip, *hashed("torch-cpu")), env=PIP_SETTINGS, heard=False) or succeeds(
        (pip, *hashed("torch")), env=PIP_SETTINGS
    )


def _is_prepared(environment: Path) -> bool:
    stamp = environment / ".tabsam-pyproject"
    return stamp.is_file() and stamp.read_text() == _wanted()


def _note_prepared(environment: Path) -> None:
    (environment / ".tabsam-pyproject").write_text(_wanted())


def _wanted() -> str:
    return digest_of(ROOT / "pyproject.toml", FOLDER)
