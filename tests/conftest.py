"""What every test folder can use, and what is true of every test."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest

import build
from tests.support import memory


@pytest.fixture(scope="session")
def site() -> Path:
    """Build the site, where it is not up to date, and return its folder; not to be written to."""
    return build.build()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, None, None]:
    """Give memory back after the tests that take most."""
    yield
    if item.get_closest_marker("slow"):
        memory.give_back()
