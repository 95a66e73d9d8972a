"""Which of several masks are the same thing once more, by the masks themselves rather than by their boxes.

The reference compares boxes only. A few cells far from a mask that belong to another thing make its box a large one, and such a
mask of a thing stays beside a cleaner one of the same thing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tabsam.arrays import UInt8Array
from tabsam.model.everything.boxes import IntArray


def distinct(inside: Sequence[UInt8Array], iou_threshold: float) -> IntArray:
    """Keep of masks that are nearly the same the first.

    Parameters
    ----------
    inside : uint8 arrays, all of the same size
        Bits, packed: which cells of one grid are in a mask (``EdgeLogits.inside``). The best mask first.
    iou_threshold : float
        A mask goes when its IoU with one before it that is kept is above this; 1 keeps all.

    Returns
    -------
    intp, shape (K,)
        Indices of those kept, in order.
    """
    if iou_threshold >= 1:
        return np.arange(len(inside))
    kept: list[tuple[int, int]] = []
    indices = []
    for index, packed in enumerate(inside):
        # As one long integer: a few microseconds for a pair, in the page, too.
        bits = int.from_bytes(packed.tobytes(), "big")
        area = bits.bit_count()
        if all(_iou((bits & other).bit_count(), area + size) <= iou_threshold for other, size in kept):
            kept.append((bits, area))
            indices.append(index)
    return np.array(indices, np.intp)


def _iou(shared: int, both_areas: int) -> float:
    """Give the IoU of two masks; 0 where both are empty."""
    return shared / (both_areas - shared) if both_areas > shared else 0.0
