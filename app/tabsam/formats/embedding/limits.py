"""What a file of an embedding may ask for, checked before anything is made of it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from tabsam.errors import FormatError

MOST_BYTES = 1_000_000_000
"""Of a file, and of its tensors together; the largest SAM's take 17 MB as float32, at a frame of 1024 pixels."""
MOST_TENSORS = 64
MOST_AXES = 8
MOST_HEADER_BYTES = 1_000_000
"""Of what stands before the numbers."""


def check_size(size: int) -> None:
    """Refuse what is too large: ``embedding-too-large``."""
    if size > MOST_BYTES:
        message = f"This embedding is too large: it has more than {MOST_BYTES // 1_000_000:,} MB."
        raise FormatError("embedding-too-large", message, "Check that you chose the right file.")


def check_count(count: int) -> None:
    """Refuse a file of too many tensors: ``embedding-too-large``."""
    if count > MOST_TENSORS:
        message = f"This file has {count:,} tensors; no embedding has more than {MOST_TENSORS}."
        raise FormatError(
            "embedding-too-large", message, "Check that you chose the right file: a model's weights are no embedding."
        )


def checked_shape(shape: object, name: str) -> tuple[int, ...]:
    """Give a tensor's shape as a tuple; refuse what is none: ``embedding-broken``, ``embedding-too-large``."""
    if not isinstance(shape, Sequence) or isinstance(shape, str | bytes) or len(shape) > MOST_AXES:
        raise broken(f"the shape of '{name}' is none")
    sides: list[int] = []
    for side in shape:
        if not isinstance(side, int) or isinstance(side, bool) or side < 0:
            raise broken(f"the shape of '{name}' is none")
        sides.append(side)
    check_size(math.prod(min(side, MOST_BYTES) for side in sides))
    return tuple(sides)


def checked_texts(value: object) -> dict[str, str]:
    """Give the texts about an embedding; refuse what are none: ``embedding-broken``."""
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        raise broken("its metadata are not texts")
    return value


def broken(what: str, details: str = "") -> FormatError:
    """Say that a file is not as its format has it."""
    return FormatError(
        "embedding-broken", f"This embedding is broken: {what}.", "Make it again, or copy it again.", details=details
    )
