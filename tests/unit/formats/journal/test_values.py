"""A journal's values are checked like a project's: what cannot be is read up to there, and never taken over."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tabsam.document.annotations import Instance
from tabsam.document.class_list import ClassList
from tabsam.document.document import Document
from tabsam.document.selection import Point, Selection
from tabsam.errors import FormatError
from tabsam.formats.journal.codec import Encoder
from tabsam.formats.journal.journal import Journal, Kept, read_journal
from tabsam.formats.journal.lines import line_of
from tabsam.geometry.affine import Affine
from tests.support.shapes import box

Records = list[dict[str, Any]]

PROMPTS = Selection((Point(1, 3, 4, 1),), (1.0, 2.0, 9.0, 8.0), box(1, 2, 3, 4), (0,), 1, 0.5)


def records() -> Records:
    """Give the lines of a picture with a class, a place on a map, and then, in the last line, an object with prompts."""
    journal, classes = Journal(), ClassList()
    document = Document("a.png", (50, 80), classes=classes)
    journal.watch("a", document)
    document.add_category("cat")
    document.place(Affine(1, 0, 3, 0, -1, 4))
    document.add([Instance(0, box(0, 0, 2, 2), 1, score=0.5, prompts=PROMPTS)])
    return [json.loads(line[9:]) for line in journal.take().splitlines()]


def part(records: Records, name: str) -> dict[str, Any]:
    """Give the last part of a kind."""
    found: dict[str, Any] = [described for record in records for kind, described in record.get("new", ()) if kind == name][-1]
    return found


def changed(name: str, field: str, value: object) -> Callable[[Records], None]:
    return lambda records: part(records, name).update({field: value})


def array(values: object, dtype: str) -> dict[str, Any]:
    plain: dict[str, Any] = Encoder(()).encode(np.array(values, dtype))[0]
    return plain


def two_with_one_id(records: Records) -> None:
    instances = part(records, "Work")["instances"]
    instances.append(instances[0])


CANNOT_BE: dict[str, Callable[[Records], None]] = {
    "a label": changed("Point", "label", 2),
    "a label that is true": changed("Point", "label", True),
    "a place far away": changed("Point", "x", 1e308),
    "a place that is no number": changed("Point", "y", float("nan")),
    "a point's id": changed("Point", "id", 2**53),
    "what a point refines": changed("Point", "refines", -1),
    "a box without area": changed("Selection", "box", [1, 2, 1, 8]),
    "a box of three numbers": changed("Selection", "box", [1, 2, 3]),
    "the chosen one": changed("Selection", "chosen", -9),
    "rounds": changed("Selection", "rounds", [-5]),
    "a threshold": changed("Selection", "threshold", float("inf")),
    "points that are none": changed("Selection", "points", [[1, 3, 4, 1, None]]),
    "a mask that is a point": changed("Selection", "mask", {"part": 0}),
    "a field that is missing": lambda records: part(records, "Instance").pop("outline"),
    "an object's id": changed("Instance", "id", 2**53),
    "an object's class": changed("Instance", "category", "cat"),
    "an object's name": changed("Instance", "name", 5),
    "an object's score": changed("Instance", "score", "good"),
    "an object's edges": changed("Instance", "edges", "soft"),
    "two objects of one id": two_with_one_id,
    "vertices far away": changed("Outline", "vertices", array([[0, 0], [1e308, 0], [1, 1], [0, 0]], "float64")),
    "a ring that is not closed": changed("Outline", "vertices", array(np.arange(10).reshape(5, 2), "float64")),
    "vertices of three numbers": changed("Outline", "vertices", array(np.zeros((5, 3)), "float64")),
    "fewer bytes than numbers": changed("Outline", "vertices", {"array": ["float64", [5, 2], "AAAA"]}),
    "offsets beyond the end": changed("Outline", "ring_offsets", array([0, 9], "uint32")),
    "no offsets": changed("Outline", "polygon_offsets", array([], "uint32")),
    "a part that is not there": changed("Work", "selection", {"part": 999}),
    "a state that is another part": lambda records: records[-1].update(work={"part": 0}),
    "a step to nowhere": lambda records: records[-1].pop("work"),
    "a step of an unknown picture": lambda records: records[-1].update(step="b"),
    "a step forward that nobody went back": lambda records: records[-1].update(move="redo"),
    "a line that is a list": lambda records: records.__setitem__(-1, [1]),  # type: ignore[call-overload]
}


@pytest.mark.parametrize("what", CANNOT_BE)
def test_what_cannot_be_ends_the_journal_and_what_was_before_it_is_there(what: str) -> None:
    lines = records()
    before = b"".join(map(line_of, lines[:-1]))
    CANNOT_BE[what](lines)
    whole = b"".join(map(line_of, lines))
    assert whole[: len(before)] == before
    kept, journal, sound = read_journal(whole)
    assert sound == len(before)
    document = kept.documents["a"]
    assert (document.work.instances, document.work.affine) == ((), Affine(1, 0, 3, 0, -1, 4))
    assert [one.name for one in kept.classes.categories] == ["cat"]
    document.add([Instance(0, box(0, 0, 2, 2), 1)])
    again = read_journal(before + journal.take())[0]
    assert len(again.documents["a"].work.instances) == 1


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        ("Category", "id", 0),
        ("Category", "name", " "),
        ("Category", "color", "red"),
        ("Category", "key", 12),
        ("ClassChange", "place", -1),
        ("ClassChange", "after", None),
        ("Affine", "d", 1e300),
        ("Affine", "e", 0),
        ("Affine", "a", "1"),
    ],
)
def test_so_does_what_cannot_be_of_classes_and_places(kind: str, field: str, value: object) -> None:
    lines = records()
    part(lines, kind)[field] = value
    kept, _, sound = read_journal(b"".join(map(line_of, lines)))
    place = next(number for number, one in enumerate(lines) if any(name == kind for name, _ in one.get("new", ())))
    assert sound == len(b"".join(map(line_of, lines[:place])))
    assert kept.classes.categories == () or kind == "Affine"


@pytest.mark.parametrize("size", [[0, 80], [50], [1e9, 80], [10**6, 10**6], "50"])
def test_a_picture_of_no_size_is_none(size: object) -> None:
    lines = records()
    (place,) = (number for number, one in enumerate(lines) if "picture" in one)
    lines[place]["size"] = size
    assert read_journal(b"".join(map(line_of, lines)))[0].documents == {}


def test_a_journal_begun_anew_is_checked_as_well() -> None:
    kept, journal, _ = read_journal(b"".join(map(line_of, records())))
    journal.begin_anew(kept)
    lines = [json.loads(line[9:]) for line in journal.take().splitlines()]
    (place,) = (number for number, one in enumerate(lines) if "steps" in one)
    for states in ([], [[], {"part": 0}], [[], {"part": 0}, [5]], {"part": 0}):
        lines[place]["states"] = states
        assert read_journal(b"".join(map(line_of, lines)))[0].documents == {}
    lines[1]["chosen"] = 77
    assert read_journal(b"".join(map(line_of, lines)))[0].classes.categories == ()


def test_a_part_with_a_field_that_is_not_known_is_a_newer_versions() -> None:
    lines = records()
    part(lines, "Point")["pressure"] = 1
    with pytest.raises(FormatError, match="another version"):
        read_journal(b"".join(map(line_of, lines)))


def test_the_sound_one_is_read_whole() -> None:
    whole = b"".join(map(line_of, records()))
    kept, _, sound = read_journal(whole)
    assert sound == len(whole)
    assert isinstance(kept, Kept)
    (one,) = kept.documents["a"].work.instances
    assert one.prompts.points == PROMPTS.points
