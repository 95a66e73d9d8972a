"""Runs in the page's Python: times what tabsam does with a picture before and after the encoder."""

from __future__ import annotations

import json
import time
from typing import Any

from tabsam.model.image import open_image
from tabsam.model.segmenter import Segmenter
from tabsam.page.web_sessions import WebSession


async def measure(js_engine: Any, specs: str, js_file: Any, repeats: int) -> str:
    """Decode a picture's file and encode it, several times.

    Parameters
    ----------
    js_engine : JavaScript object with the engine's ``askPacked``
        Its model takes no time.
    specs : str
        JSON: ``{encoder, decoder}``, as the engine's ``open`` answers.
    js_file : Uint8Array

    Returns
    -------
    str
        JSON: ``{decode, encode}``, milliseconds each time.
    """
    opened = json.loads(specs)
    segmenter = Segmenter(WebSession(js_engine, opened["encoder"]), WebSession(js_engine, opened["decoder"]))
    data = js_file.to_bytes()
    decode, encode = [], []
    for _ in range(3):
        start = time.perf_counter()
        image = open_image(data)
        decode.append(1000 * (time.perf_counter() - start))
    for _ in range(repeats):
        start = time.perf_counter()
        embedding = await segmenter.encode(image)
        encode.append(1000 * (time.perf_counter() - start))
        embedding.release()
    return json.dumps({"decode": decode, "encode": encode})
