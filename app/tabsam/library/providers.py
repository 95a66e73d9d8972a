"""What runs a model's graphs here: the providers that this onnxruntime has, and the one that the settings ask for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import onnxruntime as ort

from tabsam.errors import ModelError
from tabsam.library.settings import Settings
from tabsam.model.native import CPU, PROCESSOR, Provider

NAMES = {
    "cpu": CPU,
    "cuda": "CUDAExecutionProvider",
    "coreml": "CoreMLExecutionProvider",
    "directml": "DmlExecutionProvider",
    "openvino": "OpenVINOExecutionProvider",
}
"""The settings' names, and onnxruntime's."""

_AUTOMATIC = ("cuda", "directml")
"""What "auto" tries before the processor. CoreML and OpenVINO cut a graph with free axes into pieces, and are often slower."""

_INSTALL = {
    "cuda": "pip install onnxruntime-gpu",
    "coreml": "use macOS, whose onnxruntime has it",
    "directml": "pip install onnxruntime-directml, on Windows",
    "openvino": "pip install onnxruntime-openvino",
}


def available() -> tuple[str, ...]:
    """Name the providers that this onnxruntime has, as the settings do."""
    there = ort.get_available_providers()
    return tuple(name for name, own in NAMES.items() if own in there)


def choices(settings: Settings) -> Iterator[tuple[str, Sequence[Provider]]]:
    """Give what is to be tried, the best first: the settings' name of each, and what :func:`tabsam.model.native.load` takes.

    Raises
    ------
    ModelError
        ``provider-missing`` where one is asked for that this onnxruntime has not.
    """
    there = available()
    if settings.provider == "auto":
        yield from ((name, _chain(name, settings)) for name in _AUTOMATIC if name in there)
        yield "cpu", PROCESSOR
        return
    if settings.provider not in there:
        raise ModelError(
            "provider-missing",
            f"This onnxruntime cannot run models on '{settings.provider}'.",
            f"To have it: {_INSTALL[settings.provider]}. Here there is: {', '.join(there)}.",
        )
    yield settings.provider, _chain(settings.provider, settings)


def _chain(name: str, settings: Settings) -> Sequence[Provider]:
    if name == "cpu":
        return PROCESSOR
    options = {"gpu_mem_limit": str(settings.memory_limit)} if name == "cuda" and settings.memory_limit else {}
    return ((NAMES[name], options), *PROCESSOR)
