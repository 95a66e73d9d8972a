"""Weights that no training made: seeded, and such that the logits are well spread."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch

#: What the logits' standard deviation is brought to: some exceed the 32 at which SAM 2 clamps what is fed back.
SPREAD = 8.0


def randomise(model: Any, seed: int) -> None:
    """Give a model random weights that keep the size of what goes through it; leave its normalisations as they are."""
    generator = torch.Generator().manual_seed(seed)
    for module in model.modules():
        if "Norm" in type(module).__name__:
            continue
        for name, parameter in module.named_parameters(recurse=False):
            with torch.no_grad():
                parameter.copy_(torch.randn(parameter.shape, generator=generator) * _deviation(module, name, parameter))


def _deviation(module: Any, name: str, parameter: Any) -> float:
    if isinstance(module, torch.nn.Embedding):
        return 1.0
    if name == "weight" and isinstance(module, torch.nn.Linear | torch.nn.Conv2d | torch.nn.ConvTranspose2d):
        inputs = len(parameter) if isinstance(module, torch.nn.ConvTranspose2d) else parameter[0].numel()
        return float(inputs**-0.5)
    return 0.2


def spread(logits: Any, last_layers: Iterable[Any]) -> None:
    """Scale the layers that each mask's logits are linear in, until those have the deviation `SPREAD`.

    Parameters
    ----------
    logits : tensor, shape (M, h, w)
        What the model gives now, all tokens' masks.
    last_layers : M torch.nn.Linear
    """
    for mask, layer in zip(logits, last_layers, strict=True):
        factor = SPREAD / float(mask.std())
        with torch.no_grad():
            layer.weight.mul_(factor)
            layer.bias.mul_(factor)
