"""The document's steps: one undo is one thing the user did."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tabsam.document.annotations import Instance
from tabsam.document.document import Document
from tabsam.document.selection import MOST_POINTS, Point, Selection
from tabsam.errors import PromptError, StateError
from tests.support.shapes import box


@pytest.fixture
def document() -> Document:
    return Document("cat.png", (100, 200))


def places(document: Document) -> list[tuple[float, float, int]]:
    return [(point.x, point.y, point.label) for point in document.selection.points]


def test_a_new_shape_of_an_object_may_cover_all_of_another(document: Document) -> None:
    asked = Selection(points=(Point(1, 55, 55, 1),))
    covered, refined = document.add([Instance(0, box(10, 10, 20, 20)), Instance(0, box(50, 50, 60, 60), prompts=asked)])
    document.reopen(refined)
    made = document.accept(box(0, 0, 70, 70), 0.9, lambda line, work: (line, replace(work, instances=())))
    assert document.work.instances == (made,)
    document.undo()
    assert [one.id for one in document.work.instances] == [covered, refined]


def test_points_come_in_order_and_keep_their_ids(document: Document) -> None:
    document.add_point(1, 2, 1)
    document.add_point(3, 4, 0)
    first, second = document.selection.points
    document.remove_point(first.id)
    document.add_point(5, 6, 1)
    assert places(document) == [(3, 4, 0), (5, 6, 1)]
    assert document.selection.points[0].id == second.id
    assert len({first.id, second.id, document.selection.points[1].id}) == 3


def test_undo_and_redo_walk_the_same_steps(document: Document) -> None:
    document.add_point(1, 2, 1)
    document.set_box((10, 10, 50, 50))
    document.choose(2)
    states = [document.selection]
    while document.can_undo:
        document.undo()
        states.append(document.selection)
    assert len(states) == 4
    assert states[-1].is_empty
    while document.can_redo:
        document.redo()
    assert document.selection == states[0]


def test_a_new_step_forgets_what_was_undone(document: Document) -> None:
    document.add_point(1, 2, 1)
    document.undo()
    document.add_point(3, 4, 1)
    assert not document.can_redo


def test_changing_a_points_label_keeps_it_and_is_one_step(document: Document) -> None:
    document.add_point(1, 2, 1)
    (point,) = document.selection.points
    document.label_point(point.id, 0)
    assert places(document) == [(1, 2, 0)]
    assert document.selection.points[0].id == point.id
    document.undo()
    assert places(document) == [(1, 2, 1)]


def test_a_drag_is_one_step(document: Document) -> None:
    document.add_point(1, 2, 1)
    (point,) = document.selection.points
    for x in (5, 6, 7):
        document.move_point(point.id, x, 9, gesture=1)
    document.undo()
    assert places(document) == [(1, 2, 1)]


def test_two_drags_of_one_point_are_two_steps(document: Document) -> None:
    document.add_point(1, 2, 1)
    (point,) = document.selection.points
    document.move_point(point.id, 5, 5, gesture=1)
    document.move_point(point.id, 9, 9, gesture=2)
    document.undo()
    assert places(document) == [(5, 5, 1)]


def test_a_drag_after_an_undo_is_a_step_of_its_own(document: Document) -> None:
    document.add_point(1, 2, 1)
    (point,) = document.selection.points
    document.move_point(point.id, 5, 5, gesture=1)
    document.undo()
    document.move_point(point.id, 9, 9, gesture=1)
    document.undo()
    assert places(document) == [(1, 2, 1)]


def test_what_changes_nothing_is_no_step(document: Document) -> None:
    document.clear()
    document.set_box(None)
    assert not document.can_undo


def test_new_prompts_go_back_to_the_best_candidate(document: Document) -> None:
    document.add_point(1, 2, 1)
    document.choose(2)
    document.add_point(3, 4, 0)
    assert document.selection.chosen is None


def test_a_point_dragged_off_the_picture_stops_at_its_edge(document: Document) -> None:
    document.add_point(1, 2, 1)
    document.move_point(document.selection.points[0].id, -40, 4000)
    assert places(document) == [(0, 100, 1)]


def test_a_box_is_cut_to_the_picture_and_its_corners_sorted(document: Document) -> None:
    document.set_box((250, 60, 20, -10))
    assert document.selection.box == (20, 0, 200, 60)


def test_the_prompts_tell_selections_apart_by_what_the_model_sees(document: Document) -> None:
    document.add_point(1, 2, 1)
    before = document.selection.prompts
    document.choose(1)
    assert document.selection.prompts == before
    document.set_box((0, 0, 5, 5))
    assert document.selection.prompts != before


def test_a_point_outside_is_refused(document: Document) -> None:
    with pytest.raises(PromptError, match="outside the picture") as caught:
        document.add_point(201, 5, 1)
    assert caught.value.code == "prompt-outside"
    assert not document.can_undo


def test_a_box_without_area_on_the_picture_is_refused(document: Document) -> None:
    with pytest.raises(PromptError, match="no area") as caught:
        document.set_box((300, 10, 400, 50))
    assert caught.value.code == "prompt-box"


def test_more_points_than_a_project_can_hold_are_refused(document: Document) -> None:
    points = tuple(Point(id, 1, 1, 1) for id in range(1, MOST_POINTS + 1))
    (many,) = document.add([Instance(0, box(0, 0, 2, 2), prompts=Selection(points=points))])
    document.reopen(many)
    with pytest.raises(PromptError, match="1000 points already") as caught:
        document.add_point(1, 1, 1)
    assert caught.value.code == "prompt-many"
    document.remove_point(1)
    document.add_point(1, 1, 1)


def test_a_point_that_is_gone_cannot_be_moved(document: Document) -> None:
    with pytest.raises(StateError, match="no longer there"):
        document.move_point(7, 1, 1)


def test_there_is_an_end_to_undo_and_redo(document: Document) -> None:
    with pytest.raises(StateError, match="nothing to undo"):
        document.undo()
    with pytest.raises(StateError, match="nothing to redo"):
        document.redo()
