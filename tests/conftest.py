"""What every test folder can use."""

from __future__ import annotations

from pathlib import Path

import pytest

import build


@pytest.fixture(scope="session")
def site() -> Path:
    """Build the site, where it is not up to date, and return its folder; not to be written to."""
    return build.build()
