"""Which pictures an evaluation takes, and what it knows of them."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tabsam.arrays import UInt8Array
from tabsam.errors import EvaluationError, FormatError
from tabsam.evaluation.known import known_of
from tabsam.evaluation.material import Material, find_material
from tabsam.formats.labelmap import voc_palette

SIZE = (20, 30)
MASK = np.zeros(SIZE, np.uint8)
MASK[5:15, 10:20] = 255
PICTURE = np.full((*SIZE, 3), 90, np.uint8)


def write(path: Path, pixels: UInt8Array, palette: UInt8Array | None = None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    image = Image.fromarray(pixels)
    if palette is not None:
        image = Image.fromarray(pixels, "P")
        image.putpalette(palette.ravel().tolist())
    image.save(path)


def find(source: Path, truth: Path | None = None) -> Material:
    with ExitStack() as opened:
        return find_material(source, truth, opened)


def paths(material: Material) -> list[str]:
    return [one.path for one in material.pictures]


def test_masks_are_found_by_their_pictures_names(tmp_path: Path) -> None:
    for name in ("a.jpg", "sub/b.png", "c.png", "alone.png"):
        write(tmp_path / "photos" / name, PICTURE)
    for name in ("a.png", "sub/b.png", "c_mask.png", "stray.png"):
        write(tmp_path / "truth" / name, MASK)
    found = find(tmp_path / "photos", tmp_path / "truth")
    assert paths(found) == ["a.jpg", "c.png", "sub/b.png"]
    assert found.said == ("One mask fits no picture that is still without: stray.png.", "One picture has no mask: alone.png.")
    known = known_of(found.pictures[0].truth(), SIZE, "a.jpg")
    assert [(one.number, one.label, int(one.mask().sum())) for one in known.objects] == [(1, "", 100)]
    assert known.counted is None


@pytest.mark.parametrize(("pictures", "masks"), [("JPEGImages/480p", "Annotations/480p"), ("images", "masks")])
def test_davis_layout_and_images_beside_masks_are_known(tmp_path: Path, pictures: str, masks: str) -> None:
    labels = np.zeros(SIZE, np.uint8)
    labels[2:6, 3:9], labels[10:12, 20:25] = 1, 2
    for number in range(2):
        write(tmp_path / pictures / f"bear/{number:05}.jpg", PICTURE)
        write(tmp_path / masks / f"bear/{number:05}.png", labels, voc_palette())
    found = find(tmp_path)
    assert [Path(one).name for one in paths(found)] == ["00000.jpg", "00001.jpg"]
    known = known_of(found.pictures[1].truth(), SIZE, "00001.jpg")
    # The label map's values tell objects apart, and are no classes.
    assert [(one.number, one.label, int(one.mask().sum())) for one in known.objects] == [(1, "", 24), (2, "", 10)]


def test_what_is_void_in_a_mask_is_not_counted(tmp_path: Path) -> None:
    labels = np.zeros(SIZE, np.uint8)
    labels[5:15, 10:20], labels[5:15, 20] = 1, 255
    write(tmp_path / "masks/a.png", labels, voc_palette())
    known = known_of((tmp_path / "masks/a.png").read_bytes(), SIZE, "a")
    assert [int(one.mask().sum()) for one in known.objects] == [100]
    assert known.counted is not None
    assert np.array_equal(~known.counted, labels == 255)


def test_a_data_set_brings_its_classes_crowds_and_boxes(tmp_path: Path) -> None:
    write(tmp_path / "a.png", PICTURE)
    square = [[10, 5, 20, 5, 20, 15, 10, 15]]
    shared = {"image_id": 1, "category_id": 1, "area": 100, "bbox": [10, 5, 10, 10]}
    annotations = [
        {"id": 1, "segmentation": square, "iscrowd": 0, **shared},
        {"id": 2, "segmentation": {"size": [20, 30], "counts": [0, 20, 580]}, "iscrowd": 1, **shared},
        {"id": 3, "iscrowd": 0, **shared},
    ]
    images = [
        {"id": 1, "file_name": "a.png", "width": 30, "height": 20},
        {"id": 2, "file_name": "gone.png", "width": 3, "height": 2},
    ]
    stored = {"images": images, "annotations": annotations, "categories": [{"id": 1, "name": "cup"}]}
    (tmp_path / "instances.json").write_text(json.dumps(stored))
    for found in (find(tmp_path), find(tmp_path, tmp_path / "instances.json")):
        assert paths(found) == ["a.png"]
        known = known_of(found.pictures[0].truth(), SIZE, "a.png")
        assert [(one.label, one.is_crowd, int(one.mask().sum())) for one in known.objects] == [
            ("cup", False, 100),
            ("cup", True, 20),
        ]
        assert known.boxes == 1
        assert any("gone.png" in sentence for sentence in found.said)


def test_a_picture_of_another_size_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "m.png", MASK)
    with pytest.raises(FormatError) as caught:
        known_of((tmp_path / "m.png").read_bytes(), (10, 10), "a")
    assert caught.value.code == "other-size"


def test_some_pictures_are_taken_evenly(tmp_path: Path) -> None:
    for number in range(6):
        write(tmp_path / f"images/{number}.png", PICTURE)
        write(tmp_path / f"masks/{number}.png", MASK)
    found = find(tmp_path)
    assert paths(found.some(3)) == ["0.png", "2.png", "4.png"]
    assert found.some(3).said == ("3 of 6 pictures are asked about, evenly from all.",)
    assert found.some(9) is found


def test_where_nothing_is_known_that_is_said(tmp_path: Path) -> None:
    write(tmp_path / "photos/a.png", PICTURE)
    write(tmp_path / "truth/b.png", MASK)
    with pytest.raises(EvaluationError, match="no picture whose objects are known") as caught:
        find(tmp_path / "photos", tmp_path / "truth")
    assert caught.value.code == "no-truth"
    assert "b.png" in caught.value.details
