"""tabsam: Segment Anything, with the segmentation in Python: in a browser tab (Pyodide) and on CPython alike."""

from tabsam.errors import CancelledError, FormatError, ImageError, ModelError, PromptError, RequestError, StateError, TabsamError
from tabsam.image import open_image
from tabsam.segmenter import Candidate, Embedding, Segmenter

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
    "open_image",
]
__version__ = "0.1.0"
