"""The Python of the README and of the guides runs as it stands there, and the commands in them are the command's."""

from __future__ import annotations

import ast
import asyncio
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from build import ROOT
from tabsam import cli
from tests.support.pictures import encoded, two_discs
from tests.unit.test_docs import DOCUMENTS

README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the current folder: one with a picture and the model."""
    (tmp_path / "cat.jpg").write_bytes(encoded(two_discs(300, 451), "JPEG"))
    (tmp_path / "models").symlink_to(ROOT / "models")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run_blocks(document: str) -> dict[str, Any]:
    """Run a document's blocks of Python, one after the other, and give the names that they have made."""
    names: dict[str, Any] = {}
    for block in re.findall(r"```python\n(.*?)```", (ROOT / document).read_text(encoding="utf-8"), re.DOTALL):
        code = compile(block, document, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        if running := eval(code, names):
            asyncio.run(running)
    return names


def test_the_guides_python_runs(folder: Path) -> None:
    names = run_blocks("docs/python.md")
    assert names["shaped"].mask().any()
    assert len(names["found"]) == 3
    written = {"cat-mask.png", "cat.json", "cut-out.png", "everything.json", "cat-shaped.svg"}
    assert written <= {path.name for path in folder.iterdir()}


@pytest.mark.parametrize(
    ("document", "file"),
    [
        ("docs/index.md", "cat-mask.png"),
        ("docs/cut-out.md", "cut-out.png"),
        ("docs/count.md", "areas.csv"),
        ("docs/script.md", "surest.geojson"),
    ],
)
def test_a_guides_python_runs(document: str, file: str, folder: Path) -> None:
    run_blocks(document)
    assert (folder / file).stat().st_size > 0


def test_the_python_about_measuring_runs() -> None:
    names = run_blocks("docs/measuring.md")  # what is only for a file that is run is left out, as its first line says
    assert names["compare"](names["mask"], names["truth"]).iou == pytest.approx(5 / 6)


def test_every_document_with_python_is_run() -> None:
    run = {
        "README.md",
        "docs/python.md",
        "docs/embeddings.md",
        "docs/index.md",
        "docs/cut-out.md",
        "docs/count.md",
        "docs/script.md",
        "docs/measuring.md",
    }
    in_the_page = {"docs/scripting.md"}  # by tests/unit/page/test_scripts.py
    assert {name for name in DOCUMENTS if "```python" in (ROOT / name).read_text("utf-8")} == run | in_the_page


def test_its_python_runs(folder: Path) -> None:
    names = run_blocks("README.md")
    assert names["mask"].shape == (300, 451)
    assert names["polygons"][0][0].shape[1] == 2
    assert len(names["candidates"]) == 3


def commands(document: str) -> list[list[str]]:
    """Give the calls of `tabsam` in a document, each by its words; `|` and what a shell does after it are not among them."""
    lines = re.findall(r"^tabsam ([a-z].*)", (ROOT / document).read_text("utf-8"), re.MULTILINE)
    return [shlex.split(line.partition(" | ")[0], comments=True) for line in lines]


@pytest.mark.parametrize("document", [name for name in DOCUMENTS if commands(name)])
def test_the_commands_are_there_with_their_options(document: str, capsys: pytest.CaptureFixture[str]) -> None:
    calls = commands(document)
    for name in {call[0] for call in calls} - {"models"}:
        assert cli.main([name, "--help"]) == 0
        offered = capsys.readouterr().out
        used = {word for call in calls for word in call if call[0] == name and word.startswith("--")}
        assert not [word for word in used if f"{word} " not in offered]


def test_the_python_about_embeddings_runs(folder: Path) -> None:
    names: dict[str, Any] = {}
    for block in re.findall(r"```python\n(.*?)```", (ROOT / "docs/embeddings.md").read_text(encoding="utf-8"), re.DOTALL):
        exec(compile(block, "docs/embeddings.md", "exec"), names)
    assert (folder / "cat.safetensors").is_file()
    assert names["same"].iou_prediction == pytest.approx(names["best"].iou_prediction, abs=1e-3)


def test_its_command_runs(folder: Path) -> None:
    (command,) = re.findall(r"^tabsam segment .*", README, re.MULTILINE)
    assert cli.main(shlex.split(command)[1:]) == 0
    assert (folder / "cat-cutout.png").is_file()
