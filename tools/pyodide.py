"""Pyodide's part of the site: the browser's Python, and the wheels that it loads, tabsam's own among them."""

from __future__ import annotations

import http.client
import re
import shutil
import sys
import tempfile
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tools.bytecode import compiled
from tools.files import (
    CACHE,
    NODE_MODULES,
    ROOT,
    copy,
    digest_of,
    read_json,
    sha256,
    verify,
    without_those_in,
    write_json,
)
from tools.locks import install_apart, path_of
from tools.packages import Carrier, npm_version, project, version
from tools.terminal import BuildError, run, say

#: Pyodide itself, from its npm package.
FILES = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm")
LIBRARY = "python_stdlib.zip"

#: Of the packages that Pyodide builds, those that the page may load.
PACKAGES = ("numpy", "pillow", "contourpy", "micropip")

CDN = "https://cdn.jsdelivr.net/pyodide/v{version}/full/"
CDN_TIMEOUT = 4.0  # seconds

#: Its wheel carries the very files of Pyodide's CDN (the digests prove it), for those who only have PyPI within reach.
CARRIER = Carrier(
    requirement="open-webui==0.12.4",
    options=("--python-version", "3.11"),
    folder="open_webui/frontend/pyodide",
)


def add_pyodide(site: Path) -> None:
    """Put Pyodide, its wheels, the tabsam wheel and a lock file of just these into the site."""
    source, target = NODE_MODULES / "pyodide", site / "vendor/pyodide"
    lock = read_json(source / "pyodide-lock.json")
    packages = {name: lock["packages"][name] for name in with_dependencies(PACKAGES, lock["packages"])}
    wheels = fetch_wheels({entry["file_name"]: entry["sha256"] for entry in packages.values()})
    tabsam = build_wheel()
    for name in FILES:
        copy(source / name, target / name)
    archives = compiled([source / LIBRARY, tabsam, *(wheels / entry["file_name"] for entry in packages.values())])
    for archive in archives:
        copy(archive, target / archive.name)
    packages["tabsam"] = lock_entry(tabsam)
    digests = {archive.name: sha256(archive) for archive in archives}
    entries = {name: entry | {"sha256": digests[entry["file_name"]]} for name, entry in packages.items()}
    write_json(target / "pyodide-lock.json", {"info": lock["info"], "packages": entries})


def with_dependencies(names: Sequence[str], packages: Mapping[str, Any]) -> list[str]:
    """Give names of packages in a lock file, and of all that they depend on, each once.

    Raises
    ------
    BuildError
        If the lock file has no package of one of the names.
    """
    found: list[str] = []
    waiting = [*names]
    while waiting:
        name = waiting.pop(0)
        if name not in packages:
            raise BuildError(f"This Pyodide has no package '{name}'. Correct PACKAGES in tools/pyodide.py.")
        if name not in found:
            found.append(name)
            waiting += packages[name]["depends"]
    return found


def fetch_wheels(digests: dict[str, str]) -> Path:
    """Have wheels of Pyodide, by file name and SHA-256, in the cache; give the folder they are in."""
    version = npm_version("pyodide")
    folder = CACHE / "pyodide" / version
    folder.mkdir(parents=True, exist_ok=True)
    if missing := without_those_in(folder, digests):
        say(f"Downloading {len(missing)} wheels of Pyodide {version}")
        try:
            for name, digest in missing.items():
                download(CDN.format(version=version) + name, folder / name, digest)
        except (OSError, http.client.HTTPException, BuildError) as error:
            say(f"Pyodide's CDN does not give them ({error}); taking {CARRIER.requirement} from PyPI instead (106 MB)")
            CARRIER.extract(without_those_in(folder, digests), folder)
    return folder


def download(url: str, target: Path, digest: str) -> None:
    """Download a file of a known SHA-256; it is at `target` only when the digest is right.

    Raises
    ------
    OSError or HTTPException
        If the address cannot be reached in time.
    BuildError
        If another file came.
    """
    part = target.with_name(f"{target.name}.part")
    with urllib.request.urlopen(url, timeout=CDN_TIMEOUT) as answer, part.open("wb") as file:
        shutil.copyfileobj(answer, file)
    verify(part, digest, "Something stands between here and there.")
    part.replace(target)


def build_wheel() -> Path:
    """Build the tabsam wheel, the same bytes from the same source, unless it is in the cache; give its path."""
    sources = [*(ROOT / name for name in ("app", "licenses", "LICENSE", "README.md", "pyproject.toml")), path_of("backend")]
    folder = CACHE / "wheel" / digest_of(*sources)[:16]
    if wheels := [*folder.glob("*.whl")]:
        return wheels[0]
    backend = install_backend()
    say("Building the tabsam wheel")
    shutil.rmtree(folder.parent, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as temporary:
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", temporary]
        failure = "The tabsam wheel could not be built; what hatchling says of it is above."
        # The hook adds what converts models, which the page cannot run.
        run(command, failure, cwd=ROOT, env={"PYTHONPATH": str(backend), "HATCH_BUILD_NO_HOOKS": "true"})
        (wheel,) = Path(temporary).glob("*.whl")
        copy(wheel, folder / wheel.name)
    return folder / wheel.name


def install_backend() -> Path:
    """Have the build backend, by its list, in a folder of its own: later builds of the wheel need no network."""
    return install_apart(path_of("backend"))


def lock_entry(wheel: Path) -> dict[str, object]:
    """Describe the tabsam wheel as Pyodide's lock file describes its packages."""
    metadata = project()["project"]
    return {
        "name": metadata["name"],
        "version": version(),
        "file_name": wheel.name,
        "install_dir": "site",
        "sha256": sha256(wheel),
        "package_type": "package",
        "imports": [metadata["name"]],
        "depends": [re.split(r"[^\w-]", requirement)[0] for requirement in metadata["dependencies"]],
        "unvendored_tests": False,
    }
