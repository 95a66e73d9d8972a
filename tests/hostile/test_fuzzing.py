"""A short run of the fuzzing, from a seed; `build.py fuzz --minutes N` makes longer ones."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.hostile.fuzzing.readers import READERS
from tests.hostile.fuzzing.running import Run

CASES = 600


def test_mutated_files_and_random_requests_end_in_errors_with_a_code() -> None:
    run = Run(13)
    for _ in range(CASES):
        run.one()
    assert run.failed == []
    assert {*READERS, "requests"} <= run.counts.keys()


def test_what_fails_is_written_to_a_file_that_does_it_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: str, data: bytes, rng: random.Random) -> None:
        raise ZeroDivisionError

    for reader in READERS:
        monkeypatch.setitem(READERS, reader, broken)
    run = Run(1, tmp_path)
    while not run.failed:
        run.one()
    assert "ZeroDivisionError" in run.failed[0]
    (kept,) = [path for path in tmp_path.iterdir() if path.suffix != ".log"]
    assert kept.read_bytes()
