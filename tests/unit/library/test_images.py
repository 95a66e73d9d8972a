"""A picture may come as anything that is one."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tabsam.arrays import UInt8Array
from tabsam.errors import ImageError
from tabsam.library.images import as_image, name_of
from tests.support.pictures import encoded, rotated_jpeg, two_discs

PICTURE = two_discs(24, 32)
GREY = np.arange(24 * 32, dtype=np.uint8).reshape(24, 32)


class Tensor:
    """What gives an array, as other libraries' tensors do."""

    def __array__(self, dtype: object = None, copy: object = None) -> UInt8Array:
        return PICTURE


@pytest.mark.parametrize(
    "image",
    [PICTURE, PICTURE.tolist() and Tensor(), Image.fromarray(PICTURE), encoded(PICTURE), memoryview(encoded(PICTURE))],
    ids=["array", "tensor", "pillow", "bytes", "memoryview"],
)
def test_it_is_the_same_picture(image: object) -> None:
    given = as_image(image)  # type: ignore[arg-type]
    assert given.mode == "RGB"
    assert (np.asarray(given) == PICTURE).all()


def test_a_path_is_read(tmp_path: Path) -> None:
    (tmp_path / "discs.png").write_bytes(encoded(PICTURE))
    assert (np.asarray(as_image(tmp_path / "discs.png")) == PICTURE).all()
    assert (np.asarray(as_image(str(tmp_path / "discs.png"))) == PICTURE).all()
    with Image.open(tmp_path / "discs.png") as opened:
        assert name_of(tmp_path / "discs.png") == name_of(opened) == "discs.png"
    assert name_of(PICTURE) == "picture"


def test_grey_is_grey() -> None:
    assert (np.asarray(as_image(GREY)) == GREY[..., np.newaxis]).all()


def test_what_is_transparent_is_laid_over_white() -> None:
    array = np.dstack([PICTURE, np.full((24, 32), 255, np.uint8)])
    array[:, 16:, 3] = 0
    for image in (array, Image.fromarray(array)):
        given = np.asarray(as_image(image))
        assert (given[:, :16] == PICTURE[:, :16]).all()
        assert (given[:, 16:] == 255).all()


def test_a_picture_of_pillows_is_turned_upright() -> None:
    lying = Image.open(io.BytesIO(rotated_jpeg(PICTURE)))
    assert lying.size == (24, 32)
    assert as_image(lying).size == (32, 24)


@pytest.mark.parametrize(
    "image",
    [
        PICTURE.astype(np.float32),
        PICTURE[..., :2],
        np.zeros((0, 4), np.uint8),
        np.zeros((2, 3, 4, 5), np.uint8),
        object(),
        None,
        Image.new("F", (3, 3)),
        Image.new("I;16", (3, 3)),
    ],
    ids=["floats", "two channels", "empty", "four axes", "object", "none", "pillow's floats", "pillow's 16 bits"],
)
def test_what_is_no_picture_is_told(image: object) -> None:
    with pytest.raises(ImageError) as caught:
        as_image(image)  # type: ignore[arg-type]
    assert caught.value.code == "image-array"
    assert caught.value.hint


def test_a_path_to_nothing_is_told(tmp_path: Path) -> None:
    with pytest.raises(ImageError) as caught:
        as_image(tmp_path / "nothing.png")
    assert caught.value.code == "image-missing"
