"""A batch on a Ray of this machine's own, with two workers of which one is killed."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from functools import partial
from pathlib import Path

import pytest

from tabsam.batch.log import opened
from tabsam.batch.processes import here
from tabsam.batch.results import Results
from tabsam.batch.work import Outcome, Settings, Task, Wanted
from tabsam.batch.worker import Worker
from tabsam.document.selection import Selection
from tests.support.command import environment
from tests.support.pictures import encoded, two_discs
from tests.support.tiny_model import tiny_model

COUNT = 8
STUCK = 3

pytestmark = pytest.mark.long


def test_a_worker_that_is_killed_takes_no_picture_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("ray", reason="a batch on Ray is tested where ray is installed")
    from tabsam.batch.ray_runner import on_ray

    monkeypatch.setenv("PYTHONPATH", environment()["PYTHONPATH"])
    tiny_model().save(tmp_path / "tiny")
    tasks = []
    for number in range(COUNT):
        file = tmp_path / f"{number}.png"
        file.write_bytes(encoded(two_discs(60, 80)))
        tasks.append(Task(file.name, str(file), (Wanted(Selection(box=(40, 15, 80, 45))),)))
    stuck = tmp_path / f"{STUCK}.png"
    whole = stuck.read_bytes()
    stuck.unlink()
    os.mkfifo(stuck)  # a worker waits there
    settings = Settings(str(tmp_path / "tiny"), "masks")

    def run(folder: Path) -> list[Outcome]:
        with opened(folder) as log:
            Results(folder, "masks").prepare()
            for outcome in on_ray(2)(tasks, partial(Worker, folder, settings, "digest")):
                log.append(outcome)
            return [*log.outcomes.values()]

    def kill() -> None:
        log = tmp_path / "out/batch.jsonl"
        while not log.exists() or log.read_text("utf-8").count('"done"') < COUNT - 1:
            time.sleep(0.05)
        stuck.unlink()
        stuck.write_bytes(whole)
        os.kill(actor_that_reads(), signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    outcomes = run(tmp_path / "out")
    killer.join(60)
    assert Counter(one.status for one in outcomes) == {"done": COUNT}
    alone = tmp_path / "alone"
    alone.mkdir()
    Results(alone, "masks").prepare()
    assert len([*here(tasks, partial(Worker, alone, settings, "digest"))]) == COUNT
    masks = [sorted((folder / "masks").rglob("*.png")) for folder in (tmp_path / "out", alone)]
    assert [one.read_bytes() for one in masks[0]] == [one.read_bytes() for one in masks[1]]


def actor_that_reads() -> int:
    """Find the worker that waits for the picture: of Ray's workers on this machine the one that is in the middle of a call."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                name = (folder / "cmdline").read_bytes()
            except OSError:
                continue
            if name.startswith(b"ray::Working.work"):
                return int(folder.name)
    raise AssertionError("no worker is at work")
