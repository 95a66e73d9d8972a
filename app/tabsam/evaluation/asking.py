"""One picture, asked about: every model, scale and kind of prompt for every object that is known in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from tabsam.arrays import BoolArray, Float32Array, Float64Array, Size
from tabsam.document.painting import mask_logits
from tabsam.evaluation.clicking import Click, next_click, simulate
from tabsam.evaluation.comparing import compare, iou
from tabsam.evaluation.known import KnownObject, known_of
from tabsam.evaluation.questions import Answered, Asked, Prompt, Questions, Region, Series, Task
from tabsam.formats.shared.rle import compress
from tabsam.geometry.counts import counts_of_mask
from tabsam.geometry.outline import Outline
from tabsam.geometry.raster import fill, run_lengths, spans
from tabsam.geometry.tracing import outline_of_mask
from tabsam.geometry.windows import Window
from tabsam.model.candidate import Candidate
from tabsam.model.everything.options import EverythingOptions
from tabsam.model.image import open_image

if TYPE_CHECKING:
    from tabsam.library.segmenter import SyncSegmenter


def ask_about(task: Task, segmenters: Mapping[str, SyncSegmenter], questions: Questions) -> Asked:
    """Ask every model about every object of a picture.

    Raises
    ------
    TabsamError
        What reading the picture or what is known of it raises, and what models do.
    """
    image = open_image(task.picture)
    image_size = (image.height, image.width)
    known = known_of(task.truth, image_size, task.path)
    single = [one for one in known.objects if not one.is_crowd]
    # No mask is kept: as large as the picture, those of all its objects may be more than there is memory.
    objects = [one for one in single if _area(one.mask(), known.counted) >= questions.least_area]
    answers: list[Answered] = []
    found = {}
    for name, segmenter in segmenters.items():
        for scale in questions.scales if questions.prompts and objects else ():
            view = _View(name, segmenter, image, scale, questions)
            for one in objects:
                asking = _Asking(view, task.path, one, one.mask(), known.counted, questions)
                answers += (answer for prompt in questions.prompts if (answer := asking.by(prompt)))
        if questions.everything:
            found[name] = _find(segmenter, image, questions)
    regions = tuple(_known_region(one) for one in known.objects) if questions.everything else ()
    return Asked(task.path, image_size, tuple(answers), regions, found, known.boxes + len(single) - len(objects))


def _area(mask: BoolArray, counted: BoolArray | None) -> int:
    return int(np.count_nonzero(mask if counted is None else mask & counted))


class _View:
    """A model that has been shown a picture at a scale; what goes in and comes out is in the picture's own pixels."""

    def __init__(self, model: str, segmenter: SyncSegmenter, image: Image.Image, scale: float, questions: Questions) -> None:
        self._model = model
        self._segmenter = segmenter
        self._scale = scale
        self._questions = questions
        self._size = (image.height, image.width)
        if scale != 1:
            size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
            image = image.resize(size, Image.Resampling.LANCZOS)
        # By axis: a side of whole pixels is not quite so many times the other's.
        self._factor = np.array([image.width / self._size[1], image.height / self._size[0]])
        segmenter.set_image(image)

    def ask(
        self,
        clicks: Sequence[Click] = (),
        box: Sequence[float] | None = None,
        logits: Float32Array | None = None,
    ) -> list[_Shown]:
        """Ask for one object."""
        candidates = self._segmenter.predict(
            self._scaled([(one.x, one.y) for one in clicks]) if clicks else None,
            [one.label for one in clicks] if clicks else None,
            None if box is None else self._scaled([box[:2], box[2:]]).ravel(),
            logits if self.takes_mask else None,
            edges=self._questions.edges,
            tidy=self._questions.tidy,
        )
        return [_Shown(one, self._size, self._factor) for one in candidates]

    def logits_of(self, line: Outline) -> Float32Array:
        """Make a mask prompt of an outline."""
        scaled = Outline(line.vertices * self._factor, line.ring_offsets, line.polygon_offsets)
        return mask_logits(scaled, self._segmenter.segmenter.current.frame, self._segmenter.segmenter.mask_size)

    def series(self, prompt: Prompt) -> Series:
        """Tell in which way it is asked."""
        return Series(self._model, prompt, self._scale)

    @property
    def takes_mask(self) -> bool:
        return self._segmenter.segmenter.takes_mask

    @property
    def takes_box(self) -> bool:
        return self._segmenter.segmenter.takes_box

    def _scaled(self, points: Sequence[Sequence[float]]) -> Float64Array:
        return np.asarray(np.asarray(points) * self._factor, np.float64)


class _Shown:
    """An answer, brought back to the picture's own size."""

    def __init__(self, candidate: Candidate, size: Size, factor: Float64Array) -> None:
        self._candidate = candidate
        self._size = size
        self._factor = factor
        self.logits = candidate.logits
        self.iou_prediction = candidate.iou_prediction

    def mask(self) -> BoolArray:
        """Make the mask: the model's own where the picture was shown as it is, else its outline's."""
        if (self._factor == 1).all():
            return self._candidate.mask()
        line = self._candidate.outline(refine=2)
        return fill(Outline(line.vertices / self._factor, line.ring_offsets, line.polygon_offsets), self._size)


@dataclass(frozen=True)
class _Asking:
    """An object that a model is asked for, in a picture that it has been shown."""

    view: _View
    picture: str
    known: KnownObject
    truth: BoolArray
    counted: BoolArray | None
    questions: Questions

    def by(self, prompt: Prompt) -> Answered | None:
        """Ask by one kind of prompt; None where the model does not take it."""
        if prompt == "clicks":
            return self._by_clicks()
        clicks: tuple[Click, ...] = ()
        if prompt == "point":
            click = next_click(self.truth, np.zeros_like(self.truth), self.counted)
            assert click is not None  # or it would not be asked for
            clicks = (click,)
            shown = self.view.ask(clicks)
        elif prompt == "box":
            if not self.view.takes_box:
                return None
            shown = self.view.ask(box=_box_of(self.truth))
        else:
            if not self.view.takes_mask:
                return None
            shown = self.view.ask(logits=self.view.logits_of(outline_of_mask(self.truth)))
        masks = [one.mask() for one in shown]
        best = max(iou(one, self.truth, self.counted) for one in masks)
        return self._answered(prompt, masks[0], shown[0].iou_prediction, best, clicks=clicks)

    def _by_clicks(self) -> Answered:
        opinions: list[float] = []

        def ask(clicks: Sequence[Click], logits: Float32Array | None) -> Sequence[_Shown]:
            shown = self.view.ask(clicks, logits=logits)
            opinions.append(shown[0].iou_prediction)
            return shown

        done = simulate(ask, self.truth, clicks=self.questions.clicks, counted=self.counted)
        return self._answered("clicks", done.mask, opinions[-1], done.best_of_first, ious=done.ious, clicks=done.clicks)

    def _answered(
        self,
        prompt: Prompt,
        mask: BoolArray,
        iou_prediction: float,
        best_iou: float,
        *,
        ious: tuple[float, ...] = (),
        clicks: tuple[Click, ...] = (),
    ) -> Answered:
        return Answered(
            self.view.series(prompt),
            self.picture,
            self.known.number,
            self.known.label,
            compare(mask, self.truth, counted=self.counted, tolerance=self.questions.tolerance),
            iou_prediction,
            best_iou,
            compress(counts_of_mask(mask)),
            ious,
            clicks,
        )


def _box_of(mask: BoolArray) -> list[float]:
    """Give the box around the pixels of a mask that has some: to their outer edges."""
    window = Window.around(mask)
    assert window is not None
    return [float(side) for side in window.box]


def _find(segmenter: SyncSegmenter, image: Image.Image, questions: Questions) -> tuple[Region, ...]:
    options = EverythingOptions(**{**segmenter.everything_defaults, **questions.everything_options})
    segmenter.set_image(image)  # it is known still where it was asked about as it is
    return tuple(_found_region(one.mask(), one.predicted_iou) for one in segmenter.everything(options=options))


def _known_region(one: KnownObject) -> Region:
    filled = spans(one.outline, one.image_size)
    return Region(compress(run_lengths(filled, one.image_size)), filled.pixel_count, is_crowd=one.is_crowd)


def _found_region(mask: BoolArray, score: float) -> Region:
    return Region(compress(counts_of_mask(mask)), int(mask.sum()), score)
