"""What an answer costs."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional

_FOCAL, _SCORE, _ORDER = 20.0, 1.5, 0.3
"""Weights of the parts: focal against dice, then the score's value and order."""

_ON_OBJECT = 0.7
"""How much of the focal loss goes to pixels of the object, the rest to the others."""

_APART = 0.03
"""Two masks whose IoUs are nearer than this need no order."""

_STEEP = 12.0


def mask_loss(logits: Tensor, target: Tensor) -> Tensor:
    """Compare masks with what they should be: focal and dice loss.

    Parameters
    ----------
    logits : float32, shape (N, M, h, w)
    target : bool, shape (N, h, w)

    Returns
    -------
    float32, shape (N, M)
    """
    wanted = target[:, None].float().expand_as(logits)
    on = logits.sigmoid()
    right = on * wanted + (1 - on) * (1 - wanted)
    weight = 2 * (_ON_OBJECT * wanted + (1 - _ON_OBJECT) * (1 - wanted))
    surprise = functional.binary_cross_entropy_with_logits(logits, wanted, reduction="none")
    focal = (surprise * (1 - right) ** 2 * weight).mean((2, 3))
    dice = 1 - (2 * (on * wanted).sum((2, 3)) + 1) / (on.sum((2, 3)) + wanted.sum((2, 3)) + 1)
    return _FOCAL * focal + dice


def true_iou(logits: Tensor, target: Tensor) -> Tensor:
    """Measure the IoU of masks, (N, M, h, w), with targets, bool (N, h, w): (N, M); 0 where both are empty."""
    masks, wanted = logits > 0, target[:, None]
    both = (masks & wanted).flatten(2).sum(2)
    return both / (masks | wanted).flatten(2).sum(2).clamp(min=1)


def score_loss(scores: Tensor, ious: Tensor) -> Tensor:
    """Compare scores (N, M) with the IoUs that they should be: by value, and by order where masks differ."""
    better = ious[:, :, None] - ious[:, None, :]
    sooner = scores[:, :, None] - scores[:, None, :]
    order = functional.softplus(-_STEEP * sooner) * (better > _APART) * better.clamp(max=0.5)
    return _SCORE * functional.mse_loss(scores, ious) + _ORDER * order.sum((1, 2)).mean()


def first_answer_loss(each: Tensor) -> Tensor:
    """Have the best of the masks (N, M) be good, and the others not quite forgotten."""
    return each.amin(1).mean() + 0.05 * each.mean()


def later_answer_loss(each: Tensor) -> Tensor:
    """After more clicks, have all masks (N, M) come together: there is less to choose from."""
    return 0.6 * each.amin(1).mean() + 0.4 * each.mean()
