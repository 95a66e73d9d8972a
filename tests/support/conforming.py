"""Whether a value is what app/tabsam/page/protocol declares: told where it is not, down to the last field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NotRequired, Union, get_args, get_origin, get_type_hints, is_typeddict

import numpy as np

from tabsam.page.protocol.methods import GROUPS

_CALLS = {name: hint for group in GROUPS for name, hint in get_type_hints(group, include_extras=True).items()}

PARAMS: Mapping[str, Any] = {name: get_args(hint)[0][0] for name, hint in _CALLS.items()}
"""What each method is declared to take."""
RESULTS: Mapping[str, Any] = {name: get_args(get_args(hint)[1])[0] for name, hint in _CALLS.items()}
"""What each method is declared to give."""


def assert_conforms(value: object, hint: Any, where: str) -> None:
    wrong = list(mismatches(value, hint, where))
    assert not wrong, "; ".join(wrong)


def mismatches(value: object, hint: Any, where: str) -> Iterator[str]:
    """Say what of a value is not as declared."""
    origin, args = get_origin(hint), get_args(hint)
    if is_typeddict(hint):
        yield from _of_fields(value, hint, where)
    elif origin in (Annotated, NotRequired):
        yield from mismatches(value, args[0], where)
    elif origin in (Union, UnionType):
        one, none = args
        assert none is NoneType  # no message has one type or another
        if value is not None:
            yield from mismatches(value, one, where)
    elif origin in (list, tuple, dict):
        yield from _of_items(value, origin, args, where)
    else:
        yield from _of_one(value, hint, where)


def _of_one(value: object, hint: Any, where: str) -> Iterator[str]:
    origin, args = get_origin(hint), get_args(hint)
    if origin is Literal:
        if not any(type(value) is type(one) and value == one for one in args):
            yield f"{where} is {value!r}, not of {args}"
    elif origin is np.ndarray:
        dtype = get_args(args[1])[0]
        if not isinstance(value, np.ndarray) or value.dtype != dtype or value.ndim != 1:
            yield f"{where} is no array of {dtype.__name__} with one axis"
    elif not _is_plain(value, hint):
        yield f"{where} is {type(value).__name__}, not {hint.__name__}"


def _of_fields(value: object, hint: Any, where: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{where} is {type(value).__name__}, not {hint.__name__}"
        return
    hints = get_type_hints(hint, include_extras=True)
    yield from (f"{where}.{name} is missing" for name in hint.__required_keys__ - value.keys())
    yield from (f"{where}.{name} is not declared" for name in value.keys() - hints.keys())
    for name in hints.keys() & value.keys():
        yield from mismatches(value[name], hints[name], f"{where}.{name}")


def _of_items(value: object, origin: type, args: tuple[Any, ...], where: str) -> Iterator[str]:
    if not isinstance(value, origin):
        yield f"{where} is {type(value).__name__}, not {origin.__name__}"
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from mismatches(key, args[0], f"{where}'s key")
            yield from mismatches(one, args[1], f"{where}[{key!r}]")
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from mismatches(one, args[0], f"{where}[{place}]")
    elif isinstance(value, tuple):
        if len(value) != len(args):
            yield f"{where} has {len(value)} items, not {len(args)}"
        for place, (one, wanted) in enumerate(zip(value, args, strict=False)):
            yield from mismatches(one, wanted, f"{where}[{place}]")


def _is_plain(value: object, hint: Any) -> bool:
    """Tell whether a value is exactly of a type: NumPy's numbers are not plain, and True is no number."""
    if hint in (None, NoneType):
        return value is None
    return type(value) in ((int, float) if hint is float else (hint,))
