"""The Python of the README, and of the guide to the library, runs as it stands there."""

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


def test_its_python_runs(folder: Path) -> None:
    names = run_blocks("README.md")
    assert names["mask"].shape == (300, 451)
    assert names["polygons"][0][0].shape[1] == 2
    assert len(names["candidates"]) == 3


@pytest.mark.parametrize("document", ["README.md", "docs/command-line.md"])
def test_the_commands_are_there_with_their_options(document: str, capsys: pytest.CaptureFixture[str]) -> None:
    lines = re.findall(r"^tabsam ([a-z].*)", (ROOT / document).read_text("utf-8"), re.MULTILINE)
    calls = [shlex.split(line, comments=True) for line in lines]
    assert {"segment", "everything", "batch", "convert"} <= {call[0] for call in calls}
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
