"""Every format through the program that it is for, as far as these are installed; and the page that says so."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from tests.interop.consumers import CONSUMERS, Consumer
from tests.interop.table import PAGE, is_there, measured, row, tools

#: What the programs say of each other's versions is not ours to mend.
pytestmark = pytest.mark.filterwarnings("ignore")

EACH = pytest.mark.parametrize("consumer", CONSUMERS, ids=lambda one: one.name)


@EACH
def test_objects_are_alike_in_other_programs(consumer: Consumer) -> None:
    if not is_there(consumer):
        pytest.skip(f"{consumer.package} is not installed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for one in filter(None, measured(consumer)):
            assert one.objects >= 13
            assert one.least >= consumer.least


@EACH
def test_the_page_says_what_is_measured(consumer: Consumer) -> None:
    if not is_there(consumer):
        pytest.skip(f"{consumer.package} is not installed")
    assert row(consumer) in PAGE.read_text(encoding="utf-8").splitlines()


def test_the_page_lists_every_tool() -> None:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    assert [line for line in tools() if line not in lines] == []


def test_label_studio_packs_and_unpacks_brushes_as_we_do() -> None:
    brush = pytest.importorskip("label_studio_sdk.converter.brush")
    from tabsam.formats.tools.brush_rle import pack, unpack
    from tabsam.geometry.raster import Crop

    mask = np.random.default_rng(0).random((37, 51)) < 0.4
    mask[5:20] = True
    theirs = brush.decode_rle(pack(Crop(mask, 0, 0), mask.shape)).reshape(37, 51, 4)[..., 3] > 0
    assert np.array_equal(theirs, mask)
    assert np.array_equal(unpack(list(brush.mask2rle(mask.astype(np.uint8) * 255)), mask.shape), mask)
