"""What is open: a picture, the work on it, and the work on the pictures before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image

from tabsam.document.class_list import ClassList
from tabsam.document.document import Document
from tabsam.errors import CancelledError, StateError

if TYPE_CHECKING:
    from tabsam.arrays import Size
    from tabsam.document.import_steps import ImportSteps
    from tabsam.document.measuring import Color, Measured, Scale
    from tabsam.document.work import Work
    from tabsam.geometry.affine import Affine
    from tabsam.geometry.outline import Outline
    from tabsam.model.embedding import StoredEmbedding
    from tabsam.pictures.raster import Range, Raster


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
    label : str
        What the page is of a stack.
    bands : indices or None
        Those that somebody chose to see; the work on the picture is the same whichever they are.
    raster : Raster or None
        Of a picture of more than 8 bits, or with bands to choose from: its pixels as they are, small enough for a screen.
    ranges : ranges
        Of each of its bands: the values that are black and white in `image`.
    is_seen_alike : bool
        Whether browsers that can show the file show it like this.
    affine : where the file says that it lies on a map, and in which coordinate system
    given : StoredEmbedding or None
        What an encoder has made of it elsewhere: with that model it is not encoded here.
    given_digest : str
        That file's SHA-256, where it does not say which model made it: what it gives is nobody else's.
    """

    image: Image.Image
    source: bytes
    digest: str
    page: int = 0
    pages: int = 1
    label: str = ""
    bands: tuple[int, ...] | None = None
    raster: Raster | None = None
    ranges: tuple[Range, ...] = ()
    affine: Affine | None = None
    is_seen_alike: bool = True
    given: StoredEmbedding | None = None
    given_digest: str = ""

    @property
    def pixels(self) -> str:
        """What the model has seen of it goes by."""
        return " ".join(filter(None, (self.digest, "" if self.bands is None else str(self.bands), self.given_digest)))


def key_of(digest: str, name: str, place: str = "") -> str:
    """Give a picture's key: what it is known by, open or not."""
    return f"{digest} {place}{name}"


def where_of(key: str) -> str:
    """Give the folder and the name that a key has of its picture."""
    return key.partition(" ")[2]


class Workspace:
    """Holds the open picture and its document, and the document of every other picture that somebody has worked on.

    Two files with the same content are two pictures if they have other names, or lie in other folders.

    Attributes
    ----------
    revision : int
        Grows with every change of what the page draws.
    key : str
        What the work on the open picture is kept under; empty without one.
    classes : ClassList
        Of all pictures.
    elsewhere : Counter
        How many objects of the other pictures have a class, by its id.
    on_new : callable or None
        Told of every new document, with its picture's key.
    imports : ImportSteps or None
        What whole data sets have done; None before the first one.
    scale : Scale or None
        How long a pixel is, of all pictures, where the person has said so.
    """

    def __init__(self) -> None:
        self.revision = 0
        self.key = ""
        self._open: tuple[Picture, Document] | None = None
        self.classes = ClassList()
        self.elsewhere: Counter[int | None] = Counter()
        self.on_new: Callable[[str, Document], None] | None = None
        self.scale: Scale | None = None
        self.imports: ImportSteps | None = None
        self._documents: dict[str, Document] = {}
        self._colors: dict[str, dict[Outline, Color | None]] = {}

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

    @property
    def open_document(self) -> Document | None:
        """The open document, if there is one."""
        return None if self._open is None else self._open[1]

    @property
    def documents(self) -> Mapping[str, Document]:
        """Those in which something has been done, by the keys of their pictures."""
        return {key: one for key, one in self._documents.items() if not one.is_untouched}

    @property
    def all_documents(self) -> Mapping[str, Document]:
        """Those, too, in which nothing has been done, as long as they are held."""
        return self._documents

    def adopt(self, documents: Mapping[str, Document], classes: ClassList) -> None:
        """Take over the work of another day, before anything is open."""
        self._documents = dict(documents)
        self.classes = classes

    def open(self, picture: Picture, name: str, place: str = "") -> Document:
        """Take a picture in the place of the one before, with the work on it if it has been open before.

        Parameters
        ----------
        place : str
            The folder that its file lies in; empty where nobody knows.
        """
        if self._open is not None:
            self._see_colors()  # its pixels go now, and its objects cannot change without them
        key = self.key = key_of(picture.digest, name, place)
        self._documents = dict(self.documents)  # without those only looked at
        size = picture.image.height, picture.image.width
        document = self.document_with(key, name, size)
        if self.imports is not None:
            self.imports.move_on(self.open_document, document)
        self._open = picture, document
        self.count_elsewhere()
        return document

    def document_with(self, key: str, name: str, size: Size) -> Document:
        """Give the document of a picture whose file is there: it has the file's size; see :meth:`document_of`."""
        document = self.document_of(key, name, size)
        document.image_size = size  # a journal that somebody else wrote may say otherwise
        return document

    def document_of(self, key: str, name: str, size: Size) -> Document:
        """Give the document of a picture, which need not have been open, by its key; a new one if there is none yet."""
        document = self._documents.get(key)
        if document is None:
            document = self._documents[key] = Document(name, size, classes=self.classes)
            if self.on_new is not None:
                self.on_new(key, document)
        return document

    def note_import(self, documents: Sequence[Document], before: Work | None) -> int:
        """Learn what a whole data set has done, which is undone as one; give its number.

        Parameters
        ----------
        documents : sequence of Document
            On which it has made a step.
        before : Work or None
            Of the open document, before it.
        """
        from tabsam.document.import_steps import ImportSteps  # here: the start waits for every import

        self.imports = self.imports or ImportSteps()
        return self.imports.note(documents, before, self.open_document)

    def count_elsewhere(self) -> None:
        """Count the objects of the pictures that are not open: another one is, or there has been work on others."""
        others = [other for key, other in self._documents.items() if key != self.key]
        self.elsewhere = Counter(one.category for other in others for one in other.work.instances)

    def measured(self, *, all_pictures: bool) -> list[Measured]:
        """Measure the objects of the open picture, or of all that were worked on, in the order in which they came."""
        from tabsam.document.measuring import measured

        document = self.document
        self._see_colors()
        wanted = [(key, one) for key, one in self._documents.items() if all_pictures or one is document]
        return [row for key, one in wanted for row in measured(one.annotations, self._colors.get(key, {}), self.scale)]

    def _see_colors(self) -> None:
        """Keep the mean colours of the open picture's objects, while its pixels are there."""
        (picture, document), key = self._opened(), self.key
        if document.work.instances or key in self._colors:
            from tabsam.document.measuring import mean_colors  # here: the start waits for every import

            self._colors[key] = mean_colors(document.work.instances, picture.image, self._colors.get(key))

    def stay_with(self, document: Document) -> None:
        """Give up what was asked about a picture when another has been opened meanwhile: the model now answers about that one."""
        if self._open is None or document is not self._open[1]:
            raise CancelledError("cancelled", "The picture that this was meant for is no longer open.")

    def _opened(self) -> tuple[Picture, Document]:
        if self._open is None:
            raise StateError("no-image", "There is no picture yet.", "Open a picture first.")
        return self._open
