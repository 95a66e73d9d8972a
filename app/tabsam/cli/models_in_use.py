"""The model that a command was told to use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tabsam.cli.output import Output

if TYPE_CHECKING:
    from tabsam.library.segmenter import SyncSegmenter
    from tabsam.library.store import ModelFiles


def downloaded(model: str, out: Output, **settings: Any) -> ModelFiles:
    """Have a model's files on this machine."""
    # Here, not above, as below: `tabsam --help` needs neither onnxruntime nor a cache.
    from tabsam.library.loading import files_of
    from tabsam.library.settings import Settings

    with out.progress("Downloading") as progress:
        return files_of(model, settings=Settings.read(**settings), progress=progress)


def digest_of_files(files: ModelFiles) -> str:
    """Give the digest of both files of a model."""
    import hashlib

    from tabsam.model.identifying import digest_of

    return hashlib.sha256("".join(digest_of(file) for file in (files.encoder, files.decoder)).encode()).hexdigest()


@contextmanager
def loaded(model: str, out: Output, **settings: Any) -> Iterator[SyncSegmenter]:
    """Load a model as long as a ``with`` block lasts, downloaded if need be, and say what was taken for what in it.

    Parameters
    ----------
    **settings
        Those that the command was given, by name; None for others.
    """
    from tabsam.library.loading import load

    with out.progress("Downloading") as progress:
        segmenter = load(model, progress=progress, **settings)
    with segmenter:
        if segmenter.assumed:
            out.note(segmenter.assumed)
        yield segmenter
