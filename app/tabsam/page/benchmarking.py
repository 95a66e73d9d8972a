"""How fast the model is that runs, here: measured on a drawn picture beside the open one, whose work nothing of it touches."""

from __future__ import annotations

import json
import platform
import time
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

import tabsam
from tabsam.errors import StateError
from tabsam.evaluation import benchmark
from tabsam.json_text import parsed
from tabsam.page.answering import milliseconds_since
from tabsam.page.engine import Engine

if TYPE_CHECKING:
    from tabsam.model.segmenter import Segmenter
    from tabsam.page.protocol.methods import BenchmarkMethods, OnProgress
    from tabsam.page.protocol.params import BenchmarkParams, BenchmarkRoundParams, SaveBenchmarkParams
    from tabsam.page.protocol.results import BenchmarkRound, BenchmarkTold, ExportedObjects

_DECODES = 3
"""A round's, that count."""


class Benchmarking:
    """Measures in rounds, between which the page can stop; and tells what came of them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._times: dict[str, list[float]] = {}
        self._picture: Image.Image | None = None
        self._run: dict[str, Any] | None = None
        self._other: dict[str, Any] | None = None

    def methods(self) -> BenchmarkMethods:
        """Give every method by its name."""
        return {"benchmarkRound": self._round, "benchmark": self._tell, "saveBenchmark": self._save}

    async def _round(self, params: BenchmarkRoundParams, on_progress: OnProgress) -> BenchmarkRound:
        if params["anew"] or self._picture is None:
            self._times = {name: [] for name in benchmark.TIMES}
            self._picture = Image.fromarray(benchmark.drawn())
        encode, decode = await self._engine.run(self._timed)
        self._times["encode"].append(encode)
        self._times["decode"] += decode
        return {"encode": encode, "decode": float(np.median(decode))}

    async def _timed(self, segmenter: Segmenter) -> tuple[float, list[float]]:
        """Encode the picture and ask for masks; in milliseconds.

        A GPU hands an embedding over before it is done. The first answer waits for what is left, so it counts in the first round
        alone, where it is told apart.
        """
        assert self._picture is not None
        number = len(self._times["encode"])
        self._picture.putpixel((0, 0), (number % 256, 0, 0))  # another picture each time: none is known already
        begun = time.perf_counter()
        embedding = await segmenter.encode(self._picture)
        encode = milliseconds_since(begun)
        decode = []
        try:
            for ask in range(1 + _DECODES):
                begun = time.perf_counter()
                place = self._picture.width / 2 + ask, self._picture.height / 2
                await segmenter.ask([place], [1], embedding=embedding)
                decode.append(milliseconds_since(begun))
        finally:
            embedding.release()
        return encode, decode[1:] if number else decode

    async def _tell(self, params: BenchmarkParams, on_progress: OnProgress) -> BenchmarkTold:
        if not self._times.get("encode"):
            raise _nothing_measured()
        if "other" in params:
            self._other = None if not params["other"] else benchmark.checked(parsed(params["other"]))
        self._run = run = self._described(params)
        return {
            "about": benchmark.about(run),
            "head": list(benchmark.head(self._other)),
            "rows": [list(row) for row in benchmark.rows(run, self._other)],
            "compared": benchmark.compared(run, self._other),
            "markdown": benchmark.markdown(run, self._other),
        }

    def _described(self, params: BenchmarkParams) -> dict[str, Any]:
        """Give the run as data, as ``tabsam bench --output`` writes it."""
        assert self._picture is not None
        return {
            "format": benchmark.FORMAT,
            "version": benchmark.VERSION,
            "model": params["model"],
            "provider": params["provider"],
            "settings": {"threads": params["threads"], "isolated": params["isolated"]},
            "picture": {"width": self._picture.width, "height": self._picture.height},
            **{f"{name}_ms": benchmark.summed(values) for name, values in self._times.items()},
            "gpu_bytes": params["gpuBytes"],
            "javascript_bytes": params["javascriptBytes"],
            "machine": {"system": params["system"], "processor": params["processor"], "cores": params["cores"]},
            "versions": {"tabsam": tabsam.__version__, "python": platform.python_version(), "browser": params["browser"]}
            | ({"onnxruntime-web": params["runtime"]} if params["runtime"] else {}),
        }

    async def _save(self, params: SaveBenchmarkParams, on_progress: OnProgress) -> ExportedObjects:
        if self._run is None:
            raise _nothing_measured()
        if params["as"] == "json":
            text, kind = json.dumps(self._run, indent=2) + "\n", "application/json"
        else:
            text, kind = benchmark.page(self._run, self._other), "text/html"
        return {"bytes": text.encode(), "type": kind, "name": f"tabsam-bench.{params['as']}", "notes": []}


def _nothing_measured() -> StateError:
    return StateError("nothing-measured", "Nothing has been measured yet.", "Start the benchmark first.")
