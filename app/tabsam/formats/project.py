"""A project file (``.tabsam``): everything about a picture's annotations, and the picture itself if it is to travel along.

It is a zip of ``project.json``, ``vertices.f64`` (all outlines' vertices one after the other, x and y as little-endian doubles,
since an outline must come back as it was), and ``picture/<name>`` with the picture file's own bytes.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tabsam.annotations import Annotations, Category, Instance
from tabsam.arrays import Float64Array, UInt32Array
from tabsam.contours import Outline, from_polygons
from tabsam.errors import FormatError
from tabsam.formats.archive import zipped
from tabsam.formats.reading import Json, json_object
from tabsam.formats.writing import file_name, json_bytes
from tabsam.selection import Point, Selection

VERSION = 1
"""Raised when older readers would misunderstand a file; what they may ignore is added without."""

_FORMAT = "tabsam-project"
_HEAD = "project.json"
_VERTICES = "vertices.f64"
_PICTURE_FOLDER = "picture/"

_MOST_ENTRIES = 16
_MOST_BYTES: Mapping[str, int] = {_HEAD: 64_000_000, _VERTICES: 512_000_000}
_MOST_PICTURE_BYTES = 1_000_000_000

_DAMAGED_HINT = "It may have been cut off on its way; save or download it again."


@dataclass(frozen=True)
class Project:
    """What a project file holds.

    Attributes
    ----------
    annotations : Annotations
    sha256 : str
        Of the picture file's bytes, in hexadecimal digits; empty where it is not known.
    picture : bytes or None
        The picture file, if it is in the project.
    """

    annotations: Annotations
    sha256: str = ""
    picture: bytes | None = None

    def check_picture(self, data: bytes) -> None:
        """Refuse a picture file that is not the project's; one without a digest takes any.

        Raises
        ------
        FormatError
            ``project-other-picture``.
        """
        if self.sha256 and hashlib.sha256(data).hexdigest() != self.sha256:
            height, width = self.annotations.image_size
            raise FormatError(
                "project-other-picture",
                f"This project belongs to another picture: '{self.annotations.picture}', {width} x {height} pixels.",
                "Open that very file; an edited or newly saved copy is another picture.",
            )


def write_project(annotations: Annotations, *, picture: bytes | None = None, sha256: str = "") -> bytes:
    """Write a project.

    Parameters
    ----------
    picture : bytes, optional
        The picture file as it was opened, to be kept in the project.
    sha256 : str
        The picture file's digest; needed only where ``picture`` is not given.
    """
    if picture is not None:
        sha256 = hashlib.sha256(picture).hexdigest()
    height, width = annotations.image_size
    head = {
        "format": _FORMAT,
        "version": VERSION,
        "picture": {"name": annotations.picture, "width": width, "height": height, "sha256": sha256},
        "categories": [{"id": one.id, "name": one.name, "color": one.color} for one in annotations.categories],
        "instances": [_plain_instance(one) for one in annotations.instances],
    }
    vertices = [one.outline.vertices for one in annotations.instances]
    files = {
        _HEAD: json_bytes(head),
        _VERTICES: (np.concatenate(vertices) if vertices else np.zeros((0, 2))).astype("<f8").tobytes(),
    }
    if picture is not None:
        files[_PICTURE_FOLDER + (file_name(annotations.picture) or "picture")] = picture
    return zipped(files)


def read_project(data: bytes) -> Project:
    """Read a project; it comes back as it was written.

    Raises
    ------
    FormatError
        ``project-not-zip``, ``project-damaged``, ``project-too-large`` (what is in it would take too much memory),
        ``project-unknown`` (a zip of something else), ``project-newer``.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            head, vertices, picture = _contents(archive)
    except FormatError:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        if data[:2] != b"PK":
            raise FormatError(
                "project-not-zip", "This file is not a tabsam project.", "A project's name ends in .tabsam.", details=str(error)
            ) from error
        raise _damaged(repr(error)) from error
    project = _project(json_object(head, "a tabsam project"), vertices, picture)
    if picture is not None and hashlib.sha256(picture).hexdigest() != project.sha256:
        raise _damaged("the picture's digest differs")
    return project


def _contents(archive: zipfile.ZipFile) -> tuple[bytes, bytes, bytes | None]:
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if _HEAD not in names:
        raise _unknown()
    pictures = [name for name in names if name.startswith(_PICTURE_FOLDER) and not name.endswith("/")]
    if len(entries) > _MOST_ENTRIES or len(set(names)) < len(names) or len(pictures) > 1:
        raise _damaged(f"{len(entries)} entries")
    head, vertices = (_unpacked(archive, name, _MOST_BYTES[name]) for name in (_HEAD, _VERTICES))
    return head, vertices, _unpacked(archive, pictures[0], _MOST_PICTURE_BYTES) if pictures else None


def _unpacked(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    """Unpack an entry, but no more than fits into a tab: a small archive may claim, or hide, any number of bytes."""
    try:
        entry = archive.getinfo(name)
    except KeyError as error:
        raise _damaged(f"no {name}") from error
    with archive.open(entry) as stream:
        data = stream.read(most + 1) if entry.file_size <= most else b""
    if entry.file_size > most or len(data) > most:
        raise FormatError(
            "project-too-large",
            f"This project is too large: unpacked, '{name}' has more than {most // 1_000_000} MB.",
            "It was not made by this app, or it is damaged.",
        )
    return data


def _project(head: dict[str, Json], vertices: bytes, picture: bytes | None) -> Project:
    if head.get("format") != _FORMAT:
        raise _unknown()
    version = head.get("version")
    if type(version) is not int or version < 1:
        raise _damaged(f"version {version!r}")
    if version > VERSION:
        raise FormatError(
            "project-newer",
            f"This project was saved by a newer version of this app (its format is {version}, this app knows {VERSION}).",
            "Reload the page to get the newest version.",
        )
    try:
        about = head["picture"]
        points: Float64Array = np.frombuffer(vertices, "<f8").astype(np.float64).reshape(-1, 2)
        annotations = Annotations(
            picture=_typed(about["name"], str),
            image_size=(_positive(about["height"]), _positive(about["width"])),
            categories=tuple(
                Category(_positive(one["id"]), _typed(one["name"], str), _typed(one["color"], str)) for one in head["categories"]
            ),
            instances=tuple(_instances(head["instances"], points)),
        )
        return Project(_consistent(annotations), _typed(about["sha256"], str), picture)
    except FormatError:
        raise
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError) as error:
        raise _damaged(repr(error)) from error


def _plain_instance(instance: Instance) -> dict[str, Json]:
    prompts = instance.prompts
    return {
        "id": instance.id,
        "category": instance.category,
        "name": instance.name,
        "visible": instance.visible,
        "locked": instance.locked,
        "score": instance.score,
        "prompts": {
            "points": [[point.id, point.x, point.y, point.label, point.refines] for point in prompts.points],
            "box": None if prompts.box is None else list(prompts.box),
            "mask": None if prompts.mask is None else [ring.tolist() for ring in prompts.mask.rings()],
            "rounds": list(prompts.rounds),
            "chosen": prompts.chosen,
            "threshold": prompts.threshold,
        },
        "ringOffsets": instance.outline.ring_offsets.tolist(),
        "polygonOffsets": instance.outline.polygon_offsets.tolist(),
    }


def _instances(plain: list[Json], points: Float64Array) -> list[Instance]:
    if not np.isfinite(points).all():
        raise ValueError("vertices that are no numbers")
    instances = []
    start = 0
    for one in plain:
        rings, polygons = _offsets(one["ringOffsets"]), _offsets(one["polygonOffsets"])
        end = start + int(rings[-1])
        if end > len(points) or int(polygons[-1]) != len(rings) - 1:
            raise ValueError("offsets that do not fit the vertices")
        score = one["score"]
        instances.append(
            Instance(
                id=_positive(one["id"]),
                outline=_closed(Outline(points[start:end].copy(), rings, polygons)),
                category=None if one["category"] is None else _positive(one["category"]),
                name=_typed(one["name"], str),
                visible=_typed(one["visible"], bool),
                locked=_typed(one["locked"], bool),
                score=None if score is None else _number(score),
                prompts=_prompts(one["prompts"]),
            )
        )
        start = end
    if start != len(points):
        raise ValueError("vertices of no object")
    return instances


def _prompts(plain: Json) -> Selection:
    points = tuple(
        Point(_typed(id, int), _number(x), _number(y), _typed(label, int), _rank(refines))
        for id, x, y, label, refines in plain["points"]
    )
    box = plain["box"]
    if box is not None:
        x0, y0, x1, y1 = map(_number, box)
        box = (x0, y0, x1, y1)
    return Selection(
        points,
        box,
        _mask(plain["mask"]),
        tuple(_typed(index, int) for index in plain["rounds"]),
        _rank(plain["chosen"]),
        _number(plain["threshold"]),
    )


def _rank(plain: Json) -> int | None:
    return None if plain is None else _typed(plain, int)


def _mask(plain: Json) -> Outline | None:
    """Read a painted mask: rings, filled by the even-odd rule, so that which is whose hole does not matter."""
    if plain is None:
        return None
    rings = [np.array([[_number(x), _number(y)] for x, y in ring], np.float64).reshape(-1, 2) for ring in plain]
    return _closed(from_polygons([[ring] for ring in rings]))


def _offsets(plain: Json) -> UInt32Array:
    offsets = np.array([_typed(offset, int) for offset in plain], np.uint32)
    if not len(offsets) or offsets[0] != 0 or (offsets[1:] <= offsets[:-1]).any():
        raise ValueError("offsets that do not rise from 0")
    return offsets


def _closed(line: Outline) -> Outline:
    first, last = line.ring_offsets[:-1].astype(np.int64), line.ring_offsets[1:].astype(np.int64) - 1
    if (line.vertices[first] != line.vertices[last]).any():
        raise ValueError("rings that are not closed")
    return line


def _consistent(annotations: Annotations) -> Annotations:
    ids = {category.id for category in annotations.categories}
    if len(ids) < len(annotations.categories) or len({one.name for one in annotations.categories}) < len(ids):
        raise ValueError("two classes with one id or name")
    if len({one.id for one in annotations.instances}) < len(annotations.instances):
        raise ValueError("two objects with one id")
    if any(one.category is not None and one.category not in ids for one in annotations.instances):
        raise ValueError("an object of no class")
    return annotations


def _typed(value: Json, kind: type[Any]) -> Any:
    if type(value) is not kind:
        raise TypeError(f"{kind.__name__} expected")
    return value


def _positive(value: Json) -> int:
    number: int = _typed(value, int)
    if number < 1:
        raise ValueError("a number from 1 expected")
    return number


def _number(value: Json) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not np.isfinite(value):
        raise ValueError("a finite number expected")
    return float(value)


def _damaged(details: str) -> FormatError:
    return FormatError("project-damaged", "This project is damaged and cannot be read.", _DAMAGED_HINT, details=details)


def _unknown() -> FormatError:
    return FormatError("project-unknown", "This archive is not a tabsam project.", "A project's name ends in .tabsam.")
