"""Many classes at a time become what they become one by one."""

from __future__ import annotations

import random

import pytest

from tabsam.document import class_list
from tabsam.document.annotations import Category
from tabsam.document.class_list import ClassChange, ClassList


def followed(seed: int) -> list[tuple[Category, ...]]:
    rng = random.Random(seed)
    classes = ClassList((Category(1, "a", "#000000", 3), Category(2, "b", "#000000")), None, frozenset([1, 2]))
    keys = (None, 1, 3, 9)
    new = [Category(10 + number, rng.choice("abcdefgh"), "#111111", rng.choice(keys)) for number in range(25)]
    changes = [ClassChange(None, one, rng.randrange(6)) for one in new]
    classes.follow([], changes)
    added = classes.categories
    classes.follow(changes, changes[:2])
    return [added, classes.categories]


@pytest.mark.parametrize("seed", range(20))
def test_many_classes_are_taken_in_as_one_by_one(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    together = followed(seed)
    monkeypatch.setattr(class_list, "_MANY", 1000)
    assert together == followed(seed)
