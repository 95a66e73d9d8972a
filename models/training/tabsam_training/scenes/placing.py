"""Where a picture lands on a canvas, as the affine maps that ``torch.nn.functional.affine_grid`` takes.

Both frames are [-1, 1] from border to border. A map goes from the canvas to the source.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Turn:
    """Angles in radians, and whether mirrored first; both of shape (n,)."""

    angle: Tensor
    mirrored: Tensor

    @property
    def sign(self) -> Tensor:
        return torch.where(self.mirrored, -1.0, 1.0)

    def __getitem__(self, which: Tensor) -> Turn:
        return Turn(self.angle[which], self.mirrored[which])


def place(centre: Tensor, half_size: Tensor, turn: Turn) -> Tensor:
    """Put sources onto canvases.

    Parameters
    ----------
    centre : float32, shape (n, 2)
        Where the source's middle lands.
    half_size : float32, shape (n, 2)
        The source's, on the canvas.
    turn : Turn

    Returns
    -------
    float32, shape (n, 2, 3)
    """
    cos, sin = torch.cos(turn.angle), torch.sin(turn.angle)
    linear = torch.stack(
        [
            torch.stack([turn.sign * cos, turn.sign * sin], 1) / half_size[:, :1],
            torch.stack([-sin, cos], 1) / half_size[:, 1:],
        ],
        1,
    )
    return torch.cat([linear, -linear @ centre[:, :, None]], 2)


def place_part(centre: Tensor, half_size: Tensor, turn: Turn, part: Tensor) -> Tensor:
    """Put sources onto canvases so that the middle of a part of each lands in a place.

    Parameters
    ----------
    centre : float32, shape (n, 2)
        Where the part's middle lands.
    half_size : float32, shape (n,)
        The whole source's, on the canvas.
    turn : Turn
    part : float32, shape (n, 2)
        The part's middle, in the source's frame.

    Returns
    -------
    float32, shape (n, 2, 3)
    """
    cos, sin = torch.cos(turn.angle), torch.sin(turn.angle)
    x, y = turn.sign * half_size * part[:, 0], half_size * part[:, 1]
    away = torch.stack([cos * x - sin * y, sin * x + cos * y], 1)
    return place(centre - away, half_size[:, None].expand(-1, 2), turn)
