"""Write the ONNX files, and keep them only when they answer as the PyTorch model does."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import torch

from tabsam.arrays import AnyArray, Float32Array
from tabsam_training.data.drawing import draw_scene
from tabsam_training.errors import TrainingError
from tabsam_training.graphs.decoder import decoder_graph
from tabsam_training.graphs.encoder import encoder_graph
from tabsam_training.graphs.processor_decoder import processor_decoder_graph
from tabsam_training.graphs.weights import Networks
from tabsam_training.graphs.writer import evaluated
from tabsam_training.network.backbone import IMAGENET_MEAN, IMAGENET_STD
from tabsam_training.network.decoder import FRAME

FILES = ("encoder.onnx", "decoder.onnx", "decoder-processor.onnx")

_EMBEDDING = ("high_res_feats_0", "high_res_feats_1", "image_embed")
_LIMIT, _SCORE_LIMIT = 1e-3, 2e-2
"""Of what an output may be off, in its standard deviations; v1 shows a tenth of it at most.

Scores divide by the length of a mask's edge, which may be next to nothing.
"""


@dataclass(frozen=True)
class Difference:
    """The largest difference of one output.

    Attributes
    ----------
    output : str
        Its name.
    largest : float
        Of what both give.
    deviation : float
        The standard deviation of what PyTorch gives.
    """

    output: str
    largest: float
    deviation: float


def export(networks: Networks, folder: Path, side: int = FRAME) -> list[Difference]:
    """Write ``encoder.onnx``, ``decoder.onnx``, and ``decoder-processor.onnx``, which answers as that does.

    Parameters
    ----------
    networks : Encoder, Decoder
        Rounded to float16 on the way, and left so.
    folder : Path
        Made where it is not; files of these names are replaced, all or none.
    side : int
        Of the picture that the encoder takes; the page wants 1024.

    Returns
    -------
    list of Difference
        From PyTorch, for each output of each file.

    Raises
    ------
    TrainingError
        ``export-unfaithful``.
    """
    encoder, decoder = (evaluated(network) for network in networks)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".export-") as draft:
        grid = side // 16
        graphs = encoder_graph(encoder, side), decoder_graph(decoder, grid), processor_decoder_graph(decoder, grid)
        for name, model in zip(FILES, graphs, strict=True):
            onnx.checker.check_model(model, full_check=True)
            onnx.save(model, Path(draft) / name)
        differences = compare(networks, Path(draft), side)
        for difference in differences:
            limit = _SCORE_LIMIT if difference.output == "iou_predictions" else _LIMIT
            if not difference.largest <= limit * difference.deviation:  # NaN, too
                raise TrainingError(
                    "export-unfaithful",
                    f"The files do not answer as the PyTorch model does: {difference.output} is off by {difference.largest:.3g}.",
                    "Nothing was kept; please report it.",
                    details=str(differences),
                )
        for name in FILES:
            os.replace(Path(draft) / name, folder / name)
    return differences


def compare(networks: Networks, folder: Path, side: int = FRAME) -> list[Difference]:
    """Ask both for the same things: three prompts of three points, one with an earlier mask, about a drawn scene."""
    encoder, decoder = networks
    picture, _ = draw_scene(np.random.default_rng(5), side)
    image = normalised(picture)
    random = np.random.default_rng(6)
    points = random.uniform(0, FRAME, (3, 3, 2)).astype(np.float32)
    labels = np.array([[1, -1, -1], [2, 3, 1], [1, 0, 1]], np.float32)
    masks = np.clip(random.normal(0, 10, (3, 1, side // 4, side // 4)), -32, 32).astype(np.float32)
    has_mask = np.array([0, 0, 1], np.float32)
    prompts = {"point_coords": points, "point_labels": labels, "mask_input": masks, "has_mask_input": has_mask}

    with torch.no_grad():
        features = encoder(torch.from_numpy(image))
        embedding = dict(zip(_EMBEDDING, features, strict=True))
        answers = decoder(**embedding, **{name: torch.from_numpy(array) for name, array in prompts.items()})
    theirs = {**embedding, **dict(zip(("masks", "iou_predictions"), answers, strict=True))}
    ours = _run(folder / FILES[0], _EMBEDDING, {"image": image})
    decoded = [_run(folder / name, ("masks", "iou_predictions"), {**ours, **prompts}) for name in FILES[1:]]
    return [_difference(name, array, theirs[name].numpy()) for one in (ours, *decoded) for name, array in one.items()]


def normalised(picture: AnyArray) -> Float32Array:
    """Make of uint8 (side, side, 3) what the encoder takes, float32 (1, 3, side, side)."""
    scaled = (picture / np.float32(255) - np.array(IMAGENET_MEAN, np.float32)) / np.array(IMAGENET_STD, np.float32)
    return np.ascontiguousarray(scaled.transpose(2, 0, 1)[np.newaxis], np.float32)


def _run(path: Path, outputs: tuple[str, ...], feeds: dict[str, AnyArray]) -> dict[str, AnyArray]:
    options = ort.SessionOptions()
    options.log_severity_level = 3
    session = ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    return dict(zip(outputs, session.run(list(outputs), feeds), strict=True))


def _difference(name: str, ours: AnyArray, theirs: AnyArray) -> Difference:
    return Difference(name, float(np.abs(ours - theirs).max()), float(theirs.std()))
