"""The README's script runs in the page as it stands there."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping

from build import ROOT
from tests.browser.conftest import Serve
from tests.support.page import Page
from tests.support.tiny_model import tiny_model

#: What the script takes for granted.
RUN = """
const given = [...arguments];
const done = given.pop();
const [blob, encoderBlob, decoderBlob] = given.map((text) => new Blob([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))]));
(async () => {
  %s
  const ones = data.reduce((sum, one) => sum + one);
  return { width, height, ones, rings: offsets.length - 1, type: png.type, size: file.size };
})().then((result) => done({ result }), (error) => done({ error: `${error.code}: ${error.message}` }));
"""


def test_its_script_runs(page: Page, serve: Serve, samples: Mapping[str, bytes]) -> None:
    (script,) = re.findall(r"```js\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert "pointsPerSide: 16" in script
    page.load(serve().url)
    files = (samples["chelsea.png"], tiny_model().encoder, tiny_model().decoder)
    quick = script.replace("pointsPerSide: 16", "pointsPerSide: 4")
    answer = page.driver.execute_async_script(RUN % quick, *[base64.b64encode(file).decode() for file in files])
    assert "error" not in answer, answer
    result = answer["result"]
    assert (result["width"], result["height"], result["type"]) == (451, 300, "image/png")
    assert 0 < result["ones"] < 451 * 300
    assert result["rings"] > 0
    assert result["size"] > 0
    state = page.state()
    assert state["model"] == "mine"
    assert state["objects"]
