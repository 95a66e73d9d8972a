"""What fuzzing found."""

from __future__ import annotations

import io

import pytest

from tabsam.errors import FormatError, PromptError
from tabsam.formats.datasets import read as read_dataset
from tabsam.formats.datasets import write as write_dataset
from tabsam.formats.datasets.listing import zip_listing
from tabsam.formats.datasets.sinks import ZipSink
from tabsam.formats.exported import Source
from tabsam.formats.importing import read
from tabsam.formats.registry import write
from tabsam.model.everything.options import EverythingOptions
from tests.support.annotated import SIZE, three_kinds
from tests.support.datasets import four_pictures


@pytest.mark.parametrize("name", ["isat", "geopackage"])
def test_a_tools_file_without_a_name_is_read(name: str) -> None:
    made = three_kinds()
    found = read(write(name, Source(made)).data, "", SIZE, made.picture).annotations
    assert len(found.instances) == len(made.instances)


def test_a_picture_that_is_damaged_in_a_zip_stops_writing_in_words() -> None:
    buffer = io.BytesIO()
    write_dataset(four_pictures(), "tabsam", ZipSink(buffer))
    data = bytearray(buffer.getvalue())
    data[data.rindex(b"IDAT", 0, data.index(b"PK\x01\x02")) + 100] ^= 1  # a stored picture's pixels
    incoming = read_dataset(zip_listing(io.BytesIO(bytes(data))))
    with pytest.raises(FormatError) as caught:
        write_dataset(incoming.dataset, "tabsam", ZipSink(io.BytesIO()))
    assert caught.value.code == "picture-unreadable"


@pytest.mark.parametrize("wanted", [{"points_per_side": 2**53}, {"crop_n_layers": 2**53}])
def test_a_search_for_more_than_anybody_waits_for_is_refused(wanted: dict[str, int]) -> None:
    with pytest.raises(PromptError) as caught:
        EverythingOptions(**wanted)  # type: ignore[arg-type]  # whole numbers all
    assert caught.value.code == "everything-options"
