"""What the reference predictors answer, tabsam answers in the page, too: in its Python, with onnxruntime-web (WASM)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from pytest_pyodide import run_in_pyodide

from build import SiteServer
from tests.conformance import goldens
from tests.support.in_page import Runner

if missing := [name for name in ("torch", "transformers", "segment_anything") if not find_spec(name)]:
    pytest.skip(f"{', '.join(missing)} not installed: pip install 'tabsam[conformance]'", allow_module_level=True)

LARGEST_DIFFERENCE = 1e-3  # logits


@pytest.fixture(scope="module")
def folder(server: SiteServer) -> Path:
    """Give a folder that the page can fetch from."""
    return Path(server.directory) / "goldens"


@pytest.fixture(scope="module")
def engine(selenium: Runner) -> Iterator[None]:
    """Start an engine worker that opens graphs by their addresses."""
    selenium.run_js(
        """
        const { Engine } = await import('./site/worker/engine.js');
        self.engine = new Engine();
        self.openModel = async (url, keep) => {
          const bytes = await (await fetch(url)).arrayBuffer();
          return JSON.stringify(await self.engine.ask('open', { bytes, provider: 'wasm', keep }, { transfer: [bytes] }));
        };
        await self.engine.ask('load', { build: 'wasm', threads: 2 });
        """
    )
    selenium.set_script_timeout(300)
    yield
    selenium.set_script_timeout(Runner.script_timeout)
    selenium.run_js("self.engine.terminate();")


@run_in_pyodide(packages=["numpy"])  # type: ignore[untyped-decorator]
async def largest_differences(
    selenium: Runner, files: Mapping[str, str], questions: Sequence[Mapping[str, Any]]
) -> Sequence[float]:
    """Encode the picture and ask every question; tell how far each one's logits are from what was expected."""
    import io
    import json

    import js
    import numpy as np
    from pyodide.http import pyfetch

    from tabsam.model.image import open_image
    from tabsam.model.segmenter import Segmenter
    from tabsam.page.web_sessions import WebSession

    async def fetched(name: str) -> bytes:
        return bytes(await (await pyfetch(f"./goldens/{name}")).bytes())

    async def session(name: str, keep: bool) -> WebSession:
        return WebSession(js.engine, json.loads(await js.openModel(f"./goldens/{name}", keep)))

    segmenter = Segmenter(await session(files["encoder"], True), await session(files["decoder"], False))
    await segmenter.set_image(open_image(await fetched(files["picture"])))
    differences = []
    for question in questions:
        mask = np.load(io.BytesIO(await fetched(question["mask"]))) if question["mask"] else None
        candidates = await segmenter.predict(**question["prompts"], mask=mask, all_candidates=True)
        logits = np.stack([candidate.logits for candidate in candidates])
        differences.append(float(np.abs(logits - np.load(io.BytesIO(await fetched(question["logits"])))).max()))
    await segmenter.close()
    return differences


def differences_in_page(selenium: Runner, case: goldens.Case) -> Sequence[float]:
    files = {"encoder": case.encoder, "decoder": case.decoder, "picture": case.picture}
    answer: Sequence[float] = largest_differences(selenium, files, [asdict(question) for question in case.questions])
    return answer


@pytest.mark.parametrize("name", goldens.NAMES)
def test_the_page_answers_as_the_reference(selenium: Runner, engine: None, folder: Path, name: str) -> None:
    (case,) = goldens.make(folder, [name])
    differences = differences_in_page(selenium, case)
    assert len(differences) >= 4
    assert max(differences) < LARGEST_DIFFERENCE


@pytest.mark.long
def test_a_real_size_sam2_tiny_answers_as_the_reference(selenium: Runner, engine: None, folder: Path) -> None:
    (case,) = goldens.make(folder, [goldens.REAL_SIZE])
    assert (folder / case.encoder).stat().st_size > 100e6
    assert max(differences_in_page(selenium, case)) < LARGEST_DIFFERENCE
