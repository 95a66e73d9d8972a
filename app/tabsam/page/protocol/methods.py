"""Every method that Python answers, by group: what it takes, and what it gives.

A method is described where its params are, or, where they do not say it, in its group.
"""

# Annotations are evaluated, by checking.py: what is named in one stands above it.

from collections.abc import Awaitable, Callable
from typing import TypeAlias, TypedDict, TypeVar

from tabsam.page.protocol.messages import Encoded, KeptPicture, Outline, PictureWork, Progress, View
from tabsam.page.protocol.params import (
    AcceptParams,
    AddClassParams,
    AddPointParams,
    AskAgainOnParams,
    BeginAnewParams,
    BenchmarkParams,
    BenchmarkRoundParams,
    BoxParams,
    CarryOverParams,
    ChangeClassParams,
    ChangeObjectParams,
    ChangeObjectsParams,
    ChooseParams,
    CompleteParams,
    ContoursParams,
    CutOutParams,
    DevelopParams,
    EmbeddingParams,
    ExecuteParams,
    ExportObjectsParams,
    ExportParams,
    ExportSetParams,
    FeedBackParams,
    FilterFoundParams,
    FindOnParams,
    FoundParams,
    HoverParams,
    ImportFileParams,
    ImportSetParams,
    InsertVertexParams,
    LabelPointParams,
    LoadMaskParams,
    LookAtMaskParams,
    MaskParams,
    MeasureAgainstParams,
    MeasureModelParams,
    MeasureParams,
    MoveObjectParams,
    MovePointParams,
    MoveVertexParams,
    NoParams,
    NoteSessionParams,
    ObjectParams,
    ObjectsParams,
    OpenParams,
    PaintParams,
    PrepareParams,
    RefineParams,
    RemoveClassParams,
    RemovePointParams,
    RemoveVertexParams,
    RestoreParams,
    SaveAgainstParams,
    SaveBenchmarkParams,
    SaveEmbeddingParams,
    SaveModelsParams,
    SaveProjectParams,
    ScaleParams,
    SearchOptions,
    SelectParams,
    SetEdgesParams,
    SetTidyParams,
    ShapeParams,
    SingleMaskParams,
    ThresholdParams,
    ThumbnailOfParams,
    ThumbnailParams,
    WorldFileParams,
)
from tabsam.page.protocol.results import (
    BenchmarkRound,
    BenchmarkTold,
    Bitmap,
    CarriedOver,
    Compared,
    Completions,
    Developed,
    EmbeddingInfo,
    Executed,
    Exported,
    ExportedObjects,
    FormatFidelity,
    FormatInfo,
    HoverPreview,
    Imported,
    Mask,
    MaskLook,
    Measured,
    ModelMeasured,
    Preview,
    Refined,
    Restored,
    SetFormat,
    SetPieces,
    SetStep,
    WorkedOn,
    WorkSummary,
)

P = TypeVar("P")
R = TypeVar("R")
OnProgress: TypeAlias = Callable[[Progress], None]
Method: TypeAlias = Callable[[P, OnProgress], Awaitable[R]]


class OpeningMethods(TypedDict):
    """The picture as a whole.

    `open` replaces the document only when the new picture has been encoded: until then, and when it fails or is cancelled, the
    one before stays. Its progress carries the stages 'file' (with `preview`, when asked for) and 'encode'. A picture that has
    been open before has its work again.

    Attributes
    ----------
    cancel
        Give up the `open` in progress, which then fails with the code 'cancelled'.
    state
        Give the view as it is.
    prepare
        Encode a picture that may be opened next, if nothing else is asked at the moment; tell what is encoded.
    """

    open: Method[OpenParams, View]
    cancel: Method[NoParams, None]
    state: Method[NoParams, View]
    prepare: Method[PrepareParams, Encoded]


class WorkerMethods(TypedDict):
    """What the worker asks, and not the page.

    Attributes
    ----------
    refresh
        Encode the open picture for a model that has taken another's place, and ask it what the one before was asked.
    """

    refresh: Method[NoParams, View]


class KeepingMethods(TypedDict):
    """What is there again another day.

    Attributes
    ----------
    works
        Tell of every picture that has been worked on how much there is.
    """

    noteSession: Method[NoteSessionParams, None]
    works: Method[NoParams, list[PictureWork]]


class KeepingWorkerMethods(TypedDict):
    """What the worker, which stores the journal, asks.

    Attributes
    ----------
    restore
        Bring back the work that a journal holds, and write on from there.
    beginJournalAnew
        Write a journal of all that there is, to be put in the place of the one before.
    summary
        Tell how much work there is.
    """

    restore: Method[RestoreParams, Restored]
    beginJournalAnew: Method[BeginAnewParams, None]
    summary: Method[NoParams, WorkSummary]


class PromptMethods(TypedDict):
    """What the model is asked, and what is taken of its answer.

    A call that changes prompts answers, when the model takes its time, first a progress with the new `view` (decoding: true), and
    then the result; when a newer change has overtaken it the result is the newer view. Moves of one `gesture` (any number, one a
    drag) are one step to undo.

    Attributes
    ----------
    clear
        Take every prompt away; the objects stay.
    undo
        Go a step back.
    redo
        Go forward again.
    """

    addPoint: Method[AddPointParams, View]
    movePoint: Method[MovePointParams, View]
    labelPoint: Method[LabelPointParams, View]
    removePoint: Method[RemovePointParams, View]
    setBox: Method[BoxParams, View]
    choose: Method[ChooseParams, View]
    setThreshold: Method[ThresholdParams, View]
    clear: Method[NoParams, View]
    undo: Method[NoParams, View]
    redo: Method[NoParams, View]
    feedBack: Method[FeedBackParams, View]
    setEdges: Method[SetEdgesParams, View]
    setTidy: Method[SetTidyParams, View]
    singleMask: Method[SingleMaskParams, View]
    hover: Method[HoverParams, HoverPreview | None]


class MaskPromptMethods(TypedDict):
    """Masks that the model is given.

    Attributes
    ----------
    askWithShape
        Ask the model with the shape that is shown, as it has been painted.
    removeMask
        Take the mask away; the other prompts stay.
    """

    paint: Method[PaintParams, View]
    askWithShape: Method[NoParams, View]
    loadMask: Method[LoadMaskParams, View]
    removeMask: Method[NoParams, View]
    refine: Method[RefineParams, Refined]


class OutputMethods(TypedDict):
    """The picture and the mask that is shown, given away."""

    thumbnail: Method[ThumbnailParams, Bitmap | None]
    mask: Method[MaskParams, Mask]
    contours: Method[ContoursParams, Outline]
    export: Method[ExportParams, Exported]
    develop: Method[DevelopParams, Developed]


class ObjectMethods(TypedDict):
    """Objects and classes. To select and `useClass` are no steps; every other change is one step to undo.

    Attributes
    ----------
    reopen
        Put an object to the model again: `accept` then gives it its new shape.
    refineAsAsked
        Have the answer to the prompts at hand be an object's new shape.
    selectObjects
        Select objects, or none; the first is the `active` one.
    duplicateObject
        Put a copy of an object right above it.
    removeObject
        Take an object away.
    removeObjects
        Take several away, if none is locked.
    mergeObjects
        Give the first the area of all, and take the others away, if none is locked.
    subtractObjects
        Take the area of the others away from the first; refused ('nothing-left') where that were all of it.
    useClass
        Choose the class of the next object, or none.
    """

    accept: Method[AcceptParams, View]
    reopen: Method[ObjectParams, View]
    refineAsAsked: Method[ObjectParams, View]
    selectObjects: Method[ObjectsParams, View]
    changeObject: Method[ChangeObjectParams, View]
    changeObjects: Method[ChangeObjectsParams, View]
    duplicateObject: Method[ObjectParams, View]
    moveObject: Method[MoveObjectParams, View]
    removeObject: Method[ObjectParams, View]
    removeObjects: Method[ObjectsParams, View]
    mergeObjects: Method[ObjectsParams, View]
    subtractObjects: Method[ObjectsParams, View]
    addClass: Method[AddClassParams, View]
    changeClass: Method[ChangeClassParams, View]
    removeClass: Method[RemoveClassParams, View]
    useClass: Method[SelectParams, View]


class ShapingMethods(TypedDict):
    """An object's outline. Vertices are counted over all its rings; changes of one `gesture` are one step to undo.

    Attributes
    ----------
    previewShape
        Tell what `reshape` would give, and change nothing.
    """

    moveVertex: Method[MoveVertexParams, View]
    insertVertex: Method[InsertVertexParams, View]
    removeVertex: Method[RemoveVertexParams, View]
    reshape: Method[ShapeParams, View]
    previewShape: Method[ShapeParams, Preview]


class SearchMethods(TypedDict):
    """The search for everything. What it finds is the picture's until it is taken, rejected or thrown away, and can be undone.

    `findAll` tells of each find in a progress of the stage 'find'. It ends with the view, also when it was stopped; with the code
    'cancelled' when another search or picture has taken its place.

    Attributes
    ----------
    stopFinding
        End the search; what it has found stays.
    dropFound
        Throw away what was found.
    """

    findAll: Method[SearchOptions, View]
    stopFinding: Method[NoParams, None]
    filterFound: Method[FilterFoundParams, View]
    takeFound: Method[FoundParams, View]
    rejectFound: Method[FoundParams, View]
    dropFound: Method[NoParams, View]


class EachPictureMethods(TypedDict):
    """What is done on one picture after another, open or not.

    It waits for whoever works on the open one, and is a step on its picture. One that is given up, by `leaveOff` or for another,
    fails with the code 'cancelled', and nothing has been done.

    Attributes
    ----------
    leaveOff
        Give up what is being done on a picture.
    """

    findOn: Method[FindOnParams, WorkedOn]
    askAgainOn: Method[AskAgainOnParams, WorkedOn]
    leaveOff: Method[NoParams, None]
    thumbnailOf: Method[ThumbnailOfParams, Bitmap]


class CarryingMethods(TypedDict):
    """Objects of another picture."""

    carryOver: Method[CarryOverParams, CarriedOver]


class MeasuringMethods(TypedDict):
    """What objects measure.

    Attributes
    ----------
    exportMeasures
        Write the same as CSV.
    """

    measure: Method[MeasureParams, Measured]
    setScale: Method[ScaleParams, None]
    exportMeasures: Method[MeasureParams, ExportedObjects]


class ComparingMethods(TypedDict):
    """Objects held against the truth.

    Attributes
    ----------
    saveAgainst
        Write what was measured last, as CSV, or as a page with the worst objects as pictures.
    """

    measureAgainst: Method[MeasureAgainstParams, Compared]
    saveAgainst: Method[SaveAgainstParams, ExportedObjects]


class ModelComparingMethods(TypedDict):
    """Models held against the objects as they are.

    Attributes
    ----------
    saveModels
        Write what came of the models that were compared, as CSV or as a page.
    """

    measureModel: Method[MeasureModelParams, ModelMeasured]
    saveModels: Method[SaveModelsParams, ExportedObjects]


class BenchmarkMethods(TypedDict):
    """How fast the model is that runs.

    Attributes
    ----------
    saveBenchmark
        Write what was told last, as JSON or as a page.
    """

    benchmarkRound: Method[BenchmarkRoundParams, BenchmarkRound]
    benchmark: Method[BenchmarkParams, BenchmarkTold]
    saveBenchmark: Method[SaveBenchmarkParams, ExportedObjects]


class ExportMethods(TypedDict):
    """Files to save.

    Attributes
    ----------
    formats
        List the formats that objects can be saved in.
    fidelity
        Measure how near to their masks the visible objects come back from these.
    """

    formats: Method[NoParams, list[FormatInfo]]
    fidelity: Method[NoParams, list[FormatFidelity]]
    exportObjects: Method[ExportObjectsParams, ExportedObjects]
    cutOut: Method[CutOutParams, Exported]
    saveProject: Method[SaveProjectParams, ExportedObjects]


class EmbeddingMethods(TypedDict):
    """What an encoder has made, as a file; `open` takes one with its picture."""

    saveEmbedding: Method[SaveEmbeddingParams, Exported]


class EmbeddingWorkerMethods(TypedDict):
    """What the worker asks, which finds the decoder that an embedding belongs to."""

    describeEmbedding: Method[EmbeddingParams, EmbeddingInfo]


class ImportMethods(TypedDict):
    """Files for the open picture.

    Attributes
    ----------
    importFile
        Read annotations, classes, a project or a world file, in one step. As prompts, the model is asked for each object by its
        box; a mask of one object is taken as a mask, to be gone on from. As boxes, it is asked for those that have only a box.
    """

    importFile: Method[ImportFileParams, Imported]
    lookAtMask: Method[LookAtMaskParams, MaskLook]
    setWorldFile: Method[WorldFileParams, View]


class SetMethods(TypedDict):
    """Data sets of many pictures.

    Attributes
    ----------
    setFormats
        List the formats that all pictures can be saved in.
    """

    setFormats: Method[NoParams, list[SetFormat]]


class SetWorkerMethods(TypedDict):
    """What the worker asks, which has the files. One data set is written at a time, and one is read.

    Attributes
    ----------
    readOtherProject
        Have the next data set that is written be of a project that is not open; give its pictures.
    goOnWithSetExport
        Make the next pieces.
    endSetExport
        Make no more.
    goOnWithSetImport
        Read on; the last step has the outcome, and nothing is taken before it.
    endSetImport
        Read no more, and take nothing.
    """

    readOtherProject: Method[RestoreParams, list[KeptPicture]]
    beginSetExport: Method[ExportSetParams, None]
    goOnWithSetExport: Method[NoParams, SetPieces]
    endSetExport: Method[NoParams, None]
    beginSetImport: Method[ImportSetParams, None]
    goOnWithSetImport: Method[NoParams, SetStep]
    endSetImport: Method[NoParams, None]


class ScriptMethods(TypedDict):
    """The console."""

    complete: Method[CompleteParams, Completions]


class ScriptWorkerMethods(TypedDict):
    """What the worker asks, which can interrupt it. All that a script changes of a picture is one step, even when it fails."""

    execute: Method[ExecuteParams, Executed]


WORKER_GROUPS: tuple[type, ...] = (
    WorkerMethods,
    KeepingWorkerMethods,
    EmbeddingWorkerMethods,
    SetWorkerMethods,
    ScriptWorkerMethods,
)
"""What the page may not call."""

GROUPS: tuple[type, ...] = (
    OpeningMethods,
    KeepingMethods,
    PromptMethods,
    MaskPromptMethods,
    OutputMethods,
    ObjectMethods,
    ShapingMethods,
    SearchMethods,
    EachPictureMethods,
    CarryingMethods,
    MeasuringMethods,
    ComparingMethods,
    ModelComparingMethods,
    BenchmarkMethods,
    ExportMethods,
    EmbeddingMethods,
    ImportMethods,
    SetMethods,
    ScriptMethods,
    *WORKER_GROUPS,
)
