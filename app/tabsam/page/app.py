"""What the page can call: each method of protocol/methods.py by its name, and the parts that answer it.

It runs on CPython as well, which is how it is tested; web.py connects it to JavaScript.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from tabsam.errors import RequestError, StateError, TabsamError
from tabsam.model.segmenter import Segmenter
from tabsam.page.answering import Answering
from tabsam.page.changing import Changing
from tabsam.page.data_sets import DataSets
from tabsam.page.edge_following import EdgeFollowing
from tabsam.page.encoding import Encoding
from tabsam.page.engine import Engine
from tabsam.page.exporting import Exporting
from tabsam.page.importing import Importing
from tabsam.page.keeping import Keeping
from tabsam.page.mask_prompts import MaskPrompts
from tabsam.page.measuring import Measuring
from tabsam.page.objects import Objects
from tabsam.page.opening import Opening
from tabsam.page.order import Order
from tabsam.page.outputs import Outputs
from tabsam.page.prompting import Prompting
from tabsam.page.scripting import Scripting
from tabsam.page.searching import Searching
from tabsam.page.shaping import Shaping
from tabsam.page.view import ViewMaker
from tabsam.page.workspace import Workspace

if TYPE_CHECKING:
    from tabsam.page.encoding import EmbeddingFile
    from tabsam.page.protocol.methods import Method, OnProgress

_AT_ONCE = (
    *("open", "cancel", "state", "setEdges", "prepare", "describeEmbedding"),
    *("noteSession", "works", "restore", "beginJournalAnew", "summary"),
)
"""What does not wait for a picture that is on its way."""

_OF_ALL_PICTURES = (
    "findOn",
    "askAgainOn",
    "leaveOff",
    "thumbnailOf",
    "readOtherProject",
    "beginSetExport",
    "goOnWithSetExport",
    "endSetExport",
    "beginSetImport",
    "goOnWithSetImport",
    "endSetImport",
)
"""What is about pictures that are not open as well: it waits for none."""

_OF_MANY_PICTURES = ("findOn", "askAgainOn", "leaveOff", "thumbnailOf", "carryOver")
"""What is made when the first of it is asked for: the start waits for every import."""

_OF_THE_TRUTH = ("measureAgainst", "saveAgainst", "measureModel", "saveModels", "benchmarkRound", "benchmark", "saveBenchmark")
"""And what measures."""
_OF_EMBEDDINGS = ("saveEmbedding", "describeEmbedding")
"""What is made when the first of it is asked for, too."""

_OF_THE_ANSWER = ("accept", "choose", "paint", "askWithShape", "execute")
"""What is about the answer to the prompts as they are when it is asked, or a script: all that is asked later waits for it."""

_BESIDE = ("stopFinding", "refresh", "thumbnail", "formats", "setFormats", "complete")
"""What neither changes the document nor depends on what others make of it; another model is what a failed answer waits for."""


class App:
    """Connects the parts.

    Attributes
    ----------
    workspace : Workspace
        What is open.
    keeping : Keeping
        Stores what is done.
    data_sets : DataSets
        Reads files that the worker has.
    scripting : Scripting
        Runs scripts.
    """

    def __init__(self) -> None:
        self.workspace = workspace = Workspace()
        self.keeping = keeping = Keeping(workspace)
        self.data_sets = data_sets = DataSets(workspace)
        self._engine = engine = Engine()
        self._encoding = encoding = Encoding(engine, workspace)
        edges = EdgeFollowing(engine, workspace)
        self._answering = answering = Answering(engine, workspace, encoding, edges)
        views = ViewMaker(workspace, encoding, answering, edges)
        changing = Changing(workspace, answering, views)
        searching = Searching(workspace, encoding, changing)
        self._order = order = Order()

        async def before_change() -> None:
            await searching.stop()
            await order.settled()  # what was asked about the answer is still about this picture

        self.scripting = scripting = Scripting(workspace, engine, encoding, answering, changing, lambda: data_sets.pictures)
        self._opening = Opening(engine, workspace, encoding, answering, views, edges, before_change)

        def of_many_pictures() -> Mapping[str, object]:
            from tabsam.page.carrying import Carrying
            from tabsam.page.each_picture import EachPicture

            def is_quiet() -> bool:
                return self._opening.is_quiet and not searching.is_running

            each = EachPicture(engine, workspace, encoding, answering, edges, is_quiet)
            return _merged(each.methods(), Carrying(workspace, answering, edges, changing).methods())

        importing = Importing(workspace, answering, changing)

        def of_the_truth() -> Mapping[str, object]:
            from tabsam.page.benchmarking import Benchmarking
            from tabsam.page.comparing import Comparing
            from tabsam.page.model_comparing import ModelComparing

            models = ModelComparing(workspace, answering, edges)
            return _merged(Comparing(workspace, importing).methods(), models.methods(), Benchmarking(engine).methods())

        def of_embeddings() -> Mapping[str, object]:
            from tabsam.page.embeddings import Embeddings

            embeddings = Embeddings(workspace, encoding)
            return _merged(embeddings.methods(), embeddings.worker_methods())

        self._methods = _merged(
            self._opening.methods(),
            self._opening.worker_methods(),
            keeping.methods(),
            keeping.worker_methods(),
            Prompting(workspace, answering, changing, edges).methods(),
            MaskPrompts(workspace, answering, changing).methods(),
            Outputs(workspace, answering).methods(),
            Objects(workspace, answering, changing).methods(),
            Shaping(workspace, changing).methods(),
            searching.methods(),
            _when_asked(_OF_MANY_PICTURES, of_many_pictures),
            _when_asked(_OF_EMBEDDINGS, of_embeddings),
            Measuring(workspace).methods(),
            Exporting(workspace).methods(),
            importing.methods(),
            _when_asked(_OF_THE_TRUTH, of_the_truth),
            data_sets.methods(),
            data_sets.worker_methods(),
            scripting.methods(),
            scripting.worker_methods(),
        )

    async def handle(self, method: str, params: Mapping[str, object], on_progress: OnProgress) -> object:
        """Answer one request; see protocol/methods.py for every method's params and result.

        Raises
        ------
        TabsamError
            Whatever went wrong; nothing the user made is lost.
        """
        if method not in self._methods:
            raise RequestError("unknown-method", f"There is no method '{method}'.")
        from tabsam.page.checking import checked  # here: nothing is asked before the page is there

        given = checked(method, params)
        try:
            return await self._answer(method, given, on_progress)
        except MemoryError as error:
            raise StateError(
                "out-of-memory",
                "There is not enough memory for this.",
                "Close other tabs, or try it with a smaller picture or with fewer objects at once.",
                details=repr(error),
            ) from error
        finally:
            self.keeping.store()  # before anybody hears of it

    async def _answer(self, method: str, params: Mapping[str, object], on_progress: OnProgress) -> object:
        answer = self._methods[method]
        if method in _AT_ONCE or method in _OF_ALL_PICTURES:
            return await answer(params, on_progress)
        await self._opening.wait()
        if method in _OF_THE_ANSWER:
            async with self._order.alone():
                return await answer(params, on_progress)
        if method not in _BESIDE:
            await self._order.after()
        return await answer(params, on_progress)

    def attach(self, segmenter: Segmenter, file: EmbeddingFile | None = None) -> None:
        """Use these from now on. An open picture is encoded and asked about anew when next needed."""
        self._encoding.file = file
        self._engine.attach(segmenter)
        self._encoding.kept.clear()
        self._answering.distrust()

    def detach(self, failure: TabsamError) -> None:
        """Learn that there is no segmenter, and why; calls that need one fail with that reason."""
        self._engine.detach(failure)


def _merged(*groups: Mapping[str, object]) -> dict[str, Method[Any, object]]:
    """Give the methods of all groups; each takes what checked() gives for it."""
    return {name: cast("Method[Any, object]", method) for group in groups for name, method in group.items()}


def _when_asked(names: Sequence[str], make: Callable[[], Mapping[str, object]]) -> dict[str, Method[Any, object]]:
    """Give methods of which the first that is asked for makes them all."""
    made: dict[str, Method[Any, object]] = {}

    def later(name: str) -> Method[Any, object]:
        async def method(params: object, on_progress: OnProgress) -> object:
            if not made:
                made.update(_merged(make()))
            return await made[name](params, on_progress)

        return method

    return {name: later(name) for name in names}
