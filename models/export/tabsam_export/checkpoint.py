"""Read a checkpoint's weights. Nothing in it is run: only tensors and plain containers are unpickled."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

import torch

from tabsam_export.errors import ExportError

Tensors: TypeAlias = Mapping[str, Any]
"""torch.Tensor by name; PyTorch's own types take a type checker minutes to read."""

_WRAPPINGS = ("model", "state_dict", "model_state_dict")
"""Under which names training scripts keep the weights; Meta's SAM 2 uses the first."""


def read_checkpoint(path: Path) -> Tensors:
    """Read the weights from a ``.pt`` or ``.pth`` file.

    Raises
    ------
    ExportError
        ``checkpoint-missing``, ``checkpoint-unreadable`` when it is no such file, or ``checkpoint-empty``.
    """
    if not path.is_file():
        raise ExportError("checkpoint-missing", f"There is no checkpoint '{path}'.", "Check the path.")
    found = _unpickled(path)
    for name in _WRAPPINGS:
        if isinstance(found, Mapping) and isinstance(found.get(name), Mapping):
            found = found[name]
    tensors = {str(name): value for name, value in found.items() if torch.is_tensor(value)} if isinstance(found, Mapping) else {}
    if not tensors:
        raise ExportError("checkpoint-empty", f"'{path.name}' holds no weights.", "Give the .pt or .pth file of a SAM.")
    return {name.removeprefix("module."): value for name, value in tensors.items()}


def _unpickled(path: Path) -> Any:
    try:
        return torch.load(path, map_location="cpu", weights_only=True, mmap=_is_zip(path))
    except (OSError, MemoryError):
        raise
    except (RuntimeError, ValueError, EOFError, KeyError, pickle.UnpicklingError) as error:
        raise ExportError(
            "checkpoint-unreadable",
            f"'{path.name}' is not a PyTorch checkpoint, or is damaged.",
            "Give the .pt or .pth file as it was published, or a folder of Hugging Face's.",
            details=str(error),
        ) from error


def _is_zip(path: Path) -> bool:
    """Tell PyTorch's newer files, which can be mapped rather than read."""
    with path.open("rb") as file:
        return file.read(2) == b"PK"
