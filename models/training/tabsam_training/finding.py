"""How well *find everything* does at which thresholds: each picture is searched once, with nearly all masks kept.

A picture's objects are known by a label map. What of a mask matters is then one row of numbers, its IoU with each object, and any
thresholds can be tried without asking the model again: the choice is the search's own (``pred_iou_thresh``,
``stability_score_thresh``, then ``box_nms_thresh`` by predicted IoU, then ``mask_nms_thresh``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tabsam import SyncSegmenter, open_image
from tabsam.arrays import BoolArray, Float64Array, UInt8Array
from tabsam.model.everything.boxes import nms
from tabsam.model.everything.options import EverythingOptions
from tabsam.model.everything.sameness import distinct
from tabsam_training.errors import TrainingError

FLOOR = 0.5
"""Of both scores: masks below are not kept at all, and no threshold below can be tried."""

NOT_COUNTED = 65535
"""In a label map: nobody knows what is there, as in a crowd."""

_WITHIN = 0.8
"""A find that lies so far within one object, and is not that object, is a part of it."""
_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp"})


@dataclass(frozen=True)
class Known:
    """What is known of a picture.

    Attributes
    ----------
    regions : intp, shape (height, width)
        0 is no object, 1 and so on are the objects, and one more than there are objects is what is not counted.
    sizes : int64, shape (objects,)
        In pixels.
    """

    regions: NDArray[np.intp]
    sizes: NDArray[np.int64]

    @classmethod
    def of(cls, labels: NDArray[np.uint16]) -> Known:
        """Read a label map (height, width): 0 is no object, :data:`NOT_COUNTED` not judged, every other number one object."""
        numbers = np.unique(labels)
        numbers = numbers[(numbers > 0) & (numbers < NOT_COUNTED)]
        regions = np.where(labels == 0, 0, 1 + np.searchsorted(numbers, labels))
        return cls(regions, np.bincount(regions.ravel(), minlength=len(numbers) + 1)[1 : len(numbers) + 1])


@dataclass(frozen=True)
class Found:
    """What a search found in one picture, before any threshold.

    Attributes
    ----------
    predicted_iou, stability_score : float64, shape (n,)
    boxes : float64, shape (n, 4)
        XYXY.
    iou : float64, shape (n, objects)
        With each known object.
    within : float64, shape (n, objects)
        Which share of a find lies in each.
    inside : uint8, shape (n, bytes)
        Each mask on the decoder's grid, as packed bits.
    """

    predicted_iou: Float64Array
    stability_score: Float64Array
    boxes: Float64Array
    iou: Float64Array
    within: Float64Array
    inside: UInt8Array


@dataclass(frozen=True)
class Thresholds:
    """What is tried: four options of the search, by its names."""

    pred_iou_thresh: float
    stability_score_thresh: float
    box_nms_thresh: float
    mask_nms_thresh: float


@dataclass(frozen=True)
class Counts:
    """How finds and objects go together; counts of several pictures add up.

    Attributes
    ----------
    objects : int
        That are known.
    recalled_50, recalled_75 : int
        Objects of which some find has an IoU of at least 0.5, or 0.75.
    duplicates : int
        Finds of an object of which there is a better one.
    parts : int
        Finds that lie within one object and are less than it.
    others : int
        Finds that are none of it: background, several objects at once, or things nobody listed.
    """

    objects: int = 0
    recalled_50: int = 0
    recalled_75: int = 0
    duplicates: int = 0
    parts: int = 0
    others: int = 0

    @property
    def f1(self) -> float:
        """Of recall at 0.5 and of the share of finds that are right: their harmonic mean, 1 where nothing is known or found."""
        finds = self.recalled_50 + self.duplicates + self.parts + self.others
        return 2 * self.recalled_50 / (finds + self.objects) if finds + self.objects else 1.0

    def __add__(self, more: Counts) -> Counts:
        """Count several pictures as one."""
        return Counts(*(getattr(self, name) + getattr(more, name) for name in self.__dataclass_fields__))


def known_pictures(folder: Path) -> Iterator[tuple[str, Image.Image, Known]]:
    """Read a folder with ``images/`` and ``labels/``: for each picture a PNG of 8 or 16 bits, of the same name and size.

    What its numbers mean is said at :meth:`Known.of`.

    Raises
    ------
    TrainingError
        ``no-data`` where there is nothing, ``data-wrong`` where a picture has no label map or one of another size.
    """
    pictures = sorted(path for path in folder.glob("images/*") if path.suffix.lower() in _SUFFIXES)
    if not pictures:
        raise TrainingError("no-data", f"There are no pictures in {folder / 'images'}.", "See models/training/README.md.")
    for path in pictures:
        known = folder / "labels" / f"{path.stem}.png"
        if not known.is_file():
            raise TrainingError("data-wrong", f"{path.name} has no label map.", f"Put it into {known}.")
        with Image.open(known) as file:
            labels = np.asarray(file).astype(np.uint16)
        image = open_image(path.read_bytes())
        if labels.shape != (image.height, image.width):
            raise TrainingError("data-wrong", f"{path.name} and its label map differ in size.", "Make the label map anew.")
        yield path.stem, image, Known.of(labels)


def search(segmenter: SyncSegmenter, image: Image.Image, known: Known, *, points_per_side: int) -> Found:
    """Search a picture, and hold what is found against its objects."""
    options = EverythingOptions(
        points_per_side=points_per_side, pred_iou_thresh=FLOOR, stability_score_thresh=FLOOR, box_nms_thresh=1.0
    )
    proposals = segmenter.everything(image, options)
    rows = [overlaps(one.mask(), known) for one in proposals]
    kept = [index for index, row in enumerate(rows) if row is not None]
    table = np.array([row for row in rows if row is not None], np.float64).reshape(len(kept), 2, -1)
    return Found(
        np.array([proposals[index].predicted_iou for index in kept]),
        np.array([proposals[index].stability_score for index in kept]),
        np.array([proposals[index].bbox for index in kept], np.float64).reshape(-1, 4),
        table[:, 0],
        table[:, 1],
        np.array([proposals[index].edge.inside for index in kept], np.uint8).reshape(len(kept), -1),
    )


def overlaps(mask: BoolArray, known: Known) -> Float64Array | None:
    """Hold one mask (height, width) against the objects.

    Returns
    -------
    float64, shape (2, objects), or None
        The IoU with each object, and the share of the mask that lies in it. None for a mask of which half or more is not
        counted, or which is empty.
    """
    shared = np.bincount(known.regions[mask], minlength=len(known.sizes) + 2)
    area = shared[:-1].sum()
    if area <= shared[-1]:
        return None
    shared = shared[1:-1]
    return np.stack([shared / (area + known.sizes - shared), shared / area])


def counts(found: Found, thresholds: Thresholds) -> Counts:
    """Choose as the search does, and count what is right of it."""
    good = (found.predicted_iou > thresholds.pred_iou_thresh) & (found.stability_score >= thresholds.stability_score_thresh)
    chosen = np.flatnonzero(good)
    chosen = chosen[nms(found.boxes[chosen], found.predicted_iou[chosen], thresholds.box_nms_thresh)]
    chosen = chosen[distinct(list(found.inside[chosen]), thresholds.mask_nms_thresh)]
    iou, within = found.iou[chosen], found.within[chosen]
    objects = iou.shape[1]
    if not objects or not len(chosen):
        return Counts(objects=objects, others=len(chosen))
    best = iou.max(axis=0)
    right = iou.max(axis=1) >= 0.5
    # An IoU above a half is had with one object only, of several that do not overlap.
    recalled = int(np.count_nonzero(best >= 0.5))
    part = ~right & (within.max(axis=1) >= _WITHIN)
    return Counts(
        objects=objects,
        recalled_50=recalled,
        recalled_75=int(np.count_nonzero(best >= 0.75)),
        duplicates=max(0, int(np.count_nonzero(right)) - recalled),
        parts=int(np.count_nonzero(part)),
        others=int(np.count_nonzero(~right & ~part)),
    )


def table(rows: Sequence[tuple[str, Thresholds, Counts]]) -> str:
    """Write what was counted, in Markdown: shares of the objects, and numbers of false finds."""
    heads = ["set (objects)", *(name.removesuffix("_thresh") for name in Thresholds.__dataclass_fields__)]
    heads += ["recall at 0.5", "at 0.75", "duplicates", "parts", "others", "F1"]
    lines = [heads, ["---"] * len(heads)]
    for name, tried, one in rows:
        least = max(1, one.objects)
        shares = [f"{number / least:.2f}" for number in (one.recalled_50, one.recalled_75)]
        false = [str(number) for number in (one.duplicates, one.parts, one.others)] + [f"{one.f1:.2f}"]
        options = [f"{value:.2f}" for value in astuple(tried)]
        lines.append([f"{name} ({one.objects})", *options, *shares, *false])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
