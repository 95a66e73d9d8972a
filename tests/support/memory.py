"""How tests give back the memory that they took."""

from __future__ import annotations

import ctypes
import gc
import sys


def give_back() -> None:
    """Free what is in cycles, as PyTorch's models are, and return the heap's empty pages to the system."""
    gc.collect()
    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):  # glibc's
        trim(0)
