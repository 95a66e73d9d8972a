"""The package's rooms: imports go downwards and never in a circle, also those made on demand or for the type checker alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from build import ROOT

APP = ROOT / "app"
ROOMS = ("errors", "arrays", "json_text", "geometry", "pictures", "model", "document", "formats", "library", "batch", "page")
"""From the ground up; cli, and __main__ that calls it, are beside page."""
LONGEST = 300
"""Lines of a module. What is longer does two things."""


@cache
def modules() -> dict[str, Path]:
    """Give every module of the package, by its dotted name."""
    files = sorted((APP / "tabsam").rglob("*.py"))
    return {".".join(file.relative_to(APP).with_suffix("").parts).removesuffix(".__init__"): file for file in files}


def imports_of(file: Path) -> Iterator[str]:
    """Give the modules of the package that a file names in its imports."""
    known = modules()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "tabsam":
            yield from ({f"{node.module}.{name.name}" for name in node.names} & known.keys()) or {node.module}
        elif isinstance(node, ast.Import):
            yield from {name.name for name in node.names} & known.keys()


def floor_of(module: str) -> int:
    """Tell on which floor a module is."""
    room = module.split(".")[1]
    return ROOMS.index("page" if room in ("cli", "__main__") else room)


@pytest.mark.parametrize(("module", "file"), [item for item in modules().items() if item[0] != "tabsam"], ids=str)
def test_imports_go_downwards(module: str, file: Path) -> None:
    above = [name for name in imports_of(file) if name != "tabsam" and floor_of(name) > floor_of(module)]
    assert not above, f"{module} imports from rooms above it"


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = {module: {name for name in imports_of(file) if name != module} for module, file in modules().items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(reversed(error.args[1])))


def test_no_module_is_too_long_to_be_read_in_one_go() -> None:
    # Declarations stand each for itself, however many there are.
    read = {module: file for module, file in modules().items() if not module.startswith("tabsam.page.protocol.")}
    long = {module for module, file in read.items() if len(file.read_text(encoding="utf-8").splitlines()) > LONGEST}
    assert not long


def test_the_entries_know_nothing_of_each_other() -> None:
    commands = {module: file for module, file in modules().items() if module.startswith("tabsam.cli")}
    assert not [name for file in commands.values() for name in imports_of(file) if name.startswith("tabsam.page")]
    others = {module: file for module, file in modules().items() if module not in commands}
    assert [module for module, file in others.items() if commands.keys() & {*imports_of(file)}] == ["tabsam.__main__"]


def test_the_page_knows_nothing_of_the_library() -> None:
    # It is a floor below the page, and yet CPython's alone: it needs onnxruntime, a disk and a network of its own.
    page = [file for module, file in modules().items() if module.startswith("tabsam.page")]
    assert page
    assert not [file for file in page if any(name.startswith("tabsam.library") for name in imports_of(file))]


def test_every_room_says_what_it_is_for() -> None:
    rooms = [file for module, file in modules().items() if file.name == "__init__.py"]
    assert len(rooms) > len(ROOMS) - 2
    for file in rooms:
        words = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
        assert len(words.splitlines()) >= 3, f"{file.parent.name} does not say what it is for"
