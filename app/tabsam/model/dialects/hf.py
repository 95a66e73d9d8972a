"""What optimum and transformers.js export from Hugging Face's own SAM, SAM 2, EdgeTAM and SAM 3 tracker models.

Labels 2 and 3 mean nothing in them: a box goes in an input of its own. What there is none of is given as an empty tensor, clicks
(1, 1, 0, 2) beside a box too, as transformers.js does.

Their prompt encoder pads clicks if it is given no boxes at all (``pad=(input_boxes is None)``, transformers' modeling_sam.py),
and that is settled when a graph is traced: one without ``input_boxes`` pads by itself. One with it does not if transformers'
code is traced as it is, so that the padding point is added here; but exporters change it, and there are those that pad (SAM
3.1's tracker). Names cannot tell, so :func:`tabsam.model.probing.find_out_padding` asks.
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

    def __init__(self, encoder: Session, decoder: Session) -> None:
        """Ask for nothing yet: with an input for boxes, whether the graph pads clicks is not known."""
        super().__init__(encoder, decoder)
        self.pads_itself = None if self.boxes in self.inputs else True

    def arrange(self, prompts: Prompts, frame: Frame) -> tuple[Float32Array, Float32Array]:
        """Lay out the clicks alone, with the padding point that the reference adds where there is no box."""
        coords, labels = arrange_clicks(prompts, frame)
        # Beside a box there may be none: a point with the label -10 ("not there") would still be a token, and change the mask.
        return (coords, labels) if self.pads_itself or prompts.box is not None else add_point(coords, labels, PADDING)

    def notes(self, prompts: Prompts) -> tuple[str, ...]:
        """Say that a graph which pads does so beside a box, too."""
        if prompts.box is None or self.boxes not in self.inputs or not self.pads_itself:
            return super().notes(prompts)
        return ("This export adds a padding point beside a box where the original has none: its masks may differ a little.",)


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
    single_mask_falls_back = True
    everything_defaults = sam2.EVERYTHING_DEFAULTS

    def __init__(self, encoder: Session, decoder: Session) -> None:
        """Read the sizes, and take SAM 3's normalisation for SAM 3's frame."""
        super().__init__(encoder, decoder)
        if self.model_size == (_SAM3_SIDE, _SAM3_SIDE):
            self.family = "hf-sam3-tracker"
            # In whole grey levels, as Meta's own transforms and transformers' processor resize for SAM 3, though not for SAM 2.
            self.recipe = Recipe("squash", "uint8", mean=(127.5, 127.5, 127.5), std=(127.5, 127.5, 127.5))

    def _model_size(self) -> Size:
        # SAM 3 has patches of 14 pixels, not 16; its frame is told by its grid where the graph leaves the frame open.
        stated_or_sam2 = super()._model_size()
        sam3 = self.mask_size == (_SAM3_GRID, _SAM3_GRID) and stated_or_sam2 == (4 * _SAM3_GRID, 4 * _SAM3_GRID)
        return (_SAM3_SIDE, _SAM3_SIDE) if sam3 else stated_or_sam2
