"""What the model is asked of one picture, and its answers as annotations."""

from __future__ import annotations

from dataclasses import replace

from PIL import Image

from tabsam.batch.work import Settings, Task, Wanted
from tabsam.document.annotations import Annotations, Instance
from tabsam.document.selection import Point, Selection
from tabsam.formats.candidate import OBJECT_TOLERANCE, fine_outline
from tabsam.geometry.simplifying import simplify
from tabsam.library.segmenter import SyncSegmenter
from tabsam.model.candidate import Candidate
from tabsam.model.everything.options import EverythingOptions
from tabsam.model.everything.proposals import Proposal


def annotated(segmenter: SyncSegmenter, image: Image.Image, task: Task, settings: Settings) -> Annotations:
    """Ask for a picture's objects.

    Parameters
    ----------
    image : PIL.Image.Image, mode "RGB"

    Raises
    ------
    TabsamError
        Of prompts that make no sense in this picture, or of the model.
    """
    name = task.place.rpartition("/")[2]
    if task.wanted is None:
        options = EverythingOptions(**{**segmenter.everything_defaults, **settings.everything})
        found = [found_object(number, one) for number, one in enumerate(segmenter.everything(image, options), 1)]
    else:
        if task.wanted:
            segmenter.set_image(image)
        found = [_answered(segmenter, number, one, settings) for number, one in enumerate(task.wanted, 1)]
    return Annotations(name, (image.height, image.width), settings.categories, tuple(found))


def found_object(number: int, one: Proposal) -> Instance:
    """Give a find as an object."""
    x, y = one.point_coords
    prompts = Selection(points=(Point(1, float(x), float(y), 1),))
    return Instance(number, simplify(one.outline(refine=4), OBJECT_TOLERANCE), score=one.predicted_iou, prompts=prompts)


def _answered(segmenter: SyncSegmenter, number: int, wanted: Wanted, settings: Settings) -> Instance:
    asked = wanted.selection
    points = [(point.x, point.y) for point in asked.points]
    prediction = segmenter.ask(points, [point.label for point in asked.points], asked.box)
    taken = prediction.single if settings.single_mask else prediction.readings[0]
    prompts = replace(asked, chosen=taken.rank) if settings.single_mask else asked
    shown = segmenter.finished(taken, settings.edges, settings.tidy)
    return answered_object(number, shown, prompts, wanted.category, wanted.name)


def answered_object(number: int, shown: Candidate, prompts: Selection, category: int | None = None, name: str = "") -> Instance:
    """Give an answer as an object."""
    return Instance(
        number,
        fine_outline(shown, OBJECT_TOLERANCE),
        category,
        name,
        score=shown.iou_prediction,
        prompts=prompts,
        edges=shown.edges,
        tidy=shown.tidy,
    )
