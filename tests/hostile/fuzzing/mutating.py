"""Sound files made unsound: byte by byte, value by value in JSON, and file by file in zips."""

from __future__ import annotations

import contextlib
import copy
import io
import json
import random
import warnings
import zipfile
from typing import Any

ODD: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 3, 255, 65536, 2**31, 2**53, 2**64, -(2**63), 10**400, 0.5, -0.0, 1e308, -1e308, 5e-324),
    *(float("nan"), float("inf"), "", " ", "a", "1", "nan", "\ud800", "\x00", "../../a", "a\nb", "é" * 300, "#zzzzzz"),
    *([], [[]], {}, [None], [1], [1, 2], [[1, 2]], [[1, 2], [3]], {"a": {}}, [0, 0, 0, 0], [[0, 0], [0, 0], [0, 0]]),
)
_BYTES = (
    *(b"\x00", b"\xff", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"-1", b"NaN", b"1e999"),
    *(b"[", b"]", b"{", b'"', b"\n", b"<", b"\\"),
)


def mutated(data: bytes, rng: random.Random, others: list[bytes]) -> bytes:
    """Give a file with one or a few things wrong."""
    if data.startswith(b"PK") and rng.random() < 0.7:
        return _zip(data, rng, others)
    if data.lstrip()[:1] in (b"{", b"[") and rng.random() < 0.7:
        return _json(data, rng)
    for _ in range(rng.choice((1, 1, 2, 5, 20))):
        data = _bytes(data, rng, others)
    return data


def _bytes(data: bytes, rng: random.Random, others: list[bytes]) -> bytes:
    start = rng.randrange(len(data) + 1)
    end = min(len(data), start + rng.choice((1, 1, 2, 4, 8, 64, 1000)))
    how = rng.randrange(7)
    if how == 0:
        return data[:start] + bytes(rng.randrange(256) for _ in range(end - start)) + data[end:]
    if how == 1:
        return data[:start] + data[end:]
    if how == 2:
        return data[:end] + data[start:end] * rng.choice((1, 2, 50)) + data[end:]
    if how == 3:
        return data[:start]
    if how == 4:
        other = rng.choice(others)
        begin = rng.randrange(len(other) + 1)
        return data[:start] + other[begin : begin + rng.choice((4, 100, 5000))] + data[end:]
    if how == 5 and start < len(data):
        return data[:start] + bytes([data[start] ^ 1 << rng.randrange(8)]) + data[start + 1 :]
    return data[:start] + rng.choice(_BYTES) + data[end:]


def _json(data: bytes, rng: random.Random) -> bytes:
    try:
        root = json.loads(data)
    except ValueError:
        return data
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        root = _value(root, rng)
    return json.dumps(root).encode()


def _value(root: Any, rng: random.Random) -> Any:
    """Change a value somewhere in plain data."""
    inner: Any = root
    holder: Any = None
    key: Any = None
    while isinstance(inner, dict | list) and inner and rng.random() < 0.85:
        holder = inner
        key = rng.choice(list(inner)) if isinstance(inner, dict) else rng.randrange(len(inner))
        inner = holder[key]
    if holder is None:
        return copy.deepcopy(rng.choice(ODD))
    how = rng.randrange(6)
    if how == 0:
        del holder[key]
    elif how == 1 and isinstance(holder, list):
        holder.extend([inner] * rng.choice((1, 3, 100)))
    elif how == 2 and isinstance(inner, int | float) and not isinstance(inner, bool):
        with contextlib.suppress(OverflowError):  # an integer of more digits than a float has
            holder[key] = inner * rng.choice((-1, 0, 10, 1e6)) + rng.choice((0, 1, -1, 0.5))
    elif how == 3 and isinstance(holder, dict):
        holder[rng.choice(("", "a", *map(str, holder)))] = inner
    else:
        holder[key] = copy.deepcopy(rng.choice(ODD))
    return root


def _zip(data: bytes, rng: random.Random, others: list[bytes]) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            files = [(name, archive.read(name)) for name in archive.namelist()]
    except (zipfile.BadZipFile, ValueError):
        return data
    if not files:
        return data
    place = rng.randrange(len(files))
    name, inside = files[place]
    how = rng.randrange(8)
    if how == 0:
        del files[place]
    elif how == 1:
        files[place] = (rng.choice(("../x", "/x", "a" * 300, "", "x\\y", "X.json", *(one for one, _ in files))), inside)
    else:
        files[place] = (name, mutated(inside, rng, others))
    buffer = io.BytesIO()
    packing = rng.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
    with zipfile.ZipFile(buffer, "w", packing) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a name may be there twice
        for path, content in files:
            archive.writestr(path or "x", content)
    return buffer.getvalue()
