"""The numbers that tell one SAM from another, as the graphs need them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Vit:
    """SAM 1's picture encoder.

    Attributes
    ----------
    side : int
        Of its input, in pixels.
    patch : int
        Pixels to a token's side.
    window : int
        Tokens to a window's side, in blocks that are not in ``global_blocks``.
    """

    side: int
    patch: int
    width: int
    depth: int
    heads: int
    window: int
    global_blocks: frozenset[int]
    channels: int
    epsilon: float

    @property
    def grid(self) -> int:
        """Tokens to the side of the picture."""
        return self.side // self.patch


@dataclass(frozen=True)
class Hiera:
    """SAM 2's picture encoder: four stages, each half as fine as the one before, and a feature pyramid.

    Attributes
    ----------
    side : int
        Of its input, in pixels.
    widths, heads, blocks, windows : four numbers each, one a stage
    global_blocks : numbers of blocks, counted through all stages, that look at the whole picture
    channels : int
        Of the pyramid's levels.
    top_down : levels of the pyramid, 0 the finest, that hear from the next coarser one
    """

    side: int
    widths: tuple[int, ...]
    heads: tuple[int, ...]
    blocks: tuple[int, ...]
    windows: tuple[int, ...]
    global_blocks: frozenset[int]
    pooled_stages: int
    channels: int
    top_down: frozenset[int]
    epsilon: float

    @property
    def grid(self) -> int:
        """Tokens to the side of the picture in the first stage."""
        return self.side // 4


@dataclass(frozen=True)
class Decoder:
    """The prompt encoder and mask decoder; SAM 1 and SAM 2 have nearly the same.

    Attributes
    ----------
    side : int
        Of the frame that points are given in.
    grid : int
        Cells to the side of the image embedding; the masks' is four times as many.
    high_resolution : bool
        Whether finer features than the embedding take part, as in SAM 2.
    token_epsilon, final_epsilon, mask_epsilon : float
        Of the layer norms: in the two-way transformer, at its end, and in the mask prompt's encoder.
    """

    side: int
    grid: int
    channels: int
    heads: int
    layers: int
    masks: int
    iou_layers: int
    high_resolution: bool
    token_epsilon: float
    final_epsilon: float
    mask_epsilon: float
