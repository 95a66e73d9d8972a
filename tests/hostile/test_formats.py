"""What is written comes back: any objects, with holes and in parts, named in any script, out of every format that can be read."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tabsam.document.annotations import Annotations
from tabsam.formats.datasets import read as read_dataset
from tabsam.formats.datasets.dataset import Dataset, DatasetPicture
from tabsam.formats.datasets.naming import safe_path
from tabsam.formats.project import read_project, write_project
from tests.support.annotated import masks, same
from tests.support.datasets import files_of, in_memory, picture_bytes
from tests.support.raster import is_off_edges
from tests.support.strategies import annotated

#: Formats in which every object comes back by itself, to the pixel.
OBJECTS = ("coco", "coco-rle", "labelme", "labelme-masks", "geojson", "yolo", "masks", "tabsam")
TOOLS = ("cvat", "label-studio", "x-anylabeling", "isat", "via", "supervisely", "darwin", "datumaro", "geopackage")
#: Those of them that have outlines, and not pixels.
VECTORS = ("coco", "labelme", "geojson", "yolo")
#: Those of them that have a place for an object's own name.
NAMED = ("coco", "coco-rle", "labelme", "labelme-masks", "geojson", "tabsam")
#: Those in which each pixel is of one object, or of one class.
PAINTED = ("voc", "labelmap-objects", "labelmap-classes", "coco-panoptic")


def there_and_back(made: Annotations, format: str) -> Annotations:
    """Write a data set of one picture, and read it."""
    picture = DatasetPicture(made.picture, made, partial(io.BytesIO, picture_bytes(made.image_size)))
    incoming = read_dataset(in_memory(files_of(Dataset((picture,), made.categories), format)))
    assert (incoming.questions, incoming.problems) == ((), ())
    (back,) = incoming.dataset.pictures
    return back.annotations


def classes_of(made: Annotations) -> list[str]:
    names = {one.id: one.name for one in made.categories}
    return [names[one.category or 0] for one in made.instances]


def painted(made: Annotations) -> np.ndarray[tuple[int, ...], np.dtype[np.object_]]:
    """Give the name of the class that is on top in each pixel."""
    top = np.full(made.image_size, "", object)
    for name, mask in zip(classes_of(made), masks(made), strict=True):
        top[mask] = name
    return top


@pytest.mark.parametrize("format", [*OBJECTS, *TOOLS])
@given(made=annotated())
@settings(max_examples=25)
def test_objects_come_back(format: str, made: Annotations) -> None:
    back = there_and_back(made, format)
    assert back.picture == safe_path(made.picture)
    assert classes_of(back) == classes_of(made)
    if format in NAMED:
        assert [one.name for one in back.instances] == [one.name for one in made.instances]
    for one, other in zip(masks(back), masks(made), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("format", [*VECTORS, *TOOLS])
@given(made=annotated(), scale=st.floats(0.5, 1), place=st.floats(0, 1))
@settings(max_examples=15)
def test_outlines_between_pixels_come_back_to_a_thousandth(format: str, made: Annotations, scale: float, place: float) -> None:
    start = np.array(made.image_size[::-1]) * (1 - scale) * place  # so that it stays in the picture
    lines = [replace(one.outline, vertices=one.outline.vertices * scale + start) for one in made.instances]
    made = replace(made, instances=tuple(replace(one, outline=line) for one, line in zip(made.instances, lines, strict=True)))
    assume(all(mask.any() for mask in masks(made)))
    # What is smaller than a pixel altogether could as well be in longitude and latitude.
    assume(np.ptp(np.concatenate([line.vertices for line in lines]), axis=0).max() > 1)
    back = there_and_back(made, format)
    for line, one, other in zip(lines, masks(back), masks(made), strict=True):
        assert not ((one ^ other) & is_off_edges(line, made.image_size, margin=2e-3)).any()


@pytest.mark.parametrize("format", PAINTED)
@given(made=annotated())
@settings(max_examples=25)
def test_what_is_painted_comes_back(format: str, made: Annotations) -> None:
    np.testing.assert_array_equal(painted(there_and_back(made, format)), painted(made))


@given(made=annotated())
def test_a_project_comes_back_as_it_was(made: Annotations) -> None:
    back = read_project(write_project(made, picture=b"picture")).annotations
    assert back.categories == made.categories
    for one, other in zip(back.instances, made.instances, strict=True):
        assert same(one.outline, other.outline)
        assert (one.id, one.category, one.name) == (other.id, other.category, other.name)
