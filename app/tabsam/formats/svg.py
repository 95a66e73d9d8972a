"""SVG: the outline as one path."""

from __future__ import annotations

from xml.sax.saxutils import escape

from tabsam.arrays import Float64Array, Size
from tabsam.contours import Outline


def outline_svg(line: Outline, image_size: Size, title: str) -> str:
    """Write an outline as an SVG of the picture's size.

    Parameters
    ----------
    line : Outline
        In image pixels; holes stay holes (even-odd rule).
    image_size : (height, width)
    title : str
    """
    height, width = image_size
    path = "".join(map(_ring, line.rings()))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">\n'
        f"  <title>{escape(title)}</title>\n"
        f'  <path fill="#0072b2" fill-rule="evenodd" d="{path}"/>\n'
        "</svg>\n"
    )


def _ring(ring: Float64Array) -> str:
    # The last vertex repeats the first; Z closes the ring instead.
    return "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in ring[:-1].tolist()) + "Z"
