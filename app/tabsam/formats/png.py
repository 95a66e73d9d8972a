"""PNG: masks, and the picture cut out by them."""

from __future__ import annotations

import io
import itertools
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator

import numpy as np
from PIL import Image

from tabsam.arrays import BoolArray, Size
from tabsam.document.annotations import Annotations
from tabsam.errors import FormatError
from tabsam.formats.shared.writing import Files, file_name, stem_of, without_empty
from tabsam.geometry.outline import Outline
from tabsam.geometry.raster import Crop, fill, fill_crop

_COMPRESSION = 3
"""zlib's level. 6, Pillow's own, takes twice as long for a tenth less."""

PREVIEW_SIDE = 2048
"""Pixels of the longest side that are enough for a screen."""

_STRIP = 256
"""Rows that are made at once, of what is as large as the picture."""

_GREY, _RGBA = 0, 6
"""PNG's colour types."""


def mask_png(mask: BoolArray, comment: str = "") -> bytes:
    """Write a mask, bool (height, width), as 8-bit grey: 255 on the object, 0 off it; `comment`, in ASCII, goes beside it."""

    def strip(rows: slice) -> Image.Image:
        return Image.fromarray(mask[rows]).convert("L")

    return _in_strips(mask.shape, _GREY, strip, comment)


def cutout_png(image: Image.Image, mask: BoolArray, comment: str = "") -> bytes:
    """Write the picture with what is off the object transparent.

    What is transparent is black as well: a cut-out must not carry hidden pixels of what was cut away.

    Parameters
    ----------
    image : PIL.Image.Image, mode "RGB"
    mask : bool, shape (height, width)
    comment : str, ASCII
        Goes beside the pixels.
    """

    def strip(rows: slice) -> Image.Image:
        part = image.crop((0, rows.start, image.width, rows.stop))
        cutout = Image.new("RGBA", part.size)
        cutout.paste(part, mask=Image.fromarray(mask[rows]))
        return cutout

    return _in_strips(mask.shape, _RGBA, strip, comment)


def preview_png(image: Image.Image, longest_side: int = PREVIEW_SIDE) -> bytes:
    """Write a picture small enough for a screen, for a viewer that cannot read its file."""
    small = image.copy()
    small.thumbnail((longest_side, longest_side))
    return png_bytes(small)


def object_masks(annotations: Annotations) -> Files:
    """Write each object's mask of the whole picture, with one bit a pixel."""
    annotations = without_empty(annotations)
    return {
        name: crop_png(fill_crop(instance.outline, annotations.image_size), annotations.image_size)
        for name, instance in zip(_object_names(annotations), annotations.instances, strict=True)
    }


def object_cutouts(annotations: Annotations, image: Image.Image, *, full: bool = False) -> Files:
    """Write each object cut out of the picture.

    Parameters
    ----------
    image : PIL.Image.Image, mode "RGB"
        Of the annotations' size.
    full : bool
        At the picture's size; else as large as the object, and objects that cover no pixel are left out.
    """
    annotations = without_empty(annotations)
    named = zip(_object_names(annotations), annotations.instances, strict=True)
    files = ((name, _cut_out(instance.outline, image, full=full)) for name, instance in named)
    return {name: data for name, data in files if data is not None}


def object_cutout(annotations: Annotations, id: int, image: Image.Image, *, full: bool = False) -> tuple[str, bytes]:
    """Write one object cut out of the picture, under the name that it has among all (see :func:`object_cutouts`).

    Raises
    ------
    FormatError
        ``nothing-to-export``, where it covers no pixel.
    """
    annotations = without_empty(annotations)
    for name, instance in zip(_object_names(annotations), annotations.instances, strict=True):
        data = _cut_out(instance.outline, image, full=full) if instance.id == id else None
        if data is not None:
            return name, data
    raise FormatError("nothing-to-export", "This object covers no pixel of the picture.", "Choose another one.")


def _cut_out(line: Outline, image: Image.Image, *, full: bool) -> bytes | None:
    if full:
        return cutout_png(image, fill(line, (image.height, image.width)))
    crop = fill_crop(line, (image.height, image.width))
    height, width = crop.mask.shape
    if not height:
        return None
    return cutout_png(image.crop((crop.left, crop.top, crop.left + width, crop.top + height)), crop.mask)


def crop_png(crop: Crop, image_size: Size) -> bytes:
    """Write the whole picture's mask, of which only a crop is not empty, as PNG of one bit a pixel.

    Without making that mask: of a large picture with many objects it takes a tenth of the time that Pillow takes.
    """
    height, width = image_size
    rows = np.zeros((height, 1 + (width + 7) // 8), np.uint8)  # each begins with its filter: none
    crop_height = crop.mask.shape[0]
    first, shift = divmod(crop.left, 8)
    packed = np.packbits(np.pad(crop.mask, ((0, 0), (shift, 0))), axis=1)
    rows[crop.top : crop.top + crop_height, 1 + first : 1 + first + packed.shape[1]] = packed
    return _assembled(image_size, 1, _GREY, [zlib.compress(rows.tobytes(), 1)])


def _in_strips(size: Size, colour: int, strip: Callable[[slice], Image.Image], comment: str) -> bytes:
    """Write a picture that is never whole in memory, as Pillow would: it filters the rows, and they are compressed as they come.

    Parameters
    ----------
    strip : callable
        Gives some rows of the picture.
    """

    def filtered(rows: slice) -> memoryview:
        # A row's filter looks at the one above, which is made once more for it.
        above = min(1, rows.start)
        part = strip(slice(rows.start - above, rows.stop))
        lines = zlib.decompress(part.tobytes("zip", part.mode, False, 0, zlib.Z_DEFAULT_STRATEGY, b""))
        return memoryview(lines)[len(lines) // part.height * above :]

    def compressed() -> Iterator[bytes]:
        compressor = zlib.compressobj(_COMPRESSION, strategy=zlib.Z_FILTERED)
        for top in range(0, size[0], _STRIP):
            yield compressor.compress(filtered(slice(top, min(top + _STRIP, size[0]))))
        yield compressor.flush()

    return _assembled(size, 8, colour, compressed(), comment)


def _assembled(size: Size, bits: int, colour: int, compressed: Iterable[bytes], comment: str = "") -> bytes:
    """Put a PNG file together; its rows' stream may come in pieces."""
    header = struct.pack(">IIBBBBB", size[1], size[0], bits, colour, 0, 0, 0)
    pieces = ((b"IDAT", piece) for piece in compressed if piece)
    words = [(b"tEXt", b"Comment\0" + comment.encode("ascii"))] if comment else []
    chunks = itertools.chain([(b"IHDR", header)], words, pieces, [(b"IEND", b"")])
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


def _object_names(annotations: Annotations) -> list[str]:
    """Name files after the picture, the object's place and its class: "street-003-car.png"."""
    stem = stem_of(annotations.picture)
    names = []
    for place, instance in enumerate(annotations.instances, 1):
        category = annotations.category(instance.category)
        label = file_name(category.name) if category else ""
        names.append(f"{stem}-{place:03d}{'-' if label else ''}{label}.png")
    return names


def png_bytes(image: Image.Image) -> bytes:
    """Write any picture as PNG."""
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=_COMPRESSION)
    return buffer.getvalue()
