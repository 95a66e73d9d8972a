"""Random numbers that can be put away and taken up again, so that a run that was cut off goes on as if it had not been."""

from __future__ import annotations

import torch
from torch import Tensor


class Dice:
    """Random tensors on a device, and random choices of the program's.

    Parameters
    ----------
    seed : int
    device : torch.device
    """

    def __init__(self, seed: int, device: torch.device) -> None:
        self.device = device
        self._tensors = torch.Generator(device).manual_seed(seed)
        self._choices = torch.Generator().manual_seed(seed)

    def uniform(self, *shape: int, low: float = 0.0, high: float = 1.0) -> Tensor:
        """Give numbers in [low, high)."""
        return torch.rand(*shape, generator=self._tensors, device=self.device) * (high - low) + low

    def normal(self, *shape: int) -> Tensor:
        """Give numbers of mean 0 and deviation 1."""
        return torch.randn(*shape, generator=self._tensors, device=self.device)

    def integers(self, low: int, high: int, count: int) -> Tensor:
        """Give so many of low, low + 1 ... high - 1."""
        return torch.randint(low, high, (count,), generator=self._tensors, device=self.device)

    def weighted(self, weights: Tensor, count: int) -> Tensor:
        """Choose by weight, with replacement: indices into the last axis, (..., count)."""
        return torch.multinomial(weights, count, replacement=True, generator=self._tensors)

    def chance(self, probability: float) -> bool:
        """Tell whether it happens; on the CPU, so that the program can branch without waiting for the device."""
        return bool(torch.rand(1, generator=self._choices).item() < probability)

    def one_of(self, options: tuple[float, ...]) -> float:
        """Choose one, each as likely."""
        return options[int(torch.randint(len(options), (1,), generator=self._choices))]

    def state(self) -> dict[str, Tensor]:
        """Give what :meth:`restore` takes."""
        return {"tensors": self._tensors.get_state(), "choices": self._choices.get_state()}

    def restore(self, state: dict[str, Tensor]) -> None:
        self._tensors.set_state(state["tensors"].cpu())
        self._choices.set_state(state["choices"].cpu())
