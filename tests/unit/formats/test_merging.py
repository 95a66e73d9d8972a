"""Annotations that were read, added to those of the open picture."""

from __future__ import annotations

from tabsam.document.annotations import Annotations, Category, Instance
from tabsam.formats.merging import merge
from tests.support.annotated import CAR, CAT, PLAIN, SIZE, three_kinds
from tests.support.refused import refusal

EMPTY = Annotations("street.jpg", SIZE)


def test_merging_matches_classes_by_name_and_gives_new_ids() -> None:
    existing = Annotations("street.jpg", SIZE, (CAR,), (Instance(5, PLAIN, CAR.id),))
    imported = Annotations(
        "x.jpg",
        SIZE,
        (Category(1, "cat", CAR.color), Category(9, "car", "#123456"), Category(3, "dog", "#abcdef")),
        (Instance(1, PLAIN, 1), Instance(5, PLAIN, 9), Instance(6, PLAIN, 3), Instance(7, PLAIN)),
    )
    merged = merge(existing, imported)
    assert merged.picture == "street.jpg"
    assert [(one.id, one.name) for one in merged.categories] == [(1, "car"), (2, "cat"), (3, "dog")]
    assert [one.color for one in merged.categories] == [CAR.color, CAT.color, "#abcdef"]
    assert [(one.id, one.category) for one in merged.instances] == [(5, 1), (6, 2), (7, 1), (8, 3), (9, None)]


def test_merging_into_nothing_keeps_the_classes() -> None:
    assert merge(EMPTY, three_kinds()).categories == three_kinds().categories


def test_annotations_of_another_size_are_not_merged() -> None:
    assert refusal(merge, EMPTY, Annotations("a.png", (3, 4))) == (
        "other-size",
        "This belongs to a picture of 4 x 3 pixels; the open one has 48 x 36.",
    )
