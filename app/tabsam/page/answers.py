"""What the model said to some prompts, and how the page draws it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np

from tabsam.geometry.outline import Outline
from tabsam.model.segmenter import Candidate
from tabsam.page.requests import Plain


class Answer:
    """The candidates for some prompts.

    Attributes
    ----------
    prompts : Hashable
        What the model was asked; see :attr:`tabsam.document.selection.Selection.prompts`.
    candidates : sequence of Candidate
        Best first.
    """

    def __init__(self, prompts: Hashable, candidates: Sequence[Candidate]) -> None:
        self.prompts = prompts
        self.candidates = candidates
        self._outlines: dict[tuple[int, float], Plain] = {}
        self._threshold = 0.0

    def outline(self, index: int, threshold: float = 0.0) -> Plain:
        """Give a candidate's outline as plain data; made once, and only when it is asked for."""
        if threshold != self._threshold:  # a slider passes through many, and comes back to none
            self._threshold = threshold
            self._outlines.clear()
        key = index, threshold
        if key not in self._outlines:
            self._outlines[key] = plain_outline(self.candidates[index].outline(threshold=threshold))
        return self._outlines[key]

    def is_drawn(self, threshold: float = 0.0) -> bool:
        """Tell whether every candidate's outline is made."""
        return all((index, threshold) in self._outlines for index in range(len(self.candidates)))

    def plain(self, threshold: float = 0.0, *, only: int | None = None) -> list[Plain]:
        """Give every candidate as the page takes it; with `only`, the others without their outlines, which take longest."""
        return [
            {
                "index": index,
                "iouPrediction": candidate.iou_prediction,
                "stabilityScore": candidate.stability_score,
                "outline": self.outline(index, threshold) if only is None or index == only else None,
            }
            for index, candidate in enumerate(self.candidates)
        ]


def plain_outline(line: Outline) -> Plain:
    """Give an outline as the page takes it: float32 x, y, x, y ..., and where each ring begins."""
    return {"vertices": line.vertices.astype(np.float32).reshape(-1), "offsets": line.ring_offsets}
