"""Data sets out and in again, in every format that can be read."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tabsam.document.annotations import Category, Instance, palette_color
from tabsam.formats.datasets import read, write
from tabsam.formats.datasets.dataset import Dataset, DatasetPicture
from tabsam.formats.datasets.listing import ListedFile, Listing, folder_listing, zip_listing
from tabsam.formats.datasets.matching import PictureFile
from tabsam.formats.datasets.outgoing import Options
from tabsam.formats.datasets.reading import Incoming
from tabsam.formats.datasets.sinks import FolderSink, ZipSink
from tests.support.annotated import masks, same
from tests.support.datasets import CLASSES, PATHS, four_pictures
from tests.support.refused import refusal

EXACT = ("tabsam", "coco", "coco-rle", "labelme", "geojson", "masks", "yolo")
"""Formats in which every object comes back by itself, to the pixel."""

ALL = (*EXACT, "voc", "labelmap-objects", "labelmap-classes")


def zipped(dataset: Dataset, name: str, options: Options | None = None) -> Listing:
    buffer = io.BytesIO()
    write(dataset, name, ZipSink(buffer), options)
    return zip_listing(buffer)


def painted(picture: DatasetPicture) -> np.ndarray[tuple[int, ...], np.dtype[np.object_]]:
    """Give the name of the class that is on top in each pixel, and nothing on the ground."""
    names = {one.id: one.name for one in picture.annotations.categories}
    top = np.full(picture.image_size, "", object)
    for one, mask in zip(picture.annotations.instances, masks(picture.annotations), strict=True):
        top[mask] = names[one.category or 0]
    return top


def by_path(incoming: Incoming) -> dict[str, DatasetPicture]:
    assert (incoming.questions, incoming.problems) == ((), ())
    return {one.path: one for one in incoming.dataset.pictures}


@pytest.mark.parametrize("name", ALL)
def test_a_zip_of_a_data_set_comes_back(name: str) -> None:
    dataset = four_pictures()
    incoming = read(zipped(dataset, name))
    back = by_path(incoming)
    # VOC has one folder, in which two pictures of one name are told apart by theirs.
    names = [path.replace("a/street", "a_street").rpartition("/")[2] for path in PATHS] if name == "voc" else list(PATHS)
    assert set(back) == set(names)
    assert {one.name for one in incoming.dataset.categories} == {one.name for one in CLASSES}
    for path, picture in zip(names, dataset.pictures, strict=True):
        own = back[path]
        assert own.name == path.rpartition("/")[2]
        assert own.image_size == picture.image_size
        if name == "labelmap-classes":
            continue
        assert np.array_equal(painted(own), painted(picture)), path
        assert own.open is not None
        assert picture.open is not None
        with own.open() as one, picture.open() as other:
            assert one.read() == other.read()
        if name in EXACT:
            for one_mask, other_mask in zip(masks(own.annotations), masks(picture.annotations), strict=True):
                assert np.array_equal(one_mask, other_mask)


def test_label_maps_by_class_come_back_as_an_object_for_each_class() -> None:
    dataset = four_pictures()
    back = by_path(read(zipped(dataset, "labelmap-classes")))
    for picture in dataset.pictures:
        there = painted(picture)
        one_by_class = painted(back[picture.path])
        assert np.array_equal(there, one_by_class)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("top", ["", "my data/"])
def test_a_folder_without_pictures_goes_to_those_that_are_there(name: str, top: str, tmp_path: Path) -> None:
    dataset = four_pictures()
    notes = write(dataset, name, FolderSink(tmp_path / top), Options(pictures=False))
    assert not any("could not be had" in note for note in notes)
    given = [PictureFile(one.path, image_size=one.image_size) for one in dataset.pictures]
    incoming = read(folder_listing(tmp_path), given)
    back = {one.path: one for one in incoming.dataset.pictures}
    if name == "voc":  # the picture whose name it changed is asked about
        assert [(one.kind, one.reference) for one in incoming.questions] == [("missing", f"{top}JPEGImages/a_street")]
        answered = read(folder_listing(tmp_path), given, answers={f"{top}JPEGImages/a_street": "a/street.png"})
        back = by_path(answered)
    else:
        assert incoming.questions == ()
    assert incoming.problems == ()
    for picture in dataset.pictures:
        if picture.annotations.instances:
            assert np.array_equal(painted(back[picture.path]), painted(picture))


def test_a_project_of_several_pictures_comes_back_as_it_was() -> None:
    dataset = four_pictures()
    first = dataset.pictures[0]
    odd = replace(first.annotations.instances[0], visible=False, locked=True, name="Ä")
    unclassified = Instance(99, first.annotations.instances[1].outline)
    changed = replace(first, annotations=replace(first.annotations, instances=(odd, unclassified)), split="val")
    dataset = replace(dataset, pictures=(changed, *dataset.pictures[1:]))
    buffer = io.BytesIO()
    write(dataset, "tabsam", ZipSink(buffer))
    for listing in (zip_listing(buffer), Listing((ListedFile("two/all.tabsam", 0, lambda: io.BytesIO(buffer.getvalue())),))):
        incoming = read(listing)
        assert incoming.problems == ()
        assert [one.path for one in incoming.dataset.pictures] == list(PATHS)
        assert incoming.dataset.categories == dataset.categories
        for one, other in zip(incoming.dataset.pictures, dataset.pictures, strict=True):
            assert one.split == other.split
            for mine, theirs in zip(one.annotations.instances, other.annotations.instances, strict=True):
                assert same(mine.outline, theirs.outline)
                assert replace(mine, outline=theirs.outline) == theirs
            assert one.open is not None
            assert other.open is not None
            with one.open() as left, other.open() as right:
                assert left.read() == right.read()


def many_classes() -> tuple[Category, ...]:
    return tuple(Category(id, f"class {id:03d} ü", palette_color(id)) for id in range(1, 301))


@pytest.mark.parametrize("name", [name for name in ALL if name != "voc"])
def test_three_hundred_classes_come_back_by_name(name: str) -> None:
    classes = many_classes()
    dataset = four_pictures(categories=classes)
    instances = tuple(replace(one, category=296 + number) for number, one in enumerate(dataset.pictures[0].annotations.instances))
    first = replace(dataset.pictures[0], annotations=replace(dataset.pictures[0].annotations, instances=instances))
    dataset = replace(dataset, pictures=(first, *dataset.pictures[1:]))
    back = by_path(read(zipped(dataset, name)))
    assert np.array_equal(painted(back["street.jpg"]), painted(first))


def test_voc_refuses_more_classes_than_it_has_numbers() -> None:
    assert refusal(write, four_pictures(categories=many_classes()), "voc", ZipSink(io.BytesIO())) == (
        "too-many-labels",
        "Pascal VOC holds at most 254 different numbers; this would take 300.",
    )


def test_a_picture_with_too_many_objects_for_voc_is_left_out_and_that_is_said() -> None:
    dataset = four_pictures()
    outline = dataset.pictures[0].annotations.instances[0].outline
    many = tuple(Instance(id, outline, 1) for id in range(1, 256))
    first = replace(dataset.pictures[0], annotations=replace(dataset.pictures[0].annotations, instances=many))
    buffer = io.BytesIO()
    notes = write(replace(dataset, pictures=(first, *dataset.pictures[1:])), "voc", ZipSink(buffer))
    sentence = "'street.jpg' was left out: Pascal VOC holds at most 254 different numbers; this would take 255."
    assert sentence in notes
    assert len(by_path(read(zip_listing(buffer)))) == 3


def test_classes_of_one_name_are_one_and_keep_the_ids_that_are_there() -> None:
    incoming = read(zipped(four_pictures(), "coco"), categories=(Category(9, "cat", "#123456"), Category(1, "dog", "#654321")))
    assert [(one.id, one.name) for one in incoming.dataset.categories] == [
        (9, "cat"),
        (1, "dog"),
        (10, "car"),
        (5, "ein Käfer, rot"),
    ]
    first = incoming.dataset.pictures[0].annotations
    assert [first.category(one.category).name for one in first.instances] == ["car", "cat", "ein Käfer, rot", "cat"]  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ALL)
def test_the_same_data_set_makes_the_same_bytes(name: str) -> None:
    one, other = io.BytesIO(), io.BytesIO()
    write(four_pictures(), name, ZipSink(one))
    write(four_pictures(), name, ZipSink(other))
    assert one.getvalue() == other.getvalue()


def test_files_that_are_there_are_not_written_over(tmp_path: Path) -> None:
    write(four_pictures(), "labelme", FolderSink(tmp_path))
    assert refusal(write, four_pictures(), "labelme", FolderSink(tmp_path)) == (
        "file-exists",
        "There is a file 'street.json' already.",
    )
