"""What automatic mask generation finds: one mask with its measures, small enough to keep a thousand of."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np

from tabsam.arrays import BoolArray, Float32Array, Size, UInt8Array
from tabsam.geometry import regions
from tabsam.geometry.morphology import without_small
from tabsam.geometry.outline import Outline
from tabsam.model.contours import outline
from tabsam.model.everything.grids import Crop
from tabsam.model.levels import packed
from tabsam.model.masks import Span, window_mask
from tabsam.model.measures import Measures, mask_box
from tabsam.model.preprocess import Frame

_BAND = 2
"""Cells: all that upscaling weighs at an edge, in SAM 1's two steps too, lies so near to it."""
_FAR = 4.0
"""Logits: what stands for those farther away."""


@dataclass(frozen=True)
class EdgeLogits:
    """The logits of a mask near its edge, and only the side on which the others lie: all that its shape depends on.

    A tenth of the memory that the whole grid takes.

    Attributes
    ----------
    shape : (h, w)
    inside, near : uint8
        Bits, packed: which cells are in the mask, and which are near the edge.
    values : float32
        The logits of those near the edge.
    """

    shape: Size
    inside: UInt8Array
    near: UInt8Array
    values: Float32Array

    @classmethod
    def of(cls, logits: Float32Array) -> EdgeLogits:
        """Keep what matters of logits (h, w)."""
        shape = (logits.shape[0], logits.shape[1])
        inside = packed(logits > 0)
        near = _near_edge(inside, shape)
        return cls(shape, inside, near, logits[_unpacked(near, shape)])

    @classmethod
    def from_bits(cls, shape: Size, inside: UInt8Array, values: Float32Array) -> EdgeLogits:
        """Put them together again; which cells are near the edge follows from which are inside.

        Raises
        ------
        ValueError
            If there are not as many values as cells near the edge.
        """
        near = _near_edge(inside, shape)
        if int(np.count_nonzero(_unpacked(near, shape))) != values.size:
            raise ValueError("values that do not fit the edge")
        return cls(shape, inside, near, values)

    def whole(self) -> Float32Array:
        """Give logits (h, w) with the same edge."""
        logits = np.where(_unpacked(self.inside, self.shape), np.float32(_FAR), np.float32(-_FAR))
        logits[_unpacked(self.near, self.shape)] = self.values
        return logits


@dataclass(frozen=True)
class Proposal:
    """One mask.

    Attributes
    ----------
    predicted_iou : float
        The model's own opinion of it.
    stability_score : float, in [0, 1]
    area : int
        In image pixels; of a large mask to about 0.1 %, see ``tabsam.model.measures``.
    bbox : four int
        XYXY: x and y of the mask's first and last pixel, from which the reference makes its XYWH.
    point_coords : (x, y)
        The click that gave it, in image pixels.
    crop_box : four int
        XYXY: the part of the picture that was looked at.
    image_size : (height, width)
    edge, frame
        The mask itself, in the crop.
    cleaned_below : int
        Regions and holes of fewer pixels are taken out of the mask; 0 when none was.
    """

    predicted_iou: float
    stability_score: float
    area: int
    bbox: tuple[int, int, int, int]
    point_coords: tuple[float, float]
    crop_box: tuple[int, int, int, int]
    image_size: Size
    edge: EdgeLogits = field(repr=False)
    frame: Frame = field(repr=False)
    cleaned_below: int = 0

    @property
    def bbox_xywh(self) -> tuple[int, int, int, int]:
        """The reference's ``bbox``; its width and height are one less than the mask's."""
        return _xywh(self.bbox)

    @property
    def crop_box_xywh(self) -> tuple[int, int, int, int]:
        """The reference's ``crop_box``."""
        return _xywh(self.crop_box)

    def mask(self) -> BoolArray:
        """Make the mask, (height, width), at the picture's full size."""
        height, width = self.image_size
        return self._clean(self._window((0, height), (0, width)), self.cleaned_below)

    def outline(self, *, refine: int = 1) -> Outline:
        """Follow the mask's edge, in image pixels; see :func:`tabsam.model.contours.outline`.

        Of a mask that was cleaned, small holes and islands are left out by their area inside the line, which may differ from
        what :meth:`mask` leaves out by a region that is just about as large as allowed; bays at the picture's border stay.
        """
        line = outline(self.edge.whole(), self.frame, refine=refine)
        line = Outline(line.vertices + np.array(self.crop_box[:2]), line.ring_offsets, line.polygon_offsets)
        return without_small(line, self.cleaned_below) if self.cleaned_below else line

    def cleaned(self, below: int) -> Proposal:
        """Fill holes and remove islands of fewer pixels than `below`; the same object when there are none."""
        rows, columns = self._surroundings(below)
        mask = self._window(rows, columns)
        after = self._clean(mask, below)
        if after is mask:
            return self
        x0, y0, x1, y1 = mask_box(after)
        box = (columns[0] + x0, rows[0] + y0, columns[0] + x1, rows[0] + y1)
        return replace(self, area=int(np.count_nonzero(after)), bbox=box, cleaned_below=below)

    @staticmethod
    def _clean(mask: BoolArray, below: int) -> BoolArray:
        return regions.remove_islands(regions.fill_holes(mask, below), below)

    def _surroundings(self, below: int) -> tuple[Span, Span]:
        """Give rows and columns around the mask in which what lies around it is not small, unless it is in the picture."""
        x0, y0, x1, y1 = self.bbox
        # A strip along a side has at least `below` pixels; and the box of a large mask may be off by a pixel or two.
        across, down = 3 + below // (y1 - y0 + 1), 3 + below // (x1 - x0 + 1)
        height, width = self.image_size
        return (max(0, y0 - down), min(height, y1 + 1 + down)), (max(0, x0 - across), min(width, x1 + 1 + across))

    def _window(self, rows: Span, columns: Span) -> BoolArray:
        """Make a part of the full-size mask, before it is cleaned."""
        x0, y0, x1, y1 = self.crop_box
        top, bottom, left, right = max(rows[0], y0), min(rows[1], y1), max(columns[0], x0), min(columns[1], x1)
        mask = np.zeros((rows[1] - rows[0], columns[1] - columns[0]), np.bool_)
        if top < bottom and left < right:
            inner = window_mask(self.edge.whole(), self.frame, (top - y0, bottom - y0), (left - x0, right - x0))
            mask[top - rows[0] : bottom - rows[0], left - columns[0] : right - columns[0]] = inner
        return mask


def proposal_in(
    crop: Crop,
    image_size: Size,
    frame: Frame,
    logits: Float32Array,
    measures: Measures,
    *,
    point: tuple[float, float],
    predicted_iou: float,
) -> Proposal:
    """Take what was found in a crop, at `point` (x, y) in the crop's own pixels, to the picture's frame."""
    x0, y0, x1, y1 = measures.box
    return Proposal(
        predicted_iou,
        measures.stability_score,
        measures.area,
        (x0 + crop.x0, y0 + crop.y0, x1 + crop.x0, y1 + crop.y0),
        (point[0] + crop.x0, point[1] + crop.y0),
        crop.box,
        image_size,
        EdgeLogits.of(logits),
        frame,
    )


def _near_edge(inside: UInt8Array, shape: Size) -> UInt8Array:
    """Tell which cells have cells both in and off the mask no farther away than the band's width, along both axes.

    Takes and gives packed bits, and works on them as on one long integer: a fifth of the time of NumPy's ways, above all in the
    page. So rows are one line; the few cells more at their ends do no harm.
    """
    line = int.from_bytes(inside.tobytes(), "big")
    strides = (1, shape[1])
    near = 0
    for stride in strides:
        near |= line ^ (line >> stride)
    for stride in strides:
        for _ in range(_BAND):
            near |= (near << stride) | (near >> stride)
    near &= (1 << 8 * inside.size) - 1
    return np.frombuffer(near.to_bytes(inside.size, "big"), np.uint8)


def _unpacked(bits: UInt8Array, shape: Size) -> BoolArray:
    return np.unpackbits(bits, count=math.prod(shape)).reshape(shape).view(np.bool_)


def _xywh(box: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    x0, y0, x1, y1 = box
    return x0, y0, x1 - x0, y1 - y0
