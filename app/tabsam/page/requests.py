"""What the page sends, checked where it enters."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

from tabsam.document.selection import Box
from tabsam.errors import RequestError

Params: TypeAlias = Mapping[str, Any]
Plain: TypeAlias = Any
"""Plain data: dicts, lists, strings, numbers, None; bytes and one-dimensional arrays for what is large."""
OnProgress: TypeAlias = Callable[[Plain], None]
Method: TypeAlias = Callable[[Params, OnProgress], Awaitable[Plain]]


def number(params: Params, name: str) -> float:
    """Read a finite number."""
    value = params.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= sys.float_info.max:
        raise RequestError("bad-request", f"'{name}' must be a number, not {value!r}.")
    return float(value)


def integer(params: Params, name: str) -> int:
    """Read a whole number."""
    value = number(params, name)
    if value != int(value):
        raise RequestError("bad-request", f"'{name}' must be a whole number, not {value!r}.")
    return int(value)


def optional_integer(params: Params, name: str) -> int | None:
    """Read a whole number that may be left out or null."""
    return None if params.get(name) is None else integer(params, name)


def text(params: Params, name: str) -> str:
    """Read text."""
    value = params.get(name)
    if not isinstance(value, str):
        raise RequestError("bad-request", f"'{name}' must be text, not {value!r}.")
    return value


def flag(params: Params, name: str) -> bool:
    """Read true or false; false when it is left out."""
    value = params.get(name, False)
    if not isinstance(value, bool):
        raise RequestError("bad-request", f"'{name}' must be true or false, not {value!r}.")
    return value


def data(params: Params, name: str) -> bytes:
    """Read bytes."""
    value = params.get(name)
    if not isinstance(value, bytes | memoryview):
        raise RequestError("bad-request", f"'{name}' must be bytes.")
    return bytes(value)


def one_of(params: Params, name: str, choices: tuple[str, ...]) -> str:
    """Read one of some words."""
    value = text(params, name)
    if value not in choices:
        raise RequestError("bad-request", f"'{name}' must be one of {', '.join(choices)}, not {value!r}.")
    return value


def label(params: Params) -> int:
    """Read a point's label."""
    value = integer(params, "label")
    if value not in (0, 1):
        raise RequestError("bad-request", f"'label' must be 1 on the object or 0 off it, not {value}.")
    return value


def box(params: Params) -> Box | None:
    """Read a box, or null."""
    value = params.get("box")
    if value is None:
        return None
    x0, y0, x1, y1 = numbers(params, "box", 4)
    return x0, y0, x1, y1


def numbers(params: Params, name: str, count: int | None = None) -> list[float]:
    """Read a list of finite numbers, of so many if `count` is given."""
    value = params.get(name)
    if not isinstance(value, list | tuple) or (count is not None and len(value) != count):
        raise RequestError("bad-request", f"'{name}' must be {'a list of' if count is None else count} numbers.")
    return [number({name: one}, name) for one in value]
