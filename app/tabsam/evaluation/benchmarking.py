"""How fast a model is on CPython, on this machine."""

from __future__ import annotations

import os
import platform
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

from PIL import Image

import tabsam
from tabsam.evaluation.benchmark import FORMAT, TIMES, VERSION, drawn, summed
from tabsam.library.loading import load


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
    image = (picture or Image.fromarray(drawn())).copy()
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
        **{f"{name}_ms": summed(values) for name, values in times.items()},
        "peak_memory_bytes": peak_memory(),
        "machine": _machine(),
        "versions": {"tabsam": tabsam.__version__, "python": platform.python_version()}
        | {name: version(name) for name in ("onnxruntime", "numpy", "pillow")},
    }


def peak_memory() -> int | None:
    """Give the most memory that this process had so far, in bytes; None where the system does not tell."""
    if sys.platform == "win32":
        return None
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def _milliseconds(call: Callable[[], object]) -> float:
    begun = time.perf_counter()
    call()
    return (time.perf_counter() - begun) * 1000


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
