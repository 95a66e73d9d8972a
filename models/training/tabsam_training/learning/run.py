"""A run: step after step, with averaged weights, put away now and then so that it can be taken up again."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from tabsam_training.data.bank import Bank
from tabsam_training.data.dice import Dice
from tabsam_training.errors import TrainingError
from tabsam_training.graphs.weights import Networks
from tabsam_training.learning.asking import Outcome, converse, what_to_ask
from tabsam_training.learning.plan import Plan
from tabsam_training.network.backbone import IMAGENET_MEAN, IMAGENET_STD
from tabsam_training.scenes.composing import compose
from tabsam_training.scenes.targets import choose

_CLIP = 1.0
_DECAY = 0.02

CHECKPOINT = "checkpoint.pt"


@dataclass(frozen=True)
class Step:
    """What a step reports.

    Attributes
    ----------
    number : int
        From 1.
    side : int
        Of its scenes.
    rate : float
    loss, first_chosen, first_best, last_chosen : float
        See :class:`tabsam_training.learning.asking.Outcome`.
    gradient : float
        The norm before it was clipped; where it is not finite the step was left out.
    """

    number: int
    side: int
    rate: float
    loss: float
    first_chosen: float
    first_best: float
    last_chosen: float
    gradient: float


class Run:
    """The state of a run: networks, optimiser, averaged weights, random numbers, and how far it is.

    Parameters
    ----------
    networks : Encoder, Decoder
        Where to start from; moved to the bank's device, and trained in place.
    bank : Bank
    plan : Plan
    """

    def __init__(self, networks: Networks, bank: Bank, plan: Plan) -> None:
        device = bank.photos.device
        self.plan, self.bank = plan, bank
        self.encoder = networks[0].to(device, memory_format=torch.channels_last)
        self.decoder = networks[1].to(device)
        self.dice = Dice(plan.seed, device)
        backbone = list(self.encoder.backbone.parameters())
        known = {id(parameter) for parameter in backbone}
        rest = [one for one in (*self.encoder.parameters(), *self.decoder.parameters()) if id(one) not in known]
        groups = [{"params": backbone, "share": plan.backbone}, {"params": rest, "share": 1.0}]
        self._parameters = backbone + rest
        self.optimiser = torch.optim.AdamW(groups, weight_decay=_DECAY, betas=(0.9, 0.98), fused=device.type == "cuda")
        self.averaged = {name: _copy(network) for name, network in self._networks().items()}
        self.steps, self.seconds = 0, 0.0
        self._mean = torch.tensor(IMAGENET_MEAN, device=device).view(1, 3, 1, 1)
        self._std = torch.tensor(IMAGENET_STD, device=device).view(1, 3, 1, 1)

    @property
    def done(self) -> bool:
        return self.plan.progress(self.steps, self.seconds) >= 1

    def step(self) -> Step:
        """Take one step."""
        began = time.monotonic()
        progress = self.plan.progress(self.steps, self.seconds)
        stage, rate = self.plan.stage(progress), self.plan.rate(progress, self.steps)
        for group in self.optimiser.param_groups:
            group["lr"] = rate * group["share"]
        self.encoder.train()
        self.decoder.train()
        self.encoder.backbone.eval()  # it keeps ImageNet's batch statistics
        outcome = self._ask(stage.side, stage.scenes)
        self.optimiser.zero_grad(set_to_none=True)
        outcome.loss.backward()
        gradient = torch.nn.utils.clip_grad_norm_(self._parameters, _CLIP)
        if torch.isfinite(gradient):
            self.optimiser.step()
        self._average()
        self.steps += 1
        self.seconds += time.monotonic() - began
        numbers = (outcome.loss.detach(), outcome.first_chosen, outcome.first_best, outcome.last_chosen, gradient)
        return Step(self.steps, stage.side, rate, *torch.stack(numbers).tolist())

    def _ask(self, side: int, count: int) -> Outcome:
        """Compose scenes until there is something in them, look at them, and ask."""
        asked = None
        while asked is None:
            scenes = compose(self.bank, self.dice, count, side)
            targets = choose(self.bank, self.dice, scenes, self.plan.each)
            asked = what_to_ask(self.dice, targets, scenes, self.plan.each)
        images = ((scenes.images - self._mean) / self._std).contiguous(memory_format=torch.channels_last)
        with self._precision():
            features = self.encoder(images)
        return converse(self.decoder, features, asked, (self.bank, scenes, targets), self.dice, self._precision())

    def _precision(self) -> Any:
        """Compute in bfloat16 where a GPU does; make one for each question, it cannot be entered twice at once."""
        device = self.bank.photos.device.type
        return torch.autocast(device, dtype=torch.bfloat16, enabled=device == "cuda")

    def _average(self) -> None:
        kept = self.plan.averaging(self.steps)
        with torch.no_grad():
            for name, network in self._networks().items():
                state = network.state_dict()
                for part, average in self.averaged[name].items():
                    if average.is_floating_point():
                        average.lerp_(state[part], 1 - kept)
                    else:
                        average.copy_(state[part])

    def _networks(self) -> dict[str, nn.Module]:
        return {"encoder": self.encoder, "decoder": self.decoder}

    def save(self, folder: Path) -> None:
        """Put the whole state away, in one file that is there or is not."""
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f".{CHECKPOINT}"
        torch.save(self.state(), draft)
        os.replace(draft, folder / CHECKPOINT)

    def state(self) -> dict[str, Any]:
        """Give all that a run is; ``averaged`` is what is exported."""
        return {
            "averaged": self.averaged,
            "networks": {name: network.state_dict() for name, network in self._networks().items()},
            "optimiser": self.optimiser.state_dict(),
            "dice": self.dice.state(),
            "steps": self.steps,
            "seconds": self.seconds,
        }

    def resume(self, folder: Path) -> None:
        """Take up what :meth:`save` put away.

        Raises
        ------
        TrainingError
            ``no-checkpoint``, ``weights-do-not-fit``.
        """
        path = folder / CHECKPOINT
        if not path.is_file():
            raise TrainingError("no-checkpoint", f"There is no {CHECKPOINT} in {folder}.", "Start without --resume.")
        state = torch.load(path, map_location=self.bank.photos.device, weights_only=True)
        try:
            for name, network in self._networks().items():
                network.load_state_dict(state["networks"][name])
            self.optimiser.load_state_dict(state["optimiser"])
        except (KeyError, RuntimeError, ValueError) as error:
            raise TrainingError(
                "weights-do-not-fit", f"{path} is of another network.", "Start without --resume.", details=str(error)
            ) from error
        self.averaged = state["averaged"]
        self.dice.restore(state["dice"])
        self.steps, self.seconds = state["steps"], state["seconds"]


def train(run: Run, folder: Path, say: Callable[[str], None], *, save_every: int = 500, say_every: int = 100) -> None:
    """Train until the plan is fulfilled; a checkpoint lies in the folder every so many steps, and at the end."""
    recent: list[Step] = []
    while not run.done:
        recent.append(run.step())
        if run.steps % say_every == 0 or run.done:
            say(_line(recent, run.seconds))
            recent.clear()
        if run.steps % save_every == 0 or run.done:
            run.save(folder)


def _line(steps: list[Step], seconds: float) -> str:
    last = steps[-1]

    def mean(name: str) -> float:
        return float(sum(getattr(step, name) for step in steps)) / len(steps)

    return (
        f"{seconds:7.0f} s  step {last.number}  {last.side} px  rate {last.rate:.1e}  loss {mean('loss'):.3f}"
        f"  IoU at once {mean('first_chosen'):.3f} (best {mean('first_best'):.3f})  in the end {mean('last_chosen'):.3f}"
        f"  gradient {last.gradient:.2f}"
    )


def _copy(network: nn.Module) -> dict[str, Tensor]:
    return {name: tensor.detach().clone() for name, tensor in network.state_dict().items()}
