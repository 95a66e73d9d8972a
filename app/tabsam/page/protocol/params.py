"""What each method takes. A description is that of the method; a field that may be left out may also be null."""

# Annotations are evaluated, by checking.py: what is named in one stands above it.

from typing import Literal, NotRequired, TypedDict

from tabsam.page.protocol.messages import (
    BegunRun,
    Box,
    Edges,
    ExportKind,
    KeptPicture,
    Label,
    MaskKind,
    Overlaps,
    PictureMark,
    Shaping,
    ShownPage,
    ShownPart,
    ShownTone,
)


class NoParams(TypedDict):
    """What a method takes that takes nothing."""


class OpenParams(TypedDict):
    """Open a picture, or a project that holds its picture.

    Attributes
    ----------
    place
        The folder that the file lies in, as far as that is known: one of the same name and content elsewhere is another picture.
    preview
        When the browser cannot show it itself.
    page
        Of a file with several, from 0.
    decoded
        The same picture as a PNG, of a format that the browser can read and Python cannot.
    bands
        Which of its bands: three for red, green and blue, or one as grey.
    again
        Whether one comes back to it: the work on it is as it was left, and not as a project has it.
    embedding
        A file of what an encoder has made of it: it is not encoded then.
    fetchDecoder
        Whether the worker may fetch the decoder that the embedding belongs to from another host.
    """

    bytes: bytes
    name: str
    place: NotRequired[str]
    preview: NotRequired[bool]
    page: NotRequired[int]
    decoded: NotRequired[bytes]
    bands: NotRequired[list[int]]
    again: NotRequired[bool]
    embedding: NotRequired[bytes]
    fetchDecoder: NotRequired[bool]


class EmbeddingParams(TypedDict):
    """Read what an embedding says of itself."""

    bytes: bytes


class SaveEmbeddingParams(TypedDict):
    """Save what the encoder has made of the open picture."""

    precision: Literal["float16", "float32"]


class RestoreParams(TypedDict):
    """Bring back the work that a journal holds, before any picture is opened."""

    journal: bytes


class PrepareParams(TypedDict):
    """Encode a picture ahead, from its file; see `open`."""

    bytes: bytes
    page: NotRequired[int]
    embedding: NotRequired[bytes]


class BeginAnewParams(TypedDict):
    """Begin the journal anew with all that there is.

    Attributes
    ----------
    elsewhere
        Whether what lies beside the journal is gone, and is to be stored again.
    """

    elsewhere: bool


class NoteSessionParams(TypedDict):
    """Note what is to be there again another day; what is left out stays as it was.

    Attributes
    ----------
    pictures
        In the order in which one goes through them.
    at
        The id of the one that is open.
    marks
        Those that are new or have changed; marks of pictures that are no longer listed stay.
    page
        Which page of its file the one that is open is.
    part
        What is seen of it; None for all of it.
    finding
        Whether what a search has found is shown.
    tone
        How bright pictures are seen; None for as they are.
    run
        What is being done on several pictures; None when it has ended.
    """

    pictures: NotRequired[list[KeptPicture]]
    at: NotRequired[str]
    marks: NotRequired[list[PictureMark]]
    page: NotRequired[ShownPage]
    part: NotRequired[ShownPart | None]
    finding: NotRequired[bool]
    tone: NotRequired[ShownTone | None]
    run: NotRequired[BegunRun | None]


class AddPointParams(TypedDict):
    """Add a point on the picture."""

    x: float
    y: float
    label: Label


class MovePointParams(TypedDict):
    """Move a point."""

    id: int
    x: float
    y: float
    gesture: NotRequired[int]


class LabelPointParams(TypedDict):
    """Say whether a point is on the object."""

    id: int
    label: Label


class RemovePointParams(TypedDict):
    """Take a point away."""

    id: int


class BoxParams(TypedDict):
    """Set the box, or take it away."""

    box: Box | None
    gesture: NotRequired[int]


class ChooseParams(TypedDict):
    """Take one of the candidates.

    Attributes
    ----------
    candidate
        Its index.
    offered
        Whether `candidate` is a place among those that are offered instead, as a key has it before they are there; one that
        is not offered then changes nothing.
    """

    candidate: int
    offered: NotRequired[bool]


class ThresholdParams(TypedDict):
    """Say where the mask ends, in logits."""

    threshold: float
    gesture: NotRequired[int]


class FeedBackParams(TypedDict):
    """Say whether a further point refines the answer before."""

    on: bool


class SetEdgesParams(TypedDict):
    """Say how the edges of masks are made; null leaves it to the model."""

    edges: Edges | None


class SetTidyParams(TypedDict):
    """Say below which share of a mask, 0 to 0.2, specks and pinholes are left out; 0 keeps all, null leaves it to the model."""

    share: float | None


class SingleMaskParams(TypedDict):
    """Say whether one mask is shown, as Meta recommends for several clicks or a box, instead of readings to choose from."""

    on: bool


class HoverParams(TypedDict):
    """Tell what a click there would give; null when a newer `hover` has overtaken it. Null for `x` only overtakes."""

    x: float | None
    y: float | None


class PaintParams(TypedDict):
    """Paint on the selected object, or, while there are prompts, on the mask that they give; else what is painted is a prompt.

    Attributes
    ----------
    points
        x, y, x, y ... in image pixels.
    radius
        In image pixels.
    """

    points: list[float]
    radius: float
    erase: bool


class LoadMaskParams(TypedDict):
    """Take a mask picture as a prompt."""

    bytes: bytes


class RefineParams(TypedDict):
    """Feed the answer back until it is good enough; one step, however many rounds it took.

    Attributes
    ----------
    rounds
        At most.
    iouPrediction
        That is good enough, together with `stabilityScore`.
    """

    rounds: int
    iouPrediction: float
    stabilityScore: float


class ThumbnailParams(TypedDict):
    """Bring the picture to at most `side` pixels on its longest side; null without a picture."""

    side: int


class MaskParams(TypedDict):
    """Give a candidate's mask, the one that is shown if none is named."""

    candidate: NotRequired[int]


class ContoursParams(TypedDict):
    """Give a candidate's outline.

    Attributes
    ----------
    tolerance
        In image pixels: how far a simpler one may lie from it.
    """

    candidate: NotRequired[int]
    tolerance: NotRequired[float]


class ExportParams(TypedDict):
    """Write a candidate as a file."""

    kind: ExportKind
    candidate: NotRequired[int]


class AcceptParams(TypedDict):
    """Make what is shown an object, or the new shape of the one that was reopened, and begin the next.

    Attributes
    ----------
    once
        Whether to make no copy: of what is an object already that one is selected, and the code is 'same-object'.
    """

    overlaps: Overlaps
    once: NotRequired[bool]


class ObjectParams(TypedDict):
    """Name an object."""

    id: int


class SelectParams(TypedDict):
    """Use a class for the next objects, or none. It is no step."""

    id: int | None


class ChangeObjectParams(TypedDict):
    """Change what is said of an object."""

    id: int
    category: NotRequired[int | None]
    name: NotRequired[str]
    visible: NotRequired[bool]
    locked: NotRequired[bool]


class ObjectsParams(TypedDict):
    """Name objects."""

    ids: list[int]


class ChangeObjectsParams(TypedDict):
    """Change what is said of objects, in one step. Locked ones are refused, unless only `visible` or `locked` change.

    Attributes
    ----------
    ids
        Left out, of those that are selected when everything before is done.
    """

    ids: NotRequired[list[int]]
    category: NotRequired[int | None]
    visible: NotRequired[bool]
    locked: NotRequired[bool]


class MoveObjectParams(TypedDict):
    """Put an object at a place in the stack, 0 at the bottom."""

    id: int
    place: int


class AddClassParams(TypedDict):
    """Add a class, and give it to objects, in the same step; without any to the next object."""

    name: str
    to: NotRequired[list[int]]


class ChangeClassParams(TypedDict):
    """Rename or recolour a class, or give it another key: the class that had it gets this one's."""

    id: int
    name: NotRequired[str]
    color: NotRequired[str]
    key: NotRequired[Literal[1, 2, 3, 4, 5, 6, 7, 8, 9]]


class RemoveClassParams(TypedDict):
    """Take a class away, from all pictures; its objects stay, without one."""

    id: int


class MoveVertexParams(TypedDict):
    """Move a corner of an object's outline."""

    id: int
    index: int
    x: float
    y: float
    gesture: NotRequired[int]


class InsertVertexParams(TypedDict):
    """Put a corner into an object's outline, after another."""

    id: int
    after: int
    x: float
    y: float
    gesture: NotRequired[int]


class RemoveVertexParams(TypedDict):
    """Take a corner out of an object's outline."""

    id: int
    index: int
    gesture: NotRequired[int]


class ShapeParams(TypedDict):
    """Give an object another outline, made from its own.

    Attributes
    ----------
    amount
        In image pixels, or square ones where what is smaller is filled or removed.
    """

    id: int
    operation: Shaping
    amount: float


class SearchOptions(TypedDict):
    """Search for everything in the picture; the options are Meta's, by their own names, but `maskNmsThresh` is tabsam's.

    Masks are kept down to a little below the two thresholds, for `filterFound`.
    """

    pointsPerSide: NotRequired[int]
    pointsPerBatch: NotRequired[int]
    predIouThresh: NotRequired[float]
    stabilityScoreThresh: NotRequired[float]
    boxNmsThresh: NotRequired[float]
    maskNmsThresh: NotRequired[float]
    cropNLayers: NotRequired[int]
    minMaskRegionArea: NotRequired[int]


class FindOnParams(SearchOptions):
    """Search for everything on a picture, open or not, and make objects of all that is found; see `open` for its file.

    The objects get the class of the next one. What is an object already is left out.
    """

    bytes: bytes
    name: str
    place: NotRequired[str]
    page: NotRequired[int]
    again: NotRequired[bool]
    embedding: NotRequired[bytes]


class AskAgainOnParams(TypedDict):
    """Ask the model that runs now for each object of a picture, open or not, what it was asked by; see `open` for its file.

    Attributes
    ----------
    boxes
        Whether objects that did not come from prompts are asked for by their boxes; else they stay as they are.
    """

    bytes: bytes
    name: str
    place: NotRequired[str]
    page: NotRequired[int]
    again: NotRequired[bool]
    embedding: NotRequired[bytes]
    boxes: bool


class ThumbnailOfParams(TypedDict):
    """Give a page of a file, small: for what a browser cannot show itself.

    Attributes
    ----------
    side
        How long its longer side is at most, in pixels.
    """

    bytes: bytes
    page: int
    side: int


CarryOverParams = TypedDict("CarryOverParams", {"from": str, "ids": list[int], "as": Literal["objects", "prompts", "masks"]})
CarryOverParams.__doc__ = """Carry objects over to the open picture, in one step: as they are, or asked for by prompts or masks.

What is an object already is left out.

Attributes
----------
from
    The key of their picture.
"""


class FoundParams(TypedDict):
    """Finds, by their numbers: `takeFound` makes objects of them, `rejectFound` leaves them out, each in one step."""

    numbers: list[int]


class FilterFoundParams(TypedDict):
    """Show finds from other thresholds on: those that a search with these would find. It is no step."""

    predIouThresh: float
    stabilityScoreThresh: float


class ExportObjectsParams(TypedDict):
    """Write all objects, or only the visible ones.

    Attributes
    ----------
    hidden
        Whether those that are hidden are written as well.
    """

    format: str
    hidden: NotRequired[bool]


class CutOutParams(TypedDict):
    """Cut one object out of the picture, as PNG.

    Attributes
    ----------
    id
        Null is the selected object.
    full
        Whether the file is as large as the picture, and not as the object.
    """

    id: int | None
    full: bool


class MeasureParams(TypedDict):
    """Measure the objects of the open picture, or of all pictures that were worked on.

    Attributes
    ----------
    all
        Whether those of all pictures.
    """

    all: bool


class MeasureAgainstParams(TypedDict):
    """Hold the open picture's objects against the truth: the objects of a file, or those of one class, left out of the others.

    Attributes
    ----------
    name
        The file's.
    bytes
        Its content; without it, the class is what counts.
    pictured
        Which of the file's pictures is the open one, where it has asked.
    category
        The class's id; null for objects without one.
    """

    name: str
    bytes: NotRequired[bytes]
    pictured: NotRequired[str]
    category: int | None


SaveAgainstParams = TypedDict("SaveAgainstParams", {"as": Literal["csv", "html"]})


class MeasureModelParams(TypedDict):
    """Ask the model that runs for the open picture's objects, by their prompts or their boxes, and hold its answers against them.

    Attributes
    ----------
    name
        What the model is called.
    anew
        Whether it is the first of those that are compared: what was measured before is forgotten.
    """

    name: str
    anew: bool


SaveModelsParams = TypedDict("SaveModelsParams", {"as": Literal["csv", "html"]})


class BenchmarkRoundParams(TypedDict):
    """Encode a drawn picture and decode clicks on it, with the model that runs; the open picture is left as it is.

    Attributes
    ----------
    anew
        Whether it is the first round: what was measured before is forgotten.
    """

    anew: bool


class BenchmarkParams(TypedDict):
    """Tell what the rounds took, and where.

    Attributes
    ----------
    gpuBytes, javascriptBytes
        Null where nobody can say.
    runtime
        onnxruntime-web's version; empty where nobody can say.
    other
        A run's file to compare with from now on; without bytes none any more.
    """

    model: str
    provider: str
    threads: int
    isolated: bool
    processor: str
    cores: int
    system: str
    browser: str
    runtime: str
    gpuBytes: int | None
    javascriptBytes: int | None
    other: NotRequired[bytes]


SaveBenchmarkParams = TypedDict("SaveBenchmarkParams", {"as": Literal["json", "html"]})


class ScaleParams(TypedDict):
    """Say how long a pixel's side is, for all pictures. It is no step.

    Attributes
    ----------
    perPixel
        In `unit`; null for no scale.
    """

    perPixel: float | None
    unit: str


class SaveProjectParams(TypedDict):
    """Write everything, with the picture's file or without it, so that it can be gone on with elsewhere."""

    picture: bool


# Not a class: `as` is a word of Python's.
class LookAtMaskParams(TypedDict):
    """Tell what a mask's picture would be taken for."""

    bytes: bytes


ImportFileParams = TypedDict(
    "ImportFileParams",
    {
        "name": str,
        "bytes": bytes,
        "as": Literal["objects", "prompts", "boxes"],
        "pictured": NotRequired[str],
        "kind": NotRequired[MaskKind],
    },
)


class WorldFileParams(TypedDict):
    """Say where the picture lies on a map, by the text of a world file; an empty one takes it back."""

    text: str


class SetPicture(TypedDict):
    """A picture of the list, as one of a data set.

    Attributes
    ----------
    size
        Of its file, in bytes.
    file
        The number that its file is handed over under; -1 where it cannot be had.
    page
        Of a file of which each page is a picture of its own, from 0.
    """

    id: str
    name: str
    place: str
    size: int
    file: int
    page: NotRequired[int]


class ExportSetParams(TypedDict):
    """Begin to write all pictures as one data set.

    Attributes
    ----------
    zipped
        Whether its files are pieces of one zip.
    withPictures
        Whether the picture files come along.
    valShare
        Of the pictures, in formats with splits; `seed` says which.
    """

    format: str
    pictures: list[SetPicture]
    zipped: bool
    withPictures: bool
    valShare: float
    seed: int


class SetFile(TypedDict):
    """A file that a data set may be in: a folder's, or an archive."""

    path: str
    size: int
    file: int


class SetAnswer(TypedDict):
    """Which picture is meant by a name in a data set; empty for none."""

    reference: str
    picture: str


class ImportSetParams(TypedDict):
    """Begin to read a data set.

    Attributes
    ----------
    files
        Those that were handed over.
    pictures
        Those that the page lists already.
    answers
        To all that was asked before.
    format
        Of several the one that is meant; empty where nobody has been asked.
    """

    files: list[SetFile]
    pictures: list[SetPicture]
    answers: list[SetAnswer]
    format: str


class ExecuteParams(TypedDict):
    """Run a script.

    Attributes
    ----------
    pictures
        Those of the list, in their order.
    """

    code: str
    pictures: list[KeptPicture]


class CompleteParams(TypedDict):
    """Tell what the name at the end of a line may become.

    Attributes
    ----------
    before
        The line up to the cursor.
    """

    before: str


class DevelopParams(TypedDict):
    """Show the open picture, which has more than 8 bits, by other values; the model has it as before.

    Attributes
    ----------
    low, high
        What is black and what is white, as parts of the range that is shown at first: 0 and 1 are its ends.
    """

    low: float
    high: float
