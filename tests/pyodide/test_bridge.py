"""Every dtype crosses from Python through the engine worker and onnxruntime-web and back, to the last bit."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_pyodide import run_in_pyodide

from build import SiteServer
from tests.support.contract import CHECKS
from tests.support.identity_model import identity_model
from tests.support.in_page import Runner


@pytest.fixture(params=["wasm", "jspi", "asyncify"], scope="module")
def engine(request: pytest.FixtureRequest, selenium: Runner, server: SiteServer) -> Iterator[str]:
    """Start an engine worker with one of the builds of onnxruntime-web, and let Python open the graph in it."""
    (server.directory / "identity.onnx").write_bytes(identity_model())
    selenium.run_js(
        f"""
        const {{ Engine }} = await import('./site/worker/engine.js');
        const model = await (await fetch('./identity.onnx')).arrayBuffer();
        self.engine = new Engine();
        self.openSession = async (keep) => {{
          const opened = await self.engine.ask('open', {{ bytes: model, provider: 'wasm', keep }});
          return JSON.stringify(opened);
        }};
        await self.engine.ask('load', {{ build: '{request.param}', threads: 1 }});
        """
    )
    yield request.param
    selenium.run_js("self.engine.terminate();")


@run_in_pyodide  # type: ignore[untyped-decorator]
async def check_in_page(selenium: Runner, check: str) -> None:
    import json

    import js

    from tabsam.model.runtime import Session
    from tabsam.page.web_sessions import WebSession
    from tests.support.contract import CHECKS

    async def open_session(keep: bool) -> Session:
        return WebSession(js.engine, json.loads(await js.openSession(keep)))

    await CHECKS[check](open_session)


@pytest.mark.parametrize("check", CHECKS)
def test_a_session_in_the_page(selenium: Runner, engine: str, check: str) -> None:
    check_in_page(selenium, check)
