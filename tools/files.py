"""Where things are, and how files are compared, copied and put in their place."""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tools.terminal import BuildError, say

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
NODE_MODULES = WEB / "node_modules"
DIST = ROOT / "dist"
CACHE = ROOT / ".cache"
VENV = ROOT / ".venv"


def sha256(path: Path) -> str:
    """Give a file's SHA-256, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def verify(path: Path, expected: str, advice: str) -> None:
    """Raise `BuildError`, with what to do about it, unless a file's SHA-256 is the expected one."""
    if (actual := sha256(path)) != expected:
        digests = f"SHA-256 {actual[:16]}..., not {expected[:16]}..."
        raise BuildError(f"{path.name} is not the file that was expected ({digests}). {advice}")


def without_those_in(folder: Path, digests: dict[str, str]) -> dict[str, str]:
    """Give of files, by name and SHA-256, those that are not in a folder or are not the expected ones."""
    return {name: digest for name, digest in digests.items() if not has_digest(folder / name, digest)}


def has_digest(path: Path, expected: str) -> bool:
    """Tell whether a file is there and is the expected one."""
    return path.is_file() and sha256(path) == expected


def digest_of(*paths: Path) -> str:
    """Give one SHA-256 for the names and contents of files and folders; a path that does not exist adds nothing."""
    total = hashlib.sha256()
    for path in paths:
        for file in files_below(path):
            total.update(f"{file.relative_to(path.parent).as_posix()} {sha256(file)}\n".encode())
    return total.hexdigest()


def files_below(path: Path) -> Iterator[Path]:
    """Give a file itself, or a folder's files, sorted; without hidden ones and what tools leave behind."""
    if path.is_file():
        yield path
    elif path.is_dir():
        for child in sorted(path.iterdir()):
            if child.name not in {"node_modules", "__pycache__"} and not child.name.startswith("."):
                yield from files_below(child)


def copy(source: Path, target: Path) -> None:
    """Copy a file with its time (the server's ETag comes from it), into a folder that is made when needed."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, target)


def write_json(path: Path, value: object) -> None:
    """Write a value as JSON that a person can read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def read_json(path: Path) -> Any:
    """Read a JSON file of this project, or of a package whose digest was checked."""
    return json.loads(path.read_text(encoding="utf-8"))


def swap(new: Path, place: Path) -> None:
    """Put a finished folder in the place of an older one; whoever looks never sees half of one.

    The older one ends up beside `new`, in a folder that the caller removes.
    """
    if place.exists():
        place.rename(new.with_name(f"{new.name}.old"))
    new.rename(place)


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Hold other builds in this checkout back, until this one is done or its process has ended."""
    CACHE.mkdir(exist_ok=True)
    with (CACHE / "lock").open("w") as file:
        try:
            import fcntl
        except ImportError:  # Windows: builds side by side are then up to the person
            yield
            return
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Waiting for another build in this folder")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
