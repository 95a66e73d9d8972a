"""What the page sends, checked where it enters, by what protocol/methods.py says of it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import cache
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    NamedTuple,
    NotRequired,
    TypeAlias,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from tabsam.errors import RequestError
from tabsam.page.protocol.methods import GROUPS

Read: TypeAlias = Callable[[str, object], object]
"""Gives a field's value as it is declared; takes the field's name, for the error's sentence, and what came."""


class _Field(NamedTuple):
    """What is declared of a field, and how its value is read."""

    name: str
    read: Read
    nullable: bool
    required: bool


def checked(method: str, params: Mapping[str, object]) -> dict[str, Any]:
    """Give a method's params as they are declared; what is not declared is left out.

    Whole numbers may come as floats, and null for a field that may be left out. What may be null may be left out as well, and is
    null then.

    Raises
    ------
    RequestError
        ``bad-request``.
    """
    result = {}
    for name, read, nullable, required in _fields(method):
        value = params.get(name)
        if value is not None:
            result[name] = read(name, value)
        elif nullable and (required or name in params):
            result[name] = None
        elif required:
            result[name] = read(name, value)  # complains
    return result


@cache
def _declarations() -> dict[str, object]:
    return {name: hint for group in GROUPS for name, hint in get_type_hints(group).items()}


@cache
def _fields(method: str) -> list[_Field]:
    (params, _), _ = get_args(_declarations()[method])
    return [_field(name, hint) for name, hint in get_type_hints(params, include_extras=True).items()]


def _field(name: str, hint: Any) -> _Field:
    required = get_origin(hint) is not NotRequired
    if not required:
        (hint,) = get_args(hint)
    nullable = get_origin(hint) in (Union, UnionType)
    if nullable:
        hint, none = get_args(hint)
        assert none is NoneType  # no method takes one type or another
    return _Field(name, _reader(hint), nullable, required)


def _reader(hint: Any) -> Read:
    """Give what reads a value of a type."""
    origin, args = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _reader(args[0])
    if origin is Literal:
        return _choice(args)
    if is_typeddict(hint):
        return _record(hint)
    if origin is list:
        return _list(_reader(args[0]))
    if origin is tuple:
        return _tuple(_reader(args[0]), len(args))
    return _READERS[hint]


def _number(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= sys.float_info.max:
        raise RequestError("bad-request", f"'{name}' must be a number, not {value!r}.")
    return float(value)


def _integer(name: str, value: object) -> int:
    number = _number(name, value)
    if number != int(number):
        raise RequestError("bad-request", f"'{name}' must be a whole number, not {number!r}.")
    return int(number)


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise RequestError("bad-request", f"'{name}' must be text, not {value!r}.")
    return value


def _flag(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise RequestError("bad-request", f"'{name}' must be true or false, not {value!r}.")
    return value


def _data(name: str, value: object) -> bytes:
    if not isinstance(value, bytes | memoryview):
        raise RequestError("bad-request", f"'{name}' must be bytes.")
    return bytes(value)


def _choice(choices: tuple[object, ...]) -> Read:
    def read(name: str, value: object) -> object:
        for choice in choices:
            if value == choice and not isinstance(value, bool):
                return choice
        raise RequestError("bad-request", f"'{name}' must be one of {', '.join(map(str, choices))}, not {value!r}.")

    return read


def _list(read_item: Read) -> Read:
    def read(name: str, value: object) -> list[object]:
        if not isinstance(value, list | tuple):
            raise RequestError("bad-request", f"'{name}' must be a list.")
        return [read_item(name, item) for item in value]

    return read


def _record(declaration: type) -> Read:
    """Give what reads plain data with the declared fields, all of them there but for those that need not; others are left out."""
    fields = [_field(name, hint) for name, hint in get_type_hints(declaration, include_extras=True).items()]

    def read(name: str, value: object) -> object:
        if not isinstance(value, Mapping):
            raise RequestError("bad-request", f"'{name}' must be plain data, not {value!r}.")
        given = {field.name: value.get(field.name) for field in fields}
        return {
            field.name: None
            if field.nullable and given[field.name] is None
            else field.read(f"{name}.{field.name}", given[field.name])
            for field in fields
            if field.required or given[field.name] is not None
        }

    return read


def _tuple(read_item: Read, count: int) -> Read:
    def read(name: str, value: object) -> tuple[object, ...]:
        if not isinstance(value, list | tuple) or len(value) != count:
            raise RequestError("bad-request", f"'{name}' must be {count} numbers.")
        return tuple(read_item(name, item) for item in value)

    return read


_READERS: Mapping[object, Read] = {float: _number, int: _integer, str: _text, bool: _flag, bytes: _data}
