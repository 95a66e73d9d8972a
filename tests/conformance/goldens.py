"""Models, a picture and the reference's answers, as files, so that the same can be asked elsewhere: in the page's Python.

``python -m tests.conformance.goldens <folder>`` writes them; :func:`read` needs neither PyTorch nor the references.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from tabsam.arrays import UInt8Array

NAMES = ("sam1", "sam2", "hf-sam2")
REAL_SIZE = "sam2, real size"

#: SAM 1 resizes in whole grey levels, which Pillow's releases round differently; a picture of its frame's width is not resized.
_HEIGHT, _WIDTH = 683, 1024


@dataclass(frozen=True)
class Question:
    """Prompts, and what the reference answers.

    Attributes
    ----------
    prompts : what tabsam's ``predict`` takes, without the mask
    mask : name of an .npy file, float32 (h, w), the logits to be fed back; or None
    logits : name of an .npy file, float32 (3, h, w), the best IoU prediction first
    iou_predictions : three floats, falling
    """

    prompts: Mapping[str, Any]
    mask: str | None
    logits: str
    iou_predictions: Sequence[float]


@dataclass(frozen=True)
class Case:
    """One model, one picture, and questions about it; files are named relative to `folder`."""

    name: str
    folder: Path
    encoder: str
    decoder: str
    picture: str
    questions: Sequence[Question]


def make(folder: Path, names: Sequence[str] = NAMES) -> list[Case]:
    """Build the models and write everything into a folder, with ``cases.json``, which :func:`read` reads.

    Parameters
    ----------
    names : of models in ``tests.conformance.models``; also `REAL_SIZE` (170 MB, and half a minute)
    """
    from tests.conformance.models import model
    from tests.conformance.pictures import scene
    from tests.support.pictures import encoded

    folder.mkdir(parents=True, exist_ok=True)
    image = scene(_HEIGHT, _WIDTH)
    folder.joinpath("scene.png").write_bytes(encoded(image))
    cases = []
    for name in names:
        made = model(name)
        stem = name.replace(", ", "-").replace(" ", "-")
        encoder, decoder = f"{stem}-encoder.onnx", f"{stem}-decoder.onnx"
        folder.joinpath(encoder).write_bytes(made.encoder)
        folder.joinpath(decoder).write_bytes(made.decoder)
        questions = list(_questions(name, made.reference, image, folder / stem))
        cases.append(Case(name, folder, encoder, decoder, "scene.png", questions))
    listed = [{**asdict(case), "folder": "."} for case in cases]
    folder.joinpath("cases.json").write_text(json.dumps(listed, indent=1), encoding="utf-8")
    return cases


def read(folder: Path) -> list[Case]:
    """Read what :func:`make` wrote."""
    listed = json.loads(folder.joinpath("cases.json").read_text(encoding="utf-8"))
    return [
        Case(**{**case, "folder": folder, "questions": [Question(**question) for question in case["questions"]]})
        for case in listed
    ]


def _questions(name: str, reference: Any, image: UInt8Array, stem: Path) -> Iterator[Question]:
    """Ask the reference, and write its answers into files whose names start with `stem`."""
    from tests.conformance.models import TAKES
    from tests.conformance.pictures import prompts_for

    takes_box, takes_mask = TAKES[name.partition(",")[0]]
    asked = {
        kind: prompts for kind, prompts in prompts_for(image).items() if kind != "nothing" and (takes_box or prompts.box is None)
    }
    if takes_mask:
        click = reference.predict(image, asked["a click"])
        asked["clicks and a mask"] = replace(asked["clicks on and off"], mask=click.logits[click.iou_predictions.argmax()])
    for number, prompts in enumerate(asked.values()):
        answer = reference.predict(image, prompts)
        order = np.argsort(-answer.iou_predictions, kind="stable")
        logits = stem.with_name(f"{stem.name}-{number}.npy")
        np.save(logits, answer.logits[order])
        mask = stem.with_name(f"{stem.name}-{number}-mask.npy")
        if prompts.mask is not None:
            np.save(mask, prompts.mask)
        given = {key: value for key, value in prompts.as_arguments().items() if key != "mask" and value is not None}
        fed_back = None if prompts.mask is None else mask.name
        yield Question(given, fed_back, logits.name, answer.iou_predictions[order].tolist())


if __name__ == "__main__":
    for case in make(Path(sys.argv[1])):
        print(f"{case.name}: {len(case.questions)} questions")
