"""Cut one object out of a picture, by a click on it, and save it as a PNG with a transparent background.

python examples/cut_out.py                                  # of a drawn picture
python examples/cut_out.py cat.jpg --click 230 110 --off 20 20
"""

from __future__ import annotations

import argparse
from pathlib import Path

import tabsam
from drawing import balls

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("picture", nargs="?", type=Path, help="its file; one is drawn where none is named")
parser.add_argument("--click", nargs=2, type=float, default=(302, 90), metavar=("X", "Y"), help="on the object, in pixels")
parser.add_argument(
    "--off", nargs=2, type=float, action="append", default=[], metavar=("X", "Y"), help="not on it; may be repeated"
)
parser.add_argument("--output", type=Path, default=Path("cut-out.png"))
asked = parser.parse_args()

with tabsam.load() as segmenter:  # "nano", which comes with tabsam
    segmenter.set_image(asked.picture or balls()[0])
    points, labels = [asked.click, *asked.off], [1] + [0] * len(asked.off)
    best = segmenter.predict(points, labels)[0]  # the reading that the model expects most of
    best.save(asked.output, format="cutout-png")

print(f"{asked.output}: {best.mask().sum():,} pixels, expected IoU {best.iou_prediction:.2f}")
