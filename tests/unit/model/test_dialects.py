"""Every export that is known here, as a small pair of graphs: asked in its own frame, labels and order, and read rightly.

What must come out is computed here again with NumPy, from the picture's bytes, by what sam-conventions says of the family.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
import onnx
import onnxruntime
import pytest
from PIL import Image

from tabsam import ModelError, PromptError, Segmenter
from tabsam.arrays import AnyArray, Float64Array, Size
from tabsam.model import native
from tabsam.model.candidate import Candidate
from tabsam.model.dialects import DIALECTS, recognise
from tabsam.model.native import NativeSession
from tabsam.model.runtime import Session, Tensor, TensorSpec
from tests.support import dialect_models
from tests.support.dialect_models import EXPORTS, TIMES, Export
from tests.support.tiny_model import tiny_model
from tests.unit.model.test_masks import interpolated
from tests.unit.model.test_preprocess import antialiased

Point = tuple[float, float, int]

GREY_LEVELS = ((123.675, 116.28, 103.53), (58.395, 57.12, 57.375))
IMAGENET = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
HALVES = ((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))


@dataclass(frozen=True)
class Family:
    """A row of sam-conventions.

    Attributes
    ----------
    letterbox : bool
        As SAM 1, and its masks go through the model's size; else squashed.
    mean, std : of the picture in grey levels where it is letterboxed, in [0, 1] where not
    pads : bool
        Whether a padding point is given after clicks without a box.
    whole_levels : bool
        Whether a squashed picture is resized in whole grey levels.
    box : "points", "input" or None
    clamp : float or None
        Of the mask that is fed back; None where there is no mask prompt.
    """

    letterbox: bool = False
    mean: tuple[float, float, float] = IMAGENET[0]
    std: tuple[float, float, float] = IMAGENET[1]
    pads: bool = False
    box: Literal["points", "input"] | None = "points"
    clamp: float | None = None
    whole_levels: bool = False


FAMILIES = {
    "sam1": Family(letterbox=True, mean=GREY_LEVELS[0], std=GREY_LEVELS[1], pads=True, clamp=np.inf),
    "sam2": Family(clamp=32),
    "sam2-ort": Family(clamp=32),
    "sam2-rectlabel": Family(clamp=32),
    "hf-sam1": Family(letterbox=True, mean=GREY_LEVELS[0], std=GREY_LEVELS[1], box=None),
    "hf-sam1, boxes": Family(letterbox=True, mean=GREY_LEVELS[0], std=GREY_LEVELS[1], pads=True, box="input"),
    "hf-sam2": Family(pads=True, box="input"),
    "hf-sam3-tracker": Family(mean=HALVES[0], std=HALVES[1], pads=True, box="input", whole_levels=True),
    "efficientsam": Family(),
    "edgesam": Family(letterbox=True, mean=GREY_LEVELS[0], std=GREY_LEVELS[1], pads=True),
}


def family_of(name: str) -> Family:
    return FAMILIES.get(name) or FAMILIES[name.partition(",")[0]]


class Recording:
    """A session that remembers what it was given."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.feeds: Mapping[str, Any] = {}

    @property
    def inputs(self) -> Mapping[str, TensorSpec]:
        return self.session.inputs

    @property
    def outputs(self) -> Mapping[str, TensorSpec]:
        return self.session.outputs

    @property
    def resizes(self) -> bool:
        return False

    async def run(self, feeds: Mapping[str, Tensor], outputs: Sequence[str]) -> dict[str, Tensor]:
        self.feeds = feeds
        return await self.session.run(feeds, outputs)

    async def hold(self, tensors: Mapping[str, AnyArray]) -> dict[str, Tensor]:
        return await self.session.hold(tensors)

    async def close(self) -> None:
        await self.session.close()


@dataclass
class Pair:
    """Both halves of an export, loaded and listened to."""

    encoder: Recording
    decoder: Recording
    segmenter: Segmenter = field(init=False)

    def __post_init__(self) -> None:
        self.segmenter = Segmenter(self.encoder, self.decoder)

    def predict(self, picture: AnyArray, **prompts: Any) -> list[Candidate]:
        async def ask() -> list[Candidate]:
            await self.segmenter.set_image(picture)
            return await self.segmenter.predict(**prompts, all_candidates=True)

        return asyncio.run(ask())


@lru_cache(maxsize=1)
def pair(name: str) -> Pair:
    """Load an export; the one before goes, with the memory that its runs took."""
    export = EXPORTS[name]
    return Pair(
        Recording(NativeSession(export.encoder_bytes(), keep_outputs=True, threads=1)),
        Recording(NativeSession(export.decoder_bytes(), threads=1)),
    )


PICTURES = {
    "wide": np.random.default_rng(3).integers(0, 256, (37, 61, 3), dtype=np.uint8),
    "tall": np.random.default_rng(4).integers(0, 256, (83, 29, 3), dtype=np.uint8),
    "black": np.zeros((256, 512, 3), np.uint8),
}
WIDE = PICTURES["wide"]
POINTS = [[20.5, 11.0], [8.0, 30.0]]
BOX = [4.0, 7.0, 25.5, 33.0]
MASK = 40 * np.cos(np.arange(256)[:, np.newaxis] / 20 + np.arange(256) / 33)  # swings past what SAM 2 clamps

PROMPTS: dict[str, dict[str, Any]] = {
    "a click": {"points": POINTS[:1]},
    "clicks on and off": {"points": POINTS, "labels": [1, 0]},
    "a box": {"box": BOX},
    "a box and clicks": {"points": POINTS, "labels": [0, 1], "box": BOX},
    "a click and a mask": {"points": POINTS[:1], "mask": MASK},
    "a mask": {"mask": MASK},
}


def understood(prompt: str, family: Family) -> bool:
    """Tell whether a family takes these prompts."""
    return not ("box" in PROMPTS[prompt] and family.box is None) and not ("mask" in PROMPTS[prompt] and family.clamp is None)


CASES = [(name, prompt) for name in EXPORTS for prompt in PROMPTS if understood(prompt, family_of(name))]


@dataclass(frozen=True)
class Asked:
    """What a prompt led to: what both halves were given, and what came out."""

    encoder_feeds: Mapping[str, Any]
    decoder_feeds: Mapping[str, Any]
    candidates: Sequence[Candidate]


@cache
def ask(name: str, prompt: str, picture: str) -> Asked:
    both = pair(name)
    candidates = both.predict(PICTURES[picture], **PROMPTS[prompt])
    return Asked(kept(both.encoder.feeds), kept(both.decoder.feeds), candidates)


def kept(feeds: Mapping[str, Any]) -> dict[str, Any]:
    """Keep what takes little memory: of a picture its shape and dtype, and of handles only that there were some."""
    return {name: _light(value) if isinstance(value, np.ndarray) else None for name, value in feeds.items()}


def _light(array: AnyArray) -> AnyArray:
    return array if array.size < 100_000 else np.broadcast_to(np.zeros((), array.dtype), array.shape)


def content_size(family: Family, side: int, size: Size) -> Size:
    if not family.letterbox:
        return side, side
    scale = side / max(size)
    return int(size[0] * scale + 0.5), int(size[1] * scale + 0.5)


@lru_cache(maxsize=4)
def frame_pixels(family: Family, side: int, antialias: bool, picture: str) -> Float64Array:
    """Compute what the encoder sees: (side, side, 3), normalised."""
    image = PICTURES[picture]
    height, width = content_size(family, side, size_of(picture))
    if family.letterbox:
        content = np.asarray(Image.fromarray(image).resize((width, height), Image.Resampling.BILINEAR), np.float64)
    elif family.whole_levels:
        content = np.asarray(Image.fromarray(image).resize((width, height), Image.Resampling.BILINEAR), np.float64) / 255
    elif antialias:
        content = antialiased(antialiased(image.astype(np.float64), height, 0), width, 1) / 255
    else:
        planes = [interpolated(image[:, :, channel].astype(np.float32), (height, width)) for channel in range(3)]
        content = np.stack(planes, axis=-1) / 255
    pixels = np.zeros((side, side, 3))
    pixels[:height, :width] = (content - family.mean) / family.std
    return pixels


def size_of(picture: str) -> Size:
    height, width, _ = PICTURES[picture].shape
    return height, width


def averages(pixels: Float64Array, cells: int) -> Float64Array:
    """Average (side, side, 3) in cells: (cells, cells, 3)."""
    pixels_a_cell = len(pixels) // cells
    if pixels_a_cell * cells != len(pixels):  # SAM 3's finest cells are 3.5 pixels wide: it has each of the next map's twice
        return averages(pixels, cells // 2).repeat(2, 0).repeat(2, 1)
    return np.asarray(pixels.reshape(cells, pixels_a_cell, cells, pixels_a_cell, 3).mean(axis=(1, 3)))


def points_given(family: Family, export: Export, size: Size, prompts: Mapping[str, Any]) -> list[Point]:
    """Lay out the points as this family's decoder is to read them, in model pixels, with what the graph itself adds."""
    points = np.reshape(prompts.get("points", []), (-1, 2)).tolist()
    labels = prompts.get("labels", [1] * len(points))
    box = prompts.get("box") if family.box == "points" else None
    laid = [(x, y, label) for (x, y), label in zip(points, labels, strict=True)]
    if box:
        laid = [(*box[:2], 2), (*box[2:], 3), *laid]
    if "box" not in prompts and family.pads and laid:
        laid.append((0, 0, -1))
    if export.pads_itself:
        laid.append((0, 0, -1))
    return [(*to_model(family, export, size, x, y), label) for x, y, label in laid]


def to_model(family: Family, export: Export, size: Size, x: float, y: float) -> tuple[float, float]:
    height, width = content_size(family, export.side, size)
    return x * width / size[1], y * height / size[0]


def distances(export: Export, x: float, y: float) -> Float64Array:
    centres = (np.arange(export.grid) + 0.5) * export.side / export.grid
    return (np.abs(centres - x) + np.abs(centres - y)[:, np.newaxis]) / dialect_models.DISTANCE


@cache
def picture_logits(name: str, picture: str) -> Float64Array:
    """Compute what the picture alone contributes: (grid, grid)."""
    export, family = EXPORTS[name], family_of(name)
    pixels = frame_pixels(family, export.side, export.normalise != "imagenet", picture)
    maps = ["coarse"] if "sam2" not in name and "sam3" not in name else ["fine", "middle", "coarse"]
    total = np.zeros((export.grid, export.grid))
    for role in maps:
        cells = averages(pixels, export.grid // TIMES[role]) @ dialect_models.COLOURS[role]
        total += cells.repeat(TIMES[role], 0).repeat(TIMES[role], 1)
    if "hf-sam1" in name:
        position = dialect_models.position_cells(export.grid // 4)[0].transpose(1, 2, 0) @ dialect_models.COLOURS["position"]
        total += position.repeat(4, 0).repeat(4, 1)
    return total


def expected(name: str, picture: str, prompts: Mapping[str, Any]) -> tuple[Float64Array, list[float]]:
    """Compute the candidates' logits (M, grid, grid), the best IoU prediction first, and those predictions."""
    export, family, size = EXPORTS[name], family_of(name), size_of(picture)
    total = picture_logits(name, picture).copy()
    for number, (x, y, label) in enumerate(points_given(family, export, size, prompts)):
        total += dialect_models.LABEL_WEIGHTS[label] * (1 + number / 8) * distances(export, x, y)
    if family.box == "input" and "box" in prompts:
        for corner, weight in zip((BOX[:2], BOX[2:]), dialect_models.CORNER_WEIGHTS, strict=True):
            total += weight * distances(export, *to_model(family, export, size, *corner))
    if "mask" in prompts:
        assert family.clamp is not None
        fed = np.clip(prompts["mask"], -family.clamp, family.clamp)
        total += dialect_models.MASK_SHARE * fed + np.linspace(0, dialect_models.FLAG_SLOPE, export.grid)
    gains, offsets = (np.reshape(values[export.masks], (-1, 1, 1)) for values in (dialect_models.GAINS, dialect_models.OFFSETS))
    logits, scores = (total - total.mean()) * gains + offsets, dialect_models.IOU_PREDICTIONS[export.masks]
    first = 1 if export.masks == 4 else 0
    order = sorted(range(first, export.masks), key=lambda index: -scores[index])
    return logits[order], [scores[index] for index in order]


def expected_full_size(name: str, logits: Float64Array, size: Size) -> Float64Array:
    """Bring (grid, grid) logits to the picture's size, as the family's reference does."""
    export, family = EXPORTS[name], family_of(name)
    if family.letterbox:
        height, width = content_size(family, export.side, size)
        logits = interpolated(logits.astype(np.float32), (export.side, export.side))[:height, :width]
    return interpolated(logits.astype(np.float32), size)


@pytest.mark.parametrize(
    ("name", "prompt", "picture"),
    [(*case, "wide") for case in CASES] + [(name, prompt, "tall") for name, prompt in CASES if prompt == "clicks on and off"],
)
def test_the_mask_is_what_the_conventions_say(name: str, prompt: str, picture: str) -> None:
    tolerance = 0.03 if "half" in name else 5e-4
    candidates, size = ask(name, prompt, picture).candidates, size_of(picture)
    logits, scores = expected(name, picture, PROMPTS[prompt])
    assert [candidate.iou_prediction for candidate in candidates] == pytest.approx(scores, abs=1e-3)
    for candidate, wanted in zip(candidates, logits, strict=True):
        np.testing.assert_allclose(candidate.logits, wanted, rtol=0, atol=tolerance)
        full = expected_full_size(name, wanted, size)
        mask = candidate.mask()
        assert mask.shape == size
        assert mask.any()
        assert not mask.all()
        assert ((mask == (full > 0)) | (np.abs(full) <= tolerance)).all()


@pytest.mark.parametrize("name", EXPORTS)
def test_it_is_recognised(name: str) -> None:
    assert pair(name).segmenter.family == name.partition(",")[0]


@pytest.mark.parametrize(("name", "prompt"), CASES)
def test_every_input_is_fed_as_the_graph_states_it(name: str, prompt: str) -> None:
    asked = ask(name, prompt, "wide")
    for session, feeds in ((pair(name).encoder, asked.encoder_feeds), (pair(name).decoder, asked.decoder_feeds)):
        assert set(feeds) == set(session.inputs)
        for key, array in feeds.items():
            if not isinstance(array, np.ndarray):
                continue
            spec = session.inputs[key]
            assert (array.dtype.name, array.ndim) == (spec.dtype, len(spec.shape))
            assert all(a == b for a, b in zip(array.shape, spec.shape, strict=True) if isinstance(b, int))


def fed(name: str, prompt: str) -> Mapping[str, Any]:
    """Give what the decoder is given for a picture of 256 x 512."""
    return ask(name, prompt, "black").decoder_feeds


@pytest.mark.parametrize("name", ["sam1, 4 masks", "edgesam"])
def test_sam1_is_given_a_padding_point_only_where_there_is_no_box(name: str) -> None:
    assert fed(name, "a click")["point_labels"].tolist() == [[1, -1]]
    assert fed(name, "a click")["point_coords"].tolist() == [[[41, 22], [0, 0]]]
    assert fed(name, "a box and clicks")["point_labels"].tolist() == [[2, 3, 0, 1]]
    assert fed(name, "a box and clicks")["point_coords"].tolist() == [[[8, 14], [51, 66], [41, 22], [16, 60]]]


@pytest.mark.parametrize("name", ["sam1, 4 masks", "sam2", "sam2-ort", "sam2-rectlabel"])
def test_a_mask_alone_goes_without_points(name: str) -> None:
    (labels,) = (array for key, array in fed(name, "a mask").items() if "labels" in key)
    assert labels.shape == (1, 0)


def test_sam2_is_given_the_box_first_and_no_padding_point() -> None:
    assert fed("sam2", "a click")["point_labels"].tolist() == [[1]]
    assert fed("sam2", "a box and clicks")["point_labels"].tolist() == [[2, 3, 0, 1]]
    assert fed("sam2", "a box and clicks")["point_coords"].tolist() == [[[8, 28], [51, 132], [41, 44], [16, 120]]]


def test_sam2_is_fed_back_clamped_logits_and_the_flag() -> None:
    assert fed("sam2", "a click")["has_mask_input"].tolist() == [0]
    assert fed("sam2", "a click and a mask")["has_mask_input"].tolist() == [1]
    assert np.abs(fed("sam2", "a click and a mask")["mask_input"]).max() == 32
    assert np.abs(fed("sam1, 4 masks", "a click and a mask")["mask_input"]).max() > 39


@pytest.mark.parametrize("name", ["hf-sam2", "hf-sam1, boxes"])
def test_hugging_faces_are_given_a_box_in_its_own_input_and_empty_tensors_for_what_is_not_there(name: str) -> None:
    click, box, both = (fed(name, prompt) for prompt in ("a click", "a box", "a box and clicks"))
    assert click["input_labels"].tolist() == [[[1, -1]]]
    assert click["input_boxes"].shape == (1, 0, 4)
    assert box["input_points"].shape == (1, 1, 0, 2)
    assert box["input_labels"].shape == (1, 1, 0)
    assert box["input_boxes"].tolist() == [[[8, 14 * 2 ** (name == "hf-sam2"), 51, 66 * 2 ** (name == "hf-sam2")]]]
    assert both["input_labels"].tolist() == [[[0, 1]]]
    assert both["input_boxes"].shape == (1, 1, 4)


@pytest.mark.parametrize(
    ("name", "input_name", "size"),
    [
        ("sam1, 4 masks", "orig_im_size", [1024, 1024]),
        ("sam2, masks at the picture's size", "orig_im_size", [256, 256]),
        ("sam2-ort", "original_image_size", [256, 256]),
        ("sam2-rectlabel", "orig_im_size", [256, 256]),
        ("efficientsam", "orig_im_size", [256, 256]),
    ],
)
def test_masks_are_asked_for_at_a_size_that_makes_no_large_floats(name: str, input_name: str, size: list[int]) -> None:
    assert fed(name, "a click")[input_name].tolist() == size


def test_efficientsam_is_given_the_picture_at_its_own_size_up_to_a_limit() -> None:
    assert ask("efficientsam", "a click", "black").encoder_feeds["batched_images"].shape == (1, 3, 256, 512)
    pair("efficientsam").predict(np.zeros((30, 4000, 3), np.uint8), points=[[1, 1]])
    assert pair("efficientsam").encoder.feeds["batched_images"].shape == (1, 3, 15, 2048)


@pytest.mark.parametrize("name", [name for name in EXPORTS if family_of(name).clamp is None])
def test_a_model_without_a_mask_prompt_says_so(name: str) -> None:
    with pytest.raises(PromptError) as caught:
        pair(name).predict(WIDE, points=POINTS, mask=MASK)
    assert (caught.value.code, caught.value.message) == ("prompt-unsupported", "This model takes no mask prompt.")
    assert caught.value.hint == "Use points or a box."


def test_a_model_without_a_box_says_so() -> None:
    with pytest.raises(PromptError) as caught:
        pair("hf-sam1").predict(WIDE, points=POINTS, box=BOX)
    assert (caught.value.code, caught.value.message) == ("prompt-unsupported", "This model takes no box.")
    assert caught.value.hint == "Use points."


@pytest.mark.parametrize(
    ("encoder", "decoder", "tensor"),
    [
        ("sam2", "sam2, half", "image_embed"),
        ("hf-sam2", "hf-sam3-tracker", "image_embeddings.0"),
        ("sam1, half", "sam1, 4 masks", "image_embeddings"),
    ],
)
def test_halves_of_two_models_are_refused(encoder: str, decoder: str, tensor: str) -> None:
    with pytest.raises(ModelError) as caught:
        Segmenter(pair(encoder).encoder, pair(decoder).decoder)
    assert caught.value.code == "model-mismatch"
    assert caught.value.message == "This encoder and this decoder do not belong together."
    given, taken = pair(encoder).encoder.outputs[tensor], pair(decoder).decoder.inputs[tensor]
    assert f"the encoder gives {tensor} {given.dtype}[" in caught.value.details
    assert f"the decoder takes {tensor} {taken.dtype}[" in caught.value.details


def test_an_unknown_pair_says_what_it_has_and_what_was_looked_for() -> None:
    with pytest.raises(ModelError) as caught:
        Segmenter(pair("sam2").encoder, pair("hf-sam1").decoder)
    assert caught.value.code == "model-unknown"
    assert caught.value.message == "This pair of files is not a Segment Anything model that is known here."
    details = caught.value.details
    assert "Found in the encoder: image float32[1, 3, 1024, 1024] -> high_res_feats_0 float32[1, 32, 256, 256]" in details
    assert "input_labels int64[batch_size, point_batch_size, nb_points_per_image]" in details
    assert "sam2-ort: image -> image_features_0, image_features_1, image_embeddings; point_coords, point_labels" in details


def test_a_decoder_that_wants_more_than_can_be_given_is_unknown() -> None:
    model = onnx.load_from_string(EXPORTS["edgesam"].decoder_bytes())
    model.graph.input.append(onnx.helper.make_tensor_value_info("temperature", onnx.TensorProto.FLOAT, [1]))
    with pytest.raises(ModelError) as caught:
        Segmenter(pair("edgesam").encoder, NativeSession(model.SerializeToString()))
    assert caught.value.code == "model-unknown"
    assert "temperature float32[1]" in caught.value.details


def test_no_two_dialects_claim_one_pair() -> None:
    for name in EXPORTS:
        claims = [dialect.family for dialect in DIALECTS if dialect.speaks(pair(name).encoder, pair(name).decoder)]
        assert len(claims) == 1, (name, claims)


def saved(model: bytes, path: Path) -> Path:
    path.write_bytes(model)
    return path


def with_external_data(model: bytes, path: Path) -> Path:
    """Write a model whose tensors are in a file beside it, as exporters do with large ones."""
    onnx.save_model(
        onnx.load_from_string(model), str(path), save_as_external_data=True, location=f"{path.name}_data", size_threshold=300
    )
    assert path.with_name(f"{path.name}_data").stat().st_size > 0
    return path


def as_ort(model: bytes, path: Path) -> Path:
    """Write a model in onnxruntime's own format."""
    options = onnxruntime.SessionOptions()
    options.optimized_model_filepath = str(path)
    options.add_session_config_entry("session.save_model_format", "ORT")
    onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    return path


def written(folder: Path) -> Iterator[tuple[str, Path, Path]]:
    encoder, decoder = EXPORTS["sam2"].encoder_bytes(), EXPORTS["sam2"].decoder_bytes()
    for kind, write, suffix in (("onnx", saved, "onnx"), ("external", with_external_data, "onnx"), ("ort", as_ort, "ort")):
        yield kind, write(encoder, folder / f"{kind}-encoder.{suffix}"), write(decoder, folder / f"{kind}-decoder.{suffix}")


def test_a_model_loads_from_every_kind_of_file(tmp_path: Path) -> None:
    async def click(segmenter: Segmenter) -> AnyArray:
        await segmenter.set_image(WIDE)
        return (await segmenter.predict(POINTS))[0].logits

    wanted = asyncio.run(click(pair("sam2").segmenter))
    for kind, encoder, decoder in written(tmp_path):
        segmenter = native.load_pair(encoder, decoder)
        assert segmenter.family == "sam2", kind
        np.testing.assert_allclose(asyncio.run(click(segmenter)), wanted, rtol=0, atol=1e-5, err_msg=kind)


def test_an_ort_file_loads_from_its_bytes_too(tmp_path: Path) -> None:
    *_, (_, encoder, decoder) = written(tmp_path)
    assert native.load_pair(encoder.read_bytes(), decoder.read_bytes()).family == "sam2"


def test_another_frame_is_read_off_the_graphs() -> None:
    model = tiny_model()
    dialect = recognise(NativeSession(model.encoder), NativeSession(model.decoder)).dialect
    assert (dialect.model_size, dialect.mask_size) == ((128, 128), (32, 32))
