"""What the page says while it starts, asked of its own module in Node."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from tools.files import WEB

PYTHON = {"stage": "python", "message": "Starting Python"}


def said(*progresses: dict[str, Any]) -> str:
    """Return the message that is shown after some progresses, the newest last."""
    state = {"engine": {"status": "starting", "progress": {one["stage"]: one for one in progresses}}}
    script = f"""
        import {{ startProgressOf }} from {json.dumps((WEB / "page/state/store.js").as_uri())};
        console.log(startProgressOf({json.dumps(state)}).message);
    """
    node = ["node", "--input-type=module", "--eval", script]
    return subprocess.run(node, capture_output=True, check=True, text=True).stdout.strip()


def reading(loaded: int, total: int = 11_978_820) -> dict[str, Any]:
    return {"stage": "model", "message": "Reading the model", "loaded": loaded, "total": total}


def test_a_model_on_its_way_is_said() -> None:
    assert said(PYTHON, reading(5_000_000)) == "Reading the model"


@pytest.mark.parametrize("missing", [0, 100_000])
def test_a_model_that_reads_as_whole_gives_way_to_what_still_goes_on(missing: int) -> None:
    assert said(PYTHON, reading(11_978_820 - missing)) == "Starting Python"


def test_a_model_is_said_when_there_is_nothing_else() -> None:
    assert said(reading(11_978_820)) == "Reading the model"
