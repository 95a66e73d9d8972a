"""What pip installs for the build and the tests is in lists with digests, and those are of what pyproject.toml wishes."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools import locks
from tools.locks import FOLDER, HASHED, LOCKS, path_of, wishes
from tools.packages import project
from tools.terminal import BuildError

TOGETHER = ("test", "interop", "conformance", "torch")
"""All of one environment."""


def pins(name: str) -> dict[str, str]:
    """Give what a list has, with the digests."""
    return locks._pinned(FOLDER / f"{name}.txt")


def versions(*names: str) -> dict[str, set[str]]:
    """Give the versions that lists have, by package: of some there is one for each Python."""
    found: dict[str, set[str]] = {}
    for pin in (pin for name in names for pin in pins(name)):
        package, version = re.split(r"==| ;", pin)[:2]
        found.setdefault(package, set()).add(version)
    return found


@pytest.mark.parametrize("name", LOCKS)
def test_every_list_is_of_what_is_wished_today(name: str) -> None:
    assert path_of(name).is_file()


def test_there_is_no_list_that_nothing_installs() -> None:
    assert sorted(path.stem for path in FOLDER.iterdir()) == sorted(LOCKS)


@pytest.mark.parametrize(
    ("name", "lists"),
    [
        ("backend", ("backend",)),
        ("test", ("test",)),
        ("interop", ("test", "interop")),
        ("conformance", TOGETHER),
        ("interop-all", ("interop-all",)),
        ("uv", ("uv",)),
    ],
)
def test_what_is_wished_is_listed_in_a_version_that_will_do(name: str, lists: tuple[str, ...]) -> None:
    listed = versions(*lists)
    for wish in map(Requirement, wishes(name)):
        assert all(wish.specifier.contains(version) for version in listed[canonicalize_name(wish.name)]), wish


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_has_digests_and_no_address(name: str) -> None:
    listed = pins(name)
    assert listed
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}\b", text) for text in listed.values())
    text = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    assert text.count("==") >= len(listed)
    assert not re.search(r"://|index|@|^-", text, re.MULTILINE)


def test_what_goes_together_has_the_same_versions() -> None:
    everywhere = {name: set(pins(name)) for name in ("backend", *TOGETHER)}
    for one, other in ((one, other) for one in everywhere for other in everywhere):
        packages = {pin.partition("==")[0] for pin in everywhere[one]} & {pin.partition("==")[0] for pin in everywhere[other]}
        for package in packages:
            assert versions(one)[package] == versions(other)[package], (one, other)
    (plain,), (without,) = versions("torch")["torch"], versions("torch-cpu")["torch"]
    assert without == f"{plain}+cpu"


def test_a_list_of_other_wishes_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    about: Any = project()
    about["project"]["optional-dependencies"]["test"].append("unheard-of>=1")
    monkeypatch.setattr(locks, "project", lambda: about)
    assert "unheard-of>=1" in wishes("test")
    assert path_of("backend").is_file()
    with pytest.raises(BuildError, match=r"locks/test\.txt is not of what pyproject\.toml wishes\. Run: python3 build\.py lock"):
        path_of("test")


def test_an_own_extra_stands_for_what_it_wishes() -> None:
    wished = wishes("test")
    assert "onnxruntime>=1.20" in wished
    assert not [wish for wish in wished if wish.startswith("tabsam")]


def test_pip_takes_a_wheel_of_the_digest_and_no_other(tmp_path: Path) -> None:
    wheel = tmp_path / "small-1-py3-none-any.whl"
    about = "Metadata-Version: 2.1\nName: small\nVersion: 1\nRequires-Dist: unheard-of\n"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("small.py", "")
        archive.writestr("small-1.dist-info/METADATA", about)
        archive.writestr("small-1.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr("small-1.dist-info/RECORD", "")
    digest, lock = hashlib.sha256(wheel.read_bytes()).hexdigest(), tmp_path / "lock.txt"
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "pip",
        "install",
        *HASHED,
        "--no-index",
        "-f",
        tmp_path,
        "--target",
        tmp_path / "new",
    ]
    for text, taken in ((f"{digest[:-1]}x".replace("x", "0" if digest[-1] != "0" else "1"), False), (digest, True)):
        lock.write_text(f"small==1 --hash=sha256:{text}\n")
        answer = subprocess.run([*command, "-r", lock], capture_output=True, text=True, check=False)
        assert (answer.returncode == 0) is taken, answer.stderr
        assert (tmp_path / "new/small.py").is_file() is taken
    assert not (tmp_path / "new/unheard_of").exists()
