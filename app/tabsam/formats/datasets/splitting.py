"""Which pictures a model learns from, and which it is measured with: for one seed the same, wherever they stand in the list."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from tabsam.errors import FormatError
from tabsam.formats.datasets.dataset import SPLITS, DatasetPicture


def splits(pictures: Sequence[DatasetPicture], val_share: float, seed: int) -> list[str]:
    """Give each picture's split: its own, or where it has none "train" or "val".

    A picture's lot is drawn from its path and the seed. Of several pictures at least one comes into either split, if the share is
    above 0 and below 1.

    Parameters
    ----------
    val_share : float, in [0, 1]
        Of the pictures without a split.

    Raises
    ------
    FormatError
        ``val-share`` when it is not in [0, 1].
    """
    if not 0 <= val_share <= 1:
        raise FormatError("val-share", f"The share of validation pictures is {val_share}.", "Give a number from 0 to 1.")
    open_ones = sorted((_lot(one.path, seed), place) for place, one in enumerate(pictures) if one.split not in SPLITS)
    wanted = round(val_share * len(open_ones))
    if 0 < val_share < 1 and len(open_ones) > 1:
        wanted = min(max(wanted, 1), len(open_ones) - 1)
    val = {place for _, place in open_ones[:wanted]}
    return [one.split if one.split in SPLITS else ("val" if place in val else "train") for place, one in enumerate(pictures)]


def _lot(path: str, seed: int) -> str:
    return hashlib.sha256(f"{seed}:{path}".encode(errors="replace")).hexdigest()
