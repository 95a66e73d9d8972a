"""A mask's picture means what one sees: files as other tools write them."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tabsam.arrays import AnyArray
from tabsam.formats.labelmap import voc_palette
from tabsam.formats.mask_images import label_values, look_at_mask, read_mask
from tabsam.formats.mask_softness import is_soft
from tabsam.geometry.raster import fill
from tests.support.refused import refusal

FILES = Path(__file__).parents[2] / "data/masks"
SIZE = (40, 60)
VOID = "The borders of undecided pixels were left out."
SOFT = "The mask's edge is soft; what is at least half bright was taken as inside."


def png(array: AnyArray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(array).save(buffer, "PNG")
    return buffer.getvalue()


def found(data: bytes, size: tuple[int, int] = SIZE, **options: object) -> dict[str, int]:
    """Give the objects' names and their pixels."""
    read = read_mask(data, size, "a.png", **options)  # type: ignore[arg-type]
    return {one.name: int(fill(one.outline, size).sum()) for one in read.annotations.instances}


@pytest.mark.parametrize(
    ("name", "objects"),
    [
        *((f"{name}", {"": 200}) for name in ("P_grey_identity.png", "black_first.png", "from_1.gif", "from_L.gif")),
        *((f"{name}", {"": 200}) for name in ("quantized_m.png", "white_first.png", "white_first_8bit.png")),
        *((f"{name}", {"": 2100}) for name in ("mostly_white.gif", "mostly_white_rgb.gif", "quantized.png")),
        *((f"{name}", {"1": 200, "2": 50}) for name in ("adaptive3.png", "rgb3.gif")),  # VOC's colours in another order
        *((f"{name}", {"1": 200, "2": 50}) for name in ("rgb.png", "rgba_colour.png", "rgba_transp.png")),
        *((f"{name}", {"": 200}) for name in ("one_colour.png", "gray.webp", "gray.jpg", "gray_jpg_as.png")),
        *((f"{name}", {"": 200}) for name in ("f01.tif", "g4.tif", "mb.tif", "one.bmp", "u16_65535.png", "soft.png")),
        *((f"{name}", {"": 2200}) for name in ("mw.tif", "u16_mw.tif", "inverted.png")),  # as they are seen
        ("v128.png", {"128": 200}),
        *((f"{name}.tif", {"1": 200, "300": 50}) for name in ("deflate_u32", "float64", "int64", "uint64", "minus1", "stack2")),
    ],
)
def test_a_mask_is_what_one_sees(name: str, objects: dict[str, int]) -> None:
    assert found((FILES / name).read_bytes()) == objects


@pytest.mark.parametrize("name", ["gray255.png", "pal_white255.png", "voc255.png"])
def test_255_beside_small_labels_is_undecided_and_that_is_said(name: str) -> None:
    read = read_mask((FILES / name).read_bytes(), SIZE, "a.png")
    assert [one.name for one in read.annotations.instances] == ["15"]
    assert read.left_out == (VOID,)


def test_undecided_pixels_alone_are_no_object() -> None:
    assert refusal(read_mask, (FILES / "voc_only_void.png").read_bytes(), SIZE, "a.png")[0] == "mask-empty"


def test_255_is_a_label_where_greys_are_equally_far_apart_or_many() -> None:
    assert list(found(png(np.array([[0, 85, 170, 255]], np.uint8)), (1, 4))) == ["85", "170", "255"]
    assert len(found(png(np.repeat(np.arange(256, dtype=np.uint8), 16).reshape(64, 64)), (64, 64))) == 255


@pytest.mark.parametrize("file", sorted([*FILES.glob("small_*"), *FILES.glob("thin_*")]), ids=lambda file: file.stem)
def test_soft_edges_make_one_object(file: Path) -> None:
    grey = np.asarray(Image.open(file).convert("L"))
    read = read_mask(file.read_bytes(), grey.shape, "a.png")
    (one,) = read.annotations.instances
    assert np.array_equal(fill(one.outline, grey.shape), grey > grey.max() / 2)
    assert read.left_out == (SOFT,)


def cells(count: int, values: AnyArray) -> AnyArray:
    """Draw a label map of touching cells."""
    rng = np.random.default_rng(count)
    ys, xs = rng.integers(0, 64, (2, count))
    rows, columns = np.mgrid[:64, :64]
    nearest = ((rows[..., np.newaxis] - ys) ** 2 + (columns[..., np.newaxis] - xs) ** 2).argmin(axis=2)
    return np.asarray(values[nearest].astype(np.uint8))


@pytest.mark.parametrize("count", [5, 60, 250])
def test_label_maps_in_grey_stay_label_maps(count: int) -> None:
    bands = np.linspace(0, 255, count)
    assert not is_soft(cells(count, bands))
    assert not is_soft(cells(count, np.random.default_rng(1).permutation(bands)))
    assert not is_soft(cells(count, np.arange(count)))


def test_nothing_wraps_at_31_bits() -> None:
    buffer = io.BytesIO()
    from tests.support.tiffs import grey

    labels = np.array([[0, 2**31 + 5, 2**32 - 2]], "<u4")
    buffer.write(grey(labels.tobytes(), 3, 1, 32))
    assert list(found(buffer.getvalue(), (1, 3))) == [str(2**31 + 5), str(2**32 - 2)]


def test_what_is_below_0_and_further_pages_are_said() -> None:
    assert read_mask((FILES / "minus1.tif").read_bytes(), SIZE, "a").left_out == (
        "Pixels below 0 were taken for undecided, and left out.",
    )
    assert read_mask((FILES / "stack2.tif").read_bytes(), SIZE, "a").left_out == ("Of its 2 pages the first was read.",)


def test_colours_that_a_legend_knows_are_its_classes() -> None:
    data = png(np.array([[(0, 0, 0), (9, 8, 7), (200, 100, 0)]], np.uint8))
    read = read_mask(data, (1, 3), "a.png", legend={(9, 8, 7): "road", (200, 100, 0): "sky"}).annotations
    assert [read.category(one.category).name for one in read.instances if one.category] == ["road", "sky"]  # type: ignore[union-attr]


def test_other_colours_are_named_after_themselves_and_the_border_is_the_background() -> None:
    colours = np.full((5, 5, 3), (10, 20, 30), np.uint8)
    colours[1:3, 1:3], colours[3, 3] = (250, 0, 0), (0, 250, 0)
    assert found(png(colours), (5, 5)) == {"#00fa00": 1, "#fa0000": 4}
    assert "#0a141e" in read_mask(png(colours), (5, 5), "a.png").left_out[0]


def test_vocs_void_in_colours_is_no_object() -> None:
    colours = voc_palette()[np.array([[0, 1, 255]])]
    assert found(png(colours), (1, 3)) == {"1": 1}


def test_whoever_knows_better_chooses() -> None:
    data = (FILES / "inverted.png").read_bytes()
    assert look_at_mask(data, SIZE) == ("white", ("white", "black", "labels"))
    assert found(data, kind="black") == {"": 200}
    assert found(data, kind="labels") == {"255": 2200}
    assert found((FILES / "gray255.png").read_bytes(), kind="labels") == {"15": 200, "255": 48}
    assert found((FILES / "rgb.png").read_bytes(), kind="white") == {"": 250}
    soft = (FILES / "small_aa.png").read_bytes()
    assert len(found(soft, (480, 640), kind="labels")) == 14
    assert look_at_mask((FILES / "rgba_transp.png").read_bytes(), SIZE)[0] == "colors"


def test_numbers_that_are_not_whole_are_no_labels() -> None:
    from tests.support.tiffs import grey

    data = grey(np.array([[0.5, 7.25]], "<f4").tobytes(), 2, 1, 32, t339=3)
    assert refusal(read_mask, data, (1, 2), "a.tif")[0] == "not-a-mask"


def test_a_legend_of_numbers_gives_a_label_map_in_colours_its_values() -> None:
    data = png(np.array([[(0, 0, 0), (9, 8, 7), (200, 100, 0)]], np.uint8))
    assert label_values(data, (1, 3), {(0, 0, 0): 0, (9, 8, 7): 2, (200, 100, 0): 1}).tolist() == [[0, 2, 1]]
    assert refusal(label_values, data, (1, 3), {(9, 8, 7): 2})[0] == "mask-colors"
