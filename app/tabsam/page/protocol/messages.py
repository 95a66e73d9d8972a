"""The parts that messages are made of.

Names and fields are those of the page, and so is the order; a section "Attributes" says what a name alone does not.
"""

# Annotations are evaluated, by checking.py: what is named in one stands above it.

from dataclasses import dataclass
from typing import Annotated, Literal, NotRequired, TypeAlias, TypedDict

from tabsam.arrays import Float32Array, UInt32Array


@dataclass(frozen=True)
class InJavaScript:
    """The type that JavaScript has for what it is written beside."""

    type: str


Box: TypeAlias = Annotated[tuple[float, float, float, float], InJavaScript("[x0: number, y0: number, x1: number, y1: number]")]
Label: TypeAlias = Literal[0, 1]
"""1 on the object, 0 off it."""
Edges: TypeAlias = Literal["decoded", "follow"]
"""Whether a mask ends where the model's answer does, or follows the picture's edges nearby."""
Stage: TypeAlias = Literal["python", "model", "provider", "file", "encode", "decode", "find", "import", "export", "script"]
"""The first three and 'export' are the worker's own."""
Overlaps: TypeAlias = Literal["keep", "new", "old"]
"""Who gets what two objects share: both, the new one, those from before."""
Shaping: TypeAlias = Literal["smooth", "open", "close", "grow", "fill-holes", "remove-islands", "simplify", "uncross"]
ExportKind: TypeAlias = Literal["mask-png", "cutout-png", "svg"]
MaskKind: TypeAlias = Literal["white", "black", "opaque", "labels", "colors"]
"""What is marked in a mask's picture: what is bright, dark or opaque; or each value, or each colour, is an object."""


class KeptPicture(TypedDict):
    """A picture of the list that one goes through.

    Attributes
    ----------
    place
        The folder that it came from; empty where nobody knows.
    size
        Of its file, in bytes; 0 where that is not known yet.
    page
        Of a file of which each page is a picture of its own, from 0.
    file
        What its file is stored under, where that is not its own id.
    """

    id: str
    name: str
    place: str
    size: int
    page: NotRequired[int]
    file: NotRequired[str]


class ShownPage(TypedDict):
    """Which page of which listed picture was open; from 0."""

    id: str
    page: int


class BegunRun(TypedDict):
    """What is being done on one picture after another.

    Attributes
    ----------
    what
        Whether everything is found, or asked again for objects.
    done, of
        How many of how many pictures have been.
    """

    what: Literal["find", "ask"]
    done: int
    of: int


class ShownTone(TypedDict):
    """How bright pictures are seen.

    Attributes
    ----------
    window, level
        Width and middle of the range of brightness that is spread over all of it, in per cent.
    gamma
        Above 1 for brighter middle tones.
    """

    window: float
    level: float
    gamma: float


class ShownPart(TypedDict):
    """Which part of a picture was seen.

    Attributes
    ----------
    id, page
        Of which picture of the list, and which page of its file.
    width
        The picture's, in its own pixels.
    scale
        CSS pixels per pixel of the picture.
    x, y
        Where its top-left corner was, in CSS pixels of the stage.
    stageWidth, stageHeight
        In CSS pixels.
    """

    id: str
    page: int
    width: int
    scale: float
    x: float
    y: float
    stageWidth: float
    stageHeight: float


class PictureMark(TypedDict):
    """What is known of a picture of the list besides its file.

    Attributes
    ----------
    id
        That of the listed picture.
    key
        What the work on it is kept under (see `ImageInfo`); empty until it has been open.
    done
        Whether the person has said that nothing more is to be done.
    """

    id: str
    key: str
    done: bool


class PictureWork(TypedDict):
    """How much work there is on a picture.

    Attributes
    ----------
    key
        What it is kept under.
    objects
        How many.
    classes
        Of the objects, by their ids, each once.
    """

    key: str
    objects: int
    classes: list[int]


class Failure(TypedDict):
    """What went wrong, for a person.

    Attributes
    ----------
    code
        Stable.
    message
        What happened.
    hint
        What to do next.
    details
        For a bug report.
    """

    code: str
    message: str
    hint: str
    details: NotRequired[str]


class Outline(TypedDict):
    """Closed rings, one after another. Holes are rings too; fill with the even-odd rule.

    Attributes
    ----------
    vertices
        x, y pairs in image pixels.
    offsets
        Ring k is the points `offsets[k]` to `offsets[k + 1]`.
    """

    vertices: Float32Array
    offsets: UInt32Array


class Candidate(TypedDict):
    """One of the masks that the model offers.

    Attributes
    ----------
    index
        Its rank; 0 is the one with the best IoU prediction. Those that are not offered have theirs, too.
    token
        The mask token that it is of: 0 is the single-mask token; null where the model does not say.
    outline
        Null in a progress, for all but the chosen one: the others follow.
    """

    index: int
    token: int | None
    iouPrediction: float
    stabilityScore: float
    outline: Outline | None


class Point(TypedDict):
    """A click.

    Attributes
    ----------
    label
        1 is foreground, 0 background.
    refines
        The candidate of the answer before that this point refines, null for none.
    """

    id: int
    x: float
    y: float
    label: Label
    refines: int | None


class ImageInfo(TypedDict):
    """The picture, by its file's name, and its size in pixels.

    Attributes
    ----------
    key
        What the work on it is kept under, also another day: two files of the same content, name and folder are one picture.
    """

    key: str
    name: str
    width: int
    height: int


class Pages(TypedDict):
    """Which page of its file the picture is, from 0, and how many there are: of a TIFF, or frames of a GIF or a WebP.

    Attributes
    ----------
    label
        What it is of a stack ('channel 2, slice 5'); empty where that is not said.
    """

    at: int
    of: int
    label: str


class Depth(TypedDict):
    """That a picture has more than 8 bits: which of its own values are black and white; null where its bands differ in that."""

    low: float | None
    high: float | None


class Bands(TypedDict):
    """The bands of a picture, and which of them are seen: three as red, green and blue, or one as grey."""

    names: list[str]
    shown: list[int]


class Category(TypedDict):
    """A class.

    Attributes
    ----------
    color
        "#rrggbb".
    key
        The digit that gives it, 1 to 9, and no other class's.
    elsewhere
        How many objects of other pictures are of it.
    """

    id: int
    name: str
    color: str
    key: int | None
    elsewhere: int


class SentObject(TypedDict):
    """An object, as it crosses.

    Attributes
    ----------
    area
        In square image pixels.
    vertices
        How many corners.
    asks
        It has prompts, so that one can go on asking the model.
    outline
        Its number among those that have been sent.
    """

    id: int
    category: int | None
    name: str
    visible: bool
    locked: bool
    score: float | None
    area: float
    bbox: Box
    vertices: int
    asks: bool
    outline: int


class ChangedObjects(TypedDict):
    """What of the objects really crosses: no outline twice; the page puts them together.

    Attributes
    ----------
    list
        From the bottom to the top.
    outlines
        By number, those that the page has not.
    """

    list: list[SentObject]
    categories: list[Category]
    outlines: dict[str, Outline]


SentObjects: TypeAlias = ChangedObjects | None
"""Null when nothing has changed."""


class SentFind(TypedDict):
    """What a search has found, as it crosses.

    Attributes
    ----------
    number
        What it is known by.
    area
        In square image pixels.
    outline
        Null when it has come before.
    """

    number: int
    iouPrediction: float
    stabilityScore: float
    area: float
    outline: Outline | None


class Thresholds(TypedDict):
    """From where on finds are shown: above the first, and at least the second."""

    predIouThresh: float
    stabilityScoreThresh: float


class LowerThresholds(TypedDict):
    """Thresholds that so many finds pass."""

    thresholds: Thresholds
    count: int


class Searched(TypedDict):
    """How the finds were searched for, and which of them are shown.

    Attributes
    ----------
    least
        Below these nothing is kept.
    pointsPerSide
        Clicks; null for a grid of one's own.
    gone
        How many were taken or rejected.
    lower
        The nearest lower thresholds that something passes, while nothing passes these; null where there are none.
    """

    thresholds: Thresholds
    least: Thresholds
    pointsPerSide: int | None
    gone: int
    lower: LowerThresholds | None


class ChangedFinds(TypedDict):
    """What of the finds really crosses; the page puts them together.

    Attributes
    ----------
    fresh
        They are another search's than those before: outlines that came before are of no use.
    list
        The best first.
    search
        Null where nothing was searched for, or it was thrown away.
    """

    fresh: bool
    list: list[SentFind]
    search: Searched | None


SentFinds: TypeAlias = ChangedFinds | None
"""Null when nothing has changed."""


class Encoded(TypedDict):
    """The pictures that are kept ready, and the bytes they take."""

    pictures: int
    bytes: int


class Timings(TypedDict):
    """Milliseconds.

    Attributes
    ----------
    encode
        That the picture took.
    decode
        That the model took for the last answer; missing when the answer was known.
    total
        That the last answer took, the model's time included.
    """

    encode: NotRequired[float]
    decode: NotRequired[float]
    total: NotRequired[float]


class View(TypedDict):
    """All that Python lets the page draw.

    Attributes
    ----------
    revision
        Grows with every change.
    pages
        Null for a picture that is alone in its file.
    imports
        Of every data set that came in, in their order: whether what it did is done, or has been undone.
    depth
        Null for a picture of 8 bits.
    bands
        Null for a picture that has no more than are seen.
    mask
        What was painted as a prompt.
    painted
        What the person has made of the chosen candidate with the brush; it is shown, exported and accepted in its place.
    threshold
        In logits: where the mask ends.
    candidates
        Without those that are nearly the same as a better one. While `decoding` those of the prompts before; empty in a progress:
        the page has them.
    maskCount
        How many masks the candidates were chosen from.
    chosen
        The index of the candidate that is shown and exported, null when there is none.
    notes
        Sentences on where the answer is not what the reference's predictor would give.
    objects
        For the page all of them, put together from the `SentObjects` that cross.
    finds
        What a search has found and nobody has taken or rejected yet; put together likewise.
    active
        The selected object; of several the one that was selected first.
    selected
        All of them, `active` first.
    category
        The class of the next object.
    refines
        The object that the answer will go to.
    feedsBack
        Whether a further click refines the answer before.
    edges
        How the edges of masks are made. One that follows is shown as decoded first, and then, when it is ready, in a result.
    tidy
        Below which share of a mask specks and pinholes are left out; 0 where all are kept. Shown as edges are.
    singleMask
        Whether one mask is shown, that which Meta's predictor gives for multimask_output=False.
    hasSingleMask
        Whether the model has a mask of its own for that, and not the best of the others; null while nobody can say.
    worldFile
        The six numbers A, D, B, E, C and F of the picture's world file, null where it is not on a map.
    """

    revision: int
    image: ImageInfo | None
    pages: Pages | None
    depth: Depth | None
    bands: Bands | None
    points: list[Point]
    box: Box | None
    mask: Outline | None
    painted: Outline | None
    threshold: float
    candidates: list[Candidate]
    maskCount: int
    chosen: int | None
    notes: list[str]
    decoding: bool
    canUndo: bool
    canRedo: bool
    imports: list[bool]
    active: int | None
    selected: list[int]
    category: int | None
    refines: int | None
    feedsBack: bool
    edges: Edges
    tidy: float
    singleMask: bool
    hasSingleMask: bool | None
    worldFile: list[float] | None
    epsg: int | None
    objects: Annotated[SentObjects, InJavaScript("Objects")]
    finds: Annotated[SentFinds, InJavaScript("Finds")]
    encoded: Encoded
    timings: Timings


class ScriptOutput(TypedDict):
    """Something that a script says: printed, an error, what its last expression gives, a picture, a file to save, or a note.

    Attributes
    ----------
    text
        Of a picture what it is, of a file its name.
    data
        A picture's PNG; a file's content.
    """

    kind: Literal["out", "err", "value", "error", "note", "picture", "file"]
    text: str
    data: NotRequired[bytes]


class Progress(TypedDict):
    """What is told before a result.

    Attributes
    ----------
    message
        A sentence for the status line.
    loaded
        In bytes, clicks or objects, as is `total`.
    view
        Comes as soon as Python's state has changed, before the model has answered.
    preview
        A PNG of a picture that the browser cannot show itself, when it was asked for.
    """

    stage: Stage
    message: str
    loaded: NotRequired[int]
    total: NotRequired[int]
    view: NotRequired[View]
    preview: NotRequired[bytes]
    output: NotRequired[ScriptOutput]
    found: NotRequired[Annotated[list[SentFind], InJavaScript("Find[]")]]
