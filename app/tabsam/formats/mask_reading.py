"""What does a mask's picture mean? What one sees: a black and white mask, a label map, colours; told by how its values lie."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from tabsam.arrays import AnyArray, BoolArray, UInt8Array
from tabsam.errors import FormatError
from tabsam.formats.labelmap import VOC_VOID, voc_palette
from tabsam.formats.mask_softness import is_soft
from tabsam.pictures.mask_pixels import MaskPixels, above_half, values_there
from tabsam.pictures.strips import strips

Kind = Literal["white", "black", "opaque", "labels", "colors"]
"""What is marked: what is bright, what is dark, what is opaque; or each value, or each colour, is an object."""

Color = tuple[int, int, int]

_MOST_SMALL = 200
"""Labels beside which 255 may be no label. What has more of them counts up to 255."""

_MOST_COLORS = 256
_WHITES = (1, 255, 65535, 2**32 - 1, 2**64 - 1)


@dataclass(frozen=True, eq=False)
class MaskReading:
    """What a mask's picture was taken for.

    Attributes
    ----------
    kind : Kind
    labels : (height, width), whole numbers
        0 is nothing.
    is_one : bool
        Whether everything but 0 is one object, without a name.
    void : int or None
        The value that marks what is undecided, and no object.
    names : names by value, or None
        Where it is None, a value is its own name.
    said : sentences
        What may have been taken otherwise.
    """

    kind: Kind
    labels: AnyArray
    is_one: bool = False
    void: int | None = None
    names: Mapping[int, str] | None = None
    said: tuple[str, ...] = field(default=())


def reading_of(pixels: MaskPixels, legend: Mapping[Color, str] | None = None) -> MaskReading:
    """Tell what a picture means, by what one sees.

    Parameters
    ----------
    legend : names by colour, optional
        Of a ``labelmap.txt``.

    Raises
    ------
    FormatError
        ``mask-colors`` for a picture with many colours, ``not-a-mask`` for numbers that are no labels.
    """
    if pixels.alpha is not None:
        return _transparent(pixels, legend)
    grey = pixels.grey
    if grey is None:
        return _colored(pixels, legend)
    if grey.dtype.kind != "f" and legend is None and is_soft(grey):
        said = "The mask's edge is soft; what is at least half bright was taken as inside."
        return MaskReading("white", above_half(grey).view(np.uint8), is_one=True, said=(said,))
    return _numbers(grey)


def reading_as(pixels: MaskPixels, kind: Kind, legend: Mapping[Color, str] | None = None) -> MaskReading:
    """Read a picture as somebody says that it is meant; raises as :func:`reading_of` does."""
    if kind == "opaque" and pixels.alpha is not None:
        return MaskReading(kind, above_half(pixels.alpha).view(np.uint8), is_one=True)
    if kind in ("white", "black", "opaque"):
        bright = pixels.brightness
        marked = above_half(bright)
        return MaskReading(kind, (~marked if kind == "black" else marked).view(np.uint8), is_one=True)
    grey = pixels.grey
    if kind == "labels" and grey is not None:
        return replace(_numbers(grey), is_one=False, void=None, said=())
    if kind == "labels" and pixels.entries is not None:
        return MaskReading(kind, pixels.entries)
    colors = pixels if grey is None else MaskPixels(colors=np.repeat(_as_bytes(grey)[..., np.newaxis], 3, axis=2))
    return _by_colors(colors.seen, legend)


def kinds_of(pixels: MaskPixels) -> tuple[Kind, ...]:
    """Give what a picture could be read as."""
    kinds: list[Kind] = ["white", "black"]
    if pixels.alpha is not None:
        kinds.insert(0, "opaque")
    grey = pixels.grey
    if grey is not None or pixels.entries is not None:
        kinds.append("labels")
    if grey is None:
        kinds.append("colors")
    return tuple(kinds)


def _transparent(pixels: MaskPixels, legend: Mapping[Color, str] | None) -> MaskReading:
    """Read what is transparent in parts: a cut-out is one object; a label map stays one if its background is transparent."""
    assert pixels.alpha is not None
    inside = above_half(pixels.alpha)
    whole = replace(pixels, alpha=None)
    opaque = MaskReading("opaque", inside.view(np.uint8), is_one=True)
    if pixels.entries is not None:
        numbers = pixels.grey if pixels.grey is not None else pixels.entries
        return MaskReading("labels", np.where(inside, numbers, 0)) if numbers[inside].all() else opaque
    if pixels.colors is None or pixels.grey is not None:
        return opaque
    try:
        colored = _by_colors(whole.seen, legend, inside)
    except FormatError:  # a photograph, cut out
        return opaque
    found: set[int] = set().union(*(np.unique(colored.labels[rows][inside[rows]]).tolist() for rows in strips(pixels.size)))
    return colored if len(found) > 1 and 0 not in found else opaque


def _colored(pixels: MaskPixels, legend: Mapping[Color, str] | None) -> MaskReading:
    if pixels.entries is not None and pixels.palette is not None and legend is None:
        used = values_there(pixels.entries)
        palette = np.zeros((256, 3), np.uint8)
        palette[: len(pixels.palette)] = pixels.palette[:256]
        if _is_vocs(palette, used):
            return _with_void(MaskReading("labels", pixels.entries), VOC_VOID if VOC_VOID in used else None)
        is_black = ~palette[used].any(axis=1)
        if not palette[0].any() or not is_black.any():
            return MaskReading("labels", pixels.entries)
    return _by_colors(pixels.seen, legend)


def _is_vocs(palette: UInt8Array, used: AnyArray) -> bool:
    """Tell whether the entries in use have VOC's colours; 255 may be of any other than black."""
    labels = used[used != VOC_VOID]
    return bool((palette[labels] == voc_palette()[labels]).all() and (VOC_VOID not in used or palette[VOC_VOID].any()))


def _by_colors(colors: UInt8Array, legend: Mapping[Color, str] | None, inside: BoolArray | None = None) -> MaskReading:
    """Make each colour but the background's a label: by a legend, by VOC's colours, or in the order of the colours.

    What is not inside is taken for black.
    """
    there = colors_there(colors, inside)
    if not 1 < len(there) <= _MOST_COLORS:
        raise FormatError(
            "mask-colors",
            "This picture is in colours: it is no mask, or one whose colours' meaning is not known.",
            "Save the mask in grey or with a palette.",
        )
    said: tuple[str, ...] = ()
    if there[0] != 0 and not (legend and _code_of_background(legend) in there):
        ground = _most_at_border(colors)
        said = (f"{_hex(ground)}, which is most of the border, was taken for the background.",)
    else:
        ground = 0 if there[0] == 0 else _code_of_background(legend or {})
    objects = [int(code) for code in there if code != ground]
    numbers, names, void = _numbered(objects, legend)
    lookup = np.zeros(len(there), np.uint16)
    for code, number in zip(objects, numbers, strict=True):
        lookup[np.searchsorted(there, code)] = number
    labels = np.empty(colors.shape[:2], lookup.dtype)
    for rows, codes in _codes_of(colors, inside):
        labels[rows] = lookup[np.searchsorted(there, codes)]
    is_one = len(objects) == 1 and names is not None and not legend
    return _with_void(MaskReading("colors", labels, is_one=is_one, names=names, said=said), void)


def _numbered(codes: list[int], legend: Mapping[Color, str] | None) -> tuple[list[int], dict[int, str] | None, int | None]:
    """Give colours their numbers, the names of these where they are not the numbers themselves, and the one that is void."""
    if legend:
        known = {_code(color): name for color, name in legend.items()}
        names = {place: known.get(code, _hex(code)) for place, code in enumerate(codes, 1)}
        void = next((place for place, name in names.items() if name.lower() in ("void", "ignore", "unlabeled")), None)
        return list(names), names, void
    vocs = {_code(color): number for number, color in enumerate(voc_palette().tolist())}
    white = _code((255, 255, 255))
    if any(code in vocs for code in codes) and all(code in vocs or code == white for code in codes):
        numbers = [vocs.get(code, VOC_VOID) for code in codes]
        return numbers, None, VOC_VOID if VOC_VOID in numbers and len(numbers) > 1 else None
    return list(range(1, len(codes) + 1)), {place: _hex(code) for place, code in enumerate(codes, 1)}, None


def _numbers(grey: AnyArray) -> MaskReading:
    """Read a grey picture's numbers as labels; those of a black and white one as one object."""
    said: list[str] = []
    if grey.dtype.kind == "f":
        sound = np.where(np.isfinite(grey), grey, 0)
        if (sound != np.rint(sound)).any():
            if sound.min() < 0 or sound.max() > 1:
                raise FormatError(
                    "not-a-mask", "The numbers of this picture are not whole, and so no labels.", "Round them first."
                )
            said.append("Its numbers go from 0 to 1; what is above the half was taken as inside.")
            return MaskReading("white", (sound > 0.5).view(np.uint8), is_one=True, said=tuple(said))
        grey = sound.astype(np.int64)
    if grey.dtype == np.bool_:
        return MaskReading("white", grey.view(np.uint8), is_one=True)
    if grey.dtype.kind == "i" and grey.min() < 0:
        said.append("Pixels below 0 were taken for undecided, and left out.")
        grey = np.maximum(grey, 0)
    top = int(grey.max())
    used = _used(grey)
    if len(used) == 1:
        return MaskReading("white" if top in _WHITES else "labels", grey, is_one=top in _WHITES, said=tuple(said))
    void = top if top in (255, 65535) and len(used) > 1 and not _is_scale(used) and used[-2] < _MOST_SMALL else None
    return _with_void(MaskReading("labels", grey, said=tuple(said)), void)


def _used(grey: AnyArray) -> list[int]:
    """Give the values but 0."""
    found = values_there(grey) if grey.dtype == np.uint8 else np.unique(grey)
    return [int(value) for value in found if value]


def _is_scale(used: list[int]) -> bool:
    """Tell whether values are equally far from each other and 0: greys to be seen, of which 255 is one as the others are."""
    step = used[-1] / len(used)
    return all(abs(value - step * place) <= 1 for place, value in enumerate(used, 1))


def _with_void(reading: MaskReading, void: int | None) -> MaskReading:
    if void is None:
        return reading
    return replace(reading, void=void, said=(*reading.said, "The borders of undecided pixels were left out."))


def colors_there(colors: UInt8Array, inside: BoolArray | None = None) -> AnyArray:
    """Give the colours that a picture, (height, width, 3), has, as whole numbers, in order; of too many, only some."""
    there = np.zeros(0, np.int32)
    for _, codes in _codes_of(colors, inside):
        there = np.union1d(there, codes)
        if len(there) > _MOST_COLORS:
            break
    return there


def _codes_of(colors: UInt8Array, inside: BoolArray | None = None) -> Iterator[tuple[slice, AnyArray]]:
    """Give each pixel's colour as a number, some rows at a time; 0 for what is not inside."""
    for rows in strips((colors.shape[0], colors.shape[1])):
        codes = _codes(colors[rows])
        yield rows, codes if inside is None else np.where(inside[rows], codes, 0)


def _codes(colors: UInt8Array) -> AnyArray:
    """Give colours, (..., 3), as the whole numbers that ``#rrggbb`` is."""
    parts = colors.astype(np.int32)
    return parts[..., 0] << 16 | parts[..., 1] << 8 | parts[..., 2]


def _most_at_border(colors: UInt8Array) -> int:
    border = np.concatenate([colors[0], colors[-1], colors[:, 0], colors[:, -1]])
    found, counts = np.unique(_codes(border), return_counts=True)
    return int(found[counts.argmax()])


def _code_of_background(legend: Mapping[Color, str]) -> int:
    return next((_code(color) for color, name in legend.items() if name.lower() == "background"), 0)


def _code(color: Color | list[int]) -> int:
    return color[0] << 16 | color[1] << 8 | color[2]


def _hex(code: int) -> str:
    return f"#{code:06x}"


def _as_bytes(grey: AnyArray) -> UInt8Array:
    return np.clip(grey, 0, 255).astype(np.uint8)
