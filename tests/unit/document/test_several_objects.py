"""Several objects selected at once: what is done to them is one step, and nothing of it happens in silence."""

from __future__ import annotations

import pytest

from tabsam.document.annotations import Instance
from tabsam.document.document import Document
from tabsam.errors import StateError
from tabsam.geometry.outline import area
from tests.support.shapes import box


@pytest.fixture
def three() -> tuple[Document, list[int]]:
    """Give a picture with three objects: two that overlap by half, and one inside the first."""
    document = Document("cups.png", (100, 200))
    ids = document.add([Instance(0, box(10, 10, 30, 30)), Instance(0, box(20, 10, 40, 30)), Instance(0, box(12, 12, 18, 18))])
    return document, ids


def areas(document: Document) -> list[float]:
    return [area(one.outline) for one in document.work.instances]


def test_the_first_selected_stands_for_all_and_what_is_gone_is_no_longer_selected(three: tuple[Document, list[int]]) -> None:
    document, (a, b, c) = three
    document.select(b, a, b)
    assert (document.selected, document.active) == ((b, a), b)
    document.remove(b)
    assert (document.selected, document.active) == ((a,), a)
    document.select()
    assert (document.selected, document.active) == ((), None)
    with pytest.raises(StateError, match="no longer there"):
        document.select(c, 99)


def test_a_change_of_several_is_one_step(three: tuple[Document, list[int]]) -> None:
    document, (a, b, c) = three
    cup = document.add_category("cup")
    document.change(a, c, category=cup)
    assert [one.category for one in document.work.instances] == [cup, None, cup]
    document.undo()
    assert [one.category for one in document.work.instances] == [None, None, None]
    document.change(a, b, locked=True, visible=False)
    document.change(a, c, locked=False)
    document.undo()
    document.undo()
    assert not any(one.locked for one in document.work.instances)
    document.remove(a, b)
    assert len(document.work.instances) == 1
    document.undo()
    assert [one.id for one in document.work.instances] == [a, b, c]


def test_a_locked_one_among_them_refuses_all(three: tuple[Document, list[int]]) -> None:
    document, (a, b, _) = three
    cup = document.add_category("cup")
    document.change(b, locked=True)
    before = document.work
    for change in (
        lambda: document.remove(a, b),
        lambda: document.change(a, b, category=cup),
        lambda: document.merge_objects(a, b),
        lambda: document.subtract_objects(b, a),
        lambda: document.add_category("plate", a, b),
    ):
        with pytest.raises(StateError) as raised:
            change()
        assert raised.value.code == "object-locked"
    assert document.work is before
    document.subtract_objects(a, b)  # it takes away, and stays as it is
    assert areas(document)[:2] == [200, 400]


def test_objects_are_merged_into_the_first(three: tuple[Document, list[int]]) -> None:
    document, (a, b, c) = three
    document.change(b, name="mine")
    document.select(b, a)
    document.merge_objects(b, a)
    assert [(one.id, one.name) for one in document.work.instances] == [(b, "mine"), (c, "")]
    assert areas(document)[0] == 600
    assert document.selected == (b,)
    document.undo()
    assert areas(document) == [400, 400, 36]


def test_objects_are_subtracted_from_the_first_and_stay(three: tuple[Document, list[int]]) -> None:
    document, (a, b, c) = three
    document.subtract_objects(a, b, c)
    assert areas(document) == [200 - 36, 400, 36]
    document.undo()
    with pytest.raises(StateError) as raised:
        document.subtract_objects(c, a, b)
    assert raised.value.code == "nothing-left"
    assert areas(document) == [400, 400, 36]


def test_a_new_class_goes_to_the_objects_in_one_step_or_to_the_next_object(three: tuple[Document, list[int]]) -> None:
    document, (a, _, c) = three
    cup = document.add_category("cup")
    assert document.category == cup
    plate = document.add_category("plate", a, c)
    assert [one.category for one in document.work.instances] == [plate, None, plate]
    assert document.category == cup
    document.undo()
    assert [one.name for one in document.classes.categories] == ["cup"]
    assert [one.category for one in document.work.instances] == [None, None, None]
