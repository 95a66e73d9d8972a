"""The segmenter without ``await``, for scripts and notebooks on CPython."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from numpy.typing import ArrayLike

from tabsam.errors import StateError
from tabsam.library.finishing import Finish, Finishing
from tabsam.library.fusing import How, Weights, fused
from tabsam.library.images import ImageLike, as_image, name_of
from tabsam.library.prompting import MaskLike, Prompt
from tabsam.library.result import Found, Refinement, Result
from tabsam.library.saving import Picture
from tabsam.library.storing import StoresEmbeddings, read_picture
from tabsam.library.waiting import Waiter
from tabsam.model.candidate import Candidate, Edges
from tabsam.model.choosing import Prediction
from tabsam.model.embedding_cache import EmbeddingCache
from tabsam.model.everything.generator import Step, all_of_it, everything
from tabsam.model.everything.options import EverythingOptions
from tabsam.model.prompts import Prompts
from tabsam.model.refining import refine_by
from tabsam.model.segmenter import Segmenter
from tabsam.model.several import ask_each
from tabsam.pictures.strips import pixels_digest


class SyncSegmenter(StoresEmbeddings):
    """A loaded model, each call waited for, also inside a notebook's running event loop; :func:`tabsam.load` makes it.

    Use it as a context manager, or call :meth:`close`.

    Parameters
    ----------
    segmenter : Segmenter
    provider : str
        What it runs on, by the settings' name.
    embedding_cache_bytes : int
        See :class:`tabsam.Settings`.

    Attributes
    ----------
    provider : str
    segmenter : Segmenter
        The same with ``await``; what it is made of is closed by :meth:`close`.
    """

    def __init__(self, segmenter: Segmenter, *, provider: str = "cpu", embedding_cache_bytes: int = 0) -> None:
        self.segmenter = segmenter
        self.provider = provider
        self._kept = EmbeddingCache(embedding_cache_bytes)
        self._finishing: Finishing | None = None
        self._waiter = Waiter()

    @property
    def family(self) -> str:
        """The dialect's name, as "sam2"."""
        return self.segmenter.family

    @property
    def everything_defaults(self) -> Mapping[str, float]:
        """See :attr:`tabsam.Segmenter.everything_defaults`."""
        return self.segmenter.everything_defaults

    @property
    def assumed(self) -> str:
        """See :class:`tabsam.Segmenter`."""
        return self.segmenter.assumed

    @property
    def picture(self) -> Picture:
        """The current picture.

        Raises
        ------
        StateError
            ``no-image`` where there is none.
        """
        return self._of_picture.picture

    def set_image(self, image: ImageLike, *, name: str = "") -> None:
        """Encode a picture, unless that is known still, and make it the current one.

        Parameters
        ----------
        image : whatever :func:`tabsam.as_image` takes
        name : str
            Of its file, after which what is saved is named; else the path's, else "picture".

        Raises
        ------
        ImageError, ModelError
            As :func:`tabsam.as_image` and :meth:`tabsam.Segmenter.set_image`; the current picture stays then.
        """
        picture, digest = read_picture(image, name)
        key = f"{picture.size} {pixels_digest(picture.image)}"
        embedding = self._kept.get(self.segmenter, key)
        if embedding is None:
            embedding = self._waiter.wait(self.segmenter.encode(picture.image))
            self._kept.put(self.segmenter, key, embedding)
        self.segmenter.use(embedding)
        self._finishing = Finishing(self.segmenter, picture, digest)

    def predict(
        self,
        points: ArrayLike | None = None,
        labels: ArrayLike | None = None,
        box: ArrayLike | None = None,
        mask: MaskLike | None = None,
        *,
        box_cxcywh: ArrayLike | None = None,
        multimask_output: bool = True,
        all_candidates: bool = False,
        edges: Edges | None = None,
        tidy: float | None = None,
    ) -> list[Result]:
        """Ask for one object's masks; see :meth:`tabsam.Segmenter.predict`. All prompts that are given are taken together.

        Parameters
        ----------
        points, labels, box, box_cxcywh, mask
            See :class:`tabsam.library.prompting.Prompt`.
        multimask_output, all_candidates
            See :meth:`tabsam.Segmenter.predict`.
        edges, tidy
            See :class:`tabsam.library.finishing.Finish`.

        Returns
        -------
        list of Result
            Best IoU prediction first; one where `multimask_output` is False.
        """
        finish = Finish(edges, tidy)
        prompts = self._checked(Prompt(points, labels, box, box_cxcywh, mask))
        prediction = self._waiter.wait(self.segmenter.ask_checked(prompts, self.segmenter.current))
        return self._results(prediction, finish, multimask_output, all_candidates)

    def predict_many(
        self,
        prompts: Iterable[Prompt | Mapping[str, Any]],
        *,
        multimask_output: bool = True,
        all_candidates: bool = False,
        edges: Edges | None = None,
        tidy: float | None = None,
    ) -> list[list[Result]]:
        """Ask for many objects of the picture; several in one run of the decoder, where it takes them.

        Parameters
        ----------
        prompts : iterable of Prompt, or mappings with its attributes
            One an object.

        Returns
        -------
        list of list of Result
            For each what :meth:`predict` gives.
        """
        finish = Finish(edges, tidy)
        checked = [self._checked(Prompt.of(one)) for one in prompts]
        predictions = self._waiter.wait(ask_each(self.segmenter, checked, self.segmenter.current))
        return [self._results(one, finish, multimask_output, all_candidates) for one in predictions]

    def predict_pictures(
        self, pictures: Iterable[tuple[ImageLike, Sequence[Prompt | Mapping[str, Any]]]], **wishes: Any
    ) -> Iterator[list[list[Result]]]:
        """Go through pictures, each with the prompts for its objects; what may be wished is what :meth:`predict_many` takes.

        Yields
        ------
        list of list of Result
            For each picture. A picture is opened and encoded when it is its turn.
        """
        for image, prompts in pictures:
            self.set_image(image)
            yield self.predict_many(prompts, **wishes)

    def refine(
        self,
        points: ArrayLike | None = None,
        labels: ArrayLike | None = None,
        box: ArrayLike | None = None,
        mask: MaskLike | None = None,
        *,
        box_cxcywh: ArrayLike | None = None,
        rounds: int = 5,
        iou_prediction: float | None = 0.95,
        stability_score: float | None = 0.97,
        edges: Edges | None = None,
        tidy: float | None = None,
    ) -> Refinement:
        """Ask, and feed the best answer back beside the same prompts, until it is good enough or gets no better.

        Parameters
        ----------
        rounds, iou_prediction, stability_score
            See :func:`tabsam.model.refining.refine`.
        """
        finish = Finish(edges, tidy)
        prompts = self._checked(Prompt(points, labels, box, box_cxcywh, mask))

        async def ask(logits: Any) -> Sequence[Candidate]:
            asked = Prompts(prompts.point_coords, prompts.point_labels, prompts.box, logits)
            return (await self.segmenter.ask_checked(asked, self.segmenter.current)).readings

        limits = {"rounds": rounds, "iou_prediction": iou_prediction, "stability_score": stability_score}
        refined = self._waiter.wait(refine_by(ask, prompts.mask_input, **limits))  # type: ignore[arg-type]  # by their names
        results = tuple(self._of_picture.result(one, finish) for one in refined.candidates)
        return Refinement(results, refined.rounds, refined.reason)

    def fuse(
        self,
        points: ArrayLike | None = None,
        labels: ArrayLike | None = None,
        box: ArrayLike | None = None,
        mask: MaskLike | None = None,
        *,
        box_cxcywh: ArrayLike | None = None,
        scales: Sequence[float] = (1.0, 2.0),
        how: How = "mean",
        weights: Weights = "confidence",
        edges: Edges | None = None,
        tidy: float | None = None,
    ) -> Result:
        """Ask at several scales, and put the answers together into one mask; see :func:`tabsam.library.fusing.fused`."""
        finish = Finish(edges, tidy)
        prompts = self._checked(Prompt(points, labels, box, box_cxcywh, mask))
        image = self.picture.image
        candidate = self._waiter.wait(fused(self.segmenter, image, prompts, scales=scales, how=how, weights=weights))
        return self._of_picture.result(candidate, finish)

    def ask(
        self,
        points: ArrayLike | None = None,
        labels: ArrayLike | None = None,
        box: ArrayLike | None = None,
        mask: MaskLike | None = None,
        *,
        box_cxcywh: ArrayLike | None = None,
    ) -> Prediction:
        """Ask for all that the model says; see :meth:`tabsam.Segmenter.ask`. :meth:`finished` makes results of its candidates."""
        prompts = self._checked(Prompt(points, labels, box, box_cxcywh, mask))
        return self._waiter.wait(self.segmenter.ask_checked(prompts, self.segmenter.current))

    def finished(self, candidate: Candidate, edges: Edges | None = None, tidy: float | None = None) -> Result:
        """Give a candidate of the current picture finished in another way, or the model's; see :meth:`predict`."""
        return self._of_picture.result(candidate, Finish(edges, tidy))

    def everything(
        self,
        image: ImageLike | None = None,
        options: EverythingOptions | None = None,
        *,
        progress: Callable[[Step], None] | None = None,
    ) -> list[Found]:
        """Find all that is in a picture; see :func:`tabsam.model.everything.generator.everything`.

        Parameters
        ----------
        image : whatever :func:`tabsam.as_image` takes, or None
            None for the current picture, which is not encoded again; another one does not become the current one.
        options : EverythingOptions
            The model's own defaults when left out.
        progress : function
            Called with each step, in another thread; what it raises ends the search.
        """
        picture = self.picture if image is None else Picture(as_image(image), name_of(image))
        embedding = self.segmenter.current if image is None else None
        steps = everything(self.segmenter, picture.image, options, embedding=embedding)
        return [Found.of(one, picture) for one in self._waiter.wait(all_of_it(steps, progress))]

    def close(self) -> None:
        """Close the sessions and end the thread."""
        if self._waiter.is_over:
            return
        self._kept.clear()
        self._waiter.wait(self.segmenter.close())
        self._waiter.end()

    def __enter__(self) -> SyncSegmenter:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    @property
    def _of_picture(self) -> Finishing:
        if self._finishing is None:
            raise StateError("no-image", "There is no picture yet.", "Give one to set_image first.")
        return self._finishing

    def _checked(self, prompt: Prompt) -> Prompts:
        return prompt.checked(self.segmenter.current.frame, self.segmenter.mask_size)

    def _results(self, said: Prediction, finish: Finish, multimask_output: bool, all_candidates: bool) -> list[Result]:
        wanted = (said.multimask if all_candidates else said.readings) if multimask_output else (said.single,)
        return [self._of_picture.result(one, finish) for one in wanted]
