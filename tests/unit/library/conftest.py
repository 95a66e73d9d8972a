"""A server for downloads, a cache of its own for each test, and the built-in model, loaded once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import tabsam
from tabsam.library import fetching
from tabsam.library.settings import Settings
from tests.support.hostile import HostileServer, hostile_server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostileServer]:
    with hostile_server(tmp_path_factory.mktemp("served")) as server:
        yield server


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: HostileServer) -> Settings:
    """Give settings with the server's catalogue and a new cache; what is asked again is asked at once."""
    monkeypatch.setattr(fetching, "PAUSES", (0.01, 0.01))
    return Settings(catalog=f"{server.url}models/catalog.json", cache=str(tmp_path / "cache"))


@pytest.fixture(scope="session")
def nano() -> Iterator[tabsam.SyncSegmenter]:
    """Give the built-in model; whoever sets a picture sets another one than the test before expects."""
    with tabsam.load(settings=Settings(threads=2)) as segmenter:
        yield segmenter
