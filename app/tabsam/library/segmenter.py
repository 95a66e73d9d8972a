"""The segmenter without ``await``, for scripts and notebooks on CPython."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Mapping
from os import PathLike
from typing import Any, TypeVar

from numpy.typing import ArrayLike
from PIL import Image

from tabsam.arrays import Size
from tabsam.library.embeddings import open_embedding, picture_digest
from tabsam.library.images import ImageLike, as_image
from tabsam.model.candidate import Candidate, Edges, tidy_unsaid
from tabsam.model.choosing import Prediction
from tabsam.model.embedding import StoredEmbedding
from tabsam.model.everything.generator import Step, all_of_it, everything
from tabsam.model.everything.options import EverythingOptions
from tabsam.model.everything.proposals import Proposal
from tabsam.model.following import following
from tabsam.model.picture_guide import PictureGuide
from tabsam.model.segmenter import Segmenter
from tabsam.model.storing import held, stored
from tabsam.model.tidying import checked_share, tidied

T = TypeVar("T")


class SyncSegmenter:
    """:class:`tabsam.Segmenter`, each call waited for. It works inside a notebook's running event loop, too.

    Use it as a context manager, or call :meth:`close`.
    """

    def __init__(self, segmenter: Segmenter, *, provider: str = "cpu", embedding_cache_bytes: int = 0) -> None:
        self._segmenter = segmenter
        self.provider = provider
        self._image: Image.Image | None = None
        self._guide: PictureGuide | None = None
        self._source: ImageLike | None = None
        # A loop of its own, in a thread: asyncio.run would refuse where a loop is running already.
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="tabsam", daemon=True)
        self._thread.start()

    @property
    def everything_defaults(self) -> Mapping[str, float]:
        """See :attr:`tabsam.Segmenter.everything_defaults`."""
        return self._segmenter.everything_defaults

    @property
    def assumed(self) -> str:
        """See :class:`tabsam.Segmenter`."""
        return self._segmenter.assumed

    @property
    def edges(self) -> Edges:
        """Whether its masks follow the picture's edges where nobody says; see :class:`tabsam.Segmenter`."""
        return self._segmenter.edges

    @property
    def tidy(self) -> float:
        """Below which share specks and pinholes are left out where nobody says; see :class:`tabsam.Segmenter`."""
        return self._segmenter.tidy

    def set_image(self, image: ImageLike) -> None:
        """See :meth:`tabsam.Segmenter.set_image`; the picture may come as anything that :func:`as_image` takes."""
        picture = as_image(image)
        self._wait(self._segmenter.set_image(picture))
        self._image, self._guide, self._source = picture, None, image

    def predict(
        self,
        points: ArrayLike | None = None,
        labels: ArrayLike | None = None,
        box: ArrayLike | None = None,
        mask: ArrayLike | None = None,
        *,
        multimask_output: bool = True,
        all_candidates: bool = False,
        edges: Edges | None = None,
        tidy: float | None = None,
    ) -> list[Candidate]:
        """See :meth:`tabsam.Segmenter.predict`.

        Parameters
        ----------
        edges : {"decoded", "follow"} or None
            Whether masks end where the model's answer does, as the reference has it, or follow the picture's edges nearby; None
            leaves it to the model (:attr:`tabsam.Segmenter.edges`).
        tidy : float, 0 to 0.2, or None
            Specks and pinholes below this share of the mask are left out; 0 keeps all. None leaves it to the model, and keeps all
            where edges are asked for as decoded.
        """
        if tidy is not None:
            checked_share(tidy)
        candidates = self._wait(
            self._segmenter.predict(points, labels, box, mask, multimask_output=multimask_output, all_candidates=all_candidates)
        )
        return [self.finished(one, edges, tidy) for one in candidates]

    def ask(
        self,
        points: ArrayLike | None = None,
        labels: ArrayLike | None = None,
        box: ArrayLike | None = None,
        mask: ArrayLike | None = None,
    ) -> Prediction:
        """See :meth:`tabsam.Segmenter.ask`."""
        return self._wait(self._segmenter.ask(points, labels, box, mask))

    def finished(self, candidate: Candidate, edges: Edges | None = None, tidy: float | None = None) -> Candidate:
        """Give a candidate of the current picture finished in another way, or the model's; see :meth:`predict`."""
        if (edges or self._segmenter.edges) == "follow" and self._image is not None:
            if self._guide is None:
                self._guide = PictureGuide(self._image)
            candidate = following(candidate, self._guide)
        return tidied(candidate, tidy_unsaid(self._segmenter.tidy, edges) if tidy is None else tidy)

    def everything(
        self,
        image: ImageLike,
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
        return self._wait(all_of_it(everything(self._segmenter, as_image(image), options), progress))

    @property
    def decoder_digest(self) -> str:
        """The SHA-256 of the decoder, in hex, by which embeddings say whose they are; the file is read for it once."""
        return next(iter(self._segmenter.identity.decoders()), "")

    def embedding(self) -> StoredEmbedding:
        """Give what the encoder has made of the current picture, to be stored: :func:`tabsam.save_embedding`.

        Raises
        ------
        StateError
            ``no-image`` before :meth:`set_image`.
        """
        digest = "" if self._source is None else picture_digest(self._source)
        return self._wait(stored(self._segmenter, picture=digest))

    def set_embedding(self, image: ImageLike | Size, embedding: StoredEmbedding | str | PathLike[str]) -> None:
        """Make a picture the current one, of which an encoder has made an embedding elsewhere: it is not encoded.

        Parameters
        ----------
        image : what :meth:`set_image` takes, or its size, (height, width)
            Without its pixels masks cannot follow its edges, and end as decoded.
        embedding : StoredEmbedding, or the path of a file

        Raises
        ------
        ImageError
            ``embedding-other-picture``, by the digest of a path or of bytes, and by the size.
        ModelError
            ``embedding-other-model``, ``embedding-shapes``, ``embedding-not-finite``.
        FormatError
            Those of :func:`tabsam.open_embedding`.
        """
        given = embedding if isinstance(embedding, StoredEmbedding) else open_embedding(embedding)
        if isinstance(image, tuple):
            picture, size, source = None, (int(image[0]), int(image[1])), None
        else:
            picture, source = as_image(image), image
            size = picture.height, picture.width
        digest = "" if source is None else picture_digest(source)
        self._segmenter.take(self._wait(held(self._segmenter, given, size, picture=digest)))
        self._image, self._guide, self._source = picture, None, source

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
