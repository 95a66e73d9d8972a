"""A project file (``.tabsam``): everything about a picture's annotations, and the picture itself if it is to travel along.

It is a zip of ``project.json``, ``vertices.f64`` (all outlines' vertices one after the other, x and y as little-endian doubles,
since an outline must come back as it was), ``finds.bin`` (the masks that a search for everything has found, where one has), and
``picture/<name>`` with the picture file's own bytes.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tabsam.arrays import Float64Array
from tabsam.document.annotations import Annotations
from tabsam.errors import FormatError
from tabsam.formats.project_json import from_json, packed_finds, to_json
from tabsam.formats.project_values import MISFITS, of_type
from tabsam.formats.shared.archive import zipped
from tabsam.formats.shared.parsing import Json, json_object
from tabsam.formats.shared.writing import file_name, json_bytes, size_text

VERSION = 1
"""Raised when older readers would misunderstand a file; what they may ignore is added without."""

VERSION_OF_SEVERAL = 2
"""Of a project of several pictures, which :mod:`tabsam.formats.datasets.projects` writes and reads."""

FORMAT = "tabsam-project"
HEAD = "project.json"
VERTICES = "vertices.f64"
FINDS = "finds.bin"
PICTURE_FOLDER = "picture/"

_MOST_ENTRIES = 16
_MOST_BYTES: Mapping[str, int] = {HEAD: 64_000_000, VERTICES: 512_000_000, FINDS: 256_000_000}
_MOST_PICTURE_BYTES = 1_000_000_000
_BOMB_BYTES: Mapping[str, int] = dict.fromkeys((HEAD, VERTICES, FINDS), 10_000_000)
_BOMB_PICTURE_BYTES = 400_000_000
"""What unpacks to less does no harm, whatever it was packed to: a picture may be one colour all over."""

_MOST_RATIO = 300
"""Of what an entry unpacks to beyond that, to its size in the archive."""


@dataclass(frozen=True)
class Project:
    """What a project file holds.

    Attributes
    ----------
    annotations : Annotations
    sha256 : str
        Of the picture file's bytes, in hexadecimal digits; empty where it is not known. Of ``picture`` it has been checked, and
        need not be worked out again.
    picture : bytes or None
        The picture file, if it is in the project and was asked for.
    """

    annotations: Annotations
    sha256: str = ""
    picture: bytes | None = None

    def check_picture(self, sha256: str) -> None:
        """Refuse a picture file, by its digest, that is not the project's; a project that knows of none takes any.

        Raises
        ------
        FormatError
            ``project-other-picture``.
        """
        if self.sha256 and sha256 != self.sha256:
            size = size_text(self.annotations.image_size)
            raise FormatError(
                "project-other-picture",
                f"This project belongs to another picture: '{self.annotations.picture}', {size} pixels.",
                "Open that very file; an edited or newly saved copy is another picture.",
            )


def write_project(annotations: Annotations, *, picture: bytes | None = None, sha256: str = "") -> bytes:
    """Write a project.

    Parameters
    ----------
    picture : bytes, optional
        The picture file as it was opened, to be kept in the project.
    sha256 : str
        The picture file's digest, in hexadecimal digits; of ``picture`` it is worked out where it is not given.
    """
    if picture is not None and not sha256:
        sha256 = hashlib.sha256(picture).hexdigest()
    height, width = annotations.image_size
    described, vertices = to_json(annotations)
    head = {
        "format": FORMAT,
        "version": VERSION,
        "picture": {"name": annotations.picture, "width": width, "height": height, "sha256": sha256},
        **described,
    }
    files = {HEAD: json_bytes(head), VERTICES: vertices.astype("<f8").tobytes()}
    finds = packed_finds(annotations)
    if finds is not None:
        files[FINDS] = finds
    if picture is not None:
        files[PICTURE_FOLDER + (file_name(annotations.picture) or "picture")] = picture
    return zipped(files)


def read_project(data: bytes, *, with_picture: bool = True) -> Project:
    """Read a project; it comes back as it was written.

    Parameters
    ----------
    with_picture : bool
        False leaves a picture in it alone, which may be hundreds of megabytes: who has the picture open needs only its digest.

    Raises
    ------
    FormatError
        ``project-not-zip``, ``project-damaged``, ``project-too-large`` (what is in it would take too much memory),
        ``project-unknown`` (a zip of something else), ``project-newer``.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            head, vertices, finds, picture = _contents(archive, with_picture=with_picture)
    except FormatError:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        if data[:2] != b"PK":
            raise FormatError(
                "project-not-zip", "This file is not a tabsam project.", "A project's name ends in .tabsam.", details=str(error)
            ) from error
        raise damaged(repr(error)) from error
    project = project_of(head, vertices, picture, finds)
    if picture is not None and hashlib.sha256(picture).hexdigest() != project.sha256:
        raise damaged("the picture's digest differs")
    return project


def _contents(archive: zipfile.ZipFile, *, with_picture: bool) -> tuple[dict[str, Json], bytes, bytes | None, bytes | None]:
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if HEAD not in names:
        raise _unknown()
    head = json_object(_unpacked(archive, HEAD, _MOST_BYTES[HEAD]), "a tabsam project")
    _check_version(head)  # first: one of several pictures has other files
    pictures = [name for name in names if name.startswith(PICTURE_FOLDER) and not name.endswith("/")]
    if len(entries) > _MOST_ENTRIES or len(set(names)) < len(names) or len(pictures) > 1:
        raise damaged(f"{len(entries)} entries")
    vertices = _unpacked(archive, VERTICES, _MOST_BYTES[VERTICES])
    finds = _unpacked(archive, FINDS, _MOST_BYTES[FINDS]) if FINDS in names else None
    return head, vertices, finds, _unpacked(archive, pictures[0], _MOST_PICTURE_BYTES) if pictures and with_picture else None


def _unpacked(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    """Unpack an entry, but no more than fits into a tab: a small archive may claim, or hide, any number of bytes."""
    try:
        entry = archive.getinfo(name)
    except KeyError as error:
        raise damaged(f"no {name}") from error
    most = min(most, _BOMB_BYTES.get(name, _BOMB_PICTURE_BYTES) + _MOST_RATIO * entry.compress_size)
    try:
        with archive.open(entry) as stream:
            data = stream.read(most + 1) if entry.file_size <= most else b""
    except Exception as error:  # of a damaged archive: zlib.error, BadZipFile, LZMAError and more
        raise damaged(repr(error)) from error
    if entry.file_size > most or len(data) > most:
        raise FormatError(
            "project-too-large",
            f"This project is too large: unpacked, '{name}' has more than {most // 1_000_000} MB.",
            "It was not made by this app, or it is damaged.",
        )
    return data


def project_of(head: dict[str, Json], vertices: bytes, picture: bytes | None = None, finds: bytes | None = None) -> Project:
    """Put a project together from its parts.

    Raises
    ------
    FormatError
        ``project-unknown``, ``project-damaged``, ``project-newer``, ``project-of-several``.
    """
    _check_version(head)
    try:
        points: Float64Array = np.frombuffer(vertices, "<f8").astype(np.float64).reshape(-1, 2)
        load = None if finds is None else lambda: finds
        return Project(from_json(head, points, load), of_type(head["picture"]["sha256"], str), picture)
    except MISFITS as error:
        raise damaged(repr(error)) from error


def _check_version(head: dict[str, Json]) -> None:
    if head.get("format") != FORMAT:
        raise _unknown()
    version = head.get("version")
    if type(version) is not int or version < 1:
        raise damaged(f"version {version!r}")
    if version == VERSION_OF_SEVERAL and "pictures" in head:
        raise FormatError("project-of-several", "This project is of several pictures.", "Open it as a data set.")
    if version > VERSION:
        raise newer(version, VERSION)


def damaged(details: str) -> FormatError:
    """Say that a project is damaged; the details are for a bug report."""
    hint = "It may have been cut off on its way; save or download it again."
    return FormatError("project-damaged", "This project is damaged and cannot be read.", hint, details=details)


def newer(version: int, known: int) -> FormatError:
    """Say that a project is of a version that is not known yet."""
    return FormatError(
        "project-newer",
        f"This project was saved by a newer version of this app (its format is {version}, this app knows {known}).",
        "Reload the page to get the newest version.",
    )


def _unknown() -> FormatError:
    return FormatError("project-unknown", "This archive is not a tabsam project.", "A project's name ends in .tabsam.")
