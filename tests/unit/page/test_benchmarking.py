"""A benchmark, asked for round by round as the page asks."""

from __future__ import annotations

import json
from typing import Any

from tabsam.evaluation.benchmark import checked
from tests.support.asking import Page, code_of, on_a_page

HERE: dict[str, Any] = {
    "model": "nano",
    "provider": "WASM",
    "threads": 2,
    "isolated": True,
    "processor": "2 threads",
    "cores": 2,
    "system": "Linux",
    "browser": "Chrome 156",
    "runtime": "1.30.0",
    "gpuBytes": None,
    "javascriptBytes": 30_000_000,
}


@on_a_page
async def test_rounds_are_told_and_saved_and_the_open_picture_is_left_as_it_is(page: Page) -> None:
    await page.open("a.png")
    await page.ask("addPoint", x=80, y=120, label=1)
    before = page.app.workspace.document.work
    assert await code_of(page.ask("benchmark", **HERE)) == "nothing-measured"
    assert await code_of(page.ask("saveBenchmark", **{"as": "json"})) == "nothing-measured"
    for anew in (True, False, False):
        took = await page.ask("benchmarkRound", anew=anew)
        assert min(took.values()) > 0
    told = await page.ask("benchmark", **HERE)
    assert told["about"].startswith("nano on WASM, 1024 x 768 pixels; 2 threads, 2 cores, Linux; tabsam ")
    assert (told["head"], told["compared"]) == (["", "this run"], [])
    table = dict(told["rows"])
    assert list(table)[:3] == ["encode, first", "encode, p50", "encode, p95"]
    assert table["JavaScript heap"] == "30.0 MB"
    assert "| decode, p50 |" in told["markdown"]

    saved = await page.ask("saveBenchmark", **{"as": "json"})
    run = checked(json.loads(saved["bytes"]))
    assert (saved["name"], run["encode_ms"]["n"], run["decode_ms"]["n"]) == ("tabsam-bench.json", 2, 9)  # 4 of the first round
    assert page.app.workspace.document.work is before
    again = await page.ask("addPoint", x=240, y=120, label=0)  # with the open picture's embedding
    assert again["candidates"]


@on_a_page
async def test_a_run_is_compared_with_a_file_and_what_is_none_is_refused(page: Page) -> None:
    await page.ask("benchmarkRound", anew=True)
    await page.ask("benchmark", **HERE)
    first = (await page.ask("saveBenchmark", **{"as": "json"}))["bytes"]
    told = await page.ask("benchmark", **{**HERE, "provider": "WebGPU", "gpuBytes": 1_000_000}, other=first)
    assert told["head"] == ["", "this run", "the other", "ratio"]
    assert {row[0]: row[3] for row in told["rows"]}["encode, p50"] == "1.00"
    assert told["compared"][-1] == "Not the same in both: provider."
    assert "Compared with: nano on WASM" in (await page.ask("saveBenchmark", **{"as": "html"}))["bytes"].decode()
    assert await code_of(page.ask("benchmark", **HERE, other=b"{}")) == "no-benchmark"
