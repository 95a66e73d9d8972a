"""A project of several pictures: a ``.tabsam`` of version 2, written and read.

It holds ``project.json`` with the classes and the list of pictures, for each of them ``work/<number>.json`` and
``work/<number>.f64`` (its objects and their vertices, as in a project of one picture), ``work/<number>.finds`` where a search for
everything has found something, and ``pictures/<path>`` with the picture file's own bytes, if it is to travel along.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import numpy as np

from tabsam.arrays import Float64Array
from tabsam.document.annotations import Annotations
from tabsam.formats.datasets.dataset import SPLITS, Dataset, DatasetPicture
from tabsam.formats.datasets.outgoing import Outgoing
from tabsam.formats.project import FORMAT, HEAD, VERSION_OF_SEVERAL, damaged
from tabsam.formats.project_json import from_json, packed_finds, to_json
from tabsam.formats.project_values import MISFITS, of_type
from tabsam.formats.shared.parsing import Json, json_object
from tabsam.formats.shared.writing import StreamedFile, json_bytes

PICTURES = "pictures/"
_WORK = "work/"


def project(out: Outgoing) -> Iterator[StreamedFile]:
    """Write the project's files; in a zip they are a ``.tabsam``."""
    listed = []
    categories: Json = to_json(Annotations("", (1, 1), out.dataset.categories))[0]["categories"]
    for number, picture in enumerate(out.dataset.pictures, 1):
        described, vertices = to_json(picture.annotations)
        del described["categories"]
        yield StreamedFile.of(f"{_WORK}{number:06d}.json", json_bytes(described))
        yield StreamedFile.of(f"{_WORK}{number:06d}.f64", vertices.astype("<f8").tobytes())
        finds = packed_finds(picture.annotations)
        if finds is not None:
            yield StreamedFile.of(f"{_WORK}{number:06d}.finds", finds)
        digest, has_file = hashlib.sha256(), False
        for file in out.picture_file(picture, PICTURES, as_it_is=True):
            yield replace(file, chunks=_hashed(file.chunks, digest.update))
            has_file = True
        height, width = picture.image_size
        listed.append(
            {
                "path": picture.path,
                "name": picture.name,
                "width": width,
                "height": height,
                "split": picture.split,
                "sha256": digest.hexdigest() if has_file else picture.sha256,
            }
        )
    # Last: the digests are known only now.
    head = {"format": FORMAT, "version": VERSION_OF_SEVERAL, "name": out.dataset.name, "categories": categories}
    yield StreamedFile.of(HEAD, json_bytes({**head, "pictures": listed}))


def read_head(data: bytes) -> dict[str, Json]:
    """Read ``project.json`` of any version.

    Raises
    ------
    FormatError
        ``not-text``, ``not-json``, ``wrong-structure``.
    """
    return json_object(data, "a tabsam project")


def read_pictures(head: dict[str, Json], contents: Callable[[str], bytes]) -> Dataset:
    """Read the pictures' annotations; a picture's source is the caller's, who knows where :data:`PICTURES` lies.

    Parameters
    ----------
    contents : callable
        Gives a file of the project by its path.

    Raises
    ------
    FormatError
        ``project-damaged``.
    """
    try:
        read = (_picture(head, one, number, contents) for number, one in enumerate(head["pictures"], 1))
        pictures = tuple(read)
        about = {"picture": {"name": "", "width": 1, "height": 1}, "instances": [], "categories": head["categories"]}
        return Dataset(pictures, from_json(about, np.zeros((0, 2))).categories, of_type(head["name"], str))
    except MISFITS as error:
        raise damaged(repr(error)) from error


def _picture(head: dict[str, Json], about: dict[str, Json], number: int, contents: Callable[[str], bytes]) -> DatasetPicture:
    described = json_object(contents(f"{_WORK}{number:06d}.json"), "a picture of a tabsam project")
    vertices: Float64Array = np.frombuffer(contents(f"{_WORK}{number:06d}.f64"), "<f8").astype(np.float64).reshape(-1, 2)
    finds = None if described.get("finds") is None else contents(f"{_WORK}{number:06d}.finds")
    load = None if finds is None else lambda: finds
    annotations = from_json({**described, "picture": about, "categories": head["categories"]}, vertices, load)
    split = of_type(about["split"], str)
    path, sha256 = of_type(about["path"], str), of_type(about["sha256"], str)
    return DatasetPicture(path, annotations, split=split if split in SPLITS else "", sha256=sha256)


def _hashed(chunks: Iterable[bytes], update: Callable[[bytes], None]) -> Iterator[bytes]:
    for chunk in chunks:
        update(chunk)
        yield chunk
