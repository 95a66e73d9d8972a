"""How long a run takes, at which sizes, and how fast it learns."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from tabsam_training.data.bank import Sides


@dataclass(frozen=True)
class Stage:
    """A part of a run.

    Attributes
    ----------
    side : int
        Of the scenes, in pixels; a multiple of 64.
    scenes : int
        In a step.
    rate : float
        The learning rate at its start.
    end : float
        What is left of it at the end, as a share.
    """

    side: int
    scenes: int
    rate: float
    end: float


@dataclass(frozen=True)
class Plan:
    """A run.

    Attributes
    ----------
    minutes : float
        How long it trains, all sittings together; steps count where they are stated.
    steps : int
        How many it takes; 0 for as many as there is time for.
    small_share : float
        The share of the run at the first stage's size.
    small, large : Stage
        The learning rate falls in a line in the first, by a cosine in the second.
    each : int
        Things asked for in a scene.
    warm_up : int
        Steps in which the learning rate rises.
    backbone : float
        What the backbone's learning rate is multiplied by.
    average : float
        The averaged weights keep at most so much of themselves in a step.
    sides : Sides
    seed : int
    """

    minutes: float = 21.0
    steps: int = 0
    small_share: float = 0.28
    small: Stage = Stage(512, 60, 8e-4, 0.65)
    large: Stage = Stage(1024, 22, 5.2e-4, 0.03)
    each: int = 6
    warm_up: int = 300
    backbone: float = 0.3
    average: float = 0.9993
    sides: Sides = field(default_factory=Sides)
    seed: int = 0

    def progress(self, steps: int, seconds: float) -> float:
        """Tell how much of the run is done, from 0 to 1 and beyond."""
        return steps / self.steps if self.steps else seconds / (60 * self.minutes)

    def stage(self, progress: float) -> Stage:
        """Tell at which stage a run is."""
        return self.small if progress < self.small_share else self.large

    def rate(self, progress: float, steps: int) -> float:
        """Tell the learning rate of the step after so many."""
        warm = min(1.0, (steps + 1) / self.warm_up)
        if progress < self.small_share:
            return self.small.rate * (1 - (1 - self.small.end) * progress / self.small_share) * warm
        later = (progress - self.small_share) / (1 - self.small_share)
        falling = 0.5 * (1 + math.cos(math.pi * min(later, 1.0)))
        return self.large.rate * (falling * (1 - self.large.end) + self.large.end) * warm

    def averaging(self, steps: int) -> float:
        """Tell how much the averaged weights keep of themselves in the step after so many."""
        return min(self.average, (steps + 1) / (steps + 20))


def tiny_plan(steps: int, seed: int = 0) -> Plan:
    """Make a run that a processor does in seconds: the whole network and every part of a step, on very small scenes."""
    return Plan(
        steps=steps,
        small_share=0.5,
        small=Stage(128, 2, 2e-3, 1.0),
        large=Stage(192, 1, 1e-3, 0.5),
        each=3,
        warm_up=2,
        average=0.9,
        sides=Sides(photo=160, cutout=64, background=112),
        seed=seed,
    )
