"""YOLO's labels, and the cuts that make one ring of an object."""

from __future__ import annotations

import ast
from dataclasses import replace

import numpy as np
import pytest

from tabsam.document.annotations import Annotations, Instance
from tabsam.formats.shared.keyhole import keyhole_ring, outline_of_keyhole_ring
from tabsam.formats.yolo import read_yolo, write_yolo
from tabsam.geometry.outline import area, from_polygons
from tabsam.geometry.raster import fill
from tests.support.annotated import CAR, CAT, HOLED, ISLAND, SIZE, TWO_PARTS, masks, random_annotations, ring, square, three_kinds
from tests.support.refused import refusal

LABELS = "labels/street.txt"


def test_a_line_is_a_class_and_a_ring_from_0_to_1() -> None:
    plain = Annotations("street.jpg", (20, 10), (CAR, CAT), (Instance(1, from_polygons([[square(1, 2, 5)]]), CAT.id),))
    files = write_yolo(plain)
    assert files[LABELS] == b"1 0.1 0.1 0.6 0.1 0.6 0.35 0.1 0.35\n"
    assert files["data.yaml"] == b'train: images\nval: images\nnames:\n  0: "car"\n  1: "cat"\n'
    assert files["classes.txt"] == b"car\ncat\n"


def test_a_class_may_have_any_name() -> None:
    odd = replace(CAR, name='a "b": \ud800')
    files = write_yolo(Annotations("street.jpg", SIZE, (odd,), (Instance(1, TWO_PARTS, odd.id),)))
    assert files["data.yaml"].endswith(b'  0: "a \\"b\\": ?"\n')


def test_lines_are_as_ultralytics_checks_them() -> None:
    files = write_yolo(random_annotations(1))
    lines = [line.split() for line in files["labels/random.txt"].decode().splitlines()]
    names = [ast.literal_eval(line.split(": ", 1)[1]) for line in files["data.yaml"].decode().splitlines()[3:]]
    assert len(lines) == 6
    for number, *coordinates in lines:
        assert 0 <= int(number) < len(names)
        assert len(coordinates) >= 6
        assert len(coordinates) % 2 == 0
        assert all(0 <= float(one) <= 1 for one in coordinates)


def test_objects_come_back_with_holes_and_parts() -> None:
    annotations = three_kinds()
    back = read_yolo(write_yolo(annotations)[LABELS], SIZE, "street.jpg", classes=["car", "cat", "object"])
    assert back.left_out == ()
    assert [one.category for one in back.annotations.instances] == [1, 2, 3, 2]
    for one, other in zip(back.annotations.instances, annotations.instances, strict=True):
        assert [len(rings) for rings in one.outline.polygons()] == [len(rings) for rings in other.outline.polygons()]
        assert np.array_equal(fill(one.outline, SIZE), fill(other.outline, SIZE))


@pytest.mark.parametrize("seed", range(5))
def test_random_objects_come_back_with_the_same_pixels(seed: int) -> None:
    annotations = random_annotations(seed)
    back = read_yolo(write_yolo(annotations)["labels/random.txt"], annotations.image_size, "random.png")
    for one, other in zip(masks(back.annotations), masks(annotations), strict=True):
        assert np.count_nonzero(one != other) <= 1  # eight digits


@pytest.mark.parametrize("line", [HOLED, TWO_PARTS, ISLAND])
def test_the_joined_ring_fills_the_same_pixels(line: object) -> None:
    assert isinstance(line, type(HOLED))
    one = keyhole_ring(line)
    closed = np.concatenate([one, one[:1]])
    assert np.array_equal(fill(from_polygons([[closed]]), SIZE), fill(line, SIZE))
    assert np.array_equal(fill(outline_of_keyhole_ring(closed), SIZE), fill(line, SIZE))


def test_many_holes_are_joined_and_parted() -> None:
    holes = [square(2 + 3 * x, 2 + 3 * y, 1)[::-1] for x in range(9) for y in range(7)]
    line = from_polygons([[square(1, 1, 30), *holes]])
    one = keyhole_ring(line)
    back = outline_of_keyhole_ring(np.concatenate([one, one[:1]]))
    assert [len(rings) for rings in back.polygons()] == [64]
    assert np.array_equal(fill(back, SIZE), fill(line, SIZE))


def test_an_object_with_a_hole_that_leaves_the_picture_is_cut_off_at_its_border() -> None:
    line = from_polygons([[square(-0.2, 0.2, 0.6), square(-0.1, 0.3, 0.3)[::-1]]])
    numbers = " ".join(map(str, keyhole_ring(line).ravel().tolist()))
    back = read_yolo(f"0 {numbers}\n".encode(), SIZE, "a.jpg")
    assert back.left_out == ("A polygon that left the picture was cut off at its border.",)
    (instance,) = back.annotations.instances
    assert [len(rings) for rings in instance.outline.polygons()] == [1]  # the hole is open at the border
    assert area(instance.outline) == pytest.approx((0.4 * 0.6 - 0.2 * 0.3) * SIZE[0] * SIZE[1])


def test_a_ring_that_crosses_itself_and_comes_back_to_its_vertices_is_read() -> None:
    rng = np.random.default_rng(1)
    for _ in range(60):
        places = " ".join(map(str, rng.integers(0, 7, 2 * rng.integers(8, 30)) / 8))
        read_yolo(f"0 {places}\n".encode(), SIZE, "a.jpg")


def test_a_ring_without_area_is_left_as_it_is() -> None:
    assert len(outline_of_keyhole_ring(ring((0, 0), (1, 0), (2, 0))).vertices) == 0


def test_classes_without_a_name_are_numbered() -> None:
    data = b"0 0 0 1 0 1 1\n3 0 0 1 0 1 1\n"
    back = read_yolo(data, SIZE, "a.jpg")
    assert [category.name for category in back.annotations.categories] == ["class 0", "class 3"]
    assert back.left_out == ()
    back = read_yolo(data, SIZE, "a.jpg", classes=["car"])
    assert [category.name for category in back.annotations.categories] == ["car", "class 3"]
    assert back.left_out == ("An object's class is not in the class list.",)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("car 0 0 1 0 1 1", "A line that is not a class's number and coordinates was left out."),
        ("-1 0 0 1 0 1 1", "A line that is not a class's number and coordinates was left out."),
        ("nan 0 0 1 0 1 1", "A line that is not a class's number and coordinates was left out."),
        ("0 0 0 1 0 1 1 1.5", "A line with an x and no y was left out: its last number is no confidence."),
        ("0 0 0 1 0 1", "A box without a width or a height was left out."),
        ("0 2 2 0.5 0.5", "A box outside the picture was left out."),
        ("0 0.5 0.5 nan 0.5", "A box with numbers that are in no picture was left out."),
        ("0 0 0 1 0 nan 1", "A polygon with numbers that are in no picture was left out."),
        ("0 0 0 1 0 1e99 1", "A polygon with numbers that are in no picture was left out."),
        ("0 2 2 3 2 3 3", "A polygon outside the picture was left out."),
        ("0 0 0 2 0 2 2", None),
    ],
)
def test_one_bad_line_is_left_out_and_the_sound_one_read(line: str, sentence: str | None) -> None:
    back = read_yolo(f"{line}\n\n0 0 0 1 0 1 1\n".encode(), SIZE, "a.jpg")
    assert back.left_out == (sentence or "A polygon that left the picture was cut off at its border.",)
    assert len(back.annotations.instances) == (1 if sentence else 2)


def test_an_empty_file_has_no_objects_and_says_so() -> None:
    back = read_yolo(b"", SIZE, "a.jpg")
    assert back.annotations.instances == ()
    assert back.left_out == ("The label file is empty: the picture has no objects.",)


def test_boxes_are_what_the_model_can_be_asked_also_among_outlines() -> None:
    back = read_yolo(b"0 0 0 1 0 1 1\n1 0.5 0.5 0.5 0.25\n1 0.5 0.5 0.5 0.25 0.75\n", SIZE, "a.jpg", classes=["car", "cat"])
    outlined, box, sure = back.annotations.instances
    assert (outlined.prompts.box, box.prompts.box) == (None, (12, 13.5, 36, 22.5))
    assert box.outline.vertices.tolist() == [[12, 13.5], [36, 13.5], [36, 22.5], [12, 22.5], [12, 13.5]]
    assert (box.score, sure.score, box.category) == (None, 0.75, 2)
    assert back.left_out == ()


def test_a_number_behind_an_outline_is_its_score() -> None:
    back = read_yolo(b"0 0 0 1 0 1 1 0.871\n", SIZE, "a.jpg")
    assert [one.score for one in back.annotations.instances] == [0.871]


def test_the_number_of_a_track_is_no_score() -> None:
    back = read_yolo(b"0 0.5 0.5 0.5 0.5 0.9 12\n0 0.5 0.5 0.5 0.5 7\n", SIZE, "a.jpg")
    assert [one.score for one in back.annotations.instances] == [0.9, None]
    assert back.left_out == ("The numbers of 2 tracks were left out.",)


def test_pixels_are_told_from_parts_of_the_picture() -> None:
    back = read_yolo(b"0 12 10 30 10 30 20 12 20\n", SIZE, "a.jpg")
    assert back.annotations.instances[0].outline.vertices.max(axis=0).tolist() == [30, 20]
    assert back.left_out == (
        "The numbers in this file are pixels, not parts of the picture's width and height; they were read as that.",
    )


def test_commas_and_tabs_part_numbers_too() -> None:
    assert len(read_yolo(b"0,0,0,1,0,1,1\n0\t0 0\t1 0\t1 1\n", SIZE, "a.jpg").annotations.instances) == 2


def test_what_was_rounded_beyond_the_border_is_not_said() -> None:
    back = read_yolo(b"0 0.2 0.25 1.0021 0.25 1.0021 0.5 0.2 0.5\n", SIZE, "a.jpg")
    assert back.left_out == ()
    assert back.annotations.instances[0].outline.vertices.max() == SIZE[1]


def test_any_other_text_is_refused() -> None:
    assert refusal(read_yolo, b"hello there\n", SIZE, "a.jpg") == (
        "wrong-structure",
        "This is not a file of YOLO labels: no line is a class's number and coordinates.",
    )
    assert refusal(read_yolo, b"\xc3\x28", SIZE, "a.jpg") == (
        "not-text",
        "This file is not text that can be read: it is not UTF-8.",
    )
