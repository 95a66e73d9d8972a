"""What every test folder can use, and what is true of every test."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import build
from tests.support import memory

# The same examples each time, however busy the machine is, and nothing kept of them.
settings.register_profile(
    "tabsam",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("tabsam")


@pytest.fixture(scope="session")
def site() -> Path:
    """Build the site, where it is not up to date, and return its folder; not to be written to."""
    return build.build()


@pytest.fixture(autouse=True)
def room() -> Iterator[None]:
    """Fail the test with which this process has come to take more memory than it may."""
    before = memory.peak()
    yield
    if before <= memory.LIMIT < (after := memory.peak()):
        pytest.fail(f"With this test pytest has taken {after / 1e9:.2f} GB; it may take {memory.LIMIT / 1e9:g}.", pytrace=False)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all", action="store_true", help="run the tests marked long, too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the long tests out, unless they are wanted."""
    if config.getoption("--all"):
        return
    long = [item for item in items if item.get_closest_marker("long")]
    config.hook.pytest_deselected(items=long)
    items[:] = [item for item in items if item not in long]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Function, nextitem: pytest.Item | None) -> Generator[None, None, None]:
    """Let go of what the tests of a file shared, after the last; give memory back after the tests that take most."""
    yield
    if nextitem is None or nextitem.path != item.path:
        memory.forget(item.module)
    if item.get_closest_marker("slow"):
        memory.give_back()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.write_line(f"peak memory: {memory.peak() / 1e9:.2f} GB in pytest's own process")
