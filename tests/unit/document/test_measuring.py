"""Objects measured: pixels, colours, units."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from tabsam.document.annotations import Instance
from tabsam.document.measuring import MAP_UNITS, Scale, mean_colors, measured
from tabsam.errors import RequestError
from tabsam.geometry.affine import Affine
from tabsam.geometry.outline import from_polygons
from tabsam.geometry.raster import fill
from tests.support.annotated import SIZE, random_annotations, square, three_kinds


def noise(size: tuple[int, int]) -> Image.Image:
    return Image.fromarray(np.random.default_rng(1).integers(0, 256, (*size, 3), np.uint8))


def test_colours_are_the_mean_over_the_masks_pixels() -> None:
    annotations = random_annotations(5)
    image = noise(annotations.image_size)
    rows = measured(annotations, mean_colors(annotations.instances, image))
    for row, one in zip(rows, annotations.instances, strict=True):
        mask = fill(one.outline, annotations.image_size)
        red, green, blue = np.asarray(image)[mask].mean(axis=0)
        assert row.pixel_count == mask.sum()
        assert row.color is not None
        assert (row.color.red, row.color.green, row.color.blue) == pytest.approx((red, green, blue))
        assert row.color.grey == pytest.approx((red + green + blue) / 3)


def test_a_colour_that_is_known_is_not_worked_out_again_and_one_without_pixels_is_none() -> None:
    annotations = three_kinds()
    known = mean_colors(annotations.instances, noise(SIZE))
    assert mean_colors(annotations.instances, Image.new("RGB", (48, 36)), known) == known
    tiny = Instance(9, from_polygons([[square(3.6, 3.6, 0.2)]]))
    assert mean_colors((tiny,), noise(SIZE)) == {tiny.outline: None}


def test_a_typed_scale_comes_before_the_map() -> None:
    annotations = replace(three_kinds(), affine=Affine(2, 0, 100, 0, -2, 50))
    on_map, scaled = measured(annotations, {})[0], measured(annotations, {}, Scale(0.5, "µm"))[0]
    assert on_map.in_units is not None
    assert (on_map.unit, on_map.in_units.area, on_map.in_units.x, on_map.in_units.y) == (MAP_UNITS, 400, 104, 24)
    assert scaled.in_units is not None
    assert (scaled.unit, scaled.in_units.area, scaled.in_units.perimeter) == ("µm", 25, 20)
    assert (measured(three_kinds(), {})[0].unit, measured(three_kinds(), {})[0].in_units) == ("", None)


@pytest.mark.parametrize(("per_pixel", "unit"), [(0, "µm"), (-1, "µm"), (float("nan"), "µm"), (float("inf"), "m"), (1, " ")])
def test_what_is_no_scale_is_refused(per_pixel: float, unit: str) -> None:
    with pytest.raises(RequestError, match=r"A scale is a number above 0 and a unit\.") as caught:
        Scale(per_pixel, unit)
    assert caught.value.code == "no-scale"
