"""Which kind of picture is this? And of what cannot be read here: what it is called."""

from __future__ import annotations

from PIL import features

from tabsam.errors import ImageError

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")
"""The formats that are read everywhere. A JPEG with a second picture in it, as phones write them, comes under JPEG."""

TIFF_MAGICS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
"""Of classic TIFF and BigTIFF, in either byte order."""

_BOXES = {
    **dict.fromkeys((b"avif", b"avis"), "AVIF"),
    **dict.fromkeys((b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"), "HEIC"),
}
_MAGICS = {
    b"\0\0\0\x0cjP  \r\n\x87\n": "JPEG 2000",
    b"\xff\x4f\xff\x51": "JPEG 2000",
    b"\xff\x0a": "JPEG XL",
    b"\0\0\0\x0cJXL \r\n\x87\n": "JPEG XL",
    b"II\xbc": "JPEG XR",
    b"8BPS": "Photoshop",
    b"\x76\x2f\x31\x01": "OpenEXR",
    b"#?RADIANCE": "Radiance HDR",
    b"\x93NUMPY": "NumPy",
    b"\x89HDF\r\n": "HDF5",
    b"SIMPLE  =": "FITS",
    b"II\x55\0": "Panasonic raw",
    b"FUJIFILMCCD-RAW": "Fujifilm raw",
}
_DICOM_AT = 128

_PILLOWS = {"AVIF": ("avif", "AVIF"), "JPEG 2000": ("jpg_2000", "JPEG2000")}
"""Of these: the feature and the format that Pillow has where it can read them."""


def is_tiff(beginning: bytes) -> bool:
    """Tell a TIFF by its first bytes."""
    return beginning[:4] in TIFF_MAGICS


def kind_of(beginning: bytes) -> str:
    """Name what Pillow does not read everywhere, by its first 140 bytes; empty for everything else."""
    if beginning[4:8] == b"ftyp":
        return next((_BOXES[beginning[at : at + 4]] for at in (8, 16, 20, 24) if beginning[at : at + 4] in _BOXES), "")
    if beginning[_DICOM_AT : _DICOM_AT + 4] == b"DICM":
        return "DICOM"
    return next((name for magic, name in _MAGICS.items() if beginning.startswith(magic)), "")


def pillow_formats(kind: str) -> tuple[str, ...]:
    """Give the formats that Pillow is to try.

    Raises
    ------
    ImageError
        ``image-unsupported`` for a kind that is known and cannot be read.
    """
    if not kind:
        return FORMATS
    feature, format = _PILLOWS.get(kind, ("", ""))
    if feature and features.check(feature):
        return (format,)
    raise not_supported(f"{kind} pictures are", "Save it as PNG or TIFF first.")


def not_supported(what: str, hint: str, details: str = "") -> ImageError:
    """Say that a picture may be sound and cannot be read here."""
    return ImageError("image-unsupported", f"{what} not supported here.", hint, details=details)
