"""``tabsam batch``, as a process: killed in the middle, it goes on, and what comes of it is what comes of one that was not."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tabsam.cli import main
from tabsam.formats.datasets import read
from tabsam.formats.datasets.listing import folder_listing
from tests.support.command import environment, tabsam
from tests.support.pictures import encoded, two_discs
from tests.support.tiny_model import tiny_model

COUNT = 12
STUCK = 7
"""The picture in which a run is stopped: it is a pipe that nobody writes into, so the run waits there, however fast it is."""


@pytest.fixture
def model(tmp_path: Path) -> Path:
    tiny_model().save(tmp_path / "tiny")
    return tmp_path / "tiny"


@pytest.fixture
def prompts(tmp_path: Path) -> Path:
    """Give a list of a click and a box in each of the pictures beside it."""
    listed = []
    for number in range(COUNT):
        name = f"{number % 3}/p{number:02d}.png"
        height, width = 60 + number, 80
        path = tmp_path / "pictures" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encoded(two_discs(height, width)))
        click = {"points": [[width / 4, height / 2]], "class": "red"}
        box = {"box": [width / 2, height / 4, width, height * 3 / 4], "class": "blue"}
        listed.append({"picture": name, "objects": [click, box]})
    target = tmp_path / "pictures/prompts.json"
    target.write_text(json.dumps(listed), encoding="utf-8")
    return target


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def wait_until(what: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not what():
        assert time.monotonic() < until
        time.sleep(0.02)


def done_in(log: Path) -> Counter[str]:
    """Count how often each picture was done, as the log has it; a line that breaks off is none."""
    lines = log.read_text("utf-8").split("\n")[1:-1] if log.exists() else []
    return Counter(one["picture"] for one in map(json.loads, lines) if one["status"] == "done")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes, in which a run is stopped")
@pytest.mark.parametrize(("format", "processes"), [("masks", 1), ("yolo", 2)])
def test_after_a_kill_every_picture_is_done_once_and_as_without_it(
    format: str, processes: int, model: Path, prompts: Path, tmp_path: Path
) -> None:
    arguments = ["batch", "--prompts", str(prompts), "--model", str(model), "--format", format, "--quiet"]
    assert main([*arguments, "--output-dir", str(tmp_path / "at-once")]) == 0
    stuck = prompts.parent / f"{STUCK % 3}/p{STUCK:02d}.png"
    whole = stuck.read_bytes()
    stuck.unlink()
    os.mkfifo(stuck)
    command = [*arguments, "--output-dir", str(tmp_path / "killed"), "--processes", str(processes)]
    log = tmp_path / "killed/batch.jsonl"
    with subprocess.Popen([sys.executable, "-m", "tabsam", *command], env=environment()) as running:
        # With two, the other goes on for as long as its queue has some.
        wait_until(lambda: done_in(log).total() >= STUCK)
        children = Path(f"/proc/{running.pid}/task/{running.pid}/children")
        workers = children.read_text().split() if children.exists() else []
        os.kill(running.pid, signal.SIGKILL)
    wait_until(lambda: not any(is_alive(one) for one in workers))  # nobody works on for one that is gone
    done = done_in(log)
    assert STUCK <= done.total() < COUNT
    stuck.unlink()
    stuck.write_bytes(whole)
    with log.open("ab") as file:
        file.write(b'{"picture": "1/p0')  # as a machine that stops leaves it
    (tmp_path / "killed/.batch/drafts/half").write_bytes(b"half a file")
    ran = tabsam(*command, "--json")
    told = json.loads(ran.stdout)
    assert (ran.returncode, told["done"], told["before"]) == (0, COUNT - done.total(), done.total())
    assert set(done_in(log).values()) == {1}
    assert len(done_in(log)) == COUNT
    assert contents(tmp_path / f"killed/{format}") == contents(tmp_path / f"at-once/{format}")
    assert contents(tmp_path / "killed/.batch") == contents(tmp_path / "at-once/.batch")


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds a run's processes in /proc")
def test_a_process_that_ends_takes_no_picture_along(model: Path, prompts: Path, tmp_path: Path) -> None:
    stuck = prompts.parent / f"{STUCK % 3}/p{STUCK:02d}.png"
    whole = stuck.read_bytes()
    stuck.unlink()
    os.mkfifo(stuck)
    out = tmp_path / "out"
    command = ["batch", "--prompts", prompts, "--model", model, "--output-dir", out, "--processes", 2, "--json"]
    arguments = [sys.executable, "-m", "tabsam", *map(str, command)]
    with subprocess.Popen(arguments, env=environment(), stdout=subprocess.PIPE, text=True) as running:
        wait_until(lambda: done_in(out / "batch.jsonl").total() >= STUCK)
        stuck.unlink()
        stuck.write_bytes(whole)
        children = Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().split()
        worker = next(one for one in children if "spawn_main" in Path(f"/proc/{one}/cmdline").read_text())
        os.kill(int(worker), signal.SIGKILL)
        told = json.loads(running.communicate(timeout=60)[0])
    assert (running.returncode, told["done"], told["failed"]) == (0, COUNT, [])
    assert set(done_in(out / "batch.jsonl").values()) == {1}


def is_alive(pid: str) -> bool:
    """Tell whether a process is there, and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_one_bad_picture_does_not_stop_it(model: Path, prompts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = prompts.parent / "1/p04.png"
    whole = bad.read_bytes()
    bad.write_bytes(b"no picture")
    command = ["batch", "--prompts", str(prompts), "--model", str(model), "--output-dir", str(tmp_path / "out")]
    assert main(command) == 3
    said = capsys.readouterr()
    assert said.out.splitlines()[0] == f"{COUNT - 1} pictures done, 1 failed; {2 * (COUNT - 1)} objects"
    assert said.err.startswith("tabsam: 1/p04.png: This file is not a picture that can be read here.")
    bad.write_bytes(whole)
    assert main(command) == 0
    assert capsys.readouterr().out.splitlines()[0] == f"1 pictures done, {COUNT - 1} before, 0 failed; {2 * COUNT} objects"
    dataset = read(folder_listing(tmp_path / "out/coco"), format="coco")
    assert len(dataset.questions) == COUNT  # its pictures lie elsewhere


def test_what_has_changed_is_done_again_and_nothing_else(
    model: Path, prompts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["batch", "--prompts", str(prompts), "--model", str(model), "--output-dir", str(tmp_path / "out"), "--json"]

    def run(*more: str) -> tuple[int, int]:
        assert main([*command, *more]) == 0
        told = json.loads(capsys.readouterr().out)
        return told["done"], told["before"]

    assert run() == (COUNT, 0)
    assert run() == (0, COUNT)
    (prompts.parent / "2/p05.png").write_bytes(encoded(two_discs(100, 100)))
    listed = json.loads(prompts.read_text("utf-8"))
    listed[3]["objects"].pop()
    prompts.write_text(json.dumps(listed), encoding="utf-8")
    assert run() == (2, COUNT - 2)
    assert run("--edges", "follow") == (COUNT, 0)
    # Another format of the same answers: the model is not asked, so it need not be one that runs.
    model.joinpath("decoder.onnx").touch()
    assert run("--edges", "follow", "--format", "svg") == (COUNT, 0)
    kept = (tmp_path / "out/.batch/objects").rglob("*.tabsam")
    assert len([*kept]) == COUNT + 2 + COUNT


def test_a_data_sets_boxes_become_masks_beside_its_pictures(model: Path, prompts: Path, tmp_path: Path) -> None:
    first = ["batch", "--prompts", str(prompts), "--model", str(model), "--format", "coco", "--with-pictures", "--quiet"]
    assert main([*first, "--output-dir", str(tmp_path / "first")]) == 0
    second = ["batch", str(tmp_path / "first/coco"), "--model", str(model), "--format", "labelme", "--quiet"]
    assert main([*second, "--output-dir", str(tmp_path / "second")]) == 0
    assert len([*(tmp_path / "second/labelme").rglob("*.json")]) == COUNT
    shapes = json.loads((tmp_path / "second/labelme/0/p00.json").read_text("utf-8"))["shapes"]
    assert {shape["label"] for shape in shapes} == {"red", "blue"}


def test_a_model_that_is_none_ends_it(prompts: Path, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model.joinpath("decoder.onnx").write_bytes(b"none")
    command = ["batch", "--prompts", str(prompts), "--model", str(model), "--output-dir", str(tmp_path / "out")]
    for processes in ("1", "2"):
        assert main([*command, "--processes", processes]) == 1
        assert "is not a model that onnxruntime can run" in capsys.readouterr().err
