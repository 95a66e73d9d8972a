"""What several tests of training use: drawn data, and the built-in model's networks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from build import ROOT
from tabsam_training.data.bank import Bank, load_bank
from tabsam_training.data.drawing import draw_data, draw_scene
from tabsam_training.graphs.weights import Networks, load_networks
from tabsam_training.learning.plan import tiny_plan

NANO = ROOT / "models/nano"


@pytest.fixture(scope="session", autouse=True)
def _one_thread() -> Iterator[None]:
    """With more, sums differ from run to run, and on a busy machine threads wait for each other for minutes."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder of packed, drawn data; not to be written to."""
    folder = tmp_path_factory.mktemp("data")
    draw_data(folder)
    return folder


@pytest.fixture(scope="session")
def bank(data: Path) -> Bank:
    return load_bank(data, torch.device("cpu"), tiny_plan(1).sides)


@pytest.fixture
def nano() -> Networks:
    encoder, decoder = load_networks(NANO)
    return encoder.eval(), decoder.eval()


@pytest.fixture(scope="session")
def held_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give two drawn pictures with masks of one thing in each, in the form that evaluation reads."""
    folder = tmp_path_factory.mktemp("held-out")
    for kind in ("images", "masks"):
        (folder / kind).mkdir()
    for number in range(2):
        picture, labels = draw_scene(np.random.default_rng(number), 128)
        Image.fromarray(picture).save(folder / f"images/drawn-{number}.png")
        Image.fromarray(np.where(labels == labels.max(), 255, 0).astype(np.uint8)).save(folder / f"masks/drawn-{number}.png")
    return folder
