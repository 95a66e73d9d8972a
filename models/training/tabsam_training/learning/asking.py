"""One step's questions: a click or a box for each thing, then clicks where the answer is wrong, and what it all costs."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, field

import torch
from torch import Tensor

from tabsam_training.data.bank import Bank
from tabsam_training.data.dice import Dice
from tabsam_training.data.layout import LABELS
from tabsam_training.learning import losses
from tabsam_training.learning.clicking import anywhere_in, boxes_around, deep_in
from tabsam_training.network import Decoder
from tabsam_training.network.decoder import FRAME
from tabsam_training.scenes.composing import Scenes
from tabsam_training.scenes.targets import Targets

_BOX, _NO_CLICK = 0.35, 0.28
"""A box alone is as likely as the latter, a click alone as 1 minus the former, both for the rest."""

_OTHER_READING = 0.4
_LOGITS = 32.0
"""Logits are kept within this when they come back as a mask, as SAM 2's are."""


@dataclass
class Prompt:
    """Points so far, and the answer that the next question continues.

    Attributes
    ----------
    points : list of float32, each of shape (N, 2), in [0, 1]
    labels : list of float32, each of shape (N,)
    mask : float32, shape (N, 1, grid, grid)
    has_mask : float32, shape (N,)
    """

    mask: Tensor
    has_mask: Tensor
    points: list[Tensor] = field(default_factory=list)
    labels: list[Tensor] = field(default_factory=list)

    def add(self, points: Tensor, labels: Tensor) -> None:
        self.points.append(points)
        self.labels.append(labels)

    @property
    def coords(self) -> Tensor:
        """The points in the decoder's frame, (N, n, 2)."""
        return torch.stack(self.points, 1) * FRAME - 0.5


@dataclass(frozen=True)
class Asked:
    """What is asked for in a step: N things, whose masks on the decoder's grid are bool (N, grid, grid).

    Attributes
    ----------
    masks : bool, shape (N, grid, grid)
    labels, scenes : int64, shape (N,)
    """

    masks: Tensor
    labels: Tensor
    scenes: Tensor


@dataclass(frozen=True)
class Outcome:
    """How a step went.

    Attributes
    ----------
    loss : float32 scalar, to be differentiated
    first_chosen, first_best, last_chosen : float32 scalars
        Mean IoU of the mask with the best score and of the best mask, after the first and the last question.
    """

    loss: Tensor
    first_chosen: Tensor
    first_best: Tensor
    last_chosen: Tensor


def what_to_ask(dice: Dice, targets: Targets, scenes: Scenes, each: int) -> Asked | None:
    """Leave out what is hardly seen, and ask again for others in its place; None where nothing is left."""
    grid = scenes.images.shape[-1] // 4
    of_scene = torch.arange(len(scenes.images), device=scenes.images.device).repeat_interleave(each)
    masks = targets.maps.masks_of(targets.labels, of_scene, grid)
    good = torch.where(targets.there & (masks.flatten(1).sum(1) > 8))[0]
    if not len(good):
        return None
    chosen = torch.cat([good, good[dice.integers(0, len(good), len(masks) - len(good))]])
    return Asked(masks[chosen], targets.labels[chosen], of_scene[chosen])


def converse(
    decoder: Decoder,
    features: tuple[Tensor, Tensor, Tensor],
    asked: Asked,
    other: tuple[Bank, Scenes, Targets],
    dice: Dice,
    precision: AbstractContextManager[None],
) -> Outcome:
    """Ask once to four times.

    Parameters
    ----------
    decoder : Decoder
    features : tuple of float32
        What the encoder gave for the scenes.
    asked : Asked
    other : Bank, Scenes and Targets
        Where the other reading of a click is looked up.
    dice : Dice
    precision : context manager
        In which the decoder runs.
    """
    features0, features1, embedding = (feature[asked.scenes] for feature in features)
    prompt, first_points, boxed = _first_prompt(dice, asked.masks)
    readings = _other_readings(asked, first_points, boxed, *other)
    rounds = int(dice.one_of((1, 1, 2, 3, 4)))
    total = torch.zeros((), device=asked.masks.device)
    firsts: tuple[Tensor, Tensor] | None = None
    for number in range(rounds):
        with precision:
            answer = decoder(
                embedding, features0, features1, prompt.coords, torch.stack(prompt.labels, 1), prompt.mask, prompt.has_mask
            )
        logits, scores = answer[0].float(), answer[1].float()
        each = losses.mask_loss(logits, asked.masks)
        ious = losses.true_iou(logits.detach(), asked.masks)
        chosen = ious.gather(1, scores.argmax(1, keepdim=True)).mean()
        firsts = firsts or (chosen, ious.amax(1).mean())
        loss = losses.first_answer_loss(each) if number == 0 else losses.later_answer_loss(each)
        if number == 0 and readings is not None:
            which, masks = readings
            loss = loss + _OTHER_READING * losses.mask_loss(logits[which], masks).amin(1).sum() / len(logits)
        total = total + loss + losses.score_loss(scores, ious)
        if number + 1 < rounds:
            taken = scores.argmax(1) if dice.chance(0.6) else each.argmin(1)
            _correct(dice, prompt, asked.masks, logits.detach()[torch.arange(len(taken), device=taken.device), taken])
    assert firsts is not None
    return Outcome(total / rounds, firsts[0], firsts[1], chosen)


def _first_prompt(dice: Dice, masks: Tensor) -> tuple[Prompt, Tensor, Tensor]:
    """Click, draw a box, or do both; give the clicks, made or not, and where there is a box."""
    count, side, _ = masks.shape
    kind = dice.uniform(count)
    boxed, clicked = kind < _BOX, kind > _NO_CLICK
    box = boxes_around(dice, masks)
    points = torch.where((dice.uniform(count) < 0.5)[:, None], deep_in(dice, masks), anywhere_in(dice, masks))
    prompt = Prompt(torch.zeros(count, 1, side, side, device=masks.device), torch.zeros(count, device=masks.device))
    prompt.add(torch.where(clicked[:, None], points, 0.0), torch.where(clicked, 1.0, -1.0))
    prompt.add(torch.where(boxed[:, None], box[:, :2], 0.0), torch.where(boxed, 2.0, -1.0))
    prompt.add(torch.where(boxed[:, None], box[:, 2:], 0.0), torch.where(boxed, 3.0, -1.0))
    return prompt, points, boxed


def _other_readings(
    asked: Asked, points: Tensor, boxed: Tensor, bank: Bank, scenes: Scenes, targets: Targets
) -> tuple[Tensor, Tensor] | None:
    """Find what else a click could mean: the whole around the part, or the part under the click; which, and the masks."""
    side = scenes.labels.shape[-1]
    x, y = (points * side).long().clamp(0, side - 1).T
    under = targets.maps.maps[0][asked.scenes, y, x].long()
    own = torch.where(asked.labels < LABELS, asked.labels, 0)
    whole = bank.parents[scenes.photos[asked.scenes], 0].gather(1, own[:, None])[:, 0]
    part = torch.where((under != asked.labels) & (under < LABELS), under, 0)
    other = torch.where(whole > 0, whole, part)
    which = torch.where((other > 0) & ~boxed)[0]
    if not len(which):
        return None
    return which, targets.maps.masks_of(other[which], asked.scenes[which], asked.masks.shape[-1])


def _correct(dice: Dice, prompt: Prompt, wanted: Tensor, logits: Tensor) -> None:
    """Click where the answer (N, grid, grid) is wrong, in the larger error, and give it back as a mask."""
    prompt.mask = logits[:, None].clamp(-_LOGITS, _LOGITS)
    prompt.has_mask = torch.ones(len(logits), device=logits.device)
    shown = logits > 0
    missing, too_much = wanted & ~shown, shown & ~wanted
    on = missing.flatten(1).sum(1) >= too_much.flatten(1).sum(1)
    error = torch.where(on[:, None, None], missing, too_much)
    right = ~error.flatten(1).any(1)
    error = torch.where(right[:, None, None], wanted, error)
    points = torch.where((dice.uniform(len(error)) < 0.6)[:, None], deep_in(dice, error), anywhere_in(dice, error))
    prompt.add(points, torch.where(on | right, 1.0, 0.0))
