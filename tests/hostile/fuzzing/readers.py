"""What reads a person's files, and sound ones for each."""

from __future__ import annotations

import contextlib
import io
import random
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image

from tabsam.errors import FormatError, TabsamError
from tabsam.formats.datasets import read as read_dataset
from tabsam.formats.datasets import write as write_dataset
from tabsam.formats.datasets.listing import zip_listing
from tabsam.formats.datasets.registry import DATASET_FORMATS
from tabsam.formats.datasets.sinks import ZipSink
from tabsam.formats.embedding import FORMATS as FORMATS_OF_EMBEDDINGS
from tabsam.formats.embedding import read_embedding, write_embedding
from tabsam.formats.exported import Source
from tabsam.formats.importing import read
from tabsam.formats.mask_images import read_mask
from tabsam.formats.project import read_project, write_project
from tabsam.formats.registry import FORMATS, write
from tabsam.geometry.affine import Affine
from tabsam.model.embedding import StoredEmbedding
from tabsam.model.image import open_image
from tabsam.model.preprocess import Frame
from tabsam.model.runtime import TensorSpec
from tests.hostile.fuzzing import journals
from tests.support.annotated import SIZE, random_annotations, three_kinds
from tests.support.datasets import four_pictures, picture_bytes

NAME = "street.jpg"
_ON_A_MAP = ("geojson-lonlat",)
"""What needs to know where the picture lies."""


@dataclass(frozen=True)
class Sample:
    """A sound file, and what reads it: raises TabsamError, or nothing."""

    reader: str
    name: str
    data: bytes


def _annotations(name: str, data: bytes, rng: random.Random) -> None:
    found = read(data, name, SIZE, NAME, classes=("car", "cat"), affine=rng.choice((None, Affine(1, 0, 3, 0, -1, 4))))
    _written(Source(found.annotations), rng)


def _project(name: str, data: bytes, rng: random.Random) -> None:
    project = read_project(data)
    if project.annotations.image_size[0] * project.annotations.image_size[1] < 10_000_000:
        _written(Source(project.annotations), rng)
    write_project(project.annotations)


def _data_set(name: str, data: bytes, rng: random.Random) -> None:
    incoming = read_dataset(zip_listing(io.BytesIO(data)))
    write_dataset(incoming.dataset, rng.choice(sorted(DATASET_FORMATS)), ZipSink(io.BytesIO()))


def _picture(name: str, data: bytes, rng: random.Random) -> None:
    open_image(data)


def _mask(name: str, data: bytes, rng: random.Random) -> None:
    read_mask(data, SIZE, NAME, kind=rng.choice((None, "labels", "white", "colors")))


def _embedding(name: str, data: bytes, rng: random.Random) -> None:
    with contextlib.suppress(TabsamError):  # of what was read a number may be too large for half floats
        write_embedding(read_embedding(data), rng.choice(FORMATS_OF_EMBEDDINGS))


def _written(source: Source, rng: random.Random) -> None:
    with contextlib.suppress(TabsamError):
        write(rng.choice(sorted(FORMATS)), source)


READERS: dict[str, Callable[[str, bytes, random.Random], None]] = {
    "annotations": _annotations,
    "project": _project,
    "data-set": _data_set,
    "picture": _picture,
    "mask": _mask,
    "embedding": _embedding,
    "journal": journals.work_on,
}


def samples() -> list[Sample]:
    """Give sound files of every kind."""
    found = []
    for made in (three_kinds(), random_annotations(3, SIZE)):
        for name in FORMATS:
            try:
                file = write(name, Source(made, Image.new("RGB", SIZE[::-1], "red")))
            except FormatError:  # needs a map
                continue
            found.append(Sample("annotations", file.name, file.data))
            if file.data.startswith(b"\x89PNG"):
                found.append(Sample("mask", file.name, file.data))
        found.append(Sample("project", "a.tabsam", write_project(made)))
        found.append(Sample("project", "a.tabsam", write_project(made, picture=picture_bytes(made.image_size))))
    found += [Sample("data-set", f"{name}.zip", _zipped(name)) for name in DATASET_FORMATS if name not in _ON_A_MAP]
    for name, text in (("classes.txt", "car\ncat\n"), ("labels.txt", "0 0.1 0.1 0.5 0.1 0.5 0.5\n1 0.5 0.5 0.2 0.2\n")):
        found.append(Sample("annotations", name, text.encode()))
    for name, text in (("a.pgw", "1\n0\n0\n-1\n5\n6\n"), ("data.yaml", "names: [car, 'a cat']\nnc: 2\n")):
        found.append(Sample("annotations", name, text.encode()))
    found += [Sample("embedding", f"a.{name}", write_embedding(_small_embedding(), name)) for name in FORMATS_OF_EMBEDDINGS]
    found += [Sample("journal", "journal.json", journals.sample())] * 3
    return found + [Sample("picture", name, data) for name, data in _pictures()]


def _small_embedding() -> StoredEmbedding:
    tensors = {"a": np.linspace(-1, 1, 24, dtype=np.float32).reshape(1, 2, 3, 4), "b": np.ones((1, 2), np.float32)}
    specs = {name: TensorSpec(name, "float32", one.shape) for name, one in tensors.items()}
    frame = Frame((30, 40), (64, 64), (48, 64), upscales_twice=True)
    return StoredEmbedding(
        tensors, "nano", "a" * 64, "sam2", TensorSpec("image", "float32", (1, 3, 64, 64)), specs, "b" * 64, frame
    )


def _zipped(name: str) -> bytes:
    buffer = io.BytesIO()
    write_dataset(four_pictures(), name, ZipSink(buffer))
    return buffer.getvalue()


def _pictures() -> list[tuple[str, bytes]]:
    rng = np.random.default_rng(0)
    rgb = Image.fromarray(rng.integers(0, 256, (40, 50, 3), np.uint8))
    deep = Image.fromarray(rng.integers(0, 65536, (40, 50)).astype(np.uint16))
    floats = Image.fromarray(rng.random((40, 50)).astype(np.float32))
    made = []
    for picture, format, options in (
        *((rgb, format, {}) for format in ("PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF")),
        (rgb, "JPEG", {"progressive": True}),
        *((rgb, "TIFF", {"compression": name}) for name in ("tiff_lzw", "tiff_deflate", "jpeg", "packbits")),
        *((rgb.convert(mode), "PNG", {}) for mode in ("P", "L", "1", "RGBA", "LA")),
        *((deep, "PNG", {}), (deep, "TIFF", {}), (floats, "TIFF", {}), (rgb.convert("CMYK"), "JPEG", {})),
    ):
        buffer = io.BytesIO()
        picture.save(buffer, format, **options)  # type: ignore[arg-type]  # of each format
        made.append((f"a.{format.lower()}", buffer.getvalue()))
    return made
