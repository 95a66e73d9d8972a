"""COCO's data format, and what is written in its manner: results, SA-1B's files, and Segment Anything's lists of masks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tabsam.formats.coco_outlines import rle_size
from tabsam.formats.shared.parsing import Json, json_value, kind_of, list_in, wrong_structure

WHAT = "a COCO file"

Kind = Literal["instances", "results", "sa-1b", "masks"]
"""A data set; a list of results, which names pictures by their numbers alone; a file of SA-1B about one picture; and the list of
masks that Segment Anything's automatic mask generation gives, about one as well."""


@dataclass(frozen=True)
class Listed:
    """What a file lists, in COCO's terms."""

    kind: Kind
    images: list[Json]
    annotations: list[Json]
    categories: Json = None


def listed_in(data: bytes) -> Listed:
    """Take a file's lists, in whichever of these ways it is written.

    Raises
    ------
    FormatError
        ``not-text``, ``not-json``, ``wrong-structure``.
    """
    root = json_value(data)
    if isinstance(root, list):
        return _of_list(root)
    if not isinstance(root, dict):
        return wrong_structure(WHAT, f"it should be an object, but is {kind_of(root)}")
    image = root.get("image")
    if isinstance(image, dict) and "images" not in root:
        id = image.get("image_id", image.get("id"))
        annotations = [_with_image(one, id) for one in list_in(root, "annotations", WHAT)]
        return Listed("sa-1b", [{**image, "id": id}], annotations, root.get("categories"))
    return Listed("instances", list_in(root, "images", WHAT), list_in(root, "annotations", WHAT), root.get("categories"))


def is_listed(first: Json) -> bool:
    """Tell from its first element whether a list is one of results, or of masks."""
    return isinstance(first, dict) and ("segmentation" in first or {"image_id", "category_id"} <= first.keys())


def _of_list(root: list[Json]) -> Listed:
    if root and not any(is_listed(one) for one in root):
        wrong_structure(WHAT, "it is a list, and of no masks or results")
    sizes = (rle_size(one.get("segmentation")) for one in root if isinstance(one, dict))
    height, width = next((size for size in sizes if size), (None, None))
    ids = list(dict.fromkeys(repr(one.get("image_id")) for one in root if isinstance(one, dict) and "image_id" in one))
    if not ids:
        image = {"id": None, "height": height, "width": width}
        return Listed("masks", [image], [_with_image(one, None) for one in root])
    by_id = {repr(one["image_id"]): one["image_id"] for one in root if isinstance(one, dict) and "image_id" in one}
    images: list[Json] = []
    for key, id in by_id.items():
        own = (one.get("segmentation") for one in root if isinstance(one, dict) and repr(one.get("image_id")) == key)
        size = next((size for size in map(rle_size, own) if size), (None, None)) if len(by_id) < _MOST_SIZED else (None, None)
        images.append({"id": id, "height": size[0], "width": size[1]})
    return Listed("results", images, root)


_MOST_SIZED = 200
"""Of more images no sizes are looked for among the results."""


def _with_image(annotation: Json, id: Json) -> Json:
    return {**annotation, "image_id": id} if isinstance(annotation, dict) else annotation
