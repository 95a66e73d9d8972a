"""What a catalogue says of a model that lies in a folder below it: how it is best asked for everything.

The page has this from the catalogue that it found the model in. On CPython a model is two files in a folder, and the catalogue is
looked for where the project has it: ``models/catalog.json`` beside ``models/nano/``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tabsam.errors import ModelError, PromptError
from tabsam.model.everything.options import EverythingOptions
from tabsam.model.option_names import from_json

CATALOGUE = "catalog.json"


def everything_defaults(folder: Path) -> Mapping[str, Any]:
    """Read the search's options that a catalogue beside a model's folder states for it.

    Parameters
    ----------
    folder : Path
        Holds ``encoder.onnx`` and ``decoder.onnx``.

    Returns
    -------
    mapping of str to a number
        By Python's names; empty where there is no catalogue, or this model is not in it.

    Raises
    ------
    ModelError
        ``catalog-invalid`` where the model is in it, and its options are none.
    """
    path = folder.resolve().parent / CATALOGUE
    entry = _entry(path, f"{folder.resolve().name}/decoder.onnx")
    stated = entry.get("everything", {})
    try:
        options = from_json(stated)
        EverythingOptions(**options)
    except (AttributeError, KeyError, PromptError, TypeError) as error:
        raise ModelError(
            "catalog-invalid",
            f"What {path} states for 'everything' of this model are not options of the search.",
            "Correct it, or take it out; docs/models.md says what may stand there.",
            details=str(error),
        ) from error
    return options


def _entry(catalogue: Path, decoder: str) -> Mapping[str, Any]:
    """Give the entry of the model with that decoder, an address relative to the catalogue; nothing where there is none."""
    try:
        models = json.loads(catalogue.read_text("utf-8"))["models"]
        return next((one for one in models if one["decoder"].get("url") == decoder), {})
    # Any file may have this name: what is no catalogue of models says nothing about this one.
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
