"""Pictures that lie on their side in their files: known, and written upright, as they are seen when they are open."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from tabsam.formats.shared.turning import is_turned, upright_file
from tabsam.pictures.decoding import decode

DATA = Path(__file__).parents[2] / "data"
FILES = [*sorted((DATA / "exif").glob("*.jpg")), *sorted((DATA / "pictures").glob("o6.*")), DATA / "pictures/xmp6.jpg"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_what_is_turned_when_it_is_open_is_turned_in_a_data_set(file: Path) -> None:
    data = file.read_bytes()
    seen = decode(data).to_rgb().size
    stream = io.BytesIO(data)
    assert is_turned(stream) == (seen == (40, 60))
    assert stream.tell() == 0
    if seen != (40, 60):
        return
    written = upright_file(stream)
    assert written is not None
    with Image.open(io.BytesIO(written)) as again:
        assert again.size == seen
        assert again.getexif().get(0x0112, 1) == 1
    assert decode(written).to_rgb().size == seen
