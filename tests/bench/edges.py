"""Measure what it brings that edges follow the picture: ``python -m tests.bench.edges FOLDER ... [--help]``.

A folder has pictures in ``pictures/`` and masks in ``masks/``, PNG files of the same names: 255 is on the object, 0 off it, and
what is between is not counted. Clicks are simulated (tests/support/clicking.py) on the masks as decoded, each with the logits of
the one before, so that every variant is measured on the same logits. Printed are, for the masks as decoded and for every variant:

- IoU, and the boundary F within 2 pixels, and within a thousandth of the longest side if that is more. Where pixels are not
  counted, the true edge is taken to be in their middle.
- *thin*: of the pixels of the object that were found, in parts narrower than seven cells of a grid of 256, how many were lost.
- *ms*: the median processor time of making the outline; of the picture, which is taken in once, as the first number.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean, median

import numpy as np
from PIL import Image

from tabsam import SyncSegmenter, load
from tabsam.arrays import BoolArray, UInt8Array
from tabsam.geometry.guided_filter import box_sum
from tabsam.geometry.raster import fill
from tabsam.model.candidate import Candidate
from tabsam.model.following import follow
from tabsam.model.picture_guide import PictureGuide, Recipe
from tests.support.boundaries import boundary_f, iou
from tests.support.clicking import Click, depths, next_click
from tools.files import ROOT

LEAST_PIXELS = 50
"""A smaller object is left out."""
THIN = 3
"""Cells of a grid of 256: a part in which no square of so many to every side has room is thin."""
PREVIOUS_LOGITS = 32.0
"""Logits are clamped to this where they are fed back, as SAM 2's own predictor does."""


@dataclass(frozen=True)
class Case:
    """A picture with an object.

    Attributes
    ----------
    name : str
    image : PIL.Image.Image
    truth, counted : bool, shape (height, width)
    """

    name: str
    image: Image.Image
    truth: BoolArray
    counted: BoolArray


@dataclass
class Scores:
    """What was measured of one variant, picture by picture."""

    iou: list[float] = field(default_factory=list)
    near: list[float] = field(default_factory=list)
    scaled: list[float] = field(default_factory=list)
    thin: list[int] = field(default_factory=list)
    thin_lost: list[int] = field(default_factory=list)
    taking_in: list[float] = field(default_factory=list)
    following: list[float] = field(default_factory=list)

    def line(self) -> str:
        """Give the averages as a line of the table."""
        times = f"{median(self.taking_in):6.0f} +{median(self.following):4.0f}" if self.following else ""
        averages = mean(self.iou), mean(self.near), mean(self.scaled), sum(self.thin_lost) / max(1, sum(self.thin))
        return " ".join(f"{average:7.4f}" for average in averages) + f" {times}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print a table for each folder and size."""
    parser = argparse.ArgumentParser(prog="tests.bench.edges", description="Measure edges that follow the picture.")
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER", help="with pictures/ and masks/")
    parser.add_argument("--model", type=Path, default=ROOT / "models/nano", help="folder with encoder.onnx and decoder.onnx")
    parser.add_argument("--clicks", type=int, nargs="+", default=[1, 3, 5], help="measure after so many clicks")
    parser.add_argument("--every", type=int, default=1, help="take every so many-th picture")
    parser.add_argument("--longest", type=int, nargs="+", default=[0], help="shrink pictures to so many pixels; 0 for none")
    parser.add_argument(
        "--vary", nargs="*", default=[], metavar="NAME=VALUE", help="variants: each changes one number of the recipe"
    )
    options = parser.parse_args(arguments)
    recipes = {"followed": Recipe()} | {text: varied(text) for text in options.vary}
    with load(options.model) as segmenter:
        for folder in options.folders:
            for longest in options.longest:
                cases = cases_of(folder, options.every, longest)
                table = measure(cases, segmenter, recipes, options.clicks)
                print(f"\n{folder.name}, {longest or 'own'} pixels: IoU, F (2 px), F (scaled), thin lost, ms")
                for (clicks, name), scores in sorted(table.items(), key=lambda entry: entry[0][0]):
                    print(f"{clicks:2d} clicks  {name:24s} {len(scores.iou):4d} {scores.line()}", flush=True)
    return 0


def varied(text: str) -> Recipe:
    """Read "eps=1e-3" as a recipe."""
    name, _, value = text.partition("=")
    kinds = {number: type(value) for number, value in dataclasses.asdict(Recipe()).items()}
    if name not in kinds:
        sys.exit(f"There is no number '{name}' in the recipe; there are {', '.join(kinds)}.")
    return dataclasses.replace(Recipe(), **{name: kinds[name](value)})


def cases_of(folder: Path, every: int, longest: int) -> Iterator[Case]:
    """Read a folder's pictures and masks; the mask of a shrunken picture is where more than half of a pixel was."""
    Image.MAX_IMAGE_PIXELS = None
    for path in sorted((folder / "pictures").iterdir())[::every]:
        image = Image.open(path).convert("RGB")
        labels = Image.open(folder / "masks" / f"{path.stem}.png").convert("L")
        if longest and max(image.size) > longest:
            size = tuple(max(1, round(side * longest / max(image.size))) for side in image.size)
            image, labels = (one.resize((size[0], size[1]), Image.Resampling.BOX) for one in (image, labels))
            labels = labels.point(lambda level: 255 * (level > 127))
        case = case_of(path.stem, image, np.asarray(labels))
        if np.count_nonzero(case.truth) >= LEAST_PIXELS:
            yield case


def case_of(name: str, image: Image.Image, labels: UInt8Array) -> Case:
    """Take labels of 0 and 255 as a mask; of what is between, the nearer half."""
    on, off = labels == 255, labels == 0
    counted = on | off
    truth = on if counted.all() else on | (~counted & (depths(~on) < depths(~off)))
    return Case(name, image, truth, counted)


def measure(
    cases: Iterable[Case], segmenter: SyncSegmenter, recipes: Mapping[str, Recipe], clicks: Sequence[int]
) -> dict[tuple[int, str], Scores]:
    """Click on every picture, and score the masks after some of the clicks: by clicks and variant."""
    table: dict[tuple[int, str], Scores] = {}
    for case in cases:
        guides: dict[str, tuple[PictureGuide, float]] = {}
        for name, recipe in recipes.items():
            begun = time.process_time()
            guides[name] = PictureGuide(case.image, recipe), time.process_time() - begun
        for count, best, decoded in clicked(case, segmenter, max(clicks)):
            if count not in clicks:
                continue
            add(table.setdefault((count, "as decoded"), Scores()), case, decoded, decoded)
            for name, (guide, seconds) in guides.items():
                begun = time.process_time()
                line = follow(best.logits, best.frame, guide)
                spent = time.process_time() - begun
                scores = table.setdefault((count, name), Scores())
                add(scores, case, fill(line, best.frame.image_size), decoded)
                scores.taking_in.append(1000 * seconds)
                scores.following.append(1000 * spent)
    return table


def clicked(case: Case, segmenter: SyncSegmenter, at_most: int) -> Iterator[tuple[int, Candidate, BoolArray]]:
    """Click until the mask is right or there were so many clicks; then the last answer stands for the rest."""
    segmenter.set_image(case.image)
    mask, made = np.zeros_like(case.truth), list[Click]()
    best: Candidate | None = None
    for count in range(1, at_most + 1):
        click = next_click(mask, case.truth, case.counted)
        if click is not None:
            made.append(click)
            before = None if best is None else np.clip(best.logits, -PREVIOUS_LOGITS, PREVIOUS_LOGITS)
            best = segmenter.predict([(one.x, one.y) for one in made], [one.label for one in made], mask=before)[0]
            mask = best.mask()
        if best is not None:
            yield count, best, mask


def add(scores: Scores, case: Case, mask: BoolArray, decoded: BoolArray) -> None:
    """Score a mask."""
    scores.iou.append(iou(mask, case.truth, case.counted))
    # Around the object and the mask: a large picture is mostly elsewhere.
    around = (mask | case.truth).nonzero()
    part = tuple(slice(max(0, int(one.min()) - 1), int(one.max()) + 2) for one in around)
    scores.near.append(boundary_f(mask[part], case.truth[part], 2))
    scores.scaled.append(boundary_f(mask[part], case.truth[part], max(2, max(mask.shape) / 1000)))
    found = decoded & case.truth
    radius = max(1, round(THIN * max(mask.shape) / 256))
    thin = found[part] & ~opened(found[part], radius)
    scores.thin.append(int(np.count_nonzero(thin)))
    scores.thin_lost.append(int(np.count_nonzero(thin & ~mask[part])))


def opened(mask: BoolArray, radius: int) -> BoolArray:
    """Give the pixels that a square, so many pixels to every side, reaches within a mask."""
    side = 2 * radius + 1
    full = box_sum(mask.astype(np.float32), radius) >= side * side
    return np.asarray(box_sum(full.astype(np.float32), radius) > 0)


if __name__ == "__main__":
    sys.exit(main())
