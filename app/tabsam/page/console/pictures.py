"""What a script has of the project: all pictures of the list, each opened when its turn comes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from PIL import Image

from tabsam.errors import StateError
from tabsam.formats.datasets.dataset import outcome_of
from tabsam.model.image import open_image, size_of
from tabsam.page.console.documents import ScriptDocument
from tabsam.page.listed_pictures import ListedPictures
from tabsam.page.opening import page_name, take_over
from tabsam.page.workspace import Workspace, key_of

if TYPE_CHECKING:
    from tabsam.page.protocol.messages import KeptPicture

FileOf = Callable[[str], Awaitable[tuple[int, int]]]
"""Gives the number that a listed picture's file is handed over under, and its size, by its id; -1 where it cannot be had."""


class ScriptProject:
    """The pictures that one goes through, in their order."""

    def __init__(self, pictures: Sequence[ScriptPicture], classes: Callable[[], list[str]]) -> None:
        self.pictures = list(pictures)
        self._classes = classes

    def __repr__(self) -> str:
        return f"<project of {len(self)} pictures>"

    def __len__(self) -> int:
        return len(self.pictures)

    def __iter__(self) -> Iterator[ScriptPicture]:
        return iter(self.pictures)

    def __getitem__(self, place: int) -> ScriptPicture:
        return self.pictures[place]

    @property
    def classes(self) -> list[str]:
        """The names of all classes, in their order."""
        return self._classes()


class ScriptPicture:
    """A picture of the list.

    Attributes
    ----------
    name : str
        Its file's; of a page after a file's first, with the page's number.
    place : str
        The folder that it came from; empty where nobody knows.
    """

    def __init__(self, listed: KeptPicture, open: Callable[[KeptPicture], Awaitable[ScriptDocument]]) -> None:
        page = listed.get("page", 0)
        self.name = page_name(listed["name"], page) if page else listed["name"]
        self.place = listed["place"]
        self._listed = listed
        self._open = open

    def __repr__(self) -> str:
        return f"<picture {self.place + self.name!r}>"

    async def open(self) -> ScriptDocument:
        """Give its document, with its objects and its pixels; the picture on the screen stays.

        Raises
        ------
        StateError
            ``picture-missing`` where its file cannot be had.
        """
        return await self._open(self._listed)


class Shelf:
    """Opens pictures, and keeps the pixels of the one that was wanted last."""

    def __init__(self, workspace: Workspace, listed: ListedPictures, file_of: FileOf) -> None:
        self._workspace = workspace
        self._listed = listed
        self._file_of = file_of
        self._sources: dict[str, Callable[[], bytes]] = {}
        self._last: tuple[str, Image.Image] | None = None
        self.opened: dict[str, str] = {}
        """The keys of listed pictures that have been opened, by their ids."""

    async def key(self, listed: KeptPicture) -> str:
        """Have a picture's document in the workspace, and give its key."""
        number, size = await self._file_of(listed["id"])
        if number < 0:
            name = listed["place"] + listed["name"]
            raise StateError("picture-missing", f"The file of '{name}' cannot be had.", "Open the same file again.")
        one = {**listed, "size": size, "file": number}
        found = self._listed.found(one)  # type: ignore[arg-type]  # it is as declared
        digest = outcome_of(self._listed.digest(one, found))  # type: ignore[arg-type]
        key = key_of(digest, found.name, found.place)
        assert found.open is not None  # there is a file
        opener = found.open
        with opener() as stream:
            height, width = size_of(stream)
        document = self._workspace.document_with(key, found.name, (height, width))
        if found.saved is not None and document.is_untouched:
            take_over(document, found.saved)

        def read() -> bytes:
            with opener() as stream:
                return stream.read()

        self._sources[key] = read
        self.opened[listed["id"]] = key
        return key

    def image(self, key: str) -> Image.Image:
        """Give a picture's pixels, of mode "RGB"; not to be changed."""
        if self._workspace.is_open and key == self._workspace.key:
            return self._workspace.picture.image
        if self._last is None or self._last[0] != key:
            if key not in self._sources:
                raise StateError("picture-gone", "This picture is no longer open.", "Open it again: await picture.open().")
            self._last = key, open_image(self._sources[key]())
        return self._last[1]
