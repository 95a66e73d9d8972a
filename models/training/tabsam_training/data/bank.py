"""All that scenes are composed of, decoded once and kept on the device."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from tabsam.arrays import AnyArray, Float32Array, Int64Array, UInt8Array
from tabsam_training.data.layout import LABELS, PackedPhoto, read_index
from tabsam_training.errors import TrainingError

_FEWEST, _MOST = 0.01, 0.7
"""A thing's share of its photo, for it to be pasted elsewhere."""


T = TypeVar("T")
AnyRead = TypeVar("AnyRead")


@dataclass(frozen=True)
class Sides:
    """The sides, in pixels, of the squares that pictures are kept as."""

    photo: int = 768
    cutout: int = 384
    background: int = 512


@dataclass(frozen=True)
class Bank:
    """Pictures as squares, stretched: a scene stretches them again.

    Attributes
    ----------
    photos : uint8, shape (P, 3, side, side)
    labels : uint8, shape (P, side, side)
    parents : int64, shape (P, 2, 256)
        Of each label the whole that it is a part of, and that one's whole; 0 where there is none.
    whole : float32, shape (P, 256)
        How often a label is asked for.
    photo_weights : float32, shape (P,)
    things : float32, shape (T, 6)
        What can be cut out: photo, label, and its box x0, y0, x1, y1 in [0, 1].
    thing_weights : float32, shape (T,)
    cutouts : uint8, shape (C, 4, side, side)
    backgrounds : uint8, shape (G, 3, side, side)
    """

    photos: Tensor
    labels: Tensor
    parents: Tensor
    whole: Tensor
    photo_weights: Tensor
    things: Tensor
    thing_weights: Tensor
    cutouts: Tensor
    backgrounds: Tensor


@dataclass(frozen=True)
class _Photo:
    picture: UInt8Array
    labels: UInt8Array
    parents: Int64Array
    whole: Float32Array
    weight: float
    things: list[tuple[float, ...]]


def load_bank(folder: Path, device: torch.device, sides: Sides | None = None) -> Bank:
    """Read packed data (see :mod:`tabsam_training.data.layout`).

    Raises
    ------
    TrainingError
        ``no-data``, ``data-wrong``.
    """
    sides = sides or Sides()
    index = read_index(folder)
    photos = _each(partial(_photo, folder / "photos", sides.photo), sorted(index.items()))
    cutouts = _each(partial(_cutout, sides.cutout), sorted(folder.glob("cutouts/*.webp")))
    backgrounds = _each(partial(_background, sides.background), sorted(folder.glob("backgrounds/*.jpg")))
    things = [(number, *thing) for number, photo in enumerate(photos) for thing in photo.things]
    if not (things and cutouts and backgrounds):
        raise TrainingError("no-data", f"{folder} lacks photos with things, cut-outs or backgrounds.", "Pack the data anew.")
    rows = np.array(things, np.float32)

    def squares(arrays: Sequence[UInt8Array]) -> Tensor:
        return torch.from_numpy(np.stack(arrays)).permute(0, 3, 1, 2).contiguous().to(device)

    def stacked(arrays: Sequence[AnyArray]) -> Tensor:
        return torch.from_numpy(np.stack(arrays)).to(device)

    return Bank(
        photos=squares([photo.picture for photo in photos]),
        labels=stacked([photo.labels for photo in photos]),
        parents=stacked([photo.parents for photo in photos]),
        whole=stacked([photo.whole for photo in photos]),
        photo_weights=torch.tensor([photo.weight for photo in photos], device=device),
        things=torch.from_numpy(rows[:, :6]).to(device),
        thing_weights=torch.from_numpy(rows[:, 7] * (np.sqrt(rows[:, 6]) + np.float32(0.1))).to(device),
        cutouts=squares(cutouts),
        backgrounds=squares(backgrounds),
    )


def _each(read: Callable[[T], AnyRead], items: Sequence[T]) -> list[AnyRead]:
    """Read many files, on all processors where it is worth it to start them."""
    if len(items) < 100:
        return [read(item) for item in items]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(read, items, chunksize=16))


def _photo(folder: Path, side: int, item: tuple[str, PackedPhoto]) -> _Photo:
    name, about = item
    try:
        with Image.open(folder / f"{name}.jpg") as picture, Image.open(folder / f"{name}.png") as labels:
            square = picture.convert("RGB").resize((side, side), Image.Resampling.BILINEAR)
            label_square = np.asarray(labels.resize((side, side), Image.Resampling.NEAREST))
    except OSError as error:
        message = f"The photo {name} cannot be read."
        raise TrainingError("data-wrong", message, "Pack the data anew.", details=str(error)) from error
    parents = np.zeros((2, LABELS), np.int64)
    parents[0, : len(about.parents)] = about.parents
    parents[1] = np.where(parents[0] > 0, parents[0][parents[0]], 0)
    whole = np.full(LABELS, about.whole, np.float32)
    # What has parts is more of a whole than they are.
    whole[np.unique(parents[0][parents[0] > 0])] = min(1.0, 2 * about.whole)
    things = list(_things(label_square[::4, ::4], parents, about.whole * about.weight))
    return _Photo(np.asarray(square), label_square, parents, whole, about.weight, things)


def _things(labels: UInt8Array, parents: Int64Array, weight: float) -> list[tuple[float, ...]]:
    """List what can be cut out: label, box, share of the photo, weight."""
    of, within = parents[0][labels], parents[1][labels]
    found = []
    for label in np.unique(np.concatenate([labels.ravel(), of.ravel(), within.ravel()])):
        mask = (labels == label) | (of == label) | (within == label)
        share = float(mask.mean())
        if label and _FEWEST < share <= _MOST:
            ys, xs = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
            box = (float(number) / len(labels) for number in (xs[0], ys[0], xs[-1] + 1, ys[-1] + 1))
            found.append((float(label), *box, share, weight))
    return found


def _cutout(side: int, path: Path) -> UInt8Array:
    """Read a cut-out into the middle of a square, so that it keeps its shape."""
    with Image.open(path) as file:
        image = file.convert("RGBA")
    longer = max(image.size)
    square = Image.new("RGBA", (longer, longer))
    square.paste(image, ((longer - image.width) // 2, (longer - image.height) // 2))
    return np.asarray(square.resize((side, side), Image.Resampling.BILINEAR))


def _background(side: int, path: Path) -> UInt8Array:
    with Image.open(path) as file:
        return np.asarray(file.convert("RGB").resize((side, side), Image.Resampling.BILINEAR))
