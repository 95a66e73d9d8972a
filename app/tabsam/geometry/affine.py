"""From a picture's pixels to a map, by six numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tabsam.arrays import Float64Array
from tabsam.errors import FormatError

Six = tuple[float, float, float, float, float, float]

_FARTHEST = 1e15
"""Beyond this lies no map, and products would overflow."""

_DIGITS = 15
"""That a float64 keeps of any decimal number: what was typed is shown again, and not 13.100000000000001."""


@dataclass(frozen=True)
class Affine:
    """Where a point (x, y) of the picture lies on the map: (a x + b y + c, d x + e y + f).

    (0, 0) is the outer corner of the top-left pixel, as in rasterio; GDAL's order of the same numbers is c, a, b, f, d, e.

    Attributes
    ----------
    epsg : int or None
        The EPSG number of the map's coordinate system, where it is known.

    Raises
    ------
    FormatError
        ``affine-singular``.
    """

    a: float
    b: float
    c: float
    d: float
    e: float
    f: float
    epsg: int | None = None

    def __post_init__(self) -> None:
        if not all(abs(number) <= _FARTHEST for number in self.numbers) or self.a * self.e == self.b * self.d:
            raise FormatError(
                "affine-singular",
                "These six numbers do not place a picture in the world: all of it would lie on a line, or nowhere.",
                "Check them, and their order.",
            )

    @classmethod
    def of_world_file(cls, numbers: Six) -> Affine:
        """Take a world file's numbers, in its order: a, d, b, e, and where the *middle* of the top-left pixel lies."""
        a, d, b, e, middle_x, middle_y = numbers
        return cls(a, b, middle_x - (a + b) / 2, d, e, middle_y - (d + e) / 2)

    @property
    def numbers(self) -> Six:
        """The numbers a, b, c, d, e, f."""
        return self.a, self.b, self.c, self.d, self.e, self.f

    @property
    def world_file(self) -> Six:
        """The numbers as :meth:`of_world_file` takes them, to 15 digits."""
        a, b, c, d, e, f = self.numbers
        numbers = (a, d, b, e, c + (a + b) / 2, f + (d + e) / 2)
        a, d, b, e, middle_x, middle_y = (float(f"{number:.{_DIGITS}g}") for number in numbers)
        return a, d, b, e, middle_x, middle_y

    def to_world(self, points: Float64Array) -> Float64Array:
        """Take points, (N, 2) in image pixels, to the map."""
        return np.asarray(points @ np.array([[self.a, self.d], [self.b, self.e]]) + (self.c, self.f))

    def to_pixels(self, points: Float64Array) -> Float64Array:
        """Take points, (N, 2) on the map, to image pixels; infinite or NaN for what is farther than numbers go."""
        inverse = np.linalg.inv(np.array([[self.a, self.d], [self.b, self.e]]))
        with np.errstate(over="ignore", invalid="ignore"):
            return np.asarray((points - (self.c, self.f)) @ inverse)
