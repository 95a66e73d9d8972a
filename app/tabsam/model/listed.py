"""What a catalogue says of a model that lies in a folder below it: how it is best asked for everything, and where its masks end.

The page has this from the catalogue that it found the model in. On CPython a model is two files in a folder, and the catalogue is
looked for where the project has it: ``models/catalog.json`` beside ``models/nano/``.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from tabsam.errors import ModelError, PromptError
from tabsam.json_text import parsed
from tabsam.model.candidate import Edges
from tabsam.model.everything.options import EverythingOptions
from tabsam.model.option_names import from_json
from tabsam.model.tidying import MOST

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
    path, entry = _listed(folder)
    stated = entry.get("everything", {})
    try:
        options = from_json(stated)
        EverythingOptions(**options)
    except (AttributeError, KeyError, PromptError, TypeError) as error:
        raise _wrong(path, "everything", "options of the search", str(error)) from error
    return options


def default_edges(folder: Path) -> Edges:
    """Read whether a catalogue beside a model's folder has its masks follow the picture's edges.

    Parameters
    ----------
    folder : Path
        Holds ``encoder.onnx`` and ``decoder.onnx``.

    Returns
    -------
    {"decoded", "follow"}
        "decoded" where there is no catalogue, or it does not say.

    Raises
    ------
    ModelError
        ``catalog-invalid`` where it says something else.
    """
    path, entry = _listed(folder)
    stated = entry.get("edges", "decoded")
    if stated == "decoded" or stated == "follow":
        return cast(Edges, stated)
    raise _wrong(path, "edges", "'decoded' or 'follow'", repr(stated))


def default_tidy(folder: Path) -> float:
    """Read below which share of a mask a catalogue beside a model's folder has specks and pinholes left out.

    Returns
    -------
    float
        0, which keeps all, where there is no catalogue, or it does not say.

    Raises
    ------
    ModelError
        ``catalog-invalid`` where it is no such share.
    """
    path, entry = _listed(folder)
    stated = entry.get("tidy", 0)
    if isinstance(stated, int | float) and not isinstance(stated, bool) and 0 <= stated <= MOST:
        return float(stated)
    raise _wrong(path, "tidy", f"a number from 0 to {MOST}", repr(stated))


def decoders_of(folder: Path) -> tuple[str, ...]:
    """Read the digests that a catalogue beside a model's folder has for its decoders, all of which answer the same."""
    _, entry = _listed(folder)
    files = (entry.get("decoder"), entry.get("processorDecoder"))
    return tuple(file["sha256"] for file in files if isinstance(file, dict) and isinstance(file.get("sha256"), str))


def _wrong(path: Path, key: str, wanted: str, details: str) -> ModelError:
    return ModelError(
        "catalog-invalid",
        f"What {path} states for '{key}' of this model are not {wanted}.",
        "Correct it, or take it out; docs/models.md says what may stand there.",
        details=details,
    )


def _listed(folder: Path) -> tuple[Path, Mapping[str, Any]]:
    """Give the catalogue's path, and what it says of a model."""
    path = folder.resolve().parent / CATALOGUE
    return path, _entry(path, f"{folder.resolve().name}/decoder.onnx")


def _entry(catalogue: Path, decoder: str) -> Mapping[str, Any]:
    """Give the entry of the model with that decoder, an address relative to the catalogue; nothing where there is none."""
    try:
        models = parsed(catalogue.read_text("utf-8"))["models"]
        return next((one for one in models if one["decoder"].get("url") == decoder), {})
    # Any file may have this name: what is no catalogue of models says nothing about this one.
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
