"""A catalogue of models says what it should, and the page and the build mean the same by that."""

from __future__ import annotations

import copy
import json
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from tools.catalogue import LocalFile, local_files, problems_of
from tools.files import ROOT, WEB

DIGEST = "0" * 64
FILE = {"url": "https://example.org/model.onnx", "bytes": 10, "sha256": DIGEST}


def catalogue(**changes: Any) -> dict[str, Any]:
    """Give a catalogue of one model, with something changed in it."""
    model = {
        "id": "one",
        "name": "One",
        "family": "sam2",
        "licence": "Apache-2.0",
        "dtype": "float16",
        "description": "It is one.",
        "source": "https://example.org/one",
        "needs": {"features": ["shader-f16"], "maxBufferSize": 1 << 28},
        "edges": "follow",
        "tidy": 0.002,
        "everything": {"pointsPerSide": 16, "predIouThresh": 0.7, "stabilityScoreThresh": 1, "boxNmsThresh": 0},
        "former": [DIGEST],
        "encoder": {**FILE, "data": [{**FILE, "name": "model.onnx_data"}]},
        "decoder": {"parts": [FILE, FILE], "bytes": 20, "sha256": DIGEST},
    }
    return {"default": "one", "models": [{**model, **changes}]}


def edited(edit: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Give a catalogue after `edit` has had its way with the model."""
    whole = copy.deepcopy(catalogue())
    edit(whole["models"][0])
    return whole


#: What is wrong, and a part of the sentence that says so; by the page as by the build.
WRONG: dict[str, tuple[object, str]] = {
    "a list": ([], "an object with a list 'models'"),
    "no models": ({"models": []}, "empty"),
    "a model that is a word": ({"models": ["one"]}, "Model 1 is not an object"),
    "no id": (catalogue(id=None), "Model 1 has no 'id'"),
    "an id with a space": (catalogue(id="One two"), "Model 1 has no 'id'"),
    "an id like one's own": (catalogue(id="own-12345678"), "Model 1 has no 'id'"),
    "two alike": ({"models": catalogue()["models"] * 2}, "two models with the id 'one'"),
    "no name": (catalogue(name=" "), "one has no 'name'"),
    "a licence that is a number": (catalogue(licence=2), "'licence' of one is not a text"),
    "a source that is no address": (catalogue(source="example"), "'source' of one"),
    "an unknown dtype": (catalogue(dtype="float8"), "'dtype' of one is none of float32"),
    "needs that nobody knows": (catalogue(needs={"memory": 4}), "'needs' of one"),
    "a feature that is a number": (catalogue(needs={"features": [16]}), "'needs' of one"),
    "a share that is none": (catalogue(tidy="2 %"), "'tidy' of one is not a number from 0 to 0.2."),
    "a share that is no speck": (catalogue(tidy=0.3), "'tidy' of one is not a number from 0 to 0.2."),
    "edges that are none": (catalogue(edges="sharp"), "'edges' of one is not one of decoded, follow"),
    "thresholds that are none": (catalogue(everything=0.8), "'everything' of one is not an object with 'pointsPerSide'"),
    "a threshold above 1": (catalogue(everything={"predIouThresh": 80}), "'everything' of one"),
    "a threshold in words": (catalogue(everything={"boxNmsThresh": "0.5"}), "'everything' of one"),
    "a threshold that is true": (catalogue(everything={"boxNmsThresh": True}), "'everything' of one"),
    "a threshold that nobody knows": (catalogue(everything={"predIouThreshold": 0.8}), "'everything' of one"),
    "half a click": (catalogue(everything={"pointsPerSide": 0.5}), "'everything' of one"),
    "too many clicks": (catalogue(everything={"pointsPerSide": 129}), "'everything' of one"),
    "a former version by its name": (catalogue(former=["v0"]), "'former' of one is not a list of digests"),
    "one former digest": (catalogue(former=DIGEST), "'former' of one is not a list of digests"),
    "no encoder": (catalogue(encoder=None), "The encoder of one is not an object"),
    "no decoder for processors": (
        catalogue(processorDecoder=None),
        "The processor's decoder of one is not an object",
    ),
    "no address": (catalogue(encoder={"bytes": 10}), "The encoder of one needs either a 'url' or 'parts'"),
    "an address and parts": (catalogue(encoder={**FILE, "parts": [FILE]}), "either a 'url' or 'parts'"),
    "an empty list of addresses": (catalogue(encoder={"url": []}), "'url' of the encoder of one is an empty list"),
    "http": (catalogue(encoder={"url": "http://example.org/a.onnx"}), "neither a path below the catalogue nor"),
    "a path upwards": (
        catalogue(encoder={"url": "../../etc/passwd", **{k: FILE[k] for k in ("bytes", "sha256")}}),
        "neither a path",
    ),
    "a script": (catalogue(encoder={"url": "javascript:alert(1)"}), "neither a path"),
    "bytes in words": (catalogue(encoder={**FILE, "bytes": "ten"}), "'bytes' of the encoder of one"),
    "no bytes": (catalogue(encoder={**FILE, "bytes": 0}), "'bytes' of the encoder of one"),
    "a short digest": (catalogue(encoder={**FILE, "sha256": "00"}), "'sha256' of the encoder of one"),
    "a part without a digest": (
        catalogue(decoder={"parts": [{"url": FILE["url"], "bytes": 10}]}),
        "A part of the decoder of one",
    ),
    "no parts": (catalogue(decoder={"parts": []}), "'parts' of the decoder of one"),
    "weights without a name": (edited(lambda one: one["encoder"]["data"][0].pop("name")), "has no 'name'"),
    "weights in a folder": (edited(lambda one: one["encoder"]["data"][0].update(name="a/b")), "has no 'name'"),
    "weights of weights": (edited(lambda one: one["encoder"]["data"][0].update(data=[])), "has 'data' of its own"),
    "weights from nowhere": (
        edited(lambda one: one["encoder"]["data"][0].pop("url")),
        "Model.onnx_data of the encoder of one needs",
    ),
}

#: What is wrong with a site's own only.
WRONG_HERE: dict[str, tuple[object, str]] = {
    "nothing to start with": ({**catalogue(), "default": "two"}, "'default' is not the id of a model"),
    "no licence": (catalogue(licence=""), "one has no 'licence'"),
    "a slip of the pen": (catalogue(discription="It is."), "one has 'discription', which means nothing"),
    "a slip in a file": (edited(lambda one: one["encoder"].update(sha265=DIGEST)), "The encoder of one has 'sha265'"),
    "a file beside it without a digest": (catalogue(encoder={"url": "one/encoder.onnx", "bytes": 10}), "not both stated"),
}


@pytest.mark.parametrize("case", [*WRONG, *WRONG_HERE])
def test_what_is_wrong_is_said(case: str) -> None:
    wrong, sentence = {**WRONG, **WRONG_HERE}[case]
    assert any(sentence in problem for problem in problems_of(wrong)), problems_of(wrong)


def test_what_is_right_is_not_complained_about() -> None:
    assert problems_of(catalogue()) == []
    assert problems_of(catalogue(encoder={"url": ["https://a.example/e.onnx", "http://localhost:8000/e.onnx"]})) == []
    minimal = {"id": "one", "name": "One", "encoder": {"url": "e.onnx"}, "decoder": {"url": "d.onnx"}}
    assert problems_of({"models": [minimal]}, ours=False) == []


def test_the_catalogue_of_this_project_is_right() -> None:
    ours = json.loads((ROOT / "models" / "catalog.json").read_text("utf-8"))
    assert problems_of(ours) == []
    assert {file.path for file in local_files(ours)} == {
        *("nano/encoder.onnx", "nano/decoder.onnx", "nano/decoder-processor.onnx"),
    }


def test_the_page_says_the_same_of_what_comes_from_elsewhere() -> None:
    cases = [*(wrong for wrong, _ in WRONG.values()), *(wrong for wrong, _ in WRONG_HERE.values()), catalogue()]
    script = f"""
        import {{ problemsOf }} from {json.dumps((WEB / "worker/models/catalogue-check.js").as_uri())};
        const cases = JSON.parse(await new Response(process.stdin).text());
        console.log(JSON.stringify(cases.map(problemsOf)));
    """
    node = ["node", "--input-type=module", "--eval", script]
    answer = subprocess.run(node, input=json.dumps(cases), capture_output=True, check=True, text=True)
    assert json.loads(answer.stdout) == [problems_of(case, ours=False) for case in cases]


def test_files_beside_it_are_found_wherever_they_are_listed() -> None:
    here = {"bytes": 10, "sha256": DIGEST}
    listed = catalogue(
        encoder={"url": "one/e.onnx", **here, "data": [{"name": "e.onnx_data", "url": "one/e.onnx_data", **here}]},
        decoder={"parts": [{"url": "one/d.1", **here}, {"url": "https://example.org/d.2", **here}], **here},
    )
    assert problems_of(listed) == []
    assert list(local_files(listed)) == [LocalFile(f"one/{name}", 10, DIGEST) for name in ("e.onnx", "e.onnx_data", "d.1")]
