"""Project files: everything comes back, and what is damaged is refused."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tabsam.document.annotations import Annotations
from tabsam.document.selection import Point, Selection
from tabsam.formats.datasets import write
from tabsam.formats.datasets.sinks import ZipSink
from tabsam.formats.project import read_project, write_project
from tabsam.geometry.affine import Affine
from tabsam.geometry.raster import fill
from tests.support.annotated import SIZE, random_annotations, same, three_kinds
from tests.support.datasets import four_pictures
from tests.support.refused import refusal

PICTURE = b"the bytes of a picture file"


def everything() -> Annotations:
    annotations = three_kinds()
    first, second, *others = annotations.instances
    points = (Point(1, 2.5, 3.25, 1), Point(4, 0.1, 1 / 3, 0, refines=1))
    prompts = Selection(points, (1.0, 2.0, 30.5, 31.0), rounds=(0, 2), chosen=2, threshold=-0.5)
    changed = (replace(first, visible=False, prompts=prompts), replace(second, locked=True, score=1 / 3), *others)
    return replace(annotations, instances=changed, affine=Affine(0.5, 0, 400_000, 0, -0.5, 5_600_000))


def repacked(data: bytes, change: Callable[[dict[str, Any]], None] = lambda _: None, **members: bytes | None) -> bytes:
    """Write a project again with another head, other members (``vertices`` for "vertices.f64"), or without some (None)."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    head = json.loads(files["project.json"])
    change(head)
    files["project.json"] = json.dumps(head).encode()
    names = {"vertices": "vertices.f64", "head": "project.json", "picture": "picture/street.jpg"}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in (files | {names[key]: value for key, value in members.items()}).items():
            if content is not None:
                archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize("annotations", [everything(), random_annotations(1), Annotations("a.png", SIZE)])
def test_a_project_comes_back_as_it_was(annotations: Annotations) -> None:
    project = read_project(write_project(annotations, picture=PICTURE))
    back = project.annotations
    assert project.picture == PICTURE
    assert replace(back, instances=()) == replace(annotations, instances=())
    for one, other in zip(back.instances, annotations.instances, strict=True):
        assert same(one.outline, other.outline)
        assert replace(one, outline=other.outline) == other


def test_the_same_project_makes_the_same_bytes() -> None:
    assert write_project(everything(), picture=PICTURE) == write_project(everything(), picture=PICTURE)


def test_a_project_without_the_picture_knows_its_own() -> None:
    digest = read_project(write_project(everything(), picture=PICTURE)).sha256
    project = read_project(write_project(everything(), sha256=digest))
    assert project.picture is None
    project.check_picture(digest)
    assert refusal(project.check_picture, hashlib.sha256(b"another").hexdigest()) == (
        "project-other-picture",
        "This project belongs to another picture: 'street.jpg', 48 x 36 pixels.",
    )
    read_project(write_project(everything())).check_picture("any, where the project knows of none")


def test_a_picture_that_is_not_asked_for_is_left_alone() -> None:
    data = write_project(everything(), picture=PICTURE)
    place = data.index(PICTURE)
    damaged = data[:place] + PICTURE[::-1] + data[place + len(PICTURE) :]
    project = read_project(damaged, with_picture=False)
    assert (project.picture, project.sha256) == (None, hashlib.sha256(PICTURE).hexdigest())
    assert refusal(read_project, damaged) == ("project-damaged", "This project is damaged and cannot be read.")


def test_an_older_project_without_an_affine_is_read() -> None:
    data = repacked(write_project(everything()), lambda head: head.pop("affine"))
    assert read_project(data).annotations.affine is None


def test_a_newer_project_is_refused() -> None:
    data = repacked(write_project(everything()), lambda head: head.update(version=2))
    assert refusal(read_project, data) == (
        "project-newer",
        "This project was saved by a newer version of this app (its format is 2, this app knows 1).",
    )


@pytest.mark.parametrize("data", [b"", b"hello"])
def test_another_file_is_no_project(data: bytes) -> None:
    assert refusal(read_project, data) == ("project-not-zip", "This file is not a tabsam project.")


def test_another_zip_is_no_project() -> None:
    message = "This archive is not a tabsam project."
    assert refusal(read_project, repacked(write_project(everything()), head=None)) == ("project-unknown", message)
    other = repacked(write_project(everything()), lambda head: head.update(format="other"))
    assert refusal(read_project, other) == ("project-unknown", message)


@pytest.mark.parametrize("length", [30, 200, -30])
def test_a_project_that_breaks_off_is_damaged(length: int) -> None:
    data = write_project(everything(), picture=PICTURE)[:length]
    assert refusal(read_project, data) == ("project-damaged", "This project is damaged and cannot be read.")


def test_a_changed_byte_is_found() -> None:
    data = bytearray(write_project(everything(), picture=PICTURE))
    data[data.index(b"project.json") + 40] ^= 0xFF
    assert refusal(read_project, bytes(data))[0] == "project-damaged"
    changed = repacked(write_project(everything(), picture=PICTURE), picture=b"another picture")
    assert refusal(read_project, changed)[0] == "project-damaged"


def test_a_zip_bomb_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("project.json", b" " * 65_000_000)
        archive.writestr("vertices.f64", b"")
    code, message = refusal(read_project, buffer.getvalue())
    assert code == "project-too-large"
    assert message.startswith("This project is too large: unpacked, 'project.json' has more than ")
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("project.json", json.dumps({"format": "tabsam-project", "version": 1}))
        archive.writestr("vertices.f64", bytes(60_000_000))
    assert refusal(read_project, bomb.getvalue())[0] == "project-too-large"


def test_too_many_members_are_refused() -> None:
    buffer = io.BytesIO(write_project(everything()))
    with zipfile.ZipFile(buffer, "a") as archive:
        for number in range(20):
            archive.writestr(f"extra{number}", b"")
    assert refusal(read_project, buffer.getvalue())[0] == "project-damaged"


@pytest.mark.parametrize("length", [16, -16, -8, 7])
def test_vertices_that_do_not_fit_are_damage(length: int) -> None:
    with zipfile.ZipFile(io.BytesIO(write_project(everything()))) as archive:
        vertices = archive.read("vertices.f64")
    assert refusal(read_project, repacked(write_project(everything()), vertices=vertices[:length]))[0] == "project-damaged"
    assert refusal(read_project, repacked(write_project(everything()), vertices=None))[0] == "project-damaged"
    assert refusal(read_project, repacked(write_project(everything()), vertices=b"\xff" * len(vertices)))[0] == "project-damaged"
    assert refusal(read_project, repacked(write_project(everything()), vertices=vertices + vertices))[0] == "project-damaged"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("version",), None),
        (("version",), 0),
        (("picture", "name"), 3),
        (("picture", "width"), 0),
        (("picture", "height"), None),
        (("picture",), []),
        (("categories",), 3),
        (("categories", 0, "id"), 4),
        (("categories", 0, "name"), "cat"),
        (("categories", 0, "name"), " "),
        (("categories", 0, "color"), None),
        (("categories", 0, "color"), "#zzzzzz"),
        (("instances", 0), None),
        (("instances", 0, "id"), 3),
        (("instances", 0, "category"), 99),
        (("instances", 0, "visible"), 1),
        (("instances", 0, "score"), "high"),
        (("instances", 0, "score"), float("nan")),
        (("instances", 0, "ringOffsets"), [0, 4]),
        (("instances", 0, "ringOffsets"), [0, -5]),
        (("instances", 0, "ringOffsets"), [0, 2**40]),
        (("instances", 0, "ringOffsets"), []),
        (("instances", 0, "polygonOffsets"), [0, 2]),
        (("instances", 0, "prompts"), {}),
        (("instances", 0, "prompts", "points"), [[1, 2]]),
        (("instances", 0, "prompts", "box"), [1, 2, 3]),
        (("instances", 0, "prompts", "mask"), [[]]),
        (("instances", 0, "prompts", "points"), [[1, 2.0, 3.0, 7, None]]),
        (("instances", 0, "prompts", "points"), [[1, 1e308, 3.0, 1, None]]),
        (("instances", 0, "prompts", "points"), [[2**53, 2.0, 3.0, 1, None]]),
        (("instances", 0, "prompts", "points"), [[1, 2.0, 3.0, 1, -1]]),
        (("instances", 0, "prompts", "points"), [[1, 2.0, 3.0, 1, None]] * 2000),
        (("instances", 0, "prompts", "box"), [5, 5, 5, 9]),
        (("instances", 0, "prompts", "box"), [1e308, 5, 5, 9]),
        (("instances", 0, "prompts", "chosen"), -9),
        (("instances", 0, "prompts", "rounds"), [-5]),
        (("instances", 0, "prompts", "rounds"), [0] * 1000),
        (("instances", 0, "id"), 2**53),
        (("categories", 0, "id"), 2**53),
        (("picture", "width"), 2**40),
        (("affine",), [1, 0, 0, 0, 0, 0]),
        (("affine",), "none"),
    ],
)
def test_a_head_with_a_wrong_member_is_damage(path: tuple[str | int, ...], value: Any) -> None:
    def change(head: dict[str, Any]) -> None:
        inner: Any = head
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = value

    assert refusal(read_project, repacked(write_project(everything()), change))[0] == "project-damaged"


def test_a_painted_mask_comes_back_with_its_holes() -> None:
    annotations = three_kinds()
    first, *others = annotations.instances
    painted = replace(first, prompts=Selection(mask=first.outline))
    back = read_project(write_project(replace(annotations, instances=(painted, *others)))).annotations.instances[0].prompts.mask
    assert back is not None
    assert (fill(back, annotations.image_size) == fill(first.outline, annotations.image_size)).all()


def test_a_project_of_several_pictures_is_not_taken_for_one_of_one() -> None:
    buffer = io.BytesIO()
    write(four_pictures(), "tabsam", ZipSink(buffer))
    assert refusal(read_project, buffer.getvalue()) == ("project-of-several", "This project is of several pictures.")
