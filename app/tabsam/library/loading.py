"""Load a model, by whatever names it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import urljoin

from tabsam.errors import ModelError, SettingsError
from tabsam.library.catalogue import entries, find
from tabsam.library.listing import Entry, ListedFile
from tabsam.library.segmenter import SyncSegmenter
from tabsam.library.settings import Settings
from tabsam.library.store import ModelFiles, Progress, bring
from tabsam.model.identifying import identity_of
from tabsam.model.listed import Stated, stated_beside, stated_in
from tabsam.model.segmenter import Segmenter

ModelLike: TypeAlias = str | PathLike[str] | Sequence[str | PathLike[str]]
"""A catalogue's id, a folder, or two files or addresses: the encoder's and the decoder's."""

_ADDRESS = re.compile(r"https?://")
_SEARCHED = 8 << 20
"""A graph that keeps its weights elsewhere is small (SAM 3's has 1.3 MB); larger ones are not searched. Bytes."""
_LOCATION = b"\n\x08location\x12"
"""What stands before such a file's name for every tensor in it: the key and the beginning of the value; its length follows."""
_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


def load(
    model: ModelLike = "nano", *, settings: Settings | None = None, progress: Progress | None = None, **overrides: Any
) -> SyncSegmenter:
    """Load a model.

    Parameters
    ----------
    model : str, path, or two of them
        An id of the catalogue, downloaded to the cache if it is not there; a folder with an encoder and a decoder; or the
        encoder's and the decoder's file or address.
    settings : Settings
        Else they are read from the environment and a file (:meth:`Settings.read`).
    progress : callable
        Hears of a download: how many bytes there are, and of how many.
    **overrides
        Settings by name, as ``threads=4``; they come before all others.

    Returns
    -------
    SyncSegmenter
        Close it, or use it as a context manager.

    Raises
    ------
    SettingsError
        ``settings-unknown``, ``settings-value``, ``settings-file``.
    ModelError
        ``model-unlisted`` for something that is neither an id nor a folder, ``model-missing`` for files that are not there,
        ``model-load``, ``model-unknown`` and ``model-mismatch`` for such as are no pair that is known here,
        ``provider-missing`` and ``provider-failed``, ``precision-missing``, ``model-memory``; what
        :func:`tabsam.library.store.pull` raises.
    """
    settings = settings.with_(**overrides) if settings else Settings.read(**overrides)
    files, stated = _files(model, settings, progress)
    segmenter, provider = _started(files, stated, settings)
    segmenter.identity = identity_of(files.decoder, _name_of(model), stated.decoders)
    return SyncSegmenter(segmenter, provider=provider, embedding_cache_bytes=settings.embedding_cache_bytes)


def files_of(model: ModelLike, *, settings: Settings | None = None, progress: Progress | None = None) -> ModelFiles:
    """Find a model's two files, as :func:`load` does, and download them if need be; raises what it raises of them."""
    return _files(model, settings or Settings.read(), progress)[0]


def _files(model: ModelLike, settings: Settings, progress: Progress | None) -> tuple[ModelFiles, Stated]:
    """Find a model's two files, and what a catalogue says of it."""
    if isinstance(model, str) and _is_listed(model, settings):
        entry = find(model, settings)
        return bring(entry, settings=settings, progress=progress), stated_in(entry.stated, entry.catalogue)
    if settings.precision != "auto":
        raise SettingsError(
            "settings-value", "A precision can be asked for only of a model of the catalogue.", "Leave 'precision' as 'auto'."
        )
    if isinstance(model, str | PathLike):
        return pair_in(Path(model).expanduser()), stated_beside(Path(model).expanduser())
    names = [str(one) for one in model]
    if len(names) != 2:
        raise ModelError(
            "model-missing",
            f"A model is an encoder and a decoder, and these are {len(names)} files.",
            "Give both, the encoder first.",
        )
    if all(_ADDRESS.match(one) for one in names):
        return _fetched(names, settings, progress), Stated()
    return ModelFiles(Path(names[0]).expanduser(), Path(names[1]).expanduser()), Stated()


def _is_listed(model: str, settings: Settings) -> bool:
    """Tell whether a text is meant as an id: one of tabsam's own, or one that could be and is no folder."""
    if not _ID.fullmatch(model):
        return False
    return not Path(model).exists() or any(one.id == model for one in entries(settings.with_(catalog="")))


def _name_of(model: ModelLike) -> str:
    """Give a model's id or its folder's name; nothing for two files."""
    return Path(model).expanduser().resolve().name if isinstance(model, str | PathLike) else ""


def pair_in(folder: Path) -> ModelFiles:
    """Find a folder's encoder and decoder: two files whose names are the same but for that, and of several pairs the plainest.

    Raises
    ------
    ModelError
        ``model-missing``.
    """
    files = sorted(one for one in folder.glob("*") if one.suffix.lower() in (".onnx", ".ort")) if folder.is_dir() else []
    decoders = {_bare(one): one for one in reversed(files) if _role(one) == "decoder"}
    pairs = [ModelFiles(one, decoders[_bare(one)]) for one in files if _role(one) == "encoder" and _bare(one) in decoders]
    if not pairs:
        what = "It has no encoder and decoder." if folder.is_dir() else "There is no such folder."
        raise ModelError(
            "model-missing",
            f"There is no model in '{folder}'. {what}",
            "Give a folder with encoder.onnx and decoder.onnx, or an id that tabsam models list shows.",
        )
    return min(pairs, key=lambda pair: len(_bare(pair.encoder)))


def _role(file: Path) -> str:
    """Tell what a file's name says that it is; a 'prompt_encoder_mask_decoder' is a decoder."""
    name = file.name.lower()
    return "decoder" if "dec" in name else "encoder" if "enc" in name else ""


def _bare(file: Path) -> str:
    """Give a file's name without what says which of the two it is."""
    return re.sub(
        r"vision_encoder|image_encoder|prompt_encoder_mask_decoder|mask_decoder|encoder|decoder|enc|dec", "", file.name.lower()
    )


def _fetched(urls: Sequence[str], settings: Settings, progress: Progress | None) -> ModelFiles:
    """Bring a pair from two addresses, and the weights beside them; the graphs tell which these are."""
    files = bring(_entry_at(urls, ({}, {})), settings=settings, progress=progress)
    data = tuple(
        {name: ListedFile((urljoin(url, name),)) for name in weights_named_in(graph)}
        for url, graph in zip(urls, (files.encoder, files.decoder), strict=True)
    )
    return bring(_entry_at(urls, data), settings=settings, progress=progress) if any(data) else files


def _entry_at(urls: Sequence[str], data: Sequence[Mapping[str, ListedFile]]) -> Entry:
    """Make an entry of two addresses."""
    encoder, decoder = (ListedFile((url,), data=beside) for url, beside in zip(urls, data, strict=True))
    id = f"url-{hashlib.sha256(' '.join(urls).encode()).hexdigest()[:16]}"
    return Entry(id, urls[0], "", "", "", "", "", encoder, decoder, {}, "")


def weights_named_in(graph: Path) -> list[str]:
    """Name the files that an ONNX graph keeps its weights in, as it has them."""
    if graph.stat().st_size > _SEARCHED:
        return []
    parts = graph.read_bytes().split(_LOCATION)[1:]
    return list(dict.fromkeys(part[1 : 1 + part[0]].decode(errors="replace").removeprefix("./") for part in parts if part))


def _started(files: ModelFiles, stated: Stated, settings: Settings) -> tuple[Segmenter, str]:
    """Start a model on the first provider that takes it; give which."""
    from tabsam.library import providers  # here: what was wrong with the call is said before onnxruntime is imported
    from tabsam.model import native

    last: ModelError | None = None
    for name, chain in providers.choices(settings):
        try:
            segmenter = native.load_pair(
                files.encoder,
                files.decoder,
                threads=settings.threads,
                providers=chain,
                memory_limit=settings.memory_limit,
                everything_defaults=stated.everything,
                edges=stated.edges,
                tidy=stated.tidy,
            )
        except ModelError as error:
            if error.code != "provider-failed":
                raise
            last = error
        else:
            return segmenter, name
    raise last or ModelError("provider-failed", "Nothing started the model.", "Run it on the processor.")
