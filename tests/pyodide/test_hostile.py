"""Files that ask for too much, in the page's Python, which a few thousand levels of nesting would break for good."""

from __future__ import annotations

import pytest
from pytest_pyodide import run_in_pyodide

from tests.hostile.large_pictures import KINDS, MASKS
from tests.support.in_page import Runner

FILES = {
    **dict.fromkeys(("deep_lists", "deep_objects", "deep_geojson", "deep_xml"), "too-deep"),
    **dict.fromkeys(("deep_text", "checkerboard", "many_masks", "scattered_labels", "many_classes", "odd_types"), "sound"),
}


@run_in_pyodide  # type: ignore[untyped-decorator]
def outcome_in_page(selenium: Runner, name: str) -> str:
    from tabsam.errors import TabsamError
    from tabsam.formats.importing import read
    from tests.hostile import files

    label, data = getattr(files, name)()
    try:
        read(data, label, files.SIZE, files.NAME)
    except TabsamError as error:
        return error.code
    return "sound"


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_asks_for_too_much_leaves_python_as_it_was(selenium: Runner, name: str) -> None:
    assert outcome_in_page(selenium, name) == FILES[name]


@run_in_pyodide  # type: ignore[untyped-decorator]
def growth_in_page(selenium: Runner, data: bytes, is_mask: bool) -> int:
    """Give the bytes by which Python's memory, which never shrinks, grows while a picture is opened or a mask is read."""
    import ctypes

    from tabsam.formats.importing import read
    from tabsam.model.image import open_image

    end_of_memory = ctypes.CDLL(None).sbrk
    end_of_memory.restype = ctypes.c_size_t
    before = end_of_memory(0)
    if is_mask:
        read(data, "mask.png", (3000, 4000), "picture.png")
    else:
        open_image(data)
    return int(end_of_memory(0) - before)


@pytest.mark.parametrize("name", ["a TIFF in L*a*b*", "a PNG of 16 bits", "a mask in colours"])
def test_a_large_picture_takes_no_more_than_three_times_its_pixels_and_its_file(selenium: Runner, name: str) -> None:
    data = (KINDS | MASKS)[name].make(4000, 3000)
    assert growth_in_page(selenium, data, name in MASKS) <= 3 * len(data) + 3 * 36_000_000
