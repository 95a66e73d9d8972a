"""The generated model does what the tests of the page expect of it."""

from __future__ import annotations

import numpy as np
import onnxruntime
import pytest

from tabsam.arrays import AnyArray, BoolArray
from tests.support.pictures import disc, iou, two_discs
from tests.support.tiny_model import FRAME, GRID, IOU_PREDICTIONS, TinyModel, tiny_model

Arrays = dict[str, AnyArray]
RED_CENTRE, BLUE_CENTRE = (32.0, 64.0), (96.0, 64.0)
LOOSE, STRICT, BEST = 2, 0, 1  # candidates, in the model's own order


def session(graph: bytes) -> onnxruntime.InferenceSession:
    return onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])


@pytest.fixture(scope="module")
def model() -> TinyModel:
    return tiny_model()


@pytest.fixture(scope="module")
def features(model: TinyModel) -> Arrays:
    """Encode a red disc on the left and a blue one on the right."""
    picture = two_discs(FRAME, FRAME).astype(np.float32) / 255
    image = (picture - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]
    encoder = session(model.encoder)
    names = [output.name for output in encoder.get_outputs()]
    image = image.transpose(2, 0, 1)[None].astype(np.float32)
    return dict(zip(names, encoder.run(names, {"image": image}), strict=True))


@pytest.fixture(scope="module")
def decoder(model: TinyModel) -> onnxruntime.InferenceSession:
    return session(model.decoder)


def decode(
    decoder: onnxruntime.InferenceSession,
    features: Arrays,
    points: list[tuple[float, float]],
    labels: list[int],
    mask: AnyArray | None = None,
) -> Arrays:
    names = ["masks", "iou_predictions"]
    feeds = {
        **features,
        "point_coords": np.asarray([points], np.float32),
        "point_labels": np.asarray([labels], np.float32),
        "mask_input": np.zeros((1, 1, GRID, GRID), np.float32) if mask is None else mask,
        "has_mask_input": np.asarray([mask is not None], np.float32),
    }
    return dict(zip(names, decoder.run(names, feeds), strict=True))


def grid_disc(centre: tuple[float, float]) -> BoolArray:
    scale = GRID / FRAME
    return disc(GRID, GRID, (centre[0] * scale, centre[1] * scale), FRAME * 0.25 * scale)


def test_it_is_the_same_every_time(model: TinyModel) -> None:
    assert model == tiny_model()


def test_shapes_and_names_are_those_of_sam_2(model: TinyModel, features: Arrays) -> None:
    assert {name: array.shape for name, array in features.items()} == {
        "high_res_feats_0": (1, 4, 32, 32),
        "high_res_feats_1": (1, 8, 16, 16),
        "image_embed": (1, 16, 8, 8),
    }
    inputs = {spec.name: (spec.type, spec.shape) for spec in session(model.decoder).get_inputs()}
    assert inputs["point_coords"] == ("tensor(float)", ["b", "n", 2])
    assert inputs["point_labels"] == ("tensor(float)", ["b", "n"])
    assert inputs["mask_input"] == ("tensor(float)", ["b", 1, 32, 32])
    assert inputs["has_mask_input"] == ("tensor(float)", ["b"])


def test_a_click_selects_the_disc_under_it(decoder: onnxruntime.InferenceSession, features: Arrays) -> None:
    for centre in (RED_CENTRE, BLUE_CENTRE):
        masks = decode(decoder, features, [centre], [1])["masks"][0] > 0
        assert iou(masks[BEST], grid_disc(centre)) > 0.9


def test_the_candidates_differ_and_the_second_is_predicted_best(decoder: onnxruntime.InferenceSession, features: Arrays) -> None:
    found = decode(decoder, features, [RED_CENTRE], [1])
    areas = (found["masks"][0] > 0).sum(axis=(1, 2))
    assert areas[STRICT] < areas[BEST] < areas[LOOSE]
    predictions = found["iou_predictions"][0]
    assert np.argsort(-predictions).tolist() == [BEST, STRICT, LOOSE]
    assert (predictions < IOU_PREDICTIONS).all()
    assert (predictions > np.subtract(IOU_PREDICTIONS, 0.05)).all()


def test_a_background_point_takes_its_colour_out(decoder: onnxruntime.InferenceSession, features: Arrays) -> None:
    both = decode(decoder, features, [RED_CENTRE, BLUE_CENTRE], [1, 1])["masks"][0, BEST] > 0
    one = decode(decoder, features, [RED_CENTRE, BLUE_CENTRE], [1, 0])["masks"][0, BEST] > 0
    assert iou(both, grid_disc(RED_CENTRE) | grid_disc(BLUE_CENTRE)) > 0.9
    assert iou(one, grid_disc(RED_CENTRE)) > 0.85


def test_padding_changes_nothing(decoder: onnxruntime.InferenceSession, features: Arrays) -> None:
    bare = decode(decoder, features, [RED_CENTRE], [1])
    padded = decode(decoder, features, [RED_CENTRE, (0.0, 0.0)], [1, -1])
    for name, array in bare.items():
        np.testing.assert_array_equal(padded[name], array)


def test_a_box_alone_selects_the_colour_in_its_middle(decoder: onnxruntime.InferenceSession, features: Arrays) -> None:
    mask = decode(decoder, features, [(0.0, 30.0), (64.0, 98.0)], [2, 3])["masks"][0, BEST] > 0
    assert iou(mask, grid_disc(RED_CENTRE)) > 0.9


def test_nothing_is_selected_outside_a_box(decoder: onnxruntime.InferenceSession, features: Arrays) -> None:
    mask = decode(decoder, features, [(0.0, 0.0), (32.0, 128.0), RED_CENTRE], [2, 3, 1])["masks"][0, BEST] > 0
    expected = grid_disc(RED_CENTRE)
    expected[:, GRID // 4 :] = False
    assert iou(mask, expected) > 0.85


def test_a_mask_fed_back_counts_only_with_its_flag(decoder: onnxruntime.InferenceSession, features: Arrays) -> None:
    bare = decode(decoder, features, [RED_CENTRE], [1])
    blue = np.where(grid_disc(BLUE_CENTRE), 32, 0).astype(np.float32)[None, None]
    fed = decode(decoder, features, [RED_CENTRE], [1], mask=blue)
    assert iou(fed["masks"][0, BEST] > 0, grid_disc(RED_CENTRE) | grid_disc(BLUE_CENTRE)) > 0.9
    np.testing.assert_array_equal(decode(decoder, features, [RED_CENTRE], [1], mask=0 * blue)["masks"], bare["masks"])


@pytest.mark.parametrize("name", ["image_embed", "high_res_feats_0", "high_res_feats_1"])
def test_every_feature_map_counts(decoder: onnxruntime.InferenceSession, features: Arrays, name: str) -> None:
    bare = decode(decoder, features, [RED_CENTRE], [1])["masks"]
    without = decode(decoder, {**features, name: 0 * features[name]}, [RED_CENTRE], [1])["masks"]
    assert np.abs(bare - without).max() > 0.1


def test_several_prompts_decode_at_once_as_they_do_alone(decoder: onnxruntime.InferenceSession, features: Arrays) -> None:
    feeds = {
        **features,
        "point_coords": np.asarray([[RED_CENTRE], [BLUE_CENTRE]], np.float32),
        "point_labels": np.ones((2, 1), np.float32),
        "mask_input": np.zeros((2, 1, GRID, GRID), np.float32),
        "has_mask_input": np.zeros(2, np.float32),
    }
    (masks,) = decoder.run(["masks"], feeds)
    for row, centre in zip(masks, (RED_CENTRE, BLUE_CENTRE), strict=True):
        np.testing.assert_allclose(row, decode(decoder, features, [centre], [1])["masks"][0], atol=1e-4)
