"""From pixels to a map, by six numbers: a user's own, or a world file's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tabsam.arrays import Float64Array
from tabsam.errors import FormatError
from tabsam.formats.reading import Json, text_of

_LINES = 6


@dataclass(frozen=True)
class Affine:
    """Where a point (x, y) of the picture lies in the world: (a x + b y + c, d x + e y + f).

    (0, 0) is the outer corner of the top-left pixel, as in rasterio; GDAL's order of the same numbers is c, a, b, f, d, e.
    """

    a: float
    b: float
    c: float
    d: float
    e: float
    f: float

    def __post_init__(self) -> None:
        determinant = self.a * self.e - self.b * self.d
        if not np.isfinite(self.numbers).all() or not np.isfinite(determinant) or determinant == 0:
            raise FormatError(
                "affine-singular",
                "These six numbers do not place a picture in the world: all of it would lie on a line, or nowhere.",
                "Check their order: a, b, c, d, e, f, for a x + b y + c and d x + e y + f.",
            )

    @property
    def numbers(self) -> tuple[float, float, float, float, float, float]:
        return self.a, self.b, self.c, self.d, self.e, self.f

    def to_world(self, points: Float64Array) -> Float64Array:
        """Take points, (N, 2) in image pixels, to the world."""
        return np.asarray(points @ np.array([[self.a, self.d], [self.b, self.e]]) + (self.c, self.f))

    def to_pixels(self, points: Float64Array) -> Float64Array:
        """Take points, (N, 2) in the world, to image pixels."""
        inverse = np.linalg.inv(np.array([[self.a, self.d], [self.b, self.e]]))
        return np.asarray((points - (self.c, self.f)) @ inverse)


def affine_of(value: Json) -> Affine:
    """Take a list of six numbers: a, b, c, d, e, f.

    Raises
    ------
    FormatError
        ``affine-numbers``, or ``affine-singular``.
    """
    if not isinstance(value, list | tuple) or len(value) != _LINES:
        raise _no_numbers()
    try:
        return Affine(*(float(number) for number in value))
    except (TypeError, ValueError, OverflowError) as error:
        if isinstance(error, FormatError):
            raise
        raise _no_numbers() from error


def read_world_file(data: bytes) -> Affine:
    """Read a world file (.jgw, .pgw, .tfw ...).

    Its six lines are the x of a step right, the y of a step right, the x of a step down, the y of a step down, and the x and y
    of the *middle* of the top-left pixel.

    Raises
    ------
    FormatError
        ``not-text``, ``not-world-file``, or ``affine-singular``.
    """
    try:
        a, d, b, e, middle_x, middle_y = (float(word.replace(",", ".")) for word in text_of(data).split())
    except ValueError as error:
        if isinstance(error, FormatError):
            raise
        raise FormatError(
            "not-world-file", "This is not a world file.", "It should have six lines with a number on each."
        ) from error
    return Affine(a, b, middle_x - (a + b) / 2, d, e, middle_y - (d + e) / 2)


def write_world_file(affine: Affine) -> bytes:
    """Write a world file."""
    a, b, c, d, e, f = affine.numbers
    return "".join(f"{number!r}\n" for number in (a, d, b, e, c + (a + b) / 2, f + (d + e) / 2)).encode()


def _no_numbers() -> FormatError:
    return FormatError("affine-numbers", "Where the picture lies is not told by six numbers.", "Give a, b, c, d, e and f.")
