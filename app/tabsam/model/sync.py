"""The segmenter without ``await``, for scripts and notebooks on CPython."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Mapping
from contextlib import aclosing
from pathlib import Path
from typing import Any, TypeVar

from numpy.typing import ArrayLike
from PIL import Image

from tabsam.arrays import UInt8Array
from tabsam.model import native
from tabsam.model.everything.generator import Step, everything
from tabsam.model.everything.options import EverythingOptions
from tabsam.model.everything.proposals import Proposal
from tabsam.model.segmenter import Candidate, Prediction, Segmenter

T = TypeVar("T")


class SyncSegmenter:
    """:class:`tabsam.Segmenter`, each call waited for. It works inside a notebook's running event loop, too.

    Use it as a context manager, or call :meth:`close`.
    """

    def __init__(self, segmenter: Segmenter) -> None:
        self._segmenter = segmenter
        # A loop of its own, in a thread: asyncio.run would refuse where a loop is running already.
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="tabsam", daemon=True)
        self._thread.start()

    @property
    def everything_defaults(self) -> Mapping[str, float]:
        """See :attr:`tabsam.Segmenter.everything_defaults`."""
        return self._segmenter.everything_defaults

    def set_image(self, image: Image.Image | UInt8Array) -> None:
        """See :meth:`tabsam.Segmenter.set_image`."""
        self._wait(self._segmenter.set_image(image))

    def predict(
        self,
        points: ArrayLike | None = None,
        labels: ArrayLike | None = None,
        box: ArrayLike | None = None,
        mask: ArrayLike | None = None,
        *,
        multimask_output: bool = True,
        all_candidates: bool = False,
    ) -> list[Candidate]:
        """See :meth:`tabsam.Segmenter.predict`."""
        return self._wait(
            self._segmenter.predict(points, labels, box, mask, multimask_output=multimask_output, all_candidates=all_candidates)
        )

    def ask(
        self,
        points: ArrayLike | None = None,
        labels: ArrayLike | None = None,
        box: ArrayLike | None = None,
        mask: ArrayLike | None = None,
    ) -> Prediction:
        """See :meth:`tabsam.Segmenter.ask`."""
        return self._wait(self._segmenter.ask(points, labels, box, mask))

    def everything(
        self,
        image: Image.Image | UInt8Array,
        options: EverythingOptions | None = None,
        *,
        progress: Callable[[Step], None] | None = None,
    ) -> list[Proposal]:
        """Find all that is in a picture; see :func:`tabsam.model.everything.generator.everything`.

        Parameters
        ----------
        progress : function
            Called with each step, in another thread; what it raises ends the search.
        """
        return self._wait(self._everything(image, options, progress))

    async def _everything(
        self, image: Image.Image | UInt8Array, options: EverythingOptions | None, progress: Callable[[Step], None] | None
    ) -> list[Proposal]:
        found: tuple[Proposal, ...] = ()
        async with aclosing(everything(self._segmenter, image, options)) as steps:
            async for step in steps:
                found = step.found
                if progress is not None:
                    progress(step)
        return list(found)

    def close(self) -> None:
        """Close the sessions and end the thread."""
        if self._loop.is_closed():
            return
        self._wait(self._segmenter.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def __enter__(self) -> SyncSegmenter:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _wait(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()


def load(folder: Path | str, *, threads: int = 0) -> SyncSegmenter:
    """Load a model from a folder with ``encoder.onnx`` and ``decoder.onnx``; see :func:`tabsam.model.native.load`."""
    return SyncSegmenter(native.load(folder, threads=threads))
