"""Immutable states as plain data, each part written once: a step repeats by number what it has in common with those before.

A part is a frozen dataclass of the document. What is read is built by its constructor, so that it holds what that demands. What
is too large to be plain data lies apart, and is written as where it lies.
"""

from __future__ import annotations

import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from tabsam.formats.shared.parsing import Json

_PLAIN = frozenset((int, float, str, bool, type(None)))
"""Most of what is read is of these, and is what it is."""


class UnknownPartError(ValueError):
    """What another version wrote: a part, a field of one, or a kind of value that is not known."""


_DTYPES = ("float64", "float32", "uint32", "int64", "int32", "uint8", "bool")


class Encoder:
    """Takes values apart.

    Parameters
    ----------
    parts : sequence of type
        The dataclasses that may come, told apart by their names.
    written : sequence
        The parts that are written already, by their numbers; see :attr:`Decoder.parts`.
    apart : mapping
        By the names of types that are no parts: what tells, as plain data, where a value of them lies. By name: nobody need
        import what is not there.
    """

    def __init__(
        self, parts: Sequence[type], written: Sequence[object] = (), apart: Mapping[str, Callable[[Any], Json]] | None = None
    ) -> None:
        self._apart = apart or {}
        self._names = frozenset(parts)
        self._written = list(written)  # held, so that no other part gets the identity of one that is gone
        self._numbers = {id(part): number for number, part in enumerate(self._written)}

    def encode(self, value: object) -> tuple[Json, list[Json]]:
        """Write a value.

        Returns
        -------
        object
            The value, fit for JSON.
        list
            The parts that had not been written yet, in the order in which they are numbered.

        Raises
        ------
        TypeError
            For what is none of the parts, and no number, text, tuple, frozenset or array.
        """
        new: list[Json] = []
        return self._plain(value, new), new

    def _plain(self, value: object, new: list[Json]) -> Json:
        if value is None or isinstance(value, bool | str):
            return value
        if isinstance(value, int | np.integer):
            return int(value)
        if isinstance(value, float | np.floating):
            return float(value)
        if isinstance(value, tuple):
            return [self._plain(one, new) for one in value]
        if isinstance(value, frozenset):
            return {"set": sorted(self._plain(one, new) for one in value)}
        if isinstance(value, np.ndarray):
            data = binascii.b2a_base64(np.ascontiguousarray(value).tobytes(), newline=False).decode()
            return {"array": [value.dtype.name, list(value.shape), data]}
        return {"part": self._number(value, new)}

    def _number(self, value: object, new: list[Json]) -> int:
        number = self._numbers.get(id(value))
        if number is not None:
            return number
        name = type(value).__name__
        if name in self._apart:
            new.append([name, self._apart[name](value)])
        elif type(value) in self._names and is_dataclass(value):
            described = {field.name: self._plain(getattr(value, field.name), new) for field in fields(value) if field.init}
            new.append([name, described])
        else:
            raise TypeError(f"{name} is no part of a state")
        number = self._numbers[id(value)] = len(self._written)
        self._written.append(value)
        return number


class Decoder:
    """Puts together what an :class:`Encoder` took apart.

    Parameters
    ----------
    parts : sequence of type
    apart : mapping
        By the names of types that are no parts: what gives a value of them by where it lies.
    check : callable
        Told of each part of these types; raises what :meth:`decode` does for one that cannot be.

    Attributes
    ----------
    parts : list
        Those that have been read, by their numbers.
    """

    def __init__(
        self, parts: Sequence[type], apart: Mapping[str, Callable[[Json], object]], check: Callable[[object], None]
    ) -> None:
        self._apart = apart
        self._check = check
        self._types = {part.__name__: part for part in parts}
        self.parts: list[Any] = []

    def decode(self, plain: Json, new: Sequence[Json]) -> Any:
        """Read a value, after the parts that came with it.

        Raises
        ------
        UnknownPartError
            For what another version wrote.
        LookupError, TypeError, ValueError, OverflowError, AttributeError
            For what no encoder wrote. Some of its parts may have been read then.
        """
        for name, described in new:
            self.parts.append(self._part(name, described))
        return self._value(plain)

    def _part(self, name: Json, described: Json) -> object:
        if name in self._apart:
            return self._apart[name](described)
        if name not in self._types:
            raise UnknownPartError(f"{name} is not known")
        given = {field: one if type(one) in _PLAIN else self._value(one) for field, one in described.items()}
        try:
            part = self._types[name](**given)
        except TypeError as error:
            if unknown := given.keys() - {field.name for field in fields(self._types[name]) if field.init}:
                raise UnknownPartError(f"{unknown} of {name} is not known") from error
            raise
        self._check(part)
        return part

    def _value(self, plain: Json) -> Any:
        if isinstance(plain, list):
            return tuple([one if type(one) in _PLAIN else self._value(one) for one in plain])
        if not isinstance(plain, dict):
            return plain
        ((kind, value),) = plain.items()
        if kind == "part":
            return self.parts[value]
        if kind == "set":
            return frozenset(self._value(one) for one in value)
        if kind != "array" or value[0] not in _DTYPES:
            raise UnknownPartError(f"{kind} is not known, or of what")
        dtype, shape, data = value
        return np.frombuffer(bytearray(binascii.a2b_base64(data)), dtype).reshape(shape)
