"""Scenes, and what is asked for in them."""

from __future__ import annotations

import math

import pytest
import torch
from torch.nn import functional

from tabsam_training.data.bank import Bank
from tabsam_training.data.dice import Dice
from tabsam_training.learning.clicking import anywhere_in, boxes_around, deep_in
from tabsam_training.scenes.composing import PASTED, compose
from tabsam_training.scenes.placing import Turn, place, place_part
from tabsam_training.scenes.targets import LabelMaps, choose

CPU = torch.device("cpu")


def turn(angle: float = 0.0, mirrored: bool = False) -> Turn:
    return Turn(torch.tensor([angle]), torch.tensor([mirrored]))


def landed(theta: torch.Tensor, source: tuple[float, float]) -> list[float]:
    """Tell where on the canvas a point of the source lands."""
    linear, shift = theta[0, :, :2], theta[0, :, 2]
    return [round(value, 5) for value in torch.linalg.solve(linear, torch.tensor(source) - shift).tolist()]


class TestPlacing:
    def test_the_middle_lands_where_it_should(self) -> None:
        theta = place(torch.tensor([[0.3, -0.2]]), torch.tensor([[0.5, 0.25]]), turn(0.4, mirrored=True))
        assert landed(theta, (0.0, 0.0)) == [0.3, -0.2]

    def test_the_right_border_is_half_a_size_to_the_right(self) -> None:
        theta = place(torch.tensor([[0.0, 0.0]]), torch.tensor([[0.5, 0.25]]), turn())
        assert landed(theta, (1.0, 0.0)) == [0.5, 0.0]
        assert landed(theta, (0.0, 1.0)) == [0.0, 0.25]

    def test_mirrored_it_is_to_the_left(self) -> None:
        theta = place(torch.tensor([[0.0, 0.0]]), torch.tensor([[0.5, 0.5]]), turn(mirrored=True))
        assert landed(theta, (1.0, 0.0)) == [-0.5, 0.0]

    @pytest.mark.parametrize("mirrored", [False, True])
    @pytest.mark.parametrize("angle", [0.0, 0.4, -math.pi / 2])
    def test_a_parts_middle_lands_where_it_should(self, angle: float, mirrored: bool) -> None:
        part = torch.tensor([[0.4, -0.6]])
        theta = place_part(torch.tensor([[0.1, 0.2]]), torch.tensor([0.7]), turn(angle, mirrored), part)
        assert landed(theta, (0.4, -0.6)) == [0.1, 0.2]


class TestComposing:
    def test_scenes_are_pictures_with_labels(self, bank: Bank) -> None:
        scenes = compose(bank, Dice(0, CPU), 6, 128)
        assert scenes.images.shape == (6, 3, 128, 128)
        assert 0 <= scenes.images.min() < scenes.images.max() <= 1
        assert set(scenes.labels.unique().tolist()) <= {*range(6), *range(PASTED, PASTED + 4)}
        assert (scenes.labels >= PASTED).any()
        assert ((scenes.labels > 0) & (scenes.labels < PASTED)).any()

    def test_the_same_dice_give_the_same_scenes(self, bank: Bank) -> None:
        first, second = (compose(bank, Dice(7, CPU), 2, 128) for _ in range(2))
        assert torch.equal(first.images, second.images)
        assert not torch.equal(first.images, compose(bank, Dice(8, CPU), 2, 128).images)

    def test_dice_go_on_where_they_were(self) -> None:
        dice = Dice(3, CPU)
        dice.normal(5)
        state = dice.state()
        after = dice.uniform(4), dice.chance(0.5), dice.one_of((1.0, 2.0, 3.0))
        again = Dice(0, CPU)
        again.restore(state)
        assert torch.equal(again.uniform(4), after[0])
        assert (again.chance(0.5), again.one_of((1.0, 2.0, 3.0))) == after[1:]


class TestTargets:
    def test_what_is_asked_for_can_be_seen(self, bank: Bank) -> None:
        dice = Dice(1, CPU)
        scenes = compose(bank, dice, 4, 128)
        targets = choose(bank, dice, scenes, 5)
        of_scene = torch.arange(4).repeat_interleave(5)
        seen = (scenes.labels[of_scene] == targets.labels.view(-1, 1, 1)).flatten(1).any(1)
        assert targets.there.any()
        assert seen[targets.there].all()

    def test_a_mask_holds_its_parts(self) -> None:
        of = torch.tensor([0, 0, 1])  # 2 is a part of 1
        labels = torch.tensor([[[1, 1, 2, 0]] * 4])
        maps = LabelMaps((labels.short(), of[labels].short(), torch.zeros_like(labels).short()))
        masks = maps.masks_of(torch.tensor([1, 2]), torch.tensor([0, 0]), 4)
        assert masks[0, 0].tolist() == [True, True, True, False]
        assert masks[1, 0].tolist() == [False, False, True, False]


class TestClicks:
    @pytest.fixture
    def masks(self) -> torch.Tensor:
        masks = torch.zeros(2, 32, 32, dtype=torch.bool)
        masks[0, 4:24, 10:30] = True
        masks[1, 20, 3] = True
        return masks

    def test_they_are_in_the_mask(self, masks: torch.Tensor) -> None:
        for click in (anywhere_in, deep_in):
            for seed in range(20):
                x, y = (click(Dice(seed, CPU), masks) * 32).long().T
                assert masks[torch.arange(2), y, x].all()

    def test_deep_ones_keep_off_the_edge(self, masks: torch.Tensor) -> None:
        inside = -functional.max_pool2d(-masks.float()[:, None], 9, 1, 4)[:, 0] > 0
        for seed in range(20):
            x, y = (deep_in(Dice(seed, CPU), masks) * 32).long().T
            assert inside[0, y[0], x[0]]

    def test_a_box_is_near_the_masks_own(self, masks: torch.Tensor) -> None:
        boxes = torch.stack([boxes_around(Dice(seed, CPU), masks)[0] for seed in range(200)])
        own = torch.tensor([10, 4, 30, 24]) / 32
        torch.testing.assert_close(boxes.mean(0), own, atol=0.01, rtol=0)
        assert (boxes - own).abs().max() < 0.25
