"""What lies in the data sets that are written: as their consumers look for it."""

from __future__ import annotations

import io
import json
import tracemalloc
import xml.etree.ElementTree as ElementTree
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pytest
from PIL import Image
from pycocotools.coco import COCO

from tabsam.document.annotations import Annotations, Instance
from tabsam.formats.datasets import write
from tabsam.formats.datasets.dataset import Dataset, DatasetPicture
from tabsam.formats.datasets.naming import placed, safe_path
from tabsam.formats.datasets.outgoing import Options, Outgoing
from tabsam.formats.datasets.registry import DATASET_FORMATS, exported
from tabsam.formats.datasets.sinks import FolderSink, ZipSink
from tabsam.formats.datasets.splitting import splits
from tabsam.formats.shared.archive import zip_chunks
from tabsam.formats.shared.writing import StreamedFile
from tabsam.geometry.outline import from_polygons
from tests.support.annotated import CAR, PLAIN, SIZE, masks, square
from tests.support.datasets import PATHS, files_of, four_pictures, picture_bytes
from tests.support.refused import refusal

# pycocotools 2.0.11 decodes with an __array__ from before NumPy 2.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def with_paths(*paths: str) -> Dataset:
    """Give a data set of pictures that differ by their paths alone."""
    annotations = Annotations("", SIZE, (CAR,), (Instance(1, PLAIN, CAR.id),))
    return Dataset(tuple(DatasetPicture(path, annotations, partial(io.BytesIO, b"picture")) for path in paths), (CAR,))


def test_where_there_is_no_memory_to_write_that_is_said() -> None:
    class Narrow(ZipSink):
        def take(self, files: Iterable[StreamedFile]) -> None:
            for _ in files:
                bytearray(2**62)

    code, message = refusal(write, four_pictures(), "coco", Narrow(io.BytesIO()))
    assert (code, message) == ("out-of-memory", "There is not enough memory to write this data set.")


@pytest.mark.parametrize("format", ["coco-panoptic", "labelmap-objects"])
def test_a_picture_that_is_too_large_to_be_painted_is_refused_in_words(format: str) -> None:
    huge = Annotations("a.png", (40_000, 40_000), (CAR,), (Instance(1, PLAIN, CAR.id),))  # 6 GB, which a machine may promise
    code, message = refusal(write, Dataset((DatasetPicture("a.png", huge),), (CAR,)), format, ZipSink(io.BytesIO()))
    assert (code, message) == ("canvas-too-large", "A picture of 40,000 x 40,000 pixels is too large to be painted.")


def test_where_there_is_no_memory_to_make_a_file_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def files(_: Outgoing) -> Iterator[StreamedFile]:
        yield StreamedFile.of("a", bytes(bytearray(2**62)))

    monkeypatch.setitem(DATASET_FORMATS, "coco", replace(DATASET_FORMATS["coco"], files=files))
    assert refusal(write, four_pictures(), "coco", ZipSink(io.BytesIO()))[0] == "out-of-memory"


def test_pycocotools_reads_all_images_of_one_file(tmp_path: Path) -> None:
    dataset = four_pictures()
    write(dataset, "coco", FolderSink(tmp_path))
    coco = COCO(str(tmp_path / "annotations/instances.json"))
    assert [(image["id"], image["file_name"]) for image in coco.imgs.values()] == list(enumerate(PATHS, 1))
    assert all((tmp_path / "images" / image["file_name"]).is_file() for image in coco.imgs.values())
    assert sorted(coco.anns) == list(range(1, 17))
    for id, picture in enumerate(dataset.pictures, 1):
        read = [coco.annToMask(one) for one in coco.loadAnns(coco.getAnnIds(imgIds=[id]))]
        for one, mask in zip(read, masks(picture.annotations), strict=True):
            assert np.count_nonzero(one != mask) <= 0.05 * np.count_nonzero(mask)


def test_yolo_has_twins_of_pictures_and_labels_and_says_where_the_splits_lie() -> None:
    files = files_of(four_pictures(), "yolo", Options(val_share=0.5, seed=3))
    pictures = {path for path in files if path.startswith("images/")}
    # As Ultralytics finds them: img2label_paths in ultralytics/data/utils.py.
    labels = {"labels".join(path.rsplit("images", 1)).rsplit(".", 1)[0] + ".txt" for path in pictures}
    assert labels == {path for path in files if path.startswith("labels/")}
    assert files[next(path for path in labels if path.endswith("/background.txt"))] == b""
    config = files["data.yaml"].decode().splitlines()
    assert config == [
        "train: images/train",
        "val: images/val",
        "names:",
        '  0: "car"',
        '  1: "cat"',
        '  2: "ein Käfer, rot"',
    ]
    assert {path.split("/")[1] for path in pictures} == {"train", "val"}


def test_of_one_picture_yolo_trains_and_validates_with_it() -> None:
    files = files_of(with_paths("a.png"), "yolo", Options(val_share=0))
    assert files["data.yaml"].decode().splitlines()[:2] == ["train: images/train", "val: images/train"]
    only_test = replace(with_paths("a.png").pictures[0], split="test")
    config = files_of(replace(with_paths("a.png"), pictures=(only_test,)), "yolo")["data.yaml"].decode().splitlines()
    assert config[:3] == ["train: images/test", "val: images/test", "test: images/test"]


def test_voc_has_its_folders_and_lists() -> None:
    files = files_of(four_pictures(), "voc", Options(val_share=0.25))
    lists = {name: files[f"ImageSets/Segmentation/{name}.txt"].decode().split("\n")[:-1] for name in ("train", "val", "trainval")}
    assert sorted(lists["train"] + lists["val"]) == sorted(lists["trainval"])
    assert len(lists["val"]) == 1
    for stem in lists["trainval"]:
        for folder in ("SegmentationClass", "SegmentationObject"):
            assert Image.open(io.BytesIO(files[f"{folder}/{stem}.png"])).mode == "P"
        root = ElementTree.fromstring(files[f"Annotations/{stem}.xml"])
        assert f"JPEGImages/{root.findtext('filename')}" in files
    street = ElementTree.fromstring(files["Annotations/street.xml"])
    assert [one.findtext("name") for one in street.iter("object")] == ["car", "cat", "ein Käfer, rot", "cat"]
    first = street.find("object/bndbox")
    assert first is not None
    assert [one.text for one in first] == ["3", "4", "12", "13"]
    size = street.find("size")
    assert size is not None
    assert [one.text for one in size] == ["48", "36", "3"]
    assert files["labels.txt"].decode().splitlines() == ["background", "car", "cat", "ein Käfer, rot"]


def test_labelme_files_lie_beside_their_pictures_and_name_them() -> None:
    files = files_of(four_pictures(), "labelme")
    for path in PATHS:
        described = json.loads(files[path.rpartition(".")[0] + ".json"])
        assert described["imagePath"] == path.rpartition("/")[2]


def test_splits_are_those_of_the_seed_wherever_the_pictures_stand() -> None:
    pictures = with_paths(*(f"{number}.png" for number in range(50))).pictures
    one = dict(zip((picture.path for picture in pictures), splits(pictures, 0.2, 7), strict=True))
    other = dict(zip((picture.path for picture in pictures[::-1]), splits(pictures[::-1], 0.2, 7), strict=True))
    assert one == other
    assert list(one.values()).count("val") == 10
    assert splits(pictures, 0.2, 8) != splits(pictures, 0.2, 7)
    assert set(splits(pictures[:2], 0.01, 0)) == {"train", "val"}
    own = [replace(pictures[0], split="test"), *pictures[1:]]
    assert splits(own, 1, 0) == ["test", *["val"] * 49]
    assert refusal(splits, pictures, 1.5, 0) == ("val-share", "The share of validation pictures is 1.5.")


@pytest.mark.parametrize(
    ("path", "safe"),
    [
        ("a/b.png", "a/b.png"),
        ("/etc/passwd", "etc/passwd"),
        ("../../a.png", "a.png"),
        ("C:\\pictures\\a.png", "C_/pictures/a.png"),
        ("a/con.png", "a/_con.png"),
        (" . /a?*.png ", "_/a_.png"),
        (" .png", "_.png"),
        ("...png", "_.png"),
        ("\u00a0.png", "_.png"),
        (".hidden/a.png", "hidden/a.png"),
        ("", "picture"),
        ("ü" * 150 + ".png", "ü" * 98 + ".png"),
        ("images/a.png", "images_/a.png"),
    ],
)
def test_paths_are_made_safe(path: str, safe: str) -> None:
    assert safe_path(path, ("images",)) == safe


def test_no_two_pictures_have_one_place() -> None:
    paths = ["a/street.jpg", "a/street.png", "a/STREET.jpg", "a/street-2.png", "b/street.jpg", "a"]
    assert placed(paths, "paths") == ["a/street.jpg", "a/street.png", "a/STREET-2.jpg", "a/street-2.png", "b/street.jpg", "a-2"]
    stems = ["a/street.jpg", "a/street-3.png", "a/STREET-4.jpg", "a/street-2.png", "b/street.jpg", "a-2"]
    assert placed(paths, "stems") == stems
    flat = ["a_street.jpg", "a_street-2.png", "a_STREET-3.jpg", "street-2.png", "b_street.jpg", "a"]
    assert placed(paths, "flat") == flat
    # é as one character, and as two.
    assert placed(["\u00e9.png", "e\u0301.png"], "paths") == ["\u00e9.png", "e\u0301-2.png"]


@pytest.mark.parametrize("name", DATASET_FORMATS)
def test_what_is_renamed_is_said_and_nothing_is_lost(name: str) -> None:
    dataset = with_paths("a/x.png", "a/X.png", "b/x.png")
    if name.startswith("cutouts") or name == "geojson-lonlat":
        return  # these need real pictures, and places on a map
    export = exported(dataset, name)
    written = [file.path for file in export if [b"".join(file.chunks)]]
    assert len({path.casefold() for path in written}) == len(written)
    assert any("another name" in note or "other names" in note for note in export.notes)
    assert 1 in export.renamed


def test_pictures_without_a_file_are_said() -> None:
    dataset = with_paths("a.png", "b.png")

    def gone() -> BinaryIO:
        raise FileNotFoundError

    pictures = (replace(dataset.pictures[0], open=None), replace(dataset.pictures[1], open=gone))
    notes = write(replace(dataset, pictures=pictures), "coco", ZipSink(io.BytesIO()))
    assert notes == ("The files of 2 pictures could not be had; only their annotations were written: 'a.png', 'b.png'.",)


def test_a_picture_that_breaks_off_is_an_error_and_leaves_no_half_file(tmp_path: Path) -> None:
    class Breaking(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise OSError("gone")

    dataset = with_paths("a.png")
    dataset = replace(dataset, pictures=(replace(dataset.pictures[0], open=Breaking),))
    assert refusal(write, dataset, "labelme", FolderSink(tmp_path)) == (
        "picture-unreadable",
        "The picture 'a.png' could not be read to its end.",
    )
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


def test_objects_without_a_class_are_of_one_class_in_all_pictures() -> None:
    dataset = with_paths("a.png", "b.png")
    bare = replace(dataset.pictures[1].annotations, instances=(Instance(1, PLAIN), Instance(2, from_polygons([]))))
    dataset = replace(dataset, pictures=(dataset.pictures[0], replace(dataset.pictures[1], annotations=bare)))
    export = exported(dataset, "yolo")
    files = {file.path: b"".join(file.chunks) for file in export}
    assert files["classes.txt"] == b"car\nobject\n"
    assert export.notes == (
        "An object without an outline was left out.",
        "An object without a class was given the class 'object'.",
    )


def test_what_cannot_be_written_is_refused() -> None:
    assert refusal(exported, with_paths("a.png"), "docx") == ("unknown-format", "There is no format 'docx' for data sets.")
    background = Dataset((DatasetPicture("a.png", Annotations("", SIZE)),))
    assert refusal(exported, background, "coco") == ("nothing-to-export", "There is nothing to export yet.")
    assert refusal(exported, Dataset(()), "tabsam") == ("nothing-to-export", "There is nothing to export yet.")
    assert len(files_of(background, "tabsam")) == 3


@pytest.mark.parametrize("name", ["cutouts", "cutouts-full"])
def test_cutouts_of_all_pictures(name: str) -> None:
    files = files_of(four_pictures(), name)
    assert "cutouts/street/street-001-car.png" in files
    assert len(files) == 16 + 4


def test_a_zip_is_streamed_with_what_is_packed_stored_and_text_deflated() -> None:
    data = b"".join(zip_chunks([StreamedFile("a.txt", (b"x" * 1000,) * 10), StreamedFile.of("ü/b.png", bytes(1000))]))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        kinds = {one.filename: (one.compress_type, one.file_size, one.date_time[0]) for one in archive.infolist()}
    assert kinds == {"a.txt": (zipfile.ZIP_DEFLATED, 10_000, 1980), "ü/b.png": (zipfile.ZIP_STORED, 1000, 1980)}


def test_a_zip_may_have_more_files_than_fit_into_the_old_format() -> None:
    data = b"".join(zip_chunks(StreamedFile.of(str(number), b"") for number in range(65_600)))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert len(archive.namelist()) == 65_600


class Generated(io.RawIOBase):
    """A picture file of so many bytes that are nowhere in memory."""

    def __init__(self, size: int) -> None:
        self._left = size

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        given = min(size, self._left)
        self._left -= given
        return bytes(given)


@pytest.mark.parametrize("name", ["coco", "yolo", "voc", "masks", "tabsam"])
def test_what_is_in_memory_does_not_grow_with_the_pictures(name: str) -> None:
    size, count, bytes_each = (2000, 3000), 50, 20_000_000
    instances = tuple(Instance(id, from_polygons([[square(20.0 * id, 30, 900)]]), CAR.id) for id in range(1, 4))
    annotations = Annotations("", size, (CAR,), instances)
    pictures = (
        DatasetPicture(f"{number}.jpg", annotations, partial(Generated, bytes_each), byte_count=bytes_each)  # type: ignore[arg-type]
        for number in range(count)
    )
    dataset = Dataset(tuple(pictures), (CAR,))

    def chunks() -> Iterator[int]:
        yield from map(len, zip_chunks(exported(dataset, name)))

    tracemalloc.start()
    written = sum(chunks())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert written > count * bytes_each
    # A label map of this size and its copy; never two picture files.
    assert peak < 40_000_000


def on_its_side(format: str) -> Dataset:
    """Give a data set of a picture that EXIF turns by a quarter, and of one that it does not turn."""
    size = 40, 30
    pixels = np.zeros((*size, 3), np.uint8)
    pixels[:20, :15] = 255
    upright = Image.fromarray(pixels)
    exif, file = Image.Exif(), io.BytesIO()
    exif[0x0112] = 6
    upright.transpose(Image.Transpose.ROTATE_90).save(file, format, exif=exif)
    plain = picture_bytes(size, format="PNG")
    one = Instance(1, from_polygons([[square(2, 2, 10)]]), CAR.id)
    pictures = [
        DatasetPicture(path, Annotations(path, size, (CAR,), (one,)), partial(io.BytesIO, data), byte_count=len(data))
        for path, data in ((f"turned.{format.lower()}", file.getvalue()), ("plain.png", plain))
    ]
    return Dataset(tuple(pictures))


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_picture_that_exif_turns_is_written_upright_and_this_is_said(format: str) -> None:
    dataset = on_its_side(format)
    name = dataset.pictures[0].path
    export = exported(dataset, "labelme")
    written = {file.path: b"".join(file.chunks) for file in export}
    with Image.open(io.BytesIO(written[name])) as picture:
        assert (picture.format, picture.size) == (format, (30, 40))
        assert 0x0112 not in picture.getexif()
        assert np.asarray(picture.convert("L"))[[2, 2, 37], [2, 27, 2]].tolist() == pytest.approx([255, 0, 0], abs=12)
    plain = dataset.pictures[1].open
    assert plain is not None
    assert written["plain.png"] == plain().read()
    assert f"EXIF turns '{name}': it was written upright, as its annotations are." in export.notes


def test_without_the_pictures_it_is_said_that_the_annotations_are_upright_and_a_project_keeps_the_file() -> None:
    dataset = on_its_side("JPEG")
    export = exported(dataset, "labelme", Options(pictures=False))
    assert {file.path for file in export} == {"turned.json", "plain.json"}
    assert "EXIF turns the file of 'turned.jpeg'; its annotations are about it upright." in export.notes
    turned = dataset.pictures[0].open
    assert turned is not None
    assert files_of(dataset, "tabsam")["pictures/turned.jpeg"] == turned().read()
