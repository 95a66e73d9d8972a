"""Compose scenes: seven in ten are photos, a third of these with things pasted on, the rest are other grounds with things."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from tabsam_training.data.bank import Bank
from tabsam_training.data.dice import Dice
from tabsam_training.scenes.placing import Turn, place, place_part

PASTED = 1000
"""The first pasted thing's label; those below are the photo's own."""

LAYERS = 4
"""The most things that are pasted onto a scene."""


@dataclass(frozen=True)
class Scenes:
    """Composed pictures.

    Attributes
    ----------
    images : float32, shape (n, 3, side, side), in [0, 1]
    labels : int64, shape (n, side, side)
        0 nothing, then the photo's own, then :data:`PASTED` and on.
    photos : int64, shape (n,)
        Which photo's labels they are.
    """

    images: Tensor
    labels: Tensor
    photos: Tensor


def compose(bank: Bank, dice: Dice, count: int, side: int) -> Scenes:
    """Compose so many scenes; nothing of it is differentiated."""
    with torch.no_grad():
        bare = dice.uniform(count) < 0.3
        photos = dice.weighted(bank.photo_weights, count)
        images, labels = _grounds(bank, dice, photos, bare, side)
        some = torch.where(dice.uniform(count) < 0.68, 0, dice.integers(1, 3, count))
        layers = torch.where(bare, dice.integers(1, LAYERS + 1, count), some)
        for layer in range(LAYERS):
            which = torch.where(layers > layer)[0]
            if len(which):
                _paste(bank, dice, images, labels, which, bare[which], layer)
        return Scenes(_photographed(dice, images), labels, photos)


def _grounds(bank: Bank, dice: Dice, photos: Tensor, bare: Tensor, side: int) -> tuple[Tensor, Tensor]:
    """Take a window of each photo, or a background of which nothing is known, where it is ``bare``."""
    count = len(photos)
    zoom = torch.where(dice.uniform(count) < 0.55, 1.0, dice.uniform(count, low=1.0, high=2.0))
    wide = (zoom * dice.uniform(count, low=0.85, high=1.18)).clamp(min=1.0)
    sizes = torch.stack([wide, zoom], 1)
    centres = (sizes - 1) * dice.uniform(count, 2, low=-1.0)
    theta = place(centres, sizes, Turn(torch.zeros_like(zoom), dice.uniform(count) < 0.5))
    grid = functional.affine_grid(theta, [count, 3, side, side], align_corners=False)
    source = bank.photos[photos].float() / 255
    if side < source.shape[-1] * 0.75:
        source = functional.avg_pool2d(source, 2)  # or it would be sampled at every other pixel
    windows = functional.grid_sample(source, grid, padding_mode="reflection", align_corners=False)
    known = bank.labels[photos].float()[:, None]
    labels = functional.grid_sample(known, grid, mode="nearest", padding_mode="zeros", align_corners=False)[:, 0].long()
    others = bank.backgrounds[dice.integers(0, len(bank.backgrounds), count)].float() / 255
    grounds = functional.grid_sample(others, grid, padding_mode="reflection", align_corners=False)
    images = torch.where(bare.view(-1, 1, 1, 1), grounds, windows)
    return _recoloured(dice, images, 0.25), torch.where(bare.view(-1, 1, 1), 0, labels)


def _paste(bank: Bank, dice: Dice, images: Tensor, labels: Tensor, which: Tensor, bare: Tensor, layer: int) -> None:
    """Paste a thing onto each of some scenes: six in ten are cut from photos, the others from the cut-outs."""
    count, side = len(which), images.shape[-1]
    size = torch.exp(dice.uniform(count, low=math.log(0.08), high=math.log(0.65)))
    if layer == 0:  # half of the bare grounds have one large thing
        large = bare & (dice.uniform(count) < 0.5)
        size = torch.where(large, dice.uniform(count, low=0.4, high=0.95), size)
    centre = dice.uniform(count, 2, low=-0.95, high=0.95) * (1 - size * 0.7)[:, None]
    turn = Turn(dice.uniform(count, low=-0.4, high=0.4), dice.uniform(count) < 0.5)
    from_photo = dice.uniform(count) < 0.6
    rgba = torch.zeros(count, 4, side, side, device=images.device)
    for chosen, cut in ((from_photo, _cut_from_photos), (~from_photo, _cutouts)):
        some = torch.where(chosen)[0]
        if len(some):
            rgba[some] = cut(bank, dice, centre[some], size[some], turn[some], side)
    colours, alpha = _recoloured(dice, rgba[:, :3], 0.35), rgba[:, 3:]
    below = images[which]
    if dice.chance(0.4):
        below = below * (1 - _shadow(alpha))
    opaque = (alpha * 1.15).clamp(0, 1)
    images[which] = below * (1 - opaque) + colours * opaque
    labels[which] = torch.where(alpha[:, 0] > 0.5, PASTED + layer, labels[which])


def _cut_from_photos(bank: Bank, dice: Dice, centre: Tensor, size: Tensor, turn: Turn, side: int) -> Tensor:
    """Cut things from photos along their masks: (n, 4, side, side)."""
    chosen = bank.things[dice.weighted(bank.thing_weights, len(size))]
    photos, labels, box = chosen[:, 0].long(), chosen[:, 1].long().view(-1, 1, 1), chosen[:, 2:]
    longer = (box[:, 2:] - box[:, :2]).amax(1)
    theta = place_part(centre, size / longer, turn, box[:, :2] + box[:, 2:] - 1)
    grid = functional.affine_grid(theta, [len(size), 3, side, side], align_corners=False)
    known = bank.labels[photos].long()
    of, within = (torch.gather(bank.parents[photos, level], 1, known.flatten(1)).view_as(known) for level in range(2))
    mask = ((known == labels) | (of == labels) | (within == labels)).float()[:, None]
    alpha = functional.grid_sample(functional.avg_pool2d(mask, 3, 1, 1), grid, align_corners=False)
    return torch.cat([functional.grid_sample(bank.photos[photos].float() / 255, grid, align_corners=False), alpha], 1)


def _cutouts(bank: Bank, dice: Dice, centre: Tensor, size: Tensor, turn: Turn, side: int) -> Tensor:
    """Take ready cut-outs, stretched a little: (n, 4, side, side)."""
    chosen = bank.cutouts[dice.integers(0, len(bank.cutouts), len(size))].float() / 255
    sizes = torch.stack([size, size * dice.uniform(len(size), low=0.75, high=1.3)], 1)
    grid = functional.affine_grid(place(centre, sizes, turn), [*chosen.shape[:2], side, side], align_corners=False)
    return functional.grid_sample(chosen, grid, align_corners=False)


def _shadow(alpha: Tensor) -> Tensor:
    """Make a soft shadow, down to the right, of what is pasted."""
    side = alpha.shape[-1]
    return functional.avg_pool2d(torch.roll(alpha, (side // 60, side // 80), (2, 3)), 15, 1, 7) * 0.45


def _recoloured(dice: Dice, images: Tensor, amount: float) -> Tensor:
    """Change light, contrast and colours at random; a few become grey."""
    count = len(images)

    def factors(channels: int, by: float) -> Tensor:
        return dice.uniform(count, channels, 1, 1, low=1 - by, high=1 + by)

    images = images * factors(1, amount) + dice.uniform(count, 1, 1, 1, low=-amount / 2, high=amount / 2)
    mean = images.mean((2, 3), keepdim=True)
    images = ((images - mean) * factors(1, amount) + mean) * factors(3, amount / 2)
    grey = dice.uniform(count, 1, 1, 1) < 0.06
    return torch.where(grey, images.mean(1, keepdim=True), images).clamp(0, 1)


def _photographed(dice: Dice, images: Tensor) -> Tensor:
    """Blur all of them now and then, as a small picture that was enlarged, and add grain."""
    count, channels, side, _ = images.shape
    if dice.chance(0.35):
        small = functional.interpolate(images, scale_factor=1 / dice.one_of((1.5, 2.0, 3.0)), mode="bilinear")
        images = functional.interpolate(small, size=(side, side), mode="bilinear")
    grain = dice.normal(count, channels, side, side) * dice.uniform(count, 1, 1, 1, high=0.03)
    return (images + grain).clamp(0, 1)
