"""What a whole data set did on many pictures, undone and done again as one, as long as nothing else has been done since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tabsam.document.document import Document
from tabsam.document.work import Work


@dataclass(frozen=True)
class _Import:
    number: int
    documents: tuple[Document, ...]


class ImportSteps:
    """The imports, each of which made one step on some pictures.

    An import is the last thing that was done while the open picture's work is what it was right after. It stays so when another
    picture is opened, and is so again when what came after has been undone.

    Attributes
    ----------
    in_effect : tuple of bool
        Of every import that there has been, the first one first: whether it is done, or has been taken back.
    """

    def __init__(self) -> None:
        self.in_effect: tuple[bool, ...] = ()
        self._done: list[_Import] = []
        self._undone: list[_Import] = []
        self._at: Work | None = None

    def note(self, documents: Sequence[Document], before: Work | None, open: Document | None) -> int:
        """Learn of an import; give its number, from 0.

        Parameters
        ----------
        documents : sequence of Document
            On which it has made a step, each once.
        before : Work or None
            Of the open picture, before it.
        open : Document or None
            The open picture's.
        """
        if before is not self._at:
            self._done.clear()
        self._undone.clear()
        one = _Import(len(self.in_effect), tuple(documents))
        self._done.append(one)
        self.in_effect = (*self.in_effect, True)
        self._at = _work(open)
        return one.number

    def can_undo(self, open: Document | None) -> bool:
        """Whether the last thing that was done is an import."""
        return bool(self._done) and _work(open) is self._at

    def can_redo(self, open: Document | None) -> bool:
        """Whether the last thing that was undone is an import."""
        return bool(self._undone) and _work(open) is self._at

    def undo(self, open: Document | None) -> None:
        """Take the last import back, on all its pictures."""
        one = self._done.pop()
        for document in one.documents:
            document.undo()
        self._undone.append(one)
        self._settle(one, open, done=True)

    def redo(self, open: Document | None) -> None:
        """Do the import that was taken back last again."""
        one = self._undone.pop()
        for document in one.documents:
            document.redo()
        self._done.append(one)
        self._settle(one, open, done=False)

    def move_on(self, before: Document | None, open: Document) -> None:
        """Learn that another picture has been opened."""
        if _work(before) is self._at:
            self._at = open.work
        else:
            self.forget()

    def forget(self) -> None:
        """Learn that something has been done on other pictures: from now on imports are undone picture by picture."""
        self._done.clear()
        self._undone.clear()

    def _settle(self, one: _Import, open: Document | None, *, done: bool) -> None:
        flags = list(self.in_effect)
        flags[one.number] = not done
        self.in_effect = tuple(flags)
        self._at = _work(open)


def _work(document: Document | None) -> Work | None:
    return None if document is None else document.work
