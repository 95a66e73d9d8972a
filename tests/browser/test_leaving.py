"""No browser outlives the tests that started it, however they end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

import build
from tests.bench.processes import PROC, arguments_of, processes_below
from tests.support.chrome import chromedriver
from tools.terminal import tie

pytestmark = pytest.mark.skipif(not tie(), reason="only Linux, with util-linux, ends a program together with another")

#: Tests in the middle of something: the page has a worker that listens to nobody.
TESTS = """
import signal, sys, time
from pathlib import Path
from tests.support.chrome import start_chrome

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs, and what they start, ignore it
driver = start_chrome(Path(sys.argv[1]))
driver.get("data:text/html,<script>new Worker(URL.createObjectURL(new Blob(['for (;;);'])))</script>")
print("under way", flush=True)
time.sleep(600)
"""

PATIENCE = 30.0


def running(argument: str) -> set[int]:
    """Find the processes that were started with an argument."""
    return {pid for pid in (int(folder.name) for folder in PROC.glob("[0-9]*")) if argument in arguments_of(pid)}


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT], ids=lambda ending: ending.name)
def test_tests_that_are_ended_leave_no_browser_behind(ending: signal.Signals, tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    browser = f"--user-data-dir={profile}"
    command = [sys.executable, "-c", TESTS, str(profile)]
    with subprocess.Popen(command, cwd=build.ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as tests:
        assert tests.stdout
        assert tests.stdout.readline() == "under way\n"
        drivers = set(processes_below(tests.pid, chromedriver()))
        assert len(drivers) == 1
        assert len(running(browser)) > 2  # Chrome, and what it starts for its pages
        tests.send_signal(ending)
        try:
            tests.wait(PATIENCE)
        finally:
            tests.kill()
    left = wait_until_gone(lambda: running(browser) | (drivers & running(chromedriver())))
    for pid in left:  # or this test would be no better
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    assert not left


def wait_until_gone(processes: Callable[[], set[int]]) -> set[int]:
    """Wait for processes to end, for as long as one may; give those that have not."""
    started = time.monotonic()
    while (left := processes()) and time.monotonic() - started < PATIENCE:
        time.sleep(0.02)
    return left
