"""What is done once, for nothing, while the person still chooses: the first time takes much longer than the next."""

from __future__ import annotations

from importlib import import_module

import numpy as np
from PIL import Image

from tabsam.model.candidate import Candidate
from tabsam.model.choosing import Prediction
from tabsam.model.preprocess import Frame
from tabsam.page.answer import Answer

_NEEDED_SOON = ("tabsam.pictures.decoding", "tabsam.document.overlaps", "tabsam.document.painting")
"""For the first picture, object and stroke; the start does not wait for them."""


def warm_up() -> None:
    """Make an outline, have it follow, check a request (the first cost 100, 150 and 10 ms more), import what is needed soon."""
    y, x = np.mgrid[:256, :256].astype(np.float32)
    candidate = Candidate(100 - np.hypot(x - 128, y - 128), 1.0, 1.0, Frame((256, 256), (1024, 1024), (1024, 1024)))
    Answer(None, Prediction((candidate,), candidate, ())).candidate_messages([candidate])

    from tabsam.page.checking import checked

    checked("addPoint", {"x": 0, "y": 0, "label": 1})
    for module in _NEEDED_SOON:
        import_module(module)

    from tabsam.model.following import following
    from tabsam.model.picture_guide import PictureGuide

    following(candidate, PictureGuide(Image.new("RGB", (256, 256)))).outline()
