"""Answers what is asked about scripts. What runs them is imported when the first one comes."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from tabsam.page.answering import Answering
from tabsam.page.changing import Changing
from tabsam.page.encoding import Encoding
from tabsam.page.engine import Engine
from tabsam.page.workspace import Workspace

if TYPE_CHECKING:
    from tabsam.page.console.session import Session
    from tabsam.page.listed_pictures import ListedPictures
    from tabsam.page.protocol.messages import Progress, ScriptOutput
    from tabsam.page.protocol.methods import OnProgress, ScriptMethods, ScriptWorkerMethods
    from tabsam.page.protocol.params import CompleteParams, ExecuteParams
    from tabsam.page.protocol.results import Completions, Executed
    from tabsam.page.surroundings import Surroundings


class Scripting:
    """Holds the console's session.

    Attributes
    ----------
    surroundings : Surroundings or None
        To be set before the first script; None is CPython's.
    """

    def __init__(
        self,
        workspace: Workspace,
        engine: Engine,
        encoding: Encoding,
        answering: Answering,
        changing: Changing,
        listed: Callable[[], ListedPictures],
    ) -> None:
        self.surroundings: Surroundings | None = None
        self._workspace = workspace
        self._changing = changing
        self._engine = engine
        self._encoding = encoding
        self._answering = answering
        self._listed = listed

    def methods(self) -> ScriptMethods:
        """Give what the page asks."""
        return {"complete": self._complete}

    def worker_methods(self) -> ScriptWorkerMethods:
        """Give what the worker asks, which can interrupt Python."""
        return {"execute": self._execute}

    def stop(self) -> None:
        """Stop a script that waits for something."""
        if "_session" in vars(self):
            self._session.stop()

    @cached_property
    def _session(self) -> Session:
        from tabsam.page.console.session import Session
        from tabsam.page.surroundings import NoSurroundings

        return Session(
            self._workspace, self._engine, self._encoding, self._answering, self._listed(), self.surroundings or NoSurroundings()
        )

    async def _execute(self, params: ExecuteParams, on_progress: OnProgress) -> Executed:
        def tell(output: ScriptOutput) -> None:
            news: Progress = {"stage": "script", "message": "Python is busy with your script", "output": output}
            on_progress(news)

        ended, opened = await self._session.execute(params["code"], params["pictures"], tell)
        self._workspace.count_elsewhere()
        view = self._changing.counted()
        return {"ended": ended, "opened": [{"id": id, "key": key} for id, key in opened.items()], "view": view}

    async def _complete(self, params: CompleteParams, on_progress: OnProgress) -> Completions:
        return {"names": self._session.complete(params["before"])}
