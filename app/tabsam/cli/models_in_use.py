"""The model that a command was told to use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tabsam.cli.output import Output

if TYPE_CHECKING:
    from tabsam.library.segmenter import SyncSegmenter


def downloaded(model: str, out: Output, **settings: Any) -> tuple[str, str]:
    """Have a model's files on this machine; give the digest of both, and where they are, to be said."""
    # Here, not above, as below: `tabsam --help` needs neither onnxruntime nor a cache.
    import hashlib

    from tabsam.library.cache import digest_of_file
    from tabsam.library.loading import files_of
    from tabsam.library.settings import Settings

    with out.progress("Downloading") as progress:
        files = files_of(model, settings=Settings.read(**settings), progress=progress)
    digests = [digest_of_file(file) for file in (files.encoder, files.decoder)]
    return hashlib.sha256("".join(digests).encode()).hexdigest(), str(files.encoder.parent)


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
