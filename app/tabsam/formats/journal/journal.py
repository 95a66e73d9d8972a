"""What the journal says, line by line, and the work that it brings back.

A line is one of: the head; ``step``, a move of a picture's steps with the state that it led to; ``picture``, before its first
step; ``classes`` and ``steps``, all that there was when a journal was begun anew; ``chosen``, the class of the next object;
``session``, what the page wants to be told again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import get_args

from tabsam.document.class_list import ClassList
from tabsam.document.document import Document
from tabsam.document.steps import Move
from tabsam.document.work import Work
from tabsam.errors import FormatError, TabsamError
from tabsam.formats.journal.codec import Decoder, Encoder, UnknownPartError
from tabsam.formats.journal.finds import FindsFile, FindsStore
from tabsam.formats.journal.lines import line_of, sound_lines
from tabsam.formats.journal.values import PARTS, all_states, check, classes, state
from tabsam.formats.project_values import MISFITS, id_of, of_type, size_of
from tabsam.formats.shared.parsing import Json

VERSION = 1

_FORMAT = "tabsam-journal"
_HEAD: Json = {"format": _FORMAT, "version": VERSION}


class Journal:
    """Notes what happens, which costs next to nothing; the lines are made when they are taken, and nobody waits for an answer.

    Parameters
    ----------
    goes_on : tuple of Kept and sequence, optional
        What a journal holds that is to be written on, and its parts by their numbers; without, a journal is begun.
    finds : FindsStore, optional
        Where what searches have found is stored.
    """

    def __init__(self, goes_on: tuple[Kept, Sequence[object]] | None = None, finds: FindsStore | None = None) -> None:
        kept, parts = goes_on or (None, ())
        self._finds = finds or FindsStore()
        self._encoder = Encoder(PARTS, parts, self._finds.apart)
        self._noted: list[Json | _Step] = [] if kept else [_HEAD]
        self._chosen = kept.classes.chosen if kept else None
        for key, document in kept.documents.items() if kept else ():
            self.watch(key, document, known=True)

    def watch(self, key: str, document: Document, *, known: bool = False) -> None:
        """Write down every step of a picture's document from now on.

        Parameters
        ----------
        key : str
            Stays with the picture, whatever it is called.
        known : bool
            Whether the journal has it already.
        """
        seen = known

        def on_move(move: Move) -> None:
            nonlocal seen
            if not seen:
                self._noted.append({"picture": key, **_described(document)})
                seen = True
            self._noted.append(_Step(key, move, document.work))

        document.watch(on_move)

    def note_chosen(self, classes: ClassList) -> None:
        """Write down the class of the next object, if it is another one."""
        if classes.chosen != self._chosen:
            self._chosen = classes.chosen
            self._noted.append({"chosen": classes.chosen})

    def note_session(self, name: str, value: Json) -> None:
        """Write down what the page wants to be told again, in the place of what it said before under that name."""
        self._noted.append({"session": name, "value": value})

    def take(self) -> bytes:
        """Give the lines since the last time."""
        noted, self._noted = self._noted, []
        return b"".join(line_of(self._record(one)) for one in noted)

    def begin_anew(self, kept: Kept, *, elsewhere: bool = False) -> None:
        """Begin another journal with all that there is now; the one before is no longer needed once this one is stored.

        Parameters
        ----------
        elsewhere : bool
            Whether what lies beside the journal is not there any more, and is to be stored again.
        """
        if elsewhere:
            self._finds.forget()
        lasting = self._finds.stored
        self._encoder = Encoder(PARTS, (), self._finds.apart)
        self._noted = [_HEAD]
        self._chosen = kept.classes.chosen
        (categories, new), known = self._encoder.encode(kept.classes.categories), sorted(kept.classes.known_ids)
        self._noted.append({"classes": categories, "new": new, "known": known, "chosen": self._chosen})
        for key, document in kept.documents.items():
            past, work, future = document.all_states
            states = tuple(map(lasting, past)), lasting(work), tuple(map(lasting, future))
            steps, new = self._encoder.encode(states)
            self._noted.append({"steps": key, **_described(document), "new": new, "states": steps})
            self.watch(key, document, known=True)
        for name, value in kept.session.items():
            self.note_session(name, value)

    def _record(self, noted: Json | _Step) -> Json:
        """Give what a line says."""
        if not isinstance(noted, _Step):
            return noted
        if noted.move in ("undo", "redo"):
            return {"step": noted.key, "move": noted.move}
        work, new = self._encoder.encode(self._finds.stored(noted.work))
        return {"step": noted.key, "move": noted.move, "new": new, "work": work}


@dataclass(frozen=True)
class _Step:
    """A move, and the state that it led to, which does not change any more."""

    key: str
    move: Move
    work: Work


@dataclass
class Kept:
    """What a journal holds.

    Attributes
    ----------
    documents : dict
        By their keys; those in which nothing has been done are not there.
    classes : ClassList
        Of all of them.
    session : dict
        What the page noted, by its names.
    begun : int
        How many bytes of the journal were written when it was begun (anew): all that came after are steps since.
    """

    documents: dict[str, Document] = field(default_factory=dict)
    classes: ClassList = field(default_factory=ClassList)
    session: dict[str, Json] = field(default_factory=dict)
    begun: int = 0


def read_journal(data: bytes, finds: FindsFile | None = None) -> tuple[Kept, Journal, int]:
    """Read a journal as far as it is whole, and holds what can be: values are checked like a project file's.

    Parameters
    ----------
    finds : FindsFile, optional
        What lies beside it; without, searches have found nothing.

    Returns
    -------
    Kept
        All up to the last action that was written whole.
    Journal
        To write on from there.
    int
        How many of the bytes that is; the others were cut off, or the line there is not whole or cannot be.

    Raises
    ------
    FormatError
        ``journal-newer``: a version that is not known wrote it; ``journal-unknown``: it is none.
    """
    store = FindsStore(finds)
    kept, decoder, sound = Kept(), Decoder(PARTS, store.read_apart, check), 0
    for record, end in sound_lines(data):
        if not sound:
            _check_head(record)
        else:
            known = len(decoder.parts)
            try:
                _follow(kept, decoder, record)
            except UnknownPartError as error:
                raise _newer(repr(error)) from error
            except (*MISFITS, TabsamError):
                del decoder.parts[known:]  # who writes on after the line before counts from there
                break
        sound = end
        if "steps" in record:
            kept.begun = end
    return kept, Journal((kept, decoder.parts) if sound else None, store), sound


def _follow(kept: Kept, decoder: Decoder, record: Mapping[str, Json]) -> None:
    """Do what a line says."""
    value = partial(decoder.decode, new=record.get("new", ()))
    if "step" in record:
        move = record["move"]
        if move not in get_args(Move):
            raise UnknownPartError(f"no such move: {move}")
        work = state(value(record["work"])) if move in ("push", "replace") else None
        kept.documents[record["step"]].replay(move, work)
    elif "picture" in record:
        kept.documents[of_type(record["picture"], str)] = _document(kept, record)
    elif "chosen" in record and "classes" not in record:
        kept.classes.choose(record["chosen"])
    elif "session" in record:
        kept.session[of_type(record["session"], str)] = record["value"]
    elif "classes" in record:
        known = frozenset(map(id_of, record["known"]))
        found = ClassList(classes(value(record["classes"])), None, known)
        found.choose(record["chosen"])
        kept.classes = found
    elif "steps" in record:
        kept.documents[of_type(record["steps"], str)] = _document(kept, record, all_states(value(record["states"])))
    else:
        raise UnknownPartError(f"no such line: {sorted(record)}")


def _described(document: Document) -> dict[str, Json]:
    return {"name": document.name, "size": list(document.image_size)}


def _document(
    kept: Kept, record: Mapping[str, Json], states: tuple[tuple[Work, ...], Work, tuple[Work, ...]] | None = None
) -> Document:
    document = Document(of_type(record["name"], str), size_of(*record["size"]), classes=kept.classes)
    if states is not None:
        document.restore(*states)
    return document


def _check_head(record: Mapping[str, Json]) -> None:
    if record.get("format") != _FORMAT:
        raise FormatError("journal-unknown", "What was stored of the work here cannot be read.", "It is kept as it is.")
    if record.get("version") != VERSION:
        raise _newer(f"version {record.get('version')!r}")


def _newer(details: str) -> FormatError:
    return FormatError(
        "journal-newer",
        "What was stored of the work here was written by another version of this app, and cannot be read by this one.",
        "It is kept as it is. Reload the page to get the newest version.",
        details=details,
    )
