"""NumPy's .npz: a zip of .npy files, one for each tensor, and the texts about them as JSON in an array called "metadata"."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping

import numpy as np

from tabsam.arrays import AnyArray
from tabsam.errors import FormatError
from tabsam.formats.embedding import npy
from tabsam.formats.embedding.limits import MOST_HEADER_BYTES, broken, check_count, check_size, checked_texts
from tabsam.json_text import parsed

_METADATA = "metadata"
_ENDING = ".npy"
_EARLIEST = (1980, 1, 1, 0, 0, 0)
"""A zip's time stamps begin here; the same embedding makes the same bytes."""


def write(tensors: Mapping[str, AnyArray], metadata: Mapping[str, str]) -> bytes:
    """Write arrays, which are not compressed: they hardly become smaller."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, array in {**tensors, _METADATA: np.array(json.dumps(dict(metadata)))}.items():
            entry = zipfile.ZipInfo(f"{name}{_ENDING}", _EARLIEST)
            entry.external_attr = 0o644 << 16
            with archive.open(entry, "w", force_zip64=True) as target:
                np.lib.format.write_array(target, array, allow_pickle=False)
    return buffer.getvalue()


def read(data: bytes | bytearray | memoryview) -> tuple[dict[str, AnyArray], dict[str, str]]:
    """Read arrays, and the texts about them; none of either is required.

    Raises
    ------
    FormatError
        ``embedding-broken``, ``embedding-dtype``, ``embedding-too-large``, ``not-json`` or ``too-deep``.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            check_count(len(entries))
            check_size(sum(entry.file_size for entry in entries))
            parts = {entry.filename: _read_part(archive, entry) for entry in entries}
    except FormatError:
        raise
    except Exception as error:  # of a damaged archive, or one that is packed as nobody can unpack here: LZMAError is plain
        raise broken("its archive is damaged", repr(error)) from error
    if not all(name.endswith(_ENDING) for name in parts):
        raise broken("it holds files that are no arrays")
    arrays = {name.removesuffix(_ENDING): memoryview(part) for name, part in parts.items()}
    about = arrays.pop(_METADATA, None)
    metadata = {} if about is None else checked_texts(parsed(npy.read_text(about, _METADATA)))
    return {name: npy.read_array(part, name) for name, part in arrays.items()}, metadata


def _read_part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Read one file; what is packed smaller than it can be is a trap, and metadata are short."""
    if entry.filename == f"{_METADATA}{_ENDING}" and entry.file_size > 4 * MOST_HEADER_BYTES:
        raise broken("its metadata are longer than any embedding's")
    with archive.open(entry) as stream:
        part = stream.read(entry.file_size + 1)
    if len(part) != entry.file_size:
        raise broken(f"'{entry.filename}' has another length than it says")
    return part
