"""Losses with answers one can see, and runs of a few steps on a processor."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch

from tabsam_training.data.bank import Bank
from tabsam_training.errors import TrainingError
from tabsam_training.graphs.weights import Networks, load_networks
from tabsam_training.learning import losses
from tabsam_training.learning.plan import Plan, tiny_plan
from tabsam_training.learning.run import Run, train
from tabsam_training.network import Decoder, Encoder


def fresh(seed: int = 0) -> Networks:
    torch.manual_seed(seed)
    return Encoder(), Decoder()


class TestLosses:
    def test_a_right_mask_costs_nothing_and_a_wrong_one_much(self) -> None:
        target = torch.zeros(1, 8, 8, dtype=torch.bool)
        target[0, 2:6, 2:6] = True
        right = torch.where(target, 20.0, -20.0)
        cost = losses.mask_loss(torch.stack([right, -right], 1), target)
        assert cost[0, 0] < 1e-3
        assert cost[0, 1] > 20

    def test_true_iou(self) -> None:
        target = torch.tensor([[[True, True, False, False]]])
        logits = torch.tensor([[[[1.0, -1, -1, -1]], [[1.0, 1, 1, 1]], [[-1.0, -1, -1, -1]]]])
        assert losses.true_iou(logits, target).tolist() == [[0.5, 0.5, 0.0]]

    def test_scores_in_the_right_order_cost_less(self) -> None:
        ious = torch.tensor([[0.9, 0.6, 0.3]])
        right, wrong = torch.tensor([[0.7, 0.6, 0.5]]), torch.tensor([[0.5, 0.6, 0.7]])
        assert losses.score_loss(right, ious) < losses.score_loss(wrong, ious)
        assert losses.score_loss(ious, ious) < 0.1

    def test_the_best_mask_decides(self) -> None:
        each = torch.tensor([[0.1, 5.0, 5.0]])
        assert losses.first_answer_loss(each) < losses.later_answer_loss(each)


class TestPlan:
    def test_v1s_is_the_default(self) -> None:
        plan = Plan()
        assert (plan.stage(0.2).side, plan.stage(0.2).scenes) == (512, 60)
        assert (plan.stage(0.5).side, plan.stage(0.5).scenes) == (1024, 22)

    def test_the_rate_rises_then_falls(self) -> None:
        plan = Plan()
        assert plan.rate(0.0, 0) < plan.rate(0.05, 150) < plan.rate(0.1, 300)
        assert plan.rate(0.28, 2000) == pytest.approx(5.2e-4)
        assert plan.rate(1.0, 5000) == pytest.approx(5.2e-4 * 0.03)

    def test_time_counts_unless_steps_do(self) -> None:
        assert Plan(minutes=2).progress(10**6, 60.0) == 0.5
        assert Plan(steps=40).progress(10, 10**6) == 0.25


class TestRun:
    def test_the_same_questions_cost_less_after_a_few_steps(self, bank: Bank) -> None:
        networks, plan = fresh(), tiny_plan(12)
        run = Run(networks, bank, plan)
        steps = []
        while not run.done:
            steps.append(run.step())
        assert all(math.isfinite(step.loss) and math.isfinite(step.gradient) for step in steps)
        assert [step.side for step in steps] == [128] * 6 + [192] * 6
        # The dice fall as they did: the very scenes and prompts of the first step.
        again = Run(networks, bank, plan).step()
        assert again.loss < 0.8 * steps[0].loss

    def test_a_run_that_is_taken_up_again_ends_where_it_would_have(self, bank: Bank, tmp_path: Path) -> None:
        plan = tiny_plan(4)
        whole = Run(fresh(), bank, plan)
        for _ in range(2):
            whole.step()
        whole.save(tmp_path)
        resumed = Run(fresh(seed=1), bank, plan)
        resumed.resume(tmp_path)
        assert resumed.steps == 2
        for run in (whole, resumed):
            while not run.done:
                run.step()
        states = whole.state(), resumed.state()
        for part in ("averaged", "networks"):
            for network in ("encoder", "decoder"):
                for name, tensor in states[0][part][network].items():
                    assert torch.equal(tensor, states[1][part][network][name]), f"{part} {network} {name}"

    def test_a_checkpoints_averaged_weights_can_be_loaded(self, bank: Bank, tmp_path: Path) -> None:
        run = Run(fresh(), bank, tiny_plan(1))
        said: list[str] = []
        train(run, tmp_path, said.append, say_every=1)
        assert "step 1  192 px" in said[0] or "step 1  128 px" in said[0]
        encoder, _ = load_networks(tmp_path / "checkpoint.pt")
        assert torch.equal(encoder.lateral4.weight, run.averaged["encoder"]["lateral4.weight"])

    def test_there_must_be_something_to_take_up(self, bank: Bank, tmp_path: Path) -> None:
        with pytest.raises(TrainingError, match="There is no checkpoint") as caught:
            Run(fresh(), bank, tiny_plan(1)).resume(tmp_path)
        assert caught.value.code == "no-checkpoint"

    def test_the_backbones_statistics_stay(self, bank: Bank) -> None:
        run = Run(fresh(), bank, tiny_plan(1))
        run.step()
        assert run.encoder.backbone.stem[1].running_mean.abs().max() == 0
        assert run.encoder.edges[0][1].running_mean.abs().max() > 0
