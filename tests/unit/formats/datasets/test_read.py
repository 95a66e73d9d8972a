"""Data sets as others lay them out, and what of them has to be asked or refused."""

from __future__ import annotations

import io
import json
import stat
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from PIL import Image

from tabsam.formats.datasets import read
from tabsam.formats.datasets.listing import Budget, ListedFile, Listing, listed, zip_listing
from tabsam.formats.datasets.matching import PictureFile, Question
from tabsam.formats.datasets.reading import Incoming, steps
from tabsam.formats.shared.archive import zip_chunks
from tabsam.formats.shared.writing import StreamedFile
from tabsam.formats.yolo_config import class_names
from tests.support.annotated import SIZE, three_kinds
from tests.support.datasets import files_of, four_pictures, picture_bytes
from tests.support.refused import refusal

PICTURE = picture_bytes(SIZE)
LABEL = b"1 0.1 0.1 0.5 0.1 0.5 0.5\n"
POLYGON = [[2, 3, 12, 3, 12, 13, 2, 13]]


def files(contents: Mapping[str, bytes], budget: Budget | None = None) -> Listing:
    return listed((ListedFile(path, len(data), partial(io.BytesIO, data)) for path, data in contents.items()), budget)


def given(*paths: str) -> list[PictureFile]:
    return [PictureFile(path, image_size=SIZE) for path in paths]


def coco(*names: str, **changes: Any) -> bytes:
    images = [{"id": id, "file_name": name, "height": 36, "width": 48} | changes for id, name in enumerate(names)]
    annotations = [{"image_id": one["id"], "category_id": 4, "segmentation": POLYGON} for one in images]
    return json.dumps({"images": images, "categories": [{"id": 4, "name": "cat"}], "annotations": annotations}).encode()


def labelme(picture: str) -> bytes:
    shape = {"label": "cat", "points": [[2, 3], [12, 3], [12, 13]], "shape_type": "polygon"}
    return json.dumps({"version": "5", "shapes": [shape], "imagePath": picture, "imageHeight": 36, "imageWidth": 48}).encode()


def counts(incoming: Incoming) -> dict[str, int]:
    return {one.path: len(one.annotations.instances) for one in incoming.dataset.pictures}


def codes(incoming: Incoming) -> list[tuple[str, str]]:
    return [(one.path, one.code) for one in incoming.problems]


def test_the_path_comes_before_the_name() -> None:
    incoming = read(files({"all.json": coco("a/street.jpg", "street.jpg")}), given("street.jpg", "a/street.jpg", "b/street.jpg"))
    assert (counts(incoming), incoming.questions) == ({"street.jpg": 1, "a/street.jpg": 1}, ())


@pytest.mark.parametrize("name", ["street.jpg", "c:\\data\\STREET.JPG", "../pictures/street.jpg", "/home/x/street.jpg"])
def test_a_name_that_only_one_picture_has_is_enough(name: str) -> None:
    incoming = read(files({"all.json": coco(name)}), given("a/street.jpg", "a/other.jpg"))
    assert (counts(incoming), incoming.questions) == ({"a/street.jpg": 1}, ())


def test_folders_that_two_paths_have_in_common_tell_pictures_of_one_name_apart() -> None:
    incoming = read(files({"all.json": coco("/home/x/set/a/street.jpg")}), given("a/street.jpg", "b/street.jpg"))
    assert counts(incoming) == {"a/street.jpg": 1}


def test_what_matches_nothing_or_several_is_asked_about_and_not_guessed() -> None:
    listing = files({"all.json": coco("street.jpg", "gone.jpg", "other.jpg")})
    pictures = given("a/street.jpg", "b/street.jpg", "other.jpg")
    incoming = read(listing, pictures)
    assert counts(incoming) == {"other.jpg": 1}
    assert incoming.questions == (
        Question("ambiguous", "street.jpg", "all.json", ("a/street.jpg", "b/street.jpg")),
        Question("missing", "gone.jpg", "all.json"),
    )
    answered = read(listing, pictures, answers={"street.jpg": "b/street.jpg", "gone.jpg": None})
    assert (counts(answered), answered.questions) == ({"b/street.jpg": 1, "other.jpg": 1}, ())


def test_pictures_in_two_folders_are_not_both_the_only_one_of_that_name() -> None:
    listing, pictures = files({"all.json": coco("a/street.jpg", "b/street.jpg", "c/other.jpg")}), given("street.jpg", "other.jpg")
    incoming = read(listing, pictures)
    assert incoming.questions == (
        Question("shared", "a/street.jpg", "all.json", ("street.jpg",)),
        Question("shared", "b/street.jpg", "all.json", ("street.jpg",)),
    )
    answered = read(listing, pictures, answers={"a/street.jpg": None, "b/street.jpg": "street.jpg"})
    assert (counts(answered), answered.questions) == ({"street.jpg": 1, "other.jpg": 1}, ())
    listing = files({"all.json": coco("a/street.jpg", "b/street.jpg")})
    assert read(listing, given("a/street.jpg")).questions == (Question("shared", "b/street.jpg", "all.json", ("a/street.jpg",)),)


def test_labels_that_two_pictures_could_have_are_asked_about() -> None:
    incoming = read(files({"labels/a.txt": LABEL}), given("a.jpg", "a.png"))
    assert incoming.questions == (Question("ambiguous", "images/a", "labels/a.txt", ("a.jpg", "a.png")),)


def test_another_size_is_said_for_its_picture_and_the_others_are_taken() -> None:
    incoming = read(files({"all.json": coco("a.jpg", "b.jpg")}), [*given("a.jpg"), PictureFile("b.jpg", image_size=(10, 12))])
    assert counts(incoming) == {"a.jpg": 1}
    assert codes(incoming) == [("b.jpg", "other-size")]
    assert incoming.problems[0].message == "In 'all.json' this picture has 48 x 36 pixels; it has 12 x 10."


def test_broken_files_are_said_and_the_good_ones_taken() -> None:
    contents = {
        "a.png": PICTURE,
        "a.json": labelme("a.png"),
        "b.png": PICTURE,
        "b.json": labelme("b.png")[:60],
        "c.png": PICTURE[:20],
        "c.json": labelme("c.png"),
        "d.json": b"\xff\xff",
        "package.json": b'{"name": "something else"}',
    }
    incoming = read(files(contents))
    assert counts(incoming) == {"a.png": 1, "b.png": 0}
    assert codes(incoming) == [("b.json", "not-json"), ("c.png", "image-corrupt")]


def test_an_upright_picture_is_as_large_as_it_will_be_when_it_is_open() -> None:
    buffer, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (36, 48)).save(buffer, "JPEG", exif=exif)
    incoming = read(files({"a.jpg": buffer.getvalue(), "a.json": labelme("a.jpg")}))
    assert (counts(incoming), incoming.problems) == ({"a.jpg": 1}, ())


def test_several_kinds_of_data_sets_are_asked_about() -> None:
    listing = files({"a.png": PICTURE, "a.json": labelme("a.png"), "all.json": coco("a.png")})
    incoming = read(listing)
    assert incoming.questions == (Question("several", "", "", ("coco", "labelme")),)
    assert counts(read(listing, format="coco")) == {"a.png": 1}


def test_several_coco_files_are_one_data_set() -> None:
    contents = {"annotations/train.json": coco("a.png"), "annotations/val.json": coco("b.png"), "train/a.png": PICTURE}
    incoming = read(files(contents | {"val/b.png": PICTURE}))
    assert counts(incoming) == {"train/a.png": 1, "val/b.png": 1}
    assert [one.name for one in incoming.dataset.categories] == ["cat"]


def test_images_of_one_id_are_asked_about_and_those_of_one_name_joined() -> None:
    content = json.loads(coco("a.jpg", "b.jpg", "b.jpg", "c.jpg", "d.jpg", ""))
    content["images"][4]["id"] = content["images"][3]["id"]
    content["annotations"].append("no object")
    incoming = read(files({"all.json": json.dumps(content).encode()}), given("a.jpg", "b.jpg", "c.jpg", "d.jpg"))
    assert counts(incoming) == {"a.jpg": 1, "b.jpg": 2}
    assert [one.message for one in incoming.problems] == [
        "An annotation that is no object was left out.",
        "An annotation of a picture that the file does not list was left out.",
        "Two images of one name were made one.",
        "An image without a file name was left out.",
    ]
    assert [(one.kind, one.reference, one.choices) for one in incoming.questions] == [
        ("ambiguous", "c.jpg / d.jpg", ("c.jpg", "d.jpg"))
    ]


def test_numbers_that_are_too_long_are_none() -> None:
    digits = "9" * 5000
    assert class_names(f"names:\n  {digits}: car".encode()) is None
    made = files_of(four_pictures(), "labelmap-classes") | {"id2label.json": json.dumps({digits: "x", "1": "car"}).encode()}
    assert [one.name for one in read(files(made)).dataset.categories] == ["car"]


def test_roboflows_yolo_has_the_splits_outside() -> None:
    contents = {
        "data.yaml": b"train: ../train/images\nnames: ['car', 'cat']\n",
        "train/images/a.png": PICTURE,
        "train/labels/a.txt": LABEL,
        "valid/images/b.png": PICTURE,
        "valid/labels/b.txt": LABEL,
    }
    incoming = read(files(contents))
    assert counts(incoming) == {"a.png": 1, "b.png": 1}
    assert [(one.path, one.split) for one in incoming.dataset.pictures] == [("a.png", "train"), ("b.png", "val")]
    assert [one.name for one in incoming.dataset.categories] == ["car", "cat"]


def split_of(config: str, *labels: str, **lists: str) -> dict[str, str]:
    """Read a YOLO data set with label files at such places; give the splits of its pictures by their stems."""
    contents = {f"{path}.txt": LABEL for path in labels}
    contents |= {f"{'images'.join(path.rsplit('labels', 1))}.png": PICTURE for path in labels}
    contents |= {"data.yaml": f"{config}\nnames: [car, cat]\n".encode()}
    contents |= {f"{name}.txt": text.encode() for name, text in lists.items()}
    incoming = read(files(contents))
    assert set(counts(incoming).values()) == {1}
    return {one.path.rsplit("/")[-1].removesuffix(".png"): one.split for one in incoming.dataset.pictures}


def test_folders_that_data_yaml_names_are_the_splits_whatever_they_are_called() -> None:
    wanted = {"a": "train", "b": "val", "c": "test", "d": ""}
    places = "labels/first/a", "labels/second/b", "third/labels/c", "labels/other/d"
    assert split_of("train: images/first\nval: ./images/second/\ntest: ../third/images", *places) == wanted
    lists = "train: [images/first]\nval:\n  - images/second  # two\n  - images/none\ntest: third"
    assert split_of(lists, *places) == wanted
    assert (
        split_of("path: ../sets/mine\ntrain: /data/sets/mine/images/first\nval: images/second\ntest: third/images", *places)
        == wanted
    )
    # Said to be the other way round than the folders are called.
    assert split_of("train: images/val\nval: images/train", "labels/train/a", "labels/val/b") == {"a": "val", "b": "train"}
    # Of too few pictures those that a model learns from are those that it is measured with: the folder tells.
    assert split_of("train: images/train\nval: images/train", "labels/train/a") == {"a": "train"}


def test_lists_of_pictures_that_data_yaml_names_are_the_splits() -> None:
    lists = {"train": "./images/a.png\nimages/b.png\n", "val_2017": "/content/mine/images/c.png\nC:\\mine\\images\\d.png\n"}
    config = "path: .\ntrain: train.txt\nval: val_2017.txt\ntest: null"
    labels = [f"labels/{stem}" for stem in "abcde"]
    assert split_of(config, *labels, **lists) == {"a": "train", "b": "train", "c": "val", "d": "val", "e": ""}
    assert split_of("train: train.txt\nval: gone.txt", *labels, train=lists["train"])["a"] == "train"


@pytest.mark.parametrize("encoding", ["gbk", "latin-1"])
def test_labelme_files_that_are_not_utf_8_are_read_in_a_data_set(encoding: str) -> None:
    name, label = ("街道", "汽车") if encoding == "gbk" else ("Straße", "Käfer")
    text = labelme(f"{name}.png").decode().replace('"cat"', json.dumps(label, ensure_ascii=False))
    text = text.replace(json.dumps(name)[1:-1], name)
    incoming = read(files({f"{name}.png": PICTURE, f"{name}.json": text.encode(encoding)}))
    assert counts(incoming) == {f"{name}.png": 1}
    assert [one.name for one in incoming.dataset.categories] == [label]
    (said,) = incoming.left_out[f"{name}.png"]
    assert f"read as {'GBK' if encoding == 'gbk' else 'Latin-1'}" in said


def test_pictures_of_two_splits_with_one_name_keep_their_folders() -> None:
    contents = {f"{kind}/{split}/a.{end}": data for split in ("train", "val") for kind, end, data in
                (("images", "png", PICTURE), ("labels", "txt", LABEL))}  # fmt: skip
    incoming = read(files(contents))
    assert counts(incoming) == {"images/train/a.png": 1, "images/val/a.png": 1}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("names:\n- car\n- 'a, b'\nnc: 2", ["car", "a, b"]),
        ('names:\n  0: car # a comment\n\n  1: "c\\u00e4t"\nother: 1', ["car", "cät"]),
        ("nc: 2\nnames: [car, \"a, b\", 'it''s']", ["car", "a, b", "it's"]),
        ("names: {0: car, 2: cat}", ["car", "class 1", "cat"]),
        ("names: [car,\n  cat]\n", ["car", "cat"]),
        ("names: []", []),
        ("names: *anchor", None),
        ("names:\n  deep:\n    car: 0", None),
        ("nc: 3", None),
    ],
)
def test_the_ways_in_which_yaml_lists_names(text: str, names: list[str] | None) -> None:
    assert class_names(text.encode()) == names
    yaml = pytest.importorskip("yaml")
    if names and "class 1" not in names:
        read = yaml.safe_load(text)["names"]
        assert (list(read.values()) if isinstance(read, dict) else read) == names


def test_cvats_voc_has_its_classes_with_colours() -> None:
    made = {path: data for path, data in files_of(four_pictures(), "voc").items() if path != "labels.txt"}
    labels = b"# label:color_rgb:parts:actions\nbackground:0,0,0::\ncar:128,0,0::\ncat:0,128,0::\nred:0,0,9::\n"
    incoming = read(files(made | {"labelmap.txt": labels}))
    assert [one.name for one in incoming.dataset.categories] == ["car", "cat", "red"]
    assert incoming.problems == ()


def test_a_folder_of_ten_thousand_files_with_three_pictures_is_quick() -> None:
    opened = []

    def opener(data: bytes) -> io.BytesIO:
        opened.append(data)
        return io.BytesIO(data)

    contents = {f"{number % 100}/{number}.{('py', 'txt', 'bin', 'md')[number % 4]}": b"x" * 100 for number in range(10_000)}
    contents |= {"a.png": PICTURE, "b/b.png": PICTURE, "c/c.png": PICTURE, "b/b.json": labelme("b.png")}
    incoming = read(listed(ListedFile(path, len(data), partial(opener, data)) for path, data in contents.items()))
    assert counts(incoming) == {"a.png": 0, "b/b.png": 1, "c/c.png": 0}
    assert incoming.passed_over == 10_000
    assert len(opened) == 5  # the pictures' headers, and twice the one file of annotations


def test_files_without_a_data_set_are_refused() -> None:
    assert refusal(read, files({"readme.txt": b"hello"})) == ("no-dataset", "There is no data set in these files.")


def archive(contents: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> io.BytesIO:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as zipped:
        for path, data in contents.items():
            zipped.writestr(path, data)
    return buffer


def test_a_project_of_a_newer_version_is_refused_with_a_sentence() -> None:
    head = {"format": "tabsam-project", "version": 3, "categories": []}
    nested = archive({"project.json": json.dumps(head).encode()}).getvalue()
    sentence = "This project was saved by a newer version of this app (its format is 3, this app knows 2)."
    for contents in ({"project.json": json.dumps(head).encode()}, {"a.tabsam": nested}):
        incoming = read(files(contents))
        assert [(one.code, one.message) for one in incoming.problems] == [("project-newer", sentence)]


def test_projects_of_one_picture_each_come_in_together() -> None:
    from tabsam.formats.project import write_project

    one = write_project(three_kinds(), picture=PICTURE)
    other = write_project(replace(three_kinds(), picture="b.png"))
    incoming = read(files({"one.tabsam": one, "two.tabsam": other, "three.tabsam": one[:50]}), given("b.png"))
    assert counts(incoming) == {"street.jpg": 4, "b.png": 4}
    assert codes(incoming) == [("three.tabsam", "zip-damaged")]
    street = next(one for one in incoming.dataset.pictures if one.path == "street.jpg")
    assert street.open is not None
    with street.open() as stream:
        assert stream.read() == PICTURE


@pytest.mark.parametrize("part", ["work/000001.json", "work/000002.f64"])
def test_a_project_with_a_part_missing_or_damaged_is_said(part: str) -> None:
    made = files_of(four_pictures(), "tabsam")
    without = {path: data for path, data in made.items() if path != part}
    cut = made | {part: made[part][:-9]}
    for contents in (without, cut):
        assert [one.code for one in read(files(contents)).problems] in (["project-damaged"], ["not-json"])


@pytest.mark.parametrize("length", [0, 10])
def test_a_zip_of_which_nothing_is_whole_is_refused(length: int) -> None:
    cut = io.BytesIO(archive({"a.png": PICTURE}).getvalue()[:length])
    assert refusal(zip_listing, cut) == ("zip-damaged", "This archive is damaged: it cannot be read.")


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("streamed", [False, True])
def test_of_a_zip_that_breaks_off_what_is_whole_is_taken(compression: int, streamed: bool) -> None:
    contents = {"a.png": PICTURE, "a.json": labelme("a.png"), "b.png": PICTURE}
    if streamed:
        given = (StreamedFile(path, iter([data]), None) for path, data in contents.items())
        data = b"".join(zip_chunks(given))
    else:
        data = archive(contents, compression).getvalue()
    last = data.rindex(b"b.png", 0, data.index(b"PK\x01\x02"))
    for length in (data.index(b"PK\x01\x02"), len(data) - 10):  # all files are whole
        assert counts(read(zip_listing(io.BytesIO(data[:length])))) == {"a.png": 1, "b.png": 0}
    incoming = read(zip_listing(io.BytesIO(data[: last + 20])))
    assert counts(incoming) == {"a.png": 1}
    assert codes(incoming) == [("", "zip-damaged")]
    assert incoming.problems[0].message == "The archive breaks off: only the 2 files before that place were read."


def test_a_cut_zip_gives_no_more_than_anything_real() -> None:
    data = archive({"a.png": PICTURE, "bomb.json": bytes(50_000_000), "b.png": PICTURE}).getvalue()
    incoming = read(zip_listing(io.BytesIO(data[:-10])))
    assert counts(incoming) == {"a.png": 0, "b.png": 0}


def test_a_cut_zip_with_damage_in_it_says_which_file() -> None:
    data = bytearray(archive({"a.png": PICTURE, "a.json": labelme("a.png")}, zipfile.ZIP_STORED).getvalue()[:-10])
    data[data.index(b"shapes")] ^= 1
    assert ("a.json", "file-unreadable") in codes(read(zip_listing(io.BytesIO(bytes(data)))))


def test_links_and_what_is_encrypted_are_said_and_the_rest_is_taken() -> None:
    buffer = archive({"a.png": PICTURE, "a.json": labelme("a.png")})
    link = zipfile.ZipInfo("b.png")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(buffer, "a") as zipped:
        zipped.writestr(link, "/etc/passwd")
        zipped.writestr("secret.json", b"{}")
        zipped.writestr("bomb.json", bytes(20_000_000), zipfile.ZIP_DEFLATED)
    data = bytearray(buffer.getvalue())
    data[data.rindex(b"secret.json") - 46 + 8] |= 1
    incoming = read(zip_listing(io.BytesIO(bytes(data))))
    assert counts(incoming) == {"a.png": 1}
    assert sorted(codes(incoming)) == [("b.png", "zip-link"), ("bomb.json", "zip-too-large"), ("secret.json", "zip-encrypted")]


@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
def test_the_same_file_twice_is_one() -> None:
    buffer = archive({"a.png": PICTURE})
    with zipfile.ZipFile(buffer, "a") as zipped:
        zipped.writestr("a.png", PICTURE)
    incoming = read(zip_listing(buffer))
    assert (counts(incoming), codes(incoming)) == ({"a.png": 0}, [])


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    assert refusal(zip_listing, archive({"a.json": bytes(20_000_000)})) == (
        "zip-too-large",
        "This archive is not opened: 'a.json' would unpack to 20 MB.",
    )
    small = archive({"a.json": bytes(900), "b.json": bytes(900)})
    assert refusal(zip_listing, small, Budget(most_zip_bytes=1000))[0] == "zip-too-large"


def test_a_zip_that_hides_how_large_its_files_are_gives_no_more_than_it_says() -> None:
    buffer = archive({"a.png": PICTURE, "a.json": b" " * 50_000 + labelme("a.png")})
    data = bytearray(buffer.getvalue())
    place = data.rindex(b"PK\x01\x02")
    data[place + 24 : place + 28] = (100).to_bytes(4, "little")
    incoming = read(zip_listing(io.BytesIO(bytes(data))))
    assert counts(incoming) == {"a.png": 0}
    assert codes(incoming) == [("a.json", "file-unreadable")]


def test_too_many_files_are_refused() -> None:
    contents = {f"{number}.png": b"" for number in range(11)}
    sentence = "There are more than 10 files."
    assert refusal(files, contents, Budget(most_files=10)) == ("too-many-files", sentence)
    assert refusal(zip_listing, archive(contents), Budget(most_files=10)) == ("too-many-files", sentence)


def test_a_file_of_annotations_beyond_the_budget_is_said() -> None:
    incoming = read(files({"a.png": PICTURE, "a.json": labelme("a.png")}), budget=Budget(most_annotation_bytes=100))
    assert codes(incoming) == [("a.json", "annotations-too-large")]


@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
def test_paths_that_lead_out_and_doubled_entries_are_said_and_the_rest_is_taken() -> None:
    buffer = archive(
        {"a.png": PICTURE, "../evil.json": b"{}", "/etc/b.json": b"{}", "C:/c.json": b"{}", "a.json": labelme("a.png")}
    )
    with zipfile.ZipFile(buffer, "a") as zipped:
        zipped.writestr("b.png", PICTURE)
        zipped.writestr("b.png", PICTURE[:-1])
    incoming = read(zip_listing(buffer))
    assert counts(incoming) == {"a.png": 1}
    assert sorted(codes(incoming)) == [
        ("../evil.json", "unsafe-path"),
        ("/etc/b.json", "unsafe-path"),
        ("C:/c.json", "unsafe-path"),
        ("b.png", "doubled-file"),
    ]
    messages = {one.code: one.message for one in incoming.problems if one.path in ("../evil.json", "b.png")}
    assert messages == {
        "unsafe-path": "The path '../evil.json' leads out of the data set.",
        "doubled-file": "'b.png' is there 2 times.",
    }


def test_an_encrypted_zip_is_refused() -> None:
    data = bytearray(archive({"a.json": b"{}"}).getvalue())
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    assert refusal(zip_listing, io.BytesIO(bytes(data))) == ("zip-encrypted", "This archive is encrypted.")


def test_what_a_mac_puts_into_a_zip_does_not_count() -> None:
    contents = {"a.png": PICTURE, "__MACOSX/._a.png": b"x", "a.json": labelme("a.png"), ".DS_Store": b"x"}
    incoming = read(zip_listing(archive(contents)))
    assert (counts(incoming), incoming.problems) == ({"a.png": 1}, ())


def test_it_is_read_in_steps_that_others_may_come_between() -> None:
    going = steps(files({"a.png": PICTURE, "b.png": PICTURE, "a.json": labelme("a.png")}))
    assert (next(going), next(going)) == ("a.json", "b.png")
    with pytest.raises(StopIteration) as end:
        next(going)
    assert counts(end.value.value) == {"a.png": 1, "b.png": 0}


def test_masks_and_label_maps_without_what_describes_them_go_by_names_and_values() -> None:
    made = {path: data for path, data in files_of(four_pictures(), "masks").items() if path != "objects.json"}
    street = next(one for one in read(files(made)).dataset.pictures if one.path == "street.jpg").annotations
    named = [street.category(one.category) for one in street.instances]
    assert [one and one.name for one in named] == ["car", "cat", "ein Käfer, rot", "cat"]
    made = {path: data for path, data in files_of(four_pictures(), "labelmap-classes").items() if path != "id2label.json"}
    incoming = read(files(made))
    street = next(one for one in incoming.dataset.pictures if one.path == "street.jpg").annotations
    assert [(one.category, one.name) for one in street.instances] == [(None, "1"), (None, "4"), (None, "5")]


def test_geojson_and_pictures_of_other_kinds_of_json_are_told_apart_by_their_first_keys() -> None:
    point = {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [[[2, 3], [12, 3], [12, 13], [2, 3]]]}}
    long = {"info": {"text": "x" * 100_000}, **json.loads(coco("a.png"))}
    assert counts(read(files({"a.png": PICTURE, "a.geojson": json.dumps(point).encode()}))) == {"a.png": 1}
    assert counts(read(files({"a.png": PICTURE, "all.json": json.dumps(long).encode()}))) == {"a.png": 1}
    assert counts(read(files({"a.png": PICTURE, "all.json": coco("a.png").decode().encode("utf-16")}))) == {"a.png": 1}


def test_a_labelme_file_whose_picture_was_renamed_with_it_is_found_by_its_own_name() -> None:
    incoming = read(files({"new.png": PICTURE, "new.json": labelme("old.png")}))
    assert counts(incoming) == {"new.png": 1}
