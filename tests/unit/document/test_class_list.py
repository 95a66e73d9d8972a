"""The classes of all pictures: one list, changed by each picture's own steps."""

from __future__ import annotations

import pytest

from tabsam.document.annotations import Instance
from tabsam.document.class_list import ClassList
from tabsam.document.document import Document
from tabsam.errors import FormatError, StateError
from tests.support.shapes import box


@pytest.fixture
def two() -> tuple[Document, Document]:
    """Give two pictures that are open together."""
    classes = ClassList()
    return Document("one.png", (100, 200), classes=classes), Document("two.png", (100, 200), classes=classes)


def names(document: Document) -> list[str]:
    return [one.name for one in document.annotations.categories]


def classes_of(document: Document) -> list[int | None]:
    return [one.category for one in document.annotations.instances]


def test_a_class_is_there_in_every_picture_and_chosen_for_the_next_object(two: tuple[Document, Document]) -> None:
    one, other = two
    cup = one.add_category("cup")
    assert names(other) == ["cup"]
    assert other.category == cup
    with pytest.raises(FormatError):
        other.add_category("cup")
    other.change_category(cup, name="mug", color="#112233")
    assert names(one) == ["mug"]
    other.undo()
    assert names(one) == ["cup"]


def test_an_undo_in_one_picture_leaves_what_the_other_did(two: tuple[Document, Document]) -> None:
    one, other = two
    one.add_category("cup")
    other.add_category("plate")
    one.add_category("fork")
    one.undo()
    one.undo()
    assert names(one) == names(other) == ["plate"]
    one.redo()
    one.redo()
    assert sorted(names(other)) == ["cup", "fork", "plate"]
    other.undo()
    assert names(one) == ["cup", "fork"]


def test_a_class_that_is_deleted_comes_back_to_its_objects_in_all_pictures(two: tuple[Document, Document]) -> None:
    one, other = two
    cup, plate = one.add_category("cup"), one.add_category("plate")
    for document in two:
        document.add([Instance(0, box(10, 10, 20, 20), cup), Instance(0, box(30, 10, 40, 20), plate)])
    one.remove_category(cup)
    assert classes_of(one) == classes_of(other) == [None, plate]
    spoon = other.add_category("spoon")
    assert spoon not in (cup, plate), "a number that objects may still wait for"
    one.undo()
    assert names(other) == ["cup", "plate", "spoon"]
    assert classes_of(one) == classes_of(other) == [cup, plate]
    one.redo()
    assert classes_of(other) == [None, plate]


def test_a_class_that_comes_back_under_a_name_that_is_taken_is_told_apart(two: tuple[Document, Document]) -> None:
    one, other = two
    cup = one.add_category("cup")
    one.remove_category(cup)
    other.add_category("cup")
    one.undo()
    assert names(one) == ["cup 2", "cup"]


def test_a_change_of_a_class_that_is_gone_changes_nothing_when_undone(two: tuple[Document, Document]) -> None:
    one, other = two
    cup = one.add_category("cup")
    one.change_category(cup, name="mug")
    other.remove_category(cup)
    one.undo()
    assert names(one) == []
    with pytest.raises(StateError):
        one.use_category(cup)


def keys(document: Document) -> list[int | None]:
    return [one.key for one in document.annotations.categories]


@pytest.mark.parametrize("color", ["red", "#12345", "#1234567"])
def test_a_colour_is_six_hexadecimal_digits(two: tuple[Document, Document], color: str) -> None:
    id = two[0].add_category("cat")
    before = two[0].classes.categories
    with pytest.raises(FormatError, match="is not a colour of a class"):
        two[0].change_category(id, color=color)
    assert two[0].classes.categories == before
    two[0].change_category(id, color="#ABCdef")
    assert two[0].classes.categories[0].color == "#ABCdef"


def test_the_first_nine_classes_have_keys_and_change_them_with_each_other(two: tuple[Document, Document]) -> None:
    one, other = two
    ids = [one.add_category(str(number)) for number in range(11)]
    assert keys(one) == [1, 2, 3, 4, 5, 6, 7, 8, 9, None, None]
    one.change_category(ids[0], key=3)
    assert keys(other)[:3] == [3, 2, 1]
    one.change_category(ids[9], key=2)
    assert (keys(one)[1], keys(one)[9]) == (None, 2)
    one.undo()
    one.undo()
    assert keys(one) == [1, 2, 3, 4, 5, 6, 7, 8, 9, None, None]
    one.redo()
    assert keys(one)[:3] == [3, 2, 1]


def test_a_class_that_comes_back_has_its_key_unless_another_has_it_now(two: tuple[Document, Document]) -> None:
    one, other = two
    cup = one.add_category("cup")
    one.remove_category(cup)
    one.undo()
    assert keys(one) == [1]
    one.remove_category(cup)
    other.add_category("plate")
    one.undo()
    assert sorted((one.name, one.key) for one in one.annotations.categories) == [("cup", 2), ("plate", 1)]
