"""Automatic mask generation: ask everywhere, and keep what is good and found once.

The reference is Meta's SamAutomaticMaskGenerator (segment_anything/automatic_mask_generator.py). SAM 2's
(sam2/automatic_mask_generator.py) finds the same, and differs in three ways:

- its default of ``pred_iou_thresh`` is 0.8, which is a SAM 2's default here, too (``Segmenter.everything_defaults``);
- its ``use_m2m`` is not offered: it needs the single-mask token, which most exports leave out, and a second run for every mask;
- its ``min_mask_region_area`` is counted in cells of the 256 x 256 grid and cleans there, before masks are measured and chosen,
  where its CUDA extension is installed; where it is not, it warns and does nothing. Here, for both families, it is what SAM 1's
  is: image pixels, of the masks that were chosen, with a last choice among those that have become alike.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass

import numpy as np
from PIL import Image

from tabsam.arrays import Float32Array, Float64Array, Size, UInt8Array
from tabsam.errors import StateError
from tabsam.model.dialects import Answers
from tabsam.model.embedding import Embedding
from tabsam.model.everything.boxes import box_iou, near_crop_edge
from tabsam.model.everything.choosing import best_of_all, best_of_crop, boxes_of
from tabsam.model.everything.grids import Crop, crops
from tabsam.model.everything.options import EverythingOptions, default_options
from tabsam.model.everything.pool import Pool
from tabsam.model.everything.proposals import Proposal, proposal_in
from tabsam.model.image import from_array
from tabsam.model.measures import measure
from tabsam.model.preprocess import Frame
from tabsam.model.segmenter import Segmenter
from tabsam.model.several import predict_each


@dataclass(frozen=True)
class Step:
    """How far the search is.

    Attributes
    ----------
    done, of : int
        Clicks.
    found : tuple of Proposal
        In the last step all that stays, the best predicted IoU first (with crops, what is from the smallest crops). In the others
        what is new and lies over nothing that was told before: to be shown until the last step, which may leave it out.
    final : bool
        Whether this is the last step.
    """

    done: int
    of: int
    found: tuple[Proposal, ...]
    final: bool = False


async def everything(
    segmenter: Segmenter,
    image: Image.Image | UInt8Array,
    options: EverythingOptions | None = None,
    *,
    embedding: Embedding | None = None,
    pool: Pool | None = None,
) -> AsyncGenerator[Step, None]:
    """Find all that is in a picture, step by step.

    The decoder is one run ahead. To give up, close the generator (``aclose``, best by ``contextlib.aclosing``)
    or cancel the task that awaits it.

    Parameters
    ----------
    segmenter : Segmenter
        Its current picture stays what it is.
    image : PIL.Image.Image of mode "RGB", or uint8 of shape (height, width, 3)
    options : EverythingOptions
        The model's own defaults when left out.
    embedding : Embedding
        Of this very picture, if there is one already; it stays the caller's, who must not release it before the end.
    pool : Pool
        Gets, on the way, all masks that pass its own lower thresholds, so that others can be tried without asking again.

    Yields
    ------
    Step
        After every ``points_per_batch`` clicks or a few more, then one that is final.

    Raises
    ------
    ModelError
        ``model-run`` when the model fails.
    StateError
        ``embedding-mismatch`` for the embedding of a picture of another size.
    """
    picture = from_array(image) if isinstance(image, np.ndarray) else image
    if embedding is not None and embedding.frame.image_size != (picture.height, picture.width):
        raise StateError("embedding-mismatch", "This embedding is of another picture.", "Encode the picture, or give none.")
    search = _Search((picture.height, picture.width), options or default_options(segmenter), pool)
    for crop in search.crops:
        given = embedding if crop.layer == 0 else None
        used = given or await segmenter.encode(picture if crop.layer == 0 else picture.crop(crop.box))
        try:
            async with aclosing(_steps(segmenter, used, search, crop)) as steps:
                async for step in steps:
                    yield step
        finally:
            if given is None:
                used.release()
        search.leave(crop)
    yield search.last_step()


async def all_of_it(steps: AsyncGenerator[Step, None], progress: Callable[[Step], None] | None = None) -> list[Proposal]:
    """Follow :func:`everything` to its end, and give what it has found, the best first; ``progress`` is called with each step."""
    found: tuple[Proposal, ...] = ()
    async with aclosing(steps):
        async for step in steps:
            found = step.found
            if progress is not None:
                progress(step)
    return list(found)


async def _steps(segmenter: Segmenter, embedding: Embedding, search: _Search, crop: Crop) -> AsyncGenerator[Step, None]:
    """Click on every point of a crop."""
    points, at_most = search.points(crop), search.options.points_per_batch
    done = told = 0
    good: list[Proposal] = []
    async with aclosing(predict_each(segmenter, points, embedding, at_most=at_most)) as runs:
        async for answers in runs:
            asked = points[done : done + len(answers.logits)]
            good += search.good(answers, asked, crop, embedding.frame)
            done += len(asked)
            if done - told >= at_most or done == len(points):
                yield search.step(done - told, good)
                told, good = done, []


class _Search:
    """What has been found so far, and by which rules it is kept."""

    def __init__(self, image_size: Size, options: EverythingOptions, pool: Pool | None = None) -> None:
        self.image_size = image_size
        self.options = options
        self._pool = pool
        self._least = options.thresholds if pool is None else pool.least
        self.crops = crops(image_size, options.crop_n_layers, options.crop_overlap_ratio)
        self._grids = options.grids()
        self._of = sum(len(self._grids[crop.layer]) for crop in self.crops)
        self._done = 0
        self._in_crop: list[Proposal] = []
        self._kept: list[Proposal] = []
        self._told: list[Proposal] = []

    def points(self, crop: Crop) -> Float64Array:
        """Give the points of a crop, (n, 2) in its own pixels."""
        height, width = crop.size
        return self._grids[crop.layer] * (width, height)

    def good(self, answers: Answers, points: Float64Array, crop: Crop, frame: Frame) -> list[Proposal]:
        """Choose the masks that the model thinks good, that are stable, and that the crop's edge does not cut."""
        options = self.options
        least = self._least
        likely = answers.iou_predictions > least.pred_iou_thresh
        if least.pred_iou_thresh == 0:
            likely[:] = True
        # One overflow in a thousand clicks is no reason to give up the others.
        likely &= np.isfinite(answers.iou_predictions)
        good = []
        for index, number in np.argwhere(likely):
            logits = answers.logits[index, number]
            if not _is_finite(logits):
                continue
            measures = measure(logits, frame, offset=options.stability_score_offset, least=least.stability_score_thresh)
            if measures is None or measures.stability_score < least.stability_score_thresh:
                continue
            x, y = points[index].tolist()
            predicted_iou = float(answers.iou_predictions[index, number])
            good.append(proposal_in(crop, self.image_size, frame, logits, measures, point=(x, y), predicted_iou=predicted_iou))
        cut = near_crop_edge(boxes_of(good), crop.box, self.crops[0].box)
        return [found for found, is_cut in zip(good, cut, strict=True) if not is_cut]

    def step(self, points: int, good: list[Proposal]) -> Step:
        """Take over what is good of some more points, and tell what of it is new."""
        self._done += points
        if self._pool is not None:
            self._pool.extend(good)
            good = [found for found in good if self.options.thresholds.let(found)]
        self._in_crop += good
        news: list[Proposal] = []
        others = boxes_of(self._told)
        for found in good:
            if not (box_iou(found.bbox, others) > self.options.box_nms_thresh).any():
                news.append(found)
                others = np.vstack([others, found.bbox])
        self._told += news
        return Step(self._done, self._of, tuple(news))

    def leave(self, crop: Crop) -> None:
        """Keep the best of what was found in a crop."""
        self._kept += best_of_crop(self._in_crop, self.options)
        self._in_crop = []

    def last_step(self) -> Step:
        """Choose between crops, clean the masks, and tell what stays."""
        return Step(self._of, self._of, tuple(best_of_all(self._kept, self.options)), final=True)


def _is_finite(logits: Float32Array) -> bool:
    """Tell whether all are finite numbers."""
    with np.errstate(over="ignore", invalid="ignore"):
        if np.isfinite(logits.sum()):  # one that is not makes a sum that is not; half the time
            return True
    return bool(np.isfinite(logits).all())
