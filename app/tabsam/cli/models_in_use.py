"""The model that a command was told to use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tabsam.cli.output import Output

if TYPE_CHECKING:
    from tabsam.library.segmenter import SyncSegmenter


@contextmanager
def loaded(model: str, out: Output) -> Iterator[SyncSegmenter]:
    """Load a model as long as a ``with`` block lasts, and say what was taken for what in it."""
    # Here, not above: `tabsam --help` needs no onnxruntime.
    from tabsam.library.loading import load

    with load(model) as segmenter:
        if segmenter.assumed:
            out.note(segmenter.assumed)
        yield segmenter
