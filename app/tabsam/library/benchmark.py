"""How fast a model is here: measured, told as JSON, as a table for an issue or as a page, and compared with another run."""

from __future__ import annotations

import os
import platform
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from html import escape
from importlib.metadata import version
from typing import Any

import numpy as np
from PIL import Image

import tabsam
from tabsam.errors import FormatError
from tabsam.library.loading import load

FORMAT = "tabsam-bench"
VERSION = 1
TIMES = ("encode", "decode")
_STYLE = (
    "body{font:16px/1.5 system-ui;margin:2em auto;max-width:60em}"
    "td,th{padding:.2em 1em;text-align:right}th:first-child{text-align:left}"
)


def measure(
    model: str,
    picture: Image.Image | None = None,
    *,
    rounds: int = 20,
    progress: Callable[[int, int], None] = lambda done, of: None,
    **settings: Any,
) -> dict[str, Any]:
    """Measure a model.

    Parameters
    ----------
    model : str
        As for :func:`tabsam.load`.
    picture : PIL.Image.Image, mode "RGB", optional
        Else one that is drawn, of 1024 x 768 pixels.
    rounds : int, >= 1
        Runs of each of encoder and decoder, beside the first, which is told apart.
    **settings
        Those of the model.

    Returns
    -------
    dict
        Fit for JSON: ``load_s``; ``encode_ms`` and ``decode_ms`` with ``first``, ``p50``, ``p95`` and ``n`` (a picture's
        preprocessing is part of its encoding, and the choice between the answers of the decoding); ``peak_memory_bytes`` of this
        process, or None; ``model``, ``provider``, ``picture``, ``machine``, ``versions``.
    """
    image = (picture or _drawn()).copy()
    times: dict[str, list[float]] = {name: [] for name in TIMES}
    begun = time.perf_counter()
    with load(model, **settings) as segmenter:
        loaded = time.perf_counter() - begun
        for number in range(rounds + 1):
            image.putpixel((0, 0), (number % 256, 0, 0))  # another picture each time: none is known already
            times["encode"].append(_milliseconds(lambda: segmenter.set_image(image)))
            times["decode"].append(_milliseconds(lambda: segmenter.ask([(image.width / 2, image.height / 2)], [1])))
            progress(number + 1, rounds + 1)
        provider = segmenter.provider
    return {
        "format": FORMAT,
        "version": VERSION,
        "model": model,
        "provider": provider,
        "settings": {name: value for name, value in settings.items() if value is not None},
        "picture": {"width": image.width, "height": image.height},
        "load_s": round(loaded, 3),
        **{f"{name}_ms": _summed(values) for name, values in times.items()},
        "peak_memory_bytes": peak_memory(),
        "machine": _machine(),
        "versions": {"tabsam": tabsam.__version__, "python": platform.python_version()}
        | {name: version(name) for name in ("onnxruntime", "numpy", "pillow")},
    }


def checked(value: Any) -> dict[str, Any]:
    """Give a run back if it is one that :func:`measure` gave.

    Raises
    ------
    FormatError
        ``no-benchmark``.
    """
    try:
        if value["format"] == FORMAT and value["version"] == VERSION and rows(value) and about(value):
            return dict(value)
    except (TypeError, KeyError, ValueError, AttributeError):
        pass
    raise FormatError("no-benchmark", "This file is no benchmark of this version.", "Make one with tabsam bench --output FILE.")


def rows(run: Mapping[str, Any], other: Mapping[str, Any] | None = None) -> list[tuple[str, ...]]:
    """Give the lines of a table: what, how much, and of another run how much, and how many times that is."""
    values, others = _values(run), _values(other) if other else {}
    table: list[tuple[str, ...]] = []
    for what, (number, unit) in values.items():
        row: tuple[str, ...] = (what, _number(number, unit))
        if other:
            before = others[what][0]
            ratio = f"{number / before:.2f}" if number and before else ""
            row = (*row, _number(before, unit), ratio)
        table.append(row)
    return table


def markdown(run: Mapping[str, Any], other: Mapping[str, Any] | None = None) -> str:
    """Tell a run, or two, as a table fit for an issue."""
    table = [_head(other), *rows(run, other)]
    lines = [f"| {' | '.join(row)} |" for row in table]
    lines.insert(1, "|" + " --- |" * len(table[0]))
    return "\n".join([about(run), *([f"Compared with: {about(other)}"] if other else []), "", *lines, ""])


def page(run: Mapping[str, Any], other: Mapping[str, Any] | None = None) -> str:
    """Tell a run, or two, as a page that needs nothing else."""
    head = "".join(f"<th>{escape(cell)}</th>" for cell in _head(other))
    body = "".join(f"<tr>{''.join(_cell(cell, place) for place, cell in enumerate(row))}</tr>\n" for row in rows(run, other))
    compared = f"<p>Compared with: {escape(about(other))}</p>" if other else ""
    return (
        f'<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>tabsam bench</title><style>{_STYLE}</style>\n'
        f"<h1>tabsam bench</h1><p>{escape(about(run))}</p>{compared}\n<table><tr>{head}</tr>\n{body}</table></html>\n"
    )


def about(run: Mapping[str, Any]) -> str:
    """Say in a line what was measured where."""
    machine, versions, picture = run["machine"], run["versions"], run["picture"]
    return (
        f"{run['model']} on {run['provider']}, {picture['width']} x {picture['height']} pixels; {machine['processor']}, "
        f"{machine['cores']} cores, {machine['system']}; " + ", ".join(f"{name} {number}" for name, number in versions.items())
    )


def peak_memory() -> int | None:
    """Give the most memory that this process had so far, in bytes; None where the system does not tell."""
    if sys.platform == "win32":
        return None
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def _values(run: Mapping[str, Any]) -> dict[str, tuple[float | None, str]]:
    values: dict[str, tuple[float | None, str]] = {"load": (run["load_s"] * 1000, "ms")}
    for name in TIMES:
        values |= {f"{name}, {which}": (float(run[f"{name}_ms"][which]), "ms") for which in ("first", "p50", "p95")}
    memory = run["peak_memory_bytes"]
    return values | {"peak memory": (None if memory is None else memory / 1e6, "MB")}


def _head(other: Mapping[str, Any] | None) -> tuple[str, ...]:
    return ("", "this run", "the other", "ratio") if other else ("", "this run")


def _number(number: float | None, unit: str) -> str:
    return "" if number is None else f"{number:.{0 if number >= 100 else 1}f} {unit}"


def _cell(text: str, place: int) -> str:
    return f"<td>{escape(text)}</td>" if place else f"<th>{escape(text)}</th>"


def _milliseconds(call: Callable[[], object]) -> float:
    begun = time.perf_counter()
    call()
    return (time.perf_counter() - begun) * 1000


def _summed(values: Sequence[float]) -> dict[str, Any]:
    first, *rest = values
    p50, p95 = np.percentile(rest or [first], [50, 95])
    return {"first": round(first, 2), "p50": round(float(p50), 2), "p95": round(float(p95), 2), "n": len(rest)}


def _machine() -> dict[str, Any]:
    """Describe the machine, but not which one it is."""
    system, architecture = platform.system(), platform.machine()
    return {"system": system, "architecture": architecture, "processor": _processor(), "cores": os.cpu_count()}


def _processor() -> str:
    """Name the processor, as far as the system tells."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def _drawn(width: int = 1024, height: int = 768) -> Image.Image:
    """Draw a bright disc on noise, the same each time."""
    y, x = np.mgrid[:height, :width]
    pixels = np.random.default_rng(0).integers(60, 120, (height, width, 3), np.uint8)
    pixels[(x - width / 2) ** 2 + (y - height / 2) ** 2 < (height / 4) ** 2] = (220, 180, 40)
    return Image.fromarray(pixels)
