"""The log: what is whole in it holds, a line that breaks off does not, and one process writes it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tabsam.batch.log import NAME, opened
from tabsam.batch.work import Outcome
from tabsam.errors import TabsamError


def test_what_was_written_is_there_and_the_last_line_of_a_picture_holds(tmp_path: Path) -> None:
    with opened(tmp_path) as log:
        log.append(Outcome("a.jpg", "failed", error={"code": "x"}))
        log.append(Outcome("a.jpg", "done", files={"masks/a.png": 3}))
    with opened(tmp_path) as log:
        assert log.outcomes == {"a.jpg": Outcome("a.jpg", "done", files={"masks/a.png": 3})}


def test_a_line_that_breaks_off_is_cut_off(tmp_path: Path) -> None:
    with opened(tmp_path) as log:
        log.append(Outcome("a.jpg", "done"))
    path = tmp_path / NAME
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"picture": "b.jpg", "sta')
    with opened(tmp_path) as log:
        assert [*log.outcomes] == ["a.jpg"]
        log.append(Outcome("b.jpg", "done"))
    lines = path.read_text("utf-8").splitlines()
    assert [json.loads(line).get("picture") for line in lines] == [None, "a.jpg", "b.jpg"]


def test_one_that_broke_off_in_its_first_line_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b'{"log": "tabs')
    with opened(tmp_path) as log:
        assert not log.outcomes
    assert json.loads((tmp_path / NAME).read_bytes())["log"] == "tabsam batch"


def test_two_do_not_write_one(tmp_path: Path) -> None:
    with opened(tmp_path), pytest.raises(TabsamError) as caught, opened(tmp_path):
        pass
    assert caught.value.code == "batch-running"


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(TabsamError) as caught, opened(tmp_path):
        pass
    assert caught.value.code == "output-not-empty"
    (tmp_path / NAME).write_text('{"log": "of something else"}\n', encoding="utf-8")
    with pytest.raises(TabsamError) as caught, opened(tmp_path):
        pass
    assert caught.value.code == "batch-log"
