"""What methods give, but for those that give a view.

Names and fields are those of the page; a section "Attributes" says what a name alone does not.
"""

# Annotations are evaluated, by checking.py: what is named in one stands above it.

from typing import Literal, TypedDict

from tabsam.arrays import UInt8Array
from tabsam.page.protocol.messages import (
    BegunRun,
    KeptPicture,
    MaskKind,
    Outline,
    PictureMark,
    PictureWork,
    ShownPart,
    ShownTone,
    View,
)


class Restored(TypedDict):
    """What there was another day.

    Attributes
    ----------
    sound
        How many of the journal's bytes were read; the others were cut off.
    damaged
        Whether whole lines were among the others, or what was noted in one cannot be: more than what a tab that was killed had
        not finished.
    begun
        How many of them were there when it was begun.
    at
        The id of the picture that was open.
    page
        Which page of its file it was, from 0.
    part
        What was seen of it; None for all of it.
    finding
        Whether what a search had found was shown.
    tone
        How bright pictures were seen; None for as they are.
    run
        What was being done on several pictures, and has not come to its end.
    """

    sound: int
    damaged: bool
    begun: int
    pictures: list[KeptPicture]
    at: str | None
    marks: list[PictureMark]
    page: int
    part: ShownPart | None
    finding: bool
    tone: ShownTone | None
    run: BegunRun | None


class WorkSummary(TypedDict):
    """How much work there is.

    Attributes
    ----------
    name
        That of the first picture; empty without any.
    pictures
        How many are in the list.
    objects
        In all of them.
    """

    name: str
    pictures: int
    objects: int


class HoverPreview(TypedDict):
    """What a click would give.

    Attributes
    ----------
    decode
        Milliseconds that the last answer took the model; null when it was never asked.
    """

    outline: Outline
    iouPrediction: float
    decode: float | None


class Preview(TypedDict):
    """What an outline would be.

    Attributes
    ----------
    vertices
        How many corners.
    area
        In square image pixels.
    iou
        With the outline as it is.
    """

    outline: Outline
    vertices: int
    area: float
    iou: float


class Bitmap(TypedDict):
    """RGBA, four bytes a pixel."""

    width: int
    height: int
    data: bytes


class Mask(TypedDict):
    """A byte a pixel, 1 on the object, row by row."""

    width: int
    height: int
    data: UInt8Array


class Exported(TypedDict):
    """A file to save: its bytes, media type and name."""

    bytes: bytes
    type: str
    name: str


class EmbeddingInfo(TypedDict):
    """What an embedding says of itself.

    Attributes
    ----------
    decoder
        The SHA-256 of the decoder's file, in hex; empty where nobody has said.
    model
        The model's id; empty where nobody has said.
    encoder
        What is known of the encoder, as JSON: an engine without one is attached with it. Empty where the file does not say.
    """

    decoder: str
    model: str
    encoder: str


class ExportedObjects(TypedDict):
    """A file of all objects.

    Attributes
    ----------
    notes
        Sentences about what the format could not hold.
    """

    bytes: bytes
    type: str
    name: str
    notes: list[str]


class FormatInfo(TypedDict):
    """A format that objects can be saved in.

    Attributes
    ----------
    holds
        What it can hold, and what is lost, in a few words.
    empty
        Whether a picture without objects can be saved in it.
    tool
        Whether it is a single tool's own.
    """

    name: str
    title: str
    extension: str
    holds: str
    empty: bool
    tool: bool


class FormatFidelity(TypedDict):
    """How near to their masks the objects come back from a format, filled as its readers do.

    Attributes
    ----------
    iou
        The mean of the objects that were measured.
    objects
        How many these were: the first, where there are many.
    """

    name: str
    iou: float
    objects: int


class Measures(TypedDict):
    """What an outline measures, in one unit of length; see geometry/measures.py for whose definitions these are."""

    area: float
    x: float
    y: float
    width: float
    height: float
    centroidX: float
    centroidY: float
    perimeter: float
    equivalentDiameter: float


class MeasuredObject(TypedDict):
    """One object, measured.

    Attributes
    ----------
    category
        The name of its class; empty for none.
    pixels
        How many its mask has.
    inUnits
        In `unit`; null where there is neither a map nor a scale.
    color
        Mean red, green, blue and grey, 0 to 255; null where it is not known.
    """

    picture: str
    id: int
    name: str
    category: str
    pixels: int
    inPixels: Measures
    inUnits: Measures | None
    unit: str
    color: list[float] | None


class Scale(TypedDict):
    """How long a pixel's side is."""

    perPixel: float
    unit: str


class Measured(TypedDict):
    """All measures, from the bottom to the top of each picture, and the scale that was typed."""

    objects: list[MeasuredObject]
    scale: Scale | None


class Refined(TypedDict):
    """How a refinement went: after how many rounds it ended, and why."""

    view: View
    rounds: int
    reason: str


class WhichPicture(TypedDict):
    """What has to be asked about a file of several pictures, and the answers that there are."""

    message: str
    choices: list[str]


class JudgedObject(TypedDict):
    """An object that is true or measured, which none was found for.

    Attributes
    ----------
    name
        What it is called in a list.
    category
        The name of its class; empty for none.
    area
        In pixels.
    """

    name: str
    category: str
    area: int


class ComparedObject(TypedDict):
    """An object, and the true one that it was taken for.

    Attributes
    ----------
    boundaryF
        DAVIS' F.
    hd95
        The 95th percentile of the Hausdorff distance, in pixels.
    areaError
        In pixels, the object's less the true one's.
    """

    id: int
    object: JudgedObject
    truth: JudgedObject
    iou: float
    dice: float
    boundaryF: float
    hd95: float
    areaError: int


class ModelMeasured(TypedDict):
    """How near a model's answers are to the objects.

    Attributes
    ----------
    count
        How many objects it was asked for.
    iou, boundaryF
        Means over them.
    worst
        The least IoU, and `worstName` of which object.
    """

    count: int
    iou: float
    boundaryF: float
    worst: float
    worstName: str


class BenchmarkRound(TypedDict):
    """What a round of a benchmark took, in milliseconds."""

    encode: float
    decode: float


class BenchmarkTold(TypedDict):
    """A benchmark as a table.

    Attributes
    ----------
    about
        What was measured where, in a line.
    compared
        Sentences about the run that it is compared with.
    markdown
        The same, fit for an issue.
    """

    about: str
    head: list[str]
    rows: list[list[str]]
    compared: list[str]
    markdown: str


class Compared(TypedDict):
    """The objects of the open picture, held against the truth.

    Attributes
    ----------
    source
        Where the truth is from, in words.
    pairs
        The worst IoU first.
    missed
        True objects that none was taken for.
    extra
        Objects that there is no truth for.
    tolerance
        In pixels: how far off a boundary may be.
    said
        Sentences about what was left out.
    asks
        As with an import.
    """

    source: str
    pairs: list[ComparedObject]
    missed: list[JudgedObject]
    extra: list[JudgedObject]
    tolerance: float
    said: list[str]
    asks: WhichPicture | None


class Imported(TypedDict):
    """How an import went.

    Attributes
    ----------
    added
        How many objects.
    said
        Sentences about what was left out or done.
    asks
        Which of the file's pictures is meant has to be said first, by one of the choices, as `pictured`; null: nothing has.
    """

    view: View
    added: int
    said: list[str]
    asks: WhichPicture | None


class WorkedOn(TypedDict):
    """What has been done on a picture.

    Attributes
    ----------
    key
        What the work on it is kept under.
    work
        How much there is on it now; null where nothing was ever done.
    added
        Objects that are new.
    asked
        Objects that have another shape now.
    failed
        Objects that the model gave nothing for; they are as they were.
    kept
        Objects that it was not asked for.
    open
        Whether it is the open picture.
    """

    key: str
    work: PictureWork | None
    added: int
    asked: int
    failed: int
    kept: int
    open: bool


class CarriedOver(TypedDict):
    """How carrying over went.

    Attributes
    ----------
    added
        How many objects are new.
    lost
        How many there is nothing of here.
    """

    view: View
    added: int
    lost: int


class MaskLook(TypedDict):
    """What a mask's picture would be taken for, and what else it could be."""

    kind: MaskKind
    kinds: list[MaskKind]


class Developed(TypedDict):
    """The picture as a PNG, no larger than a screen needs it."""

    bytes: bytes


class SetFormat(TypedDict):
    """A format of whole data sets; `splits` says whether it parts them for training and validation."""

    name: str
    title: str
    extension: str
    splits: bool


class FilePiece(TypedDict):
    """A piece of a file; without a path of the one zip."""

    path: str
    data: bytes


class SetPieces(TypedDict):
    """The next pieces of a data set.

    Attributes
    ----------
    at
        How many picture files have been begun.
    notes
        With the last ones: sentences about what is not in the files, or not as it was.
    """

    pieces: list[FilePiece]
    done: bool
    at: int
    notes: list[str]


class NewPicture(TypedDict):
    """A picture that a data set brings: a file that was handed over, by its number; or, with -1, the bytes.

    Attributes
    ----------
    key
        What its work is kept under; empty without work.
    """

    key: str
    name: str
    place: str
    file: int
    data: bytes


class SetQuestion(TypedDict):
    """What a data set does not say.

    Attributes
    ----------
    kind
        Whether there is no such picture, there are several, there is one that has the name of several in the data set, or the
        files hold data sets of several formats.
    reference
        How `file` names the picture.
    choices
        Paths of pictures, or formats; none where any picture may be meant.
    """

    kind: Literal["missing", "ambiguous", "shared", "several"]
    reference: str
    file: str
    choices: list[str]


class SetProblem(TypedDict):
    """A file or picture of which nothing, or not all, was taken, and why."""

    path: str
    code: str
    message: str


class KeptUnder(TypedDict):
    """What the work on a listed picture is kept under."""

    id: str
    key: str


class SetOutcome(TypedDict):
    """What a data set has come to.

    Attributes
    ----------
    questions
        Nothing has been taken before they are answered; `pictures` are those that may be meant.
    objects
        How many have come.
    worked
        On how many pictures.
    keys
        Of those of them that were listed before.
    number
        Its place among the `imports` of the view; -1 where nothing has come of it.
    said
        Sentences about what was left out or changed.
    """

    questions: list[SetQuestion]
    pictures: list[str]
    problems: list[SetProblem]
    objects: int
    worked: int
    keys: list[KeptUnder]
    number: int
    said: list[str]


class SetStep(TypedDict):
    """How far the reading of a data set is.

    Attributes
    ----------
    read
        How many files of annotations, or pictures.
    news
        Pictures that join the list.
    """

    read: int
    news: list[NewPicture]
    outcome: SetOutcome | None


class Executed(TypedDict):
    """How a script has ended.

    Attributes
    ----------
    ended
        Whether by itself: not by an error, nor by being stopped.
    opened
        The pictures of the list that it has opened.
    """

    ended: bool
    opened: list[KeptUnder]
    view: View


class Completions(TypedDict):
    """Names, the likeliest first."""

    names: list[str]
