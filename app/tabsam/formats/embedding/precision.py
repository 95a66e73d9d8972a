"""The numbers of an embedding, as they are stored: float16 or float32."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

import numpy as np

from tabsam.arrays import AnyArray
from tabsam.errors import FormatError

Precision: TypeAlias = Literal["float16", "float32"]
PRECISIONS: tuple[Precision, ...] = get_args(Precision)


def in_precision(name: str, array: AnyArray, precision: Precision) -> AnyArray:
    """Give an array in a precision, in C order.

    Raises
    ------
    FormatError
        ``embedding-overflow`` where a finite number becomes infinite.
    """
    with np.errstate(over="ignore"):
        made: AnyArray = np.ascontiguousarray(array, precision)
    if precision == "float16" and not np.array_equal(np.isfinite(made), np.isfinite(array)):
        raise FormatError(
            "embedding-overflow", f"Some numbers of '{name}' are too large for float16.", "Write this embedding as float32."
        )
    return made


def little_endian(array: AnyArray) -> bytes:
    """Give an array's numbers as they are stored, in C order."""
    return array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes()


def dtype_named(name: str) -> Precision:
    """Give a precision by its name.

    Raises
    ------
    FormatError
        ``embedding-dtype`` where it is none.
    """
    for one in PRECISIONS:
        if name == one:
            return one
    raise FormatError(
        "embedding-dtype",
        f"This file has numbers of type {name}; an embedding has {' or '.join(PRECISIONS)}.",
        "Check that you chose the right file, or write it as float32.",
    )
