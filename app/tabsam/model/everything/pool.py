"""All that a search came across, so that other thresholds can be tried without asking the model again.

A mask that passes one threshold and fails the other may stand in the way of one that passes both, so the choice is made anew,
and from all masks, for every pair of thresholds: what stays is what a new search would find.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress

from tabsam.arrays import Size
from tabsam.geometry.outline import Outline
from tabsam.model.everything.choosing import best_of_all, best_of_crop
from tabsam.model.everything.options import EverythingOptions, Thresholds
from tabsam.model.everything.packing import packed, unpacked
from tabsam.model.everything.proposals import Proposal

MARGIN = 0.2
"""So far below the thresholds that are asked for a search keeps masks. It costs few percent of its time, and 30 kB a mask."""

_STEP = 0.05


class Pool:
    """The masks of one search, by their numbers, which count from 0.

    Parameters
    ----------
    options : EverythingOptions
        The search's own.
    margin : float
        How far below its thresholds masks are kept.

    Attributes
    ----------
    least : Thresholds
        What is below one of these is not there.
    """

    def __init__(self, options: EverythingOptions, margin: float = MARGIN) -> None:
        self.options = options
        self.least = options.thresholds.lowered(margin, Thresholds(0, 0))
        self._kept: list[Proposal] = []
        self._load: Callable[[], bytes] | None = None
        self._image_size: Size | None = None
        self._numbers: dict[int, int] = {}
        """By the id() of a mask, cleaned or not; they live as long as the pool."""
        self._cleaned: dict[int, Proposal] = {}
        self._outlines: dict[int, Outline] = {}
        """By the same."""

    @classmethod
    def of_another_day(
        cls, options: EverythingOptions, least: Thresholds, load: Callable[[], bytes], image_size: Size | None = None
    ) -> Pool:
        """Give a pool whose masks are read when somebody needs them.

        Parameters
        ----------
        load : callable
            Gives what :meth:`packed` has given; where it raises OSError or gives something else there are no masks any more.
        image_size : (height, width), optional
            Of the picture that they must be of.
        """
        pool = cls(options)
        pool.least, pool._load, pool._image_size = least, load, image_size
        return pool

    def packed(self) -> bytes:
        """Write all masks, to be kept."""
        return packed(self._masks)

    @property
    def _masks(self) -> list[Proposal]:
        load, self._load = self._load, None
        if load is not None:
            with suppress(OSError, ValueError):
                self.extend(unpacked(load(), self._image_size))
        return self._kept

    def __len__(self) -> int:
        return len(self._masks)

    def extend(self, masks: Sequence[Proposal]) -> None:
        """Take over more masks."""
        for one in masks:
            self._numbers[id(one)] = len(self._kept)
            self._kept.append(one)

    def number(self, mask: Proposal) -> int:
        """Give the number of a mask that is in the pool."""
        return self._numbers[id(mask)]

    def mask(self, number: int) -> Proposal:
        """Give a mask, cleaned if it has been."""
        return self._cleaned.get(number, self._masks[number])

    def outline(self, number: int) -> Outline:
        """Give a mask's outline, always the same object."""
        mask = self.mask(number)
        if id(mask) not in self._outlines:
            self._outlines[id(mask)] = mask.outline()
        return self._outlines[id(mask)]

    def chosen(self, thresholds: Thresholds, gone: Collection[int] = ()) -> tuple[int, ...]:
        """Choose as a search with these thresholds does.

        Parameters
        ----------
        thresholds : Thresholds
            Below :attr:`least` there is nothing more.
        gone : collection of int
            What is left out, and with it what is the same thing once more, whatever the thresholds.

        Returns
        -------
        tuple of int
            Numbers, in the search's order.
        """
        crops: dict[tuple[int, int, int, int], list[Proposal]] = {}
        for number, one in enumerate(self._masks):
            if number in gone or thresholds.let(one):
                crops.setdefault(one.crop_box, []).append(one)
        kept: list[Proposal] = []
        for masks in crops.values():
            first = {place for place, one in enumerate(masks) if self.number(one) in gone} if gone else ()
            kept += best_of_crop(masks, self.options, first)
        best = map(self.number, best_of_all(kept, self.options, self._clean))
        return tuple(number for number in best if number not in gone)

    def lower(self, thresholds: Thresholds) -> tuple[Thresholds, int] | None:
        """Give the highest of some lower thresholds that something passes, and how much does; None where nothing does."""
        while thresholds != self.least:
            thresholds = thresholds.lowered(_STEP, self.least)
            count = len(self.chosen(thresholds))
            if count:
                return thresholds, count
        return None

    def _clean(self, mask: Proposal, below: int) -> Proposal:
        number = self.number(mask)
        if number not in self._cleaned:
            self._cleaned[number] = after = mask.cleaned(below)
            self._numbers[id(after)] = number
        return self._cleaned[number]
