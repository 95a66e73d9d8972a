"""Files that ask for too much, in the page's Python, which a few thousand levels of nesting would break for good."""

from __future__ import annotations

import pytest
from pytest_pyodide import run_in_pyodide

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
