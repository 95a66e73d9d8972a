"""How near objects come back from each format, and COCO's own way to fill, against pycocotools."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pycocotools import mask as coco_mask

from tabsam.document.annotations import Annotations
from tabsam.formats.fidelity import measured
from tabsam.formats.shared.coco_fill import filled_by_coco
from tests.support.annotated import SIZE, random_annotations, three_kinds


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # pycocotools'
@pytest.mark.parametrize("seed", range(20))
def test_polygons_are_filled_as_pycocotools_fills_them(seed: int) -> None:
    rng = np.random.default_rng(seed)
    ring = rng.uniform(0, 40, (int(rng.integers(3, 30)), 2)) * (1, 0.75)
    expected = coco_mask.decode(coco_mask.frPyObjects([ring.ravel().tolist()], 30, 40))[..., 0].astype(bool)
    assert np.array_equal(filled_by_coco(ring, (30, 40)), expected)


def test_each_format_is_measured_by_what_its_readers_see() -> None:
    found = {name: one.mean_iou for name, one in measured(random_annotations(3)).items()}
    assert found["coco-rle"] == found["labelme-masks"] == 1
    assert 0.95 < found["coco"] < 1
    assert found["coco-boundaries"] < found["coco"]  # half of them have holes
    assert found["labelmap-objects"] < 1  # they lie over each other
    assert 0.8 < found["labelme"] < 1


def test_nothing_is_measured_of_nothing() -> None:
    assert measured(Annotations("a.png", SIZE)) == {}
    assert set(measured(replace(three_kinds(), instances=()))) == set()
