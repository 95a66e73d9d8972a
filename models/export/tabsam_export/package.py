"""Put an export's files together: graphs, parts, digests, and the entry that a catalogue takes.

Everything is made in a folder beside the one that was asked for, and moved there at the end; when something goes wrong
nothing is left behind.
"""

from __future__ import annotations

import errno
import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import onnx

from tabsam_export.errors import ExportError

ENTRY = "model.json"

_LARGEST_FILE = 2**31 - 2**20
"""Bytes: what one ONNX file can hold, since a protobuf message is below 2 GiB."""

_BLOCK = 2**20


@dataclass(frozen=True)
class Description:
    """What a catalogue says of a model."""

    id: str
    name: str
    family: str
    licence: str
    description: str


@contextmanager
def filling(output: Path) -> Iterator[Path]:
    """Give an empty folder to write to, which becomes ``output`` if all goes well.

    Raises
    ------
    ExportError
        ``output-not-empty``, ``disk-full``, or ``output-unwritable``.
    """
    check_free(output)
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{output.name}.", dir=output.parent) as draft:
            yield Path(draft)
            output.mkdir(exist_ok=True)
            for file in sorted(Path(draft).iterdir()):
                shutil.move(file, output / file.name)
    except OSError as error:
        raise _unwritable(output, error) from error


def check_free(output: Path) -> None:
    """See that there is no such folder yet, or an empty one.

    Raises
    ------
    ExportError
        ``output-not-empty``.
    """
    if output.exists() and not output.is_dir():
        raise ExportError("output-not-empty", f"'{output}' is a file.", "Name a folder with --output.")
    if output.is_dir() and any(output.iterdir()):
        raise ExportError("output-not-empty", f"The folder '{output}' is not empty.", "Name another with --output, or empty it.")


def _unwritable(output: Path, error: OSError) -> ExportError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return ExportError(
            "disk-full",
            f"There is not enough room on the disk of '{output}'.",
            "Free some, or name a folder on another disk with --output.",
            details=str(error),
        )
    return ExportError(
        "output-unwritable", f"'{output}' cannot be written to.", "Name another folder with --output.", details=str(error)
    )


def write_graph(model: onnx.ModelProto, path: Path) -> None:
    """Write an ``.onnx`` file.

    Raises
    ------
    ExportError
        ``export-too-large``, when it would not fit into one.
    OSError
    """
    size = sum(len(tensor.raw_data) for tensor in model.graph.initializer)
    if size > _LARGEST_FILE:
        raise ExportError(
            "export-too-large",
            f"{path.name} would have {size / 1e9:.1f} GB: an ONNX file holds at most 2.1 GB, and a browser's tab hardly more.",
            "Use --precision int8, or fp16.",
        )
    path.write_bytes(model.SerializeToString())


def as_listed(path: Path, part_bytes: int | None) -> dict[str, Any]:
    """Describe a file for the catalogue; cut it into parts first where it has more than ``part_bytes``."""
    listed: dict[str, Any] = {"url": path.name, "bytes": path.stat().st_size, "sha256": digest(path)}
    if part_bytes is None or listed["bytes"] <= part_bytes:
        return listed
    del listed["url"]
    parts = [{"url": part.name, "bytes": part.stat().st_size, "sha256": digest(part)} for part in _cut(path, part_bytes)]
    path.unlink()
    return listed | {"parts": parts}


def write_entry(
    folder: Path, about: Description, needs: dict[str, int], encoder: dict[str, Any], decoder: dict[str, Any]
) -> None:
    """Write the catalogue's entry, with addresses relative to it.

    Parameters
    ----------
    needs : dict
        Of a GPU: the WebGPU limits that must be more than every adapter has.
    encoder, decoder : dict
        From :func:`as_listed`.
    """
    entry: dict[str, Any] = {
        "id": about.id,
        "name": about.name,
        "family": about.family,
        "licence": about.licence,
        "dtype": "float32",
        "description": about.description,
    }
    if needs:
        entry["needs"] = needs
    entry |= {"encoder": encoder, "decoder": decoder}
    (folder / ENTRY).write_text(json.dumps(entry, indent=2, ensure_ascii=False) + "\n", "utf-8")


def digest(path: Path) -> str:
    """Give a file's SHA-256, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _cut(path: Path, part_bytes: int) -> list[Path]:
    """Copy a file into parts that, joined in the order of their names, make it up."""
    count = -(-path.stat().st_size // part_bytes)
    parts = [path.with_name(f"{path.name}.{number:0{len(str(count))}}") for number in range(1, count + 1)]
    with path.open("rb") as whole:
        for part in parts:
            with part.open("wb") as file:
                left = part_bytes
                while left and (block := whole.read(min(_BLOCK, left))):
                    left -= file.write(block)
    return parts
