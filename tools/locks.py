"""What pip installs for the build and the tests, each package pinned by version and digests, and how those lists are written.

A list in tools/locks has all that is needed, for each Python and system that pyproject.toml allows. pip takes wheels of just
these, resolves nothing, and runs no setup of a package: so no build tool comes unseen with one. uv writes the lists anew, from
pyproject.toml, in which one says what is wanted; the first line of each tells of which wishes it was made.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.files import CACHE, ROOT, digest_of
from tools.packages import pip, project
from tools.terminal import BuildError, run, say

FOLDER = ROOT / "tools/locks"

#: pip's: nothing but wheels of the digests that a list has, and nothing but what is in it.
HASHED = ("--quiet", "--require-hashes", "--no-deps", "--only-binary=:all:")

_SELF = "tabsam"
_OF = "# Written by `build.py lock`, of wishes with the digest "
_CUDA = re.compile(r"nvidia-|cuda-|triton$")

#: Of PyTorch's builds without CUDA, which PyPI does not have: PyTorch's own index does, and so may the one that is used here.
#: For CPython 3.11 to 3.14 on Linux, x86-64 and then ARM: that for 3.11 on x86-64 was hashed here; of the others what PyTorch's
#: index states, as many public lock files repeat it. Any other build is refused.
_CPU_BUILDS: Mapping[str, Sequence[str]] = {
    "2.13.0": (
        "6746dbcbeb526eb61330b76b41ff1b4eb848951103a892eeb080dfa2b264667b",
        "4ca4a9394b0c771238a4f73590fdbbc4debad85ed0fa63d026ae1b085da7d6e2",
        "3fbf9c9d1f3c10c2d59d04aca426dee9ccc6ceb32d255c61e93acc3b4f75fae6",
        "d20fa53ee744502fa4c69818a720b05ca0d37abd055d4f6e66cae155114bc691",
        "84453b69508ec79902f899c5ed9495acb9e2bbe9fda5f1d5d6f19e3c3842e1a7",
        "6f307c2c32d764ffc6ff6893b801fad6d4752f3e67966cb8abf1843427c02604",
        "0b8f7d0423027ae8b90c7977c627f3379f325363a08224dffad9b4b2d684a83d",
        "ca021f9eb2f8345c83fa03e3a04587308afb8df71bd472670b3ece00df58621c",
    )
}


@dataclass(frozen=True)
class Lock:
    """A list, and the wishes that it is made of.

    Attributes
    ----------
    tables : tuple of str
        Of pyproject.toml: extras, ``dependencies`` and ``build-system``.
    alone : bool
        Whether it is for a place of its own; the others go together into one environment and have the same versions.
    """

    tables: tuple[str, ...]
    alone: bool = False


LOCKS: Mapping[str, Lock] = {
    "backend": Lock(("build-system",)),
    "test": Lock(("dependencies", "test")),
    "interop": Lock(("interop",)),
    "conformance": Lock(("conformance",)),
    "torch": Lock(("conformance",)),
    "torch-cpu": Lock(("conformance",)),
    "interop-all": Lock(("build-system", "dependencies", "test", "interop", "interop-all"), alone=True),
    "docs": Lock(("docs",), alone=True),
    "uv": Lock(("lock",), alone=True),
}
"""By their names: torch is PyTorch of PyPI with CUDA where that comes with it, torch-cpu the same version without, conformance
what is wanted beside it. What test has, interop and conformance leave out."""


def wishes(name: str) -> list[str]:
    """Give the requirements in pyproject.toml that a list is made of, this project's own extras resolved."""
    about = project()
    tables = about["project"]["optional-dependencies"] | {
        "dependencies": about["project"]["dependencies"],
        "build-system": about["build-system"]["requires"],
    }
    found: set[str] = set()
    waiting = [*LOCKS[name].tables]
    while waiting:
        for wish in tables[waiting.pop(0)]:
            own = re.fullmatch(rf"{_SELF}\[([\w,-]+)\]", wish)
            if own:
                waiting += own[1].split(",")
            else:
                found.add(wish)
    return sorted(found)


def digest_of_wishes(name: str) -> str:
    """Give the digest of what a list is made of; for the first line of it."""
    of: list[Any] = [project()["project"]["requires-python"], wishes(name)]
    if name == "torch-cpu":
        of.append({version: list(digests) for version, digests in _CPU_BUILDS.items()})
    return hashlib.sha256(json.dumps(of).encode()).hexdigest()[:16]


def path_of(name: str) -> Path:
    """Give the path of a list that is of what pyproject.toml wishes today.

    Raises
    ------
    BuildError
        If it is of other wishes.
    """
    path = FOLDER / f"{name}.txt"
    first = path.read_text(encoding="utf-8").partition("\n")[0] if path.is_file() else ""
    if first != _OF + digest_of_wishes(name):
        raise BuildError(f"tools/locks/{name}.txt is not of what pyproject.toml wishes. Run: python3 build.py lock")
    return path


def hashed(*names: str) -> tuple[str | Path, ...]:
    """Give pip's arguments that install lists."""
    files = (part for name in names for part in ("-r", path_of(name)))
    return ("install", *HASHED, *files)


def write_locks(*, upgrade: bool = False) -> None:
    """Write all lists anew, of what pyproject.toml wishes today.

    Parameters
    ----------
    upgrade : bool
        Whether to take the newest versions; else those in the lists stay, where they still fit.
    """
    uv = _uv()
    say("Writing tools/locks")
    before = {name: {} if upgrade else _pinned(FOLDER / f"{name}.txt") for name in LOCKS}
    together = [name for name, lock in LOCKS.items() if not lock.alone]
    everything = _resolved(uv, [wish for name in together for wish in wishes(name)], _merged(before[name] for name in together))
    lists = {name: _resolved(uv, wishes(name), everything) for name in ("backend", "test", "interop", "conformance")}
    lists["torch"] = {pin: text for pin, text in lists["conformance"].items() if _is_of_torch(pin)}
    lists["torch-cpu"] = _without_cuda(lists["torch"])
    lists["interop"] = _without(lists["interop"], lists["test"])
    lists["conformance"] = _without(lists["conformance"], lists["test"], lists["torch"])
    lists |= {name: _resolved(uv, wishes(name), before[name]) for name, lock in LOCKS.items() if lock.alone}
    FOLDER.mkdir(exist_ok=True)
    for name, pins in lists.items():
        text = f"{_OF}{digest_of_wishes(name)}\n{''.join(pins.values())}"
        (FOLDER / f"{name}.txt").write_text(text, encoding="utf-8")


def _uv() -> Path:
    """Have uv, by its own list; give its path."""
    folder = install_apart(FOLDER / "uv.txt")
    return folder / "bin" / ("uv.exe" if sys.platform == "win32" else "uv")


def install_apart(lock: Path) -> Path:
    """Have what a list names in a folder of its own, which is there only when all of it is."""
    folder = CACHE / lock.stem / digest_of(lock)[:16]
    if folder.is_dir():
        return folder
    say(f"Installing what tools/locks/{lock.name} lists")
    CACHE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as temporary:
        new = Path(temporary) / "new"
        failure = f"pip could not install what tools/locks/{lock.name} lists. Is its package index within reach?"
        pip("install", *HASHED, "--target", new, "-r", lock, failure=failure)
        folder.parent.mkdir(exist_ok=True)
        new.rename(folder)
    return folder


def _resolved(uv: Path, wanted: Sequence[str], preferred: Mapping[str, str]) -> dict[str, str]:
    """Resolve requirements for all systems: what is to be installed, by its pin, as pip reads it."""
    least = project()["project"]["requires-python"].removeprefix(">=")
    with tempfile.TemporaryDirectory(dir=CACHE) as temporary:
        wishes, pins = Path(temporary) / "wishes.in", Path(temporary) / "pins.txt"
        wishes.write_text("".join(f"{wish}\n" for wish in wanted))
        pins.write_text("".join(preferred.values()))  # uv keeps what is in the file that it writes
        how = ("--universal", "--python-version", least, "--generate-hashes", "--only-binary", ":all:", "--no-config", "--quiet")
        where = ("--python", sys.executable, "--no-python-downloads", "--no-header", "--no-annotate", "-o", pins)
        failure = "uv could not resolve what pyproject.toml wishes, above."
        run([uv, "pip", "compile", *how, *where, wishes], failure)
        return _pinned(pins)


def _pinned(lock: Path) -> dict[str, str]:
    """Read a list: by package, version and marker, each with its lines."""
    text = lock.read_text(encoding="utf-8") if lock.is_file() else ""
    blocks = re.findall(r"^\w.*\n(?:[ #].*\n)*", text, re.MULTILINE)
    return {block.partition("\n")[0].removesuffix("\\").strip(): block for block in blocks}


def _merged(lists: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Put lists together, without what PyPI does not have."""
    return {pin: text for pins in lists for pin, text in pins.items() if "+" not in pin}


def _without(pins: Mapping[str, str], *others: Mapping[str, str]) -> dict[str, str]:
    return {pin: text for pin, text in pins.items() if not any(pin in other for other in others)}


def _is_of_torch(pin: str) -> bool:
    return pin.startswith("torch==") or _CUDA.match(pin.partition("==")[0]) is not None


def _without_cuda(torch: Mapping[str, str]) -> dict[str, str]:
    """Give the list of PyTorch's build without CUDA; raises BuildError where its digests are not known."""
    (version,) = (re.split(r"==|[ ;]", pin)[1] for pin in torch if pin.startswith("torch=="))
    if version not in _CPU_BUILDS:
        raise BuildError(f"tools/locks.py has no digests of PyTorch {version} without CUDA. Add them, from PyTorch's own index.")
    pin = f"torch=={version}+cpu"
    return {pin: " \\\n".join([pin, *(f"    --hash=sha256:{digest}" for digest in _CPU_BUILDS[version])]) + "\n"}
