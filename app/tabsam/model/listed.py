"""What a catalogue says of a model: how it is best asked for everything, and where its masks end.

The page has this from the catalogue that it found the model in. On CPython a model may be two files in a folder, and the
catalogue is looked for where the project has it: ``models/catalog.json`` beside ``models/nano/``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from tabsam.errors import ModelError, PromptError
from tabsam.json_text import parsed
from tabsam.model.candidate import Edges
from tabsam.model.everything.options import EverythingOptions
from tabsam.model.option_names import from_json
from tabsam.model.tidying import MOST

CATALOGUE = "catalog.json"


@dataclass(frozen=True)
class Stated:
    """What a catalogue says of a model.

    Attributes
    ----------
    everything : mapping of str to a number
        The search's options that are better for it than its family's, by Python's names.
    edges : {"decoded", "follow"}
        Whether its masks follow the picture's edges.
    tidy : float
        Below which share of a mask specks and pinholes are left out; 0 keeps all.
    decoders : tuple of str
        The digests of its decoders, which all answer the same; the one that embeddings are stored with first.
    """

    everything: Mapping[str, Any] = field(default_factory=dict)
    edges: Edges = "decoded"
    tidy: float = 0.0
    decoders: tuple[str, ...] = ()


def stated_beside(folder: Path) -> Stated:
    """Read what a catalogue beside a model's folder states for it; nothing where there is none, or this model is not in it.

    Parameters
    ----------
    folder : Path
        Holds ``encoder.onnx`` and ``decoder.onnx``.

    Raises
    ------
    ModelError
        ``catalog-invalid`` where the model is in it, and what it states cannot be.
    """
    path = folder.resolve().parent / CATALOGUE
    return stated_in(_entry(path, f"{folder.resolve().name}/decoder.onnx"), str(path))


def stated_in(entry: Mapping[str, Any], catalogue: str) -> Stated:
    """Read what a catalogue's entry states for its model.

    Parameters
    ----------
    entry : mapping
        As it was read from JSON.
    catalogue : str
        Its path or address, for what is said of an error.

    Raises
    ------
    ModelError
        ``catalog-invalid``.
    """
    return Stated(_everything(entry, catalogue), _edges(entry, catalogue), _tidy(entry, catalogue), _decoders(entry))


def _everything(entry: Mapping[str, Any], catalogue: str) -> Mapping[str, Any]:
    stated = entry.get("everything", {})
    try:
        options = from_json(stated)
        EverythingOptions(**options)
    except (AttributeError, KeyError, PromptError, TypeError) as error:
        raise _wrong(catalogue, "everything", "options of the search", str(error)) from error
    return options


def _edges(entry: Mapping[str, Any], catalogue: str) -> Edges:
    stated = entry.get("edges", "decoded")
    if stated == "decoded" or stated == "follow":
        return cast(Edges, stated)
    raise _wrong(catalogue, "edges", "'decoded' or 'follow'", repr(stated))


def _tidy(entry: Mapping[str, Any], catalogue: str) -> float:
    stated = entry.get("tidy", 0)
    if isinstance(stated, int | float) and not isinstance(stated, bool) and 0 <= stated <= MOST:
        return float(stated)
    raise _wrong(catalogue, "tidy", f"a number from 0 to {MOST}", repr(stated))


def _decoders(entry: Mapping[str, Any]) -> tuple[str, ...]:
    files = (entry.get("decoder"), entry.get("processorDecoder"))
    return tuple(file["sha256"] for file in files if isinstance(file, dict) and isinstance(file.get("sha256"), str))


def _wrong(catalogue: str, key: str, wanted: str, details: str) -> ModelError:
    return ModelError(
        "catalog-invalid",
        f"What {catalogue} states for '{key}' of this model are not {wanted}.",
        "Correct it, or take it out; docs/models.md says what may stand there.",
        details=details,
    )


def _entry(catalogue: Path, decoder: str) -> Mapping[str, Any]:
    """Give the entry of the model with that decoder, an address relative to the catalogue; nothing where there is none."""
    try:
        models = parsed(catalogue.read_text("utf-8"))["models"]
        return next((one for one in models if one["decoder"].get("url") == decoder), {})
    # Any file may have this name: what is no catalogue of models says nothing about this one.
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
