"""A benchmark's run as data: checked, summed up, told as a table, for an issue or as a page, and compared with another run.

It is pure. Who measures fills in what it knows; what only one of two runs has stands alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tabsam.arrays import UInt8Array
from tabsam.errors import FormatError
from tabsam.evaluation.html import Cell, document, table
from tabsam.formats.shared.writing import xml_text

FORMAT = "tabsam-bench"
VERSION = 1
TIMES = ("encode", "decode")
MEMORY = {"peak_memory_bytes": "peak memory", "gpu_bytes": "GPU memory", "javascript_bytes": "JavaScript heap"}
"""What a run may say of memory, in bytes or None, and its name. The first is of a process, the others of a tab."""

Row = tuple[str, ...]


def summed(milliseconds: Sequence[float]) -> dict[str, Any]:
    """Sum up times, of which the first is told apart.

    Parameters
    ----------
    milliseconds : at least one
        In the order in which they were measured.

    Returns
    -------
    dict
        ``first``, ``p50`` and ``p95`` in ms, of the others where there are any, and ``n``, how many others there are.
    """
    first, *rest = milliseconds
    p50, p95 = np.percentile(rest or [first], [50, 95])
    return {"first": round(first, 2), "p50": round(float(p50), 2), "p95": round(float(p95), 2), "n": len(rest)}


def drawn(width: int = 1024, height: int = 768) -> UInt8Array:
    """Draw a bright disc on noise, the same each time: uint8, shape (height, width, 3), RGB."""
    y, x = np.mgrid[:height, :width]
    pixels = np.random.default_rng(0).integers(60, 120, (height, width, 3), np.uint8)
    pixels[(x - width / 2) ** 2 + (y - height / 2) ** 2 < (height / 4) ** 2] = (220, 180, 40)
    return pixels


def checked(value: Any) -> dict[str, Any]:
    """Give a run back if it is one that can be told.

    Raises
    ------
    FormatError
        ``no-benchmark``.
    """
    try:
        if value["format"] == FORMAT and value["version"] == VERSION and rows(value) and about(value):
            return dict(value)
    except (TypeError, KeyError, ValueError, AttributeError, OverflowError):
        pass
    raise FormatError("no-benchmark", "This file is no benchmark of this version.", "Make one with tabsam bench --output FILE.")


def rows(run: Mapping[str, Any], other: Mapping[str, Any] | None = None) -> list[Row]:
    """Give the lines of a table: what, how much, and of another run how much, and how many times that is."""
    values = _values(run)
    if other is None:
        return [(what, _number(*value)) for what, value in values.items()]
    others = _values(other)
    lines: list[Row] = []
    for what in values | others:
        (number, unit), (before, its_unit) = values.get(what, (None, "")), others.get(what, (None, ""))
        ratio = f"{number / before:.2f}" if number and before else ""
        lines.append((what, _number(number, unit), _number(before, its_unit), ratio))
    return lines


def head(other: Mapping[str, Any] | None = None) -> Row:
    """Give the names of the columns of :func:`rows`."""
    return ("", "this run") if other is None else ("", "this run", "the other", "ratio")


def differing(run: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """Name what makes two runs no measurement of the same: their ratios are not of two machines or versions alone."""
    differ = [what for what in ("model", "picture", "provider") if run[what] != other[what]]
    digests = (run.get("model_sha256"), other.get("model_sha256"))
    if "model" not in differ and all(digests) and digests[0] != digests[1]:
        differ.insert(0, "the model's files")
    return differ


def markdown(run: Mapping[str, Any], other: Mapping[str, Any] | None = None) -> str:
    """Tell a run, or two, as a table fit for an issue."""
    names = head(other)
    lines = [f"| {' | '.join(row)} |" for row in (names, *rows(run, other))]
    lines.insert(1, "|" + " --- |" * len(names))
    return "\n".join([about(run), *compared(run, other), "", *lines, ""])


def page(run: Mapping[str, Any], other: Mapping[str, Any] | None = None) -> str:
    """Tell a run, or two, as a page that needs nothing else."""
    lines = "".join(f"<p>{xml_text(line)}</p>\n" for line in (about(run), *compared(run, other)))
    cells: list[list[Cell | str]] = [[what, *map(Cell, numbers)] for what, *numbers in rows(run, other)]
    return document("tabsam bench", f"<h1>tabsam bench</h1>\n{lines}{table(head(other), cells)}")


def about(run: Mapping[str, Any]) -> str:
    """Say in a line what was measured where."""
    machine, versions, picture = run["machine"], run["versions"], run["picture"]
    return (
        f"{run['model']} on {run['provider']}, {picture['width']} x {picture['height']} pixels; {machine['processor']}, "
        f"{machine['cores']} cores, {machine['system']}; " + ", ".join(f"{name} {number}" for name, number in versions.items())
    )


def compared(run: Mapping[str, Any], other: Mapping[str, Any] | None) -> list[str]:
    """Say in sentences what a run is compared with, and what was not the same."""
    if other is None:
        return []
    differ = differing(run, other)
    return [f"Compared with: {about(other)}.", *([f"Not the same in both: {', '.join(differ)}."] if differ else [])]


def _values(run: Mapping[str, Any]) -> dict[str, tuple[float | None, str]]:
    loading = {} if run.get("load_s") is None else {"load": _finite(run["load_s"]) * 1000}  # a tab has loaded it already
    values: dict[str, tuple[float | None, str]] = {name: (time, "ms") for name, time in loading.items()}
    for name in TIMES:
        values |= {f"{name}, {which}": (_finite(run[f"{name}_ms"][which]), "ms") for which in ("first", "p50", "p95")}
    told = {name: run[key] for key, name in MEMORY.items() if run.get(key) is not None}
    return values | {name: (_finite(size) / 1e6, "MB") for name, size in told.items()}


def _finite(value: Any) -> float:
    """Take a number of a file. JSON as Python reads it also has NaN and Infinity."""
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(value)
    return number


def _number(number: float | None, unit: str) -> str:
    return "" if number is None else f"{number:.{0 if number >= 100 else 1}f} {unit}"
