"""How good a model is: clicks simulated on pictures whose objects are known, asked through tabsam as the page asks.

The first click is the pixel deepest inside the object, each next one the deepest pixel of the larger error (what is missing,
or what is too much); of the model's masks the one with the best score counts, and its logits go into the next question.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from tabsam import SyncSegmenter, open_image
from tabsam.arrays import BoolArray, Float32Array
from tabsam_training.distance import deepest
from tabsam_training.errors import TrainingError

CLICKS = 8
"""The most that are simulated; a picture that never gets good enough counts as this many."""

REPORTED = (1, 2, 3, 5, 8)

_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp"})
_LEAST = 50
"""Pixels; smaller objects are not asked for."""


@dataclass(frozen=True)
class Sample:
    """A picture and what is known of it.

    Attributes
    ----------
    image : PIL.Image.Image, mode "RGB"
    object : bool, shape (height, width)
    counted : bool, shape (height, width)
        Where pixels are judged: along an edge nobody may know.
    """

    image: Image.Image
    object: BoolArray
    counted: BoolArray


@dataclass(frozen=True)
class Answer:
    """How one picture went.

    Attributes
    ----------
    clicks : tuple of :data:`CLICKS` floats
        IoU after so many clicks.
    box : float
        IoU from the object's own box.
    best_of_three : float
        IoU of the best of the masks for one click, chosen by who knows.
    """

    clicks: tuple[float, ...]
    box: float
    best_of_three: float


@dataclass(frozen=True)
class Scores:
    """Means over a set.

    Attributes
    ----------
    pictures : int
    iou : mapping of a number of clicks to a mean IoU
    box, best_of_three : float
    noc85 : float
        Clicks until IoU 0.85, :data:`CLICKS` where it is never reached.
    """

    pictures: int
    iou: dict[int, float]
    box: float
    best_of_three: float
    noc85: float


def samples(folder: Path) -> Iterator[tuple[str, Sample]]:
    """Read a folder with ``images/`` and ``masks/``: for each picture a PNG of the same name and size.

    In a mask 255 is the object, 0 is not, and 128 is not counted.

    Raises
    ------
    TrainingError
        ``no-data`` where there is nothing, ``data-wrong`` where a picture has no mask or one of another size.
    """
    pictures = sorted(path for path in folder.glob("images/*") if path.suffix.lower() in _SUFFIXES)
    if not pictures:
        raise TrainingError("no-data", f"There are no pictures in {folder / 'images'}.", "See models/training/README.md.")
    for path in pictures:
        known = folder / "masks" / f"{path.stem}.png"
        if not known.is_file():
            raise TrainingError("data-wrong", f"{path.name} has no mask.", f"Put it into {known}.")
        with Image.open(known) as file:
            values = np.asarray(file.convert("L"))
        image = open_image(path.read_bytes())
        if values.shape != (image.height, image.width):
            raise TrainingError("data-wrong", f"{path.name} and its mask differ in size.", "Make the mask anew.")
        sample = Sample(image, values > 191, (values <= 64) | (values > 191))
        if np.count_nonzero(sample.object) >= _LEAST:
            yield path.stem, sample


def ask(segmenter: SyncSegmenter, sample: Sample) -> Answer:
    """Simulate a person on one picture."""
    segmenter.set_image(sample.image)
    ys, xs = np.nonzero(sample.object)
    box = segmenter.predict(box=[xs.min(), ys.min(), xs.max() + 1, ys.max() + 1])[0].mask()
    points: list[tuple[float, float]] = []
    labels: list[int] = []
    ious: list[float] = []
    best = 0.0
    mask, logits = np.zeros_like(sample.object), None
    for click in range(CLICKS):
        following = _next_click(sample, mask)
        if following is None:
            ious += [ious[-1]] * (CLICKS - click)
            break
        points.append(following[0])
        labels.append(following[1])
        candidates = segmenter.predict(points, labels, mask=logits)
        mask, logits = candidates[0].mask(), candidates[0].logits
        ious.append(iou(sample, mask))
        if click == 0:
            best = max(iou(sample, candidate.mask()) for candidate in candidates)
    return Answer(tuple(ious), iou(sample, box), best)


def iou(sample: Sample, mask: BoolArray) -> float:
    """Measure a mask, where it counts; there is always an object."""
    both = np.count_nonzero(mask & sample.object & sample.counted)
    return both / np.count_nonzero((mask | sample.object) & sample.counted)


def _next_click(sample: Sample, mask: BoolArray) -> tuple[tuple[float, float], int] | None:
    """Give the next point, in the middle of a pixel, and its label; None where the mask is right already."""
    missing = deepest(sample.object & ~mask & sample.counted)
    too_much = deepest(mask & ~sample.object & sample.counted)
    x, y, depth = max(missing, too_much, key=lambda found: found[2])
    if depth == 0:
        return None
    return (x + 0.5, y + 0.5), 1 if missing[2] >= too_much[2] else 0


def scores(answers: Sequence[Answer]) -> Scores:
    """Take the means."""
    rows: Float32Array = np.array([answer.clicks for answer in answers], np.float32)
    enough = np.concatenate([rows >= 0.85, np.ones((len(rows), 1), bool)], 1)
    return Scores(
        pictures=len(rows),
        iou={count: float(rows[:, count - 1].mean()) for count in REPORTED},
        box=float(np.mean([answer.box for answer in answers])),
        best_of_three=float(np.mean([answer.best_of_three for answer in answers])),
        noc85=float(np.minimum(enough.argmax(1) + 1, CLICKS).mean()),
    )


def table(named: Sequence[tuple[str, Scores]]) -> str:
    """Write scores as the model's card has them, in Markdown."""
    heads = ["set (pictures)", *(f"{count} click{'s' if count > 1 else ''}" for count in REPORTED)]
    heads += ["box", f"NoC@85 (cap {CLICKS})", "best of three, 1 click"]
    lines = [heads, ["---"] * len(heads)]
    for name, one in named:
        numbers = [*one.iou.values(), one.box]
        lines.append(
            [f"{name} ({one.pictures})", *(f"{number:.3f}" for number in numbers), f"{one.noc85:.2f}", f"{one.best_of_three:.3f}"]
        )
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
