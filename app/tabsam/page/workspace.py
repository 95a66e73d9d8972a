"""What is open: a picture, the work on it, and the work on the pictures before."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from PIL import Image

from tabsam.document.document import Document
from tabsam.errors import CancelledError, StateError

_REMEMBERED_DOCUMENTS = 64
"""Of so many pictures the work is there again when they are opened again."""


@dataclass(frozen=True, eq=False)
class Picture:
    """The picture that is open.

    Attributes
    ----------
    image : PIL.Image.Image, mode "RGB"
    source : bytes
        Its file.
    digest : str
        The file's SHA-256, in hex.
    page, pages : int
        Which page of the file that was opened this is, from 0, and how many it has. A page after the first is a picture of its
        own: its file is a PNG of it.
    """

    image: Image.Image
    source: bytes
    digest: str
    page: int = 0
    pages: int = 1


class Workspace:
    """Holds the open picture and its document.

    Attributes
    ----------
    revision : int
        Grows with every change of what the page draws.
    """

    def __init__(self) -> None:
        self.revision = 0
        self._open: tuple[Picture, Document] | None = None
        self._documents: OrderedDict[str, Document] = OrderedDict()

    @property
    def is_open(self) -> bool:
        return self._open is not None

    @property
    def picture(self) -> Picture:
        """The open picture; ``no-image`` without one."""
        return self._opened()[0]

    @property
    def document(self) -> Document:
        """The open document; ``no-image`` without one."""
        return self._opened()[1]

    def open(self, picture: Picture, name: str) -> Document:
        """Take a picture in the place of the one before, with the work on it if it has been open before."""
        document = self._documents.pop(picture.digest, None) or Document(name, (picture.image.height, picture.image.width))
        document.name = name
        self._documents[picture.digest] = document
        if len(self._documents) > _REMEMBERED_DOCUMENTS:
            self._documents.popitem(last=False)
        self._open = picture, document
        return document

    def stay_with(self, document: Document) -> None:
        """Give up what was asked about a picture when another has been opened meanwhile: the model now answers about that one."""
        if self._open is None or document is not self._open[1]:
            raise CancelledError("cancelled", "The picture that this was meant for is no longer open.")

    def _opened(self) -> tuple[Picture, Document]:
        if self._open is None:
            raise StateError("no-image", "There is no picture yet.", "Open a picture first.")
        return self._open
