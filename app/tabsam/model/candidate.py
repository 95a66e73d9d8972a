"""One mask that the model offers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from tabsam.arrays import BoolArray, Float32Array
from tabsam.geometry.outline import Outline
from tabsam.model import masks
from tabsam.model.contours import outline
from tabsam.model.preprocess import Frame

SINGLE_MASK_TOKEN = 0

Edges: TypeAlias = Literal["decoded", "follow"]
"""Whether a mask ends where the model's answer does, as the reference has it, or follows the picture's edges nearby."""


def tidy_unsaid(of_model: float, edges: Edges | None) -> float:
    """Tell what is tidied away where nobody says: what the model asks for, but nothing of edges wished as decoded, to the bit."""
    return 0.0 if edges == "decoded" else of_model


@dataclass(frozen=True)
class Candidate:
    """One mask that the model offers.

    Attributes
    ----------
    logits : float32, shape (h, w)
        On the decoder's own grid (the low-res mask), unclamped; feed them back as ``mask`` to refine.
    iou_prediction : float
        The model's own opinion of this mask.
    stability_score : float, in [0, 1]
    frame : Frame
        Ties the grid to the picture.
    rank : int
        Its place in :attr:`tabsam.model.choosing.Prediction.candidates`, which is the same whatever is left out of a list.
    token : int or None
        The mask token that it is of: 0, the single-mask token, or 1 to 3, which are for what may be meant in several ways. None
        where the graph has chosen between them and does not say.
    same_as : int or None
        The rank of a better candidate that is nearly the same mask.
    notes : tuple of str
        Sentences on where the whole answer is not what the reference's predictor would give; empty where it is.
    """

    logits: Float32Array
    iou_prediction: float
    stability_score: float
    frame: Frame
    rank: int = 0
    token: int | None = None
    same_as: int | None = None
    notes: tuple[str, ...] = ()

    @property
    def edges(self) -> Edges:
        """How its outline and its mask are made; see :func:`tabsam.model.following.following`."""
        return "decoded"

    @property
    def tidy(self) -> float:
        """Below which share of it parts and holes are left out; see :func:`tabsam.model.tidying.tidied`."""
        return 0.0

    @property
    def is_single_mask(self) -> bool:
        """Whether it is of the token that Meta recommends for several clicks, or a box."""
        return self.token == SINGLE_MASK_TOKEN

    def mask(self, *, threshold: float = 0.0) -> BoolArray:
        """Make the mask, (height, width), at the picture's full size."""
        return masks.to_mask(self.logits, self.frame, threshold=threshold)

    def outline(self, *, refine: int = 1, threshold: float = 0.0) -> Outline:
        """Follow the mask's edge, in image pixels; see :func:`tabsam.model.contours.outline`."""
        return outline(self.logits, self.frame, refine=refine, threshold=threshold)
