"""What optimum and transformers.js export from Hugging Face's own SAM, SAM 2, EdgeTAM and SAM 3 tracker models.

Labels 2 and 3 mean nothing in them: a box goes in an input of its own. What there is none of is given as an empty tensor, clicks
(1, 1, 0, 2) beside a box too, as transformers.js does.

Their prompt encoder pads clicks if it is given no boxes at all (``pad=(input_boxes is None)``, transformers' modeling_sam.py),
and that is settled when a graph is traced: one without ``input_boxes`` pads by itself, and one with it never does, so that the
padding point is added here.
"""

from __future__ import annotations

from tabsam.arrays import Float32Array, Size
from tabsam.model.dialects import sam1, sam2
from tabsam.model.dialects.base import Dialect
from tabsam.model.preprocess import Frame, Recipe
from tabsam.model.prompts import PADDING, Prompts, add_point, arrange_clicks
from tabsam.model.runtime import Session

_SAM3_SIDE, _SAM3_GRID = 1008, 288


class _HuggingFace(Dialect):
    """What both generations share."""

    encoder_input = ("pixel_values",)
    points = "input_points"
    labels = "input_labels"
    boxes = "input_boxes"
    logits = ("pred_masks",)
    scores = "iou_scores"

    def arrange(self, prompts: Prompts, frame: Frame) -> tuple[Float32Array, Float32Array]:
        """Lay out the clicks alone, with the padding point that the reference adds where there is no box."""
        coords, labels = arrange_clicks(prompts, frame)
        # Beside a box there may be none: a point with the label -10 ("not there") would still be a token, and change the mask.
        return add_point(coords, labels, PADDING) if self.boxes in self.inputs and prompts.box is None else (coords, labels)


class HfSam1(_HuggingFace):
    """SamModel: letterboxed like SAM 1."""

    family = "hf-sam1"
    recipe = sam1.RECIPE
    embedding = ("image_embeddings", "image_positional_embeddings")


class HfSam2(_HuggingFace):
    """Sam2Model, EdgeTamModel and Sam3TrackerModel: squashed; no mask prompt in their exports."""

    family = "hf-sam2"
    embedding = ("image_embeddings.0", "image_embeddings.1", "image_embeddings.2")
    recipe = sam2.RECIPE

    def __init__(self, encoder: Session, decoder: Session) -> None:
        """Read the sizes, and take SAM 3's normalisation for SAM 3's frame."""
        super().__init__(encoder, decoder)
        if self.model_size == (_SAM3_SIDE, _SAM3_SIDE):
            self.family = "hf-sam3-tracker"
            self.recipe = Recipe("squash", "float", mean=(127.5, 127.5, 127.5), std=(127.5, 127.5, 127.5))

    def _model_size(self) -> Size:
        # SAM 3 has patches of 14 pixels, not 16; its frame is told by its grid where the graph leaves the frame open.
        stated_or_sam2 = super()._model_size()
        sam3 = self.mask_size == (_SAM3_GRID, _SAM3_GRID) and stated_or_sam2 == (4 * _SAM3_GRID, 4 * _SAM3_GRID)
        return (_SAM3_SIDE, _SAM3_SIDE) if sam3 else stated_or_sam2
