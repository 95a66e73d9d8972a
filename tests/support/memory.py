"""What the tests may take of a machine's memory, and how they give back what they took."""

from __future__ import annotations

import ctypes
import gc
import sys
from types import ModuleType

#: Bytes, of this process alone. The most is taken where SAM ViT-B runs at its real size; no browser is there then, and what
#: PyTorch takes for its export is another process's.
LIMIT = 4_000_000_000


def peak() -> int:
    """Give the most bytes that this process has had in memory so far; 0 on Windows, where Python does not tell."""
    if sys.platform == "win32":
        return 0
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def forget(module: ModuleType) -> None:
    """Clear what a module's own functions have in their caches (``functools.cache``, ``lru_cache``)."""
    for function in vars(module).values():
        if getattr(function, "__module__", None) == module.__name__ and hasattr(function, "cache_clear"):
            function.cache_clear()


def give_back() -> None:
    """Free what is in cycles, as PyTorch's models are, and return the heap's empty pages to the system."""
    gc.collect()
    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):  # glibc's
        trim(0)
