"""The package: what is in each wheel, and that one that was installed works without a network."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest

from build import ROOT
from tools.files import read_json
from tools.packages import project, version
from tools.packaging import LARGEST, PYTHONS, fresh_environment, smoke
from tools.pyodide import build_wheel, install_backend


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with the wheel and the sdist."""
    folder = tmp_path_factory.mktemp("packages")
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, env={"PYTHONPATH": str(install_backend())}, check=True, capture_output=True)
    return folder


def names_in(wheel: Path) -> set[str]:
    return set(zipfile.ZipFile(wheel).namelist())


def test_the_wheel_has_the_command_and_the_model(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    assert wheel.stat().st_size <= LARGEST
    names = names_in(wheel)
    entry = read_json(ROOT / "models/catalog.json")["models"][0]
    parts = {f"tabsam/models/{one['url']}" for one in entry.values() if isinstance(one, dict) and "url" in one}
    assert len(parts) == 3
    assert parts < names
    assert {"tabsam/py.typed", "tabsam/models/catalog.json", "tabsam/cli/app.py", "tabsam/batch/log.py"} < names
    assert not [name for name in names if name.startswith("tests/") or "__pycache__" in name]


def test_the_pages_wheel_has_neither() -> None:
    wheel = build_wheel()
    assert not [name for name in names_in(wheel) if re.match(r"tabsam/(cli|batch|models)/|tabsam_export|tabsam/__main__", name)]


def test_the_sdist_has_what_the_wheel_is_made_of(built: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"models/nano/encoder.onnx", "models/export/hatch_build.py", "CHANGELOG.md", "CITATION.cff", "LICENSE"} < names


def test_the_version_is_stated_in_one_place() -> None:
    assert f"version: {version()}\n" in (ROOT / "CITATION.cff").read_text("utf-8")
    assert "version" not in project()["project"]


def test_the_pythons_that_are_tried_are_those_that_it_says_it_is_for() -> None:
    stated = [one.rpartition(" ")[2] for one in project()["project"]["classifiers"] if " Python :: 3." in one]
    assert tuple(stated) == PYTHONS
    assert project()["project"]["requires-python"] == f">={PYTHONS[0]}"


@pytest.mark.long
def test_an_installed_wheel_segments_without_a_network(built: Path, tmp_path: Path) -> None:
    (wheel,) = built.glob("*.whl")
    others = Path(np.__file__).parents[1]
    programs = fresh_environment(sys.executable, tmp_path / "venv", "--no-index", "--no-deps", wheel, packages=[others])
    where = [str(programs / "python"), "-c", "import tabsam; print(tabsam.__file__)"]
    assert str(tmp_path) in subprocess.run(where, cwd=tmp_path, env={}, capture_output=True, text=True, check=True).stdout
    (tmp_path / "work").mkdir()
    smoke(programs, tmp_path / "work")
