"""The table in docs/interoperability.md: how alike objects are after they have been through another program."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from build import ROOT
from tabsam.formats.registry import FORMATS
from tabsam.formats.tools.table import TOOLS
from tests.interop.consumers import CONSUMERS, Consumer
from tests.interop.measuring import Likeness, likeness, read_again, written

PAGE = ROOT / "docs/interoperability.md"
_HEAD = """# Other programs

`python -m tests.interop` writes this page, with the extras `interop` and `interop-all` of pyproject.toml installed; the tests in
tests/interop keep it true. Each program reads what tabsam has written of four pictures, and tabsam reads what the program writes
of that. Objects are compared in pixels, each with the likest of its class: intersection over union, on average and of the least
alike. Below 1 is what a program's own filling of polygons does: pycocotools samples edges at fifths of a pixel, OpenCV
(supervision) paints corners rounded to whole pixels, with their edges; and what supervision writes has no holes.

| format | program | tabsam writes: average | least | it writes: average | least |
| --- | --- | --- | --- | --- | --- |
"""
_TAIL = """
Label Studio's own converter (label-studio-sdk 2.1.2) unpacks the brush masks that tabsam packs, and the other way round, to the
pixel; its test runs where it is installed, which is not asked for: it holds NumPy back. labelme needs Qt, Ultralytics PyTorch,
and the other tools below have no reader that can be installed alone: their files are tested by examples in their own shape
(tests/unit/formats/tools).

| tool | file | what it holds |
| --- | --- | --- |
"""


def is_there(consumer: Consumer) -> bool:
    """Tell whether a program is installed, with the libraries of the system that it needs."""
    if find_spec(consumer.imports) is None:
        return False
    try:
        __import__(consumer.imports)
    except OSError:  # cairo
        return False
    return True


@cache
def measured(consumer: Consumer) -> tuple[Likeness | None, Likeness | None]:
    """Give how alike what it reads is, and what it writes."""
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = Path(folder, "ours"), Path(folder, "theirs")
        objects = written(ours, consumer.format)
        if consumer.write:
            consumer.write(ours, theirs)
        wrote = likeness(objects, read_again(theirs)) if consumer.write else None
        return (likeness(objects, consumer.read(ours)) if consumer.read else None), wrote


def row(consumer: Consumer) -> str:
    """Write a program's line."""
    cells = [cell for one in measured(consumer) for cell in ((f"{one.mean:.3f}", f"{one.least:.3f}") if one else ("", ""))]
    return f"| {FORMATS[consumer.format].title} | {consumer.package} | {' | '.join(cells)} |"


def page() -> str:
    """Write the whole page; what is said of programs that are not installed is left as it is."""
    before = PAGE.read_text(encoding="utf-8").splitlines() if PAGE.is_file() else []

    def lines() -> Iterator[str]:
        for one in CONSUMERS:
            beginning = f"| {FORMATS[one.format].title} | {one.package} |"
            yield from [row(one)] if is_there(one) else [line for line in before if line.startswith(beginning)]

    return _HEAD + "".join(f"{line}\n" for line in lines()) + _TAIL + "".join(f"{line}\n" for line in tools())


def tools() -> Iterator[str]:
    """Write a line for each tool's format."""
    return (f"| {one.title} | {one.extension} | {one.holds} |" for one in TOOLS.values())
