"""What a journal brings back is what there was at the last action that it holds whole, undo and all."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

import numpy as np
import pytest

from tabsam.document.annotations import Instance
from tabsam.document.class_list import ClassList
from tabsam.document.document import Document
from tabsam.document.selection import Point, Selection
from tabsam.document.work import Work
from tabsam.errors import FormatError
from tabsam.formats.journal.codec import Encoder
from tabsam.formats.journal.journal import Journal, Kept, read_journal
from tabsam.formats.journal.lines import line_of, sound_lines
from tabsam.formats.journal.values import PARTS
from tabsam.geometry.affine import Affine
from tests.support.shapes import box


def deep(value: Any) -> Any:
    """Give a state as plain data."""
    if is_dataclass(value):
        return {field.name: deep(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [deep(one) for one in value]
    return value.tolist() if isinstance(value, np.ndarray) else value


def plain(kept: Kept) -> object:
    """Give all that there is as plain data: outlines are equal only to themselves."""
    documents = {key: deep(one.all_states) for key, one in kept.documents.items()}
    sizes = {key: (one.name, one.image_size) for key, one in kept.documents.items()}
    return documents, sizes, kept.classes.categories, kept.classes.chosen, sorted(kept.classes.known_ids), kept.session


@dataclass
class Session:
    """A person's session on some pictures, all of it in a journal."""

    random: random.Random
    kept: Kept
    journal: Journal

    @classmethod
    def begun(cls, seed: int) -> Session:
        """Begin with three pictures."""
        session = cls(random.Random(seed), Kept(), Journal())
        for key in ("a", "b", "c"):
            document = Document(f"{key}.png", (50, 80), classes=session.kept.classes)
            session.journal.watch(key, document)
            session.kept.documents[key] = document
        return session

    def act(self) -> None:
        """Do something that a person may do."""
        document = self.random.choice(list(self.kept.documents.values()))
        self.random.choice([self._prompt, self._change_objects, self._change_classes, self._step])(document)
        self.journal.note_chosen(self.kept.classes)

    def _prompt(self, document: Document) -> None:
        x, y = self.random.uniform(0, 80), self.random.uniform(0, 50)
        if document.selection.points and self.random.random() < 0.6:
            document.move_point(self.random.choice(document.selection.points).id, x, y, gesture=1)
        else:
            document.add_point(x, y, self.random.randrange(2))

    def _change_objects(self, document: Document) -> None:
        x, y = self.random.uniform(0, 80), self.random.uniform(0, 50)
        ids = [one.id for one in document.work.instances]
        if ids and self.random.random() < 0.3:
            document.remove(self.random.choice(ids))
        else:
            prompts = Selection(points=(Point(1, x, y, 1),), mask=box(1, 2, 3, 4))
            document.add([Instance(0, box(x, y, x + 3, y + 2), document.category, score=0.5, prompts=prompts)])

    def _change_classes(self, document: Document) -> None:
        ids = [one.id for one in document.classes.categories]
        if not ids or self.random.random() < 0.4:
            document.add_category(f"class {self.random.random()}")
            return
        one = self.random.choice(ids)
        what = self.random.randrange(3)
        if what == 0:
            document.change_category(one, color=f"#{self.random.randrange(1 << 24):06x}")
        elif what == 1:
            document.remove_category(one)
        else:
            document.use_category(one)

    def _step(self, document: Document) -> None:
        if document.can_undo and self.random.random() < 0.5:
            document.undo()
        elif document.can_redo:
            document.redo()
        else:
            document.place(Affine(1, 0, self.random.random(), 0, -1, 0))

    def touched(self) -> Kept:
        """Give what a journal has of it."""
        documents = {key: one for key, one in self.kept.documents.items() if not one.is_untouched}
        return replace(self.kept, documents=documents)


@pytest.mark.parametrize("seed", range(20))
def test_all_comes_back_as_it_was_at_any_moment_and_the_work_goes_on(seed: int) -> None:
    session = Session.begun(seed)
    written = session.journal.take()
    for number in range(60):
        session.act()
        written += session.journal.take()
        if number % 10 == 9:
            kept, _, sound = read_journal(written)
            assert sound == len(written)
            assert plain(kept) == plain(session.touched())
    # the next day: the restored work is written on, steps of the day before are undone
    kept, journal, _ = read_journal(written)
    other = Session(random.Random(seed + 1000), kept, journal)
    if seed % 2:
        journal.begin_anew(kept)
        written = journal.take()
        assert not kept.documents or 0.9 * len(written) < read_journal(written)[0].begun <= len(written)
    assert plain(read_journal(written)[0]) == plain(kept)
    for _ in range(30):
        other.act()
    for document in kept.documents.values():
        while document.can_undo:
            document.undo()
    written += other.journal.take()
    assert plain(read_journal(written)[0]) == plain(other.kept)


def test_a_journal_that_was_cut_anywhere_gives_the_last_whole_action() -> None:
    session = Session.begun(3)
    moments = [(len(written := session.journal.take()), plain(session.touched()))]
    for _ in range(25):
        session.act()
        written += session.journal.take()
        moments.append((len(written), plain(session.touched())))
    for cut in range(moments[0][0], len(written), 7):
        kept, _, sound = read_journal(written[:cut])
        assert sound <= cut
        whole = [state for length, state in moments if length == sound]
        # an action may be two lines, of which the second is about the class list's choice
        assert not whole or plain(kept) == whole[-1]


def test_what_a_full_disk_left_of_a_line_is_no_action() -> None:
    session = Session.begun(1)
    session.kept.documents["a"].add_point(1, 2, 1)
    written = session.journal.take()
    damaged = written[:-20] + b"x" + written[-19:]
    kept, _, sound = read_journal(damaged)
    assert sound < len(written)
    assert kept.documents["a"].is_untouched


def test_untouched_pictures_leave_nothing() -> None:
    session = Session.begun(1)
    assert read_journal(session.journal.take())[0].documents == {}


def test_ids_go_on_after_those_of_the_day_before() -> None:
    session = Session.begun(1)
    document = session.kept.documents["a"]
    (made,) = document.add([Instance(0, box(0, 0, 2, 2))])
    document.add_point(1, 2, 1)
    again = read_journal(session.journal.take())[0].documents["a"]
    (other,) = again.add([Instance(0, box(4, 4, 6, 6))])
    again.add_point(3, 4, 1)
    assert other != made
    assert len({point.id for point in again.selection.points}) == 2


def test_what_the_page_notes_comes_back() -> None:
    journal = Journal()
    journal.note_session("at", "a")
    journal.note_session("pictures", [{"id": "a", "name": "ä\n.png"}])
    journal.note_session("at", "b")
    assert read_journal(journal.take())[0].session == {"at": "b", "pictures": [{"id": "a", "name": "ä\n.png"}]}


@pytest.mark.parametrize(
    ("records", "code"),
    [
        ([{"format": "tabsam-journal", "version": 2}], "journal-newer"),
        ([{"format": "other"}], "journal-unknown"),
        ([{"format": "tabsam-journal", "version": 1}, {"dance": 1}], "journal-newer"),
        (
            [
                {"format": "tabsam-journal", "version": 1},
                {"step": "a", "move": "push", "new": [["Dance", {}]], "work": {"part": 0}},
            ],
            "journal-newer",
        ),
    ],
)
def test_what_another_version_wrote_is_said_and_not_guessed(records: Sequence[dict[str, Any]], code: str) -> None:
    with pytest.raises(FormatError) as raised:
        read_journal(b"".join(map(line_of, records)))
    assert raised.value.code == code


def test_no_file_at_all_is_an_empty_journal() -> None:
    kept, journal, sound = read_journal(b"")
    assert (kept.documents, sound) == ({}, 0)
    assert read_journal(journal.take())[2] > 0


def test_lines_stand_any_text() -> None:
    record = {"text": "a\nb\u2028\x00 ä 🦊", "number": float("inf")}
    assert next(iter(sound_lines(line_of(record))))[0] == record


def test_every_part_of_a_state_is_known() -> None:
    # a new field of a kind that the journal does not know would be lost: fail here, and not with a person's work
    document = Document("a", (5, 5), classes=ClassList())
    document.add([Instance(0, box(0, 0, 2, 2))])
    described, new = Encoder(PARTS).encode(document.work)
    assert described == {"part": len(new) - 1}
    assert set(new[-1][1]) == {field.name for field in fields(Work)}
