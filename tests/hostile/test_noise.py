"""Masks of noise, whose polygons touch at corners and have holes that do: written as polygons, they come back to the pixel."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given

from tabsam.arrays import BoolArray
from tabsam.document.annotations import Annotations, Category, Instance
from tabsam.formats.coco import read_coco, write_coco
from tabsam.formats.labelme import read_labelme, write_labelme
from tabsam.formats.shared.imported import Imported
from tabsam.formats.yolo import read_yolo, write_yolo
from tabsam.geometry.raster import fill
from tabsam.geometry.tracing import outline_of_mask
from tests.support.strategies import masks


def yolo(made: Annotations) -> Imported:
    return read_yolo(write_yolo(made)["labels/noise.txt"], made.image_size, made.picture)


def coco(made: Annotations) -> Imported:
    return read_coco(write_coco(made), made.image_size, made.picture)


def labelme(made: Annotations) -> Imported:
    return read_labelme(write_labelme(made), made.image_size, made.picture)


@pytest.mark.parametrize("there_and_back", [yolo, coco, labelme])
@given(mask=masks(40))
def test_noise_comes_back_to_the_pixel(there_and_back: Callable[[Annotations], Imported], mask: BoolArray) -> None:
    size, mask = mask.shape, mask.copy()
    mask[0, 0] = True
    noise = Instance(1, outline_of_mask(mask), 1)
    back = there_and_back(Annotations("noise.png", size, (Category(1, "noise", "#000000"),), (noise,))).annotations
    filled = np.any([fill(one.outline, size) for one in back.instances], axis=0)
    np.testing.assert_array_equal(filled, mask)
