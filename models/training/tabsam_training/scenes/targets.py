"""Choose what is asked for in scenes, and make its mask."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from tabsam_training.data.bank import Bank
from tabsam_training.data.dice import Dice
from tabsam_training.data.layout import LABELS
from tabsam_training.scenes.composing import LAYERS, PASTED, Scenes

_COUNTED_EVERY = 4
_FEWEST, _MOST = 0.0008, 0.85
"""A thing's share of its scene, for it to be asked for."""


@dataclass(frozen=True)
class LabelMaps:
    """Of each pixel of n scenes: its thing, the whole that this is a part of, and that one's; int16, (n, side, side)."""

    maps: tuple[Tensor, Tensor, Tensor]

    def masks_of(self, labels: Tensor, scenes: Tensor, grid: int) -> Tensor:
        """Make the masks of things with all their parts.

        Parameters
        ----------
        labels, scenes : int64, shape (N,)
            Which thing of which scene.
        grid : int
            The masks' side.

        Returns
        -------
        bool, shape (N, grid, grid)
            Where most of a cell is the thing.
        """
        wanted = labels.short().view(-1, 1, 1)
        mask = self.maps[0][scenes] == wanted
        for wholes in self.maps[1:]:
            mask |= wholes[scenes] == wanted
        return functional.adaptive_avg_pool2d(mask.float()[:, None], grid)[:, 0] > 0.5


@dataclass(frozen=True)
class Targets:
    """What is asked for.

    Attributes
    ----------
    labels : int64, shape (n * k,)
        Of k things a scene, drawn with replacement.
    there : bool, shape (n * k,)
        False for scenes in which there is nothing to ask for.
    maps : LabelMaps
    """

    labels: Tensor
    there: Tensor
    maps: LabelMaps


def choose(bank: Bank, dice: Dice, scenes: Scenes, each: int) -> Targets:
    """Choose things of each scene: large ones and wholes are preferred."""
    with torch.no_grad():
        labels = scenes.labels
        own = torch.where(labels < LABELS, labels, 0).flatten(1)
        of, within = (torch.gather(bank.parents[scenes.photos, level], 1, own).view_as(labels) for level in range(2))
        counts = torch.zeros(len(labels), PASTED + LAYERS, device=labels.device)
        for one in (labels, of, within):
            coarse = one[:, ::_COUNTED_EVERY, ::_COUNTED_EVERY].flatten(1)
            counts.scatter_add_(1, coarse, torch.ones_like(coarse, dtype=torch.float32))
        share = counts / coarse.shape[1]
        share[:, 0] = 0
        preferred = torch.ones_like(share)
        preferred[:, :LABELS] = bank.whole[scenes.photos]
        weights = ((share > _FEWEST) & (share < _MOST)) * (share.sqrt() + 0.03) * preferred
        there = weights.sum(1) > 0
        weights[~there, 1] = 1.0  # anything: it will not count
        chosen = dice.weighted(weights, each)
        maps = LabelMaps((labels.short(), of.short(), within.short()))
        return Targets(chosen.flatten(), there.repeat_interleave(each), maps)
