"""Measure a model on pictures whose objects are known: IoU by click and by box, clicks to an IoU of 0.9, and an HTML report.

python examples/measure_model.py                            # the built-in model, on drawn pictures
python examples/measure_model.py photos masks --model nano --model sam2.1-tiny
"""

from __future__ import annotations

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image

from drawing import balls, cells
from tabsam.evaluation.evaluating import evaluate
from tabsam.evaluation.questions import Questions
from tabsam.evaluation.report import report


def draw(folder: Path) -> tuple[Path, Path]:
    """Draw pictures, and label maps of the same names: each value is an object."""
    photos, masks = folder / "photos", folder / "masks"
    for place in (photos, masks):
        place.mkdir()
    for name, (picture, labels) in {"balls": balls(), "cells": cells(count=4)}.items():
        picture.save(photos / f"{name}.png")
        Image.fromarray(labels.astype(np.uint8)).save(masks / f"{name}.png")
    return photos, masks


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("photos", nargs="?", type=Path, help="a folder of pictures; some are drawn where none is named")
parser.add_argument("masks", nargs="?", type=Path, help="a folder of masks or label maps with the same names, or annotations")
parser.add_argument("--model", action="append", help="an id or a folder; may be repeated")
parser.add_argument("--clicks", type=int, default=10, help="the most that are simulated on an object")
parser.add_argument("--output", type=Path, default=Path("evaluation.html"))
asked = parser.parse_args()

with TemporaryDirectory() as drawn:
    photos, masks = (asked.photos, asked.masks) if asked.photos else draw(Path(drawn))
    questions = Questions(prompts=("point", "clicks", "box"), clicks=asked.clicks)
    found = evaluate(photos, masks, models=asked.model or ["nano"], questions=questions)
asked.output.write_text(report(found), encoding="utf-8")

for one in found.summaries:
    clicks = f", {one.clicked.noc[0.9]:.1f} clicks to 0.9" if one.clicked else ""
    print(f"{one.series.model}, {one.series.prompt}: mean IoU {one.iou:.3f} of {one.count} objects{clicks}")
print(f"The report is {asked.output}.")
