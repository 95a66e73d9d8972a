"""Annotate a folder of pictures: find everything in each, and write one COCO data set, pictures included.

python examples/annotate_folder.py                          # two drawn pictures
python examples/annotate_folder.py photos --output data-set
"""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import tabsam
from drawing import balls
from tabsam.formats import datasets
from tabsam.formats.datasets.dataset import DatasetPicture, with_one_class_list
from tabsam.formats.datasets.sinks import FolderSink
from tabsam.library.saving import annotations_of

PICTURES = {".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp"}

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("folder", nargs="?", type=Path, help="of pictures; two are drawn where none is named")
parser.add_argument("--class", dest="category", default="thing", help="of all that is found; sort it afterwards, in the page")
parser.add_argument("--points-per-side", type=int, default=16, help="how densely to look")
parser.add_argument("--output", type=Path, default=Path("data-set"), help="a folder that is not there yet, or is empty")
asked = parser.parse_args()

with TemporaryDirectory() as drawn, tabsam.load() as segmenter:
    if not asked.folder:
        for seed in (1, 2):
            balls(seed)[0].save(Path(drawn, f"balls-{seed}.png"))
    folder = asked.folder or Path(drawn)
    wishes = {**segmenter.everything_defaults, "points_per_side": asked.points_per_side}
    annotated = []
    for file in sorted(path for path in folder.iterdir() if path.suffix.lower() in PICTURES):
        segmenter.set_image(file)
        found = segmenter.everything(options=tabsam.everything.EverythingOptions(**wishes))
        objects = annotations_of(found, segmenter.picture, asked.category)
        annotated.append(DatasetPicture(file.name, objects, open=partial(file.open, "rb")))
        print(f"{file.name}: {len(found)} objects")
    for sentence in datasets.write(with_one_class_list(annotated), "coco", FolderSink(asked.output)):
        print(sentence)

print(f"{asked.output}: {', '.join(sorted(path.name for path in asked.output.iterdir()))}")
