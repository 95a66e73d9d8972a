"""One candidate, as the file that a person asked for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath

from PIL import Image

from tabsam.errors import RequestError
from tabsam.formats.png import cutout_png, mask_png
from tabsam.formats.shared.writing import Exported
from tabsam.formats.svg import outline_svg
from tabsam.geometry.outline import Outline
from tabsam.geometry.simplifying import simplify
from tabsam.model.candidate import Candidate, Edges

KINDS = ("mask-png", "cutout-png", "svg")

OBJECT_TOLERANCE = 0.25
"""In image pixels: how far an object's outline may lie from the mask's edge, to have corners that one can edit."""

REFINE = 4
TOLERANCE = 0.1
"""In image pixels: an exported outline follows the mask's edge, with no more vertices than that takes."""

_MADE: Mapping[Edges, str] = {
    "decoded": "tabsam: edges as decoded",
    "follow": "tabsam: edges follow the picture",
}
"""What is written down in a file of how its mask's edge was made; and then what was tidied away, if anything."""


def export(kind: str, candidate: Candidate, image: Image.Image, picture_name: str, *, threshold: float = 0.0) -> Exported:
    """Write a candidate at the picture's full size.

    Parameters
    ----------
    kind : one of :data:`KINDS`
    image : PIL.Image.Image, mode "RGB"
    picture_name : str
        The picture's file name; the export is named after it.
    threshold : float
        In logits: where the mask ends.

    Raises
    ------
    RequestError
        ``unknown-format``.
    """
    stem = PurePath(picture_name).stem or "picture"
    made = how_made(candidate)
    if kind == "mask-png":
        return Exported(mask_png(candidate.mask(threshold=threshold), made), "image/png", f"{stem}-mask.png")
    if kind == "cutout-png":
        return Exported(cutout_png(image, candidate.mask(threshold=threshold), made), "image/png", f"{stem}-cutout.png")
    if kind == "svg":
        line = fine_outline(candidate, TOLERANCE, threshold=threshold)
        text = outline_svg(line, candidate.frame.image_size, stem, made)
        return Exported(text.encode(), "image/svg+xml", f"{stem}-outline.svg")
    raise RequestError("unknown-format", f"There is no format '{kind}'.", f"Choose one of: {', '.join(KINDS)}.")


def how_made(candidate: Candidate) -> str:
    """Say how a candidate's mask was made, for a file's description."""
    tidied = f", specks below {100 * candidate.tidy:.3g} % left out" if candidate.tidy else ""
    return f"{_MADE[candidate.edges]}{tidied}"


def fine_outline(candidate: Candidate, tolerance: float, *, threshold: float = 0.0) -> Outline:
    """Follow the mask's edge closely, then leave out what ``tolerance`` (image pixels; 0 keeps all) makes needless."""
    return simplify(candidate.outline(refine=REFINE, threshold=threshold), tolerance)
