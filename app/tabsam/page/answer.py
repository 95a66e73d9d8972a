"""What the model said to some prompts: its candidates, and their outlines, made once."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

from tabsam.model.candidate import Candidate
from tabsam.page.outlines import outline_message

if TYPE_CHECKING:
    from tabsam.page.protocol import messages


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
        self._outlines: dict[tuple[int, float], messages.Outline] = {}
        self._followed: dict[tuple[int, float], messages.Outline] = {}
        self._threshold = 0.0

    def outline(self, index: int, threshold: float = 0.0) -> messages.Outline:
        """Give a candidate's outline as plain data; made once, and only when it is asked for."""
        if threshold != self._threshold:  # a slider passes through many, and comes back to none
            self._threshold = threshold
            self._outlines.clear()
            self._followed.clear()
        key = index, threshold
        if key not in self._outlines:
            self._outlines[key] = outline_message(self.candidates[index].outline(threshold=threshold))
        return self._outlines[key]

    def follow(self, index: int, threshold: float, followed: Candidate) -> None:
        """Make the outline of a candidate that follows the picture's edges; made once."""
        self.outline(index, threshold)  # forgets those of another threshold
        key = index, threshold
        if key not in self._followed:
            self._followed[key] = outline_message(followed.outline(threshold=threshold))

    def is_followed(self, index: int, threshold: float) -> bool:
        """Tell whether a candidate's outline has followed the picture's edges."""
        return (index, threshold) in self._followed

    def is_drawn(self, threshold: float = 0.0) -> bool:
        """Tell whether every candidate's outline is made."""
        return all((index, threshold) in self._outlines for index in range(len(self.candidates)))

    def candidate_messages(
        self, threshold: float = 0.0, *, only: int | None = None, follows: bool = False
    ) -> list[messages.Candidate]:
        """Give every candidate as the page takes it.

        Parameters
        ----------
        only : int or None
            The candidate that is shown: the others come without their outlines, which take longest.
        follows : bool
            Whether outlines that have followed the picture's edges go before those as decoded.
        """
        followed = self._followed if follows else {}

        def outline(index: int) -> messages.Outline:
            return followed.get((index, threshold)) or self.outline(index, threshold)

        return [
            {
                "index": index,
                "iouPrediction": candidate.iou_prediction,
                "stabilityScore": candidate.stability_score,
                "outline": outline(index) if only is None or index == only else None,
            }
            for index, candidate in enumerate(self.candidates)
        ]
