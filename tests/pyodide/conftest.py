"""Run tests in the Python of headless Chrome: the site's own Pyodide, with tabsam's own wheel loaded by micropip."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

import build
from build import SiteServer
from tests.support import pyodide_dist
from tests.support.in_page import Runner

#: The modules that run on both sides.
SHARED = (
    "__init__.py",
    "hostile/__init__.py",
    "hostile/files.py",
    "support/__init__.py",
    "support/annotated.py",
    "support/cases.py",
    "support/contract.py",
    "support/datasets.py",
    "support/round_trips.py",
    "support/tiffs.py",
)


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Put the distribution together before the tests are collected: pytest-pyodide then looks what is in it."""
    folder = TemporaryDirectory(prefix="tabsam-pyodide-")
    config.add_cleanup(folder.cleanup)
    dist = pyodide_dist.assemble(build.build(), Path(folder.name) / "dist")
    dist.joinpath("shared.zip").write_bytes(shared_modules())
    config.option.dist_dir = pytest.pyodide_dist_dir = dist  # type: ignore[attr-defined]  # pytest-pyodide's own habit


def shared_modules() -> bytes:
    """Pack what the tests import on both sides."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in SHARED:
            archive.write(build.ROOT / "tests" / name, f"tests/{name}")
    return file.getvalue()


@pytest.fixture(scope="session")
def server(pytestconfig: pytest.Config) -> Iterator[SiteServer]:
    with build.serving(pytestconfig.option.dist_dir) as running:
        yield running


@pytest.fixture(scope="package")  # so that no browser runs beside the tests of other folders
def selenium(server: SiteServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    """Give one page for all tests here, with tabsam and the shared modules ready to import."""
    runner = Runner(tmp_path_factory.mktemp("chrome"), server)
    try:
        (wheel,) = server.directory.glob("site/vendor/pyodide/tabsam-*.whl")
        runner.load_package(["micropip"])
        runner.run_async(f"""
            import sys, micropip
            from js import fetch
            from pyodide_js import unpackArchive
            await micropip.install("{server.url}{wheel.relative_to(server.directory)}")
            archive = await (await fetch("{server.url}shared.zip")).arrayBuffer()
            unpackArchive(archive, "zip", extractDir="/shared")
            sys.path.append("/shared")
        """)
        yield runner
    finally:
        runner.quit()
