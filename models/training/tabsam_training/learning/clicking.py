"""Simulated prompts; masks are bool (N, grid, grid), points float32 (N, 2), x then y, in [0, 1] of the picture."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from tabsam_training.data.dice import Dice


def anywhere_in(dice: Dice, masks: Tensor) -> Tensor:
    """Click a pixel of each mask, each as likely; anywhere in the picture where a mask is empty."""
    count, side, _ = masks.shape
    weights = masks.flatten(1).float() + 1e-8
    chosen = dice.weighted(weights, 1)[:, 0]
    corner = torch.stack([chosen % side, chosen // side], 1)
    return (corner + dice.uniform(count, 2)) / side


def deep_in(dice: Dice, masks: Tensor) -> Tensor:
    """Click deep inside each mask: it is eroded more and more, and a pixel of what is left last is taken."""
    left = masks.float()[:, None]
    for size in (3, 5, 9, 17, 33):
        eroded = -functional.max_pool2d(-left, size, 1, size // 2)
        left = torch.where(eroded.flatten(1).any(1).view(-1, 1, 1, 1), eroded, left)
    return anywhere_in(dice, left[:, 0] > 0.5)


def boxes_around(dice: Dice, masks: Tensor) -> Tensor:
    """Draw a box around each mask, a little off as a person's is: (N, 4), x0, y0, x1, y1."""
    (x0, x1), (y0, y1) = _ends(masks.any(1)), _ends(masks.any(2))
    box = torch.stack([x0, y0, x1, y1], 1) / masks.shape[-1]
    size = torch.cat([box[:, 2:] - box[:, :2]] * 2, 1).clamp(0, 1)
    off = dice.normal(*box.shape) * dice.uniform(len(box), 1, high=0.08)
    return (box + off * size).clamp(0, 1)


def _ends(there: Tensor) -> tuple[Tensor, Tensor]:
    """Give the first of (N, side) that is there, and the one after the last; the borders the wrong way round if none is."""
    place = torch.arange(there.shape[1], device=there.device, dtype=torch.float32)
    first = torch.where(there, place, there.shape[1]).amin(1)
    return first, torch.where(there, place, -1).amax(1) + 1
