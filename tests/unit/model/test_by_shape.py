"""Models whose tensors have names of their own: opened where shapes fit only one way, answering as ever."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import numpy as np
import onnx
import onnx.helper
import pytest

from tabsam import ModelError, Segmenter
from tabsam.model.native import NativeSession
from tests.support.dialect_models import EXPORTS, Export
from tests.support.pictures import two_discs

SAM1 = {
    "input_image": "their_images",
    "image_embeddings": "their_embeddings",
    "point_coords": "their_coords",
    "point_labels": "their_clicks",
    "mask_input": "their_previous",
    "has_mask_input": "their_has_previous",
    "orig_im_size": "their_size",
    "low_res_masks": "their_logits",
    "iou_predictions": "their_quality",
}
SAM2 = {
    "image": "their_pixels",
    "image_embed": "their_low",
    "high_res_feats_0": "their_high",
    "high_res_feats_1": "their_middle",
    "point_coords": "their_coords",
    "point_labels": "their_clicks",
    "mask_input": "their_previous",
    "has_mask_input": "their_has_previous",
    "masks": "their_logits",
    "iou_predictions": "their_quality",
}


def renamed(model: bytes, names: Mapping[str, str]) -> onnx.ModelProto:
    """Give a graph's inputs and outputs other names, and leave all else."""
    graph = onnx.load_from_string(model)
    for one in (*graph.graph.input, *graph.graph.output):
        one.name = names.get(one.name, one.name)
    for node in graph.graph.node:
        for tensors in (node.input, node.output):
            for place, name in enumerate(tensors):
                tensors[place] = names.get(name, name)
    return graph


def opened(export: Export, names: Mapping[str, str]) -> Segmenter:
    """Open an export under other names."""
    return pair(renamed(export.encoder_bytes(), names), renamed(export.decoder_bytes(), names))


def pair(encoder: onnx.ModelProto, decoder: onnx.ModelProto) -> Segmenter:
    return Segmenter(NativeSession(encoder.SerializeToString(), keep_outputs=True), NativeSession(decoder.SerializeToString()))


async def answers(segmenter: Segmenter) -> list[np.ndarray]:
    """Click, and click again with the answer fed back."""
    await segmenter.set_image(two_discs())
    first = await segmenter.predict([(80, 120), (30, 40)], [1, 0])
    fed = await segmenter.predict([(80, 120)], box=(20, 30, 200, 210), mask=first[0].logits)
    return [one.logits for one in (*first, *fed)]


@pytest.mark.parametrize(("name", "names", "called"), [("sam1, 4 masks", SAM1, "SAM 1"), ("sam2", SAM2, "SAM 2")])
def test_a_model_under_other_names_answers_as_under_known_ones(name: str, names: Mapping[str, str], called: str) -> None:
    known = Segmenter(
        NativeSession(EXPORTS[name].encoder_bytes(), keep_outputs=True), NativeSession(EXPORTS[name].decoder_bytes())
    )
    assert known.assumed == ""
    other = opened(EXPORTS[name], names)
    assert other.family == known.family
    assert other.assumed.startswith(f"This model's tensors have names of their own; by their shapes it was taken for {called}: ")
    assert "'their_coords' as point_coords" in other.assumed
    assert "'their_quality' as iou_predictions" in other.assumed
    for one, wanted in zip(asyncio.run(answers(other)), asyncio.run(answers(known)), strict=True):
        np.testing.assert_array_equal(one, wanted)


def test_names_may_differ_between_the_two_files() -> None:
    encoder = renamed(
        EXPORTS["sam1, 4 masks"].encoder_bytes(), {"input_image": "their_images", "image_embeddings": "their_embeddings"}
    )
    decoder = onnx.load_from_string(EXPORTS["sam1, 4 masks"].decoder_bytes())
    other = pair(encoder, decoder)
    assert other.family == "sam1"
    assert other.assumed.endswith(" SAM 1: 'their_images' as input_image, 'their_embeddings' as image_embeddings.")


def test_shapes_that_fit_two_ways_are_refused_in_a_sentence() -> None:
    decoder = renamed(EXPORTS["sam2"].decoder_bytes(), SAM2)
    scores = next(one for one in decoder.graph.output if one.name == "their_quality")
    twin = onnx.ValueInfoProto()
    twin.CopyFrom(scores)
    twin.name = "their_stability"
    decoder.graph.output.append(twin)
    decoder.graph.node.append(onnx.helper.make_node("Identity", ["their_quality"], ["their_stability"]))
    with pytest.raises(ModelError, match="their shapes can be read in several ways") as caught:
        pair(renamed(EXPORTS["sam2"].encoder_bytes(), SAM2), decoder)
    assert caught.value.code == "model-unknown"
    assert "their_stability float32" in caught.value.details


@pytest.mark.parametrize("extra", [[1], [2], [1, 256, 64, 64]])
def test_a_decoder_that_wants_more_than_is_known_is_refused(extra: list[int]) -> None:
    decoder = renamed(EXPORTS["sam1, 4 masks"].decoder_bytes(), SAM1)
    decoder.graph.input.append(onnx.helper.make_tensor_value_info("temperature", onnx.TensorProto.FLOAT, extra))
    with pytest.raises(ModelError) as caught:
        pair(renamed(EXPORTS["sam1, 4 masks"].encoder_bytes(), SAM1), decoder)
    assert caught.value.code == "model-unknown"


@pytest.mark.parametrize("name", ["sam1, open sides", "sam1, normalised inside", "hf-sam1", "efficientsam"])
def test_what_shapes_do_not_tell_is_not_guessed(name: str) -> None:
    names = {name: f"their_{name}" for name in ("x", "input_image", "pixel_values", "batched_images")}
    with pytest.raises(ModelError, match="not a Segment Anything model that is known here"):
        opened(EXPORTS[name], names)
