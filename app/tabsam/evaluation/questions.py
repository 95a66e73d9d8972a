"""What an evaluation asks, and what it is told: plain data, which goes from process to process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from tabsam.arrays import Size
from tabsam.errors import EvaluationError
from tabsam.evaluation.clicking import MOST_CLICKS, Click
from tabsam.evaluation.comparing import Comparison
from tabsam.evaluation.known import Truth
from tabsam.model.candidate import Edges

Prompt = Literal["point", "clicks", "box", "mask"]
PROMPTS: tuple[Prompt, ...] = get_args(Prompt)
"""A click in the middle; clicks until it is right; the object's own box; its own mask, on the decoder's grid."""


@dataclass(frozen=True)
class Questions:
    """What is asked of each model.

    Attributes
    ----------
    prompts : tuple of Prompt
    scales : tuple of float, > 0
        By how much a picture is resized before a model sees it. What it answers is measured at the picture's own size.
    clicks : int, >= 1
        The most that are simulated.
    tolerance : float or None, in pixels
        Of boundaries; None for DAVIS' own (:func:`tabsam.evaluation.comparing.davis_tolerance`).
    least_area : int, in pixels
        Smaller objects are left out.
    edges, tidy
        See :meth:`tabsam.library.segmenter.SyncSegmenter.predict`; None as the model has it, which is what a person sees.
    everything : bool
        Whether each model is also asked for all that is in a picture.
    everything_options : mapping
        Options of that search, by the names of :class:`tabsam.model.everything.EverythingOptions`, where not the model's own.

    Raises
    ------
    EvaluationError
        ``questions`` for such as make no sense.
    """

    prompts: tuple[Prompt, ...] = ("point", "clicks", "box")
    scales: tuple[float, ...] = (1.0,)
    clicks: int = MOST_CLICKS
    tolerance: float | None = None
    least_area: int = 1
    edges: Edges | None = None
    tidy: float | None = None
    everything: bool = False
    everything_options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        unknown = [one for one in self.prompts if one not in PROMPTS]
        if unknown:
            raise EvaluationError("questions", f"There is no prompt '{unknown[0]}'.", f"Choose of {', '.join(PROMPTS)}.")
        if not (self.prompts or self.everything):
            raise EvaluationError("questions", "Nothing is asked.", f"Choose of {', '.join(PROMPTS)}.")
        if not self.scales or not all(0.01 <= one <= 10 for one in self.scales):
            raise EvaluationError("questions", f"A scale is from 0.01 to 10, not {self.scales}.", "1 is the picture's own size.")
        if self.clicks < 1:
            raise EvaluationError("questions", f"There must be one click or more, not {self.clicks}.")


@dataclass(frozen=True)
class Task:
    """A picture's bytes, and what it is known by."""

    path: str
    picture: bytes
    truth: Truth


@dataclass(frozen=True)
class Series:
    """One way in which one model is asked."""

    model: str
    prompt: Prompt
    scale: float


@dataclass(frozen=True)
class Answered:
    """What one model answered to one prompt for one object.

    Attributes
    ----------
    series : Series
    picture : str
    number : int
        The object's, among those of its picture.
    label : str
        Its class or name; may be empty.
    comparison : Comparison
        Of the answer that counts: the first, and of clicks the last.
    iou_prediction : float
        The model's own opinion of it.
    best_iou : float
        Of the best of the answers (of clicks, those to the first), chosen by who knows.
    counts : str
        The answer's mask as COCO's compressed RLE.
    ious : tuple of float
        After each click, for "clicks"; else empty.
    clicks : tuple of Click
        That were made, where any were.
    """

    series: Series
    picture: str
    number: int
    label: str
    comparison: Comparison
    iou_prediction: float
    best_iou: float
    counts: str
    ious: tuple[float, ...] = ()
    clicks: tuple[Click, ...] = ()


@dataclass(frozen=True)
class Region:
    """A mask as COCO's compressed RLE, with a score; of what is known, the score says nothing."""

    counts: str
    area: int
    score: float = 1.0
    is_crowd: bool = False


@dataclass(frozen=True)
class Asked:
    """All that came of one picture.

    Attributes
    ----------
    picture : str
    image_size : (height, width)
    answers : tuple of Answered
    known : tuple of Region
        What is in it; empty unless everything was asked for.
    found : dict
        What each model found in it, by the model.
    left_out : int
        Objects that were too small, or of which only a box is known.
    """

    picture: str
    image_size: Size
    answers: tuple[Answered, ...] = ()
    known: tuple[Region, ...] = ()
    found: Mapping[str, tuple[Region, ...]] = field(default_factory=dict)
    left_out: int = 0
