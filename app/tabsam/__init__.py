"""tabsam: Segment Anything, with the segmentation in Python: in a browser tab (Pyodide) and on CPython alike.

Its rooms, each of which imports only from those before it: errors and arrays, geometry/, model/, document/, formats/, library/,
batch/, evaluation/, and the entries page/ and cli/. What scripts need is importable from here.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from tabsam.errors import (
    CancelledError,
    EvaluationError,
    FormatError,
    ImageError,
    ModelError,
    PromptError,
    RequestError,
    SettingsError,
    StateError,
    TabsamError,
)
from tabsam.model.candidate import Candidate
from tabsam.model.embedding import Embedding
from tabsam.model.image import open_image
from tabsam.model.segmenter import Segmenter

if TYPE_CHECKING:
    from tabsam.library import catalogue, store
    from tabsam.library.embeddings import open_embedding, save_embedding
    from tabsam.library.images import as_image
    from tabsam.library.loading import load
    from tabsam.library.prompting import Prompt
    from tabsam.library.segmenter import SyncSegmenter
    from tabsam.library.settings import Settings
    from tabsam.model import everything, native

__all__ = [
    "CancelledError",
    "Candidate",
    "Embedding",
    "EvaluationError",
    "FormatError",
    "ImageError",
    "ModelError",
    "Prompt",
    "PromptError",
    "RequestError",
    "Segmenter",
    "Settings",
    "SettingsError",
    "StateError",
    "SyncSegmenter",
    "TabsamError",
    "as_image",
    "catalogue",
    "everything",
    "load",
    "native",
    "open_embedding",
    "open_image",
    "save_embedding",
    "store",
]
__version__ = "0.1.0"

_ON_DEMAND = {
    "Prompt": "tabsam.library.prompting:Prompt",
    "Settings": "tabsam.library.settings:Settings",
    "SyncSegmenter": "tabsam.library.segmenter:SyncSegmenter",
    "as_image": "tabsam.library.images:as_image",
    "catalogue": "tabsam.library.catalogue",
    "everything": "tabsam.model.everything",
    "load": "tabsam.library.loading:load",
    "native": "tabsam.model.native",
    "open_embedding": "tabsam.library.embeddings:open_embedding",
    "save_embedding": "tabsam.library.embeddings:save_embedding",
    "store": "tabsam.library.store",
}
"""What is imported when somebody asks for it: the page's start needs none, and not everybody has onnxruntime."""


if not TYPE_CHECKING:  # or every name would be one to the type checker

    def __getattr__(name: str) -> object:
        if name in _ON_DEMAND:
            module, _, attribute = _ON_DEMAND[name].partition(":")
            return getattr(import_module(module), attribute) if attribute else import_module(module)
        raise AttributeError(f"module 'tabsam' has no attribute {name!r}")
