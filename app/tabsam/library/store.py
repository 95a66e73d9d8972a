"""The models on this machine: those that come with tabsam, and those that were downloaded."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from tabsam.errors import ModelError
from tabsam.library.cache import Cache
from tabsam.library.catalogue import entries, find
from tabsam.library.listing import Entry, ListedFile
from tabsam.library.settings import Settings
from tabsam.model.identifying import digest_of

Progress: TypeAlias = Callable[[int, int | None], None]
"""Hears the bytes of a model that are there, and of how many; None where nobody has stated that."""

State: TypeAlias = Literal["built-in", "stored", "partial", "absent"]
Soundness: TypeAlias = Literal["sound", "damaged", "missing"]


@dataclass(frozen=True)
class ModelFiles:
    """Where a model's two graphs are."""

    encoder: Path
    decoder: Path


@dataclass(frozen=True)
class Listed:
    """A model that can be loaded by its id, and what of it is on this machine.

    Attributes
    ----------
    entry : Entry
    state : {"built-in", "stored", "partial", "absent"}
        "built-in": it lies beside its catalogue.
    stored_bytes : int
        Of its files, those that other models share included.
    """

    entry: Entry
    state: State
    stored_bytes: int


def pull(id: str, *, settings: Settings | None = None, progress: Progress | None = None) -> ModelFiles:
    """Bring a model to this machine, if it is not here, and tell where its files are.

    What breaks off is gone on with at the next call. A file whose digest the catalogue does not state is pinned: what came
    first must come again.

    Parameters
    ----------
    id : str
        As in the catalogue.
    progress : callable
        Hears how much there is.

    Raises
    ------
    ModelError
        ``model-unlisted``; those of :func:`tabsam.library.fetching.fetch`; ``model-changed``; ``storage-unwritable``.
    """
    settings = settings or Settings.read()
    return bring(find(id, settings), settings=settings, progress=progress)


def bring(entry: Entry, *, settings: Settings, progress: Progress | None = None) -> ModelFiles:
    """Do what :func:`pull` does for a model that was found already."""
    files = entry.files()
    here = _beside(entry)
    if here is not None:
        return here
    cache = Cache(settings.cache_folder)
    linked, folder = cache.linked(entry.id), cache.model_folder(entry.id)
    known = {name: cache.digest_of(file) for name, file in files.items()}
    if linked != known or not all(_is_whole(folder / name, file) for name, file in files.items()):
        digests = _brought(cache, files, entry.bytes, progress or (lambda done, of: None))
        folder = cache.link(entry.id, digests, {"id": entry.id, "name": entry.name, "catalogue": entry.catalogue})
    return ModelFiles(folder / "encoder.onnx", folder / "decoder.onnx")


def verify(id: str, *, settings: Settings | None = None) -> dict[str, Soundness]:
    """Hash a model's files; a damaged one is thrown away, so that :func:`pull` brings it again.

    Returns
    -------
    dict of str to {"sound", "damaged", "missing"}
        By the files' names. What comes with tabsam is not thrown away.
    """
    settings = settings or Settings.read()
    entry = find(id, settings)
    cache = Cache(settings.cache_folder)
    return {name: _soundness(cache, entry, name, file) for name, file in entry.files().items()}


def remove(id: str, *, settings: Settings | None = None) -> int:
    """Take a downloaded model away, what of it came by halves included; files that another model shares stay.

    Returns
    -------
    int
        The bytes that are free now.

    Raises
    ------
    ModelError
        ``model-built-in`` for one that comes with tabsam, ``model-not-stored`` for one of which nothing is here, not even
            a pinned digest.
    """
    settings = settings or Settings.read()
    # Not in a precision that is asked for elsewhere: whoever removes something names it.
    entry = find(id, settings.with_(precision="auto"))
    if entry.is_here:
        raise ModelError(
            "model-built-in", f"'{id}' does not lie in the cache, and is not removed.", "Remove its folder yourself."
        )
    cache = Cache(settings.cache_folder)
    files = entry.files()
    if not any(cache.knows(file) for file in files.values()):
        raise ModelError("model-not-stored", f"Nothing of '{id}' is on this machine.", "tabsam models list shows what is.")
    return cache.remove(entry.id, files)


def listed(*, settings: Settings | None = None) -> list[Listed]:
    """List all models that can be loaded by their ids."""
    settings = settings or Settings.read()
    cache = Cache(settings.cache_folder)
    return [_listed(cache, entry) for entry in entries(settings)]


def _listed(cache: Cache, entry: Entry) -> Listed:
    if entry.is_here:
        return Listed(entry, "built-in", entry.bytes or 0)
    files = entry.files().values()
    arrived = sum(cache.arrived(file) for file in files)
    state: State = "stored" if all(cache.has(file) for file in files) else "partial" if arrived else "absent"
    return Listed(entry, state, arrived)


def _beside(entry: Entry) -> ModelFiles | None:
    """Give the files of a model that lies beside its catalogue as its graphs want it; None for any other.

    Raises
    ------
    ModelError
        ``model-missing`` where one of them is not there.
    """
    encoder, decoder = entry.encoder.path, entry.decoder.path
    if encoder is None or decoder is None:
        return None
    for graph in (entry.encoder, entry.decoder):
        for name, file in graph.data.items():
            if graph.path is None or file.path != graph.path.parent / name:
                return None
    return ModelFiles(encoder, decoder)


def _brought(cache: Cache, files: Mapping[str, ListedFile], total: int | None, progress: Progress) -> dict[str, str]:
    done: dict[str, int] = {}

    def hear(name: str, come: int) -> None:
        done[name] = come
        progress(sum(done.values()), total)

    # The smaller one first: what is wrong with its address shows before the larger one has come.
    order = sorted(files, key=lambda name: files[name].bytes or math.inf)
    return {name: cache.bring(files[name], lambda come, name=name: hear(name, come)) for name in order}  # type: ignore[misc]


def _is_whole(path: Path, file: ListedFile) -> bool:
    return path.is_file() and file.bytes in (None, path.stat().st_size)


def _soundness(cache: Cache, entry: Entry, name: str, file: ListedFile) -> Soundness:
    wanted = cache.digest_of(file)
    path = file.path or (cache.path(wanted) if wanted else None)
    if path is None or not path.is_file():
        return "missing"
    if wanted is None or digest_of(path) == wanted:
        return "sound"
    if file.path is None:
        cache.discard(wanted)
        (cache.model_folder(entry.id) / name).unlink(missing_ok=True)
    return "damaged"
