"""What is asked of which picture: of folders, patterns, data sets and lists."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tabsam.batch.collecting import collect
from tabsam.errors import FormatError
from tabsam.formats.datasets import write
from tabsam.formats.datasets.sinks import FolderSink
from tests.support.datasets import PATHS, four_pictures, picture_bytes


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    for name in ("a.jpg", "in/b.png", "in/deep/c.png"):
        path = tmp_path / "photos" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(picture_bytes((8, 9), format="JPEG" if name.endswith("jpg") else "PNG"))
    (tmp_path / "photos/notes.txt").write_text("no picture", encoding="utf-8")
    return tmp_path / "photos"


@pytest.mark.parametrize(
    ("sources", "places"),
    [
        (["photos"], ["a.jpg", "in/b.png", "in/deep/c.png"]),
        (["photos/in/*.png"], ["b.png"]),
        (["photos/**/*.png"], ["b.png", "deep/c.png"]),
        (["photos/a.jpg", "photos/in"], ["a.jpg", "in/b.png", "in/deep/c.png"]),
    ],
)
def test_pictures_have_their_places_from_the_folder_that_all_are_in(
    sources: list[str], places: list[str], photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(photos.parent)
    collected = collect(sources)
    assert [task.place for task in collected.tasks] == places
    assert all(task.wanted is None and Path(task.file).is_file() for task in collected.tasks)


def test_where_there_is_no_picture_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(FormatError) as caught:
        collect([str(tmp_path / "*.jpg")])
    assert caught.value.code == "no-pictures"


@pytest.mark.parametrize("format", ["coco", "yolo", "labelme"])
def test_a_data_sets_boxes_are_the_prompts(format: str, tmp_path: Path) -> None:
    write(four_pictures(), format, FolderSink(tmp_path))
    collected = collect([str(tmp_path)])
    assert not collected.problems
    assert len(collected.tasks) == len(PATHS)
    names = {one.id: one.name for one in collected.categories}
    street = next(task for task in collected.tasks if task.place == "street.jpg")
    assert street.wanted
    assert all(one.selection.box is not None for one in street.wanted)
    assert {names[one.category or 0] for one in street.wanted} <= {"car", "cat", "ein Käfer, rot"}
    assert next(task for task in collected.tasks if "background" in task.place).wanted == ()


def test_annotations_alone_are_put_to_their_pictures(tmp_path: Path) -> None:
    write(four_pictures(), "coco", FolderSink(tmp_path / "set"))
    annotations = tmp_path / "instances.json"
    (tmp_path / "set/annotations/instances.json").rename(annotations)
    collected = collect([str(annotations)], pictures=tmp_path / "set/images")
    assert {task.place for task in collected.tasks} == {*PATHS}
    assert not collect([str(annotations)], pictures=tmp_path / "nowhere").tasks


def test_two_data_sets_have_to_be_told_apart(tmp_path: Path) -> None:
    for name in ("coco", "labelme"):
        write(four_pictures(), name, FolderSink(tmp_path / name))
    with pytest.raises(FormatError) as caught:
        collect([str(tmp_path)])
    assert caught.value.code == "several-datasets"
    assert collect([str(tmp_path)], of="labelme").tasks


def test_a_list_names_its_pictures_from_the_folder_that_was_given(photos: Path) -> None:
    prompts = photos.parent / "prompts.json"
    asked = [{"points": [[1, 2]], "class": "cup"}, {"box": [1, 2, 3, 4]}]
    prompts.write_text(json.dumps([{"picture": "in/b.png", "objects": asked}]), encoding="utf-8")
    (task,) = collect([str(photos)], prompts=prompts).tasks
    assert (task.place, Path(task.file)) == ("in/b.png", photos / "in/b.png")
    assert task.wanted is not None
    assert [one.category for one in task.wanted] == [1, None]
    (beside,) = collect([], prompts=prompts).tasks
    assert Path(beside.file) == photos.parent / "in/b.png"
