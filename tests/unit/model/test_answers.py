"""What exports are given and give where names do not say it: points that are cut, padding, outputs, and the single mask."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import onnx
import pytest

from tabsam import ModelError, Segmenter
from tabsam.arrays import AnyArray
from tabsam.model.candidate import Candidate
from tabsam.model.choosing import Prediction
from tabsam.model.dialects.answers import read_one, read_several
from tabsam.model.dialects.sam2 import ANY_POINTS
from tabsam.model.native import NativeSession
from tabsam.model.runtime import Tensor
from tests.support.dialect_models import EXPORTS, Export

PICTURE = np.random.default_rng(3).integers(0, 256, (37, 61, 3), dtype=np.uint8)
MASK = 40 * np.cos(np.arange(256)[:, np.newaxis] / 20 + np.arange(256) / 33)


class Listening(NativeSession):
    """A decoder that remembers what it was given, and may fail without points as some graphs do."""

    def __init__(self, model: bytes, *, fails_without_points: bool = False) -> None:
        super().__init__(model, threads=1)
        self.fed: list[Mapping[str, Any]] = []
        self.fails_without_points = fails_without_points

    async def run(self, feeds: Mapping[str, Tensor], outputs: Sequence[str]) -> dict[str, Tensor]:
        self.fed.append(feeds)
        if self.fails_without_points and next(np.size(feeds[name]) for name in feeds if "labels" in name) == 0:  # type: ignore[arg-type]
            raise ModelError("model-run", "The model failed on this input.")
        return await super().run(feeds, outputs)

    def labels(self) -> list[Any]:
        """Give the labels of every run."""
        return [next(np.asarray(feeds[name]).tolist() for name in feeds if "labels" in name) for feeds in self.fed]


def segmenter(export: Export, decoder: Listening | None = None) -> Segmenter:
    encoder = NativeSession(export.encoder_bytes(), keep_outputs=True, threads=1)
    return Segmenter(encoder, decoder or Listening(export.decoder_bytes()))


def ask(asked: Segmenter, **prompts: Any) -> Prediction:
    async def run() -> Prediction:
        await asked.set_image(PICTURE)
        return await asked.ask(**prompts)

    return asyncio.run(run())


def logits_of(candidates: Sequence[Candidate]) -> AnyArray:
    return np.stack([one.logits for one in candidates])


# A mask alone


def test_a_mask_alone_is_said_to_be_padded() -> None:
    prediction = ask(segmenter(EXPORTS["sam2"]), mask=MASK)
    assert prediction.notes == (
        "Asked with a mask alone, this export adds a padding point where Meta's predictor has none. "
        "Its masks differ a little from those; with a click or a box beside the mask they do not.",
    )
    assert all(one.notes == prediction.notes for one in prediction.candidates)


@pytest.mark.parametrize("prompts", [{"points": [[1, 1]]}, {"box": [1, 2, 30, 30]}])
def test_beside_a_click_or_a_box_nothing_is_said(prompts: dict[str, Any]) -> None:
    assert ask(segmenter(EXPORTS["sam2"]), mask=MASK, **prompts).notes == ()


def test_where_any_number_of_points_is_right_nothing_is_said() -> None:
    sam2 = EXPORTS["sam2"]
    exact = replace(sam2, decoder=sam2.decoder.replace("num_points", ANY_POINTS))
    assert ask(segmenter(exact), mask=MASK).notes == ()
    assert ask(segmenter(EXPORTS["sam1, 4 masks"]), mask=MASK).notes == ()


@pytest.mark.parametrize(("name", "said"), [("sam2", "two padding points"), ("sam1, 4 masks", "needs a padding point")])
def test_a_graph_that_fails_without_points_is_given_padding_from_then_on(name: str, said: str) -> None:
    decoder = Listening(EXPORTS[name].decoder_bytes(), fails_without_points=True)
    asked = segmenter(EXPORTS[name], decoder)
    assert said in ask(asked, mask=MASK).notes[0]
    ask(asked, mask=MASK)
    assert decoder.labels() == [[[]], [[-1]], [[-1]]]


def test_a_graph_that_fails_for_another_reason_is_not_asked_again() -> None:
    class Broken(Listening):
        async def run(self, feeds: Mapping[str, Tensor], outputs: Sequence[str]) -> dict[str, Tensor]:
            self.fed.append(feeds)
            raise ModelError("engine-lost", "The engine is gone.")

    decoder = Broken(EXPORTS["sam2"].decoder_bytes())
    with pytest.raises(ModelError, match="gone"):
        ask(segmenter(EXPORTS["sam2"], decoder), mask=MASK)
    assert len(decoder.fed) == 1


# Whether a graph of Hugging Face's pads clicks


@pytest.mark.parametrize("name", ["hf-sam1, boxes", "hf-sam2", "hf-sam3-tracker"])
def test_a_graph_that_does_not_pad_is_found_out_by_two_questions_and_given_a_padding_point(name: str) -> None:
    decoder = Listening(EXPORTS[name].decoder_bytes())
    asked = segmenter(EXPORTS[name], decoder)
    ask(asked, points=[[20, 11]])
    ask(asked, points=[[20, 11]], labels=[0])
    assert decoder.labels() == [[[[1]]], [[[1, 1, 1]]], [[[1, -1]]], [[[0, -1]]]]


@pytest.mark.parametrize("name", ["hf-sam1, boxes", "hf-sam2", "hf-sam3-tracker"])
def test_a_graph_that_pads_is_found_out_and_given_none(name: str) -> None:
    decoder = Listening(replace(EXPORTS[name], pads_itself=True).decoder_bytes())
    asked = segmenter(EXPORTS[name], decoder)
    padded = ask(asked, points=[[20, 11]])
    assert decoder.labels()[-1] == [[[1]]]
    assert padded.notes == ()
    np.testing.assert_allclose(
        logits_of(padded.candidates), logits_of(ask(segmenter(EXPORTS[name]), points=[[20, 11]]).candidates), atol=1e-4
    )
    boxed = ask(asked, box=[1, 2, 30, 30])
    assert decoder.labels()[-1] == [[[]]]
    assert boxed.notes == (
        "This export adds a padding point beside a box where the original has none: its masks may differ a little.",
    )


def test_a_graph_without_boxes_is_not_asked() -> None:
    decoder = Listening(EXPORTS["hf-sam1"].decoder_bytes())
    ask(segmenter(EXPORTS["hf-sam1"], decoder), points=[[20, 11]])
    assert decoder.labels() == [[[[1]]]]


def test_a_box_needs_no_question() -> None:
    decoder = Listening(EXPORTS["hf-sam2"].decoder_bytes())
    ask(segmenter(EXPORTS["hf-sam2"], decoder), box=[1, 2, 30, 30])
    assert decoder.labels() == [[[[]]]]


# EfficientSAM's six points


def clicks(count: int) -> list[list[float]]:
    return [[float(number), 1.0] for number in range(count)]


def test_efficientsam_is_given_the_first_click_and_the_newest_and_says_so() -> None:
    decoder = Listening(EXPORTS["efficientsam"].decoder_bytes())
    asked = segmenter(EXPORTS["efficientsam"], decoder)
    assert ask(asked, points=clicks(6)).notes == ()
    prediction = ask(asked, points=clicks(9), labels=[1, 0, 1, 1, 0, 0, 1, 1, 0])
    assert prediction.notes == ("This model reads 6 points at most: 3 clicks are left out, the oldest after the first.",)
    scale = 256 / PICTURE.shape[1]
    given = np.asarray(decoder.fed[-1]["batched_point_coords"])[0, 0]
    np.testing.assert_allclose(given[:, 0] / scale, [0, 4, 5, 6, 7, 8], rtol=1e-5)
    assert decoder.labels()[-1] == [[[1, 0, 0, 1, 1, 0]]]


def test_of_efficientsams_points_a_box_takes_two() -> None:
    decoder = Listening(EXPORTS["efficientsam"].decoder_bytes())
    prediction = ask(segmenter(EXPORTS["efficientsam"], decoder), points=clicks(5), box=[1, 2, 30, 30])
    assert prediction.notes == (
        "This model reads 6 points at most (a box's corners are two): 1 click is left out, the oldest after the first.",
    )
    assert decoder.labels()[-1] == [[[2, 3, 1, 1, 1, 1]]]


# Outputs that are not what their names say


def with_extra_metrics(decoder: bytes, *, masks_too: bool = True) -> bytes:
    """Do what segment_anything's exporter does for --return-extra-metrics: five outputs, three names."""
    model = onnx.load_from_string(decoder)
    graph = model.graph
    low_res = next(output for output in graph.output if output.name == "low_res_masks")
    low_res.name = "2451"
    for node in graph.node:
        node.output[:] = ["2451" if name == "low_res_masks" else name for name in node.output]
    if not masks_too:
        graph.output.remove(low_res)
    for name in ("low_res_masks", "2440"):  # the stability scores, and the areas
        graph.node.append(onnx.helper.make_node("Identity", ["iou_predictions"], [name]))
        scores = onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [1, 4])
        graph.output.insert(len(graph.output) - masks_too, scores)
    file: bytes = model.SerializeToString()
    return file


def test_masks_are_read_from_the_output_that_has_their_axes() -> None:
    sam1 = EXPORTS["sam1, 4 masks"]
    decoder = Listening(with_extra_metrics(sam1.decoder_bytes()))
    assert [len(spec.shape) for spec in decoder.outputs.values()] == [4, 2, 2, 2, 4]
    found = ask(segmenter(sam1, decoder), points=[[20, 11]])
    np.testing.assert_array_equal(logits_of(found.candidates), logits_of(ask(segmenter(sam1), points=[[20, 11]]).candidates))


def test_a_decoder_without_masks_is_refused_with_a_sentence() -> None:
    sam1 = EXPORTS["sam1, 4 masks"]
    with pytest.raises(ModelError) as caught:
        segmenter(sam1, Listening(with_extra_metrics(sam1.decoder_bytes(), masks_too=False)))
    assert caught.value.code == "model-outputs"
    assert caught.value.message == "This decoder's output 'low_res_masks' holds no masks, and no other one does."
    assert "low_res_masks float32[1, 4]" in caught.value.details


@pytest.mark.parametrize(("masks", "scores"), [((1, 4), (1, 4)), ((1, 4, 8, 8), (1, 3)), ((1, 0, 8, 8), (1, 0))])
def test_an_answer_that_is_no_masks_is_an_error_of_its_own(masks: tuple[int, ...], scores: tuple[int, ...]) -> None:
    with pytest.raises(ModelError) as caught:
        read_one(np.zeros(masks, np.float32), np.zeros(scores, np.float32))
    assert (caught.value.code, caught.value.message) == (
        "model-outputs",
        "This decoder's answer is not made of masks with a score for each.",
    )


def test_an_answer_for_another_number_of_objects_is_an_error() -> None:
    with pytest.raises(ModelError, match="another number of objects"):
        read_several(np.zeros((2, 3, 8, 8), np.float32), np.zeros((2, 3), np.float32), 3)


# The single mask


def single(name: str) -> Candidate:
    async def run() -> Candidate:
        asked = segmenter(EXPORTS[name])
        await asked.set_image(PICTURE)
        (one,) = await asked.predict([[20, 11]], multimask_output=False)
        return one

    return asyncio.run(run())


@pytest.mark.parametrize("name", ["sam1, 4 masks", "edgesam", "sam2-rectlabel"])
def test_the_single_mask_is_the_first_of_four(name: str) -> None:
    one = single(name)
    assert (one.token, one.is_single_mask) == (0, True)
    assert one.iou_prediction == pytest.approx(0.99)


@pytest.mark.parametrize(("name", "said"), [("sam2", 1), ("hf-sam2", 1), ("sam1, 1 mask", 0)])
def test_of_an_export_without_it_it_is_the_best(name: str, said: int) -> None:
    one = single(name)
    assert one.iou_prediction == pytest.approx(0.9)
    assert len(one.notes) == said


def test_readings_are_given_unless_all_are_wanted() -> None:
    async def run() -> tuple[list[Candidate], list[Candidate], Prediction]:
        asked = segmenter(EXPORTS["sam2"])
        await asked.set_image(PICTURE)
        prompts: dict[str, Any] = {"points": [[20, 11]], "mask": MASK}
        return await asked.predict(**prompts), await asked.predict(**prompts, all_candidates=True), await asked.ask(**prompts)

    some, every, prediction = asyncio.run(run())
    assert [one.rank for one in every] == [0, 1, 2]
    assert len(some) < 3
    assert (
        [one.rank for one in some]
        == [one.rank for one in prediction.readings]
        == [one.rank for one in every if one.same_as is None]
    )


def test_an_answer_without_numbers_to_no_points_is_asked_for_with_padding() -> None:
    class Averaging(Listening):
        """Divides by the number of points."""

        async def run(self, feeds: Mapping[str, Tensor], outputs: Sequence[str]) -> dict[str, Tensor]:
            found: dict[str, Any] = dict(await super().run(feeds, outputs))
            return found if np.size(feeds["point_labels"]) else {name: array * np.nan for name, array in found.items()}  # type: ignore[arg-type]

    decoder = Averaging(EXPORTS["sam2"].decoder_bytes())
    found = ask(segmenter(EXPORTS["sam2"], decoder), mask=MASK)
    assert "two padding points" in found.notes[0]
    assert decoder.labels() == [[[]], [[-1]]]
