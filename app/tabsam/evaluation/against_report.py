"""The objects of one picture against the truth, as a report: one HTML file, with the worst as pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from PIL import Image

import tabsam
from tabsam.arrays import BoolArray, Size
from tabsam.evaluation import html
from tabsam.evaluation.against import LEAST_IOU, Against, Judged
from tabsam.evaluation.cases import Case, drawn_case
from tabsam.evaluation.html import Cell
from tabsam.formats.shared.writing import xml_text
from tabsam.geometry.raster import Crop, paint

_MOST_DRAWN = 24

_DEFINITIONS = """\
<p>An object is taken for the true one with which it has the greatest IoU, from {least:g} on, each for one. <b>IoU</b> and
<b>Dice</b> are of pixels. <b>Boundary F</b> is DAVIS' F: the share of boundary pixels that lie within {tolerance:g} pixels of the
other boundary, both ways, as harmonic mean. <b>HD95</b> is the larger of the 95th percentiles of the distances between both
boundaries, in pixels. <b>Area</b> is the object's less the true one's, in pixels.</p>"""


def against_report(found: Against, image: Image.Image | None = None) -> str:
    """Write the report.

    Parameters
    ----------
    image : PIL.Image.Image, mode "RGB", optional
        The picture; without it, none are drawn.
    """
    title = f"{found.picture} against {found.source}"
    parts = [
        f"<h1>{xml_text(title)}</h1>",
        f'<p class="quiet">{found.image_size[1]:,} x {found.image_size[0]:,} pixels.</p>',
        html.facts(_facts(found)),
        "<h2>Objects</h2>",
        _table(found),
    ]
    for name, some in (("Missed", found.missed), ("Extra", found.extra)):
        if some:
            parts += [f"<h2>{name}</h2>", _unpaired(some)]
    if image is not None and found.pairs:
        parts += ["<h2>The worst, as pictures</h2>", html.SWATCHES, html.figures(_cases(found, image))]
    parts += ["<h2>What the numbers are</h2>", _DEFINITIONS.format(least=LEAST_IOU, tolerance=found.tolerance)]
    parts.append(f"<footer>Made by tabsam {xml_text(tabsam.__version__)}.</footer>")
    return html.document(title, "\n".join(parts))


def _facts(found: Against) -> list[tuple[str, str]]:
    true = len(found.pairs) + len(found.missed)
    items = [(f"{len(found.pairs)} of {true}", "true objects are there"), (f"{len(found.extra)}", "objects are extra")]
    if found.pairs:
        mean_f = float(np.mean([one.comparison.boundary_f for one in found.pairs]))
        items = [(f"{found.mean_iou:.3f}", "mean IoU"), (f"{mean_f:.3f}", "mean boundary F"), *items]
    return items


def _table(found: Against) -> str:
    rows: list[Sequence[Cell | str]] = []
    for one in found.pairs:
        measured = one.comparison
        rows.append(
            [
                one.object.words,
                one.object.category,
                one.truth.words,
                one.truth.category,
                Cell(f"{measured.iou:.3f}", share=measured.iou),
                Cell(f"{measured.dice:.3f}"),
                Cell(f"{measured.boundary_f:.3f}"),
                Cell(f"{measured.hd95 or 0:.1f}"),
                Cell(f"{measured.area_error:+,}"),
            ]
        )
    return html.table(["Object", "Class", "True object", "True class", "IoU", "Dice", "Boundary F", "HD95 px", "Area px"], rows)


def _unpaired(some: Sequence[Judged]) -> str:
    return html.table(["Object", "Class", "Area px"], [[one.words, one.category, Cell(f"{one.area:,}")] for one in some])


def _cases(found: Against, image: Image.Image) -> Iterator[Case]:
    for one in [pair for pair in found.pairs if pair.comparison.iou < 1][:_MOST_DRAWN]:
        masks = _whole(one.truth.crop, found.image_size), _whole(one.object.crop, found.image_size)
        yield drawn_case(one.object.words, one.comparison, image, *masks)


def _whole(crop: Crop, size: Size) -> BoolArray:
    mask = np.zeros(size, np.bool_)
    paint(mask, crop, True)
    return mask
