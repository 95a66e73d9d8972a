"""tabsam: Segment Anything, with the segmentation in Python: in a browser tab (Pyodide) and on CPython alike.

Its rooms, each of which imports only from those before it: errors and arrays, geometry/, model/, document/, formats/, and the
entries page/ and cli. What scripts need is importable from here.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from tabsam.errors import CancelledError, FormatError, ImageError, ModelError, PromptError, RequestError, StateError, TabsamError
from tabsam.model.candidate import Candidate
from tabsam.model.embedding import Embedding
from tabsam.model.image import open_image
from tabsam.model.segmenter import Segmenter

if TYPE_CHECKING:
    from tabsam.model import everything, native, sync

__all__ = [
    "CancelledError",
    "Candidate",
    "Embedding",
    "FormatError",
    "ImageError",
    "ModelError",
    "PromptError",
    "RequestError",
    "Segmenter",
    "StateError",
    "TabsamError",
    "everything",
    "native",
    "open_image",
    "sync",
]
__version__ = "0.1.0"

_ON_DEMAND = {"everything": "tabsam.model.everything", "native": "tabsam.model.native", "sync": "tabsam.model.sync"}
"""Modules that are imported when somebody asks for them: the page's start needs none, and not everybody has onnxruntime."""


if not TYPE_CHECKING:  # or every name would be one to the type checker

    def __getattr__(name: str) -> object:
        if name in _ON_DEMAND:
            return import_module(_ON_DEMAND[name])
        raise AttributeError(f"module 'tabsam' has no attribute {name!r}")
