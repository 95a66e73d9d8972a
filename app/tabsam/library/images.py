"""A picture, whatever it comes as."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import Any, Protocol, TypeAlias, runtime_checkable

import numpy as np
from PIL import Image, ImageOps

from tabsam.arrays import AnyArray
from tabsam.errors import ImageError
from tabsam.model.image import from_array, open_image

_LARGEST = 255
_OPAQUE = 255


@runtime_checkable
class HasArray(Protocol):
    """What NumPy can make an array of: a tensor of another library, a picture of imageio's."""

    def __array__(self) -> AnyArray: ...


ImageLike: TypeAlias = str | PathLike[str] | bytes | bytearray | memoryview | Image.Image | HasArray
"""A file's path, a file's bytes, a picture of Pillow's, an array, or what gives one."""


def as_image(image: ImageLike) -> Image.Image:
    """Take a picture, whatever it comes as.

    Parameters
    ----------
    image : path, bytes, PIL.Image.Image, or what NumPy makes an array of
        A file is read as in the page (:func:`tabsam.open_image`). A picture of Pillow's is turned upright by its EXIF. An array
        is uint8 of shape (height, width), grey, (height, width, 3), RGB, or (height, width, 4), RGBA; transparency is laid over
        white.

    Returns
    -------
    PIL.Image.Image, mode "RGB"

    Raises
    ------
    ImageError
        ``image-missing`` for a path where there is no file; ``image-array`` for an array of another shape or dtype, or
        something that is no picture; those of :func:`tabsam.open_image`.
    """
    image = read_if_path(image)
    if isinstance(image, bytes | bytearray | memoryview):
        return open_image(image)
    if isinstance(image, Image.Image):
        return _upright(image)
    return _from_anything(image)


def name_of(image: ImageLike, otherwise: str = "picture") -> str:
    """Give a picture's file name, where it has one."""
    if isinstance(image, str | PathLike):
        return Path(image).name
    name = getattr(image, "filename", "") if isinstance(image, Image.Image) else ""
    return Path(name).name if isinstance(name, str) and name else otherwise


def read_if_path(image: ImageLike) -> bytes | bytearray | memoryview | Image.Image | HasArray:
    """Give the bytes of a picture's file in place of its path: who wants more than one thing of it reads it once.

    Raises
    ------
    ImageError
        ``image-missing``.
    """
    return read_file(Path(image)) if isinstance(image, str | PathLike) else image


def read_file(path: Path) -> bytes:
    """Read a picture's file.

    Raises
    ------
    ImageError
        ``image-missing``.
    """
    try:
        return path.expanduser().read_bytes()
    except OSError as error:
        raise ImageError(
            "image-missing", f"The picture '{path}' cannot be read: {error.strerror or error}.", "Check the path."
        ) from error


def _upright(image: Image.Image) -> Image.Image:
    if 0 in image.size:
        raise ImageError("image-array", "This picture has no pixels.", "Give one that has.")
    turned = ImageOps.exif_transpose(image)
    if turned.mode == "RGB":
        return turned
    if turned.mode.startswith(("I", "F")):
        raise ImageError(
            "image-array",
            f"A picture of Pillow's mode '{turned.mode}' does not say what is black and what is white.",
            "Give its file's path or bytes, which are stretched as in the page; or uint8.",
        )
    if turned.has_transparency_data:
        return _over_white(turned.convert("RGBA"))
    return turned.convert("RGB")


def _from_anything(image: Any) -> Image.Image:
    try:
        array = np.asarray(image)
    except (TypeError, ValueError) as error:
        raise _no_picture(f"{type(image).__name__}", details=str(error)) from error
    if array.dtype == object:
        raise _no_picture(type(image).__name__)
    if array.ndim == 3 and array.shape[2] == 4 and array.dtype == np.uint8 and array.size:
        return _over_white(Image.fromarray(np.ascontiguousarray(array), "RGBA"))
    return from_array(array)


def _over_white(image: Image.Image) -> Image.Image:
    white = Image.new("RGBA", image.size, (_LARGEST, _LARGEST, _LARGEST, _OPAQUE))
    return Image.alpha_composite(white, image).convert("RGB")


def _no_picture(what: str, *, details: str = "") -> ImageError:
    return ImageError(
        "image-array",
        f"This is no picture: {what}.",
        "Give a path, a file's bytes, a picture of Pillow's, or uint8 of shape (height, width), with 3 or 4 channels or none.",
        details=details,
    )
